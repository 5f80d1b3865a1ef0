"""JSON Schema as Pydantic writes it, made fit for a model: whole, strict and without noise.

- References are replaced by what they refer to; only what contains itself stays under ``$defs``.
- An object takes no fields but its own, unless its type says otherwise; one without any is a dict, and takes all.
- Titles that repeat names, defaults that are null and keywords of OpenAPI go. ``const`` and ``oneOf`` become ``enum``
  and ``anyOf``, which every model knows, and every array has the ``items`` that the API insists on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_BY_NAME = ("properties", "patternProperties", "dependentSchemas", "$defs")
"""Keywords that hold schemas by names of the user's."""
_VALUES = ("default", "enum", "const", "examples", "required", "dependentRequired")
"""Keywords that hold values, which may look like schemas."""
_NOISE = ("title", "discriminator", "$defs")
_REFERENCE = "#/$defs/"
_FIRST = ("type", "description", "properties", "required", "enum", "items", "anyOf")
"""The order that reads best; the other keywords come behind."""


def tidy(schema: Schema) -> Schema:
    """Return a schema of an object, tidied; the given one is left as it is."""
    tidying = _Tidying(schema.get("$defs", {}))
    made = tidying.of(schema)
    return made | ({"$defs": tidying.kept} if tidying.kept else {})


class _Tidying:
    def __init__(self, definitions: dict[str, Schema]) -> None:
        self.definitions = definitions
        self.recursive = {name for name in definitions if name in _reachable(name, definitions)}
        self.kept: dict[str, Schema] = {}
        self.within: list[str] = []
        """The recursive definitions that are being written out."""

    def of(self, schema: Schema) -> Schema:
        if schema.get("allOf") and len(schema["allOf"]) == 1:
            schema = schema["allOf"][0] | {key: value for key, value in schema.items() if key != "allOf"}
        if "$ref" in schema:
            return self._referred(schema)
        made = {key: self._under(key, value) for key, value in schema.items() if key not in _NOISE}
        if "const" in made:
            made["enum"] = [made.pop("const")]
        if "oneOf" in made:
            made["anyOf"] = made.pop("oneOf")
        if "default" in made and made["default"] is None:
            del made["default"]
        if made.get("type") == "object":
            made.setdefault("additionalProperties", "properties" not in made)  # a dict has none of its own
        if made.get("type") == "array":
            made |= _items(made)
        return {key: made[key] for key in sorted(made, key=_place)}

    def _referred(self, schema: Schema) -> Schema:
        name = schema["$ref"].removeprefix(_REFERENCE)
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        if name not in self.recursive:
            return self.of(self.definitions[name] | beside)
        if beside and name not in self.within:
            # A reference stands alone: what is said of this one place is said in a copy.
            return self._written(name, beside)
        if name not in self.kept:
            self.kept[name] = {}
            self.kept[name] = self._written(name, {})
        return {"$ref": schema["$ref"]}

    def _written(self, name: str, beside: Schema) -> Schema:
        self.within.append(name)
        made = self.of(self.definitions[name] | beside)
        self.within.pop()
        return made

    def _under(self, key: str, value: Any) -> Any:
        if key in _VALUES:
            return value
        if key in _BY_NAME:
            return {name: self.of(schema) for name, schema in value.items()}
        if isinstance(value, dict):
            return self.of(value)
        if isinstance(value, list):
            return [self.of(schema) if isinstance(schema, dict) else schema for schema in value]
        return value


def _place(key: str) -> int:
    return _FIRST.index(key) if key in _FIRST else len(_FIRST)


def _items(array: Schema) -> Schema:
    """Return the ``items`` of an array: those of a tuple are whatever its places take."""
    places = array.get("prefixItems", [])
    distinct = [place for number, place in enumerate(places) if place not in places[:number]]
    if not distinct:
        return {"items": array.get("items", {})}
    if len(distinct) == 1 and "items" not in array:
        del array["prefixItems"]
        return {"items": distinct[0]}
    rest = [array["items"]] if isinstance(array.get("items"), dict) else []
    return {"items": {"anyOf": distinct + rest}}


def _reachable(name: str, definitions: dict[str, Schema]) -> set[str]:
    """Return the definitions that one refers to, by itself or through others."""
    found: set[str] = set()
    open_ = [name]
    while open_:
        new = set(_references(definitions[open_.pop()])) - found
        found |= new
        open_ += new
    return found


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for value in schema:
            yield from _references(value)
    elif isinstance(schema, dict):
        reference = schema.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(_REFERENCE)
        for key, value in schema.items():
            if key not in _VALUES:
                yield from _references(value)
