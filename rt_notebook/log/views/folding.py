"""Events as steps: a run of deltas, or of appended sound, is one step that says how many there were."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.reported import G711_MS
from rt_notebook.log.tracks import audio_format
from rt_notebook.protocol.catalog import SETTINGS, Direction
from rt_notebook.protocol.dialect import ga_type, in_ga

_SIDES = {"input_audio_buffer.append": "input", "response.output_audio.delta": "output"}


@dataclass(slots=True)
class Step:
    """An event, or a run of events of one kind with nothing else but other runs between them."""

    rows: list[int]
    """Positions in the log."""
    start: float
    """Of its first event, seconds on the log's clock."""
    end: float
    direction: Direction
    type: str
    """As on the wire."""
    ga: str
    """The type's GA name."""
    connection: int
    response_id: str | None = None
    item_id: str | None = None
    call_id: str | None = None
    text: str = ""
    audio_ms: float | None = None
    """Of all its sound."""
    error: str | None = None


def fold(log: EventLog, rows: Iterable[int]) -> list[Step]:
    """Return the rows of a log as steps, in the order in which they began.

    Deltas of several kinds come interleaved (words and sound): each kind of each item is a run of its own, and all
    runs end with the first event that is no such thing.
    """
    columns = log.columns()
    ratios = _ratios(log, columns["type"])
    changes = [at for at, _ in ratios]
    steps: list[Step] = []
    words: list[list[str]] = []
    runs: dict[tuple[object, ...], int] = {}
    names = ("direction", "connection", "response_id", "item_id", "content_index")
    for row in rows:
        type_ = columns["type"][row]
        ga = ga_type(type_)
        t, audio_ms = columns["t"][row], columns["audio_ms"][row]
        if not isinstance(audio_ms, int | float):
            audio_ms = None
        elif side := _SIDES.get(ga):
            audio_ms *= ratios[bisect_right(changes, row) - 1][1][side]
        foldable = ga.endswith(".delta") or ga == "input_audio_buffer.append"
        key = (type_, *(columns[name][row] for name in names))
        if not foldable:
            runs.clear()
        elif (at := runs.get(key)) is not None:
            step = steps[at]
            step.rows.append(row)
            step.end = t
            words[at].append(columns["text"][row] or "")
            if audio_ms is not None:
                step.audio_ms = (step.audio_ms or 0.0) + audio_ms
            continue
        else:
            runs[key] = len(steps)
        words.append([columns["text"][row] or ""])
        steps.append(
            Step(
                rows=[row],
                start=t,
                end=t,
                direction=columns["direction"][row],
                type=type_,
                ga=ga,
                connection=columns["connection"][row],
                response_id=columns["response_id"][row],
                item_id=columns["item_id"][row],
                call_id=columns["call_id"][row],
                audio_ms=audio_ms,
                error=columns["error"][row],
            )
        )
    for step, pieces in zip(steps, words, strict=True):
        step.text = "".join(pieces)
    return steps


def _ratios(log: EventLog, types: list[str]) -> list[tuple[int, dict[str, float]]]:
    """Return from which rows on the log's `audio_ms` are to be multiplied, and by how much."""
    ratios = [(0, {"input": 1.0, "output": 1.0})]
    for row, type_ in enumerate(types):
        if ga_type(type_) in SETTINGS:
            event = in_ga(log[row])
            pcm = {side: audio_format(event, side) == "audio/pcm" for side in ("input", "output")}
            ratios.append((row, {side: 1.0 if is_pcm else G711_MS for side, is_pcm in pcm.items()}))
    return ratios
