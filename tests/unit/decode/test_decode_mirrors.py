"""Repetitions on other hosts are folded into their event, and a second real event is never hidden."""

from __future__ import annotations

from unit.decode.decode_builders import a_mirror, a_rule, a_spec, an_exchange

from harness.decode import decode
from harness.model.event import Event
from harness.model.recording import Exchange, Fate
from harness.model.spec import Role

SPEC = a_spec(
    a_rule("hit"),
    a_mirror("twin", "/twin", ("hit",)),
    a_mirror("echo", "/echo", ("hit", "twin")),
)


def sent(path: str, at: float, *, name: str = "Purchase", host: str = "t", fate: Fate = Fate.ANSWERED) -> Exchange:
    url = f"https://{host}.vendor.test/{path}?name={name}"
    return an_exchange(url, id=f"{path}-{host}-{at}", at=at, fate=fate)


def read(*exchanges: Exchange) -> list[Event]:
    return list(decode(exchanges, [SPEC]).events)


def test_a_mirror_is_folded_into_the_event_it_repeats() -> None:
    (event,) = read(sent("hit", 0), sent("twin", 1), sent("echo", 2))
    assert event.exchange == "hit-t-0"
    assert event.role is Role.EVENT
    assert event.mirrors == ("twin-t-1", "echo-t-2")


def test_the_mirror_may_come_first() -> None:
    (event,) = read(sent("twin", 0), sent("hit", 1))
    assert (event.exchange, event.mirrors) == ("hit-t-1", ("twin-t-0",))


def test_the_same_mirror_on_several_hosts_is_one_redirect_chain() -> None:
    (event,) = read(sent("hit", 0), sent("echo", 1, host="com"), sent("echo", 2, host="de"))
    assert len(event.mirrors) == 2


def test_a_second_mirror_of_a_kind_on_the_same_host_stays_visible() -> None:
    events = read(sent("hit", 0), sent("twin", 1), sent("twin", 2))
    assert [(event.exchange, event.role, len(event.mirrors)) for event in events] == [
        ("hit-t-0", Role.EVENT, 1),
        ("twin-t-2", Role.EVENT, 0),
    ]


def test_two_real_events_stay_two_and_each_takes_its_nearest_mirror() -> None:
    events = read(sent("hit", 0), sent("twin", 0.1), sent("hit", 5), sent("twin", 5.1))
    assert [(event.exchange, event.mirrors) for event in events] == [
        ("hit-t-0", ("twin-t-0.1",)),
        ("hit-t-5", ("twin-t-5.1",)),
    ]


def test_a_mirror_with_other_key_fields_stands_for_itself() -> None:
    events = read(sent("hit", 0), sent("twin", 1, name="AddToCart"))
    assert [event.name for event in events] == ["Purchase", "AddToCart"]
    assert [event.role for event in events] == [Role.EVENT, Role.EVENT]


def test_a_mirror_outside_the_time_stands_for_itself() -> None:
    assert len(read(sent("hit", 0), sent("twin", 10))) == 1
    assert len(read(sent("hit", 0), sent("twin", 10.5))) == 2


def test_where_the_event_itself_was_blocked_its_mirror_stands_for_it() -> None:
    events = read(sent("hit", 0, fate=Fate.BLOCKED), sent("twin", 1), sent("echo", 2))
    assert [(event.exchange, event.role, event.fate, event.mirrors) for event in events] == [
        ("hit-t-0", Role.EVENT, Fate.BLOCKED, ()),
        ("twin-t-1", Role.EVENT, Fate.ANSWERED, ("echo-t-2",)),
    ]


def test_blocked_mirrors_are_folded_into_the_blocked_event() -> None:
    (event,) = read(sent("hit", 0, fate=Fate.BLOCKED), sent("twin", 1, fate=Fate.BLOCKED))
    assert (event.fate, event.mirrors) == (Fate.BLOCKED, ("twin-t-1",))


def test_a_blocked_mirror_of_an_event_that_arrived_is_folded_too() -> None:
    (event,) = read(sent("hit", 0), sent("twin", 1, fate=Fate.BLOCKED))
    assert (event.fate, event.mirrors) == (Fate.ANSWERED, ("twin-t-1",))


def test_a_lone_mirror_is_the_event() -> None:
    (event,) = read(sent("echo", 0))
    assert (event.role, event.request) == (Role.EVENT, "echo")


def test_events_of_other_vendors_are_left_alone() -> None:
    other = a_spec(a_rule("hit", match=a_rule().match), id="w", hosts=(r"w\.test",))
    events = decode([sent("hit", 0)], [other, SPEC]).events
    assert [event.vendor for event in events] == ["w"]
