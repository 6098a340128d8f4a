"""Does every order have an event ID of its own?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    ORDER,
    SECOND_ORDER,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    event_id_of,
    findings_of,
    google_capi,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    specs,
    the_finding,
)

CHECK = "event-id-unique"
BOTH = (ORDER, SECOND_ORDER)


def test_passes_when_two_orders_have_two_ids() -> None:
    assert passes(CHECK, a_recording(meta_tag(), meta_tag(order=SECOND_ORDER, name="second"), conversions=BOTH))


def test_passes_when_the_order_of_another_run_has_another_id() -> None:
    elsewhere = {event_id_of(SECOND_ORDER): (SECOND_ORDER.order_id,)}
    assert passes(CHECK, a_healthy_recording("meta"), other_orders=elsewhere)


def test_fails_when_an_order_of_another_run_had_the_same_id() -> None:
    recording = a_recording(meta_tag({"eid": "purchase"}), meta_capi({"event_id": "purchase"}))
    assert the_finding(CHECK, recording, other_orders={"purchase": (SECOND_ORDER.order_id,)}) == Told(
        "error",
        "The ID purchase is used for 2 orders: CS-7F3K9Q2, CS-8G4L0R3.",
        expected="an ID of its own for each order",
        found="purchase",
        rule="meta.event-id",
        exchanges=("meta-tag", "meta-capi"),
    )


def test_fails_when_two_orders_of_one_run_share_an_id() -> None:
    same = {"event_id": "constant"}
    recording = a_recording(meta_capi(same), meta_capi(same, order=SECOND_ORDER, name="second"), conversions=BOTH)
    (finding,) = findings_of(CHECK, recording)
    assert finding.found == "constant"
    assert finding.exchanges == ("meta-capi", "second")


def test_fails_when_another_event_has_the_id_where_the_vendor_looks_at_nothing_else() -> None:
    view = meta_tag({"ev": "ViewContent"}, name="view")
    recording = a_recording(meta_tag(), view)
    meta = specs()["meta"]
    by_id_alone = replace(meta, dedup=(replace(meta.dedup[0], key=("event_id",), across="any"),))
    assert the_finding(CHECK, recording, known={**specs(), "meta": by_id_alone}) == Told(
        "error",
        f"The ID {event_id_of(ORDER)} of Purchase is that of ViewContent, too; the vendor takes them for one.",
        expected="an ID of its own for each event",
        found=event_id_of(ORDER),
        rule="meta.dedup.event-id",
        exchanges=("meta-tag", "view"),
    )
    assert skip_of(CHECK, recording) == Skipped("only one order was seen; whether IDs repeat needs two")


def test_is_skipped_when_only_one_order_was_seen() -> None:
    assert skip_of(CHECK, a_healthy_recording("meta")) == Skipped(
        "only one order was seen; whether IDs repeat needs two"
    )


def test_is_skipped_when_no_copy_carries_an_id() -> None:
    without_ids = a_recording(google_capi({"transactionId": None}))
    assert skip_of(CHECK, without_ids, "google-ads") == Skipped("no copy carries an event ID")


def test_is_skipped_when_the_vendor_has_no_event_id() -> None:
    assert skip_of(CHECK, a_healthy_recording("teads"), "teads") == Skipped(
        "this vendor has no event ID that must be unique"
    )
