"""The event log: append-only columns, the raw events with their audio taken out, and the audio, once.

One thread appends (the session's loop); any thread reads while events still arrive: a row counts only when all of
its columns are there.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, overload

import pybase64

from rt_notebook.protocol.dialect import ga_type
from rt_notebook.protocol.event import Event, audio_fields, decode_audio, error_of, parse, text_of

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

_INDEXED = ("event_id", "response_id", "item_id", "call_id")


class EventStore(Sequence[Event]):
    """The events themselves: written once, read by position, type, direction and time."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, now: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._start = clock()
        self.started = datetime.fromtimestamp(now(), UTC)
        """When the log began (UTC); row times count from here on the monotonic clock."""
        self._columns: dict[str, list[Any]] = {name: [] for name in COLUMNS if name != "time"}
        # Bound once: append runs for every event of the session.
        self._appends = [column.append for column in self._columns.values()]
        self._raw: list[bytes] = []
        self._audio: dict[int, list[tuple[int | None, bytes]]] = {}
        self._length = 0
        self.tap: Callable[[float, Direction, int, bytes], None] | None = None
        """A recorder: called with each row that is added (`t`, direction, connection, raw), on the adding thread."""
        self._listeners: tuple[Callable[[], None], ...] = ()
        self._index: dict[str, dict[str, list[int]]] = {name: {} for name in _INDEXED}
        self._indexed = 0
        self._indexing = threading.Lock()

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
        t = self.now if t is None else t
        pcm = self._keep(index, raw, data)
        event = Event(data, index=index, t=t, direction=direction, pcm=pcm)
        get = data.get
        item = get("item")
        response = get("response")
        session = get("session")
        item = item if isinstance(item, dict) else {}
        response = response if isinstance(response, dict) else {}
        session = session if isinstance(session, dict) else {}
        row = (
            t,
            direction,
            event.type,
            _str(get("event_id")),
            _str(get("response_id") or response.get("id")),
            _str(get("item_id") or item.get("id")),
            _str(get("call_id") or item.get("call_id")),
            _int(get("output_index")),
            _int(get("content_index")),
            _str(item.get("role")),
            text_of(data),
            event.audio_ms,
            None if direction == "local" else len(raw),
            error_of(data),
            _str(session.get("id")),
            connection,
        )
        for append, value in zip(self._appends, row, strict=True):
            append(value)
        self._length = index + 1
        if self.tap is not None:
            self.tap(t, direction, connection, raw)
        for listener in self._listeners:
            listener()
        return event

    def _keep(self, index: int, raw: bytes, data: dict[str, Any]) -> bytes | None:
        """Keep the raw event, its audio apart; return the audio, None where it has none."""
        pieces: list[tuple[int | None, bytes]] = []
        for encoded in audio_fields(data):
            pcm = decode_audio(encoded)
            if pcm is None:
                continue
            at = raw.find(encoded.encode()) if _is_canonical(encoded, pcm) else -1
            if at >= 0:
                raw = raw[:at] + raw[at + len(encoded) :]
            # Without a place the raw event keeps its own copy: it was not written as we would write it.
            pieces.append((at if at >= 0 else None, pcm))
        self._raw.append(raw)
        if not pieces:
            return None
        self._audio[index] = pieces
        return _joined(pieces)

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
        columns = self._columns
        return Event(
            parse(self.raw(index)),
            index=index,
            t=columns["t"][index],
            direction=columns["direction"][index],
            pcm=self.pcm(index),
        )

    def raw(self, index: int) -> bytes:
        """Return an event byte for byte as it was on the wire."""
        index = self._position(index)
        raw = self._raw[index]
        for at, pcm in reversed(self._audio.get(index, [])):
            if at is not None:
                raw = raw[:at] + pybase64.b64encode(pcm) + raw[at:]
        return raw

    def pcm(self, index: int) -> bytes | None:
        """Return a row's audio as it was sent, base64 undone; None where the row has none."""
        pieces = self._audio.get(self._position(index))
        return None if pieces is None else _joined(pieces)

    def columns(self) -> dict[str, list[Any]]:
        """Return the columns as plain lists of one length, in the order of `COLUMNS` without ``time``."""
        length = self._length
        return {name: values[:length] for name, values in self._columns.items()}

    def filter(
        self,
        type: Patterns | None = None,
        *,
        direction: Direction | None = None,
        since: float | None = None,
        until: float | None = None,
    ) -> list[Event]:
        """Return the events that match.

        Parameters
        ----------
        type
            GA names or patterns such as ``"response.*"``, whatever the dialect on the wire.
        direction
            ``"client"``, ``"server"`` or ``"local"``.
        since, until
            Seconds since the session connected; `until` is left out itself.
        """
        if direction not in (None, "client", "server", "local"):
            raise ValueError(f"direction is {direction!r}; it is 'client', 'server' or 'local'.")
        times = self._columns["t"]
        length = self._length
        start = 0 if since is None else bisect_left(times, since, 0, length)
        stop = length if until is None else bisect_left(times, until, 0, length)
        names, directions = self._columns["type"], self._columns["direction"]
        return [
            self._event(index)
            for index in range(start, stop)
            if (direction is None or directions[index] == direction)
            and (type is None or matches(ga_type(names[index]), type))
        ]

    def find(self, patterns: Patterns, start: int = 0) -> int | None:
        """Return the position of the first match from `start` on, None where there is none (types as in `filter`)."""
        names = self._columns["type"]
        return next((i for i in range(start, self._length) if matches(ga_type(names[i]), patterns)), None)

    def rows(
        self,
        *,
        event: str | None = None,
        item: str | None = None,
        response: str | None = None,
        call: str | None = None,
    ) -> list[int]:
        """Return the positions of the rows that have an id: of the event, item, response or call; ascending."""
        given = {"event_id": event, "item_id": item, "response_id": response, "call_id": call}
        (name,) = [name for name, id_ in given.items() if id_ is not None] or [""]
        with self._indexing:  # brought up to date here: what nobody asks for costs the session nothing
            stop = self._length
            for column in _INDEXED:
                index, values = self._index[column], self._columns[column]
                for position in range(self._indexed, stop):
                    if (value := values[position]) is not None:
                        index.setdefault(value, []).append(position)
            self._indexed = stop
            return list(self._index[name].get(given[name] or "", ()))

    def position_of(self, event_id: str) -> int:
        """Return the position of the newest event with this id. Raises `ValueError` where there is none."""
        ids = self._columns["event_id"]
        for index in range(self._length - 1, -1, -1):
            if ids[index] == event_id:
                return index
        raise ValueError(f"the log has no event with the event_id {event_id!r}")

    def __repr__(self) -> str:
        counts = {side: self._columns["direction"].count(side) for side in ("client", "server", "local")}
        told = ", ".join(f"{count} {side}" for side, count in counts.items())
        return f"<EventLog of {self._length} events: {told}; .df is a DataFrame>"


def matches(type_: str, patterns: Patterns) -> bool:
    """Tell whether a type matches a name or pattern (``*`` and ``?`` as in a shell), or one of several."""
    if isinstance(patterns, str):
        return type_ == patterns or fnmatchcase(type_, patterns)
    return any(type_ == pattern or fnmatchcase(type_, pattern) for pattern in patterns)


def _joined(pieces: list[tuple[int | None, bytes]]) -> bytes:
    return pieces[0][1] if len(pieces) == 1 else b"".join(pcm for _, pcm in pieces)


def _is_canonical(encoded: str, pcm: bytes) -> bool:
    """Tell whether encoding `pcm` again gives `encoded`: only the last group of four characters can differ."""
    tail = pcm[len(pcm) - (len(pcm) % 3 or 3) :] if pcm else b""
    return encoded[-4:] == pybase64.b64encode_as_string(tail)


def _str(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _int(value: Any) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    return value if fits else None
