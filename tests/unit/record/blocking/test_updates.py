"""A newer list replaces an old one only if it is due, whole and sound; a server on loopback publishes it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.model.profile import ListSource, Profile
from harness.record.blocking.lists import load
from harness.record.blocking.updates import Fetched, Update, fetched, update

OLD = b"[Adblock Plus 2.0]\n! Title: EasyList\n! Version: 1\n! Expires: 4 days\n||old.example^\n"
NEW = OLD.replace(b"Version: 1", b"Version: 2").replace(b"old", b"new")
DAY = 24 * 3600


class Publisher:
    """What `/list.txt` answers: a status, a body, and how many bytes it announces."""

    def __init__(self) -> None:
        self.status, self.body, self.announced = 200, OLD, None
        self.asked: list[dict[str, str]] = []
        publisher: Any = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                publisher.asked.append(headers)
                etag = f'"{hashlib.sha256(publisher.body).hexdigest()[:8]}"'
                known = publisher.status == 200 and headers.get("if-none-match") == etag
                self.send_response(304 if known else publisher.status)
                self.send_header("etag", etag)
                body = b"" if known else publisher.body
                if publisher.announced != 0:
                    self.send_header("content-length", str(publisher.announced or len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/list.txt"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def updated(publisher: Publisher, cache: Path, now: float = 0.0, **options: Any) -> Update:
    return update("easylist", cache, now=now, address=publisher.address, **options)


def test_a_list_is_fetched_and_then_used_by_profiles(publisher: Publisher, tmp_path: Path) -> None:
    result = updated(publisher, tmp_path, now=1000.0)
    digest = hashlib.sha256(OLD).hexdigest()
    assert (result.state, result.told) == ("updated", f"EasyList 1, 1 rules, sha256 {digest}")
    noted = fetched("easylist", tmp_path)
    assert isinstance(noted, Fetched)
    assert (noted.sha256, noted.fetched_at, noted.expires_at) == (digest, 1000.0, 1000.0 + 4 * DAY)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["easylist.json", "easylist.txt"]
    profile = Profile(id="p", title="", description="", reviewed="", sources=(), lists=(ListSource(name="easylist"),))
    (info,) = load(profile, tmp_path, package_folders=()).infos
    assert (info.origin, info.version, info.sha256) == ("cache", "1", digest)


def test_nobody_is_asked_before_a_list_is_due_unless_told_to(publisher: Publisher, tmp_path: Path) -> None:
    updated(publisher, tmp_path)
    publisher.body = NEW
    assert updated(publisher, tmp_path, now=3 * DAY).state == "fresh"
    assert len(publisher.asked) == 1
    assert updated(publisher, tmp_path, now=3 * DAY, is_forced=True).state == "updated"
    assert (tmp_path / "easylist.txt").read_bytes() == NEW


def test_a_list_that_has_not_changed_is_not_sent_again(publisher: Publisher, tmp_path: Path) -> None:
    updated(publisher, tmp_path)
    assert updated(publisher, tmp_path, now=5 * DAY).state == "unchanged"
    assert publisher.asked[-1]["if-none-match"]
    noted = fetched("easylist", tmp_path)
    assert noted is not None
    assert noted.expires_at == 9 * DAY
    publisher.body = NEW
    assert updated(publisher, tmp_path, now=10 * DAY).state == "updated"


def test_a_list_changed_by_hand_is_fetched_anew(publisher: Publisher, tmp_path: Path) -> None:
    updated(publisher, tmp_path)
    (tmp_path / "easylist.txt").write_bytes(OLD + b"||mine.example^\n")
    assert updated(publisher, tmp_path).state == "updated"
    assert "if-none-match" not in publisher.asked[-1]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"status": 500}, "answered 500"),
        ({"status": 404}, "answered 404"),
        ({"announced": 2 * len(NEW)}, "peer closed connection"),
        ({"body": NEW.rstrip(), "announced": 0}, "ends within a line"),
        ({"body": b"<!DOCTYPE html><title>Log in</title>\n" * 9}, "a web page came"),
        ({"body": b"||no.header.example^\n" * 9}, "no header of a filter list"),
        ({"body": b"! Title: EasyList\n||a.example^\n"}, "less than half of the"),
        ({"body": b"! Title: EasyList\n" + b"! only remarks\n" * 9}, "no rule that can be read"),
    ],
)
def test_what_is_not_sound_leaves_the_old_list_in_place(
    publisher: Publisher, tmp_path: Path, answer: dict[str, Any], told: str
) -> None:
    updated(publisher, tmp_path)
    for name, value in {"body": NEW, **answer}.items():
        setattr(publisher, name, value)
    result = updated(publisher, tmp_path, now=5 * DAY)
    assert result.state == "failed"
    assert told in result.told
    assert result.told.endswith("; the list that was there is kept")
    assert (tmp_path / "easylist.txt").read_bytes() == OLD
    assert sorted(path.name for path in tmp_path.iterdir()) == ["easylist.json", "easylist.txt"]


def test_only_the_pinned_text_is_taken(publisher: Publisher, tmp_path: Path) -> None:
    wrong = updated(publisher, tmp_path, pin="0" * 64)
    assert (wrong.state, list(tmp_path.iterdir())) == ("failed", [])
    digest = hashlib.sha256(OLD).hexdigest()
    assert wrong.told == f"the text has sha256 {digest}, not {'0' * 64}; there is none in the cache"
    assert updated(publisher, tmp_path, pin=digest).state == "updated"
    assert updated(publisher, tmp_path, pin=digest).state == "fresh"
    assert updated(publisher, tmp_path, pin=hashlib.sha256(NEW).hexdigest()).state == "failed"


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = update("easylist", tmp_path, now=0.0, address="http://127.0.0.1:9/list.txt")
    assert result.state == "failed"
    assert result.told.endswith("there is none in the cache")
