"""A session as the page sees it: what a panel may ask of it, and what the page reports back.

`subscribe`, `history`, `info` and `call` may be used from any thread; the rest runs on the session's loop (`call`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from rt_notebook.errors import RealtimeError
from rt_notebook.protocol.event import Event
from rt_notebook.session.session import AsyncSession


class PageSession:
    """The page's side of one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._wire = session.wire
        self._playback = session.playback
        self._tasks: set[asyncio.Task[None]] = set()
        self._wire.subscribe(self._note_generated)

    def info(self) -> dict[str, Any]:
        """Return what the status line shows; nothing secret."""
        endpoint = self._session.endpoint
        return {
            "provider": endpoint.provider,
            "model": endpoint.model,
            "url": endpoint.shown,
            "dialect": endpoint.dialect,
            "state": "closed" if self._session.closed else "open",
        }

    def subscribe(self, subscriber: Callable[[Event], None]) -> Callable[[], None]:
        """Call `subscriber` on the session's loop with every row of the log from now on; returns how to stop it."""
        return self._wire.subscribe(subscriber)

    def history(self) -> list[Event]:
        """Return the rows so far, in GA's shape."""
        return [self._wire.event(index) for index in range(len(self._wire.log))]

    def call(self, function: Callable[..., object], *args: Any) -> None:
        """Run a function on the session's loop, soon; from any thread."""
        self._session.call(function, *args)

    # -- what the user does -----------------------------------------------------------------------------------------

    def feed(self, pcm: bytes) -> None:
        """Append microphone audio, PCM16 mono at 24 kHz; it goes nowhere where the connection is gone."""
        if not self._session.closed:
            self._session.append(pcm)

    def say(self, text: str) -> None:
        """Add a message of the user's and ask for a response; the answer that is still heard gives way to it."""
        self._start(self._say(text))

    async def _say(self, text: str) -> None:
        await self._session.cancel()
        await self._session.ask(text)

    def end(self) -> None:
        """Close the session."""
        self._start(self._session.close())

    def restart(self) -> None:
        """Open it again where it is closed: a fresh conversation in the same log."""
        self._start(self._session.open())

    # -- what the loudspeaker reports: positions are samples at 24 kHz ----------------------------------------------

    def playback_started(self, item_id: str, content_index: int) -> None:
        """Note that the first sample of an item was heard."""
        self._wire.local("rt.playback.started", **self._playback.started(item_id, content_index))

    def playback_finished(self, item_id: str, content_index: int, heard: int) -> None:
        """Note that an item was heard to its end."""
        self._wire.local("rt.playback.finished", **self._playback.finished(item_id, content_index, heard))

    def playback_underrun(self, item_id: str, missing: int) -> None:
        """Note that the loudspeaker ran dry in the middle of an item, for `missing` samples."""
        self._wire.local("rt.playback.underrun", item_id=item_id, missing_samples=missing)

    def playback_flushed(self, item_id: str, content_index: int, heard: int) -> None:
        """Note that the loudspeaker was silenced after `heard` samples, and cut the item there at the server."""
        fields, truncate = self._playback.flushed(item_id, content_index, heard)
        self._wire.local("rt.playback.flushed", **fields)
        if truncate is not None and not self._session.closed:
            self._wire.send(truncate)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _note_generated(self, event: Event) -> None:
        if event.type == "response.output_audio.delta" and event.pcm and isinstance(event.get("item_id"), str):
            self._playback.generated(event["item_id"], event.get("content_index") or 0, event.pcm)

    def _start(self, coroutine: Coroutine[Any, Any, object]) -> None:
        task = asyncio.get_running_loop().create_task(self._reporting(coroutine))
        # The loop itself keeps no strong reference to a task.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reporting(self, coroutine: Coroutine[Any, Any, object]) -> None:
        """Run what a click asked for; nobody awaits it, so what goes wrong becomes a row that the panel shows."""
        try:
            await coroutine
        except RealtimeError as error:
            self._wire.local("rt.page.failed", error={"message": str(error)})
