"""Mistakes of a whole visit: pages without the tag, values that leak, pages that break when tags are blocked."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from harness.accuracy.case import text_of
from harness.accuracy.editing import NotThereError, substituted
from harness.accuracy.visit import Visit, VisitFault
from harness.comparators.hosts import host_of, is_beside, is_vendors_host, page_of
from harness.decode import decode
from harness.model.persona import Persona
from harness.model.recording import Body, Breakdown, Exchange, Fate, Origin, Recording, Request, Response
from harness.model.result import Severity
from harness.model.spec import VendorSpec

_STRANGER = "https://cdn.stranger.example"


def _pages(recording: Recording) -> list[Exchange]:
    """The documents of the visit, in order, each page once."""
    pages = {
        page_of(each.request.url): each
        for each in recording.exchanges
        if each.origin is Origin.BROWSER and each.type == "document" and each.fate is Fate.ANSWERED
    }
    return list(pages.values())


def _also(visit: Visit, request: Request, type_: str = "image") -> Recording:
    """The visit in which the last page sends one request more."""
    page = _pages(visit.recording)[-1]
    started_at = (page.ended_at or page.started_at) + 0.5
    more = Exchange(
        id="stranger", origin=Origin.BROWSER, started_at=started_at, ended_at=started_at + 0.1, request=request,
        response=Response(status=200), fate=Fate.ANSWERED, answered_by="real", page=page.request.url, type=type_,
        leg=page.leg,
    )  # fmt: skip
    return replace(visit.recording, exchanges=(*visit.recording.exchanges, more))


def _telling(write: Callable[[Persona], str]) -> Callable[[Visit, VendorSpec | None], Recording]:
    """A stranger's address that tells of the visitor."""
    return lambda visit, _: _also(visit, Request(method="GET", url=f"{_STRANGER}/p.gif?{write(visit.persona)}"))


def _posted(visit: Visit, _: VendorSpec | None) -> Recording:
    text = json.dumps({"contact": {"tel": visit.persona.phone}})
    headers = (("content-type", "application/json"),)
    body = Body(text=text, size=len(text))
    return _also(visit, Request(method="POST", url=f"{_STRANGER}/contacts", headers=headers, body=body), "xhr")


def _with_email(url: str, persona: Persona) -> str:
    parts = urlsplit(url)
    query = f"{parts.query}&" if parts.query else ""
    return urlunsplit(parts._replace(query=f"{query}email={quote(persona.email, safe='')}"))


def _in_referrer(visit: Visit, _: VendorSpec | None) -> Recording:
    page = _with_email(_pages(visit.recording)[-1].request.url, visit.persona)
    return _also(visit, Request(method="GET", url=f"{_STRANGER}/w.png", headers=(("referer", page),)))


def _telling_the_page(origin: Origin) -> Callable[[Visit, VendorSpec | None], Recording]:
    """A call that tells of the last page's address, which holds the email."""

    def spoil(visit: Visit, _: VendorSpec | None) -> Recording:
        page = _pages(visit.recording)[-1].request.url
        told = _with_email(page, visit.persona)
        exchanges = list(visit.recording.exchanges)
        for at, each in reversed(list(enumerate(exchanges))):
            is_own = is_beside(host_of(each.request.url), host_of(page))
            is_call = each.origin is origin and each.type != "document" and each.blocking is None
            if is_call and not is_own and page in unquote(text_of(each.request)):
                exchanges[at] = replace(each, request=substituted(each.request, page, told))
                return replace(visit.recording, exchanges=tuple(exchanges))
        raise NotThereError(page)

    return spoil


def _in_page_address(visit: Visit, _: VendorSpec | None) -> Recording:
    page = _pages(visit.recording)[-1]
    named = replace(page, request=replace(page.request, url=_with_email(page.request.url, visit.persona)))
    exchanges = tuple(named if each is page else each for each in visit.recording.exchanges)
    return replace(visit.recording, exchanges=exchanges)


def _in_layer(value: Callable[[Persona], str]) -> Callable[[Visit, VendorSpec | None], Recording]:
    """The last page's data layer holds the value, and a stranger's script reads along."""

    def spoil(visit: Visit, _: VendorSpec | None) -> Recording:
        read = _also(visit, Request(method="GET", url=f"{_STRANGER}/widget.js"), "script")
        *exchanges, script = read.exchanges
        *steps, last = visit.recording.steps
        there = replace(last, data_layer=(*last.data_layer, {"visitor": value(visit.persona)}))
        return replace(read, exchanges=(*exchanges, replace(script, page=last.url)), steps=(*steps, there))

    return spoil


def _says(message: str) -> Callable[[Visit, VendorSpec | None], Recording]:
    def spoil(visit: Visit, _: VendorSpec | None) -> Recording:
        *steps, last = visit.recording.steps
        return replace(visit.recording, steps=(*steps, replace(last, console_errors=(*last.console_errors, message))))

    return spoil


def _breaks(visit: Visit, _: VendorSpec | None) -> Recording:
    step = visit.recording.steps[-1].index
    return replace(visit.recording, breakdown=Breakdown(message="nothing matches the button", step=step))


def _untagged(choose: Callable[[Sequence[Exchange]], Sequence[Exchange]]) -> Callable[..., Recording]:
    """The vendor's tag is not on some of the pages, but on that of the order."""

    def spoil(visit: Visit, spec: VendorSpec | None) -> Recording:
        assert spec is not None
        pages = _pages(visit.recording)
        without = {page_of(each.request.url) for each in choose(pages[:-1])}
        documents = [each for each in visit.recording.exchanges if each.type == "document"]
        accounts = {each.vendor: each for each in visit.recording.scenario.vendors if each.vendor == spec.id}
        events = decode(visit.recording.exchanges, [spec], accounts, visit.recording.legs).events
        hits = {exchange for event in events for exchange in (event.exchange, *event.mirrors)}
        wanted = {conversion.event for conversion in visit.recording.conversions}
        of_orders = {each for event in events if event.event in wanted for each in (event.exchange, *event.mirrors)}
        kept = tuple(
            each
            for each in visit.recording.exchanges
            if each.origin is not Origin.BROWSER
            or not (each.id in hits or is_vendors_host(spec, host_of(each.request.url)))
            or each.id in of_orders
            or not _where(each, documents) & without
        )
        gone = [each for each in visit.recording.exchanges if each not in kept and each.blocking is None]
        if "page_view" not in spec.event_names.names or not gone:
            raise NotThereError("page views")
        return replace(visit.recording, exchanges=kept)

    return spoil


def _where(exchange: Exchange, documents: Sequence[Exchange]) -> set[tuple[str, str]]:
    """The page that the request names, and the one that had come last: browsers tell of a navigation in their time."""
    before = [each.request.url for each in documents if each.started_at <= exchange.started_at]
    return {page_of(url) for url in (exchange.page, *before[-1:]) if url}


def _leak(name: str, says: str, spoil: Callable[[Visit, VendorSpec | None], Recording]) -> VisitFault:
    return VisitFault(
        id=name, family="privacy", says=says, spoil=spoil, finds=("identifier-leak",), least=Severity.ERROR
    )


def _from_the_browser(visit: Visit, spec: VendorSpec | None) -> Recording:
    """The page calls the API itself, with what the server's call had."""
    assert spec is not None
    accounts = {each.vendor: each for each in visit.recording.scenario.vendors if each.vendor == spec.id}
    events = decode(visit.recording.exchanges, [spec], accounts, visit.recording.legs).events
    known = {event.exchange for event in events if event.channel == "capi" and event.origin is Origin.SERVER}
    moved = tuple(
        replace(each, origin=Origin.BROWSER, page=_pages(visit.recording)[-1].request.url) if each.id in known else each
        for each in visit.recording.exchanges
    )
    if not known:
        raise NotThereError("a server call")
    return replace(visit.recording, exchanges=moved)


VISIT_FAULTS: tuple[VisitFault, ...] = (
    VisitFault(
        id="api-called-by-page",
        family="privacy",
        says="the page calls the server's API, token and all",
        spoil=_from_the_browser,
        finds=("token-exposure",),
        follows=frozenset({"vendor-acceptance", "schema", "event-time", "account-match"}),
        least=Severity.ERROR,
        of_a_vendor=True,
    ),
    VisitFault(
        id="email-in-page-address",
        family="privacy",
        says="the thank-you page's address holds the email",
        spoil=_in_page_address,
        finds=("identifier-leak",),
    ),
    _leak(
        "email-in-page-tag", "a tag tells an address of a page with the email in it", _telling_the_page(Origin.BROWSER)
    ),
    _leak(
        "email-in-page-server",
        "a server call tells an address of a page with the email in it",
        _telling_the_page(Origin.SERVER),
    ),
    _leak("email-in-referrer", "a stranger's image is told the email by the referrer", _in_referrer),
    _leak("email-to-stranger", "the email goes to a stranger", _telling(lambda person: f"e={quote(person.email)}")),
    _leak(
        "email-to-stranger-twice-encoded",
        "the email goes to a stranger, URL-encoded twice",
        _telling(lambda person: f"u={quote(quote(f'/thanks?email={quote(person.email)}', safe=''), safe='')}"),
    ),
    _leak(
        "name-to-stranger-base64",
        "name and street go to a stranger as base64 of JSON",
        _telling(lambda person: f"d={_packed({'name': person.last_name, 'street': person.street})}"),
    ),
    _leak("phone-to-stranger", "the phone number is posted to a stranger", _posted),
    *(
        VisitFault(
            id=f"data-layer-{name}-read-along",
            family="privacy",
            says=f"the data layer holds the {name}, and a stranger's script runs on the page",
            spoil=_in_layer(value),
            finds=("data-layer-pii",),
        )
        for name, value in (("email", lambda person: person.email), ("phone", lambda person: person.phone))
    ),
    *(
        VisitFault(
            id=f"page-{name}",
            family="page works",
            says=says,
            spoil=_says(message),
            finds=("page-works",),
        )
        for name, says, message in (
            (
                "calls-missing-tag",
                "the page calls a tag that was blocked",
                "Uncaught TypeError: track is not a function",
            ),
            ("waits-for-tag", "the page waits in vain for a tag", "Uncaught (in promise) Error: tag did not load"),
        )
    ),
    VisitFault(
        id="page-breaks",
        family="page works",
        says="the journey breaks off where the tags are blocked",
        spoil=_breaks,
        finds=("page-works",),
        least=Severity.ERROR,
    ),
    *(
        VisitFault(
            id=f"tag-not-on-{name}",
            family="pages",
            says=f"the tag is not on {says}",
            spoil=_untagged(choose),
            finds=("tag-on-pages",),
            follows=frozenset({"click-id-carriage", "browser-id-carriage", "value-trail"}),
            of_a_vendor=True,
        )
        for name, says, choose in (
            ("landing-page", "the page where the visitor landed", lambda pages: pages[:1]),
            ("a-page", "a page on the way", lambda pages: pages[len(pages) // 2 : len(pages) // 2 + 1]),
            ("most-pages", "any page but that of the order", lambda pages: pages),
        )
    ),
)


def _packed(entry: dict[str, str]) -> str:
    return quote(base64.b64encode(json.dumps(entry, ensure_ascii=False).encode()).decode(), safe="")
