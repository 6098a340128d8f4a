"""What does a file of conversions that somebody would hand to a vendor bring into a run?

The file becomes one exchange of the recording, beside the calls, and is sent nowhere. Files are those of a whole day:
only rows that carry something made for this run are kept, so that nobody else's data reach a disk. The lines of the
others stay, empty, and a finding calls each row by its line in the file.
"""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from harness.model.persona import Persona
from harness.model.recording import ROWS_OF_OTHERS, Body, Conversion, Exchange, Fate, Origin, Request
from harness.record.attribution import is_of, persona_tokens
from harness.record.backend import Backend

# The lines of every row of a file, read with the vendor specs.
RowsIn = Callable[[Request], Sequence[range]]


def every_line(request: Request) -> Sequence[range]:
    """Where the layout is not known, each line may be about anybody."""
    return [range(number, number + 1) for number in range(1, len(_lines(request)) + 1)]


_LARGEST = 50_000_000


class UploadError(Exception):
    """A file that cannot be had or read; the text says which and why."""


@dataclass(slots=True, kw_only=True)
class Uploads:
    """The files of one run. `get` asks the site for a file; `exchanges` are what was handed over so far."""

    run_id: str
    persona: Persona
    rows_in: RowsIn
    get: Callable[[str], Awaitable[bytes]]
    exchanges: list[Exchange] = field(default_factory=list)

    async def take(
        self,
        arguments: Mapping[str, Any],
        *,
        site_url: str,
        conversions: Iterable[Conversion],
        at: float,
        step: int,
        leg: int,
    ) -> None:
        """Read the file that is meant, keep this run's rows, and remember it as an exchange."""
        vendor, account = str(arguments["vendor"]), str(arguments.get("account", ""))
        if "file" in arguments:
            path = Path(str(arguments["file"]))
            name, content = path.name, _content_of(path)
        else:
            address = urljoin(site_url, str(arguments["url"]))
            name = urlsplit(address).path.rstrip("/").rpartition("/")[2] or "upload"
            content = await self.get(address)
        tokens = {**persona_tokens(self.persona), "order_id": frozenset(each.order_id for each in conversions)}
        request = own_rows(request_of(vendor, name, content, account), self.rows_in, tokens)
        self.exchanges.append(
            Exchange(
                id=f"{self.run_id}-upload-{len(self.exchanges) + 1}",
                origin=Origin.SERVER,
                started_at=at,
                ended_at=at,
                request=request,
                fate=Fate.ANSWERED,
                step=step,
                leg=leg,
                attributed_by="upload",
            )
        )


def request_of(vendor: str, name: str, content: bytes, account: str = "") -> Request:
    """The file as a request to the vendor."""
    if len(content) > _LARGEST:
        raise UploadError(f"{name} has {len(content)} bytes; files of up to {_LARGEST} are read")
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError:
        raise UploadError(f"{name} is not text in UTF-8 or UTF-16; save it as CSV or JSON lines") from None
    kind = "application/jsonl" if text.removeprefix("\ufeff").lstrip().startswith("{") else "text/csv"
    query = f"?{urlencode({'account': account})}" if account else ""
    return Request(
        method="UPLOAD",
        url=f"upload://{vendor}/{quote(name)}{query}",
        headers=(("content-type", kind),),
        body=Body(text=text, size=len(content)),
    )


def own_rows(request: Request, rows_in: RowsIn, tokens: Mapping[str, frozenset[str]]) -> Request:
    """The file without the rows of others, whose number a header says."""
    lines = _lines(request)
    left_out = 0
    for row in rows_in(request):
        text = "".join(lines[number - 1] for number in row)
        if text.strip() and not is_of(text, tokens):
            left_out += 1
            for number in row:
                lines[number - 1] = "\n"
    kept = "".join(lines)
    headers = (*request.headers, (ROWS_OF_OTHERS, str(left_out))) if left_out else request.headers
    return Request(
        method=request.method, url=request.url, headers=headers, body=Body(text=kept, size=len(kept.encode()))
    )


def _lines(request: Request) -> list[str]:
    return list(io.StringIO((request.body.text if request.body else "") or "", newline=None))


def _content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UploadError(f"{path}: {error.strerror}; expected a file of conversions") from None


async def fetched(backend: Backend, address: str, *, timeout: float) -> bytes:
    """What the site answers at this address, asked directly: no browser, no cookies, no redirect to elsewhere."""
    answer = await backend.request("GET", address, headers={}, content={}, timeout=timeout)
    if answer.status_code != 200:
        raise UploadError(f"{address} was answered with status {answer.status_code}; expected a file")
    return answer.content
