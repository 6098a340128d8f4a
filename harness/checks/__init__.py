"""Which questions are asked, and how are they run? Add a check with one line in CHECKS or RUN_CHECKS."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import replace

from harness.checks import (
    account_match,
    action_source,
    advanced_matching,
    blocked_delivery,
    browser_id_carriage,
    click_id_carriage,
    collect_once,
    collect_order,
    consent,
    counted_conversions,
    data_layer_pii,
    event_id,
    event_id_match,
    event_id_unique,
    event_name_match,
    event_time,
    filtered_event,
    identifier_completeness,
    identifier_hashing,
    identifier_leak,
    identifier_raw,
    order_parameters,
    page_works,
    parameter_agreement,
    schema,
    server_call_once,
    tag_on_pages,
    tag_once,
    token_exposure,
    trigger_timing,
    unrecognised_call,
    value_trail,
    vendor_acceptance,
)
from harness.checks.check import (
    Check,
    RunCheck,
    Skip,
    browser_silence,
    copies_in,
    no_conversion,
    server_silence,
    uses,
)
from harness.model.facts import Evidence, RunEvidence
from harness.model.result import CheckOutcome, Finding, Outcome, Severity

CHECKS: dict[str, Check] = {
    module.CHECK.id: module.CHECK
    for module in (
        counted_conversions,
        tag_once,
        tag_on_pages,
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
        advanced_matching,
        identifier_completeness,
        identifier_hashing,
        identifier_raw,
        token_exposure,
        click_id_carriage,
        browser_id_carriage,
        order_parameters,
        parameter_agreement,
        event_time,
        blocked_delivery,
        consent,
        collect_order,
        value_trail,
        trigger_timing,
        unrecognised_call,
    )
}


RUN_CHECKS: dict[str, RunCheck] = {
    module.CHECK.id: module.CHECK
    for module in (
        page_works,
        identifier_leak,
        data_layer_pii,
    )
}


def judge(evidence: Evidence) -> tuple[Outcome, ...]:
    """Every check on one vendor of one run. A check that raises is `errored`; it never takes the others with it."""
    return tuple(
        _outcome(check, evidence.vendor.spec.id, _looked(check, evidence))
        for check in CHECKS.values()
        if _concerns(check, evidence)
    )


def judge_run(evidence: RunEvidence) -> tuple[Outcome, ...]:
    """Every check that is asked once of a whole run; its outcome names no vendor."""
    return tuple(_outcome(check, "", check.look(evidence)) for check in RUN_CHECKS.values())


def _concerns(check: Check, evidence: Evidence) -> bool:
    """Checks of transports are not asked about platforms, nor the reverse: that would be noise, not a skip."""
    kinds = check.needs & {"platform", "transport"}
    return not kinds or evidence.vendor.spec.kind in kinds


def _looked(check: Check, evidence: Evidence) -> Iterator[Finding]:
    skip = _lack(check, evidence)
    if skip is not None:
        raise skip
    yield from check.look(evidence)


def _outcome(check: Check | RunCheck, vendor: str, look: Iterator[Finding]) -> Outcome:
    findings: list[Finding] = []
    reason, undecided = "", False
    try:
        for finding in look:
            findings.append(_judged(check, finding))
    except Skip as stop:
        reason, undecided = stop.reason, stop.undecided
        if not findings:  # what was found until then stays found
            return _result(check, vendor, CheckOutcome.SKIPPED, reason=reason, undecided=undecided)
    except Exception:  # a broken check must not hide the others' findings; the run becomes inconclusive
        return _result(check, vendor, CheckOutcome.ERRORED, reason=traceback.format_exc(limit=-2), undecided=True)
    failed = any(finding.severity is not Severity.INFO for finding in findings)
    outcome = CheckOutcome.FAILED if failed else CheckOutcome.PASSED
    return _result(check, vendor, outcome, tuple(findings), reason, undecided)


def _result(
    check: Check | RunCheck,
    vendor: str,
    outcome: CheckOutcome,
    findings: tuple[Finding, ...] = (),
    reason: str = "",
    undecided: bool = False,
) -> Outcome:
    return Outcome(
        check=check.id,
        title=check.title,
        vendor=vendor,
        outcome=outcome,
        findings=findings,
        reason=reason,
        undecided=undecided,
    )


def _judged(check: Check | RunCheck, finding: Finding) -> Finding:
    """A finding with its check's texts where it has none of its own."""
    return replace(finding, why=finding.why or check.why, remedy=finding.remedy or check.remedy)


def _lack(check: Check, evidence: Evidence) -> Skip | None:
    """The reason to skip when what the check needs is not there."""
    copies = evidence.vendor.copies
    if "conversions" in check.needs and not copies:
        return no_conversion(evidence)
    if "pairs" in check.needs and not any(copy.pairs for copy in copies):
        if not any(True for _ in copies_in(copies, "tag")):
            return browser_silence(evidence) or Skip("no tag copy arrived to compare with")
        if uses(evidence, "capi"):
            silence = server_silence(evidence)
            if silence:
                return silence
        return Skip("no server copy arrived to compare with")
    for channel in sorted({"tag", "capi", "collect"} & check.needs):
        if not any(True for _ in copies_in(copies, channel)):
            silence = browser_silence(evidence) if channel == "tag" and uses(evidence, channel) else None
            return silence or Skip(f"no copy of a conversion arrived in the channel {channel}")
    return None
