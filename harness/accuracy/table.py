"""How are many trials told in few numbers, which anybody can make again?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor

from harness.accuracy.trial import Trial

_ALL = "all"
_INTRODUCTION = """\
# Accuracy

How often is the harness right? `harness accuracy FOLDER...` takes recordings of sound visits and, for each vendor of
each, makes every mistake of its catalogue (`harness/accuracy/faults/`) in that vendor's calls: a digest of the
untrimmed address, a value in cents, an event ID in another case, a call sent twice. What the harness then says is
held against what the mistake is known to be: one of the checks named with it must find it, and nobody may speak of
anything that neither is the mistake nor comes of it. Where a vendor's documentation says that it does not mind,
nothing may be found at all. The sound visits themselves must raise no finding.

Mistakes of a visit as a whole are made in the recording itself: pages without a vendor's tag, values of the visitor
told to strangers, pages that break when tags are blocked. Those of no vendor are told of “the site”.

Then mistakes are made in pairs of two families, in one order, for one must not hide the other: each is to have a
finding of its own. A pair is not made where one takes away the copy that the other stands in, or where it matters
which of the two is made first. Pairs are a sample, the same each time.

Recall is the share of the mistakes to be found that were found; precision the share of the trials with a finding in
which no finding was wrong.

The limits: the recordings are of the sites that come with the harness, and the catalogue was written by those who
wrote the checks. The table says that known mistakes are found, and not that there are no others; a mistake in a
vendor spec is made alike in both. Each vendor is judged beside the transports and without the other platforms.

`make accuracy` records every journey anew, without protection and with a blocker, and writes this page in some ten
minutes; the command alone does so with `--out`. It exits with 1 if anything is missed or said wrongly.

## Figures
"""


@dataclass(slots=True)
class Cell:
    """Trials that are counted together. `harmless` are those that the vendor does not mind.

    `alarms` are those with a finding that nobody expects, `spoken` those with a finding at all.
    """

    trials: int = 0
    found: int = 0
    harmless: int = 0
    alarms: int = 0
    spoken: int = 0

    def add(self, trial: Trial) -> None:
        self.trials += 1
        self.harmless += bool(trial.harmless)
        self.found += bool(trial.found)
        self.alarms += bool(trial.alarms)
        self.spoken += bool(trial.found or trial.alarms)

    @property
    def to_find(self) -> int:
        return self.trials - self.harmless

    @property
    def recall(self) -> float:
        return self.found / self.to_find if self.to_find else 1.0

    @property
    def precision(self) -> float:
        """Of the trials in which something was said, those in which nothing wrong was said."""
        return (self.spoken - self.alarms) / self.spoken if self.spoken else 1.0


@dataclass(slots=True)
class Spoken:
    """In how many trials a check named the fault, and in how many it said anything."""

    named: int = 0
    said: int = 0


@dataclass(slots=True, kw_only=True)
class Accuracy:
    """All trials, summed up. `healthy` counts healthy cases, `false_alarms` what was found in them."""

    faults: int
    healthy: int
    false_alarms: tuple[str, ...]
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    pairs: Cell = field(default_factory=Cell)
    journeys: dict[str, Cell] = field(default_factory=dict)
    checks: dict[str, Spoken] = field(default_factory=dict)
    missed: list[Trial] = field(default_factory=list)
    alarmed: list[Trial] = field(default_factory=list)

    @property
    def total(self) -> Cell:
        return self.cells.get((_ALL, _ALL), Cell())

    @property
    def is_perfect(self) -> bool:
        return not (self.missed or self.alarmed or self.false_alarms)


def summarised(
    trials: Iterable[Trial], *, healthy: int, false_alarms: Sequence[str], pairs: Iterable[Trial] = ()
) -> Accuracy:
    """The trials by family and vendor, with the checks that spoke; `pairs` are those of two faults at once."""
    result = Accuracy(faults=0, healthy=healthy, false_alarms=tuple(false_alarms))
    faults = set()
    for trial in trials:
        faults.add(trial.fault)
        for key in (
            (trial.family, trial.vendor),
            (trial.family, _ALL),
            (_ALL, trial.vendor),
            (_ALL, _ALL),
        ):
            result.cells.setdefault(key, Cell()).add(trial)
        result.journeys.setdefault(_journey(trial), Cell()).add(trial)
        for check in trial.spoke:
            spoken = result.checks.setdefault(check, Spoken())
            spoken.said += 1
            spoken.named += any(finding.check == check for finding in trial.found)
        _keep_if_wrong(trial, result)
    for trial in pairs:
        result.pairs.add(trial)
        result.journeys.setdefault(_journey(trial), Cell()).add(trial)
        _keep_if_wrong(trial, result)
    result.faults = len(faults)
    return result


def _journey(trial: Trial) -> str:
    """A run is named by its journey and its profile."""
    return trial.recording.partition("--")[0]


def _keep_if_wrong(trial: Trial, result: Accuracy) -> None:
    if not (trial.found or trial.harmless):
        result.missed.append(trial)
    if trial.alarms:
        result.alarmed.append(trial)


def markdown(accuracy: Accuracy) -> str:
    """The page for readers; ends with a line break."""
    return "\n".join(_lines(accuracy)) + "\n"


def _lines(accuracy: Accuracy) -> Iterator[str]:
    total, pairs = accuracy.total, accuracy.pairs
    yield _INTRODUCTION
    yield f"- {accuracy.faults} faults in {total.trials:,} trials; {total.harmless:,} of them the vendor does not mind."
    yield f"- Recall {_share(total.recall)}: {total.found:,} of {total.to_find:,} were found."
    yield f"- Precision {_share(total.precision)}: {_told_wrongly(total)}."
    yield (
        f"- {pairs.trials:,} pairs of faults of two families in one order: recall {_share(pairs.recall)} "
        f"(both found in {pairs.found:,}), precision {_share(pairs.precision)}."
    )
    yield f"- {accuracy.healthy:,} healthy orders raised {len(accuracy.false_alarms)} false alarms."
    vendors = sorted({vendor for _, vendor in accuracy.cells if vendor != _ALL})
    families = list(dict.fromkeys(family for family, _ in accuracy.cells if family != _ALL))
    by_family = {
        family: accuracy.cells[(family, _ALL)] for family in [*families, _ALL] if (family, _ALL) in accuracy.cells
    }
    yield from _shares("By family", "family", by_family)
    yield from _shares("By journey", "journey, pairs included", dict(sorted(accuracy.journeys.items())))
    yield ""
    yield "## By family and vendor"
    yield ""
    yield "Found of those to be found; a dash where the vendor's calls have nothing to spoil in this way."
    yield ""
    yield f"| vendor | {' | '.join(families)} | all |"
    yield f"| --- |{' ---: |' * (len(families) + 1)}"
    for vendor in [*vendors, _ALL]:
        cells = [_cell(accuracy.cells.get((family, vendor))) for family in [*families, _ALL]]
        yield f"| {vendor} | {' | '.join(cells)} |"
    yield ""
    yield "## By check"
    yield ""
    yield "In how many trials each check named the fault itself, and in how many it spoke of it or of what comes of it."
    yield ""
    yield "| check | named it | spoke |"
    yield "| --- | ---: | ---: |"
    for check, spoken in sorted(accuracy.checks.items()):
        yield f"| {check} | {spoken.named:,} | {spoken.said:,} |"
    for title, trials in (("Missed", accuracy.missed), ("Findings that nobody expects", accuracy.alarmed)):
        if trials:
            yield ""
            yield f"## {title}"
            yield ""
            yield from sorted({_told(trial) for trial in trials})
    if accuracy.false_alarms:
        yield ""
        yield "## False alarms on healthy orders"
        yield ""
        yield from (f"- {alarm}" for alarm in accuracy.false_alarms)


def _shares(title: str, of: str, cells: Mapping[str, Cell]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield f"| {of} | to be found | found | recall | precision | not minded |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for name, cell in cells.items():
        yield (
            f"| {name} | {cell.to_find:,} | {cell.found:,} | {_share(cell.recall)} | {_share(cell.precision)} | "
            f"{cell.harmless:,} |"
        )


def _share(share: float) -> str:
    """Rounded down: only what is whole is said to be."""
    return f"{floor(share * 1000) / 10:.1f} %"


def _told_wrongly(cell: Cell) -> str:
    return f"of {cell.spoken:,} trials in which something was found, {cell.alarms:,} had a finding that nobody expects"


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "–"
    alarms = f", {cell.alarms} false" if cell.alarms else ""
    return f"{cell.found:,}/{cell.to_find:,}{alarms}"


def _told(trial: Trial) -> str:
    said = "; ".join(sorted({f"{finding.check}: {finding.message}" for finding in trial.alarms}))
    return f"- {trial.fault}, {trial.vendor}, {trial.recording}" + (f": {said}" if said else "")
