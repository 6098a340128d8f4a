"""A scenario is written from answers, asked for or given; a mistaken one is asked for again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harness.cli import main
from harness.load.scenarios import load_scenario
from harness.model.scenario import Scenario
from harness.pipeline.authoring import known_answers

GIVEN = (
    "--site", "https://staging.example", "--vendor", "meta=123", "--vendor", "google-ads=tag:1,capi:2",
    "--event-name", "google-ads=tag:AbC,capi:99", "--order-id", "test_id:order-number", "--currency", "EUR",
    "--step", "click: {link: Teapot}", "--accept", "Accept all", "--yes",
)  # fmt: skip


def loaded(path: Path) -> Scenario:
    known = known_answers()
    return load_scenario(path, vendors=known.specs, profiles=known.profiles, environment={})


def test_options_alone_make_a_scenario(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "new" / "checkout.yaml"
    result = call("new", str(path), *GIVEN)
    assert result.exit_code == 0, result.output
    assert "read back" in result.output
    scenario = loaded(path)
    assert scenario.id == "checkout"
    assert [(each.vendor, each.accounts, each.names) for each in scenario.snapshot.vendors] == [
        ("meta", {"tag": "123", "capi": "123"}, {}),
        ("google-ads", {"tag": "1", "capi": "2"}, {"purchase": {"tag": "AbC", "capi": "99"}}),
    ]
    assert [step.verb for step in scenario.legs[0].steps] == [
        "open", "consent", "click", "wait", "read", "script", "conversion",
    ]  # fmt: skip
    first = path.read_text("utf-8").splitlines()[0]
    assert (path.parent / first.partition("$schema=")[2]).is_file()


@pytest.mark.parametrize("site", ["shop", "loan", "travel"])
def test_an_embedded_site_brings_its_own_way(call: Any, tmp_path: Path, site: str) -> None:
    path = tmp_path / "mine.yaml"
    assert call("new", str(path), "--site", site, "--profile", "none", "--yes").exit_code == 0
    assert "conversion" in [step.verb for step in loaded(path).legs[0].steps]


def test_a_mistaken_answer_is_asked_for_again_with_what_was_expected(tmp_path: Path) -> None:
    path = tmp_path / "asked.yaml"
    answers = (
        "staging.example", "https://staging.example",  # the site
        "none, ublok", "none",  # profiles
        "",  # data layer
        "purchas", "purchase",
        "metta", "meta", "123",
        "clik: x", "click: '#buy'", "",
        "order-number", "css:#order", "", "EUR",
        "", "", "", "", "",
    )  # fmt: skip
    result = CliRunner().invoke(main, ["new", str(path)], input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    for said in ("expected a URL that begins", 'did you mean "ublock"?', 'did you mean "purchase"?',
                 'did you mean "meta"?', 'did you mean "click"?', "expected test_id:order-number"):  # fmt: skip
        assert said in result.output
    assert loaded(path).profiles == ("none",)


def test_a_file_that_is_there_stays_unless_forced(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "kept.yaml"
    path.write_text("mine", "utf-8")
    result = call("new", str(path), *GIVEN)
    assert result.exit_code == 2
    assert "--force" in result.output
    assert path.read_text("utf-8") == "mine"
    assert call("new", str(path), *GIVEN, "--force").exit_code == 0


def test_a_password_is_given_when_the_scenario_is_run(call: Any, tmp_path: Path) -> None:
    step = 'fill: {label: Password, value: "${env.NOBODY_SET_THIS}"}'
    result = call("new", str(tmp_path / "login.yaml"), *GIVEN, "--step", step)
    assert result.exit_code == 0, result.output


def test_what_needs_mending_is_written_and_told_with_its_places(call: Any, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    result = call("new", str(path), *GIVEN, "--step", 'click: "${order}"')
    assert result.exit_code == 2
    assert "was written, and needs mending" in result.output
    line = next(number for number, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "${order}" in text)
    assert f"{path}:{line}:" in result.output
    assert "unknown name ${order}" in result.output


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--vendor", "metta", 'unknown vendor "metta"; did you mean "meta"?'),
        ("--step", "clik: x", 'unknown step "clik"'),
        ("--profile", "ublok", 'did you mean "ublock"?'),
        ("--order-id", "order", "expected test_id:order-number"),
    ],
)
def test_a_mistaken_option_is_told_by_its_name(call: Any, tmp_path: Path, option: str, value: str, said: str) -> None:
    result = call("new", str(tmp_path / "x.yaml"), *GIVEN, option, value)
    assert result.exit_code == 2
    assert option in result.output
    assert said in result.output


@pytest.mark.parametrize("kind", ["scenario", "steps", "profile", "vendor-spec", "known-misses", "result", "recording"])
def test_a_schema_is_complete_in_itself(call: Any, kind: str) -> None:
    text = call("schema", kind).output
    schema = json.loads(text)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert ".json#" not in text


def test_an_unknown_schema_is_told_with_what_is_near(call: Any) -> None:
    result = call("schema", "scenaro")
    assert result.exit_code == 2
    assert 'did you mean "scenario"?' in result.output
