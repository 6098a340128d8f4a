"""The verdict in words says neither more nor less than the result."""

from __future__ import annotations

from report_builders import a_row, a_run, a_suite, failing_result, healthy_result, inconclusive_result

from harness.model.result import Verdict
from harness.report.judgement import judgement
from harness.report.matrix import profile_summaries


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
    run = a_run(matrix=(a_row("meta", counted=None, state="skipped", note="undocumented"), a_row("tiktok")))
    said = judgement(a_suite(run))

    assert said.headline.endswith("by every vendor whose count can be predicted.")
    assert [gap.why for gap in said.gaps] == ["undocumented."]


def test_inconclusive_never_sounds_like_a_pass() -> None:
    said = judgement(inconclusive_result())

    assert said.headline == "No verdict: 1 of 2 runs could not be judged."
    assert len(said.gaps) == 5


def test_failed_with_right_counts_says_so() -> None:
    assert "although every predicted count is right" in judgement(a_suite(a_run(), verdict=Verdict.FAILED)).headline


def test_a_profile_where_a_vendor_is_wrong_once_does_not_count_it_as_right() -> None:
    runs = (a_run(), a_run(id="two", scenario="second", matrix=(a_row("meta", counted=0),)))
    (summary,) = profile_summaries(a_suite(*runs))

    assert summary.short == ("Meta",)
    assert "Meta" not in summary.right
    assert summary.vendors == 3
