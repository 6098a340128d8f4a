"""Scenario files are tests: found and told from other YAML, chosen by marker, and told of on one screen."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from builders import ORDER, SECOND_ORDER, a_healthy_recording, event_id_of, specs, without

from harness.model.recording import Breakdown, Conversion, Recording
from harness.pipeline import attempts, planning, sessions
from harness.record.session import RecordedRun, RunJob, SuiteRecording

pytest_plugins = ["pytester"]

SCENARIO = Path(__file__).parents[3] / "scenarios" / "demo" / "shop-direct.yaml"


def sound(job: RunJob, order: Conversion = ORDER) -> Recording:
    vendors = [account.vendor for account in job.run.scenario.snapshot.vendors]
    return replace(
        a_healthy_recording(
            *vendors,
            seed=job.persona.seed,
            order=order,
            run_id=job.run.id,
            suite_id=job.suite_id,
            scenario=job.run.scenario.snapshot,
        ),
        profile=job.profile,
        attempt=job.run.attempt,
    )


def without_capi(job: RunJob) -> Recording:
    return without(sound(job), "meta-capi")


def with_one_event_id(job: RunJob) -> Recording:
    """Each run is sound by itself, but every order has the same event ID."""
    order = ORDER if job.profile.id == "none" else SECOND_ORDER
    text = msgspec.json.encode(sound(job, order)).decode()
    return msgspec.json.decode(text.replace(event_id_of(order), "one-for-all"), type=Recording)


def broken_off(job: RunJob) -> Recording:
    return replace(sound(job), breakdown=Breakdown(message="step 4 (click) at shop.yaml:9:5: nothing matches", step=3))


@contextmanager
def no_network(cache: Path, answer: Any, *, is_announced: bool) -> Iterator[Any]:
    yield SimpleNamespace(environment={}, server_side=SimpleNamespace(left_over=tuple))


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pytest.RunResult]:
    """pytest in this process, where recordings are made up by a function for each attempt."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(planning, "load_vendor_specs", lambda folder: specs())
    monkeypatch.setattr(sessions, "opened_network", no_network)
    (pytester.path / "scenarios").mkdir()
    shutil.copy(SCENARIO, pytester.path / "scenarios" / "shop.yaml")

    def start(*arguments: str, builds: Sequence[Callable[[RunJob], Recording]] = (sound,)) -> pytest.RunResult:
        async def record(jobs: Sequence[RunJob], settings: Any, *, on_recorded: Any, **told: Any) -> SuiteRecording:
            for job in jobs:
                build = builds[min(job.run.attempt, len(builds)) - 1]
                on_recorded(RecordedRun(recording=build(job), screenshots={}))
            return SuiteRecording(late_or_orphan=(), refused_hosts=())

        monkeypatch.setattr(attempts, "record_suite", record)
        return pytester.runpytest_inprocess(
            "-p", "harness.pytest_plugin", "--strict-markers", "--conversion-vendor", "meta", *arguments
        )

    return start


def test_each_run_of_a_scenario_is_a_test(run: Any) -> None:
    result = run("scenarios", "-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["scenarios/shop.yaml::shop-direct[[]none[]] PASSED*", "scenarios/shop.yaml::shop-direct[[]ublock[]] PASSED*"]
    )
    result.stdout.fnmatch_lines(["*conversion tracking*", "report: reports/pytest/index.html"])


@pytest.mark.parametrize(
    ("chosen", "names"),
    [(("-m", "ublock"), ["ublock"]), (("-k", "none"), ["none"]), (("-m", "meta and conversion"), ["none", "ublock"])],
)
def test_runs_are_chosen_by_profile_vendor_and_name(run: Any, chosen: Any, names: list[str]) -> None:
    result = run("scenarios", "--collect-only", "-q", *chosen)
    found = [line for line in result.outlines if "::" in line]
    assert found == [f"scenarios/shop.yaml::shop-direct[{name}]" for name in names]


def test_other_yaml_is_left_alone(run: Any, pytester: pytest.Pytester) -> None:
    (pytester.path / "scenarios" / "compose.yaml").write_text("services: {db: {image: postgres}}\n")
    (pytester.path / "scenarios" / "cart.yaml").write_text("title: To the cart\nsteps:\n  - open: /\n")
    (pytester.path / "elsewhere").mkdir()
    shutil.copy(SCENARIO, pytester.path / "elsewhere" / "mine.yaml")
    assert "2 tests collected" in run("--collect-only").stdout.str()


def test_a_file_that_is_named_or_fits_the_pattern_is_collected_wherever_it_is(
    run: Any, pytester: pytest.Pytester
) -> None:
    shutil.move(pytester.path / "scenarios" / "shop.yaml", pytester.path / "mine.yaml")
    run("mine.yaml").assert_outcomes(passed=2)
    pytester.makeini("[pytest]\nconversion_scenarios = m*.yaml")
    run().assert_outcomes(passed=2)


def test_a_broken_scenario_is_told_of_by_place_and_without_a_traceback(run: Any, pytester: pytest.Pytester) -> None:
    (pytester.path / "scenarios" / "broken.yaml").write_text("scenario: Bad ID\njourney:\n  - clik: '#buy'\n")
    result = run("scenarios")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["scenarios/broken.yaml:1:11: *", 'scenarios/broken.yaml:3:5: *"clik"*'])
    assert "Traceback" not in result.stdout.str()
    assert ".py:" not in result.stdout.str()


def test_two_files_cannot_have_the_same_scenario(run: Any, pytester: pytest.Pytester) -> None:
    shutil.copy(SCENARIO, pytester.path / "scenarios" / "zweite.yaml")
    result = run("scenarios")
    result.stdout.fnmatch_lines(['*zweite.yaml:3:11: scenario "shop-direct" exists already in *shop.yaml; give each*'])


def test_a_failure_is_one_screen_without_a_traceback(run: Any, pytester: pytest.Pytester) -> None:
    result = run("scenarios", "-k", "none", "--junitxml=junit.xml", builds=[without_capi])
    result.assert_outcomes(failed=1)
    shown = result.stdout.str().split("= FAILURES =")[1].split("conversion tracking")[0].splitlines()
    assert len(shown) < 40
    text = "\n".join(shown)
    assert "shop-direct [none]  Purchase in the demo shop" in text
    (beside_the_name,) = [line for line in result.outlines if line.startswith("FAILED scenarios/shop.yaml::")]
    assert "✗ FAILED  " in beside_the_name
    assert "shop-direct [none]  Pur" not in beside_the_name
    assert "error: server-call" in text
    assert "run it again: harness run scenarios/shop.yaml --profile none" in text
    assert "report: reports/pytest/index.html" in text
    assert "Traceback" not in text
    case = ET.parse(pytester.path / "junit.xml").find(".//testcase")
    assert case is not None
    assert "✗ FAILED" in (case.findtext("failure") or "")
    assert case.find(".//property[@name='conversion_run'][@value='shop-direct--none']") is not None


def test_an_inconclusive_run_fails_with_its_reason(run: Any) -> None:
    result = run("scenarios", "-k", "none", builds=[broken_off])
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["? INCONCLUSIVE *", "*because the journey did not reach its end: step 4 (click) at shop.yaml:9:5: nothing*"]
    )


def test_a_run_that_passes_at_the_second_attempt_is_flaky_and_keeps_both(run: Any, pytester: pytest.Pytester) -> None:
    result = run("scenarios", "-k", "none", "--conversion-retries", "1", builds=[without_capi, sound])
    assert result.ret == 0
    assert result.parseoutcomes() == {"flaky": 1, "deselected": 1}
    result.stdout.fnmatch_lines(["shop-direct [[]none[]]: passed on attempt 2 of 2: flaky; attempt 1 failed: server*"])
    (judged,) = json.loads((pytester.path / "reports" / "pytest" / "result.json").read_text("utf-8"))["runs"]
    assert (judged["verdict"], judged["attempt"]) == ("passed", 2)
    assert [(each["verdict"], each["attempt"]) for each in judged["earlier"]] == [("failed", 1)]
    recordings = pytester.path / "reports" / "pytest" / "recordings"
    assert sorted(path.name for path in recordings.iterdir()) == ["shop-direct--none", "shop-direct--none--attempt-2"]


def test_what_only_the_runs_together_show_is_no_pass(run: Any) -> None:
    result = run("scenarios", builds=[with_one_event_id])
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["only beside the other runs:", "*error: event-id-unique (meta)*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def agreed(until: str, check: str = "server-call-once", **more: str) -> str:
    return json.dumps([{"check": check, "reason": "ticket 4711", "owner": "anna", "until": until, **more}])


def test_a_waived_finding_fails_no_test_and_stays_in_the_report(run: Any, pytester: pytest.Pytester) -> None:
    failed = run("scenarios", "-k", "none", builds=[without_capi])
    checks = {line.split()[1] for line in failed.outlines if line.startswith("  error: ")}
    waivers = [json.loads(agreed("2999-12-31", check, vendor="meta", profile="none"))[0] for check in sorted(checks)]
    (pytester.path / "waivers.yaml").write_text(json.dumps(waivers))
    told = ("scenarios", "--conversion-waivers", "waivers.yaml")
    result = run(*told, "-k", "none", builds=[without_capi])
    result.assert_outcomes(passed=1, deselected=1)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["waived findings: *"])
    (judged,) = json.loads((pytester.path / "reports" / "pytest" / "result.json").read_text("utf-8"))["runs"]
    waived = [finding["waived"] for outcome in judged["outcomes"] for finding in outcome["findings"]]
    assert {each["owner"] for each in waived if each} == {"anna"}
    run(*told, "-k", "ublock", builds=[without_capi]).assert_outcomes(failed=1, deselected=1)


def test_a_failure_tells_only_of_what_is_not_waived(run: Any, pytester: pytest.Pytester) -> None:
    (pytester.path / "waivers.yaml").write_text(agreed("2999-12-31", "counted-conversions"))
    result = run("scenarios", "-k", "none", "--conversion-waivers", "waivers.yaml", builds=[without_capi])
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(["*error: server-call-once (meta)"])
    assert "error: counted-conversions" not in result.stdout.str()


def test_a_waiver_that_is_over_is_no_pass_though_every_test_passes(run: Any, pytester: pytest.Pytester) -> None:
    (pytester.path / "waivers.yaml").write_text(agreed("2020-01-31"))
    result = run("scenarios", "--conversion-waivers", "waivers.yaml")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["error: waivers.yaml:1:2: *over since 2020-02-01; anna agreed to it*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_mistakes_in_waivers_are_told_before_anything_runs(run: Any, pytester: pytest.Pytester) -> None:
    (pytester.path / "waivers.yaml").write_text(agreed("2999-12-31", "server-call-twice"))
    result = run("scenarios", "--conversion-waivers", "waivers.yaml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(['ERROR: waivers.yaml:1:*: unknown check "server-call-twice"; *'])
    result = run("scenarios", "--conversion-waivers", "nowhere.yaml")
    result.stderr.fnmatch_lines(["ERROR: nowhere.yaml: *"])


def test_recordings_of_an_earlier_session_go(run: Any, pytester: pytest.Pytester) -> None:
    run("scenarios")
    run("scenarios", "-k", "ublock")
    recordings = pytester.path / "reports" / "pytest" / "recordings"
    assert [path.name for path in recordings.iterdir()] == ["shop-direct--ublock"]


def test_a_vendor_that_there_is_not_is_told_the_right_name(run: Any) -> None:
    result = run("scenarios", "--conversion-vendor", "metta")
    result.stdout.fnmatch_lines(['*--conversion-vendor: unknown vendor "metta"; *; did you mean "meta"?*'])


def test_the_plugin_imports_nothing_heavy_where_it_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_other():\n    pass\n")
    script = (
        "import sys, pytest\n"
        "code = pytest.main(['-q', '-p', 'harness.pytest_plugin', 'test_other.py'])\n"
        "heavy = {'playwright', 'mitmproxy', 'harness.pipeline', 'harness.model', 'ruamel'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else int(code))\n"
    )
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
