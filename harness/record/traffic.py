"""What happens to each request that reaches the proxy, and in which order is that decided?"""

# mypy: disallow-untyped-calls=False
# (mitmproxy annotates only some of its functions, and which ones differs between its versions.)

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable, Mapping, MutableSequence
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from mitmproxy import http, tls
from mitmproxy.connection import Client
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from harness.hosts import host_of
from harness.model.recording import Blocking, Body, Exchange, Fate, Headers, Origin, Request, Response
from harness.model.scenario import Redirect
from harness.record.blocking.engine import RequestFacts, request_type
from harness.record.capture import Listener
from harness.record.cookie_caps import capped
from harness.record.messages import header, message_from, page_of, request_from, response_from, text_response
from harness.record.policy import TrafficPolicy, normal_host

Answer = Callable[[Request], Response | None]
_Data = TypeVar("_Data")

NO_NETWORK = "the device was offline"
_EXCHANGE = "exchange"
_UPSTREAM = "upstream"
_REFUSAL = "The test harness refused this request: the scenario does not allow this host.\n"
_PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
# Beyond this a download would hold up every other request while it is copied; it goes through without being kept.
_LARGEST_KEPT = 8 * 1024 * 1024


@dataclass(slots=True)
class _Turn:
    """One request on its way through the decisions. `exchange` follows what blocking does to the request."""

    flow: http.HTTPFlow
    listener: Listener
    host: str
    exchange: Exchange

    def answered(self, response: Response, by: str, fate: Fate = Fate.ANSWERED) -> bool:
        # Ended here, not in the `response` hook: a page left at this moment takes away the hook, not the answer.
        self.flow.response = message_from(response)
        self.listener.ended(self.exchange.id, fate, response=response, answered_by=by)
        return True


class Traffic:
    """The addon that keeps every request and decides what becomes of it."""

    def __init__(self, listeners: Mapping[int, Listener], answer: Answer, failures: MutableSequence[str]) -> None:
        self._listeners = listeners
        self._answer = answer
        self._failures = failures
        # What the scenario chose for an answer comes between the two.
        self._first_stages = (
            self._offline, self._local_page, self._noise, self._blocked, self._not_found, self._redirected,
        )  # fmt: skip
        self._last_stages = (self._site, self._library, self._stand_in, self._real_host, self._refused)

    # mitmproxy finds its hooks by these names.

    def client_connected(self, client: Client) -> None:
        listener = self._listener_of(client)
        if listener is not None:
            listener.touched()

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        listener = self._listener_of(flow.client_conn)
        if listener is not None:
            listener.opened(flow.id)

    async def request(self, flow: http.HTTPFlow) -> None:
        try:
            await self._take(flow)
        except Exception as problem:  # mitmproxy would log it and forward the request to the real host
            self._fail("request", problem)
            listener = self._listener_of(flow.client_conn)
            if listener is not None:
                error = f"the harness itself failed: {type(problem).__name__}"
                listener.ended(flow.metadata.get(_EXCHANGE, ""), Fate.FAILED, error=error)
            flow.response = None
            if flow.killable:
                flow.kill()

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        assert flow.response is not None
        self._guarded("responseheaders", self._cap_cookies, flow)
        listener = self._listener_of(flow.client_conn)
        if listener is not None and listener.policy.passes_through and flow.metadata.get(_UPSTREAM) == "real":
            flow.response.stream = True
        length = flow.response.headers.get("content-length", "")
        is_endless = flow.response.headers.get("content-type", "").startswith("text/event-stream")
        if is_endless or (length.isdigit() and int(length) > _LARGEST_KEPT):
            flow.response.stream = True
        if is_endless:
            # The page waits for its events, and nobody for its end.
            self._guarded("responseheaders", self._end, flow)

    def response(self, flow: http.HTTPFlow) -> None:
        self._guarded("response", self._end, flow)

    def error(self, flow: http.HTTPFlow) -> None:
        self._guarded("error", self._break, flow)

    def tls_failed_client(self, data: tls.TlsData) -> None:
        listener = self._listener_of(data.context.client)
        # A browser that drops a connection it opened to be early says nothing about trust.
        if listener is None or "not trust the proxy's certificate for" not in (data.conn.error or ""):
            return
        address = data.context.server.address
        listener.distrusted(data.context.client.sni or (address[0] if address else ""))

    def _listener_of(self, client: Client) -> Listener | None:
        return self._listeners.get(client.sockname[1])

    def _guarded(self, hook: str, act: Callable[[_Data], None], data: _Data) -> None:
        try:
            act(data)
        except Exception as problem:
            self._fail(hook, problem)

    def _fail(self, hook: str, problem: Exception) -> None:
        trace = problem.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f" at {trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace is not None else ""
        self._failures.append(f"{hook} hook: {type(problem).__name__}: {problem}{place}")

    async def _take(self, flow: http.HTTPFlow) -> None:
        listener = self._listener_of(flow.client_conn)
        if listener is None:  # its port was closed while the request came in
            flow.kill()
            return
        _protect(flow.request, listener.policy)
        request, host = _meant(flow.request, listener)
        page = type_ = ""
        if listener.origin is Origin.BROWSER:
            page = page_of(request, listener.position[1])
            type_ = request_type(request.method, request.headers, url=request.url)
        exchange = listener.arrived(request, at=flow.request.timestamp_start, page=page, type_=type_)
        flow.metadata[_EXCHANGE] = exchange.id
        turn = _Turn(flow, listener, host, exchange)
        if any(stage(turn) for stage in self._first_stages) or await self._chosen(turn):
            return
        next(stage for stage in self._last_stages if stage(turn))

    def _cap_cookies(self, flow: http.HTTPFlow) -> None:
        listener = self._listener_of(flow.client_conn)
        seconds = listener.policy.cookie_cap(normal_host(flow.request.pretty_host)) if listener is not None else 0
        if seconds and flow.response is not None:
            cookies = flow.response.headers.get_all("set-cookie")
            flow.response.headers.set_all("set-cookie", [capped(each, seconds, time.time()) for each in cookies])

    def _end(self, flow: http.HTTPFlow) -> None:
        listener = self._listener_of(flow.client_conn)
        if listener is None:
            return
        assert flow.response is not None
        by = "site" if flow.metadata.get(_UPSTREAM) == "site" else ""
        listener.ended(
            flow.metadata.get(_EXCHANGE, ""), Fate.ANSWERED, response=response_from(flow.response), answered_by=by
        )
        listener.finished(flow.id)

    def _break(self, flow: http.HTTPFlow) -> None:
        listener = self._listener_of(flow.client_conn)
        if listener is None:
            return
        if _EXCHANGE not in flow.metadata:  # broken off before the request was whole
            exchange = listener.arrived(_meant(flow.request, listener)[0], at=flow.request.timestamp_start)
            flow.metadata[_EXCHANGE] = exchange.id
        error = flow.error.msg if flow.error else "unknown"
        if _UPSTREAM in flow.metadata and "client" not in error.lower():
            # The client gets a 502 of the proxy's own making, which must not be taken for an answer of the site.
            address = f"{flow.request.host}:{flow.request.port}"
            who = f"the site at {address}" if flow.metadata[_UPSTREAM] == "site" else address
            error = f"{who} did not answer: {error}"
        listener.ended(flow.metadata[_EXCHANGE], Fate.FAILED, error=error)
        listener.finished(flow.id)

    # The stages, in order. Each says whether it settled the matter.

    def _offline(self, turn: _Turn) -> bool:
        if not turn.listener.is_offline:
            return False
        turn.listener.ended(turn.exchange.id, Fate.FAILED, error=NO_NETWORK)
        turn.flow.kill()
        return True

    def _local_page(self, turn: _Turn) -> bool:
        pages = turn.listener.policy.local_pages
        handler = pages.get(turn.host) or pages.get(f"{turn.host}:{turn.flow.request.port}")
        return handler is not None and turn.answered(handler(turn.exchange.request), "harness")

    def _noise(self, turn: _Turn) -> bool:
        return turn.listener.policy.is_noise(turn.host) and turn.answered(Response(status=204), "harness")

    def _blocked(self, turn: _Turn) -> bool:
        policy, engine = turn.listener.policy, turn.listener.policy.engine
        if engine is None or turn.listener.origin is not Origin.BROWSER:
            return False
        facts = _facts(turn.exchange)
        url, strip = engine.strip(facts, policy.source_host)
        if strip is not None and self._stripped(turn, url, strip):
            return True
        facts = _facts(turn.exchange)
        blocking = engine.decide(facts, policy.source_host)
        if blocking is None:
            return False
        turn.listener.judged(turn.exchange.id, blocking, turn.exchange.request)
        if not policy.enforce:
            turn.listener.disagreed(_disagreement(turn.exchange, blocking))
            return False
        stub = engine.stub_for(facts, policy.source_host) if blocking.action == "stub" else None
        if stub is not None:
            return turn.answered(_shared(text_response(200, stub.text, stub.content_type), turn.exchange), "stub")
        turn.listener.ended(turn.exchange.id, Fate.BLOCKED)
        turn.flow.kill()
        return True

    def _not_found(self, turn: _Turn) -> bool:
        """A name that does not resolve; the browser has no part in that, so the proxy alone sees to it."""
        dns = turn.listener.policy.dns
        blocking = dns.decide(turn.host) if dns is not None else None
        if blocking is None:
            return False
        turn.listener.judged(turn.exchange.id, blocking, turn.exchange.request)
        turn.listener.ended(turn.exchange.id, Fate.BLOCKED)
        turn.flow.kill()
        return True

    def _stripped(self, turn: _Turn, url: str, strip: Blocking) -> bool:
        if not turn.listener.policy.enforce:
            turn.listener.judged(turn.exchange.id, strip, turn.exchange.request)
            turn.listener.disagreed(_disagreement(turn.exchange, strip))
            return False
        if turn.exchange.type == "document":
            # The page reads its own address, so the browser itself has to go to the stripped one.
            turn.listener.judged(turn.exchange.id, strip, turn.exchange.request)
            redirect = Response(status=307, headers=(("location", url), ("cache-control", "no-store")))
            return turn.answered(redirect, "harness")
        parts = urlsplit(url)
        turn.flow.request.path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        turn.exchange = replace(turn.exchange, request=replace(turn.exchange.request, url=url))
        turn.listener.judged(turn.exchange.id, strip, turn.exchange.request)
        return False

    def _redirected(self, turn: _Turn) -> bool:
        address, _, query = turn.exchange.request.url.partition("?")
        redirect = turn.listener.policy.redirects.get(address)
        if redirect is None:
            return False
        headers = (("location", landing_of(redirect, query)), ("cache-control", "no-store"))
        return turn.answered(Response(status=302, headers=headers), "harness")

    async def _chosen(self, turn: _Turn) -> bool:
        """Only this flow waits for a slow answer, the others go on."""
        chooser, request = turn.listener.policy.chosen, turn.exchange.request
        if chooser is None:
            return False
        wanted = _announced_method(request)
        if wanted:
            announced = replace(turn.exchange, request=replace(request, method=wanted, body=None))
            return chooser.concerns(announced) and turn.answered(_permission(request), "stand-in")
        chosen = chooser.answer_to(turn.exchange)
        if chosen is None:
            return False
        if chosen.delay:
            await asyncio.sleep(chosen.delay)
        if chosen.status is None and chosen.body is None:
            return False
        kind = chosen.content_type or "text/plain; charset=utf-8"
        response = text_response(chosen.status or 200, chosen.body or "", kind)
        return turn.answered(_shared(_lifelike(response, turn.exchange), turn.exchange), "stand-in")

    def _site(self, turn: _Turn) -> bool:
        policy, request = turn.listener.policy, turn.flow.request
        upstream = policy.upstream(turn.host, urlsplit(turn.exchange.request.url).path)
        if upstream is None:
            return False
        # Setting the host rewrites the Host header, by which the site knows its own name.
        name, scheme = request.host_header or turn.host, request.scheme
        request.scheme, (request.host, request.port) = "http", upstream
        request.host_header = name
        request.headers["x-forwarded-proto"] = scheme
        if policy.forwarded_for:
            request.headers["x-forwarded-for"] = policy.forwarded_for
        for key, value in policy.site_headers.items():
            request.headers[key] = value
        turn.flow.metadata[_UPSTREAM] = "site"
        return True

    def _library(self, turn: _Turn) -> bool:
        if not turn.listener.policy.is_library(turn.exchange.request, turn.host):
            return False
        turn.flow.metadata[_UPSTREAM] = "real"
        return True

    def _stand_in(self, turn: _Turn) -> bool:
        request = turn.exchange.request
        wanted = _announced_method(request)
        if wanted:
            announced = replace(request, method=wanted, body=None)
            known = self._answer(announced) is not None or self._answer(request) is not None
            return known and turn.answered(_permission(request), "stand-in")
        response = self._answer(request)
        if response is None:
            return False
        return turn.answered(_shared(_lifelike(response, turn.exchange), turn.exchange), "stand-in")

    def _real_host(self, turn: _Turn) -> bool:
        if not turn.listener.policy.allows(turn.host):
            return False
        turn.flow.metadata[_UPSTREAM] = "real"
        return True

    def _refused(self, turn: _Turn) -> bool:
        turn.listener.refused(turn.host)
        return turn.answered(text_response(403, _REFUSAL), "harness", Fate.REFUSED)


class Guard:
    """The last addon: no connection goes anywhere but where the policy allows, even after a mistake in `Traffic`."""

    def __init__(self, listeners: Mapping[int, Listener]) -> None:
        self._listeners = listeners

    def server_connect(self, data: ServerConnectionHookData) -> None:
        # The error comes first: should the rest of this raise, the connection stays forbidden.
        data.server.error = f"{data.server.address} is not an allowed upstream"
        listener = self._listeners.get(data.client.sockname[1])
        address = data.server.address
        if listener is not None and address is not None and listener.policy.may_connect(address[0], address[1]):
            data.server.error = None


def landing_of(redirect: Redirect, query: str) -> str:
    """Where a redirect leads that was asked with this query."""
    parts = urlsplit(redirect.to)
    pairs = [pair for pair in f"{parts.query}&{query}".split("&") if pair]
    pairs = [pair for pair in pairs if unquote_plus(pair.partition("=")[0]) not in redirect.drops]
    whole = "&".join(pairs)
    return urlunsplit(parts._replace(query=whole.lower() if redirect.lowercase else whole))


def _meant(message: http.Request, listener: Listener) -> tuple[Request, str]:
    """The request, with the vendor's address if it came to the path that stands for it, and its host."""
    request = request_from(message)
    meant = listener.policy.meant(request, listener.port)
    host = message.host if meant is request else urlsplit(meant.url).hostname or ""
    return meant, normal_host(host)


def _protect(request: http.Request, policy: TrafficPolicy) -> None:
    """What the browser that is acted would have said differently."""
    if policy.gpc:
        request.headers["sec-gpc"] = "1"
    referrer = request.headers.get("referer", "")
    if policy.trims_referrer and referrer and not host_of(referrer).is_same_site(host_of(request.pretty_url)):
        parts = urlsplit(referrer)
        request.headers["referer"] = f"{parts.scheme}://{parts.netloc}/"


def _facts(exchange: Exchange) -> RequestFacts:
    return RequestFacts(url=exchange.request.url, page=exchange.page, type=exchange.type)


def _disagreement(exchange: Exchange, blocking: Blocking) -> str:
    """Without the query: it may carry what must not be stored."""
    address = exchange.request.url.partition("?")[0]
    parameters = f" of {', '.join(blocking.removed_parameters)}" if blocking.removed_parameters else ""
    return (
        f"{exchange.id}: {exchange.type} {address} arrived, but `{blocking.rule}` "
        f"({blocking.list}:{blocking.line}) means {blocking.action}{parameters}"
    )


def _announced_method(request: Request) -> str:
    """What a CORS preflight asks leave for; empty for every other request."""
    return header(request.headers, "access-control-request-method") if request.method == "OPTIONS" else ""


def _permission(preflight: Request) -> Response:
    """What any vendor's collector says to a browser that asks first."""
    fields = [
        ("access-control-allow-methods", header(preflight.headers, "access-control-request-method")),
        ("access-control-allow-headers", header(preflight.headers, "access-control-request-headers")),
    ]
    if header(preflight.headers, "access-control-request-private-network"):
        fields.append(("access-control-allow-private-network", "true"))
    headers = _cors(header(preflight.headers, "origin")) + tuple(field for field in fields if field[1])
    return Response(status=204, headers=headers)


def _cors(origin: str) -> Headers:
    return (
        ("access-control-allow-origin", origin or "*"),
        ("access-control-allow-credentials", "true"),
        ("vary", "Origin"),
    )


def _shared(response: Response, exchange: Exchange) -> Response:
    """The response with leave for the page to read it, unless it says something about that itself."""
    origin = header(exchange.request.headers, "origin")
    if not origin or header(response.headers, "access-control-allow-origin"):
        return response
    return replace(response, headers=response.headers + _cors(origin))


def _lifelike(response: Response, exchange: Exchange) -> Response:
    """An image element fires `error` on anything but an image, and some tags wait for its `load`."""
    if exchange.type != "image" or response.status != 200 or response.body is not None:
        return response
    headers = tuple(field for field in response.headers if field[0].lower() != "content-type")
    size = len(base64.b64decode(_PIXEL))
    return replace(response, headers=(*headers, ("content-type", "image/gif")), body=Body(base64=_PIXEL, size=size))
