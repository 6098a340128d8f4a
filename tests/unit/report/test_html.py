"""The HTML report: safe, self-contained, complete and well formed."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import pytest
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
    picture,
)

from harness.model.result import Certainty, SuiteResult
from harness.report.html import render_html
from harness.report.wording import clean

VOID = {"meta", "img", "input", "br", "link", "hr", "rect", "circle", "line", "path", "use", "image"}


class Page(HTMLParser):
    """Tags with their attributes, the text, and whether every tag was closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.misnested: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.misnested.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def values(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(attribute))]


RESULTS = {"healthy": healthy_result, "failing": failing_result, "inconclusive": inconclusive_result}


@pytest.fixture(params=RESULTS)
def result(request: pytest.FixtureRequest) -> SuiteResult:
    return RESULTS[request.param]()


@pytest.fixture
def html(result: SuiteResult) -> str:
    return render_html(result, images_of(result))


def test_tags_are_closed_in_order(html: str) -> None:
    page = Page(html)

    assert page.misnested == []
    assert page.open == []


def test_ids_are_unique_and_every_inner_link_and_label_has_its_target(html: str) -> None:
    page = Page(html)
    ids = Counter(page.values("id"))
    wanted = [name for value in page.values("aria-labelledby") for name in value.split()]
    wanted += [href[1:] for href in page.values("href") if href.startswith("#")]

    assert [name for name, count in ids.items() if count > 1] == []
    assert [name for name in wanted if name not in ids] == []


def test_headings_go_down_one_level_at_a_time_from_a_single_h1(html: str) -> None:
    levels = [int(tag[1]) for tag, _ in Page(html).tags if re.fullmatch("h[1-6]", tag)]

    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_nothing_is_fetched_from_anywhere(html: str) -> None:
    page = Page(html)

    for tag, attrs in page.tags:
        address = attrs.get("href") or "#"
        assert address.startswith("data:image/png;base64,") if tag == "image" else address.startswith("#")
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
    result = failing_result()
    page = Page(render_html(result, {}))

    assert " ".join(clean(HOSTILE).split()) in page.text
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert "img" not in {tag for tag, _ in page.tags}
    assert clean(HOSTILE) in page.values("aria-label") or any(clean(HOSTILE) in value for value in page.values("title"))


def test_every_finding_is_told_with_its_reason_remedy_and_rule(result: SuiteResult, html: str) -> None:
    text = Page(html).text

    for finding in result.findings:
        rule = (finding.citation.rule, finding.citation.says, *finding.citation.sources) if finding.citation else ()
        for told in (finding.message, finding.why, finding.remedy, *rule):
            assert " ".join(clean(told).split()) in text


def test_both_payloads_of_a_pair_stand_side_by_side_with_the_difference_marked() -> None:
    html = render_html(failing_result(), {})

    assert "<mark>ord</mark>-100482" in html
    assert "<mark>ORD</mark>-100482" in html
    assert "Browser tag: payload as sent" in html
    assert "Server call (CAPI): payload as sent" in html


def test_a_very_long_payload_is_cut_and_says_so() -> None:
    html = render_html(failing_result(), {})

    assert len(html) < 2_000_000
    assert re.search(r"… \(\d+,\d+ more characters\)", html)


def test_matrix_names_every_vendor_and_says_states_in_words() -> None:
    page = Page(render_html(failing_result(), {}))
    scopes = Counter(page.values("scope"))

    assert all(title in page.text for title in VENDORS.values())
    assert scopes["row"] > len(VENDORS)
    assert "✗ Failed" in page.text
    assert "0 counted / 1 order" in page.text
    assert "no count for 1 order" in page.text


def test_what_could_not_be_judged_is_said_with_the_reason() -> None:
    page = Page(render_html(inconclusive_result(), {}))
    verdict = page.text[: page.text.index("Vendors and profiles For each")]

    assert "No verdict: 1 of 2 runs broke off before the journey's end." in verdict
    assert "the button was covered by a dialogue" in verdict
    assert "No pair of tag and server event was seen" in verdict
    assert "ValueError: not a number" in verdict


def test_skipped_checks_show_their_reason() -> None:
    assert "the landing page had no click ID" in Page(render_html(healthy_result(), {})).text


def test_blocked_requests_name_rule_list_and_line() -> None:
    text = Page(render_html(healthy_result(), {})).text

    assert "||meta.example^$third-party easyprivacy, line 4012" in text
    assert "remove parameters: gclid removed" in text


def test_screenshots_are_inlined_and_missing_or_unknown_ones_left_out() -> None:
    result = a_suite(a_run())
    folder = result.runs[0].folder
    images = {f"{folder}/step-00.png": picture(4, 4), f"{folder}/step-02.png": b"<svg onload=alert(1)>"}
    page = Page(render_html(result, images))

    (source,) = (attrs["href"] or "" for tag, attrs in page.tags if tag == "image")
    assert base64.b64decode(source.partition(",")[2]) == picture(4, 4)
    assert "Screenshot after step 1: Open the landing page; enlarge" in page.values("aria-label")


def test_a_picture_that_many_steps_share_stands_in_the_file_once() -> None:
    result = healthy_result()
    page = Page(render_html(result, images_of(result)))
    tags = Counter(tag for tag, _ in page.tags)

    assert (tags["image"], tags["use"]) == (1, 2)
    assert page.text.count("The page looks as before.") == 8


def test_an_unsure_count_says_so_in_words() -> None:
    row = a_row("meta", alternatives=(1, 2), certainty=Certainty.UNDOCUMENTED)
    text = Page(render_html(a_suite(a_run(matrix=(row,))), {})).text

    assert "1 or 2 counted / 1 order the vendor does not say" in text


def test_missing_identifiers_are_named_and_tiers_counted() -> None:
    text = Page(render_html(healthy_result(), {})).text

    assert "without phone and external ID" in text
    assert re.search(r"MetaBrowser tag ?71 % ?1 of 2 ?1 of 1 ?0 of 1 ?email and click ID ?phone and external ID", text)


def test_what_the_blocker_took_stands_beside_the_open_visit() -> None:
    text = Page(render_html(healthy_result(), {})).text

    assert "uBlock Origin-like took away 3 of 3 tag events and 1 click ID (fbclid)" in text
    assert "1 → with blocking 0 events" in text


def test_each_run_says_how_to_make_it_again() -> None:
    assert "Run it again</dt><dd><code>harness run scenarios/guest_checkout.yaml --profile ublock" in render_html(
        healthy_result(), {}
    )


def test_a_refused_call_is_no_success_and_the_vendor_is_quoted() -> None:
    event = an_event("meta", "capi", 1, accepted=False, answer="HTTP 400: value: expected a number", status=400)
    text = Page(render_html(a_suite(a_run(events=(event,))), {})).text

    assert "✗ refused by the vendor with 400" in text
    assert "The vendor answered: HTTP 400: value: expected a number" in text


def test_a_result_without_any_run_still_renders() -> None:
    assert "Nothing wrong was found; no order was made." in render_html(a_suite(), {})


def test_the_same_result_renders_the_same_text(result: SuiteResult, html: str) -> None:
    assert render_html(result, images_of(result)) == html
