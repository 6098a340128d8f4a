"""Small sites with tags and server calls, healthy or with chosen faults: what the harness is tried on."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from harness.demo.app import hosts_of
from harness.demo.faults import FAULTS, Fault
from harness.demo.options import Options, options_from
from harness.demo.places import PLACES
from harness.demo.vendors import VENDORS

__all__ = ["FAULTS", "PLACES", "VENDORS", "WIRINGS", "DemoSite", "Fault", "site"]

WIRINGS = {
    "direct": "tags on the page, server calls from the site",
    "tealium": "tags in Tealium iQ, server calls from its connectors",
    "server-gtm": "tags on the page, server calls from a server-side tag container",
}

DATA_LAYERS = {
    "direct": "window.dataLayer",
    "server-gtm": "window.dataLayer",
    "tealium": "(window.dataLayer || []).concat(window.utag_data || [])",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSite:
    """How to start the site and where it answers.

    `command` prints one line, `{"ready": {"port": ...}}`, and ends when its standard input closes.
    """

    url: str
    hosts: tuple[str, ...]
    command: tuple[str, ...]
    data_layer: str


def site(name: str, options: Mapping[str, str | list[str]]) -> DemoSite:
    """The site of that name with these options; an InputError names every option that cannot be used."""
    chosen = options_from(options, name)
    arguments = ("--port", "0", "--site", name, "--options", json.dumps(_as_json(chosen)))
    return DemoSite(
        url=chosen.place.url,
        hosts=hosts_of(chosen),
        command=(sys.executable, "-m", "harness.demo", *arguments),
        data_layer=DATA_LAYERS[chosen.wiring],
    )


def _as_json(chosen: Options) -> dict[str, str | list[str]]:
    return {
        "wiring": chosen.wiring,
        "collect": chosen.collect,
        "collect_form": chosen.collect_form,
        "faults": list(chosen.faults),
        "vendors": list(chosen.vendors),
    }
