"""What protects a visitor who has several profiles at once, and which of them cannot go together?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from harness.model.profile import ListSource, Profile

SEPARATOR = "+"

_Entry = TypeVar("_Entry")


def contradictions(parts: Sequence[Profile]) -> Iterator[str]:
    """Why no visitor can have all these profiles; nothing if one can."""
    for name, count in Counter(part.id for part in parts).items():
        if count > 1:
            yield f'profile "{name}" stands in it twice'
    yield from _differing("act different browsers", [(part.id, part.emulates) for part in parts])
    yield from _differing("judge rules as on different hosts", [(part.id, part.source_host) for part in parts])
    lists: dict[str, ListSource] = {}
    for source in _united(part.lists for part in parts):
        if lists.setdefault(source.name, source) != source:
            yield f'the filter list "{source.name}" is two different ones'


def combined(parts: Sequence[Profile]) -> Profile:
    """One profile that protects as all of them do: everything any of them blocks, strips or refuses.

    Requests to the page's own site are spared only if no part with filter rules judges them.
    """
    judging = [part for part in parts if part.has_filters]
    return Profile(
        id=SEPARATOR.join(part.id for part in parts),
        title=" + ".join(part.title for part in parts),
        description=" ".join(part.description for part in parts),
        reviewed=min((part.reviewed for part in parts if part.reviewed), default=""),
        sources=_united(part.sources for part in parts),
        emulates=next((part.emulates for part in parts if part.emulates), ""),
        lists=_united(part.lists for part in parts),
        extra_rules=_united(part.extra_rules for part in parts),
        blocked_hosts=_united(part.blocked_hosts for part in parts),
        allow=_united(part.allow for part in parts),
        spares_same_site=bool(judging) and all(part.spares_same_site for part in judging),
        strip_parameters=_united(part.strip_parameters for part in parts),
        third_party_cookies=all(part.third_party_cookies for part in parts),
        script_cookie_days=_smallest(part.script_cookie_days for part in parts),
        classified_hosts=_united(part.classified_hosts for part in parts),
        landing_cookie_days=_smallest(part.landing_cookie_days for part in parts),
        script_storage_days=_smallest(part.script_storage_days for part in parts),
        cloaked_hosts=_united(part.cloaked_hosts for part in parts),
        cloaked_cookie_days=_smallest(part.cloaked_cookie_days for part in parts),
        gpc=any(part.gpc for part in parts),
        referrer=next((part.referrer for part in parts if part.referrer), ""),
        source_host=next((part.source_host for part in parts if part.source_host), ""),
        consent="denied" if any(part.consent == "denied" for part in parts) else "granted",
        extensions=_united(part.extensions for part in parts),
    )


def _united(groups: Iterable[Iterable[_Entry]]) -> tuple[_Entry, ...]:
    """Every entry once, in order."""
    return tuple(dict.fromkeys(entry for group in groups for entry in group))


def _smallest(limits: Iterable[int]) -> int:
    """0 is no limit."""
    return min((limit for limit in limits if limit), default=0)


def _differing(what: str, said: Iterable[tuple[str, str]]) -> Iterator[str]:
    values = {name: value for name, value in said if value}
    if len(set(values.values())) > 1:
        yield f"{' and '.join(values)} {what}: " + ", ".join(dict.fromkeys(values.values()))
