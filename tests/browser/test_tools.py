"""Tools in the panel: cards of their calls, approval by a button, and two tasks of several steps, in speech."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lab import Lab, Panel, launch_chromium
from playwright.sync_api import Locator, Page, Playwright, expect
from talking import HELPERS, TAP, started, told

from rt_notebook.audio.files import write_wav
from rt_notebook.server.registry import load_engine

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
ARTIFACTS = ROOT / "artifacts"
AXE = ROOT / "js" / "node_modules" / "axe-core" / "axe.min.js"

CONNECT = f"""
import json, sys, threading
sys.path.insert(0, {str(HELPERS)!r})
import rt_notebook as rt
from rt_notebook import Session
from memory_server import MemoryServer, connect_in_memory, tone
from rt_notebook.server.engine import Call

def answer(prompt):
    "Call what 'use NAME ARGUMENTS; NAME ARGUMENTS' names; repeat anything else."
    said = prompt.messages[-1].text
    if not said.startswith("use "):
        yield f"You said: {{said}}"
        return
    for call in said.removeprefix("use ").split("; "):
        name, _, arguments = call.partition(" ")
        yield Call(name, arguments or "{{}}")

session = connect_in_memory(MemoryServer(tone, answer), turn_detection=None)
session.panel().echo_cancellation = False
gate, wiped = threading.Event(), []

@session.tool(approve=True)
def wipe(path: str) -> str:
    "Delete a folder and all that is in it."
    wiped.append(path)
    return f"wiped {{path}}"

@session.tool
def search(words: str, context: rt.ToolContext) -> list[str]:
    "Search everything."
    context.progress("page 1 of <b>2</b>", 0.5)
    gate.wait(60)
    return [f"<img src=x onerror=alert(1)> {{words}} {{n}}" for n in range(12)]

@session.tool
def divide(a: float, b: float) -> float:
    "Divide two numbers."
    return a / b

session
"""
WIPED = "print(json.dumps([wiped, [call.state for call in session.calls]]))"
ROWS = "print(json.dumps([[event.type, event] for event in session.events if event.type.startswith('rt.tool.')]))"


def conversation(panel: Panel) -> Locator:
    return panel.locator.locator(".rt-conversation")


def card(panel: Panel, name: str, nth: int = -1) -> Locator:
    """Return a card of a tool's calls, the last one."""
    cards = conversation(panel).locator(".rt-card").filter(has=panel.locator.page.get_by_text(name, exact=True))
    return cards.last if nth < 0 else cards.nth(nth)


def is_(card: Locator, state: str) -> None:
    expect(card).to_have_attribute("data-state", state, timeout=15_000)


def violations(page: Page) -> list[str]:
    """Return what the accessibility checker finds in the panels."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    results = page.evaluate("axe.run('.rt-panel')")
    return [
        f"{found['id']}: {node['html']} {node['failureSummary']}"
        for found in results["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


def test_a_call_is_approved_by_keyboard_and_the_question_goes_from_every_view(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [CONNECT, "session", WIPED, ROWS], "approve.ipynb")
    panel = started(notebook)
    notebook.run(1)
    other = notebook.panel(1)
    panel.say('use wipe {"path": "/tmp/a"}')
    approve, deny = panel.button("Approve wipe"), panel.button("Deny wipe")
    expect(approve).to_be_visible()
    expect(deny).to_be_visible()
    expect(approve).to_have_accessible_description('{ "path": "/tmp/a" }')
    expect(other.button("Approve wipe")).to_be_visible()
    # A screen reader is told, and the answer can be stopped while it waits.
    expect(panel.locator.get_by_role("status").filter(has_text="wipe asks for approval")).to_have_count(1)
    expect(panel.button("Stop answer")).to_be_enabled()
    is_(card(panel, "wipe"), "waiting")
    assert told(notebook, 2) == [[], ["waiting"]]

    # Tab goes from one button to the other; where they are gone, the keyboard is still in the bubble.
    approve.focus()
    approve.press("Tab")
    expect(deny).to_be_focused()
    deny.press("Shift+Tab")
    page.keyboard.press("Enter")
    for view in (panel, other):
        is_(card(view, "wipe"), "done")
        expect(card(view, "wipe")).to_contain_text("wiped /tmp/a")
        expect(view.button("Approve wipe")).to_have_count(0)
        expect(view.button("Deny wipe")).to_have_count(0)
    assert page.evaluate("document.activeElement.className") == "rt-jump"
    conversation(panel).get_by_text("You said: wiped /tmp/a").wait_for()
    assert told(notebook, 2) == [["/tmp/a"], ["done"]]
    rows = told(notebook, 3)
    assert [type_ for type_, _ in rows] == [f"rt.tool.{what}" for what in ("waiting", "approved", "started", "done")]
    assert rows[1][1]["by"] == "panel"

    # From the card to its events.
    conversation(panel).locator("[data-role=tool]").get_by_role("button", name="Events").press("Enter")
    expect(panel.region("Events").locator("[aria-selected=true]")).to_contain_text("response.output_item.added")


def test_a_call_is_denied_and_the_question_outlives_a_reload(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [CONNECT, WIPED], "deny.ipynb")
    panel = started(notebook)
    panel.say('use wipe {"path": "/tmp/b"}; divide {"a": 6, "b": 3}')
    is_(card(panel, "divide"), "done")
    is_(card(panel, "wipe"), "waiting")
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    notebook = jupyter.visit(page, "deny.ipynb")
    panel = notebook.panel()
    is_(card(panel, "divide"), "done")
    expect(card(panel, "divide")).to_contain_text("2.0")
    panel.button("Deny wipe").click()
    is_(card(panel, "wipe"), "failed")
    expect(card(panel, "wipe")).to_contain_text("denied")
    expect(card(panel, "wipe")).to_contain_text("did not allow")
    expect(panel.button("Approve wipe")).to_have_count(0)
    conversation(panel).get_by_text("You said:").wait_for()
    assert told(notebook, 1) == [[], ["failed", "done"]]


def test_who_approves_sees_all_of_the_arguments(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [CONNECT], "long.ipynb")
    panel = started(notebook)
    path = "/tmp/" + "very/deep/" * 300
    panel.say(f'use wipe {{"path": "{path}\u202ethe end"}}')
    arguments = card(panel, "wipe").locator(".rt-arguments pre")
    expect(arguments).to_be_visible()
    expect(arguments).to_contain_text(rf"{path}\u202ethe end")
    # They scroll, also by keyboard.
    assert violations(page) == []
    arguments.focus()
    arguments.press("End")
    page.wait_for_function("document.activeElement.scrollTop > 0")
    panel.button("Approve wipe").click()
    is_(card(panel, "wipe"), "done")
    expect(arguments).to_be_hidden()


def test_what_waits_can_be_approved_in_python_and_what_was_answered_elsewhere_is_no_harm(
    jupyter: Lab, page: Page
) -> None:
    notebook = jupyter.open(page, [CONNECT, "session.approve()", WIPED], "python.ipynb")
    panel = started(notebook)
    panel.say('use wipe {"path": "/tmp/c"}')
    is_(card(panel, "wipe"), "waiting")
    notebook.run(1)
    is_(card(panel, "wipe"), "done")
    expect(panel.button("Approve wipe")).to_have_count(0)
    assert told(notebook, 2) == [["/tmp/c"], ["done"]]


def test_progress_long_results_and_errors_are_shown_as_text(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [CONNECT, "gate.set()"], "progress.ipynb")
    panel = started(notebook)
    panel.say('use search {"words": "realtime"}; divide {"a": 1, "b": 0}; divide {"a": "one"}; nothing')
    running = card(panel, "search")
    is_(running, "running")
    expect(running.get_by_role("progressbar", name="Progress of search")).to_have_js_property("value", 0.5)
    expect(running).to_contain_text("page 1 of <b>2</b>")
    expect(running.locator(".rt-state")).to_have_text("running · 1 s", timeout=5_000)

    is_(card(panel, "divide", 0), "failed")
    expect(card(panel, "divide", 0)).to_contain_text("ZeroDivisionError")
    is_(card(panel, "divide", 1), "failed")
    expect(card(panel, "divide", 1)).to_contain_text("wrong arguments")
    is_(card(panel, "nothing"), "failed")
    expect(card(panel, "nothing")).to_contain_text("no such tool")

    notebook.run(1)
    is_(running, "done")
    expect(running.get_by_role("progressbar")).to_have_count(0)
    result = running.locator(".rt-output details")
    expect(result.locator("pre")).to_be_hidden()
    result.locator("summary").click()
    expect(result.locator("pre")).to_contain_text("realtime 11")
    assert panel.locator.locator("img, .rt-card b").count() == 0


@pytest.mark.parametrize(("theme", "lang", "width"), [("light", "en", 1000), ("dark", "zh", 480)])
def test_cards_are_accessible_in_every_dress(jupyter: Lab, page: Page, theme: str, lang: str, width: int) -> None:
    cell = CONNECT.rstrip().removesuffix("session") + f"gate.set()\nsession.panel(lang={lang!r})"
    page.set_viewport_size({"width": width, "height": 1600})
    notebook = jupyter.open(page, [cell], f"cards-{lang}.ipynb", theme=theme)
    notebook.run(0)
    panel = notebook.panel()
    words = {"en": ("Start session", "Message", "Approve wipe"), "zh": ("开始会话", "消息", "批准 wipe")}[lang]
    panel.button(words[0]).click()
    field = panel.locator.get_by_label(words[1], exact=True)
    field.fill('use search {"words": "realtime"}; divide {"a": 1, "b": 0}; wipe {"path": "/tmp"}')
    field.press("Enter")
    expect(panel.button(words[2])).to_be_visible()
    is_(card(panel, "search"), "done")
    assert violations(page) == []
    conversation = panel.locator.locator(".rt-conversation")
    assert conversation.evaluate("element => element.scrollWidth <= element.clientWidth")
    ARTIFACTS.mkdir(exist_ok=True)
    conversation.evaluate("element => { element.style.height = 'auto'; }")
    panel.locator.screenshot(path=ARTIFACTS / f"cards-{lang}-{theme}.png")
    # The form lists what the model may call.
    panel.locator.locator(".rt-settings summary").click()
    listed = panel.locator.locator(".rt-toolbox li")
    expect(listed).to_have_count(3)
    expect(listed.first).to_contain_text("wipe(path)")
    expect(listed.first).to_contain_text("Delete a folder and all that is in it.")
    assert violations(page) == []


# -- spoken -----------------------------------------------------------------------------------------------------------

WEATHER = "What is the weather in Paris and in Berlin?"
SUM = "Add two and three, then multiply by four."

TUTOR = """
import json, pathlib
import rt_notebook as rt

session = rt.connect("local")

@session.tool
def weather(city: str) -> dict:
    "Tell the weather in a city."
    return {"city": city, "temperature_c": {"Paris": 18, "Berlin": 12}[city]}

@session.tool
def add(a: float, b: float) -> float:
    "Add two numbers."
    return a + b

@session.tool
def multiply(a: float, b: float) -> float:
    "Multiply two numbers."
    return a * b

session.panel().echo_cancellation = False
session
"""
HEARD = """
session.wait("rt.playback.finished", after=0, timeout=90)
turn = session.events.turn(-1)
calls = session.events.calls
calls["arguments"] = calls["arguments"].map(json.loads)
pathlib.Path("told.json").write_text(json.dumps({
    "asked": turn.text,
    "answer": turn.answer,
    "responses": len(turn.responses),
    "calls": calls[["name", "arguments", "state"]].values.tolist(),
    "unheard": turn.generated_ms - (turn.heard_ms or 0),
    "findings": [str(finding) for finding in session.events.lint()],
}), "utf-8")
"""


@pytest.fixture(scope="module")
def say() -> Any:
    voice = load_engine("hibari")
    voice.load()
    return lambda text: b"".join(pcm for _, pcm in voice.speak(text, "alloy"))


@pytest.fixture
def spoken_page(playwright: Playwright, tmp_path: Path, say: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page whose microphone says, once, what the test is parametrized with."""
    wav = tmp_path / "microphone.wav"
    silence = bytes(24_000 * 2)
    write_wav(wav, 3 * silence + say(request.param) + 60 * silence)
    browser = launch_chromium(playwright, Path(f"{wav}%noloop"))
    page = browser.new_page(viewport={"width": 1100, "height": 1400})
    page.add_init_script(TAP)
    yield page
    browser.close()


@pytest.mark.parametrize(
    ("spoken_page", "calls", "answer"),
    [
        (
            WEATHER,
            [["weather", {"city": "Paris"}, "done"], ["weather", {"city": "Berlin"}, "done"]],
            "In Paris, the temperature is 18 degrees Celsius. In Berlin, the temperature is 12 degrees Celsius.",
        ),
        (SUM, [["add", {"a": 2, "b": 3}, "done"], ["multiply", {"a": 5, "b": 4}, "done"]], "5 times 4 is 20."),
    ],
    indirect=["spoken_page"],
    ids=["at-once", "in-steps"],
)
def test_a_task_of_several_steps_is_done_in_speech(
    jupyter: Lab, spoken_page: Page, calls: list[Any], answer: str, request: pytest.FixtureRequest
) -> None:
    name = f"spoken-{request.node.callspec.id}"
    notebook = jupyter.open(spoken_page, [TUTOR, HEARD], f"{name}.ipynb")
    panel = started(notebook)
    panel.button("Start talking").click()
    notebook.run(1, timeout=120)
    heard = json.loads((jupyter.folder / "told.json").read_text("utf-8"))
    assert heard["calls"] == calls
    assert heard["answer"] == answer
    assert heard["unheard"] == pytest.approx(0, abs=1)
    assert heard["findings"] == []

    # Cards stand between what was asked and what was answered, also in a page that comes later.
    ARTIFACTS.mkdir(exist_ok=True)
    _shows(panel, calls, answer)
    panel.locator.screenshot(path=ARTIFACTS / f"{name}.png")
    spoken_page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    spoken_page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    _shows(jupyter.visit(spoken_page, f"{name}.ipynb").panel(), calls, answer)


def _shows(panel: Panel, calls: list[Any], answer: str) -> None:
    conversation(panel).get_by_text(answer).wait_for()
    roles = conversation(panel).locator(".rt-bubble").evaluate_all("all => all.map((one) => one.dataset.role)")
    assert roles == ["user", *["tool"] * len(calls), "assistant"]
    for nth, (name, _, state) in enumerate(calls):
        shown = conversation(panel).locator(".rt-card").nth(nth)
        expect(shown.locator(".rt-function")).to_have_text(name)
        is_(shown, state)
