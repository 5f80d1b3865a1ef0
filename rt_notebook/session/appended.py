"""Sound that a replaying session's code appends, laid on the sound that was recorded. No I/O.

It is one stream, in whatever chunks: a microphone's, `speak`'s and `append_audio`'s differ. How much silence lies
between two utterances depends on how fast the server was, so digital silence is nothing here: the rest is compared.
"""

from __future__ import annotations

from bisect import bisect_left

from rt_notebook.log.eventlog import EventLog
from rt_notebook.protocol.event import BYTES_PER_MS
from rt_notebook.session.differences import Difference

APPEND = "input_audio_buffer.append"


class Appended:
    """The recorded `input_audio_buffer.append` events, and how far the code's own sound has come in them."""

    def __init__(self, recording: EventLog, rows: list[int], *, compares: bool = True) -> None:
        """Take the rows; `compares` is false where the recording holds no sound, and only durations tell."""
        self._recording = recording
        self._compares = compares
        self._rows = rows
        self._next = 0
        """Index in `_rows` of the one that the stream has come to."""
        self._offset = 0
        """How much of that one's sound was sent."""
        self._due = 0
        """Bytes that were sent and stand for none of the recorded sound in particular: silence, or other sound."""
        self._other = False
        """The sound of this utterance is another one than was recorded."""
        self._quiet = True
        """What was sent last was silence."""
        self._began = False
        """The code has sent sound of which the recorded utterance has not ended."""

    def any(self, start: int, stop: int) -> bool:
        """Tell whether sound was recorded between two rows."""
        return bisect_left(self._rows, start) < bisect_left(self._rows, stop)

    def append(self, pcm: bytes, start: int, stop: int, playhead: int) -> tuple[int | None, Difference | None]:
        """Take sound that the code appended.

        Parameters
        ----------
        pcm
            The sound.
        start, stop
            The rows of the connection.
        playhead
            The row that is played next.

        Returns
        -------
        row, difference
            The recorded row that the stream has come to; None where it has not moved, since nothing more was recorded
            or the code is silent longer than it was. And where the sound became another than the recorded, that.
        """
        end = bisect_left(self._rows, stop)
        first = bisect_left(self._rows, start)
        if self._next < first:
            self._go_to(first)
        sound = _sounding(pcm) if self._compares else b""
        self._other |= not self._compares
        difference = None
        if sound:
            if self._quiet:
                self._begin(sound, end, playhead)
            self._began = True
            if not self._other:
                self._due = 0
                difference = self._follow(sound, end)
        self._quiet = not sound
        if self._other or not sound:
            moved = self._pass(len(pcm), end)
            return (self._reached() if moved else None), difference
        return self._reached(), difference

    def leave(self, row: int) -> Difference | None:
        """Note that the code sent the recorded event at `row`, so what it appends comes behind that.

        Returns what was recorded of an utterance and not sent.
        """
        stop = bisect_left(self._rows, row)
        if stop < self._next:
            return None
        left, at = 0, None
        if self._began and not self._other:
            for index in range(self._next, stop):
                sound = len(_sounding(self._pcm(index))) - (self._offset if index == self._next else 0)
                if sound > 0:
                    at = self._rows[index] if at is None else at
                    left += len(self._pcm(index))
        self._began, self._quiet, self._other, self._due = False, True, not self._compares, 0
        if stop > self._next:
            self._go_to(stop)
        if at is None:
            return None
        return Difference(at, APPEND, "audio", f"{left / BYTES_PER_MS:.0f} ms more of sound", None)

    def _begin(self, sound: bytes, end: int, playhead: int) -> None:
        """Find where an utterance begins in the recording: where we are, else where it sounds like this."""
        if self._fits(self._next, self._offset, sound, end):
            self._other = False
            return
        fitting = (index for index in range(self._next, end) if self._fits(index, 0, sound, end, opening=True))
        index = next(fitting, None)
        self._other = False
        if index is not None:
            self._go_to(index)
        else:
            # It is taken for what is played next.
            self._go_to(max(self._next, min(bisect_left(self._rows, playhead), end)))

    def _fits(self, index: int, offset: int, sound: bytes, end: int, *, opening: bool = False) -> bool:
        """Tell whether the recorded sound goes on with this; `opening`: and has some of it in that very row."""
        while index < end:
            recorded = _sounding(self._pcm(index))[offset:]
            if opening and not recorded:
                return False
            length = min(len(recorded), len(sound))
            if recorded[:length] != sound[:length]:
                return False
            sound = sound[length:]
            if not sound:
                return True
            index, offset, opening = index + 1, 0, False
        return False

    def _follow(self, sound: bytes, end: int) -> Difference | None:
        """Go on by a sound; where it is another than the recorded, say so."""
        while sound and self._next < end:
            recorded = _sounding(self._pcm(self._next))[self._offset :]
            length = min(len(recorded), len(sound))
            if recorded[:length] != sound[:length]:
                self._other = True
                row = self._rows[self._next]
                return Difference(row, APPEND, "audio", "sound", "other sound")
            sound = sound[length:]
            if length == len(recorded):
                self._go_to(self._next + 1)
            else:
                self._offset += length
        if sound:
            self._other = True
            return Difference(None, APPEND, "audio", None, "more sound than was recorded")
        return None

    def _pass(self, length: int, end: int) -> bool:
        """Go on by as many bytes of whatever was recorded, or only of silence; tells whether it moved."""
        moved = self._due < 0 or self._offset > 0
        self._due += length
        while self._due > 0 and self._next < end:
            pcm = self._pcm(self._next)
            if not self._other and len(_sounding(pcm)) > self._offset:
                break
            self._due -= len(pcm)
            self._go_to(self._next + 1)
            moved = True
        self._due = min(self._due, 0)
        return moved

    def _reached(self) -> int | None:
        """Return the row that holds what was sent last: it is played as sent."""
        at = self._next if self._offset else self._next - 1
        return self._rows[at] if at >= 0 else None

    def _go_to(self, index: int) -> None:
        self._next, self._offset = index, 0

    def _pcm(self, index: int) -> bytes:
        return self._recording.pcm(self._rows[index]) or b""


def _sounding(pcm: bytes) -> bytes:
    """Return what of PCM16 is no digital silence; bytes, as it is only compared."""
    return pcm.translate(None, b"\0")
