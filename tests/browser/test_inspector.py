"""The event inspector in a real page, fed without a kernel (benchmarks/page.js): many rows, keys, the filter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lab import Panel, launch_chromium
from playwright.sync_api import Browser, Locator, Page, Playwright, Route, expect

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Panel</title>
<link rel="stylesheet" href="/rt_notebook/static/panel.css"><div id="panel"></div>
<script type="module" src="/benchmarks/page.js"></script>"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = launch_chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1000, "height": 1200})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def serve(route: Route) -> None:
        path = ROOT / route.request.url.removeprefix("http://localhost/")
        if path.is_file():
            route.fulfill(path=path)
        else:
            route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")

    page.route("http://localhost/**", serve)
    page.goto("http://localhost/")
    page.wait_for_function("window.bench")
    page.evaluate("bench.panel('/rt_notebook/static/panel.js')")
    yield page
    page.close()
    assert errors == []


def inspector(page: Page, rows: int = 0, shape: str = "talk") -> Locator:
    """Let so many events have happened; return the inspector."""
    page.evaluate("([rows, shape]) => bench.history(rows, shape)", [rows, shape])
    return Panel(page.locator("#panel")).region("Events")


def tell(page: Page, *events: dict[str, Any]) -> None:
    """Let events of the server happen."""
    happened = """(event) => {
        const index = bench.model.rows++;
        const row = { index, t: index / 50, direction: "server", audio_ms: null, event };
        bench.model.tell({ type: "happened", row });
    }"""
    for event in events:
        page.evaluate(happened, event)


def grid_of(events: Locator) -> Locator:
    return events.get_by_role("treegrid")


def active(events: Locator) -> Locator:
    """Return the row that a screen reader is told of."""
    grid = grid_of(events)
    expect(grid).to_have_attribute("aria-activedescendant", re.compile("."))
    return events.locator(f"#{grid.get_attribute('aria-activedescendant')}")


def press(events: Locator, *keys: str) -> Locator:
    """Press keys in the list; return the active row."""
    grid = grid_of(events)
    for key in keys:
        grid.press(key)
    events.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return active(events)


def test_of_many_events_only_those_in_sight_are_in_the_page(page: Page) -> None:
    events = inspector(page, 20_000, "lines")
    expect(grid_of(events)).to_have_attribute("aria-rowcount", "20001")
    expect(events.get_by_text("19999 ")).to_be_in_viewport()
    assert events.get_by_role("row").count() < 60
    first = press(events, "Home")
    expect(first).to_have_attribute("aria-rowindex", "2")
    expect(first).to_be_in_viewport()
    assert events.get_by_role("row").count() < 60


def test_keys_move_through_the_list_and_open_the_event(page: Page) -> None:
    events = inspector(page, 500, "lines")
    assert press(events, "Home", "ArrowDown", "ArrowDown").get_attribute("aria-rowindex") == "4"
    details = events.get_by_role("group", name="Selected event")
    expect(details.get_by_label("JSON")).to_contain_text('"index": 2')
    expect(details).to_contain_text("What the answer says, whole.")
    paged = press(events, "PageDown")
    assert int(paged.get_attribute("aria-rowindex") or 0) > 7
    expect(paged).to_be_in_viewport()
    assert press(events, "End").get_attribute("aria-rowindex") == "501"
    press(events, "Escape")
    expect(details).to_be_hidden()
    press(events, "Enter")
    expect(details).to_be_visible()


def test_a_run_unfolds_to_its_rows_and_folds_again(page: Page) -> None:
    events = inspector(page, 200)
    run = press(events, "Home", "ArrowDown")
    expect(run).to_contain_text("input_audio_buffer.append×99 · 4.0 s")
    expect(run).to_have_attribute("aria-expanded", "false")
    details = events.get_by_role("group", name="Selected event")
    expect(details.get_by_label("JSON")).to_contain_text('"index": 1\n')
    details.get_by_role("button", name="Next of the run").click()
    expect(details.get_by_label("JSON")).to_contain_text('"index": 2\n')

    run = press(events, "ArrowRight")
    expect(run).to_have_attribute("aria-expanded", "true")
    single = press(events, "ArrowDown", "ArrowDown", "ArrowDown")
    expect(single).to_have_attribute("aria-level", "2")
    expect(single).to_contain_text("3 / 99")
    run = press(events, "ArrowLeft", "ArrowLeft")
    expect(run).to_have_attribute("aria-expanded", "false")
    expect(press(events, "ArrowDown")).to_contain_text("input_audio_buffer.speech_stopped")


def test_the_filter_counts_and_keeps_the_selection(page: Page) -> None:
    events = inspector(page, 1000)
    field = events.get_by_label("Filter events", exact=True)
    press(events, "Home")
    field.fill("speech_* -stopped")
    expect(events.get_by_text("0 of 1,000")).to_be_visible()
    expect(events.get_by_text("No event passes the filter.")).to_be_visible()
    field.fill("input_audio_buffer.speech_*")
    expect(events.get_by_text("10 of 1,000")).to_be_visible()
    field.fill("buffer.speech -stopped")
    expect(events.get_by_text("5 of 1,000")).to_be_visible()
    expect(active(events)).to_have_attribute("aria-selected", "true")
    expect(press(events, "ArrowDown")).to_have_attribute("aria-rowindex", "3")
    field.fill("")
    expect(active(events)).to_be_in_viewport()
    expect(active(events)).to_contain_text("4.000")


def test_the_selection_is_in_sight_again_without_the_filter(page: Page) -> None:
    events = inspector(page, 3000, "lines")
    press(events, "Home", *["PageDown"] * 60)
    place = active(events).get_attribute("aria-rowindex")
    field = events.get_by_label("Filter events", exact=True)
    field.fill("nowhere")
    expect(events.get_by_text("0 of 3,000")).to_be_visible()
    field.fill("")
    expect(active(events)).to_be_in_viewport()
    assert active(events).get_attribute("aria-rowindex") == place


def test_no_row_is_left_over_when_the_list_grows_and_shrinks_at_once(page: Page) -> None:
    events = inspector(page, 3000, "lines")
    expect(events.get_by_text("2999 ")).to_be_in_viewport()
    # The list grows when the filter is through already.
    grow = """(region) => {
        region.querySelector(".rt-inspect").style.height = "900px";
        const field = region.querySelector("input");
        field.value = "nowhere";
        field.dispatchEvent(new Event("input"));
    }"""
    events.evaluate(grow)
    expect(events.get_by_text("0 of 3,000")).to_be_visible()
    expect(events.locator(".rt-event:visible")).to_have_count(0)


def test_directions_and_errors_can_be_asked_for(page: Page) -> None:
    events = inspector(page, 200)
    tell(page, {"type": "error", "error": {"message": "No such <b>item</b>."}})
    sent = events.get_by_role("button", name="sent by the client")
    sent.click()
    expect(sent).to_have_attribute("aria-pressed", "false")
    expect(events.get_by_text("102 of 201")).to_be_visible()
    events.get_by_role("button", name="Errors only").click()
    expect(events.get_by_text("1 of 201")).to_be_visible()
    expect(events.get_by_text("No such <b>item</b>.")).to_be_visible()


def test_it_follows_until_the_person_scrolls_away(page: Page) -> None:
    events = inspector(page, 300, "lines")
    follow = events.get_by_role("button", name="Follow")
    last = {"type": "response.output_text.done", "text": "the newest"}
    tell(page, last)
    expect(events.get_by_text("the newest")).to_be_in_viewport()
    expect(follow).to_be_hidden()
    grid_of(events).hover()
    page.mouse.wheel(0, -2000)
    expect(follow).to_be_visible()
    top = grid_of(events).evaluate("(grid) => grid.scrollTop")
    page.evaluate("bench.happen(200, 'lines', 500)")
    assert grid_of(events).evaluate("(grid) => grid.scrollTop") == top
    follow.click()
    expect(follow).to_be_hidden()
    tell(page, {**last, "text": "still newer"})
    expect(events.get_by_text("still newer")).to_be_in_viewport()


def test_who_reads_an_event_keeps_it_in_sight(page: Page) -> None:
    events = inspector(page, 300, "lines")
    row = press(events, "End", "ArrowUp", "ArrowUp")
    page.evaluate("bench.happen(200, 'lines', 500)")
    expect(row).to_be_in_viewport()
    expect(row).to_have_attribute("aria-selected", "true")


def test_times_count_from_the_selected_event(page: Page) -> None:
    events = inspector(page, 100, "lines")
    press(events, "Home", "ArrowDown")
    events.get_by_role("button", name="Δt: times from the selected event").click()
    expect(active(events)).to_contain_text("+0.000")
    expect(press(events, "ArrowDown")).to_contain_text("+0.000")
    expect(events.get_by_role("row").filter(has_text="−0.040")).to_be_visible()


def test_the_json_goes_to_the_clipboard(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    events = inspector(page, 10, "lines")
    press(events, "Home")
    expect(events.get_by_label("JSON")).to_contain_text('"index": 0')
    events.get_by_role("button", name="Copy").click()
    events.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == '{\n  "index": 0\n}'


@pytest.mark.parametrize("width", [300, 600, 1000])
def test_nothing_sticks_out(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1200})
    events = inspector(page, 400)
    press(events, "Home", "ArrowDown")
    expect(events.get_by_label("JSON")).to_contain_text('"index": 1')
    beyond = """(region) => [...region.querySelectorAll("button, input, pre, [role=row], [role=gridcell]")]
        .filter((element) => element.getBoundingClientRect().right > innerWidth)
        .map((element) => element.className)"""
    assert events.evaluate(beyond) == []
