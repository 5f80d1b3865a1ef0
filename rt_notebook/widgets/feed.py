"""Tells views the rows of a log, from its beginning, and what comes from then on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.rows import Row, Rows, in_ga, whole
from rt_notebook.protocol.event import Event
from rt_notebook.widgets import history
from rt_notebook.widgets.link import Link
from rt_notebook.widgets.messages import FromPage

_log = logging.getLogger(__name__)

BUNDLE = 0.05
"""Seconds in which what happens is gathered: a page shows no more than that."""


class Feed:
    """Connects a log with all views of an inspector. All its state belongs to the loop that `call` runs things on."""

    def __init__(self, log: EventLog, link: Link, call: Callable[..., object]) -> None:
        self._log = log
        self._link = link
        self._call = call
        self._views: dict[str, asyncio.Task[None]] = {}
        """By view: what tells it the rows."""
        self._news: dict[str, asyncio.Event] = {}
        """By view: there are rows that it was not told of."""
        self._looks: set[asyncio.Task[None]] = set()
        self._waking = False
        """The views are about to be woken: the rows that come until then wake nobody again."""
        link.on_receive(self._received)
        link.on_gone(self._left)
        self._unlisten = log.listen(self._added)

    def close(self) -> None:
        """Tell nothing from now on; from any thread."""
        self._unlisten()
        self._call(self._stop)

    def _stop(self) -> None:
        for task in (*self._views.values(), *self._looks):
            task.cancel()

    def _added(self) -> None:
        # On the thread that adds to the log.
        if not self._waking:
            self._waking = True
            self._call(self._wake)

    def _wake(self) -> None:
        self._waking = False
        for news in self._news.values():
            news.set()

    def _received(self, view: str, message: FromPage) -> None:
        if message["type"] == "join":
            self._left(view)
            self._news[view] = asyncio.Event()
            self._views[view] = asyncio.get_running_loop().create_task(self._tell(view, self._news[view]))
        elif message["type"] == "look":
            task = asyncio.get_running_loop().create_task(self._look(view, message["index"]))
            # The loop itself keeps no strong reference to a task.
            self._looks.add(task)
            task.add_done_callback(self._looks.discard)

    def _left(self, view: str) -> None:
        self._news.pop(view, None)
        if (task := self._views.pop(view, None)) is not None:
            task.cancel()

    async def _tell(self, view: str, news: asyncio.Event) -> None:
        def send(piece: list[Row], done: bool) -> None:
            self._link.send({"type": "history", "rows": piece, "done": done}, to=view)

        rows, position = Rows(), 0
        try:
            while True:
                news.clear()
                position = await history.tell(self._event, send, start=position, rows=rows)
                await news.wait()
                await asyncio.sleep(BUNDLE)
        except Exception as error:
            # A mistake of ours must not pass unseen.
            _log.exception("The rows from %d on could not be told", position)
            self._problem(view, f"Row {position} or one behind it cannot be shown: {type(error).__name__}: {error}")

    def _event(self, index: int) -> Event | None:
        return in_ga(self._log[index]) if index < len(self._log) else None

    async def _look(self, view: str, index: int) -> None:
        try:
            json = await asyncio.to_thread(whole, self._log, index)
        except ValueError as error:
            self._problem(view, str(error))
        else:
            self._link.send({"type": "looked", "index": index, "json": json}, to=view)

    def _problem(self, view: str, text: str) -> None:
        self._link.send({"type": "problem", "text": text}, to=view)
