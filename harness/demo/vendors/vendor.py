"""What does a site have of a vendor: its script, its tag, its server call, and where faults find things in it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.demo.call import Call
from harness.demo.purchase import Purchase


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Files that, one after the other, stand in for a vendor's script at `host` and `path` (a route of Starlette).

    They are named from the vendor's folder. Two vendors may share a script; it has each file once, and what the first
    one names last stays last.
    """

    host: str
    path: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offline:
    """How a vendor takes conversions that happened away from the web, and where faults find things in that call.

    `account` is the one that takes them, `table` writes them as the file its users upload; without one, a file has
    the bodies of calls, one a line.
    """

    call: Callable[[Purchase], Call | None]
    account: str
    fields: Mapping[str, str]
    table: Callable[[Sequence[Purchase]], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoVendor:
    """`name` as in the vendor specs; `folder` is the package with its `tag.js`, `uid` the number of its Tealium tag.

    `settings` are handed to the tag. `fields` says where the server call has its `account`, `token`, `event_id`,
    `name`, `order_id`, `value`, `currency`, `quantity`, `email`, `phone`, `click_id` and `time`: paths of
    `harness/demo/editing.py`, which faults edit. What a vendor's call does not have is not listed.
    `event_id_attributes` are the Tealium attributes in which its tag leaves the IDs of conversions, by generic event;
    none where the site's own `event_id` is mapped. `offline` is None where the web is all a vendor takes.
    """

    name: str
    folder: str
    uid: int
    account: str
    call: Callable[[Purchase], Call | None]
    scripts: tuple[Script, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    click_parameters: tuple[str, ...] = ()
    event_id_attributes: Mapping[str, str] = field(default_factory=dict)
    offline: Offline | None = None
