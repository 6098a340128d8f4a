"""How is a visit recorded and judged that a test drives by itself?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from typing import Any

from harness.errors import RecordingError
from harness.model.persona import Persona
from harness.model.result import RunResult
from harness.model.scenario import Run, Step
from harness.personas import make_persona
from harness.pipeline.attempts import recorded
from harness.pipeline.background import Background
from harness.pipeline.planning import Plan
from harness.pipeline.recording import site_setup
from harness.pipeline.requests import Progress, RunRequest
from harness.plan import click_ids_of, seed_of
from harness.record.driver import OtherThread, Page, Playwright, connected
from harness.record.network import Network
from harness.record.session import SuiteRecording


class DrivenVisit:
    """A browser to drive between `begin` and `end`; the recording goes on in the background meanwhile."""

    def __init__(
        self,
        *,
        run: Run,
        plan: Plan,
        request: RunRequest,
        network: Network,
        background: Background,
        progress: Progress,
        judge: Callable[[], RunResult],
        playwright: Callable[[], Playwright | None],
    ) -> None:
        self._run = run
        self._driver = driver = OtherThread()
        self._work = recorded((run,), plan, request, progress, network, driver)
        self._background = background
        self._judge = judge
        self._playwright = playwright
        self._stack = ExitStack()
        self._recording: Future[SuiteRecording] = Future()
        self._page: Page | None = None
        self.site_url = site_setup(run.scenario.snapshot.site).url
        self.persona: Persona = make_persona(seed_of(run), click_ids_of(run.scenario.snapshot, plan.specs))

    def begin(self) -> None:
        """Return as soon as the browser has proven its protection; raises when there is no browser to drive."""
        self._recording = self._background.begin(self._work)
        self._recording.add_done_callback(lambda recording: self._driver.ended(None))
        try:
            self._driver.endpoint.result()
        except RecordingError:
            self._recording.result()  # what makes any recording impossible is told as it is
            raise RecordingError("; ".join(self._judge().reasons)) from None
        except BaseException:
            self._background.end(self._recording)
            raise

    @property
    def endpoint(self) -> str:
        return self._driver.endpoint.result()

    @property
    def page(self) -> Page:
        if self._page is None:
            self._page = self._stack.enter_context(connected(self.endpoint, self._playwright()))
        return self._page

    def take(self, verb: str, arguments: Mapping[str, Any]) -> None:
        """Take a step between two of the test's own; raises when it cannot be taken."""
        self._driver.take(Step(verb=verb, arguments=dict(arguments), place=self._run.scenario.place))

    def end(self, broken: str = "") -> RunResult:
        """What the whole visit comes to. `broken` says why it did not reach its end."""
        try:
            self._stack.close()
            if not broken:
                with suppress(RecordingError):  # it becomes the visit's breakdown
                    self.take("screenshot", {})
            self._driver.leave(broken)
            self._recording.result()
        except BaseException:
            self._background.end(self._recording)
            raise
        return self._judge()

    def abandon(self) -> None:
        """End the browser and wait for nothing else: somebody wants to stop."""
        self._stack.close()
        self._background.end(self._recording)
