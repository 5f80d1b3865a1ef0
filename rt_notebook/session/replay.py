"""A recording in the place of a server: the same session code runs on it, and what it sends is compared.

The new session's log gets the recorded rows, all of them and nothing else, so its DataFrame is the recording's.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from rt_notebook.audio.pcm import RATE
from rt_notebook.errors import RealtimeError, ReplayError
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.recording import Recorder
from rt_notebook.protocol.items import Response
from rt_notebook.session import content
from rt_notebook.session.appended import APPEND
from rt_notebook.session.content import Audio
from rt_notebook.session.differences import Differences
from rt_notebook.session.listening import TIMEOUT
from rt_notebook.session.providers import OPENAI_URL, Endpoint, Headers
from rt_notebook.session.replaywire import ReplayWire, tell
from rt_notebook.session.runner import block, on_loop, within
from rt_notebook.session.score import OPENED, Score
from rt_notebook.session.session import AsyncSession
from rt_notebook.session.settings import Settings, merged, to_session
from rt_notebook.session.speech import PATIENCE_MS, Turns, answers_itself, no_speech, response_id, seconds_at

_SPEECH = ("input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped")


class ReplaySession(AsyncSession):
    """A session whose server is a recording."""

    def __init__(
        self, recording: EventLog, settings: Settings, speed: float = 1.0, record: Recorder | None = None
    ) -> None:
        self._score = Score(recording)
        self._replay_wire = ReplayWire(self._score, speed)
        super().__init__(_endpoint_of(recording, self._score), {}, record=record, wire=self._replay_wire)
        self._settings = to_session(self._take_tools(settings), self._score.dialect)
        self._compares = bool(self._settings)
        self._replay = AsyncReplay(self._replay_wire)

    @on_loop
    async def open(self, timeout: float = TIMEOUT) -> None:
        """Play the opening of the recording's next connection."""
        if not self._wire.closed:
            return
        if self._score.over and self._score.length:
            raise ReplayError("The recording is over. rt.connect(replay=...) plays it again.")
        await self._recording.begin(self._endpoint)
        self._log.source = self._score.recording.source or self._log.source
        given = self._settings if self._compares else {}
        _, update = self._score.opening()
        if given and update is not None:
            given = _as_was_usual(given, self._score.settings(update))
        tell(self._replay_wire.begin(given))
        self._sent(len(self._log) - 1)

    @on_loop
    async def speak(
        self, audio: Audio, *, rate: int = RATE, pace: float = 1.0, timeout: float | None = None
    ) -> Response | None:
        """Take the recorded sound for this one, and return what was answered to it (see `AsyncSession.speak`)."""
        pcm = await asyncio.to_thread(content.read, audio, rate)
        seconds = seconds_at(pcm, pace) / self._replay_wire.speed

        async def whole() -> Response | None:
            response = await self._hear(pcm)
            return response and await self._runner.final(response)

        return await within(seconds + TIMEOUT if timeout is None else timeout, "answer to the speech", whole())

    async def _hear(self, pcm: bytes) -> Response | None:
        wire = self._replay_wire
        answers = answers_itself(wire)
        index, last = wire.speak(pcm)
        self._sent(index)
        heard = [wire.event(row).type for row in self._log.of_type(_SPEECH, 0, index)][-1:]
        turns = Turns(started=int(heard == [_SPEECH[0]]))
        silence_ms, done = 0.0, set()
        while True:
            # In the recording's order, however far it is played: code may be slower than it was.
            event = await wire.first("*", after=index)
            index = event.index
            turns.apply(event)
            if event.type == "response.done":
                done.add(response_id(event))
            if event.type == APPEND and index > last:
                silence_ms += event.audio_ms or 0.0
            if silence_ms > PATIENCE_MS and not turns.started:
                with contextlib.suppress(RealtimeError):
                    wire.send({"type": "input_audio_buffer.clear"})
                raise no_speech(pcm)
            if index >= last and (turns.heard if not answers else turns.answered and turns.last in done):
                return wire.conversation.responses.get(turns.last or "") if answers else None

    @property
    def replay(self) -> AsyncReplay | None:
        """How the replay goes, and what was sent otherwise than it was recorded."""
        return self._replay


class AsyncReplay:
    """How a replay goes."""

    def __init__(self, wire: ReplayWire) -> None:
        self._wire = wire

    @property
    def speed(self) -> float:
        """How many times faster than it was; ``math.inf``: as fast as the code goes on."""
        return self._wire.speed

    @property
    def position(self) -> float:
        """When the row came that was played last, seconds on the recording's clock."""
        return self._wire.score.t(len(self._wire.log) - 1) if len(self._wire.log) else 0.0

    @property
    def duration(self) -> float:
        """When the recording's last row came, seconds on its clock."""
        return self._wire.score.duration

    @property
    def done(self) -> bool:
        """Whether all has been played."""
        return self._wire.score.over

    @property
    def differences(self) -> Differences:
        """What the code sent otherwise than it was recorded: a list; ``.df`` is a DataFrame of it.

        What was recorded and not sent counts only where the code sends something at all.
        """
        return self._wire.score.differences

    def on_done(self, done: Callable[[], None]) -> None:
        """Call `done` on the session's loop when all has been played."""
        self._wire.on_over = done

    @on_loop
    async def finish(self) -> None:
        """Play the rest at once."""
        await self._wire.play_out(self._wire.score.length)

    def blocking(self) -> Replay:
        """Return the blocking form of it."""
        return Replay(self)

    def __repr__(self) -> str:
        pace = "as fast as the code" if math.isinf(self.speed) else f"at {self.speed:g} times its pace"
        state = "done" if self.done else f"at {self.position:.1f} s"
        count = len(self.differences)
        return f"<Replay, {state} of {self.duration:.1f} s, {pace}: {count} difference{'s' * (count != 1)}>"


class Replay:
    """How a replay goes, for cells and scripts: what `AsyncReplay` tells, and it waits by itself."""

    def __init__(self, replay: AsyncReplay) -> None:
        self._replay = replay

    @property
    def speed(self) -> float:
        """How many times faster than it was; ``math.inf``: as fast as the code goes on."""
        return self._replay.speed

    @property
    def position(self) -> float:
        """When the row came that was played last, seconds on the recording's clock."""
        return self._replay.position

    @property
    def duration(self) -> float:
        """When the recording's last row came, seconds on its clock."""
        return self._replay.duration

    @property
    def done(self) -> bool:
        """Whether all has been played."""
        return self._replay.done

    @property
    def differences(self) -> Differences:
        """What the code sent otherwise than it was recorded: a list; ``.df`` is a DataFrame of it."""
        return self._replay.differences

    def finish(self) -> None:
        """Play the rest at once."""
        block(self._replay.finish())

    def __repr__(self) -> str:
        return repr(self._replay)


def replayed(
    replay: EventLog | str | Path, settings: Settings, speed: float, record: Recorder | None = None
) -> ReplaySession:
    """Return a session that is to replay a recording, a log or a file's; blocks while a file loads.

    Raises
    ------
    TypeError, ValueError
        It is no recording, or no speed.
    RecordingError, OSError
        The file is no recording, or cannot be read.
    """
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not speed > 0:
        raise ValueError(f"speed is {speed!r}; 1.0 is the recording's own, 4.0 four times as fast, math.inf at once.")
    if isinstance(replay, str | Path):
        from rt_notebook.log.loading import load

        replay = load(replay)
    if not isinstance(replay, EventLog):
        raise TypeError(
            f"replay is {type(replay).__name__}; it is a recording's path, or an event log: "
            "session.events, or rt.load(...)."
        )
    return ReplaySession(replay, settings, float(speed), record)


def _endpoint_of(recording: EventLog, score: Score) -> Endpoint:
    """Return where a recorded session went, as far as it tells."""
    if (source := recording.source) is not None and source.provider:
        return Endpoint(source.provider, source.url, source.model, Headers(), score.dialect, replayed=True)
    url, model = "", None
    for event in recording.filter((OPENED, "session.created")):
        if event.type == OPENED and isinstance(told := event.get("url"), str):
            url = url or told
        session = event.get("session")
        if isinstance(session, dict) and isinstance(told := session.get("model"), str):
            model = model or told
    try:
        parts = urlsplit(url)
        model = model or dict(parse_qsl(parts.query)).get("model")
        host = parts.hostname
    except ValueError:
        host = None
    provider = "url"
    if host == urlsplit(OPENAI_URL).hostname:
        provider = "openai"
    elif host in ("127.0.0.1", "localhost", "::1"):
        provider = "local"
    return Endpoint(provider, url, model, Headers(), score.dialect, replayed=True)


def _as_was_usual(given: dict[str, Any], recorded: dict[str, Any]) -> dict[str, Any]:
    """Return settings with the recorded transcription where none is given: it is switched on by itself."""
    audio = recorded.get("audio")
    source = audio.get("input") if isinstance(audio, dict) else None
    if not isinstance(source, dict) or "transcription" not in source:
        return given
    return merged({"audio": {"input": {"transcription": source["transcription"]}}}, given)
