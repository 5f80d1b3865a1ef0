"""Function tools: a typed Python function becomes what the API calls a tool.

    @rt.tool
    def weather(city: str, unit: Literal["celsius", "fahrenheit"] = "celsius") -> dict:
        '''Tell the weather of a city.'''

The schema comes from the signature, the descriptions from the docstring; what a model sends is validated and turned
into the annotated types before the function is called. A parameter annotated `rt.ToolContext` gets the call's context.
"""

from __future__ import annotations

import functools
import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, overload

from rt_notebook.errors import ArgumentProblem, ToolArgumentsError
from rt_notebook.session import docstrings
from rt_notebook.session.schema import Arguments

TIMEOUT = 60.0
"""How long a tool may take, s: nobody waits longer in a conversation."""

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def _unheard(text: str, fraction: float | None) -> None:
    """Progress of a call that nobody follows."""


@dataclass(slots=True, kw_only=True)
class ToolContext:
    """What a tool may know of the call it answers: a parameter annotated `rt.ToolContext` gets it.

    `session` is the blocking `rt.Session` for a plain function and the `AsyncSession` for an async one; `turn` is the
    number of the turn in ``session.turns``, or None outside of one.
    """

    session: Any
    call_id: str
    name: str
    item_id: str | None = None
    response_id: str | None = None
    turn: int | None = None
    cancelled: bool = False
    """Whether the user interrupted, or the time is up: a plain function cannot be stopped, but it can look and end."""
    report: Callable[[str, float | None], None] = field(default=_unheard, repr=False)
    """Where `progress` goes."""

    def progress(self, text: str = "", fraction: float | None = None) -> None:
        """Say how far the call is, for the panel and the log: in words, and as a fraction from 0 to 1."""
        if fraction is not None and not 0 <= fraction <= 1:
            raise ValueError(f"progress has fraction={fraction!r}; it goes from 0 to 1.")
        self.report(text, fraction)


@dataclass(frozen=True, slots=True)
class Bound:
    """A tool with the arguments of one call: `arguments` as the model sent them, valid."""

    tool: Tool
    arguments: dict[str, Any]
    values: dict[str, Any] = field(repr=False)
    """What the function gets, by parameter."""

    def call(self, context: ToolContext) -> Any:
        """Call the function; an async one's coroutine is returned for the caller to await."""
        return self.tool.call(self.values, context)


class Tool:
    """A function that a model may call; made by `rt.tool`.

    Parameters
    ----------
    function
        What is called. The tool itself can be called like it.
    name, description
        For the model; from the function's name and docstring where not given.
    parameters
        A JSON Schema of an object that replaces the signature's: the function then gets the arguments as keywords.
    timeout
        How long a call may take, s; None for no limit.
    cancel
        Whether a call is cancelled when the user interrupts; otherwise it ends and is reported.
    approve
        Whether a person is asked before each call; or a function of the arguments that says so.
    respond
        Whether a response is asked for after the output.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        name: str | None = None,
        description: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        timeout: float | None = TIMEOUT,
        cancel: bool = True,
        approve: bool | Callable[[dict[str, Any]], bool] = False,
        respond: bool = True,
    ) -> None:
        functools.update_wrapper(self, function, updated=())
        doc = docstrings.parse(function.__doc__)
        self.name = function.__name__ if name is None else name
        self.description = doc.description if description is None else description
        self.timeout = timeout
        self.cancel = cancel
        self.approve = approve
        self.respond = respond
        self.is_async = inspect.iscoroutinefunction(function)
        self._function = function
        self._arguments = Arguments(self.name, function, doc.parameters, ToolContext)
        self.parameters = self._arguments.schema

    def as_json(self) -> dict[str, Any]:
        """Return it as the API takes it."""
        return {
            "type": "function",
            "name": self.name,
            "description": self.description,
            "parameters": self.parameters,
        }

    def bind(self, arguments: str) -> Bound:
        """Read, validate and convert a call's arguments.

        Raises
        ------
        ToolArgumentsError
            They are not JSON, no object, or do not fit; the text tells the model each problem.
        """
        try:
            given = json.loads(arguments) if arguments else {}
        except ValueError as error:
            raise ToolArgumentsError(self.name, [ArgumentProblem("", str(error), arguments)], "invalid-json") from None
        return Bound(self, given, self._arguments.bind(given))

    def call(self, values: Mapping[str, Any], context: ToolContext) -> Any:
        """Call the function with what it gets by parameter."""
        bound = inspect.BoundArguments(
            self._arguments.signature, dict(values) | dict.fromkeys(self._arguments.contexts, context)
        )
        bound.apply_defaults()
        return self._function(*bound.args, **bound.kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function itself."""
        return self._function(*args, **kwargs)


@overload
def tool(
    function: Callable[..., Any],
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    timeout: float | None = TIMEOUT,
    cancel: bool = True,
    approve: bool | Callable[[dict[str, Any]], bool] = False,
    respond: bool = True,
) -> Tool: ...
@overload
def tool(
    function: None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    timeout: float | None = TIMEOUT,
    cancel: bool = True,
    approve: bool | Callable[[dict[str, Any]], bool] = False,
    respond: bool = True,
) -> Callable[[Callable[..., Any]], Tool]: ...
def tool(function: Callable[..., Any] | None = None, /, **options: Any) -> Tool | Callable[[Callable[..., Any]], Tool]:
    """Make a tool of a function: ``@rt.tool``, ``@rt.tool(timeout=5)`` or ``rt.tool(f, name="g")``.

    The options are those of `Tool`.
    """
    if function is None:
        return functools.partial(Tool, **options)
    return Tool(function, **options)


_adapters: dict[str, str] = {}


def register_adapter(package: str, module: str) -> None:
    """Say who makes tools of a package's objects: `module` is imported when the first one comes, for its `as_tool`."""
    _adapters[package] = module


def as_tool(value: Any) -> Tool:
    """Return a tool as it is, and make one of a callable or of what an adapter is registered for.

    Raises
    ------
    TypeError
        Nothing of it makes a tool.
    """
    if isinstance(value, Tool):
        return value
    for kind in type(value).__mro__:
        module = _adapters.get(kind.__module__.partition(".")[0])
        if module is not None:
            made: Tool = import_module(module).as_tool(value)
            return made
    if callable(value):
        return tool(value)
    raise TypeError(f"a tool is {value!r}; pass a function, an rt.Tool, or a tool of LangChain.")
