"""What must be said of a file, so that nobody takes its silence for an answer?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from harness.model.recording import Body, Exchange, Fate, Origin

_SAID = {
    "websocket": "{} over WebSocket, whose messages are not read",
    "not of the web": "{} that went nowhere on the web, left out",
    "cached": "{} answered from the browser's cache, left out: nothing was sent",
    "by worker": "{} of a page that its service worker sent again, left out: they are there once more as the worker's",
    "unzoned": "{} whose time names no zone, read as UTC",
    "bodiless": "{} without the body that was sent ({hosts}): what it told cannot be judged",
    "unanswered": "{} of which the answer is not known",
    "answer": "{} whose body was not kept: what a vendor said in it is not known",
}


class Remarks:
    """Counts what was met, and says it in the end."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._hosts: dict[str, None] = {}
        self._general: list[str] = []

    def add(self, kind: str, is_met: bool = True) -> None:
        self._counts[kind] += is_met

    def look_at(self, exchanges: Iterable[Exchange]) -> None:
        """What the exchanges themselves show that they lack."""
        exchanges = tuple(exchanges)
        for each in exchanges:
            if _is_unkept(each.request.body):
                self.add("bodiless")
                self._hosts[urlsplit(each.request.url).hostname or ""] = None
            self.add("unanswered", each.fate is Fate.PENDING)
            self.add("answer", each.response is not None and _is_unkept(each.response.body))
        answered = [each.response for each in exchanges if each.response is not None]
        if answered and not any(each.body for each in answered):
            self._general.append("no body of any answer")
        is_browsers = any(each.origin is Origin.BROWSER for each in exchanges)
        headers = {name.lower() for each in exchanges for name, _ in each.request.headers}
        if is_browsers and "cookie" not in headers:
            self._general.append("no cookies: there were none, or the program left them out (a sanitised export)")

    def told(self) -> tuple[str, ...]:
        hosts = ", ".join([*self._hosts][:4]) + (" and others" if len(self._hosts) > 4 else "")
        counted = tuple(
            text.format(_number(self._counts[kind], "answer" if kind == "answer" else "request"), hosts=hosts)
            for kind, text in _SAID.items()
            if self._counts[kind]
        )
        return (*counted, *self._general)


def _is_unkept(body: Body | None) -> bool:
    return body is not None and body.size > 0 and not body.text and not body.base64


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
