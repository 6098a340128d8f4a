"""What is the case? Facts about one run, vendor by vendor, without opinion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.comparators.accounts import further_events, wanted_accounts
from harness.comparators.click_ids import click_id_facts, later_clicks, stripped_parameters
from harness.comparators.consent import consent_facts, is_refused
from harness.comparators.dedup import predict
from harness.comparators.exposures import exposures, layer_facts
from harness.comparators.filters import filtered_events
from harness.comparators.identifiers import (
    coverage,
    identifier_differences,
    identifier_facts,
    matching,
    with_own_numbers,
)
from harness.comparators.pages import page_facts
from harness.comparators.pairing import copies_of
from harness.comparators.parameters import differences
from harness.comparators.retries import retried_events
from harness.comparators.strangers import without_strangers
from harness.comparators.timing import timing_facts
from harness.comparators.trails import trails
from harness.model.event import Decoded, Event
from harness.model.facts import ClickIdFact, Copies, Coverage, IdentifierFact, VendorFacts
from harness.model.persona import Persona
from harness.model.recording import Fate, Recording
from harness.model.scenario import VendorAccount
from harness.model.spec import Role, VendorSpec

__all__ = ["compare", "exposures", "layer_facts", "without_strangers"]


def compare(
    recording: Recording, decoded: Decoded, persona: Persona, specs: Mapping[str, VendorSpec]
) -> dict[str, VendorFacts]:
    """The facts about every vendor of the scenario."""
    stripped = stripped_parameters(recording)
    mine = [specs[account.vendor] for account in recording.scenario.vendors]
    facts = {
        account.vendor: _vendor_facts(recording, decoded, persona, specs[account.vendor], account, stripped, mine)
        for account in recording.scenario.vendors
    }
    collected = _collected(facts.values())
    return {
        vendor: replace(entry, trails=trails(entry.copies, collected, recording, entry.spec, persona))
        if entry.spec.kind == "platform"
        else entry
        for vendor, entry in facts.items()
    }


def _collected(facts: Iterable[VendorFacts]) -> dict[str, list[Event]]:
    """The collectors' events of each order, whichever transport took them."""
    found: dict[str, list[Event]] = {}
    for entry in facts:
        for copy in entry.copies:
            found.setdefault(copy.conversion.order_id, []).extend(copy.collect)
    return found


def _vendor_facts(
    recording: Recording,
    decoded: Decoded,
    persona: Persona,
    spec: VendorSpec,
    account: VendorAccount,
    stripped: frozenset[str],
    all_specs: Sequence[VendorSpec],
) -> VendorFacts:
    events = tuple(event for event in decoded.events if event.vendor == spec.id)
    all_copies, stray = copies_of(recording.conversions, events, spec)
    wanted = wanted_accounts(events, all_copies, account)
    further = further_events(all_copies, wanted)
    if further:
        all_copies, stray = copies_of(recording.conversions, [event for event in events if event not in further], spec)
    refused = tuple(copy for copy in all_copies if is_refused(recording, copy.conversion))
    copies = tuple(copy for copy in all_copies if copy not in refused and _is_heard_of(copy, spec, account))
    consent = consent_facts(events, all_copies, spec, recording)
    spared = {fact.event for fact in consent if fact.is_refused and fact.told == "denied"}
    conversion_events = tuple(
        event for copy in copies for event in (*copy.tag, *copy.capi, *copy.collect, *copy.enhancements)
    )
    sent = identifier_facts(conversion_events, spec, persona)
    identifiers = with_own_numbers(sent, spec, recording, persona)
    differing = (*differences(copies, spec), *identifier_differences(copies, identifiers, spec))
    click_ids = click_id_facts(
        [event for event in conversion_events if event.role is Role.EVENT],
        spec,
        persona,
        recording.scenario.landing_parameters,
        stripped,
        later_clicks(recording),
    )
    return VendorFacts(
        spec=spec,
        account=account,
        events=events,
        copies=copies,
        stray=stray,
        dedup=tuple(
            predict(
                name,
                [
                    event
                    for event in events
                    if event.event == name
                    and event.id not in spared
                    and event not in further
                    and _is_for(event, wanted)
                ],
                spec,
                sum(copy.conversion.event == name and _is_to_count(copy, account) for copy in copies),
            )
            for name in dict.fromkeys(
                (*(copy.conversion.event for copy in (*refused, *copies)), *recording.no_conversions)
            )
            if spec.kind == "platform"
        ),
        identifiers=identifiers,
        matching=matching(identifiers, spec, recording, persona),
        coverage=_coverages(conversion_events, identifiers, click_ids),
        differences=differing,
        timing=timing_facts(copies, identifiers, differing, spec, persona, recording),
        click_ids=click_ids,
        filtered=filtered_events(conversion_events, spec),
        refused=refused,
        wanted_accounts=wanted,
        further=further,
        retried=retried_events(events),
        consent=consent,
        pages=page_facts(events, spec, [other for other in all_specs if other is not spec], recording),
    )


def _is_for(event: Event, wanted: Mapping[str, str]) -> bool:
    return wanted.get(event.id, event.account) == event.account


def _is_heard_of(copy: Copies, spec: VendorSpec, account: VendorAccount) -> bool:
    """Of some conversions nobody says that this vendor is to hear: it does, or they are none of its conversions.

    Those are what is only supposed, and what the site would call by a name of its own that nobody has told.
    """
    if any((copy.tag, copy.capi, copy.collect, copy.blocked)):
        return True
    is_named = not spec.event_names.chosen_by_site or copy.conversion.event in account.names
    return not copy.conversion.is_supposed and (is_named or bool(copy.enhancements))


def _is_to_count(copy: Copies, account: VendorAccount) -> bool:
    """Of a conversion away from the web, the vendor need not hear: it counts where it does, or should."""
    return not copy.conversion.is_offline or bool(copy.capi) or "offline" in account.channels


def _coverages(
    events: Iterable[Event], identifiers: tuple[IdentifierFact, ...], click_ids: tuple[ClickIdFact, ...]
) -> tuple[Coverage, ...]:
    arrived = {event.channel for event in events if event.fate is not Fate.BLOCKED}
    found = (coverage(channel, identifiers, click_ids) for channel in ("tag", "capi", "collect") if channel in arrived)
    return tuple(entry for entry in found if entry is not None)
