"""How is a verdict told to a webhook, so that the receiver can trust it?

The signature covers the time and the body, so that neither can be another's; docs/notifications.md shows how to verify
it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import httpx

from harness.errors import DeliveryError, InputError, Mistake
from harness.model.history import SuiteLine
from harness.model.notification import Notification
from harness.model.result import Severity, SuiteResult

SIGNATURE, DELIVERY = "Harness-Signature", "Harness-Delivery"

# Four times at most, within a quarter of a minute unless the receiver asks for a little more.
_PAUSES = (1.0, 3.0, 9.0)
_LONGEST_PAUSE = 30.0
_TIMEOUT = 10.0
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
_SIGNS = {"passed": "✅", "failed": "❌", "inconclusive": "❔"}
_MOST_VENDORS = 10


def notification(result: SuiteResult, suite: SuiteLine, previous: str) -> Notification:
    """`suite` is what a history says of the result, `previous` the verdict of the suite before."""
    failing: dict[str, dict[str, None]] = {}
    for finding in result.findings:
        if finding.severity is Severity.ERROR:
            failing.setdefault(finding.vendor or "*", {})[finding.check] = None
    return Notification(
        id=hashlib.sha256(f"{suite.key}/{suite.verdict}/{previous}".encode()).hexdigest()[:32],
        title=suite.title,
        suite_id=suite.suite_id,
        series=suite.series,
        verdict=suite.verdict,
        previous=previous,
        started_at=suite.started_at,
        runs=suite.runs,
        orders=sum(len(run.orders) for run in result.runs),
        errors=suite.errors,
        warnings=suite.warnings,
        failing={vendor: tuple(checks) for vendor, checks in failing.items()},
    )


def body_of(message: Notification, format_: str) -> bytes:
    content: dict[str, Any] = {"version": 1, **asdict(message), "changed": message.is_change}
    if format_ == "slack":
        content = {"text": in_words(message)}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def in_words(message: Notification) -> str:
    """In the markup of Slack, which others read as text."""
    was = f" (was {message.previous})" if message.previous and message.is_change else ""
    lines = [
        f"{_SIGNS[message.verdict]} *{_escaped(message.title)}*: {message.verdict}{was}",
        f"{message.runs} runs, {message.orders} orders, {message.errors} errors, {message.warnings} warnings; "
        f"suite {message.suite_id}, {message.started_at}",
    ]
    shown = list(message.failing.items())[:_MOST_VENDORS]
    lines += [f"• {'the run' if vendor == '*' else vendor}: {', '.join(checks)}" for vendor, checks in shown]
    rest = len(message.failing) - len(shown)
    return "\n".join([*lines, *([f"• {rest} more"] if rest > 0 else [])])


def signature(secret: str, at: int, body: bytes) -> str:
    """`t=<Unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">`."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def deliver(
    url: str,
    message: Notification,
    *,
    format_: str,
    secret: str,
    now: Callable[[], float],
    sleep: Callable[[float], None],
) -> int:
    """The receiver's status. What may pass is tried again; a token in the URL is in no message."""
    host = _checked(url)
    body = body_of(message, format_)
    said = ""
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
        for pause in (*_PAUSES, None):
            try:
                answer = client.post(url, content=body, headers=_headers(message, body, secret, int(now())))
            except httpx.HTTPError as error:
                said, asked = type(error).__name__, 0.0
            else:
                if answer.is_success:
                    return answer.status_code
                said, asked = f"status {answer.status_code}", _asked_pause(answer)
                if answer.status_code not in _PASSING:
                    break
            if pause is not None:
                sleep(min(max(pause, asked), _LONGEST_PAUSE))
    raise DeliveryError(f"{host} did not take the notification: {said}", "look whether the URL and its token are right")


def _headers(message: Notification, body: bytes, secret: str, at: int) -> dict[str, str]:
    headers = {"Content-Type": "application/json; charset=utf-8", DELIVERY: message.id}
    return headers | {SIGNATURE: signature(secret, at, body)} if secret else headers


def _checked(url: str) -> str:
    """The host, which is all that may be shown of a webhook's address."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            return parts.hostname
    except ValueError:
        pass
    raise InputError([Mistake(file="--url", found="no address of a webhook", expected="https://HOST/PATH")])


def _asked_pause(answer: httpx.Response) -> float:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else 0.0


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
