"""Does the collector hear of each conversion exactly once?"""

from __future__ import annotations

from builders import (
    LATER,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    passes,
    skip_of,
    tealium_collect,
    the_finding,
    with_account,
    with_blocked,
    without,
)

CHECK = "collect-once"


def test_passes_when_the_collector_heard_once() -> None:
    assert passes(CHECK, a_healthy_recording(), "tealium")


def test_fails_when_the_collector_heard_nothing() -> None:
    assert the_finding(CHECK, without(a_healthy_recording("tealium"), "tealium-collect"), "tealium") == Told(
        "error", "The collector did not hear of order CS-7F3K9Q2.", expected="1 call", found="none"
    )


def test_fails_when_the_collector_heard_twice() -> None:
    repeated = a_recording(tealium_collect(), tealium_collect(name="again", at=LATER))
    assert the_finding(CHECK, repeated, "tealium") == Told(
        "error",
        "The collector heard of order CS-7F3K9Q2 2 times.",
        expected="1 call",
        found="2 calls",
        exchanges=("tealium-collect", "again"),
    )


def test_fails_with_the_reason_when_the_collector_was_blocked() -> None:
    protected = with_blocked(a_healthy_recording("tealium"), "tealium-collect")
    assert the_finding(CHECK, protected, "tealium") == Told(
        "error",
        "The collector did not hear of order CS-7F3K9Q2, as the profile blocks it.",
        expected="1 call",
        found="none",
        exchanges=("tealium-collect",),
    )


def test_is_skipped_when_the_scenario_wants_no_collect_calls() -> None:
    unused = with_account(a_healthy_recording("tealium"), "tealium", channels=("tag",))
    assert skip_of(CHECK, unused, "tealium") == Skipped("the scenario does not expect Collect calls")


def test_is_undecided_where_a_call_under_the_sites_own_name_may_be_the_one() -> None:
    recording = a_recording(tealium_collect({"data/tealium_event": "danke"}))
    assert skip_of(CHECK, recording, "tealium") == Skipped(
        "the site may have chosen the names of its events, and nobody says whether danke in its calls to the collector "
        "is order CS-7F3K9Q2",
        undecided=True,
    )
