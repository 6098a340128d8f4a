"""Which mistake produced this value?

The persona is known, so the digests of every known mistake can be computed and compared. When none fits, the answer
is an empty one: nothing is guessed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from harness.comparators.digests import digest_of, encoding_of, is_digest, sha256
from harness.comparators.normalise import normalised
from harness.model.persona import Persona

_EMPTY_WORDS = ("", "null", "undefined", "none", "None", "nan", "NaN", "[object Object]", "false", "0", " ")
_NOTHING = frozenset(sha256(word) for word in _EMPTY_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A named mistake; `confidence` is `certain` where only this explains the value."""

    name: str
    says: str
    confidence: str = "certain"


def explain(value: str, field: str, right: str, persona: Persona, encodings: tuple[str, ...]) -> Mistake | None:
    """The mistake that turns the persona's `field` into `value`. `right` is the correctly normalised plain text."""
    raw = getattr(persona, field, "")
    if value == right or value.strip().lower() == str(raw).strip().lower():
        return Mistake(name="not-hashed", says="the plain value was sent where its hash is due")
    digest = digest_of(value)
    if digest is None:
        return _by_other_function(value, right) or _plain_value(value, field, persona)
    if digest == sha256(right):
        return _wrong_encoding(value, encodings)
    table = _table(persona, field, right)
    return table.get(digest)


def explanations(value: str, field: str, right: str, persona: Persona) -> frozenset[str]:
    """Every mistake that gives this value, for it may be right all the same: a name without accents lost none."""
    digest, fields = digest_of(value), {**persona.identifiers(), "country": persona.country}
    if digest is None:
        return frozenset()
    candidates = _candidates(field, fields.get(field, ""), right, persona.country, fields)
    return frozenset(mistake.says for text, mistake in candidates if sha256(text) == digest)


def form_mistake(value: str, encodings: tuple[str, ...]) -> Mistake | None:
    """What is wrong with a hash whoever it is of, for a person of whom nothing is known."""
    digest, encoding = digest_of(value), encoding_of(value)
    if digest is not None:
        if digest in _NOTHING:
            return Mistake(name="hash-of-nothing", says="the hash of nothing, not of a real value")
        if encoding == "hex-upper" and "hex" in encodings:
            return Mistake(name="hex-upper-case", says="the hash is written in upper-case letters")
        # What has no sign of its own in it may be either of the two.
        if encoding not in encodings and not (encoding == "base64url" and "base64" in encodings):
            return Mistake(name="wrong-encoding", says=f"the hash is written as {encoding}")
        return None
    if value.strip().lower() in ("null", "undefined", "none", "nan", "[object object]"):
        return Mistake(name="placeholder", says=f"the word “{value.strip()}” was sent in place of a value")
    if is_digest(value):
        return Mistake(name="other-function", says=f"a hash of {len(value)} digits, where that of SHA-256 has 64")
    return Mistake(name="not-hashed", says="a plain value was sent where a hash is due")


def _wrong_encoding(value: str, encodings: tuple[str, ...]) -> Mistake | None:
    found = encoding_of(value)
    if found == "hex-upper" and "hex" in encodings:
        return Mistake(name="hex-upper-case", says="the hash is right but written in upper-case letters")
    if found and found not in encodings:
        return Mistake(name="wrong-encoding", says=f"the hash is right but written as {found}")
    return None


def _by_other_function(value: str, right: str) -> Mistake | None:
    for name in ("md5", "sha1"):
        if value.lower() == hashlib.new(name, right.encode(), usedforsecurity=False).hexdigest():
            return Mistake(name=f"hashed-with-{name}", says=f"hashed with {name.upper()} in place of SHA-256")
    return None


def _plain_value(value: str, field: str, persona: Persona) -> Mistake | None:
    for name, other in persona.identifiers().items():
        if value.strip().lower() == other.lower():
            return Mistake(name="not-hashed", says=f"the plain {name.replace('_', ' ')} was sent where a hash is due")
    if value.strip().lower() in ("null", "undefined", "none", "nan", "[object object]"):
        return Mistake(name="placeholder", says=f"the word “{value.strip()}” was sent in place of a value")
    if "@" in value or re.fullmatch(r"\+?[\d ()/.-]{7,20}", value):
        return Mistake(name="not-hashed", says="a plain value was sent where a hash is due")
    return None


@lru_cache(maxsize=512)
def _cached(key: tuple[str, str, str], persona_fields: tuple[tuple[str, str], ...]) -> dict[bytes, Mistake]:
    field, right, country = key
    own = dict(persona_fields).get(field, "")
    table: dict[bytes, Mistake] = {}
    for text, mistake in _candidates(field, own, right, country, dict(persona_fields)):
        table.setdefault(sha256(text), mistake)
    table.pop(sha256(right), None)
    return table


def _table(persona: Persona, field: str, right: str) -> dict[bytes, Mistake]:
    fields = {**persona.identifiers(), "country": persona.country}
    return _cached((field, right, persona.country), tuple(sorted(fields.items())))


def _candidates(
    field: str, raw: str, right: str, country: str, persona: dict[str, str]
) -> Iterator[tuple[str, Mistake]]:
    """Every text a mistaken program may have hashed, the likelier mistakes first."""
    hashed = sha256(right)
    yield hashed.hex(), Mistake(name="double-hash", says="hashed twice: the hash itself was hashed again")
    yield hashed.hex().upper(), Mistake(name="double-hash", says="hashed twice: the hash itself was hashed again")
    for word in _EMPTY_WORDS:
        shown = f"the word “{word}”" if word.strip() else "an empty value"
        yield word, Mistake(name="hash-of-nothing", says=f"the hash of {shown}, not of a real one")
    if field == "phone":
        yield from _phone_candidates(raw, persona.get("phone_national", ""), country)
    if field == "email":
        yield from _email_candidates(raw)
    yield from _spelling_candidates(raw)
    for other, value in persona.items():
        if other not in (field, "phone_national") and value != raw:
            name = other.replace("_", " ")
            wrong = Mistake(name="other-field", says=f"the hash of the {name}, not of the {field.replace('_', ' ')}")
            for text in (value, value.lower(), value.strip().lower()):
                yield text, wrong


def _spelling_candidates(raw: str) -> Iterator[tuple[str, Mistake]]:
    lower = raw.lower()
    case = Mistake(name="not-lower-cased", says="hashed without lower-casing it first")
    trim = Mistake(name="not-trimmed", says="hashed with the blanks around it")
    both = Mistake(name="not-normalised", says="hashed as typed, neither trimmed nor lower-cased")
    forms = {raw, raw.title(), raw.capitalize(), raw.upper(), raw[:1].upper() + raw[1:], raw.swapcase()}
    for form in sorted(forms - {lower}):
        yield form, case
    for form in (lower, *sorted(forms)):
        mistake = trim if form == lower else both
        for padded in (f" {form}", f"{form} ", f" {form} ", f"{form}\n", f"{form}\r\n", f"\t{form}", f"  {form}"):
            yield padded, mistake
    punctuation = Mistake(name="punctuation", says="hashed with other rules for punctuation or blanks")
    for steps in (("remove-punctuation",), ("remove-whitespace",), ("remove-punctuation", "remove-whitespace")):
        yield normalised(lower, steps), punctuation
    lost = Mistake(name="letters-lost", says="hashed after letters with accents were dropped")
    yield normalised(lower, ("ascii-only",)), lost


def _phone_candidates(raw: str, typed: str, country: str) -> Iterator[tuple[str, Mistake]]:
    digits = normalised(raw, ("phone-digits",), country)
    national = normalised(raw, ("phone-national",), country)
    plus_kept = Mistake(name="plus-kept", says="hashed with the plus sign, which this vendor wants removed")
    plus_gone = Mistake(name="plus-missing", says="hashed without the plus sign, which this vendor wants")
    no_country = Mistake(name="no-country-code", says="the national number was hashed, without its country code")
    yield f"+{digits}", plus_kept
    yield digits, plus_gone
    yield f"00{digits}", Mistake(name="leading-zeros", says="hashed with 00 in place of the plus sign")
    for text in (national, national.lstrip("0"), typed, re.sub(r"\D", "", typed), re.sub(r"\D", "", typed).lstrip("0")):
        if text:
            yield text, no_country
    prefix = digits[: len(digits) - len(national.lstrip("0"))]
    trunk = Mistake(name="trunk-zero-kept", says="hashed with the country code and the zero of the national form")
    yield f"+{prefix}{national}", trunk
    yield f"{prefix}{national}", trunk


def _email_candidates(raw: str) -> Iterator[tuple[str, Mistake]]:
    lower = raw.strip().lower()
    user, _, domain = lower.partition("@")
    wrong = Mistake(name="mailbox-rule", says="hashed after a mailbox rule that this vendor does not apply here")
    left_out = Mistake(name="mailbox-rule-left-out", says="hashed without the mailbox rule that this vendor applies")
    yield lower, left_out
    for text in (
        normalised(lower, ("dots",)),
        normalised(lower, ("plus",)),
        normalised(lower, ("dots", "plus")),
        normalised(lower, ("alphanumeric-user",)),
    ):
        if text != lower:
            yield text, wrong
    if user.count(".") > 1:
        one_dot = Mistake(name="first-dot-only", says="hashed after only the first dot of the mailbox was removed")
        yield f"{user.replace('.', '', 1)}@{domain}", one_dot
    yield user, Mistake(name="part-of-value", says="only the part before the @ was hashed")
    yield lower.replace("@", "%40"), Mistake(name="url-encoded", says="hashed while still URL-encoded")
