"""Does a browser hold what only the site's servers may know?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    google_capi,
    meta_capi,
    passes,
    skip_of,
    the_finding,
)

from harness.model.recording import Exchange, Origin

CHECK = "token-exposure"


def by_the_page(call: Exchange) -> Exchange:
    return replace(call, origin=Origin.BROWSER)


def without_token(call: Exchange) -> Exchange:
    url = call.request.url.partition("?")[0]
    headers = tuple(pair for pair in call.request.headers if pair[0].lower() != "authorization")
    return replace(call, request=replace(call.request, url=url, headers=headers))


def test_fails_for_a_token_in_the_address_of_a_call_by_the_page() -> None:
    call = by_the_page(meta_capi())
    call = replace(call, request=replace(call.request, url=f"{call.request.url.partition('?')[0]}?access_token=secret"))
    assert the_finding(CHECK, a_recording(call)) == Told(
        "error",
        "The API call sent by the browser carries access_token: every visitor can read it and call in the site's name.",
        expected="no token in a browser",
        found="access_token",
        exchanges=("meta-capi",),
    )


def test_fails_for_a_token_in_a_header() -> None:
    found = the_finding(CHECK, a_recording(by_the_page(google_capi()), vendors=("google-ads",)), "google-ads")
    assert found.found.lower() == "authorization"


def test_passes_for_a_call_by_the_page_that_needs_no_token() -> None:
    assert passes(CHECK, a_recording(by_the_page(without_token(meta_capi()))))


def test_is_skipped_when_only_servers_call() -> None:
    assert skip_of(CHECK, a_healthy_recording("meta")) == Skipped("no browser called this vendor's server API")
