"""Tokens, counted as the API bills them: 1 per 100 ms of user audio, 1 per 50 ms of assistant audio.

Text is estimated at four characters a token.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from rt_notebook.server.items import Item

_CACHE_BLOCK = 64
"""Cached tokens come in multiples of this, as the API reports them."""

_MS_PER_TOKEN = {"input_audio": 100, "output_audio": 50}


@dataclass(frozen=True, slots=True)
class Tokens:
    """A number of tokens by modality."""

    text: int = 0
    audio: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.text + other.text, self.audio + other.audio)

    @property
    def total(self) -> int:
        """Tokens of all modalities."""
        return self.text + self.audio


def text_tokens(text: str) -> int:
    """Estimate the tokens of a text."""
    return math.ceil(len(text) / 4)


def audio_tokens(made_ms: float) -> int:
    """Count the tokens of assistant audio."""
    return math.ceil(made_ms / _MS_PER_TOKEN["output_audio"])


def item_tokens(item: Item) -> Tokens:
    """Count the tokens of an item. User audio counts as audio alone, the assistant's as audio and transcript."""
    if item.tokens is not None:
        return Tokens(*item.tokens)
    total = Tokens(sum(text_tokens(text) for text in (item.name, item.arguments, item.output) if text))
    for part in item.content:
        audio = math.ceil(part.audio_ms / _MS_PER_TOKEN.get(part.type, 1))
        total += Tokens(0 if part.type == "input_audio" else text_tokens(part.words), audio)
    if item.status != "in_progress":
        item.tokens = (total.text, total.audio)
    return total


def made_tokens(item: Item) -> Tokens:
    """Count the tokens that an item took to make, whatever was cut off it since."""
    if not any(part.truncated for part in item.content):
        return item_tokens(item)
    part = item.content[0]
    return Tokens(text_tokens(part.made_text), audio_tokens(part.made_ms))


class Context:
    """What a response reads: instructions, tools and items. It knows what a provider's prompt cache would serve."""

    def __init__(self, items: Sequence[Item], instructions: str, tools: list[dict[str, Any]]) -> None:
        self._fixed = (instructions, orjson.dumps(tools) if tools else b"")
        self._items = [(item.id, item_tokens(item)) for item in items]

    @property
    def tokens(self) -> Tokens:
        """All tokens."""
        return self._sum(self._items)

    def cached(self, before: Iterable[Context]) -> Tokens:
        """Return the tokens that one of these had begun with, too: the longest beginning, in whole blocks."""
        shared = max(map(self._shared, before), key=lambda tokens: tokens.total, default=Tokens())
        return Tokens(shared.text // _CACHE_BLOCK * _CACHE_BLOCK, shared.audio // _CACHE_BLOCK * _CACHE_BLOCK)

    def _shared(self, before: Context) -> Tokens:
        if before._fixed != self._fixed:
            return Tokens()
        pairs = zip(self._items, before._items, strict=False)
        return self._sum(mine for mine, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))

    def _sum(self, items: Iterable[tuple[str, Tokens]]) -> Tokens:
        instructions, tools = self._fixed
        total = Tokens(text_tokens(instructions) + math.ceil(len(tools) / 4))
        for _, tokens in items:
            total += tokens
        return total


def response_usage(given: Tokens, cached: Tokens, made: Tokens) -> dict[str, Any]:
    """Return the `usage` of a response, by what it was given, how much of that was cached, and what it made.

    Images are not counted.
    """
    return {
        "total_tokens": given.total + made.total,
        "input_tokens": given.total,
        "output_tokens": made.total,
        "input_token_details": {
            "text_tokens": given.text,
            "audio_tokens": given.audio,
            "image_tokens": 0,
            "cached_tokens": cached.total,
            "cached_tokens_details": {
                "text_tokens": cached.text,
                "audio_tokens": cached.audio,
                "image_tokens": 0,
            },
        },
        "output_token_details": {"text_tokens": made.text, "audio_tokens": made.audio},
    }


def transcription_usage(audio_ms: float, transcript: str, model: str) -> dict[str, Any]:
    """Return the `usage` of an input transcription: by the second for `whisper-1`, in tokens for other models."""
    if model == "whisper-1":
        return {"type": "duration", "seconds": round(audio_ms / 1000, 2)}
    heard, words = math.ceil(audio_ms / 100), text_tokens(transcript)
    return {
        "type": "tokens",
        "total_tokens": heard + words,
        "input_tokens": heard,
        "input_token_details": {"text_tokens": 0, "audio_tokens": heard},
        "output_tokens": words,
    }
