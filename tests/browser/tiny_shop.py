"""A shop of two pages with a tag, a server call and a few traps, for tests of the recording."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

FORM = """<!doctype html><html lang=en><head><title>Tiny shop</title><link rel=icon href="data:,"></head><body>
<h1>Tiny shop</h1><p id=landing></p>
<form method=post action=/order>
 <label>Email <input name=email></label> <label>First name <input name=first_name></label>
 <label>Country <select name=country><option value=DE>Germany</option><option value=FR>France</option></select></label>
 <label><input type=checkbox name=terms required> I agree</label>
 <button>Buy now</button> <button type=button disabled>Later</button>
</form>
<a href=/about>About us</a> <button style="display:none">Secret</button>
<button type=button class=twin>Twin</button><button type=button class=twin>Twin</button>
<script>
 document.getElementById('landing').textContent = location.search;
 window.dataLayer = [{event: 'page_view', node: document.body, big: 10n, when: new Date(0), f() {}}];
 dataLayer[0].self = dataLayer[0]; dataLayer.push(window); dataLayer.push('\\ud83d');
 (function () { dataLayer.push(arguments); })('event', 'called', {value: 1});
 setTimeout(() => dataLayer.push({event: 'late'}), 300);
 new Image().src = 'https://ads.example/tag?page=' + encodeURIComponent(location.pathname);
 console.error('a fault of the shop');
</script></body></html>"""

THANKS = """<!doctype html><html lang=en><head><title>Thanks</title><link rel=icon href="data:,"></head><body>
<h1>Thank you, {name}</h1><p>Order <b data-testid=order> {order} </b>, total
<b data-testid=total data-value="12.50">12,50</b></p>
<script>
 addEventListener('pagehide', () => navigator.sendBeacon('https://ads.example/bye?order={order}', 'bye'));
</script></body></html>"""


# Server calls that wait for somebody to open /release.
HELD: list[tuple[str, str]] = []
# Every order with its email, for the file of the day.
SOLD: list[tuple[str, str]] = []


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    orders = 0

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/thanks":
            self._answer(THANKS.format(name=query["name"], order=query["order"]))
        elif parts.path == "/slow":
            time.sleep(30)
        elif parts.path == "/crash":
            print("the shop is on fire", file=sys.stderr, flush=True)
            os._exit(7)
        elif parts.path == "/release":
            while HELD:
                _tell(*HELD.pop(0))
            self._answer("released")
        elif parts.path == "/export":
            self._answer("".join(f"{order},{email}\n" for order, email in [("TINY-99999", "x@y.example"), *SOLD]))
        elif parts.path in ("/", "/about"):
            self._answer(FORM)
        else:
            self._answer("not here", status=404)

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["content-length"])).decode()
        Shop.orders += 1
        order = f"TINY-{Shop.orders:05d}"
        if self.path == "/till":
            _tell(order, json.loads(sent)["email"])
            self._answer(json.dumps({"order": {"id": order, "lines": [{"price": 12.5}]}}))
            return
        form = parse_qs(sent)
        email = form.get("email", [""])[0]
        SOLD.append((order, email))
        if "--hold" in sys.argv:
            HELD.append((order, email))
        else:
            threading.Thread(target=_tell_later, args=(order, email), daemon=True).start()
        self.send_response(303)
        self.send_header("location", f"/thanks?order={order}&name={quote(form.get('first_name', [''])[0])}")
        self.send_header("content-length", "0")
        self.end_headers()

    def _answer(self, text: str, status: int = 200) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(content)))
        # Nothing of the page may come out of the browser's own code but what it asks for.
        self.send_header("content-security-policy", "default-src * data: 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        return


def _tell_later(order: str, email: str) -> None:
    """Late enough that a recording which does not wait would miss it."""
    time.sleep(0.8)
    _tell(order, email)


def _tell(order: str, email: str) -> None:
    body = json.dumps({"order": order, "em": hashlib.sha256(email.strip().lower().encode()).hexdigest()}).encode()
    request = urllib.request.Request("https://ads.example/collect", data=body, method="POST")
    request.add_header("content-type", "application/json")
    urllib.request.urlopen(request, timeout=10).read()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.daemon_threads = True
    print(json.dumps({"ready": {"port": server.server_address[1]}}), flush=True)
    server.serve_forever()
