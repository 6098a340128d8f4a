"""On which of the pages that the visitor saw did a vendor's tag run?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

from harness.comparators.consent import answer_at
from harness.comparators.hosts import host_of, is_beside, is_vendors_host, page_of
from harness.model.event import Event
from harness.model.facts import PageFact
from harness.model.recording import Exchange, Fate, Origin, Recording
from harness.model.spec import VendorSpec


def page_facts(
    events: Iterable[Event], spec: VendorSpec, others: Iterable[VendorSpec], recording: Recording
) -> tuple[PageFact, ...]:
    """Each page once on each leg, in order. Where the visitor had not agreed until he left, no tag is to run.

    An event proves that the tag ran, as does a script that is this vendor's and none of the `others`'.
    """
    exchanges = {exchange.id: exchange for exchange in recording.exchanges}
    documents = [each for each in recording.exchanges if each.type == "document" and _is_open(each)]
    tagged = {
        (exchange.leg, page_of(url))
        for event in events
        if event.channel == "tag" and event.origin is Origin.BROWSER
        for exchange in [exchanges[event.exchange]]
        for url in (exchange.page, event.page_url, _page_at(exchange, documents))
        if url
    }
    others = tuple(others)
    tagged |= {
        (exchange.leg, page_of(url))
        for exchange in recording.exchanges
        if exchange.type == "script" and exchange.fate is not Fate.BLOCKED
        for host in [host_of(exchange.request.url)]
        if is_vendors_host(spec, host) and not any(is_vendors_host(other, host) for other in others)
        for url in (exchange.page, _page_at(exchange, documents))
        if url
    }
    seen: dict[tuple[int, tuple[str, str]], PageFact] = {}
    for document in _pages(recording):
        url = document.request.url
        there = {name for name, _ in parse_qsl(urlsplit(url).query)}
        fact = PageFact(
            url=url.split("?", 1)[0],
            is_tagged=(document.leg, page_of(url)) in tagged,
            leg=document.leg,
            click_ids=tuple(click.parameter for click in spec.click_ids if click.parameter in there),
        )
        seen.setdefault((document.leg, page_of(url)), fact)
    return tuple(seen.values())


def _page_at(exchange: Exchange, documents: Sequence[Exchange]) -> str:
    """The page that had come last: the browser tells of a navigation in its own time, later on a busy machine."""
    come = [
        each.request.url
        for each in documents
        if each.leg == exchange.leg and (each.ended_at or each.started_at) <= exchange.started_at
    ]
    return come[-1] if come else ""


def _pages(recording: Recording) -> Iterator[Exchange]:
    """The documents of the site on which the visitor stood after a step, and that he left having agreed."""
    documents = [
        exchange
        for exchange in recording.exchanges
        if exchange.origin is Origin.BROWSER and exchange.type == "document" and _is_open(exchange)
    ]
    if not documents:
        return
    site = host_of(documents[0].request.url)
    stood_on = {page_of(step.url) for step in recording.steps if step.url}
    ends = [later.started_at for _, later in pairwise(documents)] + [recording.finished_at]
    for document, left_at in zip(documents, ends, strict=True):
        is_own = is_beside(host_of(document.request.url), site)
        agreed = answer_at(recording, left_at, document.leg) in ("", "granted")
        if is_own and agreed and page_of(document.request.url) in stood_on:
            yield document


def _is_open(exchange: Exchange) -> bool:
    return exchange.fate is Fate.ANSWERED and exchange.response is not None and 200 <= exchange.response.status < 300
