"""The user's audio on its way to becoming items: the input buffer, and turns found in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from rt_notebook.server import turns
from rt_notebook.server.buffer import InputBuffer
from rt_notebook.server.effects import Outbox, TurnEnded
from rt_notebook.server.endings import finished
from rt_notebook.server.engine import SpeechStream
from rt_notebook.server.errors import ClientError
from rt_notebook.server.formats import Decoder, Format
from rt_notebook.server.hearing import Hearing
from rt_notebook.server.turns import Sensitivity, TurnDetector

_SHORTEST_COMMIT_MS = 100

_STRIDE_MS = 1_000
"""How much audio is searched for turns in one go, so that a long clip does not hold up other connections."""

_KEPT_MS = 30_000
"""How much audio without speech stays in the buffer while turns are detected."""

_LONGEST_MS = 600_000
"""How much audio the buffer holds."""


class Listening:
    """Collects a connection's audio and cuts it into turns.

    Parameters
    ----------
    out, hearing
        Where events and transcriptions go.
    speech
        Makes the voice activity stream when turns are first detected.
    started
        Called when speech began.
    ended
        Called with item id and PCM16 when a turn is over.
    look_ahead
        Whether a turn is transcribed as soon as speech pauses.
    """

    def __init__(
        self,
        out: Outbox,
        hearing: Hearing,
        speech: Callable[[], SpeechStream],
        started: Callable[[], None],
        ended: Callable[[str, bytes], None],
        *,
        look_ahead: bool = True,
    ) -> None:
        self._out = out
        self._hearing = hearing
        self._make_speech = speech
        self._started = started
        self._ended = ended
        self._look_ahead = look_ahead
        self._buffer = InputBuffer()
        self._decoder = Decoder(Format.of({}))
        self._sensitivity: Sensitivity | None = None
        self._detector: TurnDetector | None = None
        self._searched_ms = 0.0
        """How far the audio was searched for turns."""
        self._turn: tuple[str, int] | None = None
        """Item id and start (ms) of the turn being spoken."""
        self._paused_ms = 0
        """When the turn's last pause was noticed."""
        self._idle_timeout_ms: int | None = None
        self._answered_ms: float | None = None
        """Until when an answer plays after which nobody has spoken yet."""

    @property
    def format(self) -> Format:
        """What the client's audio is."""
        return self._decoder.format

    @property
    def behind(self) -> bool:
        """Whether there is audio that `listen` has not searched."""
        return self._sensitivity is not None and self._searched_ms < self._buffer.end_ms

    def configure(self, given: dict[str, Any]) -> None:
        """Take a session's `audio.input`: the format, and how turns are detected."""
        if (source := Format.of(given["format"])) != self.format:
            self._buffer.append(self._decoder.flush())
            self._decoder = Decoder(source)
        detection = given["turn_detection"]
        self._idle_timeout_ms = detection.get("idle_timeout_ms") if detection else None
        self._detect(Sensitivity.of(detection) if detection else None)

    def answered(self, playing_ms: float | None) -> None:
        """Take note that an answer came which plays for so long; None where another one is being made."""
        self._answered_ms = None if playing_ms is None else self._buffer.end_ms + playing_ms

    def judge(self, text: str) -> None:
        """Weigh by the words that were transcribed ahead whether the turn is over."""
        if self._detector is not None and self._turn is not None and self._detector.sensitivity.judged:
            self._detector.judge(finished(text, self._buffer.peek(self._turn[1], self._paused_ms)))

    def _detect(self, sensitivity: Sensitivity | None) -> None:
        self._sensitivity = sensitivity
        if self._sensitivity is None:
            self._detector = None
            self._end_turn()
        elif self._detector is None:
            self._searched_ms = self._buffer.end_ms
        else:
            self._detector.sensitivity = self._sensitivity

    def append(self, payload: bytes) -> None:
        """Add audio in the client's format. Raises `ClientError` where the buffer is full."""
        if self._buffer.length_ms + len(payload) / self.format.bytes_per_ms > _LONGEST_MS:
            raise ClientError(
                "input_audio_buffer_full",
                f"Error appending audio: the input audio buffer holds {_LONGEST_MS // 60_000} minutes at most, and "
                f"has {self._buffer.length_ms / 1000:.1f} s. Send 'input_audio_buffer.commit' or '.clear' first.",
                "audio",
            )
        self._buffer.append(self._decoder(payload))

    def listen(self) -> None:
        """Search the next stretch of audio for turns.

        Raises `ClientError` where the engine that tells speech from silence breaks. Turns are not detected then, until
        they are configured anew.
        """
        if self._sensitivity is None:
            return
        try:
            changes = self._search(self._sensitivity)
        except Exception as error:
            self._detect(None)
            raise ClientError(
                "turn_detection_failed",
                f"Turns cannot be detected ({type(error).__name__}: {error}). Send 'input_audio_buffer.commit' at the "
                "end of each turn, or send 'session.update' to try again.",
                kind="server_error",
            ) from error
        for change in changes:
            self._CHANGES[type(change)](self, change)
        if self._turn is None:
            self._check_idle()
            self._buffer.drop_before(self._searched_ms - _KEPT_MS)

    def commit(self) -> tuple[str, bytes]:
        """Take all audio out of the buffer; return it (PCM16) with the id of the item it becomes."""
        self._buffer.append(self._decoder.flush())
        length = self._buffer.length_ms
        if length < _SHORTEST_COMMIT_MS:
            raise ClientError(
                "input_audio_buffer_commit_empty",
                "Error committing input audio buffer: buffer too small. Expected at least "
                f"{_SHORTEST_COMMIT_MS}ms of audio, but buffer only has {length:.2f}ms of audio.",
            )
        item_id = self._turn[0] if self._turn else self._out.make_id("item")
        pcm = self._buffer.peek(self._buffer.start_ms, self._buffer.end_ms)
        self.clear()
        return item_id, pcm

    def clear(self) -> None:
        """Forget all audio."""
        self._buffer.append(self._decoder.flush())
        self._buffer.clear()
        self._end_turn()

    def _check_idle(self) -> None:
        """Take the turn where nobody has spoken for the idle time-out since the last answer was heard."""
        start = self._answered_ms
        if start is None or self._idle_timeout_ms is None or self._searched_ms < start + self._idle_timeout_ms:
            return
        self._answered_ms = None
        times = {"audio_start_ms": round(start), "audio_end_ms": round(self._searched_ms)}
        item_id = self._out.make_id("item")
        self._out.send("input_audio_buffer.timeout_triggered", **times, item_id=item_id)
        pcm = self._buffer.peek(start, self._searched_ms)
        self._buffer.drop_before(self._searched_ms)
        self._ended(item_id, pcm)

    def _search(self, sensitivity: Sensitivity) -> list[turns.Change]:
        if self._detector is None:
            self._detector = TurnDetector(self._make_speech(), sensitivity, self._searched_ms)
        stretch = self._buffer.peek(self._searched_ms, self._searched_ms + _STRIDE_MS)
        self._searched_ms = min(self._searched_ms + _STRIDE_MS, self._buffer.end_ms)
        return self._detector.feed(stretch)

    def _end_turn(self) -> None:
        """Forget the turn being spoken; speech that goes on begins another."""
        self._turn = None
        self._hearing.drop_ahead()
        if self._detector is not None:
            self._detector.reset()

    def _speech_started(self, change: turns.Started) -> None:
        self._answered_ms = None
        start_ms = max(change.start_ms, round(self._buffer.start_ms))  # no audio is part of two turns
        item_id = self._out.make_id("item")
        self._turn = (item_id, start_ms)
        self._buffer.drop_before(start_ms)
        self._out.send("input_audio_buffer.speech_started", audio_start_ms=start_ms, item_id=item_id)
        self._started()

    def _speech_paused(self, change: turns.Paused) -> None:
        if self._turn is not None and self._look_ahead:
            self._paused_ms = change.end_ms
            self._hearing.begin_ahead(self._buffer.peek(self._turn[1], change.end_ms))

    def _speech_resumed(self, change: turns.Resumed) -> None:
        self._hearing.drop_ahead()

    def _speech_stopped(self, change: turns.Stopped) -> None:
        if self._turn is None:
            return
        (item_id, start_ms), self._turn = self._turn, None
        pcm = self._buffer.peek(start_ms, change.end_ms)
        self._buffer.drop_before(change.end_ms)
        self._out.put(TurnEnded(item_id, change.silence_ms))
        self._out.send("input_audio_buffer.speech_stopped", audio_end_ms=change.end_ms, item_id=item_id)
        self._ended(item_id, pcm)

    _CHANGES: ClassVar[dict[type, Callable[[Listening, Any], None]]] = {
        turns.Started: _speech_started,
        turns.Paused: _speech_paused,
        turns.Resumed: _speech_resumed,
        turns.Stopped: _speech_stopped,
    }
