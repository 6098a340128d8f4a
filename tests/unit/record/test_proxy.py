"""The proxy starts, opens ports that do not mix, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.errors import RecordingError
from harness.model.recording import Fate, Origin, Response
from harness.record.policy import TrafficPolicy
from harness.record.proxy import Proxy

MakeClient = Callable[..., httpx.Client]


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_listeners_do_not_mix(proxy: Proxy, vendor: Any, client: MakeClient) -> None:
    vendor.answers["collect.test"] = Response(status=200)
    listeners = [
        proxy.open_listener(f"cell {number}", origin=Origin.BROWSER, policy=TrafficPolicy()) for number in range(4)
    ]
    assert len({listener.port for listener in listeners}) == 4

    def visit(number: int) -> None:
        visitor = client(listeners[number], http2=True)
        for count in range(10):
            visitor.get(f"https://collect.test/{number}/{count}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(visit, range(4)))
    for number, listener in enumerate(listeners):
        urls = [exchange.request.url for exchange in listener.exchanges()]
        assert urls == [f"https://collect.test/{number}/{count}" for count in range(10)]
        assert [exchange.id for exchange in listener.exchanges()] == [f"b{count:04}" for count in range(1, 11)]


def test_a_closed_listener_keeps_what_it_saw_and_takes_no_more(
    proxy: Proxy, site: Any, client: MakeClient, in_background: Any
) -> None:
    listener = proxy.open_listener(
        "cell", origin=Origin.BROWSER, policy=TrafficPolicy(routes={"shop.test": site.address})
    )
    with in_background(lambda: client(listener).get("https://shop.test/slow")):
        assert site.waiting.wait(10)
        listener.close()
    listener.close()
    assert not is_open(listener.port)
    assert [exchange.fate for exchange in listener.exchanges()] == [Fate.PENDING]
    other = proxy.open_listener("next", origin=Origin.BROWSER, policy=TrafficPolicy())
    assert other.port != listener.port
    assert not proxy.failures


def test_the_end_of_the_proxy_closes_ports_and_connections_and_the_thread(site: Any, authority_folder: Path) -> None:
    ports = []
    for _ in range(3):
        with Proxy(folder=authority_folder, answer=lambda request: None) as proxy:
            policy = TrafficPolicy(routes={"shop.test": site.address})
            listener = proxy.open_listener("cell", origin=Origin.BROWSER, policy=policy)
            ports.append(listener.port)
            visitor = httpx.Client(proxy=f"http://127.0.0.1:{listener.port}", trust_env=False)
            assert visitor.get("http://shop.test/").status_code == 200  # and keeps its connection open
        assert not proxy.failures
        with pytest.raises(httpx.TransportError):
            visitor.get("http://shop.test/")
        visitor.close()
    assert not any(is_open(port) for port in ports)
    assert not any(thread.name == "capture-proxy" for thread in threading.enumerate())


def test_an_open_request_does_not_hold_up_the_end(site: Any, authority_folder: Path, in_background: Any) -> None:
    with Proxy(folder=authority_folder, answer=lambda request: None) as proxy:
        policy = TrafficPolicy(routes={"shop.test": site.address})
        listener = proxy.open_listener("cell", origin=Origin.BROWSER, policy=policy)
        address = f"http://127.0.0.1:{listener.port}"
        waiting = in_background(lambda: httpx.get("http://shop.test/slow", proxy=address, timeout=10, trust_env=False))
        waiting.__enter__()
        assert site.waiting.wait(10)
    waiting.__exit__(None, None, None)
    assert not proxy.failures
    assert [exchange.fate for exchange in listener.exchanges()] == [Fate.PENDING]


def test_a_second_proxy_in_the_process_is_refused(proxy: Proxy, tmp_path: Path) -> None:
    with (
        pytest.raises(RecordingError, match="already running"),
        Proxy(folder=tmp_path, answer=lambda request: None),
    ):
        pass
    assert not proxy.failures


def test_a_folder_that_cannot_be_used_is_said_and_the_next_start_works(tmp_path: Path, authority_folder: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(RecordingError, match="certificate authority"):
        Proxy(folder=blocked / "inside", answer=lambda request: None).__enter__()
    with Proxy(folder=authority_folder, answer=lambda request: None) as proxy:
        assert proxy.spki


def test_a_broken_authority_is_said(tmp_path: Path, authority_folder: Path) -> None:
    (tmp_path / "authority").mkdir()
    (tmp_path / "authority" / "mitmproxy-ca-cert.pem").write_text("rubbish")
    with pytest.raises(RecordingError, match="certificate authority"):
        Proxy(folder=tmp_path, answer=lambda request: None).__enter__()


def test_without_a_running_proxy_there_is_no_listener(authority_folder: Path) -> None:
    proxy = Proxy(folder=authority_folder, answer=lambda request: None)
    with pytest.raises(RecordingError, match="not running"):
        proxy.open_listener("cell", origin=Origin.BROWSER, policy=TrafficPolicy())
    with pytest.raises(RecordingError, match="not running"):
        _ = proxy.spki
    with proxy:
        pass
    with pytest.raises(RecordingError, match="not running"):
        proxy.open_listener("cell", origin=Origin.BROWSER, policy=TrafficPolicy())


def test_quiet_is_counted_from_the_call(proxy: Proxy) -> None:
    listener = proxy.open_listener("cell", origin=Origin.BROWSER, policy=TrafficPolicy())

    async def measured() -> tuple[bool, float]:
        loop = asyncio.get_running_loop()
        start = loop.time()
        return await listener.until_quiet(0.1, 5), loop.time() - start

    was_quiet, took = asyncio.run(measured())
    assert was_quiet
    assert took >= 0.099
    assert not asyncio.run(listener.until_quiet(5, 0.01))


def test_logging_is_left_as_it_was(authority_folder: Path) -> None:
    logger = logging.getLogger("mitmproxy")
    before = (logger.level, list(logger.handlers))
    with Proxy(folder=authority_folder, answer=lambda request: None):
        pass
    assert (logger.level, list(logger.handlers)) == before
