"""What does a filter list in Adblock Plus and uBlock Origin syntax say, rule by rule?

The syntax: https://help.adblockplus.org/hc/en-us/articles/360062733293 and
https://github.com/gorhill/uBlock/wiki/Static-filter-syntax (both read 2026-10).
Only network rules are read. What a request cannot be judged by (cosmetic rules, content security policies, headers,
response rewriting) is counted, by kind, and otherwise passed over, as every blocker does with what it does not know.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from harness.hosts import Host

SUBRESOURCES = frozenset(
    {
        "subdocument", "script", "image", "stylesheet", "font", "media",
        "object", "xmlhttprequest", "ping", "websocket", "other",
    }
)  # fmt: skip
ALL_TYPES = SUBRESOURCES | {"document"}

_TYPE_NAMES = {name: name for name in ALL_TYPES} | {
    "doc": "document",
    "frame": "subdocument",
    "css": "stylesheet",
    "xhr": "xmlhttprequest",
    "beacon": "ping",
    "object-subrequest": "object",
    "background": "image",
}
_PARTIES = {
    "3p": "third",
    "third-party": "third",
    "~1p": "third",
    "~first-party": "third",
    "1p": "first",
    "first-party": "first",
    "~3p": "first",
    "~third-party": "first",
    "strict1p": "strict-first",
    "strict-first-party": "strict-first",
    "strict3p": "strict-third",
    "strict-third-party": "strict-third",
}
# Types of window and page that no request at the network has; a rule may name them beside real types.
_PAGE_TYPES = frozenset(
    {"popup", "popunder", "inline-script", "inline-font", "webrtc", "elemhide", "ehide", "generichide", "ghide"}
    | {"specifichide", "shide", "genericblock"}
)
_UNSUPPORTED = frozenset(
    {"csp", "header", "ipaddress", "method", "permissions", "replace", "uritransform", "urlskip", "cname", "cookie"}
    | {"network", "app", "hls", "jsonprune", "xmlprune", "removeheader", "referrerpolicy", "stealth", "content"}
    | {"sitekey", "reason", "top", "requestheader", "responseheader", "extension", "urlblock", "jsinject"}
)
_VALUED = frozenset(
    {"domain", "from", "to", "denyallow", "removeparam", "queryprune", "redirect", "redirect-rule", "rewrite"}
)
_FLAGS = frozenset({"match-case", "important", "badfilter", "all", "empty", "mp4"})
_OPTION_NAMES = frozenset(_TYPE_NAMES) | {name.lstrip("~") for name in _PARTIES} | _PAGE_TYPES | _UNSUPPORTED
_OPTION_NAMES = _OPTION_NAMES | _VALUED | _FLAGS
_OPTIONS_START = re.compile(
    r"\$(?=~?(?:_+|" + "|".join(sorted(map(re.escape, _OPTION_NAMES), key=len, reverse=True)) + r")(?:[,=]|$))"
)
_REGEX_END = re.compile(r"/" + _OPTIONS_START.pattern)
_COMMA = re.compile(r"(?<!\\),")
_ALTERNATIVES = re.compile(r"~?/(?:\\.|[^/\\])+/|[^|]+")

_PLAIN_HOST_RULE = re.compile(r"\|\|([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)\^\Z")
_BARE_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]+\Z")
_HOSTS_LINE = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+([^\s#]+)\s*(?:#.*)?\Z")
_LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", "local", "broadcasthost", "0.0.0.0", "ip6-localhost"})
_COSMETIC = re.compile(r"#@?[$?%]{0,2}#")
_ANCHORED_HOST = re.compile(r"(\|\|)([^/^*|?:]+)")

LONGEST_REGEX = 300
# A backtracking engine needs exponential time for repetitions inside repetitions, or many optional pieces in a row.
_NESTED_REPETITION = re.compile(r"\((?:[^()\\]|\\.)*(?:[+*]|\{\d+,\})\)(?:[+*]|\{\d+,\})")
_MANY_OPTIONAL = re.compile(r"(?:(?:\[[^\]]*\]|\\.|[^\\()[\]?*])[?*]){8}")

# What a Chromium with uBlock Origin answers to a list's own conditions; anything else is false.
_CONDITIONS = frozenset({"ext_ublock", "env_chromium", "cap_user_stylesheet"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Domains:
    """One side of a domain condition: names (with their subdomains), `name.*` entities, regular expressions."""

    hosts: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    regexes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.hosts or self.entities or self.regexes)

    def matches(self, host: Host) -> bool:
        if not self.hosts.isdisjoint(host.parents) or (self.entities and not self.entities.isdisjoint(host.entities)):
            return True
        return any(compiled(regex, False).search(host.name) is not None for regex in self.regexes)


NO_DOMAINS = Domains()


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The conditions of a rule. Two rules with equal options share one object.

    `types` is None when the rule names none. `redirect` is a resource's name, and None when the rule replaces nothing;
    `only_redirects` rules replace what another rule blocks. `removeparam` is a name, a `/regex/`, or empty for all.
    """

    types: frozenset[str] | None = None
    party: str = ""
    sources: Domains = NO_DOMAINS
    not_sources: Domains = NO_DOMAINS
    targets: Domains = NO_DOMAINS
    not_targets: Domains = NO_DOMAINS
    match_case: bool = False
    important: bool = False
    badfilter: bool = False
    removeparam: str | None = None
    redirect: str | None = None
    redirect_priority: int = 0
    only_redirects: bool = False


NO_OPTIONS = Options()


@dataclass(frozen=True, slots=True)
class Rule:
    """A network rule and where it stands. `host` is set when the whole pattern is `||host^`."""

    text: str
    list: str
    line: int
    pattern: str
    host: str
    is_exception: bool
    options: Options

    @property
    def is_regex(self) -> bool:
        return is_regex(self.pattern)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedList:
    """The rules of one text, what its header says of it, and how many lines were passed over, by reason."""

    name: str
    title: str
    version: str
    rules: tuple[Rule, ...]
    skipped: dict[str, int]


class _Skip(Exception):  # noqa: N818 - a signal inside this module, not an error
    """The rule cannot be used; the argument is the reason that is counted."""


def is_regex(text: str) -> bool:
    return len(text) > 2 and text[0] == "/" and text[-1] == "/"


@cache
def compiled(pattern: str, match_case: bool) -> re.Pattern[str]:
    """The pattern of a rule as a regular expression for URLs, in lower case ones unless `match_case`."""
    if is_regex(pattern):
        return re.compile(pattern[1:-1], re.ASCII | (0 if match_case else re.IGNORECASE))
    text, start, end = pattern, "", ""
    if text.startswith("||"):
        text, start = text[2:], r"^[a-z][a-z0-9+.-]*://(?:[^/?#]*\.)?"
    elif text.startswith("|"):
        text, start = text[1:], "^"
    if text.endswith("|"):
        text, end = text[:-1], r"\Z"
    pieces = {"*": ".*", "^": r"(?:[^0-9A-Za-z_.%-]|\Z)"}
    body = "".join(pieces.get(character) or re.escape(character) for character in text)
    return re.compile(start + body + end, re.DOTALL)


def parse(text: str, name: str) -> ParsedList:
    """Read a whole list. Never fails: a line that cannot be read is counted under its reason."""
    skipped: Counter[str] = Counter()
    rules: list[Rule] = []
    for number, line in _live_lines(text):
        if _is_remark(line):
            continue
        try:
            rules.append(_rule(line, name, number))
        except _Skip as reason:
            skipped[str(reason)] += 1
    del skipped["comment"]
    title, version = list_header(line for _, line in _live_lines(text))
    return ParsedList(name=name, title=title or name, version=version, rules=tuple(rules), skipped=dict(skipped))


def list_header(lines: Iterable[str]) -> tuple[str, str]:
    """Title and version, from the remarks at any place of a list; empty where it has none."""
    told: dict[str, str] = {}
    for line in lines:
        if line[:2] not in ("! ", "# "):
            continue
        key, _, value = line[2:].partition(":")
        if key in ("Title", "Version", "Last modified") and "%" not in value:
            told.setdefault(key, value.strip())
    return told.get("Title", ""), told.get("Version") or told.get("Last modified", "")


def _is_remark(line: str) -> bool:
    return line[0] == "!" or (line[0] == "[" and line[-1] == "]")


def _live_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, without those that a false `!#if` hides."""
    branches: list[bool] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line:
            continue
        if line.startswith("!#"):
            directive, _, argument = line[2:].strip().partition(" ")
            if directive == "if":
                branches.append(_holds(argument))
            elif directive == "else" and branches:
                branches[-1] = not branches[-1]
            elif directive == "endif" and branches:
                branches.pop()
        elif all(branches):
            yield number, line


def _holds(condition: str) -> bool:
    """Conditions in lists are plain: names, `!`, `&&` and `||`, hardly ever brackets."""
    alternatives = condition.replace("(", "").replace(")", "").split("||")
    return any(
        all((term.strip().lstrip("!") in _CONDITIONS) != term.strip().startswith("!") for term in terms.split("&&"))
        for terms in alternatives
    )


def _rule(line: str, name: str, number: int) -> Rule:
    plain = _PLAIN_HOST_RULE.match(line)
    if plain:
        return Rule(line, name, number, line, plain[1], False, NO_OPTIONS)
    if "#" in line:
        if line[0] == "#" and line[:2] not in ("##", "#@", "#?", "#$", "#%"):
            raise _Skip("comment")
        if _COSMETIC.search(line):
            raise _Skip("cosmetic")
    hosts_line = _HOSTS_LINE.match(line)
    if hosts_line:
        blocked = hosts_line[1].lower()
        if blocked in _LOCAL_NAMES:
            raise _Skip("comment")
        return Rule(line, name, number, f"||{blocked}^", blocked, False, NO_OPTIONS)
    if "$$" in line or "$@$" in line:
        raise _Skip("html filter")
    is_exception = line.startswith("@@")
    pattern, options_text = _split(line[2:] if is_exception else line)
    options = _options(options_text) if options_text else NO_OPTIONS
    if " " in pattern and not is_regex(pattern):
        raise _Skip("not a network rule")
    if not options_text and _BARE_HOST.match(pattern):
        pattern = f"||{pattern}^"  # as uBlock Origin reads a lone host name
    if is_regex(pattern):
        _check_regex(pattern)
    else:
        pattern = _normal(pattern, options.match_case)
        if not pattern and options is NO_OPTIONS:
            raise _Skip("empty")
    plain = None if options.match_case else _PLAIN_HOST_RULE.match(pattern)
    return Rule(line, name, number, pattern, plain[1] if plain else "", is_exception, options)


def _split(line: str) -> tuple[str, str]:
    """A rule's pattern and its options."""
    if line.startswith("/"):
        end = _REGEX_END.search(line, 1)
        if end:
            return line[: end.start() + 1], line[end.end() :]
        if is_regex(line):
            return line, ""
    start = _OPTIONS_START.search(line)
    return (line[: start.start()], line[start.end() :]) if start else (line, "")


def _normal(pattern: str, match_case: bool) -> str:
    """The pattern in lower case and ASCII, without stars that say nothing."""
    if not match_case:
        pattern = pattern.lower()
    if not pattern.isascii():
        pattern = _ANCHORED_HOST.sub(lambda found: found[1] + _ascii(found[2]), pattern)
        if not pattern.isascii():
            raise _Skip("not ASCII")
    if pattern.startswith("||*"):
        pattern = pattern[2:]
    pattern = pattern.strip("*")
    if is_regex(pattern):
        pattern += "*"  # `/banner/*` is text, `/banner/` would be a regular expression
    # `|` is an anchor only at the very ends; `||` or `|` alone match everything.
    return "" if pattern in ("|", "||") else pattern


def _ascii(name: str) -> str:
    try:
        return name.encode("idna").decode() if not name.isascii() else name
    except UnicodeError:
        raise _Skip("not a host name") from None


def _check_regex(pattern: str) -> None:
    if len(pattern) > LONGEST_REGEX:
        raise _Skip("regex too long")
    if _NESTED_REPETITION.search(pattern) or _MANY_OPTIONAL.search(pattern):
        raise _Skip("regex too slow")
    try:
        compiled(pattern, False)
    except (re.error, OverflowError):
        raise _Skip("regex not understood") from None


@cache
def _options(text: str) -> Options:
    found: dict[str, object] = {}
    included: set[str] = set()
    excluded: set[str] = set()
    page_types = False
    for option in _COMMA.split(text):
        name, has_value, value = option.strip().partition("=")
        bare = name.removeprefix("~")
        if name in _PARTIES:
            found["party"] = _PARTIES[name]
        elif bare in _TYPE_NAMES:
            (excluded if name != bare else included).add(_TYPE_NAMES[bare])
        elif name in ("domain", "from"):
            found["sources"], found["not_sources"] = _domains(value)
        elif name == "to":
            found["targets"], no = _domains(value)
            found["not_targets"] = _union(no, found.get("not_targets"))
        elif name == "denyallow":
            found["not_targets"] = _union(_domains(value)[0], found.get("not_targets"))
        elif name in ("match-case", "important", "badfilter"):
            found[name.replace("-", "_")] = True
        elif name == "all":
            included |= ALL_TYPES
        elif name in ("removeparam", "queryprune"):
            found["removeparam"] = _parameter(value.replace("\\,", ","))
        elif name in ("redirect", "redirect-rule", "rewrite", "empty", "mp4"):
            resource = value.removeprefix("abp-resource:") if has_value else {"empty": "empty"}.get(name, "")
            resource, _, priority = resource.partition(":")
            found["redirect"] = resource
            found["redirect_priority"] = int(priority) if re.fullmatch(r"-?\d+", priority) else 0
            found["only_redirects"] = name == "redirect-rule"
        elif bare in _PAGE_TYPES:
            page_types = page_types or name == bare
        elif name.strip("_"):
            raise _Skip(f"option {bare}" if bare in _OPTION_NAMES else "option unknown")
    if included or excluded:
        found["types"] = frozenset((included or SUBRESOURCES) - excluded)
    elif page_types:
        raise _Skip("no request of its own")
    return Options(**found)  # type: ignore[arg-type]  # the keys are the fields, set just above


def _union(domains: Domains, more: object) -> Domains:
    if not isinstance(more, Domains):
        return domains
    return Domains(
        hosts=domains.hosts | more.hosts,
        entities=domains.entities | more.entities,
        regexes=domains.regexes + more.regexes,
    )


def _parameter(value: str) -> str:
    if value.startswith("~"):
        raise _Skip("option removeparam negated")
    if is_regex(value.removesuffix("i")):
        _check_regex(value.removesuffix("i"))
    elif value.startswith("|"):  # an older way to write `/^name/`
        return f"/^{re.escape(value[1:])}/"
    return value


def _domains(value: str) -> tuple[Domains, Domains]:
    """The included and the excluded names of `domain=a.com|~b.com`."""
    sides: tuple[list[str], list[str]] = ([], [])
    for name in _ALTERNATIVES.findall(value):
        sides[name.startswith("~")].append(name.removeprefix("~").lower())
    return _side(sides[0]), _side(sides[1])


def _side(names: list[str]) -> Domains:
    if not names:
        return NO_DOMAINS
    regexes = tuple(name for name in names if is_regex(name))
    for regex in regexes:
        _check_regex(regex)
    return Domains(
        hosts=frozenset(_ascii(name) for name in names if not is_regex(name) and not name.endswith(".*")),
        entities=frozenset(name[:-2] for name in names if name.endswith(".*")),
        regexes=regexes,
    )


def without_bad(rules: list[Rule]) -> list[Rule]:
    """The rules that are left when those with `badfilter` have taken out the rules they repeat."""
    bad = {
        (rule.is_exception, rule.pattern, replace(rule.options, badfilter=False))
        for rule in rules
        if rule.options.badfilter
    }
    if not bad:
        return rules
    patterns = {pattern for _, pattern, _ in bad}
    return [
        rule
        for rule in rules
        if not rule.options.badfilter
        and not (rule.pattern in patterns and (rule.is_exception, rule.pattern, rule.options) in bad)
    ]


def sparing_same_site(rule: Rule) -> tuple[Rule, ...]:
    """The rule for requests to other sites only, or none if it is for the page's own site alone.

    Exceptions spare anyway, and what takes parameters off a page's address is about the page.
    """
    if rule.is_exception or rule.options.removeparam is not None or rule.options.party in ("third", "strict-third"):
        return (rule,)
    if rule.options.party:
        return ()
    return (replace(rule, options=replace(rule.options, party="third")),)
