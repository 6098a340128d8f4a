"""What does the site need beyond the Markdown in docs/? Pages of the project's root, and a menu with every page.

A hook of MkDocs (https://www.mkdocs.org/user-guide/configuration/#hooks, read 2026-11).
"""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import dirname, normpath, relpath
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
# Files outside of docs/ that the documentation leads to, and where they are on the site.
OUTSIDE = {
    "README.md": "project/readme.md",
    "ARCHITECTURE.md": "project/architecture.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "vendor_specs/README.md": "project/vendor-specs.md",
}
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")


def on_config(config: Any) -> Any:
    """A folder in the menu stands for all its pages; the project's own come last."""
    config.nav = [*_whole(config.nav), {"Project": [*OUTSIDE.values()]}]
    return config


def _whole(entries: list[Any]) -> list[Any]:
    found: list[Any] = []
    for entry in entries:
        if isinstance(entry, dict):
            found += [{title: _whole(part) if isinstance(part, list) else part} for title, part in entry.items()]
        elif entry.endswith("/"):
            found += sorted(path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs" / entry).glob("*.md"))
        else:
            found.append(entry)
    return found


def on_files(files: Files, config: Any) -> Files:
    for source, target in OUTSIDE.items():
        files.append(File.generated(config, target, content=(ROOT / source).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Links lead to the same file as in the repository; to one that is not on the site, only its name is left."""
    here = page.file.src_uri
    origins = {target: source for source, target in OUTSIDE.items()}
    folder = dirname(origins.get(here, f"docs/{here}"))

    def led(match: re.Match[str]) -> str:
        text, target, anchor = match[1], match[2], match[3] or ""
        meant = normpath(f"{folder}/{target}" if folder else target)
        on_site = OUTSIDE.get(meant, meant.removeprefix("docs/") if meant.startswith("docs/") else "")
        if not on_site or files.get_file_from_path(on_site) is None:
            return f"{text} (`{meant}`)" if f"`{meant}`" != text else text
        return f"[{text}]({relpath(on_site, dirname(here) or '.')}{anchor})"

    return _LINK.sub(led, markdown)
