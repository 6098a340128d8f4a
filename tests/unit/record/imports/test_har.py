"""Archives of five programs are read alike, and what one of them does not tell is said."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from harness.errors import InputError
from harness.model.recording import EvidenceSource, Exchange, Fate, Origin
from harness.record.imports import imported_files

SHOP = "https://shop.test"
PIXEL = "https://ads.test/tr"
NOON = "2026-11-22T12:00:00.000Z"


def entry(url: str = f"{PIXEL}?ev=Purchase", *, at: str = NOON, method: str = "GET", **changes: Any) -> dict[str, Any]:
    """As Chromium writes one; `request` and `response` are merged into its own."""
    request = {"method": method, "url": url, "httpVersion": "h2", "headers": [], "queryString": [], "bodySize": 0}
    response = {"status": 200, "headers": [], "content": {"size": 0, "mimeType": "image/gif"}, "bodySize": 0}
    whole = {
        "startedDateTime": at,
        "time": 120.5,
        "request": request | changes.pop("request", {}),
        "response": response | changes.pop("response", {}),
        "cache": {},
        "timings": {"send": 0, "wait": 120.5, "receive": 0},
    }
    return whole | changes


def page(url: str = f"{SHOP}/thanks", **changes: Any) -> dict[str, Any]:
    return entry(url, **{"_resourceType": "document", "pageref": "page_1"} | changes)


def read(
    folder: Path, *entries: dict[str, Any], is_servers: bool = False, **log: Any
) -> tuple[EvidenceSource, tuple[Exchange, ...]]:
    path = folder / "visit.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries} | log}), "utf-8")
    [file] = imported_files(path, 1, is_servers=is_servers, origins={})
    return file.source, file.exchanges


def test_an_entry_becomes_an_exchange(tmp_path: Path) -> None:
    headers = [{"name": ":authority", "value": "ads.test"}, {"name": "referer", "value": f"{SHOP}/thanks"}]
    source, [exchange] = read(
        tmp_path,
        entry(request={"headers": headers}, response={"content": {"size": 2, "text": "ok"}}),
        creator={"name": "WebInspector", "version": "537.36"},
    )
    assert (exchange.origin, exchange.fate, exchange.request.method) == (Origin.BROWSER, Fate.ANSWERED, "GET")
    assert exchange.started_at == 1795348800.0
    assert exchange.ended_at == pytest.approx(1795348800.1205)
    assert exchange.page == f"{SHOP}/thanks"
    assert exchange.request.headers == (("referer", f"{SHOP}/thanks"),)
    assert exchange.response is not None
    assert exchange.response.body is not None
    assert exchange.response.body.text == "ok"
    assert (source.program, source.entries, source.taken) == ("WebInspector 537.36", 1, 1)


def test_an_archive_of_a_server_says_who_sent_it(tmp_path: Path) -> None:
    source, [exchange] = read(tmp_path, entry(), is_servers=True)
    assert (source.origin, exchange.origin, exchange.type, exchange.step) == (Origin.SERVER, Origin.SERVER, "", None)


def test_an_archive_is_a_browsers_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    read(tmp_path, entry())
    [file] = imported_files(tmp_path / "visit.har", 1, is_servers=False, origins={0: Origin.SERVER})
    assert file.source.origin is Origin.SERVER


@pytest.mark.parametrize(
    "at", ["2026-11-22T12:00:00Z", "2026-11-22T13:00:00.000+01:00", "2026-11-22T07:00:00.0000000-05:00"]
)
def test_times_are_read_in_their_zone(tmp_path: Path, at: str) -> None:
    assert read(tmp_path, entry(at=at))[1][0].started_at == 1795348800.0


def test_a_time_without_a_zone_is_told(tmp_path: Path) -> None:
    source, _ = read(tmp_path, entry(at="2026-11-22T12:00:00"))
    assert any("names no zone, read as UTC" in lack for lack in source.lacks)


FORM = "application/x-www-form-urlencoded"
BODIES = {
    "text": ({"mimeType": FORM, "text": "ev=Purchase&cd%5Bvalue%5D=9.90"}, "ev=Purchase&cd%5Bvalue%5D=9.90"),
    "params alone": (
        {"mimeType": FORM, "params": [{"name": "ev", "value": "Purchase"}, {"name": "cd[value]", "value": "9.90"}]},
        "ev=Purchase&cd%5Bvalue%5D=9.90",
    ),
    "params still encoded": (
        {"mimeType": FORM, "params": [{"name": "dl", "value": "https%3A%2F%2Fshop.test"}]},
        "dl=https%3A%2F%2Fshop.test",
    ),
    "multipart params": (
        {"mimeType": "multipart/form-data; boundary=x1", "params": [{"name": "data", "value": "{}"}]},
        '--x1\r\nContent-Disposition: form-data; name="data"\r\n\r\n{}\r\n--x1--\r\n',
    ),
    "base64": ({"text": base64.b64encode(b'{"a":1}').decode(), "encoding": "base64"}, '{"a":1}'),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_read_in_whatever_form_it_was_saved(tmp_path: Path, name: str) -> None:
    data, wanted = BODIES[name]
    _, [exchange] = read(tmp_path, entry(method="POST", request={"postData": data}))
    assert exchange.request.body is not None
    assert exchange.request.body.text == wanted


def test_a_body_in_a_file_beside_the_archive_is_read_and_none_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"ev=Purchase")
    (tmp_path.parent / "secret").write_bytes(b"nobody's business")
    beside, outside = ({"mimeType": FORM, "_file": name} for name in ("a.bin", "../secret"))
    _, [one, other] = read(
        tmp_path,
        entry(method="POST", request={"postData": beside}),
        entry(method="POST", request={"postData": outside}, at="2026-11-22T12:00:01Z"),
    )
    assert one.request.body is not None
    assert one.request.body.text == "ev=Purchase"
    assert other.request.body is not None
    assert (other.request.body.text, other.request.body.size) == ("", 1)


def test_a_beacon_without_its_body_is_known_to_lack_it(tmp_path: Path) -> None:
    source, [by_size, by_header, empty] = read(
        tmp_path,
        entry(method="POST", request={"bodySize": 40}),
        entry(method="POST", request={"bodySize": -1, "headers": [{"name": "Content-Length", "value": "12"}]}),
        entry(method="POST", request={"bodySize": 0, "headers": [{"name": "content-length", "value": "0"}]}),
    )
    assert [each.request.body.size if each.request.body else None for each in (by_size, by_header, empty)] == [
        40, 12, None,
    ]  # fmt: skip
    assert any("2 requests without the body that was sent (ads.test)" in lack for lack in source.lacks)


FATES: dict[str, tuple[dict[str, Any], Fate]] = {
    "Chromium, blocked": ({"response": {"status": 0, "_error": "net::ERR_BLOCKED_BY_CLIENT"}}, Fate.BLOCKED),
    "Playwright, blocked": ({"response": {"status": -1, "_failureText": "net::ERR_BLOCKED_BY_CLIENT"}}, Fate.BLOCKED),
    "Firefox, blocked": ({"response": {"status": 0}, "_blockedReason": "extension"}, Fate.BLOCKED),
    "Chromium, refused": ({"response": {"status": 0, "_error": "net::ERR_CONNECTION_REFUSED"}}, Fate.FAILED),
    "Chromium, page left": ({"response": {"status": 0, "_error": "net::ERR_ABORTED"}}, Fate.PENDING),
    "Safari, no word": ({"response": {"status": 0}}, Fate.PENDING),
    "no response at all": ({"response": {"status": None}}, Fate.PENDING),
}


@pytest.mark.parametrize("name", FATES)
def test_what_became_of_a_request_is_told_as_far_as_it_is_known(tmp_path: Path, name: str) -> None:
    changes, fate = FATES[name]
    _, [exchange] = read(tmp_path, entry(**changes))
    assert (exchange.fate, exchange.response) == (fate, None)


def test_what_never_went_out_is_left_out_and_told(tmp_path: Path) -> None:
    source, exchanges = read(
        tmp_path,
        entry(),
        entry(_fromCache="disk"),
        entry("data:image/gif;base64,R0lG"),
        entry("wss://shop.test/socket", _webSocketMessages=[]),
    )
    assert [each.id for each in exchanges] == ["1-0001"]
    assert (source.entries, source.taken) == (4, 1)
    assert [lack.split(" ")[0] for lack in source.lacks[:3]] == ["1", "1", "1"]


def test_what_a_service_worker_sent_for_a_page_is_counted_once(tmp_path: Path) -> None:
    own = entry(response={"_fetchedViaServiceWorker": True})
    alone = entry(f"{PIXEL}?ev=Lead", response={"_fetchedViaServiceWorker": True})
    _, exchanges = read(tmp_path, own, entry(), alone)
    assert [each.id for each in exchanges] == ["1-0002", "1-0003"]


def test_pages_are_told_from_frames_and_from_what_leads_to_them(tmp_path: Path) -> None:
    _, exchanges = read(
        tmp_path,
        page(f"{SHOP}/go", response={"status": 302, "headers": [{"name": "location", "value": "/thanks"}]}),
        page(at="2026-11-22T12:00:01Z"),
        page("https://ads.test/frame", at="2026-11-22T12:00:02Z", request={"headers": [
            {"name": "Accept", "value": "text/html"}, {"name": "Referer", "value": f"{SHOP}/thanks"}]}),
        entry(at="2026-11-22T12:00:03Z"),
        page(f"{SHOP}/next", at="2026-11-22T12:00:04Z", pageref="page_2"),
        entry(at="2026-11-22T12:00:05Z", pageref="page_2"),
    )  # fmt: skip
    assert [each.type for each in exchanges][:3] == ["document", "document", "subdocument"]
    assert [each.step for each in exchanges] == [None, 0, 0, 0, 1, 1]
    assert (exchanges[3].page, exchanges[5].page) == (f"{SHOP}/thanks", f"{SHOP}/next")


def test_an_answer_whose_body_was_not_kept_is_told_apart_from_an_empty_one(tmp_path: Path) -> None:
    source, [kept_not, empty] = read(
        tmp_path, entry(response={"content": {"size": 43, "mimeType": "image/gif"}}), entry()
    )
    assert kept_not.response is not None
    assert kept_not.response.body is not None
    assert (kept_not.response.body.text, kept_not.response.body.size) == ("", 43)
    assert empty.response is not None
    assert empty.response.body is None
    assert any("1 answer whose body was not kept" in lack for lack in source.lacks)


def test_an_archive_without_cookies_says_so(tmp_path: Path) -> None:
    cookie = {"headers": [{"name": "Cookie", "value": "a=b"}]}
    assert any("sanitised" in lack for lack in read(tmp_path, entry())[0].lacks)
    assert not any("sanitised" in lack for lack in read(tmp_path, entry(request=cookie))[0].lacks)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"log": {"entries": [\n  {"startedDateTime": "2026', "visit.har:2:"),
        ('{"log": {"entries": [\n  {"startedDateTime": }]}}', "visit.har:2:23"),
        ('{"log": {"version": "1.2"}}', "entries"),
        ('{"log": {"entries": [{"startedDateTime": "x", "request": {"method": "GET", "url": 7}}]}}', "request.url"),
        ('{"log": {"entries": [{"startedDateTime": "noon", "request": {"method": "GET", "url": "https://a.test"}}]}}',
         "log.entries[0].startedDateTime is 'noon'"),
        ("PK\x03\x04", "cannot be unpacked"),
        ("", "an empty file"),
    ],
)  # fmt: skip
def test_a_broken_archive_is_refused_with_the_place(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "visit.har"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=r"visit\.har") as refused:
        imported_files(path, 1, is_servers=False, origins={})
    assert said in str(refused.value)


def test_the_archive_of_a_recording_is_refused_in_favour_of_the_recording(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="audit the recording itself"):
        read(tmp_path, entry(), creator={"name": "conversion-testing-harness", "version": "1"})


def test_a_long_archive_is_read_whole(tmp_path: Path) -> None:
    many = [
        entry(f"{PIXEL}?n={number}", response={"content": {"size": 4000, "text": "x" * 4000}}) for number in range(3000)
    ]
    source, exchanges = read(tmp_path, *many)
    assert (source.taken, len({each.id for each in exchanges})) == (3000, 3000)
