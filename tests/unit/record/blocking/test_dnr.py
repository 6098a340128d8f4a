"""Are the rules expressed in Chromium's terms, the same way every time?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.record.blocking.dnr import ALLOW, BLOCK, IMPORTANT, STRIP, STUB, compile_rules, write_extension
from harness.record.blocking.engine import FilterEngine
from harness.record.blocking.filters import parse


def engine(*lines: str) -> FilterEngine:
    return FilterEngine(parse("\n".join(lines), "x").rules)


def compiled(*lines: str, **where: str) -> list[dict[str, Any]]:
    return list(compile_rules(engine(*lines), **where).rules)


def test_host_rules_with_equal_conditions_become_one() -> None:
    (rule,) = compiled("||b.test^$3p", "||a.test^$third-party")
    assert rule["action"] == {"type": "block"}
    assert rule["condition"] == {"requestDomains": ["a.test", "b.test"], "domainType": "thirdParty"}


def test_priorities_are_the_order_of_judgement() -> None:
    rules = compiled("/a.js", "@@/b.js", "/c.js$important", "$removeparam=gclid")
    assert sorted(rule["priority"] for rule in rules) == [BLOCK, ALLOW, STRIP, IMPORTANT]


def test_conditions_are_translated() -> None:
    (rule,) = compiled("/Tag.js$script,xhr,domain=a.test|~b.a.test,match-case,denyallow=c.test")
    assert rule["condition"] == {
        "urlFilter": "/Tag.js",
        "isUrlFilterCaseSensitive": True,
        "resourceTypes": ["script", "xmlhttprequest"],
        "initiatorDomains": ["a.test"],
        "excludedInitiatorDomains": ["b.a.test"],
        "excludedRequestDomains": ["c.test"],
    }


def test_parameters_are_taken_off_only_where_there_are_any_and_spare_what_exceptions_name() -> None:
    rules = compiled("$removeparam=b", "$removeparam=a", "@@||bank.test^$removeparam")
    assert [rule["condition"]["urlFilter"] for rule in rules] == ["^a^", "^b^"]
    for rule in rules:
        assert rule["action"]["redirect"]["transform"] == {"queryTransform": {"removeParams": ["a", "b"]}}
        assert rule["condition"]["excludedRequestDomains"] == ["bank.test"]
        assert "main_frame" in rule["condition"]["resourceTypes"]


def test_a_pattern_may_end_where_the_parameters_begin() -> None:
    rules = compiled("||a.test/x?$removeparam=q", "||b.test^$removeparam")
    filters = ["||a.test/x?*^q^", "||a.test/x?q^", "||b.test^*?"]
    assert [rule["condition"]["urlFilter"] for rule in rules] == filters


def test_a_stub_is_served_only_where_something_blocks() -> None:
    redirect = "||vendor.example/a.js$script,redirect-rule=noopjs"
    assert compiled(redirect) == []
    stub = next(rule for rule in compiled("||vendor.example^", redirect) if rule["priority"] == STUB)
    assert stub["action"] == {"type": "redirect", "redirect": {"extensionPath": "/stubs/nothing.js"}}


def test_what_chromium_cannot_say_is_listed_as_lost() -> None:
    extension = compile_rules(engine("/a.js$domain=shop.*", "/(?=a)b/", "||a.test^$strict1p", "$removeparam=/^x/"))
    assert extension.rules == ()
    assert len(extension.lost) == 4


def test_the_page_under_test_makes_entity_rules_expressible() -> None:
    (rule,) = compiled("/a.js$domain=shop.*", page_host="www.shop.test")
    assert rule["condition"]["initiatorDomains"] == ["www.shop.test"]


def test_a_staging_page_is_named_where_the_live_shop_is_meant() -> None:
    where = {"page_host": "staging.test", "source_host": "www.live.test"}
    (named,) = compiled("/a.js$domain=live.test", **where)
    assert named["condition"]["initiatorDomains"] == ["live.test", "staging.test"]
    (spared,) = compiled("/a.js$domain=~live.test", **where)
    assert spared["condition"]["excludedInitiatorDomains"] == ["live.test", "staging.test"]
    (third,) = compiled("/a.js$3p", **where)
    assert third["condition"]["excludedRequestDomains"] == ["live.test"]
    assert len(compiled("/a.js$1p", **where)) == 2


def test_the_same_rules_give_the_same_files(tmp_path: Path) -> None:
    lines = ("||a.test^", "||b.test^$script,image,xhr", "*$3p,denyallow=x.test|y.test|z.test", "$removeparam=q")
    one, two = (write_extension(engine(*lines), tmp_path / name) for name in ("one", "two"))
    for name in ("rules.json", "manifest.json", "stubs/gtm.js"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    assert json.loads((one / "rules.json").read_text())[0]["id"] == 1
    assert json.loads((one / "manifest.json").read_text())["manifest_version"] == 3
