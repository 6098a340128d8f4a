"""What does one request say, whatever its transport?

A request becomes a document with these sections: `query` and `param` (query and form fields together), `body`
(JSON value, XML elements, form fields or text), `path` (named groups of the matched path), `matrix` (`;key=value` parts
of the path), `header`, `cookie`, `page` (query of the page that sent it) and `url`.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from harness.decode.markup import markup_value
from harness.decode.paths import Document
from harness.model.recording import Body, Request

_MULTIPART_NAME = re.compile(r'name="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_FORM = re.compile(r"^[\w.\[\]%-]+=[^\s]*$")
_BASE64 = re.compile(r"[\w-]{16,}={1,2}")  # padded, which looks like a field without a value
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)


def document_of(request: Request, page: str = "") -> Document:
    """The document of a request. Never raises: what cannot be parsed stays text."""
    host, raw_path, raw_query = address_of(request.url)
    query = _pairs(raw_query)
    headers = {name.lower(): value for name, value in request.headers}
    body = body_value(request.body, headers.get("content-type", ""))
    return {
        "url": {"host": host, "path": raw_path},
        "query": query,
        "param": {**query, **{key: value for key, value in body.items() if _is_scalar(value)}}
        if isinstance(body, dict) and not _is_structured(headers.get("content-type", ""), request.body)
        else dict(query),
        "body": body,
        "path": {},
        "matrix": _pairs(raw_path.split(";", 1)[1], separator=";") if ";" in raw_path else {},
        "header": headers,
        "cookie": _cookies(headers.get("cookie", "")),
        "page": _page_query(page),
    }


def address_of(url: str) -> tuple[str, str, str]:
    """Host, path and query. A file that is handed to a vendor has no host; `upload:<vendor>` stands in its place."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return "", url, ""
    return (f"upload:{host}" if parts.scheme == "upload" else host), parts.path, parts.query


def body_text(body: Body | None) -> str:
    """The body as text; bytes that are no UTF-8 become replacement characters."""
    if body is None:
        return ""
    if body.text is not None:
        return body.text
    try:
        return base64.b64decode(body.base64 or "", validate=False).decode("utf-8", "replace")
    except ValueError:
        return ""


def body_value(body: Body | None, content_type: str) -> Any:
    """The body read by its content type, or by its looks where the type says nothing, as with `sendBeacon`."""
    text = body_text(body)
    if not text:
        return {}
    kind = content_type.lower()
    if "text/csv" in kind or "jsonl" in kind:
        return text  # a file, of which only a spec knows the rows
    if "multipart/form-data" in kind or text.startswith("--"):
        fields = _multipart(text, content_type)
        if fields:
            return fields
    if "json" in kind or text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    if _is_xml(kind, text):
        found = markup_value(text)
        return text if found is None else found
    if "x-www-form-urlencoded" in kind or (_FORM.match(text) and not _BASE64.fullmatch(text)):
        return _pairs(text.strip())
    return text


def _is_structured(content_type: str, body: Body | None) -> bool:
    """Is it JSON or XML, whose keys are no parameters?"""
    kind, text = content_type.lower(), body_text(body)
    return "json" in kind or text.lstrip()[:1] in ("{", "[") or _is_xml(kind, text)


def _is_xml(kind: str, text: str) -> bool:
    return "xml" in kind or text.lstrip("\ufeff \t\r\n").startswith("<?xml")


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float | bool | list)


def _pairs(text: str, separator: str = "&") -> dict[str, Any]:
    """Parameters by name; a repeated name becomes a list, an empty value stays."""
    found: dict[str, Any] = {}
    try:
        pairs: Iterable[tuple[str, str]] = parse_qsl(text, keep_blank_values=True, separator=separator)
    except ValueError:
        pairs = ()
    for name, value in pairs:
        _add(found, name, value)
    return found


def _add(found: dict[str, Any], name: str, value: str) -> None:
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list):
        found[name].append(value)
    else:
        found[name] = [found[name], value]


def _multipart(text: str, content_type: str) -> dict[str, Any]:
    """The fields of a multipart body; files by their content. Works on text, which form fields of tags are."""
    named = _BOUNDARY.search(content_type)
    boundary = "--" + named[1].strip() if named else text.split("\n", 1)[0].rstrip("\r")
    found: dict[str, Any] = {}
    for part in text.split(boundary)[1:]:
        if part.startswith("--"):
            break
        head, blank, content = part.lstrip("\r\n").partition("\r\n\r\n")
        if not blank:
            head, blank, content = part.lstrip("\n").partition("\n\n")
        name = _MULTIPART_NAME.search(head)
        if name:
            _add(found, name[1], content[:-2] if content.endswith("\r\n") else content.rstrip("\n"))
    return found


def _cookies(header: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in header.split(";") if "=" in part)
    return {name: unquote(value) for name, _, value in pairs}


def _page_query(page: str) -> dict[str, Any]:
    try:
        return _pairs(urlsplit(page).query)
    except ValueError:
        return {}
