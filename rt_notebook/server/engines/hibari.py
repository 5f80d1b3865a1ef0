"""hibari-tts: a small English voice that speaks about a hundred times faster than it is heard."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from typing import Any

import hibari
import numpy as np
from hibari import dsp

from rt_notebook.audio.pcm import RATE, float_to_pcm16
from rt_notebook.server.engine import Float32
from rt_notebook.server.engines.pieces import Ending, pieces
from rt_notebook.server.engines.voices import VOICES, Frames, Voice, reshape

_LEVEL = 0.1  # RMS of what is spoken: -20 dBFS
_PEAK = 0.95
_MOST_GAIN = 4.0  # whispers stay whispers
_AUDIBLE = 0.004  # of the raw voice, whose own silences are far below
_LEAD = RATE * 30 // 1000  # samples kept before the first sound
_SEED = 0  # of the noise in the voice: the same text gives the same audio

_SAYS_SOMETHING = re.compile(r"[^\W_]")  # of three dots the voice makes a breath
_READABLE = str.maketrans("İ¹", "I1")  # hibari's reader raises at these two, which do occur

logger = logging.getLogger("rt_notebook.server")


class Hibari:
    """Speaks English text in the API's voices, all of them made from the one voice ``heart``.

    The network pads every sentence with 0.3 s of silence and more; that is cut, so that the first sound is heard at
    once, and pauses are set by punctuation. Every piece begins and ends in silence, at the same loudness.
    """

    voices = tuple(VOICES)

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._reading = threading.Lock()
        self._tts: Any = None

    def load(self) -> None:
        """Load the voice and the dictionary (about 0.6 s)."""
        with self._loading:
            if self._tts is None:
                tts = hibari.Hibari()
                tts("Hi.")  # the dictionary loads with the first word
                self._tts = tts

    def speak(self, text: str, voice: str, speed: float = 1.0) -> Iterator[tuple[str, bytes]]:
        """Yield pairs of text and PCM16 mono audio at 24 kHz; the audio is empty where there is no sound for the text.

        `speed` is 0.25 to 1.5, 1 being the voice's own pace. Raises `ValueError` for a voice that is not in `voices`.
        """
        character = VOICES.get(voice)
        if character is None:
            raise ValueError(f"hibari has no voice {voice!r}; it has {', '.join(self.voices)}.")
        self.load()
        for piece in pieces(text):
            speakable = piece.latin and _SAYS_SOMETHING.search(piece.text)
            yield piece.text, self._say(piece.text, character, speed, piece.ending) if speakable else b""

    def _say(self, text: str, voice: Voice, speed: float, ending: Ending) -> bytes:
        pause = int(RATE * ending.value / 1000 / speed)
        return b"".join(_finish(self._sound(ids, voice, speed), pause) for ids in self._read(text))

    def _read(self, text: str) -> list[list[int]]:
        """Return the phonemes of each sentence in `text`; none where there is nothing to say."""
        with self._reading:  # the reader is not made for several threads
            try:
                return [self._tts.ids(phonemes) for phonemes in self._tts.phonemize(text.translate(_READABLE))]
            except Exception:
                # It raises at oddities such as a number of 60 digits, which must not cost the rest of an answer.
                logger.exception("hibari cannot read %r", text)
                return []

    def _sound(self, ids: list[int], voice: Voice, speed: float) -> Float32:
        inputs = {"ids": np.asarray([ids], np.int64), "speed": np.asarray([speed], np.float32)}
        frames = Frames(*(output[0] for output in self._tts.sess.run(None, inputs)))
        samples: Float32 = dsp.synth(*reshape(frames, voice), np.random.default_rng(_SEED))
        return samples


def _finish(samples: Float32, pause: int) -> bytes:
    """Cut the silence around the speech down to `pause` samples after it, set the loudness, and return PCM16."""
    audible = np.flatnonzero(np.abs(samples) > _AUDIBLE)
    if not len(audible):
        return b""
    speech = samples[audible[0] : audible[-1] + 1]
    level, peak = float(np.sqrt(np.mean(np.square(speech)))), float(np.abs(speech).max())
    start = max(0, audible[0] - _LEAD)
    return float_to_pcm16(samples[start : audible[-1] + pause] * min(_LEVEL / level, _PEAK / peak, _MOST_GAIN))
