"""The log's events byte for byte as they were on the wire; their audio once, as bytes, its base64 undone."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence

import pybase64

from rt_notebook.log.blobs import Blobs
from rt_notebook.log.cutting import find, is_canonical
from rt_notebook.protocol.event import Clip, decode_audio


class Originals:
    """Raw events by their row. One thread appends, any thread reads."""

    def __init__(self, memory: int) -> None:
        """`memory`: bytes that are kept in memory; beyond, they lie in a temporary file."""
        self.blobs = Blobs(memory)
        self._read = self.blobs.read
        self._end = array("q")
        """Where a row's bytes end: its raw event with the audio taken out, and behind it the audio."""
        self._sounding = array("q")
        """The rows that have audio, ascending."""
        self._audio_bytes = array("q")
        """The length of their audio."""
        self._cut = array("q")
        """Where in their raw event the audio was; -1 where it is still there."""
        self._cuts: dict[int, list[tuple[int, int]]] = {}
        """Rows with several pieces of audio: where each was, and its length."""

    def append(self, raw: bytes) -> None:
        """Keep the next row's event, which has no audio."""
        self._end.append(self.blobs.append(raw) + len(raw))

    def append_sounding(self, raw: bytes, audios: Sequence[str]) -> Clip | None:
        """Keep the next row's event, its audio (base64) apart; return the audio, None where there is none."""
        cuts: list[tuple[int, int]] = []
        sound = b""
        for audio in audios:
            encoded = audio.encode(errors="replace")  # half a character, which JSON can hold, is no base64
            pcm = decode_audio(encoded)
            if pcm is None:
                continue
            at = find(raw, encoded) if is_canonical(encoded, pcm) else -1
            if at >= 0:
                raw = raw[:at] + raw[at + len(encoded) :]
            # Without a place the raw event keeps its own copy: it was not written as we would write it.
            cuts.append((at, len(pcm)))
            sound = sound + pcm if sound else pcm
        if not cuts:
            self.append(raw)
            return None
        row = len(self._end)
        if len(cuts) > 1:
            self._cuts[row] = cuts
        end = self.blobs.append(raw + sound) + len(raw) + len(sound)
        self._audio_bytes.append(len(sound))
        self._cut.append(cuts[0][0])
        self._sounding.append(row)
        self._end.append(end)
        return Clip(self._read, end - len(sound), end)

    def sound(self, row: int) -> Clip | None:
        """Return a row's audio, to be read later; None where it has none."""
        if (place := self._place(row)) is None:
            return None
        end = self._end[row]
        return Clip(self._read, end - self._audio_bytes[place], end)

    def raw(self, row: int) -> bytes:
        """Return a row's event byte for byte."""
        start, end = self._end[row - 1] if row else 0, self._end[row]
        if (place := self._place(row)) is None:
            return self._read(start, end)
        length = self._audio_bytes[place]
        raw, pcm = self._read(start, end - length), self._read(end - length, end)
        for at, size in reversed(self._cuts.get(row) or [(self._cut[place], length)]):
            pcm, piece = pcm[: len(pcm) - size], pcm[len(pcm) - size :]
            if at >= 0:
                raw = raw[:at] + pybase64.b64encode(piece) + raw[at:]
        return raw

    def _place(self, row: int) -> int | None:
        """Return the place of a row among those that have audio; None where it has none."""
        place = bisect_left(self._sounding, row)
        return place if place < len(self._sounding) and self._sounding[place] == row else None
