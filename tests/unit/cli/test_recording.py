"""`run` and `demo` hand the pipeline what was asked for, and end with the table and the way to the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.model.result import Severity


def request_of(pipeline: Any) -> Any:
    ((name, (request,)),) = pipeline.calls
    assert name == "run_suite"
    return request


def test_a_run_with_its_defaults(pipeline: Any, call: Any) -> None:
    result = call("run", "a.yaml", "folder")
    request = request_of(pipeline)
    assert request.scenarios == (Path("a.yaml"), Path("folder"))
    assert request.out == Path("reports/latest")
    assert (request.profiles, request.browser, request.headed) == ((), "", False)
    assert (request.enforcer, request.lists, request.fail_on) == ("auto", "installed", Severity.ERROR)
    assert 1 <= request.workers <= 4
    assert result.stderr == "shop--none: opening the shop\n"
    assert result.stdout == f"the table of Suite\n\nreport: {Path('out/here/index.html')}\ntime: 0 s\n"


def test_a_run_with_every_option(pipeline: Any, call: Any) -> None:
    call(
        "run", "a.yaml", "--profile", "none", "--profile", "ublock", "--vendor", "meta", "--workers", "7",
        "--out", "there", "--headed", "--browser", "/opt/chrome", "--enforcer", "proxy", "--lists", "own",
        "--fail-on", "warning",
    )  # fmt: skip
    request = request_of(pipeline)
    assert (request.profiles, request.workers, request.out) == (("none", "ublock"), 7, Path("there"))
    assert request.vendors == ("meta",)
    assert (request.browser, request.headed, request.enforcer) == ("/opt/chrome", True, "proxy")
    assert (request.lists, request.fail_on) == ("own", Severity.WARNING)


def test_the_environment_reaches_the_scenarios(pipeline: Any, call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGING", "https://staging.example")
    call("run", "a.yaml")
    assert request_of(pipeline).environment["STAGING"] == "https://staging.example"


@pytest.mark.parametrize(
    ("arguments", "faults", "wirings", "out"),
    [
        ((), (), (), "reports/demo"),
        (("--wiring", "tealium"), (), ("tealium",), "reports/demo"),
        (("--fault", "a", "--fault", "b"), ("a", "b"), (), "reports/demo-a-b"),
        (("--fault", "a", "--out", "x"), ("a",), (), "x"),
    ],
)
def test_the_demo(
    pipeline: Any, call: Any, arguments: tuple[str, ...], faults: tuple[str, ...], wirings: tuple[str, ...], out: str
) -> None:
    call("demo", *arguments)
    request = request_of(pipeline)
    assert (request.faults, request.wirings, request.out) == (faults, wirings, Path(out))
