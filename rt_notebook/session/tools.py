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
from copy import copy
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack, overload

from rt_notebook.errors import ArgumentProblem, ToolArgumentsError
from rt_notebook.session import docstrings
from rt_notebook.session.rawarguments import RawArguments
from rt_notebook.session.signatures import plain

if TYPE_CHECKING:
    from rt_notebook.session.schema import Arguments

TIMEOUT = 60.0
"""How long a tool may take, s: nobody waits longer in a conversation."""

Approve = bool | Callable[[dict[str, Any]], bool]
"""Whether a person is asked before a call, or a function of its arguments that says so."""


class ToolOptions(TypedDict, total=False):
    """What `tool` takes beside the function; `Tool` tells what each means."""

    name: str | None
    description: str | None
    parameters: Mapping[str, Any] | None
    timeout: float | None
    cancel: bool
    approve: Approve
    respond: bool


_CHANGEABLE = [option for option in ToolOptions.__annotations__ if option != "parameters"]
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
    cancelled: bool = False
    """Whether the user interrupted, or the time is up: a plain function cannot be stopped, but it can look and end."""
    report: Callable[[str, float | None], None] = field(default=_unheard, repr=False)
    """Where `progress` goes."""
    find_turn: Callable[[], int | None] = field(default=lambda: None, repr=False)
    """Looks for the turn in the log, which takes a moment in a long one."""

    @property
    def turn(self) -> int | None:
        """Number of the turn."""
        return self.find_turn()

    def progress(self, text: str = "", fraction: float | None = None) -> None:
        """Say how far the call is, for the panel and the log: in words, and as a fraction from 0 to 1."""
        if fraction is not None and not 0 <= fraction <= 1:
            raise ValueError(f"progress has fraction={fraction!r}; it goes from 0 to 1.")
        # As the log can hold it: words in UTF-8, and not a number of NumPy's.
        self.report(str(text).encode("utf-8", "replace").decode(), None if fraction is None else float(fraction))


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
        approve: Approve = False,
        respond: bool = True,
    ) -> None:
        self.name = _named(function, name)
        origin = plain(function)
        if inspect.isasyncgenfunction(origin):
            raise TypeError(f"tool {self.name}: an async generator has no one result; collect a list and return it.")
        doc = docstrings.of(origin)
        if origin is type(function):  # an object that can be called: what its call tells is nearer to the point
            doc = docstrings.parse(origin.__call__.__doc__).over(doc)
        self.description = doc.description if description is None else description
        self.timeout = timeout
        self.cancel = cancel
        self.approve = approve
        self.respond = respond
        self._check()
        self.is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)
        functools.update_wrapper(self, function, updated=())
        self.__name__ = origin.__name__
        self.__doc__ = origin.__doc__
        self._function = function
        self._arguments = self._arguments_of(function, parameters, doc)
        self.parameters = self._arguments.schema

    def _check(self) -> None:
        if self.timeout is not None and not self.timeout > 0:
            raise ValueError(f"tool {self.name}: timeout is {self.timeout!r}; it is in seconds, or None for no limit.")
        if not (isinstance(self.approve, bool) or callable(self.approve)) or inspect.iscoroutinefunction(self.approve):
            raise TypeError(
                f"tool {self.name}: approve is {self.approve!r}; it is a bool, or a plain function that returns one."
            )

    def with_options(self, **options: Unpack[ToolOptions]) -> Self:
        """Return a tool like this one with other options, but for ``parameters``: those belong to the function."""
        if fixed := ", ".join(options.keys() - set(_CHANGEABLE)):
            raise TypeError(f"tool {self.name} is made already; {fixed} cannot change, only {', '.join(_CHANGEABLE)}.")
        made = copy(self)
        vars(made).update(
            {option: value for option, value in options.items() if value is not None or option == "timeout"}
        )
        made.name = _fit(made.name)
        made._arguments = copy(self._arguments)
        made._arguments.tool = made.name
        made._check()
        return made

    def _arguments_of(
        self, function: Callable[..., Any], parameters: Mapping[str, Any] | None, doc: docstrings.Doc
    ) -> Arguments | RawArguments:
        if parameters is not None:
            return RawArguments(self.name, function, parameters, ToolContext)
        from rt_notebook.session.schema import Arguments  # and Pydantic with it

        return Arguments(self.name, function, doc.parameters, ToolContext)

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
        text = arguments if arguments.strip() else "{}"  # some servers send nothing where there are no parameters
        try:
            given = json.loads(text, parse_constant=_no_json)
        except (ValueError, RecursionError) as error:
            raise self._unreadable(f"{error}", text) from None
        if not isinstance(given, dict):
            raise self._unreadable("expected an object with the parameters' names", text)
        return Bound(self, given, self._arguments.bind(text, given))

    def _unreadable(self, why: str, text: str) -> ToolArgumentsError:
        return ToolArgumentsError(self.name, [ArgumentProblem("", why, text[:1000])], "invalid-json")

    def call(self, values: Mapping[str, Any], context: ToolContext) -> Any:
        """Call the function with what `bind` made of the arguments."""
        return self._arguments.call(self._function, values, context)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function itself."""
        return self._function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<rt.Tool {self.name}({', '.join(self._shown())})>"

    def _shown(self) -> list[str]:
        required = self.parameters.get("required", ())
        return [name if name in required else f"{name}=..." for name in self.parameters.get("properties", {})]


def _named(function: Any, name: str | None) -> str:
    if not callable(function):
        text = f"a tool is made of a callable, not of {function!r}."
        if isinstance(function, classmethod | property):
            text += " Leave the method as it is and make the tool of the bound one: rt.tool(obj.method)."
        raise TypeError(text)
    return _fit(plain(function).__name__ if name is None else name)


def _fit(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is no name for a tool: the API takes 1 to 64 letters (a-z), digits, _ and -. "
            "Pass another: rt.tool(f, name='...')."
        )
    return name


def _no_json(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


@overload
def tool(function: Any, /, **options: Unpack[ToolOptions]) -> Tool: ...
@overload
def tool(function: None = None, /, **options: Unpack[ToolOptions]) -> Callable[[Callable[..., Any]], Tool]: ...
def tool(function: Any = None, /, **options: Unpack[ToolOptions]) -> Tool | Callable[[Callable[..., Any]], Tool]:
    """Make a tool of a function: ``@rt.tool``, ``@rt.tool(timeout=5)`` or ``rt.tool(f, name="g")``.

    Of a tool, also another package's, it makes one with other options: ``rt.tool(search, approve=True)``.

    Parameters
    ----------
    function
        What is called: a typed function, plain or async, a method, any callable; or a tool.
    **options
        Those of `Tool`: ``name``, ``description``, ``parameters``, ``timeout`` (60 s), ``cancel`` (True), ``approve``
        (False), ``respond`` (True).

    Raises
    ------
    TypeError
        A parameter has no JSON Schema, or the function none that can be read.
    ValueError
        The API does not take the name.
    """
    if function is None:
        return functools.partial(tool, **options)
    made = _made_elsewhere(function)
    if made is None:
        return Tool(function, **options)
    return made.with_options(**options) if options else made


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
    if (made := _made_elsewhere(value)) is not None:
        return made
    if callable(value):
        return Tool(value)
    raise TypeError(
        f"a tool is {value!r}; pass a function, an rt.Tool or a tool of LangChain. An MCP server has several: "
        "tools=[*server.tools]."
    )


def _made_elsewhere(value: Any) -> Tool | None:
    if isinstance(value, Tool):
        return value
    for kind in type(value).__mro__:
        module = _adapters.get(kind.__module__.partition(".")[0])
        if module is not None:
            make: Callable[[Any], Tool] = import_module(module).as_tool
            return make(value)
    return None
