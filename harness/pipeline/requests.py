"""What is asked of the pipeline, and what does it answer?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from harness.errors import ExitCode
from harness.model.recording import Origin
from harness.model.result import Severity, SuiteResult
from harness.model.spec import VendorSpec

Specs = Mapping[str, VendorSpec]


class Progress(Protocol):
    def say(self, run_id: str, text: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What the command line asks for. Without `scenarios` it is the embedded shop.

    `faults` and `wirings` concern embedded sites only; `vendors` are those to be judged, all of the scenario if empty;
    `profiles_from` is a folder with profiles of the user's own, `waivers` a file of them. A run that does not pass is
    tried again, `retries` times; `slow_mo`, `trace`, `keep_open` and `until_step` help to see why (see
    `RecordSettings`). On live sites, orders are placed on the hosts of `allow_orders` only, pages are at least `pause`
    seconds apart, and there are at most `most_runs` of each. `egress_port` is where a backend that somebody else
    started may be heard.
    """

    out: Path
    scenarios: tuple[Path, ...] = ()
    profiles: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    workers: int = 2
    browser: str = ""
    headed: bool = False
    enforcer: str = "auto"
    lists: str = "installed"
    fail_on: Severity = Severity.ERROR
    environment: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    wirings: tuple[str, ...] = ()
    profiles_from: Path | None = None
    waivers: Path | None = None
    retries: int = 0
    slow_mo: float = 0.0
    trace: bool = False
    keep_open: bool = False
    until_step: int = 0
    allow_orders: tuple[str, ...] = ()
    pause: float = 1.0
    most_runs: int = 20
    egress_port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRequest:
    """Files of a visit that other programs saved, and what is said of it.

    `server` are files of what the site's servers sent. `origins` say who sent what came in by a port of the proxy that
    saved a flow file; port 0 stands for every port.
    """

    files: tuple[Path, ...] = ()
    server: tuple[Path, ...] = ()
    scenario: Path | None = None
    visit: Path | None = None
    origins: Mapping[int, Origin] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteOutcome:
    """The judged suite, the folder of its report, what the process should answer to the shell, and the `documents` that
    were written for a client."""

    result: SuiteResult
    folder: Path
    exit_code: ExitCode
    documents: tuple[Path, ...] = ()
