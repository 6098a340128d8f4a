"""What does a file of conversions say, row by row?

People hand such files to vendors: tables with a line of column names (CSV), or one event of the API a line (JSON
lines). A row is called by the line it begins in, as an editor counts them: `row 3`, `line 3`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from harness.model.spec import Upload

Row = tuple[int, list[str]]

_PARAMETERS = re.compile(r"\s*Parameters:(?P<pairs>.*)", re.IGNORECASE | re.DOTALL)


def lines_of(text: str) -> list[str]:
    """The lines with their ends; all kinds of ends become one."""
    return list(io.StringIO(text, newline=None))


def places_of_rows(text: str, upload: Upload | None) -> tuple[range, ...]:
    """The lines of each row. Without a known layout every line is one, for it may be about anybody.

    What stands above a table is a row as well, unless it is a parameter or a comment.
    """
    count = len(lines_of(text)) + 1
    if upload is None or upload.format == "jsonl":
        return tuple(range(line, line + 1) for line in range(1, count))
    rows = list(rows_of_table(text, upload.separator))
    header = header_of(rows, upload.told_by) or 0
    starts = [
        line
        for index, (line, cells) in enumerate(rows)
        if index > header or (index < header and not _PARAMETERS.match(cells[0]) and not cells[0].startswith("#"))
    ]
    all_starts = [line for line, _ in rows]
    ends = dict(zip(all_starts, [*all_starts[1:], count], strict=True))
    return tuple(range(line, ends[line]) for line in starts)


def rows_of_table(text: str, separator: str = ",") -> Iterator[Row]:
    """The cells of every line that is not empty, with the line they begin in. A table that breaks off ends there."""
    reader = csv.reader(lines_of(text.removeprefix("\ufeff")), delimiter=separator)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except (StopIteration, csv.Error):
            return
        if any(cell.strip() for cell in cells):
            yield first, cells


def place_of_cell(lines: Sequence[str], first: int, index: int, separator: str = ",") -> tuple[int, int]:
    """Line and column, from 1, at which a cell of the row that begins in line `first` begins."""
    line, column, passed, is_quoted = first, 1, 0, False
    while passed < index and line <= len(lines):
        letter = lines[line - 1][column - 1 : column]
        is_quoted ^= letter == '"'
        passed += letter == separator and not is_quoted
        line, column = (line, column + 1) if letter else (line + 1, 1)
    return (line, column) if passed == index else (first, 1)


def header_of(rows: Sequence[Row], told_by: Sequence[str]) -> int | None:
    """Which of the rows holds the column names, known by those that it must have?"""
    wanted = {name.casefold() for name in told_by}
    return next(
        (index for index, (_, cells) in enumerate(rows) if wanted <= {cell.strip().casefold() for cell in cells}), None
    )


def table(value: Any, options: Mapping[str, Any]) -> Any:
    """The rows by column as `row <line>`, beside `columns` (names to their place) and the `parameters` above them.

    Text in which no line has the columns `told_by` stays. Documented `columns` are recognised in any case of letters.
    Empty cells are left out; a name that stands over several columns has a list. `only` names patterns of cells that a
    row must have.
    """
    if not isinstance(value, str):
        return value
    rows = list(rows_of_table(value, str(options.get("separator", ","))))
    header = header_of(rows, options["told_by"])
    if header is None:
        return value
    documented = {name.casefold(): name for name in options.get("columns", ())}
    names = [documented.get(cell.strip().casefold(), cell.strip()) for cell in rows[header][1]]
    named = {f"row {line}": _named(cells, names) for line, cells in rows[header + 1 :]}
    only = options.get("only", {})
    return {
        "columns": {name: index for index, name in enumerate(names)},
        "parameters": _parameters(cells for _, cells in rows[:header]),
        **{
            place: row
            for place, row in named.items()
            if all(re.fullmatch(pattern, str(row.get(column, ""))) for column, pattern in only.items())
        },
    }


def _parameters(rows: Iterable[list[str]]) -> dict[str, str]:
    """`Parameters:TimeZone=+0100;` above the table."""
    found: dict[str, str] = {}
    for cells in rows:
        line = _PARAMETERS.fullmatch(cells[0])
        pairs = ";".join([line["pairs"], *cells[1:]]).split(";") if line else []
        found |= {
            name.strip(): rest.strip() for name, is_set, rest in (pair.partition("=") for pair in pairs) if is_set
        }
    return found


def _named(cells: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for index, cell in enumerate(cells):
        name = names[index] if index < len(names) and names[index] else f"column {index + 1}"
        if cell.strip():
            row[name] = [*(row[name] if isinstance(row[name], list) else [row[name]]), cell] if name in row else cell
    return row


def records(value: Any, options: Mapping[str, Any]) -> Any:
    """The events as `line <line>`, beside the number of `lines`; a line that is no JSON stays text.

    A line may be the body of a call: then the events `within` it are meant, each by its number if there are several.
    Text that does not begin like a JSON object stays.
    """
    if not isinstance(value, str) or not value.removeprefix("\ufeff").lstrip().startswith("{"):
        return value
    lines = [(number, line) for number, line in enumerate(lines_of(value), 1) if line.strip()]
    found: dict[str, Any] = {"lines": len(lines)}
    for number, line in lines:
        events = _events(_record(line), str(options.get("within", "")))
        for index, event in enumerate(events, 1):
            found[f"line {number}" if len(events) == 1 else f"line {number} event {index}"] = event
    return found


def _events(record: Any, within: str) -> list[Any]:
    part = record
    for key in within.split("/"):
        part = part.get(key) if isinstance(part, dict) else None
    return part if isinstance(part, list) and part else [record]


def _record(line: str) -> Any:
    try:
        return json.loads(line.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return line.strip()
