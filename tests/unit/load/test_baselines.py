"""A baseline that was written can be read, also after people have added to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.load.baselines import load_baseline
from harness.model.gate import AgreedCoverage, Baseline, KnownFinding, KnownRun, MinimumCoverage, MustRun
from harness.model.result import Severity
from harness.report.baseline import render_baseline

BASELINE = Baseline(
    must_run=(MustRun(check="event-id", vendor="meta"), MustRun(check="schema")),
    minimum_coverage=(MinimumCoverage(channel="capi", at_least=80), MinimumCoverage(vendor="meta", at_least=62.5)),
    runs=(KnownRun(scenario="shop", profile="brave+gpc"), KnownRun(scenario="shop", profile="none")),
    findings=(
        KnownFinding(
            key="0123456789ab",
            severity=Severity.WARNING,
            check="schema",
            vendor="meta",
            scenario="shop",
            profile="none",
            parameter='cd["value"]: {x, #1}',
        ),
        KnownFinding(
            key="0123456789ab-2", severity=Severity.ERROR, check="schema", vendor="null", scenario="true", profile="1"
        ),
    ),
    coverage=(AgreedCoverage(vendor="meta", channel="tag", scenario="shop", profile="none", at_least=92.3),),
)


def load(tmp_path: Path, text: str) -> Baseline:
    path = tmp_path / "baseline.yaml"
    path.write_text(text, encoding="utf-8")
    return load_baseline(path, checks=["event-id", "schema"])


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(tmp_path, text)
    return [str(mistake).replace(f"{tmp_path}/baseline.yaml:", "") for mistake in caught.value.mistakes]


@pytest.mark.parametrize("baseline", [BASELINE, Baseline()], ids=["full", "empty"])
def test_what_is_written_is_read_again(tmp_path: Path, baseline: Baseline) -> None:
    read = load(tmp_path, render_baseline(baseline))
    assert read == baseline


def test_it_has_a_line_for_each_thing_whatever_the_order_it_came_in() -> None:
    other = Baseline(
        must_run=BASELINE.must_run,
        minimum_coverage=BASELINE.minimum_coverage,
        runs=BASELINE.runs[::-1],
        findings=BASELINE.findings[::-1],
        coverage=BASELINE.coverage,
    )
    text = render_baseline(BASELINE)
    assert render_baseline(other) == text
    assert sum(line.startswith("  - {") for line in text.splitlines()) == 9


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("runs: []\nfindings: []\n", '1:1: missing key "coverage"'),
        (
            "runs: []\nfindings: []\ncoverage: []\nmust_run: [{check: schma}]\n",
            '4:20: unknown check "schma"; did you mean "schema"?',
        ),
        (
            "runs: []\nfindings: []\ncoverage: []\nminimum_coverage: [{at_least: 120}]\n",
            '4:31: found number 120 in "at_least"; expected a percentage from 0 to 100',
        ),
        (
            "runs: []\ncoverage: []\nfindings:\n  - {key: 1, severity: error, check: c, scenario: s, profile: p}\n",
            '4:11: found number 1 in "key"; expected the finding\'s ID',
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    assert mistakes(tmp_path, text)[0].startswith(told)


def test_a_known_finding_may_be_of_a_check_that_is_gone(tmp_path: Path) -> None:
    line = '{key: "0123456789ab", severity: error, check: old-check, scenario: s, profile: p}'
    assert load(tmp_path, f"runs: []\ncoverage: []\nfindings: [{line}]\n").findings[0].check == "old-check"
