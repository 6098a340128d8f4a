"""Two folders of recordings become a comparison on disk and an exit code; neither tells of anybody."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import BLOCKING, ORDER, SEED, UNOBSERVABLE, a_healthy_recording, persona, specs, without

from harness.errors import ExitCode, InputError
from harness.model.persona import PersonaSeed
from harness.model.recording import Breakdown, Recording
from harness.model.result import Severity
from harness.pipeline import audit, compare_releases
from harness.pipeline.comparing import ComparisonOutcome
from harness.record.storage import write_recording
from harness.redaction import Redactor

OTHER_SEED = PersonaSeed(token="w2m8d4v6")
OTHER_ORDER = replace(ORDER, order_id="CS-8G4L0R3")


class Silent:
    def say(self, run_id: str, text: str) -> None:
        pass


@pytest.fixture(autouse=True)
def specs_that_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("harness.pipeline", "harness.pipeline.comparing"):
        monkeypatch.setattr(importlib.import_module(name), "load_vendor_specs", lambda folder: specs())


def first(**changes: Any) -> Recording:
    return a_healthy_recording("meta", **changes)


def second(**changes: Any) -> Recording:
    return a_healthy_recording("meta", seed=OTHER_SEED, order=OTHER_ORDER, **changes)


def stored(folder: Path, *recordings: Recording) -> Path:
    for recording in recordings:
        redactor = Redactor([persona(recording.persona)], salt=recording.run_id)
        write_recording(folder / recording.run_id, redactor.redact_recording(recording), {})
    return folder


def compared(tmp_path: Path, before: Recording, after: Recording, **options: Any) -> ComparisonOutcome:
    return compare_releases(
        stored(tmp_path / "before", before),
        stored(tmp_path / "after", after),
        tmp_path / "out",
        **({"tolerance": 10.0, "fail_on_change": False, "progress": Silent()} | options),
    )


def test_two_visits_of_a_healthy_site_pass(tmp_path: Path) -> None:
    outcome = compared(tmp_path, first(), second(), fail_on_change=True)

    assert outcome.exit_code is ExitCode.PASSED
    assert outcome.comparison.changes == ()
    assert "The same" in outcome.page.read_text("utf-8")


def test_a_lost_call_fails_and_is_told_without_anybodys_values(tmp_path: Path) -> None:
    outcome = compared(tmp_path, first(), without(second(), "meta-capi"))
    texts = outcome.page.read_text("utf-8") + outcome.summary.read_text("utf-8")

    assert outcome.exit_code is ExitCode.FAILED
    assert "event no longer sent" in texts.lower()
    values = {*persona(SEED).identifiers().values(), *persona(OTHER_SEED).identifiers().values()}
    values |= {*persona(SEED).click_ids.values(), ORDER.order_id, OTHER_ORDER.order_id}
    assert not [value for value in values - {"DE"} if value in texts]


def test_what_is_only_to_be_known_of_fails_where_that_is_wished(tmp_path: Path) -> None:
    late = tuple(
        replace(each, started_at=each.started_at + 30, ended_at=(each.ended_at or 0) + 30)
        if each.id == "meta-tag"
        else each
        for each in second().exchanges
    )
    assert compared(tmp_path / "1", first(), second(exchanges=late)).exit_code is ExitCode.PASSED
    wished = compared(tmp_path / "2", first(), second(exchanges=late), fail_on_change=True)
    assert wished.exit_code is ExitCode.FAILED


@pytest.mark.parametrize(
    "after",
    [
        second(server_source=UNOBSERVABLE),
        second(breakdown=Breakdown(message="the button was covered", step=0)),
    ],
)
def test_what_could_not_be_seen_is_inconclusive_and_never_the_same(tmp_path: Path, after: Recording) -> None:
    outcome = compared(tmp_path, first(), without(after, "meta-capi"))

    assert outcome.exit_code is ExitCode.INCONCLUSIVE
    assert "Could not be compared" in outcome.page.read_text("utf-8")


def test_a_run_that_only_the_first_release_has_is_inconclusive_and_one_more_is_not(tmp_path: Path) -> None:
    both = stored(tmp_path / "both", first(), first(run_id="shop--blocker", profile=BLOCKING))
    one = stored(tmp_path / "one", second())
    options: dict[str, Any] = {"tolerance": 10.0, "fail_on_change": False, "progress": Silent()}

    lost = compare_releases(both, one, tmp_path / "lost", **options)
    more = compare_releases(one, both, tmp_path / "more", **options)

    assert (lost.exit_code, lost.comparison.missing) == (ExitCode.INCONCLUSIVE, ("shop under blocker",))
    assert (more.exit_code, more.comparison.new) == (ExitCode.PASSED, ("shop under blocker",))


def test_a_result_leads_to_its_recordings_and_says_so_where_they_are_gone(tmp_path: Path) -> None:
    folder = stored(tmp_path / "suite" / "recordings", first())
    audit([folder], tmp_path / "suite", fail_on=Severity.ERROR, progress=Silent())
    other = stored(tmp_path / "other", second())
    options: dict[str, Any] = {"tolerance": 10.0, "fail_on_change": False, "progress": Silent()}

    outcome = compare_releases(tmp_path / "suite" / "result.json", other, tmp_path / "out", **options)
    assert outcome.exit_code is ExitCode.PASSED

    (folder / "shop--none" / "recording.json").unlink()
    with pytest.raises(InputError, match=r"is not there; expected the recordings beside the result"):
        compare_releases(tmp_path / "suite" / "result.json", other, tmp_path / "out", **options)


def test_what_cannot_be_compared_at_all_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    one = stored(tmp_path / "one", first())
    another = first(run_id="other--none", scenario=replace(first().scenario, id="other"))
    twice = stored(tmp_path / "twice" / "a", first()).parent
    stored(twice / "b", second())
    options: dict[str, Any] = {"tolerance": 10.0, "fail_on_change": False, "progress": Silent()}

    with pytest.raises(InputError, match="no run of shop under none; there is other under none"):
        compare_releases(one, stored(tmp_path / "another", another), tmp_path / "out", **options)
    with pytest.raises(InputError, match="two recordings of shop under none"):
        compare_releases(one, twice, tmp_path / "out", **options)
