"""Mistakes with what was bought: amounts, currencies, items and order IDs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from harness.accuracy.case import Case
from harness.accuracy.demands import asks_for
from harness.accuracy.editing import GONE, NotThereError
from harness.accuracy.fault import Fault, edits, never
from harness.model.event import Event
from harness.model.recording import Conversion, Item, Recording

_FOLLOWS = frozenset({
    "order-parameters", "parameter-agreement", "schema", "vendor-acceptance", "value-trail", "counted-conversions",
    "event-id", "event-id-match", "event-id-unique", "server-call-once", "blocked-delivery",
})  # fmt: skip
_AMOUNT = ("order-parameters", "parameter-agreement")
# Of the items nobody may tell but the other copy.
_BOTH = ("tag", "capi")
_SHIPPING = Decimal("4.90")
_VAT = Decimal("1.19")
_CENT = Decimal("0.01")


def _both(
    field: str,
    name: str,
    says: str,
    change: Callable[[Any], Any],
    finds: tuple[str, ...],
    harmless: Callable[[str, str], Callable[[Case], str]] = lambda channel, field: never,
    is_told: Callable[[Any], bool] = bool,
    needs: tuple[str, ...] = (),
) -> Iterator[Fault]:
    for channel, word in (("capi", "server"), ("tag", "tag")):
        yield Fault(
            id=f"{name}-{word}",
            family="values",
            says=f"{says} in the {word}'s copy",
            spoil=_edits(channel, field, change, is_told),
            finds=finds,
            follows=_FOLLOWS,
            harmless=harmless(channel, field),
            needs=needs or (channel,),
        )


def _edits(
    channel: str, field: str, change: Callable[[Any], Any], is_told: Callable[[Any], bool]
) -> Callable[[Case], Recording]:
    """The mistake in what the order says, or the other copy: what nobody else tells cannot be known to be wrong."""

    def spoil(case: Case) -> Recording:
        other = case.capi if channel == "tag" else case.tag
        if not any(is_told(_of(each, field)) for each in (case.order, other)):
            raise NotThereError(field)
        return case.edited(channel, field, change)

    return spoil


def _of(teller: Conversion | Event | None, field: str) -> Any:
    """What the order or a copy says; how many pieces there are is told by the items, too."""
    if teller is None:
        return ()
    fields = teller.fields if isinstance(teller, Event) else {}
    return getattr(teller, field, None) or fields.get(field) or (teller.items if field == "units" else ())


def _unless_asked_for(channel: str, field: str) -> Callable[[Case], str]:
    return lambda case: "" if asks_for(case, channel, field) else f"this vendor does not ask for the {field}"


def _may_lack(part: str) -> Callable[[str, str], Callable[[Case], str]]:
    """What the vendor has left out of a value is missed only beside what tells another value: a copy, or items."""

    def of_field(channel: str, field: str) -> Callable[[Case], str]:
        def harmless(case: Case) -> str:
            copy, other = case.of(channel), case.capi if channel == "tag" else case.tag
            left_out = {each for rule in case.spec.parameters if rule.parameter == field for each in rule.leaves_out}
            if part not in left_out or (other is not None and other.value):
                return ""
            goods = _goods(copy.items) or (_goods(case.order.items) if part == "shipping" else Decimal(0))
            lacks = Decimal(case.order.value or 0) - goods
            fits = lacks == _SHIPPING if part == "shipping" else not goods
            return f"this vendor has {part} left out, and nothing tells another value" if fits else ""

        return harmless

    return of_field


def _goods(items: Iterable[Item]) -> Decimal:
    return sum((Decimal(item.price) * (item.quantity or 0) for item in items if item.price), Decimal(0))


def _number(change: Callable[[Decimal], Decimal]) -> Callable[[Any], Any]:
    """The changed number, as text where there was text."""

    def changed(value: Any) -> Any:
        number = change(Decimal(str(value))).quantize(_CENT, ROUND_HALF_UP)
        return str(number) if isinstance(value, str) else float(number)

    return changed


def _comma(value: Any) -> str:
    return f"{Decimal(str(value)):.2f}".replace(".", ",")


def _items(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The first item of a list, where the vendor takes items as such."""

    def changed(value: Any) -> Any:
        if not isinstance(value, list) or not value or not isinstance(value[0], dict):
            raise NotThereError("items")
        return [change(dict(value[0])), *value[1:]]

    return changed


def _quantity(item: dict[str, Any]) -> dict[str, Any]:
    key = next((each for each in ("quantity", "item_quantity", "num_items") if each in item), None)
    if key is None:
        raise NotThereError("quantity")
    return {**item, key: type(item[key])(int(item[key]) + 1)}


def _has_quantities(items: Iterable[Item]) -> bool:
    return any(item.quantity is not None for item in items)


def _other_item(item: dict[str, Any]) -> dict[str, Any]:
    keys = ("id", "item_id", "content_id", "product_id", "productId", "itemId", "merchantProductId")
    key = next((each for each in keys if each in item), None)
    if key is None:
        raise NotThereError("id")
    return {**item, key: "CS-OTHER-99"}


def _untold(case: Case, change: Callable[[Any], Any]) -> Recording:
    """What no order tells can be held against the tag's copy only."""
    if not case.of("tag").value:
        raise NotThereError("value")
    recording = case.edited("capi", "value", change)
    return replace(recording, conversions=tuple(replace(each, value="") for each in recording.conversions))


def _one_more(value: Any) -> Any:
    return type(value)(int(value) + 1)


def _required(parameter: str) -> Iterator[Fault]:
    """A parameter beside the order's own that a vendor may ask for."""
    for channel, word in (("capi", "server"), ("tag", "tag")):
        yield Fault(
            id=f"{parameter.replace('_', '-')}-missing-{word}",
            family="values",
            says=f"no {parameter.replace('_', ' ')} in the {word}'s copy",
            spoil=edits(channel, parameter, lambda value: GONE),
            finds=("order-parameters", "schema"),
            follows=_FOLLOWS | {"browser-id-carriage", "account-match"},
            harmless=_unless_asked_for(channel, parameter),
            needs=(channel,),
        )


def _on_another_page(case: Case) -> Recording:
    """Only the tag tells on which page the order was made."""
    if not case.of("tag").page_url:
        raise NotThereError("page_url")
    return case.edited("capi", "page_url", _other_page)


def _other_page(value: Any) -> str:
    return urlunsplit(urlsplit(str(value))._replace(path="/another-page", query=""))


FAULTS = (
    *_both(
        "value",
        "value-net",
        "the value without tax",
        _number(lambda value: value / _VAT),
        _AMOUNT,
        _may_lack("tax"),
        needs=_BOTH,
    ),
    *_both("value", "value-cents", "the value in cents", _number(lambda value: value * 100), (*_AMOUNT, "schema")),
    *_both(
        "value",
        "value-without-shipping",
        "the value without shipping",
        _number(lambda value: value - _SHIPPING),
        _AMOUNT,
        _may_lack("shipping"),
        needs=_BOTH,
    ),
    *_both("value", "value-double", "the value doubled", _number(lambda value: value * 2), _AMOUNT),
    *_both("value", "value-comma", "a comma in the value", _comma, (*_AMOUNT, "schema")),
    *_both("value", "value-with-sign", "a currency sign in the value", lambda value: f"€{value}", (*_AMOUNT, "schema")),
    *_both("value", "value-zero", "the value 0", _number(lambda value: Decimal(0)), (*_AMOUNT, "schema")),
    *_both("value", "value-negative", "the value below zero", _number(lambda value: -value), (*_AMOUNT, "schema")),
    *_both("value", "value-missing", "no value", lambda value: GONE, (*_AMOUNT, "schema"), _unless_asked_for),
    *_both("value", "value-nan", "the word NaN as value", lambda value: "NaN", (*_AMOUNT, "schema")),
    *_both("currency", "currency-missing", "no currency", lambda value: GONE, (*_AMOUNT, "schema"), _unless_asked_for),
    *_both("currency", "currency-other", "another currency", lambda value: "USD", _AMOUNT),
    *_both("currency", "currency-sign", "a sign for the currency", lambda value: "€", (*_AMOUNT, "schema")),
    *_both(
        "items",
        "items-quantity",
        "one piece too many",
        _items(_quantity),
        _AMOUNT,
        is_told=_has_quantities,
        needs=_BOTH,
    ),
    *_both("items", "items-other", "another article", _items(_other_item), _AMOUNT, needs=_BOTH),
    *_both("order_id", "order-id-prefixed", "a word before the order ID", lambda value: f"web-{value}", _AMOUNT),
    *_both(
        "order_id",
        "order-id-other",
        "another order's ID",
        lambda value: "CS-ZZZ9999",
        (*_AMOUNT, "counted-conversions", "event-id-match"),
    ),
    *_both("order_id", "order-id-case", "the order ID in small letters", lambda value: str(value).lower(), _AMOUNT),
    *_both(
        "order_id",
        "order-id-missing",
        "no order ID",
        lambda value: GONE,
        (*_AMOUNT, "schema", "event-id", "counted-conversions"),
        _unless_asked_for,
    ),
    *_both("units", "units-lines", "a piece too many in all", _one_more, _AMOUNT),
    *(
        fault
        for parameter in ("client_id", "session_id", "engagement_time", "country", "units")
        for fault in _required(parameter)
    ),
    Fault(
        id="value-differs-untold",
        family="values",
        says="the server tells half the value, of an order whose value the journey does not know",
        spoil=lambda case: _untold(case, _number(lambda value: value / 2)),
        finds=("parameter-agreement",),
        follows=_FOLLOWS,
    ),
    Fault(
        id="page-other-server",
        family="values",
        says="another page in the server's copy",
        spoil=_on_another_page,
        finds=("parameter-agreement",),
        follows=_FOLLOWS,
    ),
)
