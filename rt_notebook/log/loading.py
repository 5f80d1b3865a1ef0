"""`rt.load`: a recording as a log, read line by line; also what is torn, compressed, older, or another tool's."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from rt_notebook.errors import RecordingError
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.foreign import Found, entries, unwrap, values
from rt_notebook.log.lines import FORMAT, VERSION, Row, read_row
from rt_notebook.log.silence import with_silence
from rt_notebook.log.source import Source
from rt_notebook.log.store import LONGEST
from rt_notebook.log.tracks import audio_format
from rt_notebook.log.unpacking import Lines, Progress
from rt_notebook.protocol.catalog import SETTINGS
from rt_notebook.protocol.dialect import to_ga
from rt_notebook.protocol.event import parse

_OFTEN = 64
"""Lines between two looks at the clock."""
_UNKNOWN_TIME = float("nan")
_SILENT: dict[str, bytes] = {"audio/pcmu": b"\xff", "audio/pcma": b"\xd5"}
"""Format -> a byte of silence; of PCM16 it is zero."""


def load(file: str | Path | BinaryIO, *, progress: bool = True) -> EventLog:
    """Read a recording; the log is the one that was recorded, with the same `df`, raw events and sound.

    Also reads what gzip and Zstandard have compressed, and files of raw events that other tools write: a list of
    events, one a line, the OpenAI console's and the Agents SDK's dumps, a browser's HAR file. What those do not tell
    (mostly times: ``t`` is NaN then) stays empty. What is damaged is left out. Both are warned of, and stand in
    ``log.source.problems``.

    Parameters
    ----------
    file
        A path, or a file open in binary mode.
    progress
        Says how far it has come where it takes over a second; False says nothing.

    Raises
    ------
    RecordingError
        It is no recording and holds no events, or a newer version of this package wrote it.
    OSError
        It cannot be read.
    """
    if isinstance(file, str | os.PathLike):
        path = Path(file).expanduser()
        if path.is_dir():
            raise RecordingError(path, "this is a folder. rt.load_many reads the recordings in it.")
        name = str(path)
        opened: Any = path.open("rb")
        size = path.stat().st_size
    elif hasattr(file, "read"):
        name, opened, size = str(getattr(file, "name", "recording")), nullcontext(file), _size(file)
    else:
        raise TypeError(f"A recording is read from a path or an open file, not from {file!r}.")
    with opened as stream:
        told = Progress(Path(name).name, size) if progress else None
        reading = _Reading(Lines(stream, name), name, told)
        log = reading.log()
    if problems := reading.problems:
        more = f" (and {len(problems) - 3} more: log.source.problems)" if len(problems) > 3 else ""
        warnings.warn(f"{name}: {'; '.join(problems[:3])}{more}.", stacklevel=2)
    return log


class _Reading:
    """One file that becomes a log."""

    def __init__(self, lines: Lines, name: str, progress: Progress | None) -> None:
        self.problems: list[str] = []
        self._lines = lines
        self._name = name
        self._progress = progress
        self._log = EventLog()
        self._last = 0.0
        """Time of the last row: time does not run backwards in a log."""
        self._silent = {"client": b"\0", "server": b"\0", "local": b"\0"}

    def log(self) -> EventLog:
        numbered = enumerate(self._watched(), 1)
        number, line = next((entry for entry in numbered if entry[1].strip()), (0, b""))
        if not number:
            raise RecordingError(self._name, "the file is empty.")
        source = Source(path=self._name)
        header = _header(line)
        if header is not None:
            source = self._begin(header)
            self._rows(numbered)
        elif read_row(line) is not None:
            source = replace(source, version=VERSION)
            self.problems.append("the header is missing, so when it began is not known")
            self._log.started = datetime.fromtimestamp(0, UTC)
            self._rows(chain([(number, line)], numbered))
        else:
            source = replace(source, version=0)
            self._events(line, (following for _, following in numbered))
        if self._lines.broken:
            self.problems.append(self._lines.broken)
        if self._progress is not None:
            self._progress.end()
        self._log.source = replace(source, problems=tuple(self.problems))
        return self._log

    def _watched(self) -> Iterator[bytes]:
        for number, line in enumerate(self._lines):
            if number % _OFTEN == 0 and self._progress is not None:
                self._progress.at(self._lines.taken, len(self._log))
            yield line

    # -- recordings -------------------------------------------------------------------------------------------------

    def _begin(self, header: dict[str, Any]) -> Source:
        version = header.get("version")
        if not isinstance(version, int) or not 1 <= version <= VERSION:
            raise RecordingError(
                self._name,
                f"it is of version {version!r}, and this package reads up to {VERSION}. "
                "A newer one reads it: pip install -U rt-notebook.",
            )
        try:
            started = datetime.fromisoformat(header["started"])
            self._log.started = started.replace(tzinfo=started.tzinfo or UTC).astimezone(UTC)
        except (KeyError, TypeError, ValueError, OverflowError):
            self.problems.append("the header does not tell when it began")
            self._log.started = datetime.fromtimestamp(0, UTC)

        def told(name: str) -> str:
            value = header.get(name)
            return value if isinstance(value, str) else ""

        return Source(
            provider=told("provider"),
            model=told("model") or None,
            url=told("url"),
            dialect=told("dialect"),
            audio=header.get("audio") is not False,
            path=self._name,
            version=version,
            package=told("package"),
        )

    def _rows(self, numbered: Iterator[tuple[int, bytes]] | chain[tuple[int, bytes]]) -> None:
        torn = 0
        for number, line in numbered:
            if torn:
                self.problems.append(f"line {torn} is torn, and left out")
                torn = 0
            if not line.strip() or (_header(line) is not None):
                continue  # a session that went on in the same file
            row = read_row(line)
            if row is None or not self._add(row):
                torn = number
        if torn and self._lines.whole:
            self.problems.append(f"line {torn} is torn, and left out")
        elif torn:
            self.problems.append(f"the last line ({torn}) is torn, and left out: the recording was cut off")

    def _add(self, row: Row) -> bool:
        raw, data = row.raw, row.data
        if row.silence:
            try:
                raw = with_silence(raw, row.silence, self._silent[row.direction])
            except (TypeError, ValueError):
                return False
            data = parse(raw)
        elif row.direction == "server" and data.get("type") in SETTINGS:
            self._note_formats(data)
        t = self._last if row.t is None or not abs(row.t) < LONGEST else max(row.t, self._last)
        self._last = t
        self._log.append(row.direction, raw, data, row.connection, t=t)
        return True

    def _note_formats(self, event: dict[str, Any]) -> None:
        """Keep what silence is: of the user's sound, and of the assistant's."""
        shaped = to_ga(event)
        for direction, side in (("client", "input"), ("server", "output")):
            self._silent[direction] = _SILENT.get(audio_format(shaped, side), b"\0")

    # -- events of other tools --------------------------------------------------------------------------------------

    def _events(self, first: bytes, others: Iterator[bytes]) -> None:
        """Read events as another tool has written them: version 0."""
        try:
            value = orjson.loads(first)
        except orjson.JSONDecodeError:
            # One value over many lines, or numbers that only Python's parser takes.
            found: Iterator[Found | None] = (unwrap(entry) for entry in values(b"\n".join(chain([first], others))))
        else:
            listed = list(entries(value))
            alone = len(listed) == 1 and listed[0] is value
            head = [unwrap(value, first)] if alone else [unwrap(entry) for entry in listed]
            found = chain(head, (unwrap(_loaded(line), line) for line in others if line.strip()))
        skipped, connection = 0, 1
        start: float | None = None
        dated = False
        for event in found:
            if event is None:
                skipped += 1
                continue
            if not len(self._log):
                start, dated = event.time, event.since_1970
            elif event.data.get("type") == "session.created" and self._log.find("session.created") is not None:
                connection += 1
            self._put(event, connection, start if dated else 0.0, known=start is not None)
        if not len(self._log):
            raise RecordingError(
                self._name, "this is no recording: it holds neither our header nor any event of the Realtime API."
            )
        self._log.started = datetime.fromtimestamp(start if dated and start else 0, UTC)
        self.problems.append("it has no header, so it was read as raw events: bytes are those of the file")
        if start is None:
            self.problems.append("it tells no times, so `t` is NaN")
        elif not dated:
            self.problems.append("when it began is not known, so `time` counts from 1970")
        if skipped:
            self.problems.append(f"{skipped} entries are no event, and left out")

    def _put(self, event: Found, connection: int, start: float | None, *, known: bool) -> None:
        t = _UNKNOWN_TIME
        if known:
            t = self._last = max(self._last, (event.time - (start or 0.0)) if event.time is not None else 0.0)
        direction: Any = event.direction
        self._log.append(direction, event.raw, event.data, connection, t=t)


def _header(line: bytes) -> dict[str, Any] | None:
    if FORMAT.encode() not in line[:200]:
        return None
    value = _loaded(line)
    return value if isinstance(value, dict) and value.get("format") == FORMAT else None


def _loaded(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _size(file: BinaryIO) -> int:
    """Return the bytes that an open file has, 0 where that cannot be known."""
    try:
        here = file.tell()
        end = file.seek(0, os.SEEK_END)
        file.seek(here)
    except (OSError, AttributeError, ValueError):
        return 0
    return end - here
