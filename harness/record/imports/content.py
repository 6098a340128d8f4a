"""What have files of other programs in common: their texts, their times, and the pages that requests came from?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from harness.model.recording import Body, EvidenceSource, Exchange, Fate, Headers, Request, StepRecord
from harness.record.blocking.engine import request_type
from harness.record.messages import body_from, page_of, unzipped

WITH_BODY = frozenset(("POST", "PUT", "PATCH"))
_FRACTION = re.compile(r"(\.\d{6})\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """What a file brought; with `is_received` what a collector was sent, of which the browser's calls tell, too."""

    source: EvidenceSource
    exchanges: tuple[Exchange, ...]
    is_received: bool = False


def moment_of(text: str) -> tuple[float, bool] | None:
    """Unix time of an ISO 8601 text, and whether it names its zone (else it is read as UTC); None for another text."""
    try:
        found = datetime.fromisoformat(_FRACTION.sub(r"\1", text.strip()))
    except ValueError:
        return None
    is_zoned = found.tzinfo is not None
    return (found if is_zoned else found.replace(tzinfo=UTC)).timestamp(), is_zoned


def body_of_text(text: str) -> Body | None:
    """A body that a program saved as text. Zipped bytes stand there one character each, if it spoilt none."""
    if text.startswith("\x1f"):
        try:
            return body_from(unzipped(text.encode("latin-1")))
        except UnicodeEncodeError:
            return unkept(len(text))
    try:
        return body_from(text.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return unkept(len(text))


def unkept(size: int) -> Body:
    """A body of which only the size is known."""
    return Body(text="", size=size)


def length_of(headers: Headers) -> int:
    said = next((value for name, value in headers if name.lower() == "content-length"), "")
    return int(said) if said.isdigit() else 0


def is_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")


def type_of(request: Request, *, is_page: bool = False) -> str:
    return request_type(request.method, request.headers, url=request.url, is_navigation=is_page)


def placed_on_pages(exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
    """The browser's exchanges in the order of their times, each with the page it came from and its number."""
    page, step = "", -1
    for exchange in sorted(exchanges, key=lambda each: (each.started_at, each.id)):
        sender = page_of(exchange.request, page)
        if is_page(exchange):
            page, step = exchange.request.url, step + 1
        yield replace(exchange, page=sender, step=step if step >= 0 else None)


def is_page(exchange: Exchange) -> bool:
    """Is it a page that came, and no way to one?"""
    status = exchange.response.status if exchange.response is not None else 0
    return exchange.type == "document" and exchange.fate is Fate.ANSWERED and 200 <= status < 300


def steps_of(exchanges: Sequence[Exchange], finished_at: float) -> tuple[StepRecord, ...]:
    """One step for every page: what the visitor did there nobody saw, but where he was."""
    pages = [exchange for exchange in exchanges if is_page(exchange)]
    ends = [*(page.started_at for page in pages[1:]), finished_at][: len(pages)]
    return tuple(
        StepRecord(
            index=index,
            verb="page",
            summary=urlsplit(page.request.url).path or "/",
            started_at=page.started_at,
            ended_at=end,
            url=page.request.url,
        )
        for index, (page, end) in enumerate(zip(pages, ends, strict=True))
    )
