"""What goes wrong with a call, in words that help the model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from rt_notebook.errors import ToolArgumentsError, ToolError
from rt_notebook.session.results import Output, output_of

Kind = Literal["unknown-tool", "invalid-json", "invalid-arguments", "exception", "timeout", "denied", "invalid-result"]


class UnfitError(Exception):
    """What a tool returned cannot be sent."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call has no result: `output` says so."""

    kind: Kind
    output: Output
    expected: bool = True
    """Whether the text tells all; otherwise the programmer wants the traceback."""


def fitting(value: Any) -> Output:
    """Return what a tool returned as its output. Raises `UnfitError` where it cannot be sent."""
    try:
        return output_of(value)
    except Exception as error:
        raise UnfitError(str(error)) from error


def unknown_tool(name: str, known: Iterable[str]) -> Failure:
    """Say that no tool has this name."""
    return _failure("unknown-tool", f"There is no tool {name!r}. The tools are: {', '.join(known) or 'none'}.")


def timed_out(name: str, seconds: float) -> Failure:
    """Say that the tool took too long."""
    return _failure("timeout", f"{name} did not return within {seconds:g} s, its time limit, so there is no result.")


def denied(name: str, reason: str) -> Failure:
    """Say that a person did not allow it."""
    return _failure("denied", f"The user did not allow this call of {name}" + (f": {reason}" if reason else "."))


def raised(name: str, error: BaseException) -> Failure:
    """Say what the tool raised, or what is wrong with its arguments or its result."""
    try:
        text = str(error)
    except Exception as broken:  # it is the tool's own class
        text = f"(its text cannot be had: {type(broken).__name__})"
    match error:
        case ToolArgumentsError():
            kind: Kind = error.kind
        case UnfitError():
            kind, text = "invalid-result", f"{name} returned what cannot be sent: {text}"
        case ToolError():
            kind = "exception"
        case _:
            text = f"{name} raised {type(error).__name__}: {text}"
            return _failure("exception", text, expected=False)
    return _failure(kind, text)


def _failure(kind: Kind, text: str, *, expected: bool = True) -> Failure:
    return Failure(kind, output_of(text), expected)
