"""JSON Schema as Pydantic writes it, made fit for a model."""

from __future__ import annotations

from typing import Any


def tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema without noise."""
    return schema
