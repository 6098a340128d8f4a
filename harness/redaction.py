"""How is evidence made safe to store and to share?

Three kinds of replacement, each labelled:

- Values of the run's own synthetic persona become `‹email›` and the like, in every form they may stand in (plain,
  any case, URL-encoded once or twice, JSON-escaped, inside base64). The label keeps the form, so that the text can be
  restored exactly by whoever has the persona's seed: judging needs the values, a disk never sees them.
- Values of other people, as far as they are known, become one-way fingerprints in the same forms
  (`‹phone#1f0c9a2e›`).
- Tokens, site cookies and anybody else's email addresses become one-way fingerprints (`‹token#1f0c9a2e›`): equal
  values stay recognisably equal inside one recording, and nothing more.

Click IDs, order IDs, event IDs and the vendors' browser IDs are made for one run and stay readable: they are what is
compared.

The visitor of evidence from elsewhere is a real person, of whom little or nothing is known: what stands under a name
such as `first_name` is learned from the evidence itself (`personal_name`), and then replaced wherever it stands. The
hash of a value is as good as the value to whoever can guess it, and a part of it is, too: a country's hash is found by
250 guesses. So his hashes become fingerprints with a key that nobody keeps (`‹hash#1f0c9a2e›`), the same for equal
values of one report in whatever encoding they stand.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, TypeVar
from urllib.parse import quote, unquote

import msgspec

from harness.model.persona import Persona
from harness.model.recording import Recording

_OPEN, _CLOSE = "‹", "›"
_LABEL = re.compile(_OPEN + r"([^‹›]*)" + _CLOSE)
_STRAY_OPEN = re.compile(_OPEN + r"(?![a-z ]+#[0-9a-f]{8}" + _CLOSE + ")")
# Not from the middle of a URL-encoded character on; `btoa` in a URL has its +, / and = encoded.
_BASE64 = re.compile(r"(?<!%)(?<!%[0-9A-Fa-f])(?:[A-Za-z0-9+/_-]|%2[BF]){8,}(?:={1,2}|(?:%3D){1,2})?")
# A hash of any usual function in hexadecimal digits, perhaps after an escaped character (`\u0022`).
_HEX_DIGEST = re.compile(r"(u00[0-9A-Fa-f]{2})?(?=[0-9]*[A-Fa-f])([0-9A-Fa-f]{32,})")
# One of SHA-256 in base64. A name in an address that is as long has no letters of both cases, or no digits.
_CODED_DIGEST = re.compile(r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9])(?:[A-Za-z0-9_-]{43}|[A-Za-z0-9+/]{43})")
_SECRET_NAMES = (
    "access_token", "api_secret", "appsecret_proof", "client_secret", "refresh_token", "id_token", "auth_token",
    "token", "password", "passwd", "secret", "apikey", "api_key",
)  # fmt: skip
_SECRET_HEADERS = frozenset(
    ("authorization", "proxy-authorization", "developer-token", "x-api-key", "x-auth-token", "x-csrf-token")
)
_BEARER = re.compile(r"\b(Bearer|Basic)\s+([A-Za-z0-9._~+/=-]{6,})", re.IGNORECASE)
_EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._+-]*(?:@|%40|%2540|\\u0040)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.IGNORECASE
)
# What programs put before a base64 text is short: `v1_`, a name, the end of a path.
_LONGEST_PREFIX = 65
_LONG_WORD = 5
_AT_SIGNS = ("@", "%40", "%2540", "\\u0040")
_PHONE = re.compile(r"(?:\+|%2B)[1-9](?:[ ()./-]|%20|%28|%29)*(?:\d(?:[ ()./-]|%20|%28|%29)*){7,14}", re.IGNORECASE)
_NO_DOMAIN_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".js", ".css", ".mjs")

Structure = TypeVar("Structure")


class Redactor:
    """Redacts and restores the texts of one run.

    `secrets` are further names of parameters and headers that hold tokens, `cookies` those whose values are compared
    and stay. `salt` keeps fingerprints of different recordings apart. `strangers` are the values of real people, by
    value, with what each is called: they are replaced as whole words however short they are, beside what has the shape
    of a phone number, and nothing of a base64 text that holds an address stays. Beside a persona they become
    fingerprints, so that no label of theirs is taken for the persona's. With `known_ids` hashes are taken for a real
    person's and become fingerprints, but for those that are such an ID.
    """

    def __init__(
        self,
        personas: Collection[Persona],
        *,
        salt: str,
        secrets: Collection[str] = (),
        cookies: Collection[str] = (),
        strangers: Mapping[str, str] | None = None,
        known_ids: Collection[str] | None = None,
    ) -> None:
        self._salt = salt.encode()
        self._hides_digests = known_ids is not None
        self._known_digests = frozenset(found for text in known_ids or () for found in (text, *_digests_in(text)))
        self._is_strict = strangers is not None
        self._values: dict[str, str] = {}
        for persona in personas:
            for name, value in _values_of(persona).items():
                label = name if len(personas) == 1 else f"{name} of {persona.seed.token}"
                if value not in self._values.values():
                    self._values[label] = value
        names = dict(strangers or {}) | {value: name for name, value in self._values.items()}
        self._cookies = frozenset(cookies)
        self._secret_headers = _SECRET_HEADERS | {name.lower() for name in secrets}
        tokens = "|".join(re.escape(name) for name in sorted({*_SECRET_NAMES, *secrets}, key=len, reverse=True))
        self._assignments = re.compile(
            rf"""((?<![A-Za-z0-9])(?:{tokens})["']?\s*(?:=|:|%3D)\s*["']?)([^&"'\s‹›;,}}]{{4,}})""", re.IGNORECASE
        )
        self._elements = re.compile(rf"(<(?:[\w.-]+:)?(?:{tokens})(?:\s[^<>]*)?>\s*)([^<‹›]{{4,}})", re.IGNORECASE)
        own = frozenset(self._values.values())
        # Of two that differ in their case alone, the persona's is found: it can be restored.
        longest_first = sorted(names, key=lambda value: (-len(value), value not in own))
        forms = {value: _any_form(value) if value in own else _whole_word(value) for value in longest_first}
        numbered = (f"(?P<v{index}>{form})" for index, form in enumerate(forms.values()))
        self._search = re.compile("|".join(numbered) or r"(?!)")
        # In what merely looks like base64 a stranger's short word stands by chance.
        encoded = (form for value, form in forms.items() if value in own or len(value) >= _LONG_WORD)
        self._search_encoded = re.compile("|".join(encoded) or r"(?!)") if self._is_strict else self._search
        self._found = [(names[value], value) for value in longest_first]
        self._lost = frozenset(names) - own if own else frozenset()
        self._cores = _cores(names)
        # The same runs come again and again: hashes, event IDs, names of fields.
        self._base64_run = lru_cache(maxsize=4096)(self._redacted_run)

    def redact(self, text: str) -> str:
        """The text without identifiers and tokens; `restore` gives the identifiers back."""
        return self._redact(text, self._label)

    def redact_for_reading(self, text: str) -> str:
        """The same with short labels, for people: `‹email›` whatever form it stood in."""
        return self._short(self.redact(self._short(text)))

    def restore(self, text: str) -> str:
        """The text with the persona's values put back, byte for byte; fingerprints stay."""
        return _LABEL.sub(self._restored, text) if _OPEN in text else text

    def fingerprint(self, kind: str, value: str) -> str:
        digest = hmac.new(self._salt, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:8]
        return f"{_OPEN}{kind}#{digest}{_CLOSE}"

    def _redact(self, text: str, label: Callable[[re.Match[str]], str]) -> str:
        text = _STRAY_OPEN.sub(f"{_OPEN}<{_CLOSE}", text) if _OPEN in text else text
        if _BASE64.search(text):
            text = _BASE64.sub(self._base64, text)
        return self._fingerprints(self._search.sub(label, text) if self._may_hold_a_value(text) else text)

    def _may_hold_a_value(self, text: str) -> bool:
        """No, if the core of none is in it: a look that is quick beside the search for every form."""
        lowered = text.lower()
        return any(core in lowered for core in self._cores)

    def _holds_a_value(self, text: str) -> bool:
        return self._may_hold_a_value(text) and self._search_encoded.search(text) is not None

    def _holds_a_stranger(self, text: str) -> bool:
        return self._is_strict and any(sign in text for sign in _AT_SIGNS) and _EMAIL.search(text) is not None

    def _tokens(self, text: str) -> str:
        text = self._assignments.sub(lambda found: found[1] + self.fingerprint("token", found[2]), text)
        if "<" in text:
            text = self._elements.sub(lambda found: found[1] + self.fingerprint("token", found[2].rstrip()), text)
        return _BEARER.sub(lambda found: f"{found[1]} {self.fingerprint('token', found[2])}", text)

    def _fingerprints(self, text: str) -> str:
        text = self._tokens(text)
        if self._is_strict:
            text = _PHONE.sub(lambda found: self.fingerprint("phone", re.sub(r"\D", "", unquote(found[0]))), text)
        return _EMAIL.sub(self._foreign_email, text) if any(sign in text for sign in _AT_SIGNS) else text

    def _foreign_email(self, found: re.Match[str]) -> str:
        if found[0].lower().endswith(_NO_DOMAIN_ENDINGS):
            return found[0]
        return self.fingerprint("email", found[0].lower())

    def _label(self, found: re.Match[str]) -> str:
        name, value = self._found[int((found.lastgroup or "v0")[1:])]
        if value in self._lost:
            return self.fingerprint(name, value.lower())
        code = _form_code(found[0], value)
        return f"{_OPEN}{name}{_CLOSE}" if not code.strip("0") else f"{_OPEN}{name}:{code}{_CLOSE}"

    def _base64(self, found: re.Match[str]) -> str:
        return self._base64_run(found[0])

    def _redacted_run(self, run: str) -> str:
        """A run of base64 letters, hidden as a whole or between its slashes; what cannot be restored is lost."""
        run, whole = self._without_digests(run), run
        if run != whole:
            return run
        hidden = self._hidden(run)
        if hidden == run and "/" in run:
            hidden = "/".join(self._hidden(part) for part in run.split("/"))
        return self._unglued(run) if hidden == run and self._is_glued(run) else hidden

    def _hidden(self, token: str) -> str:
        """The token as a label that can be restored, if an identifier stands in it."""
        escaped = "%" if "%" in token else ""
        plain_token = unquote(token)
        coding = "+" if "+" in plain_token or "/" in plain_token else ""
        padding = "=" if plain_token.endswith("=") else ""
        content = _decoded(plain_token)
        if content is None:
            return token
        plain, latin = content
        inner = _BASE64.sub(self._base64, plain)
        holds_somebody = self._holds_a_value(plain) or self._holds_a_stranger(plain)
        if inner == plain and not holds_somebody:
            return token
        flags = f"{coding}{padding}{escaped}{latin}"
        if _recoded(plain, flags) != token:
            return token
        hidden = base64.urlsafe_b64encode(self._redact(plain, self._label).encode()).decode().rstrip("=")
        return f"{_OPEN}base64{flags}:{hidden}{_CLOSE}"

    def _without_digests(self, run: str) -> str:
        """A run of base64 letters with the hashes in it as fingerprints, be it one itself or have some in it."""
        if not self._hides_digests:
            return run
        plain = unquote(unquote(run)).rstrip("=")
        if _CODED_DIGEST.fullmatch(plain):
            return run if plain in self._known_digests else self._fingerprint_of(plain)
        if "/" in run:
            return "/".join(self._without_digests(part) for part in run.split("/"))
        return _HEX_DIGEST.sub(self._hex_digest, run)

    def _hex_digest(self, found: re.Match[str]) -> str:
        return found[0] if found[2] in self._known_digests else (found[1] or "") + self._fingerprint_of(found[2])

    def _fingerprint_of(self, digest: str) -> str:
        """Of its bytes, so that one hash is known again in another encoding; which one that was is told."""
        try:
            content = bytes.fromhex(digest)
            kind = "hash" if digest == digest.lower() else "hash in capitals"
        except ValueError:
            content, kind = base64.b64decode(_standard(digest)), "encoded hash"
        return self.fingerprint(kind, content.hex())

    def _unglued(self, run: str) -> str:
        """The run with its end hidden from where it can be restored on; a fingerprint where there is no such place."""
        for start in range(1, min(len(run), _LONGEST_PREFIX)):
            hidden = self._hidden(run[start:])
            if hidden != run[start:]:
                return run[:start] + hidden
        return self.fingerprint("encoded value", run)

    def _is_glued(self, run: str) -> bool:
        """Does an identifier stand in it at another alignment, as when something was put before the base64 text?"""
        token = _standard(unquote(run)).rstrip(b"=")
        contents = [
            base64.b64decode(part + b"=" * (-len(part) % 4))
            for start in range(4)
            if len(part := token[start:]) % 4 != 1
        ]
        if self._hides_digests and any(_HEX_DIGEST.search(content.decode("latin-1")) for content in contents):
            return True
        return self._may_hold_a_value(b"\n".join(contents).decode("latin-1")) and any(
            self._search_encoded.search(content.decode(charset, "replace"))
            for content in contents
            for charset in ("utf-8", "latin-1")
        )

    def _short(self, text: str) -> str:
        """The labels of the text without the form that they keep."""
        return _LABEL.sub(self._shortened, text) if _OPEN in text else text

    def _shortened(self, found: re.Match[str]) -> str:
        if "#" in found[1]:
            return found[0]
        name = found[1].split(":", 1)[0]
        return (
            _OPEN
            if name == "<"
            else f"{_OPEN}{'base64 with an identifier' if name.startswith('base64') else name}{_CLOSE}"
        )

    def _restored(self, found: re.Match[str]) -> str:
        name, _, code = found[1].partition(":")
        if name == "<":
            return _OPEN
        if name.startswith("base64"):
            return _recoded(self.restore(base64.b64decode(_standard(code)).decode("utf-8")), name)
        if name not in self._values:
            return found[0]
        return _formed(self._values[name], code) if code else self._values[name]

    def redact_recording(self, recording: Recording) -> Recording:
        """The recording as it may be written to a disk."""
        return self._walked(recording, Recording, self.redact)

    def restore_recording(self, recording: Recording) -> Recording:
        """The recording as it was, but for the fingerprints; never to be written anywhere."""
        plain = msgspec.to_builtins(recording)
        return msgspec.convert(_each_text(plain, self.restore), Recording)

    def without_tokens(self, recording: Recording) -> Recording:
        """The recording with everything but tokens and the site's cookies as it was; never to be written anywhere."""
        return self._walked(recording, Recording, self._tokens)

    def redact_structure(self, structure: Structure) -> Structure:
        """Any result structure, for reading."""
        plain = msgspec.to_builtins(structure)
        return msgspec.convert(_each_text(plain, self.redact_for_reading), type(structure))

    def _walked(self, structure: Structure, kind: type[Structure], change: Callable[[str], str]) -> Structure:
        plain = msgspec.to_builtins(structure)
        return msgspec.convert(_each_text(self._without_tokens(plain), change), kind)

    def _without_tokens(self, value: Any) -> Any:
        """Headers and cookies by their names: what has no word beside it that gives it away."""
        if isinstance(value, dict):
            if {"name", "value", "domain"} <= value.keys():
                return {**value, "value": self._cookie(value["name"], value["value"])}
            return {
                key: self._headers(item)
                if key == "headers"
                else self._body(item)
                if key == "body"
                else self._without_tokens(item)
                for key, item in value.items()
            }
        return [self._without_tokens(item) for item in value] if isinstance(value, list | tuple) else value

    def _body(self, body: Any) -> Any:
        """Bytes that are no text are kept only when no identifier stands in them."""
        if not isinstance(body, dict) or not body.get("base64"):
            return body
        try:
            text = base64.b64decode(body["base64"]).decode("latin-1")
        except ValueError:
            text = ""
        if self._holds_a_value(text) or self._fingerprints(text) != text:
            return {**body, "base64": None, "text": self.fingerprint("binary body", body["base64"])}
        return body

    def _headers(self, headers: Any) -> Any:
        return [[name, self._header(name.lower(), value)] for name, value in headers]

    def _header(self, name: str, value: str) -> str:
        if name in self._secret_headers:
            scheme, blank, rest = value.partition(" ")
            return f"{scheme} {self.fingerprint('token', rest)}" if blank else self.fingerprint("token", value)
        if name == "cookie":
            parts = (part.strip().partition("=") for part in value.split(";"))
            return "; ".join(f"{key}={self._cookie(key, rest)}" for key, _, rest in parts)
        if name == "set-cookie":
            pair, semicolon, attributes = value.partition(";")
            key, _, rest = pair.partition("=")
            return f"{key}={self._cookie(key.strip(), rest)}{semicolon}{attributes}"
        return value

    def _cookie(self, name: str, value: str) -> str:
        return value if name in self._cookies or not value else self.fingerprint("cookie", value)


def _digests_in(text: str) -> list[str]:
    return [found[2] for found in _HEX_DIGEST.finditer(text)]


def identifiers_named(text: str) -> frozenset[str]:
    """Which values of the persona stood in a text, by the labels that took their place."""
    found: set[str] = set()
    for label in _LABEL.findall(text) if _OPEN in text else ():
        name, _, code = label.partition(":")
        if name.startswith("base64"):
            found |= identifiers_named(base64.b64decode(_standard(code)).decode("utf-8"))
        elif "#" not in name and name != "<":
            found.add(name)
    return frozenset(found)


# What names of fields end in that hold something of a person, and what it is called.
_PERSONAL_NAMES = {
    name: called
    for called, names in {
        "email": "email emailaddress mail",
        "phone": "phone phonenumber telephone tel mobile mobilephone cellphone telefon",
        "first name": "firstname givenname forename namefirst vorname",
        "last name": "lastname surname familyname namelast nachname",
        "full name": "fullname cardholder recipientname",
        "street": "street streetaddress streetname address1 address2 addressline addressline1 addressline2 strasse",
        "city": "city town",
        "postal code": "zip zipcode postalcode postcode plz",
        "date of birth": "birthday birthdate dateofbirth dob",
        "account number": "iban taxid vatid ssn",
        "IP address": "ip ipaddress remoteip remoteaddr uip",
    }.items()
    for name in names.split()
}
_OWNER = re.compile(r"^(?:customer|user|visitor|client|billing|shipping|delivery|account|contact|buyer|order|guest)+")


def personal_name(field: str) -> str:
    """What a field holds of a person, by its own name: `billing[firstName]` a first name; empty if nothing of one."""
    last = re.split(r"[.\[/]", field.rstrip("]"))[-1]
    plain = re.sub(r"[^a-z0-9]", "", last.lower())
    return _PERSONAL_NAMES.get(plain) or _PERSONAL_NAMES.get(_OWNER.sub("", plain), "")


def person_values(persona: Persona) -> dict[str, str]:
    """What evidence is searched for to find a person, by value: his values and what programs make of them."""
    return {value: name for name, value in reversed(_values_of(persona, shortest=3).items())}


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The structure with every text changed. The same text comes again and again (cookies, data layers, headers)."""
    changed = cache(change)

    def walked(value: Any) -> Any:
        if isinstance(value, str):
            return changed(value)
        if isinstance(value, dict):
            return {key: item if key == "base64" else walked(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [walked(item) for item in value]
        return value

    return walked(value)


def _values_of(persona: Persona, shortest: int = 4) -> dict[str, str]:
    """The persona's values and what programs make of them before they encode them."""
    values = persona.identifiers()
    values["email user"] = persona.email.partition("@")[0]
    values["phone digits"] = re.sub(r"\D", "", persona.phone)
    values["national digits"] = re.sub(r"\D", "", persona.phone_national)
    values["national digits without zero"] = values["national digits"].lstrip("0")
    for name in ("first_name", "last_name", "street", "city"):
        value = getattr(persona, name)
        compact = re.sub(r"[\W_]+", "", value)
        if compact and compact != value:
            values[f"{name} without blanks"] = compact
    return {name.replace("_", " "): value for name, value in values.items() if len(value) >= shortest}


# How one character can stand in evidence; the index of the form is its code letter in a label.
_FORMS: tuple[Callable[[str], str], ...] = (
    lambda letter: letter,
    lambda letter: letter.swapcase(),
    lambda letter: "".join(f"%{byte:02X}" for byte in letter.encode()),
    lambda letter: "".join(f"%{byte:02x}" for byte in letter.encode()),
    lambda letter: "".join(f"%25{byte:02X}" for byte in letter.encode()),
    lambda letter: "".join(f"%25{byte:02x}" for byte in letter.encode()),
    lambda letter: "+" if letter == " " else letter,
    lambda letter: f"\\u{ord(letter):04x}",
    lambda letter: f"\\u{ord(letter):04X}",
    lambda letter: "".join(f"%{byte:02X}" for byte in letter.swapcase().encode()),
    lambda letter: f"\\u{ord(letter.swapcase()[0]):04x}",
    lambda letter: f"&#{ord(letter)};",
    lambda letter: f"&#x{ord(letter):x};",
    lambda letter: {"'": "&#39;", "&": "&amp;", '"': "&quot;"}.get(letter, letter),
    lambda letter: '""' if letter == '"' else letter,  # in a cell of a table
)
_CODES = "0123456789abcdefg"
# Nobody escapes these, and every form costs time.
_UNESCAPED = re.compile(r"[A-Za-z0-9]+")


def _cores(values: Iterable[str]) -> list[str]:
    """Of each value, the longest run of letters and digits that nobody escapes: every form has it, but for its case.

    A core with another one in it tells nothing more. A value without such letters has an empty core, which is in every
    text.
    """
    found = {max(_UNESCAPED.findall(value), key=len, default="").lower() for value in values}
    return [core for core in found if not any(other in core for other in found - {core})]


def _any_form(value: str) -> str:
    return "".join(_any_form_of(letter) for letter in value)


def _whole_word(value: str) -> str:
    """The value in any form with no letter beside it, and no digit beside a digit, unless of an encoded character."""
    before, after = (r"[^\W_]" if edge.isdigit() else r"[^\W\d_]" for edge in (value[0], value[-1]))
    return f"(?:(?<!{before})|(?<=%[0-9A-Fa-f]{{2}})){_any_form(value)}(?!{after})"


@cache
def _any_form_of(letter: str) -> str:
    forms = list(dict.fromkeys(form(letter) for form in _FORMS))
    if _UNESCAPED.fullmatch(letter):
        forms = forms[:2] if letter.isalpha() else forms[:1]
    escaped = [re.escape(form) for form in sorted(forms, key=len, reverse=True)]
    return escaped[0] if len(escaped) == 1 else f"(?:{'|'.join(escaped)})"


def _form_code(found: str, value: str) -> str:
    """The code letters that turn `value` into `found`, one for each character."""
    code, position = "", 0
    for letter in value:
        options = [(index, form(letter)) for index, form in enumerate(_FORMS)]
        fitting = [(index, text) for index, text in options if found.startswith(text, position)]
        index, text = max(fitting, key=lambda option: (len(option[1]), -option[0]))
        code += _CODES[index]
        position += len(text)
    return code


def _formed(value: str, code: str) -> str:
    return "".join(_FORMS[_CODES.index(mark)](letter) for letter, mark in zip(value, code, strict=False))


def _standard(token: str) -> bytes:
    plain = token.rstrip("=").replace("-", "+").replace("_", "/")
    return (plain + "=" * (-len(plain) % 4)).encode()


def _decoded(token: str) -> tuple[str, str] | None:
    """The text in a base64 token, and `l` if it is Latin-1, in which browsers' `btoa` writes; None if there is none."""
    try:
        content = base64.b64decode(_standard(token))
    except ValueError:
        return None
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        return content.decode("latin-1"), "l"


def _recoded(plain: str, flags: str) -> str:
    """The base64 of a text: `+` with plus and slash, `=` padded, `%` URL-encoded, `l` of its Latin-1 form."""
    coded = base64.b64encode(plain.encode("latin-1" if flags.endswith("l") else "utf-8")).decode()
    coded = coded if "+" in flags else coded.replace("+", "-").replace("/", "_")
    coded = coded if "=" in flags else coded.rstrip("=")
    return quote(coded, safe="") if "%" in flags else coded
