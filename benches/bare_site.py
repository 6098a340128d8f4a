"""The demo shop over plain TLS, with a trivial answer for every other host: what a bare browser visits.

Tags wait until their calls are answered, so the vendors' hosts must answer here too; they do so with the least there
is. The shop's own calls to vendors end inside the process.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from starlette.types import ASGIApp, Receive, Scope, Send

from harness import demo
from harness.demo.app import build_app
from harness.demo.options import options_from

_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def certificate(folder: Path) -> tuple[Path, str]:
    """A file with a key and its certificate, and the hash by which Chromium trusts it (the name need not fit)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench")])
    now = datetime.now(UTC)
    hosts = [x509.DNSName(host) for host in demo.site("shop", {"wiring": "direct"}).hosts]
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "bench.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return path, base64.b64encode(hashlib.sha256(public).digest()).decode()


class Answering:
    """The shop's hosts go to the shop, all others get a pixel, with leave for any page to read it."""

    def __init__(self, shop: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._shop = shop
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._shop(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if headers.get(b"host", b"").decode().partition(":")[0] in self._hosts:
            await self._shop(scope, receive, send)
            return
        while (await receive()).get("more_body"):
            pass
        allowed = [
            (b"access-control-allow-origin", headers.get(b"origin", b"*")),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-allow-headers", b"content-type"),
        ]
        start = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"image/gif"), *allowed]}
        await send(start)
        await send({"type": "http.response.body", "body": _PIXEL})


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--options", required=True)
    parser.add_argument("--certificate", required=True)
    parsed = parser.parse_args(arguments)
    options = json.loads(parsed.options)
    accepting = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
    app = Answering(build_app(options_from(options), accepting), demo.site("shop", options).hosts)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, ssl_certfile=parsed.certificate, timeout_graceful_shutdown=1
    )
    asyncio.run(_serve(uvicorn.Server(config), listener))


async def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    print(json.dumps({"ready": {"port": listener.getsockname()[1]}}), flush=True)
    await serving


if __name__ == "__main__":
    main(sys.argv[1:])
