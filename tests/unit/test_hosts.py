"""Do host names belong together as browsers and blockers see it?"""

from __future__ import annotations

import pytest

from harness.hosts import host, host_of


@pytest.mark.parametrize(
    ("name", "registrable"),
    [
        ("www.shop.example.com", "example.com"),
        ("www.shop.co.uk", "shop.co.uk"),
        ("www.shop.com.au", "shop.com.au"),
        ("www.shop.gouv.fr", "shop.gouv.fr"),
        ("one.github.io", "one.github.io"),
        ("shop.test", "shop.test"),
        ("a.b.shop.test", "shop.test"),
        ("one.myshopify.com", "one.myshopify.com"),
        ("cdn.one.myshopify.com", "one.myshopify.com"),
        ("localhost", "localhost"),
        ("intranet", "intranet"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("WWW.Shop.TEST.", "shop.test"),
        ("", ""),
    ],
)
def test_the_registrable_domain(name: str, registrable: str) -> None:
    assert host(name).registrable == registrable


def test_parents_and_entities_run_from_the_whole_name_down() -> None:
    facts = host("www.shop.co.uk")
    assert facts.parents == ("www.shop.co.uk", "shop.co.uk", "co.uk", "uk")
    assert facts.entities == ("www.shop", "shop")


@pytest.mark.parametrize("url", ["", "nonsense", "https://[", "https://[::1", "data:text/html,x", "about:blank"])
def test_what_has_no_host_has_the_empty_one(url: str) -> None:
    assert host_of(url).name == ""
