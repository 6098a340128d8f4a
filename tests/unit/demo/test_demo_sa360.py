"""The conversions API call of Campaign Manager 360 has the shape the vendor documents."""

from dataclasses import replace

import pytest

from harness.demo.purchase import Visit
from harness.demo.vendors import sa360

IDENTIFIERS = {"gclid", "dclid", "matchId", "impressionId", "mobileDeviceId", "encryptedUserId"}


def _conversion(purchase):
    call = sa360.call(purchase)
    assert call is not None
    (conversion,) = call.body["conversions"]
    return conversion


def test_the_call_names_profile_activity_and_order(purchase):
    call = sa360.call(purchase)
    assert call is not None
    assert call.url == (
        "https://dfareporting.googleapis.com/dfareporting/v5/userprofiles/7654321/conversions/batchinsert"
    )
    assert call.headers["Authorization"].startswith("Bearer ya29.demo-floodlight")
    assert call.body["kind"] == "dfareporting#conversionsBatchInsertRequest"
    assert _conversion(purchase) == {
        "kind": "dfareporting#conversion",
        "gclid": "EAIaIQobChMI_test",
        "floodlightConfigurationId": "80240016",
        "floodlightActivityId": "4480016",
        "ordinal": "CS-7F3K9Q2",
        "timestampMicros": "1795286400000000",
        "quantity": "2",
        "value": 129.9,
        "cartData": {
            "merchantId": "5550016",
            "merchantFeedLabel": "DE",
            "merchantFeedLanguage": "de",
            "items": [{"itemId": "CS-TEA-01", "quantity": 2, "unitPrice": 62.5}],
        },
        "adUserDataConsent": "GRANTED",
        "nonPersonalizedAd": False,
    }


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        (Visit(clicks={"gclid": "EAIa_Case", "dclid": "CO_Case"}), {"gclid": "EAIa_Case"}),
        (
            Visit(clicks={"gclid": "old"}, cookies={"_gcl_aw": "GCL.1795200000.from.the.cookie"}),
            {"gclid": "from.the.cookie"},
        ),
        (Visit(clicks={"dclid": "CO_Case"}), {"dclid": "CO_Case"}),
        (Visit(cookies={"_gcl_dc": "GCL.1795200000.CO_Case"}), {"dclid": "CO_Case"}),
        (Visit(), {"matchId": "CUST-42"}),
    ],
)
def test_the_user_is_named_once(purchase, visit, expected):
    conversion = _conversion(replace(purchase, visit=visit))
    assert {name: conversion[name] for name in IDENTIFIERS & conversion.keys()} == expected


def test_a_user_nobody_knows_is_not_reported(purchase):
    unknown = replace(purchase.customer, external_id="")
    assert sa360.call(replace(purchase, customer=unknown, visit=Visit())) is None
