"""Fields of events that may hold anything: of the type that is wanted, or nothing."""

from __future__ import annotations

from typing import Any


def dict_at(data: dict[str, Any], *path: str) -> dict[str, Any]:
    """Return the object at a path; an empty one where there is none."""
    value: Any = data
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text_at(data: dict[str, Any], name: str) -> str | None:
    """Return a field that is a string; None where it is not."""
    value = data.get(name)
    return value if isinstance(value, str) else None


def number_at(data: dict[str, Any], name: str) -> float | None:
    """Return a field that is a number; None where it is not."""
    value = data.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
