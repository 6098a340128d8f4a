"""A pipeline that records nothing: the command line is tested for what it asks and what it answers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

import harness
from harness.cli import main
from harness.model.result import SuiteResult, Verdict

RESULT = SuiteResult(suite_id="s", title="Suite", verdict=Verdict.PASSED, runs=())


@dataclass
class FakePipeline:
    """Remembers how it was called. `error` is raised in place of any answer."""

    exit_code: int = 0
    error: BaseException | None = None
    calls: list[tuple[str, Any]] = field(default_factory=list)
    remembered: list[str] = field(default_factory=list)

    RunRequest = SimpleNamespace
    SUMMARY = "summary.md"
    DocumentRequest = SimpleNamespace
    documents: tuple[Path, ...] = ()
    EvidenceRequest = SimpleNamespace

    def _answer(self, name: str, *arguments: Any) -> Any:
        self.calls.append((name, arguments))
        if self.error is not None:
            raise self.error
        return SimpleNamespace(
            result=RESULT, folder=Path("out/here"), exit_code=self.exit_code, documents=self.documents
        )

    def run_suite(self, request: Any, progress: Any) -> Any:
        progress.say("shop--none", "opening the shop")
        return self._answer("run_suite", request)

    def audit(
        self, paths: Any, out: Path, *, fail_on: Any, progress: Any, waivers: Path | None, document: Any, evidence: Any
    ) -> Any:
        return self._answer("audit", paths, out, fail_on, waivers, document, evidence)

    GateRequest = SimpleNamespace

    def gate(self, request: Any) -> Any:
        answer = self._answer("gate", request)
        return SimpleNamespace(gate=None, markdown="## The gate\n", promoted=None, exit_code=answer.exit_code)

    def gate_table(self, gate: None) -> str:
        return "the table of the gate"

    def history_ready(self, where: str) -> None:
        """Every place is good."""

    def remember(self, result: SuiteResult, where: str) -> str:
        self.remembered.append(where)
        return "added"

    def render(self, result: Path, out: Path, document: Any) -> Any:
        return self._answer("render", result, out, document)

    def summary_table(self, result: SuiteResult) -> str:
        return f"the table of {result.title}"

    def compare_releases(self, before: Path, after: Path, out: Path, **options: Any) -> Any:
        self._answer("compare_releases", before, after, out, options["tolerance"], options["fail_on_change"])
        return SimpleNamespace(
            comparison="two releases", page=out / "page.html", summary=before, exit_code=self.exit_code
        )

    def comparison_lines(self, comparison: str) -> list[str]:
        return [f"the lines of {comparison}"]

    def comparison_annotations(self, comparison: str) -> list[str]:
        return [f"::error::{comparison}"]

    def github_annotations(self, result: SuiteResult) -> list[str]:
        return ["::error::annotated"]

    def cache_folder(self, environment: Any) -> Path:
        return Path("cache")

    def catalogue(self, kind: str) -> Any:
        self._answer("catalogue", kind)
        return [("short", "What it does"), ("much-longer", "")]

    def vendor_page(self, name: str) -> str:
        self._answer("vendor_page", name)
        return "# Example Ads\n"

    def read_corpora(self, paths: Any) -> tuple[list[str], bool]:
        self._answer("read_corpora", paths)
        return ["vendor  read"], self.exit_code == 0

    def write_vendor_pages(self, folder: Path) -> list[Path]:
        self._answer("write_vendor_pages", folder)
        return [folder / "example.md"]


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    fake = FakePipeline()
    monkeypatch.setitem(sys.modules, "harness.pipeline", fake)
    monkeypatch.setattr(harness, "pipeline", fake, raising=False)
    return fake


@pytest.fixture
def call() -> Callable[..., Result]:
    return lambda *arguments: CliRunner().invoke(main, arguments)
