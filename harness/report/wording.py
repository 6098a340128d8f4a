"""How the reports say things: the same symbols, words and numbers in every format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from harness.model.result import EventSummary, Finding, MatrixRow, RunResult, Severity


class Sign(NamedTuple):
    """A state for the eye and the ear: never told by colour (`tone`) alone."""

    symbol: str
    word: str
    tone: str


WAIVED = Sign("~", "Waived", "unsure")

STATES = {
    "passed": Sign("✓", "Passed", "good"),
    "failed": Sign("✗", "Failed", "bad"),
    "warning": Sign("!", "Warning", "warn"),
    "waived": WAIVED,
    "inconclusive": Sign("?", "Inconclusive", "unsure"),
    "skipped": Sign("–", "Skipped", "unsure"),
    "errored": Sign("?", "Check broke", "unsure"),
}

SEVERITIES = {
    Severity.ERROR: Sign("✗", "Error", "bad"),
    Severity.WARNING: Sign("!", "Warning", "warn"),
    Severity.INFO: Sign("i", "Info", "note"),
}

FATES = {
    "answered": Sign("✓", "answered", "good"),
    "blocked": Sign("⊘", "blocked", "warn"),
    "refused": Sign("⊘", "refused", "warn"),
    "failed": Sign("✗", "failed", "bad"),
    "pending": Sign("…", "pending", "unsure"),
}

REFUSED = Sign("✗", "refused by the vendor", "bad")

CERTAINTIES = {
    "likely": "likely",
    "order-sensitive": "depends on the order of arrival",
    "undocumented": "the vendor does not say",
}

CHANNELS = {"tag": "Browser tag", "capi": "Server call (CAPI)", "collect": "First-party collect"}

# Control characters (XML forbids them), bidirectional overrides (they reorder what is read) and lone surrogates.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_WORD = re.compile(r"[a-z'’]+(?=[\s.,;:!?…]|$)")
_UNIX_TIME_STARTS = 1e8


def state_sign(state: str) -> Sign:
    return STATES.get(state, Sign("•", state.replace("-", " ").replace("_", " ") or "Unknown", "unsure"))


def fate_sign(fate: str) -> Sign:
    return FATES.get(fate, Sign("•", fate or "unknown", "unsure"))


def event_sign(event: EventSummary) -> Sign:
    """An answer by which the vendor refused the event is no success."""
    return REFUSED if event.accepted is False else fate_sign(event.fate)


def remarks(finding: Finding) -> tuple[str, ...]:
    """What people have decided about a finding: nothing of it goes unsaid."""
    told = []
    if finding.lowered is not None:
        told.append(f"{finding.lowered.was}, lowered to {finding.severity} by {finding.lowered.place}")
    if finding.waived is not None:
        agreed = finding.waived
        told.append(f"waived until {agreed.until} by {agreed.owner}: {agreed.reason} ({agreed.place})")
    return tuple(told)


def channel_name(channel: str) -> str:
    return CHANNELS.get(channel, channel)


def clean(text: str) -> str:
    """Make what cannot be printed visible, so that no terminal, XML parser or reader is misled."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def shorten(text: str, limit: int) -> str:
    """Cut, unless telling how much is missing takes more room than what would be."""
    told = f"… ({number(len(text) - limit, 'more character')})"
    return text if len(text) <= limit + len(told) else text[:limit].rstrip() + told


def number(count: int, singular: str, plural: str = "") -> str:
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def listing(names: Iterable[str], limit: int = 0) -> str:
    """`a, b and c`; past `limit` the rest is counted."""
    words = list(dict.fromkeys(names))
    if limit and len(words) > limit:
        words = [*words[: limit - 1], f"{len(words) - limit + 1} more"]
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"


def moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%d %B %Y, %H:%M UTC").lstrip("0") if at else "not known"


def duration(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def since_start(run: RunResult, at: float) -> float:
    """Seconds from the start of the run, whether `at` is already that or Unix time."""
    return at - run.started_at if at > _UNIX_TIME_STARTS else at


def counted_words(row: MatrixRow) -> str:
    """`1`, or `1 or 2` where it is unsure, or nothing where no count is predicted."""
    if row.counted is None:
        return ""
    return " or ".join(str(count) for count in row.alternatives or (row.counted,))


def percent(score: float) -> str:
    return f"{score:.0f} %"


def plain(value: Any) -> str:
    """Any value of a result as text for people."""
    match value:
        case None | "":
            return "not known"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:,.2f}".rstrip("0").rstrip(".")
        case Mapping():
            return "; ".join(f"{label(str(key))}: {plain(item)}" for key, item in value.items()) or "none"
        case list() | tuple():
            return ", ".join(plain(item) for item in value) or "none"
        case _:
            return str(value)


def label(key: str) -> str:
    return key.replace("_", " ").replace("-", " ")


def sentence(text: str) -> str:
    """A capital and a full stop, so that two in a row stay apart. A path, a field or a check keeps its letters."""
    text = text.strip()
    if _WORD.match(text):
        text = text[:1].upper() + text[1:]
    return text if not text or text[-1] in ".!?…:" else text + "."
