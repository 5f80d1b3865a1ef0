"""Does what the core of a connection asks for: engine jobs on threads, their results back on the event loop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rt_notebook.audio.pcm import RATE, pcm16_to_float
from rt_notebook.audio.resample import resample
from rt_notebook.errors import IncompleteAnswerError
from rt_notebook.server.connection import Connection
from rt_notebook.server.effects import Cancel, Close, Effect, Respond, Send, Speak, Transcribe
from rt_notebook.server.engine import HEARING_RATE, Call, SpeechStream, Text, Transcript
from rt_notebook.server.errors import ClientError
from rt_notebook.server.faults import NO_FAULTS, Faults, Lateness, Repeater
from rt_notebook.server.jobs import Failure, Job
from rt_notebook.server.latency import Stopwatch
from rt_notebook.server.memory import give_back
from rt_notebook.server.outgoing import Outgoing
from rt_notebook.server.pool import FairPool, Pools
from rt_notebook.server.settings import SESSION_SECONDS
from rt_notebook.server.shelf import Shelf
from rt_notebook.server.toolbox import Toolbox
from rt_notebook.server.windows import windows

logger = logging.getLogger("rt_notebook.server")

_WINDOW_SECONDS = 25.0
"""Audio that is heard in one go: with longer audio, others have their turn in between."""

_LARGE_BYTES = 16 * 2**20
"""After a session that kept more than this, its memory is given back at once."""

MAX_EVENT_BYTES = 15 * 2**20
"""The longest client event that is honoured."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a client asks for as it connects."""

    model: str | None = None
    dialect: str = "ga"
    """``ga`` or ``beta``."""
    intent: str | None = None
    """``transcription`` for a session that only transcribes."""
    faults: Faults = NO_FAULTS
    """What goes wrong in its session."""
    session: dict[str, Any] | None = None
    """The settings it begins with, as in a `session.update` of the GA dialect, already checked."""


class Driver:
    """Runs one connection. All methods run on the event loop; the engines run in `pools`.

    `outgoing` holds what is to be sent.
    """

    def __init__(self, opening: Opening, engines: Toolbox, pools: Pools, *, look_ahead: bool = True) -> None:
        self._faults = opening.faults
        self._first_settings = opening.session
        self.outgoing = Outgoing(Lateness(opening.faults))
        self._engines = engines
        self._pools = pools
        self._shelf = Shelf()
        seconds = opening.faults.expiry or SESSION_SECONDS
        self._connection = Connection(
            opening.model,
            time.time(),
            self._speech,
            dialect=opening.dialect,
            intent=opening.intent,
            seconds=seconds,
            look_ahead=look_ahead,
            make_sound=self._shelf.sound,
        )
        self._jobs: defaultdict[str, list[Job]] = defaultdict(list)
        """What is under way, by the core's name for it; a response thinks and speaks under one name."""
        self._stopwatch = Stopwatch(time.perf_counter)
        self._repeater = Repeater() if opening.faults.duplicate_call else None
        self._responses = 0
        self._expiry = asyncio.get_running_loop().call_later(seconds, self._expire)

    def open(self) -> None:
        """Greet the client."""
        if self._first_settings is not None:
            # As if the client had sent them first; but it is greeted with them, and no answer follows.
            self._connection.receive({"type": "session.update", "session": self._first_settings})
        self._perform(self._connection.open())

    def receive(self, frame: str | bytes) -> None:
        """Take a WebSocket message. Nothing in it, and no fault of an engine, ends the connection."""
        self._perform_of(lambda: self._receive(frame))

    async def catch_up(self) -> None:
        """Search long audio for turns, with a rest for other connections after each second of it."""
        while self._connection.behind:
            await asyncio.sleep(0)
            self._perform(self._connection.listen())

    def stop(self) -> None:
        """End all jobs and let go of all audio: the client has gone."""
        for job in list(self._jobs):
            self._cancel(job)
        self._expiry.cancel()
        self._shelf.close()
        if self._connection.size > _LARGE_BYTES:
            give_back()

    def _expire(self) -> None:
        self._perform(self._connection.expire())

    def _receive(self, frame: str | bytes) -> list[Effect]:
        if (size := _size(frame)) <= MAX_EVENT_BYTES:
            return self._connection.receive_frame(frame)
        message = (
            f"The event has {size} bytes; an event may have {MAX_EVENT_BYTES} (15 MiB). "
            "Audio may be appended in any number of events."
        )
        return self._connection.refuse(ClientError("event_too_large", message))

    def _speech(self) -> SpeechStream:
        return self._engines.activity.result(timeout=0).stream()

    def _perform_of(self, core: Callable[[], list[Effect]]) -> None:
        """Perform what the core asks for; a fault in it is told to the client, and the session goes on."""
        try:
            effects = core()
        except Exception as error:
            logger.exception("The core of a connection failed")
            failure = ClientError("server_error", f"{type(error).__name__}: {error}", kind="server_error")
            effects = self._connection.refuse(failure)
        self._perform(effects)

    def _perform(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            self._stopwatch.see(effect)
            match effect:
                case Send(event):
                    for each in [event] if self._repeater is None else self._repeater(event):
                        self.outgoing.put(each)
                case Close():
                    self.outgoing.close(effect)
                case Cancel(job):
                    self._cancel(job)
                case Transcribe():
                    self._transcribe(effect)
                case Respond():
                    self._respond(effect)
                case Speak():
                    self._speak(effect)

    def _cancel(self, name: str) -> None:
        for job in self._jobs.pop(name, ()):
            job.cancel()

    def _transcribe(self, effect: Transcribe) -> None:
        heard: list[str] = []

        def begin() -> Iterator[Transcript]:
            samples = resample(pcm16_to_float(effect.pcm), RATE, HEARING_RATE)
            ears = self._engines.transcriber.result()
            return (ears.transcribe(each, effect.language) for each in windows(samples, _WINDOW_SECONDS))

        def hear(transcript: Transcript) -> list[Effect]:
            heard.append(transcript.text)
            return []

        def end() -> list[Effect]:
            return self._connection.heard(effect.job, " ".join(filter(None, heard)))

        self._start(effect.job, self._pools.hearing, begin, hear, end)

    def _respond(self, effect: Respond) -> None:
        self._responses += 1
        if self._faults.error and self._responses % self._faults.error == 0:
            message = (
                f"The server had an error, as it was asked to have with every response number {self._faults.error}."
            )
            self._perform(self._connection.failed(effect.job, "server_error", message))
            return

        def begin() -> Iterator[Text | Call]:
            return self._engines.thinker.result().respond(effect.prompt)

        def thought(piece: Text | Call) -> list[Effect]:
            if isinstance(piece, Call):
                return self._connection.call(effect.job, piece)
            return self._connection.text(effect.job, piece.delta)

        self._start(effect.job, self._pools.thinking, begin, thought, lambda: self._connection.thought(effect.job))

    def _speak(self, effect: Speak) -> None:
        def begin() -> Iterator[tuple[str, bytes]]:
            return self._engines.speaker.result().speak(effect.text, effect.voice, effect.speed)

        def spoken(piece: tuple[str, bytes]) -> list[Effect]:
            return self._connection.audio(effect.job, *piece)

        self._start(effect.job, self._pools.speaking, begin, spoken, lambda: self._connection.spoken(effect.job))

    def _start(
        self,
        name: str,
        pool: FairPool,
        begin: Callable[[], Iterator[Any]],
        take: Callable[[Any], list[Effect]],
        end: Callable[[], list[Effect]],
    ) -> None:
        """Begin a job under the core's name for it; `take` passes its results to the core, `end` that it is over."""

        def take_result(result: Any) -> None:
            if result is not None and not isinstance(result, Failure):
                self._perform_of(lambda: take(result))
                return
            self._jobs[name].remove(job)
            if not self._jobs[name]:
                del self._jobs[name]
            match result:
                case Failure(IncompleteAnswerError() as early):
                    self._perform_of(lambda: self._connection.thought(name, early.reason))
                case Failure(error):
                    logger.error("An engine failed", exc_info=error)
                    message = f"{type(error).__name__}: {error}"
                    self._perform_of(lambda: self._connection.failed(name, "engine_failed", message))
                case None:
                    self._perform_of(end)

        job = Job(self, pool, begin, take_result, self.outgoing.when_room)
        self._jobs[name].append(job)
        job.start()


def _size(frame: str | bytes) -> int:
    """Return how many bytes a message has on the wire."""
    return len(frame) if isinstance(frame, bytes) or frame.isascii() else len(frame.encode())
