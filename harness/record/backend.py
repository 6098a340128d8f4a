"""What does the site's backend say when it is called without a browser, and what does a command of the user's say?

What comes back is told only in part: headers, and environment variables that are called like secrets, are taken out.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

_SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSW|KEY|CREDENTIAL|AUTH", re.IGNORECASE)
_SHORTEST_SECRET = 6
_LONGEST_TOLD = 300
_LAST_LINES = 5


class BackendError(Exception):
    """The backend or the command did not do what it was asked to; the text says what it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """`address` is where a site on this machine listens, `hosts` are those that may be called."""

    site_url: str
    hosts: tuple[str, ...] = ()
    address: tuple[str, int] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str], content: Mapping[str, Any], timeout: float
    ) -> httpx.Response:
        """The answer to one request; `content` is `json`, `data` or nothing, as httpx calls them."""
        target = urljoin(self.site_url, url)
        told = f"{method} {target.partition('?')[0]}"
        parts = urlsplit(target)
        host = (parts.hostname or "").lower()
        if host not in self.hosts:
            raise BackendError(f"{told}: {host} is not the site's; expected one of {', '.join(self.hosts)}")
        sent = dict(headers)
        if self.address is not None:
            sent |= {"host": parts.netloc, "x-forwarded-proto": parts.scheme}
            path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            target = f"http://{self.address[0]}:{self.address[1]}{path}"
        try:
            # Straight to the site: neither a browser nor a proxy of this machine has part in it.
            async with httpx.AsyncClient(timeout=timeout, trust_env=False) as client:
                answer = await client.request(method, target, headers=sent, **content)
        except httpx.HTTPError as problem:
            raise BackendError(f"{told} was not answered: {type(problem).__name__}: {problem}") from problem
        if answer.status_code >= 400:
            said = self.hidden(answer.text, headers.values())
            raise BackendError(f"{told} was answered with status {answer.status_code}: {_short(said) or 'nothing'}")
        return answer

    async def run(self, command: Sequence[str], *, timeout: float) -> str:
        """What the command wrote to its standard output. Its calls go through the harness as the site's do."""
        name = command[0]
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                env=dict(self.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as problem:
            raise BackendError(f"cannot start {name}: {problem.strerror or problem}") from problem
        try:
            async with asyncio.timeout(timeout):
                output, errors = await process.communicate()
        except TimeoutError:
            raise BackendError(f"{name} did not end within {timeout:g} s") from None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if process.returncode:
            lines = self.hidden(errors.decode("utf-8", "replace")).strip().splitlines()[-_LAST_LINES:]
            said = "; its last words: " + " / ".join(lines) if lines else "; it said nothing"
            raise BackendError(f"{name} ended with exit code {process.returncode}{said}")
        return output.decode("utf-8", "replace")

    def hidden(self, text: str, headers: Iterable[str] = ()) -> str:
        """The text without what is a secret of the site's."""
        named = (value for name, value in self.environment.items() if _SECRET_NAME.search(name))
        sent = (word for value in headers for word in (value, value.rpartition(" ")[2]))
        for secret in sorted({*named, *sent}, key=len, reverse=True):
            if len(secret) >= _SHORTEST_SECRET:
                text = text.replace(secret, "[hidden]")
        return text


def value_at(document: Any, path: str) -> str:
    """The plain value at `order.lines.0.sku` of a JSON document."""
    found = document
    for part in path.split("."):
        if isinstance(found, dict) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            there = f"; there is {', '.join(map(str, found)) or 'nothing'}" if isinstance(found, dict) else ""
            raise BackendError(f'the answer has no "{path}"{there}')
    if isinstance(found, (dict, list)) or found is None:
        raise BackendError(f'"{path}" of the answer is {_kind(found)}, expected a plain value')
    return str(found).lower() if isinstance(found, bool) else str(found)


def _kind(value: Any) -> str:
    return "null" if value is None else "a list" if isinstance(value, list) else "a mapping"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST_TOLD else plain[:_LONGEST_TOLD] + " ..."
