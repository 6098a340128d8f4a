"""What is remembered of results, in SQLite or in a team's database?

The only room with SQL. What it holds is in `tables.py`, documented in docs/history.md.
"""

from harness.history.opening import opened
from harness.history.reading import Selection, history, last_day, previous, suites
from harness.history.storing import Added, add, prune

__all__ = ["Added", "Selection", "add", "history", "last_day", "opened", "previous", "prune", "suites"]
