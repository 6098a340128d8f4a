"""Stand-ins for the vendors' scripts, written from their documented behaviour; none of it is vendor code."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Host, Route, Router

from harness.demo import places
from harness.demo.options import Options

TAGS = files("harness.demo") / "tags"
TAG_UIDS = (11, 12, 13, 20)
SETTINGS = "__SETTINGS__"


def script_hosts(options: Options) -> list[Host]:
    """One router a host; the path decides about the file, as at the vendor."""
    settings = _tealium_settings(options)
    folder = f"/utag/{places.TEALIUM_ACCOUNT}/{places.TEALIUM_PROFILE}/prod"
    return [
        _host(places.META_SCRIPT_HOST, ("/en_US/fbevents.js", "fbevents.js"), ("/signals/config/{pixel}", "config.js")),
        _host(places.GOOGLE_SCRIPT_HOST, ("/gtag/js", "gtag.js")),
        _host(places.TEADS_SCRIPT_HOST, ("/teads-fellow.js", "teads-fellow.js")),
        _host(
            places.TEALIUM_SCRIPT_HOST,
            (f"{folder}/utag.js", "utag.js"),
            *((f"{folder}/utag.{uid}.js", f"utag.{uid}.js") for uid in TAG_UIDS),
            settings=settings,
        ),
    ]


def _host(host: str, *scripts: tuple[str, str], settings: str = "") -> Host:
    routes = [Route(path, _answer(file, settings)) for path, file in scripts]
    return Host(host, app=Router(routes))


def _answer(file: str, settings: str) -> Callable[[Request], Response]:
    text = (TAGS / file).read_text(encoding="utf-8").replace(SETTINGS, settings)

    def answer(request: Request) -> Response:
        headers = {"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
        return Response(text, media_type="text/javascript", headers=headers)

    return answer


def _tealium_settings(options: Options) -> str:
    """What the account's owner set up in the tag manager, faults included: it is published inside utag.js."""
    third_party = options.collect == "tealium" or options.has("collect-third-party")
    return json.dumps(
        {
            "account": places.TEALIUM_ACCOUNT,
            "profile": places.TEALIUM_PROFILE,
            "environment": "prod",
            "collectHost": places.TEALIUM_COLLECT_HOST if third_party else places.FIRST_PARTY_COLLECT_HOST,
            "collectForm": options.collect_form,
            "clickParameters": places.CLICK_PARAMETERS,
            "metaPixel": places.META_PIXEL,
            "googleTag": places.GOOGLE_TAG,
            "googleLabel": places.GOOGLE_LABEL,
            "teadsPixel": places.TEADS_PIXEL,
            "faults": options.faults,
        }
    )
