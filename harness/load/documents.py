"""What does a YAML file say, and in which line and column does it say it?"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from harness.errors import InputError, Mistake
from harness.load.violations import close_match, violations
from harness.model.scenario import Place

__all__ = ["Document", "close_match", "document_of", "mistakes_in", "read_document"]

_STANDARD_TAGS = "tag:yaml.org,2002:"

# The core schema of YAML 1.2 and nothing else: `NO`, `on`, `1_000` and `2026-01-31` are text.
_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}|0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,5})?")
_SPECIAL_FLOAT = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

# What ruamel says in words of the YAML grammar, and what a person should do about it.
_REMEDIES = (
    ("'\\t'", "indent with spaces, a tab is not allowed here"),
    ("mapping values are not allowed", 'put the text in quotes, it contains ": "'),
    ("cannot start any token", "put the text in quotes"),
    ("undefined alias", "put the text in quotes, a plain * begins an alias"),
    ("another document", 'keep one document in a file: remove the "---" or split the file'),
    ("unexpected end of stream", "close the quotes that are opened here"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content as plain values; mapping keys are always text, as written."""

    data: Any
    file: str
    _root: Node | None = field(default=None, repr=False, compare=False)

    def place(self, path: Sequence[str | int], *, at_key: bool = False) -> Place:
        """Where the value at `path` stands, or its nearest existing ancestor.

        A mapping or list is pointed at by the key that holds it; with `at_key` a plain value is, too.
        """
        key, value = self._nodes(path)
        node = key if key is not None and (at_key or not isinstance(value, ScalarNode)) else value
        if node is None:
            return Place(file=self.file, line=1, column=1)
        mark = node.start_mark
        return Place(file=self.file, line=mark.line + 1, column=mark.column + 1)

    def written(self, path: Sequence[str | int]) -> str:
        """A plain value as it stands in the file, without its quotes: `0123` where `data` holds 123."""
        _, value = self._nodes(path)
        return str(value.value) if isinstance(value, ScalarNode) else ""

    def with_data(self, data: Any) -> Document:
        """The same places with other values, e.g. after `${...}` were filled in."""
        return replace(self, data=data)

    def part(self, path: Sequence[str | int]) -> Document:
        """The value at `path` as a document of its own, with the places it has in this one."""
        data = self.data
        for step in path:
            data = data[step]
        return Document(data, self.file, self._nodes(path)[1])

    def _nodes(self, path: Sequence[str | int]) -> tuple[Node | None, Node | None]:
        key, value = None, self._root
        for part in path:
            found = _child(value, part)
            if found is None:
                break
            key, value = found
        return key, value


def read_document(path: Path) -> Document:
    """Read one YAML 1.2 document; an `InputError` names every mistake that keeps it from being read."""
    return document_of(_text_of(path, str(path)), str(path))


def document_of(text: str, file: str) -> Document:
    """The same of a text; `file` is what messages call it."""
    root = _compose(text, file)
    mistakes: list[Mistake] = []
    data = _plain(root, file, mistakes, ())
    if mistakes:
        raise InputError(sorted(set(mistakes), key=_position))
    return Document(data, file, root)


def mistakes_in(document: Document, schema: Mapping[str, Any]) -> tuple[Mistake, ...]:
    """Every violation of a JSON Schema (2020-12), in file order. See `violations.py` for the `x-` words."""
    mistakes = set()
    for violation in violations(document.data, schema, document.written):
        place = document.place(violation.path, at_key=violation.at_key)
        mistakes.add(mistake_at(place, violation.found, violation.expected, violation.remedy))
    return tuple(sorted(mistakes, key=_position))


def mistake_at(place: Place, found: str, expected: str = "", remedy: str = "") -> Mistake:
    return Mistake(file=place.file, line=place.line, column=place.column, found=found, expected=expected, remedy=remedy)


def _position(mistake: Mistake) -> tuple[int, int, str]:
    return mistake.line, mistake.column, mistake.found


def _text_of(path: Path, file: str) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError([Mistake(file=file, found="no such file")]) from None
    except OSError as error:
        raise InputError([Mistake(file=file, found=f"cannot be read: {error.strerror}")]) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line_start = before.rfind(b"\n") + 1
        raise InputError(
            [
                Mistake(
                    file=file,
                    line=before.count(b"\n") + 1,
                    column=len(before[line_start:].decode("utf-8", "replace")) + 1,
                    found=f"byte {content[error.start]:#04x} is not UTF-8",
                    remedy="save the file as UTF-8",
                )
            ]
        ) from None


def _compose(text: str, file: str) -> Node:
    """Parse with the C parser where there is one (four times as fast), and again in Python to word a mistake.

    The two differ about tabs between values, so a text with tabs is always parsed in Python.
    """
    try:
        root = None if "\t" in text else _compose_once(text, pure=False)
    except YAMLError:
        root = None
    try:
        root = root or _compose_once(text, pure=True)
    except MarkedYAMLError as error:
        raise InputError([_syntax_mistake(error, file)]) from None
    except ReaderError as error:
        line, column = _line_and_column(text, error.position)
        found = f"character {text[error.position : error.position + 1]!r} is not allowed"
        raise InputError([Mistake(file=file, line=line, column=column, found=found)]) from None
    if root is None:
        raise InputError([Mistake(file=file, found="the file is empty")])
    return root


def _compose_once(text: str, *, pure: bool) -> Node | None:
    with warnings.catch_warnings():
        # ruamel warns of an anchor that is set again, which YAML allows.
        warnings.simplefilter("ignore")
        root: Node | None = YAML(typ="safe", pure=pure).compose(text)
    return root


def _syntax_mistake(error: MarkedYAMLError, file: str) -> Mistake:
    problem = str(error.problem or error.context or "not YAML")
    mark = error.problem_mark or error.context_mark
    if "unexpected end" in problem or "<stream end>" in problem:
        # The end of the file helps nobody: point at where the unfinished thing begins.
        mark = error.context_mark or mark
    remedy = next((remedy for words, remedy in _REMEDIES if words in problem), "")
    found = f"not YAML: {error.context + ', ' if error.context else ''}{problem}"
    if mark is None:
        return Mistake(file=file, found=found, remedy=remedy)
    return Mistake(file=file, line=mark.line + 1, column=mark.column + 1, found=found, remedy=remedy)


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


def _child(node: Node | None, part: str | int) -> tuple[Node | None, Node] | None:
    if isinstance(node, MappingNode):
        pairs = [(key, value) for key, value in node.value if key.value == part]
        return pairs[0] if pairs else None
    if isinstance(node, SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
        return None, node.value[part]
    return None


def _plain(node: Node, file: str, mistakes: list[Mistake], above: tuple[int, ...]) -> Any:
    """The node as plain Python values; what cannot be one is noted in `mistakes`."""
    if id(node) in above:
        mistakes.append(_mistake_of(node, file, "an alias inside the value it stands for"))
        return None
    if not str(node.tag).startswith(_STANDARD_TAGS):
        mistakes.append(_mistake_of(node, file, f"tag {node.tag} has no meaning here", "remove the tag"))
    within = (*above, id(node))
    if isinstance(node, MappingNode):
        return _mapping(node, file, mistakes, within)
    if isinstance(node, SequenceNode):
        return [_plain(item, file, mistakes, within) for item in node.value]
    return _scalar(node) if isinstance(node, ScalarNode) else None


def _mapping(node: MappingNode, file: str, mistakes: list[Mistake], above: tuple[int, ...]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            mistakes.append(_mistake_of(key, file, "a list or mapping as a key", "use text as the key"))
            continue
        name = str(key.value)
        if name in mapping:
            found = f'key "{name}" stands here twice; it was set in line {lines[name]}'
            mistakes.append(_mistake_of(key, file, found, "keep one of them"))
        lines.setdefault(name, key.start_mark.line + 1)
        mapping[name] = _plain(value, file, mistakes, above)
    return mapping


def _scalar(node: ScalarNode) -> Any:
    text = str(node.value)
    # A quoted value has a style; an explicit `!!str` shows in the tag alone.
    if node.style or node.tag == f"{_STANDARD_TAGS}str":
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0 if text[:2] in ("0o", "0x") else 10)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL_FLOAT.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def _mistake_of(node: Node, file: str, found: str, remedy: str = "") -> Mistake:
    mark = node.start_mark
    return mistake_at(Place(file=file, line=mark.line + 1, column=mark.column + 1), found, remedy=remedy)
