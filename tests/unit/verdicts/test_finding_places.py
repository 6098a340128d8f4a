"""By which name can a finding be found again, and at which step was it seen?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    ORDER,
    SECOND_ORDER,
    a_recording,
    decoded,
    meta_capi,
    meta_tag,
    outcomes_of,
    persona,
)

from harness.model.persona import PersonaSeed
from harness.model.recording import Recording
from harness.model.result import Finding
from harness.verdicts.findings import placed


def findings_of_run(recording: Recording) -> list[Finding]:
    outcomes = placed(list(outcomes_of(recording, "meta").values()), recording, decoded(recording))
    return [finding for outcome in outcomes for finding in outcome.findings]


BROKEN = a_recording(meta_tag({"ud[ph]": None, "fbc": None}), meta_capi({"user_data/ph": None, "custom_data/value": 1}))


def test_every_finding_has_a_name_of_its_own() -> None:
    names = [finding.id for finding in findings_of_run(BROKEN)]
    assert len(names) > 3
    assert all(names)
    assert len(set(names)) == len(names)


def test_a_name_survives_other_values_and_changes_with_what_it_is_about() -> None:
    other_value = a_recording(meta_tag(), meta_capi({"custom_data/value": 2}), run_id="another", suite_id="another")
    first = {finding.parameter: finding.id for finding in findings_of_run(BROKEN)}
    second = {finding.parameter: finding.id for finding in findings_of_run(other_value)}
    assert second["value"] == first["value"]
    elsewhere = replace(other_value, profile=replace(other_value.profile, id="ublock"))
    third = {finding.parameter: finding.id for finding in findings_of_run(elsewhere)}
    assert third["value"] != first["value"]


def test_a_name_survives_another_visitor_with_another_order() -> None:
    changes = {"ud[ph]": None, "fbc": None}, {"user_data/ph": None, "custom_data/value": 1}
    other = persona(PersonaSeed(token="w2m8d4v6", country="FR"))
    sent = (
        meta_tag(changes[0], visitor=other, order=SECOND_ORDER),
        meta_capi(changes[1], visitor=other, order=SECOND_ORDER),
    )
    again = a_recording(*sent, persona=PersonaSeed(token="w2m8d4v6", country="FR"), conversions=(SECOND_ORDER,))
    assert {finding.id for finding in findings_of_run(again)} == {finding.id for finding in findings_of_run(BROKEN)}


def test_the_same_fault_of_another_channel_has_another_name() -> None:
    [tag] = [each.id for each in findings_of_run(a_recording(meta_tag({"ud[ph]": None}), meta_capi()))]
    [capi] = [each.id for each in findings_of_run(a_recording(meta_tag(), meta_capi({"user_data/ph": None})))]
    assert tag != capi


def test_findings_about_the_same_are_numbered() -> None:
    both = a_recording(
        meta_tag({"eid": None}), meta_tag({"eid": None}, order=SECOND_ORDER, name="second"),
        conversions=(ORDER, SECOND_ORDER),
    )  # fmt: skip
    first, second = (finding.id for finding in findings_of_run(both) if finding.check == "event-id")
    assert second == f"{first}-2"


def test_a_finding_knows_the_step_in_which_its_tag_fired() -> None:
    steps = {finding.check: finding.step for finding in findings_of_run(BROKEN) if "meta-tag" in finding.exchanges}
    assert set(steps.values()) == {3}
    server_only = [finding.step for finding in findings_of_run(BROKEN) if finding.exchanges == ("meta-capi",)]
    assert set(server_only) == {None}
