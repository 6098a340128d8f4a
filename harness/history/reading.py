"""What does a history say of a period, and which suites does it hold?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, select
from sqlalchemy import distinct as unique

from harness.history.rows import line_of, suite_line
from harness.history.tables import DELIVERY, EVENT, FINDING, IDENTIFIER, LOSS, RUN, SUITE, VENDOR_RUN
from harness.model.history import FindingTally, History, IdentifierDay, LossTally, Period, Place, SuiteLine, Visit
from harness.model.result import SuiteResult

_ANSWERED = ("accepted", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which part of a history is read; what is empty is not narrowed."""

    period: Period
    vendors: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()

    def of_runs(self, *, is_trusted: bool = True) -> ColumnElement[bool]:
        wanted = [RUN.c.day >= self.period.first, RUN.c.day <= self.period.last, RUN.c.trusted.is_(is_trusted)]
        wanted += [RUN.c.scenario.in_(self.scenarios)] if self.scenarios else []
        wanted += [RUN.c.profile.in_(self.profiles)] if self.profiles else []
        return and_(*wanted)

    def of_vendor(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        return and_(column.in_(self.vendors) if self.vendors else column != "", self.of_runs())


def suites(connection: Connection, limit: int | None = None) -> tuple[SuiteLine, ...]:
    """The newest first."""
    query = select(SUITE).order_by(SUITE.c.started_at.desc(), SUITE.c.key).limit(limit)
    return tuple(line_of(row._asdict()) for row in connection.execute(query))


def previous(connection: Connection, result: SuiteResult) -> SuiteLine | None:
    """The last suite before this one that tried the same runs."""
    this = suite_line(result)
    query = (
        select(SUITE)
        .where(SUITE.c.series == this.series, SUITE.c.key != this.key, SUITE.c.started_at < this.started_at)
        .order_by(SUITE.c.started_at.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return line_of(row._asdict()) if row is not None else None


def span(connection: Connection) -> Period | None:
    """From the oldest visit to the newest, if there is any."""
    first, last = connection.execute(select(func.min(RUN.c.day), func.max(RUN.c.day))).one()
    return Period(first=first, last=last) if last else None


def history(connection: Connection, selection: Selection) -> History:
    runs, untrusted = (
        connection.scalar(select(func.count()).select_from(RUN).where(selection.of_runs(is_trusted=trusted))) or 0
        for trusted in (True, False)
    )
    return History(
        period=selection.period,
        visits=tuple(_visits(connection, selection)),
        identifiers=tuple(_identifiers(connection, selection)),
        losses=tuple(_losses(connection, selection)),
        findings=tuple(_findings(connection, selection)),
        runs=runs,
        untrusted=untrusted,
        titles=_titles(connection, selection),
    )


def _visits(connection: Connection, selection: Selection) -> Iterable[Visit]:
    calls = _calls(connection, selection)
    delays = _delays(connection, selection)
    query = (
        select(
            EVENT, RUN.c.scenario, RUN.c.profile, RUN.c.blocking, RUN.c.started_at,
            VENDOR_RUN.c.title, VENDOR_RUN.c.kind, VENDOR_RUN.c.tag_coverage, VENDOR_RUN.c.capi_coverage,
        )
        .join(VENDOR_RUN, and_(VENDOR_RUN.c.run == EVENT.c.run, VENDOR_RUN.c.vendor == EVENT.c.vendor))
        .join(RUN, RUN.c.key == EVENT.c.run)
        .where(selection.of_vendor(EVENT.c.vendor))
        .order_by(RUN.c.started_at, EVENT.c.vendor, EVENT.c.event)
    )  # fmt: skip
    for row in connection.execute(query).mappings():
        subject = (row["run"], row["vendor"], row["event"])
        answers, refused = calls.get(subject, ({}, {}))
        scores = {"tag": row["tag_coverage"], "capi": row["capi_coverage"]}
        yield Visit(
            vendor=row["vendor"],
            title=row["title"],
            kind=row["kind"],
            event=row["event"],
            place=_place(row),
            blocking=row["blocking"],
            started_at=row["started_at"],
            orders=row["orders"],
            counted=row["counted"],
            told_by_tag=row["told_by_tag"],
            told_by_server=row["told_by_server"],
            told_by_both=row["told_by_both"],
            deduplicated=row["deduplicated"],
            answers=answers,
            refused=refused,
            coverage={channel: score for channel, score in scores.items() if score is not None},
            delays=tuple(delays.get(subject, ())),
        )


_Subject = tuple[str, str, str]


def _calls(connection: Connection, selection: Selection) -> dict[_Subject, tuple[dict[str, int], dict[str, int]]]:
    """By run, vendor and kind of conversion: how many calls of each channel were answered, and refused."""
    query = _of_deliveries(selection, DELIVERY.c.channel, DELIVERY.c.state, func.count().label("calls")).where(
        DELIVERY.c.state.in_(_ANSWERED)
    )
    query = query.group_by(DELIVERY.c.run, DELIVERY.c.vendor, DELIVERY.c.event, DELIVERY.c.channel, DELIVERY.c.state)
    found: dict[_Subject, tuple[dict[str, int], dict[str, int]]] = {}
    for run, vendor, event, channel, state, calls in connection.execute(query):
        answers, refused = found.setdefault((run, vendor, event), ({}, {}))
        answers[channel] = answers.get(channel, 0) + calls
        if state == "refused":
            refused[channel] = calls
    return found


def _delays(connection: Connection, selection: Selection) -> dict[_Subject, list[float]]:
    """Of server calls that the vendor took, each order's first."""
    query = _of_deliveries(selection, func.min(DELIVERY.c.seconds_after_order)).where(
        DELIVERY.c.channel == "capi",
        DELIVERY.c.role == "event",
        DELIVERY.c.state.in_(("accepted", "answered")),
        DELIVERY.c.seconds_after_order.is_not(None),
    )
    query = query.group_by(DELIVERY.c.run, DELIVERY.c.vendor, DELIVERY.c.event, DELIVERY.c.order_number)
    found: dict[_Subject, list[float]] = {}
    for run, vendor, event, delay in connection.execute(query):
        found.setdefault((run, vendor, event), []).append(delay)
    return found


def _of_deliveries(selection: Selection, *columns: Any) -> Select[Any]:
    return (
        select(DELIVERY.c.run, DELIVERY.c.vendor, DELIVERY.c.event, *columns)
        .join(RUN, RUN.c.key == DELIVERY.c.run)
        .where(selection.of_vendor(DELIVERY.c.vendor))
    )


def _identifiers(connection: Connection, selection: Selection) -> Iterable[IdentifierDay]:
    columns = (
        IDENTIFIER.c.vendor, RUN.c.scenario, RUN.c.profile, RUN.c.blocking, IDENTIFIER.c.channel, IDENTIFIER.c.name,
        RUN.c.day,
    )  # fmt: skip
    query = (
        select(*columns, IDENTIFIER.c.sent, func.count().label("runs"))
        .join(RUN, RUN.c.key == IDENTIFIER.c.run)
        .where(selection.of_vendor(IDENTIFIER.c.vendor), IDENTIFIER.c.channel.in_(("tag", "capi")))
        .group_by(*columns, IDENTIFIER.c.sent)
        .order_by(*columns)
    )
    tallies: dict[tuple[Any, ...], list[int]] = {}
    for *subject, sent, runs in connection.execute(query):
        tally = tallies.setdefault(tuple(subject), [0, 0])
        tally[0] += runs if sent else 0
        tally[1] += runs
    for (vendor, scenario, profile, blocking, channel, name, day), (sent, runs) in tallies.items():
        yield IdentifierDay(
            vendor=vendor,
            place=Place(scenario=scenario, profile=profile),
            blocking=blocking,
            channel=channel,
            name=name,
            day=day,
            sent=sent,
            runs=runs,
        )


def _losses(connection: Connection, selection: Selection) -> Iterable[LossTally]:
    columns = (LOSS.c.vendor, RUN.c.scenario, RUN.c.profile, LOSS.c.gone, LOSS.c.click_ids, LOSS.c.browser_ids)
    query = (
        select(*columns, func.count().label("runs"))
        .join(RUN, RUN.c.key == LOSS.c.run)
        .where(selection.of_vendor(LOSS.c.vendor))
        .group_by(*columns)
        .order_by(*columns)
    )
    for row in connection.execute(query).mappings():
        yield LossTally(
            vendor=row["vendor"],
            place=_place(row),
            gone=_listed(row["gone"]),
            click_ids=_listed(row["click_ids"]),
            browser_ids=_listed(row["browser_ids"]),
            runs=row["runs"],
        )


def _findings(connection: Connection, selection: Selection) -> Iterable[FindingTally]:
    columns = (FINDING.c.vendor, FINDING.c.check_name, FINDING.c.severity)
    query = (
        select(*columns, func.count(unique(FINDING.c.run)), func.max(RUN.c.day))
        .join(RUN, RUN.c.key == FINDING.c.run)
        .where(selection.of_vendor(FINDING.c.vendor), ~FINDING.c.waived)
        .group_by(*columns)
        .order_by(*columns)
    )
    for vendor, check, severity, runs, last in connection.execute(query):
        yield FindingTally(vendor=vendor, check=check, severity=severity, runs=runs, last_day=last)


def _titles(connection: Connection, selection: Selection) -> dict[str, str]:
    """Of scenarios and profiles, as the newest run has them."""
    found: dict[str, str] = {}
    columns = (RUN.c.scenario, RUN.c.title, RUN.c.profile, RUN.c.profile_title)
    query = select(*columns).where(selection.of_runs()).group_by(*columns).order_by(func.max(RUN.c.started_at))
    for scenario, title, profile, profile_title in connection.execute(query):
        found |= {scenario: title or scenario, profile: profile_title or profile}
    return found


def _place(row: RowMapping) -> Place:
    return Place(scenario=row["scenario"], profile=row["profile"])


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))
