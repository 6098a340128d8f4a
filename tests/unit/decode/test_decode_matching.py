"""A rule reads a request only if method, host, path and parameters all fit, each as a whole."""

from __future__ import annotations

import pytest
from unit.decode.decode_builders import a_request, a_rule, a_spec

from harness.decode.codecs import DECODINGS
from harness.decode.documents import document_of
from harness.decode.matching import holds, host_of, is_host_of, read, readings, rule_for
from harness.decode.paths import Document
from harness.model.recording import Request
from harness.model.scenario import VendorAccount
from harness.model.spec import Decoding, Match, RequestRule

MATCH = Match(
    hosts=(r"t\.vendor\.test",),
    path=r"/hit/(?P<account>\d+)/?",
    methods=("POST",),
    where={"param/name": "[A-Z].*"},
    absent=("param/test",),
)
URL = "https://t.vendor.test/hit/42?name=Purchase"


def reading(request: Request, rule: RequestRule) -> Document | None:
    return read(request, rule, document_of(request))


def test_a_request_that_fits_is_read_with_the_groups_of_its_path() -> None:
    document = reading(a_request(URL, method="post"), a_rule(match=MATCH))
    assert document is not None
    assert document["path"] == {"account": "42"}
    assert document["param"] == {"name": "Purchase"}


@pytest.mark.parametrize(
    "request_",
    [
        a_request(URL, method="GET"),
        a_request(URL.replace("t.vendor", "xt.vendor"), method="POST"),
        a_request(URL.replace("vendor.test", "vendor.test.example"), method="POST"),
        a_request(URL.replace("/42", "/42/more"), method="POST"),
        a_request(URL.replace("Purchase", "purchase"), method="POST"),
        a_request(URL.replace("name", "other"), method="POST"),
        a_request(URL + "&test=", method="POST"),
        a_request("https://[broken", method="POST"),
    ],
)
def test_a_request_of_which_one_part_does_not_fit_is_not_read(request_: Request) -> None:
    assert reading(request_, a_rule(match=MATCH)) is None


def test_the_host_ignores_case_and_port() -> None:
    assert reading(a_request(URL.replace("t.vendor.test", "T.Vendor.Test:8443"), method="POST"), a_rule(match=MATCH))
    assert host_of("https://A.Test:1/") == "a.test"
    assert host_of("https://[") == ""
    assert is_host_of(a_spec(), "x.vendor.test")
    assert not is_host_of(a_spec(), "vendor.test.example")


def test_decodings_are_undone_before_the_parameters_are_looked_at() -> None:
    rule = a_rule(
        match=Match(where={"body/data/kind": "view"}),
        decodings=(Decoding(at="body/data", using="json"), Decoding(at="body/data/more", using="percent")),
    )
    form = {"content-type": "application/x-www-form-urlencoded"}
    document = reading(a_request(text='data={"kind":"view","more":"a%2520b"}', headers=form), rule)
    assert document is not None
    assert document["body"]["data"] == {"kind": "view", "more": "a b"}


def test_a_request_that_fails_on_what_is_plain_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DECODINGS, "json", lambda value, options: pytest.fail("decoded"))
    rule = a_rule(
        match=Match(where={"query/v": "2", "query/data/kind": "view"}),
        decodings=(Decoding(at="query/data", using="json"),),
    )
    assert reading(a_request("https://a.test/?v=1&data={}"), rule) is None


@pytest.mark.parametrize(
    ("at", "path"),
    [("query/data", "query/*/kind"), ("query/*", "query/data/kind"), ("query/d*", "query/data/kind")],
)
def test_a_condition_that_a_decoding_may_fulfil_waits_for_it(at: str, path: str) -> None:
    rule = a_rule(match=Match(where={path: "view"}), decodings=(Decoding(at=at, using="json"),))
    assert reading(a_request('https://a.test/?data={"kind":"view"}'), rule) is not None


def test_an_address_that_was_seen_before_is_read_by_its_own_method_and_parameters() -> None:
    specs = [
        a_spec(
            a_rule("get", match=Match(path="/hit", methods=("GET",))),
            a_rule("post", match=Match(path="/hit", methods=("POST",), where={"query/n": "1"})),
        )
    ]
    for method, query, expected in [
        ("GET", "", "get"),
        ("POST", "?n=1", "post"),
        ("POST", "?n=2", None),
        ("post", "?n=1", "post"),
        ("PUT", "", None),
        ("GET", "?n=1", "get"),
    ]:
        found = rule_for(a_request(f"https://a.test/hit{query}", method=method), specs)
        assert (found[1].id if found else None) == expected


@pytest.mark.parametrize("url", ["https://[broken", "https://a.test/other"])
def test_a_request_that_no_rule_can_read_is_read_by_none(url: str) -> None:
    assert rule_for(a_request(url), [a_spec(a_rule(match=Match(path="/hit")))]) is None


def test_the_first_rule_that_fits_reads_the_request() -> None:
    narrow = a_rule("narrow", match=Match(path="/hit", where={"param/name": "Purchase"}))
    wide = a_rule("wide", match=Match(path="/hit"))
    one, other = a_spec(narrow, wide), a_spec(a_rule("other", match=Match()), id="w")
    for url, expected in [("https://a.test/hit?name=Purchase", "narrow"), ("https://a.test/hit", "wide")]:
        found = rule_for(a_request(url), [one, other])
        assert found is not None
        assert found[1].id == expected
    found = rule_for(a_request("https://a.test/else"), [one, other])
    assert found is not None
    assert found[0].id == "w"
    assert rule_for(a_request("https://a.test/else"), [one]) is None


def test_conditions_hold_if_any_of_several_values_fits() -> None:
    document = {"list": [{"a": "x"}, {"a": "y"}]}
    assert holds(document, [("list/*/a", "y")])
    assert not holds(document, [("list/*/a", "z")])
    assert not holds(document, [], ["list/*/a"])
    assert holds(document, [], ["list/*/b"])


ANYWHERE = Match(where={"param/name": ".+"})
VENDOR = a_spec(a_rule(), a_rule("first-party", match=ANYWHERE), id="vendor", hosts=(r"t\.vendor\.test",))
COLLECTOR = a_spec(a_rule("collected", channel="collect", match=ANYWHERE), id="collector", kind="transport", hosts=())
OWN_HOST = "https://data.shop.test/hit?name=Purchase"


def readers(url: str, *scenario: VendorAccount) -> list[tuple[str, str]]:
    accounts = {account.vendor: account for account in scenario}
    return [(spec.id, rule.id) for spec, rule, _ in readings(a_request(url), [VENDOR, COLLECTOR], accounts=accounts)]


def test_a_first_party_hit_is_read_by_the_vendors_of_the_scenario() -> None:
    vendor, collector = VendorAccount(vendor="vendor"), VendorAccount(vendor="collector")
    assert readers(OWN_HOST, vendor) == [("vendor", "first-party")]
    assert readers(OWN_HOST, collector) == [("collector", "collected")]
    assert readers(OWN_HOST, vendor, collector) == [("vendor", "first-party"), ("collector", "collected")]


def test_where_the_scenario_has_none_of_them_the_first_that_fits_says_what_it_is() -> None:
    assert readers(OWN_HOST) == readers(OWN_HOST, VendorAccount(vendor="other")) == [("vendor", "first-party")]


def test_a_platform_reads_first_party_hits_of_the_channels_it_is_used_with() -> None:
    server_only, collector = VendorAccount(vendor="vendor", channels=("capi",)), VendorAccount(vendor="collector")
    assert readers(OWN_HOST, server_only, collector) == [("collector", "collected")]
    assert readers(OWN_HOST, server_only) == [("vendor", "first-party")]


def test_a_host_that_a_rule_names_belongs_to_one_vendor() -> None:
    scenario = (VendorAccount(vendor="vendor"), VendorAccount(vendor="collector"))
    assert readers("https://t.vendor.test/hit?name=Purchase", *scenario) == [("vendor", "hit")]
    assert readers("https://t.vendor.test/hit?name=Purchase", scenario[1]) == [("vendor", "hit")]
    assert readers("https://data.shop.test/hit", *scenario) == []
