"""A browser is installed only when there is none, in the gentlest way that works, and Playwright has to start first."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.browser_setup import _run, set_up
from harness.errors import ExitCode
from harness.record.browsers import FoundBrowser

NO_LIBRARY = "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file"
BROWSER = FoundBrowser(path=Path("/opt/chromium"), flavour="chromium", version="156.0", origin="system")


@dataclass
class Machine:
    """Commands whose text holds one of `works` succeed; one that holds `brings` makes a browser appear.

    Playwright starts, unless there is a `fault`, which an installed `cure` takes away.
    """

    works: tuple[str, ...] = ()
    brings: str = "nothing"
    fault: str = ""
    cure: str = "libatomic1"
    browser: bool = False
    commands: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def find(self) -> tuple[FoundBrowser, ...]:
        return (BROWSER,) if self.browser else ()

    def run(self, command: Sequence[str], seconds: float, variables: Mapping[str, str]) -> bool:
        text = " ".join(command)
        self.commands.append(text.replace(sys.executable, "python"))
        self.browser = self.browser or self.brings in text
        self.fault = "" if self.cure in text else self.fault
        return any(word in text for word in self.works)

    def set_up(self, privilege: tuple[str, ...] | None = ()) -> ExitCode:
        return set_up(self.find, lambda: self.fault, self.run, self.said.append, privilege)


def test_a_browser_that_is_there_is_enough() -> None:
    machine = Machine(browser=True)
    assert machine.set_up() == ExitCode.PASSED
    assert machine.commands == []
    assert machine.said == ["browser: chromium 156.0 (/opt/chromium)"]


def test_a_library_that_playwright_lacks_is_installed_though_a_browser_is_there() -> None:
    machine = Machine(browser=True, fault=NO_LIBRARY)
    assert machine.set_up() == ExitCode.PASSED
    assert machine.commands == ["apt-get update -q", "apt-get install -y -q --no-install-recommends libatomic1"]


@pytest.mark.parametrize(("fault", "privilege"), [(NO_LIBRARY, None), (NO_LIBRARY, ()), ("no such file", ())])
def test_a_playwright_that_does_not_start_is_told_before_anything_is_downloaded(
    fault: str, privilege: tuple[str, ...] | None
) -> None:
    machine = Machine(browser=True, fault=fault, cure="nothing cures it")
    assert machine.set_up(privilege) == ExitCode.INCONCLUSIVE
    assert not any("playwright install" in command for command in machine.commands)
    assert fault in machine.said[-1]
    assert ("apt-get install libatomic1" in machine.said[-1]) == (fault == NO_LIBRARY)


def test_playwright_is_asked_first() -> None:
    machine = Machine(works=("playwright",), brings="playwright")
    assert machine.set_up() == ExitCode.PASSED
    assert machine.commands == ["python -m playwright install chromium"]


@pytest.mark.parametrize("works", [("update", "headless-shell"), ("playwright", "update", "headless-shell")])
def test_the_system_is_asked_when_the_download_fails_or_does_not_start(works: tuple[str, ...]) -> None:
    machine = Machine(works=works, brings="apt-get install")
    assert machine.set_up(("sudo", "-n")) == ExitCode.PASSED
    assert machine.commands[1:] == [
        "sudo -n apt-get update -q",
        "sudo -n apt-get install -y -q --no-install-recommends chromium-headless-shell chromium fonts-dejavu-core",
    ]


def test_a_system_without_the_headless_shell_gets_the_whole_browser() -> None:
    machine = Machine(
        works=("install -y -q --no-install-recommends chromium fonts",), brings="recommends chromium fonts"
    )
    assert machine.set_up() == ExitCode.PASSED
    assert machine.commands[-1].endswith("recommends chromium fonts-dejavu-core")


def test_without_any_way_the_user_is_told_what_to_do() -> None:
    machine = Machine()
    assert machine.set_up(None) == ExitCode.INCONCLUSIVE
    assert machine.commands == ["python -m playwright install chromium"]
    assert "playwright install --with-deps chromium" in machine.said[-1]
    assert "sudo apt-get install" in machine.said[-1]


def test_a_command_is_stopped_with_its_children_when_its_time_is_over(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    child = f"import time, pathlib; time.sleep(1); pathlib.Path({str(mark)!r}).touch()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert not _run((sys.executable, "-c", parent), 0.4, {})
    time.sleep(1.2)
    assert not mark.exists()


def test_a_command_that_is_not_there_is_a_failure() -> None:
    assert not _run(("no-such-command-anywhere",), 1, {})
