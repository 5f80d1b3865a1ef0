"""What a saved notebook holds of a conversation, and what it shows where the kernel is gone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab import Lab, Notebook, launch_chromium
from playwright.sync_api import Browser, Page, Playwright, expect

pytestmark = pytest.mark.browser

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
PROBE = Path(__file__).with_name("probe.js").read_text("utf-8")
QUESTION = "What is turn detection?"

CONNECT = """
import json, pathlib
import rt_notebook as rt
from rt_notebook.session.local import local_server

session = rt.connect("local")
session"""
# Into a file beside the notebook, so that asking for the secrets leaves none in the notebook.
TELL = """
raws = [json.loads(session.events.raw(index)) for index in range(len(session.events))]
sound = [raw.get("audio") or raw.get("delta") for raw in raws if raw["type"] in
         ("input_audio_buffer.append", "response.output_audio.delta")]
told = json.dumps({
    "token": local_server().token,
    "address": local_server().url.split("/")[2],
    "link": session.panel()._relay.id,
    "answer": session.responses[-1].transcript,
    "sound": sound,
})
pathlib.Path("told.json").write_text(told)
None"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = launch_chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1100, "height": 1000}, permissions=["microphone"])
    yield page
    page.close()


def converse(notebook: Notebook) -> None:
    """Say something by microphone and something in writing, and wait for the answer."""
    notebook.run(0)
    panel = notebook.panel()
    panel.button("Start session").click()
    panel.button("End session").wait_for()
    panel.button("Start talking").click()
    panel.region("Events").get_by_text("input_audio_buffer.append").first.wait_for()
    panel.region("Events").get_by_text(re.compile(r"×\d\d · ")).first.wait_for()
    panel.button("Stop talking").click()
    panel.say(QUESTION)
    answered = panel.region("Events").get_by_role("row").filter(has_text="response.output_audio_transcript.done")
    answered.filter(has_text="urn detection").wait_for()


def save(page: Page) -> None:
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")


def summary_of(page: Page) -> Any:
    return page.locator("[data-rt-summary]")


def without_kernel(page: Page, jupyter: Lab, name: str) -> None:
    """End the notebook's kernel and open the notebook anew."""
    page.evaluate("jupyterapp.shell.currentWidget.context.sessionContext.shutdown()")
    jupyter.visit(page, name)


def secrets(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return what the kernel told, and what must not be in any file: token, address, link, and pieces of sound."""
    told = json.loads((folder / "told.json").read_text("utf-8"))
    # Silence is all A, and may be anywhere.
    sound = [piece[len(piece) // 2 :][:48] for piece in told["sound"]]
    sound = [piece for piece in sound if len(set(piece)) > 16]
    assert len(sound) > 10
    assert len(told["token"]) > 20
    assert len(told["link"]) > 20
    return told, [told["token"], told["address"], told["link"], *sound]


def test_a_saved_notebook_holds_a_summary_and_nothing_secret(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [CONNECT, TELL], "saved.ipynb")
    converse(notebook)
    notebook.run(1)
    told, kept = secrets(jupyter.folder)
    summary = summary_of(page)
    expect(summary).to_have_count(1)
    page.wait_for_function(
        "(words) => document.querySelector('[data-rt-summary]').textContent.includes(words)", arg=told["answer"]
    )
    # The panel shows the same, and better.
    expect(summary).to_be_hidden()
    save(page)

    text = (jupyter.folder / "saved.ipynb").read_text("utf-8")
    assert [secret for secret in kept if secret in text] == []
    assert re.search(r"[A-Za-z0-9+/]{120}", text) is None
    saved = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call] # nbformat is untyped
    htmls = [output.data["text/html"] for output in saved.cells[0].outputs if "text/html" in output.get("data", {})]
    assert len(htmls) == 1
    assert QUESTION in htmls[0]
    assert told["answer"] in htmls[0]
    assert "widgets" not in saved.metadata

    # Without its kernel the panel is away and the summary is there.
    without_kernel(page, jupyter, "saved.ipynb")
    expect(summary_of(page)).to_be_visible()
    expect(summary_of(page)).to_contain_text("run the cell again to talk")
    expect(summary_of(page)).to_contain_text(told["answer"])
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / "saved-without-kernel.png")
    expect(page.locator(".rt-panel")).to_have_count(0)


def test_widget_state_that_is_saved_holds_nothing_secret_and_shows_one_calm_line(jupyter: Lab, page: Page) -> None:
    settings = jupyter.folder / ".jupyter_config_dir/lab/user-settings/@jupyter-widgets/jupyterlab-manager"
    settings.mkdir(parents=True)
    (settings / "plugin.jupyterlab-settings").write_text('{"saveState": true}')
    try:
        notebook = jupyter.open(page, [CONNECT, TELL], "state.ipynb")
        converse(notebook)
        notebook.run(1)
        _, kept = secrets(jupyter.folder)
        save(page)
        text = (jupyter.folder / "state.ipynb").read_text("utf-8")
        saved = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call] # nbformat is untyped
        state = saved.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
        assert [model["model_name"] for model in state.values()].count("AnyModel") == 1
        assert [secret for secret in kept if secret in text] == []
        assert all("buffers" not in model for model in state.values())

        without_kernel(page, jupyter, "state.ipynb")
        panel = page.locator(".rt-panel")
        expect(panel).to_contain_text("This panel was saved without its kernel.")
        expect(panel.get_by_role("button")).to_have_count(0)
        expect(panel.get_by_role("alert")).to_be_hidden()
        expect(summary_of(page)).to_be_visible()
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTIFACTS / "saved-with-state.png")
    finally:
        (settings / "plugin.jupyterlab-settings").unlink()


@pytest.mark.parametrize("name", ["saved", "state"])
def test_as_html_the_summary_can_be_read(jupyter: Lab, page: Page, name: str) -> None:
    source = jupyter.folder / f"{name}.ipynb"
    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "html", source], check=True, capture_output=True)
    _, kept = secrets(jupyter.folder)
    html = source.with_suffix(".html")
    assert [secret for secret in kept if secret in html.read_text("utf-8")] == []
    # What it would load from elsewhere is not there, as for somebody who reads it offline.
    page.route("http*://**", lambda route: route.abort())
    page.goto(html.as_uri())
    expect(summary_of(page)).to_be_visible()
    expect(summary_of(page)).to_contain_text(QUESTION)
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}-html.png")
