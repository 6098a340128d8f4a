"""Nothing of a person survives redaction, and whoever has the person's seed gets every text back byte for byte."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

import pytest
from builders import meta_capi
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.persona import Persona, PersonaSeed
from harness.model.profile import Profile
from harness.model.recording import (
    Body,
    Cookie,
    Exchange,
    Fate,
    Origin,
    Recording,
    Request,
    Response,
    StepRecord,
)
from harness.model.scenario import ScenarioSnapshot, Site
from harness.personas import COUNTRIES, make_persona
from harness.redaction import Redactor, identifiers_named, personal_name

PERSON = make_persona(PersonaSeed(token="k7f3q9x2"), ())
PEOPLE = tuple(make_persona(PersonaSeed(token=f"tok{country}abc", country=country), ()) for country in COUNTRIES)
ODD = replace(
    PERSON,
    first_name="Seán-O'Malley & Söhne",
    street='Zum "Löffel" 12 #3',
    email="O'Neil.Ä+tag@mail.example",
)


# Not one letter or digit that is never escaped.
CYRILLIC = replace(PERSON, first_name="Юлия", last_name="Достоевская", street="Тверская улица", city="Москва")


def a_redactor(*people: Persona, **parts: Any) -> Redactor:
    return Redactor(people or (PERSON,), salt="salt", **parts)


_URL_SAFE = str.maketrans("+/", "-_")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
REDACTORS = {person.seed.token: a_redactor(person) for person in (PERSON, *PEOPLE)}
ODD_REDACTOR = a_redactor(ODD)


def swapped(text: str) -> str:
    return text.swapcase()


def json_escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


def json_kept(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def lower_percent(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), quote(text, safe=""))


def in_base64(text: str) -> str:
    return base64.b64encode(json.dumps({"value": text}, ensure_ascii=False).encode()).decode()


def in_base64url(text: str) -> str:
    return base64.urlsafe_b64encode(f"x={text}".encode()).decode().rstrip("=")


def in_latin_base64(text: str) -> str:
    """As `btoa` of a browser writes, which knows no other letters."""
    return base64.b64encode(f"x={text}".encode("latin-1")).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "lower case": str.lower,
    "upper case": str.upper,
    "title case": str.title,
    "swapped case": swapped,
    "URL-encoded": lambda text: quote(text, safe=""),
    "URL-encoded in small letters": lower_percent,
    "URL-encoded but for the @": lambda text: quote(text, safe="@"),
    "form-encoded": quote_plus,
    "URL-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "JSON-escaped": json_escaped,
    "in JSON": json_kept,
    "in HTML": lambda text: text.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#39;"),
    "in base64": in_base64,
    "in base64url": in_base64url,
    "in base64 with slashes": lambda text: base64.b64encode(f"???>>>{text}???>>>".encode()).decode(),
    "in base64, URL-encoded": lambda text: quote(base64.b64encode(f"???>>>{text}???>".encode()).decode(), safe=""),
    "in base64 of Latin-1": in_latin_base64,
    "in base64 twice": lambda text: in_base64(in_base64(text)),
    "in base64 behind a prefix": lambda text: f"v1_{in_base64url(text)}",
    "in base64 in a path": lambda text: f"/collect/v1/{in_base64url(text)}/end",
    "in base64 in URL-encoded JSON": lambda text: quote(json.dumps({"data": in_base64url(text)})),
}


def seen(text: str) -> str:
    """What a reader could find in a text, whatever it is wrapped in: all of it, undone as far as it goes."""
    found = [text, unquote_plus(text), unquote_plus(unquote_plus(text))]
    found += [_unwrapped(token) for token in re.findall(r"[A-Za-z0-9+/_-]{8,}", text)]
    return "\n".join(_ESCAPE.sub(lambda code: chr(int(code[1], 16)), part) for part in found).casefold()


def _unwrapped(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token.translate(_URL_SAFE) + "=" * (-len(token) % 4)).decode("utf-8", "replace")
    except ValueError:
        return ""


def values_of(person: Persona) -> dict[str, str]:
    return {name: value for name, value in person.identifiers().items() if len(value) >= 4}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", values_of(PERSON))
def test_every_value_in_every_form_is_taken_out_and_put_back(name: str, form: str) -> None:
    value = values_of(PERSON)[name]
    text = f'{{"before": "x", "field": "{FORMS[form](value)}"}} &after=1'
    redacted = a_redactor().redact(text)
    assert "‹" in redacted
    assert value.casefold() not in seen(redacted)
    assert a_redactor().restore(redacted) == text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", values_of(ODD))
def test_names_with_quotes_and_ampersands_are_taken_out_too(name: str, form: str) -> None:
    value = values_of(ODD)[name]
    text = f"a={FORMS[form](value)}&b=1"
    redacted = ODD_REDACTOR.redact(text)
    assert value.casefold() not in seen(redacted)
    assert ODD_REDACTOR.restore(redacted) == text


@pytest.mark.parametrize("form", sorted(FORMS.keys() - {"in base64 of Latin-1"}))
@pytest.mark.parametrize("name", values_of(CYRILLIC))
def test_values_of_other_letters_than_latin_ones_are_taken_out_too(name: str, form: str) -> None:
    value = values_of(CYRILLIC)[name]
    text = f"a={FORMS[form](value)}&b=1"
    redacted = a_redactor(CYRILLIC).redact(text)
    assert value.casefold() not in seen(redacted)
    assert a_redactor(CYRILLIC).restore(redacted) == text


_MARKS = ("‹", "›", "‹email›", "‹<›", "‹token#0123abcd›", "&", "=", "%", "%2", "\\u00", "@", ";", " ", "\n", "+")
_PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(_MARKS),
    st.tuples(st.sampled_from(sorted(FORMS)), st.sampled_from(sorted(values_of(PERSON)))),
)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(st.sampled_from((PERSON, *PEOPLE)), st.lists(_PIECES, max_size=8))
def test_any_text_of_a_person_s_values_is_restored_exactly(person: Persona, pieces: list[Any]) -> None:
    text = "".join(_piece(piece, person) for piece in pieces)
    redactor = REDACTORS[person.seed.token]
    redacted = redactor.redact(text)
    assert redactor.restore(redacted) == redactor.restore(redactor.redact(redactor.restore(redacted)))
    if redactor._fingerprints(text) == text and "‹encoded value#" not in redacted:  # fingerprints go one way only
        assert redactor.restore(redacted) == text


class Thorough(Redactor):
    """Searches every text for every form, without a look whether it is worth it."""

    def _may_hold_a_value(self, text: str) -> bool:
        return True


THOROUGH = {person.seed.token: Thorough((person,), salt="salt") for person in (PERSON, *PEOPLE)}


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.sampled_from((PERSON, *PEOPLE)), st.lists(_PIECES, max_size=8))
def test_a_quick_look_spares_no_text_that_a_search_would_change(person: Persona, pieces: list[Any]) -> None:
    text = "".join(_piece(piece, person) for piece in pieces)
    for _ in range(2):  # the second time from memory
        assert REDACTORS[person.seed.token].redact(text) == THOROUGH[person.seed.token].redact(text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", values_of(PERSON))
def test_a_value_in_the_middle_of_a_word_is_found_as_by_a_search(name: str, form: str) -> None:
    text = f"x7{FORMS[form](values_of(PERSON)[name])}Q"
    assert REDACTORS[PERSON.seed.token].redact(text) == THOROUGH[PERSON.seed.token].redact(text)


def _piece(piece: Any, person: Persona) -> str:
    if isinstance(piece, str):
        return piece
    form, name = piece
    return FORMS[form](values_of(person).get(name, person.email))


@settings(deadline=None, max_examples=120, derandomize=True)
@given(
    st.sampled_from((PERSON, *PEOPLE)),
    st.sampled_from(sorted(FORMS)),
    st.data(),
    st.text(alphabet=" =&?/:;,.(){}[]\"'<>|\n", max_size=3),
)
def test_no_value_of_any_person_survives(person: Persona, form: str, data: st.DataObject, around: str) -> None:
    value = data.draw(st.sampled_from(sorted(values_of(person).values())))
    redacted = REDACTORS[person.seed.token].redact(f"start{around or ' '}{FORMS[form](value)}{around or ' '}end")
    assert value.casefold() not in seen(redacted)
    reading = REDACTORS[person.seed.token].redact_for_reading(redacted)
    assert value.casefold() not in seen(reading)
    assert REDACTORS[person.seed.token].redact_for_reading(reading) == reading


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", values_of(PERSON))
def test_a_text_that_was_never_redacted_is_made_safe_for_reading(name: str, form: str) -> None:
    value = values_of(PERSON)[name]
    reading = a_redactor().redact_for_reading(f"found={FORMS[form](value)}")
    assert value.casefold() not in seen(reading)
    assert "‹" in reading


@settings(deadline=None, max_examples=25, derandomize=True)
@given(st.text(alphabet="abcdefghijkmnpqrstuvwxyz23456789", min_size=8, max_size=8), st.sampled_from(COUNTRIES))
def test_persons_of_any_token_are_safe(token: str, country: str) -> None:
    person = make_persona(PersonaSeed(token=token, country=country), ())
    redactor = a_redactor(person)
    text = json.dumps(person.identifiers()) + quote(json.dumps(person.identifiers(), ensure_ascii=False))
    redacted = redactor.redact(text)
    assert not [name for name, value in values_of(person).items() if value.casefold() in seen(redacted)]
    assert redactor.restore(redacted) == text


def test_labels_name_the_value_and_keep_its_form() -> None:
    redactor = a_redactor()
    assert redactor.redact(f"a={PERSON.email};") == "a=‹email›;"
    assert re.fullmatch(r"‹email:[0-9a-g]+›", redactor.redact(PERSON.email.upper()))


@pytest.mark.parametrize(
    "make",
    [
        lambda person: person.phone,
        lambda person: person.phone.lstrip("+"),
        lambda person: person.phone_national,
        lambda person: re.sub(r"\D", "", person.phone_national),
        lambda person: re.sub(r"\D", "", person.phone_national).lstrip("0"),
        lambda person: person.email.split("@")[0],
        lambda person: re.sub(r"[\W_]+", "", person.street),
    ],
)
def test_what_programs_make_of_values_is_taken_out_too(make: Callable[[Persona], str]) -> None:
    for person in PEOPLE:
        redacted = REDACTORS[person.seed.token].redact(f"x:{make(person)},")
        assert make(person) not in redacted


def test_several_people_are_told_apart_by_their_token() -> None:
    redactor = a_redactor(PERSON, PEOPLE[0])
    text = f"{PERSON.email} {PEOPLE[0].email}"
    assert redactor.redact(text) == f"‹email of {PERSON.seed.token}› ‹email of {PEOPLE[0].seed.token}›"
    assert redactor.restore(redactor.redact(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "access_token=EAAB1234567890",
        "https://graph.test/events?x=1&access_token=EAAB1234567890&y=2",
        '{"api_secret": "EAAB1234567890"}',
        "appsecret_proof%3DEAAB1234567890",
        "Authorization: Bearer EAAB1234567890",
        "basic EAAB1234567890",
        "special-key=EAAB1234567890",
        "ACCESS_TOKEN=EAAB1234567890",
        "<Special-Key>EAAB1234567890</Special-Key>",
        '<n:special-key xmlns:n="urn:n" i:nil="false">\n  EAAB1234567890 b\n</n:special-key>',
    ],
)
def test_tokens_become_fingerprints(text: str) -> None:
    redacted = a_redactor(secrets=("special-key",)).redact(text)
    assert "EAAB1234567890" not in redacted
    assert re.search(r"‹token#[0-9a-f]{8}›", redacted)


def test_equal_tokens_stay_equal_inside_one_recording_only() -> None:
    one = a_redactor()
    assert one.redact("token=abcdefgh") == one.redact("token=abcdefgh")
    assert one.redact("token=abcdefgh") != one.redact("token=abcdefgi")
    assert one.redact("token=abcdefgh") != Redactor((PERSON,), salt="other").redact("token=abcdefgh")


@pytest.mark.parametrize(
    "text",
    [
        "tokens=abcdefgh",
        "broken_tokenizer=abcdefgh",
        "monkey=abcdefgh",
        "token=",
        "<tokens>abcdefgh</tokens>",
        "<token/>abcdefgh",
    ],
)
def test_other_parameters_stay(text: str) -> None:
    assert a_redactor().redact(text) == text


@pytest.mark.parametrize("email", ["jane.doe@else.example", "jane.doe%40else.example", "jane.doe%2540else.example"])
def test_anybody_else_s_email_becomes_a_fingerprint(email: str) -> None:
    redacted = a_redactor().redact(f"contact {email} today")
    assert re.fullmatch(r"contact ‹email#[0-9a-f]{8}› today", redacted)


@pytest.mark.parametrize("name", ["logo@2x.png", "bundle@1.2.js", "no at sign", "a@b"])
def test_file_names_are_no_emails(name: str) -> None:
    assert a_redactor().redact(name) == name


@pytest.mark.parametrize(
    "text", ["‹", "›", "‹‹", "‹email", "‹email›", "‹base64:x›", "‹<›", "‹email:99›", "a ‹ b › c", "‹token#1›"]
)
def test_angle_marks_that_were_there_before_stay_as_they_are(text: str) -> None:
    redactor = a_redactor()
    assert redactor.restore(redactor.redact(text)) == text
    assert redactor.restore(redactor.redact(text + PERSON.email + text)) == text + PERSON.email + text


def test_reading_labels_are_short_and_reading_again_changes_nothing() -> None:
    redactor = a_redactor()
    text = f"a={quote(PERSON.email)} b={PERSON.email.upper()} c={in_base64(PERSON.email)} token=abcdefgh x ‹ y"
    once = redactor.redact_for_reading(redactor.redact(text))
    fingerprint = redactor.fingerprint("token", "abcdefgh")
    assert once == f"a=‹email› b=‹email› c=‹base64 with an identifier› token={fingerprint} x ‹ y"
    assert redactor.redact_for_reading(once) == once
    assert redactor.redact_for_reading(f"mail {PERSON.email}") == "mail ‹email›"


HIDDEN = {
    "alone": ("{hex}", "‹hash#"),
    "in capitals": ("{HEX}", "‹hash in capitals#"),
    "in an address": ("https://a.test/x?em=%22{hex}%22&p=1", "https://a.test/x?em=%22‹hash#"),
    "after an escaped quote": ('{{"a":"\\u0022{hex}"}}', '{{"a":"\\u0022‹hash#'),
    "in base64": ("em.{b64}~fn", "em.‹encoded hash#"),
    "in an encoded address": (
        "u=https%3A%2F%2Fa.test%3Fem%3D{quoted}%26b",
        "u=https%3A%2F%2Fa.test%3Fem%3D‹encoded hash#",
    ),
    "in a path": ("/match/{url}/x", "/match/‹encoded hash#"),
    "within base64": ("d={nested}", "d=‹base64 with an identifier›"),
    "within base64 after a letter": ("d=v{nested}", "d=v‹base64 with an identifier›"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_hashes_of_a_real_person_become_fingerprints(name: str) -> None:
    redactor = Redactor([], salt="s", strangers={}, known_ids=())
    digest = hashlib.sha256(b"anna.berg@kunde.example").digest()
    nested = base64.b64encode(f'{{"em":"{digest.hex()}","n":1}}'.encode()).decode()
    standard, url = base64.b64encode(digest).decode(), base64.urlsafe_b64encode(digest).decode().rstrip("=")
    forms = {"hex": digest.hex(), "HEX": digest.hex().upper(), "b64": standard, "url": url, "nested": nested}
    text, shown = (part.format(**forms, quoted=quote(standard, safe="")) for part in HIDDEN[name])
    read = redactor.redact_for_reading(text)
    assert read.startswith(shown)
    assert not [form for form in forms.values() if form in read]
    if "hash#" in shown:
        assert redactor.fingerprint("hash", digest.hex()).partition("#")[2] in read


@pytest.mark.parametrize(
    "text",
    [
        "9f86d081-884c-7d65-9a2f-eaa0c55ad015",
        "12345678901234567890123456789012345",
        "https://shop.test/the-very-long-name-of-a-product-with-43-chars1",
        "9f86d081884c7d659a2feaa0c55ad015",
    ],
)
def test_ids_that_look_like_hashes_stay(text: str) -> None:
    redactor = Redactor([], salt="s", strangers={}, known_ids=("order_9f86d081884c7d659a2feaa0c55ad015",))
    assert redactor.redact_for_reading(text) == text


def test_hashes_of_values_stay_readable() -> None:
    text = "em=86e0b9e56c17cc4d12387e1949b85053fbe73bc3ce5a1188713a9d300cc6133d&fbp=fb.1.1795200000456.1116446470"
    assert a_redactor().redact(text) == text


def a_recording(**parts: Any) -> Recording:
    exchange = Exchange(
        id="e1",
        origin=Origin.SERVER,
        started_at=1.0,
        request=Request(
            method="POST",
            url=f"https://api.test/{quote(PERSON.email)}?access_token=EAAB1234567890",
            headers=(
                ("Authorization", "Bearer EAAB1234567890"),
                ("X-Api-Key", "EAAB1234567890"),
                ("X-Vendor-Pass", "EAAB1234567890"),
                ("Cookie", f"session=EAAB1234567890; _fbp=fb.1.2.3; mail={PERSON.email}"),
                ("Referer", f"https://shop.test/?mail={PERSON.email}"),
            ),
            body=Body(text=json.dumps({"email": PERSON.email, "phone": PERSON.phone}), size=80),
        ),
        response=Response(status=200, headers=(("Set-Cookie", "session=EAAB1234567890; Path=/"),)),
        fate=Fate.ANSWERED,
    )
    known: dict[str, Any] = {
        "run_id": "r",
        "suite_id": "s",
        "scenario": ScenarioSnapshot(id="shop", title="Shop", site=Site(url="https://shop.test"), vendors=()),
        "profile": Profile(id="none", title="None", description="", reviewed="2026-01-01", sources=("s",)),
        "persona": PERSON.seed,
        "started_at": 0.0,
        "finished_at": 1.0,
        "harness_version": "0",
        "exchanges": (exchange,),
        "steps": (
            StepRecord(
                index=0,
                verb="fill",
                summary=f"fill {PERSON.email}",
                started_at=0.0,
                ended_at=1.0,
                data_layer=({"user": {"mail": PERSON.email}},),
                cookies=(
                    Cookie(name="session", value="EAAB1234567890", domain="shop.test"),
                    Cookie(name="_fbp", value="fb.1.2.3", domain="shop.test"),
                ),
            ),
        ),
    }
    return Recording(**{**known, **parts})


def test_a_recording_loses_identifiers_tokens_and_site_cookies_and_keeps_what_is_compared() -> None:
    redactor = a_redactor(cookies=("_fbp",), secrets=("x-vendor-pass",))
    text = repr(redactor.redact_recording(a_recording()))
    assert PERSON.email.casefold() not in seen(text)
    assert PERSON.phone not in text
    assert "EAAB1234567890" not in text
    assert text.count("fb.1.2.3") == 2


@pytest.mark.parametrize("person", [PERSON, ODD, CYRILLIC], ids=["plain", "odd", "cyrillic"])
@pytest.mark.parametrize("kind", ["text/csv", "application/jsonl"])
def test_rows_of_a_file_lose_identifiers_and_get_them_back(person: Persona, kind: str) -> None:
    values = list(person.identifiers().values())
    rows = io.StringIO()
    if kind == "text/csv":
        csv.writer(rows).writerows([["Email", "Phone"], values, [value.upper() for value in values]])
    else:
        rows.write("\n".join(json.dumps({"user": value}) for value in values))
    body = Body(text=rows.getvalue(), size=1)
    request = Request(method="UPLOAD", url="upload://v/day", headers=(("content-type", kind),), body=body)
    exchange = Exchange(id="u", origin=Origin.SERVER, started_at=1.0, request=request, fate=Fate.ANSWERED)
    redactor = a_redactor(person)
    safe = redactor.redact_recording(a_recording(exchanges=(exchange,), steps=()))
    stored = safe.exchanges[0].request.body
    assert stored is not None
    assert stored.text is not None
    cells = [person.email, person.phone, person.phone_national, person.street.replace('"', '""'), person.street]
    assert not [value for value in cells if value.casefold() in stored.text.casefold()]
    assert redactor.restore_recording(safe).exchanges[0].request.body == body


def test_a_restored_recording_differs_by_its_fingerprints_only() -> None:
    redactor = a_redactor(cookies=("_fbp",))
    recording = a_recording()
    restored = redactor.restore_recording(redactor.redact_recording(recording))
    assert restored.exchanges[0].request.body == recording.exchanges[0].request.body
    assert restored.steps[0].data_layer == recording.steps[0].data_layer
    assert dict(restored.exchanges[0].request.headers)["Referer"] == f"https://shop.test/?mail={PERSON.email}"
    assert dict(restored.exchanges[0].request.headers)["Authorization"].startswith("Bearer ‹token#")
    assert restored.persona == recording.persona


@pytest.mark.parametrize(
    ("content", "kept"), [(b"\x00\x01plain bytes", True), (b"\xff" + PERSON.email.encode(), False)]
)
def test_bytes_stay_only_if_no_identifier_stands_in_them(content: bytes, kept: bool) -> None:
    body = Body(base64=base64.b64encode(content).decode(), size=len(content))
    recording = a_recording()
    exchange = replace(recording.exchanges[0], request=Request(method="POST", url="https://api.test/", body=body))
    (found,) = a_redactor().redact_recording(replace(recording, exchanges=(exchange,))).exchanges
    assert (found.request.body == body) == kept
    assert found.request.body is not None
    assert kept or (found.request.body.text or "").startswith("‹binary body#")


def test_what_stood_in_a_text_can_be_named_by_its_labels() -> None:
    hidden = base64.b64encode(json.dumps({"mail": PERSON.email}).encode()).decode()
    text = f"{quote(PERSON.phone)} {hidden} access_token=EAAB123456 someone@else.example"
    assert identifiers_named(a_redactor().redact(text)) == {"email", "phone"}
    assert identifiers_named("plain ‹<› text") == frozenset()


STRANGER = {"Max": "first name", "max.unger@kunde.example": "email", "4711": "external ID", "Köln-Deutz": "city"}


def strict() -> Redactor:
    return Redactor([], salt="salt", strangers=STRANGER)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"fn":"Max","ln":"?"}', '{"fn":"‹first name›","ln":"?"}'),
        ("%22Max%22", "%22‹first name›%22"),
        ("dl=https%3A%2F%2Fa.test%2F%3Ffn%3Dmax%26", "dl=https%3A%2F%2Fa.test%2F%3Ffn%3D‹first name›%26"),
        ("Maximum and Climax", "Maximum and Climax"),
        ("order 14711 and 47112", "order 14711 and 47112"),
        ("uid=4711&", "uid=‹external ID›&"),
        ("K%C3%B6ln-Deutz", "‹city›"),
    ],
)
def test_a_strangers_value_is_taken_out_as_a_whole_word(text: str, wanted: str) -> None:
    assert strict().redact_for_reading(text) == wanted


@pytest.mark.parametrize("text", ["+49 151 2345678", "%2B491512345678", "tel:+1 (555) 010-0199"])
def test_what_looks_like_a_phone_number_does_not_stay_of_a_stranger(text: str) -> None:
    assert re.search(r"‹phone#[0-9a-f]{8}›", strict().redact(text))
    assert not re.search(r"\d{3}", re.sub(r"‹[^›]*›", "", strict().redact(text)))


def test_an_unknown_address_in_base64_does_not_stay_of_a_stranger() -> None:
    token = base64.b64encode(b'{"email":"somebody@else.example"}').decode()
    assert token in Redactor([], salt="salt").redact(f"data={token}")
    redacted = strict().redact(f"data={token}")
    assert token not in redacted
    assert "somebody" not in strict().restore(redacted)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("first_name", "first name"), ("billing[firstName]", "first name"), ("customer.Email", "email"),
        ("shipping_address_1", "street"), ("user[phone_number]", "phone"), ("client_ip_address", "IP address"),
        ("event_name", ""), ("product_name", ""), ("email_sha256", ""), ("page_url", ""), ("address", ""),
    ],
)  # fmt: skip
def test_a_field_is_known_by_its_name_to_hold_something_of_a_person(name: str, wanted: str) -> None:
    assert personal_name(name) == wanted


def test_tokens_alone_can_be_taken_out() -> None:
    recording = a_recording(exchanges=(meta_capi(),))
    kept = strict().without_tokens(recording)
    assert "EAAB-test-token" not in kept.exchanges[0].request.url
    assert kept.exchanges[0].request.body == recording.exchanges[0].request.body


STRANGERS = {"Bo": "first name", "Möllenbrück": "last name", "+4915112345678": "phone"}


@pytest.mark.parametrize(
    "text",
    ["ln=M%C3%B6llenbr%C3%BCck", "möllenbrück", "M\\u00f6llenbr\\u00fcck", "ph=%2B4915112345678", "tel:+4915112345678"],
)
def test_values_of_strangers_are_lost_for_good_in_every_form(text: str) -> None:
    redactor = a_redactor(PERSON, strangers=STRANGERS)
    hidden = redactor.redact(text)
    assert re.search("‹(last name|phone)#[0-9a-f]{8}›", hidden)
    assert redactor.restore(hidden) == hidden
    coded = base64.b64encode(f'{{"value": "{text}"}}'.encode()).decode()
    assert redactor.restore(redactor.redact(coded)) != coded


def test_a_short_value_of_a_stranger_is_hidden_where_it_stands_alone() -> None:
    redactor = a_redactor(strangers=STRANGERS)
    hidden = redactor.redact("fn=bo&body=bob")
    assert hidden.startswith("fn=‹first name#")
    assert hidden.endswith("›&body=bob")


def test_equal_values_of_strangers_stay_equal() -> None:
    redactor = a_redactor(strangers=STRANGERS)
    assert redactor.redact("MÖLLENBRÜCK") == redactor.redact("möllenbrück")
