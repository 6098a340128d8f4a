"""A person in a browser of their own, and a shop that somebody else started: what does the harness hear of them?"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

import pytest
from playwright.sync_api import sync_playwright

from harness.demo import site
from harness.record.browsers import find_browsers

pytestmark = pytest.mark.browser

SHOP = "https://www.corner-shop.test"
VENDORS = ("meta", "google-ads", "ga4")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Listening:
    """`harness listen` as a process, with what it printed on how to connect."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "harness", "listen", "--plain", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines: list[str] = []
        assert self.process.stderr
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))
            if "Ctrl-C ends it" in line:
                break

    def environment(self) -> dict[str, str]:
        exports = (line.split("export ", 1)[1] for line in self.lines if "export " in line)
        return dict(shlex.split(each)[0].split("=", 1) for each in exports)

    def visitor(self) -> dict[str, str]:
        found = [re.fullmatch(r"  ([a-z ]+): (.+)", line) for line in self.lines]
        return {each[1]: each[2] for each in found if each}

    def landing(self) -> str:
        return next(line.split("/?", 1)[1] for line in self.lines if "/?" in line)

    def spki(self) -> str:
        return re.findall(r"spki-list=(\S+?)'? ", "\n".join(self.lines))[0]

    def ended(self) -> tuple[int, str]:
        output, errors = self.process.communicate(timeout=120)
        return self.process.returncode, f"{errors}\n{output}"


@contextmanager
def somebody_elses_shop(port: int, environment: dict[str, str], faults: str) -> Iterator[None]:
    options = json.dumps({"faults": faults, "vendors": ",".join(VENDORS)})
    command = [sys.executable, "-m", "harness.demo", "--port", str(port), "--options", options]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
    ) as shop:
        assert shop.stdout
        assert shop.stdin
        shop.stdout.readline()
        yield
        shop.stdin.close()


def place_an_order(listening: Listening, proxy: int) -> tuple[str, str]:
    """As a person would, with the data that were proposed; the order's ID and total, as the page shows them."""
    visitor = listening.visitor()
    typed = {"Email": "email", "Phone": "phone national", "First name": "first name", "Last name": "last name",
             "Street": "street", "Postal code": "postal code", "City": "city",
             "Customer number (optional)": "external id"}  # fmt: skip
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browsers()[0].path,
            args=[f"--ignore-certificate-errors-spki-list={listening.spki()}", "--disable-quic"],
            proxy={"server": f"http://127.0.0.1:{proxy}"},
        )
        page = browser.new_context().new_page()
        page.goto(f"{SHOP}/?{listening.landing()}")
        page.get_by_role("button", name="Accept all").click()
        # The tags keep the click IDs of the landing page; who leaves before they have run takes them along.
        page.locator('html[data-tags="ready"]').wait_for()
        page.goto(f"{SHOP}/product/bud-vase")
        page.get_by_role("button", name="Add to cart").click()
        page.get_by_role("link", name="Go to checkout").click()
        for label, name in typed.items():
            page.get_by_label(label, exact=True).fill(visitor[name])
        page.get_by_label("Country").select_option("DE")
        page.locator('html[data-tags="ready"]').wait_for()
        page.get_by_role("button", name="Place order").click()
        number, total = (page.get_by_test_id(each).inner_text().strip() for each in ("order-number", "order-total"))
        page.locator('html[data-tags="ready"]').wait_for()
        browser.close()
    return number, total


def listened(tmp_path: Path, faults: str, *arguments: str) -> tuple[int, str, dict[str, Any]]:
    port, server_port, shop_port = free_port(), free_port(), free_port()
    routes = [word for host in site("shop", {}).hosts for word in ("--route", f"{host}={shop_port}")]
    listening = Listening(
        "--port", str(port), "--server-port", str(server_port), "--site", SHOP, "--out", str(tmp_path),
        *(word for name in VENDORS for word in ("--vendor", name)), *routes, *arguments,
    )  # fmt: skip
    with somebody_elses_shop(shop_port, listening.environment(), faults):
        number, total = place_an_order(listening, port)
        order = json.dumps({"order_id": number, "value": total, "currency": "EUR"}).encode()
        straight = build_opener(ProxyHandler({}))
        straight.open(f"http://127.0.0.1:{server_port}/orders", data=order, timeout=10).read()
        if "--until-orders" not in arguments:
            listening.process.send_signal(signal.SIGINT)
        code, said = listening.ended()
    return code, said, json.loads((tmp_path / "result.json").read_text("utf-8"))


def test_a_sound_order_passes_and_nothing_of_the_visitor_reaches_the_disk(tmp_path: Path) -> None:
    code, said, result = listened(tmp_path, "", "--until-orders", "1")
    (run,) = result["runs"]
    assert (code, run["verdict"]) == (0, "passed"), said
    rows = {row["vendor"]: row for row in run["matrix"]}
    assert {name: (row["orders"], row["counted"]) for name, row in rows.items()} == dict.fromkeys(VENDORS, (1, 1))
    pairs = [line for line in said.splitlines() if "  purchase  " in line and "event ID ✓ same" in line]
    assert {line.split()[1] for line in pairs} >= {"meta"}, said
    judged = {each["check"]: each["outcome"] for each in run["outcomes"] if each["vendor"] == "meta"}
    # The visitor typed what was proposed, and landed with the click IDs.
    assert (judged["identifier-hashing"], judged["click-id-carriage"]) == ("passed", "passed")
    stored = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.json"))
    (recording,) = tmp_path.glob("recordings/*/recording.json")
    token = json.loads(recording.read_text("utf-8"))["persona"]["token"]
    assert f".{token}@" not in stored
    assert f"C-{token.upper()}" not in stored


def test_copies_that_do_not_match_show_while_they_come_and_fail_in_the_end(tmp_path: Path) -> None:
    code, said, result = listened(tmp_path, "event-id-mismatch")
    assert code == 1, said
    assert re.search(r"meta  purchase  tag ✓  server ✓  event ID ✗ differ", said), said
    findings = [each["check"] for one in result["runs"][0]["outcomes"] for each in one["findings"]]
    assert {"event-id-match", "counted-conversions"} <= set(findings)
