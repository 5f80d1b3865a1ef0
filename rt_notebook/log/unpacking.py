"""A file's lines, whatever it is compressed with, and how far the reading has come."""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TextIO

from rt_notebook.errors import RecordingError

CHUNK = 2**18
_PIECE = 2**12
"""Bytes that are unpacked at a time: what is damaged costs the good that stands before it in its piece."""
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PATIENCE = 1.0
"""Seconds that reading may take before it is said how far it has come."""
_PERIOD = 0.25
"""Seconds between two such words."""


class Lines:
    """Iterates over the lines of an open binary file, without their ends."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name
        self.taken = 0
        """Bytes that were read of the file, compressed as it is."""
        self.broken = ""
        """Why a compressed file could not be read to its end."""
        self.whole = True
        """False where the last line had no end: it may be torn."""

    def __iter__(self) -> Iterator[bytes]:
        rest: list[bytes] = []
        for chunk in self._chunks():
            first, *others = chunk.split(b"\n")
            rest.append(first)
            if others:
                yield b"".join(rest).removesuffix(b"\r")
                for line in others[:-1]:
                    yield line.removesuffix(b"\r")
                rest = [others[-1]]
        if last := b"".join(rest):
            self.whole = False
            yield last

    def _chunks(self) -> Iterator[bytes]:
        first = self._read()
        if first.startswith(_UTF16):
            raise RecordingError(self._name, "this is text in UTF-16, as some shells write it; a recording is UTF-8.")
        if first.startswith(_GZIP):
            yield from self._unpacked(first, lambda: zlib.decompressobj(31))
        elif first.startswith(_ZSTD):
            yield from self._unpacked(first, self._zstd())
        else:
            yield first.removeprefix(_BOM)
            while chunk := self._read():
                yield chunk

    def _read(self) -> bytes:
        chunk = self._file.read(CHUNK)
        if not isinstance(chunk, bytes):
            raise TypeError("A recording is read from a file that was opened in binary mode: open(path, 'rb').")
        self.taken += len(chunk)
        return chunk

    def _unpacked(self, chunk: bytes, new: Callable[[], Any]) -> Iterator[bytes]:
        """Undo compression, also of several pieces in one file: a session that was opened again has begun another."""
        unpacker = new()
        try:
            while chunk:
                for start in range(0, len(chunk), _PIECE):
                    piece = chunk[start : start + _PIECE]
                    while piece:
                        if unpacker.eof:
                            unpacker = new()
                        yield unpacker.decompress(piece)
                        piece = unpacker.unused_data if unpacker.eof else b""
                chunk = self._read()
        except Exception as error:  # zlib's and Zstandard's have no common one
            if isinstance(error, OSError):
                raise
            self.broken = f"what follows is damaged ({error})"

    def _zstd(self) -> Callable[[], Any]:
        try:
            import zstandard
        except ModuleNotFoundError:
            raise RecordingError(
                self._name, "it is compressed with Zstandard, which needs: pip install 'rt-notebook[parquet]'."
            ) from None
        return lambda: zstandard.ZstdDecompressor().decompressobj()


class Progress:
    """Says on one line how far a reading has come, once it takes over a second: on a terminal and in a notebook."""

    def __init__(
        self, name: str, size: int, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._size = size
        self._stream = stream or _stream()
        self._clock = clock
        self._next = clock() + _PATIENCE
        self._shown = 0

    def at(self, position: int, events: int) -> None:
        """Tell that the reading has come to a position of the file, bytes."""
        if self._stream is None or (now := self._clock()) < self._next:
            return
        self._next = now + _PERIOD
        share = f"{min(1.0, position / self._size):4.0%}  " if self._size else ""
        self._show(self._stream, f"{self._name}: {share}{position / 1e6:,.0f} MB, {events:,} events")

    def end(self) -> None:
        """Take the line away."""
        if self._shown and self._stream is not None:
            self._show(self._stream, "")
            self._stream.write("\r")

    def _show(self, stream: TextIO, text: str) -> None:
        stream.write("\r" + text.ljust(self._shown))
        stream.flush()
        self._shown = len(text)


def _stream() -> TextIO | None:
    """Return where somebody sees a line that changes: a terminal, else a notebook's output."""
    if sys.stderr is not None and sys.stderr.isatty():
        return sys.stderr
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return sys.stdout if getattr(shell, "kernel", None) is not None else None
