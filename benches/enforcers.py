"""What does it cost to let a whole browser block with an extension, rather than the proxy for the headless shell?

The same visits under the same blocking profile, both through the harness. A whole Chromium is started for every run,
because extensions belong to a browser profile; the shell is shared. The clock covers the whole command, from the
start of the proxy to the report.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from benches.runner import Mode, publish, ratio, rounds, table
from benches.visits import Harness, copies

VISITS = 4
WORKERS = (1, 2)
ENFORCERS = {"proxy": "headless-shell", "extension": "chromium"}


async def main(count: int) -> None:
    modes: dict[str, Mode] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        scenarios = copies(folder, VISITS)
        for workers in WORKERS:
            for enforcer, browser in ENFORCERS.items():
                harness = Harness(
                    out=folder / "out", workers=workers, profile="ublock", browser=browser, enforcer=enforcer
                )
                modes[f"{workers}, {enforcer}"] = partial(harness.whole, scenarios)
        figures = await rounds(modes, count)
    rows = [
        [
            str(workers),
            *(f"{median(figures[f'{workers}, {enforcer}']):.1f} s" for enforcer in ENFORCERS),
            f"{ratio(figures, f'{workers}, extension', f'{workers}, proxy'):.1f}",
        ]
        for workers in WORKERS
    ]
    head = ("Workers", "Proxy, headless shell", "Extension, whole Chromium", "Ratio")
    publish("Who blocks", table(head, rows), f"{VISITS} visits under `ublock`, the whole command, {count} rounds.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    asyncio.run(main(parser.parse_args().rounds))
