"""Customers are written as the vendors document it."""

import pytest

from harness.demo import identifiers
from harness.demo.identifiers import hashed


def test_email_is_trimmed_and_lower_cased():
    assert hashed(identifiers.email(" Jane.Doe@Example.COM ")) == (
        "86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d"
    )


def test_google_ignores_dots_and_suffix_at_gmail_only():
    assert identifiers.google_email("Jane.Doe+Shopping@googlemail.com") == "janedoe@googlemail.com"
    assert identifiers.google_email("User.Name+NYC@Example.com") == "user.name+nyc@example.com"


@pytest.mark.parametrize("typed", ["0151 23456789", "+49 (151) 234-56789", "0049 151 23456789"])
def test_phone_is_e164_however_it_was_typed(typed):
    assert identifiers.e164(typed, "DE") == "+4915123456789"


def test_phone_that_is_none_stays_as_it_is():
    assert identifiers.e164("call me", "DE") == "call me"


def test_metas_phone_has_digits_only():
    assert hashed(identifiers.digits("+4915123456789")) == (
        "c0f8f0bebbbac96451ee8d8def84a02ae9e34c877775437cb9d458328315afa7"
    )


def test_national_digits_forget_the_country():
    assert identifiers.national_digits("+49 151 23456789", "DE") == "015123456789"


def test_names_keep_accents_and_lose_punctuation():
    assert identifiers.letters("  O'Brien-Smith ") == "obriensmith"
    assert identifiers.letters("Valéry") == "valéry"
    assert identifiers.city("Menlo-Park 2") == "menlopark"
    assert identifiers.postal_code("M1 1AE") == "m11ae"


def test_google_names_lose_blanks_and_keep_punctuation():
    assert identifiers.google_name("Mary Ann") == "maryann"
    assert identifiers.google_name("O'Brien") == "o'brien"


def test_nothing_is_not_hashed():
    assert hashed("") == ""
