"""What must be said of a file, so that nobody takes its silence for an answer?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from harness.model.recording import Exchange, Fate, Origin

_SAID = {
    "websocket": "{} over WebSocket, whose messages are not read",
    "not of the web": "{} that went nowhere on the web, left out",
    "cached": "{} answered from the browser's cache, left out: nothing was sent",
    "by worker": "{} of a page that its service worker sent again, left out: they are there once more as the worker's",
    "tunnel": "{} into which the program did not look ({tunnels}): what was told there cannot be judged",
    "untimed": "{} without a time, put beside the one before",
    "unzoned": "{} whose time names no zone, read as UTC",
    "bodiless": "{} without the body that was sent ({hosts}): what it told cannot be judged",
    "unanswered": "{} of which the answer is not known",
    "answer": "{} whose body was not kept: what a vendor said in it is not known",
}

_WORDS = {"answer": "answer", "tunnel": "encrypted tunnel"}


class Remarks:
    """Counts what was met, and says it in the end."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._hosts: dict[str, None] = {}
        self._tunnels: dict[str, None] = {}
        self._general: list[str] = []

    def add(self, kind: str, is_met: bool = True) -> None:
        self._counts[kind] += is_met

    def add_tunnel(self, host: str) -> None:
        self._counts["tunnel"] += 1
        self._tunnels[host] = None

    def look_at(self, exchanges: Iterable[Exchange]) -> None:
        """What the exchanges themselves show that they lack."""
        exchanges = tuple(each for each in exchanges if each.request.method != "CONNECT")
        for each in exchanges:
            if each.request.body is not None and each.request.body.is_unkept:
                self.add("bodiless")
                self._hosts[urlsplit(each.request.url).hostname or ""] = None
            self.add("unanswered", each.fate is Fate.PENDING)
            answer = each.response.body if each.response is not None else None
            self.add("answer", answer is not None and answer.is_unkept)
        answered = [each.response for each in exchanges if each.response is not None]
        if answered and not any(each.body for each in answered):
            self._general.append("no body of any answer")
        is_browsers = any(each.origin is Origin.BROWSER for each in exchanges)
        headers = {name.lower() for each in exchanges for name, _ in each.request.headers}
        if is_browsers and "cookie" not in headers:
            self._general.append("no cookies: there were none, or the program left them out (a sanitised export)")

    def told(self) -> tuple[str, ...]:
        named = {"hosts": _some(self._hosts), "tunnels": _some(self._tunnels)}
        counted = tuple(
            text.format(_number(self._counts[kind], _WORDS.get(kind, "request")), **named)
            for kind, text in _SAID.items()
            if self._counts[kind]
        )
        return (*counted, *self._general)


def _some(hosts: Iterable[str]) -> str:
    names = [*hosts]
    return ", ".join(names[:4]) + (" and others" if len(names) > 4 else "")


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
