"""Where on its way is a click ID lost, and where is there nothing to lose?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import ORDER
from unit.comparators.compared import PERSON, a_request_rule, a_vendor, an_event
from unit.comparators.test_compare_click_ids import recorded
from unit.decode.decode_builders import RULE

from harness.comparators.trails import trails
from harness.model.facts import Copies, Trail
from harness.model.spec import ClickId, FieldRule

CLICKS = (ClickId(parameter="clid", rule=RULE), ClickId(parameter="gid", rule=RULE))
VISITOR = replace(PERSON, click_ids={"clid": "AbCdEfGhIjKl", "gid": "Zz"})
BOTH = {f"click_id.{click.parameter}": FieldRule(paths=()) for click in CLICKS}
SPEC = replace(
    a_vendor(click_ids=CLICKS),
    requests=(a_request_rule("hit", "tag", fields=BOTH), a_request_rule("call", "capi", fields=BOTH)),
)


def way_of_clid(*, capi: dict[str, str] | None, collected: bool = False) -> Trail | None:
    """From a tag that has both click IDs, by a collector's event that has none, to a server call if there is one."""
    copies = Copies(
        conversion=ORDER,
        tag=(an_event("t", click_ids=VISITOR.click_ids),),
        capi=() if capi is None else (an_event("c", "capi", click_ids=capi),),
        collect=(),
        enhancements=(),
        blocked=(),
        pairs=(),
    )
    collector = {ORDER.order_id: (an_event("k", "collect", payload={"order": "1"}),)} if collected else {}
    found = trails([copies], collector, recorded(), SPEC, VISITOR)
    return next((trail for trail in found if trail.parameter == "click_id.clid"), None)


@pytest.mark.parametrize(("capi", "lost_at"), [({}, "capi"), ({"clid": "AbCdEfGhIjKl"}, "")])
def test_a_click_id_that_the_tag_had_may_get_lost_on_the_way_to_the_server(capi: dict[str, str], lost_at: str) -> None:
    trail = way_of_clid(capi=capi)
    assert trail is not None
    assert trail.lost_at == lost_at


def test_who_sends_another_click_id_of_the_vendor_has_lost_nothing() -> None:
    assert way_of_clid(capi={"gid": "Zz"}) is None


def test_a_collector_is_not_behind_the_tag() -> None:
    trail = way_of_clid(capi=None, collected=True)
    assert trail is not None
    assert trail.lost_at == ""
