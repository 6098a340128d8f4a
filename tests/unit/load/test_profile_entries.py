"""A scenario names profiles, combines them, describes its own, or names a file with one."""

from __future__ import annotations

from pathlib import Path

from harness.load.documents import read_document
from harness.load.profile_entries import ProfileEntries
from harness.load.profiles import load_profiles
from harness.model.profile import ListSource, Profile

KNOWN = load_profiles()


def read(folder: Path, profiles: str) -> ProfileEntries:
    (folder / "blocked.txt").write_text("0.0.0.0 ads.example\n")
    path = folder / "scenario.yaml"
    path.write_text(f"scenario: s\nprofiles:\n{profiles}")
    return ProfileEntries(read_document(path), KNOWN).read()


def mistakes(folder: Path, profiles: str) -> list[str]:
    return [str(mistake).replace(f"{folder}/", "") for mistake in read(folder, profiles).mistakes]


def test_a_profile_described_in_the_scenario_adds_to_the_one_it_extends(tmp_path: Path) -> None:
    entries = read(
        tmp_path,
        """\
  - none
  - id: my-shop
    extends: brave
    extra_rules: ["||metrics.example^"]
    allow: [checkout.example]
    strip_parameters: [gclid, mine]
    lists: [{name: easylist, location: blocked.txt}]
    hosts_file: blocked.txt
    source_host: www.shop.example
    gpc: false
""",
    )
    assert (entries.ids, entries.mistakes) == (["none", "my-shop"], [])
    brave, mine = KNOWN["brave"], entries.made["my-shop"]
    there = str(tmp_path / "blocked.txt")
    assert mine == Profile(
        id="my-shop",
        title="my-shop",
        description=brave.description,
        reviewed=brave.reviewed,
        sources=brave.sources,
        emulates=brave.emulates,
        lists=(
            ListSource(name="easylist", location=there),
            *brave.lists[1:],
            ListSource(name="blocked", location=there, kind="hosts"),
        ),
        extra_rules=(*brave.extra_rules, "||metrics.example^"),
        allow=("checkout.example",),
        spares_same_site=True,
        strip_parameters=(*brave.strip_parameters, "mine"),
        third_party_cookies=False,
        script_cookie_days=7,
        gpc=False,
        referrer="origin",
        source_host="www.shop.example",
    )


def test_a_profile_of_ones_own_may_be_one_of_several_or_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("id: mine\nextends: ublock\nconsent: denied\n")
    entries = read(tmp_path, "  - ./mine.yaml\n  - [{id: odd, extra_rules: ['||odd.example^']}, gpc]\n")
    assert (entries.ids, entries.mistakes) == (["mine", "odd+gpc"], [])
    assert entries.made["mine"].lists == KNOWN["ublock"].lists
    assert entries.made["odd+gpc"].extra_rules == ("||odd.example^",)


def test_an_extension_is_looked_for_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "blocker").mkdir()
    (tmp_path / "blocker/manifest.json").write_text('{"manifest_version": 3, "name": "B", "version": "1"}')
    profile = read(tmp_path, "  - {id: mine, extension: ./blocker}\n").made["mine"]
    assert profile.extensions == (str(tmp_path / "blocker"),)
    assert (profile.is_blocking, profile.has_filters) == (True, False)


def test_every_mistake_has_its_place(tmp_path: Path) -> None:
    (tmp_path / "whole.yaml").write_text("id: whole\n")
    assert mistakes(
        tmp_path,
        """\
  - {id: a, extends: ublok, hosts_file: none.txt, extension: ./none}
  - {id: b, extra_rule: [x]}
  - {id: gpc, gpc: true}
  - {id: c}
  - {id: c, gpc: true}
  - ./nowhere.yaml
  - ./whole.yaml
""",
    ) == [
        'scenario.yaml:3:22: unknown profile "ublok"; did you mean "ublock"?',
        'scenario.yaml:3:41: no file "none.txt"; expected a path beside this file',
        'scenario.yaml:3:62: no folder "./none"; expected an unpacked extension beside this file',
        'scenario.yaml:4:13: unknown key "extra_rule"; did you mean "extra_rules"?',
        'scenario.yaml:5:10: profile "gpc" exists already; give it an ID of its own',
        'scenario.yaml:7:10: profile "c" exists already; give it an ID of its own',
        'scenario.yaml:8:5: no file "./nowhere.yaml"; expected a profile beside the scenario',
        'whole.yaml:1:1: missing key "description"',
        'whole.yaml:1:1: missing key "reviewed"',
        'whole.yaml:1:1: missing key "sources"',
        'whole.yaml:1:1: missing key "title"',
    ]
