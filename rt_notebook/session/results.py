"""What a tool returned, as the text (and the pictures) that a model gets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from rt_notebook.session.plain import Plain

LIMIT = 16_384
"""Most bytes of a tool's output: about 4,000 tokens of English, an eighth of what a voice model keeps in mind."""
LEAST = 256
"""A smaller limit leaves no room to say that something was cut."""


@dataclass(frozen=True, slots=True)
class Output:
    """What goes to the model: `text`, within the limit in UTF-8; `images` as data: URLs, in the order of its notes.

    `truncated_from` is the size of the whole text in bytes where it was cut, which the text says too. It is an estimate
    for tables, and the least it can be for what was too long to be read to its end.
    """

    text: str
    images: tuple[str, ...] = ()
    truncated_from: int | None = None


def output_of(value: Any, limit: int = LIMIT) -> Output:
    """Return a tool's result as what the model gets.

    A str goes as it is, None as ``null``, and so does text in other clothes (an enum's value, a date, a path): without
    quotes. Dicts, lists, sets, generators, dataclasses, Pydantic models, NumPy's arrays and numbers become JSON, once,
    with Unicode as it is and NaN and Infinity as texts. A DataFrame or Series becomes CSV, with a note where only its
    first rows are shown. Pictures become `images`, and a note in the text. An `Output` is only held to the limit.

    Parameters
    ----------
    value
        Whatever the tool returned.
    limit
        Most bytes of the text in UTF-8, at least 256.

    Raises
    ------
    TypeError
        Something in it has no form as JSON; the text says where and what.
    ValueError
        It contains itself, is nested too deep, or holds a picture that is too large.
    """
    if limit < LEAST:
        raise ValueError(f"limit is {limit} bytes; it is at least {LEAST}.")
    if isinstance(value, Output):
        return _limited(value.text, value.images, value.truncated_from, limit)
    plain = Plain(limit)
    made = plain.of(value)
    text = made if isinstance(made, str) else json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    return _limited(text, tuple(plain.images), plain.cut, limit, more=plain.more)


def _limited(text: str, images: tuple[str, ...], whole: int | None, limit: int, *, more: bool = False) -> Output:
    # What a lone surrogate stands for nobody knows, and UTF-8 has no bytes for it.
    data = text.encode("utf-8", "replace")
    if len(data) <= limit:
        return Output(data.decode(), images, whole)
    size = f"more than {len(data):,}" if more else f"{len(data):,}"
    note = f"\n[cut here: the whole has {size} bytes; ask for less, or for a part of it]"
    kept = data[: limit - len(note)].decode("utf-8", "ignore")
    return Output(kept + note, images, max(len(data), whole or 0))
