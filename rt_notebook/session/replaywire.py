"""A wire that plays a recording: its rows come in as a server's events would, and what is sent is found in it.

The log gets the recorded rows, all of them and nothing else, at the same positions.
"""

from __future__ import annotations

import asyncio
import math
import time
import warnings
from collections.abc import Callable
from typing import Any

import orjson

from rt_notebook.errors import ConnectionClosedError, ReplayError, WaitTimeoutError
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.store import Patterns
from rt_notebook.protocol.conversation import Conversation
from rt_notebook.protocol.dialect import to_beta, to_ga
from rt_notebook.protocol.event import BYTES_PER_MS, Event, decode_audio
from rt_notebook.protocol.ids import new_id
from rt_notebook.session.appended import APPEND
from rt_notebook.session.differences import Difference
from rt_notebook.session.score import CLOSED, OPENED, Score
from rt_notebook.session.speech import CHUNK_MS
from rt_notebook.session.wire import Wire, as_json, named

_OVER = "the recording is over"
_AT_ONCE = 200
"""Rows that are played without a pause for others on the loop."""
_CHUNK = CHUNK_MS * BYTES_PER_MS


class ReplayWire(Wire):
    """Plays a recording's rows into a session's log, at a multiple of their pace or as fast as the code goes on."""

    replays = True

    def __init__(self, score: Score, speed: float) -> None:
        self.score = score
        self.speed = speed
        self.on_over: Callable[[], None] = lambda: None
        """Called when all has been played."""
        self._paced = math.isfinite(speed)
        self._anchor: tuple[float, float] | None = None
        """A time on the monotonic clock and what it was in the recording; None while time stands."""
        self._timer: asyncio.TimerHandle | None = None
        super().__init__(EventLog(clock=lambda: self.time), score.dialect)
        self.log.started = score.recording.started

    @property
    def time(self) -> float:
        """Seconds on the recording's clock."""
        if (anchor := self._anchor) is not None and not self.score.over:
            return anchor[1] + (time.monotonic() - anchor[0]) * self.speed
        return self.score.t(self.score.position - 1) if self.score.position else 0.0

    # -- playing ----------------------------------------------------------------------------------------------------

    def begin(self, given: dict[str, Any]) -> list[Difference]:
        """Play the next connection's opening; returns where the settings differ that are given for it."""
        stop, update = self.score.opening()
        self.closed = None
        told: list[Difference] = []
        if update is not None and given:
            self._play_to(update)
            told = self._compare(update, given)
        elif update is not None:
            self.score.skip(update)
        elif given:
            told = [self.score.unrecorded(self._sendable(_update(given)))]
        self._play_to(stop)
        if not self.score.length:
            self._end_of_all()
        self._go_on()
        return told

    def _compare(self, update: int, given: dict[str, Any]) -> list[Difference]:
        claim = self.score.claim(self._sendable(_update(given)), range(update, update + 1))
        return claim.differences if claim else []

    def _sendable(self, event: dict[str, Any]) -> dict[str, Any]:
        """Return an event as it is on the wire, and would be read back from there."""
        loaded: dict[str, Any] = orjson.loads(as_json(to_beta(event) if self.dialect == "beta" else event))
        return loaded

    def _play_to(self, stop: int) -> None:
        while self.score.position < stop:
            self._play()

    def _play(self) -> None:
        """Play the next row."""
        score = self.score
        row, type_, side = score.position, score.type(score.position), score.side(score.position)
        score.position += 1
        data = score.event(row)
        self.connection = score.connection(row)
        if side == "local" and type_ == OPENED:
            self._begin_conversation(Conversation())
            self.closed = None
        elif side == "local" and type_ in CLOSED:
            code, reason = data.get("code"), data.get("reason")
            self.closed = ConnectionClosedError(
                code if isinstance(code, int) else None, reason if isinstance(reason, str) else ""
            )
        logged = self.log.append(side, score.recording.raw(row), data, self.connection, t=score.stamp(row))
        self._tell(logged, to_ga(data) if self.dialect == "beta" else data)
        if row == score.length - 1:
            self._end_of_all()
        if self.closed:
            self._release(self.closed)

    def _end_of_all(self) -> None:
        was = self.closed or ConnectionClosedError(None)
        self.closed = ConnectionClosedError(was.code, "; ".join(filter(None, [was.reason, _OVER])))
        self.on_over()

    def _go_on(self) -> None:
        """Let time run from where the playhead stands; without a pace, play all that waits for nobody's doing."""
        if not self._paced:
            while not self.score.over and not self.score.waits():
                self._play()
            return
        self.halt()
        if not self.score.over:
            played = max(self.score.position - 1, 0)
            self._anchor = (time.monotonic(), self.score.t(played))
            self._schedule()

    def _schedule(self) -> None:
        if self._timer is None and self._anchor is not None and not self.score.over:
            wait = (self.score.t(self.score.position) - self.time) / self.speed
            self._timer = asyncio.get_running_loop().call_later(max(0.0, wait), self._tick)

    def _tick(self) -> None:
        self._timer = None
        now = self.time
        for _ in range(_AT_ONCE):
            if not self.score.due(now):
                break
            self._play()
        self._schedule()

    def halt(self) -> None:
        """Stop time."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._anchor = None

    async def play_out(self, stop: int) -> None:
        """Play at once what lies before a row."""
        self.halt()
        while self.score.position < stop:
            self._play_to(min(stop, self.score.position + _AT_ONCE))
            await asyncio.sleep(0)

    # -- what the session asks for -----------------------------------------------------------------------------------

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Play the connection to its end; a second time does nothing."""
        self.halt()
        if self.closed:
            return
        await self.play_out(self.score.end())
        self.closed = self.closed or ConnectionClosedError(code, reason or "closed by this side")
        self._release(self.closed)

    def send(self, event: dict[str, Any]) -> Event:
        """Take the recorded event for this one and return it, playing on to it where it is still to come.

        Raises
        ------
        ReplayError
            It is nowhere in the recording, so no answer would come.
        ConnectionClosedError
            The same, and the connection is over in the recording.
        ProtocolError
            It cannot be JSON.
        """
        event = self._sendable({"event_id": new_id("event")} | event)
        if event.get("type") == APPEND:
            return self._append(event)
        claim = self.score.claim(event)
        if claim is None:
            raise self._nothing_for(event)
        tell(claim.differences)
        return self._come_to(claim.row)

    def _append(self, event: dict[str, Any]) -> Event:
        audio = event.get("audio")
        row, told = self.score.append((decode_audio(audio) if isinstance(audio, str) else None) or b"")
        tell(told)
        if row is not None:
            return self._come_to(row)
        if self.closed or not self.score.sound.any(*self.score.bounds()):
            raise self._nothing(event)
        # More than was recorded, as of code that sends silence until it hears something: so that it does.
        if not self._paced and not self.score.ends():
            self._play()
            self._go_on()
        return self.event(len(self.log) - 1)

    def speak(self, pcm: bytes) -> tuple[int, int]:
        """Take recorded sound for an utterance; returns the rows where it begins and ends, the first of them played.

        Raises
        ------
        ReplayError, ConnectionClosedError
            No sound was recorded.
        """
        rows: list[int] = []
        for at in range(0, len(pcm), _CHUNK):
            row, told = self.score.append(pcm[at : at + _CHUNK])
            tell(told)
            rows += [] if row is None else [row]
        if not rows:
            raise self._nothing({"type": APPEND})
        self._come_to(rows[0])
        return rows[0], rows[-1]

    def _come_to(self, row: int) -> Event:
        if row >= self.score.position:
            self._play_to(row + 1)
            self._go_on()
        return self.event(row)

    def _nothing_for(self, event: dict[str, Any]) -> Exception:
        tell([self.score.unrecorded(event)])
        return self._nothing(event)

    def _nothing(self, event: dict[str, Any]) -> Exception:
        if self.closed:
            return self.gone(f"sending {event.get('type')}")
        return ReplayError(
            f"The recording has no {event.get('type')} from here on that the code has not sent already, so nothing "
            "would answer it. session.replay.differences has what differs; without replay=, it is sent to a server."
        )

    def local(self, type_: str, **fields: Any) -> Event:
        """Return a local row that is in no log: a replay's are those that were recorded."""
        return Event({"type": type_} | fields, direction="local")

    async def first(
        self,
        patterns: Patterns,
        *,
        after: int,
        timeout: float | None = None,
        where: Callable[[Event], bool] = lambda event: True,
    ) -> Event:
        """Return the first event behind position `after` that matches, playing on to it where there is no pace.

        `timeout` is then in seconds of the recording. Errors as of a live session.
        """
        if self._paced:
            return await super().first(patterns, after=after, timeout=timeout, where=where)
        index, until = after, None
        while True:
            while (found := self.log.find(patterns, index + 1)) is not None:
                if where(event := self.event(found)):
                    self._go_on()
                    return event
                index = found
            index = max(index, len(self.log) - 1)
            if self.closed:
                raise self.gone(f"waiting for {named(patterns)}")
            if until is None:
                # The code has come as far as to the row that waits for it.
                until = self.score.t(self.score.position) + (math.inf if timeout is None else timeout)
            if not self.score.due(until):
                raise WaitTimeoutError(named(patterns), timeout or 0.0, self._hint(patterns, after))
            self._play()
            if len(self.log) % _AT_ONCE == 0:
                await asyncio.sleep(0)


def _update(session: dict[str, Any]) -> dict[str, Any]:
    return {"type": "session.update", "session": {"type": "realtime"} | session}


def tell(differences: list[Difference]) -> None:
    """Warn of differences."""
    for entry in differences:
        # The line that sent it is on another thread's stack, so none is named.
        warnings.warn_explicit(f"The replay differs: {entry}", UserWarning, "rt_notebook", 0)
