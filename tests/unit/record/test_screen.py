"""Where no window can be shown, that is told before anything starts, with what is missing and what to do."""

from __future__ import annotations

import pytest

from harness.errors import RecordingError
from harness.record.screen import demand_screen, lacks_screen, no_such_screen


@pytest.mark.parametrize(
    ("environment", "platform", "lack"),
    [
        ({}, "linux", "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        ({"DISPLAY": ""}, "linux", "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        ({"DISPLAY": ":0"}, "linux", ""),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", ""),
        ({}, "darwin", ""),
    ],
)
def test_a_screen_is_known_by_the_environment(environment: dict[str, str], platform: str, lack: str) -> None:
    assert lacks_screen(environment, platform) == lack


def test_no_screen_is_told_with_what_is_missing_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.record.screen.lacks_screen", lambda: "no DISPLAY")
    with pytest.raises(RecordingError, match="no screen to show a browser on: no DISPLAY; run it where you sit, or un"):
        demand_screen()
    monkeypatch.setattr("harness.record.screen.lacks_screen", lambda: "")
    demand_screen()


def test_a_screen_that_does_not_answer_is_told_from_another_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":98")
    told = no_such_screen("closed\n║ Looks like you launched a headed browser without having a XServer running. ║\n")
    assert str(told).startswith('there is no screen to show a browser on: nothing answers at DISPLAY=":98"; run it')
    assert no_such_screen("Executable doesn't exist") is None
