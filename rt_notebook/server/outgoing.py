"""Server events on their way to a client that may be slow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import orjson

from rt_notebook.server.effects import Close

_MOST_EVENTS = 1_000
_MOST_BYTES = 4 * 2**20
"""So much may wait for a client: with more, its engines rest and nothing is read from it until it has caught up."""


class Outgoing:
    """The events that were not sent yet, in order.

    Parameters
    ----------
    due
        Returns when an event of this moment is to be sent, both in seconds of the event loop's clock; never earlier
        than for the event before. An event is due at once where it is left out.
    """

    def __init__(self, due: Callable[[float], float] = float) -> None:
        self._due = due
        self._waiting: asyncio.Queue[tuple[float, str | Close]] = asyncio.Queue()
        self._bytes = 0
        self._room = asyncio.Event()
        self._room.set()
        self._resume: list[Callable[[], None]] = []

    @property
    def full(self) -> bool:
        """Whether the client is behind."""
        return not self._room.is_set()

    def put(self, event: dict[str, Any]) -> None:
        """Add an event."""
        # It becomes text here and not when it is sent: so its size is known, and later changes do not reach it.
        self._add(orjson.dumps(event).decode())

    def close(self, close: Close) -> None:
        """Have the connection closed after all events before."""
        self._add(close)

    async def next(self) -> str | Close:
        """Return the next event, as JSON, once it is due."""
        due, message = await self._waiting.get()
        if (rest := due - time.monotonic()) > 0:
            await asyncio.sleep(rest)
        self._bytes -= len(message) if isinstance(message, str) else 0
        if self.full and self._waiting.qsize() < _MOST_EVENTS // 2 and self._bytes < _MOST_BYTES // 2:
            self._room.set()
            resume, self._resume = self._resume, []
            for function in resume:
                function()
        return message

    async def room(self) -> None:
        """Wait until the client has caught up."""
        await self._room.wait()

    def when_room(self, function: Callable[[], None]) -> None:
        """Call a function once the client has caught up."""
        if self.full:
            self._resume.append(function)
        else:
            function()

    def _add(self, message: str | Close) -> None:
        self._waiting.put_nowait((self._due(time.monotonic()), message))
        self._bytes += len(message) if isinstance(message, str) else 0
        if self._waiting.qsize() >= _MOST_EVENTS or self._bytes >= _MOST_BYTES:
            self._room.clear()
