"""Fills a function's arguments from the words of an utterance, as well as that goes without understanding them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

from rt_notebook.server.engines.numerals import Number, numbers
from rt_notebook.server.engines.words import LITTLE, alike, stem, tokens

Schema = dict[str, Any]

_PREPOSITIONS = {
    **dict.fromkeys(("from", "origin", "source", "departure"), ("from",)),
    **dict.fromkeys(("to", "destination", "target", "recipient", "arrival"), ("to", "for")),
    **dict.fromkeys(("name", "title", "label"), ("named", "called", "titled")),
    **dict.fromkeys(("topic", "subject", "query", "question", "keyword", "search"), ("about", "for", "of")),
}
_ANY_PREPOSITION = ("in", "at", "for", "near", "about", "named", "called", "of", "to", "from", "on", "with")
_FREE_TEXT = frozenset(tokens("text query question message prompt expression input content note sentence"))
_TIMES = frozenset(tokens("date day when time"))
_WHEN = re.compile(
    r"\b(?:\d{4}-\d\d-\d\d|today|tomorrow|tonight|yesterday|now"
    r"|(?:next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_PHRASE_END = re.compile(
    rf"[.,;:!?]|\b(?:{'|'.join(_ANY_PREPOSITION)}|and|please|is|are|by|right|that|this|next)\b|{_WHEN.pattern}",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“‘]([^\"”’]+)[\"”’]|(?<!\w)'([^']+)'(?!\w)")
_PROPER = re.compile(r"(?<=[a-z,] )(?!I\b)[A-Z][\w'-]*(?: [A-Z][\w'-]*)*")
_NEGATED = re.compile(r"\b(?:not|no|off|never|without|disable|false|\w+n[’']t)\b", re.IGNORECASE)
_LIST_GLUE = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)


def fill(parameters: Schema, utterance: str, aside: Collection[str] = ()) -> dict[str, Any]:
    """Return arguments for a function with these JSON Schema `parameters`.

    Required ones are always there, if need be with a default or with the words that have no other use; others only
    where the words speak of them. `aside` are the tokens that named the function.
    """
    properties: dict[str, Schema] = parameters.get("properties") or {}
    required = set(parameters.get("required") or ())
    utterance = utterance.strip()
    counted = _share_out(numbers(utterance), _numeric(properties), utterance)
    filled = {}
    for name, schema in properties.items():
        kind = _kind(schema)
        value = counted.get(name) if kind in ("number", "integer") else _FILLERS[kind](name, _branch(schema), utterance)
        if value is None and name in required:
            value = _fallback(_branch(schema), kind, utterance, aside)
        if value is not None:
            filled[name] = (
                int(value) if isinstance(value, float) and (kind == "integer" or value.is_integer()) else value
            )
    return filled


def _branch(schema: Schema) -> Schema:
    """Return the first alternative of a schema that is not null."""
    branches = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return next((branch for branch in branches if branch.get("type") != "null"), schema)


def _kind(schema: Schema) -> str:
    schema = _branch(schema)
    if "enum" in schema:
        return "enum"
    types = schema.get("type", "string")
    kind = next((each for each in types if each != "null"), "string") if isinstance(types, list) else types
    return kind if kind in _FILLERS or kind in ("number", "integer") else "string"


def _numeric(properties: dict[str, Schema]) -> list[str]:
    return [name for name, schema in properties.items() if _kind(schema) in ("number", "integer")]


def _share_out(found: list[Number], names: list[str], utterance: str) -> dict[str, float]:
    """Give each name a number: the one beside which it is said, else the next one left over."""
    shared: dict[str, float] = {}
    left = list(found)
    for name in names:
        number = next((number for number in left if _said_beside(name, number, utterance)), None)
        if number is not None:
            shared[name] = number.value
            left.remove(number)
    for name in names:
        if name not in shared and left:
            shared[name] = left.pop(0).value
    return shared


def _said_beside(name: str, number: Number, utterance: str) -> bool:
    """Tell whether `name` is said before the number ("threshold to 0.7") or right after it ("ten minutes")."""
    words = tokens(spaced(name))
    before = tokens(utterance[: number.start])[-3:]
    after = tokens(re.sub(r"^[\d.,-]+", "", utterance[number.start :]))[:3]
    return any(alike(word, other) for word in words for other in before + after)


def _enum(_name: str, schema: Schema, utterance: str) -> Any:
    said = tokens(utterance)

    def is_said(value: object) -> bool:
        return all(any(alike(word, other) for other in said) for word in tokens(spaced(str(value))))

    return next((value for value in schema["enum"] if value is not None and is_said(value)), None)


def _boolean(name: str, _schema: Schema, utterance: str) -> bool | None:
    said = tokens(utterance)
    if any(alike(word, other) for word in tokens(spaced(name)) for other in said):
        return not _NEGATED.search(utterance)
    return None


def _string(name: str, _schema: Schema, utterance: str) -> str | None:
    if quoted := _QUOTED.search(utterance):
        return quoted[1] or quoted[2]
    words = tokens(spaced(name))
    if not _TIMES.isdisjoint(words):
        found = _WHEN.search(utterance)
        return found[0] if found else None
    last = words[-1] if words else ""
    prepositions = next((found for key, found in _PREPOSITIONS.items() if stem(key) in words), None)
    if last in _FREE_TEXT:
        return _rest_after(utterance, (*(prepositions or ()), "that", ":")) or utterance
    candidates: Iterable[str | None] = (
        _phrase_after(utterance, rf"{re.escape(spaced(name))}(?: (?:is|to|of|called|named|as))?"),
        *(_phrase_after(utterance, word) for word in prepositions or _ANY_PREPOSITION),
        _match(_PROPER, utterance),
    )
    return next(filter(None, candidates), None)


def _array(name: str, schema: Schema, utterance: str) -> list[Any] | None:
    items = schema.get("items") or {}
    if _kind(items) in ("number", "integer"):
        found = [number.value for number in numbers(utterance)]
        return [int(value) if _kind(items) == "integer" else value for value in found] or None
    if _kind(items) == "enum":
        return [value for value in items["enum"] if _enum(name, {"enum": [value]}, utterance) is not None] or None
    rest = _rest_after(utterance, _ANY_PREPOSITION)
    return [part for part in _LIST_GLUE.split(rest) if part] if rest else None


def _object(_name: str, schema: Schema, utterance: str) -> dict[str, Any] | None:
    return fill(schema, utterance) or None


_FILLERS: dict[str, Callable[[str, Schema, str], Any]] = {
    "enum": _enum,
    "boolean": _boolean,
    "string": _string,
    "array": _array,
    "object": _object,
}


def _fallback(schema: Schema, kind: str, utterance: str, aside: Collection[str]) -> Any:
    """Return something for a required argument that the words do not speak of."""
    if "default" in schema:
        return schema["default"]
    if kind == "enum":
        return schema["enum"][0]
    plain = {"boolean": not _NEGATED.search(utterance), "number": 0, "integer": 0, "array": [], "object": {}}
    return plain.get(kind) if kind in plain else _leftover(utterance, aside)


def _leftover(utterance: str, aside: Collection[str]) -> str:
    """Return the words that neither named the function nor are there for grammar, else the whole utterance."""
    words = re.findall(r"[\w'’-]+", utterance)
    left = [word for word in words if not {*tokens(word)} <= {*LITTLE, *aside}]
    return " ".join(left) or utterance


def _phrase_after(utterance: str, pattern: str) -> str | None:
    """Return the few words after a match of `pattern` that belong together and are no quantity."""
    for match in re.finditer(rf"\b{pattern}\s+(?:the\s+|a\s+|an\s+)?", utterance, re.IGNORECASE):
        rest = utterance[match.end() :]
        end = _PHRASE_END.search(rest)
        phrase = rest[: end.start() if end else None].strip()
        if phrase and not any(number.start == 0 for number in numbers(phrase)):
            return phrase
    return None


def _rest_after(utterance: str, marks: Iterable[str]) -> str | None:
    """Return everything after the first of `marks` that is said, without the final full stop."""
    for mark in marks:
        start = re.search(rf"{re.escape(mark)}\s+" if mark == ":" else rf"\b{mark}\s+", utterance, re.IGNORECASE)
        if start:
            return utterance[start.end() :].rstrip(".?! ") or None
    return None


def _match(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found[0] if found else None


def spaced(name: str) -> str:
    """Return an identifier as words: ``maxItems`` and ``max_items`` become "max items"."""
    return re.sub(r"(?<=[a-z\d])(?=[A-Z])|[_\W]+", " ", name).strip().lower()
