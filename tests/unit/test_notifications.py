"""A webhook is told of a change of verdict, signed, a bounded number of times, and of nobody's data."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from builders import persona
from click.testing import CliRunner, Result
from history_builders import a_broken_suite, a_sound_suite, at_day

from harness.cli import main
from harness.errors import DeliveryError, ExitCode, InputError
from harness.history import add, opened, suite_line
from harness.model.notification import Notification
from harness.model.result import SuiteResult
from harness.notifications import DELIVERY, SIGNATURE, body_of, deliver, in_words, notification, signature
from harness.report.json_result import render_json

TOKEN = "T0KEN-of-the-hook"
SECRET = "hush hush"
NOW = 1_800_000_000


@dataclass
class Receiver:
    """A webhook on loopback that answers as it is told, and keeps what it got."""

    port: int = 0
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/{TOKEN}?key={TOKEN}"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((dict(self.headers.items()), body))
            status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()


def a_notification(result: SuiteResult | None = None, previous: str = "passed") -> Notification:
    result = result or a_broken_suite()
    return notification(result, suite_line(result), previous)


def sent(receiver: Receiver, *, format_: str = "json", secret: str = "") -> list[float]:
    """The pauses between the attempts."""
    pauses: list[float] = []
    deliver(receiver.url, a_notification(), format_=format_, secret=secret, now=lambda: NOW + 0.9, sleep=pauses.append)
    return pauses


def test_the_signature_covers_the_time_and_the_body(receiver: Receiver) -> None:
    assert sent(receiver, secret=SECRET) == []
    ((headers, body),) = receiver.got
    fields = dict(part.split("=") for part in headers[SIGNATURE].split(","))
    due = hmac.new(SECRET.encode(), fields["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert (fields["t"], fields["v1"]) == (str(NOW), due)
    assert signature(SECRET, NOW, body + b" ") != headers[SIGNATURE] != signature(SECRET, NOW + 1, body)


def test_a_message_without_a_secret_has_no_signature_and_the_same_news_has_the_same_id(receiver: Receiver) -> None:
    sent(receiver)
    sent(receiver)
    (first, _), (second, _) = receiver.got
    assert SIGNATURE not in first
    assert first[DELIVERY] == second[DELIVERY]


def test_the_message_says_what_changed_and_where(receiver: Receiver) -> None:
    sent(receiver)
    told = json.loads(receiver.got[0][1])
    assert (told["verdict"], told["previous"], told["changed"]) == ("failed", "passed", True)
    assert "event-id-match" in told["failing"]["meta"]
    assert (told["runs"], told["orders"]) == (2, 2)


def test_slack_gets_text_alone_that_cannot_address_anybody(receiver: Receiver) -> None:
    sent(receiver, format_="slack")
    told = json.loads(receiver.got[0][1])
    assert told.keys() == {"text"}
    assert "failed (was passed)" in told["text"]
    hostile = replace(a_notification(), title="<!channel> & <https://evil.test|here>")
    assert "<" not in in_words(hostile)


@pytest.mark.parametrize("format_", ["json", "slack"])
def test_nothing_of_a_visitor_or_an_order_is_told(format_: str) -> None:
    text = body_of(a_notification(), format_).decode().lower()
    visitor = persona()
    values = [visitor.email, visitor.phone, visitor.last_name, *visitor.click_ids.values(), "CS-7F3K9Q2"]
    assert not [value for value in values if value.lower() in text]


def test_what_may_pass_is_tried_again_with_longer_pauses(receiver: Receiver) -> None:
    receiver.answers = [(503, {}), (429, {"Retry-After": "20"}), (500, {"Retry-After": "4000"})]
    assert sent(receiver) == [1.0, 20.0, 30.0]
    assert len(receiver.got) == 4


@pytest.mark.parametrize(("status", "attempts"), [(500, 4), (404, 1), (302, 1)])
def test_a_receiver_that_does_not_take_it_is_told_without_the_token(
    receiver: Receiver, status: int, attempts: int
) -> None:
    receiver.answers = [(status, {"Location": "http://127.0.0.1:1/"})] * 9
    with pytest.raises(DeliveryError, match=rf"127\.0\.0\.1 did not take the notification: status {status}") as error:
        sent(receiver)
    assert len(receiver.got) == attempts
    assert TOKEN not in str(error.value)


def test_a_receiver_that_is_not_there_is_told_without_the_token(receiver: Receiver) -> None:
    nobody = Receiver(port=1)
    with pytest.raises(DeliveryError, match=r"127\.0\.0\.1 did not take the notification: ConnectError") as error:
        sent(nobody)
    assert TOKEN not in str(error.value)


def test_what_is_no_webhook_is_told_without_what_was_given() -> None:
    with pytest.raises(InputError, match="expected https://HOST/PATH") as error:
        deliver(f"ftp://host/{TOKEN}", a_notification(), format_="json", secret="", now=float, sleep=lambda _: None)
    assert TOKEN not in str(error.value)


@dataclass
class Kept:
    """A history with one sound suite, and where results are written to be told of."""

    folder: Path

    @property
    def history(self) -> str:
        return str(self.folder / "history.sqlite")

    def result(self, result: SuiteResult) -> str:
        path = self.folder / "result.json"
        path.write_text(render_json(result))
        return str(path)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    kept = Kept(tmp_path)
    with opened(kept.history, is_written=True) as connection:
        add(connection, a_sound_suite())
    return kept


def notify(receiver: Receiver, kept: Kept, result: SuiteResult, *options: str) -> Result:
    arguments = ("notify", kept.result(result), "--url", receiver.url, "--history", kept.history, *options)
    return CliRunner().invoke(main, arguments)


def test_only_a_change_of_the_verdict_is_told(receiver: Receiver, kept: Kept) -> None:
    same = notify(receiver, kept, at_day(a_sound_suite(), 1))
    assert (same.exit_code, receiver.got) == (ExitCode.PASSED, [])
    assert "nothing was sent: passed, as before" in same.output
    changed = notify(receiver, kept, at_day(a_broken_suite(), 1))
    assert (changed.exit_code, len(receiver.got)) == (ExitCode.PASSED, 1)
    assert "sent: failed, before passed (status 204)" in changed.output
    assert TOKEN not in same.output + changed.output


def test_always_tells_and_so_does_a_suite_that_is_new(receiver: Receiver, kept: Kept) -> None:
    assert notify(receiver, kept, at_day(a_sound_suite(), 1), "--always").exit_code == ExitCode.PASSED
    elsewhere = Kept(kept.folder / "elsewhere")
    elsewhere.folder.mkdir()
    assert "nothing before it is known" in notify(receiver, elsewhere, a_sound_suite()).output
    assert len(receiver.got) == 2
    assert not Path(elsewhere.history).exists()


def test_a_notification_that_nobody_took_is_inconclusive(receiver: Receiver, kept: Kept) -> None:
    receiver.answers = [(403, {})]
    told = notify(receiver, kept, at_day(a_broken_suite(), 1))
    assert told.exit_code == ExitCode.INCONCLUSIVE
    assert TOKEN not in told.output


def test_a_secret_that_is_not_there_is_wrong_usage(receiver: Receiver, kept: Kept) -> None:
    told = notify(receiver, kept, a_broken_suite(), "--secret-env", "NO_SUCH_SECRET")
    assert (told.exit_code, receiver.got) == (ExitCode.USAGE, [])
    assert "NO_SUCH_SECRET is not set" in told.output
