"""A draft becomes a file that says exactly what the draft said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.authoring import Draft, DraftStep, DraftVendor, reading_from, reading_steps, scenario_text
from harness.load.documents import document_of

DRAFT = Draft(
    id="shop",
    title="Buys: two # teapots",
    schema="scenario.schema.json",
    site={"url": "https://shop.example"},
    vendors=(DraftVendor(vendor="meta", accounts={"tag": "0123"}, note="Two accounts."), DraftVendor(vendor="ga4")),
    steps=(
        DraftStep(verb="open", arguments={"url": "/?${click_ids}"}),
        DraftStep(verb="consent"),
        DraftStep(verb="click", arguments={"role": "button", "name": "Buy"}, note="Pays."),
    ),
    server_calls={"source": "not-observable"},
    consent={"granted": (DraftStep(verb="click", arguments={"link": "OK"}),)},
    variables={"coupon": "test"},
)


def read(draft: Draft) -> dict[str, object]:
    data: dict[str, object] = document_of(scenario_text(draft), "draft").data
    return data


def test_a_draft_reads_back_as_what_it_said() -> None:
    assert read(DRAFT) == {
        "scenario": "shop",
        "title": "Buys: two # teapots",
        "site": {"url": "https://shop.example"},
        "profiles": ["none", "ublock"],
        "vendors": {"meta": {"accounts": {"tag": "0123"}}, "ga4": {}},
        "server_calls": {"source": "not-observable"},
        "variables": {"coupon": "test"},
        "consent": {"granted": [{"click": {"link": "OK"}}]},
        "journey": [{"open": "/?${click_ids}"}, "consent", {"click": {"role": "button", "name": "Buy"}}],
    }


def test_editors_find_the_schema_in_the_first_line() -> None:
    assert scenario_text(DRAFT).splitlines()[0] == "# yaml-language-server: $schema=scenario.schema.json"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_every_text_survives_being_written(text: str) -> None:
    step = DraftStep(verb="fill", arguments={"label": text, "value": text})
    assert read(replace(DRAFT, steps=(step,), title=text))["journey"] == [{"fill": {"label": text, "value": text}}]


@pytest.mark.parametrize(
    "text", ["null", "True", "~", "yes", "0x1F", "1_000", "- a", "a: b", "#b", "'", '"', "a, b", ""]
)
def test_words_of_yaml_stay_text(text: str) -> None:
    assert read(replace(DRAFT, variables={"word": text}))["variables"] == {"word": text}


def test_what_the_page_tells_is_waited_for_read_and_declared() -> None:
    readings = {
        key: reading
        for key, text in (("order_id", "test_id:order"), ("value", "data_layer:ecommerce.2.value"))
        if (reading := reading_from(text, "window.layer")) is not None
    }
    assert read(replace(DRAFT, steps=tuple(reading_steps("purchase", readings))))["journey"] == [
        {"wait": {"test_id": "order"}},
        {"read": {"test_id": "order", "as": "order_id"}},
        {
            "script": {
                "code": "[].concat(window.layer || []).reverse()"
                '.map(entry => entry?.ecommerce?.["2"]?.value).find(value => value != null)',
                "as": "order_value",
            }
        },
        {"conversion": {"event": "purchase", "order_id": "${order_id}", "value": "${order_value}"}},
    ]


@pytest.mark.parametrize("text", ["order-number", "css:", "xpath://b", "data_layer:a b"])
def test_a_place_in_other_words_is_no_place(text: str) -> None:
    assert reading_from(text, "window.dataLayer") is None
