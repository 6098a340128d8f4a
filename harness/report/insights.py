"""Results over time as one HTML file: it reads without JavaScript, and no request leaves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from harness.model.insights import (
    ChangeLine,
    Figures,
    Insights,
    PlaceFigures,
    Readiness,
    ReadinessVerdict,
    Section,
    Share,
)
from harness.model.theme import PLAIN
from harness.report import wording
from harness.report.charts import HEIGHT, WIDTH, Chart, Line, Spark, chart, spark
from harness.report.pages import asset, page_environment, policy
from harness.report.theming import theme_style
from harness.report.wording import Sign

_STYLE = theme_style(PLAIN) + asset("report.css") + asset("insights.css")
_SCRIPT = asset("insights.js")
_SPARK = (96, 22)

_READINESS = {
    ReadinessVerdict.READY: Sign("✓", "Ready", "good"),
    ReadinessVerdict.NOT_READY: Sign("✗", "Not ready", "bad"),
    ReadinessVerdict.UNKNOWN: Sign("?", "Not enough evidence", "unsure"),
    ReadinessVerdict.NO_TAG: Sign("–", "No tag to drop", "unsure"),
}
_MET = {True: Sign("✓", "Met", "good"), False: Sign("✗", "Not met", "bad"), None: Sign("?", "Open", "unsure")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodLink:
    """A page of the same history about another number of days; `href` is empty for this one."""

    title: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    section: Section
    anchor: str
    readiness: Readiness
    charts: tuple[Chart, ...]
    sparks: tuple[Spark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedChange:
    """The same change of several vendors on one day."""

    change: ChangeLine
    vendors: tuple[str, ...]


def render_insights(insights: Insights, links: Sequence[PeriodLink] = ()) -> str:
    readiness = {entry.vendor: entry for entry in insights.readiness}
    return _ENVIRONMENT.get_template("insights.html.j2").render(
        insights=insights,
        links=links,
        views=tuple(
            SectionView(
                section=section,
                anchor=f"section-{number}",
                readiness=readiness[section.vendor],
                charts=tuple(_charts(section, insights)),
                sparks=tuple(_spark(place, insights) for place in section.places),
            )
            for number, section in enumerate(insights.sections, start=1)
        ),
        changes=_shared(insights.sections),
        vendors={section.vendor: section.title for section in insights.sections},
        scenarios=_names(insights, lambda place: place.place.scenario),
        profiles=_names(insights, lambda place: place.place.profile),
        policy=policy(_STYLE, _SCRIPT),
        style=_STYLE,
        script=_SCRIPT,
    )


def _names(insights: Insights, of: Callable[[PlaceFigures], str]) -> dict[str, str]:
    found = dict.fromkeys(of(place) for section in insights.sections for place in section.places)
    return {name: insights.titles.get(name, name) for name in found}


def _charts(section: Section, insights: Insights) -> list[Chart]:
    first, last = insights.period.first, insights.period.last
    titles = {measure.title: measure.id for measure in insights.measures}
    changed = {
        measure: tuple(sorted({change.day for change in section.changes if titles.get(change.subject) == measure}))
        for measure in titles.values()
    }

    def days(value: Callable[[Figures], float | None]) -> dict[str, float]:
        values = ((day, value(figures)) for day, figures in section.days)
        return {day: number for day, number in values if number is not None}

    def share(measure: str) -> Callable[[Figures], float | None]:
        return lambda figures: _hundred(figures.shares[measure])

    def draw(title: str, *lines: Line, unit: str, most: float = 0.0, measures: Sequence[str] = ()) -> Chart:
        days = sorted({day for measure in measures for day in changed[measure]})
        return chart(title, lines, first=first, last=last, unit=unit, most=most, changes=days)

    tag, server = "Tag", "Server"
    return [
        draw(
            "Runs counted as ordered",
            Line(name="Counted as ordered", tone="main", values=days(share("counted"))),
            unit=" %",
            most=100.0,
            measures=("counted", "deduplicated"),
        ),
        draw(
            "Runs that told every order",
            Line(name=server, tone="capi", values=days(share("server"))),
            Line(name=tag, tone="tag", values=days(share("tag")), is_dashed=True),
            unit=" %",
            most=100.0,
            measures=("server", "tag", "taken"),
        ),
        draw(
            "Identifier score",
            Line(name=server, tone="capi", values=days(lambda figures: figures.scores.get("capi"))),
            Line(name=tag, tone="tag", values=days(lambda figures: figures.scores.get("tag")), is_dashed=True),
            unit="",
            most=100.0,
        ),
        draw(
            "Seconds until the server's copy",
            Line(name="Median", tone="capi", values=days(lambda figures: figures.delays.median)),
            Line(name="95th percentile", tone="late", values=days(lambda figures: figures.delays.p95), is_dashed=True),
            unit=" s",
            measures=("prompt",),
        ),
    ]


def _spark(place: PlaceFigures, insights: Insights) -> Spark:
    values = {entry.day: entry.share.value or 0.0 for entry in place.counted_by_day}
    width, height = _SPARK
    return spark(values, first=insights.period.first, last=insights.period.last, width=width, height=height)


def _shared(sections: Sequence[Section]) -> tuple[SharedChange, ...]:
    """The newest first."""
    found: dict[tuple[str, str, bool], list[tuple[Section, ChangeLine]]] = {}
    for section in sections:
        for change in section.changes:
            found.setdefault((change.day, change.subject, change.is_better), []).append((section, change))
    return tuple(
        SharedChange(
            change=_merged([change for _, change in entries]),
            vendors=tuple(dict.fromkeys(section.title for section, _ in entries)),
        )
        for _, entries in sorted(found.items(), key=lambda entry: entry[0], reverse=True)
    )


def _merged(changes: Sequence[ChangeLine]) -> ChangeLine:
    first = changes[0]
    return ChangeLine(
        subject=first.subject,
        day=first.day,
        places=tuple(dict.fromkeys(place for change in changes for place in change.places)),
        before=_sum([change.before for change in changes]),
        after=_sum([change.after for change in changes]),
        is_better=first.is_better,
    )


def _sum(shares: Sequence[Share]) -> Share:
    return Share(hits=sum(share.hits for share in shares), runs=sum(share.runs for share in shares))


def _hundred(share: Share) -> float | None:
    return None if share.value is None else 100 * share.value


def _share_words(share: Share | None) -> str:
    """A share is never rounded to all or nothing."""
    if share is None or share.value is None:
        return "–"
    percent = round(100 * share.value, 1)
    if share.hits < share.runs:
        percent = min(percent, 99.9)
    return f"{max(percent, 0.1) if share.hits else 0:g}\N{NO-BREAK SPACE}%"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}\N{NO-BREAK SPACE}s"


def _day(day: str) -> str:
    return date.fromisoformat(day).strftime("%d %B %Y").lstrip("0")


_ENVIRONMENT = page_environment()
_ENVIRONMENT.filters |= {
    "share": _share_words,
    "seconds": _seconds,
    "day": _day,
    "event_word": lambda event: wording.label(event).capitalize(),
}
_ENVIRONMENT.globals |= {
    "number": wording.number,
    "readiness_sign": lambda verdict: _READINESS[verdict],
    "met_sign": lambda met: _MET[met],
    "chart_size": (WIDTH, HEIGHT),
    "spark_size": _SPARK,
    "titles": {},
}
