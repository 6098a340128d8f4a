"""How does a recording look to tools that read HTTP Archives?

HAR 1.2: http://www.softwareishard.com/blog/har-12-spec/ (read 2026-11). Own facts are in fields that begin with `_`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harness.model.recording import Body, Exchange, Headers, Recording, Response, StepRecord

CREATOR = "conversion-testing-harness"
_REASONS = {200: "OK", 204: "No Content", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
            307: "Temporary Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
            500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}  # fmt: skip


def har_of(recording: Recording) -> dict[str, Any]:
    """The archive; every exchange is an entry, every page that a step ended on is a page."""
    pages = _pages(recording)
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": CREATOR, "version": recording.harness_version},
            **_browser(recording),
            "pages": [
                {
                    "startedDateTime": _date(step.started_at),
                    "id": _page_id(step.index),
                    "title": step.url,
                    "pageTimings": {"onContentLoad": -1, "onLoad": -1},
                }
                for step in pages
            ],
            "entries": [_entry(recording.run_id, exchange, pages) for exchange in recording.exchanges],
        }
    }


def _browser(recording: Recording) -> dict[str, Any]:
    if recording.browser is None:
        return {}
    return {"browser": {"name": recording.browser.name, "version": recording.browser.version}}


def _pages(recording: Recording) -> tuple[StepRecord, ...]:
    """The step that began each page: one whose URL is another than before, and the reloads."""
    found: list[StepRecord] = []
    for step in recording.steps:
        if step.url and (not found or step.url != found[-1].url or step.verb in ("open", "reload")):
            found.append(step)
    return tuple(found)


def _page_id(index: int) -> str:
    return f"step-{index + 1}"


def _entry(run_id: str, exchange: Exchange, pages: tuple[StepRecord, ...]) -> dict[str, Any]:
    duration = max(0.0, ((exchange.ended_at or exchange.started_at) - exchange.started_at) * 1000)
    step = exchange.step
    page = [each.index for each in pages if step is not None and each.index <= step]
    entry: dict[str, Any] = {
        **({"pageref": _page_id(page[-1])} if page else {}),
        "startedDateTime": _date(exchange.started_at),
        "time": duration,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": duration, "receive": 0},
        "_run": run_id,
        "_id": exchange.id,
        "_origin": str(exchange.origin),
        "_fate": str(exchange.fate),
        "_resourceType": exchange.type,
    }
    if exchange.answered_by:
        entry["_answeredBy"] = exchange.answered_by
    if exchange.blocking is not None:
        entry["_rule"] = f"{exchange.blocking.rule} ({exchange.blocking.list}:{exchange.blocking.line})"
    if exchange.error:
        entry["_error"] = exchange.error
    return entry


def _request(exchange: Exchange) -> dict[str, Any]:
    request = exchange.request
    answer: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": _cookies(request.headers),
        "headers": _pairs(request.headers),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": request.body.size if request.body is not None else 0,
    }
    if request.body is not None:
        answer["postData"] = {"mimeType": _header(request.headers, "content-type"), **_text(request.body)}
    return answer


def _response(exchange: Exchange) -> dict[str, Any]:
    """Without an answer the status is 0, as browsers write it."""
    response = exchange.response or Response(status=0)
    body = response.body
    return {
        "status": response.status,
        "statusText": _REASONS.get(response.status, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(response.headers),
        "content": {
            "size": body.size if body is not None else 0,
            "mimeType": _header(response.headers, "content-type") or "x-unknown",
            **(_text(body) if body is not None else {}),
        },
        "redirectURL": _header(response.headers, "location"),
        "headersSize": -1,
        "bodySize": body.size if body is not None else 0,
    }


def _text(body: Body) -> dict[str, str]:
    if body.base64 is not None:
        return {"text": body.base64, "encoding": "base64"}
    return {"text": body.text or ""}


def _cookies(headers: Headers) -> list[dict[str, str]]:
    pieces = [piece.strip() for name, value in headers if name.lower() == "cookie" for piece in value.split(";")]
    pairs = [piece.partition("=") for piece in pieces if piece]
    return [{"name": name, "value": value} for name, _, value in pairs]


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _header(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
