"""Hosts are matched exactly or by suffix, and connections only to what is allowed."""

from __future__ import annotations

import pytest

from harness.model.recording import Request
from harness.record.libraries import Libraries
from harness.record.policy import TrafficPolicy, is_among, normal_host


@pytest.mark.parametrize(
    ("host", "pattern", "matches"),
    [
        ("shop.test", "shop.test", True),
        ("www.shop.test", "shop.test", False),
        ("www.shop.test", "*.shop.test", True),
        ("a.b.shop.test", "*.shop.test", True),
        ("shop.test", "*.shop.test", False),
        ("evilshop.test", "*.shop.test", False),
        (".shop.test", "*.shop.test", False),
    ],
)
def test_hosts_match_exactly_or_as_subdomains(host: str, pattern: str, matches: bool) -> None:
    assert is_among(host, (pattern,)) is matches


def test_host_names_are_compared_in_one_form() -> None:
    assert normal_host("Shop.TEST.") == "shop.test"


def test_connections_go_to_upstreams_and_allowed_hosts_only() -> None:
    policy = TrafficPolicy(routes={"shop.test": ("127.0.0.1", 8000)}, allow_hosts=("*.cdn.test",))
    assert policy.may_connect("127.0.0.1", 8000)
    assert policy.may_connect("a.CDN.test", 443)
    assert not policy.may_connect("127.0.0.1", 8001)
    assert not policy.may_connect("shop.test", 8000)
    assert not policy.may_connect("cdn.test", 443)


@pytest.mark.parametrize(
    ("host", "path", "is_site"),
    [
        ("shop.test", "/", True),
        ("vendor.test", "/tag.js", True),
        ("vendor.test", "/config/7.js", True),
        ("vendor.test", "/", False),
        ("vendor.test", "/event", False),
        ("vendor.test", "/tag.js/event", False),
        ("www.shop.test", "/", False),
    ],
)
def test_a_site_may_have_some_paths_of_a_host_only(host: str, path: str, is_site: bool) -> None:
    place = ("127.0.0.1", 8000)
    policy = TrafficPolicy(routes=dict.fromkeys(("shop.test", "vendor.test/tag.js", "vendor.test/config/*.js"), place))
    assert policy.upstream(host, path) == (place if is_site else None)


def test_nothing_is_allowed_by_default() -> None:
    policy = TrafficPolicy()
    assert not policy.allows("shop.test")
    assert policy.is_noise("update.googleapis.com")
    assert not policy.is_noise("www.googleapis.com")


VENDOR = Request(method="GET", url="https://cdn.vendor.example/tag.js")
LIBRARIES = Libraries(has=lambda request: request.url.endswith(".js"), hosts=(r"cdn\.vendor\.example",))


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("http://127.0.0.1:8898/ads/v1/events?a=1", "https://api.ads.example/v1/events?a=1"),
        ("http://localhost:8898/ads", "https://api.ads.example/"),
        ("http://127.0.0.1:8898/other/v1", "http://127.0.0.1:8898/other/v1"),
        ("http://127.0.0.1:9000/ads/v1", "http://127.0.0.1:9000/ads/v1"),
        ("https://shop.test/ads/v1", "https://shop.test/ads/v1"),
    ],
)
def test_a_path_of_the_own_port_stands_for_a_vendor_and_no_other_does(url: str, meant: str) -> None:
    policy = TrafficPolicy(base_urls={"ads": "https://api.ads.example"})
    assert policy.meant(Request(method="POST", url=url), 8898).url == meant


def test_code_of_vendors_is_fetched_from_their_hosts_and_from_allowed_ones() -> None:
    policy = TrafficPolicy(libraries=LIBRARIES, allow_hosts=("shop.test",))
    assert policy.is_library(VENDOR, "cdn.vendor.example")
    assert policy.is_library(VENDOR, "shop.test")
    assert not policy.is_library(VENDOR, "stranger.example")
    assert not policy.is_library(Request(method="POST", url="https://cdn.vendor.example/event"), "cdn.vendor.example")
    assert policy.may_connect("cdn.vendor.example", 443)
    assert not policy.may_connect("stranger.example", 443)
    assert not TrafficPolicy(allow_hosts=("shop.test",)).is_library(VENDOR, "shop.test")


def test_a_star_is_every_host() -> None:
    assert TrafficPolicy(allow_hosts=("*",)).allows("any.example")
