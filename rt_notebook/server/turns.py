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

_EAGERNESS = {"low": (0.5, 1500), "medium": (0.5, 900), "auto": (0.5, 900), "high": (0.5, 500)}
"""`semantic_vad`: threshold and silence (ms) for each eagerness. By sound alone: words are not weighed."""


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

    @classmethod
    def of(cls, detection: dict[str, Any]) -> Sensitivity:
        """Read a session's `turn_detection` object."""
        if detection["type"] == "semantic_vad":
            threshold, silence = _EAGERNESS[detection["eagerness"]]
            return cls(threshold, 300, silence)
        return cls(detection["threshold"], detection["prefix_padding_ms"], detection["silence_duration_ms"])


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
            self._speaking, self._silent = True, 0
            return [Started(max(0, round(onset - settings.prefix_padding)))]
        if probability >= settings.threshold - _HYSTERESIS:
            resumed = self._silent >= _PAUSE_FRAMES
            self._silent = 0
            return [Resumed()] if resumed else []
        self._silent += 1
        changes: list[Change] = [Paused(self.now_ms)] if self._silent == _PAUSE_FRAMES else []
        silence_ms = self._silent * self._frame_ms
        if silence_ms >= settings.silence:
            changes.append(Stopped(self.now_ms, round(silence_ms)))
            self._speaking = False
        return changes
