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


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (" Jane.Doe+Shopping@Mail.Example ", "janedoe@mail.example"),
        ("j_doe-2$@mail.example", "jdoe2@mail.example"),
        ("", ""),
    ],
)
def test_reddit_ignores_all_but_letters_and_digits_before_the_at_sign(typed, written):
    assert identifiers.reddit_email(typed) == written


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (" Jane.Doe@Example.COM ", "janedoe@example.com"),
        ("Jane.Doe+Shopping@googlemail.com", "janedoe@googlemail.com"),
        ("user.name+NYC@Example.com", "username@example.com"),
    ],
)
def test_microsoft_ignores_dots_and_suffix_at_every_domain(typed, expected):
    assert identifiers.microsoft_email(typed) == expected


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


def test_tiktoks_postal_code_keeps_its_hyphen():
    assert identifiers.unspaced(" 12345-678 ") == "12345-678"
    assert identifiers.unspaced("SW1A 1AA") == "sw1a1aa"


def test_amazon_keeps_few_signs():
    assert identifiers.amazon_email(" Jane.Doe+Shopping@googlemail.com ") == "jane.doeshopping@googlemail.com"
    assert identifiers.ascii_letters("O'Brien") == "obrien"
    assert identifiers.ascii_letters("123 Main St.") == "123mainst"
    assert identifiers.ascii_letters("Bad Köln") == "badkln"


def test_names_for_snapchat_and_pinterest_keep_blanks_and_punctuation():
    assert identifiers.plain(" Mary Ann ") == "mary ann"
    assert identifiers.plain("O'Brien") == "o'brien"


def test_pinterests_postal_code_has_digits_only():
    assert identifiers.postal_digits("06484") == "06484"
    assert identifiers.postal_digits("94103-1234") == "941031234"


def test_google_names_lose_blanks_and_keep_punctuation():
    assert identifiers.google_name("Mary Ann") == "maryann"
    assert identifiers.google_name("O'Brien") == "o'brien"


def test_nothing_is_not_hashed():
    assert hashed("") == ""
