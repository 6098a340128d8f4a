"""What does a finding rest on? Its events side by side, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from harness.model.result import EventSummary, Finding, RunResult
from harness.report.grouping import Occurrence
from harness.report.wording import Sign

_CHANNEL_ORDER = ("tag", "capi", "collect")
_MOST_COLUMNS = 4
_LEAST_COMMON = 3

SUBJECT = Sign("▸", "subject of the finding", "note")
DIFFERS = Sign("≠", "differs", "bad")
PARTLY = Sign("∅", "not sent by all", "warn")
SAME = Sign("=", "same", "good")
ALONE = Sign("", "sent", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value, cut in three so that the part that differs can be marked. `sent` is False for a field left out."""

    sent: bool
    head: str = ""
    middle: str = ""
    tail: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    field: str
    sign: Sign
    cells: tuple[Cell, ...]
    is_subject: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`events` are the columns; `further` did not fit; `unknown` are IDs that the run does not hold."""

    events: tuple[EventSummary, ...]
    rows: tuple[Row, ...]
    further: tuple[EventSummary, ...]
    unknown: tuple[str, ...]

    def count(self, sign: Sign) -> int:
        return sum(row.sign is sign for row in self.rows)


def proof_of(finding: Finding, run: RunResult) -> Proof:
    known = {event.id: event for event in run.events}
    events = [known[event] for event in dict.fromkeys(finding.events) if event in known]
    if len(events) == 1:
        events += _partners(events[0], run)
    events.sort(key=lambda event: _CHANNEL_ORDER.index(event.channel) if event.channel in _CHANNEL_ORDER else 9)
    shown = tuple(events[:_MOST_COLUMNS])
    return Proof(
        events=shown,
        rows=_rows(shown, finding.parameter),
        further=tuple(events[_MOST_COLUMNS:]),
        unknown=tuple(event for event in finding.events if event not in known),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProof:
    """A proof on a page. The same events stand there in full once; `fuller` is the name of that place if it is another
    one, and `rows` are then those that the finding is about or that differ."""

    proof: Proof
    rows: tuple[Row, ...]
    fuller: str = ""


def shown_proofs(occurrences: Iterable[Occurrence]) -> dict[int, ShownProof]:
    """By the identity of each occurrence, in the order of the page."""
    shown: dict[int, ShownProof] = {}
    places: dict[tuple[int, ...], str] = {}
    for occurrence in occurrences:
        proof = proof_of(occurrence.finding, occurrence.run)
        events = tuple(map(id, proof.events))
        fuller = places.get(events, "")
        telling = tuple(row for row in proof.rows if row.is_subject or row.sign is DIFFERS)
        shown[id(occurrence)] = ShownProof(proof=proof, rows=telling if fuller else proof.rows, fuller=fuller)
        if proof.events:
            places.setdefault(events, f"evidence-{occurrence.anchor}")
    return shown


def _partners(event: EventSummary, run: RunResult) -> list[EventSummary]:
    """The other copy: `pair` is its ID, or a word that both carry."""
    if not event.pair:
        return []
    return [
        other
        for other in run.events
        if other is not event and other.vendor == event.vendor and event.pair in (other.id, other.pair)
    ][:1]


def _rows(events: tuple[EventSummary, ...], parameter: str) -> tuple[Row, ...]:
    """Differing fields first, each kind in the order of the payload."""
    columns = [_fields(event) for event in events]
    fields = dict.fromkeys(field for column in columns for field in column)
    rows = [_row(field, [column.get(field) for column in columns], field == parameter) for field in fields]
    ranks = (DIFFERS, PARTLY, ALONE, SAME)
    return tuple(sorted(rows, key=lambda row: (not row.is_subject, ranks.index(row.sign))))


def _fields(event: EventSummary) -> dict[str, tuple[str, str]]:
    """Field to value and path; the values of a repeated field stand under one another."""
    fields: dict[str, tuple[str, str]] = {}
    for line in event.lines:
        value, path = fields.get(line.field, ("", ""))
        joined = f"{value}\n{line.value}" if line.field in fields else line.value
        fields[line.field] = (joined, path or line.path)
    return fields


def _row(field: str, values: list[tuple[str, str] | None], is_subject: bool) -> Row:
    texts = [value[0] for value in values if value]
    if len(values) == 1:
        sign = ALONE
    elif len(set(texts)) > 1:
        sign = DIFFERS
    else:
        sign = SAME if len(texts) == len(values) else PARTLY
    cuts = _common_ends(texts) if sign is DIFFERS and len(texts) == 2 else (0, 0)
    return Row(field=field, sign=sign, is_subject=is_subject, cells=tuple(_cell(value, *cuts) for value in values))


def _cell(value: tuple[str, str] | None, head: int, tail: int) -> Cell:
    if value is None:
        return Cell(sent=False)
    text, path = value
    end = len(text) - tail
    if not head and not tail:
        return Cell(sent=True, head=text, path=path)
    return Cell(sent=True, head=text[:head], middle=text[head:end], tail=text[end:], path=path)


def _common_ends(texts: list[str]) -> tuple[int, int]:
    """How much two values share at start and end; nothing when that is too little to guide the eye (digests)."""
    shortest = min(map(len, texts))
    head = _shared(texts)
    tail = min(_shared([text[::-1] for text in texts]), shortest - head)
    return (head, tail) if head + tail >= max(_LEAST_COMMON, shortest // 3) else (0, 0)


def _shared(texts: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False)))
