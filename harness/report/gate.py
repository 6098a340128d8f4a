"""What does the gate say, on one screen of a terminal and as Markdown?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from harness.model.gate import GateResult, KnownFinding, Sighting, Unrun
from harness.model.result import RunResult, Verdict
from harness.report.markdown import escape
from harness.report.terminal import STYLES, item
from harness.report.wording import (
    SEVERITIES,
    STATES,
    WAIVED,
    Sign,
    listing,
    number,
    remarks,
    sentence,
    shorten,
    state_sign,
)

_MOST_LINES = 5
_MESSAGE_LIMIT = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One kind of thing that the gate tells of."""

    title: str
    lines: tuple[tuple[Sign, str], ...]


def gate_table(gate: GateResult) -> RenderableType:
    """The reasons to stop come first, and no kind takes more than a few lines."""
    sign = state_sign(gate.verdict)
    parts: list[RenderableType] = [
        Text(f"{sign.symbol} {sign.word.upper()}  {headline(gate)}", style=STYLES[sign.tone])
    ]
    for section in _sections(gate):
        parts += [Text(), Text(section.title, style="bold")]
        parts += [item(sign.symbol, STYLES[sign.tone], text) for sign, text in section.lines[:_MOST_LINES]]
        if len(section.lines) > _MOST_LINES:
            parts.append(item("", "dim", f"and {len(section.lines) - _MOST_LINES} more; --markdown FILE has all"))
    return Group(*parts)


def render_gate_markdown(gate: GateResult) -> str:
    sign = state_sign(gate.verdict)
    parts = [f"## {sign.symbol} {sign.word}: {escape(headline(gate))}"]
    for section in _sections(gate):
        lines = [f"- {sign.symbol} {escape(text)}" for sign, text in section.lines]
        parts.append("\n".join([f"### {escape(section.title)}", "", *lines]))
    return "\n\n".join(parts) + "\n"


def headline(gate: GateResult) -> str:
    if gate.verdict is Verdict.FAILED:
        return sentence("; ".join(_reasons(gate)))
    if gate.verdict is Verdict.INCONCLUSIVE:
        return f"No verdict: {listing(_open(gate))}."
    told = [
        number(len(gate.known), "known finding") if gate.known else "",
        f"{len(gate.waived)} waived" if gate.waived else "",
        f"{len(gate.fixed)} fixed" if gate.fixed else "",
        f"{len(gate.mild)} below the gate" if gate.mild else "",
    ]
    beside = f"; {listing(text for text in told if text)}" if any(told) else ""
    return f"Nothing {'new' if gate.has_baseline else 'found'} at or above {gate.fail_on}{beside}."


def _reasons(gate: GateResult) -> Iterator[str]:
    if gate.new:
        which = "new finding" if gate.has_baseline else "finding"
        yield f"{number(len(gate.new), which)} at or above {gate.fail_on}"
    over = [notice for notice in gate.notices if notice.severity.weight >= gate.fail_on.weight]
    if over:
        yield f"{number(len(over), 'waiver')} to renew or remove"
    if gate.unrun:
        yield f"{number(len(gate.unrun), 'check')} that had to judge did not"
    if gate.drops:
        yield f"identifier coverage lower than agreed in {number(len(gate.drops), 'place')}"


def _open(gate: GateResult) -> Iterator[str]:
    if gate.inconclusive:
        yield f"{number(len(gate.inconclusive), 'run')} could not be judged"
    if gate.missing:
        yield f"{number(len(gate.missing), 'run')} of the baseline {'is' if len(gate.missing) == 1 else 'are'} missing"
    if gate.stopped:
        yield "the suite was stopped before its end"
    if gate.is_empty:
        yield "the result holds no run"


def _sections(gate: GateResult) -> Iterator[Section]:
    for section in (
        Section(title=_titled("New" if gate.has_baseline else "Found", gate.new), lines=_found(gate.new)),
        Section(title="Waivers to look at", lines=tuple(_notices(gate))),
        Section(title=_titled("Had to judge and did not", gate.unrun), lines=_unrun(gate.unrun)),
        Section(title=_titled("Identifier coverage lower than agreed", gate.drops), lines=tuple(_drops(gate))),
        Section(title="Could not be judged", lines=tuple(_gaps(gate))),
        Section(
            title=f"{_titled('Fixed', gate.fixed)}; --promote makes them stay so",
            lines=_known(gate.fixed, STATES["passed"]),
        ),
        Section(title=_titled("Waived", gate.waived), lines=_found(gate.waived)),
        Section(title=_titled("New, below the gate", gate.mild), lines=_found(gate.mild)),
        Section(title=_titled("Known", gate.known), lines=_found(gate.known)),
        Section(title=_titled("Known, and not looked for this time", gate.unjudged), lines=_not_looked_for(gate)),
    ):
        if section.lines:
            yield section


def _titled(title: str, things: Sequence[object]) -> str:
    return f"{title} ({len(things)})"


def _found(seen: Iterable[Sighting]) -> tuple[tuple[Sign, str], ...]:
    """What is alike but for the run is one line, with the first message."""
    alike: dict[tuple[str, ...], list[Sighting]] = {}
    for each in seen:
        finding = each.finding
        key = (finding.check, finding.vendor, finding.parameter, finding.severity, *remarks(finding))
        alike.setdefault(key, []).append(each)
    return tuple(_alike(group) for group in alike.values())


def _alike(group: Sequence[Sighting]) -> tuple[Sign, str]:
    finding = group[0].finding
    graver = f", {group[0].was} in the baseline" if group[0].was else ""
    decided = f" ({'; '.join(remarks(finding))})" if remarks(finding) else ""
    message = shorten(finding.message, _MESSAGE_LIMIT)
    text = f"{_name(finding.check, finding.vendor)} [{_places(each.run for each in group)}]{graver}: {message}{decided}"
    return WAIVED if finding.waived else SEVERITIES[finding.severity], text


def _name(check: str, vendor: str) -> str:
    return f"{check} {vendor}" if vendor else check


def _places(runs: Iterable[RunResult]) -> str:
    """`scenario: profile, profile; scenario: profile`."""
    profiles: dict[str, dict[str, None]] = {}
    for run in runs:
        profiles.setdefault(run.scenario, {})[run.profile] = None
    return "; ".join(f"{scenario}: {', '.join(names)}" for scenario, names in profiles.items())


def _notices(gate: GateResult) -> Iterator[tuple[Sign, str]]:
    for notice in gate.notices:
        yield SEVERITIES[notice.severity], f"{notice.place}: {sentence(notice.message)} {notice.remedy}"


def _unrun(unrun: Iterable[Unrun]) -> tuple[tuple[Sign, str], ...]:
    return tuple(
        (
            STATES["failed"],
            f"{_name(each.check, each.vendor)}{f' [{_places([each.run])}]' if each.run else ''}: {each.reason}",
        )
        for each in unrun
    )


def _drops(gate: GateResult) -> Iterator[tuple[Sign, str]]:
    for drop in gate.drops:
        found = "nothing was sent" if drop.found is None else f"found {drop.found:g} %"
        place = f"{drop.vendor} {drop.channel} [{_places([drop.run])}]"
        yield STATES["failed"], f"{place}: {found}, agreed on at least {drop.at_least:g} %"


def _gaps(gate: GateResult) -> Iterator[tuple[Sign, str]]:
    for run in gate.inconclusive:
        why = shorten("; ".join(run.reasons) or "no reason was recorded", _MESSAGE_LIMIT)
        yield STATES["inconclusive"], f"[{_places([run])}]: {why}"
    for missing in gate.missing:
        told = "the baseline has this run and the result has not; run it, or promote a result without it"
        yield STATES["inconclusive"], f"[{missing.scenario}: {missing.profile}]: {told}"
    if gate.stopped:
        yield STATES["inconclusive"], "the suite was stopped, so runs may be missing"


def _known(findings: Iterable[KnownFinding], sign: Sign) -> tuple[tuple[Sign, str], ...]:
    return tuple((sign, _described(known)) for known in findings)


def _not_looked_for(gate: GateResult) -> tuple[tuple[Sign, str], ...]:
    return _known(gate.unjudged, STATES["inconclusive"])


def _described(known: KnownFinding) -> str:
    parameter = f", {known.parameter}" if known.parameter else ""
    return f"{_name(known.check, known.vendor)} [{known.scenario}: {known.profile}]{parameter} ({known.key})"
