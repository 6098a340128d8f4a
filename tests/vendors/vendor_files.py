"""The data files of the vendor tests, and the requests they describe in words of YAML."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from harness.load.documents import read_document
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.recording import Body, Exchange, Fate, Origin, Request, Response
from harness.model.scenario import VendorAccount
from harness.model.spec import VendorSpec

HERE = Path(__file__).parent
BOUNDARY = "----HarnessBoundary7MA4YWxk"


@cache
def specs() -> dict[str, VendorSpec]:
    return load_vendor_specs(packaged_specs())


def data_of(path: Path) -> Any:
    return read_document(path).data


def case_files(kind: str) -> list[Path]:
    return sorted(HERE.glob(f"*/{kind}/*.yaml"))


def name_of(path: Path) -> str:
    return str(path.relative_to(HERE).with_suffix(""))


def vendor_of(path: Path) -> str:
    return next(part for part in path.relative_to(HERE).parts)


def scenario_with(vendor: str) -> dict[str, VendorAccount]:
    """The accounts of a scenario with this vendor alone."""
    return {vendor: VendorAccount(vendor=vendor, channels=("tag", "capi", "collect"))}


def request_of(entry: dict[str, Any]) -> Request:
    """`query` is added to the URL; the body is one of `json`, `form`, `multipart` (lists repeat a field) and `text`.

    `times: {data: 1001}` repeats the first entry of the list at that path of the JSON (`""`: the whole), for batches
    that are too large.
    """
    url, headers, text = entry["url"], dict(entry.get("headers", {})), None
    if "query" in entry:
        url += ("&" if "?" in url else "?") + urlencode(entry["query"], doseq=True)
    if "json" in entry:
        text = json.dumps(_repeated(entry["json"], entry.get("times", {})))
        headers.setdefault("content-type", "application/json")
    elif "form" in entry:
        text = urlencode(entry["form"], doseq=True)
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
    elif "multipart" in entry:
        text = _multipart(entry["multipart"])
        headers.setdefault("content-type", f"multipart/form-data; boundary={BOUNDARY}")
    elif "text" in entry:
        text = entry["text"]
    body = None if text is None else Body(text=text, size=len(text.encode()))
    method = entry.get("method", "GET" if body is None else "POST")
    return Request(method=method, url=url, headers=tuple(headers.items()), body=body)


def _repeated(value: Any, times: dict[str, int]) -> Any:
    holder = {"json": deepcopy(value)}
    for path, count in times.items():
        *inner, last = ["json", *filter(None, path.split("/"))]
        place: Any = holder
        for key in inner:
            place = place[key]
        place[last] = place[last][:1] * count
    return holder["json"]


def _multipart(fields: dict[str, Any]) -> str:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{one}\r\n'
        for name, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    return "".join(parts) + f"--{BOUNDARY}--\r\n"


def exchanges_of(case: dict[str, Any]) -> list[Exchange]:
    """The exchanges of a case, a second apart unless `after` (seconds) says otherwise."""
    return [
        Exchange(
            id=f"e{index}",
            origin=Origin(entry.get("origin", "browser")),
            started_at=1_795_286_400.0 + entry.get("after", index),
            request=request_of(entry),
            response=_response(entry.get("response")),
            fate=Fate(entry.get("fate", "answered")),
            page=entry.get("page", ""),
        )
        for index, entry in enumerate(case["requests"])
    ]


def _response(entry: dict[str, Any] | None) -> Response | None:
    if entry is None:
        return None
    kind = "text/xml" if "text" in entry else "application/json"
    text = json.dumps(entry["body"]) if "body" in entry else entry.get("text")
    body = None if text is None else Body(text=text, size=len(text))
    return Response(status=entry["status"], headers=(("content-type", kind),), body=body)


def subset_faults(expected: Any, found: Any, at: str = "") -> list[str]:
    """Where `found` lacks something of `expected`; dicts may hold more, lists may not."""
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return [f"{at}: expected an object, found {found!r}"]
        missing = [f"{at}/{key}: nothing there" for key in expected if key not in found]
        return missing + [
            fault
            for key, value in expected.items()
            if key in found
            for fault in subset_faults(value, found[key], f"{at}/{key}")
        ]
    if isinstance(expected, list):
        if not isinstance(found, list | tuple) or len(found) != len(expected):
            return [f"{at}: expected {expected!r}, found {found!r}"]
        pairs = zip(expected, found, strict=True)
        return [fault for index, (one, two) in enumerate(pairs) for fault in subset_faults(one, two, f"{at}/{index}")]
    return [] if expected == found else [f"{at}: expected {expected!r}, found {found!r}"]
