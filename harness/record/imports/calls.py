"""What does a log of server calls say, a JSON object a line?

The form of our own is described in docs/audits.md; others are data, in `vendor_specs/call_logs.yaml`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from harness.errors import InputError, Mistake
from harness.model.recording import Body, EvidenceSource, Exchange, Fate, Headers, Origin, Request, Response
from harness.model.visit import CallLogForm
from harness.record.imports.content import WITH_BODY, ImportedFile, is_web, moment_of, unkept
from harness.record.imports.remarks import Remarks
from harness.record.messages import body_from, unzipped

_WORDS = ("time", "method", "url", "headers", "body", "base64", "status", "response_headers", "response")
_NEEDED = ("time", "url")
_MOST_MISTAKES = 20
# Seconds would be those of a time 3,000 years ahead.
_MILLISECONDS = 1e11
_TIME = "a time with its zone, such as 2026-11-22T08:00:00Z, or Unix seconds"


class _WrongError(Exception):
    """What is wrong with one line: `found`, and what was `expected`."""

    def __init__(self, found: str, expected: str = "", remedy: str = "") -> None:
        self.found, self.expected, self.remedy = found, expected, remedy
        super().__init__(found)


@dataclass(slots=True)
class _Call:
    """A call by the words of our own form, and what answers must have in common with it."""

    words: dict[str, Any]
    line: int
    joined: tuple[Any, ...] = ()
    answer: dict[str, Any] = field(default_factory=dict)


def read_calls(path: Path, content: bytes, number: int, forms: Sequence[CallLogForm]) -> ImportedFile:
    """The calls of a log; an InputError names every line that is none."""
    calls: list[_Call] = []
    mistakes: list[Mistake] = []
    used: dict[str, CallLogForm] = {}
    count = 0
    for line, text in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not text.strip():
            continue
        count += 1
        try:
            _take(_object(text), line, calls, forms, used)
        except _WrongError as wrong:
            mistakes.append(_mistake(path, line, text, wrong))
    exchanges: list[Exchange] = []
    for index, call in enumerate(calls):
        try:
            exchanges.append(_exchange(call, f"{number}-{index + 1:04d}"))
        except _WrongError as wrong:
            mistakes.append(_mistake(path, call.line, b"", wrong))
    if mistakes:
        raise InputError(_shown(path, sorted(mistakes, key=lambda each: each.line)))
    remarks = Remarks()
    remarks.look_at(exchanges)
    return ImportedFile(
        source=EvidenceSource(
            name=path.name,
            kind=next((form.title for form in used.values()), "log of server calls (JSON lines)"),
            origin=Origin.SERVER,
            entries=count,
            taken=len(exchanges),
            lacks=remarks.told(),
        ),
        exchanges=tuple(exchanges),
        is_received=any(form.is_received for form in used.values()),
    )


def _take(
    line: Mapping[str, Any], number: int, calls: list[_Call], forms: Sequence[CallLogForm], used: dict[str, CallLogForm]
) -> None:
    """A line of our own form is a call; one of another form is a call, an answer to an earlier one, or neither."""
    for form in forms:
        said = _said(line, form)
        if said is None:
            continue
        used[form.id] = form
        joined = tuple(str(_at(said, path)) for path in form.joined_by)
        if form.answers and _is(said, form.answers):
            open_calls = (call for call in calls if call.joined == joined and not call.answer)
            call = next(open_calls, None)
            if call is not None:
                call.answer = _words(form.response, said, line)
        elif _is(said, form.asks):
            words = _words(form.request, said, line)
            if form.sent_to:
                words = {"url": form.sent_to, "body": said, **words}
            calls.append(_Call(_with_seconds(words), number, joined))
        return
    unknown = [name for name in line if name not in _WORDS]
    if unknown:
        raise _WrongError(
            f'unknown key "{unknown[0]}"', f"some of {', '.join(_WORDS)}, or a line of a log that is known"
        )
    calls.append(_Call(dict(line), number))


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise _WrongError(str(problem), "whole JSON in one line", "write each call in a line of its own") from None
    if not isinstance(found, dict):
        raise _WrongError(f"a JSON {type(found).__name__}", "a JSON object")
    return found


def _said(line: Mapping[str, Any], form: CallLogForm) -> Mapping[str, Any] | None:
    for found in (*(_at(line, path) for path in form.inside), line):
        if isinstance(found, str) and found.lstrip().startswith("{"):
            try:
                found = json.loads(found)
            except ValueError:
                continue
        if isinstance(found, Mapping) and all(_at(found, path) not in (None, "") for path in form.has):
            return found
    return None


def _at(value: Any, path: str) -> Any:
    """What stands there; a key may itself have dots in it."""
    if not isinstance(value, Mapping):
        return None
    if path in value:
        return value[path]
    key, dot, rest = path.partition(".")
    return _at(value.get(key), rest) if dot else None


def _is(said: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return all(str(_at(said, path)) == value for path, value in wanted.items())


def _words(fields: Mapping[str, Sequence[str]], said: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        name: next((value for path in paths for value in (_at(said, path), _at(line, path)) if value is not None), None)
        for name, paths in fields.items()
    }
    return {name: value for name, value in found.items() if value is not None}


def _with_seconds(words: dict[str, Any]) -> dict[str, Any]:
    """Other programs write milliseconds, too."""
    time = words.get("time")
    if isinstance(time, int | float) and not isinstance(time, bool) and time > _MILLISECONDS:
        return {**words, "time": time / 1000}
    return words


def _exchange(call: _Call, name: str) -> Exchange:
    words = call.words
    for needed in _NEEDED:
        if words.get(needed) in (None, ""):
            raise _WrongError(f"no {needed}", _TIME if needed == "time" else "the URL that was called")
    if not isinstance(words["url"], str) or not is_web(words["url"]):
        raise _WrongError(f"the url is {words['url']!r}", "a whole URL that begins with https:// or http://")
    headers, body = _headers(words.get("headers")), _body(words)
    if isinstance(words.get("body"), dict | list) and not any(key.lower() == "content-type" for key, _ in headers):
        headers = (*headers, ("content-type", "application/json"))
    method = str(words.get("method", "POST" if body is not None else "GET")).upper()
    if body is None and method in WITH_BODY:
        body = unkept(1)  # the log left it out: nobody calls a vendor to say nothing
    answer = {"status": words.get("status"), "headers": words.get("response_headers"), "body": words.get("response")}
    response = _response({**answer, **call.answer})
    started_at = _time(words["time"])
    return Exchange(
        id=name,
        origin=Origin.SERVER,
        started_at=started_at,
        ended_at=_time(_with_seconds(call.answer)["time"]) if "time" in call.answer else None,
        request=Request(method=method, url=words["url"], headers=headers, body=body),
        response=response,
        fate=Fate.ANSWERED if response is not None else Fate.PENDING,
    )


def _time(value: Any) -> float:
    if isinstance(value, str) and value.replace(".", "", 1).isdigit():
        value = float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value > _MILLISECONDS:
            raise _WrongError(f"the time is {value}, which looks like milliseconds", _TIME)
        return float(value)
    moment = moment_of(value) if isinstance(value, str) else None
    if moment is None or not moment[1]:
        missing = " without a zone" if moment is not None else ""
        raise _WrongError(f"the time is {value!r}{missing}", _TIME)
    return moment[0]


def _headers(value: Any) -> Headers:
    pairs: Iterator[Any] = iter(value.items() if isinstance(value, dict) else value or ())
    try:
        return tuple((str(name), str(text)) for name, text in pairs)
    except (TypeError, ValueError):
        raise _WrongError(
            "headers of another shape", 'an object of names and values, or a list of ["name", "value"]'
        ) from None


def _body(words: Mapping[str, Any]) -> Body | None:
    if words.get("base64"):
        try:
            return body_from(unzipped(base64.b64decode(words["base64"], validate=True)))
        except (ValueError, TypeError):
            raise _WrongError("base64 that cannot be decoded", "the bytes of the body in base64") from None
    return _content(words.get("body"))


def _content(value: Any) -> Body | None:
    if value in (None, ""):
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return body_from(text.encode("utf-8", "replace"))


def _response(answer: Mapping[str, Any]) -> Response | None:
    status = answer.get("status")
    if status in (None, ""):
        return None
    if not str(status).isdigit():
        raise _WrongError(f"the status is {status!r}", "an HTTP status such as 200")
    return Response(status=int(status), headers=_headers(answer.get("headers")), body=_content(answer.get("body")))


def _mistake(path: Path, line: int, text: bytes, wrong: _WrongError) -> Mistake:
    start = text.decode("utf-8", "replace")
    column = len(start) - len(start.lstrip()) + 1
    return Mistake(
        file=str(path), line=line, column=column, found=wrong.found, expected=wrong.expected, remedy=wrong.remedy
    )


def _shown(path: Path, mistakes: Sequence[Mistake]) -> Sequence[Mistake]:
    """All, unless the whole file is of another kind."""
    if len(mistakes) <= _MOST_MISTAKES:
        return mistakes
    found = f"{len(mistakes) - _MOST_MISTAKES} more lines are wrong"
    return [*mistakes[:_MOST_MISTAKES], Mistake(file=str(path), found=found, remedy="see docs/audits.md for the form")]
