"""How is it shown what each profile took?"""

from __future__ import annotations

from report_builders import a_run, a_suite

from harness.model.result import Loss, SuiteResult
from harness.report.html import render_html
from harness.report.losses import loss_tables
from harness.report.markdown import render_markdown
from harness.report.matrix import matrices, profile_summaries

RUN = a_run("ublock")
LOSS = Loss(scenario=RUN.scenario, run=RUN.id, profile="ublock", baseline=a_run().id, vendor="meta")


def suite(**changes: object) -> SuiteResult:
    loss = Loss(**{field: getattr(LOSS, field) for field in Loss.__slots__} | changes)  # type: ignore[arg-type]
    return a_suite(a_run(), RUN, losses=(loss,))


def test_a_cell_says_what_is_gone_first_and_then_what_went_with_it() -> None:
    (table,) = loss_tables(
        suite(gone=("tag",), kept=("capi",), coverage=12.4, click_ids=("fbclid",), browser_ids=("fbp",), blocked=3)
    )
    assert table.profiles == ("uBlock Origin-like",)
    (cell,) = table.lines[0].cells
    assert cell is not None
    assert (cell.tone, cell.head) == ("warn", "tag gone, server kept")
    assert cell.parts == ("−12 points", "no fbclid and fbp", "3 blocked")


def test_points_are_counted_as_people_do() -> None:
    cells = [loss_tables(suite(coverage=points))[0].lines[0].cells[0] for points in (1.2, 0.3)]
    assert [cell and cell.parts for cell in cells] == [("−1 point",), ("less than a point",)]


def test_how_grave_it_is_depends_on_what_is_left() -> None:
    def told(**changes: object) -> tuple[str, str]:
        (cell,) = loss_tables(suite(**changes))[0].lines[0].cells
        assert cell is not None
        return cell.tone, cell.head

    assert told() == ("good", "nothing lost")
    assert told(blocked=2) == ("good", "")
    assert told(browser_ids=("fbp",)) == ("warn", "")
    assert told(gone=("tag", "capi")) == ("bad", "all gone")


def test_a_vendor_that_cannot_be_compared_was_not_tested() -> None:
    assert [line.cells for line in loss_tables(suite())[0].lines[1:]] == [(None,), (None,)]


def test_the_table_stands_in_html_and_markdown_and_nowhere_without_losses() -> None:
    told, nothing = suite(gone=("tag",), kept=("capi",)), a_suite(RUN)
    assert "tag gone, server kept" in render_html(told)
    assert "| Meta | tag gone, server kept |" in render_markdown(told)
    assert 'id="losses"' not in render_html(nothing)
    assert "What each profile took" not in render_markdown(nothing)


def test_what_the_others_are_compared_with_stands_first() -> None:
    shown = a_suite(RUN, a_run(), losses=(LOSS,))
    assert [profile for profile, _ in matrices(shown)[0].profiles] == ["none", "ublock"]
    assert [summary.title for summary in profile_summaries(shown)] == ["No protection", "uBlock Origin-like"]
