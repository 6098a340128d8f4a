"""Where does the page tell what the site has confirmed, and which steps read it there?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.authoring.draft import DraftStep

_SELECTORS = ("test_id", "css", "label", "text")
_DATA_LAYER = "data_layer"
EXPECTED = (
    "test_id:order-number, css:#order-number, label:Order number, text:..., or data_layer:ecommerce.transaction_id"
)
_PATH = re.compile(r"[\w$-]+(\.[\w$-]+)*")
_PLAIN_NAME = re.compile(r"[A-Za-z_$][\w$]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value: from the element that `selector` names, by JavaScript `code`, or `always` the same."""

    selector: Mapping[str, str] | None = None
    code: str = ""
    always: str = ""


def reading_from(text: str, data_layer: str) -> Reading | None:
    """What a person wrote (`test_id:order-number`) as a reading; None if it is none."""
    kind, colon, rest = text.strip().partition(":")
    if not colon or not rest.strip():
        return None
    if kind in _SELECTORS:
        return Reading(selector={kind: rest.strip()})
    if kind == _DATA_LAYER and _PATH.fullmatch(rest.strip()):
        return Reading(code=latest_in_layer(rest.strip().split("."), data_layer))
    return None


def latest_in_layer(path: list[str], data_layer: str) -> str:
    """JavaScript for the latest value at this path of the data layer's entries."""
    at = "".join(f"?.{part}" if _PLAIN_NAME.fullmatch(part) else f"?.[{json.dumps(part)}]" for part in path)
    # concat takes a data layer that is one object, too.
    return f"[].concat({data_layer} || []).reverse().map(entry => entry{at}).find(value => value != null)"


def reading_steps(event: str, readings: Mapping[str, Reading]) -> Iterator[DraftStep]:
    """The steps that read `order_id`, `value` and `currency` where that is known, and declare the conversion."""
    first = readings["order_id"]
    if first.selector is not None:
        yield DraftStep(verb="wait", arguments=first.selector)
    declared = {"event": event}
    for key, reading in readings.items():
        name = key if key == "order_id" else f"order_{key}"
        if reading.selector is not None:
            yield DraftStep(verb="read", arguments={**reading.selector, "as": name})
        elif reading.code:
            yield DraftStep(verb="script", arguments={"code": reading.code, "as": name})
        declared[key] = reading.always or f"${{{name}}}"
    yield DraftStep(
        verb="conversion",
        arguments=declared,
        note="The ground truth: what the site has confirmed is what vendors must have been told.",
    )
