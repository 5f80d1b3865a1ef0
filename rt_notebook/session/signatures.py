"""What a callable's signature says: its parameters, their resolved annotations, and who gets the call's context."""

from __future__ import annotations

import functools
import inspect
import sys
import types
import typing
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Annotated, Any, Union, get_args, get_origin

RAW = "give its schema with parameters={...}"


def plain(function: Callable[..., Any]) -> Any:
    """Return who has a callable's name and docstring: what a partial or a decorator wraps, the class of an object."""
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(function)
    return function if hasattr(function, "__name__") else type(function)


def signature_of(tool: str, function: Callable[..., Any]) -> inspect.Signature:
    """Return the signature that a model may fill: without what a ``functools.partial`` has already given.

    Raises
    ------
    TypeError
        There is none, or it is that of a method before it belongs to an object.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError, NameError) as error:
        raise TypeError(f"tool {tool}: {function!r} has no signature that can be read ({error}); {RAW}.") from error
    parameters = list(signature.parameters.values())
    first = parameters[0] if parameters else None
    if first and first.name in ("self", "cls") and first.annotation is first.empty:
        raise TypeError(
            f"tool {tool}: {function!r} is a method that belongs to no object yet, so the model would have to send "
            f"{first.name!r}. Make the tool of the bound method: rt.tool(obj.{tool})."
        )
    given = function.keywords if isinstance(function, functools.partial) else {}
    return signature.replace(
        parameters=[parameter for parameter in parameters if parameter.name not in given],
        return_annotation=signature.empty,
    )


def annotation_of(tool: str, function: Callable[..., Any], parameter: inspect.Parameter) -> Any:
    """Return a parameter's annotation, resolved where it is text; Any where there is none.

    Raises
    ------
    TypeError
        It names what cannot be found.
    """
    if parameter.annotation is parameter.empty:
        return Any
    holder = SimpleNamespace(__annotations__={"it": parameter.annotation})
    try:
        return typing.get_type_hints(holder, *_names(function), include_extras=True)["it"]
    except Exception as error:  # an annotation is code: it may raise anything
        raise TypeError(
            f"tool {tool}: the annotation {parameter.annotation!r} of its parameter {parameter.name!r} cannot be "
            f"resolved ({error}). Its names must be known at the top level of the function's module when the tool is "
            "made: not inside another function, and not under `if TYPE_CHECKING`."
        ) from error


def _names(function: Callable[..., Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the names that a callable's annotations may use: those of its module, and of the functions around it."""
    home = plain(function)
    called = home if inspect.isroutine(home) or home is function else home.__call__
    called = inspect.unwrap(getattr(called, "__func__", called))
    if inspect.isfunction(called):
        return called.__globals__, dict(inspect.getclosurevars(called).nonlocals)
    return vars(sys.modules.get(home.__module__, typing)), {}


def contexts_of(hints: Mapping[str, Any], context: type) -> list[str]:
    """Return the parameters that get the call's context."""
    return [name for name, hint in hints.items() if _is_context(hint, context)]


def _is_context(hint: Any, context: type) -> bool:
    if get_origin(hint) is Annotated:
        return _is_context(get_args(hint)[0], context)
    if get_origin(hint) in (Union, types.UnionType):
        return context in get_args(hint)
    return hint is context
