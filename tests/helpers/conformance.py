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
    observed: frozenset[str] = frozenset()
    """Fields that published recordings of the service have, though neither model nor example does."""

    @functools.cached_property
    def documented(self) -> dict[str, Any]:
        """The examples by type."""
        examples: dict[str, Any] = json.loads(Path(__file__).with_name(self.examples).read_text("utf-8"))
        return examples


REFERENCES = {
    "ga": Reference(TypeAdapter(RealtimeServerEvent), "documented.json"),
    "beta": Reference(
        TypeAdapter(BetaServerEvent),
        "documented_beta.json",
        # `name`: of a function call whose arguments are done, on which agents of 2024 rely.
        frozenset({"session.expires_at", "session.client_secret", "session.include", "name"}),
    ),
}

# Left out, though documented.
OMITTED = frozenset(
    {
        "obfuscation",  # padding against eavesdroppers on encrypted lines; the model does not declare it
    }
)


def problems(event: dict[str, Any], dialect: str = "ga") -> list[str]:
    """Return what is wrong: invalid fields, documented fields that are missing, and fields unknown to the API.

    Neither models nor examples are complete, so a field is unknown where it is in neither.
    """
    reference = REFERENCES[dialect]
    if event["type"] == "transcription_session.created":  # the service sends it, and the package has no model of it
        event = {**event, "type": "transcription_session.updated"}
    kind = event["type"]
    if kind not in reference.documented:
        return [f"{kind} is no event this server is meant to send"]
    example = reference.documented[kind]
    try:
        parsed = reference.adapter.validate_python(_filled(event), strict=True)
    except ValidationError as error:
        return [f"{kind} is invalid: {error}"]
    unknown = set(undeclared(parsed)) - reference.observed
    unknown = {where for where in unknown if not shows(example, where.split("."))}
    return [
        *(f"{kind}: no model declares {where}, and no example has it" for where in sorted(unknown)),
        *(f"{kind}: the documented example has {where}" for where in missing(example, event)),
    ]


def _filled(event: dict[str, Any]) -> dict[str, Any]:
    """Change what the models get wrong of the beta: see the reasons."""
    session = dict(event.get("session", {}))
    if event["type"] == "transcription_session.updated" and not session.get("client_secret"):
        # Required, although, as the model itself says, only sessions made by REST have it.
        session["client_secret"] = {"value": "", "expires_at": 0}
    if isinstance(session.get("tool_choice"), dict) and "modalities" in session:
        session["tool_choice"] = "a function"  # a string for the model; its description allows the object
    return {**event, "session": session} if session else event


def shows(example: Any, path: list[str]) -> bool:
    """Whether an example has a field at a path, in any element of the arrays on the way."""
    if isinstance(example, list):
        return any(shows(element, path) for element in example)
    if not path:
        return True
    return isinstance(example, dict) and path[0] in example and shows(example[path[0]], path[1:])


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
