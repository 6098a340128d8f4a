"""What a person does in a page is told in the words of steps, by the best name that each element has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any

import pytest
from playwright.async_api import Page, Route, async_playwright

from harness.record.browsers import choose_browser, find_browsers
from harness.record.onlooking import Notes

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><title>Shop</title>
<label for=mail>E-mail</label><input id=mail autocomplete=email>
<label><input type=checkbox name=news> Newsletter</label>
<select name=size><option value=s>S<option value=l>L</select>
<form action=/found><input name=q placeholder=Search></form>
<button data-testid=buy>Buy now</button><button>Same</button><button id=second>Same</button>
<a href=/two>On to two</a><p>Nothing to click</p><div style="cursor: pointer">A tile</div>
<dl><dd id=number>T-1001</dd></dl><script>window.dataLayer = [{total: 12.5}]</script>"""


def in_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    return wraps(test)(lambda: asyncio.run(test()))


@asynccontextmanager
async def visited() -> AsyncIterator[tuple[Page, Notes]]:
    browser = choose_browser("", headed=False, enforcer="auto", found=find_browsers())
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=browser.path)
        context = await started.new_context()

        async def answer(route: Route) -> None:
            await route.fulfill(content_type="text/html", body=PAGE)

        await context.route("**/*", answer)
        notes = Notes()
        await notes.take(context, "window.dataLayer")
        page = await context.new_page()
        await page.goto("https://shop.test/")
        yield page, notes
        await started.close()


@in_a_loop
async def test_each_action_is_told_by_the_best_name_of_its_element() -> None:
    async with visited() as (page, notes):
        await page.fill("#mail", "jane@private.example")
        await page.check("[name=news]")
        await page.select_option("[name=size]", "l")
        await page.click("[data-testid=buy]")
        await page.click("#second")
        await page.click("text=Nothing to click")
        await page.click("text=A tile")
        await page.click("text=On to two")
        await page.wait_for_url("**/two")
        await page.fill("[name=q]", "tea")
        await page.press("[name=q]", "Enter")
        await page.wait_for_url("**/found?q=tea")
        await page.reload()
        told = [
            (action.kind, dict(action.element.selectors[0]) if action.element.selectors else {}, action.value)
            for action in notes.actions
            if action.kind != "new_tab"
        ]
    assert told == [
        ("fill", {"label": "E-mail"}, "jane@private.example"),
        ("check", {"label": "Newsletter"}, ""),
        ("select", {"css": 'select[name="size"]'}, "l"),
        ("click", {"test_id": "buy"}, ""),
        ("click", {"css": "#second"}, ""),
        ("click", {"css": "div"}, ""),
        ("click", {"link": "On to two"}, ""),
        ("fill", {"placeholder": "Search"}, "tea"),
        ("press", {"placeholder": "Search"}, ""),
        ("reload", {}, ""),
    ]


@in_a_loop
async def test_what_the_page_shows_and_holds_is_looked_at() -> None:
    async with visited() as (page, notes):
        await page.click("#number", modifiers=["Shift"])
        await page.wait_for_timeout(1_000)
        seen = notes.pages["https://shop.test/"]
    assert [dict(text.selectors[0]) for text in seen.shown if text.text == "T-1001"] == [{"css": "#number"}]
    assert seen.layer == ({"total": 12.5},)
    assert [(action.kind, action.value) for action in notes.actions if action.kind == "shown"] == [("shown", "T-1001")]


@in_a_loop
async def test_what_a_page_says_in_other_words_is_passed_over() -> None:
    async with visited() as (page, notes):
        await page.evaluate("['no JSON', '{}', '[1]', 'null'].forEach(text => window.__harnessSaw(text))")
    assert notes.actions == [] or {action.kind for action in notes.actions} == {"new_tab"}
