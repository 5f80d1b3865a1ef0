"""What the page should know of the kernel: which it is, and whether a cell runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


class KernelWatch:
    """Tells what kernel this is, and from then on whenever a cell begins or ends; nothing where there is no kernel.

    `changed` gets ``kernel`` (ipykernel's version), ``subshells`` (it takes widget messages while a cell runs) and
    ``busy``.
    """

    def __init__(self, changed: Callable[..., None]) -> None:
        self._changed = changed
        self._events: Any = None
        ipykernel = sys.modules.get("ipykernel")
        ipython = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython is not None else None
        if ipykernel is None or shell is None or not hasattr(shell, "kernel"):
            return
        version = str(ipykernel.__version__)
        # Subshells came with ipykernel 7. The panel is made while a cell runs.
        changed(kernel=version, subshells=int(version.split(".")[0]) >= 7, busy=True)
        self._events = shell.events
        self._events.register("pre_run_cell", self._begins)
        self._events.register("post_run_cell", self._ends)

    def close(self) -> None:
        """Tell nothing from now on."""
        if self._events is not None:
            self._events.unregister("pre_run_cell", self._begins)
            self._events.unregister("post_run_cell", self._ends)
            self._events = None

    def _begins(self, *_: object) -> None:
        self._changed(busy=True)

    def _ends(self, *_: object) -> None:
        self._changed(busy=False)


def free_comm(widget: Any) -> None:
    """Let a page's messages to a widget reach the kernel while a cell runs.

    The page sends over a kernel subshell. ipykernel 7.4 puts a route of its own above that: to the loop that last
    published on this comm. We publish from the session's thread, which it takes for the main one, and so everything
    would wait there for the cell's end.
    """
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = None
