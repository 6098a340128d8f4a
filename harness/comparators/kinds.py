"""What is this text, whoever visited and whenever? Values that differ from run to run become labels of what they are.

Two visits never share a person, an order, a click or a moment, so their values cannot be compared; what they are can.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from harness.comparators.hosts import host_of, is_beside
from harness.model.persona import Persona
from harness.model.recording import Recording

_FINGERPRINT = re.compile(r"‹([^‹›#]+)#[0-9a-f]{8}›")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d(?::|%3A)\d\d[\d:.]*(?:Z|[+-]\d\d:?\d\d)?")
_HASH = re.compile(
    r"(?<![\w-])(?:[0-9a-f]{64}|[0-9A-F]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[A-Za-z0-9_-]{43}=?|[A-Za-z0-9+/]{43}=)(?![\w-])"
)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_DIGITS = re.compile(r"(?<![A-Za-z0-9])\d{5,}(?![A-Za-z0-9])")
# Letters and digits in one run: nobody's word. A version (2.9.345) has dots and short parts, and stays.
_RANDOM = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])"
    r"(?:[0-9a-f]{8,}|[A-Za-z0-9]{10,}|[A-Za-z]+\d{5,})(?![A-Za-z0-9])"
)
# The same with what base64 puts between; a word before it was put there by somebody (`messageId-`).
_LONG_RANDOM = re.compile(
    r"(?<![\w-])([a-z]{4,}(?:[A-Z][a-z]+)*[_-]|[A-Z][a-z]{3,}[_-])?(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{20,}",
    re.ASCII,
)
_BASE64 = re.compile(
    r"(?<![\w+/])(?=[A-Za-z0-9/]*[+=])(?=[a-zA-Z+/]*\d)(?=[a-z0-9+/]*[A-Z])[A-Za-z0-9+/]{24,}={0,2}(?![\w+/=])"
)
_PADDING = re.compile(r"(?<=›)={1,2}(?![\w=])")
# How near to the run a number must be, in seconds, to be taken for a time.
_NEAR = 30 * 86_400
_UNITS = {10: ("time in seconds", 1), 13: ("time in milliseconds", 1_000), 16: ("time in microseconds", 1_000_000)}
# An order ID shorter than this stands in other texts by chance.
_SHORTEST = 4


@dataclass(frozen=True)
class Kinds:
    """Tells the kinds of one run's values. `safe` takes identifiers of the visitor and tokens out of a text."""

    recording: Recording
    persona: Persona
    safe: Callable[[str], str]

    def of(self, text: str) -> str:
        """The text with every value of this run labelled (`purchase.‹order ID›.‹random›`)."""
        text = _FINGERPRINT.sub(r"‹\1›", self.safe(text))
        for pattern, label in self._own:
            text = pattern.sub(label, text)
        text = _DATE_TIME.sub("‹time›", _UUID.sub("‹UUID›", text))
        text = _LONG_RANDOM.sub(r"\1‹random›", _BASE64.sub("‹random›", _HASH.sub("‹hash›", text)))
        return _PADDING.sub("", _DIGITS.sub(self._digits, _RANDOM.sub("‹random›", text)))

    def loosely(self, text: str) -> str:
        """The same of a text whose meaning nobody knows: a number alone may be a counter, a size or a duration."""
        return "‹number›" if _NUMBER.fullmatch(text) else self.of(text)

    @cached_property
    def _own(self) -> list[tuple[re.Pattern[str], str]]:
        """The run's own values, the longest first; a click ID written in another case is another kind."""
        orders = dict.fromkeys(entry.order_id for entry in self.recording.conversions)
        named = [(value, f"‹{name}›", 0) for name, value in self.persona.click_ids.items()]
        named += [(value, f"‹{name} in another case›", re.IGNORECASE) for name, value in self.persona.click_ids.items()]
        named += [
            (order, "‹order ID›" if index == 1 else f"‹order ID {index}›", 0) for index, order in enumerate(orders, 1)
        ]
        named += [(host, "‹site›", re.IGNORECASE) for host in self._hosts()]
        usable = [entry for entry in named if len(entry[0]) >= _SHORTEST]
        return [
            (re.compile(rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])", flags), label)
            for value, label, flags in sorted(usable, key=lambda entry: -len(entry[0]))
        ]

    def _hosts(self) -> Iterable[str]:
        """The site's own hosts: a test system has others than the live one."""
        visited = dict.fromkeys(host_of(step.url) for step in self.recording.steps if step.url)
        site = host_of(self.recording.scenario.site.url) or next(iter(visited), "")
        return [host for host in dict.fromkeys([site, *visited]) if host and (host == site or is_beside(host, site))]

    def _digits(self, found: re.Match[str]) -> str:
        label, divisor = _UNITS.get(len(found[0]), ("", 1))
        is_near = label and abs(int(found[0]) / divisor - self.recording.started_at) < _NEAR
        return f"‹{label}›" if is_near else "‹random›"
