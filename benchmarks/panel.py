"""How fluid the panel stays with many events, in Chromium, beside an empty page and a plain table in the same run.

    python -m benchmarks.panel [--quick] [--sizes 1000 10000 50000] [--ms 2000]

A page without a kernel loads the built bundle and feeds it (benchmarks/page.js). `talk` is a conversation, most of
whose rows fold; `lines` are rows of which none folds. Frame times are what requestAnimationFrame sees, so 16.7 ms is
the least; `work` is the main thread's time for a frame, from DevTools. The heap is taken after garbage collection.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, CDPSession, Page, Route, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from lab import launch_chromium

ROOT = Path(__file__).parents[1]
FILES = {
    "/panel.js": ROOT / "rt_notebook" / "static" / "panel.js",
    "/panel.css": ROOT / "rt_notebook" / "static" / "panel.css",
    "/page.js": ROOT / "benchmarks" / "page.js",
}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Panel</title>
<link rel="stylesheet" href="/panel.css"><div id="panel"></div><script type="module" src="/page.js"></script>"""

WORDS = "answers silence -stop"
"""What is typed into the filter, letter by letter."""
RATE = 200
"""Events a second while following."""


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 50_000], help="events in the history")
    parser.add_argument("--ms", type=int, default=2_000, help="how long to scroll and to follow")
    parser.add_argument("--quick", action="store_true", help="50,000 events alone, and without the peer")
    options = parser.parse_args()
    if options.quick:
        options.sizes = [50_000]

    heads = ("p50", "p95", "max", "work", "long tasks")
    print(f"{'frame time, ms':<54}" + "".join(f"{head:>11}" for head in heads))
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright, None, "--enable-precise-memory-info")
        with opened(browser) as bench:
            bench.idle("floor: an empty page", options.ms)
        for size in options.sizes:
            for shape in ("talk", "lines"):
                with opened(browser) as bench:
                    bench.panel(size, shape, options.ms)
        for size in () if options.quick else options.sizes:
            with opened(browser) as bench:
                bench.table(size, options.ms)
        browser.close()


class Bench:
    """A page of its own, and what is measured in it."""

    def __init__(self, page: Page, devtools: CDPSession) -> None:
        self._page = page
        self._devtools = devtools

    def idle(self, what: str, ms: int) -> None:
        """Measure the page as it is."""
        self._measure(what, lambda: self._page.wait_for_timeout(ms))

    def panel(self, size: int, shape: str, ms: int) -> None:
        """Measure the panel."""
        self._page.evaluate("bench.panel('/panel.js')")
        self._page.get_by_label("Filter events").wait_for()
        self._run(f"{size:,} {shape}", size, shape, ms)

    def table(self, size: int, ms: int) -> None:
        """Measure the peer: a plain table of all rows."""
        self._page.evaluate("bench.table()")
        self._run(f"peer, a plain table, {size:,} lines", size, "lines", ms)

    def _run(self, what: str, size: int, shape: str, ms: int) -> None:
        page = self._page
        heap, nodes = self._held()
        self._measure(f"{what}: history", lambda: page.evaluate("([n, s]) => bench.history(n, s)", [size, shape]))
        more_heap, more_nodes = self._held()
        self._measure(f"{what}: scrolling", lambda: page.evaluate("(ms) => bench.scroll(ms)", ms))
        follow = "([rate, shape, ms]) => bench.happen(rate, shape, ms)"
        self._measure(f"{what}: following {RATE}/s", lambda: page.evaluate(follow, [RATE, shape, ms]))
        field = page.get_by_label("Filter events")
        self._measure(f"{what}: typing a filter", lambda: field.press_sequentially(WORDS, delay=60))
        held = more_heap - heap
        grown = (
            f"{held / 1e6:.1f} MB of heap ({held / size:.0f} bytes a row), {more_nodes - nodes:,.0f} nodes in the page"
        )
        print(f"{what}: {grown} with the history", flush=True)

    def _measure(self, what: str, act: Callable[[], object]) -> None:
        self._page.evaluate("bench.forget()")
        busy = self._busy()
        act()
        # What was asked for last is drawn too.
        self._page.wait_for_timeout(150)
        busy = self._busy() - busy
        figures: dict[str, Any] = self._page.evaluate("bench.figures()")
        show(what, figures["frames"], busy * 1000 / max(1, len(figures["frames"])), figures["long"], figures["longest"])

    def _busy(self) -> float:
        """Return for how many seconds the main thread has worked."""
        return self._metrics()["TaskDuration"]

    def _held(self) -> tuple[float, float]:
        """Return the bytes of JavaScript's heap, without garbage, and the nodes of the page."""
        self._devtools.send("HeapProfiler.collectGarbage")
        metrics = self._metrics()
        return metrics["JSHeapUsedSize"], metrics["Nodes"]

    def _metrics(self) -> dict[str, float]:
        found = self._devtools.send("Performance.getMetrics")["metrics"]
        return {metric["name"]: metric["value"] for metric in found}


@contextlib.contextmanager
def opened(browser: Browser) -> Iterator[Bench]:
    """Open a page for one run."""
    page = browser.new_page(viewport={"width": 1000, "height": 1000})
    page.route("http://localhost/**", serve)
    page.goto("http://localhost/")
    page.wait_for_function("window.bench")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    yield Bench(page, devtools)
    page.close()


def serve(route: Route) -> None:
    """Answer for the server that there is not: the page is a secure one at localhost."""
    path = FILES.get(route.request.url.removeprefix("http://localhost"))
    if path is None:
        route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")
    else:
        route.fulfill(path=path)


def show(what: str, frames: Sequence[float], work: float, long: int, longest: float) -> None:
    """Print a line of the table."""
    ms = np.array(frames) if frames else np.zeros(1)
    figures = [float(np.median(ms)), float(np.percentile(ms, 95)), float(ms.max()), work]
    tasks = f"{long} ≤ {longest:.0f}" if long else "none"
    print(f"{what:<54}" + "".join(f"{figure:11.1f}" for figure in figures) + f"{tasks:>11}", flush=True)


if __name__ == "__main__":
    main()
