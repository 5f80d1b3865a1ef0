"""One engine job: an iterator of results, taken step by step on a pool's threads.

Between two steps no thread is held. So a client that reads slowly costs its engines nothing but time, and a long
answer takes its turns with those of other connections.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from rt_notebook.server.pool import FairPool

logger = logging.getLogger("rt_notebook.server")

_END = object()


@dataclass(frozen=True, slots=True)
class Failure:
    """What an engine raised."""

    error: Exception


class Job:
    """Runs an engine for one connection. All methods run on the event loop.

    Parameters
    ----------
    owner
        The connection, which shares the pool's threads fairly with others.
    pool
        Where the engine runs.
    begin
        Returns the engine's iterator. Runs in the pool, as its steps do.
    on_step
        Called on the event loop with each result, with a `Failure` where the engine raised, or with None after the
        last. Calls `go_on` for the next one, now or later.
    """

    def __init__(
        self,
        owner: Hashable,
        pool: FairPool,
        begin: Callable[[], Iterator[Any]],
        on_step: Callable[[Job, Any], None],
    ) -> None:
        self._owner = owner
        self._pool = pool
        self._begin = begin
        self._on_step = on_step
        self._loop = asyncio.get_running_loop()
        self._iterator: Iterator[Any] | None = None
        self._stepping = False
        """Whether a step is in the pool."""
        self._given_up = False

    def go_on(self) -> None:
        """Have the engine make its next result, unless the job was given up."""
        if self._given_up:
            return
        self._stepping = True
        self._pool.submit(self._owner, self._work)

    def cancel(self) -> None:
        """Give the job up: nothing more comes of it, and what has not begun never does."""
        self._given_up = True
        # A step that has begun sees that it was given up, or has left its iterator here: nothing escapes both.
        if cancel := getattr(self._iterator, "cancel", None):
            try:
                cancel()
            except Exception:
                logger.exception("An engine could not be cancelled")
        if not self._stepping or self._pool.discard(self._owner, self._work):
            self._close()

    def _work(self) -> None:
        try:
            if self._iterator is None:
                self._iterator = self._begin()
            result = _END if self._given_up else next(self._iterator, _END)
        except Exception as error:
            result = Failure(error)
        with contextlib.suppress(RuntimeError):  # the event loop has ended meanwhile
            self._loop.call_soon_threadsafe(self._hand_over, result)

    def _hand_over(self, result: Any) -> None:
        self._stepping = False
        if self._given_up:
            self._close()
            return
        self._on_step(self, None if result is _END else result)

    def _close(self) -> None:
        """Have the iterator clean up, in the pool as it may take its time."""
        if hasattr(self._iterator, "close"):
            self._pool.submit(self._owner, self._clean_up)

    def _clean_up(self) -> None:
        try:
            self._iterator.close()  # type: ignore[union-attr] # it is a generator, or like one
        except Exception:
            logger.exception("An engine that was cancelled failed to clean up")
