"""Tokens, counted as the API bills them: 1 per 100 ms of user audio, 1 per 50 ms of assistant audio.

Text is estimated at four characters a token.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from rt_notebook.server.items import Item

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


def item_tokens(item: Item) -> Tokens:
    """Count the tokens of an item. User audio counts as audio alone, the assistant's as audio and transcript."""
    total = Tokens(sum(text_tokens(text) for text in (item.name, item.arguments, item.output) if text))
    for part in item.content:
        audio = math.ceil(part.audio_ms / _MS_PER_TOKEN.get(part.type, 1))
        total += Tokens(0 if part.type == "input_audio" else text_tokens(part.words), audio)
    return total


def context_tokens(items: Iterable[Item], instructions: str, tools: list[dict[str, Any]]) -> Tokens:
    """Count the tokens a response's input has."""
    fixed = text_tokens(instructions) + (text_tokens(orjson.dumps(tools).decode()) if tools else 0)
    return sum(map(item_tokens, items), Tokens(fixed))


def response_usage(given: Tokens, made: Tokens) -> dict[str, Any]:
    """Return the `usage` of a response. Nothing is cached here, and images are not counted."""
    return {
        "total_tokens": given.total + made.total,
        "input_tokens": given.total,
        "output_tokens": made.total,
        "input_token_details": {
            "text_tokens": given.text,
            "audio_tokens": given.audio,
            "image_tokens": 0,
            "cached_tokens": 0,
            "cached_tokens_details": {"text_tokens": 0, "audio_tokens": 0, "image_tokens": 0},
        },
        "output_token_details": {"text_tokens": made.text, "audio_tokens": made.audio},
    }


def transcription_usage(audio_ms: float, transcript: str) -> dict[str, Any]:
    """Return the `usage` of an input transcription."""
    heard, words = math.ceil(audio_ms / 100), text_tokens(transcript)
    return {
        "type": "tokens",
        "total_tokens": heard + words,
        "input_tokens": heard,
        "input_token_details": {"text_tokens": 0, "audio_tokens": heard},
        "output_tokens": words,
    }
