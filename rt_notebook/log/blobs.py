"""Bytes that are written once and read by position: in memory up to a limit, beyond it in a temporary file.

The file has no name in the file system where the system allows that, and goes with the object or the process.
"""

from __future__ import annotations

import contextlib
import mmap
import tempfile
import threading
import warnings
from typing import IO

PAGE = 2**20
"""Bytes of a page. Pages are mapped, not allocated, so that memory that is let go of really goes."""
_FLAGS = (
    # All of a page at once: its memory page by memory page, as it fills, costs the system more than everything else.
    {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_POPULATE", 0)}
    if hasattr(mmap, "MAP_ANONYMOUS")
    else {}
)
MEMORY_LIMIT = 64_000_000
"""Bytes that are kept in memory while there is no file."""
_BESIDE_FILE = 8 * PAGE
"""Bytes that are kept in memory once there is one: it is no faster to write more at a time."""


class Blobs:
    """An append-only run of bytes. One thread appends, any thread reads."""

    def __init__(self, limit: int = MEMORY_LIMIT) -> None:
        self._limit = limit
        self._pages: dict[int, mmap.mmap] = {}
        """Those in memory, by number; the others are in the file, at the same position."""
        self._last: mmap.mmap | None = None
        """The page that is being filled."""
        self._length = 0
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()

    def __del__(self) -> None:
        if (file := getattr(self, "_file", None)) is not None:
            file.close()

    def __len__(self) -> int:
        return self._length

    @property
    def memory(self) -> int:
        """Bytes of memory it holds."""
        return len(self._pages) * PAGE

    def append(self, data: bytes) -> int:
        """Add bytes; returns their position."""
        start = self._length
        at = start % PAGE
        end = at + len(data)
        if self._last is not None and end < PAGE:  # nearly always
            self._last[at:end] = data
            self._length = start + len(data)
        else:
            self._append_over_pages(memoryview(data))
        return start

    def _append_over_pages(self, data: memoryview) -> None:
        while data:
            number, at = divmod(self._length, PAGE)
            if self._last is None:
                if self.memory + PAGE > self._limit:
                    self._spill()
                self._last = self._pages[number] = mmap.mmap(-1, PAGE, **_FLAGS)
            piece = data[: PAGE - at]
            self._last[at : at + len(piece)] = piece
            self._length += len(piece)
            if at + len(piece) == PAGE:
                self._last = None
            data = data[len(piece) :]

    def _spill(self) -> None:
        """Move all pages to the file; from then on a little memory fills and empties again."""
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it lives as long as this object
            for number, page in sorted(self._pages.items()):
                with self._lock:
                    self._file.seek(number * PAGE)
                    written = 0
                    while written < PAGE:
                        written += self._file.write(page[written:])
                    del self._pages[number]
                page.close()
            self._limit = min(self._limit, _BESIDE_FILE)
        except OSError as error:
            # Nothing is lost: what did not get into the file stays in memory, and so does what follows.
            self._limit = 2**63
            _warn(error)

    def read(self, start: int, stop: int) -> bytes:
        """Return the bytes between two positions."""
        number, at = divmod(start, PAGE)
        if at + stop - start <= PAGE:
            return self._read_page(number, at, at + stop - start)
        pieces = []
        while start < stop:
            number, at = divmod(start, PAGE)
            end = min(PAGE, at + stop - start)
            pieces.append(self._read_page(number, at, end))
            start += end - at
        return b"".join(pieces)

    def _read_page(self, number: int, start: int, stop: int) -> bytes:
        if start == stop:
            return b""
        with self._lock:
            if (page := self._pages.get(number)) is not None:
                return page[start:stop]
            if self._file is None:
                raise IndexError(f"there is nothing at byte {number * PAGE + start:,} yet")
            self._file.seek(number * PAGE + start)
            return self._file.read(stop - start)


def _warn(error: OSError) -> None:
    try:
        room = f"Room in {tempfile.gettempdir()}, or another folder named by TMPDIR, cures that."
    except OSError:  # there is none at all, and asking where it would be says so in an error
        room = "A folder with room, named by TMPDIR, cures that."
    # The event must be kept all the same where a filter makes errors of warnings; nobody is there to catch them.
    with contextlib.suppress(RuntimeWarning):
        warnings.warn_explicit(
            f"The log's sound cannot be moved to a temporary file ({error.strerror or error}), so it stays in "
            f"memory. {room}",
            RuntimeWarning,
            "rt_notebook",
            0,
        )
