"""The proof of a finding: which events, and which fields differ."""

from __future__ import annotations

from report_builders import a_run, an_event

from harness.model.result import EvidenceLine, Finding, Severity
from harness.report.evidence import ALONE, DIFFERS, PARTLY, SAME, proof_of, shown_proofs
from harness.report.grouping import Occurrence


def lines(**values: str) -> tuple[EvidenceLine, ...]:
    return tuple(EvidenceLine(field=field, value=value) for field, value in values.items())


def a_finding(*events: str, parameter: str = "") -> Finding:
    return Finding(check="c", vendor="meta", severity=Severity.ERROR, message="m", events=events, parameter=parameter)


def test_fields_are_joined_and_the_differing_come_first_after_the_one_in_question() -> None:
    tag = an_event("meta", "tag", 1, lines=lines(same="1", id="ord-1", other="xyz", only="here"))
    capi = an_event("meta", "capi", 1, lines=lines(same="1", id="ORD-1", other="abc"))
    proof = proof_of(a_finding(capi.id, tag.id, parameter="only"), a_run(events=(tag, capi)))

    assert [event.channel for event in proof.events] == ["tag", "capi"]
    assert [(row.field, row.sign) for row in proof.rows] == [
        ("only", PARTLY),
        ("id", DIFFERS),
        ("other", DIFFERS),
        ("same", SAME),
    ]
    assert proof.rows[0].is_subject
    assert [cell.sent for cell in proof.rows[0].cells] == [True, False]


def test_only_the_part_that_differs_is_marked_and_unlike_values_are_not_cut() -> None:
    tag = an_event("meta", "tag", 1, lines=lines(id="ord-100482", digest="ab12"))
    capi = an_event("meta", "capi", 1, lines=lines(id="ord-100482.0", digest="ffee"))
    proof = proof_of(a_finding(tag.id, capi.id), a_run(events=(tag, capi)))
    cells = {row.field: [(cell.head, cell.middle, cell.tail) for cell in row.cells] for row in proof.rows}

    assert cells["id"] == [("ord-100482", "", ""), ("ord-100482", ".0", "")]
    assert cells["digest"] == [("ab12", "", ""), ("ffee", "", "")]


def test_an_overlap_of_start_and_end_is_not_counted_twice() -> None:
    tag = an_event("meta", "tag", 1, lines=lines(value="aaaa"))
    capi = an_event("meta", "capi", 1, lines=lines(value="aaaaaa"))
    (row,) = proof_of(a_finding(tag.id, capi.id), a_run(events=(tag, capi))).rows

    assert ["".join((cell.head, cell.middle, cell.tail)) for cell in row.cells] == ["aaaa", "aaaaaa"]


def test_a_single_event_brings_its_partner_along() -> None:
    tag, capi = an_event("meta", "tag", 1, pair="s001#0"), an_event("meta", "capi", 1)

    assert proof_of(a_finding(tag.id), a_run(events=(tag, capi))).events == (tag, capi)


def test_a_lone_event_is_shown_without_comparison_and_unknown_ids_are_named() -> None:
    tag = an_event("meta", "tag", 1)
    proof = proof_of(a_finding(tag.id, "gone#0"), a_run(events=(tag,)))

    assert {row.sign for row in proof.rows} == {ALONE}
    assert proof.unknown == ("gone#0",)


def test_values_of_a_repeated_field_stand_together() -> None:
    twice = (*lines(item="mug"), *lines(item="cup"))
    tag = an_event("meta", "tag", 1, lines=twice)
    (row,) = proof_of(a_finding(tag.id), a_run(events=(tag,))).rows

    assert row.cells[0].head == "mug\ncup"


def test_more_events_than_columns_are_listed_behind() -> None:
    events = tuple(an_event("meta", "tag", number) for number in range(6))
    proof = proof_of(a_finding(*(event.id for event in events)), a_run(events=events))

    assert (len(proof.events), len(proof.further)) == (4, 2)


def test_the_same_events_are_shown_in_full_once_and_then_by_what_tells() -> None:
    tag = an_event("meta", "tag", 1, lines=lines(same="1", id="a", mine="2"))
    capi = an_event("meta", "capi", 1, lines=lines(same="1", id="b"))
    run = a_run(events=(tag, capi))
    findings = (a_finding(tag.id, capi.id), a_finding(capi.id, tag.id, parameter="mine"), a_finding(capi.id))
    occurrences = [
        Occurrence(anchor=f"finding-{number}", own_anchor="", run=run, finding=finding)
        for number, finding in enumerate((*findings, a_finding()))
    ]
    shown = [shown_proofs(occurrences)[id(each)] for each in occurrences]

    assert [each.fuller for each in shown] == ["", "evidence-finding-0", "", ""]
    assert [[row.field for row in each.rows] for each in shown] == [
        ["id", "mine", "same"],
        ["mine", "id"],
        ["same", "id"],
        [],
    ]
