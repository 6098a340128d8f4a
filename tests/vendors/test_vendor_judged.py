"""What a check says of one vendor's requests about an order.

`<vendor>/judged.yaml` holds the rows: the `check`, the `order` that was made, the `requests` that tell of it, how many
seconds `after` their event they come, the vendor's `names` by channel where the site chooses them, and what is `found`:
`severity`, `rule` and words of the message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from builders import ORDER, a_recording, a_snapshot, findings_of
from vendors.vendor_files import HERE, data_of, exchanges_of, scenario_with

from harness.model.recording import Conversion, Item, Recording


def _rows() -> list[Any]:
    return [
        pytest.param(path.parent.name, row, id=f"{path.parent.name}: {row['about']}")
        for path in sorted(HERE.glob("*/judged.yaml"))
        for row in data_of(path)["rows"]
    ]


def _order(fields: dict[str, Any]) -> Conversion:
    items = tuple(Item(**item) for item in fields.get("items", []))
    return replace(ORDER, **{"order_id": "", "value": "", "currency": "", **fields, "items": items})


def _recording(vendor: str, row: dict[str, Any]) -> Recording:
    account = replace(scenario_with(vendor)[vendor], names={ORDER.event: row.get("names", {})})
    exchanges = exchanges_of({"requests": row["requests"]})
    late = tuple(replace(exchange, started_at=exchange.started_at + row.get("after", 0)) for exchange in exchanges)
    return a_recording(*late, scenario=a_snapshot(vendors=(account,)), conversions=(_order(row.get("order", {})),))


@pytest.mark.parametrize(("vendor", "row"), _rows())
def test_a_check_says_what_the_vendors_facts_are(vendor: str, row: dict[str, Any]) -> None:
    found = findings_of(row["check"], _recording(vendor, row), vendor)
    assert [(each.severity, each.rule.removeprefix(f"{vendor}.")) for each in found] == [
        (each["severity"], each.get("rule", "")) for each in row.get("found", [])
    ]
    for wanted, each in zip(row.get("found", []), found, strict=True):
        assert wanted.get("says", "") in each.message
