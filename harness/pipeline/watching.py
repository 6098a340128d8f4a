"""How does a visit that a person makes by hand become a scenario file?"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.authoring.watched import Watched, draft_of
from harness.decode import decode
from harness.model.scenario import Site
from harness.pipeline.authoring import SCHEMA_FILE, known_answers, scenario_id, write_scenario
from harness.pipeline.recording import cache_folder, site_setup, stand_ins
from harness.record.onlooking import Person, watch_visit
from harness.record.session import RecordSettings

_EMBEDDED_OPTIONS = {"wiring": "direct"}


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyRequest:
    """`address` is where the person begins, or the name of an embedded site. A program may act as the person."""

    address: str
    out: Path
    allow_hosts: tuple[str, ...] = ()
    data_layer: str = "window.dataLayer"
    browser: str = ""
    headed: bool = True
    force: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    person: Person | None = None


def record_journey(request: JourneyRequest, say: Callable[[str], None]) -> tuple[Path, ...]:
    """Look on while somebody clicks through the site, and write what they did as a scenario. Nothing else is kept."""
    known = known_answers()
    address = known.site(request.address)
    is_embedded = address in known.sites
    said: dict[str, Any] = (
        {"demo": address, "options": _EMBEDDED_OPTIONS}
        if is_embedded
        else {"url": _origin(address), "data_layer": request.data_layer, "allow_hosts": request.allow_hosts}
    )
    site = site_setup(Site(**said))
    specs = known.specs
    with tempfile.TemporaryDirectory(prefix="harness-") as work:
        settings = RecordSettings(
            headed=request.headed,
            browser=request.browser,
            usual_browser=request.environment.get("HARNESS_BROWSER", ""),
            cache=cache_folder(request.environment),
            work=Path(work),
        )
        visit = asyncio.run(
            watch_visit(
                site,
                site.url if is_embedded else address,
                settings,
                profile=known.profiles["none"],
                answer=stand_ins(specs),
                say=say,
                person=request.person,
            )
        )
    watched = Watched(
        visit=visit,
        events=decode(visit.exchanges, specs.values()).events,
        site={key: list(part) if isinstance(part, tuple) else part for key, part in said.items() if part},
        base=site.url,
        data_layer=site.data_layer,
        named_by_site=frozenset(spec.id for spec in specs.values() if spec.event_names.chosen_by_site),
        server_calls={"source": "egress-proxy" if is_embedded else "not-observable"},
    )
    draft = draft_of(watched, name=scenario_id(request.out), schema=SCHEMA_FILE)
    vendors = ", ".join(each.vendor for each in draft.vendors)
    say(f"seen: {len(visit.actions)} actions; calls to {vendors or 'no vendor'}")
    for note in draft.notes:
        say(f"! {' '.join(note.split())}")
    return write_scenario(draft, request.out, force=request.force)


def _origin(address: str) -> str:
    return "/".join(address.split("/", 3)[:3])
