"""The verdict in words says neither more nor less than the result."""

from __future__ import annotations

from dataclasses import replace

from report_builders import a_row, a_run, a_suite, an_outcome, failing_result, healthy_result, inconclusive_result

from harness.model.recording import Breakdown
from harness.model.result import Certainty, CheckOutcome, Finding, Outcome, RowState, Severity, Verdict
from harness.report.judgement import judgement
from harness.report.matrix import profile_summaries

OPEN_COUNTS = {"meta": 1, "google_ads": 0, "tiktok": 2}


def test_passed() -> None:
    said = judgement(healthy_result())

    assert said.headline == "Each of the 2 orders would be counted exactly once by every vendor tested."
    assert said.gaps == ()


def test_failed_names_who_counts_too_much_and_who_loses_orders() -> None:
    said = judgement(failing_result())

    assert said.headline == "4 of 11 vendors would not count every order exactly once."
    assert "More conversions than orders would be counted by Meta." in said.sentences
    assert "Orders would be lost by Google Ads, Amazon Ads and Teads." in said.sentences


def test_passed_without_a_prediction_does_not_claim_one() -> None:
    run = a_run(matrix=(a_row("meta", counted=None, state=RowState.SKIPPED, note="undocumented"), a_row("tiktok")))
    said = judgement(a_suite(run))

    assert said.headline.endswith("by every vendor whose count is certain.")
    assert [gap.why for gap in said.gaps] == ["Undocumented."]


def test_inconclusive_never_sounds_like_a_pass() -> None:
    said = judgement(inconclusive_result())

    assert said.headline == "No verdict: 1 of 2 runs broke off before the journey's end."
    assert [part.what for gap in said.gaps for part in gap.parts] == [
        "The run of “Guest checkout” under Brave-like",
        "“Tag and server copies share one event ID” of Meta (1 of 2 runs)",
        "“Tag and server copies share one event ID” of TikTok (1 of 2 runs)",
        "1 server call outside every run",
    ]


def test_what_broke_the_run_comes_first_and_the_checks_it_silenced_are_one_line() -> None:
    silenced = tuple(
        an_outcome(vendor, check, title=check, outcome=CheckOutcome.SKIPPED, reason="no order", undecided=True)
        for vendor in ("meta", "tiktok")
        for check in ("one", "two", "three")
    )
    row = a_row("meta", orders=0, counted=None)
    broken = a_run(
        verdict=Verdict.INCONCLUSIVE,
        trusted=False,
        reasons=("no such button",),
        breakdown=Breakdown(message="no such button"),
        orders=(),
        matrix=(row,),
        outcomes=silenced,
    )
    said = judgement(a_suite(broken, verdict=Verdict.INCONCLUSIVE))

    assert said.headline == "No verdict: the run broke off before the journey's end."
    assert [(gap.why, *((part.what, part.questions) for part in gap.parts)) for gap in said.gaps] == [
        ("No such button.", ("The run of “Guest checkout” under No protection", ())),
        ("No order.", ("3 checks of Meta and TikTok", ("one", "two", "three"))),
    ]


def test_a_reason_is_given_once_with_the_checks_of_each_vendor_that_it_stopped() -> None:
    def skipped(vendor: str, check: str) -> Outcome:
        return an_outcome(vendor, check, outcome=CheckOutcome.SKIPPED, reason="no server calls", undecided=True)

    outcomes = (*(skipped("meta", f"check-{number}") for number in range(7)), skipped("tiktok", "event-id-match"))
    run = a_run(verdict=Verdict.INCONCLUSIVE, outcomes=outcomes)
    (gap,) = judgement(a_suite(run, verdict=Verdict.INCONCLUSIVE)).gaps

    assert gap.why == "No server calls."
    assert gap.named == "check-0, check-1, check-2, check-3 and 3 more of Meta; event-id-match of TikTok"


def test_a_check_that_broke_is_told_by_the_last_line_of_its_traceback() -> None:
    trace = "Traceback (most recent call last):\n  File x, line 1\nKeyError: 'broken'\n"
    broken = an_outcome("meta", "odd", title="Odd", outcome=CheckOutcome.ERRORED, reason=trace, undecided=True)
    run = a_run(verdict=Verdict.INCONCLUSIVE, outcomes=(broken,))
    (gap,) = judgement(a_suite(run, verdict=Verdict.INCONCLUSIVE)).gaps

    assert (gap.why, gap.named) == ("The check broke: KeyError: 'broken'.", "odd of Meta")


def test_runs_that_broke_alike_name_their_scenario_once() -> None:
    runs = tuple(
        a_run(profile, verdict=Verdict.INCONCLUSIVE, trusted=False, reasons=("no such button",), outcomes=())
        for profile in ("none", "ublock")
    )
    (gap,) = judgement(a_suite(*runs, verdict=Verdict.INCONCLUSIVE)).gaps

    assert gap.named == "The runs of “Guest checkout” under No protection and uBlock Origin-like"


def test_a_run_that_only_its_checks_left_open_is_not_told_of_twice() -> None:
    open_ = an_outcome("meta", outcome=CheckOutcome.SKIPPED, reason="server calls are hidden", undecided=True)
    reasons = ("event-id-match (meta): server calls are hidden",)
    run = a_run(verdict=Verdict.INCONCLUSIVE, reasons=reasons, outcomes=(open_,))
    (gap,) = judgement(a_suite(run, verdict=Verdict.INCONCLUSIVE)).gaps

    assert gap.why == "Server calls are hidden."


def test_a_gap_always_has_a_reason() -> None:
    results = (inconclusive_result(), a_suite(a_run(matrix=(a_row("meta", counted=None),))))
    whys = [gap.why for result in results for gap in judgement(result).gaps]

    assert whys
    assert not [why for why in whys if not why or "No reason was recorded" in why]


def test_an_unsure_count_is_neither_right_nor_wrong() -> None:
    unsure = a_row("meta", alternatives=(1, 2), certainty=Certainty.UNDOCUMENTED)
    result = a_suite(a_run(matrix=(unsure, a_row("tiktok"))))
    (summary,) = profile_summaries(result)

    assert (summary.right, summary.over, summary.unpredicted) == (("TikTok",), (), ("Meta",))
    assert judgement(result).headline.endswith("by every vendor whose count is certain.")


def test_a_count_of_what_may_not_be_all_is_sure_only_where_it_is_too_much_already() -> None:
    rows = tuple(replace(a_row(vendor), counted=counted, is_open=True) for vendor, counted in OPEN_COUNTS.items())
    (summary,) = profile_summaries(a_suite(a_run(matrix=rows)))

    assert (summary.right, summary.short, summary.over) == ((), (), ("TikTok",))
    assert summary.unpredicted == ("Meta", "Google Ads")


def test_a_visit_without_any_vendor_says_so() -> None:
    run = a_run(verdict=Verdict.INCONCLUSIVE, matrix=(), outcomes=())
    said = judgement(a_suite(run, verdict=Verdict.INCONCLUSIVE))
    assert said.headline == "No verdict: no call of a known vendor was seen."


def test_only_errors_must_be_mended_and_an_unsure_count_is_not_called_right() -> None:
    findings = tuple(Finding(check="c", vendor="meta", severity=each, message="m") for each in Severity)
    failed = an_outcome("meta", outcome=CheckOutcome.FAILED, findings=findings)
    runs = (a_run(outcomes=(failed,)), a_run(outcomes=(failed,), matrix=(a_row("meta", is_open=True),)))
    assert [judgement(a_suite(run, verdict=Verdict.FAILED)).headline for run in runs] == [
        "1 finding must be mended, although every predicted count is right.",
        "1 finding must be mended, although no count is wrong for certain.",
    ]


def test_failed_with_right_counts_says_so() -> None:
    assert "although every predicted count is right" in judgement(a_suite(a_run(), verdict=Verdict.FAILED)).headline


def test_a_profile_where_a_vendor_is_wrong_once_does_not_count_it_as_right() -> None:
    runs = (a_run(), a_run(id="two", scenario="second", matrix=(a_row("meta", counted=0),)))
    (summary,) = profile_summaries(a_suite(*runs))

    assert summary.short == ("Meta",)
    assert "Meta" not in summary.right
    assert summary.vendors == 3


def test_orders_without_consent_are_told_and_not_counted() -> None:
    refused = a_run("ublock", matrix=(a_row("meta", orders=0, counted=0),), refused=1)

    said = judgement(a_suite(a_run(matrix=(a_row("meta"),)), refused))
    assert said.headline == "The one order with consent would be counted exactly once by every vendor tested."
    assert "led to 2 orders, 1 without consent;" in said.sentences[0]
    alone = judgement(a_suite(refused))
    assert alone.headline == "Nothing wrong was found; no order was made with consent."
