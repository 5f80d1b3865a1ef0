"""A callable's parameters as JSON Schema, and the way from a model's JSON to a call.

Pydantic does the work: the parameters become the fields of a model of their own, which makes the schema and validates
what comes. It is imported when the first tool is made.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Annotated, Any, get_args, get_origin

from rt_notebook.errors import ToolArgumentsError
from rt_notebook.session.problems import problems_of
from rt_notebook.session.tidy import tidy

if typing.TYPE_CHECKING:
    from pydantic import BaseModel

Kind = inspect._ParameterKind


class Arguments:
    """What a callable takes: `schema` for the model, `bind` for what the model sends.

    Parameters annotated with `context` get the call's context; no model sees them.
    """

    def __init__(self, name: str, function: Callable[..., Any], described: Mapping[str, str], context: type) -> None:
        self.name = name
        self.signature = signature_of(name, function)
        hints = {
            parameter.name: _annotation(name, function, parameter) for parameter in self.signature.parameters.values()
        }
        self.contexts = [parameter for parameter, hint in hints.items() if _is_context(hint, context)]
        self._fields = {
            f"p{number}": parameter
            for number, parameter in enumerate(self.signature.parameters)
            if parameter not in self.contexts
        }
        self._model = self._make_model(hints, described)
        self.schema = tidy(self._model.model_json_schema())

    def _make_model(self, hints: Mapping[str, Any], described: Mapping[str, str]) -> type[BaseModel]:
        from pydantic import ConfigDict, Field, create_model

        fields: dict[str, Any] = {}
        for field, name in self._fields.items():
            default = self.signature.parameters[name].default
            fields[field] = (
                hints[name],
                Field(
                    ... if default is inspect.Parameter.empty else default,
                    alias=name,
                    description=described.get(name),
                ),
            )
        made: type[BaseModel] = create_model("Arguments", __config__=ConfigDict(extra="forbid"), **fields)
        return made

    def bind(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return what the callable gets by parameter; what was not given is left to its defaults.

        Raises
        ------
        ToolArgumentsError
            The arguments do not fit.
        """
        from pydantic import ValidationError

        try:
            made = self._model.model_validate(given)
        except ValidationError as error:
            raise ToolArgumentsError(self.name, problems_of(error.errors(), given)) from None
        return {name: getattr(made, field) for field, name in self._fields.items() if field in made.model_fields_set}


def signature_of(name: str, function: Callable[..., Any]) -> inspect.Signature:
    """Return a callable's signature."""
    return inspect.signature(function)


def _annotation(tool: str, function: Callable[..., Any], parameter: inspect.Parameter) -> Any:
    if parameter.annotation is inspect.Parameter.empty:
        return Any
    holder = SimpleNamespace(__annotations__={parameter.name: parameter.annotation})
    return typing.get_type_hints(holder, getattr(inspect.unwrap(function), "__globals__", {}), include_extras=True)[
        parameter.name
    ]


def _is_context(hint: Any, context: type) -> bool:
    if get_origin(hint) is Annotated:
        return _is_context(get_args(hint)[0], context)
    return hint is context or context in get_args(hint)
