"""What was said, on one time axis: the user's and the assistant's sound between two times of a log.

The log says when sound came and went by; a sample's own time follows from that.
- The user's sound ended, at the latest, when it was sent: `rt_notebook.log.clock` lays it.
- The assistant's sound begins when its first sample was heard and ends where the loudspeaker stopped, with silence
  where it ran dry. Sound that nobody played begins when it came, behind what came before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rt_notebook.audio import g711
from rt_notebook.audio.pcm import RATE, float_to_pcm16, pcm16_to_float
from rt_notebook.audio.resample import resample
from rt_notebook.log.clock import SoundClock
from rt_notebook.log.store import EventStore
from rt_notebook.protocol.catalog import SETTINGS
from rt_notebook.protocol.dialect import ga_type, to_ga
from rt_notebook.protocol.event import Sound, whole_samples
from rt_notebook.protocol.fields import number_at, text_at

Samples = NDArray[np.float32]

LONGEST_REPLAY = 30.0
"""Seconds of sound that `replay` returns."""
_ENDINGS = ("rt.playback.finished", "rt.playback.flushed")
_HEARD = {
    *("input_audio_buffer.append", "conversation.item.create", "response.output_audio.delta"),
    *("rt.playback.started", "rt.playback.underrun", "conversation.item.truncated"),
    *_ENDINGS,
    *SETTINGS,
}
"""All that matters here, among the many that do not."""


@dataclass(slots=True)
class Stretch:
    """Sound that is laid at one place."""

    start: float
    """Seconds on the log's clock."""
    samples: Samples


@dataclass(slots=True)
class Run:
    """Chunks of the user's that follow each other."""

    law: str
    chunks: list[Sound] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """Bytes of the run up to the end of each chunk."""
    start: float = 0.0
    """Seconds on the log's clock."""
    seconds: float = 0.0


@dataclass(slots=True)
class Part:
    """The sound of a content part of the assistant's."""

    came: float
    law: str
    chunks: list[Sound] = field(default_factory=list)
    started: float | None = None
    """When its first sample was heard."""
    heard_ms: float | None = None
    """Where it ended before its end; None where it did not, or nobody knows."""
    lost: float | None = None
    """When the loudspeaker went away without telling."""
    dry: list[tuple[float, int]] = field(default_factory=list)
    """When sound came back after silence (s), and the samples of that silence."""


def between(log: EventStore, t0: float, t1: float) -> tuple[Samples, Samples]:
    """Return what the user and the assistant said between two times.

    Parameters
    ----------
    log
        The log, in either dialect; it may still grow.
    t0, t1
        Seconds on the log's clock.

    Returns
    -------
    user, assistant
        float32 in -1 to 1 at 24 kHz, both of shape ``(round((t1 - t0) * 24000),)``; silence where nothing was said.
    """
    runs, parts = read_tracks(log)
    length = max(0, round((t1 - t0) * RATE))
    return _lay(user_stretches(runs, t0, t1), t0, length), _lay(assistant_stretches(parts, t0, t1), t0, length)


def replay(log: EventStore, t: float) -> bytes:
    """Return what was said from a time on, user and assistant mixed, as PCM16 at 24 kHz of at most 30 s.

    It ends with the last sound; it is empty where there is none.
    """
    user, assistant = between(log, t, t + LONGEST_REPLAY)
    mixed = user + assistant
    (sounding,) = np.nonzero(mixed)
    return float_to_pcm16(mixed[: sounding[-1] + 1]) if len(sounding) else b""


def read_tracks(log: EventStore) -> tuple[list[Run], dict[tuple[str, int], Part]]:
    """Collect the log's sound, and what the loudspeaker said of it."""
    columns = log.columns("type", "t", "item_id", "content_index", "direction", "audio_ms")
    runs: list[Run] = []
    clock = SoundClock()
    parts: dict[tuple[str, int], Part] = {}
    laws = {"input": "", "output": ""}
    known = {wire: ga_type(wire) for wire in set(columns["type"])}
    for index, (wire, t) in enumerate(zip(columns["type"], columns["t"], strict=True)):
        type_ = known[wire]
        if type_ not in _HEARD:
            continue
        key = (columns["item_id"][index] or "", columns["content_index"][index] or 0)
        part = parts.get(key)
        if type_ in ("input_audio_buffer.append", "conversation.item.create"):
            if columns["direction"][index] == "client" and (sound := log.sound(index)):
                _append(clock, runs, t, sound, laws["input"])
        elif type_ == "response.output_audio.delta":
            if sound := log.sound(index):
                part = part or parts.setdefault(key, Part(t, laws["output"]))
                part.chunks.append(sound)
        elif type_ in SETTINGS:
            event = to_ga(log[index])
            laws = {side: _law(event, side) for side in laws}
        elif part is None:
            continue
        elif type_ == "rt.playback.started":
            part.started = t if part.started is None else part.started
        elif type_ == "rt.playback.underrun":
            part.dry.append((t, int(log[index].get("missing_samples") or 0)))
        elif type_ in _ENDINGS:
            heard = columns["audio_ms"][index]
            if heard is None:
                part.lost = t
            else:
                part.heard_ms = max(heard, part.heard_ms or 0.0)
        elif type_ == "conversation.item.truncated" and part.started is None:
            part.heard_ms = number_at(log[index], "audio_end_ms")
    for run, start in zip(runs, clock.laid().starts, strict=True):
        run.start = start
    return runs, parts


def _append(clock: SoundClock, runs: list[Run], t: float, sound: Sound, law: str) -> None:
    """Put a chunk into the run it belongs to."""
    seconds = seconds_of(sound, law)
    if clock.append(t, seconds * 1000, apart=bool(runs) and law != runs[-1].law):
        runs.append(Run(law))
    run = runs[-1]
    run.chunks.append(sound)
    run.ends.append((run.ends[-1] if run.ends else 0) + len(sound))
    run.seconds += seconds


def user_stretches(runs: list[Run], t0: float, t1: float) -> Iterator[Stretch]:
    """Yield the user's sound that lies between two times."""
    for run in runs:
        if run.start < t1 and run.start + run.seconds > t0:
            yield _cut(run, t0, t1)


def _cut(run: Run, t0: float, t1: float) -> Stretch:
    """Return the chunks of a run that lie between two times: a microphone may have been open for hours."""
    rate = g711.RATE if run.law else 2 * RATE
    ends = np.array(run.ends)
    first, last = np.searchsorted(ends, [(t0 - run.start) * rate, (t1 - run.start) * rate], side="right")
    begin = int(ends[first - 1]) if first else 0
    payload = b"".join(map(bytes, run.chunks[first : last + 1]))
    if not run.law and begin % 2:  # in the middle of a sample
        begin, payload = begin + 1, payload[1:]
    return Stretch(run.start + begin / rate, decoded(payload, run.law))


def assistant_stretches(parts: dict[tuple[str, int], Part], t0: float, t1: float) -> Iterator[Stretch]:
    """Yield the assistant's sound, as far as it was heard, that lies between two times or touches them."""
    for part, start, end in _placed(parts):
        if start < t1 and end > t0:
            samples = decoded(b"".join(map(bytes, part.chunks)), part.law)
            yield from with_silence(start, samples[: _heard(part, start)], part.dry)


def _placed(parts: dict[tuple[str, int], Part]) -> Iterator[tuple[Part, float, float]]:
    """Yield each part with its beginning and end, seconds on the log's clock."""
    end = 0.0
    for part in parts.values():
        start = max(end, part.came) if part.started is None else part.started
        stretches = list(_split(start, _heard(part, start), part.dry))
        end = stretches[-1][0] + stretches[-1][1] / RATE
        yield part, start, end


def _heard(part: Part, start: float) -> int:
    """Return how many samples of a part were heard, or would have been."""
    samples = round(sum(seconds_of(chunk, part.law) for chunk in part.chunks) * RATE)
    if part.heard_ms is not None:
        return min(samples, round(part.heard_ms * RATE / 1000))
    if part.lost is not None:
        return min(samples, max(0, round((part.lost - start) * RATE)))
    return samples


def _split(start: float, samples: int, dry: list[tuple[float, int]]) -> Iterator[tuple[float, int]]:
    """Yield beginning (s) and samples of what lies between the silences of a loudspeaker that had run dry."""
    heard = 0
    for t, missing in dry:
        at = min(samples, heard + max(0, round((t - start) * RATE) - missing))
        yield start, at - heard
        start += (at - heard + missing) / RATE
        heard = at
    yield start, samples - heard


def with_silence(start: float, samples: Samples, dry: list[tuple[float, int]]) -> Iterator[Stretch]:
    """Yield a part's sound, split where the loudspeaker had run dry."""
    heard = 0
    for begin, length in _split(start, len(samples), dry):
        yield Stretch(begin, samples[heard : heard + length])
        heard += length


def span_of(log: EventStore, item: str) -> tuple[float, float] | None:
    """Return when an item of the assistant's sounds, seconds on the log's clock; None where it has no sound."""
    _, parts = read_tracks(log)
    spans = [(start, end) for (id_, _), (_, start, end) in zip(parts, _placed(parts), strict=True) if id_ == item]
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None


def end(log: EventStore) -> float:
    """Return when the last event came or the last sound ends, seconds on the log's clock; 0 for an empty log."""
    _, parts = read_tracks(log)
    last = (log.t[len(log) - 1] or 0.0) if len(log) else 0.0
    return max([last, *(end for _, _, end in _placed(parts))])


def _lay(stretches: Iterator[Stretch], t0: float, length: int) -> Samples:
    """Lay sound on an axis that begins at `t0`, `length` samples long; where two overlap, both are heard."""
    track = np.zeros(length, np.float32)
    for stretch in stretches:
        at = round((stretch.start - t0) * RATE)
        first, last = max(0, -at), min(len(stretch.samples), length - at)
        if first < last:
            track[at + first : at + last] += stretch.samples[first:last]
    return track


def audio_format(event: dict[str, Any], side: str) -> str:
    """Return the type of the audio format that a session's event (GA's shape) reports for ``input`` or ``output``."""
    return text_at(event, "session", "audio", side, "format", "type") or "audio/pcm"


def _law(event: dict[str, Any], side: str) -> str:
    name = audio_format(event, side)
    return name if name in g711.LAWS else ""


def seconds_of(payload: Sound, law: str) -> float:
    """Return how long audio lasts, s; `law` is empty for PCM16, else that of G.711."""
    return len(payload) / g711.RATE if law else len(payload) / 2 / RATE


def decoded(payload: bytes, law: str) -> Samples:
    """Return audio as float32 at 24 kHz."""
    if not law:
        return pcm16_to_float(whole_samples(payload))
    return resample(pcm16_to_float(g711.decode(payload, g711.LAWS[law])), g711.RATE, RATE)
