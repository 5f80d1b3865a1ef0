"""Says JSON values as a listener likes to hear them: units in words, lists with "and", times as times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rt_notebook.server.engines.words import spaced

LONGEST = 300
"""Characters of a result that are read out."""
_MOST_NAMES = 12  # words or numbers in a list that are read out
_MOST_PAIRS = 12  # entries of a dictionary that are read out
_DEEPEST = 5  # levels of lists and dictionaries that are read out
_HUGE = 1e15

# What the end of a key says about the unit of its value.
_UNITS = {
    "c": "degrees Celsius", "celsius": "degrees Celsius", "f": "degrees Fahrenheit",
    "fahrenheit": "degrees Fahrenheit", "ms": "milliseconds", "s": "seconds", "sec": "seconds", "min": "minutes",
    "seconds": "seconds", "minutes": "minutes", "hours": "hours", "km": "kilometres", "kmh": "kilometres an hour",
    "kph": "kilometres an hour", "mph": "miles an hour", "m": "metres", "kg": "kilograms", "percent": "percent",
    "pct": "percent", "usd": "dollars", "eur": "euros", "gbp": "pounds", "deg": "degrees", "degrees": "degrees",
    "mm": "millimetres", "bytes": "bytes", "hz": "hertz",
}  # fmt: skip
_LINKING = frozenset(("in", "at", "by", "for", "on", "after", "within"))
_SPELLED = {"id": "ID", "url": "URL", "eta": "ETA", "api": "API", "ip": "IP"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?")


def said(value: Any, depth: int = 0) -> str:
    """Return a JSON value as it would be spoken."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < _HUGE else f"{value:.3g}"
        case dict() | list() if depth >= _DEEPEST:
            return "more"
        case dict():
            return joined([_short(key, each, depth + 1) for key, each in _entries(value)])
        case list() if len(value) > _MOST_NAMES:
            names = ", ".join(said(each, depth + 1) for each in value[:_MOST_NAMES])
            return f"{names} and {len(value) - _MOST_NAMES} more"
        case list():
            return joined([described(each, depth + 1) for each in value])
        case _:
            return _moment(clean(str(value)))


def clauses(value: dict[str, Any], depth: int = 0) -> str:
    """Return a dictionary as clauses: "the temperature is 21 degrees Celsius and it is not raining"."""
    return joined([_clause(key, each, depth) for key, each in _entries(value)])


def described(value: Any, depth: int = 0) -> str:
    """Return one thing of a list: its name first, then the rest."""
    if not isinstance(value, dict):
        return said(value, depth)
    name = next((key for key in ("name", "title", "label") if isinstance(value.get(key), str)), None)
    rest = [_short(key, each, depth + 1) for key, each in _entries(value) if key != name]
    return ", ".join(filter(None, (clean(value[name]) if name else "", *rest)))


def joined(parts: Sequence[str]) -> str:
    """Return "a, b and c"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def clean(text: str) -> str:
    """Return a text in one line, and not much longer than what is read out."""
    return re.sub(r"\s+", " ", text[: 4 * LONGEST]).strip()


def capital(text: str) -> str:
    """Return a text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return a text that ends as a sentence does, cut short where it is too long to listen to."""
    text = clean(text)
    if len(text) > LONGEST:
        cut = text.rfind(" ", 0, LONGEST)
        text = text[: cut if cut > 0 else LONGEST].rstrip(" ,;:") + " and so on"
    return text if text.endswith((".", "!", "?", "。", "！", "？")) else text + "."


def is_plural(noun: str) -> bool:
    """Tell whether a noun looks like several."""
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is", "news"))


def _entries(value: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(str(key), each) for key, each in value.items() if each is not None][:_MOST_PAIRS]


def _name(key: str) -> str:
    return " ".join(_SPELLED.get(word, word) for word in spaced(key).split())


def _clause(key: str, value: Any, depth: int) -> str:
    """Return one entry of a dictionary as a clause."""
    name = _name(key)
    head, _, last = name.rpartition(" ")
    match value:
        case bool() if name.startswith(("is ", "has ", "can ", "will ")):
            verb, _, rest = name.partition(" ")
            return f"it {verb} {rest}" if value else f"it {verb} not {rest}"
        case bool():
            return f"{name}: {said(value)}"
        case int() | float() if head and last in _UNITS:
            links = head.rpartition(" ")[2] in _LINKING
            return (
                f"it is {head} {said(value)} {_UNITS[last]}" if links else f"the {head} is {said(value)} {_UNITS[last]}"
            )
        case dict() if depth < _DEEPEST:
            return f"for the {name}, {clauses(value, depth + 1)}"
        case list() if not value:
            return f"there are no {name}"
        case list():
            return f"the {name} are {said(value, depth + 1)}"
        case int() | float():
            return f"the {name} is {said(value)}"
        case _:
            return f"the {name} {'are' if is_plural(name) else 'is'} {said(value)}"


def _short(key: str, value: Any, depth: int) -> str:
    head, _, last = _name(key).rpartition(" ")
    if isinstance(value, int | float) and not isinstance(value, bool) and head and last in _UNITS:
        return f"{head} {said(value)} {_UNITS[last]}"
    return f"{_name(key)} {said(value, depth)}"


def _moment(text: str) -> str:
    """Return a date or a date and time in ISO 8601 as it is said, other text as it is."""
    if not _MOMENT.fullmatch(text):
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    day = f"{moment:%B} {moment.day}"
    return f"{moment:%H:%M} on {day}" if ":" in text else day
