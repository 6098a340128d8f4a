"""What does a file say that another program saved of a visit?

Each kind of file has its reader, which makes exchanges of what it finds and says what it could not find. Nothing is
written here: the caller judges what was read in memory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.errors import InputError, Mistake
from harness.model.recording import Origin
from harness.model.visit import CallLogForm
from harness.record.imports.calls import read_calls
from harness.record.imports.content import ImportedFile
from harness.record.imports.flows import read_flows
from harness.record.imports.har import read_har
from harness.record.imports.zipped import unzipped_archive

__all__ = ["ImportedFile", "imported_files"]

_FLOWS = re.compile(rb"\s*\d+:")
_HAR = re.compile(rb'\s*\{(\s*"\w+"\s*:\s*"[^"]*"\s*,)*\s*"log"\s*:\s*\{')
_LINES = re.compile(rb"\s*\{")


def imported_files(
    path: Path, number: int, *, is_servers: bool, origins: Mapping[int, Origin], forms: Sequence[CallLogForm] = ()
) -> tuple[ImportedFile, ...]:
    """The file, by what is in it; one for each origin that it tells of. `number` begins the IDs of its exchanges.

    `is_servers`: it was handed over as what the site's servers sent. `origins` say who sent what came in by a port of
    the proxy that saved a flow file, port 0 standing for every port and for archives, which name none.
    """
    content = _content_of(path)
    start = content[:4096].removeprefix(b"\xef\xbb\xbf")
    if _FLOWS.match(start):
        return read_flows(path, number, {0: Origin.SERVER} if is_servers else origins)
    origin = Origin.SERVER if is_servers else origins.get(0, Origin.BROWSER)
    if start.startswith(b"PK"):
        archive, beside = unzipped_archive(path, content)
        return (read_har(path, archive, number, origin, beside),)
    if _HAR.match(start):
        return (read_har(path, content, number, origin),)
    if _LINES.match(start):
        return (read_calls(path, content, number, forms),)
    found = "an empty file" if not start.strip() else "neither a HAR, nor a flow file, nor JSON lines"
    expected = 'a HAR ({"log": ...), what `mitmdump -w` writes, or a JSON object a line'
    raise InputError([Mistake(file=str(path), found=found, expected=expected, remedy=_remedy(start))])


def _remedy(start: bytes) -> str:
    if start.startswith(b"\x1f\x8b"):
        return "it is compressed: unpack it with gunzip"
    return "save it again as one of these"


def _content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            [Mistake(file=str(path), found=str(error.strerror), expected="a file of a visit, or a recording")]
        ) from None
