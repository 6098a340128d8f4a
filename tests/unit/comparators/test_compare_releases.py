"""Two healthy visits are the same, whoever visited; what a release changed is named, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from builders import (
    FBP,
    ORDER,
    ORDERED,
    SEED,
    SHOP,
    START,
    UNOBSERVABLE,
    a_healthy_recording,
    facts_of,
    hexed,
    meta_capi,
    meta_tag,
    persona,
    with_account,
    without,
)

from harness.comparators.kinds import Kinds
from harness.comparators.releases import Visit, gaps, release_changes
from harness.model.comparison import Change, ChangeKind, Direction
from harness.model.persona import PersonaSeed
from harness.model.recording import Breakdown, Exchange, Recording
from harness.redaction import Redactor

OTHER_SEED = PersonaSeed(token="w2m8d4v6")
OTHER_ORDER = replace(ORDER, order_id="CS-8G4L0R3")


def visit(recording: Recording) -> Visit:
    visitor = persona(recording.persona)
    safe = Redactor([visitor], salt="salt").redact_for_reading
    return Visit(
        recording=recording,
        facts=facts_of(recording),
        kinds=Kinds(recording=recording, persona=visitor, safe=safe),
    )


def compared(after: Recording, before: Recording | None = None, tolerance: float = 5.0) -> tuple[Change, ...]:
    """What changed for somebody else's visit with another order."""
    return release_changes(visit(before or healthy("meta")), visit(after), tolerance)


def healthy(*vendors: str, **changes: Any) -> Recording:
    return a_healthy_recording(*vendors, **changes)


def with_meta(build: Callable[..., Exchange], changes: dict[str, Any] | None = None, **told: Any) -> Recording:
    """The other visit, in which one copy is another."""
    visitor = persona(OTHER_SEED)
    exchange = build(changes, visitor=visitor, order=OTHER_ORDER, **told)
    recording = healthy("meta", seed=OTHER_SEED, order=OTHER_ORDER)
    exchanges = tuple(exchange if each.id == exchange.id else each for each in recording.exchanges)
    return replace(recording, exchanges=exchanges)


def told(changes: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    return [(change.kind.value, change.channel, change.parameter) for change in changes]


def test_two_healthy_visits_are_the_same_whoever_visited_and_ordered() -> None:
    other = healthy(seed=OTHER_SEED, order=OTHER_ORDER)

    assert compared(other, healthy()) == ()


def test_a_site_at_another_address_is_the_same_site() -> None:
    test_system = "https://qa.cornershop.test"
    recording = healthy("meta", seed=OTHER_SEED, order=OTHER_ORDER)
    moved = replace(
        recording,
        scenario=replace(recording.scenario, site=replace(recording.scenario.site, url=test_system)),
        steps=tuple(replace(step, url=step.url.replace(SHOP, test_system)) for step in recording.steps),
        exchanges=tuple(_moved(each, test_system) for each in recording.exchanges),
    )

    assert compared(moved) == ()


def _moved(exchange: Exchange, address: str) -> Exchange:
    escaped = [
        (SHOP, address),
        (SHOP.replace("/", "%2F").replace(":", "%3A"), address.replace("/", "%2F").replace(":", "%3A")),
    ]

    def moved(text: str) -> str:
        for old, new in escaped:
            text = text.replace(old, new)
        return text

    body = exchange.request.body
    request = replace(
        exchange.request,
        url=moved(exchange.request.url),
        body=replace(body, text=moved(body.text)) if body and body.text else body,
    )
    return replace(exchange, request=request, page=moved(exchange.page))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (with_meta(meta_capi, {"event_id": "server.1"}), ("parameter-changed", "capi", "event_id")),
        (with_meta(meta_capi, {"custom_data/value": 109.16}), ("parameter-changed", "capi", "value")),
        (with_meta(meta_capi, {"custom_data/currency": None}), ("parameter-removed", "capi", "currency")),
        (with_meta(meta_capi, {"user_data/em": None}), ("identifier-lost", "capi", "identifier.email")),
        (with_meta(meta_capi, {"user_data/fbc": None}), ("identifier-lost", "capi", "click_id.fbclid")),
        (with_meta(meta_capi, {"event_name": "purchase"}), ("event-renamed", "capi", "")),
        (with_meta(meta_capi, {"user_data/em": [hexed("a")]}), ("identifier-changed", "capi", "identifier.email")),
        (with_meta(meta_capi, {"event_time": int(ORDERED - 4000)}), ("parameter-changed", "capi", "time")),
        (with_meta(meta_capi, {"custom_data/coupon": "SPRING"}), ("parameter-added", "capi", "custom_data/coupon")),
        (with_meta(meta_capi, pixel="702400000000002"), ("account", "capi", "account")),
        (with_meta(meta_tag, {"v": "2.9.400"}), ("version", "tag", "v")),
        (with_meta(meta_tag, at=ORDERED + 12), ("timing", "tag", "")),
    ],
)  # fmt: skip
def test_each_change_is_named(after: Recording, expected: tuple[str, str, str]) -> None:
    assert expected in told(compared(after))


def test_what_a_value_is_is_told_and_never_the_value() -> None:
    visitor = persona(OTHER_SEED)
    after = with_meta(meta_capi, {"event_id": f"server.{OTHER_ORDER.order_id}", "user_data/em": [visitor.email]})

    changes = compared(after)
    text = repr(changes)

    shown = [change for change in changes if change.parameter.startswith("event_id") and change.channel == "capi"]
    assert [(change.parameter, change.before, change.after) for change in shown] == [
        ("event_id", "purchase.‹order ID›", "server.‹order ID›"),
        ("event_id on both channels", "the same", "different"),
    ]
    assert "plain where a hash is due" in text
    secrets = {*visitor.identifiers().values(), *persona(SEED).identifiers().values(), FBP} - {"DE"}
    assert not [secret for secret in (*secrets, ORDER.order_id, OTHER_ORDER.order_id) if secret in text]


def test_a_lost_copy_is_an_event_that_is_gone_and_another_count_where_it_costs_one() -> None:
    both_gone = without(healthy("meta", seed=OTHER_SEED, order=OTHER_ORDER), "meta-tag", "meta-capi")

    changes = compared(both_gone)

    assert told(changes) == [("dedup", "", ""), ("event-removed", "tag", ""), ("event-removed", "capi", "")] or told(
        changes
    ) == [("dedup", "", ""), ("event-removed", "capi", ""), ("event-removed", "tag", "")]
    assert (changes[0].before, changes[0].after) == ("1 of 1 counted", "0 of 1 counted")


def test_what_is_mended_is_for_the_better() -> None:
    broken = replace(with_meta(meta_capi, {"custom_data/value": 109.16}), persona=OTHER_SEED)
    mended = healthy("meta")

    change = next(change for change in compared(mended, broken) if change.parameter == "value")

    assert change.direction is Direction.BETTER
    assert change.after == "the order's"


def test_a_second_copy_of_a_conversion_is_for_the_worse() -> None:
    recording = healthy("meta", seed=OTHER_SEED, order=OTHER_ORDER)
    again = meta_tag(visitor=persona(OTHER_SEED), order=OTHER_ORDER, name="again", at=ORDERED + 1)
    after = replace(recording, exchanges=(*recording.exchanges, again))

    (change,) = (change for change in compared(after) if change.kind is ChangeKind.EVENT_ADDED)

    assert (change.channel, change.direction) == ("tag", Direction.WORSE)


def test_another_account_is_no_loss_where_each_scenario_wants_its_own() -> None:
    test_pixel = "702400000000002"
    after = with_account(
        with_meta(meta_capi, pixel=test_pixel), "meta", accounts={"tag": "702400000000001", "capi": test_pixel}
    )

    change = next(change for change in compared(after) if change.kind is ChangeKind.ACCOUNT)

    assert change.direction is Direction.OTHER
    assert (change.before, change.after) == ("702400000000001", test_pixel)


def test_a_time_within_the_tolerance_is_the_same_time() -> None:
    after = with_meta(meta_tag, at=ORDERED + 12)

    assert compared(after, tolerance=30.0) == ()


def test_a_vendor_that_only_one_scenario_names_is_told_as_such() -> None:
    assert told(compared(healthy("meta"), healthy("meta", "teads"))) == [("vendor-removed", "", "")]
    assert told(compared(healthy("meta", "teads"), healthy("meta"))) == [("vendor-added", "", "")]


def test_server_calls_that_could_not_be_seen_are_a_gap_and_no_loss() -> None:
    unseen = replace(
        without(healthy("meta", seed=OTHER_SEED, order=OTHER_ORDER), "meta-capi"), server_source=UNOBSERVABLE
    )

    assert not [change for change in compared(unseen) if change.channel == "capi" or change.kind is ChangeKind.DEDUP]
    assert any("server's calls" in gap for gap in gaps(visit(healthy("meta")), visit(unseen)))


def test_a_shop_whose_server_nobody_can_see_is_compared_by_its_tags() -> None:
    before, after = (
        without(healthy("meta", seed=seed, server_source=UNOBSERVABLE), "meta-capi") for seed in (SEED, OTHER_SEED)
    )

    assert gaps(visit(before), visit(after)) == ()
    assert told(compared(without(after, "meta-tag"), before)) == [("event-removed", "tag", "")]


def test_a_journey_without_its_end_is_a_gap() -> None:
    broken = healthy("meta", breakdown=Breakdown(message="the button was covered", step=2))

    (gap,) = gaps(visit(healthy("meta")), visit(broken))

    assert "the button was covered" in gap


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"purchase.{ORDER.order_id}.b174b05abf4860f0", "purchase.‹order ID›.‹random›"),
        (f"{SHOP}/thank-you/{ORDER.order_id}", "https://‹site›/thank-you/‹order ID›"),
        (str(int(START)), "‹time in seconds›"),
        (str(int(START * 1000)), "‹time in milliseconds›"),
        ("2026-11-22T07:03:32Z", "‹time›"),
        (hexed("x"), "‹hash›"),
        ("oearLy_vygnUSB-rGWw6HznPdxn4qen3rFZol5WC5LY", "‹hash›"),
        ("messageId-1795331005249-xwSDnOQzgPdjm-C4K7TDQ9M2V6", "messageId-‹random›"),
        ("fb.1.1795286300000.1116446470", "fb.1.‹time in milliseconds›.‹random›"),
        ("eyJ0b2tlbiI6IjEyMzQ1Njc4OTAifQ==", "‹random›"),
        ("AbC1+deF2/ghI3jkL4mnO5pqR6st", "‹random›"),
        ("2.9.345", "2.9.345"),
        ("product_group", "product_group"),
        (persona().click_ids["fbclid"], "‹fbclid›"),
        (persona().click_ids["fbclid"].lower(), "‹fbclid in another case›"),
    ],
)
def test_a_value_of_the_run_has_a_label_and_any_other_stays(text: str, kind: str) -> None:
    assert visit(healthy("meta")).kinds.of(text) == kind


def test_a_mistake_that_the_first_visitors_name_could_not_show_is_no_change_for_the_worse() -> None:
    french = a_healthy_recording("google-ads", seed=PersonaSeed(token="w2m8d4v6", country="FR"), order=OTHER_ORDER)

    changes = compared(french, healthy("google-ads"))

    assert {change.kind for change in changes} == {ChangeKind.IDENTIFIER_CHANGED}
    assert {change.direction for change in changes} == {Direction.OTHER}
