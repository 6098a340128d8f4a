"""More specs of the same kind change what judging costs, and nothing else."""

from __future__ import annotations

import pytest
from unit.decode.decode_builders import a_request, a_rule, a_spec

from benches.specs import several
from harness.decode import answer_for
from harness.decode.matching import is_host_of, rule_for
from harness.model.spec import Match

NAMED = a_rule("named", match=Match(hosts=(r"t\.vendor\.test|u\.vendor\.test",), path="/hit"))
ANYWHERE = a_rule("anywhere", match=Match(path="/own"))
SPECS = {"v": a_spec(NAMED, ANYWHERE, id="v")}


def test_every_spec_is_there_so_many_times_under_names_of_its_own() -> None:
    many = several(SPECS, 3)
    assert list(many) == ["v", "v-1", "v-2"]
    assert [spec.id for spec in many.values()] == list(many)
    assert many["v"] is SPECS["v"]


@pytest.mark.parametrize("url", ["https://t.vendor.test/hit", "https://u.vendor.test/hit", "https://shop.test/own"])
def test_requests_are_read_and_answered_by_the_first_as_ever(url: str) -> None:
    found = rule_for(a_request(url), several(SPECS, 3).values())
    alone = rule_for(a_request(url), SPECS.values())
    assert found == alone
    assert found is not None
    assert answer_for(a_request(url), several(SPECS, 3).values(), 0.0) == answer_for(
        a_request(url), SPECS.values(), 0.0
    )


def test_the_others_are_for_other_hosts() -> None:
    many = several(SPECS, 2)
    assert not is_host_of(many["v-1"], "t.vendor.test")
    found = rule_for(a_request("https://u.vendor.test.copy1/hit"), many.values())
    assert found is not None
    assert found[0].id == "v-1"
