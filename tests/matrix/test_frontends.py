"""A spoken turn in the frontends other than JupyterLab, in a light and a dark page; look at the pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.matrix.frontends import WITHOUT_RELAY, Frontend, Marimo, Notebook7, Voila
from tests.matrix.spoken import LEAD, QUESTION, connecting, prove_answer, talk

pytestmark = [pytest.mark.browser, pytest.mark.matrix]

FRONTENDS: dict[str, Callable[[Path], Frontend]] = {
    "notebook": Notebook7,
    "notebook-comm": lambda folder: Notebook7(folder, WITHOUT_RELAY),
    "voila": Voila,
    "marimo-edit": lambda folder: Marimo(folder, "edit"),
    "marimo-run": lambda folder: Marimo(folder, "run"),
}


@pytest.fixture
def sound(say: Any) -> bytes:
    return LEAD + say(QUESTION)  # type: ignore[no-any-return] # a fixture


@pytest.fixture
def frontend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Frontend]:
    frontend = FRONTENDS[request.param](tmp_path)
    try:
        frontend.wait()
        yield frontend
    finally:
        frontend.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("frontend", FRONTENDS, indirect=True)
def test_a_spoken_question_is_answered(frontend: Frontend, theme: str, page: Page, tmp_path: Path) -> None:
    panel = frontend.show(page, [connecting(tmp_path), "session"], theme)
    panel.button("Start session").wait_for(timeout=90_000)
    talk(panel)
    prove_answer(page, panel, tmp_path)
