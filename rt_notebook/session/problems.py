"""What is wrong with a model's arguments, in words that help it to do better."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any

from rt_notebook.errors import ArgumentProblem

_TEXT = 80
"""Characters of a wrong text that are kept: enough to recognise it."""


def problems_of(
    errors: Iterable[Mapping[str, Any]], given: Mapping[str, Any], parameters: Sequence[str], rest: str | None = None
) -> list[ArgumentProblem]:
    """Return Pydantic's errors as problems with the arguments `given` to a tool that has the `parameters`.

    `rest` is where the arguments of other names are, which the model sees beside the others.

    The members of a union each complain by themselves: what one place was expected to hold is told together.
    """
    expected: dict[str, list[str]] = {}
    came: dict[str, str | None] = {}
    for error in errors:
        path = _path(error["loc"], given, missing=error["type"] == "missing")
        if rest is not None:
            path = path.removeprefix(f"{rest}.")
        told, got = _told(error, parameters)
        choices = expected.setdefault(path, [])
        if told not in choices:
            choices.append(told)
        came[path] = got
    return [ArgumentProblem(path, _joined(choices), came[path]) for path, choices in expected.items()]


def _told(error: Mapping[str, Any], parameters: Sequence[str]) -> tuple[str, str | None]:
    if error["type"] == "missing":
        return "required, but missing", None
    if error["type"] == "extra_forbidden":
        return unknown(str(error["loc"][-1]), parameters if len(error["loc"]) == 1 else ()), None
    message: str = error["msg"]
    if error["type"].endswith("_parsing"):
        message = message.partition(",")[0]  # the rest tells which parser failed, and how
    return message.replace("Input should be ", "expected ").removeprefix("Value error, "), shown(error["input"])


def unknown(name: str, parameters: Sequence[str]) -> str:
    """Return what to say of a name that is none of the parameters'."""
    near = get_close_matches(name.lower(), [parameter.lower() for parameter in parameters], 1)
    if near:
        meant = next(parameter for parameter in parameters if parameter.lower() == near[0])
        return f"no such parameter; do you mean {meant}?"
    return f"no such parameter; the parameters are {', '.join(parameters)}" if parameters else "no such parameter"


def _joined(choices: list[str]) -> str:
    first, *others = choices
    return " or ".join([first, *(choice.removeprefix("expected ") for choice in others)])


def _path(steps: Sequence[str | int], given: Any, *, missing: bool) -> str:
    """Return where in the arguments a problem is: ``stops[2].city``.

    Pydantic also names the members of unions that it tried, which are nothing that the model wrote: a step that leads
    nowhere is left out, unless it is the last, and just that is `missing`.
    """
    path = ""
    for number, step in enumerate(steps, 1):
        absent = missing and number == len(steps)
        if isinstance(step, int) and isinstance(given, list) and (absent or step < len(given)):
            path, given = f"{path}[{step}]", None if absent else given[step]
        elif isinstance(step, str) and isinstance(given, dict) and (absent or step in given):
            path, given = (f"{path}.{step}" if path else step), given.get(step)
    return path


def shown(value: Any) -> str:
    """Return what came, in a few words: a text's beginning, a container's size."""
    if isinstance(value, dict):
        names = ", ".join(map(str, islice(value, 5)))
        more = f" and {len(value) - 5} more" if len(value) > 5 else ""
        return f"an object with {names}{more}" if value else "an empty object"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    if isinstance(value, str) and len(value) > _TEXT:
        value = value[:_TEXT] + "..."
    return json.dumps(value, ensure_ascii=False, default=repr)[: 2 * _TEXT]
