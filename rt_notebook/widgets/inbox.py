"""What comes from the page in bursts, done in order and a little at a time, so that the loop can do the rest."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

_SLICE = 0.002
"""Seconds that the loop is held at a time."""


class Inbox:
    """A queue of calls that any thread may fill and the session's loop empties."""

    def __init__(self, call: Callable[..., None]) -> None:
        """Take how to run a function on the loop soon, from any thread."""
        self._call = call
        self._waiting: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self._emptying = False
        """The loop will look into it."""

    def put(self, function: Callable[..., None], *args: Any) -> None:
        """Have ``function(*args)`` called on the loop, after what was put before; from any thread."""
        self._waiting.append((function, args))
        if not self._emptying:
            self._emptying = True
            self._call(self._empty)

    def _empty(self) -> None:
        # What is put after the last look must find the flag down, or be found here.
        self._emptying = False
        until = time.perf_counter() + _SLICE
        try:
            while self._waiting and time.perf_counter() < until:
                function, args = self._waiting.popleft()
                function(*args)
        finally:
            if self._waiting and not self._emptying:
                self._emptying = True
                self._call(self._empty)
