"""Does what the core of a connection asks for: engine jobs on threads, their results back on the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from rt_notebook.audio.pcm import RATE, pcm16_to_float
from rt_notebook.audio.resample import resample
from rt_notebook.server.connection import Connection
from rt_notebook.server.effects import Cancel, Close, Effect, Respond, Send, Speak, Transcribe
from rt_notebook.server.engine import HEARING_RATE, Call, SpeechStream
from rt_notebook.server.errors import ClientError
from rt_notebook.server.latency import Stopwatch
from rt_notebook.server.toolbox import Toolbox

logger = logging.getLogger("rt_notebook.server")

Deliver = Callable[..., bool]
"""Hands a result to the core: a method of `Connection` and its arguments.

Returns when the core has taken it and the client reads fast enough, so that no engine runs away from them; False once
the job was given up.
"""

_MOST_WAITING = 1_000
"""Events that may wait for a slow client before its engines do."""

_PATIENCE_SECONDS = 0.5
"""How often a thread that waits for the event loop looks whether its job was given up."""


class Driver:
    """Runs one connection. All methods run on the event loop; the jobs run in `pool`."""

    def __init__(self, model: str, engines: Toolbox, pool: ThreadPoolExecutor, *, look_ahead: bool = True) -> None:
        self._outgoing: asyncio.Queue[dict[str, Any] | Close] = asyncio.Queue()
        self._engines = engines
        self._pool = pool
        self._connection = Connection(model, time.time(), self._speech, look_ahead=look_ahead)
        self._loop = asyncio.get_running_loop()
        self._running: defaultdict[str, set[threading.Event]] = defaultdict(set)
        """The flags that end a job's threads early."""
        self._held: list[threading.Event] = []
        """What threads wait for until the client has read more."""
        self._stopwatch = Stopwatch(time.perf_counter)

    def open(self) -> None:
        """Greet the client."""
        self._perform(self._connection.open())

    def receive(self, frame: str | bytes) -> None:
        """Take a WebSocket message. Nothing in it, and no fault of an engine, ends the connection."""
        try:
            effects = self._connection.receive_frame(frame)
        except Exception as error:
            logger.exception("A client event failed")
            failure = ClientError("server_error", f"{type(error).__name__}: {error}", kind="server_error")
            effects = self._connection.refuse(failure)
        self._perform(effects)

    async def catch_up(self) -> None:
        """Search long audio for turns, with a rest for other connections after each second of it."""
        while self._connection.behind:
            await asyncio.sleep(0)
            self._perform(self._connection.listen())

    async def next_event(self) -> dict[str, Any] | Close:
        """Return the next server event to send, or `Close` where the core ends the session."""
        event = await self._outgoing.get()
        if self._outgoing.qsize() < _MOST_WAITING:
            for held in self._held:
                held.set()
            self._held.clear()
        return event

    def stop(self) -> None:
        """End all jobs: the client has gone."""
        for job in list(self._running):
            self._cancel(job)

    def _speech(self) -> SpeechStream:
        return self._engines.activity.result(timeout=0).stream()

    def _perform(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            self._stopwatch.see(effect)
            match effect:
                case Send(event):
                    self._outgoing.put_nowait(event)
                case Close():
                    self._outgoing.put_nowait(effect)
                case Cancel(job):
                    self._cancel(job)
                case Transcribe(job):
                    self._start(job, partial(self._transcribe, effect))
                case Respond(job):
                    self._start(job, partial(self._respond, effect))
                case Speak(job):
                    self._start(job, partial(self._speak, effect))

    def _cancel(self, job: str) -> None:
        for stop in self._running.pop(job, ()):
            stop.set()

    def _start(self, job: str, work: Callable[[Deliver], None]) -> None:
        stop = threading.Event()
        self._running[job].add(stop)

        def deliver(result: Callable[..., list[Effect]], *arguments: Any) -> bool:
            handled = threading.Event()

            def hand_over() -> None:
                try:
                    if not stop.is_set():
                        self._perform(result(*arguments))
                finally:
                    if self._outgoing.qsize() < _MOST_WAITING:
                        handled.set()
                    else:
                        self._held.append(handled)

            self._call(hand_over)
            while not (stop.is_set() or handled.wait(_PATIENCE_SECONDS)):
                pass
            return not stop.is_set()

        def end() -> None:
            self._running[job].discard(stop)
            if not self._running[job]:
                del self._running[job]

        def run() -> None:
            try:
                if not stop.is_set():
                    work(deliver)
            except Exception as error:
                logger.exception("An engine failed")
                deliver(self._connection.failed, job, "engine_failed", f"{type(error).__name__}: {error}")
            self._call(end)

        self._pool.submit(run)

    def _call(self, function: Callable[[], None]) -> None:
        """Run on the event loop, unless that has ended meanwhile."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function)

    # The jobs, on worker threads. They stop as soon as a delivery says that the job was given up.

    def _transcribe(self, effect: Transcribe, deliver: Deliver) -> None:
        samples = resample(pcm16_to_float(effect.pcm), RATE, HEARING_RATE)
        transcript = self._engines.transcriber.result().transcribe(samples)
        deliver(self._connection.heard, effect.job, transcript.text)

    def _respond(self, effect: Respond, deliver: Deliver) -> None:
        for piece in self._engines.thinker.result().respond(effect.prompt):
            if isinstance(piece, Call):
                wanted = deliver(self._connection.call, effect.job, piece)
            else:
                wanted = deliver(self._connection.text, effect.job, piece.delta)
            if not wanted:
                return
        deliver(self._connection.thought, effect.job)

    def _speak(self, effect: Speak, deliver: Deliver) -> None:
        for text, pcm in self._engines.speaker.result().speak(effect.text, effect.voice, effect.speed):
            if not deliver(self._connection.audio, effect.job, text, pcm):
                return
        deliver(self._connection.spoken, effect.job)
