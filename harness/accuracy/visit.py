"""Is a mistake found that is no single vendor's: on the pages, in what leaks, in what breaks under blocking?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from harness.accuracy.editing import NotThereError
from harness.accuracy.trial import Specs, Trial
from harness.checks import judge, judge_run
from harness.comparators import compare, exposures, layer_facts
from harness.decode import decode
from harness.model.facts import Evidence, RunEvidence
from harness.model.persona import Persona
from harness.model.recording import Recording
from harness.model.result import Finding, Severity
from harness.model.spec import VendorSpec

# Whose mistake it is in the table.
THE_SITE = "the site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A healthy visit, `stored` as it is on disk. `redact` makes the latter of the former; `named` reads its labels."""

    recording: Recording
    stored: Recording
    persona: Persona
    redact: Callable[[Recording], Recording]
    named: Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFault:
    """A mistake of a visit. `spoil` raises `NotThereError` where there is nothing to spoil.

    A fault of the pages spoils the tag of one vendor; any other is the site's own, and `spoil` is given no vendor. One
    of the checks `finds` must say so, as gravely as `least`; those in `follows` may speak as well, and no other.
    """

    id: str
    family: str
    says: str
    spoil: Callable[[Visit, VendorSpec | None], Recording]
    finds: tuple[str, ...]
    follows: frozenset[str] = frozenset()
    least: Severity = Severity.WARNING
    of_a_vendor: bool = False


def visit_trials(visit: Visit, specs: Specs, faults: Sequence[VisitFault]) -> list[Trial]:
    found = (_tried(fault, visit, spec, specs) for fault in faults for spec in _concerned(fault, visit, specs))
    return [trial for trial in found if trial is not None]


def visit_alarms(visit: Visit, specs: Specs) -> list[str]:
    """What is found in the visit as it was, which must be nothing."""
    return [
        f"{visit.recording.run_id}: {finding.check}: {finding.message}"
        for finding in _findings_of_run(visit, visit.recording, specs)
        if finding.severity is not Severity.INFO
    ]


def _concerned(fault: VisitFault, visit: Visit, specs: Specs) -> Iterator[VendorSpec | None]:
    if not fault.of_a_vendor:
        yield None
        return
    yield from (specs[account.vendor] for account in visit.recording.scenario.vendors if "tag" in account.channels)


def _tried(fault: VisitFault, visit: Visit, spec: VendorSpec | None, specs: Specs) -> Trial | None:
    try:
        spoiled = fault.spoil(visit, spec)
    except NotThereError:
        return None
    if spec is None:
        findings = _findings_of_run(visit, spoiled, specs)
    else:
        findings = _findings_of_vendor(visit, spoiled, spec, specs)
    grave = [finding for finding in findings if finding.severity is not Severity.INFO]
    return Trial(
        fault=fault.id,
        family=fault.family,
        vendor=spec.id if spec is not None else THE_SITE,
        recording=visit.recording.run_id,
        found=tuple(
            finding
            for finding in grave
            if finding.check in fault.finds and finding.severity.weight >= fault.least.weight
        ),
        alarms=tuple(finding for finding in grave if finding.check not in {*fault.finds, *fault.follows}),
        spoke=frozenset(finding.check for finding in findings),
    )


def _findings_of_run(visit: Visit, recording: Recording, specs: Specs) -> list[Finding]:
    accounts = {account.vendor: account for account in recording.scenario.vendors}
    mine = [specs[vendor] for vendor in accounts]
    decoded = decode(recording.exchanges, mine, accounts, recording.legs)
    stored = _stored(visit, recording)
    evidence = RunEvidence(
        recording=recording,
        persona=visit.persona,
        decoded=decoded,
        vendors=compare(recording, decoded, visit.persona, specs),
        exposures=exposures(stored, decoded, visit.named),
        layers=layer_facts(stored, visit.named, mine),
        baseline=visit.recording,
    )
    return [finding for outcome in judge_run(evidence) for finding in outcome.findings]


def _findings_of_vendor(visit: Visit, recording: Recording, spec: VendorSpec, specs: Specs) -> list[Finding]:
    account = next(each for each in recording.scenario.vendors if each.vendor == spec.id)
    alone = replace(recording, scenario=replace(recording.scenario, vendors=(account,)))
    decoded = decode(alone.exchanges, [spec], {spec.id: account}, alone.legs)
    facts = compare(alone, decoded, visit.persona, specs)
    evidence = Evidence(
        recording=alone,
        persona=visit.persona,
        decoded=decoded,
        vendor=facts[spec.id],
        all_vendors=facts,
    )
    return [finding for outcome in judge(evidence) for finding in outcome.findings]


def _stored(visit: Visit, spoiled: Recording) -> Recording:
    """The spoiled visit as it would be on disk; only what was changed has to be made safe anew."""
    exchanges = dict(zip(visit.recording.exchanges, visit.stored.exchanges, strict=True))
    steps = {step.index: (step, safe) for step, safe in zip(visit.recording.steps, visit.stored.steps, strict=True)}
    changed = replace(
        spoiled,
        exchanges=tuple(each for each in spoiled.exchanges if each not in exchanges),
        steps=tuple(each for each in spoiled.steps if steps[each.index][0] != each),
    )
    safe = visit.redact(changed)
    new = dict(zip((each.id for each in changed.exchanges), safe.exchanges, strict=True))
    new_steps = {step.index: step for step in safe.steps}
    return replace(
        visit.stored,
        exchanges=tuple(new[each.id] if each.id in new else exchanges[each] for each in spoiled.exchanges),
        steps=tuple(new_steps.get(index, safe_step) for index, (_, safe_step) in steps.items()),
    )
