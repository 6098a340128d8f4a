"""Events, conversions and people to compare."""

from __future__ import annotations

from typing import Any

from unit.decode.decode_builders import RULE, a_rule, a_spec

from harness.model.event import Event
from harness.model.persona import Persona, PersonaSeed
from harness.model.recording import Conversion, Fate, Item, Origin
from harness.model.spec import (
    ClickId,
    DedupRule,
    EventId,
    FieldRule,
    Identifier,
    Normalisation,
    RequestRule,
    Role,
    VendorSpec,
)

FIELDS = ("value", "currency", "order_id", "items", "units", "page_url", "click_id.clid")
PERSON = Persona(
    seed=PersonaSeed(token="k7f3q9x2"),
    email="Isentrud.Kniephoff.k7f3q9x2@mail.example",
    phone="+493023125042",
    phone_national="030 23125042",
    first_name="Käthemarie",
    last_name="Weißhaupt-Lüdtke",
    street="Am Löffelbühl 4711",
    city="Bad Säckingen",
    region="Baden-Württemberg",
    postal_code="79713",
    country="DE",
    external_id="C-K7F3Q9X2-2619",
    click_ids={"clid": "AbCdEfGhIjKl"},
)


def a_request_rule(name: str, channel: str, **parts: Any) -> RequestRule:
    known: dict[str, Any] = {
        "channel": channel,
        "fields": {field: FieldRule(paths=()) for field in FIELDS},
        "identifiers": {"email": FieldRule(paths=()), "phone": FieldRule(paths=()), "plain": FieldRule(paths=())},
    }
    return a_rule(name, **{**known, **parts})


def a_vendor(*dedup: DedupRule, **parts: Any) -> VendorSpec:
    """A vendor with a tag (`hit`), a server API (`call`) and a Collect hit (`collect`)."""
    known: dict[str, Any] = {
        "event_id": EventId(rule=RULE),
        "dedup": dedup,
        "click_ids": (ClickId(parameter="clid", rule=RULE),),
    }
    rules = (a_request_rule("hit", "tag"), a_request_rule("call", "capi"), a_request_rule("collect", "collect"))
    return a_spec(*rules, **{**known, **parts})


def a_dedup(**parts: Any) -> DedupRule:
    return DedupRule(**{"rule": RULE, "key": ("account", "name", "event_id"), **parts})


def an_identifier(name: str = "email", **parts: Any) -> Identifier:
    known: dict[str, Any] = {
        "tier": "strongest",
        "rule": RULE,
        "persona": name,
        "normalisations": (Normalisation(name="documented", steps=("trim", "lower-case")),),
        "channels": {"tag": "recommended", "capi": "required"},
    }
    return Identifier(name=name, **{**known, **parts})


def an_event(label: str, /, channel: str = "tag", at: float = 0.0, **parts: Any) -> Event:
    """A purchase, known by `label`; an event ID is the key as well."""
    known: dict[str, Any] = {
        "vendor": "v",
        "channel": channel,
        "origin": Origin.BROWSER if channel == "tag" else Origin.SERVER,
        "role": Role.EVENT,
        "request": {"tag": "hit", "capi": "call", "collect": "collect"}[channel],
        "exchange": label,
        "received_at": at,
        "fate": Fate.ANSWERED,
        "account": "42",
        "name": "Purchase",
        "event": "purchase",
        "key": parts.get("event_id", ""),
    }
    return Event(id=label, **{**known, **parts})


def an_order(order_id: str = "ORD-1001", at: float = 0.0, **parts: Any) -> Conversion:
    known: dict[str, Any] = {
        "event": "purchase",
        "value": "129.90",
        "currency": "EUR",
        "items": (Item(id="A", quantity=2, price="50.00"), Item(id="B", price="25.00")),
        "step": 1,
    }
    return Conversion(order_id=order_id, at=at, **{**known, **parts})
