"""Where a connection keeps the audio of its items: in one temporary file, which goes with it."""

from __future__ import annotations

import tempfile
from typing import IO


class Shelf:
    """Makes sounds that lie on disk. The file is made when the first sound is, and has no name that could stay behind.

    Used from one thread at a time.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._end = 0

    def sound(self) -> ShelvedSound:
        """Return an empty sound."""
        return ShelvedSound(self)

    def put(self, pcm: bytes) -> int:
        """Write at the end; return where."""
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="rt-notebook-", buffering=0)  # noqa: SIM115 - `close` closes it
        place = self._end
        self._file.seek(place)
        written = 0
        while written < len(pcm):
            written += self._file.write(pcm[written:])
        self._end += len(pcm)
        return place

    def get(self, place: int, size: int) -> bytes:
        """Return what was written there; nothing once the shelf is closed."""
        if self._file is None:
            return b""
        self._file.seek(place)
        pieces = []
        while size and (piece := self._file.read(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def close(self) -> None:
        """Give the disk space back."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._end = 0


class ShelvedSound:
    """A sound on a shelf: stretches of its file, in order."""

    __slots__ = ("_shelf", "_size", "_stretches")

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._stretches: list[tuple[int, int]] = []
        """Place and size of each."""
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def append(self, pcm: bytes) -> None:
        """Add samples at the end."""
        if not pcm:
            return
        place = self._shelf.put(pcm)
        if self._stretches and sum(self._stretches[-1]) == place:  # nothing of another sound came in between
            first, size = self._stretches[-1]
            self._stretches[-1] = (first, size + len(pcm))
        else:
            self._stretches.append((place, len(pcm)))
        self._size += len(pcm)

    def read(self) -> bytes:
        """Return all of it."""
        return b"".join(self._shelf.get(place, size) for place, size in self._stretches)

    def truncate(self, size: int) -> None:
        """Keep the first `size` bytes."""
        kept, left = [], size
        for place, length in self._stretches:
            if left > 0:
                kept.append((place, min(length, left)))
            left -= length
        self._stretches = kept
        self._size = min(self._size, size)
