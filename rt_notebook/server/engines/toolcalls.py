"""Chooses the tool that an utterance asks for, and puts what a tool answered into words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rt_notebook.server.engine import Call
from rt_notebook.server.engines.arguments import fill, spaced
from rt_notebook.server.engines.words import alike, content, tokens

Tool = dict[str, Any]

_ENOUGH = 1.0  # a word of the tool's name, or two of its description
_DESCRIPTION_WEIGHT = 0.5
_LONGEST = 300  # characters of a result that are read out

# What a tool does says less than to what it does it, unless its name has nothing else.
_VERBS = frozenset(
    tokens("get set fetch find look lookup search make do run call use add create update show list check read")
)
_SYNONYMS = {
    said: meant
    for meant, words in {
        "multiply": "product",
        "add": "plus sum",
        "subtract": "minus difference",
        "divide": "divided over",
        "weather": "temperature rain raining sunny forecast hot cold warm",
        "time": "clock hour",
        "remind": "reminder",
    }.items()
    for said in re.findall(r"\w+", words)
}


def choose(tools: Sequence[Tool], tool_choice: str | dict[str, Any], utterance: str) -> Call | None:
    """Return the call that an utterance asks for, or None.

    `tool_choice` is the API's: ``auto``, ``none``, ``required``, or an object that names a function.
    """
    functions = [tool for tool in tools if tool.get("type", "function") == "function" and tool.get("name")]
    if isinstance(tool_choice, dict):
        functions = [tool for tool in functions if tool["name"] == tool_choice.get("name")]
    if not functions or tool_choice == "none":
        return None
    heard = {tool["name"]: _heard(tool, utterance) for tool in functions}
    best = max(functions, key=lambda tool: heard[tool["name"]].score)
    if tool_choice == "auto" and heard[best["name"]].score < _ENOUGH:
        return None
    arguments = fill(best.get("parameters") or {}, utterance, heard[best["name"]].words)
    return Call(best["name"], json.dumps(arguments, ensure_ascii=False))


class _Heard(NamedTuple):
    """How much of a tool's name and description an utterance speaks of."""

    score: float
    words: frozenset[str]


def _heard(tool: Tool, utterance: str) -> _Heard:
    utterance = re.sub(r"\btimes\b", "multiplied by", utterance.lower())
    meant = (_SYNONYMS.get(word, "") for word in re.findall(r"\w+", utterance))
    said = {*tokens(utterance), *tokens(" ".join(meant))}
    named = frozenset(tokens(spaced(tool["name"])))
    named = named - _VERBS or named
    described = frozenset(content(" ".join(_description(tool))))

    def match(words: frozenset[str]) -> frozenset[str]:
        return frozenset(other for other in said if any(alike(word, other) for word in words))

    by_name, by_description = match(named), match(described - named - _VERBS)
    return _Heard(len(by_name) + _DESCRIPTION_WEIGHT * len(by_description), by_name | by_description | _VERBS)


def _description(tool: Tool) -> Iterator[str]:
    """Yield what describes a tool: its own words, the names of its parameters and the values they may take."""
    yield tool.get("description") or ""
    for name, schema in ((tool.get("parameters") or {}).get("properties") or {}).items():
        yield spaced(name)
        yield from map(str, schema.get("enum") or ())


def tell(name: str | None, output: str) -> str:
    """Return a sentence or two about the `output` (JSON or text) of the function `name`."""
    tool = f"The tool {spaced(name)}" if name else "The tool"
    try:
        value = json.loads(output)
    except ValueError:
        value = output
    if isinstance(value, dict) and (error := value.get("error")):
        return f"{tool} failed. It said: {_sentence(_said(error))}"
    said = _said(value)
    return f"{tool} answers: {_sentence(said)}" if said else f"{tool} is done. It gave nothing back."


def _said(value: Any) -> str:
    """Return a JSON value as it would be spoken."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dict():
            return ", ".join(f"{spaced(str(key))} {_said(each)}" for key, each in value.items() if each is not None)
        case list():
            return ", ".join(_said(each) for each in value)
        case _:
            return re.sub(r"\s+", " ", str(value)).strip()


def _sentence(text: str) -> str:
    if len(text) > _LONGEST:
        cut = text.rfind(" ", 0, _LONGEST)
        text = text[: cut if cut > 0 else _LONGEST] + " and so on"
    return text if text.endswith((".", "!", "?")) else text + "."
