"""Does the vendor hear only what the visitor agreed to?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import (
    ORDER,
    ORDERED,
    START,
    UNOBSERVABLE,
    Skipped,
    Told,
    a_healthy_recording,
    a_recording,
    facts_of,
    findings_of,
    google_capi,
    google_tag,
    meta_capi,
    meta_tag,
    outcomes_of,
    passes,
    skip_of,
    tealium_collect,
    the_finding,
    with_blocked,
    without,
)

from harness.model.recording import ConsentChoice, EvidenceSource, LegRecord, Origin, Recording
from harness.model.result import CheckOutcome

CHECK = "consent"
GRANTED = ConsentChoice(state="granted", at=START + 2, step=1)
DENIED = replace(GRANTED, state="denied")
NO_CALL = "no call or one with data_processing like LDU"


def answering(recording: Recording, *choices: ConsentChoice) -> Recording:
    return replace(recording, consents=choices)


def test_passes_when_everything_was_agreed_to() -> None:
    assert passes(CHECK, answering(a_healthy_recording("meta"), GRANTED))


def test_passes_when_nothing_left_after_a_refusal() -> None:
    assert passes(CHECK, answering(a_recording(vendors=("meta",)), DENIED))


def test_a_call_that_was_blocked_told_nobody() -> None:
    recording = with_blocked(a_recording(meta_tag(), vendors=("meta",)), "meta-tag")
    assert passes(CHECK, answering(recording, DENIED))


def test_is_skipped_when_nobody_asked() -> None:
    assert skip_of(CHECK, a_healthy_recording("meta")) == Skipped(
        "the journey answered no question of consent, and no two copies tell of one"
    )


def test_fails_when_the_tag_or_the_server_calls_after_a_refusal() -> None:
    tag, capi = findings_of(CHECK, answering(a_healthy_recording("meta"), DENIED))
    assert tag == Told(
        severity="error",
        message="After the visitor denied consent, 1 browser tag (Purchase) was sent.",
        expected=NO_CALL,
        found="1 browser tag",
        exchanges=("meta-tag",),
    )
    assert (capi.severity, capi.exchanges) == ("error", ("meta-capi",))


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ((GRANTED, replace(DENIED, state="withdrawn", at=START + 5, step=2)), "After the visitor withdrew consent"),
        ((replace(GRANTED, at=ORDERED + 5, step=4),), "Before the visitor answered the question of consent"),
    ],
)
def test_so_do_a_withdrawal_and_the_time_before_any_answer(choices: tuple[ConsentChoice, ...], said: str) -> None:
    recording = answering(a_recording(meta_tag(), vendors=("meta",)), *choices)
    assert the_finding(CHECK, recording).message.startswith(said)


def test_that_no_server_calls_cannot_be_said_where_they_cannot_be_seen() -> None:
    recording = answering(a_recording(vendors=("meta",), server_source=UNOBSERVABLE), DENIED)
    assert skip_of(CHECK, recording) == Skipped("server calls are not observable here", undecided=True)


def test_a_call_that_tells_of_the_refusal_may_leave() -> None:
    tag = google_tag({"gcs": "G100", "em": None})
    recording = answering(a_recording(tag, vendors=("google-ads",)), DENIED)
    assert passes(CHECK, recording, "google-ads")
    (prediction,) = facts_of(recording)["google-ads"].dedup
    assert (prediction.expected, prediction.counted) == (0, 0)


def test_a_call_that_says_granted_after_a_refusal_is_told_with_what_it_says() -> None:
    recording = answering(a_recording(google_tag({"gcs": "G111"}), vendors=("google-ads",)), DENIED)
    found = the_finding(CHECK, recording, "google-ads")
    assert (found.severity, found.found) == ("error", "consent: G111")
    assert found.message.endswith("was sent, saying that it was granted.")


def test_a_refusal_that_was_none_costs_conversions() -> None:
    recording = answering(a_recording(google_tag({"gcs": "G100"}), vendors=("google-ads",)), GRANTED)
    found = the_finding(CHECK, recording, "google-ads")
    assert (found.severity, found.rule, found.found) == ("warning", "google-ads.consent.mode", "consent: G100")


def test_copies_must_tell_the_same_whatever_was_answered() -> None:
    capi = google_capi({"consent": {"adUserData": "CONSENT_GRANTED"}})
    assert the_finding(CHECK, a_recording(google_tag({"gcs": "G100"}), capi), "google-ads") == Told(
        severity="error",
        message="The tag tells the vendor that consent was denied, the server call that it was granted.",
        expected="denied (consent: G100)",
        found="granted (consent: CONSENT_GRANTED)",
        rule="google-ads.consent.mode",
        exchanges=("google-tag", "google-capi"),
    )
    assert passes(CHECK, a_recording(google_tag({"gcs": "G111"}), capi), "google-ads")


def test_a_later_consent_is_none_for_what_came_before() -> None:
    later = replace(GRANTED, at=ORDERED + 0.6, step=4)
    recording = answering(a_recording(meta_capi(at=ORDERED + 0.9), vendors=("meta",)), DENIED, later)
    found = the_finding(CHECK, recording)
    assert (found.severity, found.exchanges) == ("warning", ("meta-capi",))
    assert found.message.startswith(f"Order {ORDER.order_id} was made without consent and sent once")


def test_a_server_call_may_leave_after_a_withdrawal_that_came_after_its_conversion() -> None:
    withdrawn = ConsentChoice(state="withdrawn", at=ORDERED + 0.6, step=4)
    assert passes(CHECK, answering(a_healthy_recording("meta"), GRANTED, withdrawn))


def test_a_collector_is_judged_by_what_it_is_told() -> None:
    recording = answering(a_recording(tealium_collect(), vendors=("tealium",)), DENIED)
    assert the_finding(CHECK, recording, "tealium").severity == "warning"


def test_each_device_has_its_own_answer_and_one_that_never_asked_has_the_others() -> None:
    def on_a_phone(device: str, leg: int) -> Recording:
        legs = tuple(
            LegRecord(name=name, device=name, profile=recording.profile, started_at=START, finished_at=START + 20)
            for name in ("laptop", device)
        )
        return answering(replace(recording, legs=legs), DENIED, replace(GRANTED, at=START + 3, step=2, leg=leg))

    recording = a_recording(meta_tag(), vendors=("meta",))
    assert the_finding(CHECK, on_a_phone("phone", leg=1)).severity == "error"
    assert passes(CHECK, on_a_phone("phone", leg=0))
    assert passes(CHECK, on_a_phone("laptop", leg=1))


# What else is asked of a conversion without consent


def test_nothing_is_demanded_of_a_refused_conversion() -> None:
    outcomes = outcomes_of(answering(a_recording(vendors=("meta",)), DENIED), "meta")
    assert outcomes["counted-conversions"].outcome is CheckOutcome.PASSED
    for check in ("tag-once", "server-call-once", "identifier-completeness", "order-parameters", "blocked-delivery"):
        assert (outcomes[check].outcome, outcomes[check].reason, outcomes[check].undecided) == (
            CheckOutcome.SKIPPED,
            "consent was denied",
            False,
        )


def test_a_refused_conversion_that_is_counted_is_one_too_many() -> None:
    found = the_finding("counted-conversions", answering(a_healthy_recording("meta"), DENIED))
    assert (found.severity, found.expected, found.found) == ("error", "0", "1")
    assert found.message.startswith("No order with consent, but the platform would count 1")


def test_that_none_was_counted_cannot_be_said_where_server_calls_cannot_be_seen() -> None:
    recording = answering(a_recording(vendors=("meta",), server_source=UNOBSERVABLE), DENIED)
    assert skip_of("counted-conversions", recording).undecided


def test_a_conversion_after_a_later_grant_is_expected() -> None:
    recording = answering(a_healthy_recording("meta"), DENIED, replace(GRANTED, at=START + 5, step=2))
    assert passes("counted-conversions", recording)
    assert the_finding("tag-once", without(recording, "meta-tag")).found == "none"


SEEN = EvidenceSource(name="visit.har", kind="HTTP Archive (HAR)", origin=Origin.BROWSER, entries=9, taken=9)


def test_of_a_visit_seen_by_another_program_a_consent_begins_when_a_tag_first_tells_of_it() -> None:
    from_the_start = replace(GRANTED, at=START)
    before = google_tag({"gcs": "G100"}, name="before", at=START + 1)
    after = google_tag({"gcs": "G100"}, name="after", at=ORDERED + 5)
    visit = a_recording(before, google_tag({"gcs": "G111"}), vendors=("google-ads",), sources=(SEEN,))
    assert passes(CHECK, answering(visit, from_the_start), "google-ads")
    denied = a_recording(google_tag({"gcs": "G111"}), after, vendors=("google-ads",), sources=(SEEN,))
    assert the_finding(CHECK, answering(denied, from_the_start), "google-ads").exchanges == ("after",)
    never = a_recording(before, vendors=("google-ads",), sources=(SEEN,))
    assert the_finding(CHECK, answering(never, from_the_start), "google-ads").exchanges == ("before",)
