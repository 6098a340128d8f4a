"""What is to be recorded, with which settings, and what comes back?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.model.persona import Persona
from harness.model.profile import Profile
from harness.model.recording import Conversion, Exchange, Recording
from harness.model.scenario import Leg, Run
from harness.record.driver import Driver
from harness.record.libraries import Libraries
from harness.record.uploads import RowsIn, every_line

# Identifiers of one exchange by kind (`order_id`, `event_id`, `browser_id`), read with the vendor specs.
KeysOf = Callable[[Exchange], Mapping[str, frozenset[str]]]
# Vendor, channel and generic event of each signal that an exchange carries, read with the vendor specs.
CallsOf = Callable[[Exchange], Collection[tuple[str, str, str]]]
# Whether every server call that these conversions must cause is among the exchanges.
Settled = Callable[[Sequence[Conversion], Sequence[Exchange]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSettings:
    """How a suite is recorded.

    `browser` is a flavour or a path; without one the scenario's counts, then the `usual_browser`, then whatever is
    there. `enforcer` says who blocks: `proxy`, `extension`
    or `auto`. `lists` prefers the `installed` filter lists or our `own`. `cache` keeps filter lists and our
    certificate authority between suites, `work` what lives as long as the suite. `step_timeout` is in seconds.

    For whoever looks for a mistake: `slow_mo` are milliseconds between the browser's actions, `traces` a folder for
    Playwright's traces, which hold everything unredacted; `until_step` (counted from 1) ends the journey after that
    step, and with `keep_open` a browser whose journey did not reach its end stays until somebody closes it.
    `egress_port` is where servers are heard that somebody else started; 0 for a port that nobody knows beforehand.
    There, a path of `base_urls` stands for a vendor. `libraries` are what vendors' code is known by.
    """

    workers: int = 2
    headed: bool = False
    browser: str = ""
    usual_browser: str = ""
    enforcer: str = "auto"
    lists: str = "installed"
    cache: Path
    work: Path
    step_timeout: float = 15.0
    slow_mo: float = 0.0
    traces: Path | None = None
    keep_open: bool = False
    until_step: int = 0
    egress_port: int = 0
    base_urls: Mapping[str, str] = field(default_factory=dict)
    libraries: Libraries | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSetup:
    """One site of the suite. With a `command` it is started here; `hosts` are the names it answers to.

    Such a name may have a path (`host/path`, `*` for any part): the rest of that host is not the site's.
    `is_live` is a site out in the world, which other people use, too.
    """

    key: str
    url: str
    hosts: tuple[str, ...]
    command: tuple[str, ...] = ()
    data_layer: str
    allow_hosts: tuple[str, ...] = ()
    is_live: bool = False

    @property
    def is_foreign(self) -> bool:
        """Did somebody else start it, so that its servers may not speak through the harness?"""
        return not self.command


@dataclass(frozen=True, slots=True, kw_only=True)
class RunJob:
    """One run with everything it needs. `may_order`: steps that place an order are done. `pause` is the least time
    between two steps that may load a page, in seconds.

    `leg_profiles` are those of legs that have one of their own, by ID. `keys_of`, `settled`, `calls_of` and
    `rows_in` are injected because only decoding knows vendors. With a `driver` the steps of the only leg are his.
    """

    run: Run
    persona: Persona
    profile: Profile
    site: SiteSetup
    suite_id: str
    keys_of: KeysOf
    settled: Settled
    calls_of: CallsOf = lambda exchange: ()
    rows_in: RowsIn = every_line
    leg_profiles: Mapping[str, Profile] = field(default_factory=dict)
    driver: Driver | None = None
    may_order: bool = True
    pause: float = 0.0

    def profile_of(self, leg: Leg) -> Profile:
        """The leg's own, or the run's. It is one person: who refuses consent refuses on every device."""
        own = self.leg_profiles[leg.profile] if leg.profile else self.profile
        return replace(own, consent="denied") if self.profile.consent == "denied" else own

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Those under which a browser of this run works."""
        used = [self.profile_of(leg) for leg in self.run.scenario.legs if not leg.is_away]
        return tuple({profile.id: profile for profile in used}.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """A raw recording, for memory only, and its pictures by the name the recording calls them."""

    recording: Recording
    screenshots: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteRecording:
    """What belongs to no recording: server calls that fit no run (empty run ID) or came after their run's end."""

    late_or_orphan: tuple[tuple[Exchange, str], ...]
    refused_hosts: tuple[str, ...]
