"""What does a visit cost under the harness, compared with the same visit in Playwright alone?

Both drive the headless shell through the journey of the demo's `shop-direct`, with the same steps and the same number
of contexts side by side, and the browser, the shop and Playwright are already there when the clock starts; it stops
when the last visit is over. Alone means: the shop over TLS without a proxy, no pictures, no data layer, no cookies, no
waiting for late calls, nothing written. Vendors' hosts answer there with the least that makes tags content, and the
shop's own calls to vendors end inside its process, so the pages do the same in both.

Under the harness the clock covers the self-check of each browser, proxy and stand-ins, evidence after every step, the
wait for late calls of page and server, redaction and the recording on disk; not the judging.

`ublock` alone is not possible, so there the blocked tags' hosts do not resolve.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from statistics import median

from benches.bare_visits import bare_browser, travel
from benches.runner import Mode, publish, ratio, rounds, table
from benches.visits import Harness, copies, planned
from harness.demo import VENDORS
from harness.record.browsers import choose_browser, find_browsers

VISITS = {1: 2, 4: 4}
TAG_HOSTS = tuple(dict.fromkeys(script.host for vendor in VENDORS.values() for script in vendor.scripts))
PROFILES = {"none": (), "ublock": TAG_HOSTS}


async def main(count: int) -> None:
    shell = choose_browser("headless-shell", headed=False, enforcer="proxy", found=find_browsers())
    modes: dict[str, Mode] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        async with AsyncExitStack() as stack:
            for profile, unresolved in PROFILES.items():
                folder = Path(temporary) / profile
                folder.mkdir()
                browser = await stack.enter_async_context(
                    bare_browser(shell, folder=folder, site_options='{"wiring": "direct"}', unresolved=unresolved)
                )
                for workers, visits in VISITS.items():
                    scenarios = copies(folder, visits)
                    harness = Harness(out=folder / "out", workers=workers, profile=profile)
                    visited = planned(scenarios)
                    modes[f"{profile}, {workers}, alone"] = partial(travel, browser, visited, workers=workers)
                    modes[f"{profile}, {workers}, harness"] = partial(harness.visits, scenarios)
            figures = await rounds(modes, count)
    rows = []
    for profile in PROFILES:
        for workers, visits in VISITS.items():
            alone, under = (f"{profile}, {workers}, {mode}" for mode in ("alone", "harness"))
            per_visit = (f"{median(figures[mode]) / visits:.2f} s" for mode in (alone, under))
            rows.append([profile, str(workers), *per_visit, f"{ratio(figures, under, alone):.1f}"])
    head = ("Profile", "Workers", "Playwright alone, per visit", "Harness, per visit", "Ratio")
    publish("A visit with and without the harness", table(head, rows), f"28 steps a visit, {count} rounds.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    asyncio.run(main(parser.parse_args().rounds))
