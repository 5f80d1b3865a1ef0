"""The log's rows: append-only columns, the raw events with their audio taken out, and the audio, once.

One thread appends (the session's loop); any thread reads while events still arrive: a row counts only when all of
its columns are there.
"""

from __future__ import annotations

import contextlib
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Any, overload

from rt_notebook.log.blobs import MEMORY_LIMIT
from rt_notebook.log.columns import NO_INT, Column, Floats, Ints, Kind, Kinds, Sparse, SparseFloats, Strings
from rt_notebook.log.index import Index
from rt_notebook.log.originals import Originals
from rt_notebook.protocol.dialect import ga_type
from rt_notebook.protocol.event import (
    AUDIO_FIELDS,
    BYTES_PER_MS,
    Clip,
    Event,
    audio_fields,
    error_of,
    parse,
    text_of,
)

if TYPE_CHECKING:
    from rt_notebook.protocol.catalog import Direction

Patterns = str | Sequence[str]

COLUMNS = (
    "t",
    "time",
    "direction",
    "type",
    "event_id",
    "response_id",
    "item_id",
    "call_id",
    "output_index",
    "content_index",
    "role",
    "text",
    "audio_ms",
    "bytes",
    "error",
    "session_id",
    "connection",
)
"""The log's columns, in the order of its DataFrame."""

LONGEST = 2.0**32
"""Seconds of a log, 136 years: a `t` beyond is no time that a calendar has room for."""
_INDEXED = ("event_id", "response_id", "item_id", "call_id")


class EventStore(Sequence[Event]):
    """The events themselves: written once, read by position, type, direction, id and time."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        memory: int = MEMORY_LIMIT,
    ) -> None:
        """`memory`: bytes of raw events and audio that are kept in memory; beyond, they lie in a temporary file."""
        self._clock = clock
        self._start = clock()
        self.started = datetime.fromtimestamp(now(), UTC)
        """When the log began (UTC); row times count from here on the monotonic clock."""
        self.tap: Callable[[float, Direction, int, bytes], None] | None = None
        """A recorder: called with each new row (`t`, direction, connection, raw), on the thread that adds."""
        self._listeners: tuple[Callable[[], None], ...] = ()
        self.t = Floats()
        self._kinds = Kinds(_clean)
        self.direction = self._kinds.column(0)
        self.type = self._kinds.column(1)
        self.response_id = self._kinds.column(2)
        self.item_id = self._kinds.column(3)
        self.output_index = self._kinds.column(4)
        self.content_index = self._kinds.column(5)
        self.connection = self._kinds.column(6)
        self.event_id = Strings()
        self.call_id = Sparse()
        self.role = Sparse()
        self.text = Strings()
        self.audio_ms = SparseFloats()
        self.bytes = Ints()
        self.error = Sparse()
        self.session_id = Sparse()
        self.originals = Originals(memory)
        """The raw events and their audio."""
        # Bound once: append runs for every event of the session.
        self._puts = (
            *(self.t.data.append, self._kinds.data.append, self.event_id.data.append),
            *(self.text.data.append, self.bytes.data.append),
        )
        self._length = 0
        self._index = {name: Index(self.column(name)) for name in _INDEXED}

    @property
    def now(self) -> float:
        """Seconds on the log's clock, on which its rows have their `t`."""
        return self._clock() - self._start

    # -- writing ----------------------------------------------------------------------------------------------------

    def append(
        self, direction: Direction, raw: bytes, data: dict[str, Any], connection: int = 0, *, t: float | None = None
    ) -> Event:
        """Add an event and return it.

        Parameters
        ----------
        direction
            Who it comes from.
        raw
            The event as it was on the wire, UTF-8.
        data
            `raw`, parsed.
        connection
            Number of the session's connection, from 1; 0 where there is none.
        t
            When it happened, seconds on the log's clock; now where it is left out. Never before the last row.
        """
        # Written out, since a call of a function costs as much as what it does here.
        index, get = self._length, data.get
        put_t, put_kind, put_event, put_text, put_bytes = self._puts
        if t is None:
            t = self._clock() - self._start
        type_, response_id, item_id = get("type"), get("response_id"), get("item_id")
        if not isinstance(type_, str):
            type_ = ""
        if (item := get("item")) is not None and isinstance(item, dict):
            item_id = item_id or item.get("id")
            _note(self.call_id, index, get("call_id") or item.get("call_id"))
            _note(self.role, index, item.get("role"))
        elif (call_id := get("call_id")) is not None:
            _note(self.call_id, index, call_id)
        if (response := get("response")) is not None and isinstance(response, dict):
            response_id = response_id or response.get("id")
        if (session := get("session")) is not None and isinstance(session, dict):
            _note(self.session_id, index, session.get("id"))
        if response is not None or get("error") is not None:
            _note(self.error, index, error_of(data))
        kind = (direction, type_, response_id, item_id, get("output_index"), get("content_index"), connection)
        try:
            code = self._kinds.coded[kind]
        except TypeError:  # a list where an id should be
            code = self._kinds.coded[_clean(kind)]
        sound = None
        text: Any = get("delta")
        if (field := AUDIO_FIELDS.get(type_)) is not None and isinstance(encoded := get(field), str):
            sound = self.originals.append_sounding(raw, (encoded,))
            text = None
        elif item is not None:
            sound = self.originals.append_sounding(raw, audio_fields(data))
            text = text_of(data)
        else:
            self.originals.append(raw)
            if not isinstance(text, str):
                text = text_of(data)
        if sound is not None:
            self.audio_ms.put(index, len(sound) / BYTES_PER_MS)
        elif (heard := get("heard_ms")) is not None:
            self._hear(index, heard)
        put_t(t)
        put_kind(code)
        put_event(event_id if isinstance(event_id := get("event_id"), str) else None)
        put_text(text)
        put_bytes(len(raw) if direction != "local" else NO_INT)
        self._length = index + 1
        event = Event(data, index, t, direction, sound)
        if self.tap is not None:
            self.tap(t, direction, connection, raw)
        if self._listeners:
            for listener in self._listeners:
                listener()
        return event

    def _hear(self, index: int, heard: Any) -> None:
        """Keep how much of an item was heard, ms; not a number of more digits than a float has room for."""
        if isinstance(heard, int | float) and not isinstance(heard, bool):
            with contextlib.suppress(OverflowError):
                self.audio_ms.put(index, float(heard))

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each row that is added, on the thread that adds; returns how to stop it.

        The session waits for it: it is to note that there is something new, and read it elsewhere.
        """
        self._listeners = (*self._listeners, listener)

        def stop() -> None:
            self._listeners = tuple(other for other in self._listeners if other is not listener)

        return stop

    # -- reading ----------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, key: int) -> Event: ...
    @overload
    def __getitem__(self, key: slice) -> list[Event]: ...
    def __getitem__(self, key: int | slice) -> Event | list[Event]:
        length = self._length
        if isinstance(key, slice):
            return [self._event(index) for index in range(*key.indices(length))]
        return self._event(self._position(key))

    def _position(self, key: int) -> int:
        length = self._length
        index = key + length if key < 0 else key
        if not 0 <= index < length:
            raise IndexError(f"the log has {length} rows, so there is no row {key}")
        return index

    def __iter__(self) -> Iterator[Event]:
        """Yield the events, also those that arrive meanwhile, up to the log's end."""
        index = 0
        while index < self._length:
            yield self._event(index)
            index += 1

    def _event(self, index: int) -> Event:
        return Event(
            parse(self.raw(index)),
            index,
            self.t.data[index],
            self.direction[index],
            self.sound(index),
        )

    def sound(self, index: int) -> Clip | None:
        """Return a row's audio, to be read later; None where the row has none."""
        return self.originals.sound(self._position(index))

    def raw(self, index: int) -> bytes:
        """Return an event byte for byte as it was on the wire."""
        return self.originals.raw(self._position(index))

    def pcm(self, index: int) -> bytes | None:
        """Return a row's audio as it was sent, base64 undone; None where the row has none."""
        sound = self.sound(index)
        return None if sound is None else bytes(sound)

    def column(self, name: str) -> Column:
        """Return a column by its name, one of `COLUMNS` but ``time``."""
        column: Column = getattr(self, name)
        return column

    def kinds(self, start: int, stop: int) -> array[int]:
        """Return for each row which of the values it has that rows share (see `Shared.each`)."""
        return self._kinds.data[start:stop]

    def columns(self, *names: str) -> dict[str, list[Any]]:
        """Return columns as plain lists of one length; without names all of `COLUMNS`, in that order, but ``time``.

        ``t`` is a number for every row: where nobody told when, all happened at 0, in the order of the rows.
        """
        length = self._length
        chosen = names or tuple(name for name in COLUMNS if name != "time")
        columns = {name: self.column(name).values(0, length) for name in chosen}
        if self.is_timeless and "t" in columns:
            columns["t"] = [0.0 if t is None else t for t in columns["t"]]
        return columns

    @property
    def is_timeless(self) -> bool:
        """Whether it is of a file that does not tell when things happened: each row's `t` is NaN."""
        length = self._length
        return length > 0 and self.t[length - 1] is None

    def find(self, patterns: Patterns, start: int = 0) -> int | None:
        """Return the position of the first match from `start` on, None where there is none (GA names or patterns)."""
        return next(self.of_type(patterns, start), None)

    def of_type(self, patterns: Patterns, start: int = 0, stop: int | None = None) -> Iterator[int]:
        """Yield the positions of the rows whose type matches, ascending.

        Parameters
        ----------
        patterns
            GA names or patterns such as ``"response.*"``, whatever the dialect on the wire.
        start, stop
            Positions; up to the log's end where `stop` is left out.
        """
        stop = self._length if stop is None else min(stop, self._length)
        codes, known = self._kinds.data, self._kinds.known
        wanted: dict[int, bool] = {}
        for index in range(start, stop):
            code = codes[index]
            if (is_wanted := wanted.get(code)) is None:
                is_wanted = wanted[code] = matches(ga_type(known[code][_TYPE]), patterns)
            if is_wanted:
                yield index

    def between(self, since: float | None, until: float | None) -> range:
        """Return the positions of the rows from `since` to before `until`, seconds on the log's clock.

        Without either all rows; with one, none of a log that tells no times.
        """
        times, length = self.t.data, self._length
        if self.is_timeless and (since, until) != (None, None):
            return range(0)
        start = 0 if since is None else bisect_left(times, since, 0, length)
        stop = length if until is None else bisect_left(times, until, 0, length)
        return range(start, max(start, stop))

    def rows(
        self,
        *,
        event: str | None = None,
        item: str | None = None,
        response: str | None = None,
        call: str | None = None,
    ) -> list[int]:
        """Return the positions of the rows that have an id, ascending: name one, of event, item, response or call."""
        given = {"event_id": event, "item_id": item, "response_id": response, "call_id": call}
        named = {name: id_ for name, id_ in given.items() if id_ is not None}
        if len(named) != 1:
            raise TypeError("rows() takes one id: event=, item=, response= or call=.")
        ((name, id_),) = named.items()
        return self._index[name].rows(id_, self._length)

    def position_of(self, event_id: str) -> int:
        """Return the position of the newest event with this id. Raises `ValueError` where there is none."""
        ids = self.event_id.data
        for index in range(self._length - 1, -1, -1):
            if ids[index] == event_id:
                return index
        raise ValueError(f"the log has no event with the event_id {event_id!r}")


def matches(type_: str, patterns: Patterns) -> bool:
    """Tell whether a type matches a name or pattern (``*`` and ``?`` as in a shell), or one of several."""
    return _matches(type_, patterns if isinstance(patterns, str) else tuple(patterns))


@lru_cache(4096)  # asked for every event by everybody who waits for one
def _matches(type_: str, patterns: str | tuple[str, ...]) -> bool:
    each = (patterns,) if isinstance(patterns, str) else patterns
    return any(type_ == pattern or fnmatchcase(type_, pattern) for pattern in each)


def _note(column: Sparse, index: int, value: Any) -> None:
    if value is not None and isinstance(value, str):
        column.put(index, value)


_TYPE = 1
"""Where a row's type stands in its kind."""


def _clean(kind: Kind) -> Kind:
    """Return what the columns hold of an event's fields: ids are strings, and places in a response whole numbers."""
    direction, type_, response_id, item_id, *places = kind
    return direction, type_, _str(response_id), _str(item_id), *map(_int, places)


def _str(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _int(value: Any) -> int | None:
    # True and 1.0 are 1 here, as they are where a kind is looked up: Python takes the three for one key.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return int(value) if isinstance(value, int) and NO_INT < value < 2**63 else None
