"""Two visits of the sound shop are the same, and each fault of a broken one is the change that it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

FAULTS = {
    "event-id-mismatch": "parameter changed (event_id on both channels): the same → different",
    "value-net": "parameter changed (value): the order's → 109.16, not the order's: net of 19 % tax",
    "currency-missing": "parameter removed (currency): the order's → nothing",
    "phone-dropped": "identifier lost (identifier.phone): right (hex) → nothing",
    "click-id-dropped": "identifier lost (click_id.fbclid)",
    "tag-fires-twice": "Browser tag, event sent in addition: nothing → on ‹site›/thank-you/‹order ID›/",
}


def harness(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def shop(out: Path, *faults: str) -> str:
    options = [word for fault in faults for word in ("--fault", fault)]
    one = ("--wiring", "direct", "--profile", "none", "--vendor", "meta", "--lists", "own", "--out", str(out))
    done = harness("demo", *one, *options)
    assert done.returncode == (1 if faults else 0), done.stdout + done.stderr
    return str(out)


def test_a_sound_shop_is_the_same_again_and_each_fault_is_told_as_what_it_is(tmp_path: Path) -> None:
    before, again, broken = shop(tmp_path / "1"), shop(tmp_path / "2"), shop(tmp_path / "3", *FAULTS)

    same = harness("compare", before, again, "--fail-on-change", "--out", str(tmp_path / "same"))
    changed = harness("compare", before, broken, "--out", str(tmp_path / "changed"))

    assert same.returncode == 0, same.stdout + same.stderr
    assert "✓ The same. No difference in 1 run." in same.stdout
    assert changed.returncode == 1, changed.stdout + changed.stderr
    assert [fault for fault, change in FAULTS.items() if change not in changed.stdout] == [], changed.stdout
