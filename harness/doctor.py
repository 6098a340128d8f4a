"""What does a run need that this machine has or lacks, and which one command mends each lack?"""

from __future__ import annotations

import datetime
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from harness.errors import HarnessError
from harness.record.blocking.lists import KNOWN_LISTS, PACKAGE_FOLDERS
from harness.record.browsers import ENGINES, FoundBrowser, find_browsers
from harness.record.certificates import authority
from harness.record.engines import find_engines
from harness.record.playwright_program import fault_of_playwright, remedy_for
from harness.record.screen import lacks_screen

OLDEST_PYTHON = (3, 11)
_PACKAGES = ("playwright", "mitmproxy", "ruamel.yaml", "jsonschema", "msgspec", "phonenumbers", "click", "rich")
_ROOM_NEEDED = 500_000_000
_STALE_DAYS = 60
_INSTALL_BROWSER = f"{sys.executable} -m harness.browser_setup"
_INSTALL_LISTS = "harness lists update, or apt-get install webext-ublock-origin-chromium"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One thing looked for. Without a `needed` one no run is possible; `remedy` is a command or a short advice."""

    subject: str
    good: bool
    found: str
    remedy: str = ""
    needed: bool = True


def examine(
    browsers: Callable[[], Sequence[FoundBrowser]] = find_browsers,
    cache: Path | None = None,
    engines: Callable[[], Sequence[FoundBrowser]] = find_engines,
    fault: Callable[[], str] = fault_of_playwright,
) -> tuple[Answer, ...]:
    """Look at everything, in the order in which it is best mended. `cache` is where fetched filter lists are."""
    return (
        python_answer(sys.version_info[:3]),
        packages_answer(),
        playwright_answer(fault()),
        *browser_answers(browsers()),
        screen_answer(lacks_screen()),
        engines_answer(engines()),
        lists_answer(PACKAGE_FOLDERS, datetime.date.today(), cache),
        authority_answer(),
        port_answer(),
        disk_answer(shutil.disk_usage(".").free),
        writing_answer(Path()),
        variables_answer(os.environ),
    )


def is_fit(answers: Sequence[Answer]) -> bool:
    return all(answer.good or not answer.needed for answer in answers)


def python_answer(version: Sequence[int]) -> Answer:
    good = tuple(version[:2]) >= OLDEST_PYTHON
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return Answer(
        subject="Python",
        good=good,
        found=".".join(map(str, version)),
        remedy="" if good else f"make setup PYTHON=python{wanted}",
    )


def packages_answer(names: Sequence[str] = _PACKAGES) -> Answer:
    versions = {name: _version_of(name) for name in names}
    missing = [name for name, version in versions.items() if not version]
    return Answer(
        subject="packages",
        good=not missing,
        found=", ".join(f"{name} {version or 'missing'}" for name, version in versions.items()),
        remedy=f"{sys.executable} -m pip install {' '.join(missing)}" if missing else "",
    )


def playwright_answer(fault: str) -> Answer:
    """Its program drives the browser; a package that is installed is no proof that it starts."""
    if fault:
        return Answer(subject="Playwright", good=False, found=f"does not start: {fault}", remedy=remedy_for(fault))
    return Answer(subject="Playwright", good=True, found="starts")


def browser_answers(found: Sequence[FoundBrowser]) -> tuple[Answer, ...]:
    if not found:
        return (Answer(subject="browser", good=False, found="none", remedy=_INSTALL_BROWSER),)
    each = (f"{one.flavour} {one.version} ({one.path})" for one in found)
    whole = any(one.flavour != "headless-shell" for one in found)
    return (
        Answer(subject="browser", good=True, found=", ".join(each)),
        Answer(
            subject="browser window",
            good=whole,
            found="can be shown" if whole else "no whole browser: --headed and --enforcer extension cannot be used",
            remedy="" if whole else f"{sys.executable} -m playwright install chromium",
            needed=False,
        ),
    )


def screen_answer(lack: str) -> Answer:
    """`lack` is what is missing for one."""
    return Answer(
        subject="screen",
        good=not lack,
        found=f"{lack}: --headed, record-journey and listen --open need one" if lack else "there is one",
        remedy='run these where you sit, or under "xvfb-run -a"' if lack else "",
        needed=False,
    )


def engines_answer(found: Sequence[FoundBrowser]) -> Answer:
    """Only scenarios that ask for them need Firefox or WebKit; everything else is emulated in Chromium."""
    missing = [name for name in ENGINES if name not in {each.flavour for each in found}]
    there = [f"{each.flavour} {each.version} ({each.path})" for each in found]
    return Answer(
        subject="other engines",
        good=not missing,
        found=", ".join([*there, *(f"no {name} of Playwright's" for name in missing)]),
        remedy=f"{sys.executable} -m playwright install --with-deps {' '.join(missing)}" if missing else "",
        needed=False,
    )


def lists_answer(folders: Sequence[Path], today: datetime.date, cache: Path | None = None) -> Answer:
    """A run without installed lists uses the short own one, so they are not needed."""
    places = [(folder, tuple(KNOWN_LISTS.values())) for folder in folders]
    if cache is not None:
        places.insert(0, (cache, tuple(f"{name}.txt" for name in KNOWN_LISTS)))
    for folder, names in places:
        present = [folder / name for name in names if (folder / name).is_file()]
        if not present:
            continue
        newest = max(path.stat().st_mtime for path in present)
        day = datetime.date.fromtimestamp(newest)
        stale = (today - day).days > _STALE_DAYS
        return Answer(
            subject="filter lists",
            good=not stale,
            found=f"{len(present)} of {len(KNOWN_LISTS)} in {folder}, of {day.isoformat()}",
            remedy="harness lists update" if stale else "",
            needed=False,
        )
    found = "none installed: blocking profiles use the short list that is shipped"
    return Answer(subject="filter lists", good=False, found=found, remedy=_INSTALL_LISTS, needed=False)


def authority_answer() -> Answer:
    """The proxy reads HTTPS with certificates of its own; make a throw-away authority to see that it can."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            authority(Path(folder))
        except HarnessError as error:
            return Answer(subject="certificates", good=False, found=str(error), remedy="make setup")
    return Answer(subject="certificates", good=True, found="an authority can be made")


def port_answer() -> Answer:
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
    except OSError as error:
        return Answer(subject="port", good=False, found=str(error), remedy="allow listening on 127.0.0.1")
    return Answer(subject="port", good=True, found=f"127.0.0.1:{port} was free")


def disk_answer(free: int) -> Answer:
    good = free >= _ROOM_NEEDED
    return Answer(
        subject="disk",
        good=good,
        found=f"{free / 1e9:.1f} GB free here",
        remedy="" if good else f"make room for {_ROOM_NEEDED / 1e9:.1f} GB",
    )


def writing_answer(folder: Path) -> Answer:
    """`reports` is made here by default."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        found = f"{folder.resolve()}: {error.strerror}"
        return Answer(subject="writing", good=False, found=found, remedy="name another folder with --out")
    return Answer(subject="writing", good=True, found=f"{folder.resolve()} can be written to")


def variables_answer(environment: Mapping[str, str]) -> Answer:
    """A proxy of the machine is no mistake, but it explains a site that cannot be reached."""
    names = [name for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy") if environment.get(name)]
    found = f"{', '.join(names)} set: traffic to sites may leave through it" if names else "no proxy is set"
    return Answer(subject="environment", good=not names, found=found, needed=False)


def _version_of(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
