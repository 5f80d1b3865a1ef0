"""One engine job: an iterator of results, taken in short bursts on a pool's threads.

Between two bursts no thread is held. So a client that reads slowly costs its engines nothing but time, and a long
answer takes its turns with those of other connections. Within a burst nothing waits for the event loop: a thinker's
forty words come out in a millisecond or two, where forty hand-overs took hundreds on a busy machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from rt_notebook.server.pool import FairPool

logger = logging.getLogger("rt_notebook.server")

_BURST_SECONDS = 0.005
_BURST_RESULTS = 32
"""A burst ends after whichever comes first."""

_END = object()
_REST = object()


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
    take
        Called on the event loop with each result, with a `Failure` where the engine raised, or with None after the
        last.
    when_free
        Calls a function, now or later, when there is room for more results.
    """

    def __init__(
        self,
        owner: Hashable,
        pool: FairPool,
        begin: Callable[[], Iterator[Any]],
        take: Callable[[Any], None],
        when_free: Callable[[Callable[[], None]], None],
    ) -> None:
        self._owner = owner
        self._pool = pool
        self._begin = begin
        self._take = take
        self._when_free = when_free
        self._loop = asyncio.get_running_loop()
        self._iterator: Iterator[Any] | None = None
        self._results: deque[Any] = deque()
        """What a burst has made and `take` has not got."""
        self._working = False
        """Whether a burst is in the pool."""
        self._given_up = False

    def start(self) -> None:
        """Have the engine begin, or go on."""
        if not self._given_up:
            self._working = True
            self._pool.submit(self._owner, self._work, goes_on=self._iterator is not None)

    def cancel(self) -> None:
        """Give the job up: nothing more comes of it, and what has not begun never does."""
        self._given_up = True
        # A burst that has begun sees that it was given up, or has left its iterator here: nothing escapes both.
        if cancel := getattr(self._iterator, "cancel", None):
            try:
                cancel()
            except Exception:
                logger.exception("An engine could not be cancelled")
        if not self._working or self._pool.discard(self._owner, self._work):
            self._close()

    def _work(self) -> None:
        begun = time.monotonic()
        try:
            if self._iterator is None:
                self._iterator = self._begin()
            for _ in range(_BURST_RESULTS):
                result = _END if self._given_up else next(self._iterator, _END)
                self._pass_on(result)
                if result is _END:
                    return
                if time.monotonic() - begun > _BURST_SECONDS:
                    break
            self._pass_on(_REST)
        except Exception as error:
            self._pass_on(Failure(error))

    def _pass_on(self, result: Any) -> None:
        self._results.append(result)
        if len(self._results) == 1:  # else the event loop has been told, and has not looked yet
            with contextlib.suppress(RuntimeError):  # the event loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._look)

    def _look(self) -> None:
        while self._results:
            try:
                self._see(self._results[0])
            finally:
                self._results.popleft()  # only now: while something is in there, nobody need call us

    def _see(self, result: Any) -> None:
        if result is _REST or result is _END or isinstance(result, Failure):
            self._working = False
        if self._given_up:
            if not self._working:
                self._close()
        elif result is _REST:
            self._when_free(self.start)
        else:
            self._take(None if result is _END else result)

    def _close(self) -> None:
        """Have the iterator clean up, in the pool as it may take its time."""
        if hasattr(self._iterator, "close"):
            self._pool.submit(self._owner, self._clean_up, goes_on=True)

    def _clean_up(self) -> None:
        try:
            self._iterator.close()  # type: ignore[union-attr] # it is a generator, or like one
        except Exception:
            logger.exception("An engine that was cancelled failed to clean up")
