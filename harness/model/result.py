"""The verdict: what every report is a rendering of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from harness.model.facts import Coverage
from harness.model.recording import Breakdown, Canary, Conversion, EvidenceSource, FilterListInfo, ServerSource

RESULT_SCHEMA_VERSION = 1


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def weight(self) -> int:
        return {"info": 0, "warning": 1, "error": 2}[self.value]


class CheckOutcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERRORED = "errored"


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"


class RowState(StrEnum):
    """How one vendor fared in one run: its gravest finding, or why there is none that counts."""

    PASSED = "passed"
    FAILED = "failed"
    WARNING = "warning"
    WAIVED = "waived"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"


class Certainty(StrEnum):
    """How sure a predicted count is: the vendor says so, says so generally, depends on the order, or is silent."""

    CERTAIN = "certain"
    LIKELY = "likely"
    ORDER_SENSITIVE = "order-sensitive"
    UNDOCUMENTED = "undocumented"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The rule a finding stands on, as the reader needs it. `sources` are readable titles with their URL."""

    rule: str
    says: str
    sources: tuple[str, ...]
    reviewed: str
    basis: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """Who agreed that a finding need not fail, why, until which day (which is included), and where that is written."""

    reason: str
    owner: str
    until: date
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """How grave the check says a finding is, and where the scenario says that it is less."""

    was: Severity
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong. `message` says what, with the values; `why` what it costs; `remedy` how to mend it.

    `events` and `exchanges` are IDs within the run: the proof. `expected` and `found` are shown side by side.
    `id` stays the same from suite to suite, for links and baselines; `step` is the index of the step it was seen in.
    A finding that is `waived` is shown, and fails nothing.
    """

    check: str
    vendor: str
    severity: Severity
    message: str
    why: str = ""
    remedy: str = ""
    expected: str = ""
    found: str = ""
    parameter: str = ""
    events: tuple[str, ...] = ()
    exchanges: tuple[str, ...] = ()
    citation: Citation | None = None
    id: str = ""
    step: int | None = None
    waived: Waived | None = None
    lowered: Lowered | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One check on one vendor of one run. `undecided`: it was skipped although it ought to have judged."""

    check: str
    title: str
    vendor: str
    outcome: CheckOutcome
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    undecided: bool = False

    @property
    def has_judged(self) -> bool:
        return self.outcome in (CheckOutcome.PASSED, CheckOutcome.FAILED)

    @property
    def is_waived(self) -> bool:
        """It failed, and everything it failed for is waived."""
        grave = [finding for finding in self.findings if finding.severity is not Severity.INFO]
        return self.outcome is CheckOutcome.FAILED and all(finding.waived for finding in grave)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One field of one event, as shown in the evidence table. `path` says where it stood in the request."""

    field: str
    value: str
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSummary:
    """An event as the report shows it: redacted, with the payload as pretty text.

    `accepted` and `answer` are what the vendor said to it. `dropped_by` is the rule that makes it a duplicate,
    `filtered_by` the one by which it is never counted. `order_id` is the conversion it is a copy of, `delay` the
    seconds from the action that made that until it was seen, and `match_keys` name the identifiers, click IDs and
    browser IDs it carried.
    """

    id: str
    vendor: str
    channel: str
    name: str
    event: str
    fate: str
    role: str
    received_at: float
    step: int | None
    method: str
    url: str
    status: int | None
    answered_by: str
    attributed_by: str
    lines: tuple[EvidenceLine, ...] = ()
    payload: str = ""
    kept: bool | None = None
    pair: str = ""
    mirrors: int = 0
    accepted: bool | None = None
    answer: str = ""
    dropped_by: str = ""
    filtered_by: str = ""
    order_id: str = ""
    delay: float | None = None
    match_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCount:
    """The conversions of one kind beside what the platform would count; `alternatives` as in the matrix."""

    event: str
    orders: int
    counted: int
    alternatives: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One vendor in one run: the cell of the matrix.

    `counted` is what it would count, `alternatives` every number that is possible: more than one where it is unsure.
    `coverage` is our own identifier score by channel. `stripped_click_ids` the profile took from the landing URL.
    `click_ids` and `browser_ids` are those that at least one copy of a conversion carried, on any channel. `counts` is
    the same count for each kind of conversion. `is_open`: what was seen gives this count, but whether it is all of it
    could not be judged.
    """

    vendor: str
    title: str
    kind: str = "platform"
    orders: int
    tag_events: int
    capi_events: int
    collect_events: int
    blocked_events: int
    counted: int | None
    alternatives: tuple[int, ...] = ()
    certainty: Certainty = Certainty.CERTAIN
    coverage: dict[str, Coverage] = field(default_factory=dict)
    stripped_click_ids: tuple[str, ...] = ()
    click_ids: tuple[str, ...] = ()
    browser_ids: tuple[str, ...] = ()
    note: str = ""
    state: RowState = RowState.PASSED
    counts: tuple[EventCount, ...] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One mark of the timeline, in seconds from the start. `kind`: step, tag, capi, collect, blocked, conversion."""

    kind: str
    at: float
    until: float
    label: str
    vendor: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedRequest:
    """A request that the profile took away or changed, and the rule that did it."""

    url: str
    type: str
    action: str
    rule: str
    list: str
    line: int
    vendor: str = ""
    removed_parameters: tuple[str, ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSummary:
    index: int
    verb: str
    summary: str
    at: float
    seconds: float
    url: str
    screenshot: str
    error: str = ""
    console_errors: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """One run judged.

    `refused` of its orders were made without consent: no vendor is to hear of them.
    `reasons` says why a run is inconclusive; `trusted` is False when the evidence itself is in doubt, e.g. after a
    `breakdown`. `blocking`: the profile has filter rules. `emulates`: the browser that was acted, if another one was.
    `command` makes the run again. `file` is the scenario's, as the command names it; empty for those that are shipped.
    `earlier` are the attempts at the same run before this one, judged alike. `traces` are Playwright's, relative to the
    report; they hold everything unredacted. `sources` are the files of other programs that the evidence was taken from,
    `gaps` what nobody says of the visit, or could not be heard of it.
    """

    id: str
    scenario: str
    title: str
    profile: str
    profile_title: str
    verdict: Verdict
    reasons: tuple[str, ...]
    started_at: float
    seconds: float
    site: str
    browser: str
    enforcer: str
    folder: str
    orders: tuple[Conversion, ...]
    matrix: tuple[MatrixRow, ...]
    outcomes: tuple[Outcome, ...]
    events: tuple[EventSummary, ...]
    timeline: tuple[TimelineEntry, ...]
    blocked: tuple[BlockedRequest, ...]
    steps: tuple[StepSummary, ...]
    canaries: tuple[Canary, ...]
    filter_lists: tuple[FilterListInfo, ...]
    server_source: ServerSource | None = None
    sources: tuple[EvidenceSource, ...] = ()
    gaps: tuple[str, ...] = ()
    completeness: dict[str, int] = field(default_factory=dict)
    trusted: bool = True
    breakdown: Breakdown | None = None
    blocking: bool = False
    emulates: str = ""
    command: str = ""
    refused: int = 0
    file: str = ""
    attempt: int = 1
    earlier: tuple[RunResult, ...] = ()
    traces: tuple[str, ...] = ()

    @property
    def is_flaky(self) -> bool:
        """Whether the same run did not pass at first."""
        return bool(self.earlier) and self.verdict is Verdict.PASSED

    @property
    def orders_due(self) -> int:
        """How many orders every vendor is to count."""
        return len(self.orders) - self.refused

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for outcome in self.outcomes for finding in outcome.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What the profile of one run took from one vendor, beside the `baseline`: the same visit without protection.

    `gone` and `kept` are the channels that told of conversions there, and now tell of none or still do. `click_ids` and
    `browser_ids` reach the vendor on no channel any more. `coverage` is how many points our identifier score of the
    best channel fell, `blocked` how many requests to the vendor were stopped, scripts included.
    """

    scenario: str
    run: str
    profile: str
    baseline: str
    vendor: str
    gone: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    click_ids: tuple[str, ...] = ()
    browser_ids: tuple[str, ...] = ()
    coverage: float = 0.0
    blocked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A server call that fits no run, or came after its run had ended (`late_for`)."""

    summary: str
    vendor: str
    at: float
    late_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is to be said of a waiver of the suite: `waiver-expired` (an error) or `waiver-unused` (a warning).

    `subject` is what it was to cover, `place` where it is written.
    """

    kind: str
    severity: Severity
    subject: str
    message: str
    remedy: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecInfo:
    """The vendor knowledge that was used. `dedup` are the rules by which copies were made one."""

    vendor: str
    title: str
    kind: str
    reviewed: str
    digest: str
    dedup: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteResult:
    """What `result.json` holds. `created_at` is the only value that differs when the same evidence is judged again.

    `stopped`: it was interrupted, so some of its runs are missing.
    """

    suite_id: str
    title: str
    verdict: Verdict
    runs: tuple[RunResult, ...]
    losses: tuple[Loss, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    refused_hosts: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    stopped: bool = False
    specs: tuple[SpecInfo, ...] = ()
    harness_version: str = ""
    created_at: float = 0.0
    schema_version: int = RESULT_SCHEMA_VERSION

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for run in self.runs for finding in run.findings)
