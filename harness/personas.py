"""Who visits in a run? The same seed makes the same person, on every machine and every Python."""

from __future__ import annotations

import hashlib
import string
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

from harness.errors import InputError, Mistake
from harness.model.persona import Persona, PersonaSeed
from harness.model.spec import ClickId

Chosen = TypeVar("Chosen")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Country:
    """What people of a country are called and where they live; `#` stands for a digit.

    `towns` are (city, region, postal code), `phones` national numbers behind `calling_code`.
    """

    calling_code: str
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    streets: tuple[str, ...]
    address: str
    towns: tuple[tuple[str, str, str], ...]
    phones: tuple[str, ...]


# Names are searched for in pages and payloads, to be taken out again: they must not occur in ordinary text.
# Some carry what breaks a normalisation: umlauts, sharp s, accents, a hyphen.
_GERMAN_FIRST = (
    "Friedlinde", "Jördis", "Gundolf", "Käthemarie", "Björnulf", "Anne-Gesine", "Lüdgera", "Theodelinde",
    "Isentrud", "Eckbrecht", "Hannelis", "Sölvine",
)  # fmt: skip
_GERMAN_LAST = (
    "Krügerholm", "Möllenbrück", "Quastenberg", "Weißhaupt-Lüdtke", "Hünersdorff", "Übelackert", "Zwickelbauer",
    "Oßwaldts", "Thränhardt", "Kniephoff", "Schnürpel", "Fäustlein",
)  # fmt: skip
_ENGLISH_FIRST = (
    "Thaddeus", "Winnifred", "Ambrosine", "Cordelius", "Zelmarie", "Mary-Isolde", "Renéelle", "Lysander",
    "Evangelyne", "Octavius", "Philippine", "Zoëlla",
)  # fmt: skip
_ENGLISH_LAST = (
    "Wetherspoone", "Quackenbush", "Featherstonhaugh", "Abernethie", "Zollicoffer", "Brontëville", "Kittredger",
    "Smythe-Okonjo", "Peverellson", "Thistlewoode", "Núñezburg", "Yarborougham",
)  # fmt: skip
_FRENCH_FIRST = (
    "Gwénaëlle", "Théophanie", "Maëlys-Anne", "Barnabé", "Clothildine", "Jérômine", "Léopoldine", "Zéphyrin",
    "Honorine", "Aurélienne", "Françoisette", "Ysaline",
)  # fmt: skip
_FRENCH_LAST = (
    "Desprézelles", "Lefèbvrette", "Quérouaille", "Saint-Aubignac", "Beaulieuvre", "Chânteclère", "Grandmaïson",
    "Ouvrardeau", "Tréhouart", "Vaucansonne", "Garçonnet", "Kersauzon",
)  # fmt: skip

_GERMAN_STREETS = ("Quittenzipfelweg", "Am Löffelbühl", "Dreizwergenstraße", "Nebelkrähenallee", "Zum Kupferigel")
_COUNTRIES = {
    # Numbers the regulator keeps free for film and television: Berlin, Frankfurt, Hamburg, Cologne, Munich.
    "DE": _Country(
        calling_code="+49",
        first_names=_GERMAN_FIRST,
        last_names=_GERMAN_LAST,
        streets=_GERMAN_STREETS,
        address="{street} {number}",
        towns=(
            ("Quedlinburg", "Sachsen-Anhalt", "06484"),
            ("Königswinter", "Nordrhein-Westfalen", "53639"),
            ("Bad Säckingen", "Baden-Württemberg", "79713"),
            ("Großenhain", "Sachsen", "01558"),
        ),
        phones=("030 23125###", "069 90009###", "040 66969###", "0221 4710###", "089 99998###"),
    ),
    # No numbers are kept free in Austria and Switzerland: blocks that have not been handed out.
    "AT": _Country(
        calling_code="+43",
        first_names=_GERMAN_FIRST,
        last_names=_GERMAN_LAST,
        streets=_GERMAN_STREETS,
        address="{street} {number}",
        towns=(("Gänserndorf", "Niederösterreich", "2230"), ("Köflach", "Steiermark", "8580")),
        phones=("0650 00#####", "0660 00#####"),
    ),
    "CH": _Country(
        calling_code="+41",
        first_names=_GERMAN_FIRST,
        last_names=_GERMAN_LAST,
        streets=_GERMAN_STREETS,
        address="{street} {number}",
        towns=(("Küssnacht", "Schwyz", "6403"), ("Bülach", "Zürich", "8180"), ("Thusis", "Graubünden", "7430")),
        phones=("079 000 ## ##", "078 000 ## ##", "076 000 ## ##"),
    ),
    "FR": _Country(
        calling_code="+33",
        first_names=_FRENCH_FIRST,
        last_names=_FRENCH_LAST,
        streets=("rue du Hérisson-Cuivré", "allée des Trois-Gnomes", "chemin de la Cuillère", "impasse Coquebriand"),
        address="{number} {street}",
        towns=(
            ("Saint-Yrieix-la-Perche", "Nouvelle-Aquitaine", "87500"),
            ("Ploërmel", "Bretagne", "56800"),
            ("Épernay", "Grand Est", "51200"),
        ),
        phones=("01 99 00 ## ##", "02 61 91 ## ##", "03 53 01 ## ##", "04 65 71 ## ##", "05 36 49 ## ##"),
    ),
    # Ofcom's numbers for drama.
    "GB": _Country(
        calling_code="+44",
        first_names=_ENGLISH_FIRST,
        last_names=_ENGLISH_LAST,
        streets=("Quincewhistle Lane", "Coppertoad Road", "Three Imps Row", "Ladlebury Close"),
        address="{number} {street}",
        towns=(("Budleigh Salterton", "Devon", "EX9 6AA"), ("Leighton Buzzard", "Bedfordshire", "LU7 1AA")),
        phones=("020 7946 0###", "0113 496 0###", "0161 496 0###", "0131 496 0###", "029 2018 0###", "0117 496 0###"),
    ),
    # 555-0100 to 555-0199 are kept free in every area.
    "US": _Country(
        calling_code="+1",
        first_names=_ENGLISH_FIRST,
        last_names=_ENGLISH_LAST,
        streets=("Quincewhistle Avenue", "Coppertoad Drive", "Three Imps Road", "Ladlebury Boulevard"),
        address="{number} {street}",
        towns=(
            ("Walla Walla", "WA", "99362"),
            ("Punxsutawney", "PA", "15767"),
            ("Cañon City", "CO", "81212"),
        ),
        phones=tuple(f"({area}) 555-01##" for area in (
            205, 208, 212, 215, 303, 304, 305, 307, 312, 314, 319, 401, 402, 404, 406, 412, 415, 503, 504, 505,
            509, 512, 515, 601, 602, 603, 605, 612, 614, 615, 701, 702, 713, 719, 801, 802, 803, 808, 907, 919,
        )),
    ),
}  # fmt: skip
COUNTRIES = tuple(sorted(_COUNTRIES))

_MIXED = string.ascii_letters + string.digits
_ALPHABETS = {
    "mixed": _MIXED,
    "upper": string.ascii_uppercase + string.digits,
    "hex": "0123456789abcdef",
    "digits": string.digits,
}
_CLICK_ID_LENGTH = 40
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def make_persona(seed: PersonaSeed, click_ids: Sequence[ClickId]) -> Persona:
    """The person of a seed, with a value for every click ID. Nothing but names, town and country is shared by seeds.

    A seed without a token is nobody's: of that visitor nothing is known.
    """
    if not seed.token:
        return _nobody(seed)
    country = _COUNTRIES.get(seed.country)
    if country is None:
        found = f'no persona can come from "{seed.country}"'
        raise InputError([Mistake(file="persona", found=found, expected=f"one of {', '.join(COUNTRIES)}")])
    first_name = _one_of(country.first_names, seed, "first name")
    last_name = _one_of(country.last_names, seed, "last name")
    city, region, postal_code = _one_of(country.towns, seed, "town")
    phone_national = _with_digits(_one_of(country.phones, seed, "phone block"), seed, "phone")
    street = _one_of(country.streets, seed, "street")
    return Persona(
        seed=seed,
        email=f"{_plain(first_name)}.{_plain(last_name)}.{seed.token}@{seed.email_domain}",
        phone=_international(phone_national, country.calling_code),
        phone_national=phone_national,
        first_name=first_name,
        last_name=last_name,
        street=country.address.format(street=street, number=_number(seed, "house number", 9000) + 100),
        city=city,
        region=region,
        postal_code=postal_code,
        country=seed.country,
        external_id=f"C-{seed.token.upper()}-{_number(seed, 'external ID', 9000) + 1000}",
        click_ids={entry.parameter: _click_id(entry, seed) for entry in click_ids},
    )


def _nobody(seed: PersonaSeed) -> Persona:
    told = {"seed", "unknown"}
    return Persona(
        unknown=frozenset(each.name for each in fields(Persona) if each.name not in told),
        seed=seed, email="", phone="", phone_national="", first_name="", last_name="", street="", city="", region="",
        postal_code="", country="", external_id="",
    )  # fmt: skip


def _number(seed: PersonaSeed, purpose: str, below: int) -> int:
    """Each value draws for its own purpose, so that a new one changes none of the others."""
    return int.from_bytes(_stream(seed, purpose, 16), "big") % below


def _stream(seed: PersonaSeed, purpose: str, length: int) -> bytes:
    return hashlib.shake_256(f"{seed.token}:{purpose}".encode()).digest(length)


def _one_of(choices: Sequence[Chosen], seed: PersonaSeed, purpose: str) -> Chosen:
    return choices[_number(seed, purpose, len(choices))]


def _characters(alphabet: str, length: int, seed: PersonaSeed, purpose: str) -> str:
    stream = _stream(seed, purpose, 2 * length)
    return "".join(alphabet[(stream[2 * at] * 256 + stream[2 * at + 1]) % len(alphabet)] for at in range(length))


def _with_digits(pattern: str, seed: PersonaSeed, purpose: str) -> str:
    digits = iter(_characters(string.digits, pattern.count("#"), seed, purpose))
    return "".join(next(digits) if character == "#" else character for character in pattern)


def _international(national: str, calling_code: str) -> str:
    """E.164: the trunk zero goes, everything but digits goes."""
    digits = "".join(character for character in national if character.isdigit())
    return calling_code + digits.removeprefix("0")


def _plain(name: str) -> str:
    """A name as its owner would write it in an address: small letters without marks."""
    spelled = unicodedata.normalize("NFKD", name.lower().translate(_SPELLED_OUT))
    return "".join(character for character in spelled if character in string.ascii_lowercase)


def _click_id(entry: ClickId, seed: PersonaSeed) -> str:
    """`length` counts what follows the prefix."""
    purpose = f"click ID {entry.parameter}"
    prefix = str(entry.example.get("prefix", ""))
    kind = str(entry.example.get("alphabet", "mixed"))
    length = int(entry.example.get("length", _CLICK_ID_LENGTH))
    if kind == "uuid":
        return prefix + str(uuid.UUID(bytes=_stream(seed, purpose, 16), version=4))
    value = _characters(_ALPHABETS[kind], length, seed, purpose)
    if kind == "mixed":
        # Both cases at least once: a click ID that survives lower-casing would hide the mistake.
        large = _characters(string.ascii_uppercase, 1, seed, f"{purpose}, capital letter")
        small = _characters(string.ascii_lowercase, 1, seed, f"{purpose}, small letter")
        value = (large + small + value[2:])[:length]
    return prefix + value
