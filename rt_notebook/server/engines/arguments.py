"""Fills a function's arguments from the words of an utterance, as well as that goes without understanding them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from rt_notebook.server.engines import phrases
from rt_notebook.server.engines.numerals import numbers
from rt_notebook.server.engines.quantities import Quantity, beside, converted, expression, is_clock, quantities
from rt_notebook.server.engines.schemas import Parameter
from rt_notebook.server.engines.words import alike, spaced, stem, tokens

Path = tuple[str, ...]
"""Where an argument stands: its name, in an object the object's name before it."""

_PREPOSITIONS = {
    **dict.fromkeys(("from", "origin", "source", "departure"), ("from",)),
    **dict.fromkeys(("to", "destination", "target", "recipient", "arrival"), ("to", "into", "for")),
    **dict.fromkeys(("name", "title", "label"), ("named", "called", "titled", "labelled")),
    **dict.fromkeys(("topic", "subject", "query", "question", "keyword", "search"), ("about", "for", "of")),
    **dict.fromkeys(("language", "lang"), ("into", "in", "to")),
    **dict.fromkeys(("message", "body"), ("saying", "that", ":")),
    **dict.fromkeys(("task", "reminder", "todo"), ("to", "about", "that")),
}
_STEMMED = {stem(key): found for key, found in _PREPOSITIONS.items()}
_FREE_TEXT = frozenset(
    tokens("text query question message prompt input content note sentence body task reminder todo search")
)
_SUMS = frozenset(tokens("expression formula equation calculation"))
_TIMES = frozenset(tokens("date day when time datetime"))
_CODES = frozenset(tokens("id number code zip phone postcode order reference"))
_SWITCHES = frozenset(tokens("on enabled enable active power state"))
_SWITCHED = re.compile(r"\b(?:on|off|enable|disable|activate|deactivate)\b", re.IGNORECASE)
_ROOM = re.compile(
    r"\b(?!(?:the|a|an|my|our|your|this|that|which|what|every|each|in|for|room)\b)\w+ room\b", re.IGNORECASE
)
_NEGATED = re.compile(r"\b(?:not|no|off|never|without|disable|deactivate|false|nope|\w+n[’']t)\b", re.IGNORECASE)
_AFFIRMED = re.compile(r"\b(?:yes|yeah|yep|sure|please do|true|of course)\b", re.IGNORECASE)


class Missing(NamedTuple):
    """A required argument that the words do not speak of."""

    path: Path
    parameter: Parameter


class Filled(NamedTuple):
    """What the words gave."""

    values: dict[str, Any]
    missing: tuple[Missing, ...]


def fill(parameters: Sequence[Parameter], utterance: str, aside: Collection[str] = ()) -> Filled:
    """Return the arguments that an utterance speaks of, and which of the required ones it leaves out.

    What has a default and is required is never missing. `aside` are the tokens that named the function.
    """
    counted = _share_out(quantities(utterance), [each for each in parameters if each.numeric])
    values: dict[str, Any] = {}
    missing: list[Missing] = []
    for each in parameters:
        value = counted.get(each.name) if each.numeric else _FILLERS[each.kind](each, utterance, aside)
        if each.kind == "object" and (value or each.required):
            value, inner = fill(each.fields, utterance, aside)
            missing += [Missing((each.name, *path), parameter) for path, parameter in inner]
        unfit = each.name in counted and value is None
        if unfit and not each.required:
            missing.append(Missing((each.name,), each))
        elif value is None and each.required:
            value = None if unfit else each.default
            if value is None:
                missing.append(Missing((each.name,), each))
        if value is not None:
            values[each.name] = value
    _part(parameters, values)
    _only_once(parameters, values)
    return Filled(values, _with_names(values, missing, utterance, aside))


def _part(parameters: Sequence[Parameter], values: dict[str, Any]) -> None:
    """Take from the end of a text what is an argument of its own: "call Anna at five" is a task and a time."""
    texts = [each.name for each in parameters if is_text(each) and isinstance(values.get(each.name), str)]
    others = [str(value) for name, value in values.items() if name not in texts and isinstance(value, str)]
    prepositions = "|".join(phrases.PREPOSITIONS)
    for name in texts:
        for other in others:
            short = re.sub(rf",?\s+(?:(?:{prepositions})\s+)?{re.escape(other)}$", "", values[name])
            values[name] = short or values[name]


def _only_once(parameters: Sequence[Parameter], values: dict[str, Any]) -> None:
    """Take from an optional text what another argument has: "in Paris" is the city, and no country beside it."""
    for each in reversed(parameters):
        others = [value for name, value in values.items() if name != each.name]
        if each.kind == "string" and not each.required and values.get(each.name) in others:
            del values[each.name]


def _with_names(
    values: dict[str, Any], missing: list[Missing], utterance: str, aside: Collection[str]
) -> tuple[Missing, ...]:
    """Give a name, or the words that have no other use, to the one string that is missing, if it is just one."""
    strings = [each for each in missing if each.parameter.kind == "string" and not _is_exact(each.parameter)]
    counted = [utterance[each.start : each.end] for each in numbers(utterance) if each.value in values.values()]
    taken = {*aside, *tokens(" ".join([*map(str, values.values()), *counted]))}
    if len(strings) != 1:
        return tuple(missing)
    name = phrases.proper(utterance)
    words = name if name and not {*tokens(name)} <= taken else phrases.leftover(utterance, taken)
    if not words:
        return tuple(missing)
    put(values, strings[0].path, words)
    return tuple(each for each in missing if each is not strings[0])


def is_text(parameter: Parameter) -> bool:
    """Tell whether an argument is a text of any words, as a message is."""
    words = tokens(spaced(parameter.name))
    return parameter.kind == "string" and bool(words) and words[-1] in _FREE_TEXT


def _is_exact(parameter: Parameter) -> bool:
    """Tell whether no words but those of a time or of a sum fit."""
    return _is_time(parameter) or not _SUMS.isdisjoint(tokens(spaced(parameter.name)))


def _is_time(parameter: Parameter) -> bool:
    return not _TIMES.isdisjoint(tokens(spaced(parameter.name))) or parameter.format.startswith(("date", "time"))


def put(values: dict[str, Any], path: Path, value: Any) -> None:
    """Set the argument at `path`."""
    for name in path[:-1]:
        values = values.setdefault(name, {})
    values[path[-1]] = value


def invent(parameter: Parameter, utterance: str, aside: Collection[str] = ()) -> Any:
    """Return the best there is for an argument that must be given although nobody said it."""
    plain: dict[str, Any] = {
        "enum": parameter.values[:1],
        "boolean": [not _NEGATED.search(utterance)],
        "number": [parameter.least],
        "integer": [int(parameter.least)],
        "array": [[]],
        "object": [{}],
    }
    if parameter.kind in plain:
        return plain[parameter.kind][0]
    text = phrases.without_opening(utterance, aside)
    return text or (utterance.strip() if is_text(parameter) else "unknown")


def reply(parameter: Parameter, utterance: str) -> Any:
    """Return what a reply to the question for this argument says, None where it does not fit."""
    text = phrases.bare(utterance)
    if parameter.numeric:
        return _share_out(quantities(utterance), [parameter]).get(parameter.name)
    if parameter.kind == "boolean":
        found = _AFFIRMED.search(utterance) or _NEGATED.search(utterance)
        return None if not found else not _NEGATED.search(utterance)
    if parameter.kind == "array" and parameter.items is not None and parameter.items.kind == "string":
        return phrases.listed(text, ()) or None
    if parameter.kind == "string":
        said = phrases.trimmed(utterance) if is_text(parameter) else phrases.first_phrase(text)
        return _pattern(parameter, utterance) or said or None
    return _FILLERS[parameter.kind](parameter, utterance, ())


def _share_out(found: Sequence[Quantity], numeric: list[Parameter]) -> dict[str, float | None]:
    """Give each parameter a number: the one beside which its name is said, else the next one left over.

    It is None where only a whole number fits and another was said: 90 seconds are no number of minutes.
    """
    shared: dict[str, float | None] = {}
    left = [quantity for quantity in found if not is_clock(quantity)]

    def give(parameter: Parameter, quantity: Quantity) -> None:
        left.remove(quantity)
        value = converted(quantity, parameter.name)
        if value == int(value):
            shared[parameter.name] = int(value)
        else:
            shared[parameter.name] = value if parameter.kind == "number" else None

    for each in numeric:
        if (quantity := next((one for one in left if beside(one, each.name)), None)) is not None:
            give(each, quantity)
    for each in numeric:
        if each.name not in shared and left:
            give(each, left[0])
    return shared


def _enum(parameter: Parameter, utterance: str, _aside: Collection[str]) -> Any:
    said = tokens(utterance)
    counted = [quantity.value for quantity in quantities(utterance)]

    def is_said(value: object) -> bool:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value in counted
        words = tokens(spaced(str(value)))
        return bool(words) and all(any(alike(word, other) for other in said) for word in words)

    return next((value for value in parameter.values if is_said(value)), None)


def _boolean(parameter: Parameter, utterance: str, _aside: Collection[str]) -> bool | None:
    words, said = tokens(spaced(parameter.name)), tokens(utterance)
    switched = not _SWITCHES.isdisjoint(words) and _SWITCHED.search(utterance)
    if switched or any(alike(word, other) for word in words for other in said):
        return not _NEGATED.search(utterance)
    return None


def _string(parameter: Parameter, utterance: str, aside: Collection[str]) -> str | None:
    words = tokens(spaced(parameter.name))
    if not _SUMS.isdisjoint(words):
        return expression(utterance)
    if _is_time(parameter):
        return phrases.point_in_time(utterance)
    prepositions = next((_STEMMED[word] for word in reversed(words) if word in _STEMMED), None)
    if is_text(parameter):
        marks = (*(prepositions or ()), "that", ":")
        return (
            phrases.quoted(utterance)
            or phrases.rest_after(utterance, marks)
            or phrases.without_opening(utterance, aside)
            or None
        )
    if found := _pattern(parameter, utterance):
        return found
    if prepositions:
        utterance = phrases.unquoted(utterance)
    elif found := phrases.quoted(utterance):
        return found
    if words[-1:] == ["room"] and (room := _ROOM.search(utterance)):
        return room[0]
    name = re.escape(spaced(parameter.name))
    candidates: Iterable[str | None] = (
        phrases.phrase_after(utterance, rf"{name}(?: (?:is|to|of|called|named|as))?") if name else None,
        *(phrases.phrase_after(utterance, word) for word in prepositions or phrases.PREPOSITIONS),
    )
    if prepositions and "from" in prepositions and "currency" in parameter.name.lower():
        candidates = (*candidates, phrases.counted(utterance))
    said = (each for each in candidates if each and phrases.point_in_time(f"at {each}") != each)
    return next(filter(None, (phrases.without(each, aside) for each in said)), None)


def _pattern(parameter: Parameter, utterance: str) -> str | None:
    """Return an e-mail address, a link or a code for a parameter that is one."""
    words = set(tokens(spaced(parameter.name)))
    if parameter.format == "email" or "email" in words:
        return phrases.email(utterance)
    if parameter.format in ("uri", "url") or not words.isdisjoint(("url", "uri", "link")):
        return phrases.link(utterance)
    return phrases.code(utterance) if not words.isdisjoint(_CODES) else None


def _array(parameter: Parameter, utterance: str, aside: Collection[str]) -> list[Any] | None:
    items = parameter.items or Parameter(parameter.name)
    if items.numeric:
        found = [quantity.value for quantity in quantities(utterance)]
        whole = [round(value) if items.kind == "integer" or value == int(value) else value for value in found]
        return whole if len(whole) >= max(parameter.fewest, 1) else None
    if items.kind == "enum":
        return [
            value
            for value in items.values
            if _enum(Parameter(items.name, "enum", values=(value,)), utterance, aside) is not None
        ] or None
    if items.kind == "string":
        return list(phrases.listed(utterance, aside)) or None
    if items.kind == "object":
        values, missing = fill(items.fields, utterance, aside)
        return [values] if values and not missing else None
    return None


def _object(parameter: Parameter, utterance: str, aside: Collection[str]) -> dict[str, Any] | None:
    return fill(parameter.fields, utterance, aside).values or None


_FILLERS: dict[str, Callable[[Parameter, str, Collection[str]], Any]] = {
    "enum": _enum,
    "boolean": _boolean,
    "string": _string,
    "array": _array,
    "object": _object,
}


def explicit(parameter: Parameter) -> bool:
    """Tell whether words that happen to be there cannot be taken for this argument by mistake."""
    if parameter.kind == "string":
        return any(stem(key) in tokens(spaced(parameter.name)) for key in ("origin", "from", "destination"))
    return parameter.kind in ("enum", "boolean") or parameter.numeric


def is_named(parameter: Parameter, utterance: str) -> bool:
    """Tell whether the number that an utterance gives an argument stands beside that one's name."""
    return any(beside(quantity, parameter.name) for quantity in quantities(utterance))


def is_unfit(parameter: Parameter, utterance: str) -> bool:
    """Tell whether an utterance gives a fraction for what must be a whole number."""
    shared = _share_out(quantities(utterance), [parameter]) if parameter.numeric else {}
    return parameter.name in shared and shared[parameter.name] is None
