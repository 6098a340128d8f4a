"""A pause ages what a device remembers, and nothing else."""

from __future__ import annotations

from typing import Any

from playwright.async_api import StorageState

from harness.record.returning import Memory, aged

DAY = 24 * 3600.0
NOW = 1_795_000_000.0


def memory(**expires: float) -> Memory:
    cookies: Any = [{"name": name, "value": "1", "expires": until} for name, until in expires.items()]
    origins: Any = [{"origin": "https://shop.example", "localStorage": [{"name": "a", "value": "1"}]}]
    return Memory(state=StorageState(cookies=cookies, origins=origins), at=NOW)


def left(found: Memory) -> dict[str, float]:
    return {str(cookie.get("name")): cookie.get("expires", 0) - NOW for cookie in found.state.get("cookies", [])}


def test_cookies_come_nearer_to_their_end_and_those_beyond_it_are_gone() -> None:
    found = aged(memory(session=-1, hour=NOW + 3600, week=NOW + 7 * DAY), gap=2 * DAY)
    assert left(found) == {"session": -1 - NOW, "week": 5 * DAY}


def test_what_scripts_stored_is_deleted_after_the_days_of_the_profile() -> None:
    assert aged(memory(), gap=8 * DAY, storage_days=7).state.get("origins") == []
    assert aged(memory(), gap=6 * DAY, storage_days=7).state.get("origins") != []
    assert aged(memory(), gap=80 * DAY).state.get("origins") != []
