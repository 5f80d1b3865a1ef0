"""The kernel's side of the echo: sends 960 bytes every 50 ms and notes when they are back. Runs in the notebook."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget

from rt_notebook.jupyter.wire import ADDRESS
from rt_notebook.session.runner import background_loop
from rt_notebook.widgets.link import CommWay, ViewLink
from rt_notebook.widgets.messages import FromPage
from rt_notebook.widgets.relay import Relay

BYTES = 960
EVERY = 0.05


class Echo(anywidget.AnyWidget):
    """A widget that has the panel's link and nothing else; `module` is the bundled page."""

    def __init__(self, module: Path, *, relay: bool) -> None:
        self._esm = module.read_text("utf-8")
        super().__init__()
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = None
        self.times: list[float] = []
        """Seconds there and back."""
        self._sent: dict[int, float] = {}
        self._loop = background_loop()
        self._link = ViewLink(self._call, self._arrived)
        self._link.on_receive(self._received)
        self._comm_way = CommWay(self, self._link, self._call)
        self._relay = Relay(self._link, self._comm_way, lambda: None)
        if not relay:
            os.environ.pop(ADDRESS, None)

    def _call(self, f: Callable[..., object], *args: Any) -> None:
        self._loop.call_soon_threadsafe(f, *args)

    def _arrived(self, view: str) -> None:
        asyncio.run_coroutine_threadsafe(self._offer(view), self._loop)

    async def _offer(self, view: str) -> None:
        await self._relay.dial()
        link = self._relay.id if self._relay.open else None
        self._link.send({"type": "relay", "link": link, "why": self._relay.why}, to=view)

    def talk(self) -> None:
        """Let the page send microphone sound from now on."""
        self._loop.call_soon_threadsafe(lambda: self._link.send({"type": "problem", "text": "talk"}))

    def start(self, count: int) -> None:
        """Send so many echoes; they go on whatever the kernel does."""
        self.times, self._sent = [], {}
        asyncio.run_coroutine_threadsafe(self._echoes(count), self._loop)

    def wait(self, count: int, timeout: float = 60) -> list[float]:
        """Return the times when all echoes are back."""
        until = time.monotonic() + timeout
        while len(self.times) < count and time.monotonic() < until:
            time.sleep(0.05)
        return list(self.times)

    async def _echoes(self, count: int) -> None:
        for number in range(count):
            self._sent[number] = time.perf_counter()
            self._link.send({"type": "audio", "item_id": "echo", "content_index": number, "data": bytes(BYTES)}, "now")
            await asyncio.sleep(EVERY)

    def _received(self, view: str, message: FromPage) -> None:
        fields: Any = message
        if fields["type"] == "microphone" and (sent := self._sent.pop(fields["sample"], None)) is not None:
            self.times.append(time.perf_counter() - sent)
