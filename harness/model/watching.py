"""What a person did in a browser while the harness looked on. It holds what they typed, so it lives in memory only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.model.recording import Exchange

Selector = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenElement:
    """`selectors` are the ways to name it in a step, the best first; each named it alone when it was seen."""

    selectors: tuple[Selector, ...] = ()
    tag: str = ""
    type: str = ""
    autocomplete: str = ""
    name: str = ""
    label: str = ""
    placeholder: str = ""
    input_mode: str = ""
    options: tuple[str, ...] = ()
    is_shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAction:
    """`kind` is a step's verb (`open`, `click`, `fill`, `select`, `check`, `press`, `reload`, `back`, `new_tab`), or
    `file`, `in_frame`, or `shown`: what the person pointed at as the site's confirmation."""

    kind: str
    at: float
    url: str = ""
    element: SeenElement = SeenElement()
    value: str = ""
    key: str = ""
    checked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenText:
    text: str
    selectors: tuple[Selector, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """What a page showed when it was looked at last, and what its data layer held."""

    url: str
    at: float
    shown: tuple[SeenText, ...] = ()
    layer: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedVisit:
    """All of it, in order. `refused_hosts` are those that the browser asked for and was not let to."""

    actions: tuple[SeenAction, ...] = ()
    pages: tuple[SeenPage, ...] = ()
    exchanges: tuple[Exchange, ...] = field(default=())
    refused_hosts: tuple[str, ...] = ()
