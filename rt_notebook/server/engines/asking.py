"""Asks the user for what a call lacks, and reads the reply."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rt_notebook.server.engines import chinese
from rt_notebook.server.engines.arguments import Missing, explicit, fill, is_named, is_text, is_unfit, reply
from rt_notebook.server.engines.plans import Step
from rt_notebook.server.engines.saying import is_plural
from rt_notebook.server.engines.schemas import Parameter
from rt_notebook.server.engines.words import content, spaced, tokens

# By the last word of a parameter's name.
_QUESTIONS = {
    "city": "For which city?",
    "town": "For which town?",
    "location": "For which place?",
    "place": "For which place?",
    "address": "For which address?",
    "country": "For which country?",
    "timezone": "For which time zone?",
    "zone": "For which time zone?",
    "origin": "From where?",
    "from": "From where?",
    "departure": "From where?",
    "destination": "Where to?",
    "to": "To whom?",
    "recipient": "To whom?",
    "date": "For which day?",
    "day": "For which day?",
    "when": "When?",
    "time": "At what time?",
    "query": "What should I search for?",
    "question": "What is the question?",
    "message": "What should it say?",
    "text": "What should it say?",
    "body": "What should it say?",
    "content": "What should it say?",
    "name": "What is the name?",
    "language": "Into which language?",
    "task": "What is the task?",
    "expression": "What should I calculate?",
    "email": "What is the e-mail address?",
}
_CHINESE = {
    "city": "请问是哪个城市？",
    "location": "请问是哪个地方？",
    "place": "请问是哪个地方？",
    "timezone": "请问是哪个地方的时间？",
    "minutes": "请问是几分钟？",
    "seconds": "请问是几秒钟？",
    "query": "请问要搜索什么？",
}
_NUMBERS = {
    "count": "How many?",
    "amount": "How much?",
    "n": "Which number?",
    "x": "Which number?",
    "number": "Which number?",
}
_DROPPED = re.compile(
    r"\W*\b(?:never ?mind|forget (?:it|that|about it)|cancel|stop|no,? thanks?|nothing|leave it)\b"
    r"|^\W*(?:(?:no|please)\W+)*(?:don.?t|do not)(?: do (?:it|that))?(?:\W+please)?\W*$"
    r"|^(?:算了|不用了|取消)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\W*(?:(?:and|but|so|wait|sorry|hello|hi)\W+)*"
    r"(?:what|who|how|why|when|where|which|can you|could you|explain|tell me|do you"
    r"|are you|is it|help|thanks?|bye|goodbye|no idea|i do not know|i don.t know)\b",
    re.IGNORECASE,
)


def first_open(steps: Sequence[Step]) -> int | None:
    """Return the place of the first step that lacks something, None where all can be called."""
    return next((place for place, step in enumerate(steps) if step.missing), None)


def question(steps: Sequence[Step], *, in_chinese: bool = False) -> str:
    """Return the question for the first thing that `steps` lack."""
    place = first_open(steps)
    if place is None:
        raise ValueError("None of these steps lacks anything; call them instead of asking.")
    step = steps[place]
    parameter = step.missing[0].parameter
    name = spaced(parameter.name)
    if in_chinese:
        return _CHINESE.get(name.rpartition(" ")[2], f"请问 {name} 是什么？")
    if parameter.kind == "enum":
        return f"Which {name}: {either([spaced(str(value)) or str(value) for value in parameter.values[:_MOST]])}?"
    if parameter.kind == "boolean":
        return f"{name.capitalize()}: yes or no?"
    if step.tool.operation or (step.tool.counts and parameter.numeric):
        return "And the other number?" if parameter.numeric and len(step.missing) == 1 else "Which numbers?"
    if parameter.numeric:
        if is_plural(name):
            whole = "Only a whole number will do: how" if is_unfit(parameter, step.text) else "How"
            return f"{whole} many {name.removeprefix('number of ')}?"
        return _NUMBERS.get(name, f"Which {name}?")
    if len(step.missing[0].path) > 1:
        return f"What is the {name} of the {spaced(step.missing[0].path[-2])}?"
    if (side := name.partition(" "))[0] in ("from", "to") and side[2]:
        return f"{side[0].capitalize()} which {side[2]}?"
    return _QUESTIONS.get(name.rpartition(" ")[2], f"Which {name}?")


_MOST = 8  # values of an enum that are read out


def either(words: Sequence[str]) -> str:
    """Return "a, b or c"."""
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def is_dropped(utterance: str) -> bool:
    """Tell whether the user wants no call any more."""
    return bool(_DROPPED.match(utterance))


def is_question(utterance: str) -> bool:
    """Tell whether the user asks something instead of replying."""
    return bool(_QUESTION.match(utterance)) or chinese.is_question(utterance)


def completed(steps: Sequence[Step], utterance: str) -> list[Step] | None:
    """Return the steps with what the reply gives the first open one; None where it gives nothing that fits."""
    place = first_open(steps)
    if place is None or not re.search(r"\w", utterance):
        return None
    step = steps[place]
    others = fill([each for each in _asides(step) if explicit(each)], utterance).values
    others = {
        each.name: others[each.name]
        for each in _asides(step)
        if each.name in others and (not each.numeric or is_named(each, utterance))
    }
    found = _reply(step, utterance, {*tokens(" ".join(str(value) for value in others.values()))})
    if not found and not others:
        return None
    answered = _with(step, step.missing, found)
    for name, value in others.items():
        if name not in [parameter.name for parameter, _ in found]:
            answered = answered.given((name,), value)
    rest = [_with(other, other.missing, found) for other in steps[place + 1 :]]
    return [*steps[:place], answered, *rest]


def _asides(step: Step) -> list[Parameter]:
    """Return the parameters that a reply may give beside the one that was asked for."""
    asked = step.missing[0].parameter.name
    return [
        replace(each, required=False)
        for each in step.tool.parameters
        if each.name not in step.filled.values and each.name != asked
    ]


def _reply(step: Step, utterance: str, taken: set[str]) -> list[tuple[Parameter, Any]]:
    """Return what a reply gives the argument that was asked for, and others like it; `taken` are tokens of others."""
    first = step.missing[0].parameter
    others = [other.parameter for other in step.missing[1:] if explicit(other.parameter)]
    wanted = {parameter.name: parameter for parameter in (*others, first)}
    optional = [
        replace(each, required=False) for each in (first, *wanted.values()) if each is not first or not is_text(each)
    ]
    if not first.numeric and {*content(utterance)} <= taken:
        return []
    found = fill(list({each.name: each for each in optional}.values()), utterance).values
    if not first.numeric:
        found = {name: value for name, value in found.items() if not {*tokens(str(value))} <= taken}
    if first.name not in found and (value := reply(first, utterance)) is not None:
        found = {**found, first.name: value}
    return [(wanted[name], value) for name, value in found.items()]


def _with(step: Step, missing: Sequence[Missing], found: Sequence[tuple[Parameter, Any]]) -> Step:
    """Return the step with what was found for the very parameters that it lacks: names alone can be those of others."""
    for each in missing:
        for parameter, value in found:
            if each.parameter == parameter:
                step = step.given(each.path, value)
    return step
