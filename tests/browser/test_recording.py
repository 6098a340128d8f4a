"""Real browsers, the real proxy and a tiny shop: is what happened what the recording says?"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harness.model.persona import Persona, PersonaSeed
from harness.model.profile import Profile
from harness.model.recording import Body, Conversion, Exchange, Fate, Origin, Recording, Request, Response
from harness.model.scenario import Leg, Place, Run, Scenario, ScenarioSnapshot, ServerCalls, Site, Step
from harness.record.browsers import find_browsers
from harness.record.certificates import authority
from harness.record.egress import egress_environment
from harness.record.network import AUTHORITY
from harness.record.session import (
    RecordedRun,
    RecordSettings,
    RunJob,
    SiteSetup,
    SuiteRecording,
    record_suite,
)

pytestmark = pytest.mark.browser

TINY_SHOP = Path(__file__).with_name("tiny_shop.py")
FLAVOURS = sorted({browser.flavour for browser in find_browsers()})
BLOCKING = Profile(
    id="blocking", title="", description="", reviewed="", sources=(),
    extra_rules=("||ads.example^", "$removeparam=clickid"), third_party_cookies=False,
)  # fmt: skip
ACTING = Profile(
    id="acting",
    title="",
    description="",
    reviewed="",
    sources=(),
    third_party_cookies=False,
    script_cookie_days=7,
    gpc=True,
    referrer="origin",
)
OPEN = Profile(id="open", title="", description="", reviewed="", sources=())
PATIENT = ServerCalls(budget=8, quiet=0.2)
ORDER: tuple[tuple[str, dict[str, Any]], ...] = (
    ("open", {"url": "/?${click_ids}&keep=1"}),
    ("fill", {"label": "Email", "value": "${persona.email}"}),
    ("fill", {"label": "First name", "value": "${persona.first_name}"}),
    ("select", {"css": "select", "value": "France"}),
    ("check", {"label": "I agree"}),
    ("click", {"role": "button", "name": "Buy now"}),
    ("wait", {"url": "/thanks"}),
    ("read", {"test_id": "order", "as": "order_id"}),
    ("read", {"test_id": "total", "attribute": "data-value", "as": "total"}),
    ("conversion", {"event": "purchase", "order_id": "${order_id}", "value": "${total}", "currency": "EUR",
                    "items": [{"id": "A1", "quantity": 2, "price": "6.25"}]}),
)  # fmt: skip


def persona(token: str) -> Persona:
    return Persona(
        seed=PersonaSeed(token=token),
        email=f"nora.{token}@mail.example",
        phone="+4930123456",
        phone_national="030 123456",
        first_name="Noralie",
        last_name=f"Lindqvist{token}",
        street="Birkenweg 3",
        city="Kassel",
        region="HE",
        postal_code="34117",
        country="DE",
        external_id=f"customer-{token}",
        click_ids={"clickid": f"CLICK{token}"},
    )


def job(
    run_id: str,
    steps: Sequence[tuple[str, dict[str, Any]]] = ORDER,
    *,
    profile: Profile = OPEN,
    server_calls: ServerCalls = PATIENT,
    url: str = "http://shop.example",
    hosts: tuple[str, ...] = ("shop.example",),
    command: tuple[str, ...] = (sys.executable, str(TINY_SHOP)),
) -> RunJob:
    journey = tuple(
        Step(verb=verb, arguments=arguments, place=Place(file="tiny.yaml", line=10 + line, column=5))
        for line, (verb, arguments) in enumerate(steps)
    )
    snapshot = ScenarioSnapshot(id="tiny", title="", site=Site(url=url), vendors=(), server_calls=server_calls)
    place = Place(file="tiny.yaml", line=1, column=1)
    scenario = Scenario(snapshot=snapshot, profiles=(profile.id,), legs=(Leg(steps=journey, place=place),), place=place)
    return RunJob(
        run=Run(id=run_id, scenario=scenario, profile=profile.id, token=run_id),
        persona=persona(run_id),
        profile=profile,
        site=SiteSetup(key="tiny", url=url, hosts=hosts, command=command, data_layer="window.dataLayer"),
        suite_id="suite",
        keys_of=no_keys,
        settled=has_server_calls,
    )


def no_keys(exchange: Exchange) -> Mapping[str, frozenset[str]]:
    return {}


def has_server_calls(conversions: Sequence[Conversion], exchanges: Sequence[Exchange]) -> bool:
    return sum(each.origin is Origin.SERVER for each in exchanges) >= len(conversions)


def stand_in(request: Request) -> Response | None:
    if "//ads.example/" not in request.url:
        return None
    return Response(status=200, headers=(("content-type", "application/json"),), body=Body(text='{"ok":true}', size=11))


def record(tmp_path: Path, *jobs: RunJob, **settings: Any) -> tuple[dict[str, RecordedRun], SuiteRecording]:
    recorded: dict[str, RecordedRun] = {}

    def keep(run: RecordedRun) -> None:
        recorded[run.recording.run_id] = run

    chosen = RecordSettings(
        **{"cache": tmp_path / "cache", "work": tmp_path / "work", "lists": "own", "step_timeout": 5.0, **settings}
    )
    suite = asyncio.run(record_suite(jobs, chosen, answer=stand_in, on_recorded=keep))
    return recorded, suite


@contextmanager
def somebody_elses_shop(cache: Path, egress_port: int) -> Iterator[str]:
    """The tiny shop, started before the suite, whose server was told of the port; its address."""
    bundle = authority(cache / AUTHORITY).bundle
    command = [sys.executable, str(TINY_SHOP)]
    environment = egress_environment(egress_port, bundle, os.environ)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as shop:
        assert shop.stdout
        try:
            yield f"http://127.0.0.1:{json.loads(shop.stdout.readline())['ready']['port']}"
        finally:
            shop.terminate()


def test_somebody_elses_server_is_heard_at_the_port_it_was_told_of(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with somebody_elses_shop(tmp_path / "cache", port) as url:
        here = partial(job, url=url, hosts=("127.0.0.1",), command=())
        heard, _ = record(tmp_path, here("sierra1"), egress_port=port)
        unheard, _ = record(tmp_path, here("sierra2"))
    [call] = to_ads(heard["sierra1"].recording, Origin.SERVER)
    assert (call.attributed_by, call.answered_by) == ("identifier", "stand-in")
    source = heard["sierra1"].recording.server_source
    assert source is not None
    assert (source.observable, source.settled) == (True, True)
    source = unheard["sierra2"].recording.server_source
    assert source is not None
    assert (source.observable, source.waited) == (False, 0.0)


def to_ads(recording: Recording, origin: Origin = Origin.BROWSER) -> list[Exchange]:
    return [each for each in recording.exchanges if "//ads.example/" in each.request.url and each.origin is origin]


def failed_canaries(recording: Recording) -> list[str]:
    return [f"{each.name}: {each.observed}" for each in recording.canaries if not each.passed]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_order_is_recorded_from_the_landing_to_the_servers_call(tmp_path: Path, flavour: str) -> None:
    runs, suite = record(tmp_path, job("alpha01"), browser=flavour)
    recording = runs["alpha01"].recording

    assert recording.breakdown is None
    assert failed_canaries(recording) == []
    [conversion] = recording.conversions
    assert conversion.order_id.startswith("TINY-")
    assert (conversion.value, conversion.currency, conversion.items[0].quantity) == ("12.50", "EUR", 2)
    paths = [each.request.url.partition("//ads.example")[2].partition("?")[0] for each in to_ads(recording)]
    assert paths == ["/tag", "/bye"], "the tag on the first page, and the beacon on leaving the last"
    [call] = to_ads(recording, Origin.SERVER)
    assert call.attributed_by == "identifier"
    assert recording.server_source is not None
    assert recording.server_source.settled
    assert recording.steps[0].url.endswith("?clickid=CLICKalpha01&keep=1")
    assert [step.line for step in recording.steps[:2]] == [10, 11], "where they stand in the scenario's file"
    assert not [each for each in recording.exchanges if "harness" in each.request.url]
    assert not [cookie for step in recording.steps for cookie in step.cookies if "canary" in cookie.name]
    assert suite.late_or_orphan == ()
    assert suite.refused_hosts == ()


def test_a_file_of_the_site_is_recorded_without_the_rows_of_others(tmp_path: Path) -> None:
    files = (("upload", {"vendor": "acme", "url": "/export?day=today"}), ("upload", {"vendor": "acme", "url": "/gone"}))
    recorded, _ = record(tmp_path, job("run-a", (*ORDER, *files)))
    recording = recorded["run-a"].recording
    (exchange,) = [each for each in recording.exchanges if each.request.method == "UPLOAD"]
    assert exchange.request.url == "upload://acme/export"
    assert exchange.request.body is not None
    assert exchange.request.body.text == f"\n{recording.conversions[0].order_id},nora.run-a@mail.example\n"
    assert (exchange.origin, exchange.step) == (Origin.SERVER, len(ORDER))
    assert recording.breakdown is not None
    assert "GET http://shop.example/gone was answered with status 404" in recording.breakdown.message


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_blocker_blocks_strips_and_says_so(tmp_path: Path, flavour: str) -> None:
    runs, _ = record(tmp_path, job("beta01", profile=BLOCKING), browser=flavour)
    recording = runs["beta01"].recording

    assert recording.breakdown is None
    assert failed_canaries(recording) == []
    assert {each.name for each in recording.canaries} >= {"parameters", "blocking", "third-party-cookies"}
    assert {each.fate for each in to_ads(recording)} == {Fate.BLOCKED}
    assert all(each.blocking is not None for each in to_ads(recording))
    assert recording.steps[0].url.endswith("/?keep=1")
    assert len(to_ads(recording, Origin.SERVER)) == 1, "a server's call is nobody's to block"
    assert recording.disagreements == ()


def test_what_a_page_cannot_say_in_json_does_not_spoil_its_data_layer(tmp_path: Path) -> None:
    steps = (("open", {"url": "/"}), ("wait", {"data_layer": "called"}), ("wait", {"data_layer": "late"}))
    runs, _ = record(tmp_path, job("gamma01", steps))
    recording = runs["gamma01"].recording

    assert recording.breakdown is None
    layer = recording.steps[-1].data_layer
    assert layer[0] == {
        "event": "page_view", "node": "[body]", "big": "10", "when": "1970-01-01T00:00:00.000Z", "self": "[cycle]",
    }  # fmt: skip
    assert layer[1] == "[window]"
    assert layer[3] == ["event", "called", {"value": 1}]
    assert layer[-1] == {"event": "late"}
    assert recording.steps[0].console_errors == ("a fault of the shop",)


FAILING: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("click", {"role": "button", "name": "Buy"}, 'looked for button "Buy" for 3 s: nothing on the page matches'),
    ("click", {"css": ".twin"}, "2 elements match"),
    ("click", {"css": "button[style]"}, "it is there, but not visible"),
    ("click", {"role": "button", "name": "Later"}, "it is there, but disabled"),
    ("select", {"css": "select", "value": "Spain"}, 'no option "Spain"; it offers Germany, France'),
    ("fill", {"label": "Email", "value": "${persona.emial}"}, "did you mean ${persona.email}?"),
    ("wait", {"url": "/nowhere"}, "waited 3 s for the address /nowhere"),
    ("wait", {"data_layer": "purchase"}, 'waited 3 s for the event "purchase" in the data layer'),
    ("read", {"css": "#landing", "as": "nothing"}, "#landing is empty, so nothing cannot be read from it"),
    ("open", {"url": "/missing"}, "/missing was answered with status 404"),
    ("open", {"url": "https://elsewhere.example/"}, "list its host under allow_hosts"),
    ("click", {}, "expected one of css, role, label"),
    ("dance", {}, 'unknown step "dance"'),
    ("back", {}, "there is no page to go back to"),
)


@pytest.fixture(scope="module")
def failing_runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RecordedRun]:
    jobs = [
        job(f"delta1{number:02d}", (("open", {"url": "/"}), (verb, arguments)))
        for number, (verb, arguments, _) in enumerate(FAILING)
    ]
    runs, _ = record(tmp_path_factory.mktemp("failing"), *jobs, step_timeout=3.0, workers=3)
    return runs


@pytest.mark.parametrize("number", range(len(FAILING)), ids=[f"{verb}-{text[:20]}" for verb, _, text in FAILING])
def test_a_failing_step_says_what_was_sought_and_what_was_there(
    failing_runs: dict[str, RecordedRun], number: int
) -> None:
    verb, _, expected = FAILING[number]
    run = failing_runs[f"delta1{number:02d}"]
    breakdown = run.recording.breakdown

    assert breakdown is not None
    assert breakdown.message.startswith(f"step 2 ({verb}) at tiny.yaml:11:5: ")
    assert expected in breakdown.message
    assert breakdown.step == 1
    assert run.recording.steps[1].error
    if verb not in ("open", "back"):
        assert '"Tiny shop" at http://shop.example/' in breakdown.page_text
        assert "buttons: Buy now, Later, Twin" in breakdown.page_text
        assert breakdown.screenshot in run.screenshots


def test_a_site_that_is_down_is_not_blamed_on_its_page(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_at_once:
        address = f"http://127.0.0.1:{closed_at_once.getsockname()[1]}"
    lost = job("delta02", (("open", {"url": "/"}),), url=address, hosts=("127.0.0.1",), command=())
    runs, _ = record(tmp_path, lost)

    breakdown = runs["delta02"].recording.breakdown
    assert breakdown is not None
    assert f"the site is not reachable at {address}/" in breakdown.message


def test_a_site_that_ends_in_the_middle_has_the_last_word_and_spoils_no_other_run(tmp_path: Path) -> None:
    leaving = job("delta03", (("open", {"url": "/"}), ("open", {"url": "/crash"})))
    runs, _ = record(tmp_path, job("delta04"), leaving, workers=1)

    assert runs["delta04"].recording.breakdown is None
    breakdown = runs["delta03"].recording.breakdown
    assert breakdown is not None
    assert "the site ended with exit code 7 in the middle of the run" in breakdown.message
    assert "the shop is on fire" in breakdown.message


def test_runs_side_by_side_fail_alone_and_keep_their_own_calls(tmp_path: Path) -> None:
    broken = job("echo03", (("open", {"url": "/"}), ("click", {"css": "#none"})))
    unreadable = RunJob(
        run=job("echo04").run, persona=persona("echo04"), profile=OPEN, site=job("echo04").site, suite_id="suite",
        keys_of=fails, settled=has_server_calls,
    )  # fmt: skip
    runs, suite = record(
        tmp_path, job("echo01"), broken, unreadable, job("echo02", profile=BLOCKING), workers=3, step_timeout=4.0
    )

    assert set(runs) == {"echo01", "echo02", "echo03", "echo04"}
    for whole in ("echo01", "echo02"):
        recording = runs[whole].recording
        assert recording.breakdown is None
        [call] = to_ads(recording, Origin.SERVER)
        assert call.request.body is not None
        assert recording.conversions[0].order_id in (call.request.body.text or "")
    assert "#none" in str(runs["echo03"].recording.breakdown)
    assert "the decoder stumbled" in str(runs["echo04"].recording.breakdown)
    assert runs["echo04"].recording.exchanges, "what was seen is kept"
    assert {run_id for _, run_id in suite.late_or_orphan} <= {"echo04"}


def fails(exchange: Exchange) -> Mapping[str, frozenset[str]]:
    raise ValueError("the decoder stumbled")


def test_the_wait_for_the_server_ends_with_its_budget_and_what_comes_later_is_late(tmp_path: Path) -> None:
    holding = (sys.executable, str(TINY_SHOP), "--hold")
    hasty = job("foxtrot01", server_calls=ServerCalls(budget=0.3, quiet=0.0), command=holding)
    blind = ServerCalls(source="not-observable")
    after = job("foxtrot02", (("open", {"url": "/release"}),), server_calls=blind, command=holding)
    runs, suite = record(tmp_path, hasty, after, workers=1)

    source = runs["foxtrot01"].recording.server_source
    assert source is not None
    assert not source.settled
    assert 0.3 <= source.waited < 2
    [(call, run_id)] = suite.late_or_orphan
    assert (call.request.url, run_id) == ("https://ads.example/collect", "foxtrot01")
    source = runs["foxtrot02"].recording.server_source
    assert source is not None
    assert (source.observable, source.waited) == (False, 0.0)


def test_a_stand_in_that_answers_for_the_blocked_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The rules are there, but nobody acts on them: what a browser does whose blocker was not loaded.
    monkeypatch.setattr("harness.record.launching.Launcher.enforcer_for", lambda self, profile: "")
    runs, _ = record(tmp_path, job("golf01", profile=BLOCKING))
    recording = runs["golf01"].recording

    assert {each.partition(":")[0] for each in failed_canaries(recording)} == {"parameters", "blocking"}
    assert len(recording.disagreements) >= 2


def test_cookies_that_are_let_through_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unprepared(*arguments: object) -> None:
        return

    monkeypatch.setattr("harness.record.launching.Launcher._prepare", unprepared)
    monkeypatch.setattr("harness.record.launching._seed_preferences", lambda folder, profile: None)
    runs, _ = record(tmp_path, job("golf02", profile=BLOCKING), browser=FLAVOURS[-1])

    assert failed_canaries(runs["golf02"].recording) == ["third-party-cookies: allowed"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_profile_that_acts_another_browser_proves_that_it_does(tmp_path: Path, flavour: str) -> None:
    runs, _ = record(tmp_path, job("india01", profile=ACTING), browser=flavour)
    recording = runs["india01"].recording

    assert failed_canaries(recording) == []
    observed = {canary.name: canary.observed for canary in recording.canaries}
    assert observed["script-cookies"] == "7 days"
    assert observed["signals"] == "GPC sent/sent, referrer origin"
    calls = [each for each in recording.exchanges if each.origin is Origin.BROWSER]
    assert calls
    assert all(("sec-gpc", "1") in each.request.headers for each in calls)


def test_a_browser_that_does_not_act_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.record.launching.acting_scripts", lambda profile: ())
    runs, _ = record(tmp_path, job("india02", profile=ACTING))

    assert failed_canaries(runs["india02"].recording) == [
        "script-cookies: 365 days",
        "signals: GPC not sent/sent, referrer origin",
    ]


def test_pictures_show_nothing_of_the_persona(tmp_path: Path) -> None:
    """A person whose every value is another, on the same pages: if all is covered, the pictures are the same."""
    runs, _ = record(tmp_path, job("hotel01"), workers=1)
    first = [*runs["hotel01"].screenshots.values()]
    other = job("hotel02")
    stranger = Persona(
        **{
            **{name: getattr(other.persona, name) for name in Persona.__dataclass_fields__},
            "first_name": "Theodorius",
            "email": "quite.another@mail.example",
        }
    )
    again = RunJob(
        run=other.run, persona=stranger, profile=OPEN, site=other.site, suite_id="suite", keys_of=no_keys,
        settled=has_server_calls,
    )  # fmt: skip
    runs, _ = record(tmp_path, again, workers=1)
    second = [*runs["hotel02"].screenshots.values()]

    # The landing shows the run's own click ID, which is no secret; the last page greets by name.
    assert first[-1] == second[-1]


INTERRUPTED = """
import sys; sys.path[:0] = [{tests!r}]
from pathlib import Path
import asyncio
from test_recording import job, stand_in
from harness.record.session import RecordSettings, record_suite
slow = job("india02", (("open", {{"url": "/"}}), ("open", {{"url": "/slow"}})))
settings = RecordSettings(cache=Path({tmp!r}, "cache"), work=Path({tmp!r}, "work"), step_timeout=60.0,
                          browser={browser!r})
def keep(run): print("recorded", run.recording.run_id, flush=True)
def tell(run_id, text): print(run_id, text, flush=True)
try:
    asyncio.run(record_suite([job("india01", (("open", {{"url": "/"}}),)), slow], settings, answer=stand_in,
                             on_recorded=keep, on_progress=tell))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_interrupt_keeps_what_is_finished_and_leaves_no_process_behind(tmp_path: Path, flavour: str) -> None:
    script = INTERRUPTED.format(tests=str(TINY_SHOP.parent), tmp=str(tmp_path), browser=flavour)
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # Workers that run tests side by side are deaf to interrupts, and children inherit it.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    said: list[str] = []
    waiting_for = {"recorded india01", "india02 step 2 of 2: open /slow"}
    while waiting_for and (line := process.stdout.readline()):
        said.append(line.rstrip())
        waiting_for.discard(line.rstrip())
    assert not waiting_for, said
    family = _descendants(process.pid)
    # As a terminal does it: to the whole group.
    os.killpg(process.pid, signal.SIGINT)
    rest, _ = process.communicate(timeout=40)

    assert rest.strip().splitlines()[-1:] == ["interrupted"], rest
    assert "Traceback" not in rest
    end = time.monotonic() + 5
    while (alive := [pid for pid in family if _is_alive(pid)]) and time.monotonic() < end:
        time.sleep(0.05)
    assert alive == []


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        found += (more := children.get(waiting.pop(), []))
        waiting += more
    return found


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
