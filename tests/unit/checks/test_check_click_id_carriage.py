"""Did the click ID of the landing page reach both channels unchanged?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    BLOCKING,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    a_snapshot,
    findings_of,
    google_tag,
    landing,
    meta_capi,
    meta_tag,
    passes,
    persona,
    skip_of,
    specs,
    teads_capi,
    teads_tag,
    the_finding,
)

from harness.model.persona import PersonaSeed
from harness.model.recording import Exchange

CHECK = "click-id-carriage"
FBCLID, GCLID, AUCTID = (persona().click_ids[name] for name in ("fbclid", "gclid", "auctid"))


def fbc(click_id: str) -> dict[str, str]:
    return {"user_data/fbc": f"fb.1.1795286395000.{click_id}"}


def test_passes_when_both_channels_carry_the_click_id() -> None:
    for vendor in ("meta", "google-ads", "teads"):
        assert passes(CHECK, a_healthy_recording(), vendor)


def test_passes_in_another_case_where_case_does_not_matter() -> None:
    assert passes(CHECK, a_recording(teads_capi({"auctid": AUCTID.upper()})), "teads")


@pytest.mark.parametrize(
    ("vendor", "exchange", "finding"),
    [
        (
            "meta",
            meta_capi({"user_data/fbc": None}),
            Told(
                "error",
                "The server call carries no click ID, though the visitor landed with fbclid.",
                FBCLID,
                "nothing",
                "meta.click-id.fbclid",
                ("meta-capi",),
            ),
        ),
        (
            "meta",
            meta_tag({"fbc": None}),
            Told(
                "warning",
                "The browser tag carries no click ID, though the visitor landed with fbclid.",
                FBCLID,
                "nothing",
                "meta.click-id.fbclid",
                ("meta-tag",),
            ),
        ),
        (
            "meta",
            meta_capi(fbc(FBCLID.lower())),
            Told(
                "error",
                "The server call carries another fbclid than the landing URL: "
                "its letters were changed to another case.",
                FBCLID,
                FBCLID.lower(),
                "meta.click-id.fbclid",
                ("meta-capi",),
            ),
        ),
        (
            "google-ads",
            google_tag({"gclaw": GCLID[:30]}),
            Told(
                "warning",
                "The browser tag carries another gclid than the landing URL: it was cut.",
                GCLID,
                GCLID[:30],
                "google-ads.click-id.gclid",
                ("google-tag",),
            ),
        ),
        (
            "teads",
            teads_tag({"auctid": "{{auctid}}"}),
            Told(
                "error",
                "The browser tag carries another auctid than the landing URL: "
                "a placeholder was sent that nobody filled in.",
                AUCTID,
                "{{auctid}}",
                "teads.click-id.auctid",
                ("teads-tag",),
            ),
        ),
        (
            "teads",
            teads_capi({"auctid": "5d0f8a52-5a0e-4c2f-9d1c-7b2a9a4e6f10"}),
            Told(
                "error",
                "The server call carries another auctid than the landing URL: it is not the click ID of this visit.",
                AUCTID,
                "5d0f8a52-5a0e-4c2f-9d1c-7b2a9a4e6f10",
                "teads.click-id.auctid",
                ("teads-capi",),
            ),
        ),
    ],
    ids=["missing", "missing in the tag", "other case", "cut", "placeholder", "stranger"],
)
def test_fails_for_a_click_id_that_got_lost_or_changed(vendor: str, exchange: Exchange, finding: Told) -> None:
    assert the_finding(CHECK, a_recording(exchange), vendor) == finding


@pytest.mark.parametrize(("sent", "severity"), [(None, "info"), (fbc("Foreign1")["user_data/fbc"], "warning")])
def test_fails_for_a_click_id_that_nobody_requires_only_if_it_is_a_wrong_one(sent: str | None, severity: str) -> None:
    meta = specs()["meta"]
    spec = replace(meta, click_ids=tuple(replace(click, required={}) for click in meta.click_ids))
    recording = a_recording(meta_capi({"user_data/fbc": sent}))
    assert the_finding(CHECK, recording, known={**specs(), "meta": spec}).severity == severity


def test_fails_for_what_the_server_changed_although_the_tag_lost_it_to_the_profile() -> None:
    recording = a_recording(
        landing(stripped=("fbclid",)), meta_tag({"fbc": None}), meta_capi(fbc("Foreign1")), profile=BLOCKING
    )
    assert [finding.exchanges for finding in findings_of(CHECK, recording)] == [("meta-capi",)]


@pytest.mark.parametrize("on_the_wire", [True, False])
def test_is_skipped_when_the_profile_took_the_click_id(on_the_wire: bool) -> None:
    first = landing(stripped=("fbclid",))
    first = first if on_the_wire else replace(first, blocking=None)
    recording = a_recording(first, meta_tag({"fbc": None}), meta_capi({"user_data/fbc": None}), profile=BLOCKING)
    assert skip_of(CHECK, recording) == Skipped("the profile took the click ID from the landing URL")


def test_is_skipped_when_the_visitor_landed_without_one() -> None:
    direct = a_recording(meta_tag({"fbc": None}), scenario=a_snapshot(landing_parameters=("gclid",)))
    assert skip_of(CHECK, direct) == Skipped("the visitor did not land with a click ID of this vendor")


def test_is_skipped_when_no_copy_arrived() -> None:
    assert skip_of(CHECK, a_recording()) == Skipped("no copy of a conversion that could carry a click ID arrived")


def test_is_skipped_when_nobody_knows_who_the_visitor_was() -> None:
    recording = a_healthy_recording("meta", persona=PersonaSeed(token=""))
    assert skip_of(CHECK, recording) == Skipped("nobody knows with which click ID the visitor landed", undecided=True)
