"""Does a profile decide about the requests of real visits as the blocker it acts for?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from harness.errors import InputError, Mistake
from harness.load.profiles import load_profiles
from harness.model.recording import Origin
from harness.pipeline.judging import recordings_in
from harness.pipeline.recording import cache_folder
from harness.record.blocking.engine import RequestFacts
from harness.record.real_blocker import TYPES, Comparison, compared, find_firefox
from harness.record.storage import read_recording

_PROFILE = "ublock"


def verified_blocking(folders: Sequence[Path], *, firefox: str, environment: Mapping[str, str]) -> Iterator[Comparison]:
    """What browsers sent in these recordings, request by request, as we and a real uBlock Origin decide about it."""
    program = find_firefox(firefox)
    requests = [
        RequestFacts(url=exchange.request.url, page=exchange.page, type=exchange.type)
        for folder in folders
        for path in recordings_in(folder)
        for exchange in read_recording(path).exchanges
        if exchange.origin is Origin.BROWSER and exchange.type in TYPES
    ]
    if not requests:
        found = "no request of a browser in these recordings"
        raise InputError([Mistake(file=str(folders[0]), found=found, expected="a visit without blocking")])
    return compared(requests, load_profiles()[_PROFILE], program, cache_folder(environment) / "authority")
