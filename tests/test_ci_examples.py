"""Do the ready workflow files name only commands, options and files that exist, and is the image what it says?"""

from __future__ import annotations

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from harness.cli import main
from harness.report import REPORTERS
from harness.report.comparison import COMPARISON_REPORTERS

ROOT = Path(__file__).parent.parent
GITHUB, GITLAB = ROOT / "docs" / "ci" / "github.yml", ROOT / "docs" / "ci" / "gitlab-ci.yml"
GUIDE = (ROOT / "docs" / "ci.md").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
IGNORED = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and line[0] != "#"]

USERS = ("conversions", "$SCENARIOS", "baseline", "report", "live", "test")
JOB_KEYS = {"runs-on", "timeout-minutes", "steps", "needs", "if", "env", "permissions", "strategy", "container"}
STEP_KEYS = {"name", "id", "if", "uses", "with", "run", "env", "continue-on-error", "shell", "working-directory"}
GITLAB_KEYS = {"image", "timeout", "rules", "variables", "cache", "before_script", "script", "artifacts", "stage"}


def yaml(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def github_job() -> dict[str, Any]:
    return yaml(GITHUB)["jobs"]["conversions"]


def shell_lines() -> list[str]:
    """Every line of shell of the examples and their guide."""
    scripts = [step["run"] for step in github_job()["steps"] if "run" in step]
    job = yaml(GITLAB)["conversions"]
    scripts += [*job["before_script"], *job["script"]]
    scripts += re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    return [line.partition(" # ")[0].strip() for script in scripts for line in script.splitlines() if line.strip()]


def harness_commands() -> list[str]:
    """Those of the image, too."""
    lines = [re.sub(r"^docker run .* conversion-harness ", "harness ", line) for line in shell_lines()]
    return [line for line in lines if line.startswith("harness ")]


def test_there_are_commands_to_look_at() -> None:
    assert {line.split()[1] for line in harness_commands()} >= {"run", "compare", "doctor"}


@pytest.mark.parametrize("line", harness_commands())
def test_every_command_and_option_exists(line: str) -> None:
    name, *words = shlex.split(line)[1:]
    command = main.commands[name]
    # A folder of the user's that is read need not be here.
    given = [str(ROOT) if word in USERS and words[index - 1] != "--out" else word for index, word in enumerate(words)]

    with command.make_context(name, given):
        pass


def test_every_file_that_is_uploaded_is_written() -> None:
    written = {reporter.file_name for reporter in (*REPORTERS.values(), *COMPARISON_REPORTERS.values())}
    text = GITHUB.read_text("utf-8") + GITLAB.read_text("utf-8")

    assert set(re.findall(r"report/([\w-]+\.\w+)", text)) <= written
    assert set(re.findall(r"^\| `([\w.-]+\.\w+)` \|", GUIDE, re.MULTILINE)) == {
        reporter.file_name for reporter in REPORTERS.values() if reporter.file_name != "index.html"
    }


def test_the_github_workflow_has_only_keys_that_github_knows() -> None:
    workflow = yaml(GITHUB)

    assert set(workflow) <= {"name", "on", "permissions", "concurrency", "env", "jobs", "defaults"}
    assert set(workflow["on"]) == {"pull_request", "schedule", "workflow_dispatch"}
    assert set(github_job()) <= JOB_KEYS
    for step in github_job()["steps"]:
        assert set(step) <= STEP_KEYS
        assert ("uses" in step) != ("run" in step)
        assert "uses" not in step or re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", step["uses"])


def test_the_report_is_kept_also_of_a_job_that_failed() -> None:
    upload = next(step for step in github_job()["steps"] if "upload-artifact" in step.get("uses", ""))

    assert upload["if"] == "always()"
    assert yaml(GITLAB)["conversions"]["artifacts"]["when"] == "always"


def test_the_gitlab_job_has_only_keys_that_gitlab_knows() -> None:
    document = yaml(GITLAB)

    assert set(document) == {"conversions"}
    job = document["conversions"]
    assert set(job) <= GITLAB_KEYS
    assert set(job["artifacts"]["reports"]) == {"junit", "codequality"}
    assert job["image"] in DOCKERFILE


def test_packages_are_installed_from_the_lock_and_its_path_is_right() -> None:
    for text in (GITHUB.read_text("utf-8"), GITLAB.read_text("utf-8"), DOCKERFILE):
        assert "--require-hashes --requirement" in text
    assert f"{yaml(GITHUB)['env']['HARNESS']}/requirements.lock" in GITLAB.read_text("utf-8")


def test_the_image_has_a_pinned_base_and_no_root() -> None:
    (base,) = re.findall(r"^FROM (\S+)$", DOCKERFILE, re.MULTILINE)
    instructions = re.findall(r"^([A-Z]+) ", DOCKERFILE, re.MULTILINE)
    (user,) = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)

    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", base)
    assert user.split(":")[0] not in ("root", "0")
    assert instructions.index("USER") < instructions.index("ENTRYPOINT")
    assert not {"COPY", "ADD", "RUN"} & set(instructions[instructions.index("USER") :])
    assert re.search(r'^ENTRYPOINT \["harness"\]$', DOCKERFILE, re.MULTILINE)


def test_everything_that_is_copied_is_there_and_reaches_the_builder() -> None:
    for sources in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists()
            assert f"!{source}" in IGNORED
    assert IGNORED[0] == "*"


def test_what_the_wheel_is_made_of_is_in_the_image() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    needed = re.findall(r'^"([\w_]+)" = "harness/', project, re.MULTILINE)
    needed += [*re.findall(r'^readme = "(.+)"', project, re.MULTILINE), "harness", "pyproject.toml"]

    copied = {
        source for sources in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for source in sources.split()
    }
    assert set(needed) <= copied


@pytest.mark.parametrize("path", ["harness/__pycache__/a.pyc", "harness/cli/b.pyc"])
def test_compiled_files_do_not_reach_the_builder(path: str) -> None:
    patterns = [line.replace("**/", "*") for line in IGNORED if line.startswith("**/")]
    assert any(fnmatch(path, pattern) or fnmatch(str(Path(path).parent), pattern) for pattern in patterns)
