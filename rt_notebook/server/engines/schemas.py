"""Reads the JSON Schema of a function's parameters, whatever a client sends, into what can be filled from words.

Never raises: what makes no sense counts as a string that anything fits. References are followed within the schema,
``allOf`` is merged, and of alternatives (``anyOf``, ``oneOf``, a list of types) the first that is not null is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

Kind = Literal["string", "number", "integer", "boolean", "array", "object", "enum"]

_KINDS = ("string", "number", "integer", "boolean", "array", "object")
_DEEPEST = 6  # levels of nesting, so that a schema that holds itself comes to an end
_LONGEST_CHAIN = 20  # references and alternatives that are followed one after the other

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function, or an item of one that is a list."""

    name: str
    kind: Kind = "string"
    required: bool = False
    format: str = ""
    """``date``, ``email``, … for strings; empty where the schema says none."""
    values: tuple[Any, ...] = ()
    """What an enum may be."""
    default: Any = None
    """What to take where nothing is said; None for nothing."""
    least: float = 0
    """The smallest number allowed, 0 where the schema says none."""
    items: Parameter | None = None
    """What an array holds."""
    fewest: int = 0
    """How many items an array must have at least."""
    fields: tuple[Parameter, ...] = field(default=())
    """What an object holds."""

    @property
    def numeric(self) -> bool:
        """Whether it is a number."""
        return self.kind in ("number", "integer")


def parameters(schema: Any) -> tuple[Parameter, ...]:
    """Return a function's parameters in the order of its schema, those that it only names as required at the end."""
    root = schema if isinstance(schema, dict) else {}
    return _fields(_resolved(root, root), root, 0)


def _fields(schema: Mapping[str, Any], root: dict[str, Any], depth: int) -> tuple[Parameter, ...]:
    properties = schema.get("properties")
    properties = dict(properties) if isinstance(properties, dict) else {}
    names = schema.get("required")
    required = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    rest = schema.get("additionalProperties")
    return tuple(
        _read(name, properties.get(name, rest), root, required=name in required, depth=depth)
        for name in dict.fromkeys((*properties, *required))
    )


def _read(name: str, raw: Any, root: dict[str, Any], *, required: bool, depth: int) -> Parameter:
    schema = _resolved(raw, root)
    allowed = _types(schema)
    values = tuple(value for value in _values(schema) if value is not None and _is_one_of(value, allowed))
    kind: Kind = "enum" if values else _kind(schema, allowed)
    deeper = depth < _DEEPEST
    default = schema.get("default")
    least = schema.get("minimum")
    return Parameter(
        name=name,
        kind=kind,
        required=required,
        format=_text(schema.get("format")),
        values=values,
        default=default if (default in values if values else _is_one_of(default, [kind])) else None,
        least=least if isinstance(least, int | float) and least > 0 else 0,
        items=_read(name, schema.get("items"), root, required=False, depth=depth + 1)
        if kind == "array" and deeper
        else None,
        fewest=fewest if isinstance(fewest := schema.get("minItems"), int) else 0,
        fields=_fields(schema, root, depth + 1) if kind == "object" and deeper else (),
    )


def _resolved(raw: Any, root: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with references followed, parts merged and one alternative chosen."""
    schema = dict(raw) if isinstance(raw, dict) else {}
    for _ in range(_LONGEST_CHAIN):
        if isinstance(pointer := schema.pop("$ref", None), str):
            schema = {**_at(pointer, root), **schema}
        elif isinstance(parts := schema.pop("allOf", None), list):
            schema = _merged([*parts, schema])
        elif alternatives := schema.pop("anyOf", None) or schema.pop("oneOf", None):
            schema = {**_chosen(alternatives, root), **schema}
        else:
            break
    return schema


def _at(pointer: str, root: dict[str, Any]) -> dict[str, Any]:
    """Return the schema that a pointer such as ``#/$defs/City`` names, an empty one where there is none."""
    found: Any = root
    for step in pointer.removeprefix("#").split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _merged(parts: list[Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items() if isinstance(part, dict) else ():
            before = merged.get(key)
            if key == "properties" and isinstance(before, dict) and isinstance(value, dict):
                value = {**before, **value}
            elif key in ("required", "allOf") and isinstance(before, list) and isinstance(value, list):
                value = [*before, *value]
            merged[key] = value
    return merged


def _chosen(alternatives: Any, root: dict[str, Any]) -> dict[str, Any]:
    """Return the first alternative that is a schema and not the one of null."""
    schemas = [each for each in alternatives if isinstance(each, dict)] if isinstance(alternatives, list) else []
    for schema in schemas:
        target = {**_at(schema["$ref"], root), **schema} if isinstance(schema.get("$ref"), str) else schema
        if target.get("type") != "null" and target.get("enum") != [None]:
            return schema
    return {}


def _values(schema: Mapping[str, Any]) -> list[Any]:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if isinstance(values, list) else []


def _types(schema: Mapping[str, Any]) -> list[str]:
    """Return the types that a schema allows; none where it names none that exists."""
    named = schema.get("type")
    types = named if isinstance(named, list) else [named]
    return [each for each in types if isinstance(each, str) and each in _TYPES]


def _kind(schema: Mapping[str, Any], allowed: list[str]) -> Kind:
    if kinds := [each for each in allowed if each in _KINDS]:
        return cast("Kind", kinds[0])
    if isinstance(schema.get("properties"), dict):
        return "object"
    return "array" if "items" in schema else "string"


def _is_one_of(value: Any, types: list[str]) -> bool:
    """Tell whether a value is of one of these JSON types; of any where none is given."""
    if isinstance(value, bool):
        return not types or "boolean" in types
    return not types or any(isinstance(value, _TYPES[each]) for each in types if each != "boolean")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
