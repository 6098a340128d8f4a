"""The doctor's answers become lines, remedies and an exit code."""

from __future__ import annotations

from typing import Any

import pytest

from harness import doctor
from harness.doctor import Answer


@pytest.mark.parametrize(("needed", "exit_code", "sign"), [(True, 3, "MISSING"), (False, 0, "note")])
def test_only_what_is_needed_decides(
    call: Any, monkeypatch: pytest.MonkeyPatch, needed: bool, exit_code: int, sign: str
) -> None:
    answers = (
        Answer(subject="Python", good=True, found="3.11.7"),
        Answer(subject="browser", good=False, found="none", remedy="install one", needed=needed),
    )
    monkeypatch.setattr(doctor, "examine", lambda cache: answers)
    result = call("doctor")
    assert result.exit_code == exit_code
    assert result.output.splitlines()[:3] == [
        "ok       Python   3.11.7",
        f"{sign:<7}  browser  none",
        "                  -> install one",
    ]
