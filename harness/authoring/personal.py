"""What of the person stands in a field, going by what the field says of itself?"""

from __future__ import annotations

import re

from harness.model.watching import SeenElement

# https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill (read 2026-11).
_AUTOFILL = {
    "email": "persona.email",
    "tel": "persona.phone",
    "tel-national": "persona.phone_national",
    "given-name": "persona.first_name",
    "family-name": "persona.last_name",
    "name": "persona.name",
    "street-address": "persona.street",
    "address-line1": "persona.street",
    "address-level1": "persona.region",
    "address-level2": "persona.city",
    "postal-code": "persona.postal_code",
    "country": "persona.country",
    "country-name": "persona.country",
    "username": "env.SITE_USER",
    "current-password": "env.SITE_PASSWORD",
    "new-password": "env.SITE_PASSWORD",
    "one-time-code": "env.SITE_CODE",
    "cc-name": "persona.name",
    "cc-number": "env.CARD_NUMBER",
    "cc-exp": "env.CARD_EXPIRY",
    "cc-exp-month": "env.CARD_EXPIRY_MONTH",
    "cc-exp-year": "env.CARD_EXPIRY_YEAR",
    "cc-csc": "env.CARD_CODE",
}
_TYPES = {"email": "persona.email", "tel": "persona.phone_national", "password": "env.SITE_PASSWORD"}
# What forms call their fields in English, German and French. The first that fits says what it is, so that "card holder
# name" is not taken for a plain name.
_WORDS = (
    (r"card.?(number|no)|kartennummer|num[eé]ro de (la )?carte", "env.CARD_NUMBER"),
    (r"\b(cvc|cvv|csc)\b|security code|pr[uü]f(nummer|ziffer)|cryptogramme", "env.CARD_CODE"),
    (r"expir|g[uü]ltig bis|ablaufdatum", "env.CARD_EXPIRY"),
    (r"\biban\b|kontonummer|account.?number", "env.BANK_ACCOUNT"),
    (r"passwor[dt]|kennwort|mot de passe", "env.SITE_PASSWORD"),
    (r"e-?mail|courriel", "persona.email"),
    (r"phone|mobile|telefon|handy|t[eé]l[eé]phone|\btel\b", "persona.phone_national"),
    (r"customer.?(number|no|id)|kundennummer|num[eé]ro (de )?client", "persona.external_id"),
    (r"first.?name|given.?name|vorname|pr[eé]nom", "persona.first_name"),
    (r"last.?name|family.?name|surname|nachname|familienname|nom de famille", "persona.last_name"),
    (r"post.?(al)?.?code|\bzip\b|\bplz\b|postleitzahl|code postal", "persona.postal_code"),
    (r"street|address.?(line)?.?1?\b|stra(ss|ß)e|anschrift|adresse|\brue\b", "persona.street"),
    (r"\bcity\b|\btown\b|\bort\b|\bstadt\b|\bville\b", "persona.city"),
    (r"\b(state|region|province|county)\b|bundesland|r[eé]gion", "persona.region"),
    (r"country|\bland\b|\bpays\b", "persona.country"),
    (r"(full|your|card.?holder|cardholder).?name|\bname\b|\bnom\b|karteninhaber", "persona.name"),
)
BIRTH = re.compile(r"birth|geburt|naissance|\bdob\b|bday", re.IGNORECASE)
_PHONES = ("persona.phone", "persona.phone_national")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d\s()/.-]{7,}")
# Numbers as people type them for amounts of articles, guests, rooms: nobody is known by these.
_SMALL_NUMBER = re.compile(r"\d{1,3}")


def placeholder_for(element: SeenElement, value: str) -> str:
    """What stands in the file in place of the value (`persona.email`), empty where nothing of a person is known."""
    known = _known(element, value)
    if known not in _PHONES:
        return known
    # Whether the site makes an international number of a national one is worth a test, so it is typed alike.
    return "persona.phone" if value.strip().startswith(("+", "00")) else "persona.phone_national"


def _known(element: SeenElement, value: str) -> str:
    # "shipping postal-code": the last word says what, the ones before it whose.
    for word in reversed(element.autocomplete.split()):
        if word in _AUTOFILL:
            return _AUTOFILL[word]
    if element.type in _TYPES:
        return _TYPES[element.type]
    for text in (element.label, element.placeholder, _spaced(element.name)):
        for pattern, name in _WORDS:
            if re.search(pattern, text, re.IGNORECASE):
                return name
    if _EMAIL.fullmatch(value.strip()):
        return "persona.email"
    return "persona.phone_national" if _PHONE.fullmatch(value.strip()) else ""


def may_be_kept(element: SeenElement, value: str) -> bool:
    """Whether a value that is nothing known of a person may stand in a file: a small number, a date of no birth."""
    said = " ".join((element.label, element.name, element.autocomplete, element.placeholder))
    if BIRTH.search(said):
        return False
    return bool(_SMALL_NUMBER.fullmatch(value)) or element.type in ("date", "time", "range", "color") or not value


def _spaced(name: str) -> str:
    """`billingFirstName` and `billing_first_name` in words."""
    return re.sub(r"[_\-\[\].]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
