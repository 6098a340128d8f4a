"""Start a site of the demo as a child process: say the port on standard output, end with standard input or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import sys
import threading
from collections.abc import Sequence

import uvicorn

from harness.demo.app import build_app
from harness.demo.options import options_from
from harness.errors import ExitCode, InputError

STDIN = 0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m harness.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--site", default="shop", help="shop, loan or travel")
    parser.add_argument("--options", default="{}", help="a JSON object: wiring, collect, collect_form, faults")
    parsed = parser.parse_args(arguments)
    try:
        options = options_from(json.loads(parsed.options), parsed.site)
    except (InputError, ValueError) as error:
        print(error, file=sys.stderr)
        return ExitCode.USAGE
    listener = socket.create_server(("127.0.0.1", parsed.port))
    port = listener.getsockname()[1]
    config = uvicorn.Config(build_app(options), log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    asyncio.run(_serve(uvicorn.Server(config), listener, port))
    return ExitCode.PASSED


async def _serve(server: uvicorn.Server, listener: socket.socket, port: int) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    # A server that ended while it started says why itself, and has closed the socket.
    if server.started:
        print(json.dumps({"ready": {"port": port}}), flush=True)
    threading.Thread(target=_end_with_stdin, args=(server,), daemon=True).start()
    await serving


def _end_with_stdin(server: uvicorn.Server) -> None:
    """A parent that is gone cannot send a signal, but its end of the pipe is closed."""
    # os.read, for a buffered reader would be locked by this thread when the interpreter ends.
    while os.read(STDIN, 1024):
        pass
    server.should_exit = True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
