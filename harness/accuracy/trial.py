"""Is a seeded fault found, and does nobody speak of one that is not there?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import islice
from zlib import crc32

from harness.accuracy.case import Answer, Case
from harness.accuracy.editing import NotThereError
from harness.accuracy.fault import Fault
from harness.checks import judge
from harness.comparators import compare
from harness.comparators.hosts import host_of, is_vendors_host
from harness.decode import Read, Reading, answer_for, decode, reading_of
from harness.model.event import Decoded, Event
from harness.model.facts import Copies, Evidence, VendorFacts
from harness.model.persona import Persona
from harness.model.recording import Exchange, Recording
from harness.model.result import Finding, Severity
from harness.model.scenario import VendorAccount
from harness.model.spec import VendorSpec

Specs = Mapping[str, VendorSpec]

# Pairs are too many to try them all: every other fault gets a partner, in each recording another one.
_EVERY = 2
_STRIDE = 37


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One fault in one vendor's calls of one recording.

    `found` are the findings of the checks that must speak, `alarms` those that nobody expects; `spoke` are all checks
    that found anything. `harmless` says why nothing is to be found. `gone` are the channels whose copy the vendor
    has no more, or refuses.
    """

    fault: str
    family: str
    vendor: str
    recording: str
    found: tuple[Finding, ...]
    alarms: tuple[Finding, ...]
    spoke: frozenset[str] = frozenset()
    harmless: str = ""
    gone: frozenset[str] = frozenset()

    @property
    def is_right(self) -> bool:
        return not self.alarms and bool(self.harmless or self.found)


def cases(recording: Recording, persona: Persona, specs: Specs, vendor: str = "") -> Iterator[Case]:
    """Each vendor of the recording, or this one, with its healthy conversion, if it is to hear of one."""
    for account in recording.scenario.vendors:
        spec = specs[account.vendor]
        if vendor not in ("", spec.id):
            continue
        alone = _alone(recording, persona, spec, specs)
        read = _reader(alone)
        _, facts = _compared(alone, persona, specs, read)
        for copies in facts[spec.id].copies[:1]:
            yield Case(
                spec=spec,
                recording=alone,
                persona=persona,
                order=copies.conversion,
                tag=next(iter(copies.tag), None),
                capi=next(iter(copies.capi), None),
                collect=next(iter(copies.collect), None),
                answer=_answers(spec),
                read=read,
            )


def trials_of(
    recording: Recording, persona: Persona, specs: Specs, faults: Sequence[Fault], vendor: str
) -> list[Trial]:
    """Every fault of the catalogue in this vendor's calls."""
    found = (tried(fault, case, specs) for case in cases(recording, persona, specs, vendor) for fault in faults)
    return [trial for trial in found if trial is not None]


def pairs_of(
    recording: Recording, persona: Persona, specs: Specs, faults: Sequence[Fault], singles: Sequence[Trial]
) -> list[Trial]:
    """Two faults in one order of one vendor, each of which is found where it is alone: `singles` tell.

    Neither may hide the other, so each must have a finding of its own.
    """
    found: list[Trial] = []
    for vendor in dict.fromkeys(trial.vendor for trial in singles):
        seen = {trial.fault for trial in singles if trial.vendor == vendor and trial.found and not trial.alarms}
        usable = [fault for fault in faults if fault.id in seen]
        gone = {trial.fault: {*trial.gone} for trial in singles if trial.vendor == vendor}
        turn = crc32(recording.run_id.encode())
        for case in cases(recording, persona, specs, vendor):
            alone = cache(lambda fault, case=case: fault.spoil(case))
            for index in range(turn % _EVERY, len(usable), _EVERY):
                rest = (usable[(index * _STRIDE + turn + step) % len(usable)] for step in range(len(usable)))
                trials = (
                    tried_both(usable[index], other, case, specs, alone)
                    for other in rest
                    if usable[index].goes_with(other)
                    and not gone[usable[index].id] & {*other.needs}
                    and not gone[other.id] & {*usable[index].needs}
                )
                found += islice((trial for trial in trials if trial is not None), 1)
    return found


def _gone(facts: VendorFacts, case: Case) -> frozenset[str]:
    """The channels whose copy the vendor has no more, or refuses."""
    mine = [each for each in facts.copies if each.conversion.order_id == case.order.order_id]
    taken = [event for each in mine for event in _sent(each) if event.answer.accepted is not False]
    there = {event.channel for event in (case.tag, case.capi) if event is not None}
    return frozenset(there - {event.channel for event in taken})


def healthy_alarms(recording: Recording, persona: Persona, specs: Specs, vendor: str) -> list[str]:
    """What is found in the order as it was, which must be nothing."""
    return [
        f"{recording.run_id}, {vendor}: {finding.check}: {finding.message}"
        for finding in _findings(_evidence(_alone(recording, persona, specs[vendor], specs), persona, specs, vendor))
        if finding.severity is not Severity.INFO
    ]


def tried(fault: Fault, case: Case, specs: Specs) -> Trial | None:
    """The trial, or None where this vendor's calls have nothing to spoil in this way."""
    try:
        spoiled = fault.spoil(case)
    except NotThereError:
        return None
    if spoiled == case.recording:
        return None
    evidence = _evidence(spoiled, case.persona, specs, case.spec.id, case.read)
    findings = _findings(evidence)
    known = {*fault.finds, *fault.follows}
    harmless = fault.harmless(case)
    return Trial(
        fault=fault.id,
        family=fault.family,
        vendor=case.spec.id,
        recording=case.recording.run_id,
        found=() if harmless else _named(fault, findings),
        alarms=tuple(
            each for each in findings if each.severity is not Severity.INFO and (harmless or each.check not in known)
        ),
        spoke=frozenset(each.check for each in findings),
        harmless=harmless,
        gone=_gone(evidence.vendor, case),
    )


def tried_both(
    first: Fault, second: Fault, case: Case, specs: Specs, alone: Callable[[Fault], Recording]
) -> Trial | None:
    """The trial of two faults, or None where one spoils what the other did: then their order matters.

    `alone` is the case's recording with one of them.
    """
    try:
        spoiled = second.spoil(replace(case, recording=alone(first)))
        if spoiled != first.spoil(replace(case, recording=alone(second))):
            return None
    except NotThereError:
        return None
    findings = _findings(_evidence(spoiled, case.persona, specs, case.spec.id, case.read))
    own = [_named(fault, findings) for fault in (first, second)]
    known = {*first.finds, *first.follows, *second.finds, *second.follows}
    is_one = own[0] == own[1] and len(own[0]) == 1
    return Trial(
        fault=f"{first.id} + {second.id}",
        family="pairs",
        vendor=case.spec.id,
        recording=case.recording.run_id,
        found=(*own[0], *own[1]) if all(own) and not is_one else (),
        alarms=tuple(each for each in findings if each.severity is not Severity.INFO and each.check not in known),
    )


def _named(fault: Fault, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(each for each in findings if each.check in fault.finds and each.severity.weight >= fault.least.weight)


def _evidence(recording: Recording, persona: Persona, specs: Specs, vendor: str, read: Read = reading_of) -> Evidence:
    decoded, facts = _compared(recording, persona, specs, read)
    return Evidence(
        recording=recording,
        persona=persona,
        decoded=decoded,
        vendor=facts[vendor],
        all_vendors=facts,
    )


def _findings(evidence: Evidence) -> list[Finding]:
    """What the harness says of one vendor of a recording."""
    return [finding for outcome in judge(evidence) for finding in outcome.findings]


def _alone(recording: Recording, persona: Persona, spec: VendorSpec, specs: Specs) -> Recording:
    """What the visit said to this platform, and of its orders to the transports, as if the site had no other platform.

    Pages and what was blocked stay, for the tag's silence and lost click IDs are judged by them. A transport is judged
    beside all platforms, for some of its rules are about their order.
    """
    kept = tuple(
        account
        for account in recording.scenario.vendors
        if spec.kind == "transport" or account.vendor == spec.id or specs[account.vendor].kind == "transport"
    )
    recording = replace(recording, scenario=replace(recording.scenario, vendors=kept))
    facts = _compared(recording, persona, specs)[1]
    copies = [each for vendor in facts.values() for of_order in vendor.copies for each in _sent(of_order)]
    is_platform = spec.kind == "platform"
    events = (*copies, *facts[spec.id].events) if is_platform else copies
    said = {exchange for event in events for exchange in (event.exchange, *event.mirrors)}
    return replace(
        recording,
        exchanges=tuple(
            each
            for each in recording.exchanges
            if each.id in said
            or each.type == "document"
            or each.blocking is not None
            or (is_platform and is_vendors_host(spec, host_of(each.request.url)))
        ),
    )


def _sent(copies: Copies) -> tuple[Event, ...]:
    return (*copies.tag, *copies.capi, *copies.collect, *copies.enhancements)


def _compared(
    recording: Recording, persona: Persona, specs: Specs, read: Read = reading_of
) -> tuple[Decoded, dict[str, VendorFacts]]:
    accounts = {account.vendor: account for account in recording.scenario.vendors}
    decoded = decode(recording.exchanges, [specs[vendor] for vendor in accounts], accounts, recording.legs, read)
    return decoded, compare(recording, decoded, persona, specs)


def _reader(sound: Recording) -> Read:
    """Reads each exchange of the sound visit once, for nearly all of them are the same in every trial."""
    known: dict[int, Reading] = {}
    mine = {id(each): each for each in sound.exchanges}

    def read(exchange: Exchange, specs: Sequence[VendorSpec], accounts: Mapping[str, VendorAccount]) -> Reading:
        if mine.get(id(exchange)) is not exchange or [*accounts.values()] != [*sound.scenario.vendors]:
            return reading_of(exchange, specs, accounts)
        if id(exchange) not in known:
            known[id(exchange)] = reading_of(exchange, specs, accounts)
        return known[id(exchange)]

    return read


def _answers(spec: VendorSpec) -> Answer:
    """What the vendor says; the same request comes back in many trials."""
    return lru_cache(maxsize=4096)(lambda request, now: answer_for(request, [spec], now))
