"""How does a reader see the events of a run?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from harness.model.event import Decoded, Event
from harness.model.facts import VendorFacts
from harness.model.recording import Conversion, Exchange, Recording
from harness.model.result import EventSummary, EvidenceLine

# The steps by which a visitor or a backend can make an order; the others prepare, wait or look.
_ACTIONS = frozenset((
    "open", "new_tab", "click", "double_click", "press", "reload", "back", "forward", "script", "call", "run", "upload",
))  # fmt: skip


def event_summaries(
    recording: Recording, decoded: Decoded, facts: Mapping[str, VendorFacts]
) -> tuple[EventSummary, ...]:
    """Every event of the run; of conversions, which copy the platform would keep and which event is its partner."""
    exchanges = {exchange.id: exchange for exchange in recording.exchanges}
    kept: dict[str, bool] = {}
    dropped_by: dict[str, str] = {}
    partners: dict[str, str] = {}
    conversions: dict[str, Conversion] = {}
    filtered = {
        found.event: found.rule.id for entry in facts.values() for found in entry.filtered if found.counted == "never"
    }
    for entry in facts.values():
        for prediction in entry.dedup:
            for group in prediction.groups:
                kept[group.kept.id] = True
                kept.update(dict.fromkeys((event.id for event in group.dropped), False))
                if group.rule is not None:
                    dropped_by.update(dict.fromkeys((event.id for event in group.dropped), group.rule.id))
        for copies in (*entry.copies, *entry.refused):
            told = (*copies.tag, *copies.capi, *copies.collect, *copies.enhancements, *copies.blocked)
            conversions.update(dict.fromkeys((event.id for event in told), copies.conversion))
            for pair in copies.pairs:
                partners[pair.tag.id], partners[pair.capi.id] = pair.capi.id, pair.tag.id
    return tuple(
        replace(
            _summary(event, exchanges[event.exchange], recording),
            kept=kept.get(event.id),
            pair=partners.get(event.id, ""),
            dropped_by=dropped_by.get(event.id, ""),
            filtered_by=filtered.get(event.id, ""),
            **_since(conversions.get(event.id), event, recording),
        )
        for event in decoded.events
    )


def _since(conversion: Conversion | None, event: Event, recording: Recording) -> dict[str, Any]:
    if conversion is None:
        return {}
    return {
        "order_id": conversion.order_id,
        "delay": round(event.received_at - _made_at(conversion, recording), 3),
    }


def _made_at(conversion: Conversion, recording: Recording) -> float:
    """When the last action before it began: a site confirms an order only after its server has told of it."""
    acts = (step for step in recording.steps if step.verb in _ACTIONS and step.index <= conversion.step)
    return max((step.started_at for step in acts if step.leg == conversion.leg), default=conversion.at)


def _summary(event: Event, exchange: Exchange, recording: Recording) -> EventSummary:
    return EventSummary(
        id=event.id,
        vendor=event.vendor,
        channel=event.channel,
        name=event.name or event.request,
        event=event.event,
        fate=event.fate,
        role=event.role,
        received_at=round(event.received_at - recording.started_at, 3),
        step=exchange.step,
        method=exchange.request.method,
        url=exchange.request.url,
        status=exchange.response.status if exchange.response else None,
        answered_by=exchange.answered_by,
        attributed_by=exchange.attributed_by,
        lines=tuple(_lines(event)),
        payload=json.dumps(event.payload, indent=2, ensure_ascii=False, default=str),
        mirrors=len(event.mirrors),
        accepted=event.answer.accepted,
        answer=event.answer.detail,
        match_keys=tuple(
            dict.fromkeys(
                name
                for carried in (event.identifiers, event.click_ids, event.browser_ids)
                for name, values in carried.items()
                if any(values)
            )
        ),
    )


def _lines(event: Event) -> Iterator[EvidenceLine]:
    plain = {
        "account": event.account,
        "name": event.name,
        "event_id": event.event_id,
        "order_id": event.order_id,
        "value": event.value,
        "currency": event.currency,
        "items": ", ".join(item.text for item in event.items),
        "time": datetime.fromtimestamp(event.time, UTC).isoformat(timespec="milliseconds") if event.time else "",
        "page_url": event.page_url,
    }
    for field, value in plain.items():
        if value:
            yield EvidenceLine(field=field, value=value, path=event.paths.get(field, ""))
    for problem in event.problems:
        yield EvidenceLine(field=problem.field, value=problem.found, path=problem.path)
    for name, value in event.click_ids.items():
        yield EvidenceLine(field=name, value=value, path=event.paths.get(f"click_id.{name}", ""))
    for name, value in event.browser_ids.items():
        yield EvidenceLine(field=name, value=value, path=event.paths.get(f"browser_id.{name}", ""))
    for name, values in event.identifiers.items():
        yield EvidenceLine(field=name, value=", ".join(values))
