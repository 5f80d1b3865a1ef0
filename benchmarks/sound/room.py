"""A panel in JupyterLab in Chromium, over one way or the other, with a session at the ramp server."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, CDPSession, Page, Playwright, sync_playwright

from benchmarks.sound.server import RampServer

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from lab import Lab, Notebook, lab, launch_chromium  # noqa: E402 - found by the line above

WAYS = ("relay", "comm")
PAGE = Path(__file__).with_name("page.js").read_text("utf-8")
CONNECT = """
import json, os, pathlib, time
import rt_notebook as rt
from rt_notebook.jupyter.wire import ADDRESS
if {comm}:
    os.environ.pop(ADDRESS, None)

def tell(value):
    pathlib.Path("told.json").write_text(json.dumps(value))

session = rt.connect(url="{url}", turn_detection=rt.ServerVAD())
session.panel().echo_cancellation = False
tell(os.getpid())
session
"""


class Room:
    """A notebook that shows the panel; its first cell has run, the others are the caller's."""

    def __init__(self, browser: Browser, page: Page, notebook: Notebook, folder: Path) -> None:
        self.page = page
        self.notebook = notebook
        self._folder = folder
        self._browser: CDPSession = browser.new_browser_cdp_session()
        self._page: CDPSession = page.context.new_cdp_session(page)
        self._page.send("Performance.enable")
        self.kernel = psutil.Process(self._told())
        self.jupyter = psutil.Process(self.kernel.ppid())

    def _told(self) -> Any:
        return json.loads((self._folder / "told.json").read_text("utf-8"))

    def run(self, cell: int, timeout: float = 60) -> Any:
        """Run a cell that ends with `tell(...)`; return what it told."""
        self.notebook.run(cell, timeout)
        return self._told()

    def click(self, name: str) -> None:
        """Click one of the panel's buttons."""
        self.notebook.panel().button(name).click()

    def wait_for(self, name: str) -> None:
        """Wait until a button has this name."""
        self.notebook.panel().button(name).wait_for()

    def ear(self) -> Any:
        """Return what was heard so far; see page.js."""
        return self.page.evaluate("({ silences: ear.silences, counts: ear.counts })")

    def audio_clock(self) -> float:
        """Return how much sound the page's context has rendered, s."""
        return float(self.page.evaluate("ear.context.currentTime"))

    def heap(self) -> float:
        """Return the bytes of JavaScript's heap on the page's main thread, without garbage."""
        self._page.send("HeapProfiler.collectGarbage")
        found = self._page.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in found if metric["name"] == "JSHeapUsedSize"))

    def resident(self) -> int:
        """Return the bytes of memory that the page's process has; Chromium keeps a spare one, which is smaller."""
        found = self._processes("renderer")
        return max(int(psutil.Process(process["id"]).memory_info().rss) for process in found)

    def _processes(self, kind: str = "") -> list[dict[str, Any]]:
        found = self._browser.send("SystemInfo.getProcessInfo")["processInfo"]
        return [process for process in found if kind in ("", process["type"])]

    def busy(self) -> dict[str, float]:
        """Return the seconds of CPU used so far: the renderer, all of Chromium, the kernel and the Jupyter server."""
        return {
            "renderer": sum(process["cpuTime"] for process in self._processes("renderer")),
            "chromium": sum(process["cpuTime"] for process in self._processes()),
            "kernel": sum(self.kernel.cpu_times()[:2]),
            "jupyter": sum(self.jupyter.cpu_times()[:2]),
        }


@contextlib.contextmanager
def building() -> Iterator[tuple[Playwright, Lab]]:
    """Run a JupyterLab server, and Playwright's driver, as long as the block runs."""
    # Server and kernels measure the code that this file stands beside, whatever is installed.
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright, lab(Path(name)) as jupyter:
        yield playwright, jupyter


@contextlib.contextmanager
def opened(playwright: Playwright, jupyter: Lab, server: RampServer, way: str, cells: Sequence[str]) -> Iterator[Room]:
    """Open a room over a way, its session started; the caller's first cell is number 1."""
    browser = launch_chromium(playwright)
    page = browser.new_page(viewport={"width": 1000, "height": 1400})
    page.add_init_script(PAGE)
    connect = CONNECT.format(url=server.url, comm=way == "comm")
    notebook = jupyter.open(page, [connect, *cells], f"{way}.ipynb")
    notebook.run(0)
    room = Room(browser, page, notebook, jupyter.folder)
    notebook.panel().region("Status").get_by_text(way, exact=True).wait_for()
    room.click("Start session")
    room.wait_for("End session")
    page.wait_for_function("ear.counts")
    yield room
    browser.close()
