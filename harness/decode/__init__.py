"""From exchanges to events, led by vendor specs; nothing here touches anything but its arguments."""

from harness.decode.answers import answer_for
from harness.decode.events import Read, Reading, decode, reading_of
from harness.decode.personal import personal_texts
from harness.decode.uploads import rows_in

__all__ = ["Read", "Reading", "answer_for", "decode", "personal_texts", "reading_of", "rows_in"]
