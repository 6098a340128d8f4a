"""Logs of other programs are described as data, with sources, and mistakes in that are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.load.call_logs import load_call_logs
from harness.load.vendor_specs import packaged_specs

ENTRY = """
- id: one
  title: One log
  sources: [{title: A page, read: "2026-11"}]
  reviewed: "2026-11-22"
  confidence: low
  says: What it says.
  has: [kind]
  asks: {kind: call}
  request: {time: [at], url: [to]}
"""


def test_those_that_are_shipped_are_read() -> None:
    forms = {form.id: form for form in load_call_logs(packaged_specs() / "call_logs.yaml")}
    assert forms["server-template-log"].joined_by == ("TraceId", "Name")
    assert forms["tealium-webhook"].is_received


def test_what_an_entry_does_not_say_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "logs.yaml"
    path.write_text(ENTRY, "utf-8")
    [form] = load_call_logs(path)
    assert (form.request, form.answers, form.sent_to) == ({"time": ("at",), "url": ("to",)}, {}, "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [('"2026-11-22"', '"November"', "5:13"), ("confidence: low", "", "confidence"), ("url:", "uri:", "10:")],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "logs.yaml"
    path.write_text(ENTRY.replace(old, new), "utf-8")
    with pytest.raises(InputError, match=r"logs\.yaml:") as refused:
        load_call_logs(path)
    assert said in str(refused.value)
