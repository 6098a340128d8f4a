"""Each identifier an event carries is right, a variant, a known mistake, plain, or not to be explained."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import a_recording
from unit.comparators.compared import PERSON, a_vendor, an_event, an_identifier
from unit.decode.decode_builders import RULE

from harness.comparators.digests import encoded, sha256
from harness.comparators.identifiers import identifier_facts, with_own_numbers
from harness.model.facts import IdentifierFact
from harness.model.persona import Persona
from harness.model.spec import DeclaredEncodings, Identifier, Normalisation

EMAIL = PERSON.email.lower()
VARIANTS = (
    Normalisation(name="documented", steps=("trim", "lower-case")),
    Normalisation(name="older", steps=("trim", "lower-case", "dots")),
)


def hexed(text: str) -> str:
    return sha256(text).hex()


def fact(
    *values: str, identifier: Identifier | None = None, channel: str = "capi", person: Persona = PERSON
) -> IdentifierFact:
    wanted = identifier or an_identifier(normalisations=VARIANTS)
    event = an_event("e", channel, identifiers={wanted.name: values} if values else {})
    (found,) = identifier_facts([event], a_vendor(identifiers=(wanted,)), person)
    return found


def state(*values: str, **parts: Any) -> tuple[str, str]:
    found = fact(*values, **parts)
    return found.state, found.variant


def test_the_vendor_s_own_rule_is_right_and_another_accepted_one_a_variant() -> None:
    assert state(hexed(EMAIL)) == ("right", "documented")
    user, domain = EMAIL.split("@")
    assert state(hexed(f"{user.replace('.', '')}@{domain}")) == ("variant", "older")


def test_one_right_value_of_several_is_enough() -> None:
    found = fact(hexed("other"), hexed(EMAIL), EMAIL)
    assert (found.state, found.found) == ("right", hexed(EMAIL))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (hexed(PERSON.email), "mistaken"),
        (hexed(hexed(EMAIL)), "mistaken"),
        (encoded(sha256(EMAIL), "base64url"), "mistaken"),
        (EMAIL, "raw"),
        ("null", "raw"),
        ("whatever", "raw"),
        (hexed("somebody else"), "unexplained"),
    ],
)
def test_what_is_wrong_is_told_apart(value: str, expected: str) -> None:
    found = fact(value)
    assert found.state == expected
    assert bool(found.mistake) == (expected in ("mistaken", "raw"))
    assert found.expected == hexed(EMAIL)


def test_what_is_not_there_is_missing_with_its_importance() -> None:
    assert (fact().state, fact().importance) == ("missing", "required")
    assert fact(channel="tag").importance == "recommended"
    assert fact(person=replace(PERSON, email="")).importance == "optional"


def test_an_identifier_of_another_channel_or_request_is_not_asked_for() -> None:
    elsewhere = an_identifier(channels={"tag": "required"})
    unread = an_identifier("street")
    assert identifier_facts([an_event("e", "capi")], a_vendor(identifiers=(elsewhere, unread)), PERSON) == ()


def test_each_accepted_encoding_is_right() -> None:
    both = an_identifier(encodings=("hex", "base64url"))
    for value in (hexed(EMAIL), encoded(sha256(EMAIL), "base64url"), encoded(sha256(EMAIL), "base64url") + "="):
        assert state(value, identifier=both)[0] == "right"


@pytest.mark.parametrize(
    ("said", "encoding", "mistake"),
    [
        ("HEX", "hex", ""),
        ("BASE64", "base64", ""),
        ("HEX", "base64", "the hash is right but written as base64, and the call declares HEX"),
        ("BASE64", "hex", "the hash is right but written as hex, and the call declares BASE64"),
        ("", "base64", ""),
        ("ROT13", "hex", ""),
    ],
)
def test_a_digest_is_held_to_the_encoding_that_the_call_declares(said: str, encoding: str, mistake: str) -> None:
    declared = DeclaredEncodings(field="encoding", values={"HEX": ("hex",), "BASE64": ("base64",)})
    email = an_identifier(encodings=("hex", "base64"), declared=declared)
    sent = encoded(sha256(EMAIL), encoding)
    event = an_event("e", "capi", identifiers={"email": (sent,)}, fields={"encoding": said})
    (found,) = identifier_facts([event], a_vendor(identifiers=(email,)), PERSON)
    assert (found.state, found.mistake) == ("mistaken" if mistake else "right", mistake)
    assert found.expected == encoded(sha256(EMAIL), {"BASE64": "base64"}.get(said, "hex"))


def test_an_appendix_of_the_vendor_s_library_is_ignored() -> None:
    appended = an_identifier(suffix=r"(\.[A-Za-z0-9]{2})?")
    assert state(hexed(EMAIL) + ".AQ", identifier=appended)[0] == "right"
    assert state(hexed(EMAIL), identifier=appended)[0] == "right"
    assert state(hexed(EMAIL) + ".AQ") != ("right", "documented")


@pytest.mark.parametrize(
    ("value", "expected"), [("79713", "right"), (hexed("79713"), "mistaken"), ("79712", "unexplained")]
)
def test_a_value_that_must_be_plain(value: str, expected: str) -> None:
    plain = an_identifier("email", persona="postal_code", hashing="forbidden")
    assert state(value, identifier=plain)[0] == expected


@pytest.mark.parametrize(("value", "expected"), [(EMAIL, "right"), (hexed(EMAIL), "right"), ("other", "unexplained")])
def test_a_value_that_may_be_plain_or_hashed(value: str, expected: str) -> None:
    assert state(value, identifier=an_identifier(hashing="optional"))[0] == expected


def test_a_value_nobody_can_recompute_is_left_open_unless_it_is_hashed_where_it_must_be_plain() -> None:
    plain = an_identifier("plain", persona="", hashing="forbidden", normalisations=())
    assert state("198.51.100.7", identifier=plain)[0] == "unverifiable"
    assert state(hexed("198.51.100.7"), identifier=plain)[0] == "mistaken"


def test_what_differs_in_a_channel_or_a_request_is_asked_of_its_events_only() -> None:
    anywhere = an_identifier(normalisations=VARIANTS)
    in_tag = replace(anywhere, encodings=("hex", "base64url"))
    in_calls = replace(anywhere, hashing="forbidden")
    email = replace(anywhere, differs={"tag": in_tag, "call": in_calls})
    short = encoded(sha256(EMAIL), "base64url")
    assert state(short, identifier=email, channel="tag")[0] == "right"
    assert state(hexed(EMAIL), identifier=email, channel="tag")[0] == "right"
    assert state(EMAIL, identifier=email, channel="capi")[0] == "right"
    assert fact(hexed(EMAIL), identifier=email, channel="capi").mistake == "hashed where the plain value is due"
    elsewhere = replace(email, differs={"another-call": in_calls, "tag": in_tag})
    assert fact(short, identifier=elsewhere, channel="capi").mistake == "the hash is right but written as base64url"


def test_the_rule_of_a_channel_is_cited_where_it_makes_a_difference() -> None:
    own = replace(RULE, id="v.own")
    usual = an_identifier(normalisations=VARIANTS, encodings=("hex", "base64url"))
    hex_only = replace(usual, differs={"capi": replace(usual, rule=own, encodings=("hex",))})
    assert fact(encoded(sha256(EMAIL), "base64url"), identifier=hex_only).rule == own
    assert fact(hexed(f" {EMAIL}"), identifier=hex_only).rule == RULE
    assert fact(hexed(EMAIL), identifier=hex_only, channel="tag").rule == RULE
    other_text = replace(usual, differs={"capi": replace(usual, rule=own, normalisations=VARIANTS[:1])})
    assert fact(hexed(f" {EMAIL}"), identifier=other_text).rule == own


def test_a_kind_of_request_comes_before_its_channel() -> None:
    email = an_identifier()
    by_channel, by_request = replace(email, hashing="optional"), replace(email, hashing="forbidden")
    both = replace(email, differs={"capi": by_channel, "call": by_request})
    assert both.sent_in("capi", "call") is by_request
    assert both.sent_in("capi", "other") is by_channel
    assert both.sent_in("tag", "hit") is both


NOBODY = replace(PERSON, email="", unknown=frozenset({"email"}))


def test_of_a_visitor_whom_nobody_knows_the_form_alone_is_judged() -> None:
    assert state(hexed("somebody@else.test"), person=NOBODY) == ("unverifiable", "")
    assert fact("somebody@else.test", person=NOBODY).state == "raw"
    assert fact(hexed("null"), person=NOBODY).state == "mistaken"
    assert fact(person=NOBODY).importance == fact().importance


def test_what_a_visitor_did_not_give_nobody_can_send() -> None:
    assert fact(person=replace(PERSON, email="")).importance == "optional"
    assert fact("plain", person=replace(PERSON, email="")).state == "unverifiable"


@pytest.mark.parametrize(
    ("verb", "summary", "value", "expected"),
    [
        ("fill", "fill Email with ${persona.email}", hexed("guest-4711"), "unverifiable"),
        ("fill", "fill Customer number with ${persona.external_id}", hexed("guest-4711"), "unexplained"),
        ("call", "call POST /api/orders", hexed("guest-4711"), "unexplained"),
        ("fill", "fill Email with ${persona.email}", hexed(PERSON.external_id.lower()), "right"),
        ("fill", "fill Email with ${persona.email}", hexed("null"), "mistaken"),
    ],
)
def test_a_number_that_the_visitor_did_not_type_may_be_the_site_s_own(
    verb: str, summary: str, value: str, expected: str
) -> None:
    number = an_identifier("plain", persona="external_id")
    spec, recording = a_vendor(identifiers=(number,)), a_recording()
    recording = replace(recording, steps=(replace(recording.steps[0], verb=verb, summary=summary),))
    sent = identifier_facts([an_event("e", "capi", identifiers={"plain": (value,)})], spec, PERSON)
    (found,) = with_own_numbers(sent, spec, recording, PERSON)
    assert found.state == expected
