"""Where did the click IDs of the landing page get to?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from harness.model.event import Event
from harness.model.facts import ClickIdFact
from harness.model.persona import Persona
from harness.model.recording import Origin, Recording
from harness.model.spec import ClickId, VendorSpec


def stripped_parameters(recording: Recording) -> frozenset[str]:
    """Landing parameters that the profile took away before the site saw them.

    Either a rule removed them on the wire, or the browser's own engine did, and then the first document that was
    asked for lacks them already.
    """
    removed = {
        name
        for exchange in recording.exchanges
        if exchange.blocking is not None and exchange.blocking.action == "strip"
        for name in exchange.blocking.removed_parameters
    }
    if recording.profile.has_rules:
        landing = next(
            (
                exchange
                for exchange in recording.exchanges
                if exchange.origin is Origin.BROWSER and exchange.type == "document"
            ),
            None,
        )
        if landing is not None:
            there = {name for name, _ in parse_qsl(urlsplit(landing.request.url).query, keep_blank_values=True)}
            removed |= set(recording.scenario.landing_parameters) - there
    return frozenset(removed) & frozenset(recording.scenario.landing_parameters)


def later_clicks(recording: Recording) -> frozenset[tuple[str, str]]:
    """The parameters of all pages: who clicks on another ad lands with a click ID that takes the place of the first."""
    return frozenset(
        pair
        for exchange in recording.exchanges
        if exchange.origin is Origin.BROWSER and exchange.type == "document"
        for pair in parse_qsl(urlsplit(exchange.request.url).query)
    )


def click_id_facts(
    events: Iterable[Event],
    spec: VendorSpec,
    persona: Persona,
    landing: Collection[str],
    stripped: frozenset[str],
    later: Collection[tuple[str, str]] = (),
) -> tuple[ClickIdFact, ...]:
    """For each event that could carry a click ID the visitor landed with: is it there, and is it the same?

    One that is quite another is right if the visitor landed with it, too (`later`).
    """
    facts = []
    for event in events:
        request = next((request for request in spec.requests if request.id == event.request), None)
        for click in spec.click_ids:
            expected = persona.click_ids.get(click.parameter, "") if click.parameter in landing else ""
            if request is None or not expected or f"click_id.{click.parameter}" not in request.fields:
                continue
            # Of several click IDs a call may take one only; whoever sent another one has chosen.
            is_needed = event.channel in click.required or not any(event.click_ids.values())
            if is_needed or event.click_ids.get(click.parameter):
                fact = _fact(event, click, expected, stripped)
                is_later = fact.state == "foreign" and (click.parameter, fact.found) in later
                facts.append(replace(fact, state="carried", expected=fact.found, explanation="") if is_later else fact)
    return tuple(facts)


def _fact(event: Event, click: ClickId, expected: str, stripped: frozenset[str]) -> ClickIdFact:
    found = event.click_ids.get(click.parameter, "")
    state, explanation = _state(found, expected, click, stripped)
    return ClickIdFact(
        event=event.id,
        channel=event.channel,
        parameter=click.parameter,
        state=state,
        found=found,
        expected=expected,
        explanation=explanation,
    )


def _state(found: str, expected: str, click: ClickId, stripped: frozenset[str]) -> tuple[str, str]:
    if not found:
        return ("stripped", "taken away by the profile") if click.parameter in stripped else ("missing", "")
    if found == expected or (not click.case_sensitive and found.strip().lower() == expected.lower()):
        return "carried", ""
    if found.lower() == expected.lower():
        return "altered", "its letters were changed to another case"
    if expected.startswith(found) or (len(found) >= 8 and found in expected):
        return "altered", "it was cut"
    if found.startswith("{") or found.startswith("%7B") or found in ("null", "undefined"):
        return "altered", "a placeholder was sent that nobody filled in"
    return "foreign", "it is not the click ID of this visit"
