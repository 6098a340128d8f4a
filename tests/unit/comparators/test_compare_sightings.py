"""Copies find each other by what they carry, and by their time only where nothing contradicts it."""

from __future__ import annotations

from dataclasses import replace

from builders import ORDER, SECOND_ORDER, a_recording, decoded, google_capi, google_tag, meta_capi, meta_tag, specs

from harness.comparators.sightings import sightings
from harness.model.facts import Sighting
from harness.model.recording import Exchange


def seen(*exchanges: Exchange) -> tuple[Sighting, ...]:
    return sightings(decoded(a_recording(*exchanges)).events, specs())


def told(sighting: Sighting) -> tuple[int, int, str, str]:
    return len(sighting.of("tag")), len(sighting.of("capi")), sighting.joined_by, sighting.ids


def test_copies_with_one_event_id_are_one_event_whenever_they_come() -> None:
    late = replace(meta_capi(), id="s9", started_at=meta_tag().started_at + 3600)
    (found,) = seen(meta_tag(), late)
    assert told(found) == (1, 1, "event_id", "same")
    assert found.order_id == ORDER.order_id


def test_copies_of_one_order_whose_ids_differ_are_one_event_with_a_fault() -> None:
    (found,) = seen(meta_tag(), meta_capi({"event_id": "server.1"}))
    assert told(found) == (1, 1, "order_id", "differ")


def test_a_copy_without_an_id_is_told_as_missing_it() -> None:
    (found,) = seen(meta_tag(), meta_capi({"event_id": None}))
    assert told(found)[3] == "missing"


def test_without_any_id_only_their_time_joins_copies() -> None:
    bare = {"event_id": None, "custom_data/order_id": None}
    (found,) = seen(meta_tag(), meta_capi(bare))
    assert told(found) == (1, 1, "nearest", "missing")
    far = replace(meta_capi(bare), started_at=meta_tag().started_at + 300)
    assert len(seen(meta_tag(), far)) == 2


def test_two_orders_are_two_events_however_near() -> None:
    found = seen(meta_tag(), replace(meta_tag(order=SECOND_ORDER), id="b9"))
    assert [told(each)[:2] for each in found] == [(1, 0), (1, 0)]
    assert [each.ids for each in found] == ["", ""]


def test_a_repeat_is_no_event_of_its_own() -> None:
    (found,) = seen(meta_tag(), replace(meta_tag(), id="b9"))
    assert told(found)[:2] == (2, 0)


def test_names_that_the_site_chose_need_not_be_the_same_on_both_channels() -> None:
    events = decoded(a_recording(google_tag(), google_capi())).events
    nameless = [replace(event, event="") for event in events if event.role == "event"]
    (found,) = sightings(nameless, specs())
    assert told(found)[:2] == (1, 1)
