"""What is remembered of results, in SQLite or in a team's database?

The only room with SQL. What it holds is in `tables.py`, documented in docs/history.md.
"""

from harness.history.opening import is_there, name_of, opened
from harness.history.reading import Selection, history, previous, span, suites
from harness.history.rows import suite_line
from harness.history.storing import Added, add, prune

__all__ = [
    "Added",
    "Selection",
    "add",
    "history",
    "is_there",
    "name_of",
    "opened",
    "previous",
    "prune",
    "span",
    "suite_line",
    "suites",
]
