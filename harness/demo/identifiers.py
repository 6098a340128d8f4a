"""How is a customer written before it is hashed, per vendor?

Rules as the vendors document them: Meta's customer information parameters (January 2026),
Google's Data Manager formatting (2026).
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

import phonenumbers

_GMAIL = ("gmail.com", "googlemail.com")


def hashed(text: str) -> str:
    """SHA-256 as lower-case hex; nothing stays nothing, for the hash of an empty text identifies nobody."""
    return sha256(text.encode()).hexdigest() if text else ""


def email(text: str) -> str:
    return text.strip().lower()


def google_email(text: str) -> str:
    """As `email`, but Gmail ignores dots and what follows a plus."""
    local, _, domain = email(text).partition("@")
    if domain in _GMAIL:
        local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}" if domain else local


def letters(text: str) -> str:
    """A name for Meta: lower case, no punctuation, no blanks, accents kept."""
    lowered = unicodedata.normalize("NFC", text).strip().lower()
    return "".join(sign for sign in lowered if unicodedata.category(sign)[0] not in "PSZC")


def city(text: str) -> str:
    return re.sub(r"\d", "", letters(text))


def postal_code(text: str) -> str:
    return re.sub(r"[\s-]", "", text.lower())


def google_name(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text).lower())


def digits(phone: str) -> str:
    return re.sub(r"\D", "", phone).lstrip("0")


def e164(phone: str, country: str) -> str:
    """+491512345678, or the text as it is when it is no phone number."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(phone, country), phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        return phone


def national_digits(phone: str, country: str) -> str:
    """01512345678: what is left of a phone number when its country is forgotten."""
    try:
        parsed = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", phone)
    return re.sub(r"\D", "", phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))
