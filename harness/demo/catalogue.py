"""What does the shop sell, and what is an order worth?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

CURRENCY = "EUR"
SHIPPING = Decimal("4.90")
VAT_RATE = Decimal("0.19")
# By code, the percentage it takes off the goods.
COUPONS = {"TEA10": 10}
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One thing on the shelf; `price` is gross."""

    id: str
    slug: str
    name: str
    category: str
    price: Decimal
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A product as often as it was put into the cart; `price` is what a piece costs after `discount` was taken off."""

    id: str
    name: str
    category: str
    quantity: int
    price: Decimal
    discount: Decimal = Decimal("0.00")

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity


def _product(sku: str, slug: str, name: str, category: str, price: str, text: str) -> Product:
    return Product(id=sku, slug=slug, name=name, category=category, price=Decimal(price), text=text)


PRODUCTS = {
    product.slug: product
    for product in (
        _product("CS-TEA-01", "stoneware-teapot", "Stoneware teapot", "Kitchen", "62.50",
                 "Thrown by hand, glazed in oat. Holds one litre and keeps it hot until the second cup."),
        _product("CS-MUG-02", "breakfast-mug", "Breakfast mug", "Kitchen", "18.00",
                 "A wide mug with a generous handle. Fits under every coffee machine we could find."),
        _product("CS-LMP-03", "desk-lamp", "Desk lamp", "Study", "89.00",
                 "Warm light, a heavy foot and one switch. The arm stays where you put it."),
        _product("CS-NTB-04", "linen-notebook", "Linen notebook", "Study", "14.50",
                 "160 dotted pages that lie flat, bound in linen, with a ribbon."),
        _product("CS-BLK-05", "wool-blanket", "Wool blanket", "Living", "119.00",
                 "Woven from lambswool in a quiet herringbone. 130 by 180 centimetres."),
        _product("CS-VAS-06", "bud-vase", "Bud vase", "Living", "24.00",
                 "For one branch or three daisies. Recycled glass, each with its own bubble."),
    )
}  # fmt: skip
CATEGORIES = tuple(dict.fromkeys(product.category for product in PRODUCTS.values()))


def line_of(slug: str, quantity: int, *, percent_off: int = 0) -> Line:
    product = PRODUCTS[slug]
    discount = (product.price * percent_off / 100).quantize(_CENT, ROUND_HALF_UP)
    return Line(
        id=product.id, name=product.name, category=product.category, quantity=quantity,
        price=product.price - discount, discount=discount,
    )  # fmt: skip


def before_discount(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(replace(line, price=line.price + line.discount, discount=Decimal("0.00")) for line in lines)


def goods_total(lines: Iterable[Line]) -> Decimal:
    return sum((line.total for line in lines), Decimal("0.00"))


def order_total(lines: Iterable[Line]) -> Decimal:
    """Gross, with shipping: the one number that is shown, reported by tags and reported by the server."""
    return goods_total(lines) + SHIPPING


def net(gross: Decimal) -> Decimal:
    return (gross / (1 + VAT_RATE)).quantize(_CENT, ROUND_HALF_UP)


def vat(gross: Decimal) -> Decimal:
    return gross - net(gross)
