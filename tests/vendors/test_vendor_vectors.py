"""Each vendor's identifiers, prepared and hashed as its documents say; and its usual mistakes, called by their names.

`<vendor>/vectors.yaml` holds three kinds: `right` (raw value, variant of the spec or bare `steps`, what comes out),
`wrong` (a digest and the mistake that made it) and `click_ids` (what was sent, and what is said about it).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import Any

import pytest
from vendors.vendor_files import HERE, data_of, exchanges_of, specs

from harness.comparators.click_ids import click_id_facts
from harness.comparators.digests import digest_of, encoded
from harness.comparators.forensics import explain
from harness.comparators.identifiers import identifier_facts
from harness.comparators.normalise import normalised
from harness.decode import decode
from harness.model.event import Event
from harness.model.persona import Persona, PersonaSeed
from harness.model.recording import Fate, Origin
from harness.model.spec import Identifier, Role

NOBODY = Persona(
    seed=PersonaSeed(token="vectors"),
    email="",
    phone="",
    phone_national="",
    first_name="",
    last_name="",
    street="",
    city="",
    region="",
    postal_code="",
    country="DE",
    external_id="",
)


def _entries(kind: str) -> list[Any]:
    found = []
    for path in sorted(HERE.glob("*/vectors.yaml")):
        for entry in data_of(path).get(kind, []):
            words = (
                str(entry[key]) for key in ("identifier", "in", "raw", "variant", "mistake", "sent") if key in entry
            )
            found.append(pytest.param(path.parent.name, entry, id=f"{path.parent.name}: {' '.join(words)}"))
    return found


def _identifier(vendor: str, entry: dict[str, Any]) -> Identifier:
    """The identifier as the spec has it, or as the channel or request that is named by `in` takes it."""
    known = specs()[vendor].identifier(entry["identifier"])
    assert known is not None
    return known.sent_in(entry.get("in", ""), entry.get("in", ""))


@pytest.mark.parametrize(("vendor", "entry"), _entries("right"))
def test_a_value_is_prepared_as_the_vendor_says(vendor: str, entry: dict[str, Any]) -> None:
    country = entry.get("country", "")
    if "steps" in entry:  # of an identifier that no persona has, or of another library's variant
        text = normalised(entry["raw"], entry["steps"], country)
    else:
        identifier = _identifier(vendor, entry)
        steps = {normalisation.name: normalisation.steps for normalisation in identifier.normalisations}
        text = normalised(entry["raw"], steps[entry["variant"]], country)
    assert text == entry["normalised"]
    if "sha256" in entry:
        digest = hashlib.sha256(text.encode()).digest()
        assert encoded(digest, "hex") == entry["sha256"]
        assert digest_of(entry["sha256"]) == digest
    if "base64url" in entry:
        assert encoded(digest, "base64url") == entry["base64url"]
        assert digest_of(entry["base64url"]) == digest_of(entry["base64url"] + "=") == digest
        assert base64.urlsafe_b64decode(entry["base64url"] + "=") == digest


def _hashed() -> list[Any]:
    """The vectors of identifiers that a persona has, by the spec's own variants."""
    return [entry for entry in _entries("right") if {"variant", "sha256"} <= entry.values[1].keys()]


@pytest.mark.parametrize(("vendor", "entry"), _hashed())
def test_a_right_digest_is_recognised_as_right(vendor: str, entry: dict[str, Any]) -> None:
    identifier = _identifier(vendor, entry)
    request = next(
        rule
        for rule in specs()[vendor].requests
        if rule.channel in identifier.channels
        and entry["identifier"] in rule.identifiers
        and entry.get("in", rule.id) in (rule.id, rule.channel)
    )
    person = replace(NOBODY, **{"country": entry.get("country", "DE"), identifier.persona: entry["raw"]})
    for sent in [entry[form] for form in ("sha256", "base64url") if form in entry]:
        event = replace(_event(vendor, request.channel, request.id), identifiers={identifier.name: (sent,)})
        facts = {fact.name: fact for fact in identifier_facts([event], specs()[vendor], person)}
        assert facts[identifier.name].state in ("right", "variant"), facts[identifier.name]


def _event(vendor: str, channel: str, request: str) -> Event:
    return Event(
        id="e#0",
        vendor=vendor,
        channel=channel,
        origin=Origin.BROWSER,
        role=Role.EVENT,
        request=request,
        exchange="e",
        received_at=0.0,
        fate=Fate.ANSWERED,
    )


@pytest.mark.parametrize(("vendor", "entry"), _entries("wrong"))
def test_a_mistake_is_called_by_its_name(vendor: str, entry: dict[str, Any]) -> None:
    identifier = _identifier(vendor, entry)
    person = replace(NOBODY, **entry["persona"])
    steps = identifier.normalisations[0].steps
    right = normalised(getattr(person, identifier.persona), steps, person.country)
    found = explain(entry["sent"], identifier.persona, right, person, identifier.encodings)
    assert found is not None
    assert found.name == entry["mistake"]


@pytest.mark.parametrize(("vendor", "entry"), _entries("click_ids"))
def test_a_click_id_that_was_sent_is_compared_with_the_landing(vendor: str, entry: dict[str, Any]) -> None:
    spec = specs()[vendor]
    person = replace(NOBODY, click_ids={entry["parameter"]: entry["landing"]})
    events = decode(exchanges_of({"requests": [entry["request"]]}), [spec]).events
    facts = click_id_facts(events, spec, person, person.click_ids, frozenset())
    assert [(fact.parameter, fact.state) for fact in facts] == [(entry["parameter"], entry["state"])]
