"""Have all server calls of a run arrived, and which of those that came are its own?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from harness.model.persona import Persona
from harness.model.recording import Exchange, Fate, ServerSource
from harness.model.scenario import ServerCalls
from harness.record.attribution import RunTokens, attribute, persona_tokens
from harness.record.chosen_answers import ChosenAnswer
from harness.record.policy import Chooser

OBSERVABLE = "egress-proxy"
_POLL = 0.03


class Egress(Protocol):
    """The port through which all servers of the suite speak."""

    def exchanges(self) -> tuple[Exchange, ...]: ...


class ServerSide:
    """Every run's share of the server calls. Calls are judged again as more is learned of the runs.

    `port` is the one that a backend of somebody else's could be pointed at, if there is one.
    """

    def __init__(self, egress: Egress, *, port: int = 0, clock: Callable[[], float] = time.time) -> None:
        self._egress = egress
        self._port = port
        self._spoken: set[str] = set()
        self._clock = clock
        self._runs: dict[str, RunTokens] = {}
        self._owners: dict[str, tuple[str, str]] = {}
        self._judged_at: dict[str, int] = {}
        self._taken: set[str] = set()
        self._knowledge = 0
        self._answers: dict[str, Chooser] = {}

    def expect(self, run_id: str, persona: Persona, answers: Chooser | None = None) -> None:
        """A run that begins; `answers` are those it chooses for its calls."""
        if answers is not None:
            self._answers[run_id] = answers
        self._runs[run_id] = RunTokens(run_id=run_id, tokens=persona_tokens(persona))
        self._knowledge += 1

    def learn(self, run_id: str, tokens: Mapping[str, Iterable[str]]) -> None:
        """More that only this run's calls carry."""
        known = self._runs[run_id].tokens
        more = {kind: known.get(kind, frozenset()) | frozenset(found) for kind, found in tokens.items()}
        self._runs[run_id] = RunTokens(run_id=run_id, tokens={**known, **more})
        self._knowledge += 1

    def answer_to(self, exchange: Exchange) -> ChosenAnswer | None:
        """What the run chose whose call this is. Asked by the proxy's thread."""
        chooser = self._chooser_for(exchange)
        return chooser.answer_to(exchange) if chooser is not None else None

    def concerns(self, exchange: Exchange) -> bool:
        return self._chooser_for(exchange) is not None

    def _chooser_for(self, exchange: Exchange) -> Chooser | None:
        choosers = {run: chooser for run, chooser in tuple(self._answers.items()) if chooser.concerns(exchange)}
        owner = attribute(exchange, tuple(self._runs.values())) if choosers else None
        return choosers.get(owner[0]) if owner is not None else None

    async def until_settled(
        self,
        run_id: str,
        wanted: ServerCalls,
        is_settled: Callable[[tuple[Exchange, ...]], bool],
        *,
        foreign: str = "",
    ) -> ServerSource:
        """Wait for what must come and for silence after it, but not beyond the budget.

        The servers of a `foreign` site, which somebody else started, may speak another way: until one of them was
        heard, its silence says nothing.
        """
        if wanted.source != OBSERVABLE:
            return _unheard(wanted, "the scenario says that server calls cannot be seen")
        if foreign and not self._port and not self._has_spoken(run_id, foreign):
            return _unheard(wanted, "the site was not started here, and its servers were told of no --egress-port")
        begun = self._clock()
        seen: frozenset[tuple[str, Fate]] | None = None
        settled = False
        while True:
            mine, unowned = self._share(run_id)
            now_seen = frozenset((each.id, each.fate) for each in mine)
            if now_seen != seen:
                seen = now_seen
                settled = is_settled(mine) and not any(each.fate is Fate.PENDING for each in mine)
            # Calls of other runs are their own affair; what fits nobody yet may still turn out to be ours.
            ends = [each.ended_at or each.started_at for each in (*mine, *unowned)]
            now = self._clock()
            is_quiet = now - (max(ends) if mine else max([begun, *ends])) >= wanted.quiet
            if (settled and is_quiet) or now - begun >= wanted.budget:
                waited = round(now - begun, 3)
                if foreign and not self._has_spoken(run_id, foreign):
                    return _unheard(wanted, f"the site was not started here, and nothing came to port {self._port}")
                return ServerSource(kind=wanted.source, budget=wanted.budget, waited=waited, settled=settled)
            await asyncio.sleep(_POLL)

    def _has_spoken(self, run_id: str, site: str) -> bool:
        """Has any server of this site spoken through the harness, in this run or another?"""
        mine, unowned = self._share(run_id)
        if mine or unowned:
            self._spoken.add(site)
        return site in self._spoken

    def take(self, run_id: str) -> tuple[Exchange, ...]:
        """The run's calls as they are now; what comes later is late."""
        mine, _ = self._share(run_id)
        self._taken.update(each.id for each in mine)
        return tuple(replace(each, attributed_by=self._owners[each.id][1]) for each in mine)

    def left_over(self) -> tuple[tuple[Exchange, str], ...]:
        """Calls in no recording, with the run they are late for, or none."""
        self._judge()
        return tuple(
            (
                replace(each, attributed_by=self._owners[each.id][1] if each.id in self._owners else ""),
                self._owners.get(each.id, ("", ""))[0],
            )
            for each in self._egress.exchanges()
            if each.id not in self._taken
        )

    def so_far(self, run_id: str) -> tuple[Exchange, ...]:
        """The run's calls until now, as far as they are known to be its own."""
        return self._share(run_id)[0]

    def _share(self, run_id: str) -> tuple[tuple[Exchange, ...], tuple[Exchange, ...]]:
        self._judge()
        exchanges = [each for each in self._egress.exchanges() if each.id not in self._taken]
        mine = tuple(each for each in exchanges if self._owners.get(each.id, ("", ""))[0] == run_id)
        return mine, tuple(each for each in exchanges if each.id not in self._owners)

    def _judge(self) -> None:
        """Every call in no recording yet, anew as soon as more is known: what fitted one run may fit another better."""
        runs = tuple(self._runs.values())
        for exchange in self._egress.exchanges():
            if exchange.id in self._taken or self._judged_at.get(exchange.id) == self._knowledge:
                continue
            self._judged_at[exchange.id] = self._knowledge
            owner = attribute(exchange, runs)
            if owner is None:
                self._owners.pop(exchange.id, None)
            else:
                self._owners[exchange.id] = owner


def _unheard(wanted: ServerCalls, note: str) -> ServerSource:
    return ServerSource(kind="not-observable", budget=wanted.budget, observable=False, note=note)
