"""How is a Firefox that nobody has patched told where to go? By WebDriver BiDi, over one WebSocket.

Playwright drives a Firefox of its own build only, into which no extension can be put.
https://www.w3.org/TR/webdriver-bidi/
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Message, Ping, Request, TextMessage

from harness.errors import RecordingError

_START_SECONDS = 60.0
_ANSWER_SECONDS = 60.0
_LISTENING = re.compile(r"WebDriver BiDi listening on ws://([\d.]+):(\d+)")
# Nothing of its own accord, and everything through the proxy, also what is on loopback.
_PREFERENCES: dict[str, bool | int | str] = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.security.https_only_mode": False,
    "extensions.autoDisableScopes": 0,
    "extensions.enabledScopes": 15,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.allow_hijacking_localhost": True,
    "network.proxy.type": 1,
    "network.trr.mode": 5,
    "privacy.query_stripping.enabled": False,
    "privacy.trackingprotection.enabled": False,
    "toolkit.telemetry.enabled": False,
}


class Firefox:
    """A headless Firefox with a fresh profile behind a proxy on loopback, for as long as it is entered."""

    def __init__(self, program: Path, profile: Path, proxy_port: int) -> None:
        self._program = program
        self._profile = profile
        self._proxy_port = proxy_port
        self._process: subprocess.Popen[str] | None = None
        self._socket: socket.socket | None = None
        self._wire = WSConnection(ConnectionType.CLIENT)
        self._received: list[str] = []
        self._number = 0
        self._context = ""

    def __enter__(self) -> Self:
        self._profile.mkdir(parents=True, exist_ok=True)
        wanted = {**_PREFERENCES, **{f"network.proxy.{kind}": "127.0.0.1" for kind in ("http", "ssl")}}
        wanted |= {f"network.proxy.{kind}_port": self._proxy_port for kind in ("http", "ssl")}
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in wanted.items())
        (self._profile / "user.js").write_text("\n".join(lines) + "\n", encoding="utf-8")
        log = self._profile / "output.txt"
        arguments = ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(self._profile)]
        try:
            with log.open("w", encoding="utf-8") as output:
                self._process = subprocess.Popen([self._program, *arguments], stdout=output, stderr=output, text=True)
            self._connect(*self._address(log))
            capabilities = {"alwaysMatch": {"acceptInsecureCerts": True}}
            self.command("session.new", capabilities=capabilities)
            self._context = self.command("browsingContext.getTree")["contexts"][0]["context"]
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def open(self, url: str) -> None:
        """Go to a page and wait until it has loaded."""
        self.command("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def run(self, function: str, argument: Any) -> None:
        """Call a function of the page with something that JSON can say, and wait for the promise it returns."""
        self.command(
            "script.callFunction",
            functionDeclaration=f"(text) => ({function})(JSON.parse(text))",
            arguments=[{"type": "string", "value": json.dumps(argument)}],
            target={"context": self._context},
            awaitPromise=True,
        )

    def command(self, method: str, **parameters: Any) -> Any:
        """Send a command and return its result; `RecordingError` if Firefox refuses or says nothing for a minute."""
        self._number += 1
        self._send(TextMessage(data=json.dumps({"id": self._number, "method": method, "params": parameters})))
        until = time.monotonic() + _ANSWER_SECONDS
        while time.monotonic() < until:
            answer = json.loads(self._next_text())
            if answer.get("id") != self._number:
                continue
            if answer.get("type") == "error" or answer.get("result", {}).get("type") == "exception":
                raise RecordingError(f"Firefox refused {method}: {json.dumps(answer)[:300]}")
            return answer["result"]
        raise RecordingError(f"Firefox does not answer to {method}")

    def _address(self, log: Path) -> tuple[str, int]:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            said = log.read_text(encoding="utf-8", errors="replace")
            if found := _LISTENING.search(said):
                return found[1], int(found[2])
            if self._process is not None and self._process.poll() is not None:
                raise RecordingError(f"{self._program} ended at once: {said[-300:].strip()}", "start it by hand once")
            time.sleep(0.1)
        raise RecordingError(f"{self._program} does not listen for commands", "a Firefox of 2024 or newer is needed")

    def _connect(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), timeout=_ANSWER_SECONDS)
        self._send(Request(host=f"{host}:{port}", target="/session"))
        while not any(isinstance(event, AcceptConnection) for event in self._events()):
            pass

    def _send(self, event: Any) -> None:
        assert self._socket is not None
        self._socket.sendall(self._wire.send(event))

    def _next_text(self) -> str:
        """The next whole message."""
        parts: list[str] = []
        while not self._received:
            for event in self._events():
                if isinstance(event, Message):
                    parts.append(str(event.data))
                    if event.message_finished:
                        self._received.append("".join(parts))
                        parts = []
        return self._received.pop(0)

    def _events(self) -> list[Any]:
        assert self._socket is not None
        try:
            content = self._socket.recv(65536)
        except TimeoutError:
            raise RecordingError("Firefox does not answer") from None
        if not content:
            raise RecordingError("Firefox has closed the connection")
        self._wire.receive_data(content)
        events = list(self._wire.events())
        for event in events:
            if isinstance(event, Ping):
                self._send(event.response())
            if isinstance(event, CloseConnection):
                raise RecordingError("Firefox has closed the connection")
        return events

    def _leave(self) -> None:
        if self._socket is not None:
            self._socket.close()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
