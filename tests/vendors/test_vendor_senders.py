"""Mistakes that senders in the field make, as their public code makes them, are found and called by their names.

Each sender is described by what it does to a value, in words of our own; the request around it has its shape.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from builders import ORDER, SEED, a_recording, a_snapshot, persona, specs
from vendors.vendor_files import exchanges_of, scenario_with

from harness.checks import judge
from harness.comparators import compare
from harness.decode import decode
from harness.model.facts import Evidence
from harness.model.persona import Persona
from harness.model.result import Finding, Severity

# Two dots before the @, which is what tells the rules for mailboxes apart.
VISITOR = replace(persona(SEED), email="Isentrud.Maria.Kniephoff@Gmail.com")


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def first_dot_removed(email: str) -> str:
    """Segment's helper for Google Ads replaces a text, which takes the first dot of the mailbox and leaves the rest."""
    user, _, domain = email.strip().lower().partition("@")
    return f"{user.replace('.', '', 1)}@{domain}"


def digits(phone: str) -> str:
    """Segment's action for Microsoft: everything but digits goes, the plus sign too."""
    return re.sub(r"\D", "", phone)


def click_upload(visitor: Persona) -> dict[str, Any]:
    return {
        "url": "https://googleads.googleapis.com/v25/customers/1234567890:uploadClickConversions",
        "json": {
            "conversions": [
                {
                    "conversionAction": "customers/1234567890/conversionActions/555666777",
                    "conversionDateTime": "2026-11-21 18:40:00+00:00",
                    "orderId": ORDER.order_id,
                    "conversionValue": 129.9,
                    "currencyCode": "EUR",
                    "userIdentifiers": [{"hashedEmail": hashed(first_dot_removed(visitor.email))}],
                }
            ],
            "partialFailure": True,
        },
    }


def uet_event(visitor: Persona) -> dict[str, Any]:
    return {
        "url": "https://capi.uet.microsoft.com/v1/187012345/events",
        "json": {
            "data": [
                {
                    "eventType": "custom",
                    "eventName": "purchase",
                    "eventTime": 1795286400,
                    "eventId": "E-1",
                    "adStorageConsent": "G",
                    "userData": {"em": hashed(visitor.email.strip().lower()), "ph": hashed(digits(visitor.phone))},
                    "customData": {"transactionId": ORDER.order_id, "value": 129.9, "currency": "EUR"},
                }
            ],
            "dataProvider": "SEGMENT",
        },
    }


def floodlight_update(visitor: Persona) -> dict[str, Any]:
    """Its action hashes user details as they come, without any normaliser."""
    return {
        "url": "https://dfareporting.googleapis.com/dfareporting/v5/userprofiles/7654321/conversions/batchupdate",
        "json": {
            "kind": "dfareporting#conversionsBatchUpdateRequest",
            "conversions": [
                {
                    "kind": "dfareporting#conversion",
                    "matchId": visitor.external_id,
                    "ordinal": ORDER.order_id,
                    "timestampMicros": "1795286400000000",
                    "floodlightActivityId": "9988776",
                    "floodlightConfigurationId": "1234567",
                    "quantity": "1",
                    "value": 129.9,
                    "userIdentifiers": [{"hashedEmail": hashed(visitor.email)}],
                }
            ],
        },
    }


def linkedin_event(visitor: Persona) -> dict[str, Any]:
    """RudderStack hashes the address as it received it."""
    return {
        "url": "https://api.linkedin.com/rest/conversionEvents",
        "json": {
            "conversion": "urn:lla:llaPartnerConversion:104012",
            "conversionHappenedAt": 1795286400000,
            "eventId": "E-1",
            "conversionValue": {"currencyCode": "EUR", "amount": "129.90"},
            "user": {"userIds": [{"idType": "SHA256_EMAIL", "idValue": hashed(visitor.email)}]},
        },
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What it sends, `conversion` as the vendor calls the purchase, and words of the findings by identifier."""

    name: str
    vendor: str
    conversion: str = ""
    request: Callable[[Persona], dict[str, Any]]
    says: dict[str, str]


SENDERS = (
    Sender(
        name="Segment, enhanced conversions",
        vendor="google-ads",
        conversion="555666777",
        request=click_upload,
        says={"email": "after only the first dot of the mailbox was removed"},
    ),
    Sender(
        name="Segment, Microsoft CAPI",
        vendor="microsoft-uet",
        request=uet_event,
        says={
            "email": "without the mailbox rule that this vendor applies",
            "phone": "without the plus sign, which this vendor wants",
        },
    ),
    Sender(
        name="Segment, Campaign Manager 360",
        vendor="sa360",
        request=floodlight_update,
        says={"email": "without lower-casing it first"},
    ),
    Sender(
        name="RudderStack, LinkedIn",
        vendor="linkedin",
        conversion="104012",
        request=linkedin_event,
        says={"email": "without lower-casing it first"},
    ),
)


def findings(sender: Sender, visitor: Persona) -> dict[str, Finding]:
    entry = {"origin": "server", "headers": {"Authorization": "Bearer SYNTHETIC"}, **sender.request(visitor)}
    names = {ORDER.event: {"capi": sender.conversion}} if sender.conversion else {}
    accounts = {sender.vendor: replace(scenario_with(sender.vendor)[sender.vendor], names=names)}
    snapshot = a_snapshot(vendors=tuple(accounts.values()))
    run = a_recording(*exchanges_of({"requests": [entry]}), scenario=snapshot, conversions=(ORDER,))
    decoded = decode(run.exchanges, [specs()[sender.vendor]], accounts)
    facts = compare(run, decoded, visitor, specs())
    evidence = Evidence(
        recording=run, persona=visitor, decoded=decoded, vendor=facts[sender.vendor], all_vendors=facts,
    )  # fmt: skip
    return {
        finding.parameter: finding
        for outcome in judge(evidence)
        if outcome.check == "identifier-hashing"
        for finding in outcome.findings
        if finding.severity is not Severity.INFO
    }


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.name)
def test_a_mistake_of_a_sender_in_the_field_is_called_by_its_name(sender: Sender) -> None:
    found = findings(sender, VISITOR)
    assert {name: sender.says.get(name, "") in finding.message for name, finding in found.items()} == dict.fromkeys(
        sender.says, True
    ), [finding.message for finding in found.values()]
    assert all(finding.citation is not None and finding.citation.sources for finding in found.values())


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.name)
def test_a_visitor_with_whom_the_sender_is_right_is_no_finding(sender: Sender) -> None:
    """Where its shortcut and the vendor's rule lead to the same text, there is nothing to say about the email."""
    plain = replace(VISITOR, email="isentrud@mail.example")
    assert "email" not in findings(sender, plain)
