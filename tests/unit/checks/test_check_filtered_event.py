"""Is a conversion sent in a way that is not meant for conversions, such as a test?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    ORDER,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    blocked,
    findings_of,
    google_capi,
    google_tag,
    marked,
    meta_capi,
    meta_tag,
    outcomes_of,
    passes,
    skip_of,
    specs,
    teads_capi,
    tealium_collect,
    the_finding,
)

from harness.model.spec import Basis

CHECK = "filtered-event"


def test_passes_when_nothing_is_marked() -> None:
    for vendor in ("meta", "google-ads", "teads", "tealium"):
        assert passes(CHECK, a_healthy_recording(), vendor)


def test_fails_for_a_call_that_is_never_counted() -> None:
    recording = a_recording(google_tag(), marked(google_capi(), validateOnly=True))
    assert the_finding(CHECK, recording, "google-ads") == Told(
        "error",
        f"The server call for order {ORDER.order_id} is sent with validate_only: true; "
        "the vendor takes it and never counts it.",
        expected="a server call without it",
        found="validate_only: true",
        rule="google-ads.filter.validate-only",
        exchanges=("google-capi",),
    )


def test_fails_for_a_test_code_that_changes_no_count() -> None:
    recording = a_recording(meta_tag(), marked(meta_capi(), test_event_code="TEST12345"))
    assert the_finding(CHECK, recording) == Told(
        "error",
        f"The server call for order {ORDER.order_id} is sent with test_code: TEST12345; "
        "the vendor counts it like any other.",
        expected="a server call without it",
        found="test_code: TEST12345",
        rule="meta.filter.test-code",
        exchanges=("meta-capi",),
    )


def test_what_was_sent_to_an_address_for_tests_is_told_by_its_kind() -> None:
    spec = specs()["meta"]
    tests_only = replace(spec, filters=(replace(spec.filters[0], requests=("capi",), where={}, counted="perhaps"),))
    finding = the_finding(CHECK, a_recording(meta_tag(), meta_capi()), known={**specs(), "meta": tests_only})
    assert finding.message == (
        f"The server call for order {ORDER.order_id} is sent with a capi request; "
        "the vendor does not say that it counts it."
    )


def test_a_collector_drops_what_looks_like_a_bot_at_most_with_a_warning() -> None:
    call = tealium_collect()
    headers = (*call.request.headers, ("user-agent", "Somebot/2.1"))
    recording = a_recording(replace(call, request=replace(call.request, headers=headers)))
    finding = the_finding(CHECK, recording, "tealium")
    assert (finding.severity, finding.rule) == ("warning", "tealium.filter.known-bots")
    assert finding.message.endswith("user_agent: Somebot/2.1; the vendor does not say that it passes it on.")


def test_an_inferred_filter_warns_at_most() -> None:
    spec = specs()["meta"]
    guess = replace(spec.filters[0], rule=replace(spec.filters[0].rule, basis=Basis.INFERRED), counted="never")
    recording = a_recording(meta_tag(), marked(meta_capi(), test_event_code="TEST12345"))
    found = outcomes_of(recording, "meta", known={**specs(), "meta": replace(spec, filters=(guess,))})[CHECK].findings
    assert [finding.severity for finding in found] == ["warning"]


def test_what_a_missing_field_costs_is_left_to_the_check_of_that_field() -> None:
    assert findings_of(CHECK, a_recording(teads_capi({"auctid": None})), "teads") == []


def test_is_skipped_when_nothing_arrived() -> None:
    assert skip_of(CHECK, a_recording(blocked(meta_tag()))) == Skipped("no copy of a conversion arrived")


def test_is_skipped_when_the_vendor_is_not_known_to_filter() -> None:
    spec = replace(specs()["meta"], filters=())
    assert skip_of(CHECK, a_healthy_recording("meta"), known={"meta": spec}) == Skipped(
        "nothing is known of this vendor that it takes without counting it"
    )
