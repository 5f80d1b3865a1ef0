"""Rows of the log as the page gets them: light, with the loudness of their sound instead of the sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict, cast

import numpy as np
import orjson

from rt_notebook.log.tracks import audio_format
from rt_notebook.protocol.catalog import SETTINGS
from rt_notebook.protocol.event import BYTES_PER_MS, Event, audio_fields, decode_audio, whole_samples

if TYPE_CHECKING:
    from rt_notebook.log.eventlog import EventLog

_LONGEST_STRING = 4_000
"""Characters of a field in a row; instructions fit, images do not."""
_LONGEST_LOOK = 200_000
"""Characters of a field where the whole event is asked for: an image of some MB would stop the page."""
_LEVEL_SAMPLES = 480  # 20 ms
_SIDES = {
    "input_audio_buffer.append": "input",
    "conversation.item.create": "input",
    "response.output_audio.delta": "output",
}
"""The events whose sound is shown, and the side of the session whose format it has."""


class Row(TypedDict):
    """One row of the log without its sound."""

    index: int
    t: float
    direction: Literal["client", "server", "local"]
    audio_ms: float | None
    levels: NotRequired[list[int]]
    event: dict[str, Any]


class Rows:
    """Makes rows of events that come in the log's order: the session's settings say what their bytes are."""

    def __init__(self) -> None:
        self._pcm16 = {"input": True, "output": True}

    def hear(self, event: Event) -> None:
        """Take note of the audio formats where an event reports the session."""
        if event.type in SETTINGS:
            for side in self._pcm16:
                self._pcm16[side] = audio_format(event, side) == "audio/pcm"

    def row(self, event: Event) -> Row:
        """Return the row of an event in GA's shape."""
        self.hear(event)
        made = row(event)
        side = _SIDES.get(event.type)
        if side is not None and event.pcm and self._pcm16[side]:
            made["levels"] = levels(event.pcm)
        return made


def row(event: Event) -> Row:
    """Return an event as the page gets it: without its audio, long strings cut."""
    # The page's form shows the settings and sends them back: they are whole.
    light = cast(dict[str, Any], _light(event, _LONGEST_LOOK if event.type in SETTINGS else _LONGEST_STRING))
    if event.sound is not None and event.type == "response.output_audio.delta":
        light.pop("delta", None)
    return {
        "index": event.index,
        "t": event.t,
        "direction": event.direction,
        "audio_ms": event.audio_ms,
        "event": light,
    }


def levels(pcm: bytes) -> list[int]:
    """Return the peak of each 20 ms of PCM16 at 24 kHz, 0 to 100; the last stretch may be shorter."""
    samples = np.frombuffer(whole_samples(pcm), "<i2")
    if not len(samples):
        return []
    starts = np.arange(0, len(samples), _LEVEL_SAMPLES)
    # The lowest sample, -32768, has no positive counterpart in 16 bits.
    low = np.minimum.reduceat(samples, starts).astype(np.int32)
    peaks = np.maximum(np.maximum.reduceat(samples, starts), -low)
    return cast(list[int], ((peaks * 100 + 16_384) // 32_768).tolist())


def whole(log: EventLog, index: int) -> str:
    """Return a row's event as it was on the wire, as indented JSON; sound is given by its duration.

    Raises
    ------
    ValueError
        There is no such row.
    """
    if not isinstance(index, int) or not 0 <= index < len(log):
        raise ValueError(f"There is no row {index!r}: the log has rows 0 to {len(log) - 1}.")
    event = log[index]
    if event.type == "rt.unreadable":
        return unreadable(log, index)
    return orjson.dumps(told(event), option=orjson.OPT_INDENT_2).decode()


def unreadable(log: EventLog, index: int) -> str:
    """Return what came instead of an event, as text."""
    return _cut(log.raw(index).decode(errors="replace"), _LONGEST_LOOK)


def told(event: Event) -> dict[str, Any]:
    """Return an event as it was on the wire, with the duration of its sound in the sound's place."""
    sounds = {encoded: _duration(encoded) for encoded in audio_fields(event) if encoded}
    return cast(dict[str, Any], _told(event, sounds))


def _duration(encoded: str) -> str:
    pcm = decode_audio(encoded)
    if pcm is None:
        return f"<{len(encoded):,} characters that are no base64>"
    return f"<{len(pcm) / BYTES_PER_MS:,.0f} ms of PCM16>"


def _told(value: Any, sounds: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _told(entry, sounds) for key, entry in value.items()}
    if isinstance(value, list):
        return [_told(entry, sounds) for entry in value]
    if isinstance(value, str):
        return sounds[value] if value in sounds else _cut(value, _LONGEST_LOOK)
    return value


def _light(value: Any, limit: int) -> Any:
    if isinstance(value, dict):
        kept = {key: entry for key, entry in value.items() if not (key == "audio" and isinstance(entry, str))}
        return {key: _light(entry, limit) for key, entry in kept.items()}
    if isinstance(value, list):
        return [_light(entry, limit) for entry in value]
    return _cut(value, limit) if isinstance(value, str) else value


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit] + "…"
