"""Profiles are read by ID, and a wrong one is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.load.profiles import load_profiles
from harness.model.profile import ListSource, Profile

WHOLE = """\
id: strict
title: Strict
description: Blocks a lot.
reviewed: "2026-11-20"
sources: [https://example.org/strict]
lists:
  - name: easylist
  - {name: own, location: lists/own.txt}
extra_rules: ["||tracker.example^"]
third_party_cookies: false
source_host: shop.example
"""


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_profiles(folder)
    return [str(mistake).replace(f"{folder}/", "") for mistake in caught.value.mistakes]


def put(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_whole_profile_is_read(tmp_path: Path) -> None:
    put(tmp_path, "lists/own.txt", "||own.example^\n")
    (tmp_path / "strict.yaml").write_text(WHOLE)
    assert load_profiles(tmp_path) == {
        "strict": Profile(
            id="strict",
            title="Strict",
            description="Blocks a lot.",
            reviewed="2026-11-20",
            sources=("https://example.org/strict",),
            lists=(
                ListSource(name="easylist"),
                ListSource(name="own", location=str(tmp_path / "lists" / "own.txt")),
            ),
            extra_rules=("||tracker.example^",),
            third_party_cookies=False,
            source_host="shop.example",
        )
    }


def test_the_profiles_that_are_shipped_are_read() -> None:
    profiles = load_profiles()
    assert not profiles["none"].is_blocking
    assert profiles["ublock"].is_blocking
    refusing = profiles["consent-denied"]
    assert (refusing.consent, refusing.has_rules, refusing.third_party_cookies) == ("denied", False, True)
    assert {profile.consent for profile in profiles.values() if profile is not refusing} == {"granted"}


def test_the_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    put(tmp_path, "lists/own.txt", "||own.example^\n")
    (tmp_path / "a.yaml").write_text(WHOLE)
    (tmp_path / "b.yaml").write_text(WHOLE.replace("strict", "b", 1).replace("lists:", "list:"))
    assert mistakes(tmp_path) == [
        'a.yaml:1:5: profile "strict" in a file of another name; expected id "a", as the file is called',
        'b.yaml:6:1: unknown key "list"; did you mean "lists"?',
    ]


def test_a_list_from_the_network_must_be_pinned(tmp_path: Path) -> None:
    (tmp_path / "strict.yaml").write_text(WHOLE.replace("lists/own.txt", "https://example.org/own.txt"))
    assert mistakes(tmp_path) == [
        'strict.yaml:8:5: missing key "sha256" in "lists"; pin the text of a list from a URL, it changes daily'
    ]


def test_a_folder_without_profiles_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no profile in this folder"):
        load_profiles(tmp_path)
