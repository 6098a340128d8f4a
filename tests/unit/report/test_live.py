"""What was heard is told at a glance, with the fault beside it, and nothing in it is taken for markup."""

from __future__ import annotations

from datetime import UTC
from io import StringIO

from builders import ORDER, a_recording, decoded, meta_capi, meta_tag, specs
from rich.console import Console

from harness.comparators.sightings import sightings
from harness.model.recording import Exchange
from harness.report.live import LiveRow, live_line, live_rows, live_table


def rows(*exchanges: Exchange) -> tuple[LiveRow, ...]:
    return live_rows(sightings(decoded(a_recording(*exchanges)).events, specs()), UTC)


def test_a_pair_is_one_line() -> None:
    (row,) = rows(meta_tag(), meta_capi())
    assert live_line(row).split("  ")[1:] == [
        "meta", "purchase", "tag ✓", "server ✓", "event ID ✓ same", f"order {ORDER.order_id}",
    ]  # fmt: skip


def test_ids_that_differ_are_shown_both() -> None:
    (row,) = rows(meta_tag(), meta_capi({"event_id": "server.1"}))
    assert row.ids == "✗ differ"
    assert f"tag purchase.{ORDER.order_id}, server server.1" in row.notes


def test_what_the_vendor_would_refuse_is_said_with_the_fault() -> None:
    (row,) = rows(meta_capi({"event_time": "yesterday"}))
    assert any("would refuse it (status 400)" in note for note in row.notes)
    assert any("event_time is" in note for note in row.notes)


def test_a_repeated_copy_counts() -> None:
    (row,) = rows(meta_tag(), meta_tag(name="again"))
    assert (row.tag, row.server, row.ids) == ("✓ ×2", "–", "")


def test_a_table_keeps_to_its_height_and_reads_nothing_as_markup() -> None:
    row = LiveRow(time="10:00:00", vendor="ads", event="[red]lead[/red]", tag="✓", server="–", ids="", order="1")
    console = Console(file=StringIO(), width=120)
    with console.capture() as captured:
        console.print(live_table([row] * 12, height=10))
    shown = captured.get()
    assert shown.count("[red]lead[/red]") == 10
    assert "2 earlier events not shown" in shown
