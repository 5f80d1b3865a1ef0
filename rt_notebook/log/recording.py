"""Recordings: a log in a file, written while it grows (`Recorder`) or as it is now (`save`). Format: `log/lines.py`."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rt_notebook.errors import RecordingError
from rt_notebook.log.lines import event_line, event_lines, header_line, lines_of
from rt_notebook.log.source import Source
from rt_notebook.log.writing import Writer, codec_of, create, write_all

if TYPE_CHECKING:
    from rt_notebook.log.eventlog import EventLog
    from rt_notebook.protocol.catalog import Direction


class Recorder:
    """Where a session's events go as they happen: ``rt.connect(record=rt.Recorder("lesson.jsonl", audio=False))``.

    Each event is written and flushed before the session goes on, so that a killed kernel loses the last line at most.
    A disk that is full or gone ends the recording, with a warning and a row ``rt.recording.failed``; the session goes
    on. API keys, tokens, and a user's credentials for MCP servers are stars in it, as many as they had characters.

    Parameters
    ----------
    path
        The file, in JSONL; ``.gz`` and ``.zst`` are compressed. A folder, or a name that ends in ``/``: a file of its
        own in there for each session. A file that exists is an error.
    audio
        False leaves the sound out, of both sides. `rt.load` puts silence of the same length there, so that ``bytes``,
        ``audio_ms``, turns and latencies stay what they were. Transcripts stay.
    overwrite
        True writes over a file that exists.
    """

    def __init__(self, path: str | Path, *, audio: bool = True, overwrite: bool = False) -> None:
        if not isinstance(path, str | os.PathLike) or not str(path):
            raise TypeError(f"A recording goes to a file such as 'lesson.jsonl', not to {path!r}.")
        self._into_folder = str(path).endswith(("/", os.sep))
        self.path = Path(path).expanduser()
        """Where it is written; in a folder, from the session's beginning on."""
        self._audio = audio
        self._overwrite = overwrite
        self._writer: Writer | None = None
        self._before: Path | None = None
        codec_of(self.path)  # a name that cannot be is said before anything connects

    def attach(self, log: EventLog, failed: Callable[[str], None] = lambda why: None) -> None:
        """Write what a log has, and from now on each row as it is added.

        Parameters
        ----------
        log
            Any log; what its `source` knows goes into the header.
        failed
            Called once, on any thread, where the recording ends before the log does.

        Raises
        ------
        RecordingError
            The file exists or cannot be written, or this recorder has a log already.
        """
        if self._writer is not None:
            raise RecordingError(self.path, "this recorder records a session already: each has one of its own.")
        folder = self.path if self._into_folder or self.path.is_dir() else None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

        def told(error: Exception) -> None:
            log.tap = None
            why = f"The recording {str(self.path)!r} ends here: {_reason(error)}. The session goes on without it."
            with contextlib.suppress(UserWarning):  # which a filter may make an error: the log goes on all the same
                warnings.warn_explicit(why, UserWarning, "rt_notebook", 0)
            failed(why)

        if self._overwrite and self.path.is_file():
            # What was there goes when the session stands: one that does not come about has overwritten nothing.
            self._before = self.path.replace(self.path.with_name(f".{self.path.name}.before"))
        self._writer = writer = self._open(folder, log, told)
        writer.write(header_line(log.source or Source(), log.started, self._audio))
        # Rows may come while those that are there are written; the last of them are written under a lock, so that
        # who writes a row is settled.
        settling = threading.Lock()
        first: int | None = None  # of the rows that are written as they come

        def tap(t: float, direction: Direction, connection: int, raw: bytes) -> None:
            with settling:
                if first is None or len(log) <= first:
                    return
            mask = (log.source or Source()).mask
            writer.write(event_line(t, direction, connection, mask(raw), audio=self._audio))

        log.tap = tap
        there = len(log)
        for line in event_lines(log, range(there), self._audio):
            writer.write(line)
        with settling:
            first = len(log)
            for line in event_lines(log, range(there, first), self._audio):
                writer.write(line)

    def _open(self, folder: Path | None, log: EventLog, told: Callable[[Exception], None]) -> Writer:
        while True:
            if folder is not None:
                self.path = _free_name(folder, log)
            try:
                return Writer(self.path, told, overwrite=self._overwrite and folder is None)
            except RecordingError:
                if folder is None or not self.path.exists():
                    raise
                # Another session that began in the same second was faster to take that name.

    def close(self) -> None:
        """Close the file, as a session does that closes. The log's next row opens it again and goes on behind."""
        self.keep()
        if self._writer is not None:
            self._writer.close()

    def keep(self) -> None:
        """Let go of the file that was overwritten: the session stands."""
        if self._before is not None:
            self._before.unlink(missing_ok=True)
            self._before = None

    def discard(self) -> None:
        """Remove what was written, as for a session that never came about; what it overwrote comes back."""
        if self._writer is not None:
            self._writer.discard()
        if self._before is not None:
            self._before.replace(self.path)
            self._before = None

    def __repr__(self) -> str:
        return f"<Recorder {str(self.path)!r}{'' if self._audio else ' without audio'}>"


def save(log: EventLog, path: str | Path, *, audio: bool = True, overwrite: bool = False) -> None:
    """Write a log as it is now; see `Recorder` for the parameters.

    Raises
    ------
    RecordingError
        The file exists or cannot be written.
    """
    path = Path(path).expanduser()
    codec = codec_of(path)()
    # Under another name first, so that what breaks off leaves neither half a file nor half of the old one.
    if not overwrite:
        create(path, overwrite=False).close()
    part = path.with_name(f".{path.name}.part")
    try:
        with create(part, overwrite=True) as file:
            pending: list[bytes] = []
            size = 0
            for line in lines_of(log, audio):
                pending.append(line)
                size += len(line)
                if size > 2**20:
                    write_all(file, codec.line(b"".join(pending)))
                    pending, size = [], 0
            write_all(file, codec.line(b"".join(pending)) + codec.end())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        if not overwrite:
            path.unlink(missing_ok=True)
        raise


def _free_name(folder: Path, log: EventLog) -> Path:
    """Return a name in a folder that no session has: when it began, and where it went."""
    provider = re.sub(r"\W+", "-", (log.source or Source()).provider) or "session"
    stem = f"{log.started:%Y-%m-%dT%H-%M-%S}-{provider}"
    names = (folder / f"{stem}{number}.jsonl" for number in ("", *(f"-{n}" for n in range(2, 10_000))))
    return next(path for path in names if not path.exists())


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
