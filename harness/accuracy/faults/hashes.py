"""Mistakes with identifiers: what goes wrong between a form field and the digest a vendor wants."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from harness.accuracy.case import Case
from harness.accuracy.editing import NotThereError
from harness.accuracy.fault import Fault
from harness.comparators.normalise import normalised
from harness.model.persona import Persona
from harness.model.recording import Recording
from harness.model.result import Severity
from harness.model.spec import Identifier

# From the persona and the right digest to what the mistake makes of them.
Make = Callable[[Persona, str], str]
# Why a vendor does not mind: from the persona's field, the channel and the mistake.
Variants = Callable[[str, str, Make], Callable[[Case], str]]

_FOLLOWS = frozenset({
    "identifier-raw", "identifier-completeness", "schema", "vendor-acceptance", "value-trail", "counted-conversions",
    "blocked-delivery",
})  # fmt: skip
_HASHING = ("identifier-hashing", "identifier-raw", "schema")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _identifier_of(case: Case, channel: str, persona_field: str) -> str:
    """The name under which this vendor's copy carries the value as a digest; raises where it does not."""
    event = case.of(channel)
    for identifier in case.spec.identifiers:
        sent = identifier.sent_in(event.channel, event.request)
        values = event.identifiers.get(identifier.name, ())
        if sent.persona == persona_field and sent.hashing == "required" and any(_is_digest(each) for each in values):
            return identifier.name
    raise NotThereError(persona_field)


def _is_digest(text: str) -> bool:
    return len(text) == 64 and not set(text.lower()) - set("0123456789abcdef")


def _spoiled(persona_field: str, channel: str, make: Make) -> Callable[[Case], Recording]:
    """Every digest of the identifier replaced by what the mistake makes of the persona."""

    def spoil(case: Case) -> Recording:
        name = _identifier_of(case, channel, persona_field)
        recording = case.recording
        for value in case.of(channel).identifiers[name]:
            if _is_digest(value):
                wrong = make(case.persona, value)
                if wrong == value:
                    raise NotThereError(name)
                recording = replace(case, recording=recording).substituted(channel, value, wrong)
        return recording

    return spoil


def _both(
    field: str,
    name: str,
    says: str,
    make: Make,
    finds: tuple[str, ...] = _HASHING,
    harmless: Variants = lambda field, channel, make: lambda case: "",
    least: Severity = Severity.WARNING,
    follows: frozenset[str] = frozenset(),
) -> Iterator[Fault]:
    for channel, word in (("capi", "server"), ("tag", "tag")):
        yield Fault(
            id=f"{field.replace('_', '-')}-{name}-{word}",
            family=f"hashes: {field.replace('_', ' ')}",
            says=f"{says}, in the {word}'s copy",
            spoil=_spoiled(field, channel, make),
            finds=finds,
            follows=_FOLLOWS | frozenset(_HASHING) | follows,
            harmless=harmless(field, channel, make),
            least=least,
            needs=(channel,),
        )


def _has_variants(field: str, channel: str, make: Make) -> Callable[[Case], str]:
    """A vendor that contradicts itself takes either form."""

    def reason(case: Case) -> str:
        event = case.of(channel)
        name = _identifier_of(case, channel, field)
        sent = _identifier(case, name).sent_in(event.channel, event.request)
        wrong = make(case.persona, event.identifiers[name][0])
        plain = getattr(case.persona, field)
        taken = {sha256(normalised(plain, each.steps, case.persona.country)) for each in sent.normalisations}
        return "this vendor documents this form, too" if wrong in taken else ""

    return reason


def _is_optional(field: str, channel: str, make: Make) -> Callable[[Case], str]:
    def reason(case: Case) -> str:
        importance = _identifier(case, _identifier_of(case, channel, field)).channels[case.of(channel).channel]
        return "this vendor leaves it to the site whether to send it" if importance == "optional" else ""

    return reason


def _takes(encoding: str) -> Variants:
    def for_copy(field: str, channel: str, make: Make) -> Callable[[Case], str]:
        def reason(case: Case) -> str:
            event = case.of(channel)
            name = _identifier_of(case, channel, field)
            sent = _identifier(case, name).sent_in(event.channel, event.request)
            said = str(event.fields.get(sent.declared.field, "")) if sent.declared else ""
            taken = encoding in (sent.declared.values.get(said, sent.encodings) if sent.declared else sent.encodings)
            return f"this vendor takes digests in {encoding}" if taken else ""

        return reason

    return for_copy


def _identifier(case: Case, name: str) -> Identifier:
    return next(each for each in case.spec.identifiers if each.name == name)


def _typed(text: str) -> str:
    return f" {text[:1].upper()}{text[1:]} "


def _right_digest_in(encoding: str) -> Make:
    def make(persona: Persona, value: str) -> str:
        raw = bytes.fromhex(value)
        return base64.b64encode(raw).decode() if encoding == "base64" else value.upper()

    return make


_WORDS = {"empty": "", "null": "null", "undefined": "undefined"}


def _hash_of(word: str) -> Make:
    return lambda persona, value: sha256(word)


def _common(field: str) -> Iterator[Fault]:
    """What can happen to any identifier."""
    yield from _both(field, "untrimmed", "hashed as typed", lambda p, v: sha256(_typed(getattr(p, field))))
    yield from _both(field, "twice", "hashed twice", lambda p, v: sha256(v))
    yield from _both(
        field,
        "raw",
        "sent as it was typed",
        lambda p, v: getattr(p, field),
        ("identifier-raw", "identifier-hashing", "schema"),
    )
    yield from _both(field, "other-person", "another person's hash", lambda p, v: sha256(f"other-{getattr(p, field)}"))
    # Of an identifier that is a vendor's choice to have, its lack is said without a warning.
    dropped = ("identifier-completeness", "schema")
    yield from _both(
        field,
        "dropped",
        "left out",
        lambda p, v: "",
        dropped,
        harmless=_is_optional,
        least=Severity.INFO,
        follows=frozenset({"trigger-timing"}),
    )
    for name, word in _WORDS.items():
        yield from _both(field, name, f"the hash of “{word}”", _hash_of(word))


def _hashed(name: str) -> Callable[[Case], Recording]:
    def spoil(case: Case) -> Recording:
        event = case.of("capi")
        known = next((each for each in case.spec.identifiers if each.name == name), None)
        if known is None or known.sent_in("capi", event.request).hashing != "forbidden":
            raise NotThereError(name)
        return case.identifier("capi", name, sha256)

    return spoil


def _gmail_rule(persona: Persona, value: str) -> str:
    user, _, domain = persona.email.strip().lower().partition("@")
    return sha256(f"{user.replace('.', '')}@{domain}")


def _national(persona: Persona, value: str) -> str:
    return sha256("".join(each for each in persona.phone_national if each.isdigit()))


def _other_plus(persona: Persona, value: str) -> str:
    """With the plus sign where the vendor wants it gone, and the reverse."""
    digits = persona.phone.lstrip("+")
    return sha256(persona.phone) if value == sha256(digits) else sha256(digits)


FAULTS = (
    *_common("email"),
    *_both("email", "upper", "hashed in capitals", lambda p, v: sha256(p.email.upper())),
    *_both("email", "md5", "hashed with MD5", lambda p, v: hashlib.md5(p.email.lower().encode()).hexdigest()),
    *_both("email", "sha1", "hashed with SHA-1", lambda p, v: hashlib.sha1(p.email.lower().encode()).hexdigest()),
    *_both(
        "email",
        "gmail-rule",
        "hashed after Gmail's rule, which is not for this mailbox",
        _gmail_rule,
        harmless=_has_variants,
    ),
    *_both("email", "of-the-phone", "the phone's hash", lambda p, v: sha256(p.phone)),
    *_both("email", "base64", "the digest in Base64", _right_digest_in("base64"), harmless=_takes("base64")),
    *_both(
        "email", "hex-upper", "the digest in capital letters", _right_digest_in("upper"), harmless=_takes("hex-upper")
    ),
    *_common("phone"),
    *_both("phone", "national", "hashed without its country code", _national),
    *_both(
        "phone", "other-plus", "hashed by another vendor's rule for the plus sign", _other_plus, harmless=_has_variants
    ),
    *_both("phone", "double-zero", "hashed with 00 for the plus sign", lambda p, v: sha256("00" + p.phone.lstrip("+"))),
    *_both("phone", "as-typed", "hashed as the visitor wrote it", lambda p, v: sha256(p.phone_national)),
    *_both("phone", "of-the-email", "the email's hash", lambda p, v: sha256(p.email.strip().lower())),
    *_common("first_name"),
    *_common("last_name"),
    *_common("external_id"),
    *_common("city"),
    *_common("region"),
    *_common("postal_code"),
    *_common("country"),
    *_both("country", "upper", "hashed in capitals", lambda p, v: sha256(p.country.upper())),
    *_common("street"),
    *(
        Fault(
            id=f"{name.replace('_', '-')}-hashed-server",
            family="plain values",
            says=f"the {name.replace('_', ' ')} hashed in the server's copy, where the vendor wants it plain",
            spoil=_hashed(name),
            finds=("identifier-hashing", "schema"),
            follows=_FOLLOWS,
            needs=("capi",),
        )
        for name in ("ip_address", "user_agent", "city", "region", "postal_code", "country", "external_id")
    ),
)
