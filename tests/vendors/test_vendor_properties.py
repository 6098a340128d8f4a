"""Whatever is sent, decoding and answering never fail; a recording with one broken request is still read."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from vendors.vendor_files import case_files, data_of, exchanges_of, specs

from harness.decode import answer_for, decode
from harness.model.recording import Body, Exchange, Fate, Origin, Request, Response

QUICK = settings(deadline=None, max_examples=150, derandomize=True)

_HOSTS = (
    "www.facebook.com", "graph.facebook.com", "www.googleadservices.com", "www.google.com",
    "datamanager.googleapis.com", "googleads.googleapis.com", "t.teads.tv",
    "ca.teads.tv", "collect.tealiumiq.com", "shop.example", "[::1]", "",
)  # fmt: skip
_PATHS = (
    "/tr/", "/v26.0/111122223333444/events", "/pagead/conversion/987654321/", "/ccm/form-data/987654321",
    "/v1/events:ingest", "/v25/customers/1234567890:uploadConversionAdjustments", "/track", "/v1/event",
    "/acme/main/2/i.gif", "/event", "/a;b=c", "//", "",
)  # fmt: skip
_QUERIES = (
    "id=111122223333444&ev=Purchase&", "label=AbC-D_efG-h12_34-567&em=tv.1~em.&", "tag_version=1&action=conversion&",
    "tealium_account=a&tealium_event=purchase&", "access_token=x&", "",
)  # fmt: skip
_KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=B", "", "é")
_NAMES = ("data", "data[]", "events", "conversionAdjustments", "conversions", "event_name", "user_data", "custom_data")
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
_METHODS = st.sampled_from(("GET", "POST", "post", "PUT", "OPTIONS", "CONNECT", ""))


@st.composite
def requests(draw: Any) -> Request:
    host, path, query = draw(st.sampled_from(_HOSTS)), draw(st.sampled_from(_PATHS)), draw(st.sampled_from(_QUERIES))
    url = draw(st.sampled_from((f"https://{host}{path}?{query}", f"{host}{path}", ""))) + draw(st.text(max_size=20))
    return Request(
        method=draw(_METHODS),
        url=url,
        headers=(("content-type", draw(st.sampled_from(_KINDS))), ("cookie", draw(st.text(max_size=12)))),
        body=draw(st.none() | st.builds(_text_body, st.text(max_size=40)) | st.builds(_json_body, _JSON) | _BYTES),
    )


def _text_body(text: str) -> Body:
    return Body(text=text, size=len(text))


def _json_body(value: Any) -> Body:
    return _text_body(json.dumps(value))


_BYTES = st.binary(max_size=40).map(lambda content: Body(base64=base64.b64encode(content).decode(), size=len(content)))


def an_exchange(request: Request, **parts: Any) -> Exchange:
    known: dict[str, Any] = {"id": "e", "origin": Origin.BROWSER, "started_at": 0.0, "fate": Fate.ANSWERED}
    return Exchange(request=request, **{**known, **parts})


@cache
def case_requests() -> tuple[Request, ...]:
    """Every request of the case files."""
    files = (*case_files("accepted"), *case_files("rejected"))
    return tuple(exchange.request for path in files for exchange in exchanges_of(data_of(path)))


@QUICK
@given(
    requests(),
    st.none() | st.builds(Response, status=st.integers(100, 599), body=st.builds(_json_body, _JSON)),
    st.text(max_size=30),
)
def test_any_request_can_be_decoded(request: Request, response: Response | None, page: str) -> None:
    found = decode([an_exchange(request, response=response, page=page)], specs().values())
    assert len({event.id for event in found.events}) == len(found.events)


@QUICK
@given(requests(), st.floats(0, 4e9))
def test_any_request_can_be_answered(request: Request, now: float) -> None:
    found = answer_for(request, specs().values(), now)
    assert found is None or 200 <= found.status < 600


@QUICK
@given(st.data())
def test_a_request_cut_off_or_spoilt_anywhere_can_be_decoded_and_answered(data: st.DataObject) -> None:
    request = data.draw(st.sampled_from(case_requests()))
    text = request.body.text if request.body and request.body.text else ""
    spoilt = replace(
        request,
        url=_spoilt(request.url, data),
        body=_text_body(_spoilt(text, data)) if text else request.body,
        headers=request.headers if data.draw(st.booleans()) else (),
    )
    decode([an_exchange(spoilt)], specs().values())
    answer_for(spoilt, specs().values(), 0.0)


@QUICK
@given(
    st.integers(0, 10_000),
    st.text(max_size=20),
    st.none() | st.builds(_text_body, st.text(max_size=40)) | st.builds(_json_body, _JSON) | _BYTES,
    st.lists(st.tuples(st.sampled_from(("content-type", "Cookie", "referer", "é")), st.text(max_size=12)), max_size=3),
)
def test_whatever_is_sent_to_an_address_of_any_vendor_can_be_decoded_and_answered(
    index: int, query: str, body: Body | None, headers: list[tuple[str, str]]
) -> None:
    known = case_requests()[index % len(case_requests())]
    separator = "&" if "?" in known.url else "?"
    request = replace(known, url=f"{known.url}{separator}{query}", body=body, headers=tuple(headers))
    found = decode([an_exchange(request)], specs().values())
    assert len({event.id for event in found.events}) == len(found.events)
    answer_for(request, specs().values(), 0.0)


def _spoilt(text: str, data: st.DataObject) -> str:
    at = data.draw(st.integers(0, len(text)))
    match data.draw(st.sampled_from(("cut", "insert", "drop", "repeat", "keep"))):
        case "cut":
            return text[:at]
        case "insert":
            return text[:at] + data.draw(st.text(max_size=4)) + text[at:]
        case "drop":
            return text[:at] + text[at + 3 :]
        case "repeat":
            return text[:at] + text
        case _:
            return text


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.lists(st.sampled_from(range(200)), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_in_which_exchanges_are_given_changes_nothing(chosen: list[int], shuffler: Any) -> None:
    known = case_requests()
    exchanges = [
        an_exchange(known[index % len(known)], id=f"e{at}", started_at=float(at)) for at, index in enumerate(chosen)
    ]
    shuffled = list(exchanges)
    shuffler.shuffle(shuffled)
    assert decode(shuffled, specs().values()) == decode(exchanges, specs().values())


def test_deeply_nested_json_is_no_stumbling_block() -> None:
    for text in ("[" * 50_000, '{"data":' * 50_000, '{"data":' + "[" * 900 + "]" * 900 + "}"):
        body = _text_body(text)
        request = Request(method="POST", url="https://graph.facebook.com/v26.0/111122223333444/events", body=body)
        decode([an_exchange(request)], specs().values())
        answer_for(request, specs().values(), 0.0)
