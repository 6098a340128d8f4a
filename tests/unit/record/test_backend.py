"""The backend is called straight, commands run in the site's environment, and no secret is told."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from harness.record.backend import Backend, BackendError, value_at

SITE = "https://shop.test"


def backend(address: tuple[str, int] | None = None, **environment: str) -> Backend:
    return Backend(site_url=SITE, hosts=("shop.test",), address=address, environment=environment)


def asked(found: Backend, method: str, url: str, headers: dict[str, str] | None = None, **content: Any) -> Any:
    answer = asyncio.run(found.request(method, url, headers=headers or {}, content=content, timeout=5))
    return answer.json()


def ran(code: str, timeout: float = 10, **environment: str) -> str:
    return asyncio.run(backend(None, **environment).run([sys.executable, "-c", code], timeout=timeout))


def test_a_site_on_this_machine_is_called_by_its_own_name(site: Any) -> None:
    heard = asked(backend(site.address), "POST", "/till?a=1", {"x-till": "7"}, json={"order": 1})
    assert (heard["path"], heard["headers"]["host"], heard["headers"]["x-till"]) == ("/till?a=1", "shop.test", "7")


def test_nobody_but_the_site_is_called() -> None:
    with pytest.raises(
        BackendError, match=r"https://other\.test/a: other\.test is not the site's; expected .* shop\.test"
    ):
        asked(backend(("127.0.0.1", 1)), "GET", "https://other.test/a?token=s3cret")


def test_a_backend_that_is_down_is_told_of() -> None:
    with pytest.raises(BackendError, match=r"^GET https://shop\.test/till was not answered: ConnectError"):
        asked(backend(("127.0.0.1", 1)), "GET", "/till?token=s3cret")


@pytest.mark.parametrize(
    ("path", "expected"),
    [("order.id", "A-1"), ("order.lines.1.sku", "TEA"), ("order.paid", "true"), ("total", "12.5")],
)
def test_values_of_an_answer_are_kept_as_text(path: str, expected: str) -> None:
    document = {"order": {"id": "A-1", "lines": [{"sku": "MUG"}, {"sku": "TEA"}], "paid": True}, "total": 12.5}
    assert value_at(document, path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("order.number", 'the answer has no "order.number"; there is id'),
        ("order", '"order" of the answer is a mapping, expected a plain value'),
        ("note", '"note" of the answer is null, expected a plain value'),
    ],
)
def test_a_value_that_is_not_there_is_told_of(path: str, expected: str) -> None:
    with pytest.raises(BackendError) as caught:
        value_at({"order": {"id": "A-1"}, "note": None}, path)
    assert str(caught.value) == expected


def test_a_command_has_the_sites_environment_and_says_what_it_wrote() -> None:
    assert (
        ran("import os; print(os.environ['HTTPS_PROXY'])", HTTPS_PROXY="http://127.0.0.1:9").strip()
        == "http://127.0.0.1:9"
    )


def test_a_command_that_fails_has_the_last_word_but_tells_no_secret() -> None:
    code = "import os, sys; print('first', file=sys.stderr); sys.exit('no order for ' + os.environ['API_TOKEN'])"
    with pytest.raises(BackendError) as caught:
        ran(code, API_TOKEN="s3cret-token")
    assert str(caught.value).endswith("ended with exit code 1; its last words: first / no order for [hidden]")


def test_a_command_that_does_not_end_is_ended() -> None:
    with pytest.raises(BackendError, match=r"did not end within 0\.2 s"):
        ran("import time; time.sleep(60)", timeout=0.2)


def test_a_command_that_is_not_there_is_told_of() -> None:
    with pytest.raises(BackendError, match="cannot start no-such-program: No such file"):
        asyncio.run(backend().run(["no-such-program"], timeout=1))


def test_headers_and_variables_called_like_secrets_are_hidden() -> None:
    found = backend(API_KEY="abcdef123", HOME="visible", SHORT_TOKEN="abc")
    told = found.hidden("Bearer qwertz99 abcdef123 visible abc", headers=["Bearer qwertz99"])
    assert told == "[hidden] [hidden] visible abc"
