"""A visit that somebody makes by hand becomes a scenario which passes, and says nothing of who they were."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page

from harness.load.profiles import load_profiles
from harness.load.scenarios import load_scenario
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.result import Severity
from harness.pipeline import RunRequest, run_suite
from harness.pipeline.watching import JourneyRequest, record_journey

# What is optional is left empty, as people do: the shop then has a number of its own for its guest.
TYPED = {
    "Email": "jane.roe@private.example",
    "Phone": "030 23125000",
    "First name": "Janeth",
    "Last name": "Roevers",
    "Street": "Hidden Lane 5",
    "Postal code": "10115",
    "City": "Neustrelitz",
}


class Silence:
    def say(self, run_id: str, text: str) -> None: ...


async def buy(page: Page) -> None:
    await page.get_by_role("button", name="Accept all").click()
    await page.get_by_role("link", name="Stoneware teapot", exact=True).click()
    await page.get_by_label("Quantity").fill("2")
    await page.get_by_role("button", name="Add to cart").click()
    await page.get_by_role("link", name="Go to checkout").click()
    for label, value in TYPED.items():
        await page.get_by_label(label, exact=True).fill(value)
    await page.get_by_label("Country").select_option("DE")
    await page.locator('html[data-tags="ready"]').wait_for()
    await page.get_by_role("button", name="Place order").click()
    await page.get_by_test_id("order-number").wait_for()
    await page.locator('html[data-tags="ready"]').wait_for()


@pytest.mark.browser
def test_a_visit_by_hand_becomes_a_scenario_that_passes(tmp_path: Path) -> None:
    path = tmp_path / "recorded.yaml"
    environment = dict(os.environ)
    request = JourneyRequest(address="shop", out=path, headed=False, environment=environment, person=buy)
    said: list[str] = []
    record_journey(request, said.append)
    assert any(line.startswith("seen: ") and "meta" in line for line in said)
    assert "! Nobody refused consent on this visit: steps under `denied` let profiles do so." in said
    text = path.read_text("utf-8")
    assert [value for value in TYPED.values() if value.lower() in text.lower()] == []
    specs = load_vendor_specs(packaged_specs())
    scenario = load_scenario(path, vendors=specs, profiles=load_profiles(), environment={})
    assert [step.verb for step in scenario.legs[0].steps].count("fill") == len(TYPED) + 1
    assert {"meta", "google-ads", "tiktok", "ga4"} <= {each.vendor for each in scenario.snapshot.vendors}
    outcome = run_suite(
        RunRequest(
            out=tmp_path / "report", scenarios=(path,), profiles=("none",), lists="own", environment=environment
        ),
        Silence(),
    )
    errors = [
        f"{found.vendor} {found.check}: {found.message}"
        for run in outcome.result.runs
        for found in run.findings
        if found.severity is Severity.ERROR
    ]
    assert errors == []
    assert len(outcome.result.runs) == 1
