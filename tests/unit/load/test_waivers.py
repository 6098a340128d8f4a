"""A file of waivers is read whole, and every mistake in it is told with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.load.waivers import load_waivers
from harness.model.gate import Waiver
from harness.model.scenario import Place

WHOLE = """\
# Agreed with the agency.
- check: event-id-match
  vendor: meta
  scenario: guest-checkout
  profile: ublock
  parameter: event_id
  reason: the connector is being replaced
  owner: anna
  until: 2026-12-31
- {check: page-works, reason: known, owner: ben, until: 2027-01-31}
"""


def load(tmp_path: Path, text: str) -> tuple[Waiver, ...]:
    path = tmp_path / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    return load_waivers(path, checks=["event-id-match", "event-id"], run_checks=["page-works"], vendors=["meta", "ga4"])


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(tmp_path, text)
    return [str(mistake).replace(f"{tmp_path}/waivers.yaml:", "") for mistake in caught.value.mistakes]


def test_every_word_is_read_and_the_place_kept(tmp_path: Path) -> None:
    whole, short = load(tmp_path, WHOLE)
    assert whole == Waiver(
        check="event-id-match",
        vendor="meta",
        scenario="guest-checkout",
        profile="ublock",
        parameter="event_id",
        reason="the connector is being replaced",
        owner="anna",
        until=date(2026, 12, 31),
        place=Place(file=str(tmp_path / "waivers.yaml"), line=2, column=3),
    )
    assert (short.vendor, short.place.line) == ("", 10)


def test_no_waiver_is_a_file_with_an_empty_list(tmp_path: Path) -> None:
    assert load(tmp_path, "[]\n") == ()


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("{check: event-id, owner: a, until: 2026-12-31}", '1:3: missing key "reason"; expected reason: why this need'),
        ("{check: event-id, reason: r, until: 2026-12-31}", '1:3: missing key "owner"; expected owner: who answers'),
        ("{check: event-id, reason: r, owner: a}", '1:3: missing key "until"; expected until: the last day it holds'),
        ('{check: event-id, reason: " ", owner: a, until: 2026-12-31}', '1:29: found " " in "reason"; expected some'),
        ("{check: event-id, reason: r, owner: a, until: soon}", '1:49: found "soon" in "until"; expected the last day'),
        ("{check: event-id, reason: r, owner: a, until: 2026-02-30}", '1:49: there is no day "2026-02-30"; expected'),
        ("{check: evnt-id, reason: r, owner: a, until: 2026-12-31}", '1:11: unknown check "evnt-id"; did you mean'),
        ("{check: event-id, vendor: mta, reason: r, owner: a, until: 2026-12-31}", '1:29: unknown vendor "mta"; did'),
        ("{check: event-id, vendr: meta, reason: r, owner: a, until: 2026-12-31}", '1:21: unknown key "vendr"; did'),
        (
            "{check: page-works, vendor: meta, reason: r, owner: a, until: 2026-12-31}",
            '1:23: "page-works" is asked of the whole run, not of a vendor; remove "vendor"',
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, entry: str, told: str) -> None:
    [mistake] = mistakes(tmp_path, f"- {entry}\n")
    assert mistake.startswith(told)


def test_all_mistakes_are_told_at_once_and_in_order(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "- {check: x, reason: r, owner: a, until: 2026-02-30}\n- {check: event-id}\n")
    assert [mistake.split(":", 1)[0] for mistake in found] == ["1", "1", "2", "2", "2"]


def test_a_mapping_is_no_list_of_waivers(tmp_path: Path) -> None:
    [mistake] = mistakes(tmp_path, "check: event-id\n")
    assert "expected a list of entries with check, reason, owner and until" in mistake
