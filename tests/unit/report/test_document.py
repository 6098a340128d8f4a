"""The document for a client: complete, in plain words, safe, and never more certain than the evidence."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
from html_page import Page
from report_builders import (
    HOSTILE,
    a_citation,
    a_row,
    a_run,
    a_suite,
    an_outcome,
    failing_result,
    healthy_result,
    inconclusive_result,
    large_result,
    real_like_result,
)

from harness.model.recording import EvidenceSource, Origin, ServerSource
from harness.model.result import (
    Certainty,
    CheckOutcome,
    Finding,
    Outcome,
    Severity,
    SpecInfo,
    SuiteResult,
)
from harness.model.theme import Logo, Theme
from harness.report.chapters import chapters_of
from harness.report.document import render_document
from harness.report.summary import summary_of
from harness.report.theming import css_text
from harness.report.wording import clean

RESULTS = {
    "healthy": healthy_result,
    "failing": failing_result,
    "inconclusive": inconclusive_result,
    "real": real_like_result,
    "empty": a_suite,
}
THEME = Theme(
    name="Ours", footer="Our footer", confidentiality="Secret", logo=Logo(media_type="image/png", content=b"x")
)


@pytest.fixture(params=RESULTS)
def result(request: pytest.FixtureRequest) -> SuiteResult:
    return RESULTS[request.param]()


def test_it_is_well_formed_and_every_link_and_label_has_its_target(result: SuiteResult) -> None:
    page = Page(render_document(result, THEME, "Client"))
    ids = page.values("id")

    assert (page.misnested, page.open) == ([], [])
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in page.values("href")} <= set(ids)
    assert set(page.values("aria-labelledby")) <= set(ids)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_it_runs_no_script_and_fetches_nothing(result: SuiteResult) -> None:
    html = render_document(result, THEME, HOSTILE)
    page = Page(html)

    assert "script" not in {tag for tag, _ in page.tags}
    assert any(value.startswith("default-src 'none'; img-src data:;") for value in page.values("content"))
    assert not re.search(r"url\(|@import", html[html.index("<style>") : html.index("</style>")])
    assert {attrs["src"] for tag, attrs in page.tags if tag == "img"} == {"data:image/png;base64,eA=="}


def test_cover_says_whose_it_is_and_what_was_tested() -> None:
    text = Page(render_document(healthy_result(), THEME, "Corner Shop Ltd")).text
    cover = text[: text.index("Contents")]

    for told in ("for Corner Shop Ltd", "https://shop.example", "2 visits (1 scenario, 2 kinds of visitors)", "Secret"):
        assert told in cover
    assert "Each of the 2 orders would be counted exactly once by every vendor tested." in cover


def test_texts_of_others_end_neither_a_css_string_nor_the_style() -> None:
    html = render_document(healthy_result(), replace(THEME, footer='"; } </style><script>'), HOSTILE)

    assert css_text('a"\\\n') == '"a\\000022\\00005c\\00000a"'
    assert html.count("</style>") == 1
    assert Page(html).misnested == []


def test_every_finding_stands_with_its_cost_remedy_and_source_at_its_vendor() -> None:
    text = Page(render_document(failing_result())).text
    start = text.index("Meta ✗ too many")
    chapter = text[start : text.index("Google Ads", start)]

    assert "The event ID is “ORD-100482” in the server copy" in chapter
    assert "so the reported revenue doubles" in chapter
    assert "Create the event ID once, on the server" in chapter
    assert "Meta developer documentation, Deduplicate events" in chapter
    assert "Evidence: Guest checkout · No protection" in chapter


def test_three_of_the_gravest_are_in_the_summary_and_the_rest_is_counted() -> None:
    summary = summary_of(failing_result())

    assert len(summary.problems) == 3
    assert [problem.severity.value for problem in summary.problems] == ["error", "error", "warning"]
    assert summary.further == 2
    sureness = [problem.sureness for problem in summary.problems]
    assert any("no vendor's rule is needed" in each for each in sureness)
    assert any("documents the rule; our confidence is high" in each for each in sureness)


def test_what_is_seen_where_counts_are_wrong_comes_first_and_the_wrong_count_is_no_problem_of_its_own() -> None:
    def found(check: str, vendor: str) -> Outcome:
        finding = Finding(check=check, vendor=vendor, severity=Severity.ERROR, message=check)
        return an_outcome(vendor, check, title=check, outcome=CheckOutcome.FAILED, findings=(finding,))

    outcomes = tuple(found("identifier-hashing", vendor) for vendor in ("meta", "tiktok", "snap"))
    outcomes += (found("event-id-match", "meta"), found("counted-conversions", "meta"))
    rows = (a_row("meta", counted=2), a_row("tiktok"), a_row("snap"))
    explained = summary_of(a_suite(a_run(matrix=rows, outcomes=outcomes)))
    alone = summary_of(a_suite(a_run(matrix=rows, outcomes=outcomes[-1:])))

    assert [problem.title for problem in explained.problems] == ["event-id-match", "identifier-hashing"]
    assert explained.problems[0].cost.endswith("The count of Meta is wrong in the same visits.")
    assert [problem.title for problem in alone.problems] == ["counted-conversions"]


def test_an_excerpt_shows_the_fields_that_the_finding_speaks_of() -> None:
    meta = next(chapter for chapter in chapters_of(failing_result()) if chapter.vendor == "meta")
    excerpt = meta.matters[0].excerpt

    assert excerpt is not None
    assert [row.field for row in excerpt.rows] == ["event ID"]
    assert excerpt.left_out == 6


def test_what_is_unsure_is_never_told_as_right() -> None:
    rows = (
        a_row("meta", alternatives=(1, 2), certainty=Certainty.UNDOCUMENTED),
        a_row("tiktok", counted=None, note="no rule"),
    )
    summary = summary_of(a_suite(a_run(matrix=rows)))
    meta, tiktok = summary.vendors

    assert (meta.counted, meta.standing.value) == ("1 to 2", "unsure")
    assert (tiktok.counted, tiktok.standing.value) == ("not known for 1 order", "unsure")
    assert any("None of the 2 predictions rests" in sentence for sentence in summary.sureness)
    assert any("For 1 case no count can be told" in sentence for sentence in summary.sureness)


def test_one_order_too_many_is_not_made_good_by_one_too_few() -> None:
    runs = (a_run(matrix=(a_row("meta", counted=2),)), a_run("ublock", matrix=(a_row("meta", counted=0),)))
    (meta,) = summary_of(a_suite(*runs)).vendors

    assert (meta.orders, meta.counted, meta.standing.value) == (2, "2", "over")


def test_a_check_that_ought_to_have_judged_is_no_check_that_did_not_apply() -> None:
    unseen = an_outcome("meta", "tag-once", outcome=CheckOutcome.SKIPPED, reason="it was not seen", undecided=True)
    unasked = an_outcome("meta", "event-time", outcome=CheckOutcome.SKIPPED, reason="it has no time")
    text = Page(render_document(a_suite(a_run(outcomes=(unseen, unasked))))).text
    open_, not_due = text[text.rindex("Open questions") :].split("Checks that did not apply")

    assert ("It was not seen." in open_, "It was not seen." in not_due) == (True, False)
    assert ("It has no time." in open_, "It has no time." in not_due) == (False, True)


def test_what_could_not_be_seen_has_a_chapter() -> None:
    result = inconclusive_result()
    text = Page(render_document(result)).text
    unseen = text[text.rindex("What could not be seen") :]

    for told in (
        "the button was covered by a dialogue",
        "The sender is a hosted cloud",
        "1 server call outside every run",
    ):
        assert told.lower() in unseen.lower()
    late = a_run(server_source=ServerSource(kind="egress-proxy", budget=5.0, waited=5.0, settled=False))
    assert "Calls may still have come after 5 seconds" in Page(render_document(a_suite(late))).text


def test_emulated_browsers_and_lists_are_named_as_limits() -> None:
    text = Page(render_document(a_suite(a_run("brave", emulates="Brave 1.80"), a_run()))).text

    assert "Brave 1.80 was emulated" in text
    assert re.search(r"EasyList ?202611180930", text)


def test_rules_of_deduplication_say_what_they_did_here() -> None:
    spec = SpecInfo(
        vendor="meta", title="Meta", kind="platform", reviewed="2026-10-14", digest="ab", dedup=(a_citation(),)
    )
    (meta, *_) = chapters_of(a_suite(a_run(), specs=(spec,)))
    text = Page(render_document(a_suite(a_run(), specs=(spec,)))).text

    assert [(rule.citation.rule, rule.dropped) for rule in meta.rules] == [("meta.dedup.event-id", 1)]
    assert "Here it recognised 1 copy." in text
    assert "developers.meta.example/dedup" in text


def test_identifiers_are_those_carried_always_sometimes_and_never() -> None:
    (carried, *_) = chapters_of(a_suite(a_run()))[0].carriage

    assert (carried.always, carried.never) == (("email", "click ID"), ("phone", "external ID"))


def test_a_document_of_many_visits_stays_a_document() -> None:
    assert len(render_document(large_result(200))) < 1_000_000


def test_hostile_texts_are_shown_as_texts() -> None:
    assert " ".join(clean(HOSTILE).split()) in Page(render_document(failing_result(), client=HOSTILE)).text


def test_the_method_is_the_one_by_which_the_visits_were_seen() -> None:
    walked, listened = "A real browser walked", "A person used the site"
    source = EvidenceSource(
        name="visit.har", kind="har", program="Firefox 152", origin=Origin.BROWSER, entries=3, taken=3
    )
    run = replace(a_run("none"), steps=())
    driven = Page(render_document(real_like_result(), THEME, "")).text
    # The pages of an imported visit stand for its steps.
    visit = replace(a_run("none"), sources=(source,), gaps=("what the servers sent",))
    imported = Page(render_document(a_suite(visit), THEME, "")).text
    heard = Page(render_document(a_suite(run), THEME, "")).text
    assert [walked in text for text in (driven, imported, heard)] == [True, False, False]
    assert [listened in text for text in (driven, imported, heard)] == [False, False, True]
    made_up, received = "The visitors were made up", "No advertising account received anything"
    assert [made_up in text for text in (driven, imported, heard)] == [True, False, False]
    assert [received in text for text in (driven, imported, heard)] == [True, False, True]
    assert "visit.har" in imported
    assert "Firefox 152" in imported
    assert "Nobody says what the servers sent." in imported
    assert [re.findall(r"[.] ?Each vendor's", text) for text in (driven, imported, heard)] == [[". Each vendor's"]] * 3
