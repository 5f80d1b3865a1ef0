"""Numbers with their units, and sums: what "half an hour" is in seconds, and "two plus three" as an expression."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache, partial
from typing import NamedTuple

from rt_notebook.server.engines.numerals import numbers
from rt_notebook.server.engines.words import alike, spaced, tokens

_UNITS = {
    "millisecond": 0.001,
    "ms": 0.001,
    "second": 1,
    "sec": 1,
    "s": 1,
    "minute": 60,
    "min": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
}
_SECONDS = {tokens(unit)[0]: seconds for unit, seconds in _UNITS.items()}

# Ways of saying a number that the words alone do not tell.
_REWRITES = [
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"\btimes\b", "multiplied by"),
        (r"\b(?:a )?half an hour\b|\ba half hour\b", "30 minutes"),
        (r"\bhalf a minute\b", "30 seconds"),
        (r"\bthree quarters of an hour\b", "45 minutes"),
        (r"\b(?:a )?quarter of an hour\b", "15 minutes"),
        (r"\b(?:a|an|one) (?=(?:second|minute|hour|day|week)\b)", "1 "),
        (r"\ba couple of\b", "2"),
        (r"\ba dozen\b", "12"),
        (r"(?<=\d)\s*[x×*]\s*(?=\d)", " multiplied by "),
        (r"(?<=\d)\s*[/÷]\s*(?=\d)", " divided by "),
        (r"(?<=\d)\s*\+\s*(?=\d)", " plus "),
        (r"(?<=\d)\s+[-–−]\s*(?=\d)", " minus "),
        (r"\bsubtract(?:ing)? ([^,.;?!]{1,60}?) from ([^,.;?!]{1,60})", r"\2 subtract \1"),
    )
]
_OPERATORS = [
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), sign)
    for pattern, sign in (
        (r"plus|add(?:ed)?(?: to)?|sum", "+"),
        (r"minus|subtract|less|difference", "-"),
        (r"times|multipl(?:y|ied)|product", "*"),
        (r"divided?|over|quotient", "/"),
        (r"to the power of", "**"),
    )
]


class Quantity(NamedTuple):
    """A number as it was said."""

    value: float
    before: tuple[str, ...]
    """Tokens of the few words before it."""
    after: tuple[str, ...]
    """Tokens of the few words after it."""


def measured(utterance: str) -> str:
    """Return the utterance with its amounts and signs in words that `numbers` and tools know."""
    for pattern, instead in _REWRITES:
        utterance = pattern.sub(instead, utterance)
    return utterance


@lru_cache(maxsize=256)
def quantities(utterance: str) -> tuple[Quantity, ...]:
    """Return the numbers of an utterance with the words around them."""
    text = _CLOCK.sub(", ", measured(utterance))
    found: list[Quantity] = []
    end = -1
    listed = numbers(text)
    for number, following in itertools.zip_longest(listed, listed[1:]):
        near = min(number.end + _NEAR, following.start if following else len(text))
        before = tokens(_SEAM.split(text[max(0, number.start - _NEAR) : number.start])[-1])[-3:]
        after = tokens(_SEAM.split(text[number.end : near])[0])[:3]
        # In "ten minus five" the minus takes five from ten; in "by minus five" it belongs to five.
        takes_away = end >= 0 and not text[end : number.start].strip()
        value = abs(number.value) if takes_away else number.value
        found.append(Quantity(value, tuple(before), tuple(after)))
        end = number.end
    return tuple(found)


_CLOCK = re.compile(r"\b\d{1,2}:\d\d\b(?:\s?[ap]\.?m\b\.?)?", re.IGNORECASE)
_SEAM = re.compile(r"[,;.?!]|\band\b", re.IGNORECASE)
_NEAR = 50  # characters within which a word belongs to a number


def is_clock(quantity: Quantity) -> bool:
    """Tell whether a number is a time of day."""
    return bool(quantity.after) and quantity.after[0] in ("am", "pm", "o")


def whole_durations(utterance: str) -> str:
    """Return the utterance with "one hour and 30 minutes" as 90 minutes, so that no seam goes through it.

    "An hour and a half" and "two and a half minutes" become 1.5 hours and 2.5 minutes.
    """
    for pattern in _AND_A_HALF:
        utterance = pattern.sub(_with_half, utterance)
    for pattern, unit in _TWO_UNITS:
        utterance = pattern.sub(partial(_in_smaller, unit), utterance)
    return utterance


_COUNT = r"(?P<count>[\w.-]{1,20})"
_AND_A_HALF = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_COUNT} (?P<unit>hours?|minutes?|seconds?|days?|weeks?) and a (?P<part>half|quarter)\b",
        rf"\b{_COUNT} and a (?P<part>half|quarter) (?P<unit>hours?|minutes?|seconds?|days?|weeks?)\b",
    )
]
_PARTS = {"half": 0.5, "quarter": 0.25}
_TWO_UNITS = [
    (
        re.compile(rf"\b{_COUNT} {larger}s?(?:,? and |, | )(?P<rest>[\w.-]{{1,20}}) {smaller}s?\b", re.IGNORECASE),
        smaller,
    )
    for larger, smaller in (("hour", "minute"), ("minute", "second"))
]


def _with_half(match: re.Match[str]) -> str:
    count = _count(match["count"])
    unit = match["unit"].lower().removesuffix("s")
    return match[0] if count is None else f"{_plain(count + _PARTS[match['part'].lower()])} {unit}s"


def _in_smaller(unit: str, match: re.Match[str]) -> str:
    count, rest = _count(match["count"]), _count(match["rest"])
    return match[0] if count is None or rest is None else f"{_plain(60 * count + rest)} {unit}s"


def _count(word: str) -> float | None:
    """Return the number that one word is, "an" too; None for no number."""
    if word.lower() in ("a", "an"):
        return 1
    found = numbers(word)
    return found[0].value if found else None


def converted(quantity: Quantity, name: str) -> float:
    """Return the quantity in the unit that a parameter's name ends with, as it is where one of them has none."""
    wanted = _SECONDS.get(next(reversed(tokens(spaced(name))), ""))
    said = next((_SECONDS[word] for word in quantity.after[:1] if word in _SECONDS), None)
    return round(quantity.value * said / wanted, 6) if wanted and said else quantity.value


def beside(quantity: Quantity, name: str) -> bool:
    """Tell whether `name` is said before the number ("threshold to 0.7") or right after it ("ten minutes")."""
    words = tokens(spaced(name))
    return any(alike(word, other) for word in words for other in (*quantity.before, *quantity.after))


def expression(utterance: str) -> str | None:
    """Return a sum in signs such as "3 * 4"; None where none is said, or where brackets would be lost."""
    text = measured(utterance)
    found = numbers(text)
    if len(found) < 2 or _BRACKETED.search(text):
        return None
    opening = _operator(text[: found[0].start])
    written = [_plain(found[0].value)]
    for one, other in itertools.pairwise(found):
        between = text[one.end : other.start]
        sign = _operator(between) or ("-" if other.value < 0 and not between.strip() else opening)
        if not sign:
            return None
        written += [sign, _plain(abs(other.value) if not between.strip() else other.value)]
    return " ".join(written)


_BRACKETED = re.compile(r"\([^()]*[^()\d\s.,-][^()]*\)")  # "(3 plus 4)", but not "(3)"


def _operator(words: str) -> str | None:
    return next((sign for pattern, sign in _OPERATORS if pattern.search(words)), None)


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)
