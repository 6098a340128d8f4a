"""How does a newer text of a known list get into the cache, and only a sound one?

What was there stays until the new text has passed every check, and is replaced whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import httpx

from harness.record.blocking.filters import ParsedList, parse

# Where the makers of the lists publish them (read 2026-11, in uBlock Origin's own list of assets and at easylist.to).
ADDRESSES = {
    "easylist": "https://easylist.to/easylist/easylist.txt",
    "easyprivacy": "https://easylist.to/easylist/easyprivacy.txt",
    "ublock-filters": "https://ublockorigin.github.io/uAssetsCDN/filters/filters.min.txt",
    "ublock-privacy": "https://ublockorigin.github.io/uAssetsCDN/filters/privacy.min.txt",
    "ublock-unbreak": "https://ublockorigin.github.io/uAssetsCDN/filters/unbreak.min.txt",
    "ublock-quick-fixes": "https://ublockorigin.github.io/uAssetsCDN/filters/quick-fixes.min.txt",
    "adguard-base": "https://filters.adtidy.org/extension/ublock/filters/2.txt",
    "adguard-tracking": "https://filters.adtidy.org/extension/ublock/filters/3.txt",
    "adguard-url-tracking": "https://filters.adtidy.org/extension/ublock/filters/17.txt",
}

_SECONDS = 60.0
_HEADER_LINES = 30
_EXPIRES = re.compile(r"^! Expires:\s*(\d+)\s*(day|hour)", re.MULTILINE | re.IGNORECASE)
_UNITS = {"day": 24 * 3600, "hour": 3600}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What is noted beside a list in the cache. Times are Unix seconds; `expires_at` is when the list asks to be read
    again, 0 if it does not say."""

    address: str
    sha256: str
    fetched_at: float
    expires_at: float = 0.0
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What became of one list: `updated`, `unchanged` (the server says so), `fresh` (not asked), or `failed`."""

    name: str
    state: str
    told: str


class _Unsound(Exception):  # noqa: N818 - a signal inside this module, not an error
    """The text must not replace the one that is there; the argument is the reason."""


def update(name: str, cache: Path, *, now: float, address: str = "", pin: str = "", is_forced: bool = False) -> Update:
    """Fetch one list if it is due. With `pin` only the text with this SHA-256 is taken."""
    address = address or ADDRESSES[name]
    path = cache / f"{name}.txt"
    before = fetched(name, cache)
    known = before if before is not None and before.address == address else None
    if known is not None and now < known.expires_at and not is_forced and pin in ("", known.sha256):
        return Update(name=name, state="fresh", told=f"sha256 {known.sha256}; the list asks for no earlier look")
    headers = {"if-none-match": known.etag, "if-modified-since": known.last_modified} if known and not pin else {}
    try:
        answer = httpx.get(
            address,
            headers={key: text for key, text in headers.items() if text},
            follow_redirects=True,
            timeout=_SECONDS,
        )
        if answer.status_code == httpx.codes.NOT_MODIFIED and known is not None:
            _note(path, _fetched(address, path.read_bytes(), answer.headers, now, known))
            return Update(name=name, state="unchanged", told=f"sha256 {known.sha256}")
        if answer.status_code != httpx.codes.OK:
            raise _Unsound(f"{address} answered {answer.status_code} {answer.reason_phrase}")
        if not ({"content-length", "transfer-encoding"} & set(answer.headers) or answer.content.endswith(b"\n")):
            raise _Unsound("the text ends within a line, and the server did not say how long it is")
        parsed = _checked(name, answer.content, path, pin)
    except (httpx.HTTPError, _Unsound) as error:
        kept = "the list that was there is kept" if path.is_file() else "there is none in the cache"
        return Update(name=name, state="failed", told=f"{str(error) or type(error).__name__}; {kept}")
    cache.mkdir(parents=True, exist_ok=True)
    _write(path, answer.content)
    noted = _fetched(address, answer.content, answer.headers, now, None)
    _note(path, noted)
    told = f"{parsed.title} {parsed.version}, {len(parsed.rules)} rules, sha256 {noted.sha256}"
    return Update(name=name, state="updated", told=told)


def fetched(name: str, cache: Path) -> Fetched | None:
    """The note of a list, if it is about the text that is there."""
    try:
        noted = json.loads((cache / f"{name}.json").read_text("utf-8"))
        content = (cache / f"{name}.txt").read_bytes()
        found = Fetched(**{field.name: noted[field.name] for field in fields(Fetched)})
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return found if found.sha256 == hashlib.sha256(content).hexdigest() else None


def _checked(name: str, content: bytes, path: Path, pin: str) -> ParsedList:
    """The new text, read; raises `_Unsound` for one that cannot be right."""
    text = content.decode("utf-8", "replace")
    digest = hashlib.sha256(content).hexdigest()
    if pin and digest != pin:
        raise _Unsound(f"the text has sha256 {digest}, not {pin}")
    if text[:512].lstrip().lower().startswith(("<!doctype", "<html")):
        raise _Unsound("a web page came, not a filter list")
    head = text.splitlines()[:_HEADER_LINES]
    if not any(line.startswith(("[Adblock", "! Title:")) for line in head):
        raise _Unsound("the text has no header of a filter list")
    size = path.stat().st_size if path.is_file() else 0
    if 2 * len(content) < size:
        raise _Unsound(f"the text has {len(content)} bytes, less than half of the {size} that are there")
    parsed = parse(text, name)
    if not parsed.rules:
        raise _Unsound("the text has no rule that can be read")
    return parsed


def _fetched(address: str, content: bytes, headers: Mapping[str, str], now: float, before: Fetched | None) -> Fetched:
    head = content[:4096].decode("utf-8", "replace")
    stated = _EXPIRES.search(head)
    return Fetched(
        address=address,
        sha256=hashlib.sha256(content).hexdigest(),
        fetched_at=now,
        expires_at=now + int(stated[1]) * _UNITS[stated[2].lower()] if stated else 0.0,
        etag=headers.get("etag", before.etag if before else ""),
        last_modified=headers.get("last-modified", before.last_modified if before else ""),
    )


def _note(path: Path, noted: Fetched) -> None:
    _write(path.with_suffix(".json"), json.dumps(asdict(noted), indent=2).encode())


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(content)
    partial.replace(path)
