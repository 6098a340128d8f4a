"""What does a page get in place of a script that is blocked?

The texts are our own. They offer what pages call, send nothing, and run every callback a checkout may wait for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """A neutral answer; `name` is its file name."""

    name: str
    content_type: str
    text: str


@cache
def stub_named(resource: str) -> Stub | None:
    """The stub for a resource of that name in a filter list, or None when we have none."""
    known = _resources()
    if resource not in known:
        return None
    name, content_type = known[resource]
    return Stub(name=name, content_type=content_type, text=text_of(name))


def text_of(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def file_names() -> tuple[str, ...]:
    return tuple(sorted({name for name, _ in _resources().values()}))


@cache
def _resources() -> dict[str, tuple[str, str]]:
    """File name and content type of each resource name."""
    lines = (line.split(" ", 2) for line in text_of("resources.txt").splitlines() if not line.startswith("#"))
    return {resource: (name, content_type) for resource, name, content_type in lines}
