"""A tool whose JSON Schema was written by hand: its callable gets the arguments as keywords, as they came."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from rt_notebook.errors import ArgumentProblem, ToolArgumentsError
from rt_notebook.session.problems import shown, unknown
from rt_notebook.session.signatures import annotation_of, contexts_of, signature_of

_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: type(value) is int or (isinstance(value, float) and value.is_integer()),
    "number": lambda value: type(value) in (int, float),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


class RawArguments:
    """What a callable takes, as a schema says: only what is required, and the types at the top, are looked at.

    Raises
    ------
    TypeError
        The schema is not that of an object.
    """

    def __init__(self, tool: str, function: Callable[..., Any], schema: Mapping[str, Any], context: type) -> None:
        if not isinstance(schema, Mapping) or schema.get("type") != "object":
            raise TypeError(
                f"tool {tool}: parameters is {shown(schema)}; it is the JSON Schema of an object: "
                "{'type': 'object', 'properties': {...}, 'required': [...]}."
            )
        self.tool = tool
        self._contexts = _contexts(tool, function, context)
        self.schema = deepcopy(dict(schema))

    def bind(self, text: str, given: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments `given`; `text`, the JSON they came in, is not looked at.

        Raises
        ------
        ToolArgumentsError
            They do not fit.
        """
        problems = list(self._problems(given))
        if problems:
            raise ToolArgumentsError(self.tool, problems)
        return given

    def _problems(self, given: dict[str, Any]) -> Iterator[ArgumentProblem]:
        properties = self.schema.get("properties", {})
        for name in self.schema.get("required", ()):
            if name not in given:
                yield ArgumentProblem(name, "required, but missing")
        for name, value in given.items():
            if name in self._contexts or (name not in properties and self.schema.get("additionalProperties") is False):
                yield ArgumentProblem(name, unknown(name, list(properties)))
                continue
            field = properties.get(name)
            types = field.get("type", []) if isinstance(field, Mapping) else []
            types = [types] if isinstance(types, str) else types
            if types and not any(_TYPES.get(kind, lambda _: True)(value) for kind in types):
                yield ArgumentProblem(name, f"expected {' or '.join(types)}", shown(value))

    def call(self, function: Callable[..., Any], values: Mapping[str, Any], context: Any) -> Any:
        """Call the function with the arguments."""
        return function(**values, **dict.fromkeys(self._contexts, context))


def _contexts(tool: str, function: Callable[..., Any], context: type) -> list[str]:
    """Return who gets the call's context. The signature matters for nothing else, so it need not be readable."""
    try:
        parameters = signature_of(tool, function).parameters.values()
    except TypeError:
        return []
    hints: dict[str, Any] = {}
    for parameter in parameters:
        with contextlib.suppress(TypeError):
            hints[parameter.name] = annotation_of(tool, function, parameter)
    return contexts_of(hints, context)
