"""Do the parts make one story, and does no part of it let the visitor out?"""

from __future__ import annotations

import base64
import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from builders import (
    LATER,
    ORDER,
    SECOND_ORDER,
    SEED,
    SHOP,
    START,
    UNOBSERVABLE,
    a_healthy_recording,
    a_recording,
    decoded,
    event_id_of,
    facts_of,
    google_capi,
    google_tag,
    landing,
    meta_capi,
    meta_tag,
    outcomes_of,
    persona,
    specs,
    tealium_collect,
    with_blocked,
    without,
)

from harness import pipeline
from harness.checks import CHECKS, RUN_CHECKS
from harness.errors import ExitCode, InputError
from harness.model.persona import Persona, PersonaSeed
from harness.model.recording import Cookie, Exchange, Fate, Recording, StepRecord
from harness.model.result import CheckOutcome, Finding, Outcome, RunResult, Severity, SuiteResult, Verdict
from harness.model.scenario import SeverityLimit, VendorAccount
from harness.pipeline import (
    DocumentRequest,
    GateRequest,
    RunRequest,
    SuiteOutcome,
    attempts,
    audit,
    catalogue,
    exit_code,
    gate,
    planning,
    render,
    run_suite,
    vendor_page,
    write_vendor_pages,
)
from harness.pipeline.gate import GateOutcome
from harness.record.session import RecordedRun, RunJob, SuiteRecording
from harness.record.storage import write_recording
from harness.redaction import Redactor
from harness.report import REPORTERS
from harness.verdicts import run_result

# The functions of the same names hide the modules.
pipeline_gate = importlib.import_module("harness.pipeline.gate")
pipeline_catalogue = importlib.import_module("harness.pipeline.catalogue")
SCENARIO = Path(__file__).parents[3] / "scenarios" / "demo" / "shop-direct.yaml"
PICTURE = base64.b64decode(  # one dot
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
OTHER_SEED = PersonaSeed(token="w2m8d4v6", country="FR")


@pytest.fixture(autouse=True)
def specs_that_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real ones; reading them anew for each command is half of what these tests would take."""
    for module in (pipeline, pipeline_catalogue, pipeline_gate, planning):
        monkeypatch.setattr(module, "load_vendor_specs", lambda folder: specs())


class Said:
    """Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def say(self, run_id: str, text: str) -> None:
        self.lines.append((run_id, text))


def redactor_of(recording: Recording) -> Redactor:
    known = specs().values()
    cookies = {click.cookie for spec in known for click in spec.click_ids if click.cookie}
    cookies |= {cookie for spec in known for cookie in spec.browser_ids.values()}
    secrets = {name for spec in known for name in spec.secrets}
    return Redactor([persona(recording.persona)], salt=recording.run_id, secrets=secrets, cookies=cookies)


def stored(folder: Path, *recordings: Recording) -> Path:
    """The recordings as a suite leaves them: redacted, with a picture of each step that has one."""
    for recording in recordings:
        pictures = {step.screenshot: PICTURE for step in recording.steps if step.screenshot}
        write_recording(folder / recording.run_id, redactor_of(recording).redact_recording(recording), pictures)
    return folder


def judged(folder: Path, out: Path, fail_on: Severity = Severity.ERROR) -> SuiteOutcome:
    return audit([folder], out, fail_on=fail_on, progress=Said())


def a_step(visitor: Persona, **changes: Any) -> StepRecord:
    """A step that has seen everything of its visitor."""
    told = {
        "index": 1,
        "verb": "fill",
        "summary": f"fill Email with {visitor.email}",
        "started_at": START + 2,
        "ended_at": START + 3,
        "url": f"{SHOP}/checkout?email={quote(visitor.email)}&name={quote_plus(visitor.first_name)}",
        "screenshot": "screenshots/02-fill.png",
        "data_layer": (
            {
                "user": {name: value.upper() for name, value in visitor.identifiers().items()},
                "token": base64.b64encode(json.dumps({"email": visitor.email}).encode()).decode(),
            },
        ),
        "cookies": (Cookie(name="basket", value=f"{visitor.email}|{visitor.phone}", domain="cornershop.test"),),
        "console_errors": (f"TypeError near {visitor.street}, {visitor.postal_code} {visitor.city}",),
        "error": f"<b>{visitor.last_name}</b> & co",
    }
    return StepRecord(**(told | changes))


def a_leaky_recording(run_id: str = "shop--none", seed: PersonaSeed = SEED) -> Recording:
    """Much is wrong in this run, and its calls are full of the visitor."""
    visitor = persona(seed)
    return a_recording(
        landing(visitor=visitor),
        meta_tag({"ud[em]": visitor.email, "dl": f"{SHOP}/thanks?mail={visitor.email}"}, visitor=visitor),
        meta_capi({"user_data/em": [visitor.email], "user_data/ph": [visitor.phone]}, visitor=visitor),
        google_tag({"oid": None}, visitor=visitor),
        google_capi({"userData/userIdentifiers/0/emailAddress": visitor.email.upper()}, visitor=visitor),
        tealium_collect({"data/customer_name": f"{visitor.first_name} {visitor.last_name}"}, visitor=visitor),
        tealium_collect(visitor=visitor, name="again", at=LATER),
        run_id=run_id,
        persona=seed,
        steps=(a_step(visitor),),
    )


# --- judging stored recordings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "recording",
    [
        a_healthy_recording(),
        a_leaky_recording(),
        a_leaky_recording(seed=OTHER_SEED),
        with_blocked(a_healthy_recording(), "meta-tag", "teads-tag", "tealium-collect"),
        without(a_healthy_recording(server_source=UNOBSERVABLE), "meta-capi", "google-capi"),
    ],
    ids=["healthy", "leaky", "another visitor", "blocked", "unobservable"],
)
def test_an_audit_finds_what_was_found_before_the_recording_was_stored(recording: Recording, tmp_path: Path) -> None:
    facts = facts_of(recording)
    direct = [outcome for vendor in (*facts, "") for outcome in outcomes_of(recording, vendor).values()]
    folder = f"recordings/{recording.run_id}"
    expected = run_result(recording, decoded(recording), facts, direct, specs(), folder)

    outcome = judged(stored(tmp_path / "recordings", recording), tmp_path)

    (run,) = outcome.result.runs
    assert run == redactor_of(recording).redact_structure(expected)
    assert outcome.result.verdict is run.verdict


def test_an_audit_says_what_it_judged_by(tmp_path: Path) -> None:
    folder = stored(tmp_path / "recordings", a_healthy_recording(suite_id="5u1te"))
    progress = Said()
    outcome = audit([folder], tmp_path / "out", fail_on=Severity.ERROR, progress=progress)
    assert progress.lines == [("", "judging 1 recording")]
    assert (outcome.folder, outcome.exit_code) == (tmp_path / "out", ExitCode.PASSED)
    result = outcome.result
    assert (result.suite_id, result.title, result.verdict) == ("5u1te", "Audit of recordings", Verdict.PASSED)
    assert [info.vendor for info in result.specs] == list(specs())
    assert all(info.digest and info.reviewed for info in result.specs)
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == sorted(["runs", *(reporter.file_name for reporter in REPORTERS.values())])


def test_orders_of_several_runs_are_compared(tmp_path: Path) -> None:
    same = {"event_id": "purchase"}
    first = a_recording(meta_capi(same), run_id="a")
    second = a_recording(
        meta_capi(same, order=SECOND_ORDER, visitor=persona(OTHER_SEED)),
        run_id="b",
        persona=OTHER_SEED,
        conversions=(SECOND_ORDER,),
    )
    outcome = judged(stored(tmp_path / "recordings", first, second), tmp_path)
    messages = [finding.message for finding in outcome.result.findings if finding.check == "event-id-unique"]
    assert messages == ["The ID purchase is used for 2 orders: CS-7F3K9Q2, CS-8G4L0R3."] * 2


def test_judging_again_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = stored(tmp_path / "recordings", a_leaky_recording(), a_leaky_recording("shop--fr", OTHER_SEED))
    judged(folder, tmp_path)
    here = (tmp_path / "result.json").read_text("utf-8")
    # Another process, in which sets have another order.
    script = (
        "import sys; from pathlib import Path; from harness.pipeline import audit; from harness.model.result import *\n"
        "audit([Path(sys.argv[1])], Path(sys.argv[2]), fail_on=Severity.ERROR,"
        " progress=type('P', (), {'say': lambda *told: None})())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    subprocess.run([sys.executable, "-c", script, folder, tmp_path], check=True, env=environment)
    there = (tmp_path / "result.json").read_text("utf-8")
    created_at = re.compile(r'"created_at": [\d.]+')
    assert created_at.search(here)
    assert created_at.sub("", there) == created_at.sub("", here)


def forms_of(visitor: Persona) -> Iterator[str]:
    values = visitor.identifiers()
    values["mailbox"] = visitor.email.partition("@")[0]
    for name in ("phone", "phone_national"):
        values[f"{name} digits"] = re.sub(r"\D", "", values[name])
    for value in values.values():
        encoded = base64.b64encode(value.encode()).decode().rstrip("=")
        yield from (value, quote(value), quote(quote(value)), quote_plus(value), json.dumps(value)[1:-1])
        yield from (escape(value), encoded, encoded.replace("+", "-").replace("/", "_"))


def assert_nothing_of(visitor: Persona, folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    for path in files:
        text = path.read_bytes().decode("utf-8", "replace").lower()
        for form in forms_of(visitor):
            assert form.lower() not in text, f"{form} is in {path.relative_to(folder)}"


@pytest.mark.parametrize("seed", [SEED, OTHER_SEED, PersonaSeed(token="q5r7s9t1", country="GB")])
def test_nothing_of_the_visitor_is_in_any_file(seed: PersonaSeed, tmp_path: Path) -> None:
    stored(tmp_path / "recordings", a_leaky_recording(seed=seed))
    outcome = judged(tmp_path, tmp_path)
    assert outcome.result.verdict is Verdict.FAILED
    assert {"identifier-raw", "collect-once"} <= {finding.check for finding in outcome.result.findings}
    assert_nothing_of(persona(seed), tmp_path)


def test_tokens_are_in_no_file(tmp_path: Path) -> None:
    stored(tmp_path / "recordings", a_healthy_recording())
    judged(tmp_path, tmp_path)
    for path in tmp_path.rglob("*.*"):
        text = path.read_text("utf-8")
        assert not any(token in text for token in ("EAAB-test-token", "ya29.test-token", "teads-test-token")), path


def test_a_recording_of_an_unknown_vendor_is_no_input(tmp_path: Path) -> None:
    recording = a_healthy_recording("meta")
    folder = stored(tmp_path / "recordings", recording)
    foreign = (*recording.scenario.vendors, VendorAccount(vendor="myspace"))
    redacted = redactor_of(recording).redact_recording(recording)
    write_recording(folder / "shop--none", replace(redacted, scenario=replace(redacted.scenario, vendors=foreign)), {})
    with pytest.raises(InputError) as failure:
        judged(folder, tmp_path)
    assert str(failure.value) == (
        f'{folder / "shop--none" / "recording.json"}: there is no spec for the vendor "myspace"; '
        f"expected one of {', '.join(specs())}"
    )


def test_a_folder_without_recordings_is_no_input(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError, match=r"no recording here; expected a folder with recording\.json, or above"):
            judged(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


# --- reports --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["report/recordings", "elsewhere/recordings"])
def test_a_report_shows_the_pictures_wherever_the_recordings_are(place: str, tmp_path: Path) -> None:
    recording = a_healthy_recording(steps=(a_step(persona()),))
    outcome = judged(stored(tmp_path / place, recording), tmp_path / "report")
    (run,) = outcome.result.runs
    assert (tmp_path / "report" / run.folder / run.steps[0].screenshot).read_bytes() == PICTURE
    assert base64.b64encode(PICTURE).decode() in page_of(tmp_path / "report", run)


def page_of(report: Path, run: RunResult) -> str:
    return (report / "runs" / f"{run.id}.html").read_text("utf-8")


def test_pages_of_an_earlier_suite_go_and_nothing_else_does(tmp_path: Path) -> None:
    folder = stored(tmp_path / "recordings", a_healthy_recording())
    (run,) = judged(folder, tmp_path).result.runs
    old, foreign = tmp_path / "runs" / "earlier.html", tmp_path / "runs" / "mine.html"
    old.write_text(page_of(tmp_path, run), "utf-8")
    foreign.write_text("<p>mine</p>", "utf-8")
    judged(folder, tmp_path)
    assert (old.exists(), foreign.exists()) == (False, True)
    assert page_of(tmp_path, run)


def test_a_document_is_written_for_whoever_names_a_client_and_a_broken_theme_stops_all(tmp_path: Path) -> None:
    judged(stored(tmp_path / "recordings", a_healthy_recording()), tmp_path)
    assert render(tmp_path / "result.json", tmp_path).documents == ()
    outcome = render(tmp_path / "result.json", tmp_path, DocumentRequest(client="Corner Shop"))
    assert outcome.documents == (tmp_path / "document.html",)
    assert "for Corner Shop" in (tmp_path / "document.html").read_text("utf-8")
    (tmp_path / "theme.yaml").write_text("name: 1", "utf-8")
    with pytest.raises(InputError, match=r"theme\.yaml:1:7"):
        render(tmp_path / "result.json", tmp_path / "new", DocumentRequest(theme=tmp_path))
    assert not (tmp_path / "new").exists()


def test_a_result_is_rendered_again_from_its_file_alone(tmp_path: Path) -> None:
    first = judged(stored(tmp_path / "recordings", a_leaky_recording()), tmp_path)
    again = render(tmp_path / "result.json", tmp_path / "again")
    assert again.result == first.result
    assert again.exit_code is first.exit_code is ExitCode.FAILED
    for name in (reporter.file_name for reporter in REPORTERS.values()):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / name).read_bytes()
    assert not list(tmp_path.rglob("*.partial"))


def test_a_missing_result_is_no_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"result\.json: No such file or directory; expected a result\.json"):
        render(tmp_path / "result.json", tmp_path)


def a_run(verdict: str, *severities: str) -> RunResult:
    findings = tuple(
        Finding(check="schema", vendor="meta", severity=Severity(severity), message="Wrong.") for severity in severities
    )
    outcome = Outcome(
        check="schema", title="Shape", vendor="meta", outcome=CheckOutcome.FAILED, findings=findings
    )  # fmt: skip
    empty: Any = ()
    return RunResult(
        id="r", scenario="shop", title="Shop", profile="none", profile_title="None", verdict=Verdict(verdict),
        reasons=(), started_at=START, seconds=1.0, site=SHOP, browser="none", enforcer="", folder="r", orders=empty,
        matrix=empty, outcomes=(outcome,), events=empty, timeline=empty, blocked=empty, steps=empty, canaries=empty,
        filter_lists=empty,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("runs", "verdict", "by_error", "by_warning", "by_info"),
    [
        ([a_run("passed")], "passed", 0, 0, 0),
        ([a_run("passed", "info")], "passed", 0, 0, 1),
        ([a_run("passed", "warning")], "passed", 0, 1, 1),
        ([a_run("failed", "error")], "failed", 1, 1, 1),
        ([a_run("inconclusive")], "inconclusive", 3, 3, 3),
        ([a_run("inconclusive", "error")], "inconclusive", 3, 3, 3),
        ([a_run("inconclusive"), a_run("failed", "error")], "failed", 1, 1, 1),
        ([a_run("inconclusive"), a_run("passed", "warning")], "inconclusive", 3, 1, 1),
        ([], "inconclusive", 3, 3, 3),
    ],
)
def test_what_the_shell_is_told(
    runs: list[RunResult], verdict: str, by_error: int, by_warning: int, by_info: int
) -> None:
    result = SuiteResult(suite_id="s", title="Suite", verdict=Verdict(verdict), runs=tuple(runs))
    assert [exit_code(result, gate) for gate in (Severity.ERROR, Severity.WARNING, Severity.INFO)] == [
        by_error, by_warning, by_info,
    ]  # fmt: skip


# --- waivers, lowered severities and the gate ------------------------------------------------------------------------

BROKEN = a_recording(meta_tag(), meta_capi({"custom_data/value": 1}), vendors=("meta",))
WAIVERS = "- {check: order-parameters, vendor: meta, reason: known, owner: anna, until: 2026-12-31}\n"


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets it be another day."""

    def be(text: str) -> None:
        for module in (pipeline, pipeline_gate):
            monkeypatch.setattr(module, "today", lambda: date.fromisoformat(text))

    be("2026-12-31")
    return be


@pytest.fixture
def gate_of(tmp_path: Path) -> Callable[..., GateOutcome]:
    """The gate's answer about recordings, or about the last ones again."""

    def ask(*recordings: Recording, **files: Any) -> GateOutcome:
        if recordings:
            name = f"recordings-{len(list(tmp_path.iterdir()))}"
            judged(stored(tmp_path / name, *recordings), tmp_path / "out")
        return gate(GateRequest(result=tmp_path / "out" / "result.json", **files))

    return ask


def test_a_waived_suite_passes_until_its_day_and_fails_after(tmp_path: Path, day: Any) -> None:
    recordings = stored(tmp_path / "recordings", BROKEN)
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(WAIVERS)

    def audited() -> SuiteOutcome:
        return audit([recordings], tmp_path / "out", fail_on=Severity.WARNING, progress=Said(), waivers=waivers)

    assert judged(recordings, tmp_path / "plain", Severity.WARNING).exit_code is ExitCode.FAILED
    assert (audited().exit_code, audited().result.verdict) == (ExitCode.PASSED, Verdict.PASSED)
    day("2027-01-01")
    assert (audited().exit_code, audited().result.verdict) == (ExitCode.FAILED, Verdict.FAILED)


def test_a_wrong_waiver_is_told_before_anything_is_recorded(suite: Any, tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(WAIVERS.replace("order-parameters", "order-parameter"))
    with pytest.raises(InputError, match=r'waivers.yaml:1:11: unknown check "order-parameter"; did you mean'):
        suite(waivers=waivers)
    assert not (tmp_path / "out").exists()


def test_a_recording_keeps_how_grave_its_scenario_holds_a_finding(tmp_path: Path) -> None:
    limit = SeverityLimit(check="order-parameters", at_most="info", line=12, column=3)
    scenario = replace(BROKEN.scenario, severities=(limit,), file="shop.yaml")
    outcome = judged(stored(tmp_path / "in", replace(BROKEN, scenario=scenario)), tmp_path / "out", Severity.WARNING)
    lowered = [finding.lowered for finding in outcome.result.findings if finding.check == "order-parameters"]
    assert {entry.place for entry in lowered if entry} == {"shop.yaml:12:3"}
    assert "lowered to info by shop.yaml:12:3" in (tmp_path / "out" / "junit.xml").read_text()


def test_the_gate_lets_through_what_was_promoted_and_stops_a_regression(tmp_path: Path, gate_of: Any) -> None:
    baseline = tmp_path / "agreed" / "baseline.yaml"
    healthy = a_healthy_recording("meta")
    assert gate_of(healthy, promote=baseline).exit_code is ExitCode.PASSED
    other = a_healthy_recording("meta", seed=OTHER_SEED, order=SECOND_ORDER)
    assert gate_of(other, baseline=baseline).exit_code is ExitCode.PASSED
    told = gate_of(without(healthy, "meta-capi"), baseline=baseline, markdown=tmp_path / "gate" / "gate.md")
    assert told.exit_code is ExitCode.FAILED
    assert "server-call-once" in {seen.finding.check for seen in told.gate.new}
    assert {(drop.vendor, drop.channel, drop.found) for drop in told.gate.drops} == {("meta", "capi", None)}
    assert (tmp_path / "gate" / "gate.md").read_text().startswith("## ✗ Failed: ")
    assert ORDER.order_id not in baseline.read_text()


def test_the_gate_honours_a_waiver_until_its_day(tmp_path: Path, gate_of: Any, day: Any) -> None:
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(WAIVERS)
    assert gate_of(BROKEN, fail_on=Severity.WARNING).exit_code is ExitCode.FAILED
    assert gate_of(waivers=waivers, fail_on=Severity.WARNING).exit_code is ExitCode.PASSED
    day("2027-01-01")
    assert gate_of(waivers=waivers, fail_on=Severity.WARNING).exit_code is ExitCode.FAILED


def test_an_inconclusive_suite_is_no_pass_and_no_baseline(tmp_path: Path, gate_of: Any) -> None:
    assert gate_of(replace(a_healthy_recording("meta"), conversions=())).exit_code is ExitCode.INCONCLUSIVE
    with pytest.raises(InputError, match="shop--none could not be judged to the end; a baseline is made of judged"):
        gate_of(promote=tmp_path / "baseline.yaml")
    assert not (tmp_path / "baseline.yaml").exists()


def test_promoting_again_keeps_what_people_wrote(tmp_path: Path, gate_of: Any) -> None:
    baseline = tmp_path / "baseline.yaml"
    gate_of(a_healthy_recording("meta"), promote=baseline)
    baseline.write_text(baseline.read_text().replace("must_run: []", "must_run:\n  - {check: consent}"))
    gate_of(BROKEN, promote=baseline)
    assert "  - {check: consent}\n" in baseline.read_text()
    assert "check: order-parameters" in baseline.read_text()
    told = gate_of(baseline=baseline)
    assert [each.check for each in told.gate.unrun] == ["consent"]


# --- recording and judging in one go --------------------------------------------------------------------------------


class Recorder:
    """Records what it is told to in place of browsers, and keeps the jobs it was given."""

    def __init__(self, build: Callable[[RunJob], Recording], leftovers: SuiteRecording, interrupted: bool) -> None:
        self.build, self.leftovers, self.interrupted = build, leftovers, interrupted
        self.jobs: list[RunJob] = []

    async def __call__(self, jobs: list[RunJob], settings: Any, *, on_recorded: Any, **hooks: Any) -> SuiteRecording:
        self.jobs += jobs
        for job in jobs:
            recording = self.build(job)
            pictures = {step.screenshot: PICTURE for step in recording.steps}
            on_recorded(RecordedRun(recording=recording, screenshots=pictures))
        if self.interrupted:
            raise KeyboardInterrupt
        return self.leftovers


def sound(job: RunJob) -> Recording:
    vendors = [account.vendor for account in job.run.scenario.snapshot.vendors]
    return a_healthy_recording(
        *vendors,
        seed=job.persona.seed,
        run_id=job.run.id,
        suite_id=job.suite_id,
        scenario=job.run.scenario.snapshot,
        steps=(a_step(job.persona),),
    )


@pytest.fixture
def suite(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[SuiteOutcome, Recorder]]:
    def run(
        build: Callable[[RunJob], Recording] = sound,
        *,
        late: tuple[tuple[Exchange, str], ...] = (),
        refused: tuple[str, ...] = (),
        interrupted: bool = False,
        **request: Any,
    ) -> tuple[SuiteOutcome, Recorder]:
        recorder = Recorder(build, SuiteRecording(late_or_orphan=late, refused_hosts=refused), interrupted)
        monkeypatch.setattr(attempts, "record_suite", recorder)
        told = {
            "scenarios": (SCENARIO,),
            "out": tmp_path / "out",
            "profiles": ("none",),
            "vendors": ("meta", "google-ads", "teads"),
        }
        told["environment"] = {"HARNESS_CACHE": str(tmp_path / "cache")}
        return run_suite(RunRequest(**{**told, **request}), Said()), recorder

    return run


def test_a_suite_stores_and_judges_what_it_recorded(suite: Any, tmp_path: Path) -> None:
    outcome, recorder = suite()
    (job,) = recorder.jobs
    (run,) = outcome.result.runs
    assert (run.id, run.verdict, outcome.exit_code) == ("shop-direct--none", Verdict.PASSED, ExitCode.PASSED)
    assert run.folder == "recordings/shop-direct--none"
    assert outcome.result.suite_id == job.suite_id
    assert base64.b64encode(PICTURE).decode() in page_of(tmp_path / "out", run)
    assert_nothing_of(job.persona, tmp_path / "out")
    again = judged(tmp_path / "out", tmp_path / "out")
    assert again.result.runs == outcome.result.runs


def test_answers_of_the_site_are_not_kept(suite: Any, tmp_path: Path) -> None:
    outcome, _ = suite()
    recording = json.loads((tmp_path / "out" / outcome.result.runs[0].folder / "recording.json").read_text("utf-8"))
    kept = {each["answered_by"] for each in recording["exchanges"] if (each["response"] or {}).get("body")}
    assert kept == {"stand-in"}


def test_a_run_knows_whose_a_server_call_is_and_when_all_have_come(suite: Any) -> None:
    _, recorder = suite()
    (job,) = recorder.jobs
    exchanges = sound(job).exchanges
    capi = next(exchange for exchange in exchanges if exchange.id == "meta-capi")
    assert job.keys_of(capi) == {
        "order_id": {ORDER.order_id},
        "event_id": {event_id_of(ORDER)},
        "browser_id": {"fb.1.1795286300000.1116446470"},
    }
    assert job.settled([ORDER], exchanges)
    assert job.settled([], ())
    assert not job.settled([ORDER], [exchange for exchange in exchanges if exchange is not capi])
    assert not job.settled([ORDER, SECOND_ORDER], exchanges)


def test_an_interrupted_suite_judges_what_it_has_and_never_passes(suite: Any) -> None:
    outcome, _ = suite(interrupted=True)
    assert [run.verdict for run in outcome.result.runs] == [Verdict.PASSED]
    assert (outcome.result.verdict, outcome.exit_code) == (Verdict.INCONCLUSIVE, ExitCode.INCONCLUSIVE)


def test_an_interrupted_suite_fails_for_what_it_found(suite: Any) -> None:
    outcome, _ = suite(lambda job: without(sound(job), "meta-capi"), interrupted=True)
    assert (outcome.result.verdict, outcome.exit_code) == (Verdict.FAILED, ExitCode.FAILED)


def test_a_run_that_does_not_pass_is_tried_again_by_another_visitor(suite: Any) -> None:
    def steady_at_last(job: RunJob) -> Recording:
        recording = sound(job) if job.run.attempt == 3 else without(sound(job), "meta-capi")
        return replace(recording, attempt=job.run.attempt)

    outcome, recorder = suite(steady_at_last, retries=5)
    (run,) = outcome.result.runs
    assert (run.attempt, run.is_flaky, outcome.exit_code) == (3, True, ExitCode.PASSED)
    assert [each.verdict for each in run.earlier] == [Verdict.FAILED, Verdict.FAILED]
    assert [job.run.id for job in recorder.jobs][2:] == ["shop-direct--none--attempt-3"]
    assert len({job.persona.email for job in recorder.jobs}) == 3
    told = {each.folder for each in (*run.earlier, run)}
    assert told == {f"recordings/shop-direct--none{end}" for end in ("", "--attempt-2", "--attempt-3")}
    again = judged(outcome.folder, outcome.folder)
    assert again.result.runs == outcome.result.runs


def test_a_run_that_passes_is_not_tried_again(suite: Any) -> None:
    outcome, _ = suite(retries=2)
    assert [(run.attempt, run.is_flaky) for run in outcome.result.runs] == [(1, False)]


def test_attempts_that_all_fail_fail(suite: Any) -> None:
    def unsound(job: RunJob) -> Recording:
        return replace(without(sound(job), "meta-capi"), attempt=job.run.attempt)

    outcome, _ = suite(unsound, retries=1)
    (run,) = outcome.result.runs
    assert (run.attempt, len(run.earlier), outcome.exit_code) == (2, 1, ExitCode.FAILED)


def test_traces_are_named_in_the_result_and_those_of_an_earlier_suite_go(suite: Any, tmp_path: Path) -> None:
    traces = tmp_path / "out" / "traces"
    traces.mkdir(parents=True)
    (traces / "shop-direct--none--1.zip").write_bytes(b"old")
    (traces / "notes.txt").write_text("mine")
    outcome, _ = suite()
    assert [run.traces for run in outcome.result.runs] == [()]
    assert [path.name for path in traces.iterdir()] == ["notes.txt"]

    def traced(job: RunJob) -> Recording:
        (traces / f"{job.run.id}--1.zip").write_bytes(b"new")
        return sound(job)

    outcome, _ = suite(traced, trace=True)
    assert [run.traces for run in outcome.result.runs] == [("traces/shop-direct--none--1.zip",)]


def test_recordings_of_an_earlier_suite_go_and_other_files_stay(suite: Any, tmp_path: Path) -> None:
    recordings = tmp_path / "out" / "recordings"
    stored(recordings, a_healthy_recording(run_id="old--none"))
    (recordings / "notes.txt").write_text("mine")
    (recordings / "pictures").mkdir()
    (recordings / "pictures" / "cat.png").write_bytes(PICTURE)
    outcome, _ = suite()
    assert [run.id for run in outcome.result.runs] == ["shop-direct--none"]
    assert sorted(path.name for path in recordings.iterdir()) == ["notes.txt", "pictures", "shop-direct--none"]
    assert (recordings / "pictures" / "cat.png").read_bytes() == PICTURE


def test_leftovers_are_reported_without_their_visitors(suite: Any, tmp_path: Path) -> None:
    stray = meta_capi(order=SECOND_ORDER)
    unknown = replace(stray, request=replace(stray.request, url=f"https://api.example/{quote('a@b.example')}?x=1"))
    half = replace(stray, request=replace(stray.request, body=None), fate=Fate.FAILED, error="the client went away")
    late = ((stray, "shop-direct--none"), (unknown, ""), (half, ""))
    outcome, _ = suite(late=late, refused=("b.example", "a.example"))
    assert [(orphan.vendor, orphan.late_for) for orphan in outcome.result.orphans] == [
        ("meta", "shop-direct--none"), ("", ""), ("", ""),
    ]  # fmt: skip
    assert outcome.result.orphans[2].summary.endswith("/events (broken off: the client went away)")
    assert outcome.result.orphans[0].summary == "POST https://graph.facebook.com/v26.0/702400000000001/events"
    assert "a@b.example" not in outcome.result.orphans[1].summary
    assert outcome.result.refused_hosts == ("a.example", "b.example")
    told = json.loads((tmp_path / "out" / "leftovers.json").read_text("utf-8"))
    assert told["refused_hosts"] == ["a.example", "b.example"]
    assert [each["late_for"] for each in told["orphans"]] == ["shop-direct--none", "", ""]


def test_faults_break_only_the_wirings_they_can_occur_in(suite: Any) -> None:
    folder = SCENARIO.parent
    _, recorder = suite(scenarios=(folder,), faults=("collect-first", "value-net"))
    faults = {job.run.scenario.id: job.run.scenario.snapshot.site.options["faults"] for job in recorder.jobs}
    assert faults == {
        "shop-direct": "value-net",
        "shop-server-gtm": "value-net",
        "shop-tealium": "collect-first,value-net",
    }
    _, recorder = suite(scenarios=(folder,), wirings=("tealium",))
    assert [job.run.scenario.id for job in recorder.jobs] == ["shop-tealium"]


def test_only_the_wanted_vendors_are_judged_and_in_the_shop(suite: Any) -> None:
    _, recorder = suite(scenarios=(SCENARIO.parent,), vendors=("tealium", "meta"))
    found = {job.run.scenario.id: job.run.scenario.snapshot for job in recorder.jobs}
    assert {name: [each.vendor for each in snapshot.vendors] for name, snapshot in found.items()} == {
        "shop-direct": ["meta"],
        "shop-server-gtm": ["meta"],
        "shop-tealium": ["meta", "tealium"],
    }
    assert {snapshot.site.options["vendors"] for snapshot in found.values()} == {"meta"}


def test_a_vendor_that_no_scenario_has_is_no_input(suite: Any) -> None:
    with pytest.raises(InputError, match=r'--vendor: unknown vendor "metta"; expected one of amazon, .*meta'):
        suite(vendors=("metta",))


def test_a_wiring_that_is_unknown_or_unfit_for_the_fault_is_no_input(suite: Any) -> None:
    with pytest.raises(InputError, match='unknown wiring "driect"; expected one of direct, server-gtm, tealium'):
        suite(wirings=("driect",))
    with pytest.raises(InputError, match="no scenario is left; expected a wiring in which the fault can occur"):
        suite(faults=("collect-first",))


def test_a_profile_may_be_asked_for_that_no_scenario_has_and_several_at_once(suite: Any) -> None:
    outcome, recorder = suite(profiles=("none", "gpc", "brave+consent-denied"))
    assert [job.run.id for job in recorder.jobs] == [
        "shop-direct--none", "shop-direct--gpc", "shop-direct--brave+consent-denied"
    ]  # fmt: skip
    both = recorder.jobs[-1].profile
    assert (both.consent, both.gpc, both.title) == ("denied", True, "Brave + Consent refused")
    assert [run.verdict for run in outcome.result.runs] == [Verdict.PASSED] * 3


def test_one_id_is_one_profile_in_all_scenarios(suite: Any, tmp_path: Path) -> None:
    text = SCENARIO.read_text("utf-8")
    files = []
    for name, rule in (("one", "||a.example^"), ("two", "||b.example^")):
        own = f"profiles: [{{id: mine, extra_rules: ['{rule}']}}]"
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(text.replace("profiles: [none, ublock]", own).replace("shop-direct", name))
    _, recorder = suite(scenarios=(files[0],), profiles=("mine", "mine+gpc"))
    assert [job.profile.id for job in recorder.jobs] == ["mine", "mine+gpc"]
    with pytest.raises(InputError) as caught:
        suite(scenarios=tuple(files), profiles=())
    assert str(caught.value) == (
        f'{files[1]}:3:11: profile "mine" is another one than in a scenario before; give it an ID of its own'
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("brve", '--profile: unknown profile "brve"; expected one of adblockplus'),
        ("brave+brve", '--profile: unknown profile "brve"; expected one of adblockplus'),
        ("brave+safari", "--profile: brave and safari act different browsers"),
    ],
)
def test_a_profile_that_nobody_can_have_is_refused(suite: Any, name: str, told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        suite(profiles=(name,))


# --- the catalogue --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("faults", "event-id-mismatch"),
        ("wirings", "direct"),
        ("checks", "counted-conversions"),
        ("profiles", "ublock"),
        ("steps", "click"),
        ("vendors", "meta"),
        ("scenarios", "shop-direct"),
    ],
)
def test_the_catalogue_has_a_line_about_everything(kind: str, known: str) -> None:
    entries = catalogue(kind)
    names = [name for name, _ in entries]
    assert known in names
    assert len(set(names)) == len(names)
    assert all(text and "\n" not in text for _, text in entries)


def test_the_catalogue_is_what_is_there() -> None:
    assert [name for name, _ in catalogue("checks")] == [*CHECKS, *RUN_CHECKS]
    assert [name for name, _ in catalogue("vendors")] == list(specs())


def test_every_vendor_has_a_page(tmp_path: Path) -> None:
    paths = write_vendor_pages(tmp_path / "vendors")
    assert [path.name for path in paths] == [f"{name}.md" for name in specs()]
    for path, spec in zip(paths, specs().values(), strict=True):
        page = path.read_text("utf-8")
        assert page == vendor_page(spec.id)
        assert spec.title in page


def test_a_misspelt_vendor_is_told_the_right_name() -> None:
    with pytest.raises(InputError) as failure:
        vendor_page("tealum")
    assert str(failure.value) == (
        f'vendor: unknown vendor "tealum"; expected one of {", ".join(specs())}; did you mean "tealium"?'
    )
