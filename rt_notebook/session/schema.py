"""A callable's parameters as JSON Schema, and the way from a model's JSON to a call.

Pydantic does the work: the parameters become the fields of a model of their own, which makes the schema and validates
what comes. Importing this module imports Pydantic, so it waits for the first tool.
"""

from __future__ import annotations

import collections.abc
import functools
import inspect
import json
import operator
import sys
import types
import typing
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin

import typing_extensions
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticSerializationError, core_schema, to_jsonable_python

from rt_notebook.errors import ArgumentProblem, ToolArgumentsError
from rt_notebook.session import docstrings
from rt_notebook.session.problems import problems_of, unknown
from rt_notebook.session.signatures import RAW, annotation_of, contexts_of, signature_of
from rt_notebook.session.tidy import tidy

_ITERABLE: Any = collections.abc.Iterable
_LIST: Any = list
_EMPTY = inspect.Parameter.empty
_POSITIONALS = inspect.Parameter.VAR_POSITIONAL
_KEYWORDS = inspect.Parameter.VAR_KEYWORD


class Arguments:
    """What a callable takes: `schema` for the model, `bind` for what the model sends, `call` for the function.

    ``*numbers: float`` is an array of any length, ``**options: str`` is any further argument. Parameters annotated
    with `context` get the call's context; no model sees them.

    Raises
    ------
    TypeError
        A parameter has no JSON Schema; the text names it.
    """

    def __init__(self, tool: str, function: Callable[..., Any], described: Mapping[str, str], context: type) -> None:
        self.tool = tool
        self._described = described
        self._signature = signature_of(tool, function)
        parameters = self._signature.parameters
        hints = {name: annotation_of(tool, function, parameter) for name, parameter in parameters.items()}
        self._contexts = contexts_of(hints, context)
        taken = [parameter for name, parameter in parameters.items() if name not in self._contexts]
        _refuse_anything(tool, taken)
        # Numbered, because a parameter may have any name and a field may not; the alias is the parameter's name.
        self._fields = {f"p{number}": parameter for number, parameter in enumerate(taken)}
        self._names = [parameter.name for parameter in taken if parameter.kind is not _KEYWORDS]
        self._rest = next((parameter.name for parameter in taken if parameter.kind is _KEYWORDS), None)
        self._model, self.schema = self._made(hints)

    def _made(self, hints: Mapping[str, Any]) -> tuple[type[BaseModel], dict[str, Any]]:
        try:
            model, schema = self._build(self._fields, hints)
        except Exception as error:
            raise self._culprit(hints) from error
        properties = schema.setdefault("properties", {})
        for parameter in self._fields.values():
            default = _json_default(parameter.default)
            if default is not None:
                properties[parameter.name].setdefault("default", default)
        if self._rest:
            schema["additionalProperties"] = properties.pop(self._rest)["additionalProperties"]
        return model, schema

    def _build(
        self, fields: Mapping[str, inspect.Parameter], hints: Mapping[str, Any]
    ) -> tuple[type[BaseModel], dict[str, Any]]:
        made: dict[str, Any] = {
            field: _field(parameter, hints[parameter.name], self._described.get(parameter.name))
            for field, parameter in fields.items()
        }
        model: type[BaseModel] = create_model("Arguments", __config__=ConfigDict(extra="forbid"), **made)
        return model, tidy(model.model_json_schema(schema_generator=_Schema))

    def _culprit(self, hints: Mapping[str, Any]) -> TypeError:
        """Return what is wrong with the first parameter that has no schema by itself."""
        for field, parameter in self._fields.items():
            try:
                self._build({field: parameter}, hints)
            except Exception as error:
                why = str(error).partition("\n")[0].partition(". ")[0]
                return TypeError(
                    f"tool {self.tool}: its parameter {parameter.name!r} has no JSON Schema, being "
                    f"{inspect.formatannotation(hints[parameter.name])} ({why}). Annotate it with what JSON can hold, "
                    f"fix it with functools.partial, or {RAW}."
                )
        return TypeError(f"tool {self.tool}: its parameters have no JSON Schema; {RAW}.")

    def bind(self, text: str, given: dict[str, Any]) -> dict[str, Any]:
        """Return what the callable gets, by parameter, for the arguments `text`, which `given` is the JSON of.

        What was not given is left to the callable's own defaults.

        Raises
        ------
        ToolArgumentsError
            The arguments do not fit.
        """
        if self._rest:
            given = {name: given[name] for name in given if name in self._names} | {
                self._rest: {name: given[name] for name in given if name not in self._names}
            }
            text = json.dumps(given)
        try:
            # As JSON, not as Python objects: strict types then still take a date from a string.
            made = self._model.model_validate_json(text)
        except ValidationError as error:
            errors = error.errors(include_url=False, include_context=False)
            problems = problems_of(errors, given, self._names, self._rest)
            unread = errors[0]["type"] == "json_invalid"
            raise ToolArgumentsError(self.tool, problems, "invalid-json" if unread else "invalid-arguments") from None
        except Exception as error:  # a validator of the user's own may raise anything
            problem = ArgumentProblem("", f"they cannot be read: {type(error).__name__}: {error}")
            raise ToolArgumentsError(self.tool, [problem]) from error
        values = {
            parameter.name: getattr(made, field)
            for field, parameter in self._fields.items()
            if field in made.model_fields_set or isinstance(parameter.default, FieldInfo)
        }
        for name in set(self._contexts).intersection(values[self._rest] if self._rest else ()):
            raise ToolArgumentsError(self.tool, [ArgumentProblem(name, unknown(name, self._names))])
        return values

    def call(self, function: Callable[..., Any], values: Mapping[str, Any], context: Any) -> Any:
        """Call the function with what `bind` returned."""
        bound = inspect.BoundArguments(self._signature, dict(values) | dict.fromkeys(self._contexts, context))
        bound.apply_defaults()
        return function(*bound.args, **bound.kwargs)


class _Schema(GenerateJsonSchema):
    """Pydantic's JSON Schema, with what the docstrings of nested classes tell."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        return _documented(schema["cls"], super().model_schema(schema))

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        return _documented(schema["cls"], super().dataclass_schema(schema))

    def typed_dict_schema(self, schema: core_schema.TypedDictSchema) -> JsonSchemaValue:
        return _documented(schema.get("cls"), super().typed_dict_schema(schema))

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        made = super().decimal_schema(schema)
        # The other choice is a string with a regular expression that no model reads; numbers keep their digits.
        return next((choice for choice in made.get("anyOf", ()) if choice["type"] == "number"), made)


def _documented(kind: type | None, schema: JsonSchemaValue) -> JsonSchemaValue:
    doc = docstrings.of(kind) if kind else docstrings.Doc()
    whole = inspect.cleandoc(kind.__doc__ or "") if kind else ""
    if doc.description and schema.get("description", whole) == whole:
        schema["description"] = doc.description
    for name, field in schema.get("properties", {}).items():
        if name in doc.parameters:
            field.setdefault("description", doc.parameters[name])
    return schema


def _field(parameter: inspect.Parameter, hint: Any, described: str | None) -> tuple[Any, Any]:
    """Return a parameter as a field: its type and what else is known of it.

    A default stays the function's own business, so that it is neither copied nor validated; the field only needs to
    know that there is one. A default `Field(...)` is the exception.
    """
    hint = _readable(hint)
    options: dict[str, Any] = {"alias": parameter.name, "validation_alias": parameter.name}
    if parameter.kind is _POSITIONALS:
        hint, options["default_factory"] = list[hint], list
    elif parameter.kind is _KEYWORDS:
        hint, options["default_factory"] = dict[str, hint], dict
    elif isinstance(parameter.default, FieldInfo):
        hint = Annotated[hint, parameter.default]
    elif parameter.default is not _EMPTY:
        options["default_factory"] = lambda: None
    description = _description(hint) or described
    if description:
        options["description"] = description
    return hint, Field(**options)


def _description(hint: Any) -> str | None:
    """Return what `Annotated` says: ``Field(description=...)``, ``Doc(...)`` or just a text."""
    if get_origin(hint) is not Annotated:
        return None
    for told in hint.__metadata__:
        text = told.description if isinstance(told, FieldInfo) else getattr(told, "documentation", told)
        if isinstance(text, str):
            return inspect.cleandoc(text)
    return None


def _json_default(default: Any) -> Any:
    """Return a default as JSON; None where there is none to tell: null goes without saying."""
    if default is _EMPTY or isinstance(default, FieldInfo):
        return None
    try:
        plain = to_jsonable_python(default)
        json.dumps(plain, allow_nan=False)
    except (PydanticSerializationError, ValueError):
        return None
    return plain


def _refuse_anything(tool: str, parameters: list[inspect.Parameter]) -> None:
    for parameter in parameters:
        if parameter.kind in (_POSITIONALS, _KEYWORDS) and parameter.annotation is _EMPTY:
            raise TypeError(
                f"tool {tool}: its parameter '{parameter}' takes anything, which tells a model nothing. Annotate it "
                f"({parameter}: float), use functools.wraps if this is a decorator's wrapper, or {RAW}."
            )


def _readable(hint: Any, within: tuple[Any, ...] = ()) -> Any:
    """Return a type as Pydantic reads it; what is in it is read too, `within` the TypedDicts around it.

    - An Iterable becomes a list: Pydantic would validate its members only when they are read, once.
    - Before Python 3.12 a `typing.TypedDict` becomes one of typing_extensions, since Pydantic insists on that.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if _ITERABLE in (hint, origin):
        return _LIST[_readable(arguments[0], within)] if arguments else list
    if sys.version_info < (3, 12) and typing.is_typeddict(hint) and type(hint).__module__ == "typing":
        return _typed_dict(hint, within)
    if origin in (None, Literal):
        return hint
    if origin in (Required, NotRequired):
        return _readable(arguments[0], within)
    if origin is Annotated:
        return Annotated[(_readable(arguments[0], within), *hint.__metadata__)]
    readable = tuple(_readable(argument, within) for argument in arguments)
    if all(new is old for new, old in zip(readable, arguments, strict=True)):
        return hint
    return functools.reduce(operator.or_, readable) if origin in (Union, types.UnionType) else origin[readable]


def _typed_dict(kind: Any, within: tuple[Any, ...]) -> Any:
    if kind in within:
        raise TypeError("a TypedDict that contains itself must be one of typing_extensions before Python 3.12")
    fields = {
        name: (Required if name in kind.__required_keys__ else NotRequired)[_readable(hint, (*within, kind))]
        for name, hint in typing.get_type_hints(kind, include_extras=True).items()
    }
    make: Any = typing_extensions.TypedDict
    made = make(kind.__name__, fields)
    made.__doc__ = kind.__doc__
    return made
