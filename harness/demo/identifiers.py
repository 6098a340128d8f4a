"""How is a customer written before it is hashed, per vendor?

Rules as the vendors document them: Meta's customer information parameters (January 2026),
Google's Data Manager formatting (2026), TikTok's Events API parameters (September 2026),
Amazon's Events API (2026), Reddit's manual advanced matching (2026),
Microsoft's UET Conversions API (2026).
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


def analytics_email(text: str) -> str:
    """As `email`, but dots in a Gmail address are ignored; what follows a plus is kept."""
    local, at, domain = email(text).partition("@")
    return (local.replace(".", "") if domain in _GMAIL else local) + at + domain


def amazon_email(text: str) -> str:
    """Only letters, digits, dot, @ and dash: plus and underscore vanish."""
    return re.sub(r"[^a-z0-9.@-]", "", text.lower())


def ascii_letters(text: str) -> str:
    """A name or place for Amazon: only a-z and digits; accented letters vanish."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def reddit_email(text: str) -> str:
    """As `email`, and of the part before the @ only letters and digits, up to the first plus."""
    local, at, domain = email(text).partition("@")
    return re.sub(r"[^0-9a-z]", "", local.partition("+")[0]) + at + domain


def microsoft_email(text: str) -> str:
    """As `email`, but no domain's user part has dots or what follows a plus."""
    local, _, domain = email(text).partition("@")
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


def unspaced(text: str) -> str:
    """A postal code for TikTok and Amazon: lower case, no blanks, hyphens kept."""
    return re.sub(r"\s", "", text.lower())


def plain(text: str) -> str:
    """A name or place for Snapchat, a name for Pinterest: trimmed and lower case, nothing else."""
    return text.strip().lower()


def postal_digits(text: str) -> str:
    """A postal code for Pinterest: digits only, leading zeros kept."""
    return re.sub(r"\D", "", text)


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
