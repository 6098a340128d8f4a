"""Stand-ins for the vendors' scripts, written from their documented behaviour; none of it is vendor code.

The sites' own tags are assembled here, too: what a page loads, and what the tag manager publishes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.demo import places
from harness.demo.options import Options
from harness.demo.vendors import CLICK_PARAMETERS, ga4, vendors_in
from harness.demo.vendors.vendor import DemoVendor

TAGS = files("harness.demo") / "tags"
COLLECT_UID = 20
Answer = Callable[[Request], Response]


def scripts_of(options: Options) -> dict[str, list[Route]]:
    """By host, the scripts it serves; the path decides about the files, as at the vendor."""
    # By address and name of the file, for vendors share scripts.
    sources: dict[tuple[str, str], dict[str, str]] = {}
    for vendor in _vendors(options):
        for script in vendor.scripts:
            *first, last = script.files
            known = sources.setdefault((script.host, script.path), {})
            ending = known.pop(last, "") or _file(vendor, last)
            known.update({file: _file(vendor, file) for file in first if file not in known}, **{last: ending})
    hosts: dict[str, list[Route]] = {places.TEALIUM_SCRIPT_HOST: _tealium_scripts(options)}
    for (host, path), texts in sources.items():
        hosts.setdefault(host, []).append(Route(path, _answer("".join(texts.values()))))
    return hosts


def _file(vendor: DemoVendor, name: str) -> str:
    return (files(vendor.folder).joinpath(*name.split("/"))).read_text(encoding="utf-8")


def page_tags(options: Options) -> Answer:
    """What a page of the wiring without a tag manager loads: the tags of all vendors, and their settings."""
    settings = f"window.shopTags.settings = {_json(_settings(options))};\n"
    text = "".join((_text("runner.js"), settings, *(_file(vendor, "tag.js") for vendor in _vendors(options))))
    return _answer(text, lasts="max-age=3600")


def _vendors(options: Options) -> list[DemoVendor]:
    """Those with a tag on the page. A container hears of everything through the tag of Google Analytics."""
    names = {*options.vendors, "ga4"} if options.wiring == "server-gtm" else {*options.vendors}
    return [vendor for name, vendor in vendors_in(options.wiring, options.place).items() if name in names]


def _tealium_scripts(options: Options) -> list[Route]:
    folder = options.place.tag_manager_folder
    loader = _text("utag.js").replace("__SETTINGS__", _json(_published(options)))
    templates = {
        vendor.uid: _text("runner.js") + _file(vendor, "tag.js") + _filled("utag.template.js", vendor)
        for vendor in _vendors(options)
    }
    templates[COLLECT_UID] = _text(f"utag.{COLLECT_UID}.js")
    return [
        Route(f"{folder}/utag.js", _answer(loader)),
        *(Route(f"{folder}/utag.{uid}.js", _answer(text)) for uid, text in templates.items()),
    ]


def _published(options: Options) -> dict[str, object]:
    """What the account's owner set up in the tag manager, faults included: it is published inside utag.js."""
    third_party = options.collect == "tealium" or options.has("collect-third-party")
    return {
        "account": options.place.tealium_account,
        "profile": places.TEALIUM_PROFILE,
        "environment": "prod",
        "collectHost": places.TEALIUM_COLLECT_HOST if third_party else options.place.collect_host,
        "collectForm": options.collect_form,
        "clickParameters": CLICK_PARAMETERS,
        "vendorTags": [vendor.uid for vendor in _vendors(options)],
        "vendors": _settings(options),
        "faults": options.faults,
    }


def _settings(options: Options) -> dict[str, object]:
    settings: dict[str, object] = {vendor.name: vendor.settings for vendor in _vendors(options)}
    if options.has("container-standard-path"):
        settings["ga4"] = ga4.standard_paths(options.place)
    return settings


def _filled(file: str, vendor: DemoVendor) -> str:
    """The template of a Tealium tag for this vendor."""
    values = {"__UID__": vendor.uid, "__VENDOR__": vendor.name, "__EVENT_IDS__": vendor.event_id_attributes}
    text = _text(file)
    for name, value in values.items():
        text = text.replace(name, _json(value))
    return text


def _text(file: str) -> str:
    return (TAGS / file).read_text(encoding="utf-8")


def _json(value: object) -> str:
    return json.dumps(value)


def _answer(text: str, lasts: str = "no-cache") -> Answer:
    def answer(request: Request) -> Response:
        headers = {"Cache-Control": lasts, "Access-Control-Allow-Origin": "*"}
        return Response(text, media_type="text/javascript", headers=headers)

    return answer
