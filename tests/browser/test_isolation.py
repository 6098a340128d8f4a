"""Eight visitors at once on one site: does each recording hold its own visitor's traffic and nobody else's?"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from harness.decode import answer_for, decode
from harness.load.profiles import load_profiles
from harness.load.scenarios import load_scenario
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.persona import Persona
from harness.model.recording import Exchange
from harness.pipeline.recording import job_for
from harness.plan import plan_runs
from harness.record.attribution import RunTokens, attribute, persona_tokens
from harness.record.session import RecordedRun, RecordSettings, RunJob, record_suite

pytestmark = pytest.mark.browser

SCENARIO = Path(__file__).parents[2] / "scenarios" / "demo" / "shop-direct.yaml"
VISITORS = 8
FEW = ("meta", "teads", "ga4")


@pytest.fixture(scope="module")
def jobs() -> list[RunJob]:
    specs, profiles = load_vendor_specs(packaged_specs()), load_profiles()
    scenario = load_scenario(SCENARIO, vendors=specs, profiles=profiles, environment={})
    site = replace(scenario.snapshot.site, options={"wiring": "direct", "vendors": ",".join(FEW)})
    vendors = tuple(account for account in scenario.snapshot.vendors if account.vendor in FEW)
    copies = [
        replace(
            scenario,
            snapshot=replace(scenario.snapshot, id=f"visitor-{number}", site=site, vendors=vendors),
            profiles=("none",),
        )
        for number in range(VISITORS)
    ]
    runs = plan_runs(copies, (), suite_token="isolation", specs=specs)
    return [job_for(run, specs, profiles, "isolation") for run in runs]


def owner_of(exchange: Exchange, personas: dict[str, Persona]) -> str:
    """Whose values a request carries; empty for one that names nobody."""
    tokens = [RunTokens(run_id=run, tokens=persona_tokens(persona)) for run, persona in personas.items()]
    return (attribute(exchange, tokens) or ("", ""))[0]


def test_eight_runs_on_one_site_never_see_each_others_events(tmp_path: Path, jobs: list[RunJob]) -> None:
    specs = load_vendor_specs(packaged_specs())
    recorded: dict[str, RecordedRun] = {}
    settings = RecordSettings(
        workers=VISITORS, cache=tmp_path / "cache", work=tmp_path / "work", lists="own", step_timeout=60.0
    )
    suite = asyncio.run(
        record_suite(
            jobs,
            settings,
            answer=lambda sent: answer_for(sent, specs.values(), time.time()),
            on_recorded=lambda run: recorded.update({run.recording.run_id: run}),
        )
    )
    personas = {job.run.id: job.persona for job in jobs}
    assert suite.late_or_orphan == ()
    assert [run.recording.breakdown for run in recorded.values()] == [None] * VISITORS
    orders = [each.order_id for run in recorded.values() for each in run.recording.conversions]
    assert len(set(orders)) == VISITORS
    for run_id, run in recorded.items():
        exchanges = {each.id: each for each in run.recording.exchanges}
        events = decode(tuple(exchanges.values()), specs.values()).events
        [conversion] = run.recording.conversions
        purchases = [event for event in events if event.event == "purchase"]
        assert {(event.vendor, event.channel) for event in purchases} >= {
            (vendor, channel) for vendor in FEW for channel in ("tag", "capi")
        }
        assert {event.order_id for event in purchases if event.order_id} == {conversion.order_id}
        assert {owner_of(exchanges[event.exchange], personas) for event in events} <= {run_id, ""}
        assert {owner_of(exchanges[event.exchange], personas) for event in purchases if event.channel == "capi"} == {
            run_id
        }
        assert {owner_of(each, personas) for each in exchanges.values()} <= {run_id, ""}
