"""A test that drives a browser itself gets a verdict, in words where it is bad, and cannot overlook one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from builders import a_healthy_recording, specs, without

from harness.model.recording import Breakdown, Recording
from harness.pipeline import attempts, planning, sessions
from harness.record.session import RecordedRun, RunJob, SuiteRecording

pytest_plugins = ["pytester"]

VISIT = 'conversion_harness.visit("https://shop.test", ["meta"], persona={"country": "DE"})'


def sound(job: RunJob) -> Recording:
    return a_healthy_recording(
        "meta", seed=job.persona.seed, run_id=job.run.id, suite_id=job.suite_id, scenario=job.run.scenario.snapshot
    )


def without_capi(job: RunJob) -> Recording:
    return without(sound(job), "meta-capi")


@contextmanager
def no_network(cache: Path, answer: Any, *, is_announced: bool) -> Iterator[Any]:
    server_side = SimpleNamespace(left_over=tuple)
    yield SimpleNamespace(environment={"HTTPS_PROXY": "http://127.0.0.1:9"}, server_side=server_side)


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pytest.RunResult]:
    """pytest in this process on a test with this body; the browser is made up, the steps the test tells of are kept."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setattr(planning, "load_vendor_specs", lambda folder: specs())
    monkeypatch.setattr(sessions, "opened_network", no_network)

    def start(body: str, build: Callable[[RunJob], Recording] = sound, taken: list[Any] | None = None) -> Any:
        async def record(jobs: Sequence[RunJob], settings: Any, *, on_recorded: Any, **told: Any) -> SuiteRecording:
            (job,) = jobs
            assert job.driver is not None
            async for step in job.driver.steps("http://127.0.0.1:1234"):
                (taken if taken is not None else []).append((step.verb, step.arguments))
            recording = build(job)
            if job.driver.broken:
                recording = replace(recording, breakdown=Breakdown(message=job.driver.broken))
            on_recorded(RecordedRun(recording=recording, screenshots={}))
            return SuiteRecording(late_or_orphan=(), refused_hosts=())

        monkeypatch.setattr(attempts, "record_suite", record)
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        pytester.makepyfile(test_own=f"def test_checkout(conversion_harness):\n{lines}")
        return pytester.runpytest_inprocess("-p", "harness.pytest_plugin", "-p", "no:cacheprovider")

    return start


def test_a_visit_that_passes(run: Any, pytester: pytest.Pytester) -> None:
    taken: list[Any] = []
    body = f"""
with {VISIT} as visit:
    assert visit.endpoint == "http://127.0.0.1:1234"
    assert visit.url("/cart") == "https://shop.test/cart"
    assert visit.persona.country == "DE"
    visit.consent("granted")
    visit.order("CS-1", value=149.9, currency="EUR")
visit.assert_passed()
assert visit.verdict == "passed"
"""
    run(body, taken=taken).assert_outcomes(passed=1)
    assert [verb for verb, _ in taken] == ["consent", "screenshot", "conversion", "screenshot"]
    assert taken[2][1] == {
        "event": "purchase", "order_id": "CS-1", "value": "149.9", "currency": "EUR", "items": [],
    }  # fmt: skip
    (judged,) = json.loads((pytester.path / "reports" / "pytest" / "result.json").read_text("utf-8"))["runs"]
    assert (judged["title"], judged["verdict"]) == ("test_own.py::test_checkout", "passed")


def test_a_visit_that_fails_is_told_of_without_a_traceback(run: Any) -> None:
    result = run(
        f"with {VISIT} as visit:\n    pass\nvisit.assert_passed()", lambda job: without(sound(job), "meta-capi")
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "✗ FAILED  *server-call*",
            "  *[[]none[]]  test_own.py::test_checkout",
            "*error: server-call*",
            "run it again: pytest test_own.py::test_checkout",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert "own_visits.py" not in result.stdout.str()


def test_a_failed_visit_that_nobody_looks_at_is_no_pass(run: Any) -> None:
    result = run(f"with {VISIT} as visit:\n    pass", without_capi)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["the test did not look at the result of its visit"])


def test_a_test_may_expect_a_failure(run: Any) -> None:
    body = f'with {VISIT} as visit:\n    pass\nassert visit.verdict == "failed"\nassert visit.findings'
    assert run(body, without_capi).ret == 0


def test_a_test_that_breaks_off_fails_for_its_own_reason_and_its_visit_is_inconclusive(
    run: Any, pytester: pytest.Pytester
) -> None:
    result = run(f'with {VISIT} as visit:\n    raise ValueError("secret@mail.example")')
    result.assert_outcomes(failed=1)
    text = (pytester.path / "reports" / "pytest" / "result.json").read_text("utf-8")
    (judged,) = json.loads(text)["runs"]
    assert judged["verdict"] == "inconclusive"
    assert "the test itself ended with ValueError" in judged["reasons"][0]
    assert "secret@mail.example" not in text


def test_what_is_said_wrongly_of_a_visit_is_told_at_the_test(run: Any) -> None:
    result = run('with conversion_harness.visit("https://shop.test", ["metta"], profile="ublok"):\n    pass')
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ['*test_own.py:1:1: unknown profile "ublok"; did you mean "ublock"?', '*unknown vendor "metta"; did you mean*']
    )
    assert "During handling" not in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_the_result_is_there_only_after_the_visit(run: Any) -> None:
    result = run(f"with {VISIT} as visit:\n    visit.result")
    result.stdout.fnmatch_lines(["the visit is still under way: look at its result after the with block"])


def test_a_backend_learns_how_its_calls_are_seen(run: Any) -> None:
    run('assert conversion_harness.server_environment["HTTPS_PROXY"] == "http://127.0.0.1:9"').assert_outcomes(passed=1)
