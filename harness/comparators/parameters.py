"""In which parameters does an event differ from the order, or one copy from the other?

Values are compared as what they mean: "129.90" and 129.9 are equal, currencies ignore case, items ignore order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from harness.comparators.digests import sha256
from harness.comparators.hosts import page_of
from harness.model.event import Event
from harness.model.facts import Copies, Difference
from harness.model.recording import Conversion, Item
from harness.model.spec import VendorSpec

# `units` is the quantity of all items together, for vendors that take no list of them.
_COMPARED = ("value", "currency", "order_id", "items", "units")


def differences(copies: Iterable[Copies], spec: VendorSpec) -> tuple[Difference, ...]:
    """Every difference: against the order for each copy, then between the copies of each pair."""
    found: list[Difference] = []
    for copy in copies:
        events = (*copy.tag, *copy.capi, *copy.collect)
        may_lack = _left_out_by_rule(events, spec)
        for event in events:
            found += _against_order(event, copy.conversion, spec, may_lack)
        for pair in copy.pairs:
            found += _between(pair.tag, pair.capi, spec)
    return tuple(found)


def _readable(event: Event, spec: VendorSpec) -> frozenset[str]:
    """The parameters that this kind of request can carry at all."""
    request = next((request for request in spec.requests if request.id == event.request), None)
    return frozenset(request.fields) if request else frozenset()


def _left_out_by_rule(events: Sequence[Event], spec: VendorSpec) -> frozenset[str]:
    """What the vendor has left out of a value; copies that differ in it do not follow the vendor, but err."""
    if len({_decimal(event.value) for event in events if event.value}) > 1:
        return frozenset()
    return frozenset(part for rule in spec.parameters if rule.parameter == "value" for part in rule.leaves_out)


def _against_order(
    event: Event, conversion: Conversion, spec: VendorSpec, may_lack: frozenset[str]
) -> list[Difference]:
    if conversion.is_supposed:
        return []
    known = _readable(event, spec)
    unreadable = {problem.field: problem for problem in event.problems}
    found = []
    for name in _COMPARED:
        if name not in known or not _truth(conversion, name):
            continue
        if name in unreadable:
            truth = _shown(_truth(conversion, name))
            found.append(_difference(event, name, "order", unreadable[name].found, truth, "unreadable"))
        elif not _sent(event, name) or (name == "value" and _lacks_no_more(event, conversion, may_lack)):
            continue
        else:
            found += _compare(event, name, _sent(event, name), _truth(conversion, name), "order", conversion)
    return found + _hashed_order_id(event, conversion)


def _lacks_no_more(event: Event, conversion: Conversion, may_lack: frozenset[str]) -> bool:
    """Is the value the order's but for what may be left out, and that of the event's own items, where it has prices?"""
    value, goods = _decimal(event.value), _goods(event.items)
    if goods and isinstance(value, Decimal) and abs(goods - value) > _CENTS:
        return False
    lacks = _reading(value, _decimal(conversion.value), conversion.items or event.items).lacks
    return bool(lacks) and lacks <= may_lack


def _hashed_order_id(event: Event, conversion: Conversion) -> list[Difference]:
    """An order ID that the vendor's own tag hashes (`order_key`) can only be told from others."""
    sent, truth = event.fields.get("order_key"), conversion.order_id
    if not sent or not truth or sent == sha256(truth).hex():
        return []
    forms = {f"#{truth}": "#, put before it", truth.lower(): "another case", truth.upper(): "another case"}
    reason = next((f"with {why}" for form, why in forms.items() if sent == sha256(form).hex()), "")
    expected = f"{sha256(truth).hex()}, of {truth}"
    return [_difference(event, "order_key", "order", str(sent), expected, reason)]


def _between(tag: Event, capi: Event, spec: VendorSpec) -> list[Difference]:
    known = _readable(tag, spec) & _readable(capi, spec)
    found = []
    for name in _COMPARED:
        if name in known and _sent(tag, name) and _sent(capi, name):
            found += _compare(capi, name, _sent(capi, name), _sent(tag, name), "tag", None)
    if "page_url" in known and tag.page_url and capi.page_url and page_of(tag.page_url) != page_of(capi.page_url):
        found.append(_difference(capi, "page_url", "tag", capi.page_url, tag.page_url))
    return found


def _truth(conversion: Conversion, name: str) -> Any:
    if name != "units":
        return getattr(conversion, name)
    quantities = [item.quantity for item in conversion.items]
    return "" if None in quantities else str(sum(filter(None, quantities)) or "")


def _sent(event: Event, name: str) -> Any:
    return event.fields.get(name) if name == "units" else getattr(event, name)


def _compare(
    event: Event, name: str, found: Any, expected: Any, against: str, conversion: Conversion | None
) -> list[Difference]:
    wanted, sent = _meanings(name, expected, found)
    if wanted == sent:
        return []
    explanation = _explained(name, found, expected, conversion)
    return [_difference(event, name, against, _shown(found), _shown(expected), explanation)]


def _meanings(name: str, one: Any, other: Any) -> tuple[Any, Any]:
    """Both values as they are to be compared: decimals, upper-case codes, items by ID with what both sides state."""
    if name != "items":
        return _meaning(name, one), _meaning(name, other)
    quantities = _quantities(one), _quantities(other)
    unstated = {id_ for lines in quantities for id_, quantity in lines.items() if quantity is None}
    ours, theirs = ({id_: None if id_ in unstated else lines[id_] for id_ in lines} for lines in quantities)
    return ours, theirs


def _meaning(name: str, value: Any) -> Any:
    if name in ("value", "units"):
        return _decimal(value)
    return str(value).upper() if name == "currency" else str(value)


def _quantities(items: Iterable[Item]) -> dict[str, int | None]:
    """How many of each ID; None where one of its lines does not say."""
    found: dict[str, int | None] = {}
    for item in items:
        before = found.get(item.id, 0)
        found[item.id] = None if before is None or item.quantity is None else before + item.quantity
    return found


def _decimal(value: Any) -> Decimal | str:
    try:
        return Decimal(str(value)).normalize()
    except InvalidOperation:
        return str(value)


def _explained(name: str, found: Any, expected: Any, conversion: Conversion | None) -> str:
    """The usual reason for such a difference, if it is one of the usual ones."""
    if name == "value":
        return _reading(_decimal(found), _decimal(expected), conversion.items if conversion else ()).says
    if name == "currency" and str(found).upper() != str(expected).upper():
        return "another currency"
    if name == "units" and conversion and _decimal(found) == len(conversion.items):
        return "the number of different items"
    if name == "order_id" and isinstance(found, str) and expected in found:
        return "the order ID with something put around it"
    if name == "order_id" and isinstance(found, str) and found.lower() == str(expected).lower():
        return "the order ID in another case"
    return ""


# By how much sums of rounded prices may be off.
_CENTS = Decimal("0.02")
# Standard and reduced rates of value-added tax in thousandths, the commonest first.
_TAX_RATES = tuple(
    Decimal(rate) / 1000
    for rate in (
        190, 70, 200, 210, 220, 81, 100, 55, 230, 250, 240, 180, 170, 270, 255, 80, 50, 60, 90, 120,
        130, 135, 140, 150, 160, 26, 38,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a value probably is, and what of the order's it then lacks: `shipping`, `tax`."""

    says: str = ""
    lacks: frozenset[str] = frozenset()


def _reading(found: Decimal | str, expected: Decimal | str, items: Sequence[Item]) -> _Reading:
    if not isinstance(found, Decimal) or not isinstance(expected, Decimal):
        return _Reading("not a number")
    if found == expected * 100:
        return _Reading("in cents")
    goods = _goods(items)
    if goods and found == goods < expected:
        return _Reading("the goods alone, without shipping", frozenset({"shipping"}))
    for base, shipping in ((expected, ""), (goods, " and without shipping")):
        for rate in _TAX_RATES:
            if base and abs(found * (1 + rate) - base) <= _CENTS:
                lacks = frozenset({"tax", "shipping"} if shipping else {"tax"})
                return _Reading(f"net of {(rate * 100).normalize():f} % tax{shipping}", lacks)
    return _Reading()


def _goods(items: Iterable[Item]) -> Decimal:
    return sum((_decimal_or_zero(item.price) * (item.quantity or 0) for item in items), Decimal(0))


def _decimal_or_zero(text: str) -> Decimal:
    value = _decimal(text)
    return value if isinstance(value, Decimal) else Decimal(0)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(item.text for item in value)
    return str(value)


def _difference(event: Event, name: str, against: str, found: str, expected: str, explanation: str = "") -> Difference:
    return Difference(
        event=event.id,
        parameter=name,
        against=against,
        found=found,
        expected=expected,
        path=event.paths.get(name, ""),
        explanation=explanation,
    )
