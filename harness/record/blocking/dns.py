"""Which hosts does a DNS blocker not find, whatever asks for them?

Such a blocker knows names and nothing of requests: neither their type nor their page, and a page that is opened meets
it like a script. Lists are read as Pi-hole reads them (https://docs.pi-hole.net, read 2026-11): a line of a hosts file
(`0.0.0.0 ads.example`) or a lone name means this host alone, `||ads.example^` and `*.ads.example` those below it too,
and `@@||ads.example^` spares it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from harness.hosts import host
from harness.model.recording import Blocking
from harness.record.blocking.filters import NO_OPTIONS, ParsedList, Rule, list_header

_NAME = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+"
_LINE = re.compile(
    rf"(?:(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+)?(?P<exact>{_NAME})"
    rf"|(?P<spared>@@)?\|\|(?P<below>{_NAME})\^"
    rf"|\*\.(?P<all>{_NAME})"
)
_LOCAL = frozenset({"localhost.localdomain", "0.0.0.0", "127.0.0.1", "255.255.255.255"})


def parse_hosts(text: str, name: str) -> ParsedList:
    """Read a list of hosts. Never fails: a line that names no host is counted under its reason."""
    lines = text.splitlines()
    title, version = list_header(lines)
    skipped: Counter[str] = Counter()
    rules: list[Rule] = []
    for number, raw in enumerate(lines, 1):
        line = raw.partition("#")[0].strip()
        if not line or line[0] in "![":
            continue
        found = _LINE.fullmatch(line.lower())
        if found is None:
            # Every hosts file begins with the names of the machine itself; they have no dot.
            skipped["not a host"] += len(line.split()) != 2 or "." in line.split()[1]
            continue
        exact = found["exact"]
        blocked = exact or found["below"] or found["all"]
        if blocked not in _LOCAL:
            pattern = blocked if exact else f"||{blocked}^"
            rules.append(Rule(raw.strip(), name, number, pattern, blocked, bool(found["spared"]), NO_OPTIONS))
    return ParsedList(name=name, title=title or name, version=version, rules=tuple(rules), skipped=dict(+skipped))


class DnsBlocker:
    """Judges host names. Of several rules for a host the one that stands first is told."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._exact: dict[str, Rule] = {}
        self._below: dict[str, Rule] = {}
        self._spared: set[str] = set()
        for rule in rules:
            if rule.is_exception:
                self._spared.add(rule.host)
            else:
                (self._exact if rule.pattern == rule.host else self._below).setdefault(rule.host, rule)

    def decide(self, name: str) -> Blocking | None:
        """The rule that keeps this host from being found, or None when it is."""
        parents = host(name).parents
        if not self._spared.isdisjoint(parents):
            return None
        rule = self._exact.get(parents[0]) or next((self._below[each] for each in parents if each in self._below), None)
        return Blocking(rule=rule.text, list=rule.list, line=rule.line) if rule is not None else None

    def some_host(self) -> str:
        """A host that is not found; empty if all are."""
        return next((name for name in (*self._exact, *self._below) if self.decide(name) is not None), "")
