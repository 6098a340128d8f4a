"""What becomes of a visit that was only listened to: what is kept of it, who is to be judged, and on what grounds?"""

from __future__ import annotations

import hashlib
import ipaddress
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from harness import __version__
from harness.comparators.sightings import sightings
from harness.comparators.suppositions import supposed_conversions
from harness.comparators.user_agents import browser_heard
from harness.decode import decode
from harness.decode.matching import is_host_of, is_vendors
from harness.model.event import Event
from harness.model.facts import Sighting
from harness.model.persona import Persona, PersonaSeed
from harness.model.profile import Profile
from harness.model.recording import (
    Body,
    BrowserInfo,
    Canary,
    Conversion,
    Exchange,
    Fate,
    FilterListInfo,
    LegRecord,
    Origin,
    Recording,
    Request,
    ServerSource,
)
from harness.model.scenario import ScenarioSnapshot, ServerCalls, Site, VendorAccount
from harness.model.spec import VendorSpec
from harness.personas import make_persona
from harness.pipeline.gaps import SERVERS_UNSEEN, visit_gaps
from harness.pipeline.recording import redactor_for
from harness.pipeline.requests import Specs
from harness.pipeline.strangers import strangers_in
from harness.record.attribution import RunTokens, attribute, persona_tokens
from harness.record.listening import Ears
from harness.redaction import Redactor

_NOBODY = PersonaSeed(token="")
# Addresses of machines become other addresses, which can still be judged.
_ADDRESS = "IP address"
_SOURCE = "listened"


@dataclass(slots=True)
class Hearing:
    """What was heard so far. Each exchange is looked at once for whether it is a vendor's business."""

    specs: Specs
    events: tuple[Event, ...] = ()
    _is_vendors: dict[str, bool] = field(default_factory=dict)
    _seen: frozenset[tuple[str, str]] = frozenset()
    _mine: tuple[Exchange, ...] = ()

    def take(self, heard: Iterable[Exchange]) -> bool:
        """Whether there is anything new among these."""
        mine = self.of_vendors(heard)
        seen = frozenset((each.id, each.fate) for each in mine)
        if seen == self._seen:
            return False
        self._seen = seen
        self._mine = tuple(mine)
        self.events = decode(mine, self.specs.values()).events
        return True

    def of_vendors(self, heard: Iterable[Exchange]) -> list[Exchange]:
        return [each for each in heard if self._concerns(each)]

    def _concerns(self, exchange: Exchange) -> bool:
        if exchange.id not in self._is_vendors:
            self._is_vendors[exchange.id] = is_vendors(exchange, self.specs.values())
        return self._is_vendors[exchange.id]

    def sightings(self) -> tuple[Sighting, ...]:
        return sightings(self.events, self.specs)

    def redactor(self, personas: Sequence[Persona], salt: str) -> Redactor:
        strangers = strangers_in(self._mine, self.events, self.specs)
        return redactor_for(
            personas, salt, self.specs, {value: name for value, name in strangers.items() if name != _ADDRESS}
        )

    def order_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(event.order_id for event in self.events if event.order_id))


def kept(heard: Iterable[Exchange], hearing: Hearing) -> tuple[Exchange, ...]:
    """Vendors' calls, and of the site no more than which pages there were; IP addresses are not the visitor's own."""
    exchanges = list(heard)
    mine = {each.id for each in hearing.of_vendors(exchanges)}
    addresses = _addresses_in(hearing.events)
    found = [
        _with_other_addresses(each, addresses) if each.id in mine else _page_alone(each)
        for each in exchanges
        if each.id in mine or each.type == "document"
    ]
    return tuple(sorted(found, key=lambda each: (each.started_at, each.id)))


def _page_alone(exchange: Exchange) -> Exchange:
    parts = urlsplit(exchange.request.url)
    request = Request(method=exchange.request.method, url=f"{parts.scheme}://{parts.netloc}{parts.path}")
    response = replace(exchange.response, headers=(), body=None) if exchange.response is not None else None
    return replace(exchange, request=request, response=response, page="")


def _addresses_in(events: Iterable[Event]) -> dict[str, str]:
    """Addresses of people's machines in the calls, each with one that is set aside for documentation."""
    texts = {text for event in events for values in event.identifiers.values() for text in values}
    found = {}
    for text in texts:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        if address.is_global:
            digest = hashlib.sha256(text.encode()).hexdigest()
            is_short = address.version == 4
            found[text] = f"198.51.100.{int(digest, 16) % 254 + 1}" if is_short else f"2001:db8::{digest[:4]}"
    return found


def _with_other_addresses(exchange: Exchange, addresses: Mapping[str, str]) -> Exchange:
    def changed(text: str) -> str:
        for address, other in addresses.items():
            text = text.replace(address, other)
        return text

    request = exchange.request
    body = request.body
    if body is not None and body.text is not None:
        body = Body(text=changed(body.text), size=body.size)
    headers = tuple((name, changed(value)) for name, value in request.headers)
    response = exchange.response
    if response is not None and exchange.answered_by != "stand-in":
        response = replace(response, body=None)
    changed_request = replace(request, url=changed(request.url), headers=headers, body=body)
    return replace(exchange, request=changed_request, response=response)


def accounts_of(
    events: Sequence[Event], orders: Sequence[Conversion], specs: Specs, wanted: Sequence[str]
) -> tuple[tuple[VendorAccount, ...], tuple[str, ...]]:
    """The vendors to be judged, and those of which nobody knows which of their events is the order.

    Without `wanted` they are those that were heard, by the channels they were heard on.
    """
    heard = {event.vendor: specs[event.vendor] for event in events}
    accounts, unclear = [], []
    for name in wanted or [name for name in specs if name in heard]:
        spec = specs[name]
        mine = [event for event in events if event.vendor == name]
        usual = ("tag", "capi") if spec.kind == "platform" else ("collect",)
        channels = usual if wanted else tuple(dict.fromkeys(event.channel for event in mine))
        names = _names_of(mine, orders) if spec.event_names.chosen_by_site else {}
        if orders and mine and spec.event_names.chosen_by_site and not names:
            unclear.append(name)
            continue
        accounts.append(VendorAccount(vendor=name, channels=channels, names=names))
    return tuple(accounts), tuple(unclear)


def _names_of(events: Iterable[Event], orders: Iterable[Conversion]) -> dict[str, dict[str, str]]:
    """The site's own names of the events that carry an order's ID."""
    kinds = {order.order_id: order.event for order in orders}
    found: dict[str, dict[str, str]] = {}
    for event in events:
        if event.order_id in kinds and event.name:
            found.setdefault(kinds[event.order_id], {}).setdefault(event.channel, event.name)
    return found


def orders_of(told: Iterable[Conversion], events: Sequence[Event]) -> tuple[Conversion, ...]:
    """Each order once, at the moment when it was first heard of; where nobody told of any, what the calls tell of."""
    found: dict[str, Conversion] = {}
    for order in told:
        heard = [event.received_at for event in events if event.order_id == order.order_id]
        found[order.order_id] = replace(order, at=min([order.at, *heard]))
    return tuple(found.values()) or supposed_conversions(events)


def recording_of(
    ears: Ears,
    hearing: Hearing,
    *,
    persona: Persona,
    profile: Profile,
    lists: tuple[FilterListInfo, ...],
    site: str,
    accounts: tuple[VendorAccount, ...],
    orders: tuple[Conversion, ...],
    suite_id: str,
    started_at: float,
    opens: bool = False,
) -> Recording:
    """The evidence, not yet redacted. The visitor is the one that was proposed if any request says so, else nobody."""
    heard = ears.heard()
    tokens = RunTokens(run_id=_SOURCE, tokens=persona_tokens(persona))
    is_proposed = any(attribute(each, [tokens]) for each in heard)
    documents = [each.request.url for each in heard if each.type == "document"]
    landing = tuple(name for name, value in persona.click_ids.items() if any(value in url for url in documents))
    finished_at = time.time()
    recording = Recording(
        run_id=f"listen--{profile.id}",
        suite_id=suite_id,
        scenario=ScenarioSnapshot(
            id="listen",
            title="A visit that the harness listened to",
            site=Site(url=site or _site_of(documents)),
            vendors=accounts,
            landing_parameters=landing,
        ),
        profile=profile,
        persona=persona.seed if is_proposed else _NOBODY,
        started_at=started_at,
        finished_at=finished_at,
        harness_version=__version__,
        browser=_browser(heard, opens),
        legs=(LegRecord(name="", device="", profile=profile, started_at=started_at, finished_at=finished_at),),
        conversions=orders,
        exchanges=kept(heard, hearing),
        canaries=_self_checks(ears, hearing.specs.values()),
        filter_lists=lists,
        server_source=_server_source(ears, hearing, accounts, orders, finished_at),
    )
    visitor = persona if is_proposed else make_persona(_NOBODY, ())
    return replace(recording, gaps=(*_unheard(ears, hearing, recording), *visit_gaps(recording, visitor)))


def _browser(heard: Sequence[Exchange], opens: bool) -> BrowserInfo | None:
    """The visitor's own, as far as it says; None where no browser was heard."""
    if not any(each.origin is Origin.BROWSER for each in heard):
        return None
    family, version = browser_heard(heard) or ("", "")
    return BrowserInfo(
        name=family or "a browser that does not say which",
        version=version,
        flavour="opened here, used by hand" if opens else "your own browser",
    )


def _unheard(ears: Ears, hearing: Hearing, recording: Recording) -> Iterator[str]:
    """What may have been said all the same."""
    if recording.browser is None:
        yield "what the browser sent: nothing came to the port for browsers"
    for host in ears.distrusted:
        yield f"what a client tells {host}: it did not take our certificate"
    for host, why in _lost_scripts(hearing.of_vendors(ears.heard())).items():
        yield f"what the tags would have told whose script comes from {host}: it did not load ({why})"
    source = recording.server_source
    if source is not None and not source.observable:
        yield SERVERS_UNSEEN
    elif source is not None and not source.settled:
        yield "whether more server calls were to come: one that is not there may have come later, or another way"


def _lost_scripts(mine: Sequence[Exchange]) -> dict[str, str]:
    """Hosts of vendors' scripts that never came, with what became of the last attempt; what is blocked is wanted so."""
    scripts = [each for each in mine if each.type == "script" and each.fate is not Fate.BLOCKED]
    came = {urlsplit(each.request.url).path for each in scripts if each.response and each.response.status < 400}
    return {
        urlsplit(each.request.url).netloc: f"status {each.response.status}"
        if each.response is not None
        else each.error or "no answer"
        for each in scripts
        if urlsplit(each.request.url).path not in came
    }


def _site_of(documents: Sequence[str]) -> str:
    parts = urlsplit(documents[0]) if documents else None
    return f"{parts.scheme}://{parts.netloc}" if parts else ""


def _server_source(
    ears: Ears,
    hearing: Hearing,
    accounts: Iterable[VendorAccount],
    orders: Sequence[Conversion],
    until: float,
) -> ServerSource:
    """Servers are observable once anything of theirs has come: before that, nobody may have pointed one here."""
    budget = ServerCalls().budget
    if not any(each.answered_by != "harness" for each in ears.server.exchanges()):
        note = "no server spoke through the port for servers"
        return ServerSource(kind=_SOURCE, budget=budget, observable=False, note=note)
    told = {(event.vendor, event.order_id) for event in hearing.events if event.channel == "capi"}
    settled = all(
        (account.vendor, order.order_id) in told
        for account in accounts
        if "capi" in account.channels
        for order in orders
    )
    waited = round(until - max((order.at for order in orders), default=until), 3)
    return ServerSource(kind=_SOURCE, budget=budget, waited=waited, settled=settled)


def _self_checks(ears: Ears, specs: Iterable[VendorSpec]) -> tuple[Canary, ...]:
    """What was not heard though it was said. A site that refuses our certificate is only missing in the evidence."""
    checks = []
    if ears.proxy.failures:
        observed = "; ".join(ears.proxy.failures[:3])
        checks.append(Canary(name="proxy", expected="no failure", observed=observed, passed=False))
    known = tuple(specs)
    for host in ears.distrusted:
        is_vendor = any(is_host_of(spec, host) for spec in known)
        checks.append(
            Canary(name="trust", expected="our certificate is taken", observed=f"a client refused it for {host}",
                   passed=False, critical=is_vendor)
        )  # fmt: skip
    return tuple(checks)
