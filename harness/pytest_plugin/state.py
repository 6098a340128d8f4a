"""What do the tests of one pytest process share, and what comes of all of them?"""

from __future__ import annotations

import os
import re
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.model.result import RunResult, Severity
    from harness.pipeline import RunRequest, TestSession

FLAKY = "conversion_flaky"
# A file with one of these keys is meant to be a scenario, however broken; one with `steps` is there to be used by them.
_SCENARIO = re.compile(rb"^(scenario|journey|legs):", re.MULTILINE)
_WILD = re.compile(r"(\*\*/|\*|\?)")


STATE = pytest.StashKey["State"]()


class _Silent:
    """What a run does at the moment is nothing for pytest's output."""

    def say(self, run_id: str, text: str) -> None:
        return


@contextmanager
def _quietly() -> Iterator[None]:
    """What the harness's packages warn of when they are imported is no affair of somebody else's tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class State:
    """Beside every pytest configuration; it does nothing until something asks for `session`."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        worker: dict[str, Any] = getattr(config, "workerinput", {})
        self.suite_id: str = worker.get("conversion_suite") or secrets.token_hex(5)
        self.shares: list[dict[str, Any]] = []
        self.summary: list[str] = []
        self.files: dict[str, str] = {}
        self.markers: set[str] = set()

    def is_meant(self, path: Path, parent: pytest.Collector) -> bool:
        """Whether a file is named on the command line, or fits a pattern of `conversion_scenarios`."""
        root = self._config.rootpath
        if parent.session.isinitpath(path):
            return True
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
        return any(_fits(name, pattern) for pattern in self._config.getini("conversion_scenarios"))

    @property
    def fail_on(self) -> Severity:
        return self._request.fail_on

    @property
    def report(self) -> Path:
        return self._request.out / "index.html"

    @cached_property
    def _request(self) -> RunRequest:
        with _quietly():
            from harness.model.result import Severity
            from harness.pipeline import RunRequest
        said = self._config.getoption
        waivers = said("conversion_waivers")
        return RunRequest(
            out=Path(said("conversion_out")),
            vendors=tuple(said("conversion_vendor")),
            workers=1,
            browser=said("conversion_browser"),
            headed=said("conversion_headed"),
            lists=said("conversion_lists"),
            fail_on=Severity(said("conversion_fail_on")),
            environment=dict(os.environ),
            retries=said("conversion_retries"),
            trace=said("conversion_trace"),
            waivers=Path(waivers) if waivers else None,
        )

    @property
    def session(self) -> TestSession:
        # Every test has filters of its own. Were warnings errors to it, those of the proxy would cut connections.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="mitmproxy")
        return self._session

    @cached_property
    def _session(self) -> TestSession:
        with _quietly():
            from harness.pipeline import TestSession
        return TestSession(self._request, self.suite_id, _Silent())

    def read_waivers(self) -> None:
        from harness.errors import InputError

        try:
            self.session.read_waivers()
        except InputError as error:
            raise pytest.UsageError(*map(str, error.mistakes)) from None

    def failure_of(self, run: RunResult) -> str:
        """Why the run does not pass; empty for one that does."""
        from harness.pipeline import failure_text

        return failure_text(run, self.fail_on, str(self.report))

    def finished(self) -> dict[str, Any] | None:
        """End what runs; the share of this process, or none if it recorded nothing."""
        if "_session" not in self.__dict__:
            return None
        share = self.session.close()
        return asdict(share) if share.runs else None

    def reported(self) -> bool:
        """Write the report on everything; True if it has a failure that no test had, or a waiver that is over."""
        if not self.shares:
            return False
        with _quietly():
            from harness.pipeline import Share, tried_again
        shares = [Share(**share) for share in self.shares]
        outcome, unseen = self.session.report(shares)
        for run in unseen:
            self.summary += ["only beside the other runs:", *self.failure_of(run).splitlines()]
        notices = outcome.result.notices
        waived = sum(finding.waived is not None for finding in outcome.result.findings)
        self.summary += [f"waived findings: {waived}; the report says why and until when"] if waived else []
        self.summary += [f"{each.severity}: {each.place}: {each.message} {each.remedy}" for each in notices]
        again = tried_again(outcome.result.runs)
        self.summary += [f"{run.scenario} [{run.profile}]: {told}" for run, told in again if run.is_flaky]
        if any(run.traces for run in outcome.result.runs):
            told = "hold every cookie, token and typed value: do not share them"
            self.summary.append(f"traces in {outcome.folder / 'traces'} {told}")
        self.summary.append(f"report: {outcome.folder / 'index.html'}")
        return bool(unseen) or any(each.severity.weight >= self.fail_on.weight for each in notices)


def looks_like_a_scenario(path: Path) -> bool:
    """Told from its text alone, so that a broken one is told of, and other people's YAML costs nothing."""
    try:
        return _SCENARIO.search(path.read_bytes()) is not None
    except OSError:
        return False


def _fits(name: str, pattern: str) -> bool:
    kinds = {"**/": "(.*/)?", "*": "[^/]*", "?": "[^/]"}
    parts = (kinds.get(part) or re.escape(part) for part in _WILD.split(pattern))
    return re.fullmatch("".join(parts), name) is not None
