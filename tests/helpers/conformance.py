"""How a server event differs from what the API documents."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openai.types.realtime import RealtimeServerEvent
from pydantic import BaseModel, TypeAdapter, ValidationError

_ADAPTER: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)

# Documented, though the model of the event does not declare them: the example of `session.created` shows the session
# as the server keeps it, and the model only what a client may set.
UNDECLARED = frozenset({"session.id", "session.object", "session.expires_at"})

# Left out, though documented.
OMITTED = frozenset(
    {
        "obfuscation",  # padding against eavesdroppers on encrypted lines; the model does not declare it
    }
)


def problems(event: dict[str, Any]) -> list[str]:
    """Return what is wrong: invalid fields, fields that no model declares, and documented fields that are missing."""
    kind = event["type"]
    if kind not in documented():
        return [f"{kind} is no event this server is meant to send"]
    try:
        parsed = _ADAPTER.validate_python(event, strict=True)
    except ValidationError as error:
        return [f"{kind} is invalid: {error}"]
    return [f"{kind}: {each}" for each in (*undeclared(parsed), *missing(documented()[kind], event))]


@functools.cache
def documented() -> dict[str, Any]:
    """Return each event's documented example, without its values."""
    examples: dict[str, Any] = json.loads(Path(__file__).with_name("documented.json").read_text("utf-8"))
    return examples


def undeclared(value: Any, path: str = "") -> Iterator[str]:
    """Yield the fields of a parsed event that no model declares, at every level."""
    if isinstance(value, list):
        for element in value:
            yield from undeclared(element, path)
    if isinstance(value, BaseModel):
        for name, inner in value:
            where = f"{path}.{name}".lstrip(".")
            if name in (value.model_extra or {}) and where not in UNDECLARED:
                yield f"no model declares {where}"
            yield from undeclared(inner, where)


def missing(example: Any, actual: Any, path: str = "") -> Iterator[str]:
    """Yield the fields that an example has and an event has not, where both are of the same type."""
    if isinstance(example, dict) and isinstance(actual, dict) and example.get("type") == actual.get("type"):
        for name, inner in example.items():
            where = f"{path}.{name}".lstrip(".")
            if name in actual:
                yield from missing(inner, actual[name], where)
            elif name not in OMITTED:
                yield f"the documented example has {where}"
    if isinstance(example, list) and isinstance(actual, list):
        for element in actual:
            for shown in example:
                yield from missing(shown, element, path)
