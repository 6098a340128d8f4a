"""A visitor with several profiles is protected as by all of them, or there is no such visitor."""

from __future__ import annotations

from dataclasses import fields, replace

from harness.load.combining import combined, contradictions
from harness.load.profiles import load_profiles
from harness.model.profile import ListSource, Profile

PROFILES = load_profiles()
PLAIN = Profile(id="plain", title="Plain", description="Plain.", reviewed="2026-11-20", sources=("a",))
EVERYTHING = Profile(
    id="all",
    title="All",
    description="All.",
    reviewed="2026-11-10",
    sources=("b",),
    emulates="Another",
    lists=(ListSource(name="easylist"),),
    extra_rules=("||a.example^",),
    blocked_hosts=("b.example",),
    allow=("c.example",),
    spares_same_site=True,
    strip_parameters=("fbclid",),
    third_party_cookies=False,
    script_cookie_days=7,
    classified_hosts=("d.example",),
    landing_cookie_days=1,
    script_storage_days=7,
    cloaked_hosts=("e.example",),
    cloaked_cookie_days=7,
    gpc=True,
    referrer="origin",
    source_host="shop.example",
    consent="denied",
    extensions=("/extension",),
)


def told(*parts: Profile) -> list[str]:
    return list(contradictions(parts))


def test_nothing_that_one_of_them_protects_from_is_lost() -> None:
    names = [field.name for field in fields(Profile) if field.name not in ("id", "title", "description", "sources")]
    different = [name for name in names if getattr(EVERYTHING, name) == getattr(PLAIN, name)]
    assert not different, "every field is tried"
    for parts in ([PLAIN, EVERYTHING], [EVERYTHING, PLAIN]):
        both = combined(parts)
        assert {name: getattr(both, name) for name in names} == {name: getattr(EVERYTHING, name) for name in names}
    assert combined([PLAIN, EVERYTHING]) == replace(
        EVERYTHING, id="plain+all", title="Plain + All", description="Plain. All.", sources=("a", "b")
    )


def test_of_limits_the_stricter_counts_and_lists_are_united_in_order() -> None:
    other = replace(
        EVERYTHING, id="other", extra_rules=("||b.example^", "||a.example^"), script_cookie_days=1, emulates=""
    )
    both = combined([EVERYTHING, other])
    assert both.extra_rules == ("||a.example^", "||b.example^")
    assert both.script_cookie_days == 1
    assert combined([PROFILES["brave"], PROFILES["ublock"]]).lists == (
        *PROFILES["brave"].lists,
        ListSource(name="ublock-privacy"),
    )


def test_the_own_site_is_spared_only_if_every_blocker_spares_it() -> None:
    assert combined([PROFILES["brave"], PROFILES["consent-denied"]]).spares_same_site
    assert not combined([PROFILES["brave"], PROFILES["ublock"]]).spares_same_site


def test_what_no_visitor_can_have_is_told() -> None:
    assert told(PLAIN, EVERYTHING) == []
    assert told(PLAIN, PLAIN) == ['profile "plain" stands in it twice']
    other = replace(EVERYTHING, id="other", emulates="A third", source_host="staging.example")
    assert told(EVERYTHING, other) == [
        "all and other act different browsers: Another, A third",
        "all and other judge rules as on different hosts: shop.example, staging.example",
    ]
    pinned = replace(PLAIN, lists=(ListSource(name="easylist", location="mine.txt"),))
    assert told(pinned, EVERYTHING) == ['the filter list "easylist" is two different ones']
