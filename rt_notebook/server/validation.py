"""Checks of JSON values that say what is wrong the way the API does.

A check takes a value and its path (``session.audio.output.speed``) and returns the value, or raises `ClientError`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rt_notebook.server.errors import ClientError

Check = Callable[[Any, str], Any]

_JSON_NAMES: dict[type, str] = {
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a decimal",
    dict: "an object",
    list: "an array",
    type(None): "null",
}


_DEEPEST = 100
TOO_DEEP = f"The JSON is nested too deeply: more than {_DEEPEST} objects and arrays in one another."


def too_deep(value: Any) -> bool:
    """Whether JSON is nested so deeply that it could be read, but not written again."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _wrong_type(path: str, expected: str, value: Any) -> ClientError:
    got = _JSON_NAMES.get(type(value), type(value).__name__)
    return ClientError("invalid_type", f"Invalid type for '{path}': expected {expected}, but got {got} instead.", path)


def _listed(names: Iterable[str]) -> str:
    *most, last = (f"'{name}'" for name in names)
    return f"{', '.join(most)} and {last}" if most else last


def unsupported(value: str, supported: Iterable[str], path: str) -> ClientError:
    """Return the error for a string that is none of `supported`."""
    names = list(supported)
    which = f"Value must be '{names[0]}'." if len(names) == 1 else f"Supported values are: {_listed(names)}."
    return ClientError("invalid_value", f"Invalid value: '{value}'. {which}", path or None)


def anything(value: Any, path: str) -> Any:
    """Accept any JSON value."""
    return value


def mapping(value: Any, path: str) -> Any:
    """Accept any JSON object."""
    if not isinstance(value, dict):
        raise _wrong_type(path, "an object", value)
    return value


def boolean(value: Any, path: str) -> Any:
    """Accept true and false."""
    if not isinstance(value, bool):
        raise _wrong_type(path, "a boolean", value)
    return value


def string(limit: int | None = None, *, pattern: str | None = None) -> Check:
    """Accept strings of at most `limit` characters, which as a whole match a regular expression."""

    def check(value: Any, path: str) -> Any:
        if not isinstance(value, str):
            raise _wrong_type(path, "a string", value)
        if limit is not None and len(value) > limit:
            raise ClientError(
                "string_above_max_length",
                f"Invalid '{path}': string too long. Expected a string with maximum length {limit}, "
                f"but got a string with length {len(value)} instead.",
                path,
            )
        if pattern is not None and not re.fullmatch(pattern, value):
            raise ClientError(
                "invalid_value",
                f"Invalid '{path}': string does not match pattern. Expected a string that matches the pattern "
                f"'^{pattern}$'.",
                path,
            )
        return value

    return check


def number(low: float, high: float | None = None, *, whole: bool = False) -> Check:
    """Accept numbers from `low` to `high`, both included; `whole` ones only where asked for."""
    name, article = ("integer", "an integer") if whole else ("decimal", "a decimal")

    def check(value: Any, path: str) -> Any:
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            raise _wrong_type(path, article, value)
        for broken, side, bound, sign in (
            (not value >= low, "below_min", low, ">="),
            (high is not None and not value <= high, "above_max", high, "<="),
        ):
            if broken:
                words = side.replace("_min", " minimum").replace("_max", " maximum")
                raise ClientError(
                    f"{name}_{side}_value",
                    f"Invalid '{path}': {name} {words} value. Expected a value {sign} {bound}, "
                    f"but got {value} instead.",
                    path,
                )
        return value

    return check


def one_of(*values: str) -> Check:
    """Accept one of these strings."""

    def check(value: Any, path: str) -> Any:
        if not isinstance(value, str):
            raise _wrong_type(path, f"one of {_listed(values)}", value)
        if value not in values:
            raise unsupported(value, values, path)
        return value

    return check


def nullable(inner: Check) -> Check:
    """Accept null, too."""

    def check(value: Any, path: str) -> Any:
        return None if value is None else inner(value, path)

    return check


def either(literal: str, inner: Check) -> Check:
    """Accept one fixed string, or what `inner` accepts."""

    def check(value: Any, path: str) -> Any:
        return value if value == literal else inner(value, path)

    return check


def listing(inner: Check, longest: int = 1_000) -> Check:
    """Accept arrays of at most `longest` elements, each as `inner` accepts it."""

    def check(value: Any, path: str) -> Any:
        if not isinstance(value, list):
            raise _wrong_type(path, "an array", value)
        if len(value) > longest:
            raise ClientError(
                "array_above_max_length",
                f"Invalid '{path}': array too long. Expected an array with maximum length {longest}, but got an array "
                f"with length {len(value)} instead.",
                path,
            )
        return [inner(element, f"{path}[{index}]") for index, element in enumerate(value)]

    return check


def record(
    fields: Mapping[str, Check], required: Iterable[str] = (), *, moved: Mapping[str, str] | None = None
) -> Check:
    """Accept objects with these fields and no others.

    `moved` says for fields of the API's beta what has become of them; the error for such a field tells it.
    """
    needed = tuple(required)
    hints = moved or {}

    def check(value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise _wrong_type(path, "an object", value)
        prefix = f"{path}." if path else ""
        for name in value:
            if name not in fields:
                hint = hints.get(name) or _nearest(prefix, name, fields)
                message = f"Unknown parameter: '{prefix}{name}'. {hint}".rstrip()
                raise ClientError("unknown_parameter", message, f"{prefix}{name}")
        for name in needed:
            if name not in value:
                raise ClientError(
                    "missing_required_parameter", f"Missing required parameter: '{prefix}{name}'.", f"{prefix}{name}"
                )
        return {name: fields[name](element, f"{prefix}{name}") for name, element in value.items()}

    return check


def tagged(field: str, kinds: Mapping[str, Check], default: str | None = None) -> Check:
    """Accept objects whose `field` says which of `kinds` they are."""

    def check(value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise _wrong_type(path, "an object", value)
        tag = value.get(field, default)
        where = f"{path}.{field}" if path else field
        if tag is None:
            raise ClientError("missing_required_parameter", f"Missing required parameter: '{where}'.", where)
        if not isinstance(tag, str):
            raise _wrong_type(where, "a string", tag)
        if tag not in kinds:
            raise unsupported(tag, kinds, where)
        return kinds[tag](value, path)

    return check


def _nearest(prefix: str, name: str, fields: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, fields, n=1)
    return f"Did you mean '{prefix}{near[0]}'?" if near else ""
