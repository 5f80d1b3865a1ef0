"""The log's rows: append-only columns, the raw events with their audio taken out, and the audio, once.

One thread appends (the session's loop); any thread reads while events still arrive: a row counts only when all of
its columns are there.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Any, overload

import pybase64

from rt_notebook.log.blobs import MEMORY_LIMIT, Blobs
from rt_notebook.log.columns import NO_FLOAT, NO_INT, Codes, Column, Floats, Ints, Sparse, Strings
from rt_notebook.log.cutting import find, is_canonical
from rt_notebook.log.index import Index
from rt_notebook.protocol.dialect import ga_type
from rt_notebook.protocol.event import Clip, Event, audio_fields, decode_audio, error_of, parse, text_of

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
        self.direction = Codes()
        self.type = Codes()
        self.event_id = Strings()
        self.response_id = Codes()
        self.item_id = Codes()
        self.call_id = Sparse()
        self.output_index = Ints()
        self.content_index = Ints()
        self.role = Sparse()
        self.text = Strings()
        self.audio_ms = Floats()
        self.bytes = Ints()
        self.error = Sparse()
        self.session_id = Sparse()
        self.connection = Ints()
        # Bound once: append runs for every event of the session.
        self._puts = (
            *(self.t.data.append, self.direction.data.append, self.type.data.append, self.event_id.data.append),
            *(self.response_id.data.append, self.item_id.data.append, self.output_index.data.append),
            *(self.content_index.data.append, self.text.data.append, self.audio_ms.data.append),
            *(self.bytes.data.append, self.connection.data.append),
        )
        self._blobs = Blobs(memory)
        self._read = self._blobs.read
        self._place = array("q")
        """Where a row's raw event begins, its audio taken out; the audio lies behind it."""
        self._raw_bytes = array("q")
        self._audio_bytes = array("q")
        """Length of a row's audio; -1 where it has none."""
        self._cut = array("q")
        """Where in the raw event its audio was; -1 where it is still there."""
        self._cuts: dict[int, list[tuple[int, int]]] = {}
        """Rows with several pieces of audio: where each was, and its length."""
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
        index = self._length
        if t is None:
            t = self._clock() - self._start
        event = Event(data, index=index, t=t, direction=direction, sound=self._keep(index, raw, data))
        get = data.get
        response_id, item_id, call_id = get("response_id"), get("item_id"), get("call_id")
        if isinstance(item := get("item"), dict):
            item_id, call_id = item_id or item.get("id"), call_id or item.get("call_id")
            _note(self.role, index, item.get("role"))
        if isinstance(response := get("response"), dict):
            response_id = response_id or response.get("id")
        if isinstance(session := get("session"), dict):
            _note(self.session_id, index, session.get("id"))
        _note(self.call_id, index, call_id)
        _note(self.error, index, error_of(data))
        # Written out, since a loop costs twice as much.
        put_t, put_direction, put_type, put_event, put_response, put_item = self._puts[:6]
        put_output, put_content, put_text, put_audio, put_bytes, put_connection = self._puts[6:]
        put_t(t)
        put_direction(self.direction.coded[direction])
        put_type(self.type.coded[event.type])
        put_event(_str(get("event_id")))
        put_response(self.response_id.coded[_str(response_id)])
        put_item(self.item_id.coded[_str(item_id)])
        put_output(_int(get("output_index")))
        put_content(_int(get("content_index")))
        put_text(text_of(data))
        put_audio(_float(event.audio_ms))
        put_bytes(NO_INT if direction == "local" else len(raw))
        put_connection(_int(connection))
        self._length = index + 1
        if self.tap is not None:
            self.tap(t, direction, connection, raw)
        for listener in self._listeners:
            listener()
        return event

    def _keep(self, index: int, raw: bytes, data: dict[str, Any]) -> Clip | None:
        """Keep the raw event, its audio apart; return the audio, None where it has none."""
        cuts: list[tuple[int, int]] = []
        sound: list[bytes] = []
        for encoded in audio_fields(data):
            pcm = decode_audio(encoded)
            if pcm is None:
                continue
            at = find(raw, encoded) if is_canonical(encoded, pcm) else -1
            if at >= 0:
                raw = raw[:at] + raw[at + len(encoded) :]
            # Without a place the raw event keeps its own copy: it was not written as we would write it.
            cuts.append((at, len(pcm)))
            sound.append(pcm)
        place = self._blobs.append(raw)
        self._place.append(place)
        self._raw_bytes.append(len(raw))
        if not cuts:
            self._audio_bytes.append(-1)
            self._cut.append(-1)
            return None
        if len(cuts) > 1:
            self._cuts[index] = cuts
        pcm = sound[0] if len(sound) == 1 else b"".join(sound)
        self._audio_bytes.append(len(pcm))
        self._cut.append(cuts[0][0])
        begin = self._blobs.append(pcm)
        return Clip(self._read, begin, begin + len(pcm))

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
            index=index,
            t=self.t.data[index],
            direction=self.direction[index],  # type: ignore[arg-type] # only directions were appended
            sound=self.sound(index),
        )

    def sound(self, index: int) -> Clip | None:
        """Return a row's audio, to be read later; None where the row has none."""
        index = self._position(index)
        if (length := self._audio_bytes[index]) < 0:
            return None
        begin = self._place[index] + self._raw_bytes[index]
        return Clip(self._read, begin, begin + length)

    def raw(self, index: int) -> bytes:
        """Return an event byte for byte as it was on the wire."""
        index = self._position(index)
        place = self._place[index]
        end = place + self._raw_bytes[index]
        raw = self._blobs.read(place, end)
        if (length := self._audio_bytes[index]) < 0:
            return raw
        pcm = self._blobs.read(end, end + length)
        for at, size in reversed(self._cuts.get(index) or [(self._cut[index], length)]):
            pcm, piece = pcm[: len(pcm) - size], pcm[len(pcm) - size :]
            if at >= 0:
                raw = raw[:at] + pybase64.b64encode(piece) + raw[at:]
        return raw

    def pcm(self, index: int) -> bytes | None:
        """Return a row's audio as it was sent, base64 undone; None where the row has none."""
        sound = self.sound(index)
        return None if sound is None else bytes(sound)

    def column(self, name: str) -> Column:
        """Return a column by its name, one of `COLUMNS` but ``time``."""
        column: Column = getattr(self, name)
        return column

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
        codes, names = self.type.data, self.type.names
        wanted: dict[int, bool] = {}
        for index in range(start, stop):
            code = codes[index]
            if (is_wanted := wanted.get(code)) is None:
                is_wanted = wanted[code] = matches(ga_type(names[code]), patterns)
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


def _str(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _int(value: Any) -> int:
    fits = isinstance(value, int) and not isinstance(value, bool) and NO_INT < value < 2**63
    return value if fits else NO_INT


def _float(value: float | None) -> float:
    try:
        return NO_FLOAT if value is None else float(value)
    except OverflowError:  # a number of more digits than a float has room for
        return NO_FLOAT
