"""A description of a visit says what it says, and its mistakes repeat nothing of the visitor."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.load.visits import load_visit
from harness.model.recording import Item
from harness.model.scenario import VendorAccount
from harness.model.visit import VisitDescription

VENDORS, PROFILES = ("meta", "x"), ("none", "brave")


def loaded(folder: Path, text: str) -> VisitDescription:
    path = folder / "visit.yaml"
    path.write_text(text, "utf-8")
    return load_visit(path, vendors=VENDORS, profiles=PROFILES)


def test_a_whole_description_is_read(tmp_path: Path) -> None:
    visit = loaded(
        tmp_path,
        """
        visit: A purchase in our shop
        site: https://shop.example
        persona: {email: anna@kunde.example, phone: "+491512345678", country: DE, street: }
        orders:
          - {order_id: "1001", value: "99.90", currency: EUR, time: 2026-11-22T13:00:00+01:00, items: [{id: A-1}]}
        vendors: {meta: {accounts: "702", channels: [tag]}, x: }
        profile: brave
        consent: granted
        server_calls: {complete: true}
        """,
    )
    assert (visit.title, visit.site, visit.profile, visit.consent) == (
        "A purchase in our shop", "https://shop.example", "brave", "granted",
    )  # fmt: skip
    [order] = visit.orders
    assert (order.event, order.order_id, order.value, order.at) == ("purchase", "1001", "99.90", 1795348800.0)
    assert (order.items, order.is_supposed) == ((Item(id="A-1"),), False)
    assert visit.vendors == (
        VendorAccount(vendor="meta", accounts={"tag": "702"}, channels=("tag",)),
        VendorAccount(vendor="x"),
    )
    assert visit.server_calls_complete


def test_what_a_visitor_did_not_give_is_told_from_what_nobody_says(tmp_path: Path) -> None:
    persona = loaded(tmp_path, "persona: {email: anna@kunde.example, street: }").persona
    assert persona.identifiers() == {"email": "anna@kunde.example"}
    assert "street" not in persona.unknown
    assert {"phone", "first_name", "external_id"} <= persona.unknown


MISTAKES = {
    "orders: [{value: 9.90}]": ("1:", "order_id"),
    'orders: [{order_id: "1", time: 2026-11-22T13:00:00}]': ("1:32", "with its zone"),
    "vendors: {mata: }": ("1:11", 'did you mean "meta"'),
    "profile: brove": ("1:1", 'did you mean "brave"'),
    "persona: {emial: a@b.example}": ("1:11", 'did you mean "email"'),
    "consent: maybe": ("1:10", "granted"),
    "vists: x": ("1:1", "vists"),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str) -> None:
    place, said = MISTAKES[text]
    with pytest.raises(InputError, match=rf"visit\.yaml:{place}") as refused:
        loaded(tmp_path, text)
    assert said in str(refused.value)


def test_no_value_of_the_visitor_is_repeated(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        loaded(tmp_path, "persona: {email: anna.kunde, phone: 0151 2345678, first_name: [Anna], country: Germany}")
    text = str(refused.value)
    assert text.count("visit.yaml:1:") == 4
    for value in ("anna.kunde", "0151", "Anna", "Germany"):
        assert value not in text
