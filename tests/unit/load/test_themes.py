"""Themes: every mistake with its place, and no colour that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_builders import picture

from harness.errors import InputError
from harness.load.themes import contrast, load_theme
from harness.model.theme import PLAIN
from harness.report.theming import FONTS

EXAMPLE = Path(__file__).parents[3] / "docs" / "themes" / "example"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


def mistakes(folder: Path, text: str) -> list[str]:
    (folder / "theme.yaml").write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_theme(folder)
    return [str(mistake).removeprefix(f"{folder}/") for mistake in caught.value.mistakes]


def test_the_example_of_the_documentation_is_a_theme_with_a_logo() -> None:
    theme = load_theme(EXAMPLE)
    assert (theme.name, theme.heading_font) == ("Northlight Measurement", "serif")
    assert theme.logo is not None
    assert theme.logo.media_type == "image/svg+xml"


def test_a_name_is_enough_and_the_rest_is_our_own(tmp_path: Path) -> None:
    (tmp_path / "theme.yaml").write_text("name: X\nfonts: {text: humanist}\n", "utf-8")
    theme = load_theme(tmp_path)
    assert (theme.name, theme.accent, theme.logo) == ("X", PLAIN.accent, None)
    assert theme.heading_font == "humanist"


def test_every_font_that_may_be_named_has_its_stack(tmp_path: Path) -> None:
    for name in FONTS:
        (tmp_path / "theme.yaml").write_text(f"name: X\nfonts: {{text: {name}}}\n", "utf-8")
        assert load_theme(tmp_path).text_font == name
    assert "comic" not in FONTS
    assert mistakes(tmp_path, "name: X\nfonts: {text: comic}\n")[0].startswith("theme.yaml:2:15: ")


def test_unknown_keys_and_wrong_colours_are_told_with_line_and_column(tmp_path: Path) -> None:
    found = mistakes(tmp_path, 'name: X\ncolours:\n  acent: "#123456"\n  cover: blue\n')
    assert [line.partition(": ")[0] for line in found] == ["theme.yaml:3:3", "theme.yaml:4:10"]
    assert 'did you mean "accent"?' in found[0]
    assert '"#1c4f8a"' in found[1]


def test_a_colour_that_cannot_be_read_is_refused_with_the_numbers(tmp_path: Path) -> None:
    light, dark, cover = mistakes(
        tmp_path,
        'name: X\ncolours:\n  accent: "#8899aa"\n  accent_dark: "#223344"\n'
        '  cover: "#ffffff"\n  cover_text: "#eeeeee"\n',
    )
    assert light.startswith("theme.yaml:3:11: text in #8899aa on ")
    assert "expected at least 4.5 (WCAG AA); choose a darker one" in light
    assert dark.startswith("theme.yaml:4:16: text in #223344 on ")
    assert cover.startswith("theme.yaml:6:15: text in #eeeeee on #ffffff (the cover) has a contrast of 1.16")


def test_the_harness_own_colours_pass_their_own_test(tmp_path: Path) -> None:
    colours = {name: getattr(PLAIN, name) for name in ("accent", "accent_dark", "cover", "cover_text")}
    lines = "".join(f'  {name}: "{value}"\n' for name, value in colours.items())
    (tmp_path / "theme.yaml").write_text(f"name: X\ncolours:\n{lines}", "utf-8")
    assert load_theme(tmp_path).accent == PLAIN.accent


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("logo.svg", "<svg>", "logo.svg:1:6: not XML"),
        ("logo.svg", "<svg/>", "logo.svg: the element svg; expected an SVG with its namespace"),
        ("logo.svg", LOGO.replace("viewBox", "box"), "logo.svg: an SVG without a size"),
        ("logo.png", LOGO, "logo.png: no PNG"),
        ("logo.svg", LOGO + " " * 600_000, "bytes; expected at most 500,000"),
    ],
)
def test_a_logo_that_is_none_is_refused(tmp_path: Path, name: str, content: str, told: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    (mistake,) = mistakes(tmp_path, "name: X\n")
    assert told in mistake


def test_two_logos_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(LOGO, "utf-8")
    (tmp_path / "logo.png").write_bytes(picture(4, 4))
    assert mistakes(tmp_path, "name: X\n") == [
        "logo.png: logo.svg and logo.png; expected one of them; remove the other"
    ]


def test_what_is_no_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such folder; expected a folder with theme\.yaml"):
        load_theme(tmp_path / "none")
