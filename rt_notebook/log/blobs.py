"""Bytes that are written once and read by position: in memory up to a limit, beyond it in a temporary file.

The file has no name in the file system where the system allows that, and goes with the object or the process.
"""

from __future__ import annotations

import mmap
import tempfile
import threading
import warnings
from typing import IO

PAGE = 2**20
"""Bytes of a page. Pages are mapped, not allocated, so that memory that is let go of really goes."""
MEMORY_LIMIT = 64 * 2**20
"""Bytes that are kept in memory."""


class Blobs:
    """An append-only run of bytes. One thread appends, any thread reads."""

    def __init__(self, limit: int = MEMORY_LIMIT) -> None:
        self._limit = limit
        self._pages: list[mmap.mmap | None] = []
        """None for a page that is in the file, at the same position."""
        self._spilled = 0
        """Pages that are in the file: the first ones."""
        self._length = 0
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self._length

    @property
    def memory(self) -> int:
        """Bytes of memory it holds."""
        return (len(self._pages) - self._spilled) * PAGE

    def append(self, data: bytes) -> int:
        """Add bytes; returns their position."""
        start = self._length
        at = start % PAGE
        if at and at + len(data) <= PAGE:  # nearly always
            self._pages[-1][at : at + len(data)] = data  # type: ignore[index] # the last page is never spilled
            self._length = start + len(data)
            return start
        self._append_over_pages(data)
        return start

    def _append_over_pages(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            at = self._length % PAGE
            if at == 0:
                self._add_page()
            page = self._pages[-1]
            assert page is not None
            piece = view[: PAGE - at]
            page[at : at + len(piece)] = piece
            view = view[len(piece) :]
            self._length += len(piece)

    def _add_page(self) -> None:
        if self.memory + PAGE > self._limit:
            self._spill()
        self._pages.append(mmap.mmap(-1, PAGE))

    def _spill(self) -> None:
        """Move all pages to the file; from then on memory fills and empties again."""
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)
            for number in range(self._spilled, len(self._pages)):
                page = self._pages[number]
                assert page is not None
                with self._lock:
                    self._file.seek(number * PAGE)
                    view = memoryview(page)
                    while view:
                        view = view[self._file.write(view) :]
                    view.release()
                    self._pages[number] = None
                    self._spilled = number + 1
                page.close()
        except OSError as error:
            # Nothing is lost: what did not get into the file stays in memory, and so does what follows.
            self._limit = 2**63
            warnings.warn(
                f"The log's sound cannot be moved to a temporary file ({error.strerror or error}), so it stays in "
                f"memory. Room in {tempfile.gettempdir()}, or another folder named by TMPDIR, cures that.",
                RuntimeWarning,
                stacklevel=2,
            )

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
            page = self._pages[number]
            if page is not None:
                return page[start:stop]
            assert self._file is not None
            self._file.seek(number * PAGE + start)
            return self._file.read(stop - start)
