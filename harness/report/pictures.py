"""Which pictures are there? Many steps look alike, so each picture stands in the file once, whoever shows it."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.result import RunResult, StepSummary, SuiteResult

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
# Start-of-frame markers hold the size; C4, C8 and CC are other things between them.
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`number` counts from 1 and makes the anchor; `places` are the steps it was taken after, runs by their number."""

    number: int
    address: str
    width: int
    height: int
    places: tuple[tuple[int, RunResult, StepSummary], ...]


@dataclass(slots=True)
class _Found:
    size: tuple[int, int]
    places: list[tuple[int, RunResult, StepSummary]] = field(default_factory=list)


def pictures_of(result: SuiteResult, images: Mapping[str, bytes]) -> tuple[Picture, ...]:
    """The distinct pictures in the order they are met; what is neither PNG nor JPEG is left out."""
    found: dict[bytes, _Found] = {}
    for number, run in enumerate(result.runs, start=1):
        for step in run.steps:
            content = images.get(f"{run.folder}/{step.screenshot}", b"") if step.screenshot else b""
            size = found[content].size if content in found else size_of(content)
            if size:
                found.setdefault(content, _Found(size=size)).places.append((number, run, step))
    return tuple(
        Picture(
            number=number,
            address=_address(content),
            width=entry.size[0],
            height=entry.size[1],
            places=tuple(entry.places),
        )
        for number, (content, entry) in enumerate(found.items(), start=1)
    )


def _address(content: bytes) -> str:
    kind = "image/png" if content.startswith(_PNG) else "image/jpeg"
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height, as the head of the file has them."""
    if content.startswith(_PNG) and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    return _jpeg_size(content) if content.startswith(_JPEG) else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        if content[at + 1] in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
