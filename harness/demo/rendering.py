"""How does a page of the shop become HTML?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jinja2 import Environment, PackageLoader
from starlette.responses import HTMLResponse

from harness.demo.catalogue import CATEGORIES

COUNTRIES = {
    "DE": "Germany",
    "AT": "Austria",
    "BE": "Belgium",
    "CH": "Switzerland",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "IT": "Italy",
    "NL": "Netherlands",
    "PL": "Poland",
    "US": "United States",
}


def _euros(amount: Decimal) -> str:
    return f"€{amount:,.2f}"


_pages = Environment(
    loader=PackageLoader("harness.demo"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)  # fmt: skip
_pages.filters["euros"] = _euros
_pages.globals["categories"] = CATEGORIES
_pages.globals["countries"] = COUNTRIES


def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    html = _pages.get_template(template).render(**values)
    # A page holds what belongs to one visitor, and a reload must reach the server.
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})
