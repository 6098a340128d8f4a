"""What the plugin promises, in a browser: tests that drive the demo shop themselves, and scenarios on four workers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
OWN_TEST = """
import pytest

ACCOUNT = "702400000000001"
VENDORS = {"meta": {"accounts": {"tag": ACCOUNT, "capi": ACCOUNT}}}
READY = 'html[data-tags="ready"]'


def buy(visit):
    page, person = visit.page, visit.persona
    page.goto(visit.url("/?" + visit.click_ids))
    page.get_by_role("button", name="Accept all").click()
    visit.consent("granted")
    page.locator(READY).wait_for()
    page.goto(visit.url("/product/stoneware-teapot"))
    page.locator(READY).wait_for()
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="Go to checkout").click()
    typed = {"Email": person.email, "Phone": person.phone_national, "First name": person.first_name,
             "Last name": person.last_name, "Street": person.street, "Postal code": person.postal_code,
             "City": person.city, "Customer number (optional)": person.external_id}
    for label, value in typed.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Country").select_option("DE")
    page.locator(READY).wait_for()
    page.get_by_role("button", name="Place order").click()
    number, total = (page.get_by_test_id(name).inner_text() for name in ("order-number", "order-total"))
    visit.order(number, value=total, currency="EUR")
    page.locator(READY).wait_for()


def shop(**options):
    return {"demo": "shop", "options": {"wiring": "direct", "vendors": "meta", **options}}


@pytest.mark.parametrize("profile", ["none", "ublock"])
def test_checkout(conversion_harness, profile):
    with conversion_harness.visit(shop(), VENDORS, profile=profile, persona={"country": "DE"}) as visit:
        buy(visit)
    visit.assert_passed()


def test_checkout_with_a_fault(conversion_harness):
    with conversion_harness.visit(shop(faults="event-id-mismatch"), VENDORS, persona={"country": "DE"}) as visit:
        buy(visit)
    visit.assert_passed()


def test_that_breaks_off(conversion_harness):
    with conversion_harness.visit(shop(), VENDORS) as visit:
        visit.page.goto(visit.url())
        assert visit.page.title() == "another shop"
"""


# Like pytest-playwright, whose Playwright runs as long as the session does, in the thread of the tests.
BESIDE = """
import pytest
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


def test_beside_another_playwright(playwright, conversion_harness):
    with conversion_harness.visit({"demo": "shop"}, ["meta"]) as visit:
        visit.page.goto(visit.url())
        tab = visit.page.context.new_page()
        tab.goto(visit.url("/product/stoneware-teapot"))
    assert visit.result.breakdown is None
    assert visit.result.steps[-1].url.endswith("/product/stoneware-teapot")
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A pytest of its own, as somebody's who has the harness installed."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-p", "harness.pytest_plugin", "--strict-markers", *arguments]
    return subprocess.run(
        [*command, "--conversion-lists", "own", "--conversion-out", "out"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def runs_in(folder: Path) -> dict[str, dict[str, Any]]:
    result = json.loads((folder / "out" / "result.json").read_text("utf-8"))
    return {run["title"]: run for run in result["runs"]}


def test_a_test_that_drives_the_shop_itself_gets_the_verdict_of_a_scenario(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(OWN_TEST)
    (tmp_path / "test_beside.py").write_text(BESIDE)
    done = run(tmp_path, "test_own.py", "test_beside.py", "-W", "error")
    said = done.stdout
    assert "2 failed, 3 passed" in said, said + done.stderr
    assert "error: event-id-match (meta)" in said
    runs = runs_in(tmp_path)
    verdicts = {title.partition("::")[2]: run["verdict"] for title, run in runs.items() if "own" in title}
    assert verdicts == {
        "test_checkout[none]": "passed",
        "test_checkout[ublock]": "passed",
        "test_checkout_with_a_fault": "failed",
        "test_that_breaks_off": "inconclusive",
    }
    sound, blocked = (runs[f"test_own.py::test_checkout[{name}]"] for name in ("none", "ublock"))
    (row,), (other,) = sound["matrix"], blocked["matrix"]
    assert (row["tag_events"] >= 1, row["capi_events"] >= 1, row["counted"]) == (True, True, 1)
    assert (other["tag_events"], len(blocked["blocked"]) > 0, other["counted"]) == (0, True, 1)
    assert sound["trusted"]
    assert blocked["trusted"]
    assert [step["verb"] for step in sound["steps"]] == ["consent", "screenshot", "conversion", "screenshot"]
    assert all(canary["passed"] for canary in blocked["canaries"])


def test_four_workers_make_one_report(tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    (tmp_path / "scenarios").mkdir()
    for name in ("shop-direct", "shop-server-gtm"):
        shutil.copy(ROOT / "scenarios" / "demo" / f"{name}.yaml", tmp_path / "scenarios")
    done = run(tmp_path, "-p", "xdist.plugin", "-n", "4", "scenarios", "--conversion-vendor", "meta")
    assert "4 passed" in done.stdout, done.stdout + done.stderr
    assert "report: out/index.html" in done.stdout
    result = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
    assert [(run["scenario"], run["profile"], run["verdict"]) for run in result["runs"]] == [
        ("shop-direct", "none", "passed"),
        ("shop-direct", "ublock", "passed"),
        ("shop-server-gtm", "none", "passed"),
        ("shop-server-gtm", "ublock", "passed"),
    ]
    assert result["orphans"] == []
