"""Which filter lists are on this machine, and how are newer ones got?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from harness.errors import InputError, Mistake
from harness.load.documents import close_match
from harness.pipeline.recording import cache_folder
from harness.record.blocking.lists import OWN_LISTS, installed
from harness.record.blocking.updates import ADDRESSES, Update, fetched, update

_DAY = 24 * 3600


def update_lists(
    names: Sequence[str],
    *,
    environment: Mapping[str, str],
    pins: Mapping[str, str],
    addresses: Mapping[str, str],
    is_forced: bool,
) -> Iterator[Update]:
    """Fetch the lists named, or all that are known, one after the other."""
    wanted = tuple(dict.fromkeys(names)) or tuple(ADDRESSES)
    mistakes = [
        Mistake(
            file="lists update",
            found=f'unknown filter list "{name}"',
            expected=f"one of {', '.join(ADDRESSES)}",
            remedy=close_match(name, ADDRESSES),
        )
        for name in dict.fromkeys((*wanted, *pins, *addresses))
        if name not in ADDRESSES
    ]
    if mistakes:
        raise InputError(mistakes)
    return (
        update(
            name,
            cache_folder(environment) / "lists",
            now=time.time(),
            address=addresses.get(name, ""),
            pin=pins.get(name, "").lower(),
            is_forced=is_forced,
        )
        for name in wanted
    )


def lists_shown(environment: Mapping[str, str], now: float) -> Iterator[tuple[str, str]]:
    """Each known list by name: what a profile that names it gets on this machine."""
    cache = cache_folder(environment) / "lists"
    for name in ADDRESSES:
        try:
            found = installed(name, cache)
        except InputError as error:
            yield name, f"unsound: {error}"
            continue
        if found is None:
            yield name, "missing" + ("; a short list of our own stands in" if name in OWN_LISTS else "")
            continue
        noted = fetched(name, cache) if found.info.origin == "cache" else None
        days = (now - (noted.fetched_at if noted else found.modified_at)) / _DAY
        info = found.info
        version = f" {info.version}" if info.version else ""
        due = ", due" if noted and noted.expires_at and noted.expires_at < now else ""
        yield (
            name,
            (
                f"{info.title}{version}, {info.rules} rules, from {info.origin} ({found.path}), "
                f"{days:.0f} days old{due}, sha256 {info.sha256}"
            ),
        )
