"""What do we check for a vendor, on which source, reviewed when, and how sure are we?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.model.spec import DedupRule, FilterRule, ForEvents, Identifier, RequestRule, Rule, VendorSpec


def render_vendor(spec: VendorSpec) -> str:
    """A page about one vendor in Markdown, made from its spec alone."""
    parts = [
        f"# {spec.title}",
        "",
        f"`{spec.id}`, a {spec.kind}; reviewed {spec.reviewed}. Made from `vendor_specs/{spec.id}/spec.yaml`.",
        *_requests(spec.requests),
        *_events(spec),
        *_event_id(spec),
        *_dedup(spec.dedup),
        *_filters(spec.filters),
        *_click_ids(spec),
        *_identifiers(spec.identifiers),
        *_further(spec),
        *_rules(spec),
        *_sources(spec),
    ]
    return "\n".join(parts) + "\n"


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    lines = ["", f"## {title}", "", _row(head), _row(["---"] * len(head))]
    return lines + [_row(row) for row in rows]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _code(texts: Sequence[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)


def _requests(requests: Sequence[RequestRule]) -> list[str]:
    rows = [
        [
            f"`{request.id}`",
            request.channel,
            request.role,
            *_address(request),
            request.rule.says,
        ]
        for request in requests
    ]
    return _table("Requests", ("request", "channel", "role", "host", "path", "what it is"), rows)


def _address(request: RequestRule) -> tuple[str, str]:
    if request.upload is not None:
        return f"a file ({request.upload.format})", _code(request.upload.columns)
    hosts = "any host" if request.match.hosts == (".*",) else _code(request.match.hosts)
    return hosts, f"`{request.match.path}`"


def _events(spec: VendorSpec) -> list[str]:
    rows = [[f"`{event}`", _code(names)] for event, names in spec.event_names.names.items()]
    found = _table("Event names", ("generic", "vendor"), rows) or ["", "## Event names"]
    return [*found, "", spec.event_names.rule.says]


def _event_id(spec: VendorSpec) -> list[str]:
    wanted = spec.event_id
    if wanted is None:
        return []
    lines = ["", "## Event ID", "", wanted.rule.says]
    if wanted.used:
        lines += ["", f"Field `{wanted.field}`, well formed as `{wanted.pattern}`{_for_events(wanted.events)}."]
    if wanted.generated:
        lines += [f"IDs like `{wanted.generated}` are made up by the tag itself."]
    return lines


def _dedup(rules: Sequence[DedupRule]) -> list[str]:
    rows = [
        [
            f"`{rule.rule.id}`",
            " + ".join(f"`{field}`" for field in rule.key)
            + (f" and one of {_code(rule.any_of)}" if rule.any_of else "")
            + _for_events(rule.events),
            {"channels": "tag against server"}.get(rule.across, rule.across),
            _window(rule),
            rule.keep if not rule.prefer_tag_within else f"{rule.keep}, tag within {_span(rule.prefer_tag_within)}",
            _sureness(rule.rule) + ("" if rule.sure else ", not always"),
            rule.rule.says,
        ]
        for rule in rules
    ]
    head = ("rule", "key", "between", "window", "kept", "how sure", "what it says")
    return _table("Deduplication, as executed", head, rows)


def _filters(rules: Sequence[FilterRule]) -> list[str]:
    rows = [
        [f"`{rule.rule.id}`", _condition(rule), rule.counted, _sureness(rule.rule), rule.rule.says] for rule in rules
    ]
    return _table("Taken, and not counted", ("rule", "events", "counted", "how sure", "what it says"), rows)


def _condition(rule: FilterRule) -> str:
    parts = [f"in {_code(rule.requests)}"] if rule.requests else []
    parts += [f"`{field}` is `{pattern}`" for field, pattern in rule.where.items()]
    parts += [f"without {_code(rule.without)}"] if rule.without else []
    return ", ".join(parts)


def _for_events(events: ForEvents) -> str:
    if events.only:
        return f", for {_code(events.only)} only"
    return f", but not for {_code(events.never)}" if events.never else ""


def _window(rule: DedupRule) -> str:
    end = "unlimited" if rule.window is None else _span(rule.window)
    start = f"from {_span(rule.opens_after)} to " if rule.opens_after else ""
    return f"{start}{end} ({rule.clock}, {rule.mode})"


def _span(seconds: float) -> str:
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


def _click_ids(spec: VendorSpec) -> list[str]:
    rows = [
        [f"`{click.parameter}`", f"`{click.cookie}`" if click.cookie else "", click.lifetime, click.rule.says]
        for click in spec.click_ids
    ]
    return _table("Click IDs", ("parameter", "cookie", "kept for", "what is checked"), rows)


def _identifiers(identifiers: Sequence[Identifier]) -> list[str]:
    rows = [
        [
            identifier.title,
            identifier.tier,
            "; ".join(
                [_hashed(identifier), *(f"{place}: {_hashed(other)}" for place, other in identifier.differs.items())]
            ),
            ", ".join(f"{channel}: {importance}" for channel, importance in identifier.channels.items()),
            "; ".join(
                [
                    _variants(identifier),
                    *(
                        f"{place}: {_variants(other)}"
                        for place, other in identifier.differs.items()
                        if other.normalisations != identifier.normalisations
                    ),
                ]
            ),
            identifier.mismatch,
            identifier.rule.says,
        ]
        for identifier in identifiers
    ]
    head = ("identifier", "tier", "hash", "wanted", "accepted variants", "if wrong", "rule")
    return _table("Identifiers", head, rows)


def _hashed(identifier: Identifier) -> str:
    return f"{identifier.hashing} ({', '.join(identifier.encodings)})" if identifier.hashing != "forbidden" else "plain"


def _variants(identifier: Identifier) -> str:
    return ", ".join(normalisation.name for normalisation in identifier.normalisations)


def _further(spec: VendorSpec) -> list[str]:
    rows = [
        [
            parameter.parameter,
            "; ".join(f"{channel}: {', '.join(events)}" for channel, events in parameter.required_for.items()),
            parameter.severity,
            parameter.rule.says,
        ]
        for parameter in spec.parameters
    ]
    return _table("Parameters", ("parameter", "required for", "if missing", "rule"), rows)


def _rules(spec: VendorSpec) -> list[str]:
    rows = [[f"`{rule.id}`", rule.says, _sureness(rule), ", ".join(rule.sources)] for rule in spec.rules().values()]
    return _table("All rules", ("rule", "what it says", "how sure", "sources"), rows)


def _sureness(rule: Rule) -> str:
    limit = f", {rule.at_most} at most" if rule.at_most else ""
    return f"{rule.basis}, {rule.confidence}{limit}"


def _sources(spec: VendorSpec) -> Iterator[str]:
    rows = [[key, source.title, source.url, source.read] for key, source in spec.sources.items()]
    yield from _table("Sources", ("key", "title", "where", "read"), rows)
