"""A file becomes one exchange with this run's rows only; those of others leave empty lines and a number."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from builders import START, STORE_SALE, hexed, persona, specs

from harness.decode import rows_in
from harness.model.recording import ROWS_OF_OTHERS, Exchange, Fate, Origin, Request
from harness.record.backend import Backend
from harness.record.steps import STEP_VERBS, StepFailedError, Visit
from harness.record.uploads import UploadError, Uploads, every_line, fetched, request_of

OTHERS = "somebody.else@example.org"
HEAD = "Parameters:TimeZone=+0100\nGoogle Click ID,Conversion Name,Conversion Time,Order ID\n"


def handed(
    content: str, tmp_path: Path, *, vendor: str = "google-ads", name: str = "day.csv", **arguments: str
) -> Exchange:
    path = tmp_path / name
    path.write_bytes(content.encode())
    uploads = Uploads(
        run_id="visit-1", persona=persona(), rows_in=lambda request: rows_in(request, specs().values()), get=_no_site
    )
    taken = uploads.take(
        {"vendor": vendor, "file": str(path), **arguments},
        site_url="https://shop.test",
        conversions=[STORE_SALE],
        at=START,
        step=4,
        leg=1,
    )
    asyncio.run(taken)
    (exchange,) = uploads.exchanges
    return exchange


async def _no_site(address: str) -> bytes:
    raise AssertionError(address)


def text_of(request: Request) -> str:
    assert request.body is not None
    return request.body.text or ""


def test_a_file_is_an_exchange_that_was_sent_nowhere(tmp_path: Path) -> None:
    row = f"{persona().click_ids['gclid']},Sale,2026-11-21 12:00:00,T-1\n"
    exchange = handed(HEAD + row, tmp_path, account="1234567890")
    assert (exchange.origin, exchange.fate, exchange.answered_by) == (Origin.SERVER, Fate.ANSWERED, "")
    assert (exchange.response, exchange.started_at, exchange.step, exchange.leg) == (None, START, 4, 1)
    assert exchange.request.method == "UPLOAD"
    assert exchange.request.url == "upload://google-ads/day.csv?account=1234567890"
    assert exchange.request.headers == (("content-type", "text/csv"),)
    assert text_of(exchange.request) == HEAD + row


def test_rows_of_others_leave_empty_lines_and_their_number(tmp_path: Path) -> None:
    own = f"{persona().click_ids['gclid']},Sale,2026-11-21 12:00:00,T-1\n"
    by_order = f"none,Sale,2026-11-21 12:00:00,{STORE_SALE.order_id}\n"
    foreign = f'EAIaSomebody,"Sale, {OTHERS}\nof a day",2026-11-21 12:00:00,T-2\n'
    request = handed(HEAD + foreign + own + foreign + by_order, tmp_path).request
    assert text_of(request) == f"{HEAD}\n\n{own}\n\n{by_order}"
    assert dict(request.headers)[ROWS_OF_OTHERS] == "2"


def test_a_line_is_known_by_a_hash_of_the_persona(tmp_path: Path) -> None:
    own = f'{{"user_data": {{"em": ["{hexed(persona().email.lower())}"]}}}}\n'
    foreign = f'{{"user_data": {{"em": ["{hexed(OTHERS)}"]}}}}\n'
    request = handed(foreign + own, tmp_path, vendor="meta", name="day.jsonl").request
    assert dict(request.headers) == {"content-type": "application/jsonl", ROWS_OF_OTHERS: "1"}
    assert text_of(request) == "\n" + own


@pytest.mark.parametrize("content", [f"Order,Mail\nT-9,{OTHERS}\n", f"{OTHERS}\n{HEAD}"])
def test_nothing_of_others_is_kept_of_a_file_in_no_known_form_or_above_a_table(content: str, tmp_path: Path) -> None:
    assert OTHERS not in text_of(handed(content, tmp_path).request)


def test_without_specs_each_line_is_a_row() -> None:
    assert list(every_line(request_of("v", "a.csv", b"a\r\nb\n"))) == [range(1, 2), range(2, 3)]


def test_a_byte_order_mark_of_another_encoding_is_understood() -> None:
    assert text_of(request_of("v", "a b.csv", "A,B\n".encode("utf-16"))) == "A,B\n"
    assert request_of("v", "a b.csv", b"A").url == "upload://v/a%20b.csv"


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UploadError, match="expected a file of conversions"):
        asyncio.run(
            Uploads(run_id="r", persona=persona(), rows_in=every_line, get=_no_site).take(
                {"vendor": "meta", "file": str(tmp_path / "none.csv")},
                site_url="",
                conversions=(),
                at=START,
                step=0,
                leg=0,
            )
        )
    with pytest.raises(UploadError, match="not text in UTF-8"):
        request_of("meta", "day.csv", b"\xff\x00\x81")


@pytest.fixture
def site() -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/export?vendor=meta" and self.headers["host"] == "till.test"
            self.send_response(200 if found else 302)
            self.send_header("location", "https://elsewhere.test/")
            self.end_headers()
            self.wfile.write(b"a,b\n")

        def log_message(self, *_arguments: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_the_site_is_asked_for_a_file_where_it_really_listens(site: int) -> None:
    backend = Backend(site_url="https://till.test", hosts=("till.test",), address=("127.0.0.1", site))
    assert asyncio.run(fetched(backend, "https://till.test/export?vendor=meta", timeout=5)) == b"a,b\n"
    with pytest.raises(UploadError, match="answered with status 302; expected a file"):
        asyncio.run(fetched(backend, "https://till.test/moved", timeout=5))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"file": "none.csv"}, "none.csv: No such file"),
        ({"url": "https://elsewhere.test/export"}, "elsewhere.test is not the site's"),
    ],
)
def test_the_step_says_what_kept_it_from_reading_a_file(wanted: dict[str, str], expected: str) -> None:
    backend = Backend(site_url="https://shop.test", hosts=("shop.test",))
    visit = Visit(
        device=None,
        site_url="https://shop.test",
        data_layer="",
        timeout=1,
        clock=lambda: START,
        variables={},
        backend=backend,
        surveyor=cast(Any, None),
        answer=lambda chosen: None,
        uploads=Uploads(
            run_id="r",
            persona=persona(),
            rows_in=every_line,
            get=lambda address: fetched(backend, address, timeout=1),
        ),
    )
    with pytest.raises(StepFailedError, match=expected):
        asyncio.run(_take(visit, {"vendor": "meta", **wanted}))


async def _take(visit: Visit, arguments: dict[str, str]) -> None:
    await STEP_VERBS["upload"](visit, arguments)
