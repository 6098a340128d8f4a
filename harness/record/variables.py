"""What do the `${...}` in a step stand for?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from harness.model.persona import Persona

_REFERENCE = re.compile(r"\$\{\s*([^{}]+?)\s*\}")
_PERSONA_FIELDS = (
    "email", "phone", "phone_national", "first_name", "last_name",
    "street", "city", "region", "postal_code", "country", "external_id",
)  # fmt: skip


class UnknownVariableError(Exception):
    """A `${...}` that nothing has given a value yet."""


def starting_variables(persona: Persona, given: Mapping[str, str]) -> dict[str, str]:
    """Everything a journey may refer to before its first step; `given` are the scenario's own, in order."""
    variables = {f"persona.{name}": getattr(persona, name) for name in _PERSONA_FIELDS}
    variables["persona.name"] = f"{persona.first_name} {persona.last_name}"
    variables |= {f"click_id.{name}": value for name, value in persona.click_ids.items()}
    variables["click_ids"] = urlencode(persona.click_ids)
    for name, value in given.items():
        variables[name] = str(filled(value, variables))
    return variables


def filled(value: Any, variables: Mapping[str, str]) -> Any:
    """The value with every `${...}` in it replaced, in lists and mappings too."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda reference: _value_of(reference[1], variables), value)
    if isinstance(value, Mapping):
        return {name: filled(each, variables) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [filled(each, variables) for each in value]
    return value


def _value_of(name: str, variables: Mapping[str, str]) -> str:
    if name in variables:
        return variables[name]
    close = get_close_matches(name, variables, n=1)
    hint = f"; did you mean ${{{close[0]}}}?" if close else ""
    if name.startswith("click_id."):
        hint = "; this run has " + (
            ", ".join(each for each in variables if each.startswith("click_id.")) or "no click IDs"
        )
    raise UnknownVariableError(f"${{{name}}} has no value at this step{hint}")
