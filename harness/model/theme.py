"""What may a report look like that goes to somebody's client?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A picture, SVG or PNG by its `media_type`."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Who the report is from and how it looks; the harness's own where nothing is said.

    `accent` is for links and rules on light ground, `accent_dark` on dark ground. `cover` is the ground of the
    document's first page and `cover_text` what stands on it. `text_font` and `heading_font` are names of system stacks.
    """

    name: str = ""
    accent: str = "#1c4f8a"
    accent_dark: str = "#8fbcf0"
    cover: str = "#12304f"
    cover_text: str = "#ffffff"
    text_font: str = "system"
    heading_font: str = "system"
    title: str = ""
    footer: str = ""
    contact: str = ""
    confidentiality: str = ""
    logo: Logo | None = None


PLAIN = Theme()
