"""The verdict in plain words, and what could not be judged and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.result import Severity, SuiteResult, Verdict
from harness.report.attempts import tried_again
from harness.report.grouping import Undecided, count_words, severity_counts, undecided, vendor_titles
from harness.report.matrix import Standing, counting_vendors, profile_summaries, standing
from harness.report.wording import listing, number, sentence

# So many checks have names that can be read in a line.
_MOST_CHECKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPart:
    """What could not be judged: in words that stand before a list of its `questions`, and in words that stand alone."""

    what: str
    named: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One reason why something could not be judged, and all that it left open."""

    why: str
    parts: tuple[OpenPart, ...]

    @property
    def named(self) -> str:
        return "; ".join(part.named for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    headline: str
    sentences: tuple[str, ...]
    tried_again: tuple[str, ...]
    gaps: tuple[Gap, ...]


def judgement(result: SuiteResult) -> Judgement:
    return Judgement(
        headline=_headline(result), sentences=_sentences(result), tried_again=_tried_again(result), gaps=_gaps(result)
    )


def _headline(result: SuiteResult) -> str:
    orders = sum(run.orders_due for run in result.runs)
    vendors = counting_vendors(result)
    miscounted = _miscounting_vendors(result)
    errors = severity_counts(result.findings).get(Severity.ERROR, 0)
    if result.verdict is Verdict.INCONCLUSIVE:
        broken = sum(run.breakdown is not None for run in result.runs)
        if broken:
            return f"No verdict: {_of_runs(broken, result)} broke off before the journey's end."
        if result.runs and not any(run.matrix for run in result.runs):
            return "No verdict: no call of a known vendor was seen."
        stuck = sum(run.verdict is Verdict.INCONCLUSIVE for run in result.runs)
        what = _of_runs(stuck, result) if stuck else "some of what had to be judged"
        return f"No verdict: {what} could not be judged{' in full' if stuck else ''}."
    if miscounted:
        return f"{len(miscounted)} of {number(len(vendors), 'vendor')} would not count every order exactly once."
    if result.verdict is Verdict.FAILED and result.notices and not errors:
        return "A waiver is over; no finding fails."
    if result.verdict is Verdict.FAILED:
        right = "no count is wrong for certain" if _unsure_vendors(result) else "every predicted count is right"
        return f"{number(errors, 'finding')} must be mended, although {right}."
    if not orders:
        refused = " with consent" if any(run.orders for run in result.runs) else ""
        return f"Nothing wrong was found; no order was made{refused}."
    consent = " with consent" if any(run.refused for run in result.runs) else ""
    made = f"The one order{consent}" if orders == 1 else f"Each of the {orders:,} orders{consent}"
    whom = "every vendor whose count is certain" if _unsure_vendors(result) else "every vendor tested"
    return f"{made} would be counted exactly once by {whom}."


def _of_runs(some: int, result: SuiteResult) -> str:
    every = len(result.runs)
    return "the run" if every == 1 else f"{some} of {every:,} runs"


def _sentences(result: SuiteResult) -> tuple[str, ...]:
    orders = sum(len(run.orders) for run in result.runs)
    vendors = {row.vendor for run in result.runs for row in run.matrix}
    scenarios = {run.scenario for run in result.runs}
    profiles = {run.profile for run in result.runs}
    flaky = sum(run.is_flaky for run in result.runs)
    transports = len(vendors - counting_vendors(result))
    verbs = "hands events on and counts nothing itself" if transports == 1 else "hand events on and count nothing"
    refused = sum(run.refused for run in result.runs)
    without = f", {refused} without consent" if refused else ""
    passing_on = f", of which {transports} only {verbs}" if transports else ""
    scope = (
        f"{number(len(result.runs), 'visit')} ({number(len(scenarios), 'scenario')} under "
        f"{number(len(profiles), 'profile')}) led to {number(orders, 'order')}{without}; "
        f"{number(len(vendors), 'vendor')} tested{passing_on}."
    )
    found = listing(count_words(result.findings))
    over = listing(dict.fromkeys(name for profile in profile_summaries(result) for name in profile.over), limit=8)
    short = listing(dict.fromkeys(name for profile in profile_summaries(result) for name in profile.short), limit=8)
    return tuple(
        text
        for text in (
            scope,
            f"More conversions than orders would be counted by {over}." if over else "",
            f"Orders would be lost by {short}." if short else "",
            f"{number(flaky, 'run')} passed only at a later attempt: flaky." if flaky else "",
            f"Findings: {found}." if found else "No finding.",
        )
        if text
    )


def _tried_again(result: SuiteResult) -> tuple[str, ...]:
    return tuple(
        f"“{run.title or run.scenario}” under {run.profile_title or run.profile}: {told}"
        for run, told in tried_again(result.runs)
    )


def _unsure_vendors(result: SuiteResult) -> set[str]:
    return {name for profile in profile_summaries(result) for name in profile.unpredicted}


def _miscounting_vendors(result: SuiteResult) -> set[str]:
    rows = (row for run in result.runs for row in run.matrix)
    counting = counting_vendors(result)
    wrong = (Standing.SHORT, Standing.OVER)
    return {row.vendor for row in rows if row.vendor in counting and standing(row) in wrong}


def _gaps(result: SuiteResult) -> tuple[Gap, ...]:
    """The real reason first: what broke a run, and only then what could not be judged because of it."""
    parts: dict[str, list[OpenPart]] = {}
    for why, part in (*_broken_runs(result), *_silenced(result), *_unpredicted(result)):
        parts.setdefault(why, []).append(part)
    if result.orphans:
        why = "Nothing ties these calls to a run, or they came after it had ended; the appendix of index.html has them."
        parts[why] = [plainly(number(len(result.orphans), "server call") + " outside every run")]
    return tuple(Gap(why=why, parts=tuple(found)) for why, found in parts.items())


def plainly(what: str) -> OpenPart:
    return OpenPart(what=what, named=what)


def _silenced(result: SuiteResult) -> Iterator[tuple[str, OpenPart]]:
    titles = vendor_titles(result)
    for group in undecided(result.runs):
        # Of a check that broke the last line says what happened; the page of its run has them all.
        last = next(iter(group.reason.strip().splitlines()[::-1]), "")
        broke = "The check broke: " if last != group.reason.strip() else ""
        why = sentence(broke + last) or "The check ended without saying why."
        several = len(group.checks) > 1
        what = f"{len(group.checks)} checks" if several else f"“{group.titles[0]}”"
        where = _where(group, titles, len(result.runs))
        named = listing(group.checks, limit=_MOST_CHECKS) + where
        yield why, OpenPart(what=what + where, named=named, questions=group.titles if several else ())


def _broken_runs(result: SuiteResult) -> Iterator[tuple[str, OpenPart]]:
    alike: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for run in result.runs:
        explained = run.trusted and any(outcome.undecided for outcome in run.outcomes)
        if run.verdict is Verdict.INCONCLUSIVE and not explained:
            profiles = alike.setdefault(run.reasons, {}).setdefault(run.title or run.scenario, [])
            profiles.append(run.profile_title or run.profile)
    for reasons, scenarios in alike.items():
        why = sentence("; ".join(reasons)) or "The run ended without a verdict and without saying why."
        many = sum(map(len, scenarios.values())) > 1
        names = listing(f"“{title}” under {listing(profiles, limit=6)}" for title, profiles in scenarios.items())
        yield why, plainly(f"The {'runs' if many else 'run'} of {names}")


def _unpredicted(result: SuiteResult) -> Iterator[tuple[str, OpenPart]]:
    """Orders that were made but cannot be counted. Without an order there is nothing to count, and of a vendor whose
    checks could not judge it has been told why."""
    names: dict[str, list[str]] = {}
    counting = counting_vendors(result)
    for run in result.runs:
        silenced = {outcome.vendor for outcome in run.outcomes if outcome.undecided}
        for row in run.matrix:
            is_open = run.trusted and run.orders and row.counted is None and row.vendor not in silenced
            if is_open and row.vendor in counting:
                names.setdefault(row.note, []).append(row.title or row.vendor)
    for note, vendors in names.items():
        why = sentence(note) or "The vendor's rules do not say what it would make of these calls."
        yield why, plainly(f"The count of {listing(vendors)}")


def _where(group: Undecided, titles: dict[str, str], runs: int) -> str:
    """Which vendors, and in how many runs if there is more than one."""
    vendors = listing((titles.get(vendor, vendor) for vendor in group.vendors if vendor), limit=6)
    met = f" ({len(group.runs)} of {number(runs, 'run')})" if runs > 1 else ""
    return f"{f' of {vendors}' if vendors else ''}{met}"
