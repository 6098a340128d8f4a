"""The shop as a child process: it says its port, answers for every host, and ends with its parent."""

import json
import signal
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from harness.demo import site

PAGES = [
    ("www.corner-shop.test", "/", 200),
    ("www.corner-shop.test", "/category/kitchen", 200),
    ("www.corner-shop.test", "/category/garden", 404),
    ("www.corner-shop.test", "/product/stoneware-teapot", 200),
    ("www.corner-shop.test", "/product/nothing", 404),
    ("www.corner-shop.test", "/cart", 200),
    ("www.corner-shop.test", "/checkout", 303),
    ("www.corner-shop.test", "/thank-you/CS-7F3K9Q2", 404),
    ("www.corner-shop.test", "/static/shop.css", 200),
    ("connect.facebook.net", "/en_US/fbevents.js", 200),
    ("connect.facebook.net", "/signals/config/702400000000001?v=2.9.345", 200),
    ("www.googletagmanager.com", "/gtag/js?id=AW-987654321&l=adsQueue", 200),
    ("sgtm.corner-shop.test", "/g/collect?v=2&tid=G-4Q7KXN2W8D&en=page_view", 204),
    ("p.teads.tv", "/teads-fellow.js", 200),
    ("tags.tiqcdn.com", "/utag/cornershop/main/prod/utag.js", 200),
    ("tags.tiqcdn.com", "/utag/cornershop/main/prod/utag.11.js?utv=1", 200),
    ("tags.tiqcdn.com", "/utag/cornershop/main/prod/utag.99.js", 404),
    ("analytics.tiktok.com", "/i18n/pixel/events.js?sdkid=C4K7TDQ9M2V6XPLH81ZB&lib=ttq", 200),
    ("analytics.tiktok.com", "/api/v2/pixel", 404),
    ("bat.bing.com", "/bat.js?ti=187000016&q=uetq", 200),
    ("bat.bing.com", "/p/action/187000016.js", 200),
    ("www.example.test", "/", 404),
]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    child = _child({"wiring": "tealium", "faults": ["collect-third-party"]})
    yield _port(child)
    _, errors = child.communicate(timeout=10)
    assert (child.returncode, errors) == (0, "")


def _child(options) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(site("shop", options).command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def _port(child: subprocess.Popen[str]) -> int:
    assert child.stdout is not None
    ready: dict[str, dict[str, int]] = json.loads(child.stdout.readline())
    return ready["ready"]["port"]


def _get(port: int, host: str, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}{path}", headers={"Host": host}, trust_env=False)


@pytest.mark.parametrize(("host", "path", "status"), PAGES)
def test_host_header_says_what_is_served(port, host, path, status):
    assert _get(port, host, path).status_code == status


def test_tag_manager_is_published_with_its_settings(port):
    script = _get(port, "tags.tiqcdn.com", "/utag/cornershop/main/prod/utag.js").text
    assert '"collectHost": "collect.tealiumiq.com"' in script
    assert "__SETTINGS__" not in script


def test_session_cookie_is_secure_behind_tls_only(port):
    forwarded = {"Host": "www.corner-shop.test", "X-Forwarded-Proto": "https"}
    behind_tls = httpx.get(f"http://127.0.0.1:{port}/", headers=forwarded, trust_env=False)
    assert "Secure" in behind_tls.headers["set-cookie"]
    assert "Secure" not in _get(port, "www.corner-shop.test", "/").headers["set-cookie"]


def test_shop_ends_when_it_is_told_to():
    child = _child({})
    _port(child)
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=10)
    assert child.returncode in (0, -signal.SIGTERM)


def test_options_that_cannot_be_used_are_said_and_end_the_process():
    command = (*site("shop", {}).command[:-1], '{"faults": ["value-nett"]}')
    child = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    assert child.returncode == 2
    assert 'did you mean "value-net"?' in child.stderr
