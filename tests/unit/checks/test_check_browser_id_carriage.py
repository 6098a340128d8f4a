"""Does the server call carry the browser ID that the tag has?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    FBP,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    meta_capi,
    meta_tag,
    passes,
    skip_of,
    specs,
    the_finding,
)

CHECK = "browser-id-carriage"
OTHER = "fb.1.1795280000000.4711"


def test_passes_when_the_server_call_carries_the_browsers_id() -> None:
    assert passes(CHECK, a_healthy_recording("meta"))


def test_fails_when_the_server_call_carries_none() -> None:
    assert the_finding(CHECK, a_recording(meta_tag(), meta_capi({"user_data/fbp": None}))) == Told(
        "warning",
        f"The server call carries no fbp; the browser has {FBP}.",
        expected=FBP,
        found="nothing",
        rule="meta.request.capi",
        exchanges=("meta-tag", "meta-capi"),
    )


def test_fails_when_the_server_call_carries_that_of_another_browser() -> None:
    assert the_finding(CHECK, a_recording(meta_tag(), meta_capi({"user_data/fbp": OTHER}))) == Told(
        "warning",
        f"The server call carries another fbp; the browser has {FBP}.",
        expected=FBP,
        found=OTHER,
        rule="meta.request.capi",
        exchanges=("meta-tag", "meta-capi"),
    )


def test_is_skipped_when_the_tag_has_none() -> None:
    recording = a_recording(meta_tag({"fbp": None}), meta_capi())
    assert skip_of(CHECK, recording) == Skipped(
        "the tag has no browser ID, or none that this kind of server call takes"
    )


def test_is_skipped_when_the_server_call_cannot_carry_one() -> None:
    for vendor in ("google-ads", "teads"):
        assert skip_of(CHECK, a_healthy_recording(), vendor) == Skipped("this vendor's server calls take no browser ID")


def test_is_skipped_when_only_another_kind_of_server_call_can_carry_it() -> None:
    meta = specs()["meta"]
    call = next(request for request in meta.requests if request.id == "capi")
    fields = {name: rule for name, rule in call.fields.items() if not name.startswith("browser_id.")}
    others = [request for request in meta.requests if request is not call]
    spec = replace(meta, requests=(replace(call, fields=fields), *others, replace(call, id="another-kind")))
    assert skip_of(CHECK, a_healthy_recording(), known={**specs(), "meta": spec}) == Skipped(
        "the tag has no browser ID, or none that this kind of server call takes"
    )


def test_a_page_view_tells_the_browsers_id_where_the_tag_has_no_copy() -> None:
    page_view = meta_tag({"ev": "PageView", "eid": None})
    assert passes(CHECK, a_recording(page_view, meta_capi()))
    assert the_finding(CHECK, a_recording(page_view, meta_capi({"user_data/fbp": OTHER}))) == Told(
        "warning",
        f"The server call carries another fbp; the browser has {FBP}.",
        expected=FBP,
        found=OTHER,
        rule="meta.request.capi",
        exchanges=("meta-tag", "meta-capi"),
    )


def test_another_device_tells_nothing_of_this_browser() -> None:
    page_view = replace(meta_tag({"ev": "PageView", "eid": None}), leg=1)
    assert skip_of(CHECK, a_recording(page_view, meta_capi({"user_data/fbp": OTHER}))) == Skipped(
        "the tag has no browser ID, or none that this kind of server call takes"
    )


def test_is_skipped_where_one_of_tag_and_server_said_nothing() -> None:
    assert skip_of(CHECK, a_recording(meta_tag())) == Skipped("no server copy arrived to compare with")
    assert skip_of(CHECK, a_recording(meta_capi())) == Skipped(
        "the tag has no browser ID, or none that this kind of server call takes"
    )
