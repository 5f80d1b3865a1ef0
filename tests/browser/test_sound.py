"""Sound in a real page: all of it arrives, whatever else goes on, and what is told of it is true.

The microphone is a generated ramp where every sample counts, and so is the voice of the server in memory.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lab import Lab, Notebook, Panel, lab
from numpy.typing import NDArray
from playwright.sync_api import Page
from talking import connect, counted, played, started, told, way

pytestmark = pytest.mark.browser

RAMP = connect("Ramp()")
HEARD = """
open("heard.pcm", "wb").write(b"".join(event.pcm for event in session.events.filter("input_audio_buffer.append")))"""
COUNTED = 999 * 1200
"""Samples of the answer to "count"."""


def heard(notebook: Notebook, folder: Path, cell: int) -> NDArray[np.int64]:
    """Return what the microphone sent, from its first sound on; the cell writes it."""
    notebook.run(cell)
    samples = np.frombuffer((folder / "heard.pcm").read_bytes(), "<i2").astype(np.int64)
    return samples[np.flatnonzero(samples)[0] :]


def is_ramp(samples: NDArray[np.int64]) -> bool:
    return set(np.diff(samples)) <= {1, -65535}


def more_events(page: Page, panel: Panel, count: int) -> None:
    """Wait until the panel has so many more events."""
    wanted = counted(panel) + count
    text = "Number(document.querySelector('.rt-count').textContent.replaceAll(',', ''))"
    page.wait_for_function(f"{text} >= {wanted}")


def sounds(page: Page, samples: int = 2400) -> None:
    """Wait until so much was played since `forget`."""
    page.wait_for_function(f"tap.quanta.length * 128 >= {samples}")


def forget(page: Page) -> None:
    """Count what is played from now on."""
    page.evaluate("tap.quanta = []")


def test_a_minute_both_ways_is_whole_whatever_the_kernel_does(jupyter: Lab, page: Page) -> None:
    ordeals = [
        "time.sleep(6)",
        "until = time.monotonic() + 4\nwhile time.monotonic() < until: pass",
        "for _ in range(6_000): print('x' * 1_000)",
        "for _ in range(5_000): session.send({'type': 'input_audio_buffer.clear'})",
    ]
    minute = """
session.wait("rt.playback.finished", after=0, timeout=60)
while len(session.events.filter("input_audio_buffer.append")) < 60 * 25: time.sleep(0.2)"""
    rows = """
finished = session.events.filter("rt.playback.finished")[0]
cleared = session.events.filter("input_audio_buffer.clear")
print(json.dumps([len(session.events), finished["heard_ms"], len(cleared)]))"""
    notebook = jupyter.open(page, [RAMP, *ordeals, minute, HEARD, rows], "minute.ipynb")
    panel = started(notebook)
    way(panel, "relay")
    page.evaluate("probe.ramp = true")
    panel.button("Start talking").click()
    panel.say("count")
    for cell in range(1, 6):
        notebook.run(cell, timeout=120)
    loudspeaker = played(page)
    # With turn detection off this asks for an answer, which is nobody's concern here.
    panel.button("Stop talking").click()
    panel.button("Start talking").wait_for()

    samples = heard(notebook, jupyter.folder, 6)
    assert len(samples) > 59 * 24_000
    assert is_ramp(samples)
    events, heard_ms, cleared = told(notebook, 7)
    assert cleared == 5_000
    page.wait_for_function(f"document.querySelector('.rt-count').textContent === '{events:,}'")
    status = panel.region("Status").inner_text()
    assert "lost" not in status
    assert "late" not in status
    assert heard_ms == COUNTED / 24
    assert loudspeaker == (COUNTED, {1, -29_999})


@pytest.fixture(scope="module")
def without_relay(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with lab(
        tmp_path_factory.mktemp("comm"), "--ServerApp.jpserver_extensions={'rt_notebook.jupyter': False}"
    ) as server:
        yield server


@pytest.mark.parametrize("over", ["relay", "comm"])
def test_all_goes_on_while_a_cell_runs(request: pytest.FixtureRequest, page: Page, over: str) -> None:
    server: Lab = request.getfixturevalue("jupyter" if over == "relay" else "without_relay")
    times = "began = session.events.now\n{}\nprint(json.dumps([began, session.events.now]))"
    ordeals = ["time.sleep(6)", "until = time.monotonic() + 6\nwhile time.monotonic() < until: pass"]
    rows = """print(json.dumps([event.t for event in session.events.filter("input_audio_buffer.append")]))"""
    notebook = server.open(page, [RAMP, *map(times.format, ordeals), rows, HEARD], f"busy-{over}.ipynb")
    panel = started(notebook)
    way(panel, over)
    page.evaluate("probe.ramp = true")
    panel.button("Start talking").click()
    panel.region("Events").get_by_text("input_audio_buffer.append").first.wait_for()
    cells = []
    for nth, cell in enumerate((1, 2)):
        forget(page)
        notebook.start(cell)
        panel.say("count")
        sounds(page, 12_000)
        more_events(page, panel, 10)
        panel.button("Stop answer").click()
        panel.region("Conversation").get_by_text("nterrupted").nth(nth).wait_for()
        assert notebook.runs(cell)
        _, steps = played(page)
        assert steps <= {1, -29_999}
        notebook.ended(cell)
        cells.append(json.loads(notebook.text(cell)))
    panel.button("Stop talking").click()
    panel.button("Start talking").wait_for()
    times_of_sound = np.array(told(notebook, 3))
    for began, ended in cells:
        during = times_of_sound[(began < times_of_sound) & (times_of_sound < ended)]
        assert np.diff(during, prepend=began, append=ended).max() < 2
        assert len(during) > 0.8 * (ended - began) * 25
    assert "lost" not in panel.region("Status").inner_text()
    assert is_ramp(heard(notebook, server.folder, 4))
