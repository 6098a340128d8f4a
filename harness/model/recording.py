"""What was seen: the evidence of one run, as it is stored on disk.

A recording holds no raw identifier of the persona and no token: see `harness/redaction.py`.
Times are Unix seconds (float) everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.model.persona import PersonaSeed
from harness.model.profile import Profile
from harness.model.scenario import ScenarioSnapshot

SCHEMA_VERSION = 1

# A header of a file that was handed over: how many rows were left out, since they are about other people.
ROWS_OF_OTHERS = "x-rows-of-others"

Headers = tuple[tuple[str, str], ...]


class Origin(StrEnum):
    """Who sent the request, as observed (not as a spec claims)."""

    BROWSER = "browser"
    SERVER = "server"


class Fate(StrEnum):
    """What became of a request."""

    ANSWERED = "answered"
    BLOCKED = "blocked"
    REFUSED = "refused"
    FAILED = "failed"
    PENDING = "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A request or response body after its content-encoding was undone. Exactly one of `text` and `base64` is set."""

    text: str | None = None
    base64: str | None = None
    size: int = 0

    @property
    def is_unkept(self) -> bool:
        """There was one, of which nobody kept more than its size."""
        return self.size > 0 and not self.text and not self.base64


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    url: str
    headers: Headers = ()
    body: Body | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int
    headers: Headers = ()
    body: Body | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocking:
    """The filter rule that decided about a request. `line` counts from 1 in the list named."""

    rule: str
    list: str
    line: int
    action: str = "block"
    removed_parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request with its response or its fate.

    `answered_by` is `site`, `stand-in`, `stub` (a blocker's replacement script), `harness` (canary pages) or empty.
    `page` is the URL of the document that sent it, `type` the Adblock Plus request type. `step` and `leg` count from 0
    through the whole journey.
    """

    id: str
    origin: Origin
    started_at: float
    ended_at: float | None = None
    request: Request
    response: Response | None = None
    fate: Fate
    answered_by: str = ""
    error: str = ""
    page: str = ""
    type: str = ""
    step: int | None = None
    leg: int = 0
    blocking: Blocking | None = None
    attributed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of an order; `price` is per unit, as decimal text in units of the order's currency.

    `quantity` is None where the sender does not state it.
    """

    id: str
    quantity: int | None = 1
    price: str = ""
    name: str = ""

    @property
    def text(self) -> str:
        """The line as a person reads it: `2 × MUG-01 at 64.95`, as far as it is stated."""
        number = "" if self.quantity is None else f"{self.quantity} × "
        return f"{number}{self.id}" + (f" at {self.price}" if self.price else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """The ground truth: what the site itself confirmed. `value` is decimal text.

    `action_source` says where it happened: `website`, or away from the web `physical_store`, `phone_call`,
    `system_generated` or `other`; no tag can report those. Of one that `is_supposed` nobody has said that it was made:
    calls tell of it, and what they say of it is no truth to hold them against.
    """

    event: str
    order_id: str
    value: str = ""
    currency: str = ""
    items: tuple[Item, ...] = ()
    action_source: str = "website"
    at: float
    step: int
    leg: int = 0
    is_supposed: bool = False

    @property
    def is_offline(self) -> bool:
        return self.action_source != "website"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChoice:
    """What the visitor answered to the site's question of consent: `granted`, `denied` or `withdrawn`."""

    state: str
    at: float
    step: int
    leg: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    name: str
    value: str
    domain: str
    path: str = "/"
    expires: float = -1
    http_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step as it went. `data_layer` is the page's data layer after the step, `screenshot` a path in the folder.

    `line` is where it stands in the scenario's file; 0 where it stands in another one.
    """

    index: int
    verb: str
    summary: str
    started_at: float
    ended_at: float
    url: str = ""
    screenshot: str = ""
    data_layer: tuple[Any, ...] = ()
    cookies: tuple[Cookie, ...] = ()
    console_errors: tuple[str, ...] = ()
    error: str = ""
    leg: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A self-check of the run's conditions, e.g. that blocking blocks. `critical` ones decide about the run."""

    name: str
    expected: str
    observed: str
    passed: bool
    critical: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterListInfo:
    """Which list text was used. `origin` says where it came from, e.g. `package`, `file`, `url`, `own list`."""

    name: str
    title: str
    version: str
    origin: str
    sha256: str
    rules: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSource:
    """How server calls could be seen, how long they were waited for, and whether that was enough."""

    kind: str
    budget: float
    waited: float = 0.0
    settled: bool = False
    observable: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSource:
    """A file of another program's making that evidence was taken from.

    `kind` says what it is in words, `program` what saved it. Of its `entries`, `taken` became exchanges. `lacks` says
    what cannot be told from it, or was left out, and why.
    """

    name: str
    kind: str
    origin: Origin
    program: str = ""
    entries: int = 0
    taken: int = 0
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserInfo:
    name: str
    version: str
    flavour: str
    enforcer: str = ""

    @property
    def title(self) -> str:
        return f"{f'{self.name} {self.version}'.strip()} ({self.flavour})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """Why a journey did not reach its end. `step` is None when it was not the fault of a step."""

    message: str
    step: int | None = None
    page_text: str = ""
    screenshot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRecord:
    """A leg as it went. `profile` protected its device; `browser` is None where there was none.

    `pause` is how long the visitor was away before it, in seconds. All times of a recording are the visitor's: they
    have every pause in them, though nobody waited that long.
    """

    name: str
    device: str
    profile: Profile
    started_at: float
    finished_at: float
    pause: float = 0.0
    browser: BrowserInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Everything one run left behind; `scenario`, `profile` and `persona` allow judging it without any other file.

    `profile` is the one of all legs that have none of their own, and `browser` that of the first leg with one; `legs`
    has each, in order. `no_conversions` are the events the scenario says did not happen: beyond `conversions` nobody
    may report one. `attempt` counts how often the same run of the suite was tried. `sources` are the files that
    evidence of other programs' making was taken from, and `gaps` what nobody says of the visit, or could not be
    heard of it; one that the harness made itself has none.
    """

    run_id: str
    suite_id: str
    scenario: ScenarioSnapshot
    profile: Profile
    persona: PersonaSeed
    started_at: float
    finished_at: float
    harness_version: str
    browser: BrowserInfo | None = None
    legs: tuple[LegRecord, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    consents: tuple[ConsentChoice, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    no_conversions: tuple[str, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    canaries: tuple[Canary, ...] = ()
    filter_lists: tuple[FilterListInfo, ...] = ()
    server_source: ServerSource | None = None
    sources: tuple[EvidenceSource, ...] = ()
    gaps: tuple[str, ...] = ()
    disagreements: tuple[str, ...] = ()
    breakdown: Breakdown | None = None
    attempt: int = 1
    schema_version: int = SCHEMA_VERSION

    @property
    def is_complete(self) -> bool:
        return self.breakdown is None

    @property
    def is_driven(self) -> bool:
        """Whether the harness made the visit itself, by the steps of a scenario."""
        return not self.sources and bool(self.steps or self.breakdown)

    @property
    def saw_browser(self) -> bool:
        """Whether what the browser sent could be seen at all."""
        return not self.sources or any(source.origin is Origin.BROWSER for source in self.sources)
