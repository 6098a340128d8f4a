"""How fast are recordings judged again, and how large are they?

The demo is recorded once, and its recordings are copied until there are a few thousand exchanges. Then they are read
only; read, decoded, compared and checked; and all that with the report written in every format. Alike recordings are
fair here: nothing is remembered from one to the next but compiled patterns and schemas.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benches.runner import Mode, publish, ratio, rounds, table
from benches.visits import Stopwatch
from harness import pipeline
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.result import Severity
from harness.pipeline.judging import judged
from harness.record.storage import NETWORK_FILE, RECORDING_FILE, read_recording

EXCHANGES = 4_000


async def main(count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        request = pipeline.RunRequest(out=folder / "demo", lists="own", environment=dict(os.environ))
        await asyncio.to_thread(pipeline.run_suite, request, Stopwatch())
        recorded = sorted((folder / "demo" / "recordings").iterdir())
        sizes = _sizes(recorded, [folder / "demo" / "index.html", *(folder / "demo" / "runs").glob("*.html")])
        copied, exchanges = _copies(recorded, folder / "many")
        specs = load_vendor_specs(packaged_specs())
        modes = {
            "read": _timed(lambda: [read_recording(path) for path in copied]),
            "judge": _timed(lambda: judged(copied, folder, specs, title="Bench")),
            "judge and report": _timed(
                lambda: pipeline.audit(copied, folder / "out", fail_on=Severity.ERROR, progress=Stopwatch())
            ),
        }
        figures = await rounds(modes, count)
    rows = [
        [mode, f"{median(seconds):.2f} s", f"{exchanges / median(seconds):,.0f}", f"{ratio(figures, mode, 'read'):.1f}"]
        for mode, seconds in figures.items()
    ]
    speed = table(("What", "Time", "Exchanges a second", "Ratio"), rows)
    about = f"{len(copied)} recordings with {exchanges:,} exchanges, {count} rounds."
    publish("Judging again", speed, about, *sizes)


def _timed(work: Callable[[], object]) -> Mode:
    async def mode() -> float:
        begun = time.perf_counter()
        work()
        return time.perf_counter() - begun

    return mode


def _copies(recorded: list[Path], target: Path) -> tuple[list[Path], int]:
    """Folders with enough exchanges between them, and how many they hold."""
    counts = [len(read_recording(path).exchanges) for path in recorded]
    copied: list[Path] = []
    exchanges = 0
    while exchanges < EXCHANGES:
        number = len(copied) // len(recorded)
        for path, held in zip(recorded, counts, strict=True):
            copied.append(Path(shutil.copytree(path, target / f"{number:03}-{path.name}")))
            exchanges += held
    return copied, exchanges


def _sizes(recorded: list[Path], report: list[Path]) -> tuple[str, str]:
    rows = []
    for path in recorded:
        texts = [(path / name).read_bytes() for name in (RECORDING_FILE, NETWORK_FILE)]
        pictures = [each.read_bytes() for each in path.glob("screenshots/*")]
        packed = sum(len(gzip.compress(content)) for content in (*texts, *pictures))
        rows.append(
            [
                path.name,
                str(len(read_recording(path).exchanges)),
                *(_kilobytes(len(text)) for text in texts),
                f"{_kilobytes(sum(map(len, pictures)))} ({len(pictures)})",
                _kilobytes(packed),
            ]
        )
    head = ("Recording", "Exchanges", RECORDING_FILE, NETWORK_FILE, "Pictures", "All, gzipped")
    size = sum(page.stat().st_size for page in report)
    return table(head, rows), f"The report of these {len(recorded)} is {_kilobytes(size)}."


def _kilobytes(size: int) -> str:
    return f"{size / 1000:,.0f} kB"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    asyncio.run(main(parser.parse_args().rounds))
