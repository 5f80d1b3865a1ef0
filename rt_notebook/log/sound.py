"""`log.audio` and `log.save_wav`: what was said and heard in a part of a session, as an array or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rt_notebook.audio.pcm import RATE
from rt_notebook.log import tracks
from rt_notebook.log.turns import Turn, read_turns, turn_of

if TYPE_CHECKING:
    from rt_notebook.log.store import EventStore


def audio(
    log: EventStore,
    t0: float | None = None,
    t1: float | None = None,
    *,
    item: str | None = None,
    turn: int | Turn | None = None,
) -> tuple[NDArray[np.float32], int]:
    """Return the sound of a part of a log (see `EventLog.audio`)."""
    if (item is not None) + (turn is not None) + (t0 is not None or t1 is not None) > 1:
        raise TypeError("Pass a time (t0, t1), item= or turn=, one of them.")
    if item is not None:
        span = _of_item(log, item)
    elif turn is not None:
        span = _of_turn(log, turn if isinstance(turn, Turn) else turn_of(log, turn))
    else:
        span = (0.0 if t0 is None else t0, tracks.end(log) if t1 is None else t1)
    if span[1] < span[0]:
        raise ValueError(f"The time from {span[0]:g} s to {span[1]:g} s runs backwards; t0 comes before t1.")
    return np.stack(tracks.between(log, *span), axis=1), RATE


def save_wav(
    log: EventStore,
    path: str | Path,
    t0: float | None = None,
    t1: float | None = None,
    *,
    item: str | None = None,
    turn: int | Turn | None = None,
) -> Path:
    """Write what `audio` returns as a WAV file, 16 bits; returns its path."""
    import soundfile

    samples, rate = audio(log, t0, t1, item=item, turn=turn)
    soundfile.write(str(path), samples, rate, "PCM_16", format="WAV")
    return Path(path)


def _of_item(log: EventStore, item: str) -> tuple[float, float]:
    if not log.rows(item=item):
        raise ValueError(f"The log has no item {item!r}; log.items lists them.")
    if (span := tracks.span_of(log, item)) is not None:
        return span
    for turn in read_turns(log):
        if item in turn.user_items and turn.speech_start is not None:
            return turn.speech_start, max([turn.speech_start, *_said(turn)])
    raise ValueError(f"The item {item!r} has no sound; log.items tells which do (audio_ms).")


def _of_turn(log: EventStore, turn: Turn) -> tuple[float, float]:
    spans = [span for item in turn.items if (span := tracks.span_of(log, item)) is not None]
    starts = [t for t in (turn.speech_start, *(start for start, _ in spans)) if t is not None]
    ends = [*_said(turn), *(end for _, end in spans)]
    if not starts or not ends:
        raise ValueError(f"Turn {turn.number} has no sound: it was written.")
    return min(starts), max(ends)


def _said(turn: Turn) -> list[float]:
    """Return when the user's sound ended, s: with the pause that was waited for where nobody told of the last word."""
    return [t for t in (turn.speech_end, turn.stopped, turn.committed) if t is not None][:1]
