"""Which hosts are the site's own?"""

from __future__ import annotations

import pytest
from builders import specs

from harness.comparators.hosts import is_beside, is_vendors_host, page_of


@pytest.mark.parametrize(
    ("host", "page"),
    [
        ("shop.example", "shop.example"),
        ("collect.shop.example", "www.shop.example"),
        ("shop.example", "www.shop.example"),
        ("data.xyz.de", "shop.xyz.de"),
        ("data.xyz.co.uk", "www.xyz.co.uk"),
        ("metrics.xyz.com.au", "shop.eu.xyz.com.au"),
        ("me.github.io", "me.github.io"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("intranet", "intranet"),
    ],
)
def test_hosts_under_the_sites_domain_are_its_own(host: str, page: str) -> None:
    assert is_beside(host, page)


@pytest.mark.parametrize(
    ("host", "page"),
    [
        ("other.example", "shop.example"),
        ("other.co.uk", "xyz.co.uk"),
        ("other.com.au", "www.xyz.com.au"),
        ("other.gouv.fr", "www.xyz.gouv.fr"),
        ("other.github.io", "me.github.io"),
        ("127.0.0.2", "127.0.0.1"),
        ("other", "intranet"),
        ("myshop.example", "shop.example"),
        ("spy.example", ""),
        ("", "shop.example"),
    ],
)
def test_all_others_are_strangers(host: str, page: str) -> None:
    assert not is_beside(host, page)


def test_a_page_is_its_host_and_path() -> None:
    assert (
        page_of("https://Shop.example/cart/?a=1#b") == page_of("https://shop.example/cart") == ("shop.example", "/cart")
    )
    assert page_of("https://[broken") == ("https://[broken", "")


@pytest.mark.parametrize("vendor", sorted(specs()))
def test_no_vendor_owns_a_strangers_host(vendor: str) -> None:
    """Containers and first-party tags answer on hosts of the site's choice; that makes nobody's host theirs."""
    assert not is_vendors_host(specs()[vendor], "cdn.stranger.example")
    assert not is_vendors_host(specs()[vendor], "www.shop.example")


def test_a_vendor_owns_the_hosts_that_it_names() -> None:
    assert is_vendors_host(specs()["meta"], "connect.facebook.net")
    assert is_vendors_host(specs()["meta"], "graph.facebook.com")
