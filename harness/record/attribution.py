"""Which run does a server's call belong to?

A server speaks for all visitors through one port, so only what the call carries can tell. Never guess: a call that fits
two runs, or none, is left over and shown as such.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus

from harness.model.persona import Persona
from harness.model.recording import Body, Exchange

# From the surest to the weakest: what we made for one run (nobody else can have it), then what the site made, which a
# broken site may make the same for all.
KINDS = ("trace", "click_id", "identifier", "order_id", "event_id", "browser_id")
SHORTEST_TOKEN = 6

_UNICODE_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")
_SPACE_ESCAPE = re.compile(r"\\+[nrt]")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTokens:
    """What only one run's calls carry, by kind (see `KINDS`)."""

    run_id: str
    tokens: Mapping[str, frozenset[str]]


def persona_tokens(persona: Persona) -> dict[str, frozenset[str]]:
    """How a server may name the person: in the clear, or hashed after one of the usual ways to normalise."""
    forms = {*_email_forms(persona.email), *_phone_forms(persona), persona.external_id, persona.external_id.lower()}
    forms.discard("")
    click_ids = {value for click_id in persona.click_ids.values() for value in (click_id, click_id.lower())}
    return {
        "identifier": _long_enough(token for form in forms for token in (form, form.lower(), *_digests(form))),
        "click_id": _long_enough(click_ids),
    }


def attribute(exchange: Exchange, runs: Sequence[RunTokens]) -> tuple[str, str] | None:
    """The run, and the kind of token that told: the surest kind under which exactly one run fits."""
    text = _searchable(exchange)
    folded = text.lower()
    for kind in KINDS:
        # Click IDs of two runs may differ in nothing but the case of a letter.
        haystack = text if kind == "click_id" else folded
        fitting = [run.run_id for run in runs if _carries(haystack, run.tokens.get(kind, ()), kind != "click_id")]
        if len(fitting) == 1:
            return fitting[0], kind
    return None


def is_of(text: str, tokens: Mapping[str, Iterable[str]]) -> bool:
    """Does the text carry anything, by kind, that only one run's carry?"""
    plain = "\n".join(dict.fromkeys(_unwrapped(text)))
    folded = plain.lower()
    return any(
        _carries(plain if kind == "click_id" else folded, found, kind != "click_id") for kind, found in tokens.items()
    )


def _carries(haystack: str, tokens: Iterable[str], folded: bool) -> bool:
    return any(
        _stands_alone(token.lower() if folded else token, haystack) for token in tokens if len(token) >= SHORTEST_TOKEN
    )


def _stands_alone(token: str, haystack: str) -> bool:
    """Order 100012 is not order 1000123."""
    start = haystack.find(token)
    while start >= 0:
        end = start + len(token)
        if not (haystack[start - 1 : start].isalnum() or haystack[end : end + 1].isalnum()):
            return True
        start = haystack.find(token, start + 1)
    return False


def _searchable(exchange: Exchange) -> str:
    """All that the request says, as it is and with the wrappings undone that senders put around values."""
    request = exchange.request
    parts = (request.url, *(value for _, value in request.headers), _text_of(request.body))
    return "\n".join(dict.fromkeys(form for part in parts for form in _unwrapped(part)))


def _unwrapped(text: str) -> Iterator[str]:
    once = unquote(text)
    for form in (text, once, unquote(once), unquote_plus(text)):
        yield form
        if "\\" in form:  # JSON, perhaps in JSON: `\u002b49`, `\/`, `\"`
            decoded = _UNICODE_ESCAPE.sub(lambda found: chr(int(found[1], 16)), form)
            yield _SPACE_ESCAPE.sub(" ", decoded).replace("\\", "")


def _text_of(body: Body | None) -> str:
    if body is None:
        return ""
    # One character a byte: a form with a file in it, or a binary format, still has its short texts in the clear.
    return base64.b64decode(body.base64).decode("latin-1") if body.base64 is not None else body.text or ""


def _email_forms(email: str) -> Iterator[str]:
    plain = email.strip()
    yield plain
    lower = plain.lower()
    yield lower
    local, _, domain = lower.partition("@")
    untagged = local.partition("+")[0]
    yield f"{untagged}@{domain}"
    # Gmail's own rule, and one vendor's for every mailbox.
    yield f"{untagged.replace('.', '')}@{domain}"


def _phone_forms(persona: Persona) -> Iterator[str]:
    """E.164 with and without the plus sign, dialled with 00, and as written at home."""
    digits = _digits(persona.phone)
    yield from (persona.phone.strip(), digits, f"00{digits}" if digits else "")
    yield from (persona.phone_national.strip(), _digits(persona.phone_national))


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _digests(form: str) -> tuple[str, str, str]:
    digest = hashlib.sha256(form.encode())
    # Padding is left off: it is often stripped or escaped, and the rest is unique without it.
    standard = base64.b64encode(digest.digest()).decode().rstrip("=")
    return digest.hexdigest(), standard, standard.replace("+", "-").replace("/", "_")


def _long_enough(tokens: Iterable[str]) -> frozenset[str]:
    return frozenset(token for token in tokens if len(token) >= SHORTEST_TOKEN)
