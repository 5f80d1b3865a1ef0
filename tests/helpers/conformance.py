"""How a server event differs from what the API documents, in both dialects."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openai.types.beta.realtime import RealtimeServerEvent as BetaServerEvent
from openai.types.realtime import RealtimeServerEvent
from pydantic import BaseModel, TypeAdapter, ValidationError


@dataclass(frozen=True)
class Reference:
    """What the API documents about the server events of one dialect."""

    adapter: TypeAdapter[Any]
    examples: str
    """File with each event's documented example, without its values."""
    undeclared: frozenset[str]
    """Fields that the examples show, though the models do not declare them."""

    @functools.cached_property
    def documented(self) -> dict[str, Any]:
        """The examples by type."""
        examples: dict[str, Any] = json.loads(Path(__file__).with_name(self.examples).read_text("utf-8"))
        return examples


# In both dialects the example of `session.created` shows the session as the server keeps it, and the model only what
# a client may set.
REFERENCES = {
    "ga": Reference(
        TypeAdapter(RealtimeServerEvent),
        "documented.json",
        frozenset({"session.id", "session.object", "session.expires_at"}),
    ),
    "beta": Reference(TypeAdapter(BetaServerEvent), "documented_beta.json", frozenset({"session.object"})),
}

# Left out, though documented.
OMITTED = frozenset(
    {
        "obfuscation",  # padding against eavesdroppers on encrypted lines; the model does not declare it
    }
)


def problems(event: dict[str, Any], dialect: str = "ga") -> list[str]:
    """Return what is wrong: invalid fields, fields that no model declares, and documented fields that are missing."""
    reference = REFERENCES[dialect]
    kind = event["type"]
    if kind not in reference.documented:
        return [f"{kind} is no event this server is meant to send"]
    try:
        parsed = reference.adapter.validate_python(event, strict=True)
    except ValidationError as error:
        return [f"{kind} is invalid: {error}"]
    unknown = (where for where in undeclared(parsed) if where not in reference.undeclared)
    return [
        *(f"{kind}: no model declares {where}" for where in unknown),
        *(f"{kind}: the documented example has {where}" for where in missing(reference.documented[kind], event)),
    ]


def undeclared(value: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of a parsed event's fields that no model declares, at every level."""
    if isinstance(value, list):
        for element in value:
            yield from undeclared(element, path)
    if isinstance(value, BaseModel):
        for name, inner in value:
            where = f"{path}.{name}".lstrip(".")
            if name in (value.model_extra or {}):
                yield where
            yield from undeclared(inner, where)


def missing(example: Any, actual: Any, path: str = "") -> Iterator[str]:
    """Yield the paths that an example has and an event has not, where both are of the same type."""
    if isinstance(example, dict) and isinstance(actual, dict) and example.get("type") == actual.get("type"):
        for name, inner in example.items():
            where = f"{path}.{name}".lstrip(".")
            if name in actual:
                yield from missing(inner, actual[name], where)
            elif name not in OMITTED:
                yield where
    if isinstance(example, list) and isinstance(actual, list):
        for element in actual:
            for shown in example:
                yield from missing(shown, element, path)
