"""When a turn begins and ends: a detector over audio and time in audio, with no clock of its own.

All times are milliseconds of audio since the session's first sample, as the API counts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rt_notebook.audio.pcm import RATE, duration_ms, pcm16_to_float
from rt_notebook.audio.resample import Resampler
from rt_notebook.server.engine import HEARING_RATE, SpeechStream

_HYSTERESIS = 0.15
"""Speech goes on while its probability is no further than this below the threshold that began it."""

_PAUSE_FRAMES = 4
"""Silent frames after which a pause may be the end: time to transcribe ahead."""

_EAGERNESS = {"low": (800, 8_000), "medium": (500, 4_000), "auto": (500, 4_000), "high": (300, 2_000)}
"""`semantic_vad`: the silence (ms) that ends a turn which is finished for certain, and one which is certainly not.

The longer ones are those that the API documents.
"""

_LONGEST_TURN_MS = 300_000
"""A turn is over then, silence or not: endless noise must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Started:
    """Speech began; the turn's audio starts at `start_ms`, padding included."""

    start_ms: int


@dataclass(frozen=True, slots=True)
class Paused:
    """Speech paused at `end_ms`: the turn may be over, and is, unless `Resumed` follows."""

    end_ms: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """The pause was none."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The turn is over at `end_ms`, after `silence_ms` of silence."""

    end_ms: int
    silence_ms: int


Change = Started | Paused | Resumed | Stopped


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What the detector goes by; times in ms."""

    threshold: float
    prefix_padding: int
    silence: int
    """Ends a turn, where nobody judges it."""
    shortest_silence: int
    """Ends a turn that is judged to be finished for certain; the same as `silence` where turns are not judged."""

    @classmethod
    def of(cls, detection: dict[str, Any]) -> Sensitivity:
        """Read a session's `turn_detection` object."""
        if detection["type"] == "semantic_vad":
            shortest, longest = _EAGERNESS[detection["eagerness"]]
            return cls(0.5, 300, longest, shortest)
        silence = detection["silence_duration_ms"]
        return cls(detection["threshold"], detection["prefix_padding_ms"], silence, silence)

    @property
    def judged(self) -> bool:
        """Whether it matters if a turn sounds and reads finished."""
        return self.shortest_silence < self.silence

    def silence_after(self, finished: float) -> float:
        """Return the silence (ms) that ends a turn which is finished with this probability (0 to 1)."""
        return self.silence * (self.shortest_silence / self.silence) ** finished if self.judged else self.silence


class TurnDetector:
    """Finds turns in a stream of PCM16 at 24 kHz.

    `origin_ms` is the time of its first sample. `sensitivity` may be changed at any time.
    """

    def __init__(self, speech: SpeechStream, sensitivity: Sensitivity, origin_ms: float = 0) -> None:
        self.sensitivity = sensitivity
        self._speech = speech
        self._resampler = Resampler(RATE, HEARING_RATE)
        self._rest = np.zeros(0, np.float32)
        self._frame_ms = speech.frame * 1000 / HEARING_RATE
        self._origin_ms = origin_ms
        self._fed_bytes = 0
        self._frames = 0
        self._fresh_ms = origin_ms
        """Speech before this time belongs to a turn that was forgotten."""
        self._silent = 0
        """Frames since speech was last there; counts within a turn only."""
        self._started_ms = 0.0
        self._finished = 0.0
        """How probable it is that the words before the present pause were the last; no more than `judge` said."""
        self._speaking = False
        """Whether a turn has begun and not ended."""

    @property
    def now_ms(self) -> int:
        """How far the detector has heard."""
        return round(self._origin_ms + self._frames * self._frame_ms)

    def reset(self) -> None:
        """Forget the turn that has begun and all audio so far; speech that goes on begins another."""
        self._speaking = False
        self._fresh_ms = self._origin_ms + duration_ms(self._fed_bytes)

    def judge(self, finished: float) -> None:
        """Take the probability (0 to 1) that the turn is finished, if the present pause goes on."""
        self._finished = finished

    def feed(self, pcm: bytes) -> list[Change]:
        """Hear the next samples, PCM16 at 24 kHz; return what changed, in order."""
        self._fed_bytes += len(pcm)
        samples = np.concatenate([self._rest, self._resampler(pcm16_to_float(pcm))])
        size = self._speech.frame
        whole = len(samples) // size * size
        self._rest = samples[whole:]
        changes: list[Change] = []
        for start in range(0, whole, size):
            probability = self._speech(samples[start : start + size])
            self._frames += 1
            changes += self._hear(probability)
        return changes

    def _hear(self, probability: float) -> list[Change]:
        settings = self.sensitivity
        if not self._speaking:
            onset = self.now_ms - self._frame_ms
            if probability < settings.threshold or onset < self._fresh_ms:
                return []
            self._speaking, self._silent, self._finished, self._started_ms = True, 0, 0.0, onset
            return [Started(max(0, round(onset - settings.prefix_padding)))]
        changes: list[Change] = []
        if probability >= settings.threshold - _HYSTERESIS:
            if self._silent >= _PAUSE_FRAMES:
                changes.append(Resumed())
            self._silent, self._finished = 0, 0.0
        else:
            self._silent += 1
            if self._silent == _PAUSE_FRAMES:
                changes.append(Paused(self.now_ms))
        silence_ms = self._silent * self._frame_ms
        over = self._silent and silence_ms >= settings.silence_after(self._finished)
        if over or self.now_ms - self._started_ms >= _LONGEST_TURN_MS:
            changes.append(Stopped(self.now_ms, round(silence_ms)))
            self._speaking = False
        return changes
