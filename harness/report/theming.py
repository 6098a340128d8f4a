"""How does a theme become the style of a page?"""

from __future__ import annotations

import base64
import re

from harness.model.theme import Theme

# Families that systems bring along, so that nothing is fetched and every reader sees something near.
FONTS = {
    "system": 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
    "grotesque": '"Helvetica Neue", Arial, "Liberation Sans", sans-serif',
    "humanist": 'Optima, Candara, "Noto Sans", "DejaVu Sans", Verdana, sans-serif',
    "geometric": 'Avenir, "Century Gothic", Montserrat, Futura, "DejaVu Sans", sans-serif',
    "serif": 'Charter, "Bitstream Charter", Cambria, "Liberation Serif", Georgia, serif',
    "old-style": '"Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", Georgia, serif',
}
_PLAIN_CHARACTER = re.compile(r"[^A-Za-z0-9]")


def theme_style(theme: Theme) -> str:
    """The variables that the style sheets read. It stands before them, so that print can make its links black."""
    light = (
        f"--link: {theme.accent}; --accent: {theme.accent}; --cover: {theme.cover}; --cover-text: {theme.cover_text};"
    )
    fonts = f"--text-font: {FONTS[theme.text_font]}; --heading-font: {FONTS[theme.heading_font]};"
    dark = f"--link: {theme.accent_dark}; --accent: {theme.accent_dark};"
    return f":root {{ {light} {fonts} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def css_text(text: str) -> str:
    """A quoted text that ends neither the string nor the style sheet, whatever it holds."""
    return '"' + _PLAIN_CHARACTER.sub(lambda found: f"\\{ord(found[0]):06x}", text) + '"'


def logo_address(theme: Theme) -> str:
    """As a picture of its own an SVG runs no script and fetches nothing."""
    if theme.logo is None:
        return ""
    return f"data:{theme.logo.media_type};base64,{base64.b64encode(theme.logo.content).decode()}"
