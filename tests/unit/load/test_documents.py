"""YAML 1.2 is read as plain values, and every mistake is named with its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.load.documents import Document, close_match, mistakes_in, read_document


def document(tmp_path: Path, text: str | bytes) -> Document:
    path = tmp_path / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_document(path)


def mistakes(tmp_path: Path, text: str | bytes) -> list[str]:
    """The mistakes without the folder in front."""
    with pytest.raises(InputError) as caught:
        document(tmp_path, text)
    return [str(mistake).replace(f"{tmp_path}/", "") for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("2026-01-31", "2026-01-31"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("12", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("-1.5e3", -1500.0),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("-.inf", float("-inf")),
    ],
)
def test_plain_values_follow_the_core_schema_of_yaml_1_2(tmp_path: Path, written: str, value: object) -> None:
    found = document(tmp_path, f"key: {written}\n").data["key"]
    assert found == value
    assert type(found) is type(value)


def test_keys_are_text_as_written(tmp_path: Path) -> None:
    assert document(tmp_path, "200: a\nno: b\n0x1F: c\n").data == {"200": "a", "no": "b", "0x1F": "c"}


def test_anchors_aliases_and_folded_text_are_read(tmp_path: Path) -> None:
    data = document(tmp_path, "a: &one [1, 2]\nb: *one\nc: >-\n  two\n  lines\n").data
    assert data == {"a": [1, 2], "b": [1, 2], "c": "two lines"}


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    found = document(tmp_path, b"\xef\xbb\xbfa: 1\r\nb: x\r\n")
    assert found.data == {"a": 1, "b": "x"}
    assert (found.place(("b",)).line, found.place(("b",)).column) == (2, 4)


def test_a_place_is_the_value_the_key_of_a_collection_or_the_nearest_ancestor(tmp_path: Path) -> None:
    found = document(tmp_path, 'größe: "ä"\nlist:\n  - a\n  - {deep: x}\n')
    places = {
        ("größe",): (1, 8),
        ("list",): (2, 1),
        ("list", 0): (3, 5),
        ("list", 1): (4, 5),
        ("list", 1, "deep"): (4, 12),
        ("list", 1, "gone", "further"): (4, 5),
        ("list", 7): (2, 1),
        (): (1, 1),
    }
    assert {path: (found.place(path).line, found.place(path).column) for path in places} == places
    assert found.place(("größe",), at_key=True).column == 1


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InputError, match=r"^nowhere\.yaml: no such file$"):
        read_document(Path("nowhere.yaml"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "file.yaml: the file is empty"),
        ("# only a comment\n", "file.yaml: the file is empty"),
        (b"a: 1\nb: \xe4\n", "file.yaml:2:4: byte 0xe4 is not UTF-8; save the file as UTF-8"),
        (
            "a:\n\tb: 1\n",
            "file.yaml:2:1: not YAML: while scanning for the next token, found character '\\t' that cannot start any "
            "token; indent with spaces, a tab is not allowed here",
        ),
        (
            "a: b: c\n",
            'file.yaml:1:5: not YAML: mapping values are not allowed here; put the text in quotes, it contains ": "',
        ),
        (
            "a: @b\n",
            "file.yaml:1:4: not YAML: while scanning for the next token, found character '@' that cannot start any "
            "token; put the text in quotes",
        ),
        (
            "a: *b\n",
            "file.yaml:1:4: not YAML: found undefined alias 'b'; put the text in quotes, a plain * begins an alias",
        ),
        (
            "a: 1\n---\nb: 2\n",
            "file.yaml:2:1: not YAML: expected a single document in the stream, but found another document; keep one "
            'document in a file: remove the "---" or split the file',
        ),
        (
            "a: 'x\n",
            "file.yaml:1:4: not YAML: while scanning a quoted scalar, found unexpected end of stream; close the quotes "
            "that are opened here",
        ),
        ("a: x\x01\n", "file.yaml:1:5: character '\\x01' is not allowed"),
        ("a: !secret x\n", "file.yaml:1:4: tag !secret has no meaning here; remove the tag"),
        ("? [a]\n: b\n", "file.yaml:1:3: a list or mapping as a key; use text as the key"),
        ("a: &x\n  b: *x\n", "file.yaml:1:4: an alias inside the value it stands for"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_place(tmp_path: Path, text: str | bytes, expected: str) -> None:
    assert mistakes(tmp_path, text) == [expected]


def test_all_repeated_keys_are_told_at_once(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "a: 1\nb:\n  c: 1\n  c: 2\na: 3\n") == [
        'file.yaml:4:3: key "c" stands here twice; it was set in line 3; keep one of them',
        'file.yaml:5:1: key "a" stands here twice; it was set in line 1; keep one of them',
    ]


def test_mistakes_stand_in_file_order(tmp_path: Path) -> None:
    schema = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["c"]}
    found = mistakes_in(document(tmp_path, "b: 1\na: 007\n"), schema)
    assert [str(mistake).rpartition("/")[2] for mistake in found] == [
        'file.yaml:1:1: missing key "c"',
        'file.yaml:1:4: found number 1 in "b"; expected text; put it in quotes: "1"',
        'file.yaml:2:4: found number 007 in "a"; expected text; put it in quotes: "007"',
    ]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("clik", 'did you mean "click"?'),
        ("Test-Id", 'did you mean "test_id"?'),
        ("zebra", ""),
        ("", ""),
    ],
)
def test_a_close_match_is_suggested_whatever_its_case_and_hyphens(word: str, text: str) -> None:
    assert close_match(word, ["click", "test_id", "fill"]) == text
