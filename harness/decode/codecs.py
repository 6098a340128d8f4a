"""How are wrapped values unwrapped, and how does text become a field?

`DECODINGS` undo an encoding inside a document; `FIELDS` read one field. A field codec that cannot read a value raises
`UnreadableError` with what it expected, and the event then carries a field problem instead of a value.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote, unquote_plus
from zoneinfo import ZoneInfo

from harness.decode.tables import records, table
from harness.model.recording import Item

# A time outside of these is not one a tag or server made this century: seconds read as milliseconds, or the reverse.
_EARLIEST = datetime(2005, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


# Compressed bodies of more than these bytes are not unpacked, keys in more than these brackets not unfolded.
_MOST_UNPACKED = 2_000_000
_DEEPEST = 8


class UnreadableError(ValueError):
    """A value that is not what the field should be; the text says what was expected."""


def _json(value: Any, options: Mapping[str, Any]) -> Any:
    """JSON text as its value. `as: list` makes a list of it: of one value, or of the JSON texts of a repeated field."""
    if options.get("as") == "list":
        found = _json(value, {})
        return [_json(item, {}) for item in found] if isinstance(found, list) else [found]
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _list(value: Any, _options: Mapping[str, Any]) -> Any:
    """A value alone as a list of it: in XML, one of several elements looks like the only one."""
    return value if isinstance(value, list) else [value]


def _percent(value: Any, _options: Mapping[str, Any]) -> Any:
    return unquote(value) if isinstance(value, str) else value


def _base64(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))


def _base64_json(value: Any, options: Mapping[str, Any]) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return _json(_base64(value).decode("utf-8"), options)
    except ValueError:
        return value


def _base64_gzip_json(value: Any, options: Mapping[str, Any]) -> Any:
    """What unfolds to more than a body can sensibly be stays as it is, so that a small request cannot fill memory."""
    if not isinstance(value, str):
        return value
    unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = unpacking.decompress(_base64(value.strip()), _MOST_UNPACKED)
        return _json(content.decode("utf-8"), options) if unpacking.eof else value
    except (ValueError, zlib.error):
        return value


def _tokens(value: Any, options: Mapping[str, Any]) -> Any:
    """A list of `key<assign>value` parts joined by `separator`, e.g. `tv.1~em.<hash>~pn.<hash>`, as {key: [values]}.

    Values that match `without` are left out: error codes in the place of data.
    """
    if not isinstance(value, str):
        return value
    found: dict[str, list[str]] = {}
    without = options.get("without")
    for part in value.split(str(options.get("separator", "~"))):
        key, _, rest = part.partition(str(options.get("assign", ".")))
        if key and rest and not (without and re.fullmatch(str(without), rest)):
            found.setdefault(key, []).append(unquote_plus(unquote(rest)))
    return found


def _pairs(value: Any, options: Mapping[str, Any]) -> Any:
    if not isinstance(value, str):
        return value
    separator, equals = str(options.get("separator", ";")), str(options.get("assign", "="))
    parts = (part.partition(equals) for part in value.lstrip("?").split(separator))
    return {unquote(key): unquote_plus(rest) for key, assign, rest in parts if assign}


def _lines(value: Any, options: Mapping[str, Any]) -> Any:
    """One part for each line that is not empty; a batch of query strings, say. `by: whitespace` parts it at blanks."""
    if not isinstance(value, str):
        return value
    return value.split() if options.get("by") == "whitespace" else [line for line in value.splitlines() if line.strip()]


_BRACKETED = re.compile(r"(?P<name>[^\[\]]+)(?P<keys>(?:\[[^\[\]]*\])+)")


def _brackets(value: Any, _options: Mapping[str, Any]) -> Any:
    """Keys such as `ed[items][0][id]` as a structure under `ed`, beside the keys themselves.

    Numbers make a list, and so does an empty pair of brackets.
    """
    if not isinstance(value, dict):
        return value
    unfolded: dict[str, Any] = {}
    for key, part in value.items():
        found = _BRACKETED.fullmatch(key)
        if found is None or found["keys"].count("[") > _DEEPEST:
            continue
        if found["name"] in value and not isinstance(value[found["name"]], dict):
            continue
        *inner, last = found["keys"][1:-1].split("][")
        place = unfolded.setdefault(found["name"], {})
        for name in inner:
            deeper = place.setdefault(name, {})
            place = deeper if isinstance(deeper, dict) else {}  # a key that is both a value and a structure
        place[last] = part
    structures = {name: _listed(part) for name, part in unfolded.items()}
    return {
        **value,
        **{
            name: {**value[name], **part} if name in value and isinstance(part, dict) else part
            for name, part in structures.items()
        },
    }


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    parts = {key: _listed(part) for key, part in value.items()}
    if list(parts) == [""]:
        return parts[""] if isinstance(parts[""], list) else [parts[""]]
    if all(re.fullmatch(r"[0-9]{1,4}", key) for key in parts):
        return [parts[key] for key in sorted(parts, key=int)]
    return parts


_ADDRESS = re.compile(r"/[^?\s]*\?(?P<query>\S+)")


def _base64_query(value: Any, _options: Mapping[str, Any]) -> Any:
    """An object in which a value hides a path with a query in base64: the parameters of that query beside the keys."""
    if not isinstance(value, dict):
        return value
    shown = dict(value)
    for part in value.values():
        found = _ADDRESS.fullmatch(_plain_of(part)) if isinstance(part, str) else None
        shown |= _pairs(found["query"], {"separator": "&"}) if found else {}
    return shown


def _plain_of(text: str) -> str:
    """What a text says in base64; empty where it is none. An unescaped plus sign has become a blank in a query."""
    try:
        return _base64(text.replace(" ", "+")).decode("utf-8")
    except ValueError:
        return ""


DECODINGS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "json": _json,
    "list": _list,
    "percent": _percent,
    "base64-json": _base64_json,
    "base64-gzip-json": _base64_gzip_json,
    "base64-query": _base64_query,
    "tokens": _tokens,
    "pairs": _pairs,
    "lines": _lines,
    "brackets": _brackets,
    "table": table,
    "records": records,
}


def text_of(value: Any) -> str:
    """A scalar as the text a person would compare: JSON's words for booleans, plain decimal for numbers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return decimal_text(Decimal(repr(value)))
    if isinstance(value, list) and len(value) == 1:
        return text_of(value[0])
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def decimal_text(number: Decimal) -> str:
    """`129.90`, `129.9` and `1.299E2` as one text: no exponent, no trailing zeros."""
    text = format(number.normalize(), "f")
    return text if text != "-0" else "0"


def _text(value: Any, options: Mapping[str, Any]) -> str:
    text = text_of(value)
    if options.get("case") == "upper":
        text = text.upper()
    return text


def _digest(value: Any, _options: Mapping[str, Any]) -> str:
    """A SHA-256 in lower-case hex: the value itself if it is one, else that of the trimmed value."""
    text = text_of(value).strip()
    return (
        text.lower()
        if re.fullmatch(r"[0-9a-fA-F]{64}", text)
        else hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    )


def _decimal(value: Any, options: Mapping[str, Any]) -> str:
    """A number as canonical text. `per: 1000000` reads millionths: what is sent is divided by so much."""
    text = text_of(value).strip()
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", text):
        raise UnreadableError("a number with a decimal point")
    try:
        return decimal_text(Decimal(text) / int(options.get("per", 1)))
    except InvalidOperation:
        raise UnreadableError("a number with a decimal point") from None


# How many digits the minor unit of a currency has, where these are not two (ISO 4217).
_MINOR_DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip


def _minor_units(value: Any, options: Mapping[str, Any]) -> str:
    """A whole number of the minor unit of `currency` (12990 of EUR) as the amount (129.9)."""
    text = text_of(value).strip()
    if not re.fullmatch(r"[+-]?\d{1,18}", text):
        raise UnreadableError("a whole number of the currency's minor unit, such as 12990")
    return decimal_text(Decimal(text).scaleb(-_MINOR_DIGITS.get(str(options.get("currency", "")).upper(), 2)))


def _epoch(value: Any, unit: float, expected: str) -> float:
    text = text_of(value).strip()
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        raise UnreadableError(expected)
    seconds = float(text) / unit
    if not _EARLIEST <= seconds <= _LATEST:
        raise UnreadableError(expected)
    return seconds


def _seconds(value: Any, _options: Mapping[str, Any]) -> float:
    return _epoch(value, 1, "Unix time in seconds (10 digits)")


def _milliseconds(value: Any, _options: Mapping[str, Any]) -> float:
    return _epoch(value, 1000, "Unix time in milliseconds (13 digits)")


def _microseconds(value: Any, _options: Mapping[str, Any]) -> float:
    return _epoch(value, 1_000_000, "Unix time in microseconds (16 digits)")


def _timestamp(value: Any, options: Mapping[str, Any]) -> float:
    """A moment in Unix seconds. `zone: UTC` reads a time without a zone as one of UTC; else it is unreadable."""
    text = text_of(value).strip()
    expected = "a date and time with its zone, such as 2026-01-31T12:00:00+01:00"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableError(expected) from None
    if moment.tzinfo is None:
        if options.get("zone") != "UTC":
            raise UnreadableError(expected)
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()


_ZONED = re.compile(
    r"(?P<clock>.*?)\s*(?P<zone>[+-]\d{2}:?\d{2}|(?<=\d)Z|UTC|GMT|[A-Z][A-Za-z]+(?:/[A-Za-z][\w+-]*)+)?", re.DOTALL
)


def _date_time(value: Any, options: Mapping[str, Any]) -> float:
    """A moment by the first of the `formats` that fits: those of `strptime`, `seconds` or `milliseconds`.

    One that names no zone is in the `zone`: an offset or the name of one, as a file says for all of its rows.
    """
    text = text_of(value).strip()
    found = _ZONED.fullmatch(text)
    clock = found["clock"] if found else text
    zone = (found["zone"] if found else "") or str(options.get("zone", ""))
    for wanted in options["formats"]:
        if wanted in ("seconds", "milliseconds"):
            if re.fullmatch(r"\d{10}" if wanted == "seconds" else r"\d{13}", text):
                return float(FIELDS[wanted](text, {}))
            continue
        try:
            moment = datetime.strptime(clock, wanted)
        except ValueError:
            continue
        if not zone:
            raise UnreadableError("a time zone, in the row or in the line above the table")
        return moment.replace(tzinfo=_zone(zone)).timestamp()
    raise UnreadableError("a date and time in one of the documented forms")


def _zone(name: str) -> tzinfo:
    offset = re.fullmatch(r"([+-])(\d{2}):?(\d{2})", name)
    if offset:
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-span if offset[1] == "-" else span) if span < timedelta(days=1) else UTC
    if name in ("Z", "UTC", "GMT"):
        return UTC
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise UnreadableError("a time zone such as +0100 or Europe/Berlin") from None


def _pattern(value: Any, options: Mapping[str, Any]) -> str:
    """The group `value` of a pattern; text that does not match is kept whole, so that nothing is hidden."""
    text = text_of(value)
    found = re.search(str(options["pattern"]), text)
    return found["value"] if found else text


def _items(value: Any, options: Mapping[str, Any]) -> tuple[Item, ...]:
    if "pattern" in options and (isinstance(value, str) or options.get("every")):
        texts = value if isinstance(value, list) else [value]
        found = (match for text in texts for match in re.finditer(str(options["pattern"]), text_of(text)))
        return tuple(_item(match.groupdict(), {}) for match in found)
    lines = _json(value, {})
    if not isinstance(lines, list):
        raise UnreadableError("a list of items")
    return tuple(_item(line if isinstance(line, dict) else {"id": line}, options) for line in lines)


def _item(line: Mapping[str, Any], options: Mapping[str, Any]) -> Item:
    def part(name: str) -> Any:
        return line.get(str(options.get(name, name)))

    quantity, price = text_of(part("quantity")), text_of(part("price"))
    return Item(
        id=text_of(part("id")),
        quantity=int(quantity) if re.fullmatch(r"\d{1,9}", quantity) else None,
        price=_decimal(price, {}) if re.fullmatch(r"\d+(\.\d+)?", price) else price,
        name=text_of(part("name")),
    )


FIELDS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "text": _text,
    "digest": _digest,
    "decimal": _decimal,
    "minor-units": _minor_units,
    "seconds": _seconds,
    "milliseconds": _milliseconds,
    "microseconds": _microseconds,
    "timestamp": _timestamp,
    "date-time": _date_time,
    "pattern": _pattern,
    "items": _items,
}
