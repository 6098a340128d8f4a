"""Does every server copy say where the conversion happened?"""

from __future__ import annotations

from builders import (
    ORDER,
    STORE_SALE,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    google_capi,
    google_tag,
    meta_capi,
    meta_tag,
    meta_upload,
    passes,
    skip_of,
    the_finding,
)

CHECK = "action-source"
BOTH = (ORDER, STORE_SALE)


def test_passes_when_the_store_sale_says_store_and_the_order_says_website() -> None:
    assert passes(CHECK, a_recording(meta_tag(), meta_capi(), meta_upload(), conversions=BOTH))


def test_fails_for_a_store_sale_that_says_website() -> None:
    wrong = meta_upload({"action_source": "website"})
    assert the_finding(CHECK, a_recording(meta_tag(), meta_capi(), wrong, conversions=BOTH)) == Told(
        "warning",
        "The upload in line 1 of sales.jsonl says that order TILL-0042 happened at website; it was in a store.",
        expected="physical_store",
        found="website",
        rule="meta.conversion-place",
        exchanges=("upload",),
    )


def test_fails_where_the_vendor_has_another_word_for_it() -> None:
    finding = the_finding(CHECK, a_recording(google_tag(), google_capi({"eventSource": "PHONE"})), "google-ads")
    assert (finding.expected, finding.found) == ("WEB", "PHONE")


def test_fails_for_an_order_of_the_site_that_says_store() -> None:
    finding = the_finding(CHECK, a_recording(meta_tag(), meta_capi({"action_source": "physical_store"})))
    assert (finding.expected, finding.found) == ("website", "physical_store")


def test_passes_a_word_that_means_no_place_which_is_left_to_the_schema() -> None:
    assert passes(CHECK, a_recording(meta_tag(), meta_capi({"action_source": "shop"})))


def test_is_skipped_where_nothing_is_known_or_said() -> None:
    assert skip_of(CHECK, a_healthy_recording("teads"), "teads") == Skipped(
        "nothing is known of this vendor that says where a conversion happened"
    )
    assert skip_of(CHECK, a_recording(meta_tag())) == Skipped("no copy of a conversion says where it happened")
