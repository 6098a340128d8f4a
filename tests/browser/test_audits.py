"""One visit of the shop, seen by four: the harness itself, the browser's HAR, and a flow file and a HAR of mitmdump.

mitmdump stands between the browser and the harness's proxy, and the browser is told to save a HAR of its own. What the
shop's server sent is written down as JSON lines. All four must be judged alike.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from builders import specs
from mitmproxy.http import HTTPFlow
from mitmproxy.io import FlowReader, FlowWriter

from harness import pipeline
from harness.cli.progress import Progress
from harness.model.recording import Origin
from harness.model.result import Finding, Severity, SuiteResult
from harness.pipeline import attempts
from harness.pipeline.recording import persona_of
from harness.record.canaries import is_canary
from harness.record.jobs import RecordedRun
from harness.record.launching import Launcher

pytestmark = pytest.mark.browser

VENDORS = ("meta", "ga4", "google-ads", "snapchat", "microsoft-uet")
VALUES = (
    "email", "phone", "phone_national", "first_name", "last_name", "street", "city", "region", "postal_code",
    "country", "external_id",
)  # fmt: skip
# What only the harness's own browser can tell: the data layer.
INSIDE = ("trigger-timing", "data-layer-pii")
MITMDUMP = Path(sys.executable).with_name("mitmdump")


class Seen(NamedTuple):
    """What was seen of one visit, and the result of the harness's own recording."""

    folder: Path
    native: SuiteResult


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "HARNESS_CACHE": str(folder / "cache")}


def mitmdump(folder: Path, upstream: int) -> tuple[subprocess.Popen[bytes], int]:
    """A proxy of its own that saves what it passes on; it signs as the harness does, whom the browser trusts."""
    authority = pipeline.cache_folder(environment(folder)) / "authority" / "authority"
    log = (folder / "mitmdump.log").open("wb")
    process = subprocess.Popen(
        [
            MITMDUMP, "--mode", f"upstream:http://127.0.0.1:{upstream}", "--listen-host", "127.0.0.1",
            "--listen-port", "0", "--ssl-insecure", "--set", f"confdir={authority}", "--set", "termlog_verbosity=info",
            "--set", f"hardump={folder / 'mitmdump.har'}", "--set", "connection_strategy=lazy",
            "--save-stream-file", str(folder / "mitmdump.flows"),
        ],
        stdout=log,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    while process.poll() is None:
        words = (folder / "mitmdump.log").read_text("utf-8", "replace").split()
        address = next((word for word in words if word.startswith("127.0.0.1:")), "")
        if address:
            return process, int(address.rstrip(".").rpartition(":")[2])
        time.sleep(0.05)
    raise AssertionError((folder / "mitmdump.log").read_text("utf-8", "replace"))


def watched(folder: Path, visit: Callable[..., Any], looks: Callable[..., Any], patch: pytest.MonkeyPatch) -> None:
    """Have others look on: mitmdump before the harness's proxy, and the browser itself."""

    @asynccontextmanager
    async def through_mitmdump(self: Launcher, *, port: int, **options: Any) -> AsyncIterator[Any]:
        process, own = mitmdump(folder, port)
        try:
            async with visit(self, port=own, **options) as opened:
                yield opened
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)

    def with_har(self: Launcher, looks_like: str) -> dict[str, Any]:
        saved = {"record_har_path": folder / "browser.har", "record_har_content": "embed"}
        return {**looks(self, looks_like), **saved}

    patch.setattr(Launcher, "visit", through_mitmdump)
    patch.setattr(Launcher, "_looks", with_har)


def written_down(folder: Path, recorded: RecordedRun) -> None:
    """The server's calls, and the description that a consultant would write of the visit."""
    recording = recorded.recording
    persona = persona_of(recording, specs())
    lines = []
    for each in recording.exchanges:
        if each.origin is Origin.SERVER and each.response is not None:
            bodies = (each.request.body, each.response.body)
            sent, answer = (body.text if body is not None else None for body in bodies)
            words = {"time": each.started_at, "method": each.request.method, "url": each.request.url, "body": sent}
            answered = {"headers": dict(each.request.headers), "status": each.response.status, "response": answer}
            lines.append(json.dumps(words | answered) + "\n")
    (folder / "calls.jsonl").write_text("".join(lines), "utf-8")
    orders = [
        {
            "order_id": order.order_id,
            "value": order.value,
            "currency": order.currency,
            "items": [{"id": item.id, "quantity": item.quantity, "price": item.price} for item in order.items],
        }
        for order in recording.conversions
    ]
    vendors = {
        account.vendor: {"accounts": account.accounts, "names": account.names, "channels": [*account.channels]}
        for account in recording.scenario.vendors
    }
    told = {
        "persona": {name: getattr(persona, name) for name in VALUES},
        "orders": orders,
        "vendors": vendors,
        "profile": "none",
        "consent": "granted",
        "server_calls": {"complete": True},
    }
    (folder / "visit.yaml").write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def without_canaries(folder: Path) -> None:
    """The harness proves its conditions in the same browser; nobody else's visit has that in it."""
    for name in ("browser.har", "mitmdump.har"):
        archive = json.loads((folder / name).read_text("utf-8"))
        entries = archive["log"]["entries"]
        archive["log"]["entries"] = [each for each in entries if not is_canary(each["request"]["url"])]
        (folder / name).write_text(json.dumps(archive), "utf-8")
    with (folder / "mitmdump.flows").open("rb") as file:
        flows = [each for each in FlowReader(file).stream() if isinstance(each, HTTPFlow)]
    with (folder / "mitmdump.flows").open("wb") as file:
        for flow in flows:
            if not is_canary(flow.request.url):
                FlowWriter(file).add(flow)


def recorded(folder: Path, *faults: str) -> Seen:
    with pytest.MonkeyPatch.context() as patch:
        watched(folder, Launcher.visit, Launcher._looks, patch)
        store = attempts.store

        def keep(run: RecordedRun, *others: Any) -> None:
            written_down(folder, run)
            store(run, *others)

        patch.setattr(attempts, "store", keep)
        request = pipeline.RunRequest(
            out=folder / "native",
            wirings=("direct",),
            profiles=("none",),
            vendors=VENDORS,
            lists="own",
            faults=faults,
            environment=environment(folder),
        )
        with Progress() as progress:
            outcome = pipeline.run_suite(request, progress)
    without_canaries(folder)
    return Seen(folder, outcome.result)


@pytest.fixture(scope="module", autouse=True)
def known_specs() -> Iterator[None]:
    """They are read once for all audits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "load_vendor_specs", lambda folder: specs())
        yield


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return recorded(tmp_path_factory.mktemp("sound"))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return recorded(tmp_path_factory.mktemp("broken"), "event-id-mismatch", "email-untrimmed")


def audited(seen: Seen, name: str) -> SuiteResult:
    request = pipeline.EvidenceRequest(
        server=(seen.folder / "calls.jsonl",), visit=seen.folder / "visit.yaml", origins={0: Origin.BROWSER}
    )
    with Progress() as progress:
        out = seen.folder / f"audit-{name}"
        paths = [seen.folder / name]
        return pipeline.audit(paths, out, fail_on=Severity.ERROR, progress=progress, evidence=request).result


# A hash of the visitor that the harness made up, and what stands for one of a visitor whom somebody else describes.
_HASH = re.compile(r"\b[0-9a-f]{64}\b|‹hash#[0-9a-f]{8}›")


def _words(finding: Finding) -> tuple[str, ...]:
    """The way of a value begins in the data layer: without it the way is told from the tag on."""
    first = finding.parameter if finding.check == "value-trail" else finding.message
    return tuple(_HASH.sub("a hash", text) for text in (first, finding.expected, finding.found))


def told(result: SuiteResult) -> dict[tuple[str, str], tuple[str, list[tuple[str, ...]]]]:
    """Every outcome with its findings; IDs of events differ from file to file."""
    return {
        (outcome.check, outcome.vendor): (
            outcome.outcome.value,
            sorted((each.severity.value, *_words(each)) for each in outcome.findings),
        )
        for run in result.runs
        for outcome in run.outcomes
        if outcome.check not in INSIDE
    }


SAVED = ("browser.har", "mitmdump.flows", "mitmdump.har")


@pytest.mark.parametrize("name", SAVED)
def test_the_sound_shop_passes_whoever_saved_the_visit(sound: Seen, name: str) -> None:
    result = audited(sound, name)
    assert told(result) == told(sound.native)
    assert result.findings == ()
    assert result.verdict.value == "passed"


@pytest.mark.parametrize("name", SAVED)
def test_the_faults_of_an_unsound_shop_are_found_whoever_saved_the_visit(broken: Seen, name: str) -> None:
    result = audited(broken, name)
    checks = {finding.check for finding in result.findings}
    assert {"event-id-match", "counted-conversions", "identifier-hashing"} <= checks
    assert told(result) == told(broken.native)


@pytest.mark.parametrize("name", SAVED)
def test_nothing_of_the_visitor_is_written_whether_he_was_described_or_not(broken: Seen, name: str) -> None:
    persona = json.loads((broken.folder / "visit.yaml").read_text("utf-8"))["persona"]
    audited(broken, name)
    out = broken.folder / f"alone-{name}"
    request = pipeline.EvidenceRequest(server=(broken.folder / "calls.jsonl",), origins={0: Origin.BROWSER})
    with Progress() as progress:
        pipeline.audit([broken.folder / name], out, fail_on=Severity.ERROR, progress=progress, evidence=request)
    for folder in (broken.folder / f"audit-{name}", out):
        for path in folder.rglob("*"):
            text = path.read_text("utf-8", "replace").lower() if path.is_file() else ""
            present = [value for value in ("email", "phone", "last_name", "street") if persona[value].lower() in text]
            assert present == [], path.name


def test_the_report_says_who_saved_the_visit(sound: Seen) -> None:
    [run] = audited(sound, "browser.har").runs
    har, calls = run.sources
    assert (har.name, har.program.split()[0], calls.origin) == ("browser.har", "Playwright", Origin.SERVER)
    assert urlsplit(run.site).hostname
