"""What do we check for a vendor, on which source, reviewed when, and how sure are we?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from harness.model.spec import (
    ConsentSignal,
    CopyCondition,
    DedupRule,
    FilterRule,
    ForEvents,
    Identifier,
    OtherTimeLimit,
    RequestRule,
    Rule,
    TimeLimit,
    VendorSpec,
)


def render_vendor(spec: VendorSpec) -> str:
    """A page about one vendor in Markdown, made from its spec alone."""
    parts = [
        f"# {spec.title}",
        "",
        f"`{spec.id}`, a {spec.kind}; reviewed {spec.reviewed}. Made from `vendor_specs/{spec.id}/spec.yaml`.",
        *_requests(spec.requests),
        *_api(spec),
        *_events(spec),
        *_event_id(spec),
        *_event_time(spec),
        *_dedup(spec.dedup),
        *_filters(spec.filters),
        *_consent(spec.consent),
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
            f"{request.role}: the vendor's code" if request.is_library else request.role,
            *_address(request),
            request.rule.says,
        ]
        for request in requests
    ]
    return _table("Requests", ("request", "channel", "role", "host", "path", "what it is"), rows)


def _api(spec: VendorSpec) -> list[str]:
    """Where servers call, and what stands for it at the port for servers."""
    rows = [[f"`{url}`", f"`/{name}/`"] for name, url in spec.api.items()]
    return _table("Base URLs of server calls", ("vendor", "path of `harness listen`"), rows)


def _address(request: RequestRule) -> tuple[str, str]:
    if request.upload is not None:
        return f"a file ({request.upload.format})", _code(request.upload.columns)
    hosts = "any host" if request.match.hosts == (".*",) else _code(request.match.hosts)
    return hosts, f"`{request.match.path}`"


def _events(spec: VendorSpec) -> list[str]:
    known = spec.event_names
    rows = [
        [
            f"`{event}`",
            "; ".join(f"{place}: {_code(there)}" for place, there in known.differs[event].items())
            if event in known.differs
            else _code(names),
        ]
        for event, names in known.names.items()
    ]
    found = _table("Event names", ("generic", "vendor"), rows) or ["", "## Event names"]
    free = ["", f"In {_code(known.any_case)} the case of a name does not matter."] if known.any_case else []
    return [*found, "", known.rule.says, *free]


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


def _event_time(spec: VendorSpec) -> list[str]:
    rows = [
        [
            f"`{limit.rule.id}`",
            _limited(limit),
            "not documented" if limit.max_age is None else _span(limit.max_age),
            f"{_span(limit.early.before)}: {limit.early.means}" if limit.early else "",
            f"{_span(limit.late.after)}: {limit.late.means}" if limit.late else "",
            _span(limit.max_future),
            _sureness(limit.rule),
        ]
        for limit in spec.time_limits()
    ]
    head = ("rule", "server events", "greatest age", "too early before", "late after", "ahead at most", "how sure")
    return _table("Event time", head, rows)


def _limited(limit: TimeLimit) -> str:
    return _condition(limit.requests, limit.where) if isinstance(limit, OtherTimeLimit) else "all others"


def _dedup(rules: Sequence[DedupRule]) -> list[str]:
    rows = [
        [
            f"`{rule.rule.id}`",
            " + ".join(f"`{field}`" for field in rule.key)
            + (f" and one of {_code(rule.any_of)}" if rule.any_of else "")
            + _for_events(rule.events)
            + "".join(f"; {channel} copies {_copies(wanted)}" for channel, wanted in rule.copies.items()),
            {"channels": "tag against server"}.get(rule.across, rule.across)
            + (", any earlier copy" if rule.against == "any" else ""),
            _window(rule),
            rule.keep if not rule.prefer_tag_within else f"{rule.keep}, tag within {_span(rule.prefer_tag_within)}",
            _sureness(rule.rule) + ("" if rule.sure else ", not always"),
            rule.rule.says,
        ]
        for rule in rules
    ]
    head = ("rule", "key", "between", "window", "kept", "how sure", "what it says")
    return _table("Deduplication, as executed", head, rows)


def _copies(wanted: CopyCondition) -> str:
    parts = [f"where `{field}` is `{pattern}`" for field, pattern in wanted.where.items()]
    parts += [f"where `{field}` is not `{pattern}`" for field, pattern in wanted.unlike.items()]
    parts += [f"without {_code(wanted.without)}"] if wanted.without else []
    parts += [f"older than {_span(wanted.older)}"] if wanted.older is not None else []
    parts += [f"not older than {_span(wanted.not_older)}"] if wanted.not_older is not None else []
    return " and ".join(parts)


def _filters(rules: Sequence[FilterRule]) -> list[str]:
    rows = [
        [
            f"`{rule.rule.id}`",
            _condition(rule.requests, rule.where, rule.without),
            rule.counted,
            _sureness(rule.rule),
            rule.rule.says,
        ]
        for rule in rules
    ]
    return _table("Taken, and not counted", ("rule", "events", "counted", "how sure", "what it says"), rows)


def _consent(signals: Sequence[ConsentSignal]) -> list[str]:
    rows = [
        [
            f"`{signal.rule.id}`",
            f"`{signal.field}`",
            f"`{signal.denied}`" if signal.denied else "",
            f"`{signal.granted}`" if signal.granted else "",
            _sureness(signal.rule),
            signal.rule.says,
        ]
        for signal in signals
    ]
    return _table("Consent", ("rule", "field", "denied", "granted", "how sure", "what it says"), rows)


def _condition(requests: Sequence[str], where: Mapping[str, str], without: Sequence[str] = ()) -> str:
    parts = [f"in {_code(requests)}"] if requests else []
    parts += [f"`{field}` is `{pattern}`" for field, pattern in where.items()]
    parts += [f"without {_code(without)}"] if without else []
    return ", ".join(parts)


def _for_events(events: ForEvents) -> str:
    if events.only:
        return f", for {_code(events.only)} only"
    return f", but not for {_code(events.never)}" if events.never else ""


def _window(rule: DedupRule) -> str:
    if rule.slots is not None:
        zone = f" of {rule.zone}" if rule.zone else ""
        return f"fixed slots of {_span(rule.slots)}{zone} ({rule.clock}, {rule.mode})"
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
    if identifier.hashing == "forbidden":
        return "plain"
    by = f" as `{identifier.declared.field}` says" if identifier.declared else ""
    return f"{identifier.hashing} ({', '.join(identifier.encodings)}{by})"


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
