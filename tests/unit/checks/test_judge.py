"""How are the checks run, and what can every one of them be relied on for?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from builders import (
    HEALTHY,
    LATER,
    ORDER,
    SECOND_ORDER,
    a_healthy_recording,
    a_recording,
    an_exchange,
    assert_provable,
    blocked,
    decoded,
    evidence_of,
    google_capi,
    google_tag,
    meta_capi,
    meta_tag,
    outcomes_of,
    specs,
    teads_capi,
    teads_tag,
    tealium_collect,
)

from harness.checks import CHECKS, RUN_CHECKS, judge
from harness.checks.check import Check, Skip, finding
from harness.model.facts import Evidence
from harness.model.recording import Recording, Request
from harness.model.result import CheckOutcome, Finding, Verdict
from harness.model.spec import Basis, Rule
from harness.verdicts import run_verdict

CASES = Path(__file__).parent
# Which helper proves which kind of case.
PROOFS = {"test_passes": {"passes"}, "test_fails": {"the_finding", "findings_of"}, "test_is_skipped": {"skip_of"}}


@pytest.mark.parametrize("check", [*CHECKS, *RUN_CHECKS])
def test_every_check_has_a_passing_a_failing_and_a_skipped_case(check: str) -> None:
    path = CASES / f"test_check_{check.replace('-', '_')}.py"
    assert path.is_file(), f"write {path.name} with a passing, a failing and a skipped case of {check}"
    tree = ast.parse(path.read_text("utf-8"))
    assert any(isinstance(node, ast.Assign) and ast.unparse(node) == f"CHECK = '{check}'" for node in tree.body)
    for kind, helpers in PROOFS.items():
        tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith(kind)]
        assert tests, f"{path.name} has no {kind}_…"
        for test in tests:
            assert helpers & set(_called(test)), f"{path.name}: {test.name} asserts nothing with {helpers}"


def _called(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


@pytest.mark.parametrize("vendor", HEALTHY)
def test_a_healthy_order_has_nothing_to_find(vendor: str) -> None:
    outcomes = judge(evidence_of(a_healthy_recording(), vendor))
    assert {outcome.outcome for outcome in outcomes} == {CheckOutcome.PASSED, CheckOutcome.SKIPPED}
    assert not any(outcome.undecided or outcome.findings for outcome in outcomes)
    assert all(outcome.reason for outcome in outcomes if outcome.outcome is CheckOutcome.SKIPPED)


def test_a_check_is_filed_under_its_own_name_with_texts_of_its_own() -> None:
    assert [check.id for check in CHECKS.values()] == list(CHECKS)
    assert [check.id for check in RUN_CHECKS.values()] == list(RUN_CHECKS)
    for text in ("title", "why", "remedy"):
        texts = [getattr(check, text) for check in (*CHECKS.values(), *RUN_CHECKS.values())]
        assert all(texts)
        assert len(set(texts)) == len(texts)


def test_platforms_and_transports_are_asked_their_own_questions_only() -> None:
    recording = a_healthy_recording()
    everybody = {check.id for check in CHECKS.values() if not check.needs & {"platform", "transport"}}
    platforms = {check.id for check in CHECKS.values() if "platform" in check.needs}
    transports = {check.id for check in CHECKS.values() if "transport" in check.needs}
    assert outcomes_of(recording, "meta").keys() == everybody | platforms
    assert outcomes_of(recording, "tealium").keys() == everybody | transports
    assert "counted-conversions" in platforms
    assert "collect-once" in transports


# --- checks that do not behave --------------------------------------------------------------------------------------


def with_check(monkeypatch: pytest.MonkeyPatch, look: object) -> None:
    check = Check(id="odd", title="Odd", why="Its why.", remedy="Its remedy.", needs=frozenset(), look=look)  # type: ignore[arg-type]
    monkeypatch.setitem(CHECKS, "odd", check)


def test_a_check_that_raises_is_errored_and_the_others_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(evidence: Evidence) -> Iterator[Finding]:
        yield finding(evidence, "odd", "error", "Half a thought.")
        raise KeyError("broken")

    recording = a_healthy_recording("meta")
    before = outcomes_of(recording, "meta")
    with_check(monkeypatch, look)
    after = outcomes_of(recording, "meta")

    odd = after.pop("odd")
    assert after == before
    assert (odd.outcome, odd.undecided, odd.findings) == (CheckOutcome.ERRORED, True, ())
    assert "KeyError: 'broken'" in odd.reason
    verdict, reasons = run_verdict(recording, [*after.values(), odd])
    assert verdict is Verdict.INCONCLUSIVE
    assert reasons == (f"{odd.reason.rstrip()} (odd of meta)",)


def test_an_inferred_rule_warns_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(evidence: Evidence) -> Iterator[Finding]:
        for basis in Basis:
            rule = Rule(id=f"meta.{basis}", says="It is so.", sources=("D1",), basis=basis)
            yield finding(evidence, "odd", "error", "Wrong.", rule=rule)
            yield finding(evidence, "odd", "info", "Well.", rule=rule)

    with_check(monkeypatch, look)
    outcome = outcomes_of(a_healthy_recording("meta"), "meta")["odd"]
    told = [(each.citation.basis, each.severity.value) for each in outcome.findings if each.citation]
    assert told == [
        ("documented", "error"), ("documented", "info"), ("observed", "error"), ("observed", "info"),
        ("inferred", "warning"), ("inferred", "info"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("at_most", "basis", "told"),
    [
        ("warning", Basis.DOCUMENTED, ["warning", "warning", "info"]),
        ("info", Basis.OBSERVED, ["info", "info", "info"]),
        ("info", Basis.INFERRED, ["info", "info", "info"]),
        ("warning", Basis.INFERRED, ["warning", "warning", "info"]),
    ],
)
def test_a_rule_may_say_how_grave_a_finding_on_it_is_at_most(
    monkeypatch: pytest.MonkeyPatch, at_most: str, basis: Basis, told: list[str]
) -> None:
    rule = Rule(id="meta.soft", says="It is so.", sources=("D1",), basis=basis, at_most=at_most)

    def look(evidence: Evidence) -> Iterator[Finding]:
        for severity in ("error", "warning", "info"):
            yield finding(evidence, "odd", severity, "Wrong.", rule=rule)

    with_check(monkeypatch, look)
    outcome = outcomes_of(a_healthy_recording("meta"), "meta")["odd"]
    assert [each.severity.value for each in outcome.findings] == told


def test_the_real_checks_warn_at_most_when_their_rule_is_inferred() -> None:
    meta = specs()["meta"]
    assert meta.event_id is not None
    inferred = replace(meta, event_id=replace(meta.event_id, rule=replace(meta.event_id.rule, basis=Basis.INFERRED)))
    recording = a_recording(meta_tag({"eid": None}))
    outcome = outcomes_of(recording, "meta", known={**specs(), "meta": inferred})["event-id"]
    assert [each.severity.value for each in outcome.findings] == ["warning"]
    assert outcome.outcome is CheckOutcome.FAILED


def test_information_fails_no_check(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(evidence: Evidence) -> Iterator[Finding]:
        yield finding(evidence, "odd", "info", "By the way.")

    with_check(monkeypatch, look)
    outcome = outcomes_of(a_healthy_recording("meta"), "meta")["odd"]
    assert outcome.outcome is CheckOutcome.PASSED
    assert [each.message for each in outcome.findings] == ["By the way."]


def test_what_was_found_before_a_check_had_to_stop_stays_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(evidence: Evidence) -> Iterator[Finding]:
        yield finding(evidence, "odd", "warning", "This much is sure.")
        raise Skip("the rest may still come", undecided=True)

    with_check(monkeypatch, look)
    recording = a_healthy_recording("meta")
    outcome = outcomes_of(recording, "meta")["odd"]
    assert (outcome.outcome, outcome.reason, outcome.undecided) == (
        CheckOutcome.FAILED, "the rest may still come", True,
    )  # fmt: skip
    assert run_verdict(recording, [outcome])[0] is Verdict.INCONCLUSIVE


def test_a_finding_takes_the_texts_of_its_check_unless_it_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(evidence: Evidence) -> Iterator[Finding]:
        yield finding(evidence, "odd", "error", "Wrong.")
        yield finding(evidence, "odd", "error", "Wrong.", remedy="Do this instead.")

    with_check(monkeypatch, look)
    outcome = outcomes_of(a_healthy_recording("meta"), "meta")["odd"]
    assert [(each.why, each.remedy) for each in outcome.findings] == [
        ("Its why.", "Its remedy."), ("Its why.", "Do this instead."),
    ]  # fmt: skip


# --- what holds for every finding -----------------------------------------------------------------------------------

BAD_DAY = a_recording(
    meta_tag({"eid": None, "cd[value]": "1.5", "fbc": None, "ud[em]": "a@b.example", "ts": "1795286410"}),
    meta_tag(name="meta-again", at=LATER),
    meta_capi({"event_name": "purchase", "event_id": 7, "event_time": 1790000000, "user_data/ph": None}, pixel="70240"),
    meta_capi({"custom_data/value": "1,5", "user_data/em": ["0" * 64], "user_data/fbp": "x"}, name="meta-more"),
    google_tag({"oid": "a/b", "gclaw": "cut", "em": "tv.1~em.x"}),
    google_capi({"currency": None, "eventTimestamp": "now", "conversionValue": 1}),
    teads_tag({"auctid": None}),
    teads_capi({"event_time": 1795286410000, "conversion_type": "purchase"}),
    tealium_collect({"data/customer_email": None, "post_time": 7}, at=ORDER.at),
    tealium_collect(name="tealium-again", account="cornershop/test"),
    an_exchange(Request(method="GET", url="https://t.teads.tv/new"), name="new", at=LATER),
    conversions=(ORDER, SECOND_ORDER),
)
BLOCKED_DAY = replace(
    BAD_DAY, profile=replace(BAD_DAY.profile, extra_rules=("x",)), exchanges=tuple(map(blocked, BAD_DAY.exchanges))
)


@pytest.mark.parametrize("vendor", HEALTHY)
@pytest.mark.parametrize("recording", [BAD_DAY, BLOCKED_DAY], ids=["bad day", "blocked day"])
def test_every_finding_can_be_followed_to_its_proof_and_its_rule(recording: Recording, vendor: str) -> None:
    events = decoded(recording).events
    elsewhere = {event.key: ("A", "B") for event in events}
    outcomes = outcomes_of(recording, vendor, other_orders=elsewhere).values()
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    assert findings
    for each in findings:
        assert_provable(each, recording, [event.id for event in events])
        assert each.vendor == vendor
        assert each.check in CHECKS
    assert not any(outcome.outcome is CheckOutcome.ERRORED for outcome in outcomes)


def test_every_rule_of_a_schema_can_be_cited() -> None:
    for spec in specs().values():
        rules = spec.rules()
        assert {rule for schema in spec.schemas.values() for rule in _rules_in(schema)} <= rules.keys()
        for rule in rules.values():
            assert rule.id.startswith(f"{spec.id}.")
            assert rule.says
            assert set(rule.sources) <= spec.sources.keys()


def _rules_in(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("x-rule"), str):
            yield schema["x-rule"]
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from _rules_in(part)
