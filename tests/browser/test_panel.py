"""The panel in a real page: microphone, views, problems, and what is left when it goes.

The session in the kernel talks with the real server's core in memory, with engines that need no models.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import Lab, lab, launch_chromium
from playwright.sync_api import Page, Playwright
from talking import connect, open_things, started, told

pytestmark = pytest.mark.browser

CONNECT = connect()


def test_who_clicks_faster_than_the_kernel_answers_gets_what_was_clicked_last(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [CONNECT], "fast.ipynb")
    panel = started(notebook)
    for _ in range(5):
        panel.button("End session").click()
        panel.button("Start session").click()
        panel.button("End session").wait_for()
    panel.say("Good morning")
    panel.region("Conversation").get_by_text("You said: Good morning").wait_for()
    assert open_things(page) == [1, 0]


def test_one_view_has_the_sound_and_the_others_mirror(jupyter: Lab, page: Page) -> None:
    rows = """
print(json.dumps([[row.type, row.get("heard_ms")] for row in session.events.filter("rt.playback.*")]))"""
    notebook = jupyter.open(page, [CONNECT, "session.panel()", rows], "views.ipynb")
    first = started(notebook)
    first.say("count")
    first.region("Events").get_by_text("rt.playback.started").wait_for()
    notebook.run(1)
    second = notebook.panel(1)
    second.region("Conversation").get_by_text("You said").or_(second.locator.get_by_text("1 2 3")).first.wait_for()
    second.region("Status").get_by_text("another view").wait_for()

    # The second view takes over in the middle of the answer: the first tells what was heard and lets go.
    second.button("Start session").click()
    second.button("End session").wait_for()
    first.region("Status").get_by_text("another view").wait_for()
    second.region("Events").get_by_text("rt.playback.flushed").wait_for()
    assert open_things(page) == [1, 0]
    second.say("Good morning")
    second.region("Events").get_by_text("rt.playback.finished").wait_for()
    types, heard = zip(*told(notebook, 2), strict=True)
    assert types == ("rt.playback.started", "rt.playback.flushed", "rt.playback.started", "rt.playback.finished")
    assert 0 < heard[1] < 50_000
    assert heard[3] == 4 * 50


def test_words_are_text_and_never_html(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [CONNECT], "text.ipynb")
    notebook.run(0)
    panel = notebook.panel()
    panel.say("<img src=x onerror='probe.ramp = 1'><b>bold</b>")
    panel.region("Conversation").get_by_text("You said: <img").wait_for()
    assert panel.locator.locator("img, b:has-text('bold')").count() == 0


def test_the_page_comes_back_after_a_reload(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [CONNECT], "reload.ipynb")
    panel = started(notebook)
    panel.say("Good morning")
    panel.region("Conversation").get_by_text("You said: Good morning").wait_for()
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    panel = jupyter.visit(page, "reload.ipynb").panel()
    panel.region("Conversation").get_by_text("You said: Good morning").wait_for()
    panel.button("Start session").wait_for()
    assert "another view" not in panel.region("Status").inner_text()


def test_a_refused_microphone_is_named_and_the_rest_goes_on(jupyter: Lab, playwright: Playwright) -> None:
    browser = launch_chromium(playwright, allow_microphone=False)
    notebook = jupyter.open(browser.new_page(), [CONNECT], "refused.ipynb")
    panel = started(notebook)
    panel.button("Start talking").click()
    panel.locator.get_by_role("alert").get_by_text("does not allow the microphone").wait_for()
    panel.say("Good morning")
    panel.region("Conversation").get_by_text("You said: Good morning").wait_for()
    browser.close()


def test_a_page_that_is_not_secure_says_so(playwright: Playwright, tmp_path: Path) -> None:
    browser = launch_chromium(playwright, None, "--host-resolver-rules=MAP lab.test 127.0.0.1")
    with lab(tmp_path, "--ServerApp.allow_remote_access=True") as server:
        server.host = "lab.test"
        notebook = server.open(browser.new_page(), [CONNECT])
        notebook.run(0)
        panel = notebook.panel()
        panel.button("Start talking").click()
        panel.locator.get_by_role("alert").get_by_text("secure pages only").wait_for()
        panel.say("Good morning")
        panel.region("Conversation").get_by_text("You said: Good morning").wait_for()
    browser.close()


@pytest.mark.parametrize("talking", [False, True])
def test_a_restarted_kernel_is_noticed_at_once(jupyter: Lab, page: Page, talking: bool) -> None:
    notebook = jupyter.open(page, [CONNECT], f"restart-{talking}.ipynb")
    panel = started(notebook)
    if talking:
        panel.button("Start talking").click()
        panel.button("Stop talking").wait_for()
    page.evaluate("jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.restart()")
    panel.locator.get_by_role("alert").get_by_text("The kernel cannot be reached").wait_for()
    panel.button("Start talking").wait_for()
    assert panel.button("Start session").is_disabled()
    page.wait_for_function("probe.open().every((count) => count === 0)")
