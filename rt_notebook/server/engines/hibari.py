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

from rt_notebook.audio.pcm import RATE
from rt_notebook.server.engine import Float32
from rt_notebook.server.engines.levels import finish
from rt_notebook.server.engines.pieces import Ending, pieces
from rt_notebook.server.engines.voices import VOICES, Frames, Voice, paced, reshape

_AT_A_TIME = 2  # sentences, of which each takes up to 40 MB on its way to sound
_SEED = 0  # of the noise in the voice: the same text gives the same audio

_SPEED_ASKED = (0.25, 0.8, 0.9, 1.0, 1.05, 1.15, 1.25, 1.3, 1.35, 1.5)
_SPEED_GOT = (0.25, 0.815, 0.95, 1.0, 1.014, 1.064, 1.141, 1.165, 1.467, 1.549)  # over twenty sentences

_SAYS_SOMETHING = re.compile(r"[^\W_]")  # of three dots the voice makes a breath
_READABLE = str.maketrans("İ¹", "I1")  # hibari's reader raises at these two, which do occur

logger = logging.getLogger("rt_notebook.server")


class Hibari:
    """Speaks English text in the API's voices, all of them made from the one voice ``heart``.

    The network pads every sentence with 0.3 s of silence and more; that is cut, so that the first sound is heard at
    once, and pauses are set by punctuation. Every piece begins and ends in silence, at the same loudness.
    """

    voices = tuple(VOICES)
    languages = ("en",)

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._reading = threading.Lock()
        self._speaking = threading.BoundedSemaphore(_AT_A_TIME)
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
        return b"".join(finish(self._sound(ids, voice, speed), pause) for ids in self._read(text))

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
        with self._speaking:
            frames = paced(Frames(*(output[0] for output in self._tts.sess.run(None, inputs))), _correction(speed))
            samples: Float32 = dsp.synth(*reshape(frames, voice), np.random.default_rng(_SEED))
        return samples


def _correction(speed: float) -> float:
    """Return by what factor to shorten what the network makes at `speed`: it counts sounds in whole frames."""
    return speed / float(np.interp(speed, _SPEED_ASKED, _SPEED_GOT))
