"""Where did the evidence of a visit come from that other programs have seen, and what does it not tell?"""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.recording import EvidenceSource, Origin
from harness.model.result import RunResult
from harness.report.wording import number, sentence

_SENDERS = {Origin.BROWSER: "the browser", Origin.SERVER: "the site's servers"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One file in words; `lacks` are sentences."""

    name: str
    what: str
    lacks: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join((f"{self.name}: {sentence(self.what)}", *self.lacks))


def source_lines(run: RunResult) -> tuple[SourceLine, ...]:
    return tuple(
        SourceLine(name=source.name, what=_what(source), lacks=tuple(sentence(text) for text in source.lacks))
        for source in run.sources
    )


def gap_lines(run: RunResult) -> tuple[str, ...]:
    return tuple(sentence(text) for text in run.gaps)


def _what(source: EvidenceSource) -> str:
    by = f" saved by {source.program}" if source.program else ""
    left_out = source.entries - source.taken
    rest = f" ({number(left_out, 'entry', 'entries')} left out)" if left_out > 0 else ""
    return f"{source.kind}{by}, {number(source.taken, 'request')} of {_SENDERS[source.origin]}{rest}"
