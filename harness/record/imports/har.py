"""What does an HTTP Archive say, whichever browser or program saved it?

HAR 1.2: http://www.softwareishard.com/blog/har-12-spec/ (read 2026-11). What is not in it programs write under names of
their own, which begin with `_`. What each writes and leaves out was read in its code in November 2026: Chromium's
`front_end/models/har/Log.ts`, Firefox's `netmonitor/src/har/har-builder.js`, WebKit's `HARBuilder.js`, Playwright's
`harTracer.ts`, mitmproxy's `savehar.py`, Fiddler's `HTTPArchiveJSONExport`; of Charles, in archives that it wrote.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from harness.errors import InputError, Mistake
from harness.model.recording import Body, EvidenceSource, Exchange, Fate, Headers, Origin, Request, Response
from harness.record.har import CREATOR
from harness.record.imports.content import (
    WITH_BODY,
    ImportedFile,
    body_of_text,
    is_web,
    length_of,
    moment_of,
    placed_on_pages,
    type_of,
    unkept,
)
from harness.record.imports.remarks import Remarks
from harness.record.messages import body_from
from harness.record.storage import json_mistake

_BLOCKED = re.compile(r"BLOCKED_BY_(CLIENT|ADMINISTRATOR)|\bblocked\b", re.IGNORECASE)
# The page was left, or gave up waiting, after the request had gone out or before: nobody can tell.
_GIVEN_UP = re.compile(r"ABORTED|cancell?ed|disconnected|NS_BINDING|BLOCKED_BY_(ORB|RESPONSE)", re.IGNORECASE)
# Most of the bytes of a visit, and no vendor's answer to a call.
_PARTS_OF_PAGES = re.compile(
    r"(text|application)/(x-)?(javascript|css|ecmascript|wasm)|(font|audio|video)/", re.IGNORECASE
)
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
# A browser that sends none of these with nothing in it says `Content-Length: 0` (https://fetch.spec.whatwg.org).
_SAYS_IF_EMPTY = frozenset(("POST", "PUT"))
_ENCODED = re.compile(r"(?:[\w.~*!'()+-]|%[0-9A-Fa-f]{2})*", re.ASCII)
_REMEDY = "save it again; a download or an export that was cut short ends like this"


class _Named(msgspec.Struct):
    name: str = ""
    value: str | None = None
    file_name: str | None = msgspec.field(name="fileName", default=None)


class _Text(msgspec.Struct):
    """A body, of a request or a response."""

    kind: str | None = msgspec.field(name="mimeType", default=None)
    text: str | None = None
    params: list[_Named] | None = None
    encoding: str | None = None
    own_encoding: str | None = msgspec.field(name="_encoding", default=None)
    file: str | None = msgspec.field(name="_file", default=None)
    size: float | None = None


class _Request(msgspec.Struct):
    method: str
    url: str
    headers: list[_Named] | None = None
    data: _Text | None = msgspec.field(name="postData", default=None)
    body_size: float | None = msgspec.field(name="bodySize", default=None)


class _Response(msgspec.Struct):
    status: float | None = None
    headers: list[_Named] | None = None
    content: _Text | None = None
    error: Any = msgspec.field(name="_error", default=None)
    failure: Any = msgspec.field(name="_failureText", default=None)
    by_worker: Any = msgspec.field(name="_fetchedViaServiceWorker", default=None)
    outcome: str | None = msgspec.field(name="_charlesStatus", default=None)


class _Entry(msgspec.Struct):
    started: str = msgspec.field(name="startedDateTime")
    request: _Request
    response: _Response | None = None
    time: float | None = None
    page: str | None = msgspec.field(name="pageref", default=None)
    frame: str | None = msgspec.field(name="_frameref", default=None)
    type: str | None = msgspec.field(name="_resourceType", default=None)
    cached: Any = msgspec.field(name="_fromCache", default=None)
    by_worker: Any = msgspec.field(name="_fetchedViaServiceWorker", default=None)
    blocked: Any = msgspec.field(name="_blocked", default=None)
    blocked_reason: Any = msgspec.field(name="_blockedReason", default=None)
    fetched: str | None = msgspec.field(name="_fetchType", default=None)
    error: Any = msgspec.field(name="_error", default=None)
    of_script: Any = msgspec.field(name="_apiRequest", default=None)

    @property
    def via_worker(self) -> bool:
        in_response = self.response is not None and self.response.by_worker
        return bool(self.by_worker or in_response or self.fetched == "Service Worker")

    @property
    def is_cached(self) -> bool:
        return bool(self.cached) or self.fetched in ("Memory Cache", "Disk Cache")

    @property
    def trouble(self) -> str:
        response = self.response or _Response()
        return str(next((each for each in (response.error, response.failure, self.error) if each), ""))

    @property
    def status(self) -> int:
        """Of an answer that came; a proxy that had to break off says so beside the status."""
        response = self.response or _Response()
        return int(response.status or 0) if response.outcome in (None, "COMPLETE", "Complete") else 0


class _Program(msgspec.Struct):
    name: str | None = ""
    version: str | None = ""


class _Log(msgspec.Struct):
    entries: list[_Entry]
    creator: _Program | None = None
    browser: _Program | None = None


class _Archive(msgspec.Struct):
    log: _Log


@dataclass(frozen=True, slots=True, kw_only=True)
class _Archived:
    """An archive while it is read. `beside` are the contents of the files that it may name."""

    path: Path
    log: _Log
    origin: Origin
    beside: Callable[[str], bytes | None]
    remarks: Remarks


def read_har(
    path: Path, content: bytes, number: int, origin: Origin, beside: Mapping[str, bytes] | None = None
) -> ImportedFile:
    """The exchanges of an archive, and what it lacks; an InputError says where it is broken.

    `beside` has what else was in its zip file; without one the files in its folder are meant.
    """
    log = _parsed(path, content)
    _not_ours(path, log)
    remarks = Remarks()
    content_of = beside.get if beside is not None else _in_folder(path.parent)
    archived = _Archived(path=path, log=log, origin=origin, beside=content_of, remarks=remarks)
    exchanges = [*_exchanges(archived, number)]
    if origin is Origin.BROWSER:
        exchanges = [*placed_on_pages(exchanges)]
    remarks.look_at(exchanges)
    source = EvidenceSource(
        name=path.name,
        kind="HTTP Archive (HAR)",
        origin=origin,
        program=_program(log),
        entries=len(log.entries),
        taken=len(exchanges),
        lacks=remarks.told(),
    )
    return ImportedFile(source=source, exchanges=tuple(exchanges))


def _parsed(path: Path, content: bytes) -> _Log:
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return _decoded(content).log
    except msgspec.ValidationError as problem:
        text, _, place = str(problem).replace("`", "").partition(" - at ")
        found = f"{place.removeprefix('$.') or 'the file'}: {text[:1].lower()}{text[1:]}"
        raise InputError(
            [
                Mistake(
                    file=str(path),
                    found=found,
                    expected="an archive as HAR 1.2 describes it",
                    remedy="save it again, or mend this place",
                )
            ]
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise json_mistake(path, content, problem, _REMEDY) from None


def _not_ours(path: Path, log: _Log) -> None:
    """What a recording's own archive tells of is in the recording, and more."""
    if log.creator is not None and log.creator.name == CREATOR:
        found = "an archive that was made from a recording"
        raise InputError(
            [Mistake(file=str(path), found=found, remedy=f"audit the recording itself: {path.parent or '.'}")]
        )


def _program(log: _Log) -> str:
    named = [f"{each.name or ''} {each.version or ''}".strip() for each in (log.creator, log.browser) if each]
    return ", ".join(dict.fromkeys(name for name in named if name))


def _decoded(content: bytes) -> _Archive:
    try:
        return msgspec.json.decode(content, type=_Archive, strict=False)
    except msgspec.DecodeError as problem:
        if "surrogate" not in str(problem):
            raise
        # Bytes that are no text stand in a text one lone surrogate each, as Python programs write them.
        with suppress(json.JSONDecodeError):
            return msgspec.convert(json.loads(content), type=_Archive, strict=False)
        raise


def _in_folder(folder: Path) -> Callable[[str], bytes | None]:
    """Only what lies in it or below: a name in an archive must not lead anywhere else."""

    def content_of(name: str) -> bytes | None:
        beside = folder / name
        is_within = beside.resolve().is_relative_to(folder.resolve())
        return beside.read_bytes() if is_within and beside.is_file() else None

    return content_of


def _exchanges(archived: _Archived, number: int) -> Iterator[Exchange]:
    entries = [*_kept(archived.log.entries, archived.remarks)]
    pages = _page_entries(entries) if archived.origin is Origin.BROWSER else set()
    before = ""
    for index, entry in entries:
        archived.remarks.add("untimed", not entry.started)
        before = entry.started or before
        moment = moment_of(before)
        if moment is None:
            raise InputError(
                [
                    Mistake(
                        file=str(archived.path),
                        found=f"log.entries[{index}].startedDateTime is {entry.started!r}",
                        expected="a time such as 2026-11-22T08:00:00.000+01:00",
                    )
                ]
            )
        archived.remarks.add("unzoned", not moment[1])
        yield _exchange(archived, entry, f"{number}-{index + 1:04d}", moment[0], index in pages)


def _kept(entries: Sequence[_Entry], remarks: Remarks) -> Iterator[tuple[int, _Entry]]:
    """The requests that went out, each once, and tunnels into which the program could not look."""
    sent_by_worker = {_what(entry) for entry in entries if not entry.via_worker}
    open_hosts = {urlsplit(entry.request.url).hostname for entry in entries if entry.request.method != "CONNECT"}
    for index, entry in enumerate(entries):
        if entry.request.method.upper() == "CONNECT":
            host = _host_of_tunnel(entry)
            if host not in open_hosts:
                remarks.add_tunnel(host)
                yield index, entry
        elif entry.request.url.startswith(("ws:", "wss:")) or entry.type == "websocket":
            remarks.add("websocket")
        elif not is_web(entry.request.url) or entry.of_script:
            remarks.add("not of the web")
        elif entry.is_cached and entry.type != "document":
            remarks.add("cached")
        elif entry.via_worker and _what(entry) in sent_by_worker:
            remarks.add("by worker")
        else:
            yield index, entry


def _host_of_tunnel(entry: _Entry) -> str:
    """Programs write `https://a.test:443/`, `http://a.test:443` or `a.test:443`."""
    return urlsplit(f"//{entry.request.url.rpartition('//')[2]}").hostname or ""


def _what(entry: _Entry) -> tuple[str, str, str]:
    return entry.request.method, entry.request.url, (entry.request.data.text if entry.request.data else "") or ""


def _page_entries(entries: Iterable[tuple[int, _Entry]]) -> set[int]:
    """Which entries load a page: the first document of each page, and what follows in its frame or by redirect."""
    frames: dict[str, str | None] = {}
    redirected: set[str] = set()
    found: set[int] = set()
    for index, entry in entries:
        if entry.type not in (None, "document") or not _asks_for_page(entry):
            continue
        page = entry.page or ""
        if page not in frames or page in redirected or (entry.frame is not None and entry.frame == frames[page]):
            frames[page] = entry.frame
            found.add(index)
            (redirected.add if 300 <= entry.status < 400 else redirected.discard)(page)
    return found


def _asks_for_page(entry: _Entry) -> bool:
    accepts = next((each.value or "" for each in entry.request.headers or () if each.name.lower() == "accept"), "")
    return entry.type == "document" or accepts.startswith("text/html")


def _exchange(archived: _Archived, entry: _Entry, name: str, started_at: float, is_page: bool) -> Exchange:
    if entry.request.method.upper() == "CONNECT":
        return _tunnel(entry, name, started_at, archived.origin)
    request = Request(
        method=entry.request.method.upper() or "GET",
        url=entry.request.url.partition("#")[0],
        headers=_headers(entry.request.headers),
        body=_sent(archived, entry.request),
    )
    fate, error = _fate(entry)
    duration = (entry.time or 0.0) / 1000
    return Exchange(
        id=name,
        origin=archived.origin,
        started_at=started_at,
        ended_at=started_at + duration if duration >= 0 and fate is Fate.ANSWERED else None,
        request=request,
        response=_answer(archived, entry.response) if fate is Fate.ANSWERED and entry.response is not None else None,
        fate=fate,
        error=error,
        type=type_of(request, is_page=is_page) if archived.origin is Origin.BROWSER else "",
    )


def _tunnel(entry: _Entry, name: str, started_at: float, origin: Origin) -> Exchange:
    """Something was said to that host, and nobody knows what."""
    request = Request(method="CONNECT", url=f"https://{_host_of_tunnel(entry)}/", body=unkept(1))
    return Exchange(id=name, origin=origin, started_at=started_at, request=request, fate=Fate.PENDING, type="other")


def _headers(pairs: Iterable[_Named] | None) -> Headers:
    """Without the pseudo-headers of HTTP/2, which say what the request line says."""
    return tuple((each.name, each.value or "") for each in pairs or () if not each.name.startswith(":"))


def _fate(entry: _Entry) -> tuple[Fate, str]:
    trouble = entry.trouble
    if entry.status > 0:
        return Fate.ANSWERED, ""
    if entry.blocked or entry.blocked_reason:
        return Fate.BLOCKED, str(entry.blocked_reason or "")
    if _GIVEN_UP.search(trouble) or not trouble:
        return Fate.PENDING, trouble
    return (Fate.BLOCKED if _BLOCKED.search(trouble) else Fate.FAILED), trouble


def _sent(archived: _Archived, request: _Request) -> Body | None:
    headers, method = _headers(request.headers), request.method.upper()
    if request.data is not None:
        body = _body(archived, request.data, headers)
        if body is not None:
            return body
    size = max(int(request.body_size or 0), length_of(headers))
    if size > 0:
        return unkept(size) if method in WITH_BODY else None
    # Chromium and Firefox write size 0 of a body that they could not get, Playwright -1 of one that it is to leave out.
    is_told = any(name.lower() == "content-length" for name, _ in headers)
    is_written = request.data is not None and (request.body_size or 0) == 0
    is_unknown = archived.origin is Origin.BROWSER and method in _SAYS_IF_EMPTY and not (is_told or is_written)
    return unkept(1) if is_unknown else None


def _answer(archived: _Archived, response: _Response) -> Response:
    headers, content = _headers(response.headers), response.content or _Text()
    size, status = int(content.size or 0), int(response.status or 0)
    if _PARTS_OF_PAGES.match(content.kind or ""):
        return Response(status=status, headers=headers)
    body = _body(archived, content, headers) or (unkept(size) if size > 0 else None)
    return Response(status=status, headers=headers, body=body)


def _body(archived: _Archived, content: _Text, headers: Headers) -> Body | None:
    if content.file and not content.text:
        found = archived.beside(content.file)
        return body_from(found) if found is not None else unkept(max(int(content.size or 0), 1))
    if content.text and (content.encoding or content.own_encoding) == "base64":
        try:
            return body_from(base64.b64decode(content.text))
        except ValueError:
            return unkept(len(content.text))
    if content.text:
        is_packed = any(name.lower() == "content-encoding" for name, _ in headers)
        # Bytes that a program took for text are lost.
        return unkept(len(content.text)) if is_packed and "�" in content.text else body_of_text(content.text)
    return body_of_text(_form(content)) if content.params else None


def _form(content: _Text) -> str:
    """The body that the parameters were read from."""
    fields = [(each.name, each.value or "") for each in content.params or ()]
    if fields[0][0].startswith(("{", "[")):  # JSON that was sent under the name of a form
        return "&".join(f"{name}={value}" if value else name for name, value in fields)
    boundary = _BOUNDARY.search(content.kind or "")
    if boundary is None:
        is_encoded = any("%" in value for _, value in fields) and all(_ENCODED.fullmatch(value) for _, value in fields)
        return _joined(fields) if is_encoded else urlencode(fields)
    parts = (
        f'--{boundary[1]}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields
    )
    return f"{''.join(parts)}--{boundary[1]}--\r\n"


def _joined(fields: Sequence[tuple[str, str]]) -> str:
    """Some programs leave the parameters encoded as they were sent."""
    return "&".join(f"{name}={value}" for name, value in fields)
