"""Did the vendor's tag run on every page that the visitor saw?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import (
    SHOP,
    START,
    Skipped,
    Told,
    a_recording,
    an_exchange,
    blocked,
    google_tag,
    meta_tag,
    passes,
    skip_of,
    tealium_collect,
    the_finding,
    with_account,
    with_blocked,
)

from harness.model.recording import ConsentChoice, Exchange, Recording, Request, Response, StepRecord

CHECK = "tag-on-pages"
LANDING, PRODUCT, CART = f"{SHOP}/?fbclid=abc", f"{SHOP}/product/7", "https://cart.cornershop.test/cart"


def a_page(url: str, at: float, status: int = 200) -> Exchange:
    return an_exchange(
        Request(method="GET", url=url),
        name=f"page-{at}",
        at=START + at,
        type="document",
        response=Response(status=status),
        answered_by="site",
    )


def a_view(url: str, at: float) -> Exchange:
    """The tag's page view, sent from that page."""
    view = meta_tag({"ev": "PageView", "dl": url, "eid": None}, name=f"view-{at}", at=START + at)
    return replace(view, page=url)


def a_visit(*exchanges: Exchange, pages: tuple[str, ...] = (LANDING, PRODUCT, CART), **changes: Any) -> Recording:
    steps = tuple(
        StepRecord(index=at, verb="open", summary="open", started_at=START + at, ended_at=START + at + 1, url=url)
        for at, url in enumerate(pages)
    )
    opened = [a_page(url, at) for at, url in enumerate(pages)]
    return a_recording(*opened, *exchanges, vendors=("meta",), steps=steps, **changes)


def test_passes_when_the_tag_ran_everywhere() -> None:
    assert passes(CHECK, a_visit(a_view(LANDING, 0.5), a_view(PRODUCT, 1.5), a_view(CART, 2.5)))


def test_passes_when_the_visitor_only_passed_through_a_page_or_met_an_error() -> None:
    recording = a_visit(a_view(LANDING, 0.5), pages=(LANDING,))
    more = (a_page(f"{SHOP}/redirecting", 3), a_page(CART, 4, status=404))
    assert passes(CHECK, replace(recording, exchanges=(*recording.exchanges, *more)))


def test_passes_when_the_visitor_had_not_agreed_on_the_other_pages() -> None:
    agreed = ConsentChoice(state="granted", at=START + 2.2, step=2)
    assert passes(CHECK, replace(a_visit(a_view(CART, 2.5)), consents=(agreed,)))


def test_judges_each_device_by_its_own_pages_and_its_own_protection() -> None:
    both = a_visit(a_view(LANDING, 0.5), a_view(PRODUCT, 1.5), replace(a_page(LANDING, 4), leg=1))
    passed_by = replace(both, exchanges=tuple(each for each in both.exchanges if each.id != "page-2"))
    assert the_finding(CHECK, passed_by).message.startswith("The tag ran on 2 of 3 pages, but not on")
    stopped = replace(blocked(a_view(LANDING, 4.5)), leg=1)
    assert passes(CHECK, replace(passed_by, exchanges=(*passed_by.exchanges, stopped)))
    poor = replace(passed_by, exchanges=tuple(each for each in passed_by.exchanges if each.id != "view-1.5"))
    found = the_finding(CHECK, replace(poor, exchanges=(*poor.exchanges, stopped)))
    assert found.message == f"The tag ran on 1 of 2 pages, but not on {PRODUCT}."


def test_passes_when_the_script_came_but_the_visitor_left_before_it_said_anything() -> None:
    script = an_exchange(
        Request(method="GET", url="https://connect.facebook.net/en_US/fbevents.js"),
        name="script",
        at=START + 1.5,
        type="script",
        page=PRODUCT,
    )
    assert passes(CHECK, a_visit(a_view(LANDING, 0.5), script, pages=(LANDING, PRODUCT)))


def test_fails_when_a_page_of_the_site_lacks_the_tag() -> None:
    assert the_finding(CHECK, a_visit(a_view(LANDING, 0.5), a_view(PRODUCT, 1.5))) == Told(
        severity="warning",
        message="The tag ran on 2 of 3 pages, but not on https://cart.cornershop.test/cart.",
        expected="3 pages",
        found="2 pages",
        rule="meta.event-names",
    )


def test_a_click_id_that_is_lost_on_the_landing_page_is_named() -> None:
    found = the_finding(CHECK, a_visit(a_view(PRODUCT, 1.5), a_view(CART, 2.5)))
    assert found.message.endswith(f"but not on {SHOP}/; the visitor landed there with fbclid.")


def test_a_page_of_strangers_needs_no_tag() -> None:
    away = "https://pay.example/3ds"
    assert passes(CHECK, a_visit(a_view(LANDING, 0.5), pages=(LANDING, away)))


@pytest.mark.parametrize(
    ("recording", "vendor", "reason"),
    [
        (
            with_account(a_visit(a_view(LANDING, 0.5)), "meta", channels=("capi",)),
            "meta",
            "the scenario does not expect a tag of this vendor",
        ),
        (
            a_recording(google_tag()),
            "google-ads",
            "nothing is known of this vendor's tag that it must say on every page",
        ),
        (
            with_blocked(a_visit(a_view(LANDING, 0.5)), "view-0.5"),
            "meta",
            "the profile blocked the tag, so its absence is no fault",
        ),
        (a_recording(meta_tag()), "meta", "no page was seen on which a tag may run"),
        (
            a_visit(tealium_collect()),
            "meta",
            "the tag ran on none of the pages; whether it is there at all is asked of conversions",
        ),
    ],
    ids=["unused", "silent", "blocked", "no page", "no tag"],
)
def test_is_skipped_when_there_is_nothing_to_compare(recording: Recording, vendor: str, reason: str) -> None:
    assert skip_of(CHECK, recording, vendor) == Skipped(reason)


def test_passes_when_the_browser_told_of_the_navigation_only_after_the_tag_had_run() -> None:
    """On a busy machine a hit still names the page before; the document that had come last tells where it ran."""
    late = replace(a_view(PRODUCT, 1.5), page=LANDING)
    view = replace(late, request=replace(late.request, url=late.request.url.replace("dl=", "x=")))
    assert passes(CHECK, a_visit(a_view(LANDING, 0.5), view, pages=(LANDING, PRODUCT)))
    early = replace(view, started_at=START + 0.7)
    assert the_finding(CHECK, a_visit(a_view(LANDING, 0.5), early, pages=(LANDING, PRODUCT))).found


def test_fails_when_the_tag_ran_nowhere_and_no_order_would_tell() -> None:
    silent = a_visit(conversions=())
    found = the_finding(CHECK, silent)
    assert (found.severity, found.found) == ("warning", "none")
    assert found.message.startswith("The tag ran on none of the 3 pages that the visitor saw without a blocker")
