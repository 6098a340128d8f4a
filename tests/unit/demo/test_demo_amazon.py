"""Amazon's server call has the shape the vendor documents."""

from dataclasses import replace
from hashlib import sha256

from harness.demo.purchase import Visit
from harness.demo.vendors import amazon


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_the_call_goes_to_the_advertiser_in_europe(purchase):
    call = amazon.call(purchase)
    assert call.url == "https://advertising-api-eu.amazon.com/adsApi/v1/create/events"
    assert call.headers["Authorization"].startswith("Bearer Atza|demo")
    assert call.headers["Amazon-Ads-AccountId"] == "584417302915"
    assert call.headers["Amazon-Ads-ClientId"].startswith("amzn1.application-oa2-client.")


def test_the_event_says_what_was_bought_and_what_was_consented_to(purchase):
    (event,) = amazon.call(purchase).body["events"]
    assert event.pop("matchKeys")
    assert event == {
        "eventDescription": {
            "name": "Purchase",
            "conversionType": "OFF_AMAZON_PURCHASES",
            "eventSource": "WEBSITE",
            "eventIngestionMethod": "SERVER_TO_SERVER",
            "dataSetName": "Corner_Shop",
        },
        "countryCode": "DE",
        "eventTime": "2026-11-21T18:40:00Z",
        "eventId": purchase.event_id,
        "value": 129.9,
        "currencyCode": "EUR",
        "unitsSold": 2,
        "consent": {
            "geo": {"ipAddress": "198.51.100.7"},
            "amazonConsent": {"amznAdStorage": "GRANTED", "amznUserData": "GRANTED"},
        },
    }


def test_match_keys_have_one_value_each_and_all_but_the_match_id_are_hashed(purchase):
    assert amazon.call(purchase).body["events"][0]["matchKeys"] == [
        {"type": "EMAIL", "values": [_hash("jane.doe@mail.example")]},
        {"type": "PHONE", "values": [_hash("+4915123456789")]},
        {"type": "FIRST_NAME", "values": [_hash("maryann")]},
        {"type": "LAST_NAME", "values": [_hash("obrien")]},
        {"type": "ADDRESS", "values": [_hash("hauptstr5")]},
        {"type": "CITY", "values": [_hash("badkln")]},
        {"type": "POSTAL", "values": [_hash("10115")]},
        {"type": "MATCH_ID", "values": ["CUST-42"]},
    ]


def test_what_is_unknown_is_left_out(purchase):
    nameless = replace(purchase.customer, first_name="", external_id="")
    call = amazon.call(replace(purchase, event_id="", customer=nameless, visit=Visit()))
    (event,) = call.body["events"]
    assert "eventId" not in event
    assert event["consent"].keys() == {"amazonConsent"}
    assert {key["type"] for key in event["matchKeys"]}.isdisjoint({"FIRST_NAME", "MATCH_ID"})


def test_in_tealium_the_tags_own_event_id_is_taken(purchase):
    call = amazon.call(replace(purchase, event_ids={"amazon": "purchase.0192a000"}))
    assert call.body["events"][0]["eventId"] == "purchase.0192a000"
    assert amazon.VENDOR.event_id_attributes["purchase"] == "amazon_event_id_Off-AmazonPurchases_17"
