"""Files of conversions are read row by row; what is no such file stays text."""

from __future__ import annotations

from harness.decode.tables import records, rows_of_table, table

OPTIONS = {"told_by": ("Click ID", "Goal"), "columns": ("Click ID", "Goal", "Time")}


def test_a_row_is_called_by_the_line_it_begins_in() -> None:
    text = 'Parameters:TimeZone=+0100;,,\nclick id,Goal,TIME\n\nc1,"Store\nsale",t1\n,, \nc2,Phone,,extra\n'
    assert table(text, OPTIONS) == {
        "columns": {"Click ID": 0, "Goal": 1, "Time": 2},
        "parameters": {"TimeZone": "+0100"},
        "row 4": {"Click ID": "c1", "Goal": "Store\nsale", "Time": "t1"},
        "row 7": {"Click ID": "c2", "Goal": "Phone", "column 4": "extra"},
    }


def test_a_byte_order_mark_and_another_separator_are_no_hindrance() -> None:
    assert table("\ufeffGoal;Click ID\nSale;c1", {**OPTIONS, "separator": ";"})["row 2"] == {
        "Goal": "Sale",
        "Click ID": "c1",
    }


def test_a_name_over_several_columns_has_a_list() -> None:
    assert table("Click ID,Goal,Goal\nc,a,b", OPTIONS)["row 2"] == {"Click ID": "c", "Goal": ["a", "b"]}


def test_text_without_the_columns_stays() -> None:
    assert table("Goal,Time\na,b\n", OPTIONS) == "Goal,Time\na,b\n"
    assert table({"a": 1}, OPTIONS) == {"a": 1}


def test_a_table_that_breaks_off_has_the_rows_until_then() -> None:
    assert [line for line, _ in rows_of_table("a,b\nc,d\n" + "x" * 200_000)] == [1, 2]


def test_each_line_is_a_record_and_one_that_is_no_json_stays_text() -> None:
    assert records('{"a": 1}\n\nbroken\n{"b": 2}\n', {}) == {
        "lines": 3,
        "line 1": {"a": 1},
        "line 3": "broken",
        "line 4": {"b": 2},
    }


def test_a_line_may_be_the_body_of_a_call_with_its_events() -> None:
    assert records(
        '{"data": {"events": [{"a": 1}, 2]}}\n{"data": {"events": [3]}}\n{"b": 4}', {"within": "data/events"}
    ) == {
        "lines": 3,
        "line 1 event 1": {"a": 1},
        "line 1 event 2": 2,
        "line 2": 3,
        "line 3": {"b": 4},
    }


def test_rows_of_another_kind_are_left_out() -> None:
    text = "Click ID,Goal\nc1,Sale\nc2,Format Version\n"
    assert [key for key in table(text, {**OPTIONS, "only": {"Goal": "Sale.*"}}) if key.startswith("row")] == ["row 2"]


def test_text_that_does_not_begin_like_an_object_stays() -> None:
    assert records("a,b\n1,2\n", {}) == "a,b\n1,2\n"
    assert records(None, {}) is None
