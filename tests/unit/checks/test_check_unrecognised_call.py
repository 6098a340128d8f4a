"""Does a vendor's host receive calls that its spec does not know?"""

from __future__ import annotations

from builders import LATER, Skipped, Told, a_healthy_recording, a_recording, an_exchange, passes, skip_of, the_finding

from harness.model.recording import Exchange, Request

CHECK = "unrecognised-call"


def unknown(name: str, address: str = "https://www.facebook.com/brand-new?x=1") -> Exchange:
    return an_exchange(Request(method="POST", url=address), name=name, at=LATER)


def test_passes_when_every_call_is_understood() -> None:
    for vendor in ("meta", "google-ads", "teads", "tealium"):
        assert passes(CHECK, a_healthy_recording(), vendor)


def test_passes_for_the_unknown_calls_of_another_vendor() -> None:
    recording = a_healthy_recording()
    recording = a_recording(*recording.exchanges, unknown("teads-new", "https://t.teads.tv/brand-new"))
    assert passes(CHECK, recording)


def test_fails_nobody_but_tells_of_unknown_calls_once_for_each_address() -> None:
    recording = a_recording(unknown("first"), unknown("second"))
    assert the_finding(CHECK, recording) == Told(
        "info",
        "POST https://www.facebook.com/brand-new is not described in the vendor's spec (2 times).",
        found="POST https://www.facebook.com/brand-new",
        exchanges=("first", "second"),
    )


def test_tells_what_a_call_lacks_to_be_an_event() -> None:
    recording = a_recording(unknown("nameless", "https://www.facebook.com/tr/?id=702400000000001&dl=https%3A%2F%2Fa"))
    assert the_finding(CHECK, recording) == Told(
        "info",
        "POST https://www.facebook.com/tr/ is no event, since it lacks ev, the event's name (once).",
        found="POST https://www.facebook.com/tr/",
        exchanges=("nameless",),
    )


def test_tells_of_a_batch_without_events() -> None:
    recording = a_recording(unknown("empty", "https://graph.facebook.com/v26.0/702400000000001/events"))
    assert the_finding(CHECK, recording).message == (
        "POST https://graph.facebook.com/v26.0/702400000000001/events is no event, "
        "since it lacks anything at body/data*/* (once)."
    )


def test_is_skipped_when_there_was_no_call_to_understand() -> None:
    assert skip_of(CHECK, a_recording()) == Skipped("no call to this vendor was seen that could be an event")
