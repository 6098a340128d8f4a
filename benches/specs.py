"""Does judging a request cost more the more vendors are known?

The demo is recorded once, with a few vendors. Then the same recordings are decoded, decoded and compared, and all their
requests answered as a stand-in does: with the specs of the scenarios' own vendors only, with all specs, and with all
specs several times over, under other names and for other hosts. What is found is the same each time. Reading a
recording and putting its identifiers back is left out, for no vendor is known there. It is processor time that counts,
since nothing here waits.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benches.runner import Mode, publish, ratio, rounds, table
from benches.visits import Stopwatch
from harness import pipeline
from harness.comparators import compare
from harness.decode import answer_for, decode
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.event import Decoded
from harness.model.persona import Persona
from harness.model.recording import Recording
from harness.model.spec import Match, RequestRule, VendorSpec
from harness.pipeline.recording import persona_of, redactor_for
from harness.pipeline.requests import Specs
from harness.record.storage import read_recording

VENDORS = ("meta", "google-ads", "teads", "tealium")
WIRINGS = ("direct", "tealium")
TIMES = 4
# So often a mode judges the recordings, or the clock would be too coarse for the quickest.
REPEATS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A recording with its identifiers put back."""

    recording: Recording
    persona: Persona


def _decoded(visit: Visit, specs: Specs) -> Decoded:
    accounts = {account.vendor: account for account in visit.recording.scenario.vendors}
    return decode(visit.recording.exchanges, specs.values(), accounts)


def _compared(visit: Visit, specs: Specs) -> object:
    return compare(visit.recording, _decoded(visit, specs), visit.persona, specs)


def _answered(visit: Visit, specs: Specs) -> object:
    return [answer_for(exchange.request, specs.values(), time.time()) for exchange in visit.recording.exchanges]


WORKS: dict[str, Callable[[Visit, Specs], object]] = {
    "decoded": _decoded,
    "decoded and compared": _compared,
    "answered by the stand-in": _answered,
}


async def main(count: int) -> None:
    specs = load_vendor_specs(packaged_specs())
    visits = await asyncio.to_thread(_recorded, specs)
    known = {
        "own": {
            account.vendor: specs[account.vendor] for visit in visits for account in visit.recording.scenario.vendors
        },
        "all": specs,
        "many": several(specs, TIMES),
    }
    modes = {
        f"{work}, {which}": _timed(WORKS[work], visits, chosen) for work in WORKS for which, chosen in known.items()
    }
    figures = await rounds(modes, count)
    rows = [
        [
            work,
            f"{median(figures[f'{work}, own']):,.0f} µs",
            *(f"{ratio(figures, f'{work}, {which}', f'{work}, own'):.2f}" for which in ("all", "many")),
        ]
        for work in WORKS
    ]
    head = ("An exchange", *(f"{len(chosen)} specs" for chosen in known.values()))
    exchanges = sum(len(visit.recording.exchanges) for visit in visits)
    about = f"{len(visits)} recordings with {exchanges} exchanges, {count} rounds; ratios to the first column."
    publish("Vendors known", table(head, rows), about)


def _recorded(specs: Specs) -> list[Visit]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        request = pipeline.RunRequest(
            out=Path(folder),
            vendors=VENDORS,
            wirings=WIRINGS,
            lists="own",
            environment=dict(os.environ),
        )
        pipeline.run_suite(request, Stopwatch())
        return [_visit(path, specs) for path in sorted((Path(folder) / "recordings").iterdir())]


def _visit(folder: Path, specs: Specs) -> Visit:
    stored = read_recording(folder)
    persona = persona_of(stored, specs)
    recording = redactor_for([persona], stored.run_id, specs).restore_recording(stored)
    return Visit(recording=recording, persona=persona)


def several(specs: Specs, times: int) -> dict[str, VendorSpec]:
    """All specs `times` over; the first are as they were, and they alone read the requests of real vendors."""
    copies = (_copy(spec, number) for number in range(1, times) for spec in specs.values())
    return {**specs, **{spec.id: spec for spec in copies}}


def _copy(spec: VendorSpec, number: int) -> VendorSpec:
    """The spec for other hosts. Rules for the site's own hosts, which may be any, keep them."""
    return replace(
        spec,
        id=f"{spec.id}-{number}",
        hosts=_elsewhere(spec.hosts, number),
        requests=tuple(_copied_rule(rule, number) for rule in spec.requests),
    )


def _copied_rule(rule: RequestRule, number: int) -> RequestRule:
    if rule.match.hosts == Match().hosts:
        return rule
    return replace(rule, match=replace(rule.match, hosts=_elsewhere(rule.match.hosts, number)))


def _elsewhere(hosts: Sequence[str], number: int) -> tuple[str, ...]:
    return tuple(rf"(?:{pattern})\.copy{number}" for pattern in hosts)


def _timed(work: Callable[[Visit, Specs], object], visits: Sequence[Visit], specs: Mapping[str, VendorSpec]) -> Mode:
    exchanges = sum(len(visit.recording.exchanges) for visit in visits)

    async def mode() -> float:
        """Microseconds an exchange."""
        begun = time.process_time()
        for _ in range(REPEATS):
            for visit in visits:
                work(visit, specs)
        return (time.process_time() - begun) / (REPEATS * exchanges) * 1e6

    return mode


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    asyncio.run(main(parser.parse_args().rounds))
