"""Where do the texts of a profile's filter lists come from, and are they what they should be?

A list is taken from the first of: the location the profile gives, the cache, a package that has it (Debian's
`webext-ublock-origin-chromium` or `-firefox`, npm's `@adguard/dnr-rulesets`; read in place), the known list that the
profile names instead, our own short list of that name.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Literal

import httpx

from harness.errors import InputError, Mistake
from harness.model.profile import ListSource, Profile
from harness.model.recording import FilterListInfo
from harness.record.blocking.dns import DnsBlocker, parse_hosts
from harness.record.blocking.engine import FilterEngine
from harness.record.blocking.filters import ParsedList, parse, sparing_same_site
from harness.record.blocking.stubs import text_of
from harness.record.blocking.updates import fetched

Preference = Literal["installed", "own"]

PACKAGE_FOLDERS = (
    Path("/usr/share/chromium/extensions/ublock-origin"),
    Path("/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/uBlock0@raymondhill.net"),
)

KNOWN_LISTS = {
    "easylist": "assets/thirdparties/easylist/easylist.txt",
    "easyprivacy": "assets/thirdparties/easylist/easyprivacy.txt",
    "ublock-filters": "assets/ublock/filters.min.txt",
    "ublock-privacy": "assets/ublock/privacy.min.txt",
    "ublock-unbreak": "assets/ublock/unbreak.min.txt",
    "ublock-quick-fixes": "assets/ublock/quick-fixes.min.txt",
}

# Files of the npm package with these lists; each carries the text of the filter list that its rules were made of.
RULESET_FOLDERS = tuple(
    Path(folder) / "node_modules" / "@adguard" / "dnr-rulesets" for folder in (".", "/usr/local/lib", "/usr/lib")
)
RULESETS = {
    "adguard-base": "dist/filters/declarative/ruleset_2/ruleset_2.json",
    "adguard-tracking": "dist/filters/declarative/ruleset_3/ruleset_3.json",
    "adguard-url-tracking": "dist/filters/declarative/ruleset_17/ruleset_17.json",
}

# Lists of which we have a short one of our own. The others only mend what full lists break.
OWN_LISTS = ("easylist", "easyprivacy", "ublock-privacy")
_FETCH_SECONDS = 60.0
_OPTION = re.compile(r"\$~?([a-z][a-z0-9-]*)(?:[,=].*)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListText:
    """A list as it was read. `origin` is `file`, `url`, `cache`, `package`, `own list` or `profile`, `kind` as in the
    profile."""

    name: str
    origin: str
    content: bytes
    version: str = ""
    kind: str = "filters"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedLists:
    """Ready to judge, with where every list came from. `digest` changes whenever any rule may have changed.

    `approximated_by` are the lists that were taken instead of the profile's own.
    """

    engine: FilterEngine
    dns: DnsBlocker
    infos: tuple[FilterListInfo, ...]
    digest: str
    skipped: dict[str, dict[str, int]]
    approximated_by: tuple[str, ...] = ()


def load(
    profile: Profile,
    cache: Path,
    prefer: Preference = "installed",
    package_folders: Sequence[Path] = (*PACKAGE_FOLDERS, *RULESET_FOLDERS),
) -> LoadedLists:
    """Find, verify and read the profile's lists. All that is wrong with them is raised at once, as `InputError`."""
    profile, approximated_by = _nearest(profile, cache, prefer, package_folders)
    texts = _texts(profile, cache, prefer, package_folders)
    parsed = [_parsed(text) for text in texts]
    _check_own(profile, texts)
    rules, names = (
        [rule for text, each in zip(texts, parsed, strict=True) if text.kind == kind for rule in each.rules]
        for kind in ("filters", "hosts")
    )
    # Whom the profile lets pass, a DNS blocker lets pass too, as far as that is a host.
    names += [rule for rule in rules if rule.host and rule.list == f"{profile.id}-allow"]
    if profile.spares_same_site:
        rules = [spared for rule in rules for spared in sparing_same_site(rule)]
    if rules:
        rules += parse(text_of("redirects.txt"), "stubs").rules
    hashes = [text.sha256 for text in texts]
    return LoadedLists(
        engine=FilterEngine(rules),
        dns=DnsBlocker(names),
        infos=tuple(_info(text, each) for text, each in zip(texts, parsed, strict=True)),
        digest=hashlib.sha256("\n".join((text_of("redirects.txt"), *hashes)).encode()).hexdigest(),
        skipped={each.name: each.skipped for each in parsed},
        approximated_by=approximated_by,
    )


def _nearest(
    profile: Profile, cache: Path, prefer: Preference, folders: Sequence[Path]
) -> tuple[Profile, tuple[str, ...]]:
    """The profile with other lists in place of those that are not here, and the names of these others.

    If one is missing all of them are replaced: half of a blocker's lists would be a blocker that nobody has.
    """
    replaceable = [source for source in profile.lists if source.instead]
    if prefer == "installed" and all(_place_of(source.name, cache, folders) for source in replaceable):
        return profile, ()
    lists = (ListSource(name=source.instead) if source.instead else source for source in profile.lists)
    others = tuple(dict.fromkeys(source.instead for source in replaceable))
    return replace(profile, lists=tuple(dict.fromkeys(lists))), others


def _check_own(profile: Profile, texts: Sequence[ListText]) -> None:
    """Of a published list blockers pass over what they do not know; of a person's own rules each was meant."""
    mistakes = [
        Mistake(
            file=f"profile {profile.id}",
            found=f'rule "{line}" in {text.name.removeprefix(profile.id + "-")} cannot be used: {reason}',
            expected="a network rule in Adblock Plus syntax" if text.kind == "filters" else "a line of a hosts file",
        )
        for text in texts
        if text.origin == "profile"
        for line in text.content.decode().splitlines()
        if (reason := _why_unused(_parsed(replace(text, content=line.encode()))))
    ]
    if mistakes:
        raise InputError(mistakes)


def _why_unused(line: ParsedList) -> str:
    """A blocker reads an option it does not know as a part of the address, which then fits nothing."""
    unknown = [
        found[1] for rule in line.rules if not rule.is_regex for found in [_OPTION.search(rule.pattern)] if found
    ]
    return ", ".join((*line.skipped, *(f"unknown option {name}" for name in unknown)))


def _parsed(text: ListText) -> ParsedList:
    read = parse_hosts if text.kind == "hosts" else parse
    return read(text.content.decode("utf-8-sig", "replace"), text.name)


def _info(text: ListText, parsed: ParsedList) -> FilterListInfo:
    return FilterListInfo(
        name=text.name,
        title=parsed.title,
        version=parsed.version or text.version,
        origin=text.origin,
        sha256=text.sha256,
        rules=len(parsed.rules),
    )


def _texts(profile: Profile, cache: Path, prefer: Preference, folders: Sequence[Path]) -> list[ListText]:
    found: list[ListText | None] = []
    mistakes: list[Mistake] = []
    own_list_stands_in = prefer == "own"
    for source in profile.lists:
        try:
            if source.location:
                found.append(_from_location(source, cache))
                continue
            _check_known(source.name, profile.id)
            text = None if own_list_stands_in else _known(source.name, cache, folders)
        except InputError as error:
            mistakes += error.mistakes
            continue
        own_list_stands_in = own_list_stands_in or text is None
        found.append(text)
    if mistakes:
        raise InputError(mistakes)
    if own_list_stands_in:
        # All or nothing: half of a blocker's lists would be a blocker that nobody has.
        given = [text for text in found if text is not None and text.origin in ("file", "url")]
        texts = [*_own_lists(profile), *given]
    else:
        texts = [text for text in found if text is not None]
    return [*texts, *_rules_of(profile)]


def _rules_of(profile: Profile) -> Iterator[ListText]:
    """What the profile itself says, in the words of filter lists."""
    stripped = tuple(f"$removeparam={name},document" for name in profile.strip_parameters)
    for name, kind, rules in (
        ("extra-rules", "filters", profile.extra_rules),
        ("allow", "filters", tuple(f"@@{pattern.removeprefix('@@')}" for pattern in profile.allow)),
        ("parameters", "filters", stripped),
        ("blocked-hosts", "hosts", profile.blocked_hosts),
    ):
        if rules:
            content = "\n".join(rules).encode()
            yield ListText(name=f"{profile.id}-{name}", origin="profile", content=content, kind=kind)


def _own_lists(profile: Profile) -> list[ListText]:
    folder = files("harness.record.blocking") / "own"
    wanted = {source.name for source in profile.lists if not source.location}
    return [
        ListText(name=f"own-{name}", origin="own list", content=(folder / f"{name}.txt").read_bytes())
        for name in OWN_LISTS
        if name in wanted
    ]


def _check_known(name: str, profile: str) -> None:
    if name in KNOWN_LISTS or name in RULESETS:
        return
    close = get_close_matches(name, (*KNOWN_LISTS, *RULESETS), n=1)
    raise _wrong(
        f"profile {profile}",
        found=f'unknown filter list "{name}"',
        expected="one of " + ", ".join((*KNOWN_LISTS, *RULESETS)),
        remedy=f'did you mean "{close[0]}"?' if close else "or give the list a location",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledList:
    """A known list as `load` would take it, and where from; `modified_at` is the file's own time."""

    info: FilterListInfo
    path: Path
    modified_at: float


def installed(
    name: str, cache: Path, folders: Sequence[Path] = (*PACKAGE_FOLDERS, *RULESET_FOLDERS)
) -> InstalledList | None:
    """What there is of a known list; an unsound file is an `InputError`."""
    place, text = _place_of(name, cache, folders), _known(name, cache, folders)
    if place is None or text is None:
        return None
    return InstalledList(info=_info(text, _parsed(text)), path=place[0], modified_at=place[0].stat().st_mtime)


def _place_of(name: str, cache: Path, folders: Sequence[Path]) -> tuple[Path, Path | None] | None:
    """Where a known list is, and the package's folder if it is in one."""
    cached = cache / f"{name}.txt"
    if cached.is_file():
        return cached, None
    inside = KNOWN_LISTS.get(name) or RULESETS.get(name, "")
    for folder in folders if inside else ():
        if (folder / inside).is_file():
            return folder / inside, folder
    return None


def _known(name: str, cache: Path, folders: Sequence[Path]) -> ListText | None:
    place = _place_of(name, cache, folders)
    if place is None:
        return None
    path, folder = place
    if folder is None:
        content = path.read_bytes()
        needs_end = fetched(name, cache) is None  # an update saw it whole, whatever its last byte
        _check_whole(str(path), content, remedy="delete it to fall back to the installed list", needs_end=needs_end)
        return ListText(name=name, origin="cache", content=content)
    is_ruleset = path.suffix == ".json"
    content = _text_of_ruleset(path) if is_ruleset else path.read_bytes()
    _check_whole(str(path), content, remedy="reinstall the package", needs_end=not is_ruleset)
    return ListText(name=name, origin="package", content=content, version=_package_version(folder))


def _text_of_ruleset(path: Path) -> bytes:
    """The filter list in a file of browser rules: the rules themselves can neither be judged by the proxy nor told."""
    try:
        text = json.loads(path.read_bytes())[0]["metadata"]["rawFilterList"]
    except (OSError, ValueError, LookupError, TypeError):
        text = None
    if not isinstance(text, str):
        raise _wrong(
            str(path),
            found="browser rules without the filter list they were made of",
            expected="a ruleset of @adguard/dnr-rulesets 3 or newer",
            remedy="install the package again, or give the list itself a location",
        )
    return text.encode()


def _package_version(folder: Path) -> str:
    """Lists in the package are undated; the blocker's own version says when they were taken."""
    try:
        version = json.loads((folder / "manifest.json").read_text(encoding="utf-8")).get("version", "")
    except (OSError, ValueError, AttributeError):
        return ""
    return f"with uBlock Origin {version}" if version else ""


def _from_location(source: ListSource, cache: Path) -> ListText:
    if source.location.startswith(("http://", "https://")):
        return _from_address(source, cache)
    try:
        path = Path(source.location)
        content = _text_of_ruleset(path) if path.suffix == ".json" else path.read_bytes()
    except OSError as error:
        raise _wrong(
            source.location,
            found=f'filter list "{source.name}" cannot be read: {error.strerror or error}',
            expected="a readable text file",
            remedy="correct the location in the profile",
        ) from None
    _check_hash(source, content, remedy="put the right file there, or pin the hash of this one")
    _check_whole(source.location, content, remedy="get the file again", needs_end=False)
    return ListText(name=source.name, origin="file", content=content, kind=source.kind)


def _from_address(source: ListSource, cache: Path) -> ListText:
    if not source.sha256:
        raise _wrong(
            source.location,
            found=f'filter list "{source.name}" has an address but no sha256',
            expected="the sha256 of its text, as lists change daily and runs must be repeatable",
            remedy="add sha256 to the profile, or download the list and give its path",
        )
    cached = cache / f"{source.sha256.lower()}.txt"
    if cached.is_file():
        content = cached.read_bytes()
        _check_hash(source, content, place=str(cached), remedy="delete it; it is fetched again then")
        return ListText(name=source.name, origin="url", content=content, kind=source.kind)
    try:
        response = httpx.get(source.location, follow_redirects=True, timeout=_FETCH_SECONDS)
        response.raise_for_status()
    except httpx.HTTPError as error:
        raise _wrong(
            source.location,
            found=f'filter list "{source.name}" cannot be fetched: {error}',
            expected="the whole list",
            remedy="try again, or download the list and give its path",
        ) from None
    _check_hash(source, response.content, remedy="pin the hash of the version you have checked")
    _check_whole(source.location, response.content, remedy="check the address", needs_end=False)
    cache.mkdir(parents=True, exist_ok=True)
    partial = cached.with_suffix(".part")
    partial.write_bytes(response.content)
    partial.replace(cached)
    return ListText(name=source.name, origin="url", content=response.content, kind=source.kind)


def _check_hash(source: ListSource, content: bytes, *, remedy: str, place: str = "") -> None:
    actual = hashlib.sha256(content).hexdigest()
    if source.sha256 and actual != source.sha256.lower():
        raise _wrong(
            place or source.location,
            found=f'filter list "{source.name}" has sha256 {actual} ({len(content)} bytes)',
            expected=f"sha256 {source.sha256.lower()}",
            remedy=remedy,
        )


def _check_whole(place: str, content: bytes, *, remedy: str, needs_end: bool = True) -> None:
    """Lists as published end with a line break; one that does not was cut off on the way."""
    start = content[:512].lstrip().lower()
    if not start:
        problem = "an empty file"
    elif start.startswith((b"<!doctype", b"<html")):
        problem = "a web page"
    elif needs_end and not content.endswith(b"\n"):
        problem = f"a text of {len(content)} bytes that breaks off within a line"
    else:
        return
    raise _wrong(place, found=problem, expected="a whole filter list", remedy=remedy)


def _wrong(place: str, *, found: str, expected: str, remedy: str) -> InputError:
    return InputError([Mistake(file=place, found=found, expected=expected, remedy=remedy)])
