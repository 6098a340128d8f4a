"""A comparison reads well on a page, in a pull request and on a terminal, and nothing in it is markup."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from report_builders import HOSTILE, VENDORS

from harness.model.comparison import Change, ChangeKind, Comparison, Direction, Release, RunComparison
from harness.report.comparison import (
    COMPARISON_REPORTERS,
    KINDS,
    comparison_annotations,
    comparison_lines,
    grouped,
    headline,
    verdict_of,
)
from harness.verdicts.releases import weighed


def a_change(kind: ChangeKind = ChangeKind.EVENT_REMOVED, vendor: str = "meta", **told: Any) -> Change:
    return Change(kind=kind, vendor=vendor, **({"channel": "capi", "event": "Purchase"} | told))


def a_comparison(*changes: Change, gaps: tuple[str, ...] = (), **told: Any) -> Comparison:
    side = Release(
        name="live", suite_id="s", started_at=1_790_000_000.0, site="https://shop.example", browser="B", runs=1
    )
    run = RunComparison(
        scenario="checkout",
        title="Checkout",
        profile="none",
        profile_title="No protection",
        events=(9, 9),
        changes=changes,
        gaps=gaps,
    )
    return Comparison(**({"before": side, "after": side, "runs": (run,), "vendor_titles": VENDORS} | told))


def rendered(comparison: Comparison) -> dict[str, str]:
    texts = {name: reporter.render(comparison) for name, reporter in COMPARISON_REPORTERS.items()}
    return {**texts, "terminal": "\n".join(comparison_lines(comparison))}


def test_every_kind_of_change_has_words() -> None:
    assert set(KINDS) == set(ChangeKind)


def test_the_verdict_tells_the_same_from_changed_noted_and_unseen() -> None:
    note, loss = a_change(ChangeKind.VERSION), a_change(matters=True)

    assert verdict_of(a_comparison()).word == "The same"
    assert verdict_of(a_comparison(note)).word == "The same where it matters"
    assert verdict_of(a_comparison(note, loss, gaps=("gone",))).word == "Different"
    assert verdict_of(a_comparison(note, gaps=("gone",))).word == "Not wholly compared"
    assert verdict_of(a_comparison(missing=("checkout under brave",))).tone == "unsure"


def test_the_headline_says_how_many_matter_and_what_they_are() -> None:
    comparison = a_comparison(a_change(matters=True), a_change(ChangeKind.DEDUP, "tiktok", matters=True))

    assert headline(comparison) == (
        "2 differences that matter in 1 run, at 2 vendors: event no longer sent and counted otherwise."
    )


def test_a_change_that_vendors_share_is_told_once() -> None:
    changes = [a_change(vendor=vendor, parameter="value", times=2) for vendor in ("meta", "tiktok")]
    (group,) = grouped(changes)

    assert (group.times, group.events) == (4, {"meta": "Purchase", "tiktok": "Purchase"})
    for text in rendered(a_comparison(*changes)).values():
        assert text.count("vent no longer sent") == 1
        assert "TikTok" in text


@pytest.mark.parametrize("name", ["html", "markdown", "terminal"])
def test_no_text_of_a_site_is_markup_anywhere(name: str) -> None:
    told = dict.fromkeys(("event", "parameter", "before", "after"), HOSTILE)
    text = rendered(a_comparison(a_change(matters=True, **told), gaps=(HOSTILE,)))[name]

    assert "\x1b" not in text
    assert name == "terminal" or "<img" not in text


def test_the_page_is_called_by_what_tells_the_two_folders_apart() -> None:
    side = a_comparison().before
    before, after = (replace(side, name=f"reports/{name}") for name in ("live", "test"))
    html = rendered(a_comparison(before=before, after=after))["html"]

    assert "<h1>live and test</h1>" in html
    assert "reports/live" in html


def test_the_page_fetches_nothing_and_says_what_matters_first() -> None:
    html = rendered(a_comparison(a_change(matters=True), a_change(ChangeKind.VERSION, parameter="v")))["html"]

    assert "default-src &#39;none&#39;" in html
    assert html.index("What matters") < html.index("To know of")


def test_annotations_stay_within_what_github_shows() -> None:
    changes = [a_change(matters=True, parameter=f"p{number}") for number in range(30)]
    lines = list(comparison_annotations(a_comparison(*changes, gaps=("gone",))))

    assert len([line for line in lines if line.startswith("::error ")]) == 10
    assert "21 more errors" in lines[9]
    assert lines[-1].startswith("::warning title=Not compared::")


def test_only_what_is_for_the_worse_and_read_by_a_spec_matters() -> None:
    worse = {"direction": Direction.WORSE}
    judged = weighed(
        [
            a_change(ChangeKind.PARAMETER_REMOVED, is_read=False, **worse),
            a_change(ChangeKind.VERSION, **worse),
            a_change(ChangeKind.IDENTIFIER_CHANGED, direction=Direction.BETTER),
            a_change(ChangeKind.IDENTIFIER_LOST, **worse),
        ]
    )

    assert [(change.kind, change.matters) for change in judged] == [
        (ChangeKind.IDENTIFIER_LOST, True),
        (ChangeKind.PARAMETER_REMOVED, False),
        (ChangeKind.VERSION, False),
        (ChangeKind.IDENTIFIER_CHANGED, False),
    ]
