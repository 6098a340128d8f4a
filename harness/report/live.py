"""What has been heard so far, as a table that grows and as lines of a log?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from harness.model.event import Event
from harness.model.facts import Sighting
from harness.model.recording import Fate
from harness.report.wording import number, one_line, shorten

_IDS = {"same": "✓ same", "differ": "✗ differ", "missing": "✗ missing", "unused": "none used", "": ""}
_JOINED = {"order_id": "paired by order", "nearest": "paired by time only"}
_HEAD = ("time", "vendor", "event", "tag", "server", "event ID", "order", "notes")
_STYLES = {"✓": "green", "✗": "bold red", "⊘": "yellow"}
_LONGEST_NOTE = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRow:
    """One event as it stands now, in words; what its texts hold of a visitor is taken out before they are shown."""

    time: str
    vendor: str
    event: str
    tag: str
    server: str
    ids: str
    order: str
    notes: tuple[str, ...] = ()


def live_rows(found: Sequence[Sighting], zone: tzinfo | None = None) -> tuple[LiveRow, ...]:
    return tuple(
        LiveRow(
            time=datetime.fromtimestamp(sighting.copies[0].received_at, zone).strftime("%H:%M:%S"),
            vendor=sighting.vendor,
            event=sighting.event,
            tag=_count(sighting.of("tag")),
            server=_count(sighting.of("capi", "collect")),
            ids=_IDS[sighting.ids],
            order=sighting.order_id,
            notes=tuple(_notes(sighting)),
        )
        for sighting in found
    )


def live_table(rows: Sequence[LiveRow], height: int) -> RenderableType:
    """The latest events, as many as fit. Nothing in them is read as markup."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), caption_justify="left")
    for name in _HEAD:
        is_long = name == "notes"
        table.add_column(Text(name, style="dim"), no_wrap=not is_long, overflow="fold" if is_long else "ellipsis")
    shown = rows[-max(1, height) :]
    for row in shown:
        signs = (Text(each, style=_STYLES.get(each[:1], "")) for each in (row.tag, row.server, row.ids))
        names = (Text(one_line(each)) for each in (row.time, row.vendor, row.event))
        table.add_row(*names, *signs, Text(one_line(row.order)), Text(_noted(row)))
    left_out = len(rows) - len(shown)
    table.caption = Text(f"{number(left_out, 'earlier event')} not shown", style="dim") if left_out else None
    return table


def live_line(row: LiveRow) -> str:
    """The same for a log."""
    parts = [row.time, row.vendor, row.event, f"tag {row.tag}", f"server {row.server}"]
    parts += [f"event ID {row.ids}"] if row.ids else []
    parts += [f"order {row.order}"] if row.order else []
    parts += [_noted(row)] if row.notes else []
    return "  ".join(one_line(part) for part in parts)


def _noted(row: LiveRow) -> str:
    return "; ".join(shorten(one_line(note), _LONGEST_NOTE) for note in row.notes)


def _count(events: Sequence[Event]) -> str:
    arrived = [event for event in events if event.fate is not Fate.BLOCKED]
    if not arrived:
        return "⊘ blocked" if events else "–"
    return "✓" if len(arrived) == 1 else f"✓ ×{len(arrived)}"


def _notes(sighting: Sighting) -> Iterator[str]:
    if sighting.ids == "differ":
        tag, capi = sighting.of("tag")[0], sighting.of("capi")[0]
        yield f"tag {tag.sent_key}, server {capi.sent_key}"
    if sighting.joined_by in _JOINED:
        yield _JOINED[sighting.joined_by]
    for event in sighting.copies:
        word = "tag" if event.channel == "tag" else "server"
        faults = (*event.request_faults, *event.schema_faults)
        if event.answer.accepted is False:
            yield f"{word}: the vendor would refuse it (status {event.answer.status})"
        if faults:
            more = f", and {number(len(faults) - 1, 'more fault')}" if len(faults) > 1 else ""
            yield f"{word}: {faults[0].path or 'the call'} is {faults[0].found}, expected {faults[0].expected}{more}"
