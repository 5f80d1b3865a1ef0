"""What a tool returned, as the text (and the pictures) that a model gets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

LIMIT = 16_384
"""Most bytes of a tool's output: about 4,000 tokens of English, an eighth of what a voice model keeps in mind."""


@dataclass(frozen=True, slots=True)
class Output:
    """What goes to the model: `text`, at most the limit long in UTF-8; `images` as data: URLs, in the text's order.

    `truncated_from` is the size of the whole text in bytes where it was cut, which the text says too.
    """

    text: str
    images: tuple[str, ...] = ()
    truncated_from: int | None = None


def output_of(value: Any, limit: int = LIMIT) -> Output:
    """Return a tool's result as what the model gets: a str as it is, anything else as JSON, once."""
    return Output(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
