"""Did the tag fire when the data that it needs was complete?"""

from __future__ import annotations

from typing import Any

import pytest
from builders import (
    ORDER,
    SHOP,
    Skipped,
    Told,
    a_recording,
    findings_of,
    hexed,
    meta_capi,
    meta_tag,
    passes,
    persona,
    skip_of,
    the_finding,
)

from harness.model.recording import Recording, StepRecord

CHECK = "trigger-timing"
FIRES = {"event": "purchase"}
BOUGHT = {"ecommerce": {"value": 129.9, "transaction_id": ORDER.order_id, "items": [{"item_id": "CS-TEA-01"}]}}
KNOWN = {"user_data": {"em": hexed(persona().email.lower())}}


def a_page(*layers: tuple[Any, ...], verbs: tuple[str, ...] = ()) -> tuple[StepRecord, ...]:
    """The thank-you page after the step in which the tag fired and after those that followed."""
    return tuple(
        StepRecord(
            index=ORDER.step + number,
            verb=verbs[number] if verbs else "wait",
            summary="wait",
            started_at=ORDER.at + number,
            ended_at=ORDER.at + number + 1,
            url=f"{SHOP}/thank-you",
            data_layer=layer,
        )
        for number, layer in enumerate(layers)
    )


def fired(changes: dict[str, Any], *layers: tuple[Any, ...], verbs: tuple[str, ...] = ()) -> Recording:
    return a_recording(meta_tag(changes), vendors=("meta",), steps=a_page(*layers, verbs=verbs))


def test_passes_when_the_data_was_there_first() -> None:
    assert passes(CHECK, fired({"cd[value]": None}, (BOUGHT, FIRES)))


def test_passes_when_the_tag_sent_what_came_into_the_data_layer_later() -> None:
    assert passes(CHECK, fired({}, (FIRES, BOUGHT, KNOWN)))


def test_passes_when_another_page_load_brought_the_data() -> None:
    assert passes(CHECK, fired({"cd[value]": None}, ({"event": "gtm.dom"},), (BOUGHT,), verbs=("click", "reload")))


def test_is_skipped_when_no_data_layer_was_seen() -> None:
    assert skip_of(CHECK, fired({}, ())) == Skipped("no data layer was seen when the tag fired")
    assert skip_of(CHECK, a_recording(meta_capi(), vendors=("meta",))) == Skipped(
        "no copy of a conversion arrived in the channel tag"
    )


@pytest.mark.parametrize("layers", [((FIRES, BOUGHT),), (({"event": "gtm.dom"},), ({"event": "gtm.dom"}, BOUGHT))])
def test_fails_when_the_value_came_after_what_fired_the_tag(layers: tuple[Any, ...]) -> None:
    assert the_finding(CHECK, fired({"cd[value]": None}, *layers)) == Told(
        severity="warning",
        message="The tag fired without value, which the data layer held only afterwards.",
        expected="the value before the tag fires",
        found="nothing",
        exchanges=("meta-tag",),
    )


def test_a_wrong_value_that_the_data_layer_corrected_later_is_an_error() -> None:
    found = the_finding(CHECK, fired({"cd[value]": "0.00"}, ({"value": 0}, FIRES, BOUGHT)))
    assert (found.severity, found.found) == ("error", "0")


def test_items_and_identifiers_come_late_too() -> None:
    found = findings_of(CHECK, fired({"cd[contents]": None, "ud[em]": None}, (FIRES, BOUGHT, KNOWN)))
    assert [each.message.split(",")[0] for each in found] == [
        "The tag fired without items",
        "The tag fired without email",
    ]
