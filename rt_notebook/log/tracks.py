"""What was said, on one time axis: the user's and the assistant's sound between two times of a log.

The log says when sound came and went by; a sample's own time follows from that.
- The user's sound ended, at the latest, when it was sent. Chunks that follow each other closely are one run, laid end
  to end by their samples: a network that stalls and catches up changes nothing. A run begins as early as its punctual
  chunks say, behind the run before it.
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
from rt_notebook.log.store import EventStore
from rt_notebook.protocol.dialect import ga_type, to_ga
from rt_notebook.protocol.event import Sound, whole_samples

Samples = NDArray[np.float32]

LONGEST_REPLAY = 30.0
"""Seconds of sound that `replay` returns."""
_GAP = 0.25
"""Seconds without a chunk after which the next one begins a run of its own."""
_PUNCTUAL = 1.0
"""Seconds from a run's beginning in which its most punctual chunk is looked for."""
_LAWS: dict[str, g711.Law] = {"audio/pcmu": "mu", "audio/pcma": "a"}
_SETTINGS = ("session.created", "session.updated")
_ENDINGS = ("rt.playback.finished", "rt.playback.flushed")
_HEARD = {
    *("input_audio_buffer.append", "conversation.item.create", "response.output_audio.delta"),
    *("rt.playback.started", "rt.playback.underrun", "conversation.item.truncated"),
    *_ENDINGS,
    *_SETTINGS,
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
    """Chunks of the user's that follow each other: when each came (s), and its sound."""

    times: list[float] = field(default_factory=list)
    chunks: list[Sound] = field(default_factory=list)
    law: str = ""


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
    parts: dict[tuple[str, int], Part] = {}
    laws = {"input": "", "output": ""}
    for index, (wire_type, t) in enumerate(zip(columns["type"], columns["t"], strict=True)):
        type_ = ga_type(wire_type)
        if type_ not in _HEARD:
            continue
        key = (columns["item_id"][index] or "", columns["content_index"][index] or 0)
        part = parts.get(key)
        if type_ in ("input_audio_buffer.append", "conversation.item.create"):
            if columns["direction"][index] == "client" and (sound := log.sound(index)):
                _append(runs, t, sound, laws["input"])
        elif type_ == "response.output_audio.delta":
            if sound := log.sound(index):
                part = part or parts.setdefault(key, Part(t, laws["output"]))
                part.chunks.append(sound)
        elif type_ in _SETTINGS:
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
            part.heard_ms = _number(log[index].get("audio_end_ms"))
    return runs, parts


def _append(runs: list[Run], t: float, sound: Sound, law: str) -> None:
    """Put a chunk into the run it belongs to."""
    run = runs[-1] if runs else None
    if run is None or t - run.times[-1] > _GAP + min(_GAP, seconds_of(sound, law)) or law != run.law:
        run = Run(law=law)
        runs.append(run)
    run.times.append(t)
    run.chunks.append(sound)


def user_stretches(runs: list[Run], t0: float, t1: float) -> Iterator[Stretch]:
    """Yield the user's sound that lies between two times."""
    end = -_GAP
    for run in runs:
        durations = np.array([seconds_of(chunk, run.law) for chunk in run.chunks])
        times = np.array(run.times)
        begins = (times - np.cumsum(durations))[times - times[0] <= _PUNCTUAL]
        start = max(end, 0.0, float(begins.min()))
        if start - end < _GAP:  # long chunks, each a run of its own, that come a little late
            start = end
        end = start + float(durations.sum())
        if start < t1 and end > t0:
            yield _cut(run, start, t0, t1)


def _cut(run: Run, start: float, t0: float, t1: float) -> Stretch:
    """Return the chunks of a run that lie between two times: a microphone may have been open for hours."""
    rate = g711.RATE if run.law else 2 * RATE
    ends = np.cumsum([len(chunk) for chunk in run.chunks])
    first, last = np.searchsorted(ends, [(t0 - start) * rate, (t1 - start) * rate], side="right")
    begin = int(ends[first - 1]) if first else 0
    payload = b"".join(map(bytes, run.chunks[first : last + 1]))
    if not run.law and begin % 2:  # in the middle of a sample
        begin, payload = begin + 1, payload[1:]
    return Stretch(start + begin / rate, decoded(payload, run.law))


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
    value: Any = event
    for name in ("session", "audio", side, "format", "type"):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else "audio/pcm"


def _law(event: dict[str, Any], side: str) -> str:
    name = audio_format(event, side)
    return name if name in _LAWS else ""


def seconds_of(payload: Sound, law: str) -> float:
    """Return how long audio lasts, s; `law` is empty for PCM16, else that of G.711."""
    return len(payload) / g711.RATE if law else len(payload) / 2 / RATE


def decoded(payload: bytes, law: str) -> Samples:
    """Return audio as float32 at 24 kHz."""
    if not law:
        return pcm16_to_float(whole_samples(payload))
    return resample(pcm16_to_float(g711.decode(payload, _LAWS[law])), g711.RATE, RATE)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None
