"""Does a recording come back from disk as it was, and is a broken one told apart from a missing one?"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import InputError
from harness.model.persona import PersonaSeed
from harness.model.profile import ListSource, Profile
from harness.model.recording import (
    Blocking,
    Body,
    BrowserInfo,
    Canary,
    Conversion,
    Cookie,
    Exchange,
    Fate,
    FilterListInfo,
    Item,
    Origin,
    Recording,
    Request,
    Response,
    ServerSource,
    StepRecord,
)
from harness.model.scenario import ScenarioSnapshot, Site, VendorAccount
from harness.record import storage
from harness.record.har import har_of
from harness.record.storage import encoded, read_recording, recording_schema, write_recording

SENT = Request(
    method="POST",
    url="https://ads.example/collect?a=1&b=",
    headers=(("Cookie", "c=1; d=2"), ("content-type", "text/plain")),
    body=Body(text="hello", size=5),
)
RECORDING = Recording(
    run_id="r1",
    suite_id="s1",
    scenario=ScenarioSnapshot(
        id="shop", title="Shop", site=Site(url="https://shop.example"), vendors=(VendorAccount(vendor="v"),)
    ),
    profile=Profile(
        id="p", title="P", description="", reviewed="2026-01-01", sources=("x",), lists=(ListSource(name="own"),)
    ),
    persona=PersonaSeed(token="t"),
    started_at=1795297170.25,
    finished_at=1795297180.5,
    harness_version="0.1.0",
    browser=BrowserInfo(name="Chromium", version="156", flavour="headless-shell"),
    steps=(
        StepRecord(
            index=0, verb="open", summary="open /", started_at=1.0, ended_at=2.0, url="https://shop.example/",
            screenshot="screenshots/01-open.png", data_layer=({"event": "x", "b": [1, None, 2.5], "a": True},),
            cookies=(Cookie(name="c", value="1", domain="shop.example"),), console_errors=("oh",),
        ),
    ),
    conversions=(Conversion(event="purchase", order_id="7", items=(Item(id="A"),), at=1.5, step=0),),
    exchanges=(
        Exchange(
            id="e1", origin=Origin.BROWSER, started_at=1.0, ended_at=1.25, request=SENT, fate=Fate.ANSWERED, step=0,
            type="ping", answered_by="stand-in",
            response=Response(status=200, headers=(("Content-Type", "image/gif"),), body=Body(base64="R0lG", size=3)),
        ),
        Exchange(
            id="e2", origin=Origin.BROWSER, started_at=1.1, request=SENT, fate=Fate.BLOCKED, step=0,
            blocking=Blocking(rule="||ads.example^", list="own", line=3),
        ),
        Exchange(
            id="e3", origin=Origin.SERVER, started_at=1.2, request=SENT, fate=Fate.FAILED, error="gone",
            attributed_by="order_id",
        ),
    ),
    canaries=(Canary(name="blocking", expected="a", observed="a", passed=True),),
    filter_lists=(FilterListInfo(name="own", title="", version="", origin="own list", sha256="0", rules=1),),
    server_source=ServerSource(kind="egress-proxy", budget=30.0, waited=1.5, settled=True),
)  # fmt: skip
PICTURES = {"screenshots/01-open.png": b"\x89PNG"}


def test_a_recording_comes_back_as_it_was(tmp_path: Path) -> None:
    write_recording(tmp_path / "runs" / "r1", RECORDING, PICTURES)

    assert read_recording(tmp_path / "runs" / "r1") == RECORDING
    assert read_recording(tmp_path / "runs" / "r1" / "recording.json") == RECORDING
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert names == ["runs/r1/network.har", "runs/r1/recording.json", "runs/r1/screenshots/01-open.png"]
    assert (tmp_path / "runs/r1/screenshots/01-open.png").read_bytes() == b"\x89PNG"


_FROM_PAGES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@settings(deadline=None, max_examples=30, derandomize=True)
@given(url=st.text(), header=st.tuples(st.text(), st.text()), text=st.text(), layer=st.lists(_FROM_PAGES, max_size=3))
def test_whatever_a_recording_holds_comes_back(
    url: str, header: tuple[str, str], text: str, layer: list[object]
) -> None:
    request = Request(method="POST", url=url, headers=(header,), body=Body(text=text, size=len(text.encode())))
    recording = replace(
        RECORDING,
        exchanges=tuple(replace(each, request=request) for each in RECORDING.exchanges),
        steps=(replace(RECORDING.steps[0], data_layer=tuple(layer), summary=text),),
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "recording.json"
        path.write_bytes(encoded(recording))
        assert read_recording(path) == recording


def test_the_same_recording_gives_the_same_bytes() -> None:
    turned_layer = ({"a": True, "b": [1, None, 2.5], "event": "x"},)
    turned = replace(RECORDING, steps=(replace(RECORDING.steps[0], data_layer=turned_layer),))
    assert encoded(turned) == encoded(RECORDING)
    assert encoded(RECORDING).startswith(b'{\n "run_id": "r1"')


def test_half_a_character_from_a_page_does_not_lose_the_recording(tmp_path: Path) -> None:
    cut = replace(RECORDING, steps=(replace(RECORDING.steps[0], data_layer=("half \ud83d",)),))
    write_recording(tmp_path / "r1", cut, {})
    assert read_recording(tmp_path / "r1").steps[0].data_layer == ("half \ufffd",)


def test_a_second_recording_replaces_the_first_whole(tmp_path: Path) -> None:
    write_recording(tmp_path / "r1", RECORDING, PICTURES)
    write_recording(tmp_path / "r1", replace(RECORDING, suite_id="s2"), {})
    assert read_recording(tmp_path / "r1").suite_id == "s2"
    assert not (tmp_path / "r1" / "screenshots").exists()
    assert os.listdir(tmp_path) == ["r1"]


@pytest.mark.parametrize("broken_at", ["recording.json", "network.har", "01-open.png"])
def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken_at: str
) -> None:
    write_recording(tmp_path / "r1", RECORDING, PICTURES)
    write = storage._write

    def full_disk(path: Path, content: bytes) -> None:
        if path.name == broken_at:
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(storage, "_write", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_recording(tmp_path / "r1", replace(RECORDING, suite_id="s2"), PICTURES)
    assert read_recording(tmp_path / "r1") == RECORDING
    assert os.listdir(tmp_path) == ["r1"]


def test_a_picture_cannot_be_written_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be called"):
        write_recording(tmp_path / "r1", RECORDING, {"../evil.png": b""})
    assert os.listdir(tmp_path) == []


def changed(**changes: Any) -> bytes:
    return json.dumps({**json.loads(encoded(RECORDING)), **changes}).encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{\n "run_id": "r1",\n "suite_id" 7}', ":3:13: "),
        (encoded(RECORDING)[:-40], "whole JSON; record the run again"),
        (b"", "recording.json:1:1: Input data was truncated; expected whole JSON"),
        (b"[]", "a JSON array; expected a recording, which is an object"),
        (b"{}", "no schema_version; expected schema_version 1"),
        (changed(schema_version=99), "schema_version 99; expected schema_version 1; it was made by a newer harness"),
        (changed(schema_version="1"), 'schema_version "1"; expected schema_version 1; record the run again'),
        (changed(conversions=[{"event": 7}]), "$.conversions[0].event is int; expected str"),
        (changed(exchanges=[{"id": "e", "origin": "moon"}]), "$.exchanges[0].origin: Invalid enum value 'moon'"),
        (changed(exchanges=[{}]), "Object missing required field id"),
        (changed(colour="red"), "unknown key $.colour"),
        (changed(steps=[{**json.loads(encoded(RECORDING))["steps"][0], "urll": ""}]), "unknown key $.steps[0].urll"),
    ],
)  # fmt: skip
def test_a_broken_recording_says_where_and_what(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "recording.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as failure:
        read_recording(tmp_path)
    assert str(failure.value).startswith(str(path))
    assert message in str(failure.value)


def test_a_missing_recording_is_no_broken_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such file; expected a folder with a recording\.json"):
        read_recording(tmp_path / "nothing")


def test_the_published_schema_is_the_models_and_takes_its_recordings() -> None:
    published = json.loads((files("harness.record") / "recording.schema.json").read_text("utf-8"))
    assert published == recording_schema(), (
        "run: python -m harness.record.storage > harness/record/recording.schema.json"
    )
    jsonschema.validate(json.loads(encoded(RECORDING)), published)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(changed(conversions=7)), published)


TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "number"}


def thing(**required: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": required}


PAIRS = {"type": "array", "items": thing(name=TEXT, value=TEXT)}
DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$"}
# The required parts of http://www.softwareishard.com/blog/har-12-spec/
HAR = thing(
    log=thing(
        version={"const": "1.2"},
        creator=thing(name=TEXT, version=TEXT),
        pages={
            "type": "array",
            "items": thing(startedDateTime=DATE, id=TEXT, title=TEXT, pageTimings={"type": "object"}),
        },
        entries={
            "type": "array",
            "items": thing(
                startedDateTime=DATE,
                time={"type": "number", "minimum": 0},
                request=thing(
                    method=TEXT, url=TEXT, httpVersion=TEXT, cookies=PAIRS, headers=PAIRS, queryString=PAIRS,
                    headersSize=NUMBER, bodySize=NUMBER,
                ),
                response=thing(
                    status={"type": "integer"}, statusText=TEXT, httpVersion=TEXT, cookies={"type": "array"},
                    headers=PAIRS, content=thing(size={"type": "integer"}, mimeType=TEXT), redirectURL=TEXT,
                    headersSize=NUMBER, bodySize=NUMBER,
                ),
                cache={"type": "object"},
                timings=thing(send=NUMBER, wait=NUMBER, receive=NUMBER),
            ),
        },
    )
)  # fmt: skip


def test_the_archive_is_one_and_keeps_our_own_facts() -> None:
    archive = har_of(RECORDING)
    jsonschema.validate(archive, HAR)
    answered, blocked, server = archive["log"]["entries"]
    pages = [page["id"] for page in archive["log"]["pages"]]
    assert (answered["pageref"], pages) == ("step-1", ["step-1"])
    assert answered["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": ""}]
    assert answered["request"]["cookies"] == [{"name": "c", "value": "1"}, {"name": "d", "value": "2"}]
    assert answered["response"]["content"] == {"size": 3, "mimeType": "image/gif", "text": "R0lG", "encoding": "base64"}
    assert (answered["_run"], answered["_origin"], answered["_fate"]) == ("r1", "browser", "answered")
    assert (blocked["_fate"], blocked["response"]["status"]) == ("blocked", 0)
    assert blocked["_rule"] == "||ads.example^ (own:3)"
    assert (server["_origin"], server["_error"]) == ("server", "gone")
    assert "pageref" not in server
