"""Do canaries find something to try, and do only they get the canaries' answers?"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from harness.model.profile import Profile
from harness.model.recording import Request
from harness.record.blocking.dns import DnsBlocker, parse_hosts
from harness.record.blocking.engine import FilterEngine, RequestFacts
from harness.record.blocking.filters import parse
from harness.record.canaries import (
    PAGE_HOST,
    blocked_address,
    canary_answer,
    extension_id,
    is_canary,
    plan_canaries,
    with_canaries,
)

PLAIN = Profile(id="plain", title="", description="", reviewed="", sources=())
BLOCKING = Profile(id="blocking", title="", description="", reviewed="", sources=(), extra_rules=("||ads.example^",))


def engine(*rules: str) -> FilterEngine:
    return FilterEngine(parse("\n".join(rules) + "\n", "test").rules)


@pytest.mark.parametrize(
    "rule",
    ["||ads.example^", "||ads.example^$third-party", "||ads.example/pixel?", "/banner/*/ad.js", "&track=", "|https://t.example/x|"],
)  # fmt: skip
def test_a_rule_gives_an_address_that_it_blocks(rule: str) -> None:
    rules = engine(rule)
    address = blocked_address(rules)
    if rule.endswith("|"):
        assert address == "", "nothing may follow there, so the canary cannot mark itself"
        return
    facts = RequestFacts(url=address, page=f"https://{PAGE_HOST}/", type="xmlhttprequest")
    assert rules.decide(facts) is not None
    assert is_canary(address)
    assert canary_answer(Request(method="GET", url=address)) is not None


def test_rules_that_cannot_be_tried_are_passed_over() -> None:
    rules = engine("@@||a.example^", "||b.example^$image", "||c.example^$domain=shop.example", "$removeparam=id")
    assert blocked_address(rules) == ""
    plan = plan_canaries(BLOCKING, rules, click_ids=[("id", "1")], elsewhere=["https://ads.example/"])
    assert plan.blocked == ""
    assert plan.query == "id=1&keep=1"


def test_a_dns_blocker_and_filters_are_tried_apart() -> None:
    dns = DnsBlocker(parse_hosts("0.0.0.0 dns.example\n", "names").rules)
    both = replace(BLOCKING, blocked_hosts=("dns.example",))
    plan = plan_canaries(both, engine("||ads.example^"), dns, click_ids=[], elsewhere=[])
    assert (plan.blocked, plan.unfound) == (
        "https://ads.example/canary?harness-canary=1", "https://dns.example/canary?harness-canary=1"
    )  # fmt: skip


def test_an_extension_has_the_id_of_its_key_or_its_path(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"manifest_version": 3}')
    by_path = extension_id(tmp_path)
    assert re.fullmatch("[a-p]{32}", by_path)
    (tmp_path / "manifest.json").write_text('{\n  "key": "aGFybmVzcw==",\n  "manifest_version": 3\n}')
    assert extension_id(tmp_path) == "ejphfgegdknjnmpljlgknofenhngpbfe"


def test_the_unprotected_try_what_others_block() -> None:
    address = "https://ads.example/canary?harness-canary=1"
    assert plan_canaries(PLAIN, None, click_ids=[], elsewhere=[address]).blocked == address
    assert is_canary(plan_canaries(PLAIN, None, click_ids=[], elsewhere=[]).blocked)


def test_everybody_else_is_answered_as_before() -> None:
    assert with_canaries(lambda request: None)(Request(method="GET", url="https://ads.example/pixel")) is None
    assert not is_canary("https://shop.example/?harness-canary=2")
