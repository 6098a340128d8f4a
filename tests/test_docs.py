"""Is everything a person can name in the documentation, and does the documentation name nothing else?"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

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

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def first_column(page: str) -> set[str]:
    return {
        name for cell in re.findall(r"^\| (`[^|]*) \|", page, re.MULTILINE) for name in re.findall(r"`([\w-]+)`", cell)
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
    for profile in load_profiles():
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


@pytest.mark.parametrize("vendor", sorted(load_vendor_specs(packaged_specs())))
def test_every_vendor_has_its_page_as_the_spec_says(vendor: str) -> None:
    """`harness vendor pages docs/vendors` writes them."""
    spec = load_vendor_specs(packaged_specs())[vendor]
    assert text(f"docs/vendors/{vendor}.md") == render_vendor(spec)


def test_links_inside_the_documentation_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "vendor_specs" / "README.md"]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


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
