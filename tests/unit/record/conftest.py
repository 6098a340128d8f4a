"""A proxy, a site behind it and clients in front of it, all on loopback."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.model.recording import Request, Response
from harness.record.proxy import Listener, Proxy

DEADLINE = 10.0


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of these tests."""


class FakeSite:
    """An upstream. `/slow` answers when `release` is set; `/slow` has come in when `waiting` is."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.waiting = threading.Event()
        self.release = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body are two writes, which would wait for each other

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                received = {
                    "method": self.command,
                    "path": self.path,
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                    "body": body.decode("latin-1"),
                }
                site.received.append(received)
                if self.path == "/slow":
                    site.waiting.set()
                    site.release.wait(DEADLINE)
                if self.path == "/garbage":
                    self.wfile.write(b"this is not HTTP\r\n\r\n")
                    self.close_connection = True
                    return
                if self.path == "/socket":
                    head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    self.wfile.write(f"{head}Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n".encode())
                    self.close_connection = True
                    return
                if self.path == "/events":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n")
                    site.waiting.set()
                    site.release.wait(DEADLINE)
                    self.close_connection = True
                    return
                self._answer(received)

            def _answer(self, received: dict[str, Any]) -> None:
                content = json.dumps(received).encode()
                self.send_response(502 if self.path == "/broken" else 200)
                self.send_header("content-type", "application/json")
                self.send_header("set-cookie", "a=1")
                self.send_header("set-cookie", "b=2")
                if self.path == "/packed":
                    content = gzip.compress(content)
                    self.send_header("content-encoding", "gzip")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_OPTIONS = _serve  # noqa: N815 - the names http.server looks for

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
                pass

        self._server = _QuietServer(("127.0.0.1", 0), Handler)
        self.address = ("127.0.0.1", self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.release.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class FakeVendor:
    """A stand-in for the hosts it is given; keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Response] = {}
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Response | None:
        host = httpx.URL(request.url).host
        if host not in self.answers:
            return None
        self.asked.append(request)
        return self.answers[host]


@pytest.fixture
def site() -> Iterator[FakeSite]:
    fake = FakeSite()
    yield fake
    fake.close()


@pytest.fixture
def vendor() -> FakeVendor:
    return FakeVendor()


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authority")


@pytest.fixture
def proxy(authority_folder: Path, vendor: FakeVendor) -> Iterator[Proxy]:
    with Proxy(folder=authority_folder, answer=vendor) as running:
        yield running


@pytest.fixture
def client(proxy: Proxy) -> Iterator[Callable[..., httpx.Client]]:
    """Makes clients that go through a listener and trust the proxy's authority."""
    clients: list[httpx.Client] = []

    def make(listener: Listener, *, http2: bool = False, trusting: bool = True) -> httpx.Client:
        trust = ssl.create_default_context(cafile=str(proxy.ca_bundle) if trusting else None)
        clients.append(
            httpx.Client(
                proxy=f"http://127.0.0.1:{listener.port}",
                verify=trust,
                trust_env=False,
                timeout=DEADLINE,
                http2=http2,
            )
        )
        return clients[-1]

    yield make
    for each in clients:
        each.close()


@contextmanager
def in_background(act: Callable[[], object]) -> Iterator[threading.Thread]:
    """Does something that will block, and waits for its end."""

    def quietly() -> None:
        with suppress(httpx.HTTPError):
            act()

    thread = threading.Thread(target=quietly, daemon=True)
    thread.start()
    yield thread
    thread.join(DEADLINE)
    assert not thread.is_alive()


def eventually(condition: Callable[[], object]) -> None:
    """Wait for what another thread is about to do, however busy the machine is."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.002)


@pytest.fixture(name="eventually")
def eventually_fixture() -> Callable[[Callable[[], object]], None]:
    return eventually


@pytest.fixture(name="in_background")
def in_background_fixture() -> Callable[..., Any]:
    return in_background
