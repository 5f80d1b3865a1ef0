"""What a session hears: the reading half of `AsyncSession`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from rt_notebook.errors import ConnectionClosedError
from rt_notebook.log.store import EventLog, Patterns, matches
from rt_notebook.protocol.catalog import Dialect
from rt_notebook.protocol.conversation import Conversation
from rt_notebook.protocol.event import Event
from rt_notebook.protocol.items import Item, Response
from rt_notebook.session.callbacks import Callback, CallbackThread
from rt_notebook.session.runner import background_loop, hop, on_loop
from rt_notebook.session.wire import Wire

TIMEOUT = 60.0
"""Seconds that a call waits for the server where nothing else is said."""


class Listener:
    """The log, what it adds up to, and waiting for more of it."""

    def __init__(self, dialect: Dialect) -> None:
        self._log = EventLog()
        self._wire = Wire(self._log, dialect)
        self._mark = -1  # position of the last event that the user sent
        self._callbacks = CallbackThread(lambda what: self.call(self._report, what))

    @on_loop
    async def wait(self, type: Patterns, *, timeout: float = TIMEOUT, after: Event | int | None = None) -> Event:
        """Return the first matching event since the last send, so that one that came at once is not missed.

        Parameters
        ----------
        type
            A GA name, a pattern such as ``"response.*"``, or several.
        timeout
            Seconds.
        after
            Look behind this event (or position in the log) instead.
        """
        return await self._wire.first(type, after=self._position(after), timeout=timeout)

    async def stream(
        self,
        type: Patterns = "*",
        *,
        until: Patterns | None = None,
        timeout: float | None = None,
        after: Event | int | None = None,
    ) -> AsyncIterator[Event]:
        """Yield matching events since the last send, and those to come.

        Parameters
        ----------
        type
            GA names or patterns.
        until
            Ends with the first event that matches this, which is yielded too. Without it the stream ends with the
            connection.
        timeout
            Seconds for each next event.
        after
            Begin behind this event (or position in the log) instead.
        """
        position = self._position(after)
        patterns = (*_several(type), *_several(until or ()))
        while True:
            try:
                event = await hop(self._wire.first(patterns, after=position, timeout=timeout))
            except ConnectionClosedError:
                if until is None:
                    return
                raise
            position = event.index
            yield event
            if until is not None and matches(event.type, until):
                return

    def _position(self, after: Event | int | None) -> int:
        if after is None:
            return self._mark
        return after.index if isinstance(after, Event) else after

    def on(self, pattern: Patterns, callback: Callback | None = None) -> Any:
        """Call `callback` with each matching event from now on, on a worker thread.

        Returns how to stop it; as a decorator (``@session.on("response.*")``) the function itself.
        """
        if callback is None:
            return lambda function: (self.on(pattern, function), function)[1]

        def put(event: Event) -> None:
            if matches(event.type, pattern):
                self._callbacks.put(callback, event)

        return self._wire.subscribe(put)

    def _report(self, what: str) -> None:
        self._wire.local("rt.callback.failed", error={"message": what})

    # -- what there is ----------------------------------------------------------------------------------------------

    @property
    def events(self) -> EventLog:
        """The log: every event of both directions, and the local rows."""
        return self._log

    @property
    def items(self) -> list[Item]:
        """The conversation's items in its order."""
        conversation = self.conversation
        return [conversation.items[item_id] for item_id in list(conversation.order)]

    @property
    def responses(self) -> list[Response]:
        """The responses in the order in which they were created."""
        return list(self.conversation.responses.values())

    @property
    def conversation(self) -> Conversation:
        """What the events add up to: items, responses, the session as the server last reported it."""
        return self._wire.conversation

    @property
    def closed(self) -> ConnectionClosedError | None:
        """Why the session is closed; None while it is open."""
        return self._wire.closed

    def call(self, function: Callable[..., object], *args: Any) -> None:
        """Run a function on the session's loop, soon; from any thread."""
        background_loop().call_soon_threadsafe(function, *args)


def _several(patterns: Patterns) -> tuple[str, ...]:
    return (patterns,) if isinstance(patterns, str) else tuple(patterns)
