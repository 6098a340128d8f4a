"""Through what do the browsers and servers of a suite reach the world, and whose are the servers' calls?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from harness.model.recording import Origin, Request, Response
from harness.record.canaries import with_canaries
from harness.record.egress import egress_environment
from harness.record.policy import TrafficPolicy
from harness.record.proxy import Listener, Proxy
from harness.record.server_calls import ServerSide

AUTHORITY = "authority"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The proxy, and the port through which all servers speak. `environment` is the one a server needs for that."""

    proxy: Proxy
    egress: Listener
    server_side: ServerSide
    environment: Mapping[str, str]


@contextmanager
def opened_network(
    cache: Path,
    answer: Callable[[Request], Response | None],
    *,
    policy: TrafficPolicy | None = None,
    port: int = 0,
    is_announced: bool = False,
) -> Iterator[Network]:
    """One that runs inside the context. There can be only one in a process.

    A backend of somebody else's can be pointed at the egress where its `port` was chosen, or where it `is_announced`.
    """
    with Proxy(folder=cache / AUTHORITY, answer=with_canaries(answer)) as proxy:
        egress = proxy.open_listener("server", origin=Origin.SERVER, policy=policy or TrafficPolicy(), port=port)
        server_side = ServerSide(egress, port=egress.port if is_announced else port)
        egress.policy = replace(egress.policy, chosen=server_side)
        environment = egress_environment(egress.port, proxy.ca_bundle, os.environ)
        yield Network(proxy=proxy, egress=egress, server_side=server_side, environment=environment)
