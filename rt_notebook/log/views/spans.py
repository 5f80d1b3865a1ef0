"""What a log holds between two times, as pieces of a time axis: bars, marks, how dense the deltas were, and the sound.

All of it is read from the log's columns; raw events are parsed only where a column does not have it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rt_notebook.audio.pcm import RATE
from rt_notebook.log.calls import Run, read_calls
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.tracks import (
    Part,
    assistant_stretches,
    decoded,
    read_tracks,
    seconds_of,
    user_stretches,
    with_silence,
)
from rt_notebook.log.turns import Turn
from rt_notebook.protocol.dialect import ga_type
from rt_notebook.protocol.fields import text_at

BINS = 800
"""Of a waveform."""
DELTA_BINS = 240
_WINDOW = 600.0
"""Seconds of the user's sound that are decoded at a time: an hour of it would be 345 MB."""
_FINE = 4_000
"""Samples a bin from which on every fourth is looked at: the picture is the same."""
LONGEST_TEXT = 160
"""Characters of a text that a tooltip shows."""

LANES = {
    "turn": "turn",
    "user": "user",
    "assistant": "assistant",
    "detection": "turn detection",
    "responses": "responses",
    "calls": "tool calls",
    "audio": "audio deltas",
    "text": "text deltas",
    "arguments": "argument deltas",
    "marks": "marks",
}
"""Lane -> what it is called, from top to bottom."""

_DELTAS = {
    "response.output_audio.delta": "audio",
    "response.output_audio_transcript.delta": "text",
    "response.output_text.delta": "text",
    "response.function_call_arguments.delta": "arguments",
    "response.mcp_call_arguments.delta": "arguments",
}
_MARKS = {
    "input_audio_buffer.speech_started": ("detection", "speech started"),
    "input_audio_buffer.speech_stopped": ("detection", "speech stopped"),
    "input_audio_buffer.committed": ("detection", "committed"),
    "input_audio_buffer.timeout_triggered": ("detection", "idle time-out"),
    "rt.playback.underrun": ("marks", "underrun"),
    "rt.connection.lost": ("marks", "connection lost"),
}
_ENDS = ("rt.connection.lost", "rt.connection.closed")
_UNFINISHED = "unfinished when the connection ended"


@dataclass(slots=True)
class Span:
    """A piece of a lane; a point in time where `t2` is None. Times are seconds on the log's clock."""

    lane: str
    kind: str
    """``turn``, ``speech``, ``response``, ``approval``, ``call``, ``deltas``, ``mark`` or ``sound``."""
    t: float
    t2: float | None = None
    label: str = ""
    """What is drawn or told by colour: a turn's number, a status, a function, a mark's meaning."""
    row: int | None = None
    """Position in the log."""
    type: str = ""
    text: str = ""
    n: int | None = None
    """Of deltas: how many."""
    audio_ms: float | None = None
    """Of deltas: their audio."""
    low: float | None = None
    """Of sound: the lowest sample, -1 to 1."""
    high: float | None = None


def turn_spans(log: EventLog, turns: list[Turn], end: float) -> Iterator[Span]:
    """Yield what the turns tell: themselves, when the user spoke, when an answer was cut off."""
    times = log.columns("t")["t"]
    for turn in turns:
        first, last = extent(turn, times)
        row = turn.rows[0] if turn.rows else None
        text = f"user: {shortened(turn.text)} | assistant: {shortened(turn.answer)}"
        yield Span("turn", "turn", first, last, str(turn.number), row, text=text)
        if turn.speech_start is not None:
            t2 = next((t for t in (turn.speech_end, turn.stopped, turn.committed) if t is not None), end)
            if t2 >= turn.speech_start:
                span = Span("detection", "speech", turn.speech_start, t2, "speech", row, text=shortened(turn.text))
                span.type = "speech_start to speech_end"
                yield span
        if turn.interrupted is not None:
            at = max(0, bisect_right(times, turn.interrupted) - 1)
            yield Span("marks", "mark", turn.interrupted, None, "interrupted", at, text=f"cut off turn {turn.number}")


def extent(turn: Turn, times: list[float]) -> tuple[float, float]:
    """Return when a turn began and ended."""
    told = [
        t
        for t in (turn.speech_start, turn.asked, turn.committed, turn.created, turn.heard, turn.done, turn.ended)
        if t is not None
    ]
    told = told or [times[row] for row in turn.rows if row < len(times)] or [0.0]
    return min(told), max(told)


def event_spans(log: EventLog, end: float) -> list[Span]:
    """Return what single events tell: responses, tool calls, marks."""
    columns = log.columns("type", "t", "error", "text", "response_id")
    found: list[Span] = []
    responses: dict[str, Span] = {}
    ends: list[int] = []
    known = {wire: ga_type(wire) for wire in set(columns["type"])}
    for row, (wire, t, error) in enumerate(zip(columns["type"], columns["t"], columns["error"], strict=True)):
        type_ = known[wire]
        if type_ in _DELTAS or (type_ == "input_audio_buffer.append" and not error):
            continue
        text = shortened(error or columns["text"][row] or "")
        if type_ in _MARKS:
            lane, label = _MARKS[type_]
            found.append(Span(lane, "mark", t, None, label, row, wire, text))
        elif error:
            found.append(Span("marks", "mark", t, None, "error", row, wire, text))
        if type_ == "response.created":
            if id_ := columns["response_id"][row]:
                responses[id_] = Span("responses", "response", t, None, "in progress", row, wire)
                found.append(responses[id_])
        elif type_ == "response.done":
            span = responses.pop(columns["response_id"][row] or "", None)
            if span is None:  # its beginning is not in the log
                span = Span("responses", "response", columns["t"][0], None, "", row, wire)
                found.append(span)
            span.t2, span.label = t, _status(log[row])
            span.text = f"{span.label}{': ' + text if text else ''}"
        elif type_ in _ENDS:
            ends.append(row)
            for open_ in responses.values():
                open_.t2, open_.text = t, _UNFINISHED
            responses.clear()
    for open_ in responses.values():
        open_.t2 = max(end, open_.t)
    return found + [span for run in read_calls(log) for span in _call_spans(run, columns, ends, end)]


def _call_spans(run: Run, columns: dict[str, list[Any]], ends: list[int], end: float) -> Iterator[Span]:
    """Yield for how long a call waited for a person, and from when to when its tool ran."""
    if run.asked is not None:
        over = run.ended if run.is_unapproved else run.started
        yield _call_span(run, "approval", run.asked, over, columns, ends, end)
    if not run.is_unapproved:
        # Where nobody told when, all happened at 0.
        t = columns["t"][run.row] if run.began is None else run.began
        yield _call_span(run, "call", t, run.ended, columns, ends, end)


def _call_span(
    run: Run, kind: str, t: float, t2: float | None, columns: dict[str, list[Any]], ends: list[int], end: float
) -> Span:
    span = Span("calls", kind, t, t2, run.name or "function", run.row, columns["type"][run.row])
    span.text = shortened(f"{span.label}({shortened(run.said.item.arguments)})")
    if told := run.error or run.output:
        span.text = shortened(f"{span.text} → {shortened(told)}", 2 * LONGEST_TEXT)
    if run.state not in ("done", "unanswered"):
        span.text += f" ({run.state})"
    if span.t2 is None:
        gone = next((row for row in ends if row > run.row), None)
        span.t2 = max(end, t) if gone is None else columns["t"][gone]
        span.text = span.text if gone is None else _UNFINISHED
    return span


def _status(event: dict[str, Any]) -> str:
    return (text_at(event, "response", "status") or "completed").replace("_", " ")


def delta_spans(log: EventLog, t0: float, t1: float) -> Iterator[Span]:
    """Yield how many deltas came, in at most `DELTA_BINS` pieces a lane; pieces without any are left out."""
    columns = log.columns("type", "t", "audio_ms")
    lanes = {wire: _DELTAS.get(ga_type(wire)) for wire in set(columns["type"])}
    rows: dict[str, list[int]] = {lane: [] for lane in _DELTAS.values()}
    for row, wire in enumerate(columns["type"]):
        if lane := lanes[wire]:
            rows[lane].append(row)
    step = (t1 - t0) / DELTA_BINS
    for lane, positions in rows.items():
        t = np.array([columns["t"][row] for row in positions])
        inside = (t >= t0) & (t <= t1)
        bins = np.minimum(((t[inside] - t0) / step).astype(int), DELTA_BINS - 1)
        ms = np.array([columns["audio_ms"][row] or 0.0 for row in positions])[inside]
        within = np.array(positions)[inside]
        counts, sums = np.bincount(bins, minlength=1), np.bincount(bins, ms, minlength=1)
        used, first = np.unique(bins, return_index=True)
        for bin_, at in zip(used, first, strict=True):
            row = int(within[at])
            start = t0 + int(bin_) * step
            span = Span(lane, "deltas", start, start + step, lane, row, columns["type"][row], n=int(counts[bin_]))
            span.audio_ms = float(sums[bin_]) if lane == "audio" else None
            span.text = f"{span.n} deltas" + (f", {span.audio_ms:.0f} ms of sound" if lane == "audio" else "")
            yield span


class Waveforms:
    """Both sides' sound of a log, read once."""

    def __init__(self, log: EventLog) -> None:
        self._runs, self._parts = read_tracks(log)

    @property
    def end(self) -> float:
        """When the last sound of the assistant's ended, s: of one that nobody played, after the log's last row."""
        end = 0.0
        for part in self._parts.values():
            start = max(end, part.came) if part.started is None else part.started
            seconds = sum(seconds_of(chunk, part.law) for chunk in part.chunks)
            if part.heard_ms is not None:
                seconds = min(seconds, part.heard_ms / 1000)
            end = max(end, start + seconds if part.lost is None else part.lost)
        return end

    def spans(self, t0: float, t1: float) -> Iterator[Span]:
        """Yield the envelopes in `BINS` pieces; silence is left out but for its edges."""
        user, heard, unheard = (_Envelope(t0, t1) for _ in range(3))
        at = t0
        while at < t1:
            until = min(t1, at + _WINDOW)
            for stretch in user_stretches(self._runs, at, until):
                user.add(stretch.start, stretch.samples)
            at = until
        for start, samples in _unheard(self._parts):
            unheard.add(start, samples)
        for stretch in assistant_stretches(self._parts, t0, t1):
            heard.add(stretch.start, stretch.samples)
        yield from user.spans("user", "said")
        yield from unheard.spans("assistant", "never heard")
        yield from heard.spans("assistant", "heard")


def _unheard(parts: dict[tuple[str, int], Part]) -> Iterator[tuple[float, NDArray[np.float32]]]:
    """Yield the sound that was generated and cut before it was heard, from the time on at which it was cut."""
    for part in parts.values():
        if part.heard_ms is None:
            continue
        samples = decoded(b"".join(map(bytes, part.chunks)), part.law)
        cut = round(part.heard_ms * RATE / 1000)
        start = part.came if part.started is None else part.started
        end = start
        for stretch in with_silence(start, samples[:cut], part.dry):
            end = stretch.start + len(stretch.samples) / RATE
        yield end, samples[cut:]


class _Envelope:
    """The lowest and highest sample of each piece of time."""

    def __init__(self, t0: float, t1: float) -> None:
        self._t0 = t0
        self._step = (t1 - t0) / BINS
        self.low = np.zeros(BINS, np.float32)
        self.high = np.zeros(BINS, np.float32)

    def add(self, start: float, samples: NDArray[np.float32]) -> None:
        """Lay sound at a time."""
        per_bin = self._step * RATE
        stride = 4 if per_bin > _FINE else 1
        offset = (start - self._t0) * RATE
        first = max(0, int(offset // per_bin))
        last = min(BINS, int((offset + len(samples)) // per_bin) + 1)
        if first >= last or not len(samples):
            return
        edges = np.clip(np.ceil(np.arange(first, last + 1) * per_bin - offset), 0, len(samples)).astype(int) // stride
        bins = first + np.flatnonzero(np.diff(edges))
        if not len(bins):
            return
        inside, cuts = samples[::stride][: edges[-1]], edges[bins - first]
        self.low[bins] = np.minimum(self.low[bins], np.minimum.reduceat(inside, cuts))
        self.high[bins] = np.maximum(self.high[bins], np.maximum.reduceat(inside, cuts))

    def spans(self, lane: str, label: str) -> Iterator[Span]:
        """Yield the pieces that sound, and the silent ones next to them."""
        sounds = (self.low < 0) | (self.high > 0)
        near = sounds.copy()
        near[1:] |= sounds[:-1]
        near[:-1] |= sounds[1:]
        for bin_ in np.flatnonzero(near):
            t = self._t0 + int(bin_) * self._step
            low, high = float(self.low[bin_]), float(self.high[bin_])
            yield Span(lane, "sound", t, t + self._step, label, low=low, high=high)


def shortened(text: str, limit: int = LONGEST_TEXT) -> str:
    """Return a text cut to what a tooltip can show."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
