"""JupyterLab with the kernels of three years: who hears, plays and interrupts while a cell runs, and over which way.

The rows of the log that came between a cell's first and last line are what went on while it ran.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from lab import Lab
from playwright.sync_api import Page

from tests.matrix.environments import python_of
from tests.matrix.frontends import WITHOUT_RELAY
from tests.matrix.spoken import INTERRUPTION, LEAD, LONG_QUESTION, connecting, silence, wait_for_file

pytestmark = [pytest.mark.browser, pytest.mark.matrix]

GOES_ON = {
    ("6.31", "comm"): False,
    ("7.3", "comm"): True,
    ("7.4", "comm"): True,
    ("6.31", "relay"): True,
    ("7.3", "relay"): True,
    ("7.4", "relay"): True,
}
"""By ipykernel and the way to it: whether microphone and barge-in go on while a cell runs.

ipykernel has subshells, which hear a comm beside a running cell, since 7.0. The relay needs none.
"""

WAYS: dict[str, list[str]] = {
    "relay": [],
    "comm": [WITHOUT_RELAY],
}
"""What the Jupyter server is told so that pages have one way and no other."""

SECONDS = 15
"""How long a cell runs."""

BUSY = {"sleep": f"time.sleep({SECONDS})", "loop": "while time.time() < end: pass"}

TURN = [
    "input_audio_buffer.speech_started",
    "input_audio_buffer.speech_stopped",
    "response.created",
    "rt.playback.started",
    "input_audio_buffer.speech_started",
    "rt.playback.flushed",
    "conversation.item.truncated",
    "response.created",
]
"""A question, its answer, and another question into the middle of that."""


@pytest.fixture(scope="module", params=WAYS)
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab with one way and all kernels."""
    folder = tmp_path_factory.mktemp(request.param)
    for version in {version for version, _ in GOES_ON}:
        argv = [python_of(f"ipykernel-{version}"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = folder / ".jupyter_data_dir" / "kernels" / f"ipykernel-{version}" / "kernel.json"
        spec.parent.mkdir(parents=True)
        spec.write_text(json.dumps({"argv": argv, "display_name": f"ipykernel {version}", "language": "python"}))
    server = Lab(folder, *WAYS[request.param])
    try:
        server.wait()
        yield server
    finally:
        server.close()


@pytest.fixture
def sound(say: Any) -> bytes:
    # Two interruptions, since a busy machine may answer the first question only when the second is asked.
    questions = [say(question) + silence(3.5) for question in (LONG_QUESTION, INTERRUPTION, LONG_QUESTION)]
    return LEAD + b"".join(questions)


@pytest.mark.parametrize(("busy", "theme"), [("sleep", "light"), ("loop", "dark")])
@pytest.mark.parametrize("version", ["6.31", "7.3", "7.4"])
def test_a_conversation_while_a_cell_runs(
    lab: Lab, version: str, busy: str, theme: str, page: Page, request: pytest.FixtureRequest
) -> None:
    goes_on = GOES_ON[version, request.node.callspec.params["lab"]]
    folder = lab.folder / f"{version}-{busy}"
    folder.mkdir()
    running = f"""
import time, ipykernel
end = time.time() + {SECONDS}
before = len(session.events)
(folder / "running").touch()
{BUSY[busy]}
during = [event.type for event in session.events[before:]]
(folder / "running").unlink()
(folder / "during.tmp").write_text(json.dumps([ipykernel.__version__, during]), "utf-8")
(folder / "during.tmp").rename(folder / "during.json");"""
    cells = [connecting(folder), "session", running]
    notebook = lab.open(page, cells, f"{version}-{busy}.ipynb", theme=theme, kernel=f"ipykernel-{version}")
    notebook.run(0)
    notebook.run(1)
    panel = notebook.panel()
    panel.button("Start session").click()
    panel.button("End session").wait_for()
    notebook.start(2)
    wait_for_file(page, folder / "running", 10)
    panel.button("Start talking").click()
    if goes_on:
        # The page shows it at once, and not only in the end.
        panel.region("Conversation").get_by_text("nterrupted").first.wait_for(timeout=SECONDS * 1000)
        assert (folder / "running").exists()
    # The kernel's status is no help: a subshell that has handled a message says idle while the cell still runs.
    wait_for_file(page, folder / "during.json", SECONDS + 10)
    used, during = json.loads((folder / "during.json").read_text("utf-8"))
    assert used.startswith(f"{version}.")
    if goes_on:
        assert in_order(TURN, during)
    else:
        assert "input_audio_buffer.append" not in during
    # What was said is never lost, if late: the last answer is heard to its end.
    wait_for_file(page, folder / "told.json", 60)
    told = json.loads((folder / "told.json").read_text("utf-8"))
    assert "interruptions" in told["asked"].lower() or "session" in told["asked"].lower()
    assert told["status"] == "completed"


def in_order(wanted: list[str], types: list[str]) -> bool:
    """Tell whether the wanted types come one after the other, others between them."""
    rest = iter(types)
    return all(name in rest for name in wanted)
