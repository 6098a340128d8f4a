"""Is everything a person can name in the documentation, and does the documentation name nothing else?"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from harness.checks import CHECKS, RUN_CHECKS
from harness.cli import main
from harness.demo import FAULTS
from harness.errors import ExitCode
from harness.history.tables import METADATA, SCHEMA, VIEWS
from harness.load.profiles import load_profiles
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.history import Thresholds
from harness.record.steps import STEP_VERBS
from harness.report.vendor_page import render_vendor
from reference.pages import pages

ROOT = Path(__file__).parent.parent
SPECS, PROFILES = load_vendor_specs(packaged_specs()), load_profiles()
README = (ROOT / "README.md").read_text("utf-8")


PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "vendor_specs" / "README.md"]
# What is cheap enough to be done as it is shown: it takes no browser and no network.
CHEAP = ("list", "schema", "vendor", "new")


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def first_column(page: str) -> set[str]:
    return {
        name
        for cell in re.findall(r"^\| (\[?`[^|]*) \|", page, re.MULTILINE)
        for name in re.findall(r"`([\w-]+)`", cell)
    }


def test_every_check_is_documented_and_no_other() -> None:
    assert first_column(text("docs/checks.md")) == {*CHECKS, *RUN_CHECKS}


def test_every_step_is_documented_and_no_other() -> None:
    steps = text("docs/scenarios.md").split("## Steps")[1].split("## Server calls")[0]
    assert first_column(steps) == set(STEP_VERBS)


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"harness {command}" in README


def test_every_exit_code_is_in_the_readme() -> None:
    for code in ExitCode:
        assert re.search(rf"^\| {int(code)} \|", README, re.MULTILINE), code


def test_every_profile_is_in_the_readme() -> None:
    for profile in PROFILES:
        assert f"`{profile}`" in README


def test_the_number_of_faults_in_the_changelog_is_true() -> None:
    assert f"one of {len(FAULTS)} faults" in text("CHANGELOG.md")


@pytest.mark.parametrize("table", sorted(set(METADATA.tables) - {SCHEMA.name}))
def test_every_table_of_a_history_is_documented_with_its_columns(table: str) -> None:
    (row,) = re.findall(rf"^\| `{table}` \|.*$", text("docs/history.md"), re.MULTILINE)
    assert set(METADATA.tables[table].columns.keys()) <= set(re.findall(r"`(\w+)`", row))


def test_every_view_of_a_history_and_every_threshold_is_documented() -> None:
    assert all(f"`{view}`" in text("docs/history.md") for view in VIEWS)
    for threshold in fields(Thresholds):
        assert re.search(rf"\| `{threshold.name}` \| {threshold.default:g} \|", text("docs/insights.md"))


@pytest.mark.parametrize("vendor", sorted(SPECS))
def test_every_vendor_has_its_page_as_the_spec_says(vendor: str) -> None:
    """`harness vendor pages docs/vendors` writes them."""
    assert text(f"docs/vendors/{vendor}.md") == render_vendor(SPECS[vendor])


def test_links_inside_the_documentation_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


def test_the_pages_that_the_code_writes_are_fresh() -> None:
    """`python -m reference` writes them."""
    made = pages()
    found = {path for folder in ("reference", "checks") for path in (ROOT / "docs" / folder).glob("*.md")}
    assert {path.relative_to(ROOT / "docs").as_posix() for path in found} == set(made)
    assert [path for path, page in made.items() if text(f"docs/{path}") != page] == []


def test_the_site_is_built_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    """Every page in the menu, every link and every anchor."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (built.returncode, built.stderr) == (0, "")
    loaded = re.compile(r"<(?:script|img|iframe)[^>]+src=.?https?:|<link[^>]+(?:stylesheet|preconnect)[^>]+https?:")
    assert [page.name for page in tmp_path.rglob("*.html") if loaded.search(page.read_text("utf-8"))] == []


def lines_in(page: str) -> list[str]:
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)).replace("\\\n", " ")
    return re.findall(r"^(?:\.venv/bin/)?harness +(.+)$", blocks, re.MULTILINE)


def inline_in(page: str) -> list[str]:
    return re.findall(r"`harness ([^`]+)`", re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL))


def words_of(lines: list[str]) -> Iterator[list[str]]:
    for line in lines:
        words = shlex.split(line.replace("[OPTIONS]", ""), comments=True)
        if "..." not in words:
            yield words[: words.index(">")] if ">" in words else words


SHOWN = [
    pytest.param(words, id=f"{page.relative_to(ROOT).as_posix()}: {' '.join(words)}")
    for page in PAGES
    for words in words_of([*lines_in(page.read_text("utf-8")), *inline_in(page.read_text("utf-8"))])
]


@pytest.mark.parametrize("words", SHOWN)
def test_every_command_that_is_shown_can_be_typed(words: list[str]) -> None:
    command: click.Command = main
    context = click.Context(main, info_name="harness")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
    # In a context of its own: that of a group stops reading options at the first argument.
    options, _, _ = command.make_parser(click.Context(command)).parse_args(list(words))
    known = {"faults": FAULTS, "vendors": SPECS, "profiles": PROFILES}
    for name, names in known.items():
        given = [value for value in options.get(name) or () if value != value.upper()]
        assert [value for value in given if not set(re.split(r"[+=]", value)[:1]) <= set(names)] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "tutorials").glob("*.md")), ids=lambda page: page.stem)
def test_a_tutorials_commands_work_one_after_the_other(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in words_of(lines_in(page.read_text("utf-8"))):
        if words[0] in CHEAP:
            result = CliRunner().invoke(main, words)
            assert result.exit_code == 0, f"{words}: {result.output}"


def test_nothing_tells_of_the_machine_it_was_made_on() -> None:
    tracked = [
        path
        for folder in ("harness", "docs", "scenarios", "vendor_specs", "tests", "benches", ".ci", "reports/sample")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix in (".py", ".md", ".yaml", ".json", ".js", ".j2", ".css", ".txt", ".html")
    ]
    pattern = re.compile(r"/(?:root|home|Users)/\w")
    named = [str(path.relative_to(ROOT)) for path in tracked if pattern.search(path.read_text("utf-8", "replace"))]
    assert [name for name in named if name != "tests/test_docs.py"] == []
