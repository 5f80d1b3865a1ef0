"""Faults on demand, for lessons and tests: a slow network, a lost connection, a server that errs.

They are asked for as ``NAME=VALUE``, for the whole server (``--fault latency=300``) or for one connection
(``?fault=latency=300&fault=drop=5``). Nothing in here waits or draws on chance that a seed does not fix.
"""

from __future__ import annotations

import copy
import difflib
import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from rt_notebook.protocol.ids import new_id


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong. Each field's name, with a dash for an underscore, is the fault's."""

    latency: float = 0.0
    """Milliseconds that every server event comes late."""
    jitter: float = 0.0
    """Milliseconds more, at most, by chance; events stay in order."""
    drop: float | None = None
    """Seconds after which the TCP connection is cut, without a close frame."""
    expiry: int | None = None
    """Seconds after which the session has expired."""
    error: int | None = None
    """Every so many-th response fails with a `server_error`."""
    duplicate_call: bool = False
    """Whether each function call comes twice, with one `call_id`."""
    seed: int = 0
    """What chance begins with."""


NO_FAULTS = Faults()


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a fault's value is read, and what it may be, in words."""

    read: Callable[[str], Any]
    fits: Callable[[Any], bool]
    words: str


def _switch(text: str) -> bool:
    return {"on": True, "off": False}[text]


_MOST_MS = 60_000
_MOST_SECONDS = 86_400

_MS = _Kind(float, lambda value: 0 <= value <= _MOST_MS, f"milliseconds from 0 to {_MOST_MS}")
_SECONDS = _Kind(float, lambda value: 0 <= value <= _MOST_SECONDS, f"seconds from 0 to {_MOST_SECONDS}")
_WHOLE_SECONDS = _Kind(int, lambda value: 1 <= value <= _MOST_SECONDS, f"whole seconds from 1 to {_MOST_SECONDS}")

_KINDS: dict[str, _Kind] = {
    "latency": _MS,
    "jitter": _MS,
    "drop": _SECONDS,
    "expiry": _WHOLE_SECONDS,
    "error": _Kind(int, lambda value: value >= 1, "a whole number: every so many-th response fails"),
    "duplicate-call": _Kind(_switch, lambda value: True, "'on' or 'off'"),
    "seed": _Kind(int, lambda value: True, "a whole number"),
}


def parse(wishes: Iterable[str], base: Faults = NO_FAULTS) -> Faults:
    """Return the faults that are asked for as ``NAME=VALUE``, in place of those of `base` or beside them.

    Raises `ValueError`, whose text is for whoever asked.
    """
    faults = base
    for wish in wishes:
        name, equals, text = wish.partition("=")
        kind = _KINDS.get(name)
        if kind is None:
            raise ValueError(f"There is no fault {name!r}. {_known(name)}")
        if not equals:
            raise ValueError(f"The fault {name!r} has no value: write {name}=VALUE, {kind.words}.")
        try:
            value = kind.read(text)
            fits = kind.fits(value)
        except (ValueError, KeyError):
            fits = False
        if not fits:
            raise ValueError(f"The fault {name!r} cannot be {text!r}: its value is {kind.words}.")
        faults = replace(faults, **{name.replace("-", "_"): value})
    return faults


def _known(name: str) -> str:
    if near := difflib.get_close_matches(name, _KINDS, n=1):
        return f"Did you mean {near[0]!r}?"
    return f"There are {', '.join(_KINDS)}."


class Lateness:
    """When events are due on a slow network: later, by a varying time, and in order."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._random = random.Random(faults.seed)  # noqa: S311 - a lesson's jitter is no secret
        self._last = -math.inf

    def __call__(self, now: float) -> float:
        """Return when an event of time `now` is due, both in seconds."""
        late_ms = self._faults.latency + self._random.uniform(0, self._faults.jitter)
        self._last = max(self._last, now + late_ms / 1000)
        return self._last


class Repeater:
    """Server events as a server sends them that calls each function twice.

    All that `response` events tell of a call is told again with fresh event ids, right after it, and `response.done`
    lists it twice. The conversation holds it once.
    """

    def __init__(self, make_id: Callable[[str], str] = new_id) -> None:
        self._make_id = make_id
        self._told: dict[str, list[dict[str, Any]]] = {}
        """The events so far about each call that is not complete, by its item's id."""

    def __call__(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        """Return what is sent in place of an event."""
        match event:
            case {"type": "response.output_item.added", "item": {"type": "function_call", "id": str(item_id)}}:
                self._told[item_id] = [event]
            case {"type": "response.output_item.done", "item": {"type": "function_call", "id": str(item_id)}}:
                told = [*self._told.pop(item_id, []), event]
                return [event, *({**each, "event_id": self._make_id("event")} for each in told)]
            case {"type": str(kind), "item_id": str(item_id)} if item_id in self._told and kind.startswith("response."):
                self._told[item_id].append(event)
            case {"type": "response.done", "response": {"output": list(output)}}:
                repeated = copy.copy(event["response"])
                repeated["output"] = [copy_ for item in output for copy_ in [item] * _times(item)]
                return [{**event, "response": repeated}]
        return [event]


def _times(item: dict[str, Any]) -> int:
    return 2 if item["type"] == "function_call" else 1
