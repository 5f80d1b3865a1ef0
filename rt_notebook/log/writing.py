"""A file that lines go to as they come: a disk that is slow, full or gone costs the caller one slow write at most.

Each line is written and flushed before `write` returns, so that a killed process loses nothing that was written. A
write that takes long is the last one that the caller waits for: what follows waits its turn on a thread, until the
disk has caught up.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from rt_notebook.errors import RecordingError

SLOW = 0.05
"""Seconds that a write may take before the caller waits for no other."""
MOST_BEHIND = 64 * 2**20
"""Bytes that may wait for a slow disk."""
LAST_WORDS = 5.0
"""Seconds that closing waits for a slow disk."""
_LOOK = 1.0
"""Seconds between two looks whether the file is still there: one that was removed takes all that is written."""
_ELSEWHERE = {".bz2", ".xz", ".zip", ".7z", ".parquet", ".wav", ".flac", ".html"}


class Codec(Protocol):
    """Compresses a file's lines so that each can be read as soon as it is written."""

    def line(self, line: bytes) -> bytes:
        """Return a line as it goes into the file."""
        ...

    def end(self) -> bytes:
        """Return what ends the file."""
        ...


class _Plain:
    def line(self, line: bytes) -> bytes:
        return line

    def end(self) -> bytes:
        return b""


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.compressobj(6, wbits=31)

    def line(self, line: bytes) -> bytes:
        return self._stream.compress(line) + self._stream.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._stream.flush()


class _Zstd:
    def __init__(self) -> None:
        import zstandard

        self._stream: Any = zstandard.ZstdCompressor().compressobj()
        self._block = zstandard.COMPRESSOBJ_FLUSH_BLOCK

    def line(self, line: bytes) -> bytes:
        return bytes(self._stream.compress(line) + self._stream.flush(self._block))

    def end(self) -> bytes:
        return bytes(self._stream.flush())


def codec_of(path: Path) -> Callable[[], Codec]:
    """Return what compresses a file, by its name. Raises `RecordingError` for a name that promises another format."""
    suffix = path.suffix.lower()
    if suffix in _ELSEWHERE:
        raise RecordingError(
            path,
            f"a recording is written line by line, and {suffix} is not. Name it .jsonl, or .jsonl.gz or .jsonl.zst "
            "to have it compressed; a log that is there can be written with to_parquet(), save_wav() and to_html().",
        )
    if suffix in (".zst", ".zstd"):
        try:
            import zstandard  # noqa: F401 - to say at once that it is missing
        except ModuleNotFoundError:
            raise RecordingError(
                path, "Zstandard needs a package: pip install 'rt-notebook[parquet]'. A name in .jsonl.gz needs none."
            ) from None
        return _Zstd
    return _Gzip if suffix == ".gz" else _Plain


def create(path: Path, *, overwrite: bool) -> BinaryIO:
    """Create a recording's file. Raises `RecordingError` where there is one already, or none can be."""
    try:
        return path.open("wb" if overwrite else "xb", buffering=0)
    except FileExistsError:
        raise RecordingError(
            path,
            "there is such a file, and a recording overwrites none. Take another name; or a folder, as "
            "record='sessions/', which gives each session a name of its own; or say so: "
            f"record=rt.Recorder({str(path)!r}, overwrite=True).",
        ) from None
    except FileNotFoundError:
        raise RecordingError(path, f"there is no folder {str(path.parent)!r}. Create it first.") from None
    except OSError as error:
        raise RecordingError(path, f"the file cannot be written ({error.strerror}). Take another name.") from None


class Writer:
    """An open recording. `failed` is called once, on any thread; then nothing more is written."""

    def __init__(
        self,
        path: Path,
        failed: Callable[[Exception], None],
        *,
        overwrite: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._failed = failed
        self._clock = clock
        self._file: BinaryIO | None = None  # first of all: what cannot be opened is let go of, too
        self._codec_of = codec_of(path)
        self._codec = self._codec_of()
        self._file = create(path, overwrite=overwrite)
        self._looked = clock()
        self._over = False
        self._lock = threading.Lock()
        self._waiting: deque[bytes] = deque()
        self._behind = 0
        self._thread: threading.Thread | None = None

    def write(self, line: bytes) -> None:
        """Write a line and flush it; behind a slow one, have it written. Opens the file again after `close`."""
        if self._over:
            return
        with self._lock:
            # Asked once: the thread may have written the line, and be gone, when it is asked again.
            waits = self._thread is not None
            if waits:
                self._waiting.append(line)
                self._behind += len(line)
        if waits:
            if self._behind > MOST_BEHIND:
                self._fail(TimeoutError(f"the disk is {MOST_BEHIND >> 20} MB behind"))
            return
        begun = self._clock()
        self._put(line)
        if self._clock() - begun > SLOW:
            self._thread = threading.Thread(target=self._catch_up, name="rt_notebook recording", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Write what waits, and close the file. A disk that takes too long for that ends the recording."""
        thread = self._thread
        if thread is not None:
            thread.join(LAST_WORDS)
            if thread.is_alive():
                self._fail(TimeoutError("the disk did not take the last lines in time"))
                return
        file, self._file = self._file, None
        if file is not None:
            try:
                with file:
                    write_all(file, self._codec.end())
            except OSError as error:
                self._fail(error)

    def discard(self) -> None:
        """Close the file and remove it."""
        self._over = True
        if self._file is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)

    def __del__(self) -> None:
        self._let_go()

    def _catch_up(self) -> None:
        while True:
            with self._lock:
                if not self._waiting or self._over:
                    self._thread = None
                    return
                line = self._waiting.popleft()
                self._behind -= len(line)
            self._put(line)

    def _put(self, line: bytes) -> None:
        try:
            if self._file is None:
                self._file = self._path.open("ab", buffering=0)
                self._codec = self._codec_of()
            write_all(self._file, self._codec.line(line))
            if self._clock() - self._looked > _LOOK:
                self._looked = self._clock()
                if os.fstat(self._file.fileno()).st_nlink == 0:
                    raise FileNotFoundError("the file was removed")
        except Exception as error:  # whatever it is: the session goes on without its recording
            self._let_go()
            self._fail(error)

    def _let_go(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()

    def _fail(self, error: Exception) -> None:
        with self._lock:
            if self._over:
                return
            self._over = True
            self._waiting.clear()
        self._failed(error)


def write_all(file: BinaryIO, data: bytes) -> None:
    """Write all of it: without a buffer of Python's, a disk that fills up takes a part."""
    written = file.write(data)
    while written < len(data):
        written += file.write(data[written:])
