"""espeak-ng: a robot's voice, but one for 47 languages; its library and data are those of `espeakng-loader`.

The library keeps its state in global variables: one voice, one text at a time. Everything in this process that uses
it goes through the one `_Library`, whose lock is held for the few milliseconds that a piece of text takes.
"""

from __future__ import annotations

import ctypes
import logging
import re
import threading
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import espeakng_loader
import numpy as np

from rt_notebook.audio.pcm import RATE
from rt_notebook.audio.resample import resample
from rt_notebook.errors import EngineError
from rt_notebook.server.engine import Float32
from rt_notebook.server.engines.languages import KNOWN, language_of, readable, runs
from rt_notebook.server.engines.levels import finish
from rt_notebook.server.engines.pieces import pieces
from rt_notebook.server.engines.stretch import stretch

logger = logging.getLogger("rt_notebook.server")


class Character(NamedTuple):
    """How espeak-ng's voice is changed to be one of the API's."""

    variant: str
    """A file of espeak-ng's `voices/!v`: other formants, another timbre."""
    pitch: int
    """0 to 100; the variant's own pitch is at 50."""
    range: int = 50
    """0 to 100: from monotonous to lively."""


# The variants that Whisper understands best, at pitches a tone or more apart.
VOICES = {
    "alloy": Character("Nguyen", 50),
    "ash": Character("edward", 55),
    "ballad": Character("Diogo", 72),
    "cedar": Character("Diogo", 18),
    "coral": Character("f3", 55),
    "echo": Character("m2", 42),
    "marin": Character("steph", 50),
    "sage": Character("edward", 95),
    "shimmer": Character("steph", 74, 60),
    "verse": Character("Hugo", 56, 60),
}

_NAMES = {"en": "en-us", "zh": "cmn", "pt": "pt-br"}  # where espeak-ng's name is not the language's code
_WORDS_PER_MINUTE = 175
_SLOWEST = 80  # words per minute that it can do by itself

# Control characters, which could be commands to it; pictures, whose names it would read out; marks of Markdown;
# halves of characters, and those that have no sound in any language.
_SILENT = re.compile(
    "[\x00-\x1f\x7f-\x9f*_`#~|<>\\\\\u2190-\u2bff\ufe00-\ufe0f\ud800-\uf8ff\U00010000-\U0001ffff\U00032000-\U0010ffff]"
)

_SYNCHRONOUS, _STAY_ALIVE = 2, 0x8000  # of espeak_Initialize: return when all is spoken; do not end the process
_UTF8 = 1
_RATE, _PITCH, _RANGE = 1, 3, 4
_OK = 0
_Heard = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int16), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """Speaks text in many languages, in the API's voices. Which language a text is in is found from the text."""

    voices = tuple(VOICES)
    languages = KNOWN

    def load(self) -> None:
        """Load the library (a few milliseconds; a language's data is read when it is first spoken)."""
        _library()

    def speak(self, text: str, voice: str, speed: float = 1.0) -> Iterator[tuple[str, bytes]]:
        """Yield pairs of text and PCM16 mono audio at 24 kHz; the audio is empty where there is no sound for the text.

        `speed` is 0.25 to 1.5, 1 being 175 words per minute. Raises `ValueError` for a voice that is not in `voices`.
        """
        character = VOICES.get(voice)
        if character is None:
            raise ValueError(f"espeak has no voice {voice!r}; it has {', '.join(self.voices)}.")
        library = _library()
        for run, language in runs(text):
            for piece in pieces(run):
                if not readable(piece.text):
                    yield piece.text, b""
                    continue
                spoken = language_of(piece.text, language)
                rate = speed * _WORDS_PER_MINUTE
                samples = library.say(_SILENT.sub(" ", piece.text), spoken, character, max(rate, _SLOWEST))
                if rate < _SLOWEST:
                    samples = stretch(samples, _SLOWEST / rate)
                yield piece.text, finish(samples, int(RATE * piece.ending.value / 1000 / speed))


class _Library:
    """The shared library, once per process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._samples: list[bytes] = []
        self._callback = _Heard(self._hear)  # kept, since the library keeps its address
        try:
            self._espeak = ctypes.CDLL(espeakng_loader.get_library_path())
            data = espeakng_loader.get_data_path()
        except (OSError, RuntimeError) as error:
            raise EngineError("espeak", f"cannot load espeak-ng: {error}. {_CURE}") from error
        self._rate = self._espeak.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _STAY_ALIVE)
        if self._rate <= 0:
            raise EngineError("espeak", f"cannot use espeak-ng's data in {data}. {_CURE}")
        self._espeak.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, language: str, character: Character, words_per_minute: float) -> Float32:
        """Return the sound of `text` at 24 kHz; none where espeak-ng fails."""
        name = f"{_NAMES.get(language, language)}+{character.variant}"
        content = text.encode() + b"\0"
        with self._lock:
            self._samples.clear()
            result = self._espeak.espeak_SetVoiceByName(name.encode())
            if result == _OK:
                for parameter, value in (
                    (_RATE, round(words_per_minute)),
                    (_PITCH, character.pitch),
                    (_RANGE, character.range),
                ):
                    self._espeak.espeak_SetParameter(parameter, value, 0)
                result = self._espeak.espeak_Synth(content, ctypes.c_size_t(len(content)), 0, 0, 0, _UTF8, None, None)
            pcm = b"".join(self._samples)
        if result != _OK:
            logger.error("espeak-ng cannot say %r with the voice %s (error %d)", text, name, result)
            return np.zeros(0, np.float32)
        return resample(np.frombuffer(pcm, np.int16).astype(np.float32) / np.float32(32_768), self._rate, RATE)

    def _hear(self, samples: ctypes._Pointer[ctypes.c_int16], count: int, events: int | None) -> int:
        if samples and count > 0:
            self._samples.append(ctypes.string_at(samples, 2 * count))
        return 0  # go on


_CURE = "Reinstall it: pip install --force-reinstall espeakng-loader"


@cache
def _library() -> _Library:
    return _Library()
