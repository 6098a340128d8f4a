"""A wrong value is traced to the mistake that made it, or to none."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from unit.comparators.compared import PERSON

from harness.comparators.digests import encoded, sha256
from harness.comparators.forensics import explain, form_mistake
from harness.comparators.normalise import normalised

EMAIL = PERSON.email.lower()


def hexed(text: str) -> str:
    return sha256(text).hex()


def mistake(value: str, field: str = "email", right: str = EMAIL, encodings: tuple[str, ...] = ("hex",)) -> str:
    found = explain(value, field, right, PERSON, encodings)
    return found.name if found else ""


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (EMAIL, "not-hashed"),
        (f" {PERSON.email} ", "not-hashed"),
        (PERSON.phone, "not-hashed"),
        ("someone@else.example", "not-hashed"),
        ("undefined", "placeholder"),
        ("[object Object]", "placeholder"),
        (hexed(EMAIL).upper(), "hex-upper-case"),
        (encoded(sha256(EMAIL), "base64"), "wrong-encoding"),
        (encoded(sha256(EMAIL), "base64url"), "wrong-encoding"),
        (hashlib.md5(EMAIL.encode()).hexdigest(), "hashed-with-md5"),
        (hashlib.sha1(EMAIL.encode()).hexdigest().upper(), "hashed-with-sha1"),
        (hexed(hexed(EMAIL)), "double-hash"),
        (hexed(hexed(EMAIL).upper()), "double-hash"),
        (hexed(""), "hash-of-nothing"),
        (hexed("null"), "hash-of-nothing"),
        (hexed("[object Object]"), "hash-of-nothing"),
        (hexed(PERSON.email), "not-lower-cased"),
        (hexed(EMAIL.upper()), "not-lower-cased"),
        (hexed(f" {EMAIL}"), "not-trimmed"),
        (hexed(f"{EMAIL}\n"), "not-trimmed"),
        (hexed(f" {PERSON.email} "), "not-normalised"),
        (hexed(EMAIL.replace(".", "", 1)), "first-dot-only"),
        (hexed(EMAIL.replace(".", "", 2)), "mailbox-rule"),
        (hexed(EMAIL.partition("@")[0]), "part-of-value"),
        (hexed(EMAIL.replace("@", "%40")), "url-encoded"),
        (hexed(PERSON.phone), "other-field"),
        (hexed(PERSON.last_name), "other-field"),
        (hexed("somebody@else.example"), ""),
        (hexed(EMAIL), ""),
        ("cut-off", ""),
    ],
)
def test_mistakes_with_an_email(value: str, name: str) -> None:
    assert mistake(value) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (PERSON.phone, "plus-kept"),
        ("004" + PERSON.phone[2:], "leading-zeros"),
        ("03023125042", "no-country-code"),
        ("3023125042", "no-country-code"),
        (PERSON.phone_national, "no-country-code"),
        ("+4903023125042", "trunk-zero-kept"),
        ("4903023125042", "trunk-zero-kept"),
    ],
)
def test_mistakes_with_a_phone_number_that_goes_without_a_plus(text: str, name: str) -> None:
    assert mistake(hexed(text), "phone", PERSON.phone.lstrip("+")) == name


def test_a_plus_that_is_missing() -> None:
    assert mistake(hexed(PERSON.phone.lstrip("+")), "phone", PERSON.phone) == "plus-missing"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Weißhaupt-Lüdtke", "not-lower-cased"),
        ("weißhaupt-lüdtke", "punctuation"),
        ("weihaupt-ldtke", "letters-lost"),
        ("käthemarie", "other-field"),
    ],
)
def test_mistakes_with_a_name(text: str, name: str) -> None:
    right = normalised(PERSON.last_name, ["lower-case", "remove-punctuation"])
    assert mistake(hexed(text), "last_name", right) == name


def test_the_right_value_is_never_a_mistake() -> None:
    for field in ("email", "phone", "first_name", "city", "country"):
        right = normalised(getattr(PERSON, field), ["trim", "lower-case"])
        assert mistake(hexed(right), field, right) == ""


def test_people_do_not_share_a_table_of_mistakes() -> None:
    other = replace(PERSON, email="Somebody.Else@mail.example")
    found = explain(hexed(other.email), "email", other.email.lower(), other, ("hex",))
    assert found is not None
    assert found.name == "not-lower-cased"
    assert mistake(hexed(other.email)) == ""


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (hexed(EMAIL), ""),
        (EMAIL, "not-hashed"),
        ("null", "placeholder"),
        (hexed(""), "hash-of-nothing"),
        (hexed("undefined"), "hash-of-nothing"),
        (hexed(EMAIL).upper(), "hex-upper-case"),
        (encoded(sha256(EMAIL), "base64"), "wrong-encoding"),
        (hashlib.md5(EMAIL.encode(), usedforsecurity=False).hexdigest(), "other-function"),
    ],
)
def test_the_form_alone_tells_a_mistake_whoever_it_is_of(value: str, name: str) -> None:
    found = form_mistake(value, ("hex",))
    assert (found.name if found else "") == name


def test_base64_without_a_sign_of_its_own_may_be_either() -> None:
    text = next(text for text in map(str, range(999)) if encoded(sha256(text), "base64").strip("=").isalnum())
    assert form_mistake(encoded(sha256(text), "base64").rstrip("="), ("base64",)) is None
