"""How do the proxy's messages become the model's, and the model's answers the proxy's?"""

# mypy: disallow-untyped-calls=False
# (mitmproxy annotates only some of its functions, and which ones differs between its versions.)

from __future__ import annotations

import base64
import codecs
import zlib
from urllib.parse import urlsplit

from mitmproxy import http

from harness.model.recording import Body, Headers, Request, Response

LONGEST_BODY = 2 * 1024 * 1024
_BODILESS = frozenset({204, 304})
_GZIP = b"\x1f\x8b"
# These describe the bytes on the wire, which are no longer those of a model's body.
_FRAMING = frozenset({"connection", "content-encoding", "content-length", "transfer-encoding"})


def request_from(message: http.Request) -> Request:
    url = _printable(message.url)
    if message.headers.get("upgrade", "").lower() == "websocket":
        url = "ws" + url.removeprefix("http")
    content = message.get_content(strict=False)
    if content and content.startswith(_GZIP):
        # Some tags compress their beacons without saying so.
        content = unzipped(content)
    return Request(method=message.method, url=url, headers=_headers_of(message), body=body_from(content))


def response_from(message: http.Response) -> Response:
    body = body_from(message.get_content(strict=False))
    length = message.headers.get("content-length", "")
    if message.stream and length.isdigit():
        body = Body(text="", size=int(length))
    return Response(status=message.status_code, headers=_headers_of(message), body=body)


def body_from(content: bytes | None) -> Body | None:
    """Text where it is UTF-8. Of a long body only the start is kept, while `size` tells how long it was."""
    if not content:
        return None
    kept = content[:LONGEST_BODY]
    try:
        # The cut may go through a character, which is no reason to call the text binary.
        text = codecs.getincrementaldecoder("utf-8")().decode(kept, final=len(kept) == len(content))
    except UnicodeDecodeError:
        return Body(base64=base64.b64encode(kept).decode(), size=len(content))
    return Body(text=text, size=len(content))


def content_of(body: Body | None) -> bytes:
    if body is None:
        return b""
    return base64.b64decode(body.base64) if body.base64 is not None else (body.text or "").encode()


def message_from(response: Response) -> http.Response:
    fields = [(_bytes(name), _bytes(value)) for name, value in response.headers if name.lower() not in _FRAMING]
    message = http.Response.make(response.status, content_of(response.body))
    length = message.headers.get("content-length", "0")
    message.headers = http.Headers(fields)
    if response.status not in _BODILESS:
        message.headers["content-length"] = length
    return message


def text_response(status: int, text: str, content_type: str = "text/plain; charset=utf-8") -> Response:
    body = Body(text=text, size=len(text.encode())) if text else None
    return Response(status=status, headers=(("content-type", content_type), ("cache-control", "no-store")), body=body)


def header(headers: Headers, name: str) -> str:
    """The first value of a header, empty when there is none."""
    return next((value for key, value in headers if key.lower() == name), "")


def page_of(request: Request, journey_page: str) -> str:
    """The document a request came from, as well as its headers tell.

    Across origins a browser sends only the origin of the page; if the journey is on a page there, that one is meant.
    """
    referer = header(request.headers, "referer")
    origin = header(request.headers, "origin")
    told = referer or (origin if origin != "null" else "")
    if not told:
        return journey_page
    if urlsplit(told).path in ("", "/") and _origin(told) == _origin(journey_page) != _origin(request.url):
        return journey_page
    return told


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _headers_of(message: http.Message) -> Headers:
    return tuple((_printable(name), _printable(value)) for name, value in message.headers.items(multi=True))


def _printable(text: str) -> str:
    """Bytes that are no UTF-8 arrive as lone surrogates, which cannot be stored as JSON."""
    return _bytes(text).decode("utf-8", "replace")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def unzipped(content: bytes) -> bytes:
    try:
        return zlib.decompress(content, wbits=31)
    except zlib.error:
        return content
