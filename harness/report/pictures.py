"""Which pictures does a run have? Many steps look alike, so each picture stands on its page once, whoever shows it."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.result import RunResult, StepSummary

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
# Start-of-frame markers hold the size; C4, C8 and CC are other things between them.
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`number` counts from 1 and makes the anchor; `steps` are those it was taken after."""

    number: int
    address: str
    width: int
    height: int
    steps: tuple[StepSummary, ...]


def pictures_of(run: RunResult, images: Mapping[str, bytes]) -> tuple[Picture, ...]:
    """The distinct pictures in the order they are met; what is neither PNG nor JPEG is left out."""
    steps: dict[bytes, list[StepSummary]] = {}
    for step in run.steps:
        content = images.get(f"{run.folder}/{step.screenshot}", b"") if step.screenshot else b""
        steps.setdefault(content, []).append(step)
    sizes = {content: size for content in steps if (size := size_of(content))}
    return tuple(
        Picture(number=number, address=_address(content), width=width, height=height, steps=tuple(steps[content]))
        for number, (content, (width, height)) in enumerate(sizes.items(), start=1)
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
