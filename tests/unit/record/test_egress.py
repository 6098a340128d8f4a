"""A server started with the environment sends its calls through the proxy and trusts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from harness.model.recording import Body, Fate, Origin, Response
from harness.record.egress import egress_environment
from harness.record.policy import TrafficPolicy
from harness.record.proxy import Proxy

SENDER = """
import sys, httpx, urllib.request
print(httpx.post("https://graph.test/events?access_token=t", json={"a": 1}).text)
print(urllib.request.urlopen("https://graph.test/urllib").read().decode())
print(httpx.get(sys.argv[1]).status_code)
"""


def test_former_settings_do_not_survive() -> None:
    base = {"PATH": "/bin", "https_proxy": "http://old", "NO_PROXY": "*", "all_proxy": "x", "SSL_CERT_FILE": "/old.pem"}
    made = egress_environment(8080, Path("/ca.pem"), base)
    assert made["PATH"] == "/bin"
    assert {made[name] for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")} == {
        "http://127.0.0.1:8080"
    }
    assert made["NO_PROXY"] == made["no_proxy"] == "localhost,127.0.0.1,::1"
    assert {
        made[name] for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
    } == {"/ca.pem"}
    assert made["NODE_USE_ENV_PROXY"] == "1"
    assert "all_proxy" not in made
    assert base["https_proxy"] == "http://old"


def test_a_child_process_is_captured_and_speaks_to_loopback_directly(proxy: Proxy, site: Any, vendor: Any) -> None:
    vendor.answers["graph.test"] = Response(status=200, body=Body(text="received", size=8))
    listener = proxy.open_listener("backend", origin=Origin.SERVER, policy=TrafficPolicy())
    done = subprocess.run(
        [sys.executable, "-c", SENDER, f"http://127.0.0.1:{site.address[1]}/own"],
        env=egress_environment(listener.port, proxy.ca_bundle, os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["received", "received", "200"], done.stderr
    first, second = listener.exchanges()
    assert (first.id, first.origin, first.fate) == ("s0001", Origin.SERVER, Fate.ANSWERED)
    assert first.request.body == Body(text='{"a":1}', size=7)
    assert second.request.url == "https://graph.test/urllib"
    assert [received["path"] for received in site.received] == ["/own"]
    assert not proxy.failures
