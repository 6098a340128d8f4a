"""What do the steps of one journey share?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from playwright.async_api import Page

from harness.model.recording import ConsentChoice, Conversion, Exchange
from harness.record.backend import Backend
from harness.record.chosen_answers import ChosenAnswer
from harness.record.elements import SelectorError
from harness.record.uploads import Uploads

Arguments = Mapping[str, Any]


class StepFailedError(Exception):
    """A step could not be done; the text says what was looked for and what was found instead."""


class Surveyor(Protocol):
    """What the run has sent so far, from its browsers and its servers, and what of it is a vendor's call."""

    def exchanges(self) -> Sequence[Exchange]: ...
    def has_call(self, vendor: str, event: str, channel: str) -> bool: ...


@dataclass(slots=True, kw_only=True)
class Device:
    """The browser a leg is done with. The last of its tabs is the one that the steps are about."""

    tabs: list[Page]
    open_tab: Callable[[], Awaitable[Page]]
    cut_off: Callable[[bool], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Visit:
    """The device at hand, where the visit takes place, and what was learned on the way."""

    device: Device | None
    site_url: str
    data_layer: str
    timeout: float
    clock: Callable[[], float]
    variables: dict[str, str]
    backend: Backend
    surveyor: Surveyor
    answer: Callable[[ChosenAnswer], None]
    uploads: Uploads
    may_order: bool = True
    pause: float = 0.0
    step: int = 0
    leg: int = 0
    conversions: list[Conversion] = field(default_factory=list)
    no_conversions: list[str] = field(default_factory=list)
    consents: list[ConsentChoice] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.browser.tabs[-1]

    @property
    def browser(self) -> Device:
        if self.device is None:
            raise StepFailedError("there is no browser in this part of the journey")
        return self.device


def needed(arguments: Arguments, name: str, *, may_be_empty: bool = False) -> Any:
    value = arguments.get(name)
    if value is None or (value == "" and not may_be_empty):
        raise SelectorError(f'"{name}" is missing')
    return value
