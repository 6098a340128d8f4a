"""Which questions are asked, and how are they run? Add a check with one line in CHECKS."""

from __future__ import annotations

import traceback
from dataclasses import replace

from harness.checks import (
    account_match,
    action_source,
    blocked_delivery,
    browser_id_carriage,
    click_id_carriage,
    collect_once,
    collect_order,
    counted_conversions,
    event_id,
    event_id_match,
    event_id_unique,
    event_name_match,
    event_time,
    filtered_event,
    identifier_completeness,
    identifier_hashing,
    identifier_raw,
    order_parameters,
    parameter_agreement,
    schema,
    server_call_once,
    tag_once,
    unrecognised_call,
    value_trail,
    vendor_acceptance,
)
from harness.checks.check import Check, Skip, copies_in, server_silence, uses
from harness.model.facts import Evidence
from harness.model.result import CheckOutcome, Finding, Outcome, Severity

CHECKS: dict[str, Check] = {
    module.CHECK.id: module.CHECK
    for module in (
        counted_conversions,
        tag_once,
        server_call_once,
        collect_once,
        vendor_acceptance,
        filtered_event,
        schema,
        event_id,
        event_id_unique,
        event_id_match,
        event_name_match,
        account_match,
        action_source,
        identifier_completeness,
        identifier_hashing,
        identifier_raw,
        click_id_carriage,
        browser_id_carriage,
        order_parameters,
        parameter_agreement,
        event_time,
        blocked_delivery,
        collect_order,
        value_trail,
        unrecognised_call,
    )
}


def judge(evidence: Evidence) -> tuple[Outcome, ...]:
    """Every check on one vendor of one run. A check that raises is `errored`; it never takes the others with it."""
    return tuple(_outcome(check, evidence) for check in CHECKS.values() if _concerns(check, evidence))


def _concerns(check: Check, evidence: Evidence) -> bool:
    """Checks of transports are not asked about platforms, nor the reverse: that would be noise, not a skip."""
    kinds = check.needs & {"platform", "transport"}
    return not kinds or evidence.vendor.spec.kind in kinds


def _outcome(check: Check, evidence: Evidence) -> Outcome:
    findings: list[Finding] = []
    reason, undecided = "", False
    try:
        skip = _lack(check, evidence)
        if skip is not None:
            raise skip
        for finding in check.look(evidence):
            findings.append(_judged(check, finding))
    except Skip as stop:
        reason, undecided = stop.reason, stop.undecided
        if not findings:  # what was found until then stays found
            return _result(check, evidence, CheckOutcome.SKIPPED, reason=reason, undecided=undecided)
    except Exception:  # a broken check must not hide the others' findings; the run becomes inconclusive
        return _result(check, evidence, CheckOutcome.ERRORED, reason=traceback.format_exc(limit=-2), undecided=True)
    failed = any(finding.severity is not Severity.INFO for finding in findings)
    outcome = CheckOutcome.FAILED if failed else CheckOutcome.PASSED
    return _result(check, evidence, outcome, tuple(findings), reason, undecided)


def _result(
    check: Check,
    evidence: Evidence,
    outcome: CheckOutcome,
    findings: tuple[Finding, ...] = (),
    reason: str = "",
    undecided: bool = False,
) -> Outcome:
    return Outcome(
        check=check.id,
        title=check.title,
        vendor=evidence.vendor.spec.id,
        outcome=outcome,
        findings=findings,
        reason=reason,
        undecided=undecided,
    )


def _judged(check: Check, finding: Finding) -> Finding:
    """A finding with its check's texts where it has none of its own."""
    return replace(finding, why=finding.why or check.why, remedy=finding.remedy or check.remedy)


def _lack(check: Check, evidence: Evidence) -> Skip | None:
    """The reason to skip when what the check needs is not there."""
    copies = evidence.vendor.copies
    if "conversions" in check.needs and not copies:
        return Skip("the journey confirmed no conversion", undecided=True)
    if "pairs" in check.needs and not any(copy.pairs for copy in copies):
        if not any(True for _ in copies_in(copies, "tag")):
            return Skip("no tag copy arrived to compare with")
        if uses(evidence, "capi"):
            silence = server_silence(evidence)
            if silence:
                return silence
        return Skip("no server copy arrived to compare with")
    for channel in sorted({"tag", "capi", "collect"} & check.needs):
        if not any(True for _ in copies_in(copies, channel)):
            return Skip(f"no copy of a conversion arrived in the channel {channel}")
    return None
