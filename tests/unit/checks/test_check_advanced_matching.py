"""Does the tag tell the vendor who the visitor is, once the visitor has said so?"""

from __future__ import annotations

from dataclasses import replace

from builders import (
    START,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    evidence_of,
    findings_of,
    meta_capi,
    meta_tag,
    passes,
    persona,
    skip_of,
    teads_capi,
    teads_tag,
    the_finding,
)

from harness.checks import judge
from harness.model.recording import StepRecord
from harness.model.result import CheckOutcome

CHECK = "advanced-matching"
NAMELESS = {f"ud[{name}]": None for name in ("em", "ph", "fn", "ln", "ct", "zp", "country", "external_id")}
TYPED = tuple(
    StepRecord(index=index, verb="fill", summary=summary, started_at=START, ended_at=START + 1)
    for index, summary in enumerate(
        ('fill label "City" with ${persona.city}', 'fill label "Phone" with ${persona.phone_national}')
    )
)


def test_passes_when_anything_was_sent() -> None:
    assert passes(CHECK, a_healthy_recording("meta"))
    nearly = {**NAMELESS}
    del nearly["ud[country]"]
    assert passes(CHECK, a_recording(meta_tag(nearly), meta_capi(), vendors=("meta",)))


def test_fails_when_nothing_was_sent_of_what_the_visitor_typed() -> None:
    assert the_finding(CHECK, a_recording(meta_tag(NAMELESS), vendors=("meta",), steps=TYPED)) == Told(
        severity="warning",
        message="The browser tag sends nothing of what the visitor gave and the vendor takes: "
        "phone (strongest); city (medium).",
        expected="at least phone",
        found="no identifier",
        rule="meta.identifier.phone",
        exchanges=("meta-tag",),
    )


def test_fails_when_the_server_knew_what_the_tag_did_not_send() -> None:
    assert "email" in the_finding(CHECK, a_recording(meta_tag(NAMELESS), meta_capi(), vendors=("meta",))).message


def test_the_single_gaps_are_not_told_again_unless_they_are_required() -> None:
    recording = a_recording(meta_tag(NAMELESS), vendors=("meta",), steps=TYPED)
    assert {found.severity for found in findings_of("identifier-completeness", recording)} <= {"error"}


def test_is_skipped_when_there_was_nothing_to_send() -> None:
    assert skip_of(CHECK, a_recording(meta_tag(NAMELESS), vendors=("meta",))) == Skipped(
        "the visitor gave nothing that this tag could have sent"
    )
    assert skip_of(CHECK, a_recording(teads_tag(), teads_capi(), vendors=("teads",)), "teads") == Skipped(
        "this vendor's tag takes nothing of what a visitor gives"
    )


def test_what_this_tag_does_not_take_need_not_be_told() -> None:
    """Nobody said whether the visitor gave a street: Meta's tag takes none."""
    silent = a_recording(meta_tag(NAMELESS), vendors=("meta",))
    for unknown, is_undecided in (({"street", "phone_national"}, False), ({"street", "email"}, True)):
        evidence = evidence_of(silent, "meta", persona=replace(persona(), unknown=frozenset(unknown)))
        outcome = next(each for each in judge(evidence) if each.check == CHECK)
        assert (outcome.outcome, outcome.undecided) == (CheckOutcome.SKIPPED, is_undecided)
