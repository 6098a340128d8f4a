"""A healthy order as each vendor's requests tell of it, small changes that break it, and the judging of both.

The requests have the shapes that the vendor specs describe; everything after them is the harness's own work: they are
decoded, compared and judged with the real specs, and the stand-ins give the answers.

Changes are mappings from a place to its new value, `None` taking it away: a parameter of a tag's URL (`cd[value]`), or
a `/`-path in the JSON of a call (`user_data/em`).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from harness.checks import judge, judge_run
from harness.comparators import compare, exposures, layer_facts
from harness.decode import answer_for, decode
from harness.load.vendor_specs import load_vendor_specs, packaged_specs
from harness.model.event import Decoded
from harness.model.facts import Evidence, RunEvidence, VendorFacts
from harness.model.persona import Persona, PersonaSeed
from harness.model.profile import Profile
from harness.model.recording import (
    Blocking,
    Body,
    BrowserInfo,
    Conversion,
    Exchange,
    Fate,
    Item,
    Origin,
    Recording,
    Request,
    ServerSource,
    StepRecord,
)
from harness.model.result import CheckOutcome, Finding, Outcome
from harness.model.scenario import ScenarioSnapshot, Site, VendorAccount
from harness.model.spec import VendorSpec
from harness.personas import make_persona
from harness.plan import click_ids_of
from harness.redaction import Redactor, identifiers_named

Changes = Mapping[str, Any]

START = 1_795_286_400.0
ORDERED = START + 10.0
LATER = START + 15.0  # after every call of the healthy order
SHOP = "https://cornershop.test"
USER_AGENT = "Browser/1.0"
SEED = PersonaSeed(token="k7f3q9x2")  # Isentrud Kniephoff of Bad Säckingen: a blank and umlauts to normalise

PIXEL = "702400000000001"
TAG_ACCOUNT, LABEL = "987654321", "AbC-D_efG-h12_34-567"
ADS_ACCOUNT, ACTION = "1234567890", "555666777"
TEADS_PIXEL = 13614
TEALIUM = "cornershop/main"
FBP = "fb.1.1795286300000.1116446470"
SESSION = "9b2d7c1e-44aa-4f6e-8f0a-1d2c3b4a5e6f"

ORDER = Conversion(
    event="purchase",
    order_id="CS-7F3K9Q2",
    value="129.90",
    currency="EUR",
    items=(Item(id="CS-TEA-01", quantity=2, price="62.50"),),
    at=ORDERED,
    step=3,
)
SECOND_ORDER = replace(ORDER, order_id="CS-8G4L0R3", at=ORDERED + 60)
STORE_SALE = replace(ORDER, order_id="TILL-0042", at=ORDERED + 90, action_source="physical_store")

ACCOUNTS = {
    account.vendor: account
    for account in (
        VendorAccount(vendor="meta", accounts={"tag": PIXEL, "capi": PIXEL}),
        VendorAccount(
            vendor="google-ads",
            accounts={"tag": TAG_ACCOUNT, "capi": ADS_ACCOUNT},
            names={"purchase": {"tag": LABEL, "capi": ACTION}},
        ),
        VendorAccount(vendor="teads", accounts={"tag": str(TEADS_PIXEL), "capi": str(TEADS_PIXEL)}),
        VendorAccount(vendor="tealium", accounts={"collect": TEALIUM}, channels=("collect",)),
    )
}
OPEN = Profile(id="none", title="No protection", description="", reviewed="2026-11-20", sources=("x",))
BLOCKING = replace(OPEN, id="blocker", title="A blocker", extra_rules=("||facebook.com^",))
SETTLED = ServerSource(kind="egress-proxy", budget=6.0, waited=2.0, settled=True)
PENDING = ServerSource(kind="egress-proxy", budget=6.0, waited=2.0)
EXHAUSTED = ServerSource(kind="egress-proxy", budget=6.0, waited=6.0)
UNOBSERVABLE = ServerSource(kind="not-observable", budget=0.0, observable=False)


@cache
def specs() -> dict[str, VendorSpec]:
    return load_vendor_specs(packaged_specs())


def a_snapshot(*vendors: str, **changes: Any) -> ScenarioSnapshot:
    snapshot = ScenarioSnapshot(
        id="shop",
        title="Purchase in a shop",
        site=Site(url=SHOP),
        vendors=tuple(ACCOUNTS[vendor] for vendor in vendors or ACCOUNTS),
        landing_parameters=("fbclid", "gclid", "auctid"),
    )
    return replace(snapshot, **changes)


@cache
def persona(seed: PersonaSeed = SEED) -> Persona:
    return make_persona(seed, click_ids_of(a_snapshot(), specs()))


# --- requests -----------------------------------------------------------------------------------------------------


def hexed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def base64url(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def event_id_of(order: Conversion) -> str:
    return f"purchase.{order.order_id}"


def fbc_of(visitor: Persona) -> str:
    return f"fb.1.1795286395000.{visitor.click_ids['fbclid']}"


def thanks(order: Conversion) -> str:
    return f"{SHOP}/thank-you/{order.order_id}"


def an_exchange(request: Request, *, name: str, at: float, origin: Origin = Origin.BROWSER, **changes: Any) -> Exchange:
    """Answered by the stand-in of its vendor, as when it was recorded."""
    told: dict[str, Any] = {
        "started_at": at,
        "ended_at": at + 0.1,
        "response": answer_for(request, specs().values(), at),
        "fate": Fate.ANSWERED,
        "answered_by": "stand-in",
        "step": 3 if origin is Origin.BROWSER else None,
        "type": "image" if origin is Origin.BROWSER else "",
        "attributed_by": "proxy" if origin is Origin.BROWSER else "order_id",
    }
    return Exchange(id=name, origin=origin, request=request, **(told | changes))


def landing(*, stripped: tuple[str, ...] = (), visitor: Persona | None = None) -> Exchange:
    """The first page; what is stripped, a rule took off its URL."""
    clicks = {name: value for name, value in (visitor or persona()).click_ids.items() if name not in stripped}
    rule = Blocking(rule="*$removeparam", list="own", line=7, action="strip", removed_parameters=stripped)
    return an_exchange(
        Request(method="GET", url=f"{SHOP}/?{urlencode(clicks)}"),
        name="landing",
        at=START + 0.5,
        type="document",
        step=0,
        answered_by="site",
        blocking=rule if stripped else None,
    )


def meta_tag(
    changes: Changes | None = None,
    *,
    order: Conversion = ORDER,
    visitor: Persona | None = None,
    name: str = "meta-tag",
    at: float = ORDERED + 0.4,
    **exchange: Any,
) -> Exchange:
    visitor = visitor or persona()
    url = _url(
        "https://www.facebook.com/tr/",
        {
            "id": PIXEL,
            "ev": "Purchase",
            "dl": thanks(order),
            "ts": str(int(at * 1000)),
            "eid": event_id_of(order),
            "fbp": FBP,
            "fbc": fbc_of(visitor),
            "cd[value]": order.value,
            "cd[currency]": order.currency,
            "cd[order_id]": order.order_id,
            "cd[contents]": json.dumps([{"id": item.id, "quantity": item.quantity} for item in order.items]),
            **{f"ud[{name}]": value for name, value in _meta_identifiers(visitor).items()},
        },
        changes,
    )
    return an_exchange(Request(method="GET", url=url), name=name, at=at, page=thanks(order), **exchange)


def meta_capi(
    changes: Changes | None = None,
    *,
    order: Conversion = ORDER,
    visitor: Persona | None = None,
    name: str = "meta-capi",
    at: float = ORDERED + 0.9,
    pixel: str = PIXEL,
    token: str = "EAAB-test-token",
    **exchange: Any,
) -> Exchange:
    visitor = visitor or persona()
    event = {
        "event_name": "Purchase",
        "event_time": int(order.at),
        "event_id": event_id_of(order),
        "action_source": "website",
        "event_source_url": thanks(order),
        "user_data": {
            **{name: [value] for name, value in _meta_identifiers(visitor).items()},
            "fbp": FBP,
            "fbc": fbc_of(visitor),
            "client_ip_address": "198.51.100.7",
            "client_user_agent": USER_AGENT,
        },
        "custom_data": {
            "value": float(order.value),
            "currency": order.currency,
            "order_id": order.order_id,
            "contents": [
                {"id": item.id, "quantity": item.quantity, "item_price": float(item.price)} for item in order.items
            ],
        },
    }
    url = f"https://graph.facebook.com/v26.0/{pixel}/events?access_token={token}"
    return _call(url, {"data": [_changed(event, changes)]}, name=name, at=at, **exchange)


def _meta_identifiers(visitor: Persona) -> dict[str, str]:
    return {
        "em": hexed(visitor.email.lower()),
        "ph": hexed(visitor.phone.lstrip("+")),
        "fn": hexed(letters(visitor.first_name)),
        "ln": hexed(letters(visitor.last_name)),
        "ct": hexed(letters(visitor.city)),
        "zp": hexed(visitor.postal_code.lower().replace(" ", "")),
        "country": hexed(visitor.country.lower()),
        "external_id": hexed(visitor.external_id.lower()),
    }


def google_tag(
    changes: Changes | None = None,
    *,
    order: Conversion = ORDER,
    visitor: Persona | None = None,
    name: str = "google-tag",
    at: float = ORDERED + 0.4,
    account: str = TAG_ACCOUNT,
    host: str = "https://www.googleadservices.com/pagead/conversion",
    **exchange: Any,
) -> Exchange:
    """With `host="https://www.google.com/ccm/conversion"` its twin, which is no second conversion."""
    visitor = visitor or persona()
    names = {key: letters(value) for key, value in (("fn0", visitor.first_name), ("ln0", visitor.last_name))}
    tokens = {
        "em": base64url(visitor.email.lower()),
        "pn": base64url(visitor.phone),
        **{key: base64url(value) for key, value in names.items()},
        "pc0": visitor.postal_code,
        "co0": visitor.country,
    }
    moment = str(int(at * 1000))
    url = _url(
        f"{host}/{account}/",
        {
            "random": moment,
            "fst": moment,
            "label": LABEL,
            "value": order.value,
            "currency_code": order.currency,
            "oid": order.order_id,
            "item": "".join(f"({item.price}*{item.quantity}*{item.id}**)" for item in order.items),
            "gclaw": visitor.click_ids["gclid"],
            "auid": "1116446470.1795286300",
            "url": thanks(order),
            "em": "~".join(["tv.1", *(f"{key}.{value}" for key, value in tokens.items())]),
        },
        changes,
    )
    return an_exchange(Request(method="GET", url=url), name=name, at=at, page=thanks(order), **exchange)


def google_capi(
    changes: Changes | None = None,
    *,
    order: Conversion = ORDER,
    visitor: Persona | None = None,
    name: str = "google-capi",
    at: float = ORDERED + 0.9,
    account: str = ADS_ACCOUNT,
    **exchange: Any,
) -> Exchange:
    visitor = visitor or persona()
    event = {
        "transactionId": order.order_id,
        "eventTimestamp": datetime.fromtimestamp(int(order.at), UTC).isoformat().replace("+00:00", "Z"),
        "eventSource": "WEB",
        "conversionValue": float(order.value),
        "currency": order.currency,
        "adIdentifiers": {"gclid": visitor.click_ids["gclid"]},
        "userData": {
            "userIdentifiers": [
                {"emailAddress": hexed(visitor.email.lower())},
                {"phoneNumber": hexed(visitor.phone)},
                {
                    "address": {
                        "givenName": hexed(letters(visitor.first_name)),
                        "familyName": hexed(letters(visitor.last_name)),
                        "postalCode": visitor.postal_code,
                        "regionCode": visitor.country,
                    }
                },
            ]
        },
        "cartData": {
            "items": [
                {"merchantProductId": item.id, "quantity": item.quantity, "unitPrice": float(item.price)}
                for item in order.items
            ]
        },
    }
    body = {
        "destinations": [
            {
                "operatingAccount": {"accountType": "GOOGLE_ADS", "accountId": account},
                "productDestinationId": ACTION,
            }
        ],
        "events": [_changed(event, changes)],
        "encoding": "HEX",
    }
    url = "https://datamanager.googleapis.com/v1/events:ingest"
    return _call(url, body, name=name, at=at, token="ya29.test-token", **exchange)


def an_upload(vendor: str, text: str, *, file: str, name: str = "upload", at: float = LATER + 300) -> Exchange:
    """A file that was handed to the harness; it is sent nowhere and answered by nobody."""
    kind = "text/csv" if file.endswith(".csv") else "application/jsonl"
    request = Request(
        method="UPLOAD",
        url=f"upload://{vendor}/{file}",
        headers=(("content-type", kind),),
        body=Body(text=text, size=len(text.encode())),
    )
    return an_exchange(request, name=name, at=at, origin=Origin.SERVER, response=None, answered_by="", step=4)


def meta_upload(changes: Changes | None = None, *, order: Conversion = STORE_SALE, **upload: Any) -> Exchange:
    """The order as a line of a file of events."""
    event = {
        "event_name": "Purchase",
        "event_time": int(order.at),
        "event_id": event_id_of(order),
        "action_source": order.action_source,
        "user_data": {name: [value] for name, value in _meta_identifiers(persona()).items()},
        "custom_data": {"value": float(order.value), "currency": order.currency, "order_id": order.order_id},
    }
    return an_upload("meta", json.dumps(_changed(event, changes)) + "\n", **{"file": "sales.jsonl"} | upload)


def google_upload(*rows: str, order: Conversion = STORE_SALE, **upload: Any) -> Exchange:
    """The order as the row of a file of clicks, or the rows that are given."""
    moment = datetime.fromtimestamp(order.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    row = f"{persona().click_ids['gclid']},{ACTION},{moment},{order.order_id},{order.value},{order.currency}"
    head = "Google Click ID,Conversion Name,Conversion Time,Order ID,Conversion Value,Conversion Currency"
    text = "\n".join(["Parameters:TimeZone=+0000", head, *(rows or (row,))]) + "\n"
    return an_upload("google-ads", text, **{"file": "sales.csv"} | upload)


def teads_tag(
    changes: Changes | None = None,
    *,
    order: Conversion = ORDER,
    visitor: Persona | None = None,
    name: str = "teads-tag",
    at: float = ORDERED + 0.4,
    **exchange: Any,
) -> Exchange:
    visitor = visitor or persona()
    url = _url(
        "https://t.teads.tv/track",
        {
            "action": "conversion",
            "conversion_type": "Purchase",
            "name": "Completed Purchase",
            "price": order.value,
            "currency": order.currency,
            "tag_version": "7.7.0_f6b9e29",
            "buyer_pixel_id": str(TEADS_PIXEL),
            "referer": thanks(order),
            "user_session_id": SESSION,
            "auctid": visitor.click_ids["auctid"],
        },
        changes,
    )
    return an_exchange(Request(method="GET", url=url), name=name, at=at, page=thanks(order), **exchange)


def google_enhancement(
    email: str, *, order: Conversion = ORDER, name: str = "enhancement", **exchange: Any
) -> Exchange:
    """An upload that enriches the tag's conversion with an email as it is sent."""
    adjustment = {
        "adjustmentType": "ENHANCEMENT",
        "orderId": order.order_id,
        "conversionAction": f"customers/{ADS_ACCOUNT}/conversionActions/{ACTION}",
        "userIdentifiers": [{"hashedEmail": email}],
    }
    url = f"https://googleads.googleapis.com/v25/customers/{ADS_ACCOUNT}:uploadConversionAdjustments"
    body = {"conversionAdjustments": [adjustment], "partialFailure": True}
    return _call(url, body, name=name, at=ORDERED + 2, token="test-token", **exchange)


def marked(call: Exchange, **mark: Any) -> Exchange:
    """The call with something more at the top of its JSON: a test code, or the wish to be checked only."""
    text = call.request.body.text if call.request.body else None
    text = json.dumps({**json.loads(text or "{}"), **mark})
    return replace(call, request=replace(call.request, body=Body(text=text, size=len(text))))


def teads_capi(
    changes: Changes | None = None,
    *,
    order: Conversion = ORDER,
    visitor: Persona | None = None,
    name: str = "teads-capi",
    at: float = ORDERED + 0.9,
    **exchange: Any,
) -> Exchange:
    visitor = visitor or persona()
    event = {
        "action": "conversion",
        "auctid": visitor.click_ids["auctid"],
        "user_session_id": SESSION,
        "buyer_pixel_id": TEADS_PIXEL,
        "conversion_type": "Purchase",
        "conversion_params": {
            "name": "Completed Purchase",
            "price": float(order.value),
            "currency": order.currency,
        },
        "event_source_url": thanks(order),
        "event_time": int(order.at),
        "privacy": {"consent": True},
    }
    url = "https://ca.teads.tv/v1/event"
    return _call(url, _changed(event, changes), name=name, at=at, token="teads-test-token", **exchange)


def tealium_collect(
    changes: Changes | None = None,
    *,
    order: Conversion = ORDER,
    visitor: Persona | None = None,
    name: str = "tealium-collect",
    at: float = ORDERED + 0.6,
    account: str = TEALIUM,
    **exchange: Any,
) -> Exchange:
    visitor = visitor or persona()
    data = {
        "tealium_event": "purchase",
        "order_id": order.order_id,
        "order_total": order.value,
        "order_currency": order.currency,
        "customer_email": visitor.email,
        "customer_phone": visitor.phone,
        "dom.url": thanks(order),
    }
    form = _changed({"data": data, "event": "view", "post_time": int(at * 1000)}, changes)
    text = f'--edge\r\nContent-Disposition: form-data; name="data"\r\n\r\n{json.dumps(form)}\r\n--edge--\r\n'
    request = Request(
        method="POST",
        url=f"https://collect.cornershop.test/{account}/2/i.gif",
        headers=(("Content-Type", "multipart/form-data; boundary=edge"),),
        body=Body(text=text, size=len(text)),
    )
    return an_exchange(request, name=name, at=at, page=thanks(order), **{"type": "xmlhttprequest", **exchange})


def _url(address: str, parameters: Mapping[str, str], changes: Changes | None) -> str:
    changed = {**parameters, **(changes or {})}
    return f"{address}?{urlencode({name: value for name, value in changed.items() if value is not None})}"


def _call(url: str, body: Any, *, name: str, at: float, token: str = "", **exchange: Any) -> Exchange:
    headers = (("Content-Type", "application/json"),)
    text = json.dumps(body)
    request = Request(
        method="POST",
        url=url,
        headers=(*headers, ("Authorization", f"Bearer {token}")) if token else headers,
        body=Body(text=text, size=len(text)),
    )
    return an_exchange(request, name=name, at=at, origin=Origin.SERVER, **exchange)


def _changed(tree: dict[str, Any], changes: Changes | None) -> dict[str, Any]:
    changed = deepcopy(tree)
    for path, value in (changes or {}).items():
        *parents, last = path.split("/")
        place: Any = changed
        for part in parents:
            place = place[int(part) if isinstance(place, list) else part]
        key: Any = int(last) if isinstance(place, list) else last
        if value is None:
            del place[key]
        else:
            place[key] = value
    return changed


HEALTHY = {
    "meta": (meta_tag, meta_capi),
    "google-ads": (google_tag, google_capi),
    "teads": (teads_tag, teads_capi),
    "tealium": (tealium_collect,),
}


# --- recordings ---------------------------------------------------------------------------------------------------


def a_recording(*exchanges: Exchange, vendors: tuple[str, ...] = (), **changes: Any) -> Recording:
    """A run that made one order and sent these requests; `vendors` are those of the scenario, all of them if none."""
    told: dict[str, Any] = {
        "run_id": "shop--none",
        "suite_id": "suite",
        "scenario": a_snapshot(*vendors),
        "profile": OPEN,
        "persona": SEED,
        "started_at": START,
        "finished_at": START + 20.0,
        "harness_version": "0.1.0",
        "browser": BrowserInfo(name="Chromium", version="156", flavour="headless-shell", enforcer="proxy"),
        "steps": (
            StepRecord(index=0, verb="open", summary="open /", started_at=START, ended_at=START + 1.0, url=f"{SHOP}/"),
        ),
        "conversions": (ORDER,),
        "exchanges": tuple(exchanges),
        "server_source": SETTLED,
    }
    return Recording(**(told | changes))


def a_healthy_recording(
    *vendors: str, seed: PersonaSeed = SEED, order: Conversion = ORDER, **changes: Any
) -> Recording:
    """One order, reported as it should be by every channel of these vendors, or of all."""
    visitor = persona(seed)
    chosen = vendors or tuple(HEALTHY)
    sent = [landing(visitor=visitor)]
    sent += [build(visitor=visitor, order=order) for vendor in chosen for build in HEALTHY[vendor]]
    told: dict[str, Any] = {"persona": seed, "conversions": (order,)}
    return a_recording(*sent, vendors=chosen, **(told | changes))


def without(recording: Recording, *ids: str) -> Recording:
    """The recording without these exchanges."""
    return replace(recording, exchanges=tuple(each for each in recording.exchanges if each.id not in ids))


def with_blocked(recording: Recording, *ids: str) -> Recording:
    """The recording of a blocker's visit, in which a rule stopped these exchanges."""
    return replace(
        recording,
        profile=BLOCKING,
        exchanges=tuple(blocked(each) if each.id in ids else each for each in recording.exchanges),
    )


def blocked(exchange: Exchange) -> Exchange:
    return replace(
        exchange,
        fate=Fate.BLOCKED,
        response=None,
        answered_by="",
        ended_at=None,
        blocking=Blocking(rule="||facebook.com^", list="own", line=3),
    )


def with_account(recording: Recording, vendor: str, **changes: Any) -> Recording:
    """The recording of a scenario that sets this vendor up in another way."""
    accounts = tuple(
        replace(account, **changes) if account.vendor == vendor else account for account in recording.scenario.vendors
    )
    return replace(recording, scenario=replace(recording.scenario, vendors=accounts))


# --- judging ------------------------------------------------------------------------------------------------------


def decoded(recording: Recording) -> Decoded:
    accounts = {account.vendor: account for account in recording.scenario.vendors}
    return decode(recording.exchanges, specs().values(), accounts)


def facts_of(recording: Recording) -> dict[str, VendorFacts]:
    return compare(recording, decoded(recording), persona(recording.persona), specs())


def evidence_of(
    recording: Recording, vendor: str, known: Mapping[str, VendorSpec] | None = None, **changes: Any
) -> Evidence:
    events = decoded(recording)
    facts = compare(recording, events, persona(recording.persona), known or specs())
    evidence = Evidence(
        recording=recording,
        persona=persona(recording.persona),
        decoded=events,
        vendor=facts[vendor],
        all_vendors=facts,
    )
    return replace(evidence, **changes)


def outcomes_of(recording: Recording, vendor: str, **changes: Any) -> dict[str, Outcome]:
    """Every check's outcome for one vendor, by the check's ID; for the vendor `""`, of those of the whole run."""
    judged = (
        judge(evidence_of(recording, vendor, **changes)) if vendor else judge_run(run_evidence_of(recording, **changes))
    )
    return {outcome.check: outcome for outcome in judged}


def run_evidence_of(recording: Recording, baseline: Recording | None = None) -> RunEvidence:
    """As when it was stored and read again: what leaked is looked for by the labels of its values."""
    visitor = persona(recording.persona)
    events = decoded(recording)
    stored = Redactor([visitor], salt="salt").redact_recording(recording)
    return RunEvidence(
        recording=recording,
        persona=visitor,
        decoded=events,
        vendors=compare(recording, events, visitor, specs()),
        exposures=exposures(stored, events, identifiers_named),
        layers=layer_facts(
            stored, identifiers_named, [specs()[vendor.vendor] for vendor in recording.scenario.vendors]
        ),
        baseline=baseline,
    )


class Told(NamedTuple):
    """What is asserted about a finding; `exchanges` are those it points to."""

    severity: str
    message: str
    expected: str = ""
    found: str = ""
    rule: str = ""
    exchanges: tuple[str, ...] = ()


class Skipped(NamedTuple):
    reason: str
    undecided: bool = False


# One of several, several of one, a plural that is one thing, and abbreviations in small letters.
_BADLY_WORDED = re.compile(
    r"\b1 (?!is\b|was\b)[a-z]+s\b|(?<!RFC )\b(?!1\b)\d+ (?:call|order|time|event|field|entry|day|hour|minute|second)\b"
    r"|^The (?:items|[\w ]+ IDs)\b[^;:]* (?:is|was) |^The [\w ]*\b(?:ip|id|url)\b"
)


def told(finding: Finding) -> Told:
    assert not _BADLY_WORDED.search(finding.message), finding.message
    return Told(
        severity=finding.severity.value,
        message=finding.message,
        expected=finding.expected,
        found=finding.found,
        rule=finding.citation.rule if finding.citation else "",
        exchanges=finding.exchanges,
    )


def passes(check: str, recording: Recording, vendor: str = "meta", **changes: Any) -> bool:
    """Did the check judge and find nothing?"""
    outcome = outcomes_of(recording, vendor, **changes)[check]
    return (outcome.outcome, outcome.findings, outcome.reason) == (CheckOutcome.PASSED, (), "")


def findings_of(check: str, recording: Recording, vendor: str = "meta", **changes: Any) -> list[Told]:
    """What a check found, having made sure that every finding can be followed to its proof and its rule."""
    outcome = outcomes_of(recording, vendor, **changes)[check]
    events = {event.id for event in decoded(recording).events}
    for finding in outcome.findings:
        assert_provable(finding, recording, events)
    failed = any(finding.severity != "info" for finding in outcome.findings)
    assert outcome.outcome is (CheckOutcome.FAILED if failed else CheckOutcome.PASSED), outcome.reason
    return [told(finding) for finding in outcome.findings]


def the_finding(check: str, recording: Recording, vendor: str = "meta", **changes: Any) -> Told:
    (finding,) = findings_of(check, recording, vendor, **changes)
    return finding


def skip_of(check: str, recording: Recording, vendor: str = "meta", **changes: Any) -> Skipped:
    outcome = outcomes_of(recording, vendor, **changes)[check]
    assert outcome.outcome is CheckOutcome.SKIPPED, outcome
    assert outcome.findings == ()
    return Skipped(outcome.reason, outcome.undecided)


def assert_provable(finding: Finding, recording: Recording, events: Collection[str]) -> None:
    """A finding says why and what to do, points at what is there, and cites a rule of its vendor's spec."""
    assert finding.why
    assert finding.remedy
    assert set(finding.events) <= set(events)
    assert set(finding.exchanges) <= {exchange.id for exchange in recording.exchanges}
    if finding.citation is not None:
        rule = specs()[finding.vendor].rules()[finding.citation.rule]
        assert finding.citation.says == rule.says
        assert len(finding.citation.sources) == len(rule.sources)
        assert not (rule.basis == "inferred" and finding.severity == "error")
