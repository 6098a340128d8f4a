"""What is remembered of results, in SQLite or in a team's database?

The only room with SQL. What it holds is in `tables.py`, documented in docs/history.md.
"""

from harness.history.opening import is_there, opened
from harness.history.reading import Selection, history, last_day, previous, suites
from harness.history.rows import suite_line
from harness.history.storing import Added, add, prune

__all__ = [
    "Added",
    "Selection",
    "add",
    "history",
    "is_there",
    "last_day",
    "opened",
    "previous",
    "prune",
    "suite_line",
    "suites",
]
