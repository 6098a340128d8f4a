"""Do tag and server copies agree in what the order does not settle?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    ORDER,
    SHOP,
    UNOBSERVABLE,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    thanks,
    the_finding,
    without,
)

CHECK = "parameter-agreement"
LEAD = replace(ORDER, value="", currency="", items=())


def test_passes_when_the_copies_agree() -> None:
    for vendor in ("meta", "google-ads", "teads"):
        assert passes(CHECK, a_healthy_recording(), vendor)


def test_passes_when_only_the_query_of_the_page_differs() -> None:
    assert passes(CHECK, a_recording(meta_tag({"dl": f"{thanks(ORDER)}?utm_source=x"}), meta_capi()))


def test_fails_when_the_copies_tell_of_different_pages() -> None:
    recording = a_recording(meta_tag(), meta_capi({"event_source_url": f"{SHOP}/checkout"}))
    assert the_finding(CHECK, recording) == Told(
        "warning",
        f"The server's page URL is {SHOP}/checkout; the tag's is {thanks(ORDER)}.",
        expected=thanks(ORDER),
        found=f"{SHOP}/checkout",
        exchanges=("meta-tag", "meta-capi"),
    )


def test_fails_for_a_value_that_no_order_settles() -> None:
    recording = a_recording(meta_tag({"cd[value]": "40"}), meta_capi({"custom_data/value": 50}), conversions=(LEAD,))
    assert the_finding(CHECK, recording).message == "The server's value is 50; the tag's is 40."


def test_what_the_order_settles_is_said_only_once() -> None:
    assert passes(CHECK, a_recording(meta_tag({"cd[value]": "109.16"}), meta_capi()))


def test_is_skipped_without_a_pair() -> None:
    alone = without(a_healthy_recording("meta"), "meta-capi")
    assert skip_of(CHECK, alone) == Skipped("no server copy arrived to compare with")
    unseen = Skipped("server calls are not observable here", undecided=True)
    assert skip_of(CHECK, replace(alone, server_source=UNOBSERVABLE)) == unseen
