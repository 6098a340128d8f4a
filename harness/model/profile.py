"""How a visitor's browser is protected: what it blocks, strips and forbids."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSource:
    """A filter list the profile wants: `name` of a known list, or a path or URL with its sha256 pin."""

    name: str
    location: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A privacy profile, read from `harness/profiles/<id>.yaml`.

    `lists` are filter lists in loading order; an empty tuple blocks nothing.
    `extra_rules` are further rules in Adblock Plus syntax.
    """

    id: str
    title: str
    description: str
    reviewed: str
    sources: tuple[str, ...]
    lists: tuple[ListSource, ...] = ()
    extra_rules: tuple[str, ...] = ()
    third_party_cookies: bool = True
    source_host: str = ""

    @property
    def is_blocking(self) -> bool:
        return bool(self.lists or self.extra_rules)
