"""What somebody says of a visit that other programs have seen: who came, what was ordered, who should hear of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.model.persona import Persona
from harness.model.recording import Conversion
from harness.model.scenario import VendorAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDescription:
    """A description of a visit. The persona is a real one and is kept in memory only.

    `orders` that say no time have 0 there. `profile` is the one the browser was protected by, if it is known. With
    `server_calls_complete` the calls that were handed over are all that the site's servers sent about the visit.
    """

    persona: Persona
    title: str = ""
    site: str = ""
    vendors: tuple[VendorAccount, ...] = ()
    orders: tuple[Conversion, ...] = ()
    profile: str = ""
    consent: str = ""
    server_calls_complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLogForm:
    """How the lines of a log that is not ours tell of a call; a path is that of keys, with dots between them.

    What a line says stands at the first path of `inside` that is there, as an object or as its JSON, or in the line
    itself; it is of this form if it has all keys of `has`. `request` and `response` map the words of our own form to
    paths; `asks` and `answers` are what a line says from which they are read, and `joined_by` what an answer has in
    common with its request. `sent_to` is where calls went of which the log has the body alone. With `is_received` it
    tells what a collector was sent.
    """

    id: str
    title: str
    has: tuple[str, ...]
    inside: tuple[str, ...] = ()
    asks: dict[str, str]
    request: dict[str, tuple[str, ...]]
    answers: dict[str, str] = field(default_factory=dict)
    response: dict[str, tuple[str, ...]] = field(default_factory=dict)
    joined_by: tuple[str, ...] = ()
    sent_to: str = ""
    is_received: bool = False
