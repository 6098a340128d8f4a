"""Is the event's time fresh and in the vendor's unit?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    ORDER,
    ORDERED,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    google_capi,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    teads_capi,
    teads_tag,
    tealium_collect,
    the_finding,
)

from harness.model.recording import Exchange

CHECK = "event-time"
SENT = int(ORDERED)
DAY = 86400


def test_passes_for_a_fresh_time_in_the_vendors_unit() -> None:
    for vendor in ("meta", "google-ads", "teads", "tealium"):
        assert passes(CHECK, a_healthy_recording(), vendor)


def test_passes_at_the_edges_of_what_the_vendor_takes() -> None:
    sent = ORDERED + 0.9
    old = replace(ORDER, at=ORDERED - 7 * DAY)
    assert passes(CHECK, a_recording(meta_capi({"event_time": SENT - 7 * DAY}, at=ORDERED), conversions=(old,)))
    assert passes(CHECK, a_recording(meta_capi({"event_time": int(sent) + 300}, at=sent)))


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (-7200, "2 hours earlier than it was, as of another time zone"),
        (-5400, "1.5 hours earlier than it was"),
        (-6 * DAY, "6 days earlier than it was"),
    ],
)
def test_fails_when_the_time_is_not_that_of_the_order(by: int, said: str) -> None:
    found = the_finding(CHECK, a_recording(meta_capi({"event_time": SENT + by})))
    assert (found.severity, found.message) == (
        "warning",
        f"The server call says that order {ORDER.order_id} was made {said}.",
    )


def test_minutes_are_not_held_against_a_clock() -> None:
    assert passes(CHECK, a_recording(meta_capi({"event_time": SENT - 600})))


@pytest.mark.parametrize(
    ("vendor", "exchange", "finding"),
    [
        (
            "meta",
            meta_capi({"event_time": SENT * 1000}),
            Told(
                "error",
                "The time of the server call is 1795286410000 (milliseconds); "
                "expected Unix time in seconds (10 digits).",
                "Unix time in seconds (10 digits)",
                "1795286410000",
                "meta.event-time",
                ("meta-capi",),
            ),
        ),
        (
            "meta",
            meta_tag({"ts": str(SENT)}),
            Told(
                "error",
                "The time of the browser tag is 1795286410 (seconds); expected Unix time in milliseconds (13 digits).",
                "Unix time in milliseconds (13 digits)",
                "1795286410",
                "meta.event-time",
                ("meta-tag",),
            ),
        ),
        (
            "teads",
            teads_capi({"event_time": SENT * 1000}),
            Told(
                "error",
                "The time of the server call is 1795286410000 (milliseconds); "
                "expected Unix time in seconds (10 digits).",
                "Unix time in seconds (10 digits)",
                "1795286410000",
                "teads.request.capi",
                ("teads-capi",),
            ),
        ),
        (
            "tealium",
            tealium_collect({"post_time": "now"}),
            Told(
                "error",
                "The time of the Collect call is now; expected Unix time in milliseconds (13 digits).",
                "Unix time in milliseconds (13 digits)",
                "now",
                "tealium.request.collect",
                ("tealium-collect",),
            ),
        ),
        (
            "meta",
            meta_capi({"event_time": SENT - 8 * DAY}, at=ORDERED),
            Told(
                "error",
                "The server call is 8 days old when it is sent; the vendor takes 7 days.",
                "at most 7 days old",
                "8 days old",
                "meta.event-time",
                ("meta-capi",),
            ),
        ),
        (
            "google-ads",
            google_capi({"eventTimestamp": "2026-11-21T20:40:10+01:00"}, at=ORDERED),
            Told(
                "error",
                "The server call says it happens 1 hour after it was sent.",
                "a time that is not in the future",
                "1 hour ahead",
                "google-ads.event-time",
                ("google-capi",),
            ),
        ),
        (
            "google-ads",
            google_capi({"eventTimestamp": "2026-11-21 20:00:10"}),
            Told(
                "error",
                "The time of the server call is 2026-11-21 20:00:10; "
                "expected a date and time with its zone, such as 2026-01-31T12:00:00+01:00.",
                "a date and time with its zone, such as 2026-01-31T12:00:00+01:00",
                "2026-11-21 20:00:10",
                "google-ads.event-time",
                ("google-capi",),
            ),
        ),
    ],
    ids=["milliseconds", "seconds", "without limits", "no time", "stale", "future", "no zone"],
)
def test_fails_for_a_time_that_is_wrong(vendor: str, exchange: Exchange, finding: Told) -> None:
    assert the_finding(CHECK, a_recording(exchange), vendor) == finding


def test_fails_without_naming_a_unit_that_nobody_can_know() -> None:
    finding = the_finding(CHECK, a_recording(meta_capi({"event_time": 17952864})))
    assert finding.message == "The time of the server call is 17952864; expected Unix time in seconds (10 digits)."


def test_is_skipped_when_no_copy_has_a_time_of_its_own() -> None:
    assert skip_of(CHECK, a_recording(teads_tag()), "teads") == Skipped(
        "no copy of a conversion carries a time of its own"
    )
