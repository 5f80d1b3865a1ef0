"""What tests share that talk: the notebook's first cell, the scripts that watch a page, and what those saw."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lab import Notebook, Panel
from playwright.sync_api import Page

PROBE = Path(__file__).with_name("probe.js").read_text("utf-8")
TAP = Path(__file__).with_name("tap.js").read_text("utf-8")
HELPERS = Path(__file__).parents[1] / "helpers"

_STEPS = """() => {
    const steps = {};
    let [count, last] = [0, null];
    for (const { samples } of tap.quanta) {
        for (const sample of samples) {
            const value = Math.round(sample * 32768);
            if (value === 0) continue;
            if (last !== null) steps[value - last] = (steps[value - last] ?? 0) + 1;
            last = value;
            count++;
        }
    }
    return [count, Object.keys(steps).map(Number)];
}"""


def connect(voice: str = "tone", name: str = "session", **settings: Any) -> str:
    """Return a cell that connects a session with the server in memory, which speaks with a voice of its module."""
    given = "".join(f", {key}={value!r}" for key, value in ({"turn_detection": None} | settings).items())
    return f"""
import json, sys, time
sys.path.insert(0, {str(HELPERS)!r})
from rt_notebook import Session
from memory_server import MemoryServer, Ramp, connect_in_memory, tone
{name} = connect_in_memory(MemoryServer({voice}){given})
{name}.panel().echo_cancellation = False
{name}
"""


def started(notebook: Notebook, cell: int = 0, nth: int = 0) -> Panel:
    """Run the cell that connects and start the session in its panel."""
    notebook.run(cell)
    panel = notebook.panel(nth)
    panel.button("Start session").click()
    panel.button("End session").wait_for()
    return panel


def told(notebook: Notebook, cell: int) -> Any:
    """Run a cell that prints JSON."""
    notebook.run(cell)
    return json.loads(notebook.text(cell))


def open_things(page: Page) -> Sequence[int]:
    """Return how many audio contexts and microphone tracks are open."""
    return page.evaluate("probe.open()")  # type: ignore[no-any-return] # the page's own


def played(page: Page) -> tuple[int, set[int]]:
    """Return how many samples went to the loudspeaker, and by how much one differed from the one before."""
    count, steps = page.evaluate(_STEPS)
    return count, set(steps)


def way(panel: Panel, name: str) -> None:
    """Wait until page and kernel talk that way."""
    panel.region("Status").get_by_text(name, exact=True).wait_for()


def counted(panel: Panel) -> int:
    """Return how many events the panel has."""
    return int(panel.region("Events").locator(".rt-count").inner_text().replace(",", ""))
