"""What happened when?"""

from __future__ import annotations

from builders import (
    ORDERED,
    START,
    a_healthy_recording,
    a_recording,
    a_snapshot,
    an_exchange,
    blocked,
    decoded,
    facts_of,
    meta_capi,
    meta_tag,
    with_blocked,
)

from harness.model.recording import Fate, Recording, Request
from harness.model.result import TimelineEntry
from harness.verdicts.timeline import timeline


def entries_of(recording: Recording) -> tuple[TimelineEntry, ...]:
    return timeline(recording, decoded(recording), facts_of(recording))


def test_everything_stands_in_order_of_time() -> None:
    entries = entries_of(a_healthy_recording())
    assert [(entry.kind, entry.vendor) for entry in entries] == [
        ("step", ""),
        ("conversion", ""),
        ("tag", "google-ads"),
        ("tag", "meta"),
        ("tag", "teads"),
        ("collect", "tealium"),
        ("capi", "google-ads"),
        ("capi", "meta"),
        ("capi", "teads"),
    ]
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)


def test_marks_are_in_seconds_from_the_start() -> None:
    step, conversion, tag, _ = entries_of(a_healthy_recording("meta"))
    assert (step.at, step.until, step.label) == (0.0, 1.0, "open /")
    assert (conversion.at, conversion.until, conversion.label) == (10.0, 10.0, "purchase CS-7F3K9Q2")
    assert (tag.at, tag.until, tag.label, tag.event) == (10.4, 10.5, "Purchase", "meta-tag#0")


def test_a_call_without_an_answer_has_no_length() -> None:
    pending = meta_capi(fate=Fate.PENDING, response=None, ended_at=None)
    assert [(entry.at, entry.until) for entry in entries_of(a_recording(pending)) if entry.vendor] == [(10.9, 10.9)]


def test_a_blocked_call_is_shown_as_blocked() -> None:
    entries = entries_of(with_blocked(a_healthy_recording("meta"), "meta-tag"))
    assert [entry.kind for entry in entries] == ["step", "conversion", "blocked", "capi"]


def test_a_blocked_script_is_shown_by_its_address() -> None:
    script = Request(method="GET", url="https://connect.facebook.net/en_US/fbevents.js?v=1")
    recording = a_recording(blocked(an_exchange(script, name="script", at=START + 1)), meta_capi())
    told = [
        (entry.at, entry.label, entry.vendor, entry.event) for entry in entries_of(recording) if entry.kind == "blocked"
    ]
    assert told == [(1.0, "https://connect.facebook.net/en_US/fbevents.js", "meta", "")]


def test_scripts_that_loaded_and_vendors_outside_the_scenario_are_left_out() -> None:
    script = an_exchange(
        Request(method="GET", url="https://connect.facebook.net/en_US/fbevents.js"), name="script", at=START + 1
    )
    recording = a_recording(script, meta_tag(at=ORDERED), scenario=a_snapshot("teads"))
    assert [entry.kind for entry in entries_of(recording)] == ["step", "conversion"]
