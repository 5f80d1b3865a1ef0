"""Servers that show a notebook's panel in frontends other than JupyterLab: Notebook 7, Voila and marimo."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from lab import Lab, Panel, Server, write_notebook
from playwright.sync_api import Page

from tests.matrix.environments import python_of

WITHOUT_RELAY = "--ServerApp.jpserver_extensions={'rt_notebook.jupyter': False}"
"""Told to a Jupyter server, this leaves a page the comm as its only way to the kernel."""


class Frontend(Protocol):
    """What shows a notebook in a page."""

    def wait(self) -> None:
        """Return when its server answers."""

    def show(self, page: Page, cells: Sequence[str], theme: str) -> Panel:
        """Write the cells into a notebook, run them in a page and return the panel that the last of them shows."""

    def close(self) -> None:
        """End the server and its kernels."""


class Notebook7(Lab):
    """Jupyter Notebook 7."""

    module = "notebook"
    exposing = "JupyterNotebookApp.expose_app_in_browser"
    place = "/notebooks/{name}?reset"

    def __init__(self, folder: Path, *arguments: str) -> None:
        super().__init__(folder, *arguments, python=python_of("frontends"))

    def show(self, page: Page, cells: Sequence[str], theme: str) -> Panel:
        """Run all cells; see `Frontend.show`."""
        notebook = self.open(page, cells, theme=theme)
        for index in range(len(cells)):
            notebook.run(index)
        return notebook.panel()


class Voila(Server):
    """Voila, which runs a notebook for each page that opens it and shows the outputs alone; it has no relay."""

    def __init__(self, folder: Path) -> None:
        command = [python_of("frontends"), "-m", "voila", "--no-browser", "--Voila.ip=127.0.0.1", "--token="]
        super().__init__(folder, [*command, str(folder)], port="--Voila.port=")

    def show(self, page: Page, cells: Sequence[str], theme: str) -> Panel:
        """Have all cells run by the page's request; see `Frontend.show`."""
        write_notebook(self.folder / "notebook.ipynb", cells)
        page.goto(f"{self.url}/voila/render/notebook.ipynb?theme={theme}", timeout=90_000)
        return Panel(page.locator("body"))


class Marimo(Server):
    """marimo, as an editor (``edit``) or as an application (``run``); it has no relay."""

    def __init__(self, folder: Path, mode: str) -> None:
        self._file = folder / "notebook.py"
        self._file.write_text("import marimo\n\napp = marimo.App()\n", "utf-8")
        command = [python_of("frontends"), "-m", "marimo", mode, "--headless", "--no-token", "--no-sandbox"]
        homes = {name: str(folder / name.lower()) for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")}
        settings = Path(homes["XDG_CONFIG_HOME"]) / "marimo" / "marimo.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text("[runtime]\nauto_instantiate = true\n", "utf-8")
        super().__init__(folder, [*command, str(self._file)], environment=homes)

    def show(self, page: Page, cells: Sequence[str], theme: str) -> Panel:
        """Have all cells run by the page's opening; see `Frontend.show`."""
        head = (
            f'# /// script\n# [tool.marimo.display]\n# theme = "{theme}"\n# ///\nimport marimo\n\napp = marimo.App()\n'
        )
        written = [f"@app.cell\ndef _():\n{textwrap.indent(cell, '    ')}\n" for cell in cells]
        self._file.write_text("\n\n".join([head, *written]), "utf-8")
        page.goto(self.url)
        return Panel(page.locator("body"))
