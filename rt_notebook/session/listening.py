"""What a session hears: the reading half of `AsyncSession`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from rt_notebook.errors import ConnectionClosedError
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.store import Patterns, matches
from rt_notebook.log.turns import Turn, read_turns
from rt_notebook.protocol.conversation import Conversation
from rt_notebook.protocol.event import Event
from rt_notebook.protocol.items import Item, Response
from rt_notebook.session.callbacks import Callback, CallbackThread
from rt_notebook.session.runner import background_loop, hop, on_loop
from rt_notebook.session.wire import Wire

if TYPE_CHECKING:
    from rt_notebook.log.metrics import Cost, Latencies, Usage
    from rt_notebook.session.replay import AsyncReplay

TIMEOUT = 60.0
"""Seconds that a call waits for the server where nothing else is said."""


class Listener:
    """The log, what it adds up to, and waiting for more of it."""

    def __init__(self, wire: Wire) -> None:
        self._log = wire.log
        self._wire = wire
        self._mark = -1  # position of the last event that the user sent: `wait` looks behind it
        self._appending = False
        self._callbacks = CallbackThread(lambda what: self.call(self._report, what))

    @on_loop
    async def wait(self, type: Patterns, *, timeout: float = TIMEOUT, after: Event | int | str | None = None) -> Event:
        """Return the first matching event since the last send, so that one that came at once is not missed.

        Parameters
        ----------
        type
            A GA name, a pattern such as ``"response.*"``, or several.
        timeout
            Seconds.
        after
            Look behind this instead: an event, a position in the log, or the ``event_id`` that `send` returned. With
            several threads that send, or callbacks that do, this is the exact way.
        """
        return await self._wire.first(_patterns(type), after=self._position(after), timeout=timeout)

    async def stream(
        self,
        type: Patterns = "*",
        *,
        until: Patterns | None = None,
        timeout: float | None = None,
        after: Event | int | str | None = None,
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
            Begin behind this instead, as for `wait`.
        """
        position = self._position(after)
        patterns = (*_patterns(type), *(() if until is None else _patterns(until)))
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

    def _position(self, after: Event | int | str | None) -> int:
        match after:
            case None:
                return self._mark
            case Event():
                return after.index
            case str():
                return self._log.position_of(after)
            case int():
                return after if after >= 0 else max(-1, len(self._log) + after)
        raise TypeError(f"after is {after!r}; it is an event, its position in the log, or its event_id.")

    def _sent(self, position: int, *, appending: bool = False) -> None:
        """Note that the user sent something. A run of appended audio counts as one, from its beginning."""
        if not (appending and self._appending):
            self._mark = position
        self._appending = appending

    def on(self, pattern: Patterns, callback: Callback | None = None) -> Any:
        """Call `callback` with each matching event from now on, on a worker thread.

        Returns how to stop it; as a decorator (``@session.on("response.*")``) the function itself. An ``async def`` is
        run on the worker thread too, in a loop of its own.
        """
        patterns = _patterns(pattern)
        if callback is None:
            return lambda function: (self.on(pattern, function), function)[1]
        if not callable(callback):
            raise TypeError(f"{callback!r} is no function, so it cannot be called with events.")

        def put(event: Event) -> None:
            if matches(event.type, patterns):
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
    def turns(self) -> list[Turn]:
        """The turns so far: what the user said, and what was answered; ``events.turns`` is the table."""
        return read_turns(self._log)

    @property
    def latency(self) -> Latencies:
        """How long the answers took: by turn, and their distribution."""
        return self._log.latency

    @property
    def usage(self) -> Usage:
        """Tokens and seconds of sound: by response, by turn, and of the whole."""
        return self._log.usage

    @property
    def cost(self) -> Cost:
        """What it cost so far, USD: by response, by turn, of the whole and a minute; ``cost.at(prices)`` at others."""
        return self._log.cost

    @property
    def conversation(self) -> Conversation:
        """What the events add up to: items, responses, the session as the server last reported it."""
        return self._wire.conversation

    @property
    def replay(self) -> AsyncReplay | None:
        """How the replay of a recording goes, and what was sent otherwise; None for a live session."""
        return None

    @property
    def closed(self) -> ConnectionClosedError | None:
        """Why the session is closed; None while it is open."""
        return self._wire.closed

    def call(self, function: Callable[..., object], *args: Any) -> None:
        """Run a function on the session's loop, soon; from any thread."""
        background_loop().call_soon_threadsafe(function, *args)


def _patterns(value: Patterns) -> tuple[str, ...]:
    """Return one or several names or patterns as a tuple; raises `TypeError` for anything else."""
    patterns = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else ()
    if not patterns or not all(isinstance(pattern, str) for pattern in patterns):
        raise TypeError(f"{value!r} is no event type or pattern; pass one such as 'response.done' or 'response.*'.")
    return patterns
