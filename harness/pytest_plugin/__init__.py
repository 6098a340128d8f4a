"""How do scenario files become tests of pytest, and how does a test of somebody's own record its visit?

Every pytest of an environment that has the harness imports this, so whatever is heavy waits until it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.pytest_plugin.state import FLAKY, STATE, State, looks_like_a_scenario

if TYPE_CHECKING:
    from harness.pytest_plugin.own_visits import ConversionHarness
    from harness.pytest_plugin.scenario_items import ScenarioFile

_WORKER_KEY = "conversion_share"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conversion", "conversion tracking (conversion-testing-harness)")
    group.addoption(
        "--conversion-out", metavar="FOLDER", default="reports/pytest", help="Folder for the report and the recordings."
    )
    group.addoption("--conversion-browser", metavar="PATH", default="", help="As --browser of `harness run`.")
    group.addoption(
        "--conversion-lists",
        choices=("installed", "own"),
        default="installed",
        help="Filter lists of this machine, or the short one that is shipped.",
    )
    group.addoption(
        "--conversion-vendor",
        metavar="NAME",
        action="append",
        default=[],
        help="Judge only this vendor of scenario files; may be repeated.",
    )
    group.addoption(
        "--conversion-fail-on",
        choices=("error", "warning", "info"),
        default="error",
        help="The mildest finding that fails a test.",
    )
    group.addoption(
        "--conversion-waivers",
        metavar="FILE",
        default="",
        help="A file of findings that need not fail until a day, as --waivers of `harness run`.",
    )
    group.addoption(
        "--conversion-retries",
        metavar="N",
        type=int,
        default=0,
        help="Try a scenario that does not pass again; one that passes then is FLAKY.",
    )
    group.addoption("--conversion-headed", action="store_true", help="Show the browser.")
    group.addoption("--conversion-trace", action="store_true", help="Keep Playwright's traces, which are not redacted.")
    parser.addini(
        "conversion_scenarios",
        "Patterns of scenario files, relative to the root folder.",
        type="linelist",
        default=["scenarios/**/*.yaml"],
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "conversion: a scenario file's run, recorded and judged by the harness")
    config.stash[STATE] = State(config)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Mistakes in a file of waivers are told before anything runs."""
    if session.config.getoption("conversion_waivers"):
        session.config.stash[STATE].read_waivers()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    if file_path.suffix not in (".yaml", ".yml") or not parent.config.stash[STATE].is_meant(file_path, parent):
        return None
    if not looks_like_a_scenario(file_path):
        return None
    from harness.pytest_plugin.scenario_items import ScenarioFile

    return ScenarioFile.from_parent(parent, path=file_path)


@pytest.fixture(scope="session")
def conversion_server_environment(pytestconfig: pytest.Config) -> Mapping[str, str]:
    """What to add to the environment of the site's backend, so that its server calls are recorded."""
    return pytestconfig.stash[STATE].session.server_environment


@pytest.fixture
def conversion_harness(request: pytest.FixtureRequest) -> Iterator[ConversionHarness]:
    """Record and judge what this test does in a browser: `with conversion_harness.visit(url, vendors=[...])`."""
    from harness.pytest_plugin.own_visits import ConversionHarness

    harness = ConversionHarness(request.config.stash[STATE], request)
    yield harness
    harness.tell_of_what_nobody_asked()


def pytest_report_teststatus(report: Any) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    """A run that passed only at a later attempt is counted as what it is."""
    if report.when == "call" and report.passed and FLAKY in dict(report.user_properties):
        return "flaky", "~", ("FLAKY", {"yellow": True})
    return None


def pytest_sessionfinish(session: pytest.Session) -> None:
    state = session.config.stash[STATE]
    share = state.finished()
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_WORKER_KEY] = share
        return
    state.shares += [share] if share else []
    if state.reported() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    lines = config.stash[STATE].summary
    if lines:
        terminalreporter.section("conversion tracking")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """All workers of pytest-xdist make one suite."""
    node.workerinput["conversion_suite"] = node.config.stash[STATE].suite_id


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:
    share = getattr(node, "workeroutput", {}).get(_WORKER_KEY)
    node.config.stash[STATE].shares += [share] if share else []
