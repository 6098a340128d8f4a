"""What does a flow file say, as mitmdump and mitmproxy write it?"""

# mypy: disallow-untyped-calls=False
# (mitmproxy annotates only some of its functions, and which ones differs between its versions.)

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mitmproxy import http
from mitmproxy.exceptions import FlowReadException
from mitmproxy.io import FlowReader

from harness.errors import InputError, Mistake
from harness.model.recording import EvidenceSource, Exchange, Fate, Origin, Request
from harness.record.imports.content import ImportedFile, is_web, length_of, placed_on_pages, type_of, unkept
from harness.record.imports.remarks import Remarks
from harness.record.messages import request_from, response_from


def read_flows(path: Path, number: int, origins: Mapping[int, Origin]) -> tuple[ImportedFile, ...]:
    """The exchanges of a flow file. `origins` are by the proxy's port, 0 being every port that is not named."""
    left_out = Remarks()
    flows = [*_flows(path, left_out)]
    _all_told(path, flows, origins)
    exchanges = [
        _exchange(flow, f"{number}-{index + 1:04d}", origins.get(_port(flow)) or origins[0])
        for index, flow in enumerate(flows)
    ]
    found = [[each for each in exchanges if each.origin is origin] for origin in Origin]
    return tuple(_file(path, each, left_out) for each in found if each) or (_file(path, [], left_out),)


def _file(path: Path, exchanges: Sequence[Exchange], left_out: Remarks) -> ImportedFile:
    origin = exchanges[0].origin if exchanges else Origin.BROWSER
    exchanges = [*placed_on_pages(exchanges)] if origin is Origin.BROWSER else exchanges
    remarks = Remarks()
    remarks.look_at(exchanges)
    return ImportedFile(
        source=EvidenceSource(
            name=path.name,
            kind="flow file",
            origin=origin,
            program="mitmproxy",
            entries=len(exchanges),
            taken=len(exchanges),
            lacks=(*left_out.told(), *remarks.told()),
        ),
        exchanges=tuple(exchanges),
    )


def _flows(path: Path, remarks: Remarks) -> Iterator[http.HTTPFlow]:
    count = 0
    with path.open("rb") as file:
        try:
            for flow in FlowReader(file).stream():
                count += 1
                if not isinstance(flow, http.HTTPFlow) or flow.request.method == "CONNECT":
                    remarks.add("not of the web")
                elif flow.websocket is not None:
                    remarks.add("websocket")
                elif not is_web(flow.request.url):
                    remarks.add("not of the web")
                else:
                    yield flow
        except FlowReadException as problem:
            found = f"after {count} flows it cannot be read on: {problem}"
            remedy = "stop mitmdump before you copy its file; it may also be of a newer mitmproxy than this one"
            raise InputError([Mistake(file=str(path), found=found, expected="whole flows", remedy=remedy)]) from None


def _all_told(path: Path, flows: Sequence[http.HTTPFlow], origins: Mapping[int, Origin]) -> None:
    """Who sent a request the file does not say, and it is not guessed."""
    ports = Counter(_port(flow) for flow in flows)
    untold = {port: count for port, count in ports.items() if port not in origins and 0 not in origins}
    if untold:
        seen = ", ".join(f"{count} by port {port}" for port, count in sorted(untold.items()))
        raise InputError(
            [
                Mistake(
                    file=str(path),
                    found=f"nothing says who sent the requests that came in: {seen}",
                    expected="--origin browser or --origin server, or one for each port, such as --origin 8080=browser",
                    remedy="a flow file of the site's servers alone is best given by --server",
                )
            ]
        )


def _port(flow: http.HTTPFlow) -> int:
    address = flow.client_conn.sockname
    return int(address[1]) if address else 0


def _exchange(flow: http.HTTPFlow, name: str, origin: Origin) -> Exchange:
    request = _request(flow.request)
    answer = flow.response if flow.response is not None else None
    is_failed = answer is None and flow.error is not None
    return Exchange(
        id=name,
        origin=origin,
        started_at=flow.request.timestamp_start,
        ended_at=answer.timestamp_end if answer is not None else None,
        request=request,
        response=response_from(answer) if answer is not None else None,
        fate=Fate.ANSWERED if answer is not None else Fate.FAILED if is_failed else Fate.PENDING,
        error=flow.error.msg if is_failed and flow.error is not None else "",
        type=type_of(request) if origin is Origin.BROWSER else "",
    )


def _request(message: http.Request) -> Request:
    request = request_from(message)
    size = length_of(request.headers)
    is_streamed = message.raw_content is None and size > 0
    return replace(request, body=unkept(size)) if is_streamed else request
