"""Which site is it, how is it wired, and which faults has it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from harness.demo.faults import FAULTS
from harness.demo.places import PLACES, Place
from harness.demo.vendors import VENDORS
from harness.errors import InputError, Mistake

CHOICES = {
    "wiring": ("direct", "tealium", "server-gtm"),
    "collect": ("first-party", "tealium"),
    "collect_form": ("i.gif", "http"),
}
LISTS = ("faults", "vendors")
PLACE = "options of the demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`site` is one of PLACES, `collect` the host the Tealium Collect tag calls, `collect_form` the shape of its
    request, `vendors` those the site has tags and server calls of."""

    site: str = "shop"
    wiring: str = "direct"
    collect: str = "first-party"
    collect_form: str = "i.gif"
    faults: tuple[str, ...] = ()
    vendors: tuple[str, ...] = tuple(VENDORS)

    @property
    def place(self) -> Place:
        return PLACES[self.site]

    def has(self, fault: str) -> bool:
        return fault in self.faults


def options_from(given: Mapping[str, str | list[str]], site: str = "shop") -> Options:
    """Options of this site as a scenario writes them; faults and vendors are a list or text with commas."""
    mistakes = [] if site in PLACES else [_unknown("site", site, tuple(PLACES))]
    mistakes += [_unknown("option", key, (*CHOICES, *LISTS)) for key in given if key not in (*CHOICES, *LISTS)]
    chosen = {key: _text(given[key]) for key in CHOICES if key in given}
    mistakes += [_unknown(key, value, CHOICES[key]) for key, value in chosen.items() if value not in CHOICES[key]]
    faults = tuple(dict.fromkeys(_names(given.get("faults", ()))))
    wanted = tuple(_names(given.get("vendors", tuple(VENDORS))))
    mistakes += [_unknown("vendor", name, tuple(VENDORS)) for name in wanted if name not in VENDORS]
    wiring = chosen.get("wiring", "direct")
    mistakes += _fault_mistakes(faults, wiring)
    if mistakes:
        raise InputError(mistakes)
    return Options(**chosen, site=site, faults=faults, vendors=tuple(name for name in VENDORS if name in wanted))


def _fault_mistakes(faults: Iterable[str], wiring: str) -> Iterable[Mistake]:
    for name in faults:
        if name not in FAULTS:
            yield _unknown("fault", name, tuple(FAULTS))
        elif wiring in CHOICES["wiring"] and wiring not in FAULTS[name].wirings:
            yield Mistake(
                file=PLACE,
                found=f'fault "{name}" does not exist in wiring "{wiring}"',
                expected="wiring " + " or ".join(FAULTS[name].wirings),
            )


def _unknown(kind: str, value: str, allowed: tuple[str, ...]) -> Mistake:
    close = get_close_matches(value, allowed, n=1)
    return Mistake(
        file=PLACE,
        found=f'unknown {kind} "{value}"',
        expected="" if close else "one of " + ", ".join(allowed),
        remedy=f'did you mean "{close[0]}"?' if close else "",
    )


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _names(value: str | Iterable[str]) -> Iterable[str]:
    parts = value.split(",") if isinstance(value, str) else value
    return (part.strip() for part in parts if part.strip())
