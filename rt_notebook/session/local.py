"""The server of our own as a child process: started once, shared by the process's sessions, gone with the process."""

from __future__ import annotations

import atexit
import contextlib
import json
import subprocess
import sys
import threading
from collections import deque
from queue import Empty, SimpleQueue
from typing import IO

from rt_notebook.errors import LocalServerError

START_SECONDS = 60.0
"""How long a start may take: a cold disk in a room of thirty reads 200 MB of libraries."""


class LocalServer:
    """A running server: `url` (``ws://127.0.0.1:PORT/v1/realtime``) and `token`."""

    def __init__(self) -> None:
        self._output: deque[str] = deque(maxlen=40)
        # The server ends when its standard input does, so this pipe is its life line: it breaks however we go.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rt_notebook", "serve", "--json", "--exit-with-parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            # Ctrl-C and the stop button are meant for the cell that runs, not for the server.
            start_new_session=True,
        )
        first_line: SimpleQueue[str] = SimpleQueue()
        self._readers = [
            threading.Thread(target=self._read, args=(self._process.stdout, first_line), daemon=True),
            threading.Thread(target=self._read, args=(self._process.stderr, None), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        try:
            told = json.loads(first_line.get(timeout=START_SECONDS))
        except Empty:
            self.stop()
            raise LocalServerError(f"it did not start within {START_SECONDS:g} s.", self.output) from None
        except ValueError:
            self.stop()
            raise LocalServerError(_why(self._process.returncode, self.output), self.output) from None
        self.url: str = told["url"]
        self.token: str = told["token"]

    def _read(self, pipe: IO[str], first_line: SimpleQueue[str] | None) -> None:
        with pipe:
            for line in pipe:
                if first_line is not None:
                    first_line.put(line)
                    first_line = None
                else:
                    self._output.append(line)
        if first_line is not None:
            first_line.put("")

    @property
    def output(self) -> str:
        """What it last printed."""
        return "".join(self._output).strip()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it."""
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # The readers close the pipes when they have read what was printed last.
        for reader in self._readers:
            reader.join(timeout=1)


def _why(code: int, output: str) -> str:
    if "pip install" in output or "ModuleNotFoundError" in output:
        return "its engines are not installed. Run: pip install 'rt-notebook[local]' (or use OpenAI, with an API key)."
    return f"it ended at once, with exit code {code}."


_lock = threading.Lock()
_server: LocalServer | None = None


def local_server() -> LocalServer:
    """Return the process's server, started where it is not running. Blocks until it listens.

    Raises
    ------
    LocalServerError
        It did not start; the text has what it printed.
    """
    global _server
    with _lock:
        if _server is None or not _server.running:
            _server = LocalServer()
            atexit.register(_server.stop)
        return _server
