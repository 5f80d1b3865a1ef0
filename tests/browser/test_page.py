"""The page that `log.to_html` writes, as a file in a real browser that has no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from lab import launch_chromium
from lesson import lesson
from playwright.sync_api import Browser, Page, Playwright, expect

from rt_notebook.log.eventlog import EventLog

pytestmark = pytest.mark.browser

HOSTILE = "</script><img src=x onerror=document.title='broken'>"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a page in both dialects, one without sound, and an empty one."""
    folder = tmp_path_factory.mktemp("pages")
    for dialect in ("ga", "beta"):
        lesson(dialect).to_html(folder / f"{dialect}.html")
    lesson("ga").to_html(folder / "silent.html", audio=False, title=HOSTILE)
    EventLog().to_html(folder / "empty.html")
    return folder


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = launch_chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture(params=[{}])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page without network; nothing is complained about, nothing else is asked for."""
    page = browser.new_context(offline=True, locale=request.param.get("locale", "en")).new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda asked: None if asked.url.startswith("file:") else complaints.append(asked.url))
    yield page
    page.context.close()
    assert complaints == []


@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_the_conversation_the_events_and_their_json_are_there(page: Page, written: Path, dialect: str) -> None:
    page.goto((written / f"{dialect}.html").as_uri())
    conversation = page.get_by_role("region", name="Conversation")
    expect(conversation.get_by_text("You said: Good morning")).to_be_visible()
    expect(conversation.get_by_text("interrupted · heard")).to_be_visible()
    expect(conversation.locator("[data-role=tool]")).to_contain_text("weather ✓ done")
    expect(conversation.get_by_text('{ "sky": "clear" }')).to_be_visible()
    events = page.get_by_role("region", name="Events")
    total = len(lesson("ga" if dialect == "ga" else "beta"))
    expect(events.get_by_text(f"{total}", exact=True)).to_be_visible()

    events.get_by_label("Filter events").fill("session.created")
    expect(events.get_by_text(f"1 of {total}")).to_be_visible()
    events.get_by_role("row").nth(1).click()
    json = events.get_by_label("JSON")
    expect(json).to_contain_text('"type": "session.created"')
    # As it was on the wire, also where the views speak GA.
    expect(json).to_contain_text('"audio": {' if dialect == "ga" else '"input_audio_format": "pcm16"')


def test_it_plays_from_where_is_clicked_to_the_end_and_stops(page: Page, written: Path) -> None:
    page.goto((written / "ga.html").as_uri())
    slider = page.get_by_role("slider", name="Position in the sound")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^0\.0 s"))
    play = page.get_by_role("button", name="Play from here")
    play.click()
    stop = page.get_by_role("button", name="Stop playing")
    expect(stop).to_be_visible()
    expect(slider).to_have_attribute("aria-valuenow", "1.0")
    stop.click()
    expect(play).to_be_visible()

    box = slider.bounding_box()
    assert box is not None
    # Between two marks of the user's lane.
    slider.click(position={"x": box["width"] * 0.9, "y": 20})
    expect(stop).to_be_visible()
    expect(play).to_be_visible()  # it came to its end by itself

    slider.press("Home")
    page.locator("h1").click()
    page.keyboard.press(" ")
    expect(stop).to_be_visible()
    page.keyboard.press(" ")
    expect(play).to_be_visible()


def test_what_is_decoded_lies_where_it_was_said(page: Page, written: Path) -> None:
    """A decoder that leaves the encoder's delay in would shift it by 46 ms."""
    page.goto((written / "ga.html").as_uri())
    html = (written / "ga.html").read_text("utf-8")
    mp3, seconds = re.search(r'"mp3":"([^"]*)"', html), re.search(r'"seconds":([\d.]+),"mp3"', html)
    assert mp3 is not None
    assert seconds is not None
    decoded = page.evaluate(
        """async (base64) => {
            const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
            const context = new OfflineAudioContext(2, 1, 24000);
            const buffer = await context.decodeAudioData(bytes.buffer);
            return { seconds: buffer.duration, channels: buffer.numberOfChannels };
        }""",
        mp3[1],
    )
    assert decoded == {"seconds": pytest.approx(float(seconds[1]), abs=0.001), "channels": 2}


def test_a_page_without_sound_offers_none_and_a_title_is_text(page: Page, written: Path) -> None:
    page.goto((written / "silent.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page).to_have_title(HOSTILE)
    expect(page.get_by_role("button", name="Play from here")).to_have_count(0)
    expect(page.get_by_role("slider")).to_have_attribute("title", re.compile("^Click a mark"))


def test_a_bubble_leads_to_its_events_and_an_event_to_its_bubble(page: Page, written: Path) -> None:
    page.goto((written / "ga.html").as_uri())
    bubble = page.locator(".rt-bubble", has_text="You said: Good morning")
    bubble.hover()
    bubble.get_by_role("button", name="Events").click()
    details = page.get_by_role("group", name="Selected event")
    expect(details).to_be_visible()
    details.get_by_role("button", name="Go to its bubble and sound").click()
    expect(bubble).to_have_class(re.compile("rt-found"))


def test_the_keyboard_reaches_the_filter_and_the_list(page: Page, written: Path) -> None:
    page.goto((written / "ga.html").as_uri())
    expect(page.get_by_role("region", name="Conversation").get_by_text("Good morning", exact=True)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("response.done")
    field = page.get_by_label("Filter events")
    expect(field).to_have_value("response.done")
    page.get_by_role("treegrid").press("ArrowDown")
    expect(page.get_by_label("JSON")).to_contain_text('"type": "response.done"')


@pytest.mark.parametrize("page", [{"locale": "zh-CN"}], indirect=True)
def test_it_speaks_chinese(page: Page, written: Path) -> None:
    page.goto((written / "empty.html").as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("实时对话")
    expect(page.get_by_text("没有说任何话。")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_a_long_conversation_begins_with_its_beginning(page: Page, tmp_path: Path) -> None:
    log = EventLog()
    for n in range(500):
        content = [{"type": "input_text", "text": f"No. {n}"}]
        item = {"id": f"item_{n}", "type": "message", "role": "user", "content": content}
        event = {"type": "conversation.item.added", "previous_item_id": f"item_{n - 1}" if n else None, "item": item}
        log.append("server", orjson.dumps(event), event)
    page.goto(log.to_html(tmp_path / "long.html").as_uri())
    expect(page.get_by_text("No. 0", exact=True).first).to_be_in_viewport()
    expect(page.locator(".rt-bubble")).to_have_count(500)
