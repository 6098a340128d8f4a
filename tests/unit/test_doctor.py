"""Each lack is found and comes with the command that mends it."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest

from harness import doctor
from harness.record.blocking.lists import KNOWN_LISTS
from harness.record.browsers import FoundBrowser

SHELL = FoundBrowser(path=Path("/opt/shell"), flavour="headless-shell", version="156.0", origin="system")
CHROMIUM = FoundBrowser(path=Path("/opt/chromium"), flavour="chromium", version="156.0", origin="system")


def test_this_machine_can_be_examined_without_a_browser() -> None:
    answers = doctor.examine(lambda: ())
    assert not doctor.is_fit(answers)
    (browser,) = [answer for answer in answers if answer.subject == "browser"]
    assert browser.remedy.endswith("-m harness.browser_setup")


def test_a_playwright_that_is_installed_and_does_not_start_makes_a_run_impossible() -> None:
    fault = "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file"
    answers = doctor.examine(lambda: (CHROMIUM,), fault=lambda: fault)
    assert not doctor.is_fit(answers)
    (playwright,) = [answer for answer in answers if not answer.good and answer.needed]
    assert fault in playwright.found
    assert playwright.remedy.startswith("apt-get install libatomic1")


def test_the_headless_shell_is_enough_for_a_run_but_shows_no_window() -> None:
    answers = doctor.browser_answers((SHELL,))
    assert [answer.good for answer in answers] == [True, False]
    assert doctor.is_fit(answers)


def test_a_whole_browser_can_show_a_window() -> None:
    answers = doctor.browser_answers((SHELL, CHROMIUM))
    assert all(answer.good for answer in answers)
    assert answers[0].found == "headless-shell 156.0 (/opt/shell), chromium 156.0 (/opt/chromium)"


def test_firefox_and_webkit_are_shown_and_not_needed() -> None:
    firefox = FoundBrowser(path=Path("/p/firefox"), flavour="firefox", version="159.0", origin="playwright")
    answer = doctor.engines_answer((firefox,))
    assert answer.found == "firefox 159.0 (/p/firefox), no webkit of Playwright's"
    assert answer.remedy.endswith("-m playwright install --with-deps webkit")
    assert doctor.is_fit((answer,))


def test_an_old_python_and_a_missing_package_are_told() -> None:
    assert doctor.python_answer((3, 10, 2)).remedy == "make setup PYTHON=python3.11"
    assert doctor.python_answer((3, 11, 0)).good
    assert doctor.packages_answer(("click", "no-such-package")).remedy.endswith("-m pip install no-such-package")
    assert doctor.packages_answer(("click",)).good


@pytest.mark.parametrize(("day", "good"), [("2026-12-01", True), ("2027-11-01", False)])
def test_filter_lists_have_an_age(tmp_path: Path, day: str, good: bool) -> None:
    path = tmp_path / KNOWN_LISTS["easylist"]
    path.parent.mkdir(parents=True)
    path.touch()
    noon = datetime.datetime(2026, 11, 20, 12).timestamp()
    os.utime(path, (noon, noon))
    answer = doctor.lists_answer((tmp_path / "gone", tmp_path), datetime.date.fromisoformat(day))
    assert answer.found == f"1 of {len(KNOWN_LISTS)} in {tmp_path}, of 2026-11-20"
    assert (answer.good, answer.needed) == (good, False)


def test_fetched_filter_lists_go_before_installed_ones(tmp_path: Path) -> None:
    installed, cache = tmp_path / "installed" / KNOWN_LISTS["easylist"], tmp_path / "cache" / "easylist.txt"
    for path in (installed, cache):
        path.parent.mkdir(parents=True)
        path.touch()
    answer = doctor.lists_answer((tmp_path / "installed",), datetime.date.today(), cache.parent)
    assert answer.found.startswith(f"1 of {len(KNOWN_LISTS)} in {cache.parent}, ")


def test_no_filter_lists_are_no_obstacle(tmp_path: Path) -> None:
    answer = doctor.lists_answer((tmp_path,), datetime.date(2026, 11, 20))
    assert not answer.good
    assert doctor.is_fit((answer,))


def test_a_full_disk_and_a_folder_that_is_not_there_are_told(tmp_path: Path) -> None:
    assert not doctor.disk_answer(1000).good
    assert doctor.disk_answer(10**10).good
    assert doctor.writing_answer(tmp_path).good
    assert doctor.writing_answer(tmp_path / "gone").remedy == "name another folder with --out"


def test_a_proxy_of_the_machine_is_a_note() -> None:
    answer = doctor.variables_answer({"HTTPS_PROXY": "http://user:secret@proxy"})
    assert (answer.good, answer.needed) == (False, False)
    assert "secret" not in answer.found


def test_a_machine_without_a_screen_is_told_what_needs_one() -> None:
    answer = doctor.screen_answer("no DISPLAY")
    assert answer.found == "no DISPLAY: --headed, record-journey and listen --open need one"
    assert doctor.is_fit((answer,))
    assert doctor.screen_answer("").good
