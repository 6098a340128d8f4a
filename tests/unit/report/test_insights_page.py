"""The page of insights says in words what its charts show, and lets nothing foreign act."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from history_builders import a_broken_suite, a_sound_suite, changed_on
from report_builders import HOSTILE

from harness.history import Selection, add, history, opened
from harness.insights import insights
from harness.model.history import Period, Thresholds
from harness.model.insights import Insights
from harness.report.charts import Line, chart
from harness.report.insights import PeriodLink, render_insights

QUARTER = Period(first="2026-11-21", last="2027-02-18")


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Insights:
    with opened(str(tmp_path_factory.mktemp("quarter") / "h.sqlite"), is_written=True) as connection:
        for result in changed_on(60, a_sound_suite(), a_broken_suite(), of=90):
            add(connection, result)
        return insights(history(connection, Selection(period=QUARTER)), Thresholds())


def test_a_change_is_told_in_words_with_its_day_and_figures(quarter: Insights) -> None:
    text = re.sub(r"<[^>]+>|\s+", " ", render_insights(quarter))
    told = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
    assert "Counted as ordered ↓ fell on 20 January 2027 from 100 % of 60 runs to 0 % of 30" in told


def test_every_chart_has_a_title_and_a_description_and_a_table_with_the_same_days(quarter: Insights) -> None:
    page = render_insights(quarter)
    charts = re.findall(r'<svg viewBox[^>]*role="img" aria-labelledby="(\S+) (\S+)"', page)
    assert len(charts) == 4
    assert all(f'id="{name}"' in page for names in charts for name in names)
    assert page.count('<tr><th scope="row">20') == len(quarter.sections[0].days)


def test_hostile_names_stay_text(quarter: Insights) -> None:
    section = replace(quarter.sections[0], title=HOSTILE, event=HOSTILE)
    page = render_insights(replace(quarter, sections=(section,), titles={"shop": HOSTILE}))
    assert "<img" not in page
    assert "\x1b" not in page


def test_other_periods_are_links_and_this_one_is_marked(quarter: Insights) -> None:
    links = [PeriodLink(title="Last 90 days", href=""), PeriodLink(title="Last 7 days", href="last-7-days.html")]
    page = render_insights(quarter, links)
    assert '<a href="#content" aria-current="page">Last 90 days</a>' in page
    assert '<a href="last-7-days.html">Last 7 days</a>' in page


def test_a_period_without_runs_says_what_to_do(quarter: Insights) -> None:
    page = render_insights(replace(quarter, sections=(), readiness=(), runs=0))
    assert "No trusted run is in this period." in page


def test_a_chart_draws_days_to_scale_and_single_values_as_dots() -> None:
    lines = (
        Line(name="Server", tone="capi", values={"2026-01-01": 0.0, "2026-01-11": 100.0}),
        Line(name="Tag", tone="tag", values={"2026-01-06": 50.0}),
    )
    drawn = chart("Told", lines, first="2026-01-01", last="2026-01-11", unit=" %", most=100.0, changes=["2026-01-06"])
    server, tag = drawn.lines
    assert server.path == "M44 106 L332 8"
    assert (tag.path, tag.dots) == ("", ((188.0, 57.0),))
    assert drawn.changes == ((188.0, "2026-01-06"),)
    assert [text for _, text in drawn.ticks] == ["0 %", "50 %", "100 %"]
    assert "Server: 0 % on the first day, 100 % on the last" in drawn.says


def test_a_chart_without_a_known_top_ends_at_a_round_number() -> None:
    line = Line(name="Median", tone="capi", values={"2026-01-01": 3.2})
    assert [text for _, text in chart("Late", (line,), first="2026-01-01", last="2026-01-02", unit=" s").ticks] == [
        "0 s", "2.5 s", "5 s",
    ]  # fmt: skip
