"""What is kept of a visit that was listened to, and who is judged by what was heard."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from builders import (
    OPEN,
    ORDER,
    START,
    google_capi,
    google_tag,
    hexed,
    meta_capi,
    meta_tag,
    persona,
    specs,
    tealium_collect,
)

from harness.model.persona import PersonaSeed
from harness.model.recording import Body, Conversion, Exchange, Fate, Origin, Recording, Request, Response
from harness.personas import make_persona
from harness.pipeline.hearing import Hearing, accounts_of, kept, orders_of, recording_of


def _heard(*exchanges: Exchange) -> Hearing:
    hearing = Hearing(specs())
    hearing.take(exchanges)
    return hearing


def a_page(url: str, **changes: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": "b0001",
        "origin": Origin.BROWSER,
        "started_at": START,
        "fate": Fate.ANSWERED,
        "type": "document",
        "request": Request(method="GET", url=url, headers=(("cookie", "session=s3cret"),)),
        "response": Response(status=200, body=Body(text="<html>", size=6)),
    }
    return Exchange(**(told | changes))


def ears_with(*exchanges: Exchange, server: tuple[Exchange, ...] = (), **changes: Any) -> Any:
    told = {
        "heard": lambda: (*exchanges, *server),
        "server": SimpleNamespace(exchanges=lambda: server),
        "proxy": SimpleNamespace(failures=()),
        "distrusted": (),
    }
    return SimpleNamespace(**(told | changes))


def recorded(ears: Any, orders: tuple[Conversion, ...] = (), **changes: Any) -> Recording:
    hearing = _heard(*ears.heard())
    accounts, _ = accounts_of(hearing.events, orders, specs(), changes.pop("vendors", ()))
    told: dict[str, Any] = {
        "persona": persona(), "profile": OPEN, "lists": (), "site": "", "accounts": accounts, "orders": orders,
        "suite_id": "suite", "started_at": START,
    }  # fmt: skip
    return recording_of(ears, hearing, **(told | changes))


def test_of_the_site_only_its_pages_are_kept_and_nothing_they_say() -> None:
    form = a_page("https://shop.test/login", id="b0002", type="xhr")
    pages = kept([a_page("https://shop.test/pay?name=Nora#x"), form, meta_tag()], _heard(meta_tag()))
    assert [each.request.url.partition("?")[0] for each in pages] == [
        "https://shop.test/pay",
        "https://www.facebook.com/tr/",
    ]
    assert pages[0].request == Request(method="GET", url="https://shop.test/pay")
    assert pages[0].response == Response(status=200)


def test_addresses_of_peoples_machines_are_replaced_by_ones_for_documentation() -> None:
    call = meta_capi({"user_data/client_ip_address": "93.184.216.34"})
    (found,) = kept([call], _heard(call))
    assert found.request.body is not None
    assert "93.184.216.34" not in (found.request.body.text or "")
    assert "198.51.100." in (found.request.body.text or "")


def test_what_vendors_are_told_plain_or_under_a_persons_name_is_hidden_and_digests_stay() -> None:
    call = meta_capi(
        {"user_data/em": ["nora@mail.test"], "user_data/fn": [hexed("nora")], "custom_data/last_name": "Quist"}
    )
    redactor = _heard(call).redactor([persona()], "salt")
    assert call.request.body is not None
    hidden = redactor.redact(call.request.body.text or "")
    assert "nora@mail.test" not in hidden
    assert "Quist" not in hidden
    assert hexed("nora") in hidden
    assert redactor.restore(hidden).count("‹last name#") == 1


def test_without_a_wish_those_are_judged_that_were_heard_by_the_channels_they_used() -> None:
    accounts, unclear = accounts_of(_heard(meta_tag(), tealium_collect()).events, (), specs(), ())
    assert {account.vendor: account.channels for account in accounts} == {"meta": ("tag",), "tealium": ("collect",)}
    assert unclear == ()


def test_who_is_asked_for_is_expected_on_both_channels() -> None:
    (account,), _ = accounts_of(_heard(meta_tag()).events, (), specs(), ("meta",))
    assert account.channels == ("tag", "capi")


def test_names_that_the_site_chose_are_learnt_from_the_order_or_the_vendor_is_left_out() -> None:
    events = _heard(google_tag(), google_capi()).events
    (account,), _ = accounts_of(events, (ORDER,), specs(), ())
    assert set(account.names["purchase"]) == {"tag", "capi"}
    other = replace(ORDER, order_id="ANOTHER")
    assert accounts_of(events, (other,), specs(), ()) == ((), ("google-ads",))


def test_who_is_asked_for_and_was_never_told_is_judged_for_that() -> None:
    ((account,), unclear) = accounts_of((), (ORDER,), specs(), ("google-ads",))
    assert (account.vendor, unclear) == ("google-ads", ())


def test_an_order_happened_when_it_was_first_heard_of() -> None:
    events = _heard(meta_tag(), meta_capi()).events
    (order,) = orders_of((replace(ORDER, at=START + 500), replace(ORDER, at=START + 600)), events)
    assert order.at == meta_tag().started_at


def test_orders_of_which_nobody_told_are_supposed_from_the_calls() -> None:
    (order,) = orders_of((), _heard(meta_tag(), meta_capi()).events)
    assert (order.order_id, order.is_supposed) == (ORDER.order_id, True)


def test_the_visitor_is_the_proposed_one_only_if_a_request_says_so() -> None:
    assert recorded(ears_with(meta_tag())).persona == persona().seed
    someone = make_persona(PersonaSeed(token="z4z4z4z4"), ())
    call = meta_tag({"fbc": None}, visitor=replace(someone, click_ids=persona().click_ids))
    assert not recorded(ears_with(a_page("https://shop.test/"), call)).persona.token


def test_servers_are_observable_once_one_was_heard() -> None:
    source = recorded(ears_with(meta_tag())).server_source
    assert source is not None
    assert (source.observable, source.note) == (False, "no server spoke through the port for servers")
    source = recorded(ears_with(meta_tag(), server=(meta_capi(),)), (ORDER,)).server_source
    assert source is not None
    assert (source.observable, source.settled) == (True, True)


@pytest.mark.parametrize(("host", "critical"), [("graph.facebook.com", True), ("pinned.example", False)])
def test_a_client_that_distrusts_us_casts_doubt_where_a_vendor_is_concerned(host: str, critical: bool) -> None:
    (canary,) = recorded(ears_with(meta_tag(), distrusted=(host,))).canaries
    assert (canary.passed, canary.critical) == (False, critical)
    assert host in canary.observed


AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


def with_agent(exchange: Exchange) -> Exchange:
    return replace(exchange, request=replace(exchange.request, headers=(("User-Agent", AGENT),)))


def test_the_browser_is_the_visitors_own_as_it_says_itself() -> None:
    heard = with_agent(a_page("https://shop.test/"))
    browser, opened = recorded(ears_with(heard)).browser, recorded(ears_with(heard), opens=True).browser
    assert browser is not None
    assert opened is not None
    assert (browser.title, opened.title) == (
        "Firefox 145 (your own browser)",
        "Firefox 145 (opened here, used by hand)",
    )
    unnamed = recorded(ears_with(meta_tag())).browser
    assert unnamed is not None
    assert unnamed.title == "a browser that does not say which (your own browser)"
    assert recorded(ears_with(server=(meta_capi(),))).browser is None


def script(url: str, **changes: Any) -> Exchange:
    return a_page(url, **{"id": url, "type": "script"} | changes)


def test_what_was_not_heard_is_a_gap_and_says_what_it_costs() -> None:
    failed = {"fate": Fate.FAILED, "response": None, "error": "connection refused"}
    loaded = script("https://connect.facebook.net/en_US/fbevents.js", id="again")
    ears = ears_with(
        a_page("https://shop.test/"),
        script("https://connect.facebook.net/en_US/fbevents.js", **failed),
        loaded,
        script("https://www.googletagmanager.com/gtag/js?id=AW-1", **failed),
        script("https://cdn.shop.test/own.js", **failed),
        distrusted=("analytics.tiktok.com",),
    )
    assert recorded(ears).gaps == (
        "what a client tells analytics.tiktok.com: it did not take our certificate",
        "what the tags would have told whose script comes from www.googletagmanager.com: it did not load "
        "(connection refused)",
        "what the site's servers sent: no server call can be missed, and none compared with a tag",
        "whether there was an order",
        "who the visitor was: of identifiers only the form can be judged",
        "which accounts are meant",
    )


def test_a_blocked_script_is_no_gap_and_a_silent_browser_is() -> None:
    blocked = script("https://www.googletagmanager.com/gtag/js?id=AW-1", fate=Fate.BLOCKED, response=None)
    gaps = recorded(ears_with(blocked)).gaps
    assert not [gap for gap in gaps if "script" in gap]
    alone = recorded(ears_with(server=(meta_capi(),)), orders=(ORDER,), vendors=("meta",)).gaps
    assert alone[0] == "what the browser sent: nothing came to the port for browsers"
    assert not [gap for gap in alone if "no server call can be missed" in gap]
