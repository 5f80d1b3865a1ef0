"""A JupyterLab server and a Chromium for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lab import Lab, lab
from playwright.sync_api import Playwright, sync_playwright


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
