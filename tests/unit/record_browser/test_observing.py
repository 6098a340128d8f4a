"""Which texts of a page are private?"""

from __future__ import annotations

import pytest

from harness.record.observing import private_text

PRIVATE = private_text(["lena@mail.example", "+49 30 123456", "Jo", "Ahornweg 12", "BE", ""])


@pytest.mark.parametrize(
    "text",
    ["Mail to LENA@mail.example.", "Tel. 49-30/12 34 56", "Hello Jo!", "Ahornweg\n 12", "Berlin (BE)", "hello jo"],
)
def test_values_are_found_however_they_are_written(text: str) -> None:
    assert PRIVATE is not None
    assert PRIVATE.search(text)


@pytest.mark.parametrize("text", ["Join us", "better", "Ahornweg", "Call 123456"])
def test_other_words_stay_readable(text: str) -> None:
    assert PRIVATE is not None
    assert not PRIVATE.search(text)


def test_a_person_without_values_hides_nothing() -> None:
    assert private_text(["", " "]) is None
