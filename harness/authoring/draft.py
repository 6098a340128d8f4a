"""What does a scenario need that is about to be written?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStep:
    """One step as the file will say it; `note` becomes a comment before it."""

    verb: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftVendor:
    """`accounts` by channel, `names` by generic event and channel; `note` becomes a comment before it."""

    vendor: str
    accounts: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    lateness: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`site` has the keys of a scenario's site. `schema` is where editors find the JSON Schema, from the file's place.

    `consent` has the steps by which the site's question is answered. `notes` are comments above the journey.
    """

    id: str
    title: str
    schema: str
    site: Mapping[str, Any]
    vendors: tuple[DraftVendor, ...]
    steps: tuple[DraftStep, ...]
    profiles: tuple[str, ...] = ("none", "ublock")
    server_calls: Mapping[str, Any] = field(default_factory=dict)
    persona: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    consent: Mapping[str, tuple[DraftStep, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
