"""What has this run sent so far, from its browsers and from the site's servers?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.model.recording import Conversion, Exchange
from harness.record.jobs import RunJob
from harness.record.server_calls import ServerSide


@dataclass(slots=True, kw_only=True)
class Survey:
    """Reads each exchange once, for it is asked again and again while a step waits."""

    job: RunJob
    server_side: ServerSide
    from_browser: Callable[[], tuple[Exchange, ...]]
    conversions: list[Conversion]
    _calls: dict[str, frozenset[tuple[str, str, str]]] = field(default_factory=dict)
    _keys: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    _learnt: int = -1

    def exchanges(self) -> tuple[Exchange, ...]:
        self.teach()
        return (*self.from_browser(), *self.server_side.so_far(self.job.run.id))

    def has_call(self, vendor: str, event: str, channel: str) -> bool:
        for exchange in self.exchanges():
            if exchange.id not in self._calls:
                self._calls[exchange.id] = frozenset(self.job.calls_of(exchange))
            for by_vendor, by_channel, of_event in self._calls[exchange.id]:
                if (by_vendor, of_event) == (vendor, event) and channel in ("", by_channel):
                    return True
        return False

    def teach(self) -> None:
        """Tell the server's side what this run's calls may carry: IDs the browser sent, orders the site confirmed."""
        known = self.from_browser()
        if len(known) + len(self.conversions) == self._learnt:
            return
        self._learnt = len(known) + len(self.conversions)
        found: dict[str, set[str]] = {"order_id": {each.order_id for each in self.conversions}}
        for exchange in known:
            if exchange.id not in self._keys:
                self._keys[exchange.id] = dict(self.job.keys_of(exchange))
            for kind, values in self._keys[exchange.id].items():
                found.setdefault(kind, set()).update(values)
        self.server_side.learn(self.job.run.id, {kind: frozenset(values) for kind, values in found.items()})
