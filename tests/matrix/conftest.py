"""Chromium with a microphone that says what a test wants said, and a picture of each test's end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab import launch_chromium
from playwright.sync_api import Page, Playwright, sync_playwright

from rt_notebook.audio.files import write_wav
from rt_notebook.server.registry import load_engine
from tests.matrix.spoken import ARTIFACTS, TAP, silence

Say = Callable[[str], bytes]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver, as long as it is needed: it keeps a loop running that no other test could have."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def say() -> Say:
    """Return a voice for what is said into the microphone."""
    voice = load_engine("hibari")
    voice.load()
    return lambda text: b"".join(pcm for _, pcm in voice.speak(text, "alloy"))


@pytest.fixture
def page(playwright: Playwright, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page whose microphone plays, once, what the test's `sound` makes."""
    wav = tmp_path / "microphone.wav"
    write_wav(wav, request.getfixturevalue("sound") + silence(60))
    browser = launch_chromium(playwright, Path(f"{wav}%noloop"))
    page = browser.new_page(viewport={"width": 1100, "height": 1200})
    page.add_init_script(TAP)
    yield page
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{request.node.callspec.id}.png")
    browser.close()
