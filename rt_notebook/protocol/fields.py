"""Fields of events that may hold anything: of the type that is wanted, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def value_at(data: Mapping[str, Any], *path: str) -> Any:
    """Return what stands at a path of objects; None where nothing does."""
    value: Any = data
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def dict_at(data: Mapping[str, Any], *path: str) -> dict[str, Any]:
    """Return the object at a path; an empty one where there is none."""
    value = value_at(data, *path)
    return value if isinstance(value, dict) else {}


def list_at(data: Mapping[str, Any], *path: str) -> list[Any]:
    """Return the list at a path; an empty one where there is none."""
    value = value_at(data, *path)
    return value if isinstance(value, list) else []


def text_at(data: Mapping[str, Any], *path: str) -> str | None:
    """Return the string at a path; None where there is none."""
    value = value_at(data, *path)
    return value if isinstance(value, str) else None


def number_at(data: Mapping[str, Any], *path: str) -> float | None:
    """Return the number at a path; None where there is none."""
    value = value_at(data, *path)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
