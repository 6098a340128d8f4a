"""What do all our pages share: their templates, how texts get into them, and what they may do in a browser?"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from harness.report import wording
from harness.report.theming import logo_address

_ASSETS = files("harness.report") / "templates"
_TEMPLATES = {
    # Indentation is for us; on a page of thousands of cells it would be a sixth of the file.
    entry.name: "\n".join(line.lstrip() for line in entry.read_text("utf-8").splitlines())
    for entry in _ASSETS.iterdir()
    if entry.name.endswith(".j2")
}

_PAYLOAD_LIMIT = 12_000
_VALUE_LIMIT = 2_000


def asset(name: str) -> str:
    return (_ASSETS / name).read_text("utf-8")


def policy(style: str, script: str) -> str:
    """Nothing may be fetched, and only our own style and script may act, whatever a payload smuggles in."""
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script))
    return (
        "default-src 'none'; img-src data:; style-src 'sha256-{}'; script-src 'sha256-{}'; "
        "base-uri 'none'; form-action 'none'"
    ).format(*digests)


def page_environment() -> Environment:
    environment = Environment(
        loader=DictLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters |= {
        "state": wording.state_sign,
        "event_sign": wording.event_sign,
        "severity": lambda severity: wording.SEVERITIES[severity],
        "channel": wording.channel_name,
        "moment": wording.moment,
        "duration": wording.duration,
        "percent": wording.percent,
        "counted": wording.counted_words,
        "plain": wording.plain,
        "label": wording.label,
        "listing": wording.listing,
        "identity": id,
        "logo_address": logo_address,
        "position": lambda items, item: items.index(item) + 1,
        "closed": wording.sentence,
        "value": lambda text: wording.shorten(text, _VALUE_LIMIT),
        "payload": lambda text: wording.shorten(text, _PAYLOAD_LIMIT),
    }
    return environment


def _finalize(value: Any) -> Any:
    """Every text that is not ours passes here on its way into the page."""
    return wording.clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
