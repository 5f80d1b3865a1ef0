"""Drives a real JupyterLab in headless Chromium: one server, pages, cells."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import psutil
from playwright.sync_api import Browser, Locator, Page, Playwright

_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""What keeps Chromium to itself, also where it runs as root in a container."""

_READY = """() => {
    const context = window.jupyterapp?.shell.currentWidget?.context;
    const kernel = context?.sessionContext?.session?.kernel;
    return context?.isReady && kernel?.status === 'idle' && kernel?.connectionStatus === 'connected';
}"""
"""The execution indicator alone shows a false idle before the kernel is there."""

_RUNS = "(index) => jupyterapp.shell.currentWidget.content.widgets[index].model.executionState === 'running'"

_RUN = """async (index) => {
    const { content } = jupyterapp.shell.currentWidget;
    content.activeCellIndex = index;
    content.deselectAll();
    await jupyterapp.commands.execute('notebook:run-cell');
}"""

_THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def launch_chromium(
    playwright: Playwright, microphone: Path | None = None, *arguments: str, allow_microphone: bool = True
) -> Browser:
    """Start Chromium with a microphone that plays a WAV file or, without one, beeps.

    Where the microphone is not allowed, a page is refused it. `arguments` are more of the command line.
    """
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        raise RuntimeError("No Chromium was found. Install one, for instance: apt-get install chromium")
    media = ["--use-fake-device-for-media-stream"]
    if allow_microphone:
        media.append("--use-fake-ui-for-media-stream")
    if microphone is not None:
        media.append(f"--use-file-for-fake-audio-capture={microphone}")
    return playwright.chromium.launch(executable_path=executable, args=[*_QUIET, *media, *arguments])


class Server:
    """A server of its own, on loopback, with `folder` as its whole world.

    `command` is the command line but for the port, whose option `port` names; `base` is the path under which it is
    served; `alive` is a path below that which answers once the server has started; `environment` comes on top of that
    of the tests.
    """

    def __init__(
        self,
        folder: Path,
        command: Sequence[str],
        *,
        port: str = "--port=",
        base: str = "/",
        alive: str = "/",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.host = "127.0.0.1"
        """The name by which pages are opened."""
        self.port = _free_port()
        self._base = base
        self._alive = alive
        # Settings, workspaces and runtime files of the person who runs the tests stay out of it.
        places = {
            name: str(folder / f".{name.lower()}")
            for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
        }
        self._log = (folder / "server.log").open("wb")
        self._process = subprocess.Popen(
            [*command, f"{port}{self.port}"],
            env={**os.environ, **places, **(environment or {})},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def url(self) -> str:
        """Where the server is, without a slash at the end."""
        return f"http://{self.host}:{self.port}{self._base}".removesuffix("/")

    @property
    def sockets(self) -> int:
        """How many connections the server has: with pages, with the door of its relay, with kernels."""
        connections = psutil.Process(self._process.pid).net_connections("all")
        return sum(connection.status in ("ESTABLISHED", "NONE") for connection in connections)

    def wait(self, seconds: float = 60) -> None:
        """Return when the server answers."""
        until = time.monotonic() + seconds
        while True:
            try:
                with urlopen(f"{self.url}{self._alive}", timeout=5):
                    return
            except (URLError, OSError):
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{type(self).__name__} did not start:\n{self.log()}") from None
                time.sleep(0.1)

    def log(self) -> str:
        """Return what the server printed."""
        return (self.folder / "server.log").read_text()

    def close(self) -> None:
        """End the server and its kernels."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._log.close()


class Lab(Server):
    """A JupyterLab server of its own, with `folder` as its root.

    `arguments` are more of the command line; `base` is the path under which it is served, as a hub does it, and `token`
    lets in, where there is one. Of another application that is built from JupyterLab's parts, a subclass names the
    module, the setting and the path of a notebook's page.
    """

    module = "jupyterlab"
    exposing = "LabApp.expose_app_in_browser"
    place = "/doc/tree/{name}?reset"

    def __init__(
        self, folder: Path, *arguments: str, base: str = "/", token: str = "", python: str = sys.executable
    ) -> None:
        self._token = token
        # No question about news covers the page.
        settings = folder / ".jupyter_config_dir" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True)
        news = {"fetchNews": "false", "checkForUpdates": False}
        (settings / "notification.jupyterlab-settings").write_text(json.dumps(news))
        command = [
            *(python, "-m", self.module),
            *("--no-browser", "--allow-root", f"--ServerApp.root_dir={folder}", "--ServerApp.ip=127.0.0.1"),
            *("--ServerApp.port_retries=0", f"--ServerApp.base_url={base}", f"--IdentityProvider.token={token}"),
            *("--ServerApp.disable_check_xsrf=True", f"--{self.exposing}=True"),
            *arguments,
        ]
        super().__init__(folder, command, port="--ServerApp.port=", base=base, alive="/api")

    def open(
        self,
        page: Page,
        cells: Sequence[str],
        name: str = "notebook.ipynb",
        *,
        theme: str = "light",
        kernel: str = "python3",
    ) -> Notebook:
        """Write a notebook and open it in a page; returns when its kernel is idle."""
        write_notebook(self.folder / name, cells, kernel)
        return self.visit(page, name, theme=theme)

    def visit(self, page: Page, name: str, *, theme: str = "light") -> Notebook:
        """Open a notebook that is there already."""
        token = f"&token={self._token}" if self._token else ""
        page.goto(self.url + self.place.format(name=name) + token)
        notebook = Notebook(page)
        notebook.ready(90)
        light = str(theme == "light").lower()
        # The server keeps the theme of the page before.
        if page.evaluate("document.body.dataset.jpThemeLight") != light:
            page.evaluate(f"jupyterapp.commands.execute('apputils:change-theme', {{theme: {_THEMES[theme]!r}}})")
            page.wait_for_function(f"document.body.dataset.jpThemeLight === '{light}'")
        return notebook


class Notebook:
    """An open notebook with its kernel."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def ready(self, timeout: float = 60) -> None:
        """Wait until the kernel is connected and idle."""
        self.page.wait_for_function(_READY, timeout=timeout * 1000)

    def run(self, index: int, timeout: float = 60) -> None:
        """Run a cell and wait for its end; raises with the traceback if it fails."""
        self.page.evaluate(_RUN, index)
        self.ended(index, timeout)
        for output in self.outputs(index):
            if output["output_type"] == "error":
                raise AssertionError("\n".join(output["traceback"]))

    def start(self, index: int) -> None:
        """Run a cell and do not wait for its end."""
        self.page.evaluate(f"(index) => {{ ({_RUN})(index); }}", index)

    def runs(self, index: int) -> bool:
        """Tell whether a cell runs. (The kernel's status will not do: messages of a widget make it idle in between.)"""
        return bool(self.page.evaluate(_RUNS, index))

    def ended(self, index: int, timeout: float = 60) -> None:
        """Wait until a cell does not run any more."""
        self.page.wait_for_function(f"(index) => !({_RUNS})(index)", arg=index, timeout=timeout * 1000)
        self.ready(timeout)

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """Return a cell's outputs as the notebook format has them."""
        model = "jupyterapp.shell.currentWidget.content.widgets[index].model.outputs.toJSON()"
        return json.loads(self.page.evaluate(f"(index) => JSON.stringify({model})", index))  # type: ignore[no-any-return] # JSON

    def text(self, index: int) -> str:
        """Return what a cell printed."""
        return "".join("".join(output["text"]) for output in self.outputs(index) if output["output_type"] == "stream")

    def panel(self, nth: int = 0) -> Panel:
        """Return a panel on the page."""
        return Panel(self.page.locator(".rt-panel").nth(nth))


class Panel:
    """A panel, by the accessible names that are fixed for it."""

    def __init__(self, locator: Locator) -> None:
        self.locator = locator

    def button(self, name: str) -> Locator:
        """Return one of the panel's buttons."""
        return self.locator.get_by_role("button", name=name, exact=True)

    def region(self, name: str) -> Locator:
        """Return one of the panel's regions."""
        return self.locator.get_by_role("region", name=name, exact=True)

    def say(self, words: str) -> None:
        """Type a message and send it with Enter."""
        field = self.locator.get_by_label("Message", exact=True)
        field.fill(words)
        field.press("Enter")


@contextlib.contextmanager
def lab(folder: Path, *arguments: str, base: str = "/", token: str = "") -> Iterator[Lab]:
    """Run a JupyterLab server as long as the block runs."""
    server = Lab(folder, *arguments, base=base, token=token)
    try:
        server.wait()
        yield server
    finally:
        server.close()


def write_notebook(path: Path, cells: Sequence[str], kernel: str = "python3") -> None:
    """Write a notebook of code cells for a kernel."""
    notebook = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call] # nbformat is untyped
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],  # type: ignore[no-untyped-call] # nbformat is untyped
        metadata={"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}},
    )
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call] # nbformat is untyped


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
