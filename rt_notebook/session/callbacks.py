"""The user's callbacks, on a thread of their own: a slow one holds back nobody, a failing one is shown."""

from __future__ import annotations

import asyncio
import inspect
import sys
import threading
import traceback
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from rt_notebook.protocol.event import Event

Callback = Callable[[Event], Any]


class CallbackThread:
    """Runs callbacks one after the other, in the order of their events."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._queue: SimpleQueue[tuple[Callback, Event] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def put(self, callback: Callback, event: Event) -> None:
        """Queue a call."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="rt_notebook callbacks", daemon=True)
            self._thread.start()
        self._queue.put((callback, event))

    def stop(self) -> None:
        """End the thread after what is queued."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread = None

    def _run(self) -> None:
        while (call := self._queue.get()) is not None:
            callback, event = call
            try:
                result = callback(event)
                if inspect.iscoroutine(result):
                    asyncio.run(result)
            except BaseException as error:  # also SystemExit: it must not end the callbacks to come
                sys.stderr.write(f"A callback for {event.type} failed; the session goes on.\n")
                traceback.print_exc(file=sys.stderr)
                self._report(f"{type(error).__name__}: {error}")
