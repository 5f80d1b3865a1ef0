"""How a session shows: in notebooks that nbclient executes, in a terminal's IPython, and in plain Python."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from memory_server import connect_in_memory
from nbclient import NotebookClient

import rt_notebook as rt

ROOT = Path(rt.__file__).parents[1]
WIDGET = "application/vnd.jupyter.widget-view+json"
SETUP = f"""
import sys, threading, time
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests" / "helpers")!r}]
import rt_notebook as rt
from memory_server import connect_in_memory
rt.connect  # whoever uses the package has the widgets registered
session = connect_in_memory(output="text")
"""


def executed(*cells: str) -> list[list[dict[str, Any]]]:
    """Execute cells in a real kernel; returns the outputs of each as a saved notebook has them."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (SETUP, *cells)])
    NotebookClient(notebook, timeout=60).execute()
    nbformat.validate(notebook)
    saved = nbformat.reads(nbformat.writes(notebook), as_version=4)
    return [cell.outputs for cell in saved.cells[1:]]


def summary(outputs: list[dict[str, Any]]) -> str:
    """Return the summary below a panel."""
    panel, below = outputs[-2:]
    assert panel["data"][WIDGET]["model_id"] in below["data"]["text/html"].splitlines()[0]
    assert set(below["data"]) == {"text/html"}
    return str(below["data"]["text/html"])


@pytest.mark.notebook
def test_a_saved_notebook_reads_without_a_kernel_wherever_the_session_was_shown() -> None:
    outputs = executed(
        "session",
        'session.ask("Good morning");',
        "display(session); display(session)",
        "thread = threading.Thread(target=display, args=(session,)); thread.start(); thread.join()",
        'session.ask("Good <b>night</b>")\nsession.close()',
        "session",
    )
    assert outputs[0][0]["data"]["text/plain"].startswith("<Realtime session, open")
    assert outputs[5][0]["data"]["text/plain"].startswith("<Realtime session, closed")
    shown = [
        summary(outputs[0]),
        summary(outputs[2][:2]),
        summary(outputs[2]),
        summary(outputs[3]),
        summary(outputs[5]),
    ]
    assert len(set(shown)) == 1, "each shows the conversation as it was in the end"
    assert "<b>Assistant:</b> You said: Good &lt;b&gt;night&lt;/b&gt;" in shown[0]
    assert (
        len({output["data"][WIDGET]["model_id"] for output in outputs[0] + outputs[5] if WIDGET in output["data"]}) == 1
    )


@pytest.mark.notebook
def test_a_summary_changes_while_no_cell_runs_and_at_most_once_a_second() -> None:
    outputs = executed(
        "session",
        # As from the panel: not by a cell's own doing, but while one waits.
        """
        from rt_notebook.session.display import Summary
        published = []
        publish = Summary._publish
        def counted(self, html, *, update):
            published.append(time.monotonic())
            publish(self, html, update=update)
        Summary._publish = counted
        for number in range(11):
            session.ask(f"number {number}")
            time.sleep(0.25)
        print(len(published), min(b - a for a, b in zip(published, published[1:])) > 0.9)
        """.replace("\n        ", "\n"),
    )
    times, apart = outputs[1][0]["text"].split()
    assert times in ("2", "3")
    assert apart == "True"
    assert "number 10" in summary(outputs[0])


@pytest.mark.notebook
def test_a_summary_that_changed_in_the_middle_of_a_cell_is_saved() -> None:
    # Nothing is left to do at that cell's end; the update itself must have reached the notebook.
    outputs = executed("session", 'session.ask("Good morning");', 'session.ask("Good night")\ntime.sleep(1.6)')
    assert "You said: Good night" in summary(outputs[0])


@pytest.mark.notebook
def test_the_panel_alone_has_no_summary_and_takes_options() -> None:
    (panel, refused, again) = executed(
        'session.panel(lang="zh")',
        "try:\n    session.panel(colour='red')\nexcept TypeError as error:\n    print(error)",
        "print(session.panel() is session.panel(echo_cancellation=False), session.panel().echo_cancellation)",
    )
    assert len(panel) == 1
    assert WIDGET in panel[0]["data"]
    assert refused[0]["text"].startswith("panel() has no option 'colour'. There are ")
    assert "echo_cancellation" in refused[0]["text"]
    assert "_esm" not in refused[0]["text"]
    assert again[0]["text"] == "True False\n"


@pytest.mark.notebook
def test_a_restarted_session_keeps_what_was_said_before() -> None:
    (shown, *_) = executed(
        "session",
        'session.ask("Good morning")\nsession.close()\nsession.open()\nsession.ask("Good night");',
    )
    html = summary(shown)
    assert html.index("Good morning") < html.index("New session") < html.index("Good night")


def test_a_terminal_shows_a_session_as_text() -> None:
    code = SETUP + "display(session)\nsession"
    # Whatever the shell that runs the tests, this one has no colours.
    shown = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"TERM": "dumb"},
    ).stdout
    assert shown.count("<Realtime session, open: url tutor,") == 2
    assert "Panel" not in shown
    assert "Widget" not in shown


def test_outside_ipython_the_panel_is_a_value_with_a_readable_text() -> None:
    assert rt.connect is not None  # whoever uses the package has the widgets registered
    with connect_in_memory(output="text") as session:
        data, _ = session._repr_mimebundle_()
        assert WIDGET in data
        assert data["text/plain"] == repr(session)
        with pytest.raises(NotImplementedError):
            session._ipython_display_()
        first = session.panel()
        first.close()
        second = session.panel()
        assert second is session.panel() is not first
        second.close()
