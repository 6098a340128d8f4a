"""What does a page get in place of a script that is blocked?

The texts are our own. They offer what pages call, send nothing, and run every callback a checkout may wait for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_JAVASCRIPT = "text/javascript; charset=utf-8"

# Names as filter lists write them, with the older and shorter ones: https://github.com/gorhill/uBlock/wiki/Resources-Library
_FILES = {
    "google-analytics_analytics.js": ("analytics.js", _JAVASCRIPT),
    "google-analytics.com/analytics.js": ("analytics.js", _JAVASCRIPT),
    "googletagmanager_gtm.js": ("gtm.js", _JAVASCRIPT),
    "googletagmanager.com/gtm.js": ("gtm.js", _JAVASCRIPT),
    "gtag.js": ("gtag.js", _JAVASCRIPT),
    "noop.js": ("nothing.js", _JAVASCRIPT),
    "noopjs": ("nothing.js", _JAVASCRIPT),
    "noop.txt": ("nothing.txt", "text/plain; charset=utf-8"),
    "nooptext": ("nothing.txt", "text/plain; charset=utf-8"),
    "empty": ("nothing.txt", "text/plain; charset=utf-8"),
    "noop.html": ("nothing.html", "text/html; charset=utf-8"),
    "noopframe": ("nothing.html", "text/html; charset=utf-8"),
    "1x1.gif": ("pixel.svg", "image/svg+xml"),
    "1x1-transparent.gif": ("pixel.svg", "image/svg+xml"),
    "2x2.png": ("pixel.svg", "image/svg+xml"),
    "32x32.png": ("pixel.svg", "image/svg+xml"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stub:
    """A neutral answer; `name` is its file name."""

    name: str
    content_type: str
    text: str


@cache
def stub_named(resource: str) -> Stub | None:
    """The stub for a resource of that name in a filter list, or None when we have none."""
    if resource not in _FILES:
        return None
    name, content_type = _FILES[resource]
    return Stub(name=name, content_type=content_type, text=text_of(name))


def text_of(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def file_names() -> tuple[str, ...]:
    return tuple(sorted({name for name, _ in _FILES.values()}))
