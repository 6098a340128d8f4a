"""Options that cannot be used are named, all at once, with the nearest that can."""

import json
from importlib.resources import files

import pytest

from harness.demo import PLACES, site
from harness.demo.options import options_from
from harness.errors import InputError


def test_defaults_are_a_healthy_shop_with_direct_tags():
    chosen = options_from({})
    assert (chosen.wiring, chosen.collect, chosen.collect_form, chosen.faults) == ("direct", "first-party", "i.gif", ())


@pytest.mark.parametrize("faults", ["value-net, tag-missing", ["value-net", "tag-missing"]])
def test_faults_are_a_list_or_text_with_commas(faults):
    assert options_from({"faults": faults}).faults == ("value-net", "tag-missing")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"wiring": "telium"}, 'unknown wiring "telium"; did you mean "tealium"?'),
        ({"wirings": "direct"}, 'unknown option "wirings"; did you mean "wiring"?'),
        ({"faults": ["value-nett"]}, 'unknown fault "value-nett"; did you mean "value-net"?'),
        ({"vendors": "meta, tedas"}, 'unknown vendor "tedas"; did you mean "teads"?'),
        ({"collect": "zzz"}, 'unknown collect "zzz"; expected one of first-party, tealium'),
        ({"faults": ["collect-first"]}, 'fault "collect-first" does not exist in wiring "direct"'),
        ({"wiring": "tealium", "faults": "server-waits-for-tag"}, 'does not exist in wiring "tealium"'),
    ],
)
def test_what_cannot_be_used_is_named(options, message):
    with pytest.raises(InputError) as caught:
        site("shop", options)
    assert message in str(caught.value)


def test_the_shop_works_with_the_vendors_named_in_its_own_order():
    assert options_from({"vendors": "teads,meta"}).vendors == ("meta", "teads")
    assert not any("facebook" in host for host in site("shop", {"vendors": ["teads"]}).hosts)


def test_of_the_vendors_hosts_the_shop_has_the_scripts_only():
    hosts = site("shop", {"vendors": ["microsoft-uet", "tiktok"]}).hosts
    assert [host for host in hosts if "bing" in host or "tiktok" in host] == [
        "bat.bing.com/bat.js",
        "bat.bing.com/p/action/*.js",
        "analytics.tiktok.com/i18n/pixel/events.js",
    ]


def test_all_mistakes_are_named_at_once():
    with pytest.raises(InputError) as caught:
        options_from({"wiring": "x", "colour": "red", "faults": ["a", "b"]})
    assert len(caught.value.mistakes) == 4


def test_site_says_how_to_start_the_shop():
    shop = site("shop", {"wiring": "tealium", "faults": ["value-net"]})
    assert shop.url == "https://www.corner-shop.test"
    assert "collect.corner-shop.test" in shop.hosts
    assert "utag_data" in shop.data_layer
    assert shop.command[1:8] == ("-m", "harness.demo", "--port", "0", "--site", "shop", "--options")
    assert json.loads(shop.command[8])["faults"] == ["value-net"]


def test_each_site_has_its_own_hosts_and_says_which_it_is():
    bank = site("loan", {"wiring": "tealium"})
    assert bank.url == "https://www.harbour-bank.test"
    assert {"collect.harbour-bank.test", "sgtm.harbour-bank.test", "tags.tiqcdn.com"} <= set(bank.hosts)
    assert bank.command[5:7] == ("--site", "loan")
    assert not set(bank.hosts) & {"www.corner-shop.test", "collect.corner-shop.test"}


def test_a_site_that_does_not_exist_is_named():
    with pytest.raises(InputError) as caught:
        site("travell", {})
    assert 'unknown site "travell"; did you mean "travel"?' in str(caught.value)


def test_scenarios_may_name_the_sites_that_exist():
    schema = json.loads((files("harness.load") / "schemas" / "scenario.json").read_text("utf-8"))
    assert schema["$defs"]["site"]["properties"]["demo"]["enum"] == list(PLACES)
