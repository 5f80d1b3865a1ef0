"""A recording's lines: JSONL, first a header, then an event a line with the raw event in it, word for word.

    {"format": "rt_notebook recording", "version": 1, "package": ..., "started": ..., "provider": ..., "model": ...,
     "url": ..., "dialect": ..., "audio": true}
    {"t":0.25,"direction":"server","connection":1,"event":{"type":"session.created", ...}}

The raw event stands behind ``"event":`` up to the line's last brace, so that it can be had back byte for byte; one
that is no JSON on one line stands as text under ``"raw"``, one that is no UTF-8 under ``"raw_base64"``. In a recording
without sound ``"silence":[[offset, bytes], ...]`` says where in the event audio was, and how much.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

import orjson
import pybase64

from rt_notebook.log.silence import Places, without_sound
from rt_notebook.log.source import Source
from rt_notebook.protocol.catalog import DIRECTIONS
from rt_notebook.protocol.event import parse

if TYPE_CHECKING:
    from rt_notebook.log.eventlog import EventLog
    from rt_notebook.protocol.catalog import Direction

FORMAT = "rt_notebook recording"
VERSION = 1

_LINE = re.compile(
    rb'\{"t":(null|[-+.0-9e]+),"direction":"(client|server|local)","connection":(-?\d+),'
    rb'(?:"silence":(\[[\[\]0-9,]*\]),)?"event":'
)


@dataclass(slots=True)
class Row:
    """A line's event."""

    t: float | None
    """Seconds on the log's clock; None where the line does not tell."""
    direction: Direction
    connection: int
    raw: bytes
    """The event; without its sound where `silence` is not empty."""
    data: dict[str, Any]
    """The event, parsed."""
    silence: Places


# -- writing ----------------------------------------------------------------------------------------------------------


def header_line(source: Source, started: datetime, audio: bool) -> bytes:
    """Return a recording's first line."""
    header = {
        "format": FORMAT,
        "version": VERSION,
        "package": package_version(),
        "started": started.astimezone(UTC).isoformat(),
        "provider": source.provider,
        "model": source.model,
        "url": source.url,
        "dialect": source.dialect,
        "audio": audio and source.audio,
    }
    return orjson.dumps(header, option=orjson.OPT_APPEND_NEWLINE)


def event_line(t: float | None, direction: str, connection: int, raw: bytes, *, audio: bool = True) -> bytes:
    """Return an event's line; keys and tokens in `raw` are hidden already. Without a time `t` is null."""
    time = repr(float(t)) if t is not None and math.isfinite(t) else "null"
    places: Places = []
    if not audio:
        raw, places = without_sound(raw)
    silence = b'"silence":' + orjson.dumps(places) + b"," if places else b""
    head = f'{{"t":{time},"direction":"{direction}","connection":{connection},'.encode() + silence
    if _fits(raw):
        return b'%b"event":%b}\n' % (head, raw)
    try:
        return b'%b"raw":%b}\n' % (head, orjson.dumps(raw.decode()))
    except UnicodeDecodeError:
        return b'%b"raw_base64":"%b"}\n' % (head, pybase64.b64encode(raw))


def lines_of(log: EventLog, audio: bool) -> Iterator[bytes]:
    """Yield a whole recording of a log as it is now."""
    yield header_line(log.source or Source(), log.started, audio)
    yield from event_lines(log, range(len(log)), audio)


def event_lines(log: EventLog, rows: range, audio: bool) -> Iterator[bytes]:
    """Yield the lines of some rows."""
    source = log.source or Source()
    for row in rows:
        t, direction, connection = log.t[row], log.direction[row], log.connection[row]
        raw = source.mask(log.raw(row))
        yield event_line(t, direction or "local", connection or 0, raw, audio=audio and source.audio)


def _fits(raw: bytes) -> bool:
    """Tell whether a raw event can stand in a line as it is: JSON, and on one line."""
    if b"\n" in raw or b"\r" in raw:
        return False
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        return False
    return True


@cache
def package_version() -> str:
    """Return this package's version as it was installed; empty where it was not."""
    try:
        return metadata.version("rt-notebook")
    except metadata.PackageNotFoundError:
        return ""


# -- reading ----------------------------------------------------------------------------------------------------------


def read_row(line: bytes) -> Row | None:
    """Return a line's event; None where the line is torn, or none of ours."""
    if (found := _LINE.match(line)) and line.endswith(b"}"):
        raw = line[found.end() : -1]
        try:
            data = orjson.loads(raw)
            time, direction, connection, silence = found.groups()
            return Row(
                None if time == b"null" else float(time),
                direction.decode(),  # type: ignore[arg-type] # one of the three, as the pattern says
                int(connection),
                raw,
                data if isinstance(data, dict) else parse(raw),
                orjson.loads(silence) if silence else [],
            )
        except ValueError:
            pass  # also what somebody added a field to
    return _rewritten(line)


def _rewritten(line: bytes) -> Row | None:
    """Read a line that another tool has written anew, or one whose event is text."""
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(entry, dict) or entry.get("direction") not in DIRECTIONS:
        return None
    raw, encoded = entry.get("raw"), entry.get("raw_base64")
    if "event" in entry:
        raw = orjson.dumps(entry["event"])
    elif isinstance(raw, str):
        raw = raw.encode()
    elif isinstance(encoded, str):
        try:
            raw = pybase64.b64decode(encoded, validate=True)
        except ValueError:
            return None
    else:
        return None
    t, connection, silence = entry.get("t"), entry.get("connection"), entry.get("silence")
    return Row(
        float(t) if isinstance(t, int | float) and not isinstance(t, bool) else None,
        entry["direction"],
        connection if isinstance(connection, int) else 0,
        raw,
        parse(raw),
        silence if isinstance(silence, list) else [],
    )
