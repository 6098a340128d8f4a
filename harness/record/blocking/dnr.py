"""How do the same rules become an extension, so that the browser itself blocks, strips and replaces?

The format: https://developer.chrome.com/docs/extensions/reference/api/declarativeNetRequest (read 2026-10).
A request gets one action there, that of the highest priority: the priorities below do the work of the engine's order.
A stripped address is judged again, hence stripping may come before exceptions and blocking.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.hosts import host
from harness.record.blocking.engine import FilterEngine, RequestFacts
from harness.record.blocking.filters import ALL_TYPES, NO_DOMAINS, Domains, Options, Rule, is_regex
from harness.record.blocking.stubs import file_names, stub_named, text_of

BLOCK, STUB, NO_STUB, ALLOW, STRIP, IMPORTANT, IMPORTANT_STUB = 10, 20, 21, 30, 40, 50, 60

_RESOURCE_TYPES = {
    "document": ("main_frame",),
    "subdocument": ("sub_frame",),
    "other": ("csp_report", "other", "webbundle"),
    "websocket": ("websocket", "webtransport"),
}
# RE2, which Chromium runs, has neither look-around nor back references.
_NOT_RE2 = re.compile(r"\(\?[=!<]|\\[1-9]")
_REQUEST = ("requestDomains", "excludedRequestDomains")
_INITIATOR = ("initiatorDomains", "excludedInitiatorDomains")
_NOWHERE = "https://unrelated.invalid/"

Condition = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """The compiled rules, and the rules that Chromium cannot express."""

    rules: tuple[dict[str, Any], ...]
    lost: tuple[Rule, ...]


class _Inexpressible(Exception):  # noqa: N818 - a signal inside this module, not an error
    """The rule has no counterpart in Chromium."""


def write_extension(engine: FilterEngine, folder: Path, *, source_host: str = "", page_host: str = "") -> Path:
    """Write an unpacked extension that enforces the engine's rules into `folder`, and return the folder.

    `page_host` is where the visit begins; with it, rules for `shop.*` can be decided, which Chromium does not know.
    With `source_host` too, pages on `page_host` are judged as if they were on `source_host`.
    The same rules give the same files, byte by byte.
    """
    extension = compile_rules(engine, source_host=source_host, page_host=page_host)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stubs").mkdir(exist_ok=True)
    for name in file_names():
        (folder / "stubs" / name).write_text(text_of(name), encoding="utf-8")
    manifest = {
        "manifest_version": 3,
        "name": "Conversion testing harness: filter rules",
        "version": "1.0",
        "permissions": ["declarativeNetRequest"],
        "host_permissions": ["<all_urls>"],
        "declarative_net_request": {"rule_resources": [{"id": "rules", "enabled": True, "path": "rules.json"}]},
        "web_accessible_resources": [{"resources": ["stubs/*"], "matches": ["<all_urls>"]}],
    }
    (folder / "rules.json").write_text(json.dumps(extension.rules, separators=(",", ":")), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    return folder


def compile_rules(engine: FilterEngine, *, source_host: str = "", page_host: str = "") -> Extension:
    """All rules of the engine in Chromium's terms, host rules with equal conditions as one rule."""
    compiler = _Compiler(engine, source_host.lower(), page_host.lower())
    rules = (*compiler.judgements(), *compiler.removals())
    numbered = ({"id": number, **rule} for number, rule in enumerate(rules, 1))
    return Extension(rules=tuple(numbered), lost=tuple(compiler.lost))


class _Compiler:
    def __init__(self, engine: FilterEngine, source_host: str, page_host: str) -> None:
        self.engine = engine
        self.source_host = source_host
        self.page_host = page_host
        self.lost: list[Rule] = []

    def judgements(self) -> Iterator[dict[str, Any]]:
        """What blocks, lets through or replaces."""
        groups: dict[tuple[int, Options], list[str]] = {}
        for rule in self.engine.rules:
            if rule.options.removeparam is not None:
                continue
            try:
                if rule.options.redirect is not None:
                    yield from self._replacements(rule)
                    if rule.is_exception or rule.options.only_redirects:
                        continue
                priority = ALLOW if rule.is_exception else IMPORTANT if rule.options.important else BLOCK
                if rule.host and not rule.options.targets:
                    key_options = _without_redirect(rule.options)
                    groups.setdefault((priority, key_options), []).append(rule.host)
                else:
                    for condition in self._conditions(rule):
                        yield _action(priority, "allow" if rule.is_exception else "block", condition)
            except _Inexpressible:
                self.lost.append(rule)
        for (priority, options), names in groups.items():
            shared = Rule("", "", 0, "", "", priority == ALLOW, options)
            try:
                for condition in self._conditions(shared, frozenset(names)):
                    yield _action(priority, "allow" if priority == ALLOW else "block", condition)
            except _Inexpressible:
                self.lost += [rule for rule in self.engine.rules if rule.host and rule.options == options]

    def removals(self) -> Iterator[dict[str, Any]]:
        """What strips parameters: together where conditions are equal, so that one step takes all of them off."""
        rules = [rule for rule in self.engine.rules if rule.options.removeparam is not None]
        exceptions = [rule for rule in rules if rule.is_exception]
        groups: dict[str, tuple[Condition, set[str]]] = {}
        for rule in rules:
            if rule.is_exception:
                continue
            try:
                parameter = _parameter(rule)
                for condition in self._conditions(rule):
                    _spare(condition, rule, exceptions)
                    key = json.dumps(condition, sort_keys=True)
                    groups.setdefault(key, (condition, set()))[1].add(parameter)
            except _Inexpressible:
                self.lost.append(rule)
        for condition, names in groups.values():
            for name in sorted(names):
                for pattern in _with_parameter(condition.get("urlFilter", ""), name):
                    yield _removal(condition | {"urlFilter": pattern}, names)

    def _replacements(self, rule: Rule) -> Iterator[dict[str, Any]]:
        """A rule that only redirects needs another one that blocks; whether there is one, the engine is asked."""
        options = rule.options
        stub = stub_named(options.redirect or "")
        if (rule.is_exception or options.only_redirects) and not self._is_blocked(rule):
            return
        if rule.is_exception:
            for condition in self._conditions(rule):
                yield _action(NO_STUB, "block", condition)
        elif stub is not None:
            for condition in self._conditions(rule):
                redirect = {"type": "redirect", "redirect": {"extensionPath": f"/stubs/{stub.name}"}}
                priority = IMPORTANT_STUB if options.important else STUB
                yield {"priority": priority, "action": redirect, "condition": condition}

    def _is_blocked(self, rule: Rule) -> bool:
        if not rule.pattern.startswith("||"):
            return False
        address = "https://" + rule.pattern[2:].rstrip("^|").replace("*", "x").replace("^", "/")
        kind = sorted(rule.options.types or {"script"})[-1]
        sources = sorted(rule.options.sources.hosts)
        page = f"https://{sources[0]}/" if sources else _NOWHERE
        return self.engine.decide(RequestFacts(url=address, page=page, type=kind)) is not None

    def _conditions(self, rule: Rule, hosts: frozenset[str] = frozenset()) -> Iterator[Condition]:
        """The conditions of a rule, mostly one; `hosts` are those of all the rules that it stands for."""
        options = rule.options
        if options.party.startswith("strict"):
            raise _Inexpressible
        condition: Condition = {}
        _add_pattern(condition, rule)
        _add_types(condition, rule)
        _add_domains(condition, _REQUEST, replace(options.targets, hosts=options.targets.hosts | hosts), NO_DOMAINS)
        _add_domains(condition, _REQUEST, NO_DOMAINS, options.not_targets)
        if options.types is not None and options.types == frozenset({"document"}):
            # A page that opens has no initiator; such rules mean the site that opens.
            _add_domains(condition, _REQUEST, options.sources, options.not_sources)
            yield condition
            return
        _add_domains(condition, _INITIATOR, *self._sources(options))
        if options.party:
            condition["domainType"] = f"{options.party}Party"
        yield from self._as_live(condition)

    def _sources(self, options: Options) -> tuple[Domains, Domains]:
        """For which sites a rule is, with the page under test named where it is meant, and only there."""
        sources, excluded = options.sources, options.not_sources
        if not self.page_host or not (sources or excluded):
            return sources, excluded
        page, live = host(self.page_host), host(self.source_host or self.page_host)
        if (not sources or sources.matches(live)) and not excluded.matches(live):
            if sources:
                sources = replace(sources, hosts=sources.hosts | {page.name})
            excluded = replace(excluded, hosts=excluded.hosts - set(page.parents))
        elif not sources or sources.matches(page):
            excluded = replace(excluded, hosts=excluded.hosts | {page.name})
        return sources, excluded

    def _as_live(self, condition: Condition) -> Iterator[Condition]:
        """For a staging shop, requests to the live shop's domain are first-party too."""
        if not (self.source_host and self.page_host and "domainType" in condition):
            yield condition
            return
        live = host(self.source_host).registrable
        if condition["domainType"] == "thirdParty":
            excluded = sorted({*condition.get("excludedRequestDomains", ()), live})
            yield condition | {"excludedRequestDomains": excluded}
            return
        yield condition
        names = [name for name in condition.get("requestDomains", (live,)) if live in host(name).parents]
        is_meant = self.page_host in condition.get("initiatorDomains", (self.page_host,))
        if names and is_meant and self.page_host not in condition.get("excludedInitiatorDomains", ()):
            also = {key: value for key, value in condition.items() if key != "domainType"}
            yield also | {"requestDomains": names, "initiatorDomains": [self.page_host]}


def _without_redirect(options: Options) -> Options:
    return replace(options, redirect=None, redirect_priority=0, only_redirects=False, match_case=False)


def _action(priority: int, kind: str, condition: Condition) -> dict[str, Any]:
    return {"priority": priority, "action": {"type": kind}, "condition": condition}


def _with_parameter(pattern: str, name: str) -> tuple[str, ...]:
    """The pattern, for addresses that have the parameter.

    A rule that matches and changes nothing would still keep Chromium from looking at those of lower priority.
    """
    if not name:
        return (pattern if "?" in pattern else f"{pattern}*?",)
    apart = f"{pattern}*^{name}^".lower()
    return (apart, f"{pattern}{name}^".lower()) if pattern[-1:] in ("?", "&", "^") else (apart.removeprefix("*"),)


def _removal(condition: Condition, names: Iterable[str]) -> dict[str, Any]:
    parameters = sorted(names)
    transform: dict[str, Any] = {"queryTransform": {"removeParams": parameters}} if all(parameters) else {"query": ""}
    action = {"type": "redirect", "redirect": {"transform": transform}}
    return {"priority": STRIP, "action": action, "condition": condition}


def _parameter(rule: Rule) -> str:
    parameter = rule.options.removeparam or ""
    if rule.is_regex or is_regex(parameter.removesuffix("i")):
        raise _Inexpressible
    return parameter


def _spare(condition: Condition, rule: Rule, exceptions: Iterable[Rule]) -> None:
    """Exceptions from stripping must not become exceptions from blocking, so they go into the condition."""
    for exception in exceptions:
        parameter = exception.options.removeparam
        if exception.host and (not parameter or parameter == rule.options.removeparam):
            names = {*condition.get("excludedRequestDomains", ()), exception.host}
            condition["excludedRequestDomains"] = sorted(names)


def _add_pattern(condition: Condition, rule: Rule) -> None:
    pattern = rule.pattern
    if rule.is_regex:
        if _NOT_RE2.search(pattern):
            raise _Inexpressible
        condition["regexFilter"] = pattern[1:-1].replace("\\/", "/")
    elif pattern:
        condition["urlFilter"] = pattern
    if rule.options.match_case and pattern:
        condition["isUrlFilterCaseSensitive"] = True


def _add_types(condition: Condition, rule: Rule) -> None:
    types = rule.options.types
    if types is None and (rule.is_exception or rule.options.removeparam is not None):
        types = ALL_TYPES
    if types is not None:
        names = (_RESOURCE_TYPES.get(name, (name,)) for name in types)
        condition["resourceTypes"] = sorted(name for group in names for name in group)


def _add_domains(condition: Condition, keys: tuple[str, str], included: Domains, excluded: Domains) -> None:
    """Names with their subdomains; `shop.*` and expressions are left out, and a rule of nothing else is lost."""
    if included:
        names = included.hosts & set(condition[keys[0]]) if keys[0] in condition else included.hosts
        if not names:
            raise _Inexpressible
        condition[keys[0]] = sorted(names)
    if excluded.hosts:
        condition[keys[1]] = sorted(excluded.hosts | set(condition.get(keys[1], ())))
