"""A person's browser and somebody's backend are heard at two ports; vendors are answered for, all others reached."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.errors import RecordingError
from harness.model.recording import Body, Fate, Request, Response
from harness.record.libraries import Libraries
from harness.record.listening import Ears, FrontDoor, Ports, listening
from harness.record.policy import TrafficPolicy

NO_LIBRARIES = Libraries(has=lambda request: False, hosts=())


@pytest.fixture
def ears(authority_folder: Path, vendor: Any) -> Iterator[Ears]:
    with listening(
        authority_folder,
        Ports(),
        answer=vendor,
        policy=TrafficPolicy(),
        libraries=NO_LIBRARIES,
        base_urls={"ads": "https://api.ads.example"},
    ) as open_ears:
        yield open_ears


def straight(ears: Ears, path: str, **sent: Any) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.request("POST" if sent else "GET", f"http://127.0.0.1:{ears.server.port}{path}", **sent)


def test_a_path_of_the_servers_port_is_the_vendor_it_stands_for(ears: Ears, vendor: Any) -> None:
    vendor.answers["api.ads.example"] = Response(status=202)
    assert straight(ears, "/ads/v1/events?key=1", json={"a": 1}).status_code == 202
    (exchange,) = ears.heard()
    assert exchange.request.url == "https://api.ads.example/v1/events?key=1"
    assert (exchange.origin, exchange.answered_by) == ("server", "stand-in")


def test_a_path_that_stands_for_nobody_says_which_do(ears: Ears) -> None:
    answer = straight(ears, "/nobody/v1")
    assert answer.status_code == 404
    assert "/ads/  https://api.ads.example/" in answer.text


def test_the_site_announces_its_orders(ears: Ears) -> None:
    assert straight(ears, "/orders", json={"order_id": "A-1", "value": "12.50", "currency": "EUR"}).text == "noted\n"
    (order,) = ears.door.orders
    assert (order.event, order.order_id, order.value, order.currency) == ("purchase", "A-1", "12.50", "EUR")


@pytest.mark.parametrize("text", ["", "[1]", '{"value": 1}', "null"])
def test_an_order_that_cannot_be_read_says_what_is_expected(text: str) -> None:
    door = FrontDoor({})
    request = Request(method="POST", url="http://127.0.0.1:1/orders", body=Body(text=text, size=len(text)))
    answer = door(request)
    assert answer.status == 422
    assert answer.body is not None
    assert '"order_id"' in (answer.body.text or "")
    assert door.orders == []


def test_hosts_that_are_nobodys_are_reached_and_their_answers_not_kept(
    ears: Ears, site: Any, proxied: Callable[..., httpx.Client], eventually: Callable[..., None]
) -> None:
    host, port = site.address
    for listener in (ears.browser, ears.server):
        answer = proxied(listener.port).get(f"http://{host}:{port}/page")
        assert answer.json()["path"] == "/page"
    # What is passed on as it comes ends a moment after the client has it.
    eventually(lambda: [each.fate for each in ears.heard()] == [Fate.ANSWERED, Fate.ANSWERED])
    heard = ears.heard()
    assert [each.response.body.text for each in heard if each.response and each.response.body] == ["", ""]


def test_a_client_that_does_not_trust_us_is_told_of(
    ears: Ears, proxied: Callable[..., httpx.Client], eventually: Callable[..., None]
) -> None:
    with pytest.raises(httpx.ConnectError):
        proxied(ears.server.port).get("https://api.ads.example/")
    eventually(lambda: ears.distrusted == ("api.ads.example",))


def test_a_port_that_is_taken_is_said_with_the_option_that_changes_it(authority_folder: Path, vendor: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(RecordingError, match=f"cannot listen at port {port}.*--server-port"),
            listening(
                authority_folder,
                Ports(server=port),
                answer=vendor,
                policy=TrafficPolicy(),
                libraries=NO_LIBRARIES,
                base_urls={},
            ),
        ):
            pass


@pytest.fixture
def proxied() -> Iterator[Callable[..., httpx.Client]]:
    clients: list[httpx.Client] = []

    def make(port: int) -> httpx.Client:
        clients.append(httpx.Client(proxy=f"http://127.0.0.1:{port}", trust_env=False, timeout=10))
        return clients[-1]

    yield make
    for each in clients:
        each.close()
