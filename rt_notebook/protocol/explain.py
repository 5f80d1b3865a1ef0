"""What an event is, its fields, and what usually follows it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, get_args, get_origin

from rt_notebook.protocol.catalog import CATALOG, Dialect, EventType
from rt_notebook.protocol.check import model_of

if TYPE_CHECKING:
    from pydantic import BaseModel

_MOST_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an event."""

    path: str
    """Such as ``session.audio.input``."""
    kind: str
    """Its type in short."""
    required: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `explain` returns; a notebook shows it as a table."""

    event: EventType
    dialect: Dialect
    fields: tuple[Field, ...]

    def __str__(self) -> str:
        width = max((len(field.path) for field in self.fields), default=0)
        lines = [f"{self.event.type} ({self.event.direction} event, {self.dialect})", f"  {self.event.meaning}"]
        if self.event.follows:
            lines.append(f"  Usually followed by: {', '.join(self.event.follows)}")
        lines += [
            f"  {field.path:<{width}}  {field.kind}{'' if field.required else ' (optional)'}" for field in self.fields
        ]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='text-align:left'><code>{escape(field.path)}</code></td>"
            f"<td style='text-align:left'>{escape(field.kind)}</td><td>{'' if field.required else 'optional'}</td></tr>"
            for field in self.fields
        )
        follows = ", ".join(f"<code>{escape(name)}</code>" for name in self.event.follows)
        return (
            f"<p><b><code>{escape(self.event.type)}</code></b> ({self.event.direction} event): "
            f"{escape(self.event.meaning)}{' Usually followed by ' + follows + '.' if follows else ''}</p>"
            f"<table>{rows}</table>"
        )


def explain(type: str, dialect: Dialect = "ga") -> Explanation:
    """Explain an event type: its meaning, its fields, what usually follows it.

    Raises
    ------
    ValueError
        There is no such event type; the text names the nearest.
    """
    event = CATALOG.get(type)
    if event is None:
        close = difflib.get_close_matches(type, CATALOG, n=3, cutoff=0.4)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise ValueError(f"There is no event type {type!r}.{hint}")
    if event.model(dialect) is None:
        other: Dialect = "beta" if dialect == "ga" else "ga"
        if event.model(other) is None:
            return Explanation(event, dialect, ())
        dialect = other
    return Explanation(event, dialect, tuple(_fields(model_of(type, dialect), "", 1)))


def _fields(model: type[BaseModel], path: str, depth: int) -> list[Field]:
    fields = []
    for name, info in model.model_fields.items():
        kind = info.annotation
        fields.append(Field(path + name, _kind(kind), info.is_required()))
        inner = _models(kind)
        # The first of two is the usual one (a realtime session, not a transcription session); of many, none is.
        if 1 <= len(inner) <= 2 and depth < _MOST_DEPTH:
            fields += _fields(inner[0], f"{path}{name}{'[]' if _is_list(kind) else ''}.", depth + 1)
    return fields


def _models(kind: Any) -> list[type[BaseModel]]:
    if hasattr(kind, "model_fields"):
        return [kind]
    return [model for arg in get_args(kind) for model in _models(arg)]


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is list or any(_is_list(arg) for arg in get_args(kind))


def _kind(kind: Any) -> str:
    args = [arg for arg in get_args(kind) if arg is not type(None)]
    origin = get_origin(kind)
    if origin is None:
        return {"str": "string", "int": "integer", "bool": "boolean", "NoneType": "null", "float": "number"}.get(
            getattr(kind, "__name__", str(kind)), "object"
        )
    if origin is list:
        return f"list of {_kind(args[0])}"
    if origin is dict:
        return "object"
    if all(isinstance(arg, str) for arg in args):
        return " | ".join(map(repr, args))
    return " | ".join(
        dict.fromkeys(_kind(arg) for arg in args if not isinstance(arg, str) and hasattr(arg, "__name__"))
    )
