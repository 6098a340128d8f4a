"""What does somebody say of a visit that other programs have seen?"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from harness.errors import InputError, Mistake
from harness.load.documents import Document, close_match, mistake_at, mistakes_in, read_document
from harness.load.scenarios import vendor_account
from harness.model.persona import Persona, PersonaSeed
from harness.model.recording import Conversion, Item
from harness.model.visit import VisitDescription

_NOT_TOLD = frozenset(("seed", "click_ids", "unknown"))
_VALUES = tuple(field.name for field in fields(Persona) if field.name not in _NOT_TOLD)
_FORMS = {
    "email": (re.compile(r"\s*[^@\s]+@[^@\s]+\s*"), "an email address"),
    "phone": (re.compile(r"\+[1-9][0-9]{6,14}"), "an international number with + and digits only, in quotes"),
    "country": (re.compile(r"[A-Z]{2}"), "a country's two capitals, such as DE"),
}


def load_visit(path: Path, *, vendors: Collection[str], profiles: Collection[str]) -> VisitDescription:
    """Read a description; an `InputError` names every mistake in it, and repeats no value of the visitor."""
    document = read_document(path)
    mistakes = [
        *mistakes_in(document, _schema()),
        *_persona_mistakes(document),
        *_time_mistakes(document),
        *_unknown_names(document, vendors, profiles),
    ]
    if mistakes:
        raise InputError(sorted(set(mistakes), key=lambda each: (each.line, each.column)))
    data = document.data
    return VisitDescription(
        persona=persona_of(data.get("persona", {})),
        title=data.get("visit", ""),
        site=data.get("site", ""),
        vendors=tuple(vendor_account(name, entry or {}) for name, entry in data.get("vendors", {}).items()),
        orders=tuple(_order(entry) for entry in data.get("orders", ())),
        profile=data.get("profile", ""),
        consent=data.get("consent", ""),
        server_calls_complete=data.get("server_calls", {}).get("complete", False),
    )


def persona_of(told: dict[str, str | None]) -> Persona:
    """A visitor of whom this is told; an empty value is one that he did not give, a missing one is not known."""
    values: dict[str, Any] = {name: told.get(name) or "" for name in _VALUES}
    return Persona(seed=PersonaSeed(token=""), unknown=frozenset(_VALUES) - told.keys(), **values)


def _schema() -> dict[str, Any]:
    """With the words that scenarios use for the same things."""
    own: dict[str, Any] = _read("visit.json")
    shared = _read("scenario.json")["$defs"]
    names = ("text", "name", "amount", "item", "vendor", "per_channel", "channel")
    vendor = {**shared["vendor"], "type": ["object", "null"]}
    return {**own, "$defs": {**{name: shared[name] for name in names}, "vendor": vendor, **own["$defs"]}}


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("harness.load") / "schemas" / name).read_text("utf-8"))
    return found


def _entries(document: Document, key: str, kind: type) -> Any:
    found = document.data.get(key) if isinstance(document.data, dict) else None
    return found if isinstance(found, kind) else kind()


def _persona_mistakes(document: Document) -> Iterator[Mistake]:
    """By hand, as mistakes of the schema quote what they found."""
    for name, value in _entries(document, "persona", dict).items():
        place = document.place(("persona", name), at_key=True)
        if name not in _VALUES:
            near = close_match(name, _VALUES)
            yield mistake_at(place, f'unknown value "{name}"', "" if near else f"one of {', '.join(_VALUES)}", near)
        elif not isinstance(value, str | None):
            yield mistake_at(place, f"{name} is no text", "text, in quotes", "what he did not give stays empty")
        elif value and name in _FORMS and not _FORMS[name][0].fullmatch(value):
            yield mistake_at(place, f"{name} has another form", _FORMS[name][1])


def _time_mistakes(document: Document) -> Iterator[Mistake]:
    for index, entry in enumerate(_entries(document, "orders", list)):
        time = entry.get("time") if isinstance(entry, dict) else None
        if isinstance(time, str) and _moment(time) is None:
            place = document.place(("orders", index, "time"))
            yield mistake_at(place, f'"{time}"', "a time with its zone, such as 2026-11-22T08:00:00+01:00")


def _unknown_names(document: Document, vendors: Collection[str], profiles: Collection[str]) -> Iterator[Mistake]:
    for name in _entries(document, "vendors", dict):
        if name not in vendors:
            yield _unknown(document, ("vendors", name), "vendor", name, vendors)
    profile = _entries(document, "profile", str)
    if profile and profile not in profiles:
        yield _unknown(document, ("profile",), "profile", profile, profiles)


def _unknown(document: Document, path: tuple[str, ...], kind: str, name: str, known: Collection[str]) -> Mistake:
    near = close_match(name, known)
    expected = "" if near else f"one of {', '.join(sorted(known))}"
    return mistake_at(document.place(path, at_key=True), f'unknown {kind} "{name}"', expected, near)


def _moment(text: str) -> float | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.timestamp() if found.tzinfo is not None else None


def _order(entry: dict[str, Any]) -> Conversion:
    return Conversion(
        event=entry.get("event", "purchase"),
        order_id=entry["order_id"],
        value=entry.get("value", ""),
        currency=entry.get("currency", ""),
        items=tuple(Item(**item) for item in entry.get("items", ())),
        action_source=entry.get("action_source", "website"),
        at=(_moment(entry["time"]) if "time" in entry else None) or 0.0,
        step=0,
    )
