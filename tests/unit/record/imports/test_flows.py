"""Flow files are read as mitmproxy writes them, and nobody guesses who sent what is in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from mitmproxy import http
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow

from harness.errors import InputError
from harness.model.recording import Fate, Origin
from harness.record.imports import imported_files


def a_flow(url: str, *, port: int = 8080, at: float = 1000.0, answered: bool = True) -> http.HTTPFlow:
    flow = tflow.tflow(resp=answered, err=not answered)
    flow.request = http.Request.make("POST", url, b'{"a":1}', {"content-type": "application/json"})
    flow.request.timestamp_start = at
    flow.client_conn.sockname = ("127.0.0.1", port)
    if flow.response is not None:
        flow.response = http.Response.make(200, b"ok")
        flow.response.timestamp_end = at + 0.5
    return flow


def saved(folder: Path, *flows: http.HTTPFlow) -> Path:
    path = folder / "visit.flows"
    with path.open("wb") as file:
        for flow in flows:
            FlowWriter(file).add(flow)
    return path


def test_a_flow_becomes_an_exchange_of_whom_it_was_said_to_be_from(tmp_path: Path) -> None:
    path = saved(tmp_path, a_flow("https://ads.test/tr"))
    [file] = imported_files(path, 2, is_servers=False, origins={0: Origin.BROWSER})
    [exchange] = file.exchanges
    assert (exchange.id, exchange.origin, exchange.fate) == ("2-0001", Origin.BROWSER, Fate.ANSWERED)
    assert (exchange.started_at, exchange.ended_at) == (1000.0, 1000.5)
    assert exchange.request.body is not None
    assert exchange.request.body.text == '{"a":1}'


def test_a_proxy_with_two_ports_heard_the_browser_and_the_server(tmp_path: Path) -> None:
    path = saved(tmp_path, a_flow("https://ads.test/tr"), a_flow("https://api.ads.test/events", port=8081))
    origins = {8080: Origin.BROWSER, 8081: Origin.SERVER}
    files = imported_files(path, 1, is_servers=False, origins=origins)
    assert [(file.source.origin, file.exchanges[0].request.url) for file in files] == [
        (Origin.BROWSER, "https://ads.test/tr"),
        (Origin.SERVER, "https://api.ads.test/events"),
    ]


def test_without_a_word_about_who_sent_it_a_flow_file_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, a_flow("https://ads.test/tr"), a_flow("https://ads.test/tr", port=8081))
    with pytest.raises(InputError, match=r"1 by port 8081.*--origin browser"):
        imported_files(path, 1, is_servers=False, origins={8080: Origin.BROWSER})
    [file] = imported_files(path, 1, is_servers=True, origins={})
    assert file.source.origin is Origin.SERVER


def test_a_flow_that_broke_off_was_not_delivered(tmp_path: Path) -> None:
    path = saved(tmp_path, a_flow("https://ads.test/tr", answered=False))
    [file] = imported_files(path, 1, is_servers=True, origins={})
    assert file.exchanges[0].fate is Fate.FAILED


def test_a_file_that_was_cut_off_is_refused_with_how_far_it_went(tmp_path: Path) -> None:
    path = saved(tmp_path, a_flow("https://ads.test/tr"), a_flow("https://ads.test/tr"))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="after 1 flows it cannot be read on"):
        imported_files(path, 1, is_servers=True, origins={})
