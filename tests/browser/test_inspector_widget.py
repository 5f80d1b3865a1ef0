"""`rt.Inspector` in a real JupyterLab: rows are selected in the page and read in the next cell, and the other way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lab import Lab, Notebook
from playwright.sync_api import Locator, Page, expect
from talking import HELPERS, told

pytestmark = pytest.mark.browser

LIVE = f"""
import json, sys
sys.path.insert(0, {str(HELPERS)!r})
import rt_notebook as rt
from memory_server import MemoryServer, connect_in_memory, tone
session = connect_in_memory(MemoryServer(tone), turn_detection=None)
inspector = rt.Inspector(session.events)
inspector
"""
LONG = """
import json
import orjson
import rt_notebook as rt
log = rt.EventLog()
for n in range(50_000):
    event = {"type": "response.done" if n % 10 == 9 else "response.output_text.delta", "delta": f"word {n}"}
    log.append("server", orjson.dumps(event), event)
inspector = rt.Inspector(log, filter="response.*")
inspector
"""
SELECTED = "print(json.dumps([inspector.selected, inspector.selection.df.type.tolist(), inspector.filter]))"


def inspector(notebook: Notebook) -> Locator:
    notebook.run(0)
    return notebook.page.get_by_role("group", name="Event inspector")


def until_told(notebook: Notebook, cell: int, wanted: Any) -> None:
    """Run a cell until it prints what is wanted: what is clicked takes a moment to reach the kernel."""
    for _ in range(20):
        if (found := told(notebook, cell)) == wanted:
            return
    raise AssertionError(f"the kernel has {found}, not {wanted}")


def test_rows_that_are_clicked_are_read_in_the_next_cell(jupyter: Lab, page: Page) -> None:
    ask = 'session.ask("Good morning"); print(json.dumps(len(session.events)))'
    notebook = jupyter.open(page, [LIVE, ask, SELECTED], "selecting.ipynb")
    events = inspector(notebook)
    rows = events.get_by_role("row")
    expect(events.get_by_text("session.created")).to_be_visible()

    # It follows while things happen.
    total = told(notebook, 1)
    expect(events.get_by_text(f"{total}", exact=True)).to_be_visible()
    expect(events.get_by_text("response.done", exact=True)).to_be_in_viewport()

    events.get_by_label("Filter events").fill("session.* response.created")
    events.get_by_label("Filter events").fill("session.*")
    rows.filter(has_text="session.created").click()
    expect(events.get_by_label("JSON")).to_contain_text('"type": "session.created"')
    events.get_by_label("Filter events").fill("response.output_audio.delta")
    run = rows.filter(has_text="response.output_audio.delta").first
    run.click(modifiers=["Control"])
    expect(run).to_have_attribute("aria-selected", "true")
    notebook.run(2)
    chosen, types, words = told(notebook, 2)
    assert words == "response.output_audio.delta"
    assert types[0] == "session.created"
    assert len(types) > 2
    assert set(types[1:]) == {"response.output_audio.delta"}
    assert chosen[0][0] == chosen[0][1]


def test_what_python_selects_and_filters_is_shown_in_50_000_rows(jupyter: Lab, page: Page) -> None:
    choose = 'inspector.select([40_000, *range(40_010, 40_019)]); inspector.filter = ""'
    notebook = jupyter.open(page, [LONG, choose, SELECTED], "long.ipynb")
    events = inspector(notebook)
    grid = events.get_by_role("treegrid")
    expect(events.get_by_label("Filter events")).to_have_value("response.*")
    expect(events.get_by_text("50,000 of 50,000")).to_be_visible()
    assert events.get_by_role("row").count() < 80

    notebook.run(1)
    expect(events.get_by_label("Filter events")).to_have_value("")
    chosen = events.get_by_role("row", selected=True)
    expect(chosen).to_have_count(2)
    expect(chosen.first).to_be_in_viewport()

    # Keys: one, up to another, all that the list shows.
    grid.press("Home")
    grid.press("ArrowDown")
    grid.press("Shift+ArrowDown")
    grid.press("Shift+ArrowDown")
    until_told(notebook, 2, [[[9, 19]], [*["response.done"], *["response.output_text.delta"] * 9, "response.done"], ""])
    events.get_by_label("Filter events").fill("-delta")
    expect(events.get_by_text("5,000 of 50,000")).to_be_visible()
    grid.press("Control+a")
    until_told(notebook, 2, [[[n, n] for n in range(9, 50_000, 10)], ["response.done"] * 5_000, "-delta"])


def test_a_saved_notebook_keeps_filter_and_selection_and_nothing_of_the_log(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [LONG, "inspector.select(3)"], "saved.ipynb")
    events = inspector(notebook)
    notebook.run(1)
    expect(events.get_by_role("row", selected=True)).to_have_count(1)
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    saved = json.loads((jupyter.folder / "saved.ipynb").read_text("utf-8"))
    kept = json.dumps([saved["metadata"], [cell["outputs"] for cell in saved["cells"]]])
    assert "word 3" not in kept
    jupyter.visit(page, "saved.ipynb")
    again = page.get_by_role("group", name="Event inspector")
    expect(again.get_by_text("50,000 of 50,000")).to_be_visible()
    expect(again.get_by_role("row", selected=True)).to_have_count(1)
