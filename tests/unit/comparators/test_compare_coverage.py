"""Our own coverage figure weighs what was sent against what could have been sent."""

from __future__ import annotations

from typing import Any

from unit.decode.decode_builders import RULE

from harness.comparators.identifiers import coverage
from harness.model.facts import ClickIdFact, Coverage, IdentifierFact


def fact(name: str, tier: str, state: str = "right", **parts: Any) -> IdentifierFact:
    known = {"rule": RULE, "event": "e", "channel": "capi", "importance": "recommended"}
    return IdentifierFact(name=name, tier=tier, state=state, **{**known, **parts})


def click(state: str) -> ClickIdFact:
    return ClickIdFact(event="e", channel="capi", parameter="clid", state=state)


def covered(*facts: IdentifierFact, clicks: tuple[ClickIdFact, ...] = ()) -> Coverage:
    found = coverage("capi", facts, clicks)
    assert found is not None
    return found


def test_tiers_weigh_three_to_two_to_one() -> None:
    found = covered(fact("email", "strongest"), fact("city", "medium", "missing"), fact("session", "lower"))
    assert (found.sent, found.missing) == (("email", "session"), ("city",))
    assert found.score == 66.7
    assert found.by_tier == {"strongest": (1, 1), "medium": (0, 1), "lower": (1, 1)}


def test_a_wrong_value_was_sent_all_the_same() -> None:
    assert covered(fact("email", "strongest", "mistaken")).score == 100.0


def test_one_event_that_carried_it_is_enough() -> None:
    assert covered(fact("email", "strongest"), fact("email", "strongest", "missing", event="f")).missing == ()


def test_what_is_optional_and_was_not_sent_is_no_gap() -> None:
    assert covered(fact("email", "strongest"), fact("region", "medium", "missing", importance="optional")).score == 100


def test_click_ids_count_as_medium_but_not_if_the_profile_took_them_away() -> None:
    assert covered(fact("email", "strongest"), clicks=(click("missing"),)).score == 60.0
    assert covered(fact("email", "strongest"), clicks=(click("carried"),)).sent == ("email", "clid")
    assert covered(fact("email", "strongest"), clicks=(click("stripped"),)).score == 100.0


def test_there_is_no_figure_where_nothing_could_be_sent() -> None:
    assert coverage("capi", (), ()) is None
    assert coverage("tag", (fact("email", "strongest"),), (click("carried"),)) is None
