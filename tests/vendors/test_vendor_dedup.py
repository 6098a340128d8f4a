"""Each vendor's deduplication table, executed: which copies it makes one of, and how sure that is.

`<vendor>/dedup.yaml` holds the rows. A copy has its `channel`, `at` (seconds of receipt) and the fields that differ
from the table's `copy`; `kept` names the kept copy of each group by its place among the copies.
"""

from __future__ import annotations

from typing import Any

import pytest
from vendors.vendor_files import HERE, data_of, specs

from harness.comparators.dedup import predict
from harness.decode.codecs import FIELDS
from harness.model.event import Answer, Event
from harness.model.facts import DedupPrediction
from harness.model.recording import Fate, Origin
from harness.model.spec import Role

START = 1_795_286_400.0


def _rows() -> list[Any]:
    tables = [(path.parent.name, data_of(path)) for path in sorted(HERE.glob("*/dedup.yaml"))]
    return [
        pytest.param(vendor, table["copy"], row, id=f"{vendor}: {row['says']}")
        for vendor, table in tables
        for row in table["rows"]
    ]


def _copy(vendor: str, index: int, fields: dict[str, Any]) -> Event:
    known = {**fields}
    at, channel = known.pop("at"), known.pop("channel")
    accepted = known.pop("accepted", None)
    if "time" in known:
        known["time"] = START + known["time"]
    known["fields"] = {**_digests(vendor, known.get("event_id", "")), **known.get("fields", {})}
    known["identifiers"] = {name: (value,) for name, value in known.get("identifiers", {}).items()}
    return Event(
        id=f"c{index}",
        vendor=vendor,
        channel=channel,
        origin=Origin.BROWSER if channel == "tag" else Origin.SERVER,
        role=Role(known.pop("role", "event")),
        request=known.pop("request", ""),
        exchange=f"x{index}",
        received_at=START + at,
        fate=Fate(known.pop("fate", "answered")),
        answer=Answer(accepted=accepted),
        **known,
    )


def _digests(vendor: str, event_id: str) -> dict[str, str]:
    """The fields that this vendor's spec makes of an event ID, raw or hashed."""
    fields = [request.fields for request in specs()[vendor].requests if "event_id" in request.fields]
    return {
        name: FIELDS["digest"](event_id, {})
        for known in fields
        for name, rule in known.items()
        if event_id and rule.using == "digest" and rule.paths == known["event_id"].paths
    }


def _prediction(vendor: str, template: dict[str, Any], row: dict[str, Any]) -> DedupPrediction:
    copies = [_copy(vendor, index, {**template, **copy}) for index, copy in enumerate(row["copies"])]
    return predict("purchase", copies, specs()[vendor], row.get("orders", 1))


@pytest.mark.parametrize(("vendor", "template", "row"), _rows())
def test_a_row_of_the_table_is_predicted(vendor: str, template: dict[str, Any], row: dict[str, Any]) -> None:
    found = _prediction(vendor, template, row)
    assert found.counted == row["counted"]
    assert [group.kept.id for group in found.groups] == [f"c{index}" for index in row["kept"]]
    assert [group.certainty for group in found.groups] == row.get("certainty", ["certain"] * row["counted"])
    assert list(found.alternatives) == row.get("alternatives", [row["counted"]])
    rules = [group.rule.id.removeprefix(f"{vendor}.dedup.") for group in found.groups if group.rule]
    assert rules == row.get("rules", [])


@pytest.mark.parametrize(("vendor", "template", "row"), _rows())
def test_every_copy_is_kept_or_dropped_once(vendor: str, template: dict[str, Any], row: dict[str, Any]) -> None:
    found = _prediction(vendor, template, row)
    members = [event.id for group in found.groups for event in (group.kept, *group.dropped)]
    lost = [filtered.event for filtered in found.filtered if filtered.counted == "never"]
    gone = lost + [
        f"c{index}"
        for index, copy in enumerate(row["copies"])
        if copy.get("fate") == "blocked" or copy.get("accepted") is False or copy.get("role") == "enhancement"
    ]
    assert sorted([*members, *gone]) == [f"c{index}" for index in range(len(row["copies"]))]
