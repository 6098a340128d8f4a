"""Does the collector's hit leave after the vendors' tags?"""

from __future__ import annotations

from builders import (
    LATER,
    ORDERED,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    google_tag,
    meta_tag,
    passes,
    skip_of,
    tealium_collect,
    the_finding,
    without,
)

CHECK = "collect-order"


def test_passes_when_collect_left_last() -> None:
    assert passes(CHECK, a_healthy_recording(), "tealium")


def test_passes_when_everything_fired_twice_and_collect_left_last_each_time() -> None:
    recording = a_recording(
        meta_tag(),
        tealium_collect(),
        meta_tag(name="meta-again", at=LATER),
        tealium_collect(name="collect-again", at=LATER + 1),
    )
    assert passes(CHECK, recording, "tealium")


def test_fails_when_collect_left_before_the_tags() -> None:
    recording = a_recording(tealium_collect(at=ORDERED + 0.1), meta_tag(), google_tag())
    assert the_finding(CHECK, recording, "tealium") == Told(
        "error",
        "The Collect call for order CS-7F3K9Q2 left before the tags of google-ads, meta.",
        expected="Collect last",
        found="Collect before google-ads, meta",
        rule="tealium.collect-last",
        exchanges=("tealium-collect", "meta-tag", "google-tag"),
    )


def test_is_skipped_when_no_tag_arrived() -> None:
    alone = a_recording(tealium_collect())
    assert skip_of(CHECK, alone, "tealium") == Skipped("no tag of another vendor arrived to compare with")


def test_is_skipped_when_no_collect_call_arrived() -> None:
    silent = without(a_healthy_recording(), "tealium-collect")
    assert skip_of(CHECK, silent, "tealium") == Skipped("no copy of a conversion arrived in the channel collect")
