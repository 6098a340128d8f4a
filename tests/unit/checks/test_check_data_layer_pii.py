"""Does the data layer hold plain values of the visitor?"""

from __future__ import annotations

from typing import Any

from builders import (
    ORDER,
    SHOP,
    START,
    Skipped,
    Told,
    a_recording,
    an_exchange,
    blocked,
    hexed,
    landing,
    passes,
    persona,
    skip_of,
    the_finding,
)

from harness.model.recording import Exchange, Recording, Request, StepRecord

CHECK = "data-layer-pii"
PAGE = f"{SHOP}/thank-you"
CUSTOMER = {"event": "purchase", "customer": {"mail": persona().email, "town": persona().city}}


def holding(*layer: Any, scripts: tuple[Exchange, ...] = ()) -> Recording:
    step = StepRecord(
        index=ORDER.step,
        verb="click",
        summary="click Place order",
        started_at=START,
        ended_at=START + 1,
        url=f"{PAGE}?o=1",
        data_layer=layer,
    )
    return a_recording(landing(), *scripts, steps=(step,))


def a_script(url: str) -> Exchange:
    return an_exchange(Request(method="GET", url=url), name="script", at=START, type="script", page=PAGE, response=None)


def test_passes_when_there_are_hashes_only() -> None:
    hashed = {"em": hexed(persona().email.lower()), "town": persona().city, "id": ORDER.order_id}
    assert passes(CHECK, holding(hashed), "")


def test_is_skipped_when_there_is_no_data_layer() -> None:
    assert skip_of(CHECK, holding(), "") == Skipped("no data layer was seen")


def test_is_told_when_the_site_and_its_vendors_alone_can_read_it() -> None:
    scripts = (a_script(f"{SHOP}/app.js"), a_script("https://connect.facebook.net/en_US/fbevents.js"))
    assert the_finding(CHECK, holding(CUSTOMER, scripts=scripts), "") == Told(
        severity="info",
        message=f"The data layer of {PAGE} holds the visitor's email address plain.",
        expected="nothing of the visitor, or hashes",
        found="email address",
    )


def test_fails_when_scripts_of_strangers_read_along() -> None:
    script = a_script("https://widgets.example/chat.js")
    found = the_finding(CHECK, holding(CUSTOMER, scripts=(script,)), "")
    assert found.severity == "warning"
    assert found.message.endswith("plain; scripts of widgets.example read along.")
    assert the_finding(CHECK, holding(CUSTOMER, scripts=(blocked(script),)), "").severity == "info"
