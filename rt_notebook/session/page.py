"""A session as the page sees it: what a panel may ask of it, and what the page reports back.

`subscribe`, `info` and `call` may be used from any thread; the rest runs on the session's loop (`call`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from rt_notebook.errors import ConnectionClosedError, RealtimeError, ReplayError, ServerError
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.prices import PRICED, Costs
from rt_notebook.protocol.event import Event
from rt_notebook.session.call import Decision
from rt_notebook.session.session import AsyncSession


class PageSession:
    """The page's side of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._wire = session.wire
        self._playback = session.playback
        self._tasks: set[asyncio.Task[None]] = set()
        self._ending = False
        """It was asked to close, which takes a moment."""
        self._door = asyncio.Lock()
        """Closing and opening go one after the other: a person clicks faster."""
        self._costs: Costs | None = None
        """None where nothing is paid for, on this machine, or where nobody knows what: at somebody's own server."""
        if session.endpoint.provider == "openai":
            self._costs = Costs(session.endpoint.model)
        self._pricing = asyncio.Lock()
        self._priced: Callable[[], None] = lambda: None
        self._priced_to: int | None = None
        """Rows before this one are priced together: they were there before the panel."""
        self._unsubscribe = self._wire.subscribe(self._note)
        session.call(self._catch_up)
        self._replay = session.replay
        self._told_replay = False
        if self._replay is not None:
            self._replay.on_done(lambda: self._priced())

    def _live(self) -> None:
        """Raise `ReplayError` where nobody listens to what the page's user does."""
        if self._replay is not None:
            raise ReplayError(
                "This session replays a recording, so nothing that is said here is sent to anybody. Code can send what "
                "was recorded, session.ask(...); rt.connect() without replay= opens a live session."
            )

    def info(self) -> dict[str, Any]:
        """Return what the status line shows; nothing secret. `cost_usd` is None where nobody knows the prices."""
        endpoint = self._session.endpoint
        return {
            "provider": endpoint.provider,
            "model": endpoint.named or None,
            "url": endpoint.shown,
            "dialect": endpoint.dialect,
            "state": "closed" if self._session.closed or self._ending else "open",
            "cost_usd": None if self._costs is None else self._costs.usd,
        }

    @property
    def log(self) -> EventLog:
        """The log."""
        return self._wire.log

    def subscribe(self, subscriber: Callable[[Event], None]) -> Callable[[], None]:
        """Call `subscriber` on the session's loop with every row of the log from now on; returns how to stop it."""
        return self._wire.subscribe(subscriber)

    def on_priced(self, priced: Callable[[], None]) -> None:
        """Call `priced` on the session's loop when `info` has another cost."""
        self._priced = priced

    def event(self, index: int) -> Event | None:
        """Return a row of the log in GA's shape; None where it is still to come."""
        return self._wire.event(index) if index < len(self._wire.log) else None

    def settings(self) -> Event:
        """Return the session as the server last reported it, as an event."""
        return Event({"type": "session.updated", "session": self._wire.conversation.session})

    @property
    def speaking(self) -> bool:
        """Whether the server hears the user speak."""
        return self._wire.conversation.speaking

    def call(self, function: Callable[..., object], *args: Any) -> None:
        """Run a function on the session's loop, soon; from any thread."""
        self._session.call(function, *args)

    # -- what the user does -----------------------------------------------------------------------------------------

    def feed(self, pcm: bytes) -> None:
        """Append microphone audio, PCM16 mono at 24 kHz; it goes nowhere where the connection is gone."""
        if not self._told_replay:
            self._told_replay = self._replay is not None
            self._live()
        elif self._replay is not None:
            return
        if not self._session.closed:
            self._session.append(pcm)

    def say(self, text: str) -> None:
        """Add a message of the user's and ask for a response; the answer that is still heard gives way to it."""
        self._live()
        self._start(self._say(text))

    async def _say(self, text: str) -> None:
        await self._session.cancel()
        await self._session.ask(text)

    async def say_sound(self, pcm: bytes) -> None:
        """Say PCM16 mono at 24 kHz as the user, as one item; the answer that is still heard gives way to it."""
        self._live()
        await self._session.cancel()
        await self._session.ask(audio=pcm)

    async def update(self, settings: dict[str, Any]) -> None:
        """Change settings: a part of the API's session object, in GA's shape."""
        self._live()
        await self._session.update(session=settings)

    def interrupt(self) -> None:
        """Stop the answer that is made, or still heard."""
        self._live()
        if not self._session.closed:
            self._start(self._session.cancel())

    def approve(self, call_id: str) -> None:
        """Let a call run that waits for approval. Raises `RealtimeError` where it does not wait any more."""
        self._decide(call_id, "approved")

    def deny(self, call_id: str) -> None:
        """Let a call that waits for approval not run. Raises `RealtimeError` where it does not wait any more."""
        self._decide(call_id, "denied")

    def _decide(self, call_id: str, what: Decision) -> None:
        self._live()
        try:
            self._session.decide(call_id, what, "panel")
        except ValueError as error:  # somebody else was faster, or the user has interrupted
            raise RealtimeError(str(error)) from None

    def take_turn(self) -> None:
        """Make an item of the sound that was fed, and ask for a response to it, after any that is being made."""
        self._live()
        if not self._session.closed:
            self._start(self._take_turn())

    async def _take_turn(self) -> None:
        await self._session.commit()
        await self._session.respond()

    def clear(self) -> None:
        """Throw the sound away that was fed."""
        self._live()
        if not self._session.closed:
            self._start(self._session.clear())

    def leave(self) -> None:
        """Follow the session no longer: its panel is closed."""
        self._unsubscribe()

    def end(self) -> None:
        """Close the session."""
        self._ending = True
        self._start(self._end())

    async def _end(self) -> None:
        async with self._door:
            try:
                await self._session.close()
            finally:
                self._ending = False

    def restart(self) -> None:
        """Open it again where it is closed: a fresh conversation in the same log."""
        if self._replay is not None and self._replay.done:
            raise ReplayError("The recording is over. rt.connect(replay=...) plays it again.")
        self._start(self._restart())

    async def _restart(self) -> None:
        async with self._door:
            await self._session.open()

    # -- what the loudspeaker reports: positions are samples at 24 kHz ----------------------------------------------

    def playback_queued(self, item_id: str, content_index: int) -> None:
        """Note that an item's sound is on its way to the loudspeaker."""
        self._playback.queued(item_id, content_index)

    def playback_started(self, item_id: str, content_index: int) -> None:
        """Note that the first sample of an item was heard."""
        self._wire.local("rt.playback.started", **self._playback.started(item_id, content_index))

    def playback_finished(self, item_id: str, content_index: int, heard: int) -> None:
        """Note that an item was heard to its end."""
        self._wire.local("rt.playback.finished", **self._playback.finished(item_id, content_index, heard))

    def playback_underrun(self, item_id: str, missing: int) -> None:
        """Note that the loudspeaker ran dry in the middle of an item, for `missing` samples."""
        self._wire.local("rt.playback.underrun", item_id=item_id, missing_samples=missing)

    def playback_lost(self, item_id: str, content_index: int) -> None:
        """Note that the loudspeaker went away in the middle of an item, and nobody knows how much was heard."""
        self._wire.local("rt.playback.flushed", **self._playback.lost(item_id, content_index))

    def playback_flushed(self, item_id: str, content_index: int, heard: int) -> None:
        """Note that the loudspeaker was silenced after `heard` samples, and cut the item there at the server."""
        fields, truncate = self._playback.flushed(item_id, content_index, heard)
        self._wire.local("rt.playback.flushed", **fields)
        # An item of an earlier connection, or out of band, is in no conversation that could be cut.
        known = item_id in self._wire.conversation.order
        # In a replay it was cut where it was cut.
        if truncate is not None and known and not self._session.closed and self._replay is None:
            self._wire.send(truncate)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _note(self, event: Event) -> None:
        if event.type in ("response.output_audio.delta", "response.output_audio.done"):
            item_id, part = event.get("item_id"), event.get("content_index") or 0
            if not isinstance(item_id, str):
                return
            if event.sound:
                self._playback.generated(item_id, part, len(event.sound) // 2)
            elif event.type == "response.output_audio.done":
                self._playback.completed(item_id, part)
        if self._costs is not None and event.type in PRICED and self._priced_to is not None:
            self._costs.hear(self.settings())
            self._start(self._price(self._costs.add, event))

    def _catch_up(self) -> None:
        self._priced_to = len(self._wire.log)
        if self._costs is not None and self._wire.log.find(PRICED) is not None:
            self._start(self._price(self._costs.add_log, self._wire.log, self._priced_to))

    async def _price(self, add: Callable[..., None], *what: Any) -> None:
        if (costs := self._costs) is None:
            return
        # One after the other, and not here: the first loads the prices, for which sound must not wait.
        async with self._pricing:
            before = costs.usd
            await asyncio.to_thread(add, *what)
        if costs.usd != before:
            self._priced()

    def _start(self, coroutine: Coroutine[Any, Any, object]) -> None:
        task = asyncio.get_running_loop().create_task(self._reporting(coroutine))
        # The loop itself keeps no strong reference to a task.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reporting(self, coroutine: Coroutine[Any, Any, object]) -> None:
        """Run what a click asked for; nobody awaits it, so what goes wrong becomes a row that the panel shows."""
        was_open = not self._session.closed
        try:
            await coroutine
        except ServerError:
            # The server's own `error` row is shown.
            return
        except RealtimeError as error:
            # What ended with the connection is told by the connection's own row: most often, a person has ended it.
            if was_open and isinstance(error, ConnectionClosedError):
                return
            self._wire.local("rt.page.failed", error={"message": str(error)})
