"""Results to render: one healthy, one that fails in many ways with hostile texts, one without a verdict."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from harness.model.facts import Coverage
from harness.model.recording import Breakdown, Canary, Conversion, FilterListInfo, Item, ServerSource
from harness.model.result import (
    BlockedRequest,
    Certainty,
    CheckOutcome,
    Citation,
    EventSummary,
    EvidenceLine,
    Finding,
    MatrixRow,
    Orphan,
    Outcome,
    RowState,
    RunResult,
    Severity,
    SpecInfo,
    StepSummary,
    SuiteResult,
    TimelineEntry,
    Verdict,
)
from harness.verdicts.losses import losses

HOSTILE = "</script><img src=x onerror=alert(1)>\" onmouseover='alert(2)' `|*_{{ 7*7 }} @all\x00\x1b[31m\u202e"
START = 1_790_000_000.0

VENDORS = {
    "meta": "Meta",
    "google_ads": "Google Ads",
    "tiktok": "TikTok",
    "snap": "Snapchat",
    "pinterest": "Pinterest",
    "linkedin": "LinkedIn",
    "reddit": "Reddit",
    "x": "X (Twitter)",
    "microsoft": "Microsoft Advertising",
    "amazon": "Amazon Ads",
    "teads": "Teads",
    "tealium_iq": "Tealium iQ",
    "tealium_collect": "Tealium Collect",
}
PROFILES = {
    "none": "No protection",
    "ublock": "uBlock Origin-like",
    "brave": "Brave-like",
    "safari": "Safari-like",
    "strict": "Strict tracking protection",
    "consent_refused": "Consent refused",
}


@cache
def picture(width: int = 640, height: int = 400, tone: int = 235) -> bytes:
    """A PNG that looks a little like a page: a bar on top, a box below."""
    rows = []
    for y in range(height):
        bar = 120 if y < height // 8 else tone
        row = bytearray([0])
        for x in range(width):
            in_box = height // 3 < y < height // 2 and width // 6 < x < width // 2
            row += bytes([90, 130, 180] if in_box else [bar, bar, min(255, bar + 10)])
        rows.append(bytes(row))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


ORDER = Conversion(
    event="purchase",
    order_id="100482",
    value="129.90",
    currency="EUR",
    items=(Item(id="MUG-01", quantity=2, price="64.95", name="Blue mug"),),
    at=START + 13,
    step=5,
)


def an_event(vendor: str, channel: str, number: int, **changes: Any) -> EventSummary:
    server = channel == "capi"
    lines = (
        EvidenceLine(field="event name", value="Purchase", path="data[0].event_name" if server else "query.ev"),
        EvidenceLine(field="event ID", value="ord-100482", path="data[0].event_id" if server else "query.eid"),
        EvidenceLine(field="value", value="129.90", path="data[0].custom_data.value" if server else "query.cd[value]"),
        EvidenceLine(
            field="currency", value="EUR", path="data[0].custom_data.currency" if server else "query.cd[currency]"
        ),
        EvidenceLine(
            field="email", value="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", path="user_data.em"
        ),
        EvidenceLine(field="click ID", value="fb.1.1790000001.IwAR0run7token", path="user_data.fbc"),
    )
    if server:
        lines += (EvidenceLine(field="client IP", value="[ip #1]", path="data[0].user_data.client_ip_address"),)
    told: dict[str, Any] = {
        "id": f"{'s' if server else 'b'}{number:03d}#0",
        "vendor": vendor,
        "channel": channel,
        "name": "Purchase",
        "event": "purchase",
        "fate": "answered",
        "role": "event",
        "received_at": START + (16.4 if server else 13.1),
        "step": 5,
        "method": "POST" if server else "GET",
        "url": f"https://{vendor}.example/v21.0/1234567890/events"
        if server
        else f"https://{vendor}.example/tr/?id=1234567890&ev=Purchase",
        "status": 200,
        "answered_by": "stand-in",
        "attributed_by": "order ID" if server else "proxy of the run",
        "lines": lines,
        "payload": json.dumps({"data": [{"event_name": "Purchase", "event_id": "ord-100482"}]}, indent=2),
        "kept": not server,
        "accepted": True,
        "dropped_by": f"{vendor}.dedup.event-id" if server else "",
    }
    return EventSummary(**(told | changes))


def a_citation(vendor: str = "meta") -> Citation:
    return Citation(
        rule=f"{vendor}.dedup.event-id",
        says="A browser and a server event are one when name and event ID are equal and both arrive within 48 hours.",
        sources=(
            f"{VENDORS[vendor]} developer documentation, Deduplicate events (https://developers.{vendor}.example/dedup)",
        ),
        reviewed="2026-10-14",
        basis="documented",
        confidence="high",
    )


def coverages(**scores: float) -> dict[str, Coverage]:
    """The tag lacks two identifiers, every other channel none."""
    return {
        channel: Coverage(
            channel=channel,
            sent=("email", "click ID"),
            missing=("phone", "external ID") if channel == "tag" else (),
            score=score,
            by_tier={"strongest": (1, 2 if channel == "tag" else 1), "medium": (1, 1), "lower": (0, 1)},
        )
        for channel, score in scores.items()
    }


def a_row(vendor: str, **changes: Any) -> MatrixRow:
    told: dict[str, Any] = {
        "vendor": vendor,
        "title": VENDORS[vendor],
        "kind": "transport" if vendor.startswith("tealium") else "platform",
        "orders": 1,
        "tag_events": 1,
        "capi_events": 1,
        "collect_events": 0,
        "blocked_events": 0,
        "counted": 1,
        "coverage": coverages(tag=71.4, capi=92.9),
    }
    return MatrixRow(**(told | changes))


def an_outcome(vendor: str, check: str = "event-id-match", **changes: Any) -> Outcome:
    told: dict[str, Any] = {
        "check": check,
        "title": "Tag and server copies share one event ID",
        "vendor": vendor,
        "outcome": CheckOutcome.PASSED,
    }
    return Outcome(**(told | changes))


def a_run(
    profile: str = "none", vendors: tuple[str, ...] = ("meta", "google_ads", "tiktok"), **changes: Any
) -> RunResult:
    blocks = profile not in ("none", "consent_refused")
    fate = "blocked" if blocks else "answered"
    events = tuple(
        event
        for index, vendor in enumerate(vendors)
        for event in (
            an_event(vendor, "tag", index, fate=fate, status=None if blocks else 200),
            an_event(vendor, "capi", index),
        )
    )
    told: dict[str, Any] = {
        "id": f"guest-checkout-{profile}",
        "scenario": "guest_checkout",
        "title": "Guest checkout",
        "profile": profile,
        "profile_title": PROFILES.get(profile, profile),
        "verdict": Verdict.PASSED,
        "reasons": (),
        "started_at": START,
        "seconds": 17.8,
        "site": "https://shop.example",
        "browser": "Chromium 141.0 headless shell",
        "enforcer": "proxy" if blocks else "",
        "folder": f"runs/guest-checkout-{profile}",
        "orders": (ORDER,),
        "matrix": tuple(
            a_row(
                vendor,
                tag_events=0 if blocks else 1,
                blocked_events=1 if blocks else 0,
                coverage=coverages(capi=92.9) if blocks else coverages(tag=71.4, capi=92.9),
                stripped_click_ids=("fbclid",) if blocks and vendor == "meta" else (),
            )
            for vendor in vendors
        ),
        "outcomes": tuple(an_outcome(vendor) for vendor in vendors)
        + tuple(an_outcome(vendor, "purchase-once", title="Each order is counted exactly once") for vendor in vendors)
        + (
            an_outcome(
                vendors[0],
                "click-id-carried",
                title="The click ID is carried to every copy",
                outcome=CheckOutcome.SKIPPED,
                reason="the landing page had no click ID",
            ),
        ),
        "events": events,
        "timeline": (
            *(TimelineEntry(kind="step", at=at, until=at + 2.1, label=label) for at, label in STEPS),
            TimelineEntry(kind="conversion", at=12.9, until=12.9, label="order 100482, 129.90 EUR"),
            *(
                TimelineEntry(
                    kind="blocked" if blocks and event.channel == "tag" else event.channel,
                    at=event.received_at - START + index * 0.11,
                    until=event.received_at - START + index * 0.11 + 0.3,
                    label=f"{VENDORS[event.vendor]} {event.name}, {event.fate}",
                    vendor=event.vendor,
                    event=event.id,
                )
                for index, event in enumerate(events)
            ),
        ),
        "blocked": tuple(_blocked(vendors)) if blocks else (),
        "steps": tuple(
            StepSummary(
                index=index,
                verb=label.split()[0].lower(),
                summary=label,
                at=at,
                seconds=2.1,
                url=f"https://shop.example/step/{index}",
                screenshot=f"step-{index:02d}.png" if index != 1 else "",
            )
            for index, (at, label) in enumerate(STEPS)
        ),
        "canaries": (
            Canary(name="blocking-works", expected=fate, observed=fate, passed=True),
            Canary(name="proxy-sees-beacons", expected="3", observed="3", passed=True, critical=False),
        ),
        "filter_lists": tuple(
            FilterListInfo(
                name=title.lower(), title=title, version="202611180930", origin="package", sha256="ab" * 32, rules=61234
            )
            for title in ("EasyList", "EasyPrivacy")
            if blocks
        ),
        "server_source": ServerSource(kind="egress-proxy", budget=20.0, waited=4.2, settled=True),
        "completeness": {"browser_requests": 41, "server_requests": 3, "disagreements": 0},
        "blocking": blocks,
        "command": f"harness run scenarios/guest_checkout.yaml --profile {profile}",
    }
    return RunResult(**(told | changes))


def _blocked(vendors: tuple[str, ...]) -> Iterator[BlockedRequest]:
    for line, vendor in enumerate(vendors, start=4012):
        yield BlockedRequest(
            url=f"https://{vendor}.example/tag.js",
            type="script",
            action="block",
            rule=f"||{vendor}.example^$third-party",
            list="easyprivacy",
            line=line,
            vendor=vendor,
            count=2,
        )
    yield BlockedRequest(
        url="https://shop.example/?gclid=x",
        type="document",
        action="remove parameters",
        rule="$removeparam=gclid",
        list="privacy",
        line=7,
        removed_parameters=("gclid",),
    )


STEPS = (
    (0.2, "Open the landing page"),
    (2.6, "Accept the consent banner"),
    (5.0, "Put “Blue mug” into the basket"),
    (7.4, "Go to the checkout"),
    (9.9, "Type the address"),
    (12.2, "Place the order"),
)


def a_suite(*runs: RunResult, **changes: Any) -> SuiteResult:
    told: dict[str, Any] = {
        "suite_id": "20261121-2116-k7f2",
        "title": "Shop conversion audit",
        "verdict": Verdict.PASSED,
        "runs": runs,
        "losses": losses(runs),
        "specs": tuple(
            SpecInfo(
                vendor=vendor,
                title=title,
                kind="transport" if vendor.startswith("tealium") else "platform",
                reviewed="2026-10-14",
                digest=f"{index:02x}" * 32,
            )
            for index, (vendor, title) in enumerate(VENDORS.items())
        ),
        "harness_version": "0.1.0",
        "created_at": START + 60,
    }
    return SuiteResult(**(told | changes))


def healthy_result() -> SuiteResult:
    return a_suite(a_run("none"), a_run("ublock"))


def inconclusive_result() -> SuiteResult:
    broken = a_run(
        "brave",
        verdict=Verdict.INCONCLUSIVE,
        reasons=(
            "step 6 “Place the order” failed: the button was covered by a dialogue",
            "the blocking canary was answered",
        ),
        orders=(),
        matrix=tuple(
            a_row(
                vendor,
                orders=0,
                counted=None,
                tag_events=0,
                capi_events=0,
                coverage={},
                state=RowState.INCONCLUSIVE,
                note="no order was made",
            )
            for vendor in ("meta", "tiktok")
        ),
        outcomes=(
            an_outcome(
                "meta", outcome=CheckOutcome.SKIPPED, reason="no pair of tag and server event was seen", undecided=True
            ),
            an_outcome("tiktok", outcome=CheckOutcome.ERRORED, reason="ValueError: not a number"),
        ),
        server_source=ServerSource(
            kind="collector payload",
            budget=20.0,
            waited=20.0,
            observable=False,
            note="the sender is a hosted cloud",
        ),
        trusted=False,
        breakdown=Breakdown(message="step 6 “Place the order” failed: the button was covered by a dialogue", step=5),
    )
    orphans = (
        Orphan(
            summary="POST https://meta.example/events Purchase ord-99",
            vendor="meta",
            at=START + 90,
            late_for="guest-checkout-brave",
        ),
    )
    return a_suite(a_run("none", ("meta", "tiktok")), broken, verdict=Verdict.INCONCLUSIVE, orphans=orphans)


def real_like_result() -> SuiteResult:
    """The lengths that real vendors, scenarios and addresses have: what once made a phone's page too wide."""
    title = "Purchase in the demo shop, tags in the tag manager, server calls from its connectors"
    names = {"meta": "Meta (Facebook, Instagram)", "google_ads": "Google Ads (enhanced conversions)"}
    rows = tuple(
        a_row(
            vendor,
            title=name,
            alternatives=(1, 2),
            certainty=Certainty.UNDOCUMENTED,
            note="the vendor does not say what repeated or barely late copies do",
        )
        for vendor, name in names.items()
    )
    wrong = _failed(
        "meta",
        Severity.ERROR,
        "body/data/0/custom_data/value_of_the_order_in_minor_units of the server call Purchase is 129,90",
        title="Value, currency, order ID and items are those of the order",
        parameter="body/data/0/custom_data/value_of_the_order_in_minor_units",
        events=("b000#0", "s000#0"),
        id="0c1d2e3f4a5b",
    )
    clicks = "&".join(f"{name}=IwAR{'TzPR7kNbHTPevD352A2XdKpH2tXtbXERbP7' * 2}" for name in ("fbclid", "gclid"))
    reason = f"the journey did not reach its end: the page was https://www.corner-shop.test/?{clicks}; buttons: Reject"
    shared: dict[str, Any] = {"scenario": "shop-connectors", "title": title}
    runs = tuple(
        a_run(profile, ("meta", "google_ads"), matrix=rows, outcomes=(wrong,), verdict=Verdict.FAILED, **shared)
        for profile in ("none", "ublock")
    )
    broken = a_run(
        "strict",
        ("meta",),
        verdict=Verdict.INCONCLUSIVE,
        trusted=False,
        reasons=(reason,),
        breakdown=Breakdown(message=reason),
        orders=(),
        matrix=(),
        **shared,
    )
    specs = tuple(
        SpecInfo(vendor=vendor, title=name, kind="platform", reviewed="2026-11-21", digest="ab" * 32)
        for vendor, name in names.items()
    )
    return a_suite(*runs, broken, verdict=Verdict.FAILED, specs=specs)


def failing_result() -> SuiteResult:
    """13 vendors under 6 profiles, 40 findings and more, hostile texts, a payload of 200,000 characters."""
    runs = tuple(_failing_run(profile) for profile in PROFILES)
    return a_suite(
        *runs,
        verdict=Verdict.FAILED,
        title="Autumn release audit of a shop",
        losses=losses(runs),
        refused_hosts=("cdn.unknown.example", HOSTILE),
    )


def large_result(runs: int) -> SuiteResult:
    """So many runs, every other one with all that fails in `failing_result`: 14 profiles of as many scenarios."""
    kinds = [(f"journey-{index // 14}", f"kind-{index % 14}") for index in range(runs)]
    failing, sound = _failing_run("none"), a_run("none", tuple(VENDORS))
    made = tuple(
        replace(
            failing if index % 2 else sound,
            id=f"{scenario}--{profile}",
            scenario=scenario,
            title=f"Journey {scenario[8:]} of a shop with tags on the page",
            profile=profile,
            profile_title=f"Kind of visitor {profile[5:]}",
            folder=f"recordings/{scenario}--{profile}",
            blocking=not profile.endswith("-0"),
        )
        for index, (scenario, profile) in enumerate(kinds)
    )
    return a_suite(*made, verdict=Verdict.FAILED, title="Every journey under every profile", losses=losses(made))


def _failing_run(profile: str) -> RunResult:
    run = a_run(profile, tuple(VENDORS))
    outcomes = [*run.outcomes]
    rows = {row.vendor: row for row in run.matrix}
    events = {event.id: event for event in run.events}
    blocks = profile not in ("none", "consent_refused")

    wrong_id = tuple(
        EvidenceLine(field=line.field, value="ORD-100482" if line.field == "event ID" else line.value, path=line.path)
        for line in events["s000#0"].lines
    )
    events["s000#0"] = an_event("meta", "capi", 0, lines=wrong_id, payload='{"event_id": "ORD-100482"}', kept=True)
    outcomes.append(
        _failed(
            "meta",
            Severity.ERROR,
            f"The event ID is “ORD-100482” in the server copy and “ord-100482” in the tag ({profile}): both count",
            why="Two copies become one only when their IDs are equal, so the reported revenue doubles.",
            remedy="Create the event ID once, on the server, and hand the same text to tag and API.",
            expected="ord-100482",
            found="ORD-100482",
            parameter="event ID",
            events=("b000#0", "s000#0"),
            exchanges=("b000", "s000"),
            citation=a_citation(),
        )
    )
    rows["meta"] = a_row("meta", counted=2, state=RowState.FAILED, note="two copies, no shared ID")
    if blocks:
        for number, vendor in enumerate(("google_ads", "teads", "amazon")):
            outcomes.append(
                _failed(
                    vendor,
                    Severity.ERROR,
                    f"No copy of order 100482 reached {VENDORS[vendor]}: tag blocked, no server call seen",
                    check="order-reported",
                    title="Every order reaches the vendor by at least one channel",
                    why="Sales of visitors with this protection are invisible to the campaign.",
                    remedy="Send the conversion from the server as well.",
                    expected="one event of any channel",
                    events=(f"b{list(VENDORS).index(vendor):03d}#0",) if number else (),
                )
            )
            rows[vendor] = a_row(
                vendor, counted=0, capi_events=0, tag_events=0, blocked_events=3, coverage={}, state=RowState.FAILED
            )
    huge = '{"items": "' + "0123456789abcdef" * 12_500 + '"}'
    events["s002#0"] = an_event(
        "tiktok",
        "capi",
        2,
        payload=huge,
        lines=(*events["s002#0"].lines, EvidenceLine(field="items", value="x" * 9_000, path="properties.contents")),
    )
    outcomes.append(
        _failed(
            "tiktok",
            Severity.WARNING,
            "The phone number is hashed without its country code",
            check="identifier-normalised",
            title="Identifiers are normalised before they are hashed",
            why="The digest matches nobody, so the identifier adds nothing to the match.",
            remedy="Bring the number into E.164 before hashing.",
            expected="sha256 of +49…",
            found="sha256 of 0170…",
            parameter="phone",
            events=("s002#0",),
            citation=a_citation("tiktok"),
        )
    )
    rows["tiktok"] = a_row(
        "tiktok",
        state=RowState.WARNING,
        tag_events=rows["tiktok"].tag_events,
        blocked_events=rows["tiktok"].blocked_events,
    )
    hostile_lines = (EvidenceLine(field=HOSTILE, value=HOSTILE, path=HOSTILE),)
    events["b003#0"] = an_event(
        "snap", "tag", 3, name=HOSTILE, lines=hostile_lines, payload=HOSTILE, url=f"https://snap.example/?q={HOSTILE}"
    )
    outcomes.append(
        _failed(
            "snap",
            Severity.INFO,
            f"Unknown parameter {HOSTILE}",
            check="unknown-parameter",
            title=HOSTILE,
            why=HOSTILE,
            remedy=HOSTILE,
            expected=HOSTILE,
            found=HOSTILE,
            parameter=HOSTILE,
            events=("b003#0", HOSTILE),
        )
    )
    for vendor in ("pinterest", "x"):
        outcomes.append(
            _failed(
                vendor,
                Severity.WARNING,
                f"The currency is missing from the {VENDORS[vendor]} tag",
                check="parameter-present",
                title="Each copy carries every parameter that the vendor asks for",
                expected="EUR",
                parameter="currency",
                events=(f"b{list(VENDORS).index(vendor):03d}#0",),
            )
        )
    for vendor in ("pinterest", "linkedin"):
        outcomes.append(
            an_outcome(
                vendor,
                "dedup-window",
                title="Copies arrive within the vendor's window",
                outcome=CheckOutcome.SKIPPED,
                reason="the vendor documents no window",
            )
        )
    outcomes.append(
        an_outcome(
            "reddit",
            "value-agrees",
            title="Value and currency agree with the order",
            outcome=CheckOutcome.ERRORED,
            reason="decimal.InvalidOperation: “12,90”",
        )
    )
    rows["tealium_collect"] = a_row(
        "tealium_collect",
        counted=None,
        tag_events=0,
        capi_events=0,
        collect_events=2,
        coverage=coverages(collect=88.0),
        note="hands events on, counts nothing",
    )
    return a_run(
        profile,
        tuple(VENDORS),
        verdict=Verdict.FAILED,
        matrix=tuple(rows.values()),
        outcomes=tuple(outcomes),
        events=tuple(events.values()),
        timeline=(
            *run.timeline,
            *(
                TimelineEntry(
                    kind="collect",
                    at=13.4 + extra,
                    until=13.6 + extra,
                    label="Tealium Collect purchase",
                    vendor="tealium_collect",
                )
                for extra in (0, 0.05)
            ),
        ),
    )


def _failed(
    vendor: str,
    severity: Severity,
    message: str,
    *,
    check: str = "event-id-match",
    title: str = "Tag and server copies share one event ID",
    **told: Any,
) -> Outcome:
    step = 5 if told.get("events") else None
    finding = Finding(check=check, vendor=vendor, severity=severity, message=message, step=step, **told)
    return Outcome(check=check, title=title, vendor=vendor, outcome=CheckOutcome.FAILED, findings=(finding,))


def images_of(result: SuiteResult) -> dict[str, bytes]:
    shot = picture()
    return {f"{run.folder}/{step.screenshot}": shot for run in result.runs for step in run.steps if step.screenshot}
