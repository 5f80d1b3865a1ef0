"""A JupyterLab server and a Chromium for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lab import Lab, lab, launch_chromium
from playwright.sync_api import Page, Playwright, sync_playwright
from talking import PROBE, TAP


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver, as long as it is needed: it keeps a loop running that no other test could have."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab server in a folder of its own."""
    with lab(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def page(playwright: Playwright) -> Iterator[Page]:
    """A page that is watched, in a browser of its own; no error of the page passes unseen."""
    browser = launch_chromium(playwright)
    page = browser.new_page(viewport={"width": 1000, "height": 1800})
    page.add_init_script(PROBE)
    page.add_init_script(TAP)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    browser.close()
    assert errors == []
