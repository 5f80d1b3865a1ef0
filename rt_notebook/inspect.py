"""``rt-notebook inspect FILE``: what a recording holds, on a terminal."""

from __future__ import annotations

import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from rt_notebook.errors import RealtimeError
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.loading import load
from rt_notebook.protocol.event import short

_WIDEST = 60
"""Characters of an event's words in the table."""
# What moves a terminal's cursor, changes its colours or its direction: the words of a model are not trusted.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def inspect(path: Path, *, events: bool, html: Path | None) -> int:
    """Print a recording's summary, conversation, findings and counts, with `events` its table; write `html`.

    Returns the exit status: 1 where it cannot be read or written, with one line on standard error.
    """
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            log = load(path)
        for warning in caught:
            _say(f"Note: {warning.message}", sys.stderr)
        for text in _events(log) if events else _report(log):
            _say(text)
        if html is not None:
            _say(f"Written: {log.to_html(html)}")
    except BrokenPipeError:
        raise  # as in `rt-notebook inspect FILE --events | head`: the command line knows
    except RealtimeError as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename or path}: {error.strerror or error}")
    return 0


def plain(text: str) -> str:
    """Return a text that can only be read: control characters are spelled out."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _report(log: EventLog) -> Iterator[str]:
    yield f"{log.summary()}\n"
    if told := str(log.conversation()):
        yield f"{told}\n"
    findings = log.lint()
    yield f"{findings}\n" if len(findings) else "Nothing to find fault with.\n"
    columns = log.columns("direction", "type")
    counts = Counter(zip(columns["direction"], columns["type"], strict=True))
    yield f"{'events':>8}  from    type"
    for (direction, type_), count in counts.most_common():
        yield f"{count:8,}  {direction:<6}  {type_ or '(none)'}"


def _events(log: EventLog) -> Iterator[str]:
    columns = log.columns("t", "direction", "type", "bytes", "audio_ms", "text", "error")
    yield f"{'row':>7} {'t (s)':>10}  {'from':<6}  {'type':<52} {'bytes':>8} {'audio ms':>9}  text or error"
    rows = zip(*columns.values(), strict=True)
    for index, (t, direction, type_, size, audio_ms, text, error) in enumerate(rows):
        at = "" if t is None else f"{t:.3f}"
        sound = "" if audio_ms is None else f"{audio_ms:.1f}"
        bytes_ = "" if size is None else f"{size:,}"
        words = " ".join(short(error or text or "", _WIDEST).split())
        yield f"{index:7} {at:>10}  {direction:<6}  {type_:<52} {bytes_:>8} {sound:>9}  {words}".rstrip()


def _failed(why: str) -> int:
    _say(f"rt-notebook inspect: {' '.join(why.split())}", sys.stderr)
    return 1


def _say(text: str, stream: TextIO | None = None) -> None:
    (stream or sys.stdout).write(plain(text) + "\n")
