"""How is it shown what each profile took? Vendors by profiles, one table a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.result import Loss, RunResult, SuiteResult
from harness.report.wording import listing, number

_GONE = {"tag": "tag gone", "capi": "server gone", "collect": "Collect gone"}
_KEPT = {"tag": "tag", "capi": "server", "collect": "Collect"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LossCell:
    """What one vendor lost in one run: `head` in a few words, `parts` with what went beside the copies.

    `tone` is `bad` where no copy of a conversion is left, `warn` where something is lost, `good` where nothing is.
    """

    run: RunResult
    tone: str
    head: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LossLine:
    vendor: str
    title: str
    cells: tuple[LossCell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LossTable:
    scenario: str
    title: str
    profiles: tuple[str, ...]
    lines: tuple[LossLine, ...]


def loss_tables(result: SuiteResult) -> tuple[LossTable, ...]:
    scenarios: dict[str, dict[str, RunResult]] = {}
    runs = {run.id: run for run in result.runs}
    for loss in result.losses:
        scenarios.setdefault(loss.scenario, {})[loss.run] = runs[loss.run]
    return tuple(_table(scenario, list(found.values()), result) for scenario, found in scenarios.items())


def _table(scenario: str, runs: list[RunResult], result: SuiteResult) -> LossTable:
    losses = {(loss.run, loss.vendor): loss for loss in result.losses}
    titles = {row.vendor: row.title or row.vendor for run in runs for row in run.matrix}
    return LossTable(
        scenario=scenario,
        title=runs[0].title or scenario,
        profiles=tuple(run.profile_title or run.profile for run in runs),
        lines=tuple(
            LossLine(
                vendor=vendor,
                title=title,
                cells=tuple(_cell(run, losses.get((run.id, vendor))) for run in runs),
            )
            for vendor, title in titles.items()
        ),
    )


def _cell(run: RunResult, loss: Loss | None) -> LossCell | None:
    if loss is None:
        return None
    parts = tuple(_parts(loss))
    if not loss.gone:
        head = "" if parts else "nothing lost"
    elif loss.kept:
        head = f"{listing(_GONE[channel] for channel in loss.gone)}, {listing(_KEPT[c] for c in loss.kept)} kept"
    else:
        head = "all gone"
    is_lost = bool(loss.gone or loss.click_ids or loss.browser_ids or loss.coverage)
    tone = "bad" if loss.gone and not loss.kept else "warn" if is_lost else "good"
    return LossCell(run=run, tone=tone, head=head, parts=parts)


def _parts(loss: Loss) -> Iterator[str]:
    points = round(loss.coverage)
    if loss.coverage:
        yield f"−{number(points, 'point')}" if points else "less than a point"
    missing = [*loss.click_ids, *loss.browser_ids]
    if missing:
        yield f"no {listing(missing)}"
    if loss.blocked:
        yield f"{loss.blocked:,} blocked"
