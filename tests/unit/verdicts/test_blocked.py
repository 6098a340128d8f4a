"""What did the profile take away, and by which rule?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    LATER,
    START,
    a_healthy_recording,
    a_recording,
    an_exchange,
    blocked,
    landing,
    meta_tag,
    specs,
    tealium_collect,
)

from harness.model.recording import Blocking, Request
from harness.model.result import BlockedRequest
from harness.verdicts.blocked import blocked_requests


def test_requests_to_one_address_by_one_rule_are_counted_together() -> None:
    other_rule = Blocking(rule="/tr/?", list="easyprivacy", line=9)
    recording = a_recording(
        blocked(meta_tag()),
        blocked(meta_tag({"ev": "PageView"}, name="page-view", at=LATER)),
        replace(blocked(meta_tag(name="third", at=LATER)), blocking=other_rule),
    )
    assert blocked_requests(recording, specs()) == (
        BlockedRequest(
            url="https://www.facebook.com/tr/", type="image", action="block", rule="||facebook.com^", list="own",
            line=3, vendor="meta", count=2,
        ),
        BlockedRequest(
            url="https://www.facebook.com/tr/", type="image", action="block", rule="/tr/?", list="easyprivacy",
            line=9, vendor="meta", count=1,
        ),
    )  # fmt: skip


def test_a_stripped_address_is_told_with_what_was_taken() -> None:
    (told,) = blocked_requests(a_recording(landing(stripped=("fbclid", "gclid"))), specs())
    assert (told.url, told.action, told.removed_parameters) == (
        "https://cornershop.test/", "strip", ("fbclid", "gclid"),
    )  # fmt: skip
    assert told.vendor == ""


def test_a_host_that_no_vendor_owns_has_no_vendor() -> None:
    broken = an_exchange(Request(method="GET", url="https://[broken/x?y"), name="broken", at=START)
    told = blocked_requests(a_recording(blocked(tealium_collect()), blocked(broken)), specs())
    assert [request.vendor for request in told] == ["", ""]


def test_what_went_through_is_not_told() -> None:
    assert blocked_requests(a_healthy_recording(), specs()) == ()
