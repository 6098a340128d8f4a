"""How is a value prepared before it is hashed? The steps that vendor specs name, in the order they name them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import phonenumbers

_GMAIL = ("gmail.com", "googlemail.com")


def normalised(value: str, steps: Sequence[Any], country: str = "") -> str:
    """The value after all steps. `country` (ISO 3166-1 alpha-2) is the context of national phone numbers and codes."""
    for step in steps:
        if isinstance(step, str):
            value = STEPS[step](value, country)
        else:
            ((name, argument),) = step.items()
            if name == "first":
                value = value[: int(argument)]
            elif name == "keep":
                value = re.sub(f"[^{argument}]", "", value)
            elif name == "in-country":
                if country.upper() in argument["countries"]:
                    value = normalised(value, argument["steps"], country)
            else:
                raise KeyError(name)
    return value


def _phone(value: str, country: str) -> phonenumbers.PhoneNumber | None:
    text = value.strip()
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        return phonenumbers.parse(text, country.upper() or None)
    except phonenumbers.NumberParseException:
        return None


def _phone_e164(value: str, country: str) -> str:
    number = _phone(value, country)
    if number is None:
        return value
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _phone_digits(value: str, country: str) -> str:
    return re.sub(r"\D", "", _phone_e164(value, country)).lstrip("0")


def _phone_national(value: str, country: str) -> str:
    number = _phone(value, country)
    if number is None:
        return value
    return re.sub(r"\D", "", str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)))


def _mailbox(value: str, change: Callable[[str], str], domains: Sequence[str] = ()) -> str:
    user, at, domain = value.rpartition("@")
    if not at or (domains and domain.lower() not in domains):
        return value
    return f"{change(user)}@{domain}"


def _compact_date(value: str, _country: str) -> str:
    """ISO, `m/d/yyyy` and `d.m.yyyy` as YYYYMMDD; anything else stays."""
    text = value.strip()
    for pattern, order in (
        (r"(\d{4})-(\d{1,2})-(\d{1,2})", "ymd"),
        (r"(\d{1,2})/(\d{1,2})/(\d{4})", "mdy"),
        (r"(\d{1,2})\.(\d{1,2})\.(\d{4})", "dmy"),
    ):
        found = re.fullmatch(pattern, text)
        if found:
            parts = {letter: int(number) for letter, number in zip(order, found.groups(), strict=True)}
            try:
                return date(parts["y"], parts["m"], parts["d"]).strftime("%Y%m%d")
            except ValueError:
                return value
    return value


def _without_punctuation(value: str) -> str:
    return "".join(letter for letter in value if unicodedata.category(letter)[0] not in "PS")


STEPS: dict[str, Callable[[str, str], str]] = {
    "trim": lambda value, _: value.strip(),
    "lower-case": lambda value, _: value.lower(),
    "upper-case": lambda value, _: value.upper(),
    "compose": lambda value, _: unicodedata.normalize("NFC", value),
    "remove-whitespace": lambda value, _: re.sub(r"\s+", "", value),
    "remove-punctuation": lambda value, _: _without_punctuation(value),
    "keep-digits": lambda value, _: re.sub(r"\D", "", value),
    "remove-leading-zeros": lambda value, _: value.lstrip("0"),
    "ascii-only": lambda value, _: value.encode("ascii", "ignore").decode(),
    "phone-e164": _phone_e164,
    "phone-digits": _phone_digits,
    "phone-national": _phone_national,
    "gmail-dots": lambda value, _: _mailbox(value, lambda user: user.replace(".", ""), _GMAIL),
    "gmail-plus": lambda value, _: _mailbox(value, lambda user: user.split("+", 1)[0], _GMAIL),
    "dots": lambda value, _: _mailbox(value, lambda user: user.replace(".", "")),
    "plus": lambda value, _: _mailbox(value, lambda user: user.split("+", 1)[0]),
    "alphanumeric-user": lambda value, _: _mailbox(value, lambda user: re.sub(r"[^0-9A-Za-z]", "", user)),
    "first-letter": lambda value, _: value[:1],
    "compact-date": _compact_date,
}
