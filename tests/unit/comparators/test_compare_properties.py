"""Laws that hold for any events: pairing, counting and preparing values."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from unit.comparators.compared import PERSON, a_vendor, an_event, an_order

from harness.comparators.dedup import predict, reached
from harness.comparators.digests import digest_of, encoded, is_digest, sha256
from harness.comparators.event_values import values_of
from harness.comparators.forensics import explain
from harness.comparators.normalise import STEPS, normalised
from harness.comparators.pairing import copies_of
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.event import Answer, Event
from harness.model.recording import Fate
from harness.model.spec import VendorSpec

SPECS = load_vendor_specs(packaged_specs())
QUICK = settings(deadline=None, max_examples=100, derandomize=True)
VENDOR = a_vendor()
ORDERS = (an_order("ORD-1001", at=0), an_order("ORD-2002", at=50))


@st.composite
def lists_of_events(draw: Any, most: int = 5) -> list[Event]:
    few = st.sampled_from(("", "a", "b"))
    return [
        an_event(
            f"e{index}",
            draw(st.sampled_from(("tag", "capi"))),
            float(draw(st.integers(0, 400))),
            event_id=draw(few),
            order_id=draw(st.sampled_from(("", "ORD-1001", "ORD-2002"))),
            click_ids={"auctid": draw(few), "gclid": draw(few)},
            browser_ids={"fbp": draw(few)},
            name=draw(st.sampled_from(("Purchase", "purchase"))),
            fate=draw(st.sampled_from((Fate.ANSWERED, Fate.ANSWERED, Fate.BLOCKED, Fate.PENDING))),
            answer=Answer(accepted=draw(st.sampled_from((None, True, False)))),
        )
        for index in range(draw(st.integers(0, most)))
    ]


@QUICK
@given(lists_of_events(8), st.randoms(use_true_random=False))
def test_pairs_do_not_depend_on_the_order_of_the_events(events: list[Event], shuffler: Any) -> None:
    shuffled = list(events)
    shuffler.shuffle(shuffled)

    def pairs(given: list[Event]) -> list[set[tuple[str, str, str]]]:
        copies, _ = copies_of(ORDERS, given, VENDOR)
        return [{(pair.tag.id, pair.capi.id, pair.paired_by) for pair in copy.pairs} for copy in copies]

    assert pairs(shuffled) == pairs(events)


@QUICK
@given(lists_of_events(8))
def test_pairs_are_the_same_seen_from_the_other_channel(events: list[Event]) -> None:
    """Where every copy turns into one of the other channel, the same two are paired."""
    other = {"tag": "capi", "capi": "tag"}
    turned = [replace(event, channel=other[event.channel]) for event in events]

    def pairs(given: list[Event]) -> list[set[tuple[frozenset[str], str]]]:
        copies, _ = copies_of(ORDERS, given, VENDOR)
        return [{(frozenset((pair.tag.id, pair.capi.id)), pair.paired_by) for pair in copy.pairs} for copy in copies]

    assert pairs(turned) == pairs(events)


@QUICK
@given(lists_of_events(8))
def test_each_copy_is_in_one_place(events: list[Event]) -> None:
    copies, stray = copies_of(ORDERS, events, VENDOR)
    placed = [event.id for copy in copies for event in (*copy.tag, *copy.capi, *copy.blocked)]
    assert sorted([*placed, *(event.id for event in stray)]) == sorted(event.id for event in events)
    for copy in copies:
        members = [event.id for pair in copy.pairs for event in (pair.tag, pair.capi)]
        assert len(members) == len(set(members))
        assert len(copy.pairs) == min(len(copy.tag), len(copy.capi))


@pytest.mark.parametrize("vendor", sorted(name for name, spec in SPECS.items() if spec.dedup))
@settings(deadline=None, max_examples=25, derandomize=True)
@given(events=lists_of_events(4))
def test_what_is_counted_lies_between_what_the_keys_allow_and_the_copies(vendor: str, events: list[Event]) -> None:
    spec = replace(SPECS[vendor], filters=())
    mine = [replace(event, vendor=vendor, time=None) for event in events]
    copies = reached(mine)
    found = predict("purchase", mine, spec, 1)
    assert found.counted in found.alternatives
    assert _tied_by_keys(copies, spec) <= min(found.alternatives)
    assert max(found.alternatives) <= len(copies)
    members = [event.id for group in found.groups for event in (group.kept, *group.dropped)]
    assert sorted(members) == sorted(event.id for event in copies)


def _tied_by_keys(copies: list[Event], spec: VendorSpec) -> int:
    """How many are left if every two copies of which some rule's keys agree were one."""
    groups: list[list[Event]] = []
    for event in copies:
        tied = [group for group in groups if any(_may_be_one(event, other, spec) for other in group)]
        groups = [
            [event, *(other for group in tied for other in group)],
            *(each for each in groups if each not in tied),
        ]
    return len(groups)


def _may_be_one(one: Event, other: Event, spec: VendorSpec) -> bool:
    return any(
        all(values_of(one, field, spec) & values_of(other, field, spec) for field in rule.key) for rule in spec.dedup
    )


# What is left of a phone number without its country can be read as another one.
_LOSSY = {"phone-digits", "phone-national"}


@QUICK
@given(st.sampled_from(sorted(STEPS.keys() - _LOSSY)), st.text(max_size=30), st.sampled_from(("", "DE", "US", "GB")))
def test_a_step_done_twice_is_a_step_done_once(step: str, value: str, country: str) -> None:
    once = normalised(value, [step], country)
    assert normalised(once, [step], country) == once


@QUICK
@given(st.text(alphabet="0123456789 +-/()", max_size=16), st.sampled_from(("DE", "US", "GB", "IT", "FR")))
def test_a_phone_number_is_the_same_however_it_is_written(value: str, country: str) -> None:
    whole = normalised(value, ["phone-e164"], country)
    assume(re.fullmatch(r"\+[1-9]\d+", whole))
    for step in ("phone-e164", "phone-digits", "phone-national"):
        assert normalised(whole, [step], country) == normalised(value, [step], country)
    assert normalised(value, ["phone-digits"], country) == whole.removeprefix("+")


@pytest.mark.parametrize(
    ("vendor", "identifier", "variant"),
    [
        (vendor, identifier.name, normalisation.name)
        for vendor, spec in sorted(SPECS.items())
        for identifier in spec.identifiers
        for normalisation in identifier.normalisations
    ],
)
def test_a_persona_s_prepared_value_is_not_changed_by_preparing_it_again(
    vendor: str, identifier: str, variant: str
) -> None:
    entry = SPECS[vendor].identifier(identifier)
    assert entry is not None
    steps = next(normalisation.steps for normalisation in entry.normalisations if normalisation.name == variant)
    once = normalised(getattr(PERSON, entry.persona), steps, PERSON.country)
    assert once
    assert normalised(once, steps, PERSON.country) == once


@QUICK
@given(st.text(max_size=40), st.sampled_from(("hex", "base64", "base64url")))
def test_a_digest_is_read_back_from_every_encoding(text: str, encoding: str) -> None:
    value = encoded(sha256(text), encoding)
    assert is_digest(value)
    assert digest_of(value) == sha256(text)


@QUICK
@given(st.text(max_size=70), st.sampled_from(("email", "phone", "first_name", "city", "country")))
def test_any_value_can_be_asked_about(value: str, field: str) -> None:
    right = normalised(getattr(PERSON, field), ["trim", "lower-case"])
    found = explain(value, field, right, PERSON, ("hex",))
    assert found is None or found.says
