"""What the user wants visited, by whom, and which vendors must hear of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.model.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One action of the journey. `arguments` are as written, with `${...}` not yet filled in."""

    verb: str
    arguments: dict[str, Any]
    place: Place

    @property
    def places_order(self) -> bool:
        return bool(self.arguments.get("places_order"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A part of the journey on one device.

    `device` names a browser that keeps its cookies from leg to leg, and looks like `looks_like` (one of Playwright's
    device descriptors; empty for a desktop); `none` is no browser at all: the conversion happens away from the web.
    `profile` protects this device, where that is another one than the run's. `after` is the pause before the leg, in
    seconds.
    """

    name: str = ""
    device: str = ""
    looks_like: str = ""
    profile: str = ""
    after: float = 0.0
    steps: tuple[Step, ...]
    place: Place

    @property
    def is_away(self) -> bool:
        """Whether it happens away from the web."""
        return self.device == "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """Another way through the same journey, which must not change what is counted.

    `before` comes before the paying click, `instead` in place of it and of all that follows, `then` after the end.
    """

    name: str
    before: tuple[Step, ...] = ()
    instead: tuple[Step, ...] = ()
    then: tuple[Step, ...] = ()
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorAccount:
    """How one vendor is set up on this site.

    `accounts` maps a channel (`tag`, `capi`) to the account ID it must carry.
    `names` maps a generic event (`purchase`) to the vendor's name of it per channel, where the site chose it.
    `channels` are the channels the site is meant to use; `offline` among them means that it reports conversions away
    from the web, by calls or by files, for which the other maps may name an account and names of their own.
    `lateness` is how many seconds its server calls may be late, where that is more than the scenario's budget:
    connectors send in batches.
    """

    vendor: str
    accounts: dict[str, str] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    channels: tuple[str, ...] = ("tag", "capi")
    lateness: float = 0.0

    def wanted(self, channel: str, *, is_offline: bool) -> str | None:
        """The account that a call must name, if one must: what reports a sale away from the web may have its own."""
        kind = "offline" if is_offline and channel == "capi" and "offline" in self.accounts else channel
        return self.accounts.get(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCalls:
    """Where the site's server calls can be seen (`egress-proxy`, `not-observable`) and how late they may be.

    Both times are in seconds. `quiet` is how long the source must be silent, after all expected calls came, before the
    run may end.
    """

    source: str = "egress-proxy"
    budget: float = 30.0
    quiet: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Where an address of somebody else's leads, with the query it is asked with added to that of `to`.

    It may write the whole query in small letters and drop parameters, as careless trackers do.
    """

    to: str
    lowercase: bool = False
    drops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the visit takes place: an embedded site by name with its options, or a URL.

    `data_layer` is the JavaScript expression that yields the page's data layer. `redirects` are addresses that lead to
    the site, by URL without its query, such as those of a click tracker. `cloaked_hosts` are the site's by name only:
    aliases of another company's hosts, or at an address elsewhere.
    """

    url: str = ""
    demo: str = ""
    options: dict[str, str] = field(default_factory=dict)
    data_layer: str = "window.dataLayer"
    allow_hosts: tuple[str, ...] = ()
    redirects: dict[str, Redirect] = field(default_factory=dict)
    cloaked_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityLimit:
    """The gravest that findings of one check may be in this scenario; of one vendor, if it names one."""

    check: str
    vendor: str = ""
    at_most: str
    line: int
    column: int

    @property
    def name(self) -> str:
        """As it is written: `event-time`, or `event-time@vendor`."""
        return f"{self.check}@{self.vendor}" if self.vendor else self.check


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioSnapshot:
    """The part of a scenario that judging needs; stored with each recording.

    `must_run` names checks that have to judge, as `check` or `check@vendor`.
    `file` is where it stood, as a command would name it; empty for scenarios that are shipped. A test that drives its
    visit itself is named as pytest does (`file::test`).
    """

    id: str
    title: str
    site: Site
    vendors: tuple[VendorAccount, ...]
    server_calls: ServerCalls = ServerCalls()
    landing_parameters: tuple[str, ...] = ()
    severities: tuple[SeverityLimit, ...] = ()
    must_run: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A scenario file. `persona` may set `country` and `email_domain` of the generated person.

    `consent` has the steps by which a visitor answers the site's question: `granted`, `denied`, `withdrawn`.
    `profiles` are IDs, in order; `own_profiles` are those among them that only this scenario describes.
    `places_no_order` is what it says of itself; where orders are placed, a step's `places_order` says by which.
    `browser` is the flavour to record with, empty for any of Chromium's.
    """

    snapshot: ScenarioSnapshot
    profiles: tuple[str, ...]
    legs: tuple[Leg, ...]
    invariants: tuple[Invariant, ...] = ()
    consent: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    persona: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    own_profiles: tuple[Profile, ...] = ()
    browser: str = ""
    places_no_order: bool = False
    place: Place

    @property
    def id(self) -> str:
        return self.snapshot.id

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step that is written in the scenario, answers to the question of consent and invariants included."""
        answers = (step for steps in self.consent.values() for step in steps)
        changes = (step for each in self.invariants for step in (*each.before, *each.instead, *each.then))
        return (*(step for leg in self.legs for step in leg.steps), *answers, *changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One scenario with one persona under one profile, once. `attempt` counts from 1: a run may be tried again."""

    id: str
    scenario: Scenario
    profile: str
    token: str
    attempt: int = 1
