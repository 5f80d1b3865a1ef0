"""Version 0: raw events as other tools write them, without a recording's header.

A list of events, one a line, or one behind the other; each bare, or in a wrapper that says who sent it and when: the
OpenAI console's (`event`, `source`, `time`), the OpenAI Agents SDK's raw events (`data`), a browser's HAR file (the
Playground's WebSocket messages). What no wrapper tells stays unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from rt_notebook.protocol.catalog import CATALOG
from rt_notebook.protocol.event import parse

_INSIDE = ("event", "data", "message", "payload")
_TIMES = ("t", "time", "timestamp", "ts", "received_at", "sent_at", "created_at")
_SIDES = ("direction", "source", "type", "origin")
_CLIENT = {"client", "send", "sent", "out", "outgoing", "raw_client_event"}
_SERVER = {"server", "receive", "received", "in", "incoming", "raw_server_event"}
_MILLISECONDS = 1e11
"""A number of this size counts milliseconds since 1970, not seconds."""
_EPOCH = 1e8
"""A number of this size counts from 1970, not from a session's beginning."""
_DEEPEST = 4


@dataclass(slots=True)
class Found:
    """An event in a file of another tool."""

    data: dict[str, Any]
    raw: bytes
    direction: str
    time: float | None
    """Seconds, since 1970 where `since_1970` says so; None where nobody told."""
    since_1970: bool = False


def unwrap(value: Any, raw: bytes | None = None, depth: int = 0) -> Found | None:
    """Return the event that a JSON value is, or holds; None where it is none. `raw` is its text where known."""
    if isinstance(value, str) and value.lstrip()[:1] == "{":
        raw = value.encode("utf-8", "surrogatepass")
        value = _parsed(raw)
    if not isinstance(value, dict) or depth > _DEEPEST:
        return None
    type_ = value.get("type")
    if isinstance(type_, str) and (type_ in CATALOG or "." in type_):
        known = CATALOG.get(type_)
        side = known.direction if known else "local" if type_.startswith("rt.") else "server"
        raw = _dumped(value) if raw is None else raw
        return Found(parse(raw), raw, side, *_time(value))
    for name in _INSIDE:
        if (found := unwrap(value.get(name), depth=depth + 1)) is not None:
            found.direction = _side(value) or found.direction
            time, since_1970 = _time(value)
            if time is not None:
                found.time, found.since_1970 = time, since_1970
            return found
    return None


def values(text: bytes) -> Iterator[Any]:
    """Yield the JSON values of a text that stand one behind the other, and those in a list or a HAR file.

    Ends where the text is no JSON any more.
    """
    decoder = json.JSONDecoder()
    string = text.decode("utf-8", "replace")
    at = 0
    while at < len(string):
        while at < len(string) and string[at] in " \t\r\n,\x1e":
            at += 1
        try:
            value, at = decoder.raw_decode(string, at)
        except (ValueError, RecursionError):
            return
        yield from entries(value)


def entries(value: Any) -> Iterator[Any]:
    """Yield what a JSON value lists."""
    if isinstance(value, list):
        for entry in value:
            yield from entries(entry) if isinstance(entry, list) else [entry]
    elif isinstance(value, dict) and isinstance(value.get("events"), list):
        yield from value["events"]
    elif isinstance(value, dict) and isinstance(log := value.get("log"), dict):
        for entry in log.get("entries") or ():
            if isinstance(entry, dict):
                yield from entry.get("_webSocketMessages") or ()
    else:
        yield value


def _side(wrapper: dict[str, Any]) -> str | None:
    for name in _SIDES:
        if isinstance(value := wrapper.get(name), str):
            if value.lower() in _CLIENT:
                return "client"
            if value.lower() in _SERVER:
                return "server"
    return None


def _time(wrapper: dict[str, Any]) -> tuple[float | None, bool]:
    """Return when a wrapper says that it was, and whether that counts from 1970."""
    for name in _TIMES:
        value = wrapper.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e13:
            seconds = value / 1000 if value > _MILLISECONDS else float(value)
            return seconds, seconds > _EPOCH
        if isinstance(value, str):
            try:
                moment = datetime.fromisoformat(value)
            except ValueError:
                continue  # a time of day, for one, which says nothing of the day
            return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp(), True
    return None, False


def _parsed(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


def _dumped(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(value).encode()  # a lone surrogate, a number beyond 64 bit
