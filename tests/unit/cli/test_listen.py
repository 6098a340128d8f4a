"""`listen` hands the pipeline what was asked for, tells how to connect, and shows what comes as lines in a log."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.cli.listen import how_to_connect, order_from
from harness.model.result import Severity
from harness.pipeline.listening import Connections

CONNECTIONS = Connections(
    program="/opt/chrome",
    port=8899,
    server_port=8898,
    spki="abc=",
    certificate=Path("ca/cert.pem"),
    bundle=Path("ca/bundle.pem"),
    base_urls={"ads": "https://api.ads.example"},
    environment={"HTTPS_PROXY": "http://127.0.0.1:8898"},
    visitor={"email": "nora@mail.example", "first_name": "Nora"},
    landing="adid=1",
    profile="",
    lacks=(),
    site="",
    opens=False,
)


@pytest.fixture
def listening(pipeline: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A pipeline that hears one event twice, the second time with its other copy."""
    pipeline.ListenRequest = pipeline.Ports = SimpleNamespace
    pipeline.live_line = str
    pipeline.asked = []

    def listen(request: Any, screen: Any) -> Any:
        screen.connections(CONNECTIONS)
        first, other = (SimpleNamespace(vendor=name, at=1) for name in ("ads", "others"))
        screen.show((first, other))
        screen.show((first, other, SimpleNamespace(vendor="ads", at=2)))
        screen.warn("mind the gap")
        screen.close()
        pipeline.asked = screen.orders_of(["A-1"])
        return pipeline._answer("listen", request)

    pipeline.listen = listen
    return pipeline


def test_it_listens_with_its_defaults(listening: Any, call: Any) -> None:
    result = call("listen")
    ((_, (request,)),) = listening.calls
    assert (request.ports.browser, request.ports.server) == (8899, 8898)
    assert (request.out, request.vendors, request.profile) == (Path("reports/listen"), (), "none")
    assert (request.orders, request.opens, request.fail_on) == ((), False, Severity.ERROR)
    assert not hasattr(request, "seconds")
    assert result.exit_code == 0
    assert "report: " in result.stdout


def test_it_listens_with_every_option(listening: Any, call: Any) -> None:
    call(
        "listen", "--port", "0", "--server-port", "9000", "--site", "https://shop.example", "--vendor", "ads",
        "--profile", "ublock", "--order", "A-1=129.90 EUR", "--order", "A-2", "--for", "5m", "--until-orders", "2",
        "--route", "WWW.shop.example/Path/*=8000", "--open", "--browser", "chromium", "--lists", "own",
        "--out", "there", "--fail-on", "warning",
    )  # fmt: skip
    ((_, (request,)),) = listening.calls
    assert (request.ports.browser, request.ports.server) == (0, 9000)
    assert [(each.order_id, each.value, each.currency) for each in request.orders] == [
        ("A-1", "129.90", "EUR"),
        ("A-2", "", ""),
    ]
    assert (request.seconds, request.until_orders) == (300.0, 2)
    assert request.routes == {"www.shop.example/Path/*": 8000}
    assert (request.opens, request.browser, request.profile) == (True, "chromium", "ublock")


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--order", "A-1=much", 'expected an order such as "1001=129.90 EUR"'),
        ("--for", "soon", "expected a duration such as 60s, 5m or 1h"),
        ("--for", "0s", "expected a duration"),
        ("--route", "shop.example", "www.shop.example=8000"),
        ("--route", "shop.example=99999", "www.shop.example=8000"),
        ("--until-orders", "0", "0 is not in the range"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_is_expected(
    listening: Any, call: Any, option: str, value: str, expected: str
) -> None:
    result = call("listen", option, value)
    assert result.exit_code == 2
    assert expected in " ".join(result.stderr.split())
    assert listening.calls == []


def test_each_change_is_a_line_of_the_log_and_only_of_the_vendors_asked_for(listening: Any, call: Any) -> None:
    result = call("listen", "--vendor", "ads")
    lines = [line for line in result.stderr.splitlines() if line.startswith("namespace")]
    assert lines == ["namespace(vendor='ads', at=1)", "namespace(vendor='ads', at=2)"]
    assert "! mind the gap" in result.stderr


def test_where_there_is_nobody_to_ask_no_order_is_confirmed(listening: Any, call: Any) -> None:
    call("listen")
    assert listening.asked == []


def test_every_command_of_how_to_connect_is_whole() -> None:
    told = "\n".join(how_to_connect(CONNECTIONS))
    assert "  /opt/chrome " in told
    assert "--proxy-server=http://127.0.0.1:8899" in told
    assert "--ignore-certificate-errors-spki-list=abc=" in told
    assert "export HTTPS_PROXY=http://127.0.0.1:8898" in told
    assert "http://127.0.0.1:8898/ads  for https://api.ads.example" in told
    assert "ca/cert.pem" in told
    assert "first name: Nora" in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A-1", ("A-1", "", "")),
        ("A-1 = 12.5", ("A-1", "12.5", "")),
        ("A-1=12 EUR", ("A-1", "12", "EUR")),
        ("A-1=12,50 EUR", None),
        ("=12", None),
        ("", None),
    ],
)
def test_an_order_is_its_id_value_and_currency(text: str, expected: tuple[str, str, str] | None) -> None:
    found = order_from(text)
    assert (found and (found.order_id, found.value, found.currency)) == expected
