"""How does a test that drives a browser itself have its visit recorded and judged?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urljoin

import pytest

from harness.errors import HarnessError
from harness.model.persona import Persona
from harness.model.result import Finding, RunResult, Verdict
from harness.model.scenario import Place
from harness.pytest_plugin.state import State


class ConversionHarness:
    """What the fixture `conversion_harness` is."""

    def __init__(self, state: State, request: pytest.FixtureRequest) -> None:
        self._state = state
        self._request = request
        self._visits: list[Visit] = []

    @property
    def server_environment(self) -> Mapping[str, str]:
        """What to add to the environment of the site's backend, so that its server calls are recorded."""
        return self._state.session.server_environment

    def visit(
        self,
        site: str | Mapping[str, Any],
        vendors: Sequence[str] | Mapping[str, Mapping[str, Any]],
        *,
        profile: str | Sequence[str] = "none",
        persona: Mapping[str, str] | None = None,
        server_calls: Mapping[str, Any] | None = None,
        playwright: Any = None,
    ) -> Visit:
        """A context manager. `site` is an address; what else can be said of it, of vendors, of the persona and of
        server calls is as in scenario files.

        `profile` is one, or several that one visitor has. `playwright` is a running synchronous Playwright; that of
        pytest-playwright is found.
        """
        told = self._told(site, vendors, profile)
        told |= {"persona": dict(persona)} if persona else {}
        told |= {"server_calls": dict(server_calls)} if server_calls else {}
        self._visits.append(Visit(self._state, self._request, told, playwright))
        return self._visits[-1]

    def tell_of_what_nobody_asked(self) -> None:
        """A visit that did not pass, and whose result the test never looked at, does not pass by being overlooked."""
        failures = [visit.failure for visit in self._visits if visit.failure and not visit.is_seen]
        if failures:
            pytest.fail("\n\n".join(["the test did not look at the result of its visit", *failures]), pytrace=False)

    def _told(
        self,
        site: str | Mapping[str, Any],
        vendors: Sequence[str] | Mapping[str, Mapping[str, Any]],
        profile: str | Sequence[str],
    ) -> dict[str, Any]:
        node = self._request.node
        digest = hashlib.sha256(f"{node.nodeid} {len(self._visits)}".encode()).hexdigest()[:6]
        name = re.sub("[^a-z0-9]+", "-", node.name.lower()).strip("-")[:60].strip("-")
        given = vendors if isinstance(vendors, Mapping) else {vendor: {} for vendor in vendors}
        return {
            "scenario": f"{name}-{digest}",
            "title": node.nodeid,
            "site": {"url": site} if isinstance(site, str) else dict(site),
            "vendors": {vendor: dict(entry) for vendor, entry in given.items()},
            "profiles": [profile if isinstance(profile, str) else list(profile)],
        }


@contextmanager
def _without_traceback(told: str) -> Iterator[None]:
    """What keeps a visit from being recorded is told in words; no line of Python would explain it better."""
    try:
        yield
    except HarnessError as error:
        raise pytest.fail.Exception(f"{told}: {error}", pytrace=False) from None


class Visit:
    """A browser to drive inside the context, and what became of it afterwards."""

    def __init__(self, state: State, request: pytest.FixtureRequest, told: dict[str, Any], playwright: Any) -> None:
        self._state = state
        self._request = request
        self._told = told
        self._playwright = playwright
        self.is_seen = False
        self.failure = ""
        self._driven: Any = None
        self._judged: RunResult | None = None

    def __enter__(self) -> Self:
        file, line, _ = self._request.node.location
        place = Place(file=file, line=(line or 0) + 1, column=1)
        with _without_traceback("the visit could not begin"):
            self._driven = self._state.session.visit(self._told, place, self._running_playwright)
            self._driven.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_seen = kind is not None
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            self._driven.abandon()
            return
        # Only the kind of what went wrong: its text may hold what the visitor typed.
        self._judged = self._driven.end("" if kind is None else f"the test itself ended with {kind.__name__}")
        self.failure = self._state.failure_of(self._judged)

    @property
    def page(self) -> Any:
        """Playwright's synchronous page."""
        return self._driven.page

    @property
    def endpoint(self) -> str:
        """Where other clients reach the browser: the address of its Chrome DevTools Protocol."""
        return str(self._driven.endpoint)

    def url(self, path: str = "/") -> str:
        """The address of a path of the site."""
        return urljoin(str(self._driven.site_url), path)

    @property
    def click_ids(self) -> str:
        """The query of a landing by ad clicks, one of each vendor that has any."""
        return urlencode(self.persona.click_ids)

    @property
    def persona(self) -> Persona:
        """Who the visitor is: what to type, so that hashes can be told right from wrong."""
        return self._driven.persona  # type: ignore[no-any-return]  # the pipeline is imported only when needed

    def order(
        self,
        order_id: str,
        *,
        value: object = "",
        currency: str = "",
        items: Sequence[Mapping[str, Any]] = (),
        event: str = "purchase",
    ) -> None:
        """What the site confirmed: the ground truth all vendors are held against."""
        self.note()
        told = {"event": event, "order_id": order_id, "value": str(value), "currency": currency, "items": list(items)}
        self.step("conversion", **told)

    def no_conversion(self, event: str) -> None:
        """No such event happened: whoever reports one is wrong."""
        self.step("no_conversion", event=event)

    def consent(self, answer: str) -> None:
        """The visitor has answered the question of consent: `granted`, `denied` or `withdrawn`."""
        self.step("consent", answer=answer, known=True)

    def note(self) -> None:
        """Keep a picture, the data layer and the cookies of this moment."""
        self.step("screenshot")

    def step(self, verb: str, **arguments: Any) -> None:
        """Any step of scenario files, between two actions of the test."""
        with _without_traceback("the visit broke off"):
            self._driven.take(verb, arguments)

    @property
    def result(self) -> RunResult:
        """The whole judgement; there is none before the visit has ended."""
        if self._judged is None:
            pytest.fail("the visit is still under way: look at its result after the with block", pytrace=False)
        self.is_seen = True
        return self._judged

    @property
    def verdict(self) -> Verdict:
        return self.result.verdict

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.result.findings

    def assert_passed(self) -> None:
        """Fail the test, on one screen and without a traceback, unless the visit passed."""
        if self.result and self.failure:
            pytest.fail(self.failure, pytrace=False)

    def _running_playwright(self) -> Any:
        if self._playwright is not None:
            return self._playwright
        try:
            return self._request.getfixturevalue("playwright")
        except pytest.FixtureLookupError:
            return None
