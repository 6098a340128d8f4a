# ruff: noqa: E501 - a message is compared whole, on one line
"""Legs, answers to the question of consent, and steps of other files become a journey, or a word about what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.load.scenarios import load_scenario, load_scenarios
from harness.model.profile import Profile
from harness.model.scenario import Redirect, Scenario

PROFILES = {
    name: Profile(id=name, title="", description="", reviewed="", sources=(), consent=consent)
    for name, consent in (("none", "granted"), ("safari", "granted"), ("shy", "denied"))
}
HEAD = """\
scenario: short
title: Short
site: {demo: shop}
profiles: [none]
vendors: {meta: {}}
"""
LEGS = """\
legs:
  - name: ad
    device: phone
    looks_like: iPhone 13
    profile: safari
    journey:
      - open: /
      - read: {css: b, as: cart}
  - name: later
    device: phone
    after: 1.5 days
    journey: [offline, {open: {url: "/cart/${cart}", may_fail: true}}, online]
  - name: till
    device: none
    after: 2 hours
    journey:
      - call: {method: POST, url: /till, as: {order_id: order.id}}
      - run: [bin/import, "${order_id}"]
      - wait: {vendor_event: {vendor: meta, event: purchase, channel: capi}}
      - conversion: {event: purchase, order_id: "${order_id}", action_source: physical_store}
"""


def load(tmp_path: Path, text: str, **files: str) -> Scenario:
    for name, content in {"visit": text, **files}.items():
        (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
    return load_scenario(tmp_path / "visit.yaml", vendors=["meta"], profiles=PROFILES, environment={"TOKEN": "t0ken"})


def mistakes(tmp_path: Path, text: str, **files: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(tmp_path, text, **files)
    return [str(mistake).replace(f"{tmp_path}/", "") for mistake in caught.value.mistakes]


def test_legs_have_their_device_their_pause_and_what_earlier_ones_kept(tmp_path: Path) -> None:
    ad, later, till = load(tmp_path, HEAD + LEGS).legs
    assert (ad.name, ad.device, ad.looks_like, ad.profile, ad.after) == ("ad", "phone", "iPhone 13", "safari", 0)
    assert [(step.verb, step.arguments) for step in later.steps] == [
        ("offline", {}), ("open", {"url": "/cart/${cart}", "may_fail": True}), ("online", {}),
    ]  # fmt: skip
    assert (later.looks_like, later.profile, till.looks_like) == ("iPhone 13", "safari", "")
    assert (later.after, till.after, till.is_away) == (1.5 * 24 * 3600, 7200, True)
    assert till.steps[1].arguments == {"command": ["bin/import", "${order_id}"]}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("1.5 days", "tomorrow", ['visit.yaml:16:12: found "tomorrow" in "after"; expected a number and seconds, minutes, hours or days, for example 2 days']),
        ("name: later", "name: ad", ['visit.yaml:14:11: a leg is called "ad" already']),
        ("profile: safari", "profile: safary", ['visit.yaml:10:14: unknown profile "safary"; did you mean "safari"?']),
        ("journey: [offline", "journey: [click: a", ['visit.yaml:17:15: the journey begins with "click"; expected open as the first step']),
        ("      - run: [bin/import", "      - script: a\n      - run: [bin/import", ['visit.yaml:23:9: "script" needs a browser, and this leg has the device none; expected one of call, run, upload, conversion, no_conversion, wait, answer']),
        ("device: none", "device: none\n    profile: safari", ['visit.yaml:20:5: "profile" for a leg without a device; remove it, or name a device']),
        ("channel: capi", "channel: api", ['visit.yaml:24:71: unknown channel "api"; expected one of tag, capi, collect, offline; did you mean "capi"?']),
        ("vendor: meta, event", "vendor: mta, event", ['visit.yaml:24:39: the scenario has no vendor "mta"; did you mean "meta"?']),
        ("legs:", "journey: [{open: /}]\nlegs:", ["visit.yaml:1:1: found a mapping with scenario, title, site, profiles, vendors, journey, legs; expected either journey or legs"]),
        ("physical_store", "shop", ['visit.yaml:25:79: unknown action_source "shop"; expected one of website, physical_store, phone_call, system_generated, other']),
        ("as: cart", "as: cart2", ['visit.yaml:17:37: unknown name ${cart}; did you mean "cart2"?']),
    ],
)  # fmt: skip
def test_a_leg_that_cannot_be_done_is_told_of(tmp_path: Path, before: str, after: str, expected: list[str]) -> None:
    assert before in LEGS
    assert mistakes(tmp_path, HEAD + LEGS.replace(before, after, 1)) == expected


CONSENT = """\
consent:
  granted: [{click: {text: Yes}}]
  denied: [{click: {text: No}}]
journey:
  - open: /
  - consent
"""


def test_answers_to_the_question_of_consent_are_read(tmp_path: Path) -> None:
    scenario = load(tmp_path, HEAD.replace("[none]", "[none, shy]") + CONSENT)
    assert [step.arguments for step in scenario.consent["denied"]] == [{"text": "No"}]
    assert [step.verb for step in scenario.steps] == ["open", "consent", "click", "click"]


@pytest.mark.parametrize(
    ("head", "text", "expected"),
    [
        ("[none, shy]", CONSENT.replace("  denied: [{click: {text: No}}]\n", ""), ['visit.yaml:4:18: the visitor of profile "shy" has no steps to answer the question of consent; expected steps under consent: denied']),
        ("[none, shy]", "journey: [{open: /}]\n", ['visit.yaml:4:18: the visitor of profile "shy" denies consent, but no step answers the question; expected a step consent, and steps under consent: denied']),
        ("[none]", CONSENT.replace("- consent", "- consent: withdrawn"), ["visit.yaml:11:5: no steps for consent withdrawn; expected steps under consent: withdrawn"]),
        ("[none]", CONSENT.replace("- consent", "- consent: given"), ['visit.yaml:11:14: unknown answer "given"; expected one of granted, denied, withdrawn']),
        ("[none]", CONSENT.replace("granted: [", "granted: [consent, "), ['visit.yaml:7:13: "consent" within an answer to it; write the steps themselves']),
    ],
)  # fmt: skip
def test_a_question_without_an_answer_is_told_of(tmp_path: Path, head: str, text: str, expected: list[str]) -> None:
    assert mistakes(tmp_path, HEAD.replace("[none]", head) + text) == expected


USES = 'journey: [{open: /}, {use: {file: login.yaml, with: {user: "${persona.email}"}}}, {click: "${code}"}]\n'
LOGIN = 'steps:\n  - fill: {label: Email, value: "${with.user}"}\n  - use: code.yaml\n'
CODE = "steps:\n  - read: {css: i, as: code}\n"


def test_steps_of_other_files_stand_in_the_place_where_they_are_used(tmp_path: Path) -> None:
    steps = load(tmp_path, HEAD + USES, login=LOGIN, code=CODE).steps
    assert [step.verb for step in steps] == ["open", "fill", "read", "click"]
    assert steps[1].arguments == {"label": "Email", "value": "${persona.email}"}
    assert [f"{Path(step.place.file).name}:{step.place.line}" for step in steps[:3]] == [
        "visit.yaml:6", "login.yaml:2", "code.yaml:2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("login", "code", "expected"),
    [
        (LOGIN.replace("fill", "fil"), CODE, ['login.yaml:2:5: unknown step "fil" in "steps", used at visit.yaml:6:23; did you mean "fill"?']),
        (LOGIN.replace("user", "usr"), CODE, [
            'visit.yaml:6:54: login.yaml has no use for "user"; did you mean "usr"?',
            'login.yaml:2:33: ${with.usr} has no value, used at visit.yaml:6:23; did you mean "user"?',
        ]),
        (LOGIN.replace("${with.user}", "${with.user}${persona.mail}"), CODE, ['login.yaml:2:33: the persona has no "mail", used at visit.yaml:6:23; did you mean "email"?']),
        (LOGIN, CODE.replace("css: i, ", ""), ['code.yaml:2:5: found a mapping with as in "read", used at login.yaml:3:5, used at visit.yaml:6:23; expected exactly one of css, role, label, placeholder, test_id, text, link']),
        (LOGIN, "steps:\n  - read: {css: i, as: code}\n  - use: login.yaml\n", ["code.yaml:3:5: login.yaml uses itself, used at login.yaml:3:5, used at visit.yaml:6:23; remove one of the uses"]),
        (LOGIN.replace("code.yaml", "gone.yaml"), CODE, ["visit.yaml:6:91: unknown name ${code}; expected persona.<field>, click_ids, click_id.<parameter>, env.<NAME>, a variable or a name read before", "gone.yaml: no such file, used at login.yaml:3:5, used at visit.yaml:6:23"]),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_that_is_used_has_the_place_of_both(
    tmp_path: Path, login: str, code: str, expected: list[str]
) -> None:
    assert mistakes(tmp_path, HEAD + USES, login=login, code=code) == expected


def test_a_folder_of_scenarios_may_hold_steps_for_them(tmp_path: Path) -> None:
    load(tmp_path, HEAD + USES, login=LOGIN, code=CODE)
    [scenario] = load_scenarios([tmp_path], vendors=["meta"], profiles=PROFILES, environment={})
    assert scenario.id == "short"


def test_a_redirect_may_carry_the_visitors_click_ids(tmp_path: Path) -> None:
    target = (
        '{"https://t.example/c": "/?a=${click_id.fbclid}", "https://t.example/d": {to: /, lowercase: true, drops: [x]}}'
    )
    site = load(tmp_path, HEAD.replace("demo: shop", f"demo: shop, redirects: {target}") + "journey: [{open: /}]\n")
    assert site.snapshot.site.redirects == {
        "https://t.example/c": Redirect(to="/?a=${click_id.fbclid}"),
        "https://t.example/d": Redirect(to="/", lowercase=True, drops=("x",)),
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("answer: {status: 500}", '8: found a mapping with status in "answer"; expected either vendor or url'),
        ("answer: {vendor: meta, status: 99}", '39: found number 99 in "status"; expected an HTTP status such as 503'),
        ("expect: {css: a, shows: b, count: 1}", '8: found a mapping with css, shows, count in "expect"; expected one of shows, value, count, absent at most, and none beside url'),
        ("call: {url: /, as: {Order: id}}", '28: "Order" cannot be a name here; expected a name of small letters, digits and underscores'),
        ("call: {url: /, as: {env: id}}", '28: "env" is a name of the harness; choose another name'),
        ("run: bin/import", '13: found "bin/import" in "run"; expected a list of a program and its arguments, or {command: [...], as: name}'),
        ("new_tab: {}", '8: missing key "url" in "new_tab"'),
        ("close_tab: 1", '19: found number 1 in "close_tab"; expected nothing after the colon, or {}'),
    ],
)  # fmt: skip
def test_mistakes_in_the_steps_beside_a_page(tmp_path: Path, step: str, expected: str) -> None:
    assert mistakes(tmp_path, f"{HEAD}journey:\n  - open: /\n  -    {step}\n") == [f"visit.yaml:8:{expected}"]


def test_invariants_are_read_with_their_steps_and_places(tmp_path: Path) -> None:
    text = (
        HEAD
        + "journey: [{open: /}, {click: '#pay'}, {conversion: {event: purchase, order_id: A-1}}]\n"
        + (
            "invariants:\n"
            "  reload:\n"
            "  coupon: {before: [{fill: {label: Code, value: TEA10}}], then: [{open: '${page.url}'}, forward]}\n"
            "  cancelled: {instead: [{click: '#no'}, {no_conversion: purchase}]}\n"
        )
    )
    reload, coupon, cancelled = load(tmp_path, text).invariants
    assert (reload.name, reload.before, reload.instead, reload.then) == ("reload", (), (), ())
    assert [step.verb for step in (*coupon.before, *coupon.then)] == ["fill", "open", "forward"]
    assert cancelled.instead[1].arguments == {"event": "purchase"}
    assert cancelled.place.line == coupon.place.line + 1


def test_a_file_to_hand_over_lies_beside_the_file_that_has_the_step(tmp_path: Path) -> None:
    (tmp_path / "till").mkdir()
    (tmp_path / "till" / "day.yaml").write_text(
        "steps: [{upload: {vendor: meta, file: day.jsonl}}]\n", encoding="utf-8"
    )
    text = (
        HEAD
        + "variables: {day: sales}\n"
        + "legs: [{name: till, device: none, journey: [{use: till/day.yaml}, {upload: {vendor: meta, file: '${day}.jsonl'}}]}]\n"
        + "invariants: {again: {then: [{upload: {vendor: meta, file: again.jsonl}}]}}\n"
    )
    found = load(tmp_path, text)
    files = [step.arguments["file"] for step in (*found.legs[0].steps, *found.invariants[0].then)]
    assert files == [str(tmp_path / name) for name in ("till/day.jsonl", "sales.jsonl", "again.jsonl")]


def test_a_file_is_handed_to_a_vendor_of_the_scenario_wherever_the_step_stands(tmp_path: Path) -> None:
    text = (
        HEAD
        + "legs: [{name: till, device: none, journey: [{use: day.yaml}, {upload: {vendor: mete, file: a.csv}}]}]\n"
        + "invariants: {again: {then: [{upload: {vendor: mete, file: a.csv}}]}}\n"
    )
    told = mistakes(tmp_path, text, day="steps: [{upload: {vendor: mete, file: a.csv}}]\n")
    said = 'the scenario has no vendor "mete"'
    near = '; did you mean "meta"?'
    assert told == [
        f"visit.yaml:6:80: {said}{near}",
        f"visit.yaml:7:47: {said}{near}",
        f"day.yaml:1:27: {said}, used at visit.yaml:6:46{near}",
    ]


def test_mistakes_in_an_invariants_steps_have_their_place(tmp_path: Path) -> None:
    text = (
        HEAD
        + "journey: [{open: /}]\ninvariants:\n  coupon:\n    before:\n      - fill: {label: Code, value: '${nowhere}'}\n"
    )
    (found,) = mistakes(tmp_path, text)
    assert "unknown name ${nowhere}" in found


SAYS_NONE = HEAD.replace("profiles:", "orders: none\nprofiles:")


def test_a_step_may_say_that_it_places_the_order_or_the_scenario_that_none_does(tmp_path: Path) -> None:
    marked = (
        HEAD + "journey: [{open: /}, {click: {css: b, places_order: true}}, {press: {key: Enter, places_order: true}}]"
    )
    assert [step.places_order for step in load(tmp_path, marked).steps] == [False, True, True]
    assert not load(tmp_path, marked).places_no_order
    assert load(tmp_path, SAYS_NONE + "journey: [{open: /}]").places_no_order


def test_a_scenario_that_places_no_order_has_no_step_that_does(tmp_path: Path) -> None:
    assert mistakes(tmp_path, SAYS_NONE + "journey: [{open: /}, {click: {css: b, places_order: true}}]") == [
        "visit.yaml:7:23: this step places an order, and the scenario says orders: none; remove one of the two"
    ]
