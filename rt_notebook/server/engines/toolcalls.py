"""Chooses the tool that an utterance asks for, by its name, its description and its parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from rt_notebook.server.engines import operations
from rt_notebook.server.engines.quantities import measured, quantities
from rt_notebook.server.engines.schemas import Parameter, parameters
from rt_notebook.server.engines.words import LITTLE, alike, content, spaced, stem, tokens

ENOUGH = 0.85
"""What an utterance must score for a tool to be called: a word of its name, its verb and a word of its description, or
two of these."""
_DESCRIPTION_WEIGHT = 0.5
_VERB_WEIGHT = 0.4
_SYNONYM_WEIGHT = 0.95
_QUESTION_WEIGHT = 0.05  # of two tools that match alike, a question means the one that finds something out
_PRECISION_WEIGHT = 0.01  # of two tools that match alike, the one whose name has less else in it

# What a tool does says less than to what it does it, unless its name has nothing else.
_VERBS = frozenset(
    tokens("get set fetch find look lookup search make do run call use add create update show list check read query")
)
_ASKING = frozenset(tokens("get fetch find look lookup search show list check read query tell what"))
_DOING = frozenset(tokens("set create add make start book"))
_UNDOING = frozenset(tokens("cancel delete remove undo stop"))
# Words of descriptions that fit any tool.
_GENERAL = frozenset(
    tokens("return returns current given value number two name user result information tool function string optional")
)
_SYNONYMS: dict[str, frozenset[str]] = {}
for _meant, _words in {
    "sum": "plus add total",
    "calculate": "plus minus times multiply multiplied add divided subtract sum product compute",
    "calculator": "plus minus times multiply multiplied add divided subtract sum product calculate compute",
    "forecast": "weather",
    "weather": "temperature rain raining sunny forecast hot cold warm snow snowing wind windy umbrella",
    "time": "clock hour",
    "timer": "alarm countdown",
    "reminder": "remind",
    "remind": "reminder",
    "email": "mail",
    "light": "lamp lights",
}.items():
    for _said in re.findall(r"\w+", _words):
        _SYNONYMS[stem(_said)] = _SYNONYMS.get(stem(_said), frozenset()) | {stem(_meant)}
for _operation, _names in operations.NAMES.items():
    for _said in _names:
        _SYNONYMS[_said] = _SYNONYMS.get(_said, frozenset()) | {_operation}


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that may be called, with the tokens that tell what it is about."""

    name: str
    parameters: tuple[Parameter, ...]
    nouns: frozenset[str]
    """What its name is about."""
    verb: frozenset[str]
    """What its name says it does, where it also says to what: empty or one token."""
    words: frozenset[str]
    """All tokens of its name."""
    described: frozenset[str]
    """What its description and its parameters add."""
    operation: str | None = None
    """The one of arithmetic that it does, by its token in `operations.NAMES`; None for anything else."""

    @property
    def asks(self) -> bool:
        """Whether it finds something out, as far as its name tells, instead of doing something."""
        return not self.verb.isdisjoint(_ASKING)

    @property
    def counts(self) -> bool:
        """Whether it works on numbers alone, at least two of them."""
        if self.operation:
            return True
        required = [each for each in self.parameters if each.required]
        return len(required) > 1 and all(each.numeric for each in required)


class Heard(NamedTuple):
    """How much of a tool an utterance speaks of."""

    tool: Tool
    score: float
    words: frozenset[str]
    """Tokens of the utterance that named the tool, and of its name."""


def functions(tools: Sequence[dict[str, Any]], tool_choice: str | dict[str, Any]) -> list[Tool]:
    """Return the function tools among `tools` that `tool_choice` (as the API has it) allows."""
    if tool_choice == "none":
        return []
    named = tool_choice.get("name") if isinstance(tool_choice, dict) else None
    return [
        _tool(json.dumps([tool["name"], tool.get("description"), tool.get("parameters")]))
        for tool in tools
        if isinstance(tool, dict)
        and tool.get("type", "function") == "function"
        and isinstance(tool.get("name"), str)
        and named in (None, tool["name"])
    ]


@lru_cache(maxsize=1024)
def _tool(definition: str) -> Tool:
    """Return the tool of a definition in JSON; the same one is asked for with every response of a session."""
    name, description, schema = json.loads(definition)
    fields = parameters(schema)
    words = tokens(spaced(name))
    verb = frozenset(words[:1]) & _VERBS
    nouns = frozenset(words) - verb - LITTLE
    if not nouns:
        verb, nouns = frozenset(), frozenset(words)
    text = [description[:_LONGEST_DESCRIPTION] if isinstance(description, str) else ""]
    for each in fields:
        text += [spaced(each.name), *map(str, each.values[:_MOST_VALUES])]
    described = frozenset(content(" ".join(text))) - frozenset(words) - _VERBS - _GENERAL
    if operation := operations.of_function(words, fields):
        others = described.difference(*operations.NAMES.values())
        return Tool(name, _operands(fields), frozenset((operation,)), frozenset(), frozenset(words), others, operation)
    return Tool(name, fields, nouns, verb, frozenset(words), described)


def _operands(fields: Sequence[Parameter]) -> tuple[Parameter, ...]:
    """Return the parameters of an operation, which needs two numbers whatever its defaults are."""
    if any(operations.is_numbers(each) for each in fields):
        return tuple(
            replace(each, required=True, fewest=max(each.fewest, 2)) if operations.is_numbers(each) else each
            for each in fields
        )
    first, second, *others = fields
    return (replace(first, required=True, default=None), replace(second, required=True, default=None), *others)


def best(tools: Sequence[Tool], utterance: str) -> Heard | None:
    """Return the tool of which the utterance speaks most; None where there is none at all."""
    said = _Said(utterance)
    return max((_heard(tool, said) for tool in tools), key=lambda heard: heard.score, default=None)


def score(tool: Tool, utterance: str) -> float:
    """Return how much of a tool an utterance speaks of, from 0 up; `ENOUGH` is enough to call it."""
    return _heard(tool, _Said(utterance)).score


class _Said:
    """The words of an utterance."""

    def __init__(self, utterance: str) -> None:
        self.words = frozenset(tokens(measured(utterance)))
        self.meant = frozenset[str]().union(*(_SYNONYMS.get(word, frozenset()) for word in self.words))
        self.asks = bool(_QUESTION.match(utterance))
        self.counts = bool(REFERENCE.search(utterance) or quantities(utterance))

    def like(self, word: str) -> str | None:
        """Return the word said that `word` is, or is misheard as."""
        return word if word in self.words else next((other for other in self.words if alike(word, other)), None)


_QUESTION = re.compile(r"\W*(?:where|what|when|who|which|how|is|are|has|does|do)\b", re.IGNORECASE)


def _heard(tool: Tool, said: _Said) -> Heard:
    found = {word: said.like(word) for word in (*tool.nouns, *tool.verb, *tool.described)}
    hits = {word for word, other in found.items() if other}
    total = sum(1.0 if word in hits else _SYNONYM_WEIGHT if word in said.meant else 0.0 for word in tool.nouns)
    total += _VERB_WEIGHT * len(tool.verb & hits) + _DESCRIPTION_WEIGHT * len(tool.described & hits)
    total -= _PRECISION_WEIGHT * len(tool.nouns - hits - said.meant)
    total += _QUESTION_WEIGHT if said.asks and tool.asks and total else 0.0
    if tool.counts and tool.nouns <= _VERBS and not said.counts:
        total = 0.0  # "add milk to the list" is no sum
    if not said.words.isdisjoint(_UNDOING) and not _DOING.isdisjoint(tool.words) and _UNDOING.isdisjoint(tool.words):
        total = 0.0  # "cancel the timer" sets none
    words = {other for other in found.values() if other}
    words |= {word for word in said.words if not tool.nouns.isdisjoint(_SYNONYMS.get(word, ()))}
    return Heard(tool, max(total, 0.0), tool.nouns | tool.verb | words | _VERBS)


REFERENCE = re.compile(
    r"\b(?:(?:the|that|this) (?:result|sum|product|answer|number|total|difference)|it|them"
    r"|(?:that|this)(?=\W*$|\W+(?:to|by|with|from|into|in|as|plus|minus|times|divided)\b))\b",
    re.IGNORECASE,
)
"""Words that stand for what a call before gave."""


_LONGEST_DESCRIPTION = 600  # characters; what comes later is seldom about what the tool is for
_MOST_VALUES = 50
