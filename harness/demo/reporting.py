"""Who reports an order, its return, or a lead, and when?"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import httpx
from starlette.background import BackgroundTask

from harness.demo.announcing import announce, announce_refund
from harness.demo.options import Options
from harness.demo.visits import Confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """In the wiring `direct` the site's own server calls the vendors; a connector, or a container, does so itself."""

    options: Options
    client: httpx.AsyncClient

    def report(self, order: Confirmed) -> BackgroundTask | None:
        """Have the order's next page report it, and the server now; a second report gets an event ID of its own."""
        if order.reported:
            order.report_again()
        else:
            order.reported, order.due = True, [order.purchase]
        return None if self.options.has("server-waits-for-tag") else self.announcement(order)

    def refund(self, order: Confirmed) -> BackgroundTask | None:
        """The server calls of a return."""
        if not self._calls_vendors(order):
            return None
        returned = replace(order.purchase, at=time.time())
        return BackgroundTask(announce_refund, self.client, returned, self.options)

    def announcement(self, order: Confirmed) -> BackgroundTask | None:
        """The server calls of an order."""
        if not self._calls_vendors(order):
            return None
        return BackgroundTask(announce, self.client, order.purchase, self.options)

    def _calls_vendors(self, order: Confirmed) -> bool:
        return order.consented and self.options.wiring == "direct"
