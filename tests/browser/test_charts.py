"""A chart in JupyterLab, which draws it by itself: live, zoomed by the wheel, and without a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import Lab
from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

HELPERS = Path(__file__).parents[1] / "helpers"
LESSON = f"import sys; sys.path.insert(0, {str(HELPERS)!r}); from lesson import lesson; log = lesson()"


def test_a_timeline_is_live_without_a_network(jupyter: Lab, page: Page) -> None:
    asked: list[str] = []
    warned: list[str] = []

    def stay(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route(lambda url: not url.startswith((jupyter.url, "data:", "blob:")), stay)
    page.on("console", lambda message: warned.append(message.text) if "Vega" in message.text else None)
    notebook = jupyter.open(page, [LESSON, "log.timeline()"], "charts.ipynb", theme="dark")
    notebook.run(0)
    notebook.run(1)
    chart = page.locator(".vega-embed canvas")
    chart.wait_for()
    before = chart.evaluate("canvas => canvas.toDataURL()")
    chart.hover()
    page.mouse.wheel(0, -500)
    page.wait_for_function("before => document.querySelector('.vega-embed canvas').toDataURL() !== before", arg=before)
    assert set(notebook.outputs(1)[0]["data"]) == {"text/plain", "application/vnd.vegalite.v5+json", "image/png"}
    assert (asked, warned) == ([], [])
