"""Puts what tools gave into sentences for a listener."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

from rt_notebook.server.engines import chinese, operations
from rt_notebook.server.engines.numerals import numbers
from rt_notebook.server.engines.saying import capital, clauses, clean, described, is_plural, said, sentence
from rt_notebook.server.engines.talk import Made
from rt_notebook.server.engines.words import spaced, tokens

_MOST_ENTRIES = 3  # things in a list of things that are described
_LONGEST_ROLE = 60  # characters of an argument that is repeated
_SHORT = 3  # spaces in what may still be a phrase and not a sentence

_ASKING = frozenset(
    ("get", "fetch", "find", "look", "lookup", "search", "show", "list", "check", "read", "query", "count")
)
_COMPUTING = frozenset(("translate", "convert", "calculate", "compute", "evaluate", "estimate", "calculator", "eval"))
_PARTICIPLES = {
    "set": "set", "make": "made", "send": "sent", "put": "put", "write": "written", "cut": "cut", "begin": "begun",
    "run": "run", "buy": "bought", "stop": "stopped", "cancel": "cancelled", "pay": "paid",
}  # fmt: skip
_ACTIONS = frozenset(
    (*_PARTICIPLES, "add", "create", "update", "delete", "remove", "book", "order", "place", "turn", "switch", "start",
     "open", "close", "call", "save", "store", "schedule", "change", "move", "play", "reserve", "register", "submit")
)  # fmt: skip

# How an argument is said after what it belongs to, by the last word of its name.
_ROLES = {
    **dict.fromkeys(("city", "location", "place", "town", "country", "region", "timezone", "zone"), "in {}"),
    **dict.fromkeys(("minutes", "seconds", "hours", "days", "weeks"), "for {} "),
    **dict.fromkeys(("label", "name", "title"), "called {}"),
    **dict.fromkeys(("origin", "from", "departure"), "from {}"),
    **dict.fromkeys(("destination", "to", "recipient"), "to {}"),
    **dict.fromkeys(("query", "topic", "subject", "symbol", "person", "item"), "for {}"),
    **dict.fromkeys(("day", "date", "when"), "on {}"),
    "room": "in the {}",
}
_PLAIN_DAYS = re.compile(r"(?:today|tomorrow|tonight|yesterday|now|right now|this|next)\b", re.IGNORECASE)

_WRAPPERS = frozenset(
    ("result", "results", "value", "answer", "output", "data", "response", "text", "content", "message")
)
_RESULTS = _WRAPPERS | {"sum", "product", "difference", "quotient", "total", "outcome"}
_WELL = frozenset(("ok", "okay", "done", "success", "successful", "succeeded", "true", "completed", "yes"))
_ILL = frozenset(("error", "failed", "failure", "false"))
_STATUS = ("status", "ok", "success", "successful")
_ERROR = re.compile(r"(?:\w*(?:error|exception)\b|traceback|failed\b)[:\s(]*", re.IGNORECASE)
# What clients say in plain words where there is no result: this package's own, among them.
_NO_RESULT = re.compile(
    r"(?P<raised>\S+ raised \w+:\s*)|There is no tool |The user (?:did not allow|interrupted|stopped)\b"
    r"|\S+ (?:did not return within|was not called|returned what cannot be sent|failed without)\b"
    r"|(?:The )?MCP server \S+(?: was (?:lost|closed)\b|:)"
)
_SENTENCE = re.compile(r"\b(?:is|are|was|were|has|have|will|can|i|you|it's|there's|be)\b", re.IGNORECASE)


def tell(results: Sequence[Made], *, in_chinese: bool = False) -> str:
    """Return the outputs of calls in a sentence or two each."""
    if in_chinese:
        return "".join(map(_in_chinese, results))
    return " ".join(_told(made, alone=len(results) == 1) for made in results)


def value_of(made: Made) -> str:
    """Return what a call gave as another call takes it: a number in digits, a few words, or a sentence."""
    value = _unwrapped(_parsed(made.output or ""))
    if isinstance(value, dict):
        value = next(iter(value.values())) if len(value) == 1 and _is_number(*value.values()) else value
    if _is_number(value):
        return json.dumps(value)
    return clean(value) if isinstance(value, str) else _told(made)


def number_of(made: Made) -> str | None:
    """Return the one number that a call gave, in digits, out of an object or a sentence too; None for none."""
    value = _unwrapped(_parsed(made.output or ""))
    if isinstance(value, dict):
        entries = _without_echoes(value, made.arguments)
        named = {key: each for key, each in entries.items() if {*spaced(key).split()} & _RESULTS}
        value = next((each for each in (named, entries) if each), {})
    if isinstance(value, str):
        value = _numbers_in(value, made.arguments)
    given = [*value.values()] if isinstance(value, dict) else value if isinstance(value, list) else [value]
    found = [each for each in given if _is_number(each)]
    return json.dumps(found[0]) if len(found) == 1 else None


def _numbers_in(text: str, arguments: dict[str, Any]) -> list[float]:
    """Return the numbers in a text but, where there are several, for those that only repeat the call's."""
    found = [int(number.value) if number.value == int(number.value) else number.value for number in numbers(text)]
    for each in _flattened(arguments.values()) if len(found) > 1 else ():
        if each in found:
            found.remove(each)
    return found


def _is_number(*values: Any) -> bool:
    return all(isinstance(each, int | float) and not isinstance(each, bool) and isfinite(each) for each in values)


def failed(output: str) -> str | None:
    """Return what an output says went wrong, None where nothing did."""
    value = _parsed(output)
    if isinstance(value, str):
        text = value.strip()
        if told := _NO_RESULT.match(text):
            return _reason(text[told.end("raised") :] if told["raised"] else text)
        match = _ERROR.match(text)
        return _reason(text[match.end() :]) if match else None
    if not isinstance(value, dict):
        return None
    why = next((value[key] for key in ("message", "reason", "detail") if value.get(key)), "")
    if error := value.get("error") or value.get("errors"):
        message = error.get("message") if isinstance(error, dict) else None
        return _reason(said(why if error is True else message or error))
    return _reason(said(why)) if any(str(value.get(key)).lower() in _ILL for key in _STATUS) else None


def _reason(text: str) -> str:
    """Return an error's message without the exception's name, which says nothing to a listener."""
    return _ERROR.sub("", clean(text), count=1) or "no reason given"


def _told(made: Made, *, alone: bool = True) -> str:
    words = spaced(made.name).split()
    roles = _roles(made.arguments)
    if (trouble := failed(made.output or "")) is not None:
        return f"Sorry, {_attempt(words, roles)}. The tool says: {sentence(trouble)}"
    value = _unwrapped(_parsed(made.output or ""))
    acts = len(words) > 1 and words[0] in _ACTIONS
    if isinstance(value, dict) and value:
        value = _without_echoes(value, made.arguments)
        if not value and not acts:
            return "It is done."
    if isinstance(value, bool) and not acts:
        about = "" if alone else ", ".join(said(each) for each in made.arguments.values())
        return sentence(capital(f"{about}: {said(value)}" if about else said(value)))
    if _is_nothing(value):
        return f"{_deed(words, made.arguments, roles)}." if acts else "It is done; the tool gave nothing back."
    if isinstance(value, str) and _is_sentence(value):
        return sentence(capital(value))
    if (total := _sum(words, made.arguments, value)) is not None:
        return total
    opening = f"{_deed(words, made.arguments, roles)}. " if acts else ""
    if isinstance(value, dict):
        about = f"{roles}, " if roles and not acts else ""
        return opening + sentence(capital(about + clauses(value)))
    if isinstance(value, list):
        return opening + sentence(_listed(value, roles, found=not acts and bool(words) and words[0] in _ASKING))
    noun = _noun(words)
    if acts or not noun:
        return opening + sentence(f"The result is {said(value)}")
    if noun in ("now", "today", "date", "time") and not roles:
        return sentence(f"It is {said(value)}")
    if words[0] == "count" and isinstance(value, int):
        return sentence(f"There {'is' if value == 1 else 'are'} {value} {noun} {roles}")
    subject = capital(" ".join(filter(None, (f"the {noun}", roles))))
    return sentence(f"{subject} {'are' if is_plural(noun) else 'is'} {said(value)}")


def _in_chinese(made: Made) -> str:
    if (trouble := failed(made.output or "")) is not None:
        return f"抱歉，工具出错了：{sentence(trouble).rstrip('.')}。"
    about = chinese.from_english("、".join(str(value) for value in made.arguments.values() if isinstance(value, str)))
    value = _unwrapped(_parsed(made.output or ""))
    if isinstance(value, dict):
        value = _without_echoes(value, made.arguments)
    if _is_nothing(value):
        return f"{about}：已完成。" if about else "已完成。"
    parts = [said({key: each}) for key, each in value.items()] if isinstance(value, dict) else [said(value)]
    told = "，".join(parts)
    return f"{about or '结果'}：{chinese.from_english(sentence(told).rstrip('.。'))}。"


def _parsed(output: str) -> Any:
    try:
        return json.loads(output)
    except (ValueError, RecursionError):
        return output


def _unwrapped(value: Any) -> Any:
    """Return what a dictionary holds whose single entry says nothing by its name."""
    while isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _WRAPPERS:
        value = next(iter(value.values()))
    return value


def _is_nothing(value: Any) -> bool:
    if value is None or value is True or value in ("", {}):
        return True
    return isinstance(value, str) and value.lower().strip(" .!") in _WELL


def _is_sentence(text: str) -> bool:
    text = text.strip()
    return text.endswith((".", "!", "?")) or (
        text.count(" ") >= _SHORT and bool(_SENTENCE.search(text[:_LONGEST_ROLE]))
    )


def _without_echoes(value: dict[str, Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a result without what only repeats the call, and without a status that says that all is well."""
    given = {each.lower() for each in _flattened(arguments.values()) if isinstance(each, str)}
    return {
        str(key): each
        for key, each in value.items()
        if each is not None
        and not (key in arguments and str(each).lower() == str(arguments[key]).lower())
        and not (isinstance(each, str) and each.lower() in given)
        and not (key in _STATUS and str(each).lower() in _WELL)
    }


def _flattened(values: Iterable[Any]) -> list[Any]:
    """Return arguments with those in lists and objects one by one."""
    found: list[Any] = []
    for each in values:
        if isinstance(each, dict | list):
            found += _flattened(each.values() if isinstance(each, dict) else each)
        else:
            found.append(each)
    return found


def _sum(words: Sequence[str], arguments: dict[str, Any], value: Any) -> str | None:
    """Return "6 times 7 is 42" for a calculation with two numbers."""
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    if isinstance(value, dict | list):
        return None
    named = operations.operations(tokens(" ".join(words)))
    given = _flattened(arguments.values())
    if len(named) == 1 and len(given) > 1 and _is_number(*given):
        sign = f" {operations.SIGNS[named.pop()]} "
        return f"{sign.join(said(each) for each in given)} is {said(value)}."
    return f"That makes {said(value)}." if "expression" in arguments else None


def _listed(value: list[Any], roles: str, *, found: bool) -> str:
    if value and not found and not any(isinstance(each, dict | list) for each in value):
        return f"The {'results are' if len(value) > 1 else 'result is'} {said(value)}"
    intro = f"{capital(roles)}, I found" if roles else "I found"
    if not value:
        return f"{intro} nothing"
    count = len(value) if len(value) > 1 else "one"
    if not any(isinstance(each, dict | list) for each in value):
        return f"{intro} {count}: {said(value)}"
    told = [described(each) for each in value[:_MOST_ENTRIES]]
    more = f"; and {len(value) - len(told)} more" if len(value) > len(told) else ""
    return f"{intro} {count}: {'; '.join(told)}{more}"


def _noun(words: Sequence[str]) -> str:
    """Return what a function's name is about, without what it does: "weather" of "get weather"."""
    if words and (words[0] in _COMPUTING or operations.operations(tokens(words[0]))):
        return ""
    rest = list(words[1:] if words and words[0] in _ASKING | _ACTIONS else words)
    while rest and rest[0] in ("the", "current", "all", "up", "on", "off", "for", "a"):
        del rest[0]
    return " ".join(rest)


def _deed(words: Sequence[str], arguments: dict[str, Any], roles: str) -> str:
    """Return "Done: the timer is set for 10 minutes", as far as the name allows."""
    noun = _noun(words) or " ".join(words[1:])
    switch = next((value for value in arguments.values() if isinstance(value, bool)), None)
    turned = {True: " on", False: " off", None: ""}[switch] if words[0] in ("turn", "switch") else ""
    done = _PARTICIPLES.get(words[0]) or (words[0] + "d" if words[0].endswith("e") else words[0] + "ed")
    if noun.startswith("to "):
        return f"Done: {done} {noun}"
    verb = "are" if is_plural(noun) else "is"
    called = re.search(r"(?:^| )called .*", roles)
    named, rest = (called[0].strip(), roles[: called.start()]) if called else ("", roles)
    return " ".join(filter(None, ("Done: the", noun, named, verb, f"{done}{turned}", rest)))


def _attempt(words: Sequence[str], roles: str) -> str:
    noun = _noun(words)
    if len(words) > 1 and noun and words[0] in _ASKING | _ACTIONS:
        return " ".join(filter(None, (f"I could not {words[0]} the {noun}", roles)))
    return "that did not work"


def _roles(arguments: dict[str, Any]) -> str:
    """Return what the call was about, as far as that can be said: "in Paris", "for 10 minutes called pasta"."""
    told = []
    for name, value in arguments.items():
        last = spaced(name).rpartition(" ")[2]
        role = _ROLES.get(last)
        if role is None or isinstance(value, dict | list | bool) or value is None or len(str(value)) > _LONGEST_ROLE:
            continue
        if role.endswith(" "):
            told.append(f"{role.format(said(value))}{last.removesuffix('s') if value == 1 else last}")
        elif last in ("day", "date", "when") and _PLAIN_DAYS.match(str(value)):
            told.append(str(value))
        else:
            place = role == "in {}" and str(value).islower()
            told.append(role.format(said(value).title() if place else said(value)))
    return " ".join(told)
