"""Each request has exactly one fate, decided in the documented order, and none gets out by mistake."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.model.recording import Body, Exchange, Fate, Origin, Request, Response
from harness.model.scenario import Redirect
from harness.record.addresses import is_at
from harness.record.blocking.dns import DnsBlocker, parse_hosts
from harness.record.blocking.engine import FilterEngine
from harness.record.blocking.filters import parse
from harness.record.chosen_answers import AnswerBook, ChosenAnswer
from harness.record.libraries import Libraries
from harness.record.messages import text_response
from harness.record.policy import TrafficPolicy
from harness.record.proxy import Listener, Proxy
from harness.record.traffic import Traffic

MakeClient = Callable[..., httpx.Client]
SCRIPT = {"sec-fetch-dest": "script", "sec-fetch-mode": "no-cors", "referer": "https://shop.test/"}
PAGE = {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}


def engine(*rules: str) -> FilterEngine:
    return FilterEngine(parse("\n".join(rules), "own list").rules)


def browser(proxy: Proxy, **policy: Any) -> Listener:
    return proxy.open_listener("cell", origin=Origin.BROWSER, policy=TrafficPolicy(**policy))


def only(listener: Listener) -> Exchange:
    (exchange,) = listener.exchanges()
    return exchange


@pytest.mark.parametrize("http2", [False, True])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_site_gets_its_own_requests_under_its_own_name(
    proxy: Proxy, site: Any, client: MakeClient, scheme: str, http2: bool
) -> None:
    listener = browser(
        proxy,
        routes={"shop.test": site.address},
        forwarded_for="198.51.100.7",
        site_headers={"traceparent": "00-a-b-01"},
    )
    answer = client(listener, http2=http2).post(f"{scheme}://shop.test/cart?a=1", json={"item": 1})
    assert answer.json()["path"] == "/cart?a=1"
    headers = answer.json()["headers"]
    assert headers["host"] == "shop.test"
    assert (headers["x-forwarded-proto"], headers["x-forwarded-for"]) == (scheme, "198.51.100.7")
    assert headers["traceparent"] == "00-a-b-01"
    exchange = only(listener)
    assert (exchange.id, exchange.fate, exchange.answered_by) == ("b0001", Fate.ANSWERED, "site")
    assert exchange.request.url == f"{scheme}://shop.test/cart?a=1"
    assert exchange.request.body is not None
    assert json.loads(exchange.request.body.text or "") == {"item": 1}
    assert "x-forwarded-for" not in dict(exchange.request.headers)
    assert exchange.response is not None
    assert [value for name, value in exchange.response.headers if name == "set-cookie"] == ["a=1", "b=2"]
    assert exchange.ended_at is not None
    assert exchange.ended_at >= exchange.started_at
    assert not proxy.failures


def test_a_stand_in_answers_for_a_vendor_and_lets_the_page_read_it(
    proxy: Proxy, vendor: Any, client: MakeClient
) -> None:
    vendor.answers["collect.test"] = Response(
        status=200, headers=(("content-type", "application/json"),), body=Body(text='{"ok":1}', size=8)
    )
    listener = browser(proxy)
    answer = client(listener).post("https://collect.test/v1", headers={"origin": "https://shop.test"}, content=b"x")
    assert answer.json() == {"ok": 1}
    assert answer.headers["access-control-allow-origin"] == "https://shop.test"
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert (only(listener).fate, only(listener).answered_by) == (Fate.ANSWERED, "stand-in")
    assert vendor.asked[0].body == Body(text="x", size=1)


def test_a_call_to_a_host_of_which_the_site_has_the_script_only_is_the_stand_ins(
    proxy: Proxy, site: Any, vendor: Any, client: MakeClient
) -> None:
    vendor.answers["vendor.test"] = Response(status=202)
    listener = browser(proxy, routes={"vendor.test/tag.js": site.address})
    assert client(listener).get("https://vendor.test/tag.js?id=7").json()["path"] == "/tag.js?id=7"
    assert client(listener).post("https://vendor.test/event", content=b"x").status_code == 202
    assert [exchange.answered_by for exchange in listener.exchanges()] == ["site", "stand-in"]


def test_code_of_a_vendor_is_fetched_from_it_and_its_events_are_the_stand_ins(
    proxy: Proxy, site: Any, vendor: Any, client: MakeClient
) -> None:
    host, port = site.address
    vendor.answers[host] = Response(status=202)
    code = Libraries(has=lambda request: request.url.endswith(".js"), hosts=(r"127\.0\.0\.1",))
    address = f"http://{host}:{port}"
    listener = browser(proxy, libraries=code)
    assert client(listener).get(f"{address}/tag.js").json()["path"] == "/tag.js"
    assert client(listener).post(f"{address}/event", content=b"x").status_code == 202
    assert client(browser(proxy)).get(f"{address}/tag.js").status_code == 202
    assert [exchange.answered_by for exchange in listener.exchanges()] == ["", "stand-in"]


def test_a_preflight_is_granted_for_hosts_the_stand_in_knows(proxy: Proxy, vendor: Any, client: MakeClient) -> None:
    vendor.answers["collect.test"] = Response(status=200)
    listener = browser(proxy)
    asking = {
        "origin": "https://shop.test",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    granted = client(listener).options("https://collect.test/v1", headers=asking)
    refused = client(listener).options("https://other.test/v1", headers=asking)
    assert granted.status_code == 204
    assert granted.headers["access-control-allow-origin"] == "https://shop.test"
    assert granted.headers["access-control-allow-methods"] == "POST"
    assert granted.headers["access-control-allow-headers"] == "content-type"
    assert refused.status_code == 403
    assert vendor.asked[0].method == "POST"


def test_an_empty_answer_to_an_image_is_an_image(proxy: Proxy, vendor: Any, client: MakeClient) -> None:
    vendor.answers["pixel.test"] = Response(status=200)
    answer = client(browser(proxy)).get("https://pixel.test/t", headers={"sec-fetch-dest": "image"})
    assert answer.headers["content-type"] == "image/gif"
    assert answer.content.startswith(b"GIF89a")


def test_what_nobody_allowed_is_refused_and_listed(proxy: Proxy, client: MakeClient) -> None:
    listener = browser(proxy, allow_hosts=("cdn.test",))
    for url in ("https://unknown.test/a", "https://unknown.test/b", "https://127.0.0.1/", "https://x.cdn.test/"):
        assert client(listener).get(url).status_code == 403
    assert listener.refused_hosts == ("unknown.test", "127.0.0.1", "x.cdn.test")
    assert {exchange.fate for exchange in listener.exchanges()} == {Fate.REFUSED}


def test_cookies_of_cloaked_hosts_live_no_longer_than_the_profile_says(
    proxy: Proxy, vendor: Any, client: MakeClient
) -> None:
    cookies = tuple(("set-cookie", text) for text in ("a=1; Max-Age=31536000", "b=2", "c=3; Max-Age=60"))
    vendor.answers = {
        "metrics.shop.test": Response(status=200, headers=cookies),
        "shop.test": Response(status=200, headers=cookies),
    }
    visitor = client(browser(proxy, cloaked_hosts=("metrics.shop.test",), cloaked_cookie_seconds=604800))
    kept = visitor.get("https://shop.test/").headers.get_list("set-cookie")
    cut = visitor.get("https://metrics.shop.test/").headers.get_list("set-cookie")
    assert kept == ["a=1; Max-Age=31536000", "b=2", "c=3; Max-Age=60"]
    assert cut == ["a=1; Max-Age=604800", "b=2", "c=3; Max-Age=60"]


def test_an_allowed_host_is_really_asked(proxy: Proxy, site: Any, client: MakeClient) -> None:
    listener = browser(proxy, allow_hosts=("127.0.0.1",))
    answer = client(listener).get(f"http://127.0.0.1:{site.address[1]}/real")
    assert answer.json()["headers"]["host"] == f"127.0.0.1:{site.address[1]}"
    assert (only(listener).fate, only(listener).answered_by) == (Fate.ANSWERED, "")


def test_the_harness_answers_its_own_pages_before_anything_is_blocked(proxy: Proxy, client: MakeClient) -> None:
    pages = {"canary.test": lambda request: text_response(200, f"seen {request.url}")}
    listener = browser(proxy, local_pages=pages, engine=engine("||canary.test^"), enforce=True)
    answer = client(listener).get("https://canary.test/x", headers=SCRIPT)
    assert answer.text == "seen https://canary.test/x"
    assert only(listener).answered_by == "harness"


def test_the_browsers_own_chatter_is_not_listed_as_refused(proxy: Proxy, client: MakeClient) -> None:
    listener = browser(proxy)
    assert client(listener).get("https://update.googleapis.com/service").status_code == 204
    assert listener.refused_hosts == ()


@pytest.mark.parametrize("http2", [False, True])
def test_a_blocked_request_gets_no_answer_and_reaches_nobody(
    proxy: Proxy, vendor: Any, client: MakeClient, http2: bool
) -> None:
    vendor.answers["ads.test"] = Response(status=200)
    listener = browser(proxy, engine=engine("||ads.test^$third-party"), enforce=True)
    with pytest.raises(httpx.RemoteProtocolError):
        client(listener, http2=http2).get("https://ads.test/tag.js", headers=SCRIPT)
    exchange = only(listener)
    assert (exchange.fate, exchange.type, exchange.page) == (Fate.BLOCKED, "script", "https://shop.test/")
    assert exchange.blocking is not None
    assert (exchange.blocking.rule, exchange.blocking.list, exchange.blocking.line) == (
        "||ads.test^$third-party", "own list", 1,
    )  # fmt: skip
    assert exchange.ended_at is not None
    assert vendor.asked == []
    assert listener.disagreements == ()
    assert asyncio.run(listener.until_quiet(0.01, 5))
    assert not proxy.failures


@pytest.mark.parametrize("enforce", [False, True])
def test_a_host_that_dns_does_not_find_cannot_even_be_opened(
    proxy: Proxy, site: Any, vendor: Any, client: MakeClient, enforce: bool
) -> None:
    """Whoever enforces filter rules, names are looked up outside the browser; exceptions of filters change nothing."""
    vendor.answers["ads.test"] = Response(status=200)
    listener = browser(
        proxy,
        routes={"shop.test": site.address},
        engine=engine("@@||ads.test^"),
        dns=DnsBlocker(parse_hosts("0.0.0.0 ads.test\n||shop.test^\n", "names").rules),
        enforce=enforce,
    )
    for url, headers in (
        ("https://ads.test/tag.js", SCRIPT),
        ("https://ads.test/", PAGE),
        ("https://shop.test/", PAGE),
    ):
        with pytest.raises(httpx.RemoteProtocolError):
            client(listener).get(url, headers=headers)
    blocked = listener.exchanges()
    assert [each.fate for each in blocked] == [Fate.BLOCKED] * 3
    assert [each.blocking and each.blocking.line for each in blocked] == [1, 1, 2]
    assert (vendor.asked, site.received, listener.disagreements) == ([], [], ())


def test_a_replaced_script_is_answered_with_its_stub(proxy: Proxy, client: MakeClient) -> None:
    listener = browser(proxy, engine=engine("||ads.test^$script,redirect=noop.js"), enforce=True)
    answer = client(listener).get("https://ads.test/tag.js", headers=SCRIPT)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert (only(listener).fate, only(listener).answered_by) == (Fate.ANSWERED, "stub")
    assert only(listener).blocking is not None


def test_a_page_is_sent_on_to_its_stripped_address(proxy: Proxy, site: Any, client: MakeClient) -> None:
    listener = browser(proxy, routes={"shop.test": site.address}, engine=engine("$removeparam=clid"), enforce=True)
    visitor = client(listener)
    answer = visitor.get("https://shop.test/?a=%20b&clid=X&c", headers=PAGE)
    assert answer.status_code == 307
    assert answer.headers["location"] == "https://shop.test/?a=%20b&c"
    assert visitor.get(answer.headers["location"], headers=PAGE).json()["path"] == "/?a=%20b&c"
    first, second = listener.exchanges()
    assert (first.answered_by, second.answered_by) == ("harness", "site")
    assert first.blocking is not None
    assert (first.blocking.action, first.blocking.removed_parameters) == ("strip", ("clid",))


def test_other_requests_are_stripped_without_the_page_knowing(proxy: Proxy, site: Any, client: MakeClient) -> None:
    listener = browser(proxy, routes={"shop.test": site.address}, engine=engine("$removeparam=clid"), enforce=True)
    answer = client(listener).get("https://shop.test/api?clid=X&q=1", headers={"sec-fetch-dest": "empty"})
    assert answer.json()["path"] == "/api?q=1"
    assert only(listener).request.url == "https://shop.test/api?q=1"
    assert only(listener).blocking is not None


def test_a_witness_lets_through_and_says_what_should_not_have_come(
    proxy: Proxy, site: Any, vendor: Any, client: MakeClient
) -> None:
    vendor.answers["ads.test"] = Response(status=200)
    listener = browser(proxy, routes={"shop.test": site.address}, engine=engine("||ads.test^", "$removeparam=clid"))
    visitor = client(listener)
    assert visitor.get("https://ads.test/tag.js?email=a%40b.test", headers=SCRIPT).status_code == 200
    assert visitor.get("https://shop.test/?clid=X", headers=PAGE).json()["path"] == "/?clid=X"
    assert visitor.get("https://shop.test/fine", headers=PAGE).status_code == 200
    assert listener.disagreements == (
        "b0001: script https://ads.test/tag.js arrived, but `||ads.test^` (own list:1) means block",
        "b0002: document https://shop.test/ arrived, but `$removeparam=clid` (own list:2) means strip of clid",
    )
    assert [exchange.blocking is None for exchange in listener.exchanges()] == [False, False, True]


def test_what_a_server_sends_is_never_blocked(proxy: Proxy, vendor: Any, client: MakeClient) -> None:
    vendor.answers["ads.test"] = Response(status=200)
    policy = TrafficPolicy(engine=engine("||ads.test^"), enforce=True)
    listener = proxy.open_listener("backend", origin=Origin.SERVER, policy=policy)
    assert client(listener).post("https://ads.test/events", content=b"{}").status_code == 200
    assert (only(listener).id, only(listener).origin, only(listener).type) == ("s0001", Origin.SERVER, "")


def test_the_step_and_page_of_the_journey_are_kept(proxy: Proxy, vendor: Any, client: MakeClient) -> None:
    vendor.answers["ads.test"] = Response(status=200)
    listener = browser(proxy)
    visitor = client(listener)
    visitor.get("https://ads.test/1")
    listener.at(step=2, page="https://shop.test/thanks")
    visitor.get("https://ads.test/2")
    visitor.get("https://ads.test/3", headers={"referer": "https://shop.test/"})
    visitor.get("https://ads.test/4", headers={"referer": "https://frame.test/inner"})
    assert [(exchange.step, exchange.page) for exchange in listener.exchanges()] == [
        (None, ""),
        (2, "https://shop.test/thanks"),
        (2, "https://shop.test/thanks"),
        (2, "https://frame.test/inner"),
    ]


def test_packed_and_binary_bodies_are_kept_readable(proxy: Proxy, site: Any, vendor: Any, client: MakeClient) -> None:
    vendor.answers["collect.test"] = Response(status=200)
    listener = browser(proxy, routes={"shop.test": site.address})
    visitor = client(listener)
    packed = gzip.compress(b'{"a":1}')
    visitor.post("https://collect.test/", content=packed, headers={"content-encoding": "gzip"})
    visitor.post("https://collect.test/", content=packed)
    visitor.post("https://collect.test/", content=b"\xff\xfe\x00")
    visitor.post("https://collect.test/", files={"photo": ("a.bin", b"\xff\x00"), "name": (None, b"Ada")})
    visitor.get("https://shop.test/packed")
    bodies = [exchange.request.body for exchange in listener.exchanges()]
    assert bodies[:3] == [Body(text='{"a":1}', size=7), Body(text='{"a":1}', size=7), Body(base64="//4A", size=3)]
    assert bodies[3] is not None
    assert bodies[3].base64
    response = listener.exchanges()[4].response
    assert response is not None
    assert response.body is not None
    assert json.loads(response.body.text or "")["path"] == "/packed"


def test_an_unreachable_site_is_told_apart_from_a_502_of_its_own(proxy: Proxy, site: Any, client: MakeClient) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound but not listening: nobody else can take the port, and nobody answers
        gone = unused.getsockname()
        listener = browser(proxy, routes={"shop.test": site.address, "gone.test": gone})
        visitor = client(listener)
        statuses = [
            visitor.get(f"https://{where}").status_code
            for where in ("shop.test/broken", "gone.test/", "shop.test/garbage")
        ]
    assert statuses == [502, 502, 502]
    own, unreachable, garbage = listener.exchanges()
    assert (own.fate, own.answered_by) == (Fate.ANSWERED, "site")
    assert (unreachable.fate, unreachable.response) == (Fate.FAILED, None)
    assert unreachable.error.startswith(f"the site at 127.0.0.1:{gone[1]} did not answer: ")
    assert garbage.fate is Fate.FAILED
    assert "did not answer" in garbage.error


def test_a_request_without_an_answer_is_pending_and_later_done(
    proxy: Proxy, site: Any, client: MakeClient, in_background: Any
) -> None:
    listener = browser(proxy, routes={"shop.test": site.address})
    with in_background(lambda: client(listener).get("https://shop.test/slow")):
        assert site.waiting.wait(10)
        assert only(listener).fate is Fate.PENDING
        assert only(listener).ended_at is None
        assert not asyncio.run(listener.until_quiet(0.0, 0.05))
        site.release.set()
    assert asyncio.run(listener.until_quiet(0.01, 5))
    assert only(listener).fate is Fate.ANSWERED


@pytest.mark.parametrize("http2", [False, True])
def test_a_visitor_who_leaves_is_not_the_sites_fault(proxy: Proxy, site: Any, http2: bool) -> None:
    listener = browser(proxy, routes={"shop.test": site.address})

    async def leave() -> None:
        trust = ssl.create_default_context(cafile=str(proxy.ca_bundle))
        address = f"http://127.0.0.1:{listener.port}"
        async with httpx.AsyncClient(proxy=address, verify=trust, trust_env=False, http2=http2) as visitor:
            visit = asyncio.create_task(visitor.get("https://shop.test/slow", timeout=10))
            assert await asyncio.to_thread(site.waiting.wait, 10)
            visit.cancel()
            await asyncio.wait({visit})

    asyncio.run(leave())
    assert asyncio.run(listener.until_quiet(0.01, 5))
    assert only(listener).fate is Fate.FAILED
    assert "the site" not in only(listener).error
    assert "client" in only(listener).error.lower()


def test_an_endless_stream_of_events_reaches_the_page_and_holds_up_nobody(
    proxy: Proxy, site: Any, client: MakeClient
) -> None:
    listener = browser(proxy, routes={"shop.test": site.address})
    with client(listener).stream("GET", "https://shop.test/events") as stream:
        assert next(stream.iter_lines()) == "data: one"
        assert asyncio.run(listener.until_quiet(0.01, 5))
        assert only(listener).fate is Fate.ANSWERED


def test_a_websocket_is_known_as_one(proxy: Proxy, site: Any) -> None:
    listener = browser(proxy, routes={"shop.test": site.address})
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as connection:
        connection.sendall(
            b"GET http://shop.test/socket HTTP/1.1\r\nHost: shop.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert b" 101 " in connection.recv(4096)
    exchange = only(listener)
    assert (exchange.type, exchange.request.url) == ("websocket", "ws://shop.test/socket")
    assert exchange.response is not None
    assert exchange.response.status == 101


def test_an_upload_broken_off_is_seen_and_closed(proxy: Proxy, site: Any, eventually: Any) -> None:
    listener = browser(proxy, routes={"shop.test": site.address})
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as connection:
        connection.sendall(b"POST http://shop.test/a HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 100\r\n\r\nhalf")
    eventually(listener.exchanges)
    assert asyncio.run(listener.until_quiet(0.01, 5))
    assert only(listener).fate is Fate.FAILED
    assert site.received == []


def test_what_is_not_http_is_not_tunnelled(proxy: Proxy, site: Any) -> None:
    listener = browser(proxy, allow_hosts=("127.0.0.1",))
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as connection:
        target = f"127.0.0.1:{site.address[1]}".encode()
        connection.sendall(b"CONNECT " + target + b" HTTP/1.1\r\nHost: " + target + b"\r\n\r\n")
        assert b" 200 " in connection.recv(4096)
        connection.sendall(b"\x00\x01\x02 SMTP or whatever\r\n\r\n")
        assert b" 400 " in connection.recv(4096)
    assert site.received == []


def test_a_client_that_does_not_trust_us_is_named(proxy: Proxy, client: MakeClient, eventually: Any) -> None:
    listener = browser(proxy)
    with pytest.raises(httpx.ConnectError):
        client(listener, trusting=False).get("https://collect.test/")
    eventually(lambda: listener.untrusting_clients == ("collect.test",))


def test_a_stand_in_that_raises_ends_the_request_and_is_remembered(
    site: Any, authority_folder: Path, eventually: Any
) -> None:
    def raising(request: Request) -> Response | None:
        raise LookupError("no such answer")

    with Proxy(folder=authority_folder, answer=raising) as proxy:
        listener = browser(proxy, allow_hosts=("127.0.0.1",))
        with (
            httpx.Client(proxy=f"http://127.0.0.1:{listener.port}", trust_env=False) as visitor,
            pytest.raises(httpx.RemoteProtocolError),
        ):
            visitor.get(f"http://127.0.0.1:{site.address[1]}/")
        assert len(proxy.failures) == 1
        assert proxy.failures[0].startswith("request hook: LookupError: no such answer at ")
        assert (only(listener).fate, only(listener).error) == (Fate.FAILED, "the harness itself failed: LookupError")
    assert site.received == []


def test_the_guard_holds_even_when_the_whole_hook_is_broken(
    site: Any, authority_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Traffic, flow: object) -> None:
        raise RuntimeError("broken hook")

    monkeypatch.setattr(Traffic, "request", broken)
    with Proxy(folder=authority_folder, answer=lambda request: None) as proxy:
        listener = browser(proxy, routes={"shop.test": ("127.0.0.1", 1)})
        with httpx.Client(proxy=f"http://127.0.0.1:{listener.port}", trust_env=False) as visitor:
            assert visitor.get(f"http://127.0.0.1:{site.address[1]}/").status_code == 502
        assert any("broken hook" in failure for failure in proxy.failures)
    assert site.received == []


def chosen(**words: Any) -> AnswerBook:
    book = AnswerBook(lambda exchange: ())
    book.choose(ChosenAnswer(fits=is_at("https://shop.test", words.pop("url")), **words))
    return book


def test_a_chosen_answer_comes_in_place_of_the_stand_ins_and_the_page_may_read_it(
    proxy: Proxy, vendor: Any, client: MakeClient
) -> None:
    vendor.answers["collect.test"] = Response(status=200)
    listener = browser(proxy, chosen=chosen(url="https://collect.test/*", status=503, body="busy"))
    asking = {"origin": "https://shop.test", "access-control-request-method": "POST"}
    assert client(listener).options("https://collect.test/v1", headers=asking).status_code == 204
    answer = client(listener).post("https://collect.test/v1", headers={"origin": "https://shop.test"})
    assert (answer.status_code, answer.text) == (503, "busy")
    assert answer.headers["access-control-allow-origin"] == "https://shop.test"
    assert listener.exchanges()[-1].answered_by == "stand-in"
    assert vendor.asked == []


def test_a_slow_answer_is_the_usual_one(proxy: Proxy, site: Any, vendor: Any, client: MakeClient) -> None:
    vendor.answers["collect.test"] = Response(status=201)
    listener = browser(
        proxy, routes={"shop.test": site.address}, chosen=chosen(url="https://collect.test/*", delay=0.5)
    )
    assert client(listener).get("https://collect.test/v1").status_code == 201
    (slow,) = listener.exchanges()
    assert slow.ended_at is not None
    assert slow.ended_at - slow.started_at >= 0.5


def test_nothing_gets_out_of_a_device_without_a_network(proxy: Proxy, site: Any, client: MakeClient) -> None:
    listener = browser(proxy, routes={"shop.test": site.address})
    listener.is_offline = True
    with pytest.raises(httpx.HTTPError):
        client(listener).get("https://shop.test/")
    assert (only(listener).fate, only(listener).error) == (Fate.FAILED, "the device was offline")
    listener.is_offline = False
    assert client(listener).get("https://shop.test/").status_code == 200


@pytest.mark.parametrize(
    ("redirect", "query", "expected"),
    [
        (Redirect(to="https://shop.test/?a=X%2By#part"), "b=Z", "https://shop.test/?a=X%2By&b=Z#part"),
        (Redirect(to="https://shop.test/Path", lowercase=True), "ID=AbC", "https://shop.test/Path?id=abc"),
        (Redirect(to="https://shop.test/?id=1", drops=("id", "x y")), "x+y=1&keep=2", "https://shop.test/?keep=2"),
        (Redirect(to="https://shop.test/"), "", "https://shop.test/"),
    ],
)
def test_a_redirect_leads_on_with_its_query(
    proxy: Proxy, client: MakeClient, redirect: Redirect, query: str, expected: str
) -> None:
    listener = browser(proxy, redirects={"https://click.test/c": redirect})
    answer = client(listener).get("https://click.test/c" + (f"?{query}" if query else ""), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, expected)
    assert only(listener).answered_by == "harness"


def test_times_of_a_later_leg_are_the_visitors(proxy: Proxy, client: MakeClient) -> None:
    before = time.time()
    listener = proxy.open_listener("later", origin=Origin.BROWSER, policy=TrafficPolicy(), leg=2, ahead=86_400.0)
    client(listener).get("https://nobody.test/")
    exchange = only(listener)
    assert (exchange.id, exchange.leg) == ("b3-0001", 2)
    assert exchange.ended_at is not None
    assert before + 86_400 <= exchange.started_at <= exchange.ended_at <= time.time() + 86_400
