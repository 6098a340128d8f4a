"""What is known, and which runs are asked for?"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.checks import CHECKS, RUN_CHECKS
from harness.load.profiles import known_profiles
from harness.load.scenarios import load_scenarios
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.profile import Profile
from harness.model.scenario import Run
from harness.pipeline.choosing import chosen, demo_scenarios, under_profiles
from harness.pipeline.live_sites import checked
from harness.pipeline.recording import base_urls, cache_folder, libraries
from harness.pipeline.reporting import traces_in
from harness.pipeline.requests import RunRequest, Specs
from harness.plan import plan_runs
from harness.record.session import RecordSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Vendor specs, and the profiles that there are without those of scenarios, by ID."""

    specs: Specs
    profiles: Mapping[str, Profile]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The runs of a suite, and every profile they need."""

    suite_id: str
    specs: Specs
    profiles: Mapping[str, Profile]
    runs: tuple[Run, ...]


def knowledge_for(request: RunRequest) -> Knowledge:
    return Knowledge(specs=load_vendor_specs(packaged_specs()), profiles=known_profiles(request.profiles_from))


def planned(request: RunRequest, known: Knowledge, suite_id: str = "") -> Plan:
    """Every mistake in the request and in its files at once, or the plan."""
    loaded = load_scenarios(
        request.scenarios or demo_scenarios(request.faults),
        vendors=known.specs,
        profiles=known.profiles,
        environment=request.environment,
        checks=(*CHECKS, *RUN_CHECKS),
        run_checks=RUN_CHECKS,
    )
    scenarios, profiles = under_profiles(chosen(loaded, request), request.profiles, known.profiles)
    suite_id = suite_id or secrets.token_hex(5)
    runs = plan_runs(scenarios, request.profiles, suite_token=suite_id, specs=known.specs)
    checked(scenarios, runs, request)
    return Plan(suite_id=suite_id, specs=known.specs, profiles=profiles, runs=runs)


def settings_for(request: RunRequest, specs: Specs, work: Path) -> RecordSettings:
    return RecordSettings(
        workers=request.workers,
        headed=request.headed,
        browser=request.browser,
        usual_browser=request.environment.get("HARNESS_BROWSER", ""),
        enforcer=request.enforcer,
        lists=request.environment.get("HARNESS_FILTER_LISTS", request.lists),
        cache=cache_folder(request.environment),
        work=work,
        slow_mo=request.slow_mo,
        traces=traces_in(request.out) if request.trace else None,
        keep_open=request.keep_open,
        until_step=request.until_step,
        egress_port=request.egress_port,
        base_urls=base_urls(specs),
        libraries=libraries(specs),
    )
