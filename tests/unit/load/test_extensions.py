"""What Chromium would silently refuse is told before it starts, with its place in the manifest."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.load.extensions import extension_mistakes

SOUND = """\
{
  // Chromium allows this.
  "manifest_version": 3,
  "name": "Blocker",
  "version": "1.0",
  "background": {"service_worker": "/worker.js"},
  "declarative_net_request": {"rule_resources": [{"id": "r", "enabled": true, "path": "rules.json"}]}
}
"""


def told(folder: Path, text: str | None) -> list[str]:
    folder.mkdir(exist_ok=True)
    for name in ("worker.js", "rules.json"):
        (folder / name).write_text("[]")
    if text is not None:
        (folder / "manifest.json").write_text(text)
    return [str(mistake).replace(f"{folder.parent}/", "") for mistake in extension_mistakes(folder)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SOUND, []),
        (None, ["x: no manifest.json; expected the folder of an unpacked extension"]),
        (
            SOUND.replace("3,", "2,"),
            [
                "x/manifest.json:3:3: manifest_version 2; expected 3, for Chromium loads no other; "
                "take the build of the extension for Manifest V3"
            ],
        ),
        (
            SOUND.replace('"1.0",', '"1.0"'),
            ["x/manifest.json:6:3: not JSON: Expecting ',' delimiter; build the extension again"],
        ),
        ("[]", ["x/manifest.json:1:1: no object; expected a manifest in braces"]),
        (
            SOUND.replace('"name": "Blocker",', ""),
            ['x/manifest.json:1:1: no text as "name"; expected "name", without which no extension loads'],
        ),
        (
            SOUND.replace("rules.json", "other.json"),
            ['x/manifest.json:7:87: "other.json" is named here and does not exist; build the extension again'],
        ),
    ],
)
def test_a_manifest_is_sound_or_says_where_it_is_not(tmp_path: Path, text: str | None, expected: list[str]) -> None:
    assert told(tmp_path / "x", text) == expected


def test_a_path_that_chromium_would_cut_in_two(tmp_path: Path) -> None:
    assert "a comma in the path" in told(tmp_path / "a,b", SOUND)[0]
