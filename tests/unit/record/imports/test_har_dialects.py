"""Each program leaves out something else of what a HAR could hold: what is lost is said, and nothing is made of it."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from harness.errors import InputError
from harness.model.recording import EvidenceSource, Exchange, Fate
from harness.record.imports import imported_files

SHOP, ADS = "https://shop.test", "https://ads.test"
JSON = '{"ev":"Purchase","id":"1001"}'


def entry(method: str, url: str, *, at: int = 0, **changes: Any) -> dict[str, Any]:
    request = {"method": method, "url": url, "headers": [], **changes.pop("request", {})}
    response = {"status": 200, "headers": [], "content": {}, **changes.pop("response", {})}
    time = f"2026-11-22T12:00:{at:02}.000Z"
    return {"startedDateTime": time, "time": 10, "request": request, "response": response, **changes}


def headers(**named: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in named.items()]


def read(path: Path, *, is_servers: bool = False) -> tuple[EvidenceSource, tuple[Exchange, ...]]:
    [file] = imported_files(path, 1, is_servers=is_servers, origins={})
    return file.source, file.exchanges


def archive(*entries: dict[str, Any], creator: str = "") -> str:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": creator, "version": "1"}, "entries": entries}})


def saved(folder: Path, *entries: dict[str, Any], creator: str = "") -> Path:
    path = folder / "visit.har"
    path.write_text(archive(*entries, creator=creator), "utf-8")
    return path


def bodies(exchanges: tuple[Exchange, ...]) -> list[str | int | None]:
    """Each request's body, its size alone where that is all there is, None where there was none."""
    told = [each.request.body for each in exchanges]
    return [None if body is None else body.text or body.base64 or body.size for body in told]


def test_of_chromes_beacons_only_those_are_empty_that_say_so(tmp_path: Path) -> None:
    """It writes size 0 and no `postData` both for an empty body and for one that it could not get any more."""
    source, exchanges = read(
        saved(
            tmp_path,
            entry("POST", f"{ADS}/lost", request={"bodySize": 0}, _resourceType="ping"),
            entry("POST", f"{ADS}/empty", request={"bodySize": 0, "headers": headers(content_length="0")}),
            entry(
                "POST", f"{ADS}/kept", request={"bodySize": 29, "postData": {"mimeType": "text/plain", "text": JSON}}
            ),
            entry("GET", f"{ADS}/pixel", request={"bodySize": 0}),
            creator="WebInspector",
        )
    )
    assert bodies(exchanges) == [1, None, JSON, None]
    assert any("1 request without the body that was sent (ads.test)" in lack for lack in source.lacks)
    assert any("sanitised export" in lack for lack in source.lacks)


def test_chromes_export_with_sensitive_data_says_nothing_of_cookies(tmp_path: Path) -> None:
    told = headers(Cookie="_fbp=fb.1.2.3", Authorization="Bearer abcdef")
    source, _ = read(saved(tmp_path, entry("GET", f"{ADS}/p", request={"headers": told}), creator="WebInspector"))
    assert not any("cookies" in lack for lack in source.lacks)


def test_what_firefox_blocked_looks_like_what_it_gave_up_and_is_told_as_unanswered(tmp_path: Path) -> None:
    gone = entry("GET", f"{ADS}/p", response={"status": 0, "statusText": "", "bodySize": -1})
    source, [exchange] = read(saved(tmp_path, gone, creator="Firefox"))
    assert (exchange.fate, exchange.response) == (Fate.PENDING, None)
    assert any("answer is not known" in lack for lack in source.lacks)


def test_safari_has_one_page_for_all_and_tells_of_caches_in_its_own_way(tmp_path: Path) -> None:
    page = {"pageref": "page_0", "_fetchType": "Network Load"}
    document = {"request": {"headers": headers(Accept="text/html", Sec_Fetch_Dest="document")}, **page}
    source, exchanges = read(
        saved(
            tmp_path,
            entry("GET", f"{SHOP}/", at=1, **document),
            entry("GET", f"{ADS}/cached.gif", at=2, pageref="page_0", _fetchType="Disk Cache"),
            entry("GET", f"{SHOP}/thanks", at=3, **document),
            entry("GET", f"{ADS}/untimed.gif", **page) | {"startedDateTime": ""},
            creator="WebKit Web Inspector",
        )
    )
    assert [(each.request.url, each.type, each.step) for each in exchanges][:2] == [
        (f"{SHOP}/", "document", 0), (f"{SHOP}/thanks", "document", 1),
    ]  # fmt: skip
    assert len(exchanges) == 3
    assert exchanges[2].started_at == exchanges[1].started_at
    assert {"1 request answered from the browser's cache", "1 request without a time"} <= {
        lack.partition(",")[0] for lack in source.lacks
    }


@pytest.mark.parametrize(
    ("data", "size", "wanted"),
    [
        # `content: omit` keeps the parameters of forms, and nothing else.
        ({"mimeType": "application/x-www-form-urlencoded", "text": "", "params": [{"name": "v", "value": "100% a"}]},
         12, "v=100%25+a"),
        ({"mimeType": "application/json", "text": "", "params": []}, 29, 29),
        # `mode: minimal` has no sizes either.
        ({"mimeType": "application/json", "text": "", "params": []}, -1, 1),
        # A body of no kind is not embedded.
        ({"mimeType": "application/octet-stream", "text": "", "params": []}, 7, 7),
    ],
)  # fmt: skip
def test_what_playwright_was_to_leave_out_is_known_to_be_missing(
    tmp_path: Path, data: dict[str, Any], size: int, wanted: str | int
) -> None:
    sent = entry("POST", f"{ADS}/tr", request={"bodySize": size, "postData": data})
    assert bodies(read(saved(tmp_path, sent, creator="Playwright"))[1]) == [wanted]


def zipped(folder: Path, **files: str | bytes) -> Path:
    content = BytesIO()
    with ZipFile(content, "w") as archived:
        for name, text in files.items():
            archived.writestr(name.replace("_dot_", "."), text)
    path = folder / "visit.zip"
    path.write_bytes(content.getvalue())
    return path


def test_playwrights_zip_is_read_with_the_bodies_in_it(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("nobody's business", "utf-8")
    attached, absent = (
        {"mimeType": "application/json", "text": "", "_file": name} for name in ("a.json", "secret.json")
    )
    har = archive(
        entry("POST", f"{ADS}/tr", request={"bodySize": 29, "postData": attached}),
        entry("POST", f"{ADS}/tr", request={"bodySize": 9, "postData": absent}, at=1),
    )
    _, exchanges = read(zipped(tmp_path, har_dot_har=har, a_dot_json=JSON))
    assert bodies(exchanges) == [JSON, 1]


@pytest.mark.parametrize("files", [{}, {"a_dot_har": "{}", "b_dot_har": "{}"}])
def test_a_zip_file_has_one_archive(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(InputError, match=f"a zip file with {len(files)} HARs in it"):
        read(zipped(tmp_path, readme="x", **files))


def test_charles_names_the_parameters_of_a_form_and_takes_json_for_one(tmp_path: Path) -> None:
    form = "application/x-www-form-urlencoded"
    params = [{"name": "dl", "value": "https://shop.test/?a=b"}, {"name": "em", "value": "1%"}]
    packed = base64.b64encode(JSON.encode()).decode()
    _, exchanges = read(
        saved(
            tmp_path,
            entry("POST", f"{ADS}/form", request={"bodySize": 9, "postData": {"mimeType": form, "params": params}}),
            entry("POST", f"{ADS}/json", request={"bodySize": 29, "postData": {
                "mimeType": form, "params": [{"name": JSON, "value": ""}]}}),
            entry("POST", f"{ADS}/base64", request={"postData": {"text": packed, "encoding": "base64"}}),
            creator="Charles Proxy",
        )
    )  # fmt: skip
    assert bodies(exchanges) == ["dl=https%3A%2F%2Fshop.test%2F%3Fa%3Db&em=1%25", JSON, JSON]


def test_an_answer_that_broke_off_at_charles_is_not_known(tmp_path: Path) -> None:
    broken = entry("GET", f"{ADS}/p", response={"status": 200, "_charlesStatus": "EXCEPTION"})
    whole = entry("GET", f"{ADS}/q", at=1, response={"status": 200, "_charlesStatus": "COMPLETE"})
    _, exchanges = read(saved(tmp_path, broken, whole, creator="Charles Proxy"))
    assert [each.fate for each in exchanges] == [Fate.PENDING, Fate.ANSWERED]


@pytest.mark.parametrize("url", ["https://ads.test:443/", "http://ads.test:443", "ads.test:443"])
def test_a_tunnel_hides_what_was_told_unless_the_program_looked_into_it(tmp_path: Path, url: str) -> None:
    """As Charles, Fiddler and mitmproxy write one."""
    source, [tunnel] = read(saved(tmp_path, entry("CONNECT", url)))
    assert (tunnel.request.url, tunnel.request.method, bodies((tunnel,))) == (f"{ADS}/", "CONNECT", [1])
    assert any("1 encrypted tunnel into which the program did not look (ads.test)" in lack for lack in source.lacks)
    source, exchanges = read(saved(tmp_path, entry("CONNECT", url), entry("GET", f"{ADS}/p", at=1)))
    assert [each.request.method for each in exchanges] == ["GET"]
    assert not any("tunnel" in lack for lack in source.lacks)


def test_fiddlers_times_have_seven_digits_and_its_long_answers_are_missing(tmp_path: Path) -> None:
    long = {"content": {"size": 2_000_000, "mimeType": "text/plain", "comment": "so body was omitted."}}
    told = entry("GET", f"{ADS}/p", response=long) | {"startedDateTime": "2026-11-22T13:00:00.1234567+01:00"}
    source, [exchange] = read(saved(tmp_path, told, creator="Fiddler"))
    assert exchange.started_at == pytest.approx(1795348800.123456)
    assert any("1 answer whose body was not kept" in lack for lack in source.lacks)


def test_bytes_that_mitmproxy_wrote_as_text_come_back(tmp_path: Path) -> None:
    binary = b"\x0a\x80\xff1001"
    data = {"mimeType": "application/x-protobuf", "text": binary.decode("utf-8", "surrogateescape"), "params": []}
    empty = {"mimeType": "", "text": "", "params": []}
    _, [sent, nothing] = read(
        saved(
            tmp_path,
            entry("POST", f"{ADS}/tr", request={"bodySize": 7, "postData": data}),
            entry("POST", f"{ADS}/tr", at=1, request={"bodySize": 0, "postData": empty}),
            creator="mitmproxy",
        )
    )
    assert sent.request.body is not None
    assert base64.b64decode(sent.request.body.base64 or "") == binary
    assert nothing.request.body is None


def test_messages_of_sockets_are_counted_and_not_read(tmp_path: Path) -> None:
    """As Chrome and mitmproxy write them."""
    messages = [{"type": "send", "time": 1, "opcode": 1, "data": JSON}]
    socket = entry("GET", "wss://ads.test/s", _resourceType="websocket", _webSocketMessages=messages)
    source, exchanges = read(saved(tmp_path, socket))
    assert exchanges == ()
    assert any("1 request over WebSocket" in lack for lack in source.lacks)
