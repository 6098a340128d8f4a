"""The demo's journey in Playwright alone: no proxy, no evidence, nothing written."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from benches.bare_site import certificate
from harness.model.persona import Persona
from harness.model.recording import Exchange
from harness.model.scenario import Run
from harness.record.backend import Backend
from harness.record.browsers import FoundBrowser
from harness.record.consenting import with_answers
from harness.record.launching import launch_arguments
from harness.record.site_process import SiteProcess
from harness.record.steps import STEP_VERBS, Visit
from harness.record.uploads import Uploads, every_line, fetched
from harness.record.variables import filled, starting_variables
from harness.record.visit import Device


@asynccontextmanager
async def bare_browser(
    found: FoundBrowser, *, folder: Path, site_options: str, unresolved: Sequence[str] = ()
) -> AsyncIterator[Browser]:
    """A browser to which every host is the bare site, but for the `unresolved` ones, which do not exist."""
    path, spki = certificate(folder)
    command = (sys.executable, "-m", "benches.bare_site", "--options", site_options, "--certificate", str(path))
    async with SiteProcess(command, environment={}) as site, async_playwright() as playwright:
        blocked = [f"MAP {host} ~NOTFOUND" for host in unresolved]
        rules = ",".join([*blocked, f"MAP * 127.0.0.1:{site.port}"])
        arguments = [each for each in launch_arguments(spki) if not each.startswith("--host-resolver-rules")]
        browser = await playwright.chromium.launch(
            executable_path=found.path, args=[*arguments, f"--host-resolver-rules={rules}"]
        )
        try:
            yield browser
        finally:
            await browser.close()


class _Nothing:
    """Nobody watches these visits."""

    def exchanges(self) -> Sequence[Exchange]:
        return ()

    def has_call(self, vendor: str, event: str, channel: str) -> bool:
        return False


async def travel(browser: Browser, visits: Sequence[tuple[Run, Persona]], *, workers: int) -> float:
    """Seconds for all visits, each in a context of its own."""
    gate = asyncio.Semaphore(workers)

    async def visit(run: Run, persona: Persona) -> None:
        async with gate:
            await _visit(browser, run, persona)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for run, persona in visits:
            group.create_task(visit(run, persona))
    return time.perf_counter() - begun


async def _visit(browser: Browser, run: Run, persona: Persona) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    page = await context.new_page()
    backend = Backend(site_url="https://www.corner-shop.test")
    visit = Visit(
        device=Device(tabs=[page], open_tab=context.new_page, cut_off=context.set_offline),
        site_url="https://www.corner-shop.test",
        data_layer="window.dataLayer",
        timeout=15.0,
        clock=time.time,
        variables=starting_variables(persona, run.scenario.variables),
        backend=backend,
        surveyor=_Nothing(),
        answer=lambda chosen: None,
        uploads=Uploads(
            run_id=run.id,
            persona=persona,
            rows_in=every_line,
            get=lambda address: fetched(backend, address, timeout=15.0),
        ),
    )
    steps = (step for leg in run.scenario.legs for step in leg.steps)
    for step in with_answers(tuple(steps), run.scenario.consent, "granted"):
        await STEP_VERBS[step.verb](visit, filled(step.arguments, visit.variables))
    await page.goto("about:blank")
    await context.close()
