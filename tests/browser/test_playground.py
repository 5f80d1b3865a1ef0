"""The panel as a person uses it: look, click, type, listen; by mouse and by keyboard, in two themes and two languages.

The session in the kernel talks with the real server's core in memory, with engines that need no models.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from lab import Lab, Notebook, Panel, launch_chromium
from playwright.sync_api import Browser, Locator, Page, Playwright, Position, expect

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
ARTIFACTS = ROOT / "artifacts"
AXE = ROOT / "js" / "node_modules" / "axe-core" / "axe.min.js"
TAP = Path(__file__).with_name("tap.js").read_text("utf-8")
HELPERS = ROOT / "tests" / "helpers"

IMPORT = f"""
import json, sys
sys.path.insert(0, {str(HELPERS)!r})
import rt_notebook as rt
from rt_notebook import Session
from memory_server import MemoryServer, connect_in_memory
"""
CONNECT = f"""{IMPORT}
session = connect_in_memory(turn_detection=None)
session"""
TOOL = {
    "type": "function",
    "name": "weather",
    "description": "The weather in a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}
CONNECT_WITH_TOOL = f"""{IMPORT}
session = connect_in_memory(tools=[{TOOL!r}])

@session.on("response.function_call_arguments.done")
def run_tool(event):
    output = {{"type": "function_call_output", "call_id": event["call_id"], "output": "21 degrees"}}
    session.send({{"type": "conversation.item.create", "item": output}})

session"""
# A model that has a price, at the server in memory.
CONNECT_PRICED = f"""{IMPORT}
from rt_notebook.session.providers import Endpoint, Headers
from rt_notebook.session.runner import block
from rt_notebook.session.session import AsyncSession
from rt_notebook.session.settings import Settings

endpoint = Endpoint("openai", "memory://server?model=gpt-realtime", "gpt-realtime", Headers())
session = AsyncSession(endpoint, Settings(turn_detection=None), opener=MemoryServer())
block(session.open())
session = Session(session)
session"""

REPORTED = "print(json.dumps([e for e in session.events if e.type == 'session.updated'][-1]['session']))"
ZH_KEEPS = {"url", "tutor", "Server", "Semantic", "VAD", "Ctrl", "Enter", "JSON", "token", "inf", "Errors"}


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = launch_chromium(playwright)
    yield browser
    browser.close()


def open_page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, permissions=["microphone", "clipboard-read"])
    page.add_init_script(TAP)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


page = pytest.fixture(open_page)
module_page = pytest.fixture(scope="module")(open_page)


@pytest.fixture(scope="module")
def talked(jupyter: Lab, module_page: Page) -> Notebook:
    """A notebook whose panel has had a conversation: words, a tool, an answer that was cut."""
    wrong = "session.send({'type': 'conversation.item.delete', 'item_id': 'item_of_nobody'})"
    cells = [CONNECT_WITH_TOOL, wrong, REPORTED]
    notebook = jupyter.open(module_page, cells, "talked.ipynb")
    notebook.run(0)
    panel = notebook.panel()
    panel.button("Start session").click()
    panel.button("End session").wait_for()
    panel.say("Good morning")
    happens(panel, "rt.playback.finished")
    panel.say("call weather")
    expect(panel.region("Conversation")).to_contain_text("21 degrees")
    panel.say("count")
    # Some of it has been heard.
    played = module_page.evaluate("tap.quanta.length")
    module_page.wait_for_function("(before) => tap.quanta.length > before + 400", arg=played)
    panel.button("Stop answer").click()
    panel.region("Conversation").get_by_text("interrupted").wait_for()
    return notebook


def started(notebook: Notebook) -> Panel:
    """Run the cell that connects and start the session in its panel."""
    notebook.run(0)
    panel = notebook.panel()
    panel.button("Start session").click()
    panel.button("End session").wait_for()
    return panel


def waveforms(panel: Panel) -> Locator:
    return panel.region("Waveforms")


def grid(panel: Panel) -> Locator:
    return panel.region("Events").get_by_role("treegrid")


def happens(panel: Panel, type_: str) -> None:
    """Wait until an event of a type is the last or nearly the last."""
    panel.region("Events").get_by_text(type_, exact=True).first.wait_for()


def field(panel: Panel, name: str) -> Locator:
    return panel.region("Settings").get_by_label(name, exact=True)


def note(panel: Panel, name: str) -> Locator:
    """Return what stands below a field about its value."""
    described = field(panel, name).get_attribute("aria-describedby") or ""
    return panel.locator.page.locator(f"#{described.split()[-1]}")


def summary(panel: Panel) -> Locator:
    return panel.region("Settings").locator("summary")


@contextlib.contextmanager
def opened(panel: Panel) -> Iterator[None]:
    """Open the settings as long as the block runs."""
    summary(panel).click()
    yield
    summary(panel).click()


def told(notebook: Notebook, cell: int) -> Any:
    """Run a cell that prints JSON."""
    notebook.run(cell)
    return json.loads(notebook.text(cell))


# Settings -------------------------------------------------------------------------------------------------------------


def test_settings_apply_live_and_the_form_shows_the_session_in_effect(jupyter: Lab, page: Page) -> None:
    change = "session.update(instructions='From Python.', turn_detection=None, voice='sage')"
    notebook = jupyter.open(page, [CONNECT, REPORTED, change], "settings.ipynb")
    panel = started(notebook)
    expect(summary(panel)).to_contain_text("turn_detection null · voice marin")
    summary(panel).click()

    field(panel, "Instructions").fill("Speak like a pirate.")
    field(panel, "Instructions").press("Control+Enter")
    field(panel, "Voice").fill("cedar")
    field(panel, "Voice").press("Enter")
    expect(summary(panel)).to_contain_text("turn_detection null · voice cedar")
    field(panel, "Server VAD").check(force=True)
    expect(summary(panel)).to_contain_text("server_vad · threshold 0.5 · silence 500 ms · prefix 300 ms")
    field(panel, "Threshold").fill("0.7")
    field(panel, "Silence duration (ms)").fill("900")
    field(panel, "Silence duration (ms)").press("Enter")
    expect(summary(panel)).to_contain_text("threshold 0.7 · silence 900 ms")
    happens(panel, "session.update")
    happens(panel, "session.updated")
    reported = told(notebook, 1)
    assert reported["instructions"] == "Speak like a pirate."
    assert reported["audio"]["output"]["voice"] == "cedar"
    assert reported["audio"]["input"]["turn_detection"]["threshold"] == 0.7
    assert reported["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 900

    # Fields come and go with what they belong to.
    field(panel, "Semantic VAD").check(force=True)
    expect(summary(panel)).to_contain_text("semantic_vad · eagerness auto")
    expect(field(panel, "Threshold")).to_be_hidden()
    field(panel, "Eagerness").select_option("high")
    expect(summary(panel)).to_contain_text("eagerness high")

    # What Python changes, the form shows.
    notebook.run(2)
    expect(summary(panel)).to_contain_text("turn_detection null · voice sage")
    expect(field(panel, "Instructions")).to_have_value("From Python.")
    expect(field(panel, "Off")).to_be_checked()


def test_tools_are_checked_as_they_are_typed_and_then_taken(talked: Notebook) -> None:
    panel = talked.panel()
    with opened(panel):
        field(panel, "Tools").fill("[{]")
        field(panel, "Tools").press("Control+Enter")
        expect(note(panel, "Tools")).to_contain_text("No JSON at line 1, column 3. Not sent.")
        expect(field(panel, "Tools")).to_have_attribute("aria-invalid", "true")
        field(panel, "Tools").fill(json.dumps([TOOL, TOOL | {"name": "time"}]))
        field(panel, "Tools").press("Control+Enter")
        expect(summary(panel)).to_contain_text("tools weather, time")
        field(panel, "Tool choice").select_option(label="time")
        expect(field(panel, "Tool choice")).to_have_value('{"type":"function","name":"time"}')
        expect(panel.region("Settings").locator("[data-standing=sent]")).to_have_count(0)
    reported = told(talked, 2)
    assert [tool["name"] for tool in reported["tools"]] == ["weather", "time"]
    assert reported["tool_choice"] == {"type": "function", "name": "time"}


def test_what_the_server_refuses_is_said_at_the_field_and_above(talked: Notebook) -> None:
    panel = talked.panel()
    with opened(panel):
        field(panel, "Voice").fill("cedar")
        field(panel, "Voice").press("Enter")
        expect(note(panel, "Voice")).to_have_text(re.compile("^Not taken: cedar · In effect: marin · .*voice.*$"))
        expect(field(panel, "Voice")).to_have_value("marin")
        alert = panel.locator.get_by_role("alert")
        expect(alert.locator("code")).to_have_text("cannot_update_voice")
        alert.get_by_role("button", name="Dismiss").click()
        expect(alert).to_be_hidden()


# Conversation ---------------------------------------------------------------------------------------------------------


def test_bubbles_stand_in_turn_order_with_the_tool_and_the_unheard_part(talked: Notebook) -> None:
    conversation = talked.panel().region("Conversation")
    bubbles = conversation.get_by_role("listitem")
    roles = bubbles.evaluate_all("(bubbles) => bubbles.map((bubble) => bubble.dataset.role)")
    assert roles[:5] == ["user", "assistant", "user", "tool", "user"]
    expect(bubbles.nth(0)).to_contain_text("Good morning")
    expect(bubbles.nth(1)).to_contain_text("You said: Good morning")
    expect(bubbles.nth(3)).to_contain_text(re.compile(r"weather ✓ done · \d+ ms\{\}21 degrees$"))
    answer = bubbles.filter(has_text="interrupted").first
    struck = answer.locator("s").inner_text()
    heard = answer.locator("p").first.inner_text().removesuffix(struck)
    assert heard.split()[:3] == ["1", "2", "3"]
    assert int(struck.split()[0]) == int(heard.split()[-1]) + 1
    expect(answer).to_contain_text(re.compile(r"interrupted · heard \d+\.\d s of \d+\.\d s"))


def test_a_screen_reader_hears_finished_transcripts_and_changes_of_state(talked: Notebook) -> None:
    panel = talked.panel().locator
    log = panel.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_contain_text("Assistant: You said: Good morning")
    # The inspector and the notice have no say in it: what is told politely is told once.
    expect(panel.get_by_role("status").filter(has_text="Answer interrupted")).to_have_count(1)


def test_the_status_line_tells_where_how_long_how_fast_and_what_way(talked: Notebook) -> None:
    status = talked.panel().region("Status")
    expect(status).to_contain_text(re.compile(r"url · tutor · open"))
    expect(status).to_contain_text(re.compile(r"5\d:\d\d left"))
    expect(status).to_contain_text(re.compile(r"answer after \d+(\.\d)? m?s"))
    expect(status.get_by_text("relay", exact=True)).to_be_visible()
    clock = status.get_by_title("How long the session has been open")
    before = clock.inner_text()
    expect(clock).not_to_have_text(before)


def test_the_status_line_tells_what_it_cost(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [CONNECT_PRICED], "cost.ipynb")
    panel = started(notebook)
    panel.say("Good morning")
    expect(panel.region("Status")).to_contain_text(re.compile(r"\$0\.0\d+"))


# Waveforms ------------------------------------------------------------------------------------------------------------


def place_of(panel: Panel, t: float) -> float:
    """Return how many px from the left of the waveforms a time is (s), from what the pointer is told at two places."""
    slider = waveforms(panel).get_by_role("slider")
    readout = waveforms(panel).locator(".rt-readout")
    times = []
    for x in (600, 900):
        slider.hover(position={"x": x, "y": 30})
        expect(readout).to_contain_text(re.compile(r"^\d+\.\d s, "))
        times.append(float(readout.inner_text().split()[0]))
    return 600 + (t - times[0]) * 300 / (times[1] - times[0])


def stand(panel: Panel) -> Locator:
    """Stop the waveforms from moving on and bring their beginning into view."""
    slider = waveforms(panel).get_by_role("slider")
    slider.hover(position={"x": 300, "y": 30})
    panel.locator.page.keyboard.down("Shift")
    panel.locator.page.mouse.wheel(0, -3000)
    panel.locator.page.keyboard.up("Shift")
    expect(waveforms(panel).get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "false")
    return slider


def time_of(panel: Panel, type_: str) -> float:
    """Return when the last event of a type happened, by the inspector."""
    row = panel.region("Events").get_by_role("row").filter(has_text=type_).last
    return float(row.get_by_role("gridcell").first.inner_text())


def test_a_click_on_the_waveform_plays_from_there_and_another_stops(talked: Notebook) -> None:
    panel, page = talked.panel(), talked.page
    panel.region("Events").get_by_label("Filter events").fill("rt.playback.started")
    began = time_of(panel, "rt.playback.started")
    panel.region("Events").get_by_label("Filter events").fill("")
    slider = stand(panel)
    place = Position(x=place_of(panel, began + 0.5), y=110)
    heard = page.evaluate("tap.quanta.length")
    slider.click(position=place)
    waveforms(panel).get_by_role("button", name="Stop playing").wait_for()
    page.wait_for_function("(before) => tap.quanta.length > before + 20", arg=heard)
    # The tone that the server's voice makes, and nothing else: at its own loudness.
    loudest = page.evaluate("(from) => Math.max(...tap.quanta.slice(from).flatMap(({samples}) => [...samples]))", heard)
    assert 0.2 < loudest < 0.35
    slider.click(position=place)
    waveforms(panel).get_by_role("button", name="Play from here").wait_for()


def test_a_mark_of_the_waveform_tells_what_it_is_and_leads_to_its_event(talked: Notebook) -> None:
    panel = talked.panel()
    events = panel.region("Events")
    events.get_by_label("Filter events").fill("rt.playback.flushed")
    cut = time_of(panel, "rt.playback.flushed")
    events.get_by_label("Filter events").fill("")
    slider = stand(panel)
    place = Position(x=place_of(panel, cut), y=75)
    slider.hover(position=place)
    expect(waveforms(panel).locator(".rt-readout")).to_contain_text("interrupted · ")
    slider.click(position=place)
    details = events.get_by_role("group", name="Selected event")
    expect(details).to_contain_text("rt.playback.flushed")
    expect(details.get_by_label("JSON")).to_contain_text('"heard_ms"')


# Inspector ------------------------------------------------------------------------------------------------------------


def test_the_inspector_filters_unfolds_and_shows_the_json_that_the_kernel_has(talked: Notebook) -> None:
    events = talked.panel().region("Events")
    search = events.get_by_label("Filter events", exact=True)
    search.fill("response.output_audio.delta")
    run = events.get_by_role("row").filter(has_text="×").first
    expect(run).to_have_attribute("aria-expanded", "false")
    run.click()
    grid(talked.panel()).press("ArrowRight")
    expect(run).to_have_attribute("aria-expanded", "true")
    expect(events.get_by_role("row").filter(has_text=re.compile(r"2 / \d+")).first).to_be_visible()
    grid(talked.panel()).press("ArrowDown")
    details = events.get_by_role("group", name="Selected event")
    expect(details.get_by_label("JSON")).to_contain_text('"response_id": "resp_')
    grid(talked.panel()).press("ArrowLeft")
    grid(talked.panel()).press("ArrowLeft")
    expect(run).to_have_attribute("aria-expanded", "false")
    search.fill("")


def test_a_row_leads_to_its_bubble_and_a_bubble_to_its_rows(talked: Notebook) -> None:
    panel = talked.panel()
    conversation, events = panel.region("Conversation"), panel.region("Events")
    first = conversation.get_by_role("listitem").nth(0)
    first.scroll_into_view_if_needed()
    first.hover()
    first.get_by_role("button", name="Events").click()
    details = events.get_by_role("group", name="Selected event")
    expect(details.get_by_label("JSON")).to_contain_text("Good morning")

    events.get_by_label("Filter events", exact=True).fill("truncated")
    events.get_by_role("row").filter(has_text="conversation.item.truncated").click()
    conversation.evaluate("(region) => region.scrollTop = 0")
    details.get_by_role("button", name="Go to its bubble and sound").click()
    expect(conversation.locator(".rt-found")).to_contain_text("interrupted")
    expect(conversation.locator(".rt-found")).to_be_in_viewport()
    events.get_by_label("Filter events", exact=True).fill("")


# Files, errors, needs -------------------------------------------------------------------------------------------------


def test_files_are_sent_and_one_that_is_none_is_named(talked: Notebook, tmp_path: Path) -> None:
    tone = np.sin(np.arange(44_100) / 20) / 3
    soundfile.write(tmp_path / "second.wav", tone, 44_100)
    soundfile.write(tmp_path / "half.flac", tone[:22_050], 44_100)
    (tmp_path / "letter.wav").write_text("Dear server")
    panel = talked.panel()

    def send(name: str) -> None:
        with talked.page.expect_file_chooser() as chooser:
            panel.button("Send a file").click()
        chooser.value.set_files(tmp_path / name)

    send("second.wav")
    panel.region("Conversation").get_by_text("You said: 1000 ms of sound").wait_for()
    send("half.flac")
    panel.region("Conversation").get_by_text("You said: 500 ms of sound").wait_for()
    send("letter.wav")
    alert = panel.locator.get_by_role("alert")
    expect(alert).to_contain_text("letter.wav")
    alert.get_by_role("button", name="Dismiss").click()


def test_an_error_of_the_server_appears_above_the_conversation_with_its_code(talked: Notebook) -> None:
    panel = talked.panel()
    talked.run(1)
    alert = panel.locator.get_by_role("alert")
    expect(alert).to_contain_text("item_of_nobody")
    expect(alert.locator("code")).not_to_be_empty()
    alert.get_by_role("button", name="Dismiss").click()


@pytest.mark.parametrize("allowed", [True, False])
def test_what_a_conversation_needs_is_told_before_the_first_click(
    jupyter: Lab, playwright: Playwright, allowed: bool
) -> None:
    browser = launch_chromium(playwright, allow_microphone=allowed)
    notebook = jupyter.open(browser.new_page(), [CONNECT], f"needs-{allowed}.ipynb")
    notebook.run(0)
    needs = notebook.panel().locator.get_by_role("group", name="What a conversation needs")
    expect(needs).to_contain_text("Secure page: yes")
    expect(needs).to_contain_text(re.compile(r"Kernel answers: \d+"))
    if allowed:
        expect(needs).to_contain_text("Microphone allowed: yes")
    else:
        # Only a click shows that the browser refuses; then the list names the cure.
        notebook.panel().button("Start talking").click()
        notebook.panel().locator.get_by_role("alert").wait_for()
        notebook.panel().button("Sound").click()
        notebook.panel().button("Check the sound").click()
        expect(needs).to_contain_text("Microphone allowed: no")
        expect(needs.locator("[data-ok=no]")).to_contain_text("does not allow the microphone")
    browser.close()


# Keyboard -------------------------------------------------------------------------------------------------------------

FOCUSED = """() => {
    const { activeElement: element } = document;
    if (element.closest(".rt-panel") === null) return null;
    const labels = [...(element.labels ?? [])].map((label) => label.innerText.trim());
    return element.ariaLabel ?? (labels[0] || element.innerText.trim().split("\\n")[0]);
}"""


def test_tab_goes_through_the_panel_from_top_to_bottom(talked: Notebook) -> None:
    panel, page = talked.panel(), talked.page
    panel.region("Conversation").focus()
    reached = []
    for _ in range(40):
        name = page.evaluate(FOCUSED)
        if name is None:
            break
        reached.append(name)
        page.keyboard.press("Tab")
    wanted = [
        *("Conversation", "Events", "Play from here", "Zoom out", "Zoom in", "Follow", "Position in the sound"),
        *("End session", "Start talking", "Hold to talk", "Sound", "Message", "Send", "Send a file"),
        *("Settings", "Events", "Filter events", "sent by the client", "received from the server", "happened here"),
        *("Errors only", "Δt: times from the selected event", "Events"),
    ]
    rest = iter(reached)
    assert [name for name in wanted if name not in rest] == [], reached


def test_space_talks_while_it_is_held_and_the_keyboard_alone_writes(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [CONNECT], "keyboard.ipynb")
    notebook.run(0)
    panel = notebook.panel()
    panel.button("Start session").focus()
    page.keyboard.press("Enter")
    panel.button("End session").wait_for()
    panel.region("Conversation").focus()
    page.keyboard.down(" ")
    panel.locator.get_by_text("Talking: release to end your turn.").wait_for()
    panel.region("Events").get_by_text("input_audio_buffer.append").first.wait_for()
    panel.region("Events").get_by_text(re.compile(r"×\d\d · ")).first.wait_for()
    page.keyboard.up(" ")
    panel.region("Conversation").get_by_text(re.compile(r"You said: \d+ ms of sound")).wait_for()
    panel.locator.get_by_label("Message", exact=True).focus()
    page.keyboard.type("By hand")
    page.keyboard.press("Enter")
    panel.region("Conversation").get_by_text("You said: By hand").wait_for()


# Looks ----------------------------------------------------------------------------------------------------------------


def audit(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical in the panels."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    results = page.evaluate("axe.run('.rt-panel')")
    assert "color-contrast" in {rule["id"] for rule in results["passes"]}
    return [
        f"{found['id']}: {node['html']} {node['failureSummary']}"
        for found in results["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_panel_is_accessible_and_has_its_picture_taken(talked: Notebook, theme: str) -> None:
    panel, page = talked.panel(), talked.page
    name = "JupyterLab Dark" if theme == "dark" else "JupyterLab Light"
    page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
    page.wait_for_function("(light) => document.body.dataset.jpThemeLight === light", arg=str(theme == "light").lower())
    ARTIFACTS.mkdir(exist_ok=True)
    page.set_viewport_size({"width": 1440, "height": 2000})
    panel.locator.screenshot(path=ARTIFACTS / f"playground-{theme}.png")
    with opened(panel):
        panel.button("Sound").click()
        grid(panel).press("Home")
        expect(panel.region("Events").get_by_label("JSON")).to_contain_text("rt.connection.opened")
        panel.locator.screenshot(path=ARTIFACTS / f"playground-{theme}-open.png")
        assert audit(page) == []
        grid(panel).press("Escape")
        panel.button("Sound").click()
    page.set_viewport_size({"width": 1440, "height": 900})


def test_it_fits_a_laptops_screen(talked: Notebook) -> None:
    panel = talked.panel().locator
    in_sight = talked.page.locator(".jp-WindowedPanel-outer").bounding_box()
    box = panel.bounding_box()
    assert in_sight is not None
    assert box is not None
    assert box["height"] <= in_sight["height"]


def test_in_a_narrow_column_nothing_sticks_out(talked: Notebook) -> None:
    panel, page = talked.panel(), talked.page
    panel.locator.evaluate("(panel) => panel.style.width = '320px'")
    beyond = """(panel) => {
        const edge = panel.getBoundingClientRect().right;
        return [...panel.querySelectorAll("button, input, select, textarea, p, pre, label, span, li")]
            .filter((element) => element.getBoundingClientRect().right > edge + 0.5)
            .filter((element) => !element.closest(".rt-spoken, .rt-event"))
            .map((element) => element.outerHTML);
    }"""
    page.set_viewport_size({"width": 1440, "height": 2400})
    with opened(panel):
        expect(field(panel, "Threshold")).to_be_visible()
        assert panel.locator.evaluate(beyond) == []
        ARTIFACTS.mkdir(exist_ok=True)
        panel.locator.screenshot(path=ARTIFACTS / "playground-narrow.png")
    panel.locator.evaluate("(panel) => panel.style.width = ''")
    page.set_viewport_size({"width": 1440, "height": 900})


def test_it_speaks_chinese_when_asked(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [CONNECT.removesuffix("session") + "session.panel(lang='zh')"], "chinese.ipynb")
    notebook.run(0)
    panel = notebook.panel()
    panel.button("开始会话").click()
    panel.button("结束会话").wait_for()
    message = panel.locator.get_by_label("消息", exact=True)
    message.fill("早上好")
    message.press("Enter")
    panel.region("对话").get_by_text("You said: 早上好").wait_for()
    expect(panel.locator).to_have_attribute("lang", "zh-CN")
    panel.region("设置").locator("summary").click()
    # English words that are left are the API's own, units, or what was said.
    words = panel.locator.evaluate("""(panel) => {
        const others = ".rt-bubble, .rt-grid, .rt-spoken, .rt-effective, textarea, option, datalist";
        const outside = (node) => node.parentElement.closest(others);
        const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) if (!outside(walker.currentNode)) found.push(walker.currentNode.data);
        return found.join(" ");
    }""")
    assert set(re.findall(r"[A-Za-z]{3,}", words)) <= ZH_KEEPS
    ARTIFACTS.mkdir(exist_ok=True)
    page.set_viewport_size({"width": 1440, "height": 2000})
    panel.locator.screenshot(path=ARTIFACTS / "playground-chinese.png")
