"""Is this a client event that the API takes? Against the models of the `openai` package.

Those models allow any field and make most optional, so validating alone proves little: what no model declares is
looked for at every level too.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rt_notebook.protocol.catalog import CATALOG, Dialect, types

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

MODULES: Mapping[Dialect, str] = {"ga": "openai.types.realtime", "beta": "openai.types.beta.realtime"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an event."""

    path: str
    """Where, such as ``session.audio.input.format``."""
    message: str
    nearest: str | None = None
    """The nearest valid name, where a name is wrong."""

    def __str__(self) -> str:
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        return f"{self.path}: {self.message}{hint}"


def check(event: Any, dialect: Dialect = "ga") -> list[Problem]:
    """Return what is wrong with a client event; an empty list where nothing is.

    Parameters
    ----------
    event
        The event as a dict, or whatever somebody took for one.
    dialect
        ``"ga"`` or ``"beta"``.
    """
    if not isinstance(event, Mapping):
        return [Problem("event", f"an event is a JSON object (a dict), this is {type(event).__name__}")]
    kind = event.get("type")
    if not isinstance(kind, str):
        return [Problem("type", "every event has a type, a string such as 'response.create'")]
    known = types("client", dialect)
    if kind not in known:
        return [_unknown_type(kind, known, dialect)]
    model = model_of(kind, dialect)
    from pydantic import ValidationError  # here, since it takes as long to import as the models, which need it too

    try:
        parsed = model.model_validate(_without_references(event))
    except ValidationError as error:
        return list(_invalid(error))
    return list(undeclared(parsed))


def model_of(type_: str, dialect: Dialect) -> type[BaseModel]:
    """Return the model of an event type in the `openai` package (imported when first needed: it takes a second)."""
    name = CATALOG[type_].model(dialect)
    module = importlib.import_module(MODULES[dialect])
    found: type[BaseModel] | None = getattr(module, name or "", None)
    if found is None:
        # Some models stand only in the module of the union.
        side = "client" if CATALOG[type_].direction == "client" else "server"
        model: type[BaseModel] = getattr(
            importlib.import_module(f"{MODULES[dialect]}.realtime_{side}_event"), name or ""
        )
        return model
    return found


def undeclared(parsed: BaseModel, path: str = "") -> Iterator[Problem]:
    """Yield the fields that no model declares, at every level of a validated event."""
    declared = list(type(parsed).model_fields)
    for name in parsed.model_extra or {}:
        yield Problem(_join(path, name), "the API has no such field", _nearest(name, declared))
    for name in parsed.model_fields_set:
        yield from _below(getattr(parsed, name, None), _join(path, name))


def _below(value: Any, path: str) -> Iterator[Problem]:
    if hasattr(value, "model_extra"):
        yield from undeclared(value, path)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _below(entry, f"{path}[{index}]")


def _without_references(event: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out a response's references to items: the API takes them in `input`, the event's model has no room."""
    response = event.get("response")
    if not isinstance(response, Mapping) or not isinstance(response.get("input"), list):
        return dict(event)
    items = [
        item for item in response["input"] if not (isinstance(item, Mapping) and item.get("type") == "item_reference")
    ]
    return {**event, "response": {**response, "input": items}}


def _unknown_type(kind: str, known: Iterable[str], dialect: Dialect) -> Problem:
    event = CATALOG.get(kind)
    if event is None or event.direction == "local":
        return Problem("type", f"there is no client event {kind!r}", _nearest(kind, known))
    if event.direction == "server":
        return Problem("type", f"{kind!r} is a server event: only the server sends it")
    return Problem("type", f"{kind!r} does not exist in the {dialect} dialect", _nearest(kind, known))


def _invalid(error: ValidationError) -> Iterator[Problem]:
    """Turn a validation error into problems, one a place.

    A union complains once for each of its members. The member that was meant is the one whose `type` fits, so what
    the others say counts only where none fits.
    """
    details = error.errors()
    strangers = {_member(detail) for detail in details if detail["type"] == "literal_error" and _ends_in_type(detail)}
    meant = [detail for detail in details if not any(_member(detail)[: len(key)] == key for key in strangers)]
    seen = set()
    for detail in meant or details[:1]:
        steps = [step for step in detail["loc"] if not _is_member(step)]
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".") or "event"
        if path not in seen:
            seen.add(path)
            yield Problem(path, detail["msg"][:1].lower() + detail["msg"][1:])


def _is_member(step: str | int) -> bool:
    """Tell whether a step of a path names a union's member, which is pydantic's own and not the event's."""
    return isinstance(step, str) and (not step.islower() or "[" in step)


def _member(detail: Any) -> tuple[str | int, ...]:
    """Return the path up to the innermost member of a union."""
    path: tuple[str | int, ...] = detail["loc"]
    return path[: 1 + max((i for i, step in enumerate(path) if _is_member(step)), default=-1)]


def _ends_in_type(detail: Any) -> bool:
    return bool(_member(detail)) and detail["loc"][len(_member(detail)) :] == ("type",)


def _nearest(name: str, names: Iterable[str]) -> str | None:
    close = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return close[0] if close else None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
