"""Did the vendor's tag run on every page that the visitor saw?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check, Skip, blocked_legs, finding, uses
from harness.model.facts import Evidence, PageFact
from harness.model.result import Finding

_PAGE_VIEW = "page_view"


def look(evidence: Evidence) -> Iterator[Finding]:
    pages = [page for page in evidence.vendor.pages if page.leg not in blocked_legs(evidence)]
    if not uses(evidence, "tag"):
        raise Skip("the scenario does not expect a tag of this vendor")
    if _PAGE_VIEW not in evidence.vendor.spec.event_names.names:
        raise Skip("nothing is known of this vendor's tag that it must say on every page")
    if evidence.vendor.pages and not pages:
        raise Skip("the profile blocked the tag, so its absence is no fault")
    if not pages:
        raise Skip("no page was seen on which a tag may run")
    missing = [page for page in pages if not page.is_tagged]
    if missing == pages and _is_asked_of_conversions(evidence):
        raise Skip("the tag ran on none of the pages; whether it is there at all is asked of conversions")
    if missing == pages:
        yield finding(
            evidence,
            CHECK.id,
            "warning",
            f"The tag ran on none of the {len(pages)} pages that the visitor saw without a blocker{_landed(missing)}.",
            rule=evidence.vendor.spec.event_names.rule,
            expected=f"{len(pages)} pages",
            found="none",
        )
    elif missing:
        yield finding(
            evidence,
            CHECK.id,
            "warning",
            f"The tag ran on {len(pages) - len(missing)} of {len(pages)} pages, but not on "
            f"{', '.join(page.url for page in missing)}{_landed(missing)}.",
            rule=evidence.vendor.spec.event_names.rule,
            expected=f"{len(pages)} pages",
            found=f"{len(pages) - len(missing)} pages",
        )


def _is_asked_of_conversions(evidence: Evidence) -> bool:
    """Was any conversion made where the tag could have told of it?"""
    made = [copies.conversion for copies in evidence.vendor.copies]
    return any(not each.is_offline and each.leg not in blocked_legs(evidence) for each in made)


def _landed(missing: list[PageFact]) -> str:
    """What is lost on a landing page does not come back."""
    clicks = sorted({name for page in missing for name in page.click_ids})
    return f"; the visitor landed there with {', '.join(clicks)}" if clicks else ""


CHECK = Check(
    id="tag-on-pages",
    title="The tag runs on every page",
    why="A page without the tag is missing in audiences and attribution; a landing page without it loses the click ID.",
    remedy="Put the tag into the template that all pages share, and look at its triggers for what leaves pages out.",
    needs=frozenset({"platform"}),
    look=look,
)
