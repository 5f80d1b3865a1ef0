"""Numbers in what was said: in digits ("1,000", "-0.5") or in words ("twenty-one", "point seven", "minus three")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_UNITS = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
)
_TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
_VALUES = {word: value for value, word in enumerate(_UNITS)} | {
    word: 20 + 10 * value for value, word in enumerate(_TENS)
}
_SCALES = {"thousand": 1000, "million": 1_000_000}
_LONGEST = 40  # words a number may have
_MOST_DIGITS = 20  # signs and separators included
_TOKEN = re.compile(r"(?<![\w.])-?(?:\d(?:[\d,]*\d)?(?:\.\d+)?|\.\d+)|[a-z]+|[^\s\w-]", re.IGNORECASE)


class Number(NamedTuple):
    """A number, and where in the text it begins and ends."""

    value: float
    start: int
    end: int


def numbers(text: str) -> list[Number]:
    """Return the numbers in `text`, in order. Takes time in proportion to the text's length."""
    return list(_read(list(_TOKEN.finditer(text))))


def _read(found: list[re.Match[str]]) -> Iterator[Number]:
    words = [match[0].lower() for match in found]
    position = 0
    while position < len(words):
        sign, skipped = (-1, 1) if words[position] in ("minus", "negative") else (1, 0)
        begin = position + skipped
        value, length = _value(words[begin : begin + _LONGEST])
        if length:
            last = begin + length - 1
            yield Number(sign * value, found[position].start(), found[last].end())
            position = last + 1
        else:
            position += 1


def _value(words: list[str]) -> tuple[float, int]:
    """Return the value of the number that `words` begin with, and how many of them it takes; 0 for none."""
    if not words:
        return 0.0, 0
    if words[0][-1].isdigit():
        # What is longer is no quantity but a card's number or a slip of a finger.
        return (float(words[0].replace(",", "")), 1) if len(words[0]) <= _MOST_DIGITS else (0.0, 0)
    value, length = _whole(words)
    fraction, digits = _fraction(words[length:])
    return value + fraction, length + digits


def _whole(words: list[str]) -> tuple[int, int]:
    value, length = 0, 0
    for index, (word, following) in enumerate(zip(words, [*words[1:], ""], strict=True)):
        number = 1 if word == "a" and not length and following in ("hundred", *_SCALES) else _VALUES.get(word)
        if number is not None and (not length or _fits(value, number)):
            value += number
        elif length and word == "hundred":
            value += value % 1000 * 99
        elif length and word in _SCALES:
            value *= _SCALES[word]
        elif word == "and" and value >= 100 and following in _VALUES:
            continue
        else:
            break
        length = index + 1
    return value, length


def _fits(value: int, number: int) -> bool:
    """Tell whether `number` goes on with `value`: the one after twenty, the five after a hundred."""
    if number < 10 and value % 100 >= 20 and value % 10 == 0:
        return True
    return value >= 100 and value % 100 == 0


def _fraction(words: list[str]) -> tuple[float, int]:
    """Return the value and length of "point seven five"."""
    if not words or words[0] != "point":
        return 0.0, 0
    digits = ""
    for word in words[1:]:
        if _VALUES.get(word, 10) > 9:
            break
        digits += str(_VALUES[word])
    return (float(f"0.{digits}"), 1 + len(digits)) if digits else (0.0, 0)
