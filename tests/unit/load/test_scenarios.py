# ruff: noqa: E501 - a message is compared whole, on one line
"""A scenario file becomes a model, and all its mistakes are told at once, each with its place and a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

import harness
from harness.errors import InputError
from harness.load.profiles import load_profiles
from harness.load.scenarios import load_scenario, load_scenarios, step_verbs
from harness.model.scenario import Scenario, ServerCalls, Site, VendorAccount
from harness.personas import COUNTRIES

VENDORS = ("meta", "google-ads")
PROFILES = load_profiles()
ENVIRONMENT = {"STAGING": "https://staging.example", "PASSWORD": "s3cret"}

WHOLE = """\
scenario: shop-direct
title: Guest checkout
site: {demo: shop, options: {wiring: direct}}
profiles: [none, ublock]
persona: {country: DE, email_domain: mail.example}
vendors:
  meta: {accounts: {tag: "702400000000001", capi: "702400000000002"}, channels: [tag, capi]}
  google-ads: {accounts: "AW-1", names: {purchase: {tag: "AbC", capi: "555"}}}
server_calls: {source: egress-proxy, budget: 20, quiet: 0.5}
variables: {coupon: "SPRING", login: "${env.PASSWORD}", who: "${persona.email}"}
journey:
  - open: "/?utm_source=ads&${click_ids}"
  - click: {role: button, name: Accept all}
  - click: "#buy"
  - fill: {label: Email, value: "${who}"}
  - fill: {label: Coupon, value: "${coupon}-${variables.coupon}-${ env.PASSWORD }"}
  - select: {label: Country, value: NO}
  - check: {label: Terms, checked: false}
  - press: Enter
  - press: {key: Enter, label: Email}
  - wait: {data_layer: purchase}
  - read: {test_id: order-number, as: order_id, attribute: data-id}
  - read: {test_id: total, as: order_total}
  - conversion: {event: purchase, order_id: "${order_id}", value: "${order_total}", currency: EUR,
                 items: [{id: A, quantity: 2, price: "64.95", name: Mug}]}
  - reload: {}
  - reload
  - back
  - screenshot:
"""

SHORT = """\
scenario: short
title: Short
site: {demo: shop}
profiles: [none]
vendors: {meta: {}}
journey:
  - open: /
"""


def load(tmp_path: Path, text: str) -> Scenario:
    path = tmp_path / "visit.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path, vendors=VENDORS, profiles=PROFILES, environment=ENVIRONMENT)


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(tmp_path, text)
    return [str(mistake).replace(f"{tmp_path}/visit.yaml:", "") for mistake in caught.value.mistakes]


def short(**changes: str) -> str:
    """The short scenario with other lines in place of its own, or behind them."""
    lines = {line.split(":")[0]: line for line in SHORT.splitlines() if not line.startswith(" ")}
    lines["journey"] = "journey:\n  - open: /"
    lines |= {name: f"{name}: {text}" for name, text in changes.items()}
    return "\n".join(lines.values()) + "\n"


def journey(*steps: str) -> str:
    """The short scenario with these steps from line 8 on."""
    return SHORT + "".join(f"  - {step}\n" for step in steps)


def test_a_whole_scenario_is_read(tmp_path: Path) -> None:
    scenario = load(tmp_path, WHOLE)
    assert scenario.id == "shop-direct"
    assert scenario.snapshot.title == "Guest checkout"
    assert scenario.snapshot.site == Site(demo="shop", options={"wiring": "direct"})
    assert scenario.snapshot.server_calls == ServerCalls(source="egress-proxy", budget=20.0, quiet=0.5)
    assert scenario.snapshot.vendors == (
        VendorAccount(vendor="meta", accounts={"tag": "702400000000001", "capi": "702400000000002"}),
        VendorAccount(
            vendor="google-ads",
            accounts={"tag": "AW-1", "capi": "AW-1"},
            names={"purchase": {"tag": "AbC", "capi": "555"}},
        ),
    )
    assert scenario.profiles == ("none", "ublock")
    assert scenario.persona == {"country": "DE", "email_domain": "mail.example"}
    assert (scenario.place.line, scenario.place.column) == (1, 11)


def test_steps_keep_their_order_their_place_and_whole_arguments(tmp_path: Path) -> None:
    steps = load(tmp_path, WHOLE).steps
    assert [(step.verb, step.arguments) for step in steps] == [
        ("open", {"url": "/?utm_source=ads&${click_ids}"}),
        ("click", {"role": "button", "name": "Accept all"}),
        ("click", {"css": "#buy"}),
        ("fill", {"label": "Email", "value": "${persona.email}"}),
        ("fill", {"label": "Coupon", "value": "SPRING-SPRING-s3cret"}),
        ("select", {"label": "Country", "value": "NO"}),
        ("check", {"label": "Terms", "checked": False}),
        ("press", {"key": "Enter"}),
        ("press", {"key": "Enter", "label": "Email"}),
        ("wait", {"data_layer": "purchase"}),
        ("read", {"test_id": "order-number", "as": "order_id", "attribute": "data-id"}),
        ("read", {"test_id": "total", "as": "order_total"}),
        (
            "conversion",
            {
                "event": "purchase",
                "order_id": "${order_id}",
                "value": "${order_total}",
                "currency": "EUR",
                "items": [{"id": "A", "quantity": 2, "price": "64.95", "name": "Mug"}],
            },
        ),
        ("reload", {}),
        ("reload", {}),
        ("back", {}),
        ("screenshot", {}),
    ]
    assert [(step.place.line, step.place.column) for step in steps[:2]] == [(12, 5), (13, 5)]


def test_the_environment_can_name_the_site_and_channels_have_one_account_each(tmp_path: Path) -> None:
    scenario = load(
        tmp_path,
        short(
            site='{url: "${env.STAGING}", data_layer: window.layer, allow_hosts: [cdn.example]}',
            vendors='{meta: {accounts: "7", channels: [capi]}}',
        ),
    )
    assert scenario.snapshot.site == Site(
        url="https://staging.example", data_layer="window.layer", allow_hosts=("cdn.example",)
    )
    assert scenario.snapshot.vendors == (VendorAccount(vendor="meta", accounts={"capi": "7"}, channels=("capi",)),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SHORT.replace("title", "tittle"), ['2:1: unknown key "tittle"; did you mean "title"?']),
        (SHORT.replace("title: Short\n", ""), ['1:1: missing key "title"; expected title: one line that says what the visitor does']),
        (short(scenario="Shop_1"), ['1:11: found "Shop_1" in "scenario"; expected an ID of small letters, digits and single hyphens']),
        (short(site="{demo: shop, url: 'https://a.example'}"), ['3:1: found a mapping with demo, url in "site"; expected either demo or url']),
        (short(site="{url: a.example}"), ['3:13: found "a.example" in "url"; expected a URL that begins with https:// or http://']),
        (short(site="{url: 'https://a.example', options: {a: b}}"), ['3:34: "options" without "demo" in "site"; add "demo" or remove "options"']),
        (short(site="{demo: shop, options: {retries: 3}}"), ['3:39: found number 3 in "retries"; expected text; put it in quotes: "3"']),
        (short(profiles="[none, ublok]"), ['4:18: unknown profile "ublok"; did you mean "ublock"?']),
        (short(profiles="[none, 5]"), ['4:18: found number 5 in "profiles"; expected the name of a profile, its file, a profile described here, or a list of several that one visitor has; put it in quotes: "5"']),
        (short(profiles="[[brave]]"), ['4:12: found a list in "profiles"; expected the name of a profile, its file, a profile described here, or a list of several that one visitor has']),
        (short(profiles="[none, [gpc, brve]]"), ['4:24: unknown profile "brve"; did you mean "brave"?']),
        (short(profiles="[gpc+brave]"), ['4:12: unknown profile "gpc+brave"; expected a list: [gpc, brave]']),
        (
            short(profiles="[[brave, safari]]"),
            ["4:12: brave and safari act different browsers: Brave, Shields on standard, Safari with Intelligent Tracking Prevention; combine profiles that one visitor can have"],
        ),
        (short(profiles="[none, none]"), ['4:18: found none twice in "profiles"; expected every entry once']),
        (short(profiles="[]"), ['4:1: found an empty list in "profiles"; expected something here']),
        (short(vendors="{gogle-ads: {}}"), ['5:11: unknown vendor "gogle-ads"; did you mean "google-ads"?']),
        (short(vendors="{zeppelin: {}}"), ['5:11: unknown vendor "zeppelin"; expected one of google-ads, meta']),
        (
            short(vendors="{meta: {accounts: 702400000000001}}"),
            ['5:28: found number 702400000000001 in "accounts"; expected text; put it in quotes: "702400000000001"'],
        ),
        (
            short(vendors="{meta: {accounts: {tag: 0123, cappi: '1'}}}"),
            [
                '5:34: found number 0123 in "tag"; expected text; put it in quotes: "0123"',
                '5:40: unknown channel "cappi" in "accounts"; did you mean "capi"?',
            ],
        ),
        (short(vendors="{meta: {channels: [api]}}"), ['5:29: unknown channel "api"; expected one of tag, capi, collect, offline; did you mean "capi"?']),
        (SHORT + "persona: {country: NO}\n", [f'8:20: unknown country "NO"; expected one of {", ".join(COUNTRIES)}']),
        (SHORT + "server_calls: {source: proxy}\n", ['8:24: unknown source "proxy"; expected one of egress-proxy, not-observable']),
        (SHORT + "variables: {Big: x}\n", ['8:13: "Big" cannot be a name here; expected a name of small letters, digits and underscores']),
        (SHORT + "variables: {count: 5}\n", ['8:20: found number 5 in "count"; expected text; put it in quotes: "5"']),
        (SHORT + "variables: {env: x}\n", ['8:13: "env" is a name of the harness; choose another name']),
        (SHORT + 'variables: {a: x, b: "${a}"}\n', ['8:22: ${a} cannot be used in a variable; expected env.<NAME>, persona.<field> or click_id.<parameter>']),
    ],
)  # fmt: skip
def test_mistakes_outside_the_journey(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert mistakes(tmp_path, text) == expected


ONE = "exactly one of css, role, label, placeholder, test_id, text, link"


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("clik: a", '5: unknown step "clik" in "journey"; did you mean "click"?'),
        ("relod", '5: unknown step "relod"; expected reload, back, forward, screenshot, close_tab, offline, online or consent; every other step is written as "verb: argument"; did you mean "reload"?'),
        ("{click: a, back: }", '5: found a mapping with click, back in "journey"; expected one step; the next one begins with a hyphen of its own'),
        ("7", '5: found number 7 in "journey"; expected a step, for example - open: /'),
        ("click: {tex: Buy}", '13: unknown key "tex" in "click"; did you mean "text"?'),
        ("click: {css: a, text: b}", f'5: found a mapping with css, text in "click"; expected {ONE}'),
        ("click: {}", f'5: found an empty mapping in "click"; expected {ONE}'),
        ("click: {text: a, name: b}", '22: "name" without "role" in "click"; add "role" or remove "name"'),
        ("click: 5", '12: found number 5 in "click"; expected text; put it in quotes: "5"'),
        ("fill: {label: a}", '5: missing key "value" in "fill"'),
        ("fill: {label: a, value: 12345}", '29: found number 12345 in "value"; expected text; put it in quotes: "12345"'),
        ("check: {label: a, checked: NO}", '32: found "NO" in "checked"; expected true or false'),
        ("press: {key: Enter, css: a, text: b}", f'5: found a mapping with key, css, text in "press"; expected {ONE}'),
        ("wait: {url: a, text: b}", f'5: found a mapping with url, text in "wait"; expected {ONE}, url, data_layer, request, vendor_event'),
        ("read: {css: a}", '5: missing key "as" in "read"'),
        ("read: {css: a, as: Order-ID}", '24: found "Order-ID" in "as"; expected a name of small letters, digits and underscores'),
        ("read: {css: a, as: persona}", '24: "persona" is a name of the harness; choose another name'),
        ("conversion: {event: purchase}", '5: missing key "order_id" in "conversion"'),
        ("conversion: {event: a, order_id: x, value: 64.90}", '48: found number 64.90 in "value"; expected a decimal number with a dot, in quotes; put it in quotes: "64.90"'),
        ("conversion: {event: a, order_id: x, value: '64,90'}", '48: found "64,90" in "value"; expected a decimal number with a dot, in quotes'),
        ("conversion: {event: a, order_id: x, currency: eur}", '51: found "eur" in "currency"; expected an ISO 4217 code such as EUR'),
        ("conversion: {event: a, order_id: x, items: [{id: A, quantity: 0}]}", '67: found number 0 in "quantity"; expected 1 or more'),
        ("upload: {vendor: meta}", '5: found a mapping with vendor in "upload"; expected {vendor: ..., file: ...} or {vendor: ..., url: ...}'),
        ("upload: {vendor: mete, file: a.csv}", '22: the scenario has no vendor "mete"; did you mean "meta"?'),
        ("reload: now", '13: found "now" in "reload"; expected nothing after the colon, or {}'),
        ("click: '${persona.emial}'", '12: the persona has no "emial"; did you mean "email"?'),
        ("click: '${env.HOST}'", "12: environment variable HOST is not set; run with HOST=... in the environment"),
        ("click: '${order'", "12: ${ without its }; close it"),
        ("click: '${click_idz}'", '12: unknown name ${click_idz}; did you mean "click_ids"?'),
        ("click: '${zz}'", "12: unknown name ${zz}; expected persona.<field>, click_ids, click_id.<parameter>, env.<NAME>, a variable or a name read before"),
    ],
)  # fmt: skip
def test_mistakes_in_a_step(tmp_path: Path, step: str, expected: str) -> None:
    assert mistakes(tmp_path, journey(step)) == [f"8:{expected}"]


def test_a_file_to_hand_over_lies_beside_the_scenario(tmp_path: Path) -> None:
    steps = load(tmp_path, journey("upload: {vendor: meta, file: data/sales.jsonl, account: '7'}")).steps
    assert steps[-1].arguments == {
        "vendor": "meta",
        "file": str(tmp_path / "data" / "sales.jsonl"),
        "account": "7",
    }


def test_a_name_must_be_read_before_it_is_used(tmp_path: Path) -> None:
    text = journey('conversion: {event: purchase, order_id: "${order_id}"}', "read: {css: b, as: order_id}")
    expected = '8:45: ${order_id} is used before it is read; move the "read" step before this one'
    assert mistakes(tmp_path, text) == [expected]


def test_a_read_may_not_hide_a_variable(tmp_path: Path) -> None:
    text = journey("read: {css: b, as: coupon}") + "variables: {coupon: x}\n"
    assert mistakes(tmp_path, text) == ['8:24: "coupon" is a variable already; choose another name']


def test_a_journey_begins_with_open(tmp_path: Path) -> None:
    for step, verb in (("click: a", "click"), ("back", "back")):
        text = SHORT.replace("open: /", step)
        assert mistakes(tmp_path, text) == [f'7:5: the journey begins with "{verb}"; expected open as the first step']


def test_the_site_cannot_depend_on_the_journey(tmp_path: Path) -> None:
    text = short(site='{url: "https://${persona.city}.example"}')
    expected = "3:13: ${persona.city} is not known before the journey; expected ${env.NAME} or a variable"
    assert mistakes(tmp_path, text) == [expected]


def test_a_value_from_the_environment_is_not_shown_in_a_message(tmp_path: Path) -> None:
    text = short(site='{url: "${env.PASSWORD}"}')
    assert "s3cret" not in "".join(mistakes(tmp_path, text))


def test_mistakes_of_every_kind_are_told_at_once_in_file_order(tmp_path: Path) -> None:
    text = short(profiles="[ublok]", vendors="{mta: {}}") + "  - clik: a\n  - click: '${nope}'\n"
    assert [line.split(":")[0] for line in mistakes(tmp_path, text)] == ["4", "5", "8", "9"]


@pytest.mark.parametrize("text", ["- a\n", "text\n", "journey: x\nprofiles: 5\nvendors: []\nvariables: 1\nsite: 2\n"])
def test_a_file_of_another_kind_is_told_and_does_not_crash(tmp_path: Path, text: str) -> None:
    assert mistakes(tmp_path, text)


class TestSeveralFiles:
    def load(self, *paths: Path) -> tuple[Scenario, ...]:
        return load_scenarios(paths, vendors=VENDORS, profiles=PROFILES, environment=ENVIRONMENT)

    def test_folders_are_searched_and_a_file_counts_once(self, tmp_path: Path) -> None:
        (tmp_path / "deep").mkdir()
        (tmp_path / "deep" / "b.yml").write_text(SHORT.replace("scenario: short", "scenario: b"))
        (tmp_path / "a.yaml").write_text(SHORT)
        (tmp_path / "notes.md").write_text("not a scenario")
        assert [scenario.id for scenario in self.load(tmp_path, tmp_path / "a.yaml")] == ["short", "b"]

    def test_the_mistakes_of_all_files_are_told_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text(SHORT.replace("title", "tittle"))
        (tmp_path / "b.yaml").write_text(SHORT.replace("open", "opn"))
        with pytest.raises(InputError) as caught:
            self.load(tmp_path, tmp_path / "gone.yaml")
        assert [Path(mistake.file).name for mistake in caught.value.mistakes] == ["a.yaml", "b.yaml", "gone.yaml"]

    def test_two_scenarios_with_one_id_are_a_mistake_of_the_second(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text(SHORT)
        (tmp_path / "b.yaml").write_text("\n" + SHORT)
        with pytest.raises(InputError) as caught:
            self.load(tmp_path)
        (mistake,) = caught.value.mistakes
        assert (Path(mistake.file).name, mistake.line, mistake.column) == ("b.yaml", 2, 11)
        assert mistake.found == f'scenario "short" exists already in {tmp_path / "a.yaml"}'

    def test_an_empty_folder_is_a_mistake(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no scenario in this folder; expected files"):
            self.load(tmp_path)


def test_several_profiles_of_one_visitor_become_one(tmp_path: Path) -> None:
    text = short(
        profiles="[none, [brave, consent-denied]]",
        consent="{granted: [], denied: []}",
        journey="[{open: /}, consent]",
    )
    scenario = load(tmp_path, text)
    assert scenario.profiles == ("none", "brave+consent-denied")
    (both,) = scenario.own_profiles
    assert (both.id, both.consent, both.gpc) == ("brave+consent-denied", "denied", True)


def test_a_page_may_be_opened_from_a_link_elsewhere(tmp_path: Path) -> None:
    text = SHORT.replace("open: /", 'open: {url: "/?${click_ids}", referrer: "https://www.facebook.com/"}')
    (step,) = load(tmp_path, text).steps
    assert step.arguments == {"url": "/?${click_ids}", "referrer": "https://www.facebook.com/"}
    assert mistakes(tmp_path, SHORT.replace("open: /", "open: {referer: x}")) == [
        '7:12: unknown key "referer" in "open"; did you mean "referrer"?'
    ]


def test_a_scenario_may_ask_for_a_browser(tmp_path: Path) -> None:
    assert load(tmp_path, SHORT).browser == ""
    assert load(tmp_path, SHORT + "browser: firefox\n").browser == "firefox"
    assert mistakes(tmp_path, SHORT + "browser: firefx\n") == [
        '8:10: unknown browser "firefx"; expected one of headless-shell, chromium, chrome, firefox, webkit; '
        'did you mean "firefox"?'
    ]


def test_hosts_that_are_the_sites_by_name_only(tmp_path: Path) -> None:
    text = SHORT.replace("{demo: shop}", "{demo: shop, cloaked_hosts: [metrics.shop.example]}")
    assert load(tmp_path, text).snapshot.site.cloaked_hosts == ("metrics.shop.example",)


def test_every_verb_says_what_it_does() -> None:
    assert set(step_verbs()) >= {"open", "click", "conversion", "screenshot"}
    assert all(step_verbs().values())


def test_the_scenarios_that_are_shipped_have_no_mistakes() -> None:
    root = Path(harness.__file__).parent.parent
    vendors = [path.parent.name for path in (root / "vendor_specs").glob("*/spec.yaml")]
    assert load_scenarios([root / "scenarios"], vendors=vendors, profiles=PROFILES, environment={})


def test_severities_are_read_with_their_place(tmp_path: Path) -> None:
    limits = load(tmp_path, short(severity='{event-time: warning, "schema@meta": info}')).snapshot.severities
    assert [(each.name, each.check, each.vendor, each.at_most) for each in limits] == [
        ("event-time", "event-time", "", "warning"),
        ("schema@meta", "schema", "meta", "info"),
    ]
    assert [(each.line, each.column) for each in limits] == [(8, 12), (8, 33)]


def test_a_severity_names_what_there_is_and_is_never_raised(tmp_path: Path) -> None:
    path = tmp_path / "visit.yaml"
    severity = '{evnt-time: warning, "schema@mta": info, schema: error, "page-works@meta": info}'
    path.write_text(short(severity=severity), encoding="utf-8")
    checks = {"checks": ["event-time", "schema", "page-works"], "run_checks": ["page-works"]}
    with pytest.raises(InputError) as caught:
        load_scenario(path, vendors=VENDORS, profiles=PROFILES, environment={}, **checks)
    assert [str(mistake).replace(f"{path}:", "") for mistake in caught.value.mistakes] == [
        '8:12: unknown check "evnt-time"; did you mean "event-time"?',
        '8:32: the scenario has no vendor "mta"; did you mean "meta"?',
        '8:60: unknown severity "error"; expected warning or info; '
        "a scenario can only lower a severity; --fail-on warning makes the gate stricter",
        '8:67: "page-works" is asked of the whole run, not of a vendor; write page-works',
    ]


def test_checks_that_must_run_are_read_and_have_to_exist(tmp_path: Path) -> None:
    assert load(tmp_path, short(must_run='[schema, "event-id@meta"]')).snapshot.must_run == ("schema", "event-id@meta")
    assert mistakes(tmp_path, short(must_run='["schema@mta"]')) == [
        '8:12: the scenario has no vendor "mta"; did you mean "meta"?'
    ]
