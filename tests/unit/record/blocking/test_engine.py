"""Does the engine understand the options of rules, and does it answer quickly and always?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.record.blocking.engine import FilterEngine, RequestFacts, request_type
from harness.record.blocking.filters import ALL_TYPES, parse

SHOP = "https://www.shop.test/cart"
VENDOR = "https://t.vendor.example/pixel/Event.gif?id=1"


def engine(*lines: str) -> FilterEngine:
    return FilterEngine(parse("\n".join(lines), "a list").rules)


def is_blocked(rules: tuple[str, ...] | str, url: str, kind: str = "image", page: str = SHOP, source: str = "") -> bool:
    lines = (rules,) if isinstance(rules, str) else rules
    return engine(*lines).decide(RequestFacts(url=url, page=page, type=kind), source) is not None


@pytest.mark.parametrize(
    "rule",
    [
        "||vendor.example^",
        "||t.vendor.example/pixel/",
        "vendor.example",
        "0.0.0.0 t.vendor.example # a hosts file's line",
        "127.0.0.1\tt.vendor.example",
        "|https://t.vendor.example/",
        "/pixel/*.gif?",
        "/pixel/event.gif?id=1|",
        "^event.gif^",
        "/pixel/*$image",
        r"/\/pixel\/event\.gif/",
        r"/\/pixel\/Event\.gif/$match-case",
        "/pixel/Event.gif$match-case",
        "||vendor.example^$image,script",
        "||vendor.example^$~script",
        "||vendor.example^$3p",
        "||vendor.example^$third-party,domain=shop.test",
        "||vendor.example^$from=shop.*",
        "||vendor.example^$domain=other.test|www.shop.test",
        "||vendor.example^$domain=~other.test",
        "*$image,to=vendor.example",
        "*$3p,denyallow=good.example,domain=shop.test",
        "||vendor.example^$all",
        "||vendor.example^$strict3p",
        "||vendor.example^$popup,image",
        "||vendor.example^$_____,image",
        "||vendor.example^$redirect=1x1.gif,image",
        r"/^https:\/\/t\./$domain=/^www\.shop/",
    ],
)
def test_matches(rule: str) -> None:
    assert is_blocked(rule, VENDOR)


@pytest.mark.parametrize(
    "rule",
    [
        "||endor.example^",
        "||vendor.example^/x",
        "|http://t.vendor.example/",
        "/pixel/event.gif|",
        "/pixel/event.gif$match-case",
        r"/\/pixel\/event\.gif/$match-case",
        "||vendor.example^$script",
        "||vendor.example^$~image",
        "||vendor.example^$1p",
        "||vendor.example^$domain=other.test",
        "||vendor.example^$domain=~shop.test",
        "||vendor.example^$domain=shop.test|~www.shop.test",
        "||vendor.example^$from=shopping.*",
        "*$image,to=~vendor.example",
        "*$3p,denyallow=vendor.example,domain=shop.test",
        "||vendor.example^$popup",
        "||vendor.example^$csp=script-src 'none'",
        "||vendor.example^$document",
        "||vendor.example^$redirect-rule=1x1.gif",
        "||vendor.example^$an-unknown-option",
        "vendor.example##.banner",
        "shop.test#@#.banner",
        "! ||vendor.example^",
        "# a hosts file's remark",
    ],
)
def test_does_not_match(rule: str) -> None:
    assert not is_blocked(rule, VENDOR)


def test_exceptions_and_important_rules_take_their_turn() -> None:
    assert not is_blocked(("||vendor.example^", "@@||t.vendor.example^$image"), VENDOR)
    assert is_blocked(("||vendor.example^", "@@||t.vendor.example^$script"), VENDOR)
    assert is_blocked(("||vendor.example^$important", "@@||t.vendor.example^"), VENDOR)


def test_badfilter_takes_out_exactly_the_rule_it_repeats() -> None:
    assert not is_blocked(("||vendor.example^$image,3p", "||vendor.example^$3p,image,badfilter"), VENDOR)
    assert is_blocked(("||vendor.example^$image", "||vendor.example^$3p,badfilter"), VENDOR)
    assert is_blocked(("||vendor.example^", "@@||vendor.example^", "@@||vendor.example^$badfilter"), VENDOR)


def test_a_page_that_opens_is_blocked_only_by_rules_that_say_so() -> None:
    assert not is_blocked(("||shop.test^", "/cart"), SHOP, "document", page="")
    assert is_blocked("||shop.test^$document", SHOP, "document", page="")


def test_the_parties_follow_the_public_suffix_list() -> None:
    assert not is_blocked("*$3p", "https://cdn.shop.co.uk/a.gif", page="https://www.shop.co.uk/")
    assert is_blocked("*$3p", "https://other.co.uk/a.gif", page="https://www.shop.co.uk/")
    assert is_blocked("*$3p", "https://two.myshopify.com/a.gif", page="https://one.myshopify.com/")
    assert is_blocked("*$3p", "http://10.0.0.2/a.gif", page="http://10.0.0.3/")


def test_a_staging_shop_is_judged_as_the_live_one() -> None:
    rule, staging, live = "||vendor.example^$domain=live.test", "https://staging.shop.test/", "www.live.test"
    assert not is_blocked(rule, VENDOR, page=staging)
    assert is_blocked(rule, VENDOR, page=staging, source=live)
    for own in ("https://sgtm.live.test/a.gif", "https://sgtm.shop.test/a.gif"):
        assert not is_blocked("*$3p", own, page=staging, source=live)
    assert is_blocked("*$3p", VENDOR, page=staging, source=live)


def test_says_which_rule_of_which_list_and_line_decided() -> None:
    decision = engine("! Title: x", "", "||vendor.example^$image").decide(
        RequestFacts(url=VENDOR, page=SHOP, type="image")
    )
    assert decision is not None
    assert (decision.rule, decision.list, decision.line) == ("||vendor.example^$image", "a list", 3)
    assert decision.action == "block"


def test_conditions_of_a_list_are_those_of_a_chromium_blocker() -> None:
    text = (
        "!#if env_firefox\n||a.test^\n!#else\n||b.test^\n!#endif\n!#if env_chromium && !env_mobile\n||c.test^\n!#endif"
    )
    assert [rule.host for rule in parse(text, "x").rules] == ["b.test", "c.test"]


def test_what_is_passed_over_is_counted() -> None:
    text = "a.test##.x\n||a.test^$csp=x\n||a.test^$header=x\n||a.test^$popup\n/" + "a" * 301 + "/\n/(a+)+b/\n/(/"
    parsed = parse(text, "x")
    assert parsed.rules == ()
    assert sum(parsed.skipped.values()) == 7
    assert parsed.skipped["cosmetic"] == 1
    assert parsed.skipped["regex too long"] == 1
    assert parsed.skipped["regex too slow"] == 1


@pytest.mark.parametrize(
    ("rules", "before", "after"),
    [
        (["$removeparam=gclid"], "?a=1&gclid=x&b=%20+&&c", "?a=1&b=%20+&&c"),
        (["$removeparam=gclid"], "?gclid=x", ""),
        (["$removeparam=gclid"], "?gclid=x#gclid=y", "#gclid=y"),
        (["$removeparam=gclid"], "?GCLID=x&xgclid=1", "?GCLID=x&xgclid=1"),
        (["$removeparam=gclid"], "?dl=https%3A%2F%2Fa%2F%3Fgclid%3D1", "?dl=https%3A%2F%2Fa%2F%3Fgclid%3D1"),
        (["$removeparam=gclid", "$removeparam=fbclid"], "?fbclid=1&z=&gclid=2", "?z="),
        (["$removeparam=/^utm_/"], "?utm_source=1&utm_medium=2&x=utm_", "?x=utm_"),
        (["$removeparam"], "?a=1&b=2", ""),
        (["$removeparam=gclid", "@@||shop.test^$removeparam"], "?gclid=1", "?gclid=1"),
        (["$removeparam=gclid", "@@||shop.test^$removeparam=fbclid"], "?gclid=1", ""),
        (["||other.test^$removeparam=gclid"], "?gclid=1", "?gclid=1"),
        (["$removeparam=gclid,domain=shop.test"], "?gclid=1", ""),
        (["$removeparam=gclid,xhr"], "?gclid=1", "?gclid=1"),
        (["$removeparam=gclid,badfilter", "$removeparam=gclid"], "?gclid=1", "?gclid=1"),
    ],
)
def test_strips_parameters_and_touches_nothing_else(rules: list[str], before: str, after: str) -> None:
    facts = RequestFacts(url=SHOP + before, page="", type="document")
    url, stripped = engine(*rules).strip(facts)
    assert url == SHOP + after
    assert (stripped is None) == (before == after)


def test_a_redirect_can_be_refused_by_an_exception() -> None:
    facts = RequestFacts(url="https://t.vendor.example/a.js", page=SHOP, type="script")
    rules = ["||vendor.example^", "||vendor.example^$script,redirect-rule=noopjs"]
    stub = engine(*rules).stub_for(facts)
    assert stub is not None
    assert stub.name == "nothing.js"
    assert engine(*rules, "@@||vendor.example^$script,redirect-rule").stub_for(facts) is None
    assert engine(*rules, "@@||vendor.example^$script,redirect-rule").decide(facts) is not None


def test_a_regular_expression_runs_only_for_the_sites_it_was_written_for() -> None:
    """An exponential expression of a real list's shape, guarded by `to=`, must cost nothing elsewhere."""
    slow = "/^https?:\\/\\/" + "[a-z]?-?" * 3 + "(?:[a-z0-9]{1,9}[a-z]{1,9})*$/$image,to=cfd"
    guarded = engine(slow)
    start = time.perf_counter()
    for _ in range(200):
        guarded.decide(RequestFacts(url="https://a.example/" + "ab" * 500, page=SHOP, type="image"))
    assert time.perf_counter() - start < 1


@settings(max_examples=150, deadline=None)
@given(url=st.text(), page=st.text(), kind=st.sampled_from(sorted(ALL_TYPES)), source=st.text(max_size=20))
def test_never_raises_whatever_a_url_is(url: str, page: str, kind: str, source: str) -> None:
    judge = _ANY
    for text in (url, "https://" + url, "https://a.example/?" + url):
        facts = RequestFacts(url=text, page=page, type=kind)
        judge.decide(facts, source)
        judge.strip(facts, source)


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_never_raises_whatever_a_line_is(line: str) -> None:
    for text in (line, "||" + line, "||a.test^$" + line, "||a.test^$domain=" + line, "/" + line + "/"):
        engine(text).decide(RequestFacts(url=VENDOR, page=SHOP, type="image"))


_ANY = engine("||a.test^", "/x*y^", "*$3p,denyallow=b.test", "$removeparam=a", "$removeparam=/^b/", r"/\d+x/$to=*.c.*")


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("GET", {"Sec-Fetch-Dest": "document"}, "document"),
        ("GET", {"Sec-Fetch-Dest": "iframe"}, "subdocument"),
        ("GET", {"Sec-Fetch-Dest": "script"}, "script"),
        ("GET", {"sec-fetch-dest": "style"}, "stylesheet"),
        ("POST", {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "no-cors"}, "ping"),
        ("GET", {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "no-cors"}, "xmlhttprequest"),
        ("POST", {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors"}, "xmlhttprequest"),
        ("POST", {"Ping-To": "https://a.test/", "Content-Type": "text/ping"}, "ping"),
        ("GET", {"Upgrade": "websocket"}, "websocket"),
        ("GET", {"Accept": "image/avif,image/webp,*/*"}, "image"),
        ("GET", {"Accept": "text/html,application/xhtml+xml"}, "document"),
        ("GET", {"Accept": "text/css,*/*;q=0.1"}, "stylesheet"),
        ("POST", {}, "xmlhttprequest"),
        ("GET", {}, "other"),
    ],
)
def test_infers_the_type_of_a_request(method: str, headers: dict[str, str], expected: str) -> None:
    assert request_type(method, headers) == expected
    assert request_type(method, tuple(headers.items())) == expected


def test_infers_the_type_from_the_path_when_the_browser_says_nothing() -> None:
    assert request_type("GET", {"Accept": "*/*"}, url="http://a.test/x/tag.min.js?v=1") == "script"
    assert request_type("GET", {"Accept": "*/*"}, url="http://a.test/api") == "xmlhttprequest"
    assert request_type("GET", {"Accept": "*/*"}, url="http://a.test/x.js", is_navigation=True) == "document"
