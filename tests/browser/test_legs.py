# ruff: noqa: E501 - a message is compared whole, on one line
"""Several devices, days between them, no network, other answers, other tabs: does the recording tell it as it was?"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser.test_recording import OPEN, ORDER, failed_canaries, job, record, to_ads

from harness.errors import InputError
from harness.model.profile import Profile
from harness.model.recording import Exchange, Fate, Origin, Recording
from harness.model.scenario import Leg, Place, Redirect, Step
from harness.record.browsers import find_browsers
from harness.record.messages import header
from harness.record.session import RecordedRun, RunJob

pytestmark = pytest.mark.browser

Steps = Sequence[tuple[str, dict[str, Any]]]
FLAVOURS = sorted({browser.flavour for browser in find_browsers()})
DAY = 24 * 3600
FORGETTING = Profile(
    id="forgetting", title="", description="", reviewed="", sources=(),
    extra_rules=("||ads.example/tag",), third_party_cookies=False, script_cookie_days=7, script_storage_days=7,
)  # fmt: skip
DENYING = Profile(id="denying", title="", description="", reviewed="", sources=(), consent="denied")

KEEPING = """() => {
  document.cookie = 'day=1; max-age=86400'; document.cookie = 'days=1; max-age=500000'; document.cookie = 'now=1';
  document.cookie = 'date=1; expires=' + new Date(Date.now() + 4 * 86400e3).toUTCString();
  localStorage.setItem('kept', 'yes');
}"""
KNOWN = "[document.cookie.split('; ').sort().join(), localStorage.getItem('kept') || 'nothing'].join(' ')"
# The shop's own time is the machine's. A frame has a clock of its own.
CLOCKS = """() => fetch('/about').then(answer => {
  const real = Date.parse(answer.headers.get('date'));
  const frame = document.body.appendChild(document.createElement('iframe')).contentWindow;
  const clocks = [window, frame].flatMap(view => [
    view.Date.now(), +new view.Date(), view.Date.parse(view.Date()), view.performance.timeOrigin,
  ]);
  if (window.Temporal) clocks.push(Temporal.Now.instant().epochMilliseconds);
  const days = new Set(clocks.map(clock => Math.round((clock - real) / 864e5 * 100) / 100));
  const fixed = new Date(0).toISOString() + Date.UTC(1970, 0) + new Date(1970, 0).getDate();
  const isADate = new Date() instanceof Date && fixed;
  document.cookie = 'later=1; expires=' + new Date(Date.now() + 3 * 864e5).toUTCString();
  return [...days].join() + ' ' + isADate;
})"""


def yields(code: str, expected: str) -> tuple[str, dict[str, Any]]:
    """A step that fails, and says what it found, unless the script yields this."""
    compare = f"found => {{ if (found !== {json.dumps(expected)}) throw new Error('it yielded ' + found); }}"
    script = code if code.startswith("(") else f"() => {code}"
    return "script", {"code": f"() => Promise.resolve(({script})()).then({compare})"}


def steps_of(steps: Steps) -> tuple[Step, ...]:
    return tuple(
        Step(verb=verb, arguments=arguments, place=Place(file="tiny.yaml", line=10 + line, column=5))
        for line, (verb, arguments) in enumerate(steps)
    )


def with_legs(run: RunJob, *legs: tuple[dict[str, Any], Steps], **profiles: Profile) -> RunJob:
    made = tuple(
        Leg(**words, steps=steps_of(steps), place=Place(file="tiny.yaml", line=2 + number, column=3))
        for number, (words, steps) in enumerate(legs)
    )
    scenario = replace(run.run.scenario, legs=made)
    return replace(run, run=replace(run.run, scenario=scenario), leg_profiles=profiles)


def calls_of(exchange: Exchange) -> set[tuple[str, str, str]]:
    if "//ads.example/" not in exchange.request.url:
        return set()
    return {("ads", "capi" if exchange.origin is Origin.SERVER else "tag", "purchase")}


def recorded(tmp_path: Path, run: RunJob, **settings: Any) -> Recording:
    runs, suite = record(tmp_path, run, **settings)
    assert suite.late_or_orphan == ()
    [found] = runs.values()
    return found.recording


IMPORT = """
import sys, urllib.request
urllib.request.urlopen("https://ads.example/till?order=" + sys.argv[1])
print("R-1")
"""


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_phone_is_put_away_for_days_and_what_happens_meanwhile_is_elsewhere(tmp_path: Path, flavour: str) -> None:
    run = with_legs(
        job("legs0001"),
        (
            {"name": "ad", "device": "phone", "looks_like": "iPhone 13", "profile": "forgetting"},
            (("open", {"url": "/?${click_ids}"}), ("script", {"code": KEEPING})),
        ),
        ({"name": "desk", "device": "desk"}, (("open", {"url": "/"}), yields(KNOWN, " nothing"))),
        (
            {"name": "back", "device": "phone", "looks_like": "iPhone 13", "profile": "forgetting", "after": 2 * DAY},
            (
                ("open", {"url": "/about"}),
                yields(KNOWN, "date=1,days=1,now=1 yes"),
                yields(CLOCKS, "2 1970-01-01T00:00:00.000Z01"),
                *ORDER,
            ),
        ),
        (
            {"name": "till", "device": "none", "after": 3600},
            (
                ("call", {"method": "POST", "url": "/till", "json": {"email": "${persona.email}"},
                          "as": {"till": "order.id", "price": "order.lines.0.price"}}),
                ("run", {"command": [sys.executable, "-c", IMPORT, "${till}-${persona.external_id}"], "as": "receipt"}),
                ("wait", {"vendor_event": {"vendor": "ads", "event": "purchase", "channel": "capi"}}),
                ("conversion", {"event": "purchase", "order_id": "${till}", "value": "${price}",
                                "action_source": "physical_store"}),
            ),
        ),
        (
            {"name": "last", "device": "phone", "looks_like": "iPhone 13", "profile": "forgetting", "after": 9 * DAY},
            (("open", {"url": "/"}), yields(KNOWN, "now=1 nothing")),
        ),
        forgetting=FORGETTING,
    )  # fmt: skip
    found = recorded(tmp_path, replace(run, calls_of=calls_of), browser=flavour)

    assert found.breakdown is None
    assert failed_canaries(found) == []
    assert {each.name.partition(": ")[0] for each in found.canaries} == {"ad", "desk", "back", "last"}
    assert [(leg.name, leg.pause, leg.profile.id, leg.browser is None) for leg in found.legs] == [
        ("ad", 0, "forgetting", False), ("desk", 0, "open", False), ("back", 2 * DAY, "forgetting", False),
        ("till", 3600, "open", True), ("last", 9 * DAY, "forgetting", False),
    ]  # fmt: skip
    assert [step.index for step in found.steps] == list(range(len(found.steps)))
    assert list(dict.fromkeys(step.leg for step in found.steps)) == [0, 1, 2, 3, 4]
    starts = [leg.started_at for leg in found.legs]
    assert starts == sorted(starts)
    assert starts[2] - starts[1] >= 2 * DAY
    for exchange in found.exchanges:
        leg = found.legs[exchange.leg]
        assert leg.started_at <= exchange.started_at <= leg.finished_at + 1, exchange.request.url
    assert len({exchange.id for exchange in found.exchanges}) == len(found.exchanges)
    to_shop = [each.leg for each in found.exchanges if "//shop.example/" in each.request.url]
    assert [to_shop.count(leg) for leg in (0, 1, 4)] == [1, 1, 1], "a memory is put back without a visit to the site"
    phone = [header(each.request.headers, "user-agent") for each in found.exchanges if each.leg == 0]
    assert phone
    assert all("iPhone" in agent for agent in phone)
    assert {each.fate for each in to_ads(found) if each.leg == 0} == {Fate.BLOCKED}
    assert {each.fate for each in to_ads(found) if each.leg == 1} == {Fate.ANSWERED}
    assert [(each.order_id[:5], each.leg, each.is_offline) for each in found.conversions] == [
        ("TINY-", 2, False), ("TINY-", 3, True),
    ]  # fmt: skip
    assert found.conversions[1].value == "12.5"
    server = to_ads(found, Origin.SERVER)
    assert [each.leg for each in server] == [2, 3, 3]
    assert all(each.attributed_by for each in server)


def test_a_till_alone_needs_no_browser(tmp_path: Path) -> None:
    conversion = {"event": "purchase", "order_id": "${order_id}", "action_source": "physical_store"}
    call = {"method": "POST", "url": "/till", "json": {"email": "${persona.email}"}, "as": {"order_id": "order.id"}}
    found = recorded(
        tmp_path, with_legs(job("till0001"), ({"device": "none"}, (("call", call), ("conversion", conversion))))
    )
    assert found.breakdown is None
    assert (found.browser, found.canaries, found.steps[0].screenshot) == (None, (), "")
    assert [(each.origin, each.attributed_by) for each in found.exchanges] == [(Origin.SERVER, "identifier")]


def test_a_lost_network_other_tabs_and_other_answers(tmp_path: Path) -> None:
    run = with_legs(
        job("steps001"),
        (
            {},
            (
                ("answer", {"vendor": "ads", "channel": "capi", "status": 503, "times": 1}),
                ("answer", {"url": "https://ads.example/as*", "body": {"hello": "${persona.first_name}"}, "delay": 0.3}),
                ("open", {"url": "/"}),
                yields("fetch('https://ads.example/asked').then(answer => answer.text())", '{"hello": "Noralie"}'),
                ("offline", {}),
                yields("() => fetch('https://ads.example/lost').catch(() => 'lost ' + navigator.onLine)", "lost false"),
                ("open", {"url": "/about", "may_fail": True}),
                ("online", {}),
                ("open", {"url": "/about"}),
                ("new_tab", {"url": "/?second"}),
                ("double_click", {"role": "heading", "name": "Tiny shop"}),
                ("expect", {"css": "#landing", "shows": "?second"}),
                ("close_tab", {}),
                ("expect", {"url": "/about"}),
                ("expect", {"css": ".twin", "count": 2}),
                ("expect", {"role": "button", "name": "Secret", "absent": True}),
                *ORDER,
                ("wait", {"request": "https://ads.example/coll*"}),
                ("wait", {"request": "https://ads.example/never", "may_fail": True}),
            ),
        ),
    )  # fmt: skip
    found = recorded(tmp_path, replace(run, calls_of=calls_of), step_timeout=3.0)

    assert found.breakdown is None
    sent = {each.request.url.partition("//ads.example")[2].partition("?")[0]: each for each in to_ads(found)}
    assert (sent["/lost"].fate, sent["/lost"].error) == (Fate.FAILED, "the device was offline")
    assert sent["/lost"].step == 5
    assert sent["/asked"].ended_at is not None
    assert sent["/asked"].ended_at - sent["/asked"].started_at >= 0.3
    lost = [each for each in found.exchanges if each.step == 6]
    assert [(each.type, each.fate) for each in lost if each.type == "document"] == [("document", Fate.FAILED)]
    [call] = to_ads(found, Origin.SERVER)
    assert call.response is not None
    assert call.response.status == 503
    assert [step.url.partition("example")[2] for step in found.steps[9:13]] == [
        "/?second",
        "/?second",
        "/?second",
        "/about",
    ]
    pictures = [step.screenshot for step in found.steps]
    assert all(pictures)


FAILING: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("expect", {"role": "heading", "shows": "Thank you"}, 'expected heading to show "Thank you", found "Tiny shop"; the page was "Tiny shop"'),
    ("expect", {"label": "Email", "value": "a"}, 'expected label "Email" to have the value "a", found ""'),
    ("expect", {"css": ".twin", "absent": True}, "expected .twin to be absent, found 2 on the page"),
    ("expect", {"css": "button[style]"}, "expected button[style] to be visible, it is there, but not visible"),
    ("expect", {"test_id": "order"}, 'expected test id "order" to be visible, nothing on the page matches'),
    ("expect", {"url": "/thanks"}, "expected the address /thanks, found http://shop.example/"),
    ("close_tab", {}, "there is no other tab to go back to"),
    ("script", {"code": "() => { throw new Error('no such thing') }"}, "the script failed: Error: no such thing"),
    ("script", {"code": "null", "as": "nothing"}, "the script yielded nothing, so nothing has no value"),
    ("wait", {"request": "/never"}, "waited 2 s for a request to /never, which was not sent"),
    ("wait", {"vendor_event": {"vendor": "ads", "event": "lead"}}, 'waited 2 s for the event "lead" of ads, which was not sent'),
    ("call", {"url": "/gone?token=s3cret"}, "GET http://shop.example/gone was answered with status 404: not here"),
    ("call", {"url": "/about", "as": {"order_id": "order.id"}}, "the answer is not JSON, so nothing can be kept of it"),
    ("run", {"command": [sys.executable, "-c", "raise SystemExit('no stock')"]}, "ended with exit code 1; its last words: no stock"),
    ("consent", {"answer": "withdrawn"}, "the scenario has no steps under consent: withdrawn"),
)  # fmt: skip


@pytest.fixture(scope="module")
def failing_runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RecordedRun]:
    jobs = [
        job(f"failing{number:02d}", (("open", {"url": "/"}), (verb, arguments)))
        for number, (verb, arguments, _) in enumerate(FAILING)
    ]
    runs, _ = record(tmp_path_factory.mktemp("failing"), *jobs, step_timeout=2.0, workers=3)
    return runs


@pytest.mark.parametrize("number", range(len(FAILING)), ids=[f"{verb}-{text[:20]}" for verb, _, text in FAILING])
def test_a_failing_step_says_what_was_there_instead(failing_runs: dict[str, RecordedRun], number: int) -> None:
    breakdown = failing_runs[f"failing{number:02d}"].recording.breakdown
    assert breakdown is not None
    assert FAILING[number][2] in breakdown.message
    assert '; the page was "Tiny shop" at http://shop.example/' in breakdown.message
    assert "s3cret" not in breakdown.message


def test_each_visitor_answers_the_question_of_consent_as_the_profile_does(tmp_path: Path) -> None:
    steps: Steps = (
        ("open", {"url": "/"}),
        ("consent", {}),
        ("open", {"url": "/about"}),
        ("consent", {"answer": "denied"}),
    )
    consent = {
        "granted": steps_of((("script", {"code": "() => { document.cookie = 'consent=yes' }"}),)),
        "denied": steps_of((("fill", {"label": "Email", "value": "no"}), ("click", {"link": "About us"}))),
    }
    runs = []
    for run_id, profile in (("granted1", OPEN), ("denied01", DENYING)):
        made = job(run_id, steps, profile=profile)
        runs.append(replace(made, run=replace(made.run, scenario=replace(made.run.scenario, consent=consent))))
    recorded_runs, _ = record(tmp_path, *runs)

    granted, denied = (recorded_runs[run.run.id].recording for run in runs)
    assert granted.breakdown is None
    assert denied.breakdown is None
    assert [(each.state, each.step) for each in granted.consents] == [("granted", 1), ("denied", 6)]
    assert [(each.state, each.step) for each in denied.consents] == [("denied", 3), ("denied", 7)]
    assert granted.consents[0].at <= granted.steps[2].started_at
    assert denied.consents[0].at >= denied.steps[2].ended_at
    assert [cookie.name for cookie in granted.steps[2].cookies] == ["consent"]
    assert [step.summary for step in denied.steps][1:4] == [
        'fill label "Email" with no',
        'click link "About us"',
        "consent denied",
    ]


def test_a_landing_by_way_of_other_peoples_redirects(tmp_path: Path) -> None:
    made = job("landing1", (("open", {"url": "https://old.example/r?Keep=Yes#offer"}), ("expect", {"css": "#landing"})))
    site = replace(
        made.run.scenario.snapshot.site,
        redirects={
            "https://old.example/r": Redirect(to="https://click.example/c", drops=("x",)),
            "https://click.example/c": Redirect(to="/?clickid=${click_id.clickid}&x=1", lowercase=True),
        },
    )
    snapshot = replace(made.run.scenario.snapshot, site=site)
    run = replace(made, run=replace(made.run, scenario=replace(made.run.scenario, snapshot=snapshot)))
    found = recorded(tmp_path, run)

    assert found.breakdown is None
    assert found.steps[0].url == "http://shop.example/?clickid=clicklanding1&x=1&keep=yes#offer"
    pages = [each for each in found.exchanges if each.type == "document"]
    assert [each.request.url.split("/")[2] for each in pages] == ["old.example", "click.example", "shop.example"]


def test_a_device_that_does_not_exist_is_a_mistake_with_its_place(tmp_path: Path) -> None:
    run = with_legs(job("nodevice"), ({"looks_like": "iPhone 1"}, (("open", {"url": "/"}),)))
    with pytest.raises(InputError, match=r'tiny\.yaml:2:3: no device is called "iPhone 1"; did you mean "iPhone 1\d?"'):
        record(tmp_path, run)
