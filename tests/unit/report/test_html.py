"""The HTML report: safe, self-contained, complete and well formed."""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from collections import Counter
from itertools import pairwise

import pytest
from html_page import Page
from report_builders import (
    HOSTILE,
    VENDORS,
    a_row,
    a_run,
    a_suite,
    an_event,
    failing_result,
    healthy_result,
    images_of,
    inconclusive_result,
    large_result,
    picture,
)

from harness.model.result import Certainty, SuiteResult
from harness.report.html import render_html, run_pages
from harness.report.wording import clean

RESULTS = {"healthy": healthy_result, "failing": failing_result, "inconclusive": inconclusive_result}


@pytest.fixture(params=RESULTS)
def result(request: pytest.FixtureRequest) -> SuiteResult:
    return RESULTS[request.param]()


@pytest.fixture
def html(result: SuiteResult) -> str:
    return render_html(result)


@pytest.fixture
def pages(result: SuiteResult) -> dict[str, str]:
    return pages_of(result)


def pages_of(result: SuiteResult) -> dict[str, str]:
    """Every file of the report by its address from the front page."""
    return {"index.html": render_html(result), **dict(run_pages(result, images_of(result)))}


def only_run(result: SuiteResult, number: int = 1) -> str:
    return list(dict(run_pages(result, images_of(result))).values())[number - 1]


def test_tags_are_closed_in_order(pages: dict[str, str]) -> None:
    for html in pages.values():
        page = Page(html)
        assert page.misnested == []
        assert page.open == []


def test_ids_are_unique_and_every_link_and_label_has_its_target(pages: dict[str, str]) -> None:
    known = {name: Counter(Page(html).values("id")) for name, html in pages.items()}
    assert [(name, id_) for name, ids in known.items() for id_, count in ids.items() if count > 1] == []
    for name, html in pages.items():
        page = Page(html)
        assert [
            each for value in page.values("aria-labelledby") for each in value.split() if each not in known[name]
        ] == []
        for href in page.values("href"):
            if not href.startswith("data:"):
                file, _, anchor = href.partition("#")
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), file)) if file else name
                assert target in known
                assert not anchor or anchor in known[target], f"{name}: {href}"


def test_headings_go_down_one_level_at_a_time_from_a_single_h1(pages: dict[str, str]) -> None:
    for html in pages.values():
        levels = [int(tag[1]) for tag, _ in Page(html).tags if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_nothing_is_fetched_from_anywhere(pages: dict[str, str]) -> None:
    for html in pages.values():
        page = Page(html)
        for tag, attrs in page.tags:
            address = attrs.get("href") or "#"
            if tag == "image":
                assert address.startswith("data:image/png;base64,")
            else:
                assert re.fullmatch(r"(\.\./index\.html|runs/[\w-]+\.html)?(#.*)?", address)
        assert page.values("src") == []
        assert not {tag for tag, _ in page.tags} & {"link", "iframe", "object", "embed", "base", "audio", "video"}
        assert not re.search(r"url\(|@import", html[html.index("<style>") : html.index("</style>")])


def test_policy_forbids_requests_and_every_script_and_style_but_ours(html: str) -> None:
    policy = next(attrs["content"] for tag, attrs in Page(html).tags if attrs.get("http-equiv"))
    assert policy is not None

    for tag in ("script", "style"):
        text = html[html.index(f"<{tag}>") + len(tag) + 2 : html.index(f"</{tag}>")]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
        assert html.count(f"<{tag}") == 1
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert Page(html).values("style") == []


def test_hostile_text_is_shown_and_never_becomes_markup() -> None:
    for html in pages_of(failing_result()).values():
        page = Page(html)
        assert " ".join(clean(HOSTILE).split()) in page.text
        assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
        assert "img" not in {tag for tag, _ in page.tags}
        assert any(clean(HOSTILE) in value for value in (*page.values("aria-label"), *page.values("title")))


def test_every_finding_is_told_with_its_reason_remedy_and_rule(result: SuiteResult, html: str) -> None:
    text = Page(html).text

    for finding in result.findings:
        rule = (finding.citation.rule, finding.citation.says, *finding.citation.sources) if finding.citation else ()
        for told in (finding.message, finding.why, finding.remedy, *rule):
            assert " ".join(clean(told).split()) in text


def test_both_payloads_of_a_pair_stand_side_by_side_with_the_difference_marked() -> None:
    html = render_html(failing_result())

    assert "<mark>ord</mark>-100482" in html
    assert "<mark>ORD</mark>-100482" in html
    assert "Browser tag: payload as sent" in html
    assert "Server call (CAPI): payload as sent" in html


def test_a_very_long_payload_is_cut_and_says_so() -> None:
    html = render_html(failing_result())

    assert len(html) < 2_000_000
    assert re.search(r"… \(\d+,\d+ more characters\)", html)


def test_matrix_names_every_vendor_and_says_states_in_words() -> None:
    page = Page(render_html(failing_result()))
    scopes = Counter(page.values("scope"))

    assert all(title in page.text for title in VENDORS.values())
    assert scopes["row"] > len(VENDORS)
    assert "✗ Failed" in page.text
    assert "0 counted / 1 order" in page.text
    assert "no count for 1 order" in page.text


def test_what_could_not_be_judged_is_said_with_the_reason() -> None:
    page = Page(render_html(inconclusive_result()))
    verdict = page.text[: page.text.index("Vendors and profiles For each")]

    assert "No verdict: 1 of 2 runs broke off before the journey's end." in verdict
    assert "the button was covered by a dialogue" in verdict
    assert "No pair of tag and server event was seen" in verdict
    assert "ValueError: not a number" in verdict


def test_skipped_checks_show_their_reason() -> None:
    assert "the landing page had no click ID" in Page(only_run(healthy_result())).text


def test_blocked_requests_name_rule_list_and_line() -> None:
    text = Page(only_run(healthy_result(), 2)).text

    assert "||meta.example^$third-party easyprivacy, line 4012" in text
    assert "remove parameters: gclid removed" in text


def test_screenshots_are_inlined_and_missing_or_unknown_ones_left_out() -> None:
    result = a_suite(a_run())
    folder = result.runs[0].folder
    images = {f"{folder}/step-00.png": picture(4, 4), f"{folder}/step-02.png": b"<svg onload=alert(1)>"}
    ((_, html),) = run_pages(result, images)
    page = Page(html)

    (source,) = (attrs["href"] or "" for tag, attrs in page.tags if tag == "image")
    assert base64.b64decode(source.partition(",")[2]) == picture(4, 4)
    assert "Screenshot after step 1: Open the landing page; enlarge" in page.values("aria-label")


def test_a_picture_that_many_steps_share_stands_in_the_file_once() -> None:
    page = Page(only_run(healthy_result()))
    tags = Counter(tag for tag, _ in page.tags)

    assert (tags["image"], tags["use"]) == (1, 1)
    assert page.text.count("The page looks as before.") == 4


def test_an_unsure_count_says_so_in_words() -> None:
    row = a_row("meta", alternatives=(1, 2), certainty=Certainty.UNDOCUMENTED)
    text = Page(render_html(a_suite(a_run(matrix=(row,))))).text

    assert "1 or 2 counted / 1 order the vendor does not say" in text


def test_missing_identifiers_are_named_and_tiers_counted() -> None:
    text = Page(only_run(healthy_result())).text

    assert "without phone and external ID" in text
    assert re.search(r"MetaBrowser tag ?71 % ?1 of 2 ?1 of 1 ?0 of 1 ?email and click ID ?phone and external ID", text)


def test_what_the_blocker_took_stands_beside_the_open_visit() -> None:
    told = "uBlock Origin-like took away 3 of 3 tag events and 1 click ID (fbclid)"

    assert told in Page(render_html(healthy_result())).text
    assert told in Page(only_run(healthy_result(), 2)).text
    assert "1 → with blocking 0 events" in Page(only_run(healthy_result(), 2)).text


def test_each_run_says_how_to_make_it_again() -> None:
    again = "Run it again</dt><dd><code>harness run scenarios/guest_checkout.yaml --profile ublock"
    assert again in only_run(healthy_result(), 2)


def test_a_refused_call_is_no_success_and_the_vendor_is_quoted() -> None:
    event = an_event("meta", "capi", 1, accepted=False, answer="HTTP 400: value: expected a number", status=400)
    text = Page(only_run(a_suite(a_run(events=(event,))))).text

    assert "✗ refused by the vendor with 400" in text
    assert "The vendor answered: HTTP 400: value: expected a number" in text


def test_a_result_without_any_run_still_renders() -> None:
    assert "Nothing wrong was found; no order was made." in render_html(a_suite())


def test_the_same_result_renders_the_same_text(result: SuiteResult, pages: dict[str, str]) -> None:
    assert pages_of(result) == pages


def test_evidence_of_one_cause_stands_on_the_front_page_once_and_with_every_run() -> None:
    result = failing_result()
    front, *runs = (html.count("payload as sent") for html in pages_of(result).values())

    assert front < sum(runs)
    assert 'href="runs/guest-checkout-ublock.html#finding-event-id-match">Evidence of this run' in render_html(result)
    assert min(runs) > 0


def test_pages_of_runs_have_names_that_every_file_system_tells_apart() -> None:
    ids = ("Shop/checkout--none", "shop-checkout--NONE", "../../etc/passwd", "", "…")
    names = [name for name, _ in run_pages(a_suite(*(a_run(id=id_) for id_ in ids)), {})]

    assert len({name.lower() for name in names}) == 5
    assert all(re.fullmatch(r"runs/[\w-]+\.html", name) for name in names)


def test_many_scenarios_are_told_by_an_overview_and_a_front_page_that_stays_small() -> None:
    result = large_result(60)
    html = render_html(result)

    assert len(html) < 1_000_000
    assert "✗ Failed 10 of 11" in Page(html).text
    assert "data:image" not in html
