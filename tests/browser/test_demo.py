"""The main job, as a newcomer meets it: the sound shop, its evidence, and the same verdict without a browser."""

from __future__ import annotations

import base64
import importlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from harness.checks import CHECKS, RUN_CHECKS
from harness.cli.progress import Progress
from harness.demo import VENDORS
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.personas import make_persona
from harness.pipeline import accuracy_table, measured
from harness.plan import click_ids_of
from harness.record.browsers import find_browsers
from harness.record.storage import read_recording

pytestmark = pytest.mark.browser

HARNESS = [sys.executable, "-m", "harness"]
TRANSPORTS = {"tealium", "server-gtm"}


def run(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*HARNESS, *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, **(environment or {})},
    )


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    out = tmp_path_factory.mktemp("sound")
    return out, run("demo", "--lists", "own", "--out", str(out))


def result_in(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "result.json").read_text("utf-8"))
    return found


def test_the_sound_shop_passes_in_all_wirings_and_profiles(sound: Any) -> None:
    out, done = sound
    result = result_in(out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [(one["id"], one["verdict"]) for one in result["runs"]] == [
        ("shop-direct--none", "passed"),
        ("shop-direct--ublock", "passed"),
        ("shop-server-gtm--none", "passed"),
        ("shop-server-gtm--ublock", "passed"),
        ("shop-tealium--none", "passed"),
        ("shop-tealium--ublock", "passed"),
    ]
    findings = [finding for one in result["runs"] for each in one["outcomes"] for finding in each["findings"]]
    # The data layer of the tag manager, and the container's address, hold what the visitor typed.
    assert {(each["severity"], each["check"]) for each in findings} == {
        ("info", "data-layer-pii"),
        ("info", "identifier-leak"),
    }
    assert result["orphans"] == []
    assert result["refused_hosts"] == []


def test_each_order_is_predicted_to_be_counted_once_although_the_tags_are_blocked(sound: Any) -> None:
    for one in result_in(sound[0])["runs"]:
        for row in one["matrix"]:
            if row["vendor"] in TRANSPORTS:
                continue
            # The container's own hit to Google Analytics has the form of a tag's, and no blocker between.
            is_passed_on = row["vendor"] == "ga4" and one["scenario"] == "shop-server-gtm"
            assert (row["orders"], row["counted"]) == (1, 1), (one["id"], row)
            assert row["capi_events"] == (0 if is_passed_on else 1), (one["id"], row)
            assert row["tag_events"] == (0 if one["profile"] == "ublock" and not is_passed_on else 1), (one["id"], row)


def test_every_vendor_of_the_shop_is_in_every_wiring(sound: Any) -> None:
    for one in result_in(sound[0])["runs"]:
        assert {row["vendor"] for row in one["matrix"]} - TRANSPORTS == set(VENDORS), one["id"]


def test_every_server_call_was_attributed_and_every_canary_passed(sound: Any) -> None:
    for folder in sorted((sound[0] / "recordings").iterdir()):
        recording = read_recording(folder)
        calls = [each for each in recording.exchanges if each.origin == "server"]
        assert len(calls) == len(VENDORS)
        assert {each.attributed_by for each in calls} <= {"order_id", "event_id", "click_id", "identifier"}
        assert recording.canaries
        assert all(canary.passed for canary in recording.canaries)


def test_the_blocked_runs_say_which_rule_took_what(sound: Any) -> None:
    blocked = [one["blocked"] for one in result_in(sound[0])["runs"] if one["profile"] == "ublock"]
    for requests in blocked:
        assert {"strip", "block"} <= {request["action"] for request in requests}
        assert all(request["rule"] and request["list"] and request["line"] for request in requests)
        assert {"fbclid", "gclid", "msclkid", "ttclid", "twclid"} <= {
            name for request in requests for name in request["removed_parameters"]
        }


def test_auditing_the_recordings_gives_the_same_result_without_a_browser(sound: Any, tmp_path: Path) -> None:
    out, _ = sound
    nothing = tmp_path / "bin"
    nothing.mkdir()
    done = run(
        "audit", str(out / "recordings"), "--out", str(tmp_path / "audit"),
        environment={"PATH": str(nothing), "PLAYWRIGHT_BROWSERS_PATH": str(nothing)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = result_in(out), result_in(tmp_path / "audit")
    for result in (first, second):
        for key in ("created_at", "title", "orphans", "refused_hosts"):
            del result[key]
        for one in result["runs"]:
            del one["folder"]
    assert first == second


# Checks that no fault is seeded for in recordings, and why; their own tests are in tests/unit/checks.
def test_every_seeded_fault_is_found_and_every_check_has_found_some(sound: Any) -> None:
    recordings = sorted((sound[0] / "recordings").glob("*--none"))
    assert len(recordings) == 3
    accuracy = measured(recordings, Progress())
    assert accuracy.is_perfect, accuracy_table(accuracy)
    assert accuracy.pairs.trials > 1000
    spoke = {check for check, spoken in accuracy.checks.items() if spoken.said >= 3}
    assert {*CHECKS, *RUN_CHECKS} - spoke == set()


def forms(value: str) -> Iterator[bytes]:
    """The value as it may stand in a file: plain, URL-encoded, and inside base64 at each of its three alignments."""
    for text in {value, value.lower(), value.upper(), quote(value, safe=""), quote_plus(value), quote(value)}:
        yield text.encode()
    for text in {value, value.lower()}:
        raw = text.encode()
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + raw)
            inner = coded[(0, 2, 3)[shift] : len(coded) - 4 if (len(raw) + shift) % 3 else len(coded)]
            if len(inner) >= 6:
                yield inner
                yield inner.replace(b"+", b"-").replace(b"/", b"_")


def test_no_file_and_no_output_holds_a_value_of_the_persona_or_a_token(sound: Any) -> None:
    out, done = sound
    specs = load_vendor_specs(packaged_specs())
    files = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    files[Path("output")] = (done.stdout + done.stderr).encode()
    assert len(files) > 20
    for folder in sorted((out / "recordings").iterdir()):
        recording = read_recording(folder)
        persona = make_persona(recording.persona, click_ids_of(recording.scenario, specs))
        for name, value in persona.identifiers().items():
            for form in forms(value):
                pattern = re.compile(rb"(?<![0-9A-Za-z])" + re.escape(form) + rb"(?![0-9A-Za-z])")
                # The plain search is a hundred times faster, and nearly always finds nothing.
                holders = [str(path) for path, content in files.items() if form in content and pattern.search(content)]
                assert not holders, f"{name} as {form!r}"
    modules = [importlib.import_module(vendor.folder) for vendor in VENDORS.values()]
    tokens = [getattr(module, name) for module in modules for name in ("TOKEN", "SECRET") if hasattr(module, name)]
    assert len(tokens) == len(VENDORS)
    for token in (*(each[:10] for each in tokens), "expired-"):
        assert not [str(path) for path, content in files.items() if token.encode() in content], token


@pytest.mark.skipif(
    not any(browser.flavour != "headless-shell" for browser in find_browsers()), reason="needs a whole Chromium"
)
def test_the_browsers_own_engine_gives_the_same_verdict_as_the_proxy(sound: Any, tmp_path: Path) -> None:
    done = run("demo", "--lists", "own", "--enforcer", "extension", "--wiring", "direct", "--out", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    by_proxy = [one for one in result_in(sound[0])["runs"] if one["scenario"] == "shop-direct"]
    by_browser = result_in(tmp_path)["runs"]
    assert [one["enforcer"] for one in by_browser if one["profile"] == "ublock"] == ["extension"]
    for proxy, browser in zip(by_proxy, by_browser, strict=True):
        assert browser["matrix"] == proxy["matrix"]
        assert {(each["check"], each["vendor"], each["outcome"]) for each in browser["outcomes"]} == {
            (each["check"], each["vendor"], each["outcome"]) for each in proxy["outcomes"]
        }


SCENARIO = """
scenario: broken
title: A step that cannot be done
site: {demo: shop, options: {wiring: direct}}
profiles: [none]
vendors:
  meta: {accounts: {tag: "702400000000001", capi: "702400000000001"}}
server_calls: {source: egress-proxy, budget: 2, quiet: 0.2}
journey:
  - open: "/?${click_ids}"
  - click: {role: button, name: Buy the moon}
"""


def test_a_step_that_cannot_be_done_is_inconclusive_and_keeps_what_was_seen(tmp_path: Path) -> None:
    scenario = tmp_path / "broken.yaml"
    scenario.write_text(SCENARIO, "utf-8")
    done = run("run", str(scenario), "--out", str(tmp_path / "out"))
    assert done.returncode == 3, done.stdout + done.stderr
    (one,) = result_in(tmp_path / "out")["runs"]
    assert one["verdict"] == "inconclusive"
    assert "Buy the moon" in one["reasons"][0]
    assert "broken.yaml:11:" in one["reasons"][0]
    assert [path.name for path in (tmp_path / "out" / "recordings" / one["id"] / "screenshots").iterdir()]
    assert one["completeness"]["browser_requests"] > 0


def test_a_site_that_is_down_is_inconclusive(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    scenario = tmp_path / "down.yaml"
    scenario.write_text(SCENARIO.replace("{demo: shop, options: {wiring: direct}}", f'{{url: "{url}"}}'), "utf-8")
    done = run("run", str(scenario), "--out", str(tmp_path / "out"))
    assert done.returncode == 3, done.stdout + done.stderr
    (one,) = result_in(tmp_path / "out")["runs"]
    assert "did not answer" in one["reasons"][0] or "not reachable" in one["reasons"][0], one["reasons"]


def test_wrong_input_names_every_mistake_with_its_place(tmp_path: Path) -> None:
    scenario = tmp_path / "wrong.yaml"
    wrong = SCENARIO.replace("  - click:", "  - clik:").replace("profiles: [none]", "profiles: [nonee]")
    scenario.write_text(wrong.replace("  meta:", "  metta:"), "utf-8")
    done = run("run", str(scenario), "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    for place, word in (("wrong.yaml:5:", "none"), ("wrong.yaml:7:", "meta"), ("wrong.yaml:11:", "click")):
        assert re.search(rf"{place}\d+: .*did you mean \"{word}\"", done.stderr), done.stderr
    assert not (tmp_path / "out" / "result.json").exists()


def test_a_missing_browser_says_how_to_get_one(tmp_path: Path) -> None:
    done = run("demo", "--browser", "/no/such/browser", "--out", str(tmp_path))
    assert done.returncode == 3
    assert "/no/such/browser" in done.stderr


def test_an_interrupted_suite_reports_the_finished_runs_and_never_passes(tmp_path: Path) -> None:
    command = [*HARNESS, "demo", "--lists", "own", "--workers", "1", "--out", str(tmp_path)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Workers that run tests side by side are deaf to interrupts, and children inherit it.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.strip().endswith(": recorded"):
            os.killpg(process.pid, signal.SIGINT)
            break
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 3, errors
    assert "Traceback" not in errors
    result = result_in(tmp_path)
    assert result["verdict"] == "inconclusive"
    assert 1 <= len(result["runs"]) < 6
    assert (tmp_path / "index.html").is_file()
