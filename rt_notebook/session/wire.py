"""The session's core: what goes out and comes in is logged, kept in the conversation, and told to everybody.

Lives on the background loop: nothing here may be called from another thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import sys
import traceback
from collections.abc import Callable
from typing import Any

import orjson

from rt_notebook.errors import ConnectionClosedError, ProtocolError, ServerError, WaitTimeoutError
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.prices import price_usd
from rt_notebook.log.reported import is_paid
from rt_notebook.log.store import Patterns, matches
from rt_notebook.protocol.catalog import CATALOG, Dialect
from rt_notebook.protocol.conversation import Conversation
from rt_notebook.protocol.dialect import in_ga, to_beta, to_ga
from rt_notebook.protocol.event import Event, error_of, parse
from rt_notebook.protocol.ids import new_id
from rt_notebook.session.transport import Transport, TransportClosedError

_LAST_WORDS_SECONDS = 5.0
"""How long closing waits for a network that takes nothing more."""

Subscriber = Callable[[Event], None]


class Wire:
    """A session's connections, one after the other, over one log."""

    replays = False
    """Whether nobody listens: a recording is in the place of the server."""

    def __init__(self, log: EventLog, dialect: Dialect) -> None:
        self.log = log
        self.dialect = dialect
        self.conversation = Conversation()
        self.connection = 0
        """Number of the connection, from 1."""
        self.closed: ConnectionClosedError | None = ConnectionClosedError(None, "not opened yet")
        """Why nothing can be sent; None while the connection is open."""
        self._transport: Transport | None = None
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._subscribers: list[tuple[Subscriber, Patterns]] = []
        self._audiences: dict[str, tuple[Subscriber, ...]] = {}
        """By type of event, found when the first one comes."""
        self._waiters: set[asyncio.Future[Event]] = set()

    # -- the connection ---------------------------------------------------------------------------------------------

    def open(self, transport: Transport, shown: str, provider: str) -> None:
        """Take over an open transport to a provider; `shown` is its URL without secrets."""
        self.connection += 1
        self._begin_conversation(Conversation(price_usd if is_paid(provider, shown) else None))
        self.closed = None
        self._transport = transport
        self._outbox = asyncio.Queue()
        self.local("rt.connection.opened", url=shown, provider=provider)
        self._tasks = [asyncio.create_task(self._read(transport)), asyncio.create_task(self._write(transport))]

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Send what waits to be sent and close; a second time does nothing."""
        if self._transport is None or self.closed:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                await self._outbox.join()
        if not self.closed:
            why = ConnectionClosedError(code, reason or "closed by this side")
            self._end(why, "rt.connection.closed", code, reason)
            await self._transport.close(code, reason)

    async def _read(self, transport: Transport) -> None:
        try:
            while True:
                self._receive(await transport.recv())
        except TransportClosedError as closed:
            self._lost(closed)

    async def _write(self, transport: Transport) -> None:
        while True:
            message = await self._outbox.get()
            try:
                if not self.closed:
                    await transport.send(message)
            except TransportClosedError as closed:
                self._lost(closed)
                return
            finally:
                self._outbox.task_done()

    def _lost(self, closed: TransportClosedError) -> None:
        if not self.closed:
            error = ConnectionClosedError(closed.code, closed.reason)
            self._end(error, "rt.connection.lost", closed.code, closed.reason, error={"message": str(error)})

    def _end(self, why: ConnectionClosedError, type_: str, code: int | None, reason: str, **fields: Any) -> None:
        self.closed = why
        self.local(type_, code=code, reason=reason, **fields)
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()
        self._release(why)

    def _release(self, why: ConnectionClosedError) -> None:
        """Let nobody wait any longer for what will not come."""
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_exception(why)

    def gone(self, doing: str = "") -> ConnectionClosedError:
        """Return the error that says so, a new one each time: one object would collect everybody's tracebacks."""
        why = self.closed or ConnectionClosedError(None)
        return ConnectionClosedError(why.code, why.reason, doing=doing)

    # -- events -----------------------------------------------------------------------------------------------------

    def send(self, event: dict[str, Any]) -> Event:
        """Send a client event in GA's shape; returns it with its ``event_id``.

        Raises
        ------
        ConnectionClosedError
            The connection is gone.
        ProtocolError
            It cannot be JSON.
        """
        if self.closed:
            raise self.gone()
        event = {"event_id": new_id("event")} | event
        wire_event = to_beta(event) if self.dialect == "beta" else event
        raw = as_json(wire_event)
        logged = self.log.append("client", raw, wire_event, self.connection)
        self._outbox.put_nowait(raw)
        return self._tell(logged, event)

    def local(self, type_: str, **fields: Any) -> Event:
        """Write a local row."""
        event = {"type": type_} | fields
        return self._tell(self.log.append("local", orjson.dumps(event), event, self.connection), event)

    def _receive(self, raw: bytes) -> None:
        event = parse(raw)
        logged = self.log.append("server", raw, event, self.connection)
        self._tell(logged, to_ga(event) if self.dialect == "beta" else event)

    def _tell(self, logged: Event, data: dict[str, Any]) -> Event:
        event = logged
        if self.dialect == "beta":
            event = Event(data, logged.index, logged.t, logged.direction, logged.sound)
        if (audience := self._audiences.get(type_ := event.type)) is None:
            audience = self._audiences[type_] = self._audience(type_)
        for subscriber in audience:
            try:
                subscriber(event)
            except Exception:
                # A fault in one of our own consumers must not cost the others the event.
                traceback.print_exc(file=sys.stderr)
        return event

    def _begin_conversation(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self._audiences = {}

    def _audience(self, type_: str) -> tuple[Subscriber, ...]:
        """Return who wants the events of a type, in the order in which they are told: the conversation first."""
        keeps = self.conversation.handler(type_)
        wanting = [subscriber for subscriber, patterns in self._subscribers if matches(type_, patterns)]
        return (*wanting,) if keeps is None else (keeps, *wanting)

    def event(self, index: int) -> Event:
        """Return an event of the log in GA's shape."""
        logged = self.log[index]
        return in_ga(logged) if self.dialect == "beta" else logged

    # -- listening --------------------------------------------------------------------------------------------------

    def subscribe(self, subscriber: Subscriber, patterns: Patterns = "*") -> Callable[[], None]:
        """Call `subscriber` with every matching event from now on, of all directions, in order; returns how to stop."""
        entry = (subscriber, patterns)
        self._subscribers.append(entry)
        self._audiences = {}

        def unsubscribe() -> None:
            self._subscribers = [other for other in self._subscribers if other is not entry]
            self._audiences = {}

        return unsubscribe

    async def first(
        self,
        patterns: Patterns,
        *,
        after: int,
        timeout: float | None = None,
        where: Callable[[Event], bool] = lambda event: True,
    ) -> Event:
        """Return the first event behind position `after` that matches, waiting for it where it is still to come.

        Raises
        ------
        ConnectionClosedError
            The connection ended before it came.
        WaitTimeoutError
            It did not come within `timeout` seconds.
        """
        index = after
        while (found := self.log.find(patterns, index + 1)) is not None:
            event = self.event(found)
            if where(event):
                return event
            index = found
        if self.closed:
            raise self.gone(f"waiting for {named(patterns)}")
        waiter: asyncio.Future[Event] = asyncio.get_running_loop().create_future()

        def watch(event: Event) -> None:
            if not waiter.done() and where(event):
                waiter.set_result(event)

        unsubscribe = self.subscribe(watch, patterns)
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(timeout):
                return await waiter
        except TimeoutError:
            raise WaitTimeoutError(named(patterns), timeout or 0.0, self._hint(patterns, after)) from None
        except ConnectionClosedError:
            raise self.gone(f"waiting for {named(patterns)}") from None
        finally:
            unsubscribe()
            self._waiters.discard(waiter)

    async def answer(
        self,
        sent: Event,
        answer: str,
        timeout: float,
        where: Callable[[Event], bool] = lambda came: True,
    ) -> Event:
        """Return the server's answer to a client event that was sent.

        Raises
        ------
        ServerError
            The server answered with an error instead.
        """
        came = await self.first(
            (answer, "error"),
            after=sent.index,
            timeout=timeout,
            where=lambda came: refers_to(came, sent) if came.type == "error" else where(came),
        )
        if came.type == "error":
            raise ServerError(came)
        return came

    def _hint(self, patterns: Patterns, after: int) -> str:
        for name in (patterns,) if isinstance(patterns, str) else patterns:
            if name not in CATALOG and "*" not in name and (close := difflib.get_close_matches(name, CATALOG, n=1)):
                return f"There is no event type {name!r} that we know; did you mean {close[0]!r}?"
        if said := [error_of(event) for event in self.log[after + 1 :] if event.type == "error"]:
            return f"The server answered with an error: {said[-1]}"
        types = [event.type for event in self.log[max(after + 1, len(self.log) - 4) :]]
        if not types:
            return "Nothing at all came meanwhile."
        return f"The last events were {', '.join(types)}."


def as_json(event: dict[str, Any]) -> bytes:
    """Return an event as it goes over the wire. Raises `ProtocolError` where it cannot."""
    try:
        # Copied, since what orjson returns keeps its whole work space, some 4 KB, for as long as the log lives.
        return bytes(memoryview(orjson.dumps(event)))
    except (TypeError, RecursionError) as error:
        raise ProtocolError(
            f"This event cannot be JSON ({error}). JSON has strings, numbers, lists and dicts with string keys; "
            "audio goes in as base64 text, which append_audio() and ask(audio=...) do by themselves."
        ) from None


def refers_to(error: Event, sent: Event) -> bool:
    """Tell whether an `error` event speaks of a client event."""
    told = error.get("error")
    return isinstance(told, dict) and told.get("event_id") == sent.get("event_id")


def named(patterns: Patterns) -> str:
    """Return what was waited for, without the `error` that every request waits for beside its answer."""
    names = (patterns,) if isinstance(patterns, str) else tuple(patterns)
    return " or ".join(name for name in names if name != "error") or "error"
