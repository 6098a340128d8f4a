"""What a person did by hand becomes steps, and nothing of the person comes along."""

from __future__ import annotations

from typing import Any

import pytest

from harness.authoring import Draft, scenario_text
from harness.authoring.personal import placeholder_for
from harness.authoring.watched import Watched, draft_of
from harness.model.event import Event
from harness.model.recording import Fate, Origin
from harness.model.spec import Role
from harness.model.watching import SeenAction, SeenElement, SeenPage, SeenText, WatchedVisit

SHOP = "https://shop.example"


def field(label: str = "", **more: Any) -> SeenElement:
    return SeenElement(tag="input", label=label, **{"selectors": ({"label": label}, {"css": "#f"}), **more})


def button(name: str) -> SeenElement:
    return SeenElement(tag="button", selectors=({"role": "button", "name": name}, {"css": "#b"}))


def action(kind: str, at: float, **more: Any) -> SeenAction:
    return SeenAction(kind=kind, at=at, **more)


def event(**more: Any) -> Event:
    usual = {"id": "x#0", "channel": "tag", "origin": Origin.BROWSER, "role": Role.EVENT, "request": "pixel"}
    usual |= {"exchange": "x", "received_at": 9.0, "fate": Fate.ANSWERED, "name": "Purchase", "event": "purchase"}
    return Event(**{**usual, **more})


def drafted(*actions: SeenAction, events: tuple[Any, ...] = (), pages: tuple[SeenPage, ...] = ()) -> Draft:
    watched = Watched(
        visit=WatchedVisit(actions=actions, pages=pages),
        events=events,
        site={"url": SHOP},
        base=SHOP,
        data_layer="window.dataLayer",
        server_calls={"source": "not-observable"},
        named_by_site=frozenset({"google-ads"}),
    )
    return draft_of(watched, name="shop", schema="s.json")


def steps(draft: Draft) -> list[tuple[str, dict[str, Any]]]:
    return [(step.verb, dict(step.arguments)) for step in draft.steps]


@pytest.mark.parametrize(
    ("element", "value", "placeholder"),
    [
        (field("Kontakt", autocomplete="section-a billing email"), "x", "persona.email"),
        (field("Ihre E-Mail-Adresse"), "x", "persona.email"),
        (field("Login", type="email"), "x", "persona.email"),
        (field("Anything"), "jane@private.example", "persona.email"),
        (field("Anything"), "030 23125000", "persona.phone_national"),
        (field("Phone", autocomplete="tel"), "030 23125000", "persona.phone_national"),
        (field("Phone", type="tel"), "+49 30 23125000", "persona.phone"),
        (field("", name="billingFirstName"), "x", "persona.first_name"),
        (field("Nachname *"), "x", "persona.last_name"),
        (field("Prénom"), "x", "persona.first_name"),
        (field("Name on card", autocomplete="cc-name"), "x", "persona.name"),
        (field("Card number"), "x", "env.CARD_NUMBER"),
        (field("Kennwort", type="password"), "x", "env.SITE_PASSWORD"),
        (field("PLZ"), "x", "persona.postal_code"),
        (field("Customer number (optional)"), "x", "persona.external_id"),
        (field("Quantity"), "2", ""),
        (field("Coupon"), "SAVE10", ""),
    ],
)
def test_a_field_says_what_of_the_person_is_in_it(element: SeenElement, value: str, placeholder: str) -> None:
    assert placeholder_for(element, value) == placeholder


def test_nothing_that_was_typed_of_the_person_is_in_the_file() -> None:
    text = scenario_text(
        drafted(
            action("open", 0, url=f"{SHOP}/?ref=Janeth&gclid={'x' * 40}&sale=1"),
            action("fill", 1, element=field("First name"), value="Janeth"),
            action("fill", 2, element=field("Message for us"), value="ring at Roevers, please"),
            action("fill", 3, element=field("Geburtstag", type="date"), value="1971-03-04"),
            action("click", 4, element=button("Continue as Janeth")),
            action("new_tab", 5, url=f"{SHOP}/hello?who=janeth"),
        )
    )
    assert not [word for word in ("Janeth", "janeth", "Roevers", "1971") if word in text]
    assert 'value: "${persona.first_name}"' in text
    assert 'value: "${variables.message_for_us}"' in text


def test_a_visit_becomes_steps_and_its_first_consent_the_answer() -> None:
    draft = drafted(
        action("open", 0, url=SHOP),
        action("click", 1, element=button("Alle akzeptieren")),
        action("fill", 2, element=field("Quantity"), value="1"),
        action("fill", 3, element=field("Quantity"), value="2"),
        action("check", 4, element=field("Newsletter"), checked=False),
        action("select", 5, element=field("Size"), value="XL"),
        action("press", 6, element=field("Search"), key="Enter", url=f"{SHOP}/"),
        action("reload", 7, url=f"{SHOP}/found"),
        action("open", 8, url=f"{SHOP}/cart?step=2"),
    )
    assert steps(draft) == [
        ("open", {"url": "/?${click_ids}"}),
        ("consent", {}),
        ("fill", {"label": "Quantity", "value": "2"}),
        ("check", {"label": "Newsletter", "checked": False}),
        ("select", {"label": "Size", "value": "XL"}),
        ("script", {"code": "${variables.until_quiet}"}),
        ("press", {"label": "Search", "key": "Enter"}),
        ("reload", {}),
        ("open", {"url": "/cart?step=2"}),
    ]
    assert [dict(step.arguments) for step in draft.consent["granted"]] == [
        {"role": "button", "name": "Alle akzeptieren"}
    ]


def test_the_conversion_is_read_where_the_page_shows_what_the_vendors_were_told() -> None:
    page = SeenPage(
        url=f"{SHOP}/thanks",
        at=9,
        shown=(
            SeenText(text="Order T-1001 is on its way", selectors=({"css": "h1"},)),
            SeenText(text="T-1001", selectors=({"test_id": "number"},)),
        ),
        layer=({"event": "purchase", "ecommerce": {"value": 129.9}},),
    )
    purchase = event(order_id="T-1001", value="129.90", currency="EUR", account="702", vendor="meta")
    draft = drafted(action("open", 0, url=SHOP), events=(purchase,), pages=(page,))
    assert steps(draft)[1:] == [
        ("wait", {"test_id": "number"}),
        ("read", {"test_id": "number", "as": "order_id"}),
        (
            "script",
            {
                "code": "[].concat(window.dataLayer || []).reverse()"
                ".map(entry => entry?.ecommerce?.value).find(value => value != null)",
                "as": "order_value",
            },
        ),
        ("conversion", {"event": "purchase", "order_id": "${order_id}", "value": "${order_value}", "currency": "EUR"}),
        ("script", {"code": "${variables.until_quiet}"}),
    ]
    assert [(each.vendor, dict(each.accounts)) for each in draft.vendors] == [("meta", {"tag": "702"})]


def test_what_the_person_pointed_at_goes_before_what_was_found() -> None:
    shown = SeenElement(selectors=({"css": "dd:nth-of-type(2)"},))
    draft = drafted(action("open", 0, url=SHOP), action("shown", 1, element=shown, value="T-1"))
    assert steps(draft)[1:] == [
        ("wait", {"css": "dd:nth-of-type(2)"}),
        ("read", {"css": "dd:nth-of-type(2)", "as": "order_id"}),
        ("conversion", {"event": "purchase", "order_id": "${order_id}"}),
        ("script", {"code": "${variables.until_quiet}"}),
    ]


def test_a_visit_without_an_order_says_what_is_left_to_do() -> None:
    draft = drafted(action("open", 0, url=SHOP))
    assert [step.verb for step in draft.steps] == ["open"]
    assert "No order was confirmed" in draft.notes[0]


def test_a_name_that_the_site_chose_is_the_one_that_came_with_the_order() -> None:
    page = SeenPage(url=f"{SHOP}/thanks", at=9, shown=(SeenText(text="T-1", selectors=({"css": "b"},)),))
    chosen = {"vendor": "google-ads", "event": ""}
    told = (
        event(received_at=1.0, name="view", **chosen),
        event(received_at=100.0, order_id="T-1", vendor="meta"),
        event(received_at=100.5, name="AbC-D", **chosen),
        event(received_at=101.0, name="view", **chosen),
    )
    draft = drafted(action("open", 0, url=SHOP), events=told, pages=(page,))
    assert dict(draft.vendors[0].names) == {"purchase": {"tag": "AbC-D"}}
