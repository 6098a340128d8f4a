"""How is one field of a recorded request changed, wherever its vendor has it?

An event tells where each of its fields stood (`body/data/0/event_id`, `param/ed/value`, `matrix/cost`). The request is
taken apart there, changed and put together again: query, form, JSON, and JSON inside of any of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

from harness.model.recording import Body, Request

# What becomes of a value; `GONE` takes the field away.
Change = Callable[[Any], Any]
GONE = object()
_SHORT = 8
# Between signs that are no letters or digits, or after one that is percent-encoded.
_WORD = r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{{2}})){}(?![A-Za-z0-9])"


class NotThereError(Exception):
    """Nothing could be changed: the field is not where it was said to be."""


def edited(request: Request, path: str, change: Change) -> Request:
    """The request with the value at `path` changed; raises `NotThereError`."""
    section, _, rest = path.partition("/")
    edit = _SECTIONS.get(section)
    if edit is None or not rest:
        raise NotThereError(path)
    return edit(request, rest.split("/"), change)


def added(request: Request, path: str, value: Any) -> Request:
    """The request with a field that it did not have, at `path`; raises `NotThereError` where it cannot hold one."""
    section, _, rest = path.partition("/")
    parts = urlsplit(request.url)
    if section in ("query", "param") and rest and "/" not in rest:
        pairs = [*parse_qsl(parts.query, keep_blank_values=True), (rest, value)]
        return replace(request, url=urlunsplit(parts._replace(query=urlencode(pairs, quote_via=quote))))
    text = request.body.text if request.body is not None and request.body.text is not None else ""
    if section != "body" or text.lstrip()[:1] != "{":
        raise NotThereError(path)
    document = json.loads(text)
    *way, last = rest.split("/")
    holder = document
    for key in way:
        holder = holder[int(key)] if isinstance(holder, list) else holder.setdefault(key, {})
    holder[last] = value
    return replace(request, body=_body(json.dumps(document)))


def substituted(request: Request, old: str, new: str) -> Request:
    """The request with one text in place of another in URL and body, however it is percent-encoded there.

    A short text is one only as a whole word: `de` stands in many an ID by chance.
    """
    forms = dict.fromkeys([(old, new), (quote(old, safe=""), quote(new, safe="")), (quote_plus(old), quote_plus(new))])

    def put(text: str) -> str:
        for found, wanted in forms:
            whole = re.escape(found) if len(found) > _SHORT else _WORD.format(re.escape(found))
            text = re.sub(whole, wanted.replace("\\", r"\\"), text)
        return text

    url, body = put(request.url), request.body
    if body is not None and body.text is not None:
        body = _body(put(body.text))
    if (url, body) == (request.url, request.body):
        raise NotThereError(old)
    return replace(request, url=url, body=body)


def _in_query(request: Request, keys: list[str], change: Change) -> Request:
    parts = urlsplit(request.url)
    pairs = _changed_pairs(parse_qsl(parts.query, keep_blank_values=True), keys, change)
    return replace(request, url=urlunsplit(parts._replace(query=urlencode(pairs, quote_via=quote))))


def _in_param(request: Request, keys: list[str], change: Change) -> Request:
    """A parameter is in the query or in a form."""
    try:
        return _in_query(request, keys, change)
    except NotThereError:
        return _in_form(request, keys, change)


def _in_form(request: Request, keys: list[str], change: Change) -> Request:
    text = request.body.text if request.body is not None and request.body.text is not None else ""
    if text.startswith("--"):
        raise NotThereError("/".join(keys))
    pairs = _changed_pairs(parse_qsl(text, keep_blank_values=True), keys, change)
    return replace(request, body=_body(urlencode(pairs, quote_via=quote)))


def _in_body(request: Request, keys: list[str], change: Change) -> Request:
    text = request.body.text if request.body is not None and request.body.text is not None else ""
    if text.lstrip()[:1] in ("{", "["):
        return replace(request, body=_body(json.dumps(_changed(json.loads(text), keys, change))))
    return _in_form(request, keys, change)


def _in_matrix(request: Request, keys: list[str], change: Change) -> Request:
    """The `;key=value` parts of a path; they may end with a `?` that is none."""
    parts = urlsplit(request.url)
    path, *fields = parts.path.split(";")
    pairs = [tuple(field.split("=", 1)) if "=" in field else (field, "") for field in fields]
    decoded = [(name, _unquoted(value)) for name, value in pairs]
    changed = _changed_pairs(decoded, keys, change)
    text = ";".join([path, *(f"{name}={quote(str(value), safe='')}" for name, value in changed)])
    return replace(request, url=urlunsplit(parts._replace(path=text)))


def _in_header(request: Request, keys: list[str], change: Change) -> Request:
    (name,) = keys
    headers = []
    found = False
    for each, value in request.headers:
        if each.lower() != name:
            headers.append((each, value))
            continue
        found = True
        new = change(value)
        if new is not GONE:
            headers.append((each, str(new)))
    if not found:
        raise NotThereError(name)
    return replace(request, headers=tuple(headers))


_SECTIONS: dict[str, Callable[[Request, list[str], Change], Request]] = {
    "query": _in_query,
    "param": _in_param,
    "body": _in_body,
    "matrix": _in_matrix,
    "header": _in_header,
}


def _changed_pairs(pairs: list[Any], keys: list[str], change: Change) -> list[tuple[str, Any]]:
    """Every pair of that name, changed; deeper keys are those of the JSON it holds."""
    name, *deeper = keys
    if all(each != name for each, _ in pairs):
        raise NotThereError(name)
    found = []
    for each, value in pairs:
        new = value if each != name else (_inside(value, deeper, change) if deeper else change(value))
        if new is not GONE:
            found.append((each, new))
    return found


def _inside(value: Any, keys: list[str], change: Change) -> Any:
    """JSON in a text; a vendor's own lists around it are looked through."""
    if not isinstance(value, str):
        return _changed(value, keys, change)
    try:
        document = json.loads(value)
    except ValueError:
        raise NotThereError("/".join(keys)) from None
    return json.dumps(_changed(document, keys, change), separators=(",", ":"))


def _changed(value: Any, keys: list[str], change: Change) -> Any:
    if not keys:
        return change(value)
    if isinstance(value, str):
        return _inside(value, keys, change)
    head, rest = keys[0], keys[1:]
    if isinstance(value, list):
        return _changed_item(value, keys, change)
    if not isinstance(value, dict) or head not in value:
        raise NotThereError(head)
    new = _changed(value[head], rest, change)
    return {key: new if key == head else item for key, item in value.items() if key != head or new is not GONE}


def _changed_item(items: list[Any], keys: list[str], change: Change) -> Any:
    """By its number, or the only item that has the rest."""
    head, rest = keys[0], keys[1:]
    if head.isdecimal():
        if int(head) >= len(items):
            raise NotThereError(head)
        new = [_changed(item, rest, change) if index == int(head) else item for index, item in enumerate(items)]
        return [item for item in new if item is not GONE]
    for index, item in enumerate(items):
        try:
            changed = _changed(item, keys, change)
        except NotThereError:
            continue
        return [*items[:index], changed, *items[index + 1 :]]
    raise NotThereError(head)


def _body(text: str) -> Body:
    return Body(text=text, size=len(text.encode()))


def _unquoted(text: str) -> str:
    return parse_qsl(f"a={text.replace('+', '%2B')}", keep_blank_values=True)[0][1]
