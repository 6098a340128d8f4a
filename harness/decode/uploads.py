"""Where are the rows of a file that is handed to a vendor?"""

from __future__ import annotations

from collections.abc import Iterable

from harness.decode.documents import body_text
from harness.decode.matching import rule_for
from harness.decode.tables import places_of_rows
from harness.model.recording import Request
from harness.model.spec import VendorSpec


def rows_in(request: Request, specs: Iterable[VendorSpec]) -> tuple[range, ...]:
    """The lines of each row, by the layout of the vendor; every line where its spec knows none."""
    found = rule_for(request, specs)
    return places_of_rows(body_text(request.body), found[1].upload if found else None)
