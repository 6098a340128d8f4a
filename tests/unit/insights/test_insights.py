"""What many days of really judged results say, and whether a tag could be dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from builders import a_healthy_recording, a_recording, landing, meta_tag
from history_builders import a_broken_suite, a_judged_suite, a_sound_suite, changed_on, days

from harness.history import Selection, add, history, opened
from harness.insights import insights
from harness.insights.readiness import interval
from harness.model.history import Period, Thresholds
from harness.model.insights import Insights, Readiness, ReadinessVerdict, Section, Share
from harness.model.result import SuiteResult

EVER = Period(first="2000-01-01", last="2100-01-01")


def told(folder: Path, results: Iterable[SuiteResult], thresholds: Thresholds | None = None) -> Insights:
    with opened(str(folder / "history.sqlite"), is_written=True) as connection:
        for result in results:
            add(connection, result)
        return insights(history(connection, Selection(period=EVER)), thresholds or Thresholds())


def the_section(found: Insights) -> Section:
    (section,) = found.sections
    return section


def the_readiness(found: Insights) -> Readiness:
    (readiness,) = found.readiness
    return readiness


def conditions(readiness: Readiness) -> dict[str, bool | None]:
    return {reason.subject: reason.met for reason in readiness.reasons}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Insights:
    return told(tmp_path_factory.mktemp("sound"), days(a_sound_suite(), range(90)))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Insights:
    return told(tmp_path_factory.mktemp("broken"), changed_on(60, a_sound_suite(), a_broken_suite(), of=90))


def test_a_sound_quarter_has_no_change_and_the_tag_could_be_dropped(sound: Insights) -> None:
    assert the_section(sound).changes == ()
    assert the_readiness(sound).verdict is ReadinessVerdict.READY
    assert set(conditions(the_readiness(sound)).values()) == {True}


def test_the_figures_of_a_sound_quarter(sound: Insights) -> None:
    total = the_section(sound).total
    assert (total.runs, total.orders, total.counted) == (180, 180, 180)
    assert total.shares["tag"] == Share(hits=90, runs=180)
    assert total.shares["deduplicated"] == Share(hits=90, runs=90)
    assert total.calls["capi"] == Share(hits=0, runs=180)
    assert (total.delays.median, total.delays.p95) == (10.9, 10.9)


def test_what_breaks_on_day_sixty_is_told_on_that_day_and_where(broken: Insights) -> None:
    changes = {change.subject: change for change in the_section(broken).changes}
    assert changes.keys() == {"Counted as ordered", "Copies joined", "phone in the server's copy"}
    counted, phone = changes["Counted as ordered"], changes["phone in the server's copy"]
    assert {change.day for change in changes.values()} == {the_section(broken).days[60][0]}
    assert [place.profile for place in counted.places] == ["none"]
    assert (counted.before, counted.after) == (Share(hits=60, runs=60), Share(hits=0, runs=30))
    assert sorted(place.profile for place in phone.places) == ["blocker", "none"]


def test_a_mean_of_a_good_past_does_not_hide_what_the_server_lost_lately(broken: Insights) -> None:
    assert conditions(the_readiness(broken))["Steadiness"] is False
    assert the_readiness(broken).verdict is ReadinessVerdict.NOT_READY


def test_a_week_is_not_enough_evidence_and_says_what_is_missing(tmp_path: Path) -> None:
    found = told(tmp_path, days(a_sound_suite(), range(7)))
    readiness = the_readiness(found)
    assert readiness.verdict is ReadinessVerdict.UNKNOWN
    assert conditions(readiness)["Days"] is None
    assert "7 days from the first run to the last; 83 more needed." in [reason.says for reason in readiness.reasons]
    assert the_section(found).unclear > 0


def test_without_a_blocker_nobody_knows_what_the_server_alone_would_count(tmp_path: Path) -> None:
    found = told(tmp_path, days(a_judged_suite(a_healthy_recording("meta")), range(90)))
    readiness = the_readiness(found)
    unknown = {subject for subject, met in conditions(readiness).items() if met is None}
    assert unknown == {"Blocking profiles", "Counted without the tag"}
    assert readiness.verdict is ReadinessVerdict.UNKNOWN


def test_a_tag_whose_server_tells_nothing_is_not_ready(tmp_path: Path) -> None:
    alone = a_judged_suite(a_recording(landing(), meta_tag(), vendors=("meta",)))
    readiness = the_readiness(told(tmp_path, days(alone, range(3))))
    assert conditions(readiness)["Server events"] is False
    assert readiness.verdict is ReadinessVerdict.NOT_READY


def test_identifiers_that_only_the_tag_carries_would_be_lost(tmp_path: Path) -> None:
    found = told(tmp_path, days(a_broken_suite(), range(3)))
    assert the_readiness(found).lost == ("phone",)
    assert conditions(the_readiness(found))["Lost with the tag"] is False
    lenient = told(tmp_path, (), Thresholds(lost_identifiers=1))
    assert conditions(the_readiness(lenient))["Lost with the tag"] is True


def test_calls_that_the_vendor_refuses_are_an_error_rate(tmp_path: Path) -> None:
    result = a_sound_suite()
    refused = replace(
        result,
        runs=tuple(
            replace(
                run,
                events=tuple(
                    replace(event, accepted=False) if event.channel == "capi" else event for event in run.events
                ),
            )
            for run in result.runs
        ),
    )
    readiness = the_readiness(told(tmp_path, days(refused, range(90))))
    assert (conditions(readiness)["Error rate"], conditions(readiness)["Server events"]) == (False, False)


@pytest.mark.parametrize(("hits", "runs"), [(0, 1), (1, 1), (5, 10), (200, 200)])
def test_an_interval_holds_its_share_and_never_leaves_nought_and_one(hits: int, runs: int) -> None:
    low, high = interval(Share(hits=hits, runs=runs))
    assert 0 <= low <= hits / runs <= high + 1e-9 <= 1 + 1e-9
