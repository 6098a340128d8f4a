"""LinkedIn's server call has the shape the vendor documents."""

from dataclasses import replace
from hashlib import sha256

import pytest

from harness.demo.purchase import Visit
from harness.demo.vendors import linkedin


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _id_types(purchase):
    return [each["idType"] for each in linkedin.call(purchase).body["user"]["userIds"]]


def test_the_call_names_the_servers_rule_and_the_version(purchase):
    call = linkedin.call(purchase)
    assert call.url == "https://api.linkedin.com/rest/conversionEvents"
    assert call.headers["Authorization"].startswith("Bearer AQXdemo")
    assert call.headers["LinkedIn-Version"] == "202604"
    assert call.headers["X-Restli-Protocol-Version"] == "2.0.0"
    assert call.body["conversion"] == "urn:lla:llaPartnerConversion:20475814"


def test_the_time_has_milliseconds_and_the_amount_is_text(purchase):
    body = linkedin.call(purchase).body
    assert body["conversionHappenedAt"] == 1795286400700
    assert body["conversionValue"] == {"currencyCode": "EUR", "amount": "129.90"}
    assert body["eventId"] == purchase.event_id


def test_only_the_email_is_hashed(purchase):
    assert linkedin.call(purchase).body["user"] == {
        "userIds": [
            {"idType": "SHA256_EMAIL", "idValue": _hash("jane.doe@mail.example")},
            {"idType": "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", "idValue": "8f08d462-15be-46ce-9515-dd9bdde02235"},
            {"idType": "PLAINTEXT_IP_ADDRESS", "idValue": "198.51.100.7"},
        ],
        "externalIds": ["CUST-42"],
        "userInfo": {"firstName": "Mary Ann", "lastName": "O'Brien", "countryCode": "DE"},
    }


def test_the_click_is_the_one_the_tag_remembered(purchase):
    visit = replace(purchase.visit, cookies={"li_fat_id": "0b5e7c1a-9d24-4f83-a6c0-3e2f1d4b5a69"})
    user = linkedin.call(replace(purchase, visit=visit)).body["user"]
    assert user["userIds"][1]["idValue"] == "0b5e7c1a-9d24-4f83-a6c0-3e2f1d4b5a69"


@pytest.mark.parametrize("address", ["2001:db8::7", ""])
def test_only_an_ipv4_address_is_sent(purchase, address):
    assert "PLAINTEXT_IP_ADDRESS" not in _id_types(replace(purchase, visit=Visit(ip_address=address)))


def test_one_name_alone_is_no_user_info(purchase):
    nameless = replace(purchase.customer, first_name=" ")
    assert "userInfo" not in linkedin.call(replace(purchase, customer=nameless)).body["user"]


def test_what_is_unknown_is_left_out(purchase):
    unknown = replace(purchase.customer, email="", external_id="")
    call = linkedin.call(replace(purchase, event_id="", customer=unknown, visit=Visit()))
    assert "eventId" not in call.body
    assert call.body["user"]["userIds"] == []
    assert "externalIds" not in call.body["user"]
