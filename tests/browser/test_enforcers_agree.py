"""Does Chromium with the generated extension send exactly what the engine lets through?

A real page asks for every vendor endpoint in every way a page can. A proxy on loopback answers for all hosts and notes
what arrives; nothing leaves the machine.
"""

from __future__ import annotations

import shutil
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from harness.model.profile import ListSource, Profile
from harness.record.blocking.dnr import write_extension
from harness.record.blocking.engine import FilterEngine, RequestFacts
from harness.record.blocking.filters import parse
from harness.record.blocking.lists import KNOWN_LISTS, load

pytestmark = pytest.mark.browser

SHOP = "https://www.shop.test/"
ENDPOINTS = Path(__file__).parents[1] / "unit/record/blocking/vendor_endpoints.txt"
# The real program: a distribution's wrapper script adds extension flags of its own.
BROWSERS = ("/usr/lib/chromium/chromium", shutil.which("chromium") or "", shutil.which("google-chrome") or "")

# Addresses whose parameters are stripped, beside those of vendors.
WITH_CLICK_IDENTIFIERS = (
    "www.shop.test/api/cart?gclid=abc&size=40",
    "www.shop.test/a.js?fbclid=abc",
    "cdn.other.test/lib/main.js?v=1&msclkid=2&x=%20+y",
    "cdn.other.test/lib/main.js?dl=https%3A%2F%2Fa%2F%3Fgclid%3D1",
)

# How a page causes a request of each type; every function waits until the request is over.
ISSUE = """
async ([type, urls]) => {
  const over = (element, place) => new Promise((resolve) => {
    element.onload = element.onerror = resolve;
    setTimeout(resolve, 5000);
    if (place) document.body.append(element);
  }).then(() => element.remove());
  const issue = {
    script: (url) => over(Object.assign(document.createElement('script'), {src: url}), true),
    image: (url) => over(Object.assign(new Image(), {src: url}), false),
    stylesheet: (url) => over(Object.assign(document.createElement('link'), {rel: 'stylesheet', href: url}), true),
    subdocument: (url) => over(Object.assign(document.createElement('iframe'), {src: url}), true),
    xmlhttprequest: (url) => fetch(url, {signal: AbortSignal.timeout(5000)}).catch(() => null),
    ping: async (url) => navigator.sendBeacon(url, 'x'),
    websocket: (url) => new Promise((resolve) => {
      const socket = new WebSocket(url.replace('https:', 'wss:'));
      socket.onopen = socket.onerror = socket.onclose = resolve;
      setTimeout(resolve, 5000);
    }),
  }[type];
  const waiting = [...urls];
  const worker = async () => { while (waiting.length) await issue(waiting.shift()); };
  await Promise.all(Array.from({length: 12}, worker));
}
"""
TYPES = ("script", "image", "stylesheet", "subdocument", "xmlhttprequest", "ping", "websocket")


class Witness(ThreadingHTTPServer):
    """An HTTP proxy that answers every request itself, over TLS too, and keeps the addresses it was asked for."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate)
        self.arrived: list[str] = []
        self.last = 0.0

    def handle_error(self, request: object, client_address: object) -> None:
        """The browser drops connections as it likes."""

    def drain(self) -> set[str]:
        """What has come since the last call, when nothing has come for a while."""
        self.last = time.monotonic()
        while time.monotonic() - self.last < 0.4:
            time.sleep(0.05)
        seen, self.arrived = set(self.arrived), []
        return seen


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Witness
    tunnel = ""

    def do_CONNECT(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.tunnel = "https://" + self.path.removesuffix(":443")
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = self.connection.makefile("wb", 0)
        self.close_connection = False

    def do_GET(self) -> None:
        self.server.last = time.monotonic()
        self.server.arrived.append(self.tunnel + self.path)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_socket = bool(self.headers.get("Upgrade"))
        path = self.path.partition("?")[0]
        kind = "text/javascript" if path.endswith(".js") else "text/html"
        self.send_response(403 if is_socket else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_OPTIONS = do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Witness]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "witness")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("witness") / "certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = Witness(path)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module", params=["own", "installed"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FilterEngine:
    profile = Profile(
        id="ublock",
        title="",
        description="",
        reviewed="",
        sources=(),
        lists=tuple(ListSource(name=name) for name in KNOWN_LISTS),
    )
    loaded = load(profile, tmp_path_factory.mktemp("cache"), prefer=request.param)
    if request.param == "installed" and loaded.infos[0].origin != "package":
        pytest.skip("needs Debian's webext-ublock-origin-chromium")
    return loaded.engine


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def chromium(
    driver: Playwright, engine: FilterEngine, witness: Witness, source_host: str = ""
) -> Iterator[BrowserContext]:
    program = next((place for place in BROWSERS if place and Path(place).exists()), None)
    if program is None:
        pytest.skip("needs a full Chromium; the headless shell has no extensions")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        extension = Path(folder) / "extension"
        write_extension(engine, extension, page_host="www.shop.test", source_host=source_host)
        context = driver.chromium.launch_persistent_context(
            Path(folder) / "profile",
            executable_path=program,
            headless=True,
            proxy={"server": f"http://127.0.0.1:{witness.server_port}"},
            ignore_default_args=["--disable-extensions"],
            args=[
                "--headless=new",
                "--no-sandbox",
                "--ignore-certificate-errors",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                f"--disable-extensions-except={extension}",
                f"--load-extension={extension}",
            ],
        )
        yield context
        context.close()


@pytest.fixture(scope="module")
def context(driver: Playwright, engine: FilterEngine, witness: Witness) -> Iterator[BrowserContext]:
    with chromium(driver, engine, witness) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext, witness: Witness) -> Iterator[Page]:
    page = context.new_page()
    page.goto(SHOP)
    witness.drain()
    yield page
    page.close()


def addresses() -> list[str]:
    lines = ENDPOINTS.read_text(encoding="utf-8").splitlines()
    listed = [line.split()[2] for line in lines if not line.startswith("#")]
    return sorted({f"https://{address}" for address in (*listed, *WITH_CLICK_IDENTIFIERS)})


@pytest.mark.parametrize("kind", TYPES)
def test_what_arrives_is_what_the_engine_lets_through(
    page: Page, witness: Witness, engine: FilterEngine, kind: str
) -> None:
    asked = addresses()
    if kind == "websocket":
        asked = asked[::6]  # Chromium delays sockets more and more, the more of them fail
    expected: dict[str, str] = {}
    for url in asked:
        sent = url.replace("https:", "wss:") if kind == "websocket" else url
        facts = RequestFacts(url=sent, page=SHOP, type=kind)
        if engine.decide(facts) is None:
            expected[engine.strip(facts)[0].replace("wss:", "https:")] = url
    page.evaluate(ISSUE, [kind, asked])
    arrived = witness.drain() & {*asked, *expected}  # not what the browser asks for itself
    assert sorted(arrived - expected.keys()) == [], "the browser sent what the engine blocks"
    assert sorted(expected.keys() - arrived) == [], "the browser kept back what the engine lets through"


def test_a_staging_shop_is_judged_as_the_live_one_by_both(driver: Playwright, witness: Witness) -> None:
    rules = (
        "/live.js$domain=live.test",
        "/entity.js$domain=live.*",
        "/staging.js$domain=shop.test",
        "/spared.js",
        "@@/spared.js$domain=live.test",
        "/elsewhere.js$domain=~live.test",
        "/third.js$third-party",
        "/first.js$~third-party",
    )
    engine = FilterEngine(parse("\n".join(rules), "x").rules)
    names = ("live", "entity", "staging", "spared", "elsewhere", "third", "first")
    asked = [f"https://{host}/{name}.js" for host in ("sgtm.live.test", "cdn.shop.test", "v.test") for name in names]
    expected = [
        url
        for url in asked
        if engine.decide(RequestFacts(url=url, page=SHOP, type="script"), source_host="www.live.test") is None
    ]
    with chromium(driver, engine, witness, source_host="www.live.test") as context:
        page = context.new_page()
        page.goto(SHOP)
        page.evaluate(ISSUE, ["script", asked])
        assert sorted(witness.drain() & set(asked)) == sorted(expected)
    assert 0 < len(expected) < len(asked)


def test_the_page_never_has_the_click_identifiers_of_its_address(page: Page, witness: Witness) -> None:
    page.goto(SHOP + "landing?gclid=1&size=40&fbclid=2")
    assert page.evaluate("location.href") == SHOP + "landing?size=40"
    assert SHOP + "landing?size=40" in witness.drain()


@pytest.mark.parametrize(
    ("prepare", "script", "go_on"),
    [
        (
            "window.dataLayer = []",
            "https://www.googletagmanager.com/gtm.js?id=GTM-ABC1234",
            "done => dataLayer.push({event: 'purchase', eventCallback: done})",
        ),
        (
            "window.dataLayer = []; window.gtag = function () { dataLayer.push(arguments); }",
            "https://www.googletagmanager.com/gtag/js?id=G-ABCDEF1234",
            "done => gtag('event', 'purchase', {event_callback: done})",
        ),
        (
            "window.ga = function () { (ga.q = ga.q || []).push(arguments); }",
            "https://www.google-analytics.com/analytics.js",
            "done => ga('send', 'event', {hitCallback: done})",
        ),
    ],
)
@pytest.mark.parametrize("waits_before_loading", [True, False])
def test_a_checkout_that_waits_for_a_replaced_script_goes_on(
    page: Page, witness: Witness, prepare: str, script: str, go_on: str, waits_before_loading: bool
) -> None:
    outcome = page.evaluate(
        """async ([prepare, script, goOn, before]) => {
          (0, eval)(prepare);
          const waiting = () => new Promise((resolve) => {
            (0, eval)(goOn)(() => resolve('went on'));
            setTimeout(resolve, 3000, 'hangs');
          });
          const early = before ? waiting() : null;
          const loaded = await new Promise((resolve) => {
            const element = Object.assign(document.createElement('script'), {src: script});
            element.onload = () => resolve('loaded');
            element.onerror = () => resolve('failed');
            document.body.append(element);
          });
          return [loaded, await (early || waiting())];
        }""",
        [prepare, script, go_on, waits_before_loading],
    )
    assert outcome == ["loaded", "went on"]
    assert script not in witness.drain()
