"""How does a folder with `theme.yaml` and a logo become a theme, and can everything in it be read?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from harness.errors import InputError, Mistake
from harness.load.documents import Document, mistake_at, mistakes_in, read_document
from harness.model.theme import PLAIN, Logo, Theme

_LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, level AA, for text of usual size
_MOST_BYTES = 500_000
_PNG = b"\x89PNG\r\n\x1a\n"
# The grounds of the reports' style sheets that texts in these colours stand on.
_LIGHT_GROUNDS = ("#ffffff", "#f6f7f9", "#edf5ef", "#fbefed", "#fbf3e2", "#f3effa", "#ecf3f9")
_DARK_GROUNDS = ("#12161c", "#1a2029", "#16261c", "#2d1a19", "#2a2213", "#231d30", "#17222e")


def load_theme(folder: Path) -> Theme:
    """`InputError` names every mistake of the file and of the logo."""
    if not folder.is_dir():
        found = "no such folder" if not folder.exists() else "a file"
        raise InputError([Mistake(file=str(folder), found=found, expected="a folder with theme.yaml")])
    document = read_document(folder / "theme.yaml")
    mistakes = [*mistakes_in(document, _schema())]
    if not mistakes:
        mistakes += _faint(document, _theme(document.data))
    logo = None
    try:
        logo = _logo(folder)
    except InputError as error:
        mistakes += error.mistakes
    if mistakes:
        raise InputError(mistakes)
    return _theme(document.data, logo)


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, from 1 to 21, of two colours written as `#rrggbb`."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _theme(data: dict[str, Any], logo: Logo | None = None) -> Theme:
    colours, fonts, wording = (data.get(part, {}) for part in ("colours", "fonts", "wording"))
    return Theme(
        name=data["name"],
        **colours,
        text_font=fonts.get("text", PLAIN.text_font),
        heading_font=fonts.get("headings", fonts.get("text", PLAIN.heading_font)),
        **wording,
        logo=logo,
    )


def _faint(document: Document, theme: Theme) -> Iterator[Mistake]:
    """Colours of which a text could not be read; what is not set is the harness's own and known to be good."""
    colours = document.data.get("colours", {})
    cover = "cover_text" if "cover_text" in colours else "cover"
    for key, text, grounds, where in (
        ("accent", theme.accent, _LIGHT_GROUNDS, "light ground"),
        ("accent_dark", theme.accent_dark, _DARK_GROUNDS, "dark ground"),
        (cover, theme.cover_text, (theme.cover,), "the cover"),
    ):
        if key not in colours:
            continue
        ground = min(grounds, key=lambda each: contrast(text, each))
        ratio = contrast(text, ground)
        if ratio < _LEAST_CONTRAST:
            found = f"text in {text} on {ground} ({where}) has a contrast of {int(ratio * 100) / 100:.2f}"
            remedy = "choose a lighter one" if where == "dark ground" else "choose a darker one"
            yield mistake_at(
                document.place(("colours", key)),
                found,
                f"at least {_LEAST_CONTRAST} (WCAG AA)",
                "choose colours that differ more" if where == "the cover" else remedy,
            )


def _logo(folder: Path) -> Logo | None:
    found = [path for name in ("logo.svg", "logo.png") if (path := folder / name).is_file()]
    if not found:
        return None
    if len(found) > 1:
        raise _bad_logo(found[1], "logo.svg and logo.png", "one of them", "remove the other")
    path = found[0]
    content = path.read_bytes()
    if len(content) > _MOST_BYTES:
        raise _bad_logo(path, f"{len(content):,} bytes", f"at most {_MOST_BYTES:,}", "save it smaller")
    if path.suffix == ".png":
        if not content.startswith(_PNG):
            raise _bad_logo(path, "no PNG", "a PNG file", "save it as PNG")
        return Logo(media_type="image/png", content=content)
    _check_svg(path, content)
    return Logo(media_type="image/svg+xml", content=content)


def _check_svg(path: Path, content: bytes) -> None:
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        line, column = error.position
        mistake = Mistake(file=str(path), line=line, column=column + 1, found=f"not XML: {error}", expected="an SVG")
        raise InputError([mistake]) from None
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        raise _bad_logo(path, f"the element {root.tag}", "an SVG with its namespace", "export it again as SVG")
    if not (root.get("viewBox") or (root.get("width") and root.get("height"))):
        raise _bad_logo(path, "an SVG without a size", "a viewBox", 'add viewBox="0 0 WIDTH HEIGHT" to <svg>')


def _bad_logo(path: Path, found: str, expected: str, remedy: str) -> InputError:
    return InputError([Mistake(file=str(path), found=found, expected=expected, remedy=remedy)])


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((files("harness.load") / "schemas" / "theme.json").read_text("utf-8"))
    return schema
