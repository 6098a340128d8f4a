"""What does a history keep of a result? No message, no address, no value of an identifier."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from harness.history.tables import DELIVERY, EVENT, FINDING, IDENTIFIER, LOSS, RUN, SUITE, VENDOR_RUN, fitting
from harness.model.history import SuiteLine
from harness.model.result import EventSummary, Loss, MatrixRow, RunResult, Severity, SuiteResult

Row = dict[str, Any]

_KEY_LENGTH = 16
_TAG, _SERVER = "tag", "capi"
_AUXILIARY, _CONVERSION = "auxiliary", "event"
# The fates of calls that got no answer from the vendor, in the words of the history.
_FATES = {"blocked": "blocked", "refused": "stopped", "failed": "failed", "pending": "pending"}
_ARRIVED = ("accepted", "answered")


def suite_line(result: SuiteResult) -> SuiteLine:
    """What the history says of a suite, whether it holds it or not."""
    return line_of(suite_row(result))


def line_of(row: Mapping[str, Any]) -> SuiteLine:
    return SuiteLine(**{name: row[name] for name in SuiteLine.__dataclass_fields__})


def suite_key(result: SuiteResult) -> str:
    """The same for the same visits, however often they are judged."""
    return _digest(*sorted(run_key(run) for run in result.runs))


def run_key(run: RunResult) -> str:
    return fitting(f"{iso(run.started_at)}/{run.id}")


def iso(at: float) -> str:
    """Of one length, so that texts sort as times do."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def suite_row(result: SuiteResult) -> Row:
    severities = Counter(finding.severity for finding in result.findings if finding.waived is None)
    return {
        "key": suite_key(result),
        "suite_id": result.suite_id,
        "series": _series(result),
        "title": result.title,
        "verdict": result.verdict.value,
        "started_at": iso(min((run.started_at for run in result.runs), default=result.created_at)),
        "judged_at": iso(result.created_at),
        "runs": len(result.runs),
        "errors": severities[Severity.ERROR],
        "warnings": severities[Severity.WARNING],
        "harness_version": result.harness_version,
    }


def rows_of(result: SuiteResult, runs: Sequence[RunResult]) -> Iterator[tuple[Any, list[Row]]]:
    """The tables in the order in which they refer to each other, with the rows of these runs of the result."""
    kinds = {spec.vendor: spec.kind for spec in result.specs}
    yield SUITE, [suite_row(result)]
    yield RUN, [_run_row(run, suite_key(result)) for run in runs]
    yield VENDOR_RUN, [_vendor_row(run, row, kinds) for run in runs for row in run.matrix]
    yield EVENT, [row for run in runs for each in run.matrix for row in _event_rows(run, each)]
    yield DELIVERY, [row for run in runs for row in _delivery_rows(run)]
    yield IDENTIFIER, [row for run in runs for each in run.matrix for row in _identifier_rows(run, each)]
    yield FINDING, [row for run in runs for row in _finding_rows(run)]
    # Where several suites were judged at once, a run's ID names several runs, and a loss does not say whose it is.
    times = Counter(run.id for run in result.runs)
    ids = {run.id: run for run in runs if times[run.id] == 1}
    yield LOSS, [_loss_row(loss, ids[loss.run]) for loss in result.losses if loss.run in ids]


def _run_row(run: RunResult, suite: str) -> Row:
    return {
        "key": run_key(run),
        "suite": suite,
        "scenario": run.scenario,
        "title": run.title,
        "profile": run.profile,
        "profile_title": run.profile_title,
        "verdict": run.verdict.value,
        "started_at": iso(run.started_at),
        "day": iso(run.started_at)[:10],
        "seconds": run.seconds,
        "site": _site(run.site),
        "browser": run.browser,
        "enforcer": run.enforcer,
        "blocking": run.blocking,
        "trusted": run.trusted,
        "orders": len(run.orders),
        "refused_orders": run.refused,
    }


def _vendor_row(run: RunResult, row: MatrixRow, kinds: dict[str, str]) -> Row:
    scores = {
        f"{channel}_coverage": row.coverage[channel].score if channel in row.coverage else None
        for channel in (_TAG, _SERVER, "collect")
    }
    return {
        "run": run_key(run),
        "vendor": row.vendor,
        "title": row.title,
        "kind": kinds.get(row.vendor, row.kind),
        "state": row.state.value,
        "orders": row.orders,
        "counted": row.counted,
        **_range(row.counted, row.alternatives),
        "certainty": row.certainty.value,
        "tag_events": row.tag_events,
        "capi_events": row.capi_events,
        "collect_events": row.collect_events,
        "blocked_events": row.blocked_events,
        **scores,
    }


def _range(counted: int | None, alternatives: Sequence[int]) -> Row:
    numbers = [number for number in (*alternatives, counted) if number is not None]
    return {"counted_least": min(numbers, default=None), "counted_most": max(numbers, default=None)}


def _event_rows(run: RunResult, row: MatrixRow) -> Iterator[Row]:
    for count in row.counts:
        copies = [event for event in _copies(run, row.vendor) if event.event == count.event]
        tag, server = (_orders_told(copies, channel) for channel in (_TAG, _SERVER))
        kept = Counter(event.order_id for event in copies if event.kept)
        both = tag & server
        yield {
            "run": run_key(run),
            "vendor": row.vendor,
            "event": count.event,
            "orders": count.orders,
            "counted": count.counted,
            **_range(count.counted, count.alternatives),
            # Orders without consent are not due, and what tells of them is another matter.
            "told_by_tag": min(len(tag), count.orders),
            "told_by_server": min(len(server), count.orders),
            "told_by_both": min(len(both), count.orders),
            "deduplicated": min(sum(kept[order] == 1 for order in both), count.orders),
        }


def _copies(run: RunResult, vendor: str) -> list[EventSummary]:
    return [event for event in run.events if event.vendor == vendor and event.order_id and event.role == _CONVERSION]


def _orders_told(copies: Sequence[EventSummary], channel: str) -> set[str]:
    return {event.order_id for event in copies if event.channel == channel and _state(event) in _ARRIVED}


def _delivery_rows(run: RunResult) -> Iterator[Row]:
    numbers = {order.order_id: number for number, order in enumerate(run.orders, start=1)}
    vendors = {row.vendor for row in run.matrix}
    told = [event for event in run.events if event.role != _AUXILIARY and event.vendor in vendors]
    for number, event in enumerate(told, start=1):
        yield {
            "run": run_key(run),
            "number": number,
            "vendor": event.vendor,
            "event": event.event,
            "name": event.name,
            "channel": event.channel,
            "role": event.role,
            "order_number": numbers.get(event.order_id),
            "state": _state(event),
            "status": event.status,
            "dedup": _dedup(event),
            "rule": event.dropped_by or event.filtered_by,
            "seconds_after_order": event.delay,
            "match_keys": len(event.match_keys),
        }


def _state(event: EventSummary) -> str:
    if event.fate in _FATES:
        return _FATES[event.fate]
    return {True: "accepted", False: "refused", None: "answered"}[event.accepted]


def _dedup(event: EventSummary) -> str:
    if event.filtered_by:
        return "filtered"
    return {True: "kept", False: "dropped", None: ""}[event.kept]


def _identifier_rows(run: RunResult, row: MatrixRow) -> Iterator[Row]:
    """Identifiers and click IDs by the comparators' coverage; browser IDs by what each channel's copies carried."""
    copies = [event for event in _copies(run, row.vendor) if event.fate != "blocked"]
    channels = dict.fromkeys((*row.coverage, *(event.channel for event in copies)))
    for channel in channels:
        known: dict[str, tuple[str, bool]] = {}
        for name in row.browser_ids:
            is_sent = any(name in event.match_keys for event in copies if event.channel == channel)
            known[name] = ("browser ID", is_sent)
        if channel in row.coverage:
            for names, is_sent in ((row.coverage[channel].missing, False), (row.coverage[channel].sent, True)):
                known |= dict.fromkeys(names, ("identifier", is_sent))
        for name, (kind, is_sent) in known.items():
            yield {
                "run": run_key(run),
                "vendor": row.vendor,
                "channel": channel,
                "name": name,
                "kind": kind,
                "sent": is_sent,
            }


def _finding_rows(run: RunResult) -> Iterator[Row]:
    for number, finding in enumerate(run.findings, start=1):
        yield {
            "run": run_key(run),
            "number": number,
            "id": finding.id,
            "check_name": finding.check,
            "vendor": finding.vendor,
            "severity": finding.severity.value,
            "parameter": finding.parameter,
            "rule": finding.citation.rule if finding.citation else "",
            "step": finding.step,
            "waived": finding.waived is not None,
        }


def _loss_row(loss: Loss, run: RunResult) -> Row:
    lists = {name: ",".join(getattr(loss, name)) for name in ("gone", "kept", "click_ids", "browser_ids")}
    return {
        "run": run_key(run),
        "vendor": loss.vendor,
        "baseline": loss.baseline,
        **lists,
        "coverage": loss.coverage,
        "blocked": loss.blocked,
    }


def _series(result: SuiteResult) -> str:
    """The same for suites that try the same scenarios under the same profiles on the same site."""
    return _digest(*sorted({"\0".join((run.scenario, run.profile, _site(run.site))) for run in result.runs}))


def _site(site: str) -> str:
    """A host may stand in a history; what is behind it in an address may not."""
    parts = urlsplit(site)
    return f"{parts.scheme}://{parts.hostname}" if parts.hostname else site


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:_KEY_LENGTH]
