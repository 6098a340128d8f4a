"""Every fault of the catalogue is found in a healthy order, and nothing is found in the order itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import a_healthy_recording, persona, specs

from harness.accuracy import CATALOGUE, markdown, summarised
from harness.accuracy.fault import Fault
from harness.accuracy.trial import Trial, cases, healthy_alarms, pairs_of, trials_of, tried, tried_both
from harness.checks import CHECKS

VENDORS = ("meta", "google-ads", "teads")


def test_the_catalogue_names_each_fault_once_and_knows_its_checks() -> None:
    assert len({fault.id for fault in CATALOGUE}) == len(CATALOGUE) >= 80
    for fault in CATALOGUE:
        assert {*fault.finds, *fault.follows} <= set(CHECKS), fault.id


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_healthy_order_raises_no_alarm(vendor: str) -> None:
    assert healthy_alarms(a_healthy_recording(), persona(), specs(), vendor) == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_fault_is_found_and_nothing_else(vendor: str) -> None:
    trials = trials_of(a_healthy_recording(), persona(), specs(), CATALOGUE, vendor)
    assert len(trials) > 40
    assert [trial for trial in trials if not trial.is_right] == []


def a_fault(name: str = "value-net-server", **changes: object) -> Fault:
    """The server sends the value without tax, if nothing else is named; `changes` are to what is expected of it."""
    fault = next(fault for fault in CATALOGUE if fault.id == name)
    return replace(fault, **changes)  # type: ignore[arg-type]


def trial_of(fault: Fault) -> Trial:
    trial = tried(fault, next(cases(a_healthy_recording(), persona(), specs(), "meta")), specs())
    assert trial is not None
    return trial


def both_of(first: Fault, second: Fault) -> Trial:
    case = next(cases(a_healthy_recording(), persona(), specs(), "meta"))
    trial = tried_both(first, second, case, specs(), lambda fault: fault.spoil(case))
    assert trial is not None
    return trial


def test_of_two_faults_neither_hides_the_other() -> None:
    recording = a_healthy_recording()
    singles = trials_of(recording, persona(), specs(), CATALOGUE, "meta")
    pairs = pairs_of(recording, persona(), specs(), CATALOGUE, singles)
    assert len(pairs) > 60
    assert [trial for trial in pairs if not trial.is_right] == []


def test_a_fault_that_another_hides_is_missed_and_such_a_pair_is_not_made() -> None:
    gone, value = a_fault("tag-missing"), a_fault("value-net-tag")
    assert both_of(gone, value).found == ()
    assert not gone.goes_with(value)
    assert not value.goes_with(gone)
    assert gone.goes_with(a_fault("value-double-server"))


def test_each_of_two_faults_needs_a_finding_of_its_own() -> None:
    value = a_fault(finds=("order-parameters",))
    raw = a_fault("email-raw-server", finds=("identifier-raw",))
    assert both_of(value, raw).found
    assert not both_of(value, replace(raw, finds=value.finds)).found


def test_faults_of_which_one_spoils_the_other_make_no_pair() -> None:
    case = next(cases(a_healthy_recording(), persona(), specs(), "meta"))
    faults = a_fault("tag-twice"), a_fault("value-net-tag")
    assert tried_both(*faults, case, specs(), lambda fault: fault.spoil(case)) is None


def test_a_fault_that_nobody_finds_is_missed() -> None:
    missed = trial_of(
        a_fault(finds=("event-time",), follows=frozenset({"order-parameters", "parameter-agreement", "value-trail"}))
    )
    assert (missed.found, missed.alarms) == ((), ())
    assert not missed.is_right


def test_a_finding_that_nobody_expects_is_an_alarm() -> None:
    alarmed = trial_of(a_fault("event-id-mismatch-server", follows=frozenset()))
    assert {finding.check for finding in alarmed.alarms} == {"counted-conversions"}
    assert not alarmed.is_right


def test_whatever_is_found_where_the_vendor_does_not_mind_is_an_alarm() -> None:
    alarmed = trial_of(a_fault(harmless=lambda case: "it does not mind"))
    assert alarmed.alarms
    assert not alarmed.found


def test_the_table_counts_what_was_found_missed_and_said_wrongly() -> None:
    right = trial_of(a_fault())
    missed = replace(right, found=())
    alarmed = replace(right, alarms=right.found)
    accuracy = summarised(
        [right, missed, alarmed],
        healthy=1,
        false_alarms=["a run, meta: event-id: nothing there"],
        pairs=[right, replace(missed, fault="a + b")],
    )
    text = markdown(accuracy)
    assert "- Recall 66.6 %: 2 of 3 were found.\n" in text
    assert "- Precision 50.0 %: of 2 trials in which something was found, 1 had a finding that nobody expects" in text
    assert "| values | 3 | 2 | 66.6 % | 50.0 % | 0 |" in text
    assert "| shop | 5 | 3 | 60.0 % | 66.6 % | 0 |" in text
    assert "| meta | 2/3, 1 false | 2/3, 1 false |" in text
    assert "- value-net-server, meta, shop--none\n" in text
    assert "2 pairs of faults of two families in one order: recall 50.0 % (both found in 1), precision 100.0 %" in text
    assert "- 1 healthy orders raised 1 false alarms" in text
    assert "- a + b, meta, shop--none\n" in text
    assert "- a run, meta: event-id: nothing there" in text
    assert not accuracy.is_perfect
    assert summarised([right], healthy=1, false_alarms=[], pairs=[right]).is_perfect
    assert not summarised([right], healthy=1, false_alarms=[], pairs=[missed]).is_perfect
