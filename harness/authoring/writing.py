"""How does a draft read as a scenario file, with comments for whoever edits it next?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.authoring.draft import Draft, DraftStep, DraftVendor

# What may stand without quotes, also inside braces; everything else is quoted.
_PLAIN = re.compile(r"[A-Za-z_À-ÿ][\w À-ÿ./()'+-]*(?<! )")
_WORDS_OF_YAML = frozenset({"null", "true", "false"})
# `open: /` is short for `open: {url: /}`.
_SHORT = {"open": "url", "new_tab": "url", "no_conversion": "event", "consent": "answer", "script": "code"}
_WIDTH = 120


def scenario_text(draft: Draft) -> str:
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    yield f"# yaml-language-server: $schema={draft.schema}"
    yield f"scenario: {draft.id}"
    yield f"title: {_value(draft.title)}"
    yield f"site: {_value(draft.site)}"
    yield from _comment(
        "One run for each profile: `harness list profiles` names more. Keep none, the others are compared with it."
    )
    yield f"profiles: {_value(list(draft.profiles))}"
    if draft.persona:
        yield from _comment("The visitor is made up anew for each run, and lives here.")
        yield f"persona: {_value(draft.persona)}"
    yield from _comment("Who must hear of each conversion, and on which account: `harness list vendors` names more.")
    yield "vendors:"
    for vendor in draft.vendors:
        yield from _vendor(vendor)
    yield from _server_calls(draft.server_calls)
    if draft.variables:
        yield "variables:"
        yield from (f"  {name}: {_value(text)}" for name, text in draft.variables.items())
    if draft.consent:
        yield from _comment("How the site's question of consent is answered, where the journey says `consent`.")
        yield "consent:"
        for answer, steps in draft.consent.items():
            yield f"  {answer}:"
            yield from (f"  {line}" for step in steps for line in _step(step))
    for note in draft.notes:
        yield from _comment(note)
    yield "journey:"
    for step in draft.steps:
        yield from _step(step)


def _server_calls(said: Mapping[str, Any]) -> Iterator[str]:
    if said.get("source") == "not-observable":
        yield from _comment(
            "The calls of a server elsewhere cannot be seen from here, so what depends on them is not judged."
        )
    if said:
        yield f"server_calls: {_value(said)}"


def _vendor(vendor: DraftVendor) -> Iterator[str]:
    yield from _comment(vendor.note, "  ")
    parts: dict[str, Any] = {"accounts": vendor.accounts, "names": vendor.names, "channels": list(vendor.channels)}
    parts |= {"lateness": vendor.lateness} if vendor.lateness else {}
    said = {key: part for key, part in parts.items() if part}
    if not said:
        yield f"  {vendor.vendor}: {{}}"
        return
    yield f"  {vendor.vendor}:"
    yield from (f"    {key}: {_value(part)}" for key, part in said.items())


def _step(step: DraftStep) -> Iterator[str]:
    yield from _comment(step.note, "  ")
    arguments = dict(step.arguments)
    short = _SHORT.get(step.verb)
    if not arguments:
        yield f"  - {step.verb}"
    elif short is not None and list(arguments) == [short]:
        yield f"  - {step.verb}: {_value(arguments[short])}"
    elif len(line := f"  - {step.verb}: {_value(arguments)}") <= _WIDTH and step.verb != "conversion":
        yield line
    else:
        yield f"  - {step.verb}:"
        yield from _block(arguments, "      ")


def _block(arguments: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, part in arguments.items():
        if isinstance(part, (list, tuple)) and part:
            yield f"{indent}{key}:"
            yield from (f"{indent}  - {_value(entry)}" for entry in part)
        else:
            yield f"{indent}{key}: {_value(part)}"


def _value(value: Any) -> str:
    """The value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_value(str(key))}: {_value(part)}" for key, part in value.items()) + "}"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML:
        return text
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str, indent: str = "") -> Iterator[str]:
    yield from (f"{indent}# {' '.join(line.split())}" for line in text.splitlines())
