"""Mistakes on the way to a collector, from which every server call is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from harness.accuracy.case import Case
from harness.accuracy.editing import GONE, NotThereError
from harness.accuracy.fault import Fault
from harness.model.recording import Exchange, Origin, Recording

_FOLLOWS = frozenset({
    "collect-once", "collect-order", "order-parameters", "event-id", "schema", "value-trail", "event-name-match",
    "parameter-agreement", "account-match", "vendor-acceptance", "event-time", "unrecognised-call", "consent",
})  # fmt: skip


def _first(case: Case) -> Recording:
    """The collector's hit leaves before the tags make their IDs."""
    _tags_before(case)
    return case.moved("collect", -30.0)


def _among(case: Case) -> Recording:
    """The hit leaves when some of the tags have fired, and others have not."""
    before = _tags_before(case)
    hit = case.exchange("collect").started_at
    return case.moved("collect", before[len(before) // 2] - hit - 0.0001)


def _overtaken(case: Case) -> Recording:
    """The tags are slow, and the hit does not wait for them."""
    _tags_before(case)
    hit = case.of("collect")
    own = {hit.exchange, *hit.mirrors}
    late = tuple(
        replace(each, started_at=each.started_at + 5, ended_at=(each.ended_at or each.started_at) + 5)
        if _is_of_a_tag(each) and each.id not in own
        else each
        for each in case.recording.exchanges
    )
    return replace(case.recording, exchanges=tuple(sorted(late, key=lambda each: (each.started_at, each.id))))


def _tags_before(case: Case) -> list[float]:
    """When the tags fired after which the hit is to leave; raises where there are none, or their order is free."""
    if not any(rule.endswith(".collect-last") for rule in case.spec.rules()):
        raise NotThereError("an order")
    hit = case.exchange("collect")
    found = sorted(each.started_at for each in case.recording.exchanges if _is_of_a_tag(each) and each.id != hit.id)
    before = [at for at in found if at < hit.started_at]
    if not before:
        raise NotThereError("a tag")
    return before


def _is_of_a_tag(exchange: Exchange) -> bool:
    is_call = exchange.origin is Origin.BROWSER and exchange.type not in ("document", "script")
    return is_call and exchange.blocking is None


def _fault(name: str, says: str, spoil: Callable[[Case], Recording], *finds: str) -> Fault:
    return Fault(
        id=f"collect-{name}",
        family="transports",
        says=says,
        spoil=spoil,
        finds=finds,
        follows=_FOLLOWS,
        needs=("collect",),
    )


FAULTS = (
    _fault("missing", "the collector is not called", lambda case: case.without("collect"), "collect-once"),
    _fault("twice", "the collector is called twice", lambda case: case.twice("collect", 2.0), "collect-once"),
    _fault("first", "the collector is called before the tags", _first, "collect-order"),
    _fault("among", "the collector is called when some tags have not fired yet", _among, "collect-order"),
    _fault("overtakes", "the collector is called while the tags are still loading", _overtaken, "collect-order"),
    _fault(
        "value", "the collector hears half the value",
        lambda case: case.edited("collect", "value", lambda value: str(Decimal(str(value)) / 2)), "order-parameters",
    ),
    _fault(
        "currency", "the collector hears another currency",
        lambda case: case.edited("collect", "currency", lambda value: "USD"), "order-parameters",
    ),
    _fault(
        "order-id", "the collector hears no order ID",
        lambda case: case.edited("collect", "order_id", lambda value: GONE), "order-parameters", "schema",
    ),
    _fault(
        "account", "the collector hears of another account",
        lambda case: case.edited("collect", "account", lambda value: str(value)[:-1] + "q"), "account-match",
    ),
    _fault(
        "name", "the collector hears of an event by another name",
        lambda case: case.edited("collect", "name", lambda value: "order_done"), "collect-once", "event-name-match",
    ),
)  # fmt: skip
