"""The recording that a session replays: which rows come next, and which of them is what the code just sent. No I/O.

Rows of the recording are named by their position in it. Nothing here knows a clock: the time is told.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, NamedTuple

from rt_notebook.log.eventlog import EventLog
from rt_notebook.protocol.catalog import Dialect, Direction
from rt_notebook.protocol.dialect import ga_type, to_ga
from rt_notebook.protocol.event import parse
from rt_notebook.session.appended import APPEND, Appended
from rt_notebook.session.differences import Difference, Differences, bare, compared

OPENED = "rt.connection.opened"
CLOSED = ("rt.connection.closed", "rt.connection.lost")
TRUNCATE = "conversation.item.truncate"

_BETA_FIELDS = ("modalities", "input_audio_format", "output_audio_format", "max_response_output_tokens")
_BETA_TYPES = (
    "response.text.delta",
    "response.audio.delta",
    "response.audio_transcript.delta",
    "conversation.item.created",
)


class Claim(NamedTuple):
    """A recorded event that is taken for what the code sent, and how the two differ."""

    row: int
    differences: list[Difference]


class Score:
    """A recording, a playhead, and what of it the code has sent itself."""

    def __init__(self, recording: EventLog) -> None:
        self.recording = recording
        columns = recording.columns("type", "direction", "connection")
        # What is recorded meanwhile, where the log is a live session's, is not played.
        self.length = len(columns["type"])
        self.position = 0
        """The row that is played next."""
        self._types: list[str] = columns["type"]
        self._sides: list[Direction] = columns["direction"]
        self._stamps = [math.nan if t is None else t for t in recording.t.values(0, self.length)]
        # Other tools' recordings tell no times of some events, or of all: they come with those before them.
        self._t = list(accumulate(self._stamps, lambda last, t: last if math.isnan(t) else t, initial=0.0))[1:]
        self._connections: list[int] = columns["connection"]
        self.dialect: Dialect = self._dialect()
        client = [row for row in range(self.length) if self._sides[row] == "client"]
        self._events = [row for row in client if self._types[row] != APPEND]
        self._openings = [row for row in range(self.length) if self._types[row] == OPENED]
        self._claimed: set[int] = set()
        self._passed: set[int] = set()
        """Client events of the opening that nobody has to send."""
        self._cursor = -1
        """The row that was claimed last: the next claim is looked for from there."""
        self._names: dict[str, str] = {}
        self._told: list[Difference] = []
        source = recording.source
        self._audio = source is None or source.audio
        """False: the sound was left out of the recording."""
        self.sound = Appended(recording, [row for row in client if self._types[row] == APPEND], compares=self._audio)

    def _dialect(self) -> Dialect:
        """Tell the dialect by the session that the server reports, or by its deltas where it reports none."""
        for row in range(self.length):
            if self._sides[row] == "server" and self._types[row] == "session.created":
                session = self.event(row).get("session")
                if isinstance(session, dict) and session:
                    return "beta" if any(field in session for field in _BETA_FIELDS) else "ga"
        beta = any(
            side == "server" and type_ in _BETA_TYPES for side, type_ in zip(self._sides, self._types, strict=True)
        )
        return "beta" if beta else "ga"

    # -- the rows ---------------------------------------------------------------------------------------------------

    def event(self, row: int) -> dict[str, Any]:
        """Return a row's event as it was on the wire."""
        return parse(self.recording.raw(row))

    def type(self, row: int) -> str:
        """Return a row's type, in GA's name."""
        return ga_type(self._types[row])

    def side(self, row: int) -> Direction:
        """Return who a row comes from."""
        return self._sides[row]

    def t(self, row: int) -> float:
        """Return when a row came, seconds on the recording's clock."""
        return self._t[row]

    def stamp(self, row: int) -> float:
        """Return what is recorded as that: NaN where nobody told."""
        return self._stamps[row]

    def connection(self, row: int) -> int:
        """Return the number of a row's connection."""
        return self._connections[row]

    @property
    def over(self) -> bool:
        """Whether all has been played."""
        return self.position >= self.length

    @property
    def duration(self) -> float:
        """Seconds on the recording's clock at its last row."""
        return self._t[self.length - 1] if self.length else 0.0

    def due(self, t: float) -> bool:
        """Tell whether the next row has come by then."""
        return not self.over and not self._t[self.position] > t

    def waits(self) -> bool:
        """Tell whether the next row is the code's doing: an event that it may send, a closing, another opening."""
        if self.over:
            return False
        type_, side = self._types[self.position], self._sides[self.position]
        # A panel's loudspeaker truncates; code that does finds the recorded event behind the playhead.
        return (side == "client" and type_ != TRUNCATE) or (
            side == "local" and self.position > 0 and type_ in (OPENED, CLOSED[0])
        )

    def ends(self) -> bool:
        """Tell whether nothing comes any more in this connection."""
        return self.over or (self._sides[self.position] == "local" and self._types[self.position] in (OPENED, *CLOSED))

    def bounds(self) -> tuple[int, int]:
        """Return where the connection that the playhead is in begins and ends, as rows; the end is not of it."""
        at = bisect_left(self._openings, max(self.position, 1))
        start = self._openings[at - 1] if at else 0
        return start, self._openings[at] if at < len(self._openings) else self.length

    def end(self) -> int:
        """Return the row behind the one that closes the connection, or loses it."""
        stop = self.bounds()[1]
        rows = range(self.position, stop)
        return next((row + 1 for row in rows if self._sides[row] == "local" and self._types[row] in CLOSED), stop)

    def opening(self) -> tuple[int, int | None]:
        """Return the row behind the opening of a connection, and the settings' update in it (None where none is).

        An opening is all up to the server's greeting and, where settings went out with it, its answer to them.
        """
        at = bisect_left(self._openings, self.position)
        begin = self._openings[at] if self.position and at < len(self._openings) else self.position
        after = bisect_right(self._openings, begin)
        stop = self._openings[after] if after < len(self._openings) else self.length
        rows = range(begin, stop)
        update = next((row for row in rows if self._sides[row] == "client" and self._types[row] != APPEND), stop)
        greeting = next((row for row in rows if self.type(row) in ("session.created", "error")), None)
        if greeting is None or greeting > update:
            # Nobody greets: all up to what the code sends first.
            return update, None
        if update == stop or self.type(update) != "session.update":
            return greeting + 1, None
        later = (row for row in range(update, stop) if self._sides[row] == "server")
        answer = next((row for row in later if self.type(row) in ("session.updated", "error")), update)
        return answer + 1, update

    # -- what the code sends ----------------------------------------------------------------------------------------

    def skip(self, row: int) -> None:
        """Note that an event of the opening is nobody's to send."""
        self._passed.add(row)

    def claim(self, event: dict[str, Any], rows: range | None = None) -> Claim | None:
        """Take a recorded client event for what the code sent: JSON, as on the wire, and no appended audio.

        It is the next of the same content (but for ids), else the next of the same type, of this connection; behind the
        playhead too, since code may be slower than it was. None where there is none.
        """
        start, stop = self.bounds()
        ours = [
            row for row in self._events if (row in rows if rows else start <= row < stop) and self._free(row, event)
        ]
        after = bisect_left(ours, self._cursor)
        sent = bare(event, self._names, audio=self._audio)
        # Code with several threads sends in another order than it did, so those it passed over come last.
        for row in ours[after:] + ours[:after]:
            if bare(recorded := self.event(row), {}, audio=self._audio) == sent:
                return self._take(row, recorded, event, [])
        for row in ours[after:]:
            recorded = self.event(row)
            if _kind(recorded) == _kind(event):
                differing = compared(bare(recorded, {}, audio=self._audio), sent)
                told = [Difference(row, self._types[row], *where) for where in differing]
                return self._take(row, recorded, event, told)
        return None

    def _free(self, row: int, event: dict[str, Any]) -> bool:
        return self._types[row] == event.get("type") and row not in self._claimed

    def _take(self, row: int, recorded: dict[str, Any], event: dict[str, Any], told: list[Difference]) -> Claim:
        self._claimed.add(row)
        if (left := self.sound.leave(row)) is not None:
            told.append(left)
        self._cursor = row
        self._told += told
        if (theirs := _item_id(recorded)) and (ours := _item_id(event)) and theirs != ours:
            self._names[ours] = theirs
        return Claim(row, told)

    def append(self, pcm: bytes) -> tuple[int | None, list[Difference]]:
        """Take recorded sound for sound that the code appended; see `Appended.append` for what is returned."""
        start, stop = self.bounds()
        row, difference = self.sound.append(pcm, start, stop, self.position)
        told = [] if difference is None else [difference]
        self._told += told
        return row, told

    def unrecorded(self, event: dict[str, Any]) -> Difference:
        """Note that the code sent what is nowhere in the recording."""
        told = Difference(None, str(event.get("type")), "", None, bare(event, {}))
        self._told.append(told)
        return told

    @property
    def differences(self) -> Differences:
        """How what was sent differs from what was recorded, in the order of the log.

        Code that sent nothing itself only looks on. Of what is recorded and not sent, that which lies before what the
        code sent last counts, and all of it once all is played.
        """
        told = list(self._told)
        if self._claimed:
            reached = self.length if self.over else max(self._claimed)
            told += [Difference(row, self._types[row], "", self.event(row), None) for row in self._missing(reached)]
        # An addition of the code's has no row, and stays behind what it had sent before.
        order: list[tuple[int, Difference]] = []
        last = 0
        for entry in told:
            last = entry.row if entry.row is not None else last
            order.append((last, entry))
        return Differences(entry for _, entry in sorted(order, key=lambda pair: pair[0]))

    def _missing(self, reached: int) -> Iterator[int]:
        for row in self._events:
            if row < reached and self._types[row] != TRUNCATE and row not in self._claimed | self._passed:
                yield row

    def settings(self, row: int) -> dict[str, Any]:
        """Return the settings that a recorded `session.update` holds, in GA's shape."""
        event = self.event(row)
        session = (to_ga(event) if self.dialect == "beta" else event).get("session")
        return session if isinstance(session, dict) else {}


def _kind(event: dict[str, Any]) -> tuple[Any, Any]:
    """Return what two events must have in common to be the same thing in other words."""
    item = event.get("item")
    return event.get("type"), item.get("type") if isinstance(item, dict) else None


def _item_id(event: dict[str, Any]) -> str | None:
    item = event.get("item")
    id_ = item.get("id") if isinstance(item, dict) else None
    return id_ if isinstance(id_, str) else None
