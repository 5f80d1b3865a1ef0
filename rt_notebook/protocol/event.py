"""An event as a dict, with what the log knows of it; and where events keep their ids, words and audio."""

from __future__ import annotations

import binascii
import json
from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING, Any

import orjson
import pybase64

if TYPE_CHECKING:
    from rt_notebook.protocol.catalog import Direction

BYTES_PER_MS = 48
"""Of PCM16 mono at 24 kHz."""


class Clip:
    """Bytes of audio that lie elsewhere, read when they are wanted: it has a length, slices, and ``bytes(clip)``."""

    __slots__ = ("_read", "_start", "_stop")

    def __init__(self, read: Callable[[int, int], bytes], start: int, stop: int) -> None:
        self._read = read
        self._start = start
        self._stop = stop

    def __len__(self) -> int:
        return self._stop - self._start

    def __getitem__(self, part: slice) -> Clip:
        start, stop, _ = part.indices(len(self))
        return Clip(self._read, self._start + start, self._start + max(start, stop))

    def __bytes__(self) -> bytes:
        return self._read(self._start, self._stop)


Sound = bytes | Clip
"""Audio as it was sent, base64 undone."""


class Event(dict[str, Any]):
    """An event: the JSON object itself, as a dict, plus where and when the log has it.

    ``event["type"]`` and every other field are the API's; the attributes below are ours.
    """

    __slots__ = ("direction", "index", "sound", "t")

    def __init__(
        self,
        data: dict[str, Any],
        index: int = -1,
        t: float = 0.0,
        direction: Direction = "server",
        sound: Sound | None = None,
    ) -> None:
        self.update(data)  # half of what dict.__init__ costs
        self.index = index
        """Position in the log; -1 where no log has it."""
        self.t = t
        """Seconds since the session connected, on the monotonic clock."""
        self.direction: Direction = direction
        self.sound = sound
        """The event's audio, to be read later: what it is made of (see `pcm`) may lie in a file."""

    @property
    def type(self) -> str:
        """The event's type; empty where the event has none."""
        value = self.get("type")
        return value if isinstance(value, str) else ""

    @property
    def pcm(self) -> bytes | None:
        """The event's audio, base64 undone: PCM16 bytes unless the session asks for G.711; None where it has none."""
        return None if self.sound is None else bytes(self.sound)

    @property
    def audio_ms(self) -> float | None:
        """Duration of the event's audio in ms, taken as PCM16 mono at 24 kHz; of a playback row the ms heard."""
        if self.sound is not None:
            return len(self.sound) / BYTES_PER_MS
        heard = self.get("heard_ms")
        return heard if isinstance(heard, int | float) and not isinstance(heard, bool) else None

    @property
    def text(self) -> str | None:
        """What the event says: its delta, transcript, text or arguments, or the words of its item."""
        return text_of(self)

    def __repr__(self) -> str:
        return f"<{self.direction} {self.type or 'event'} {short(self)!r}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show the whole event in a notebook, with its audio counted instead of spelled out."""
        printer.pretty(short(self)) if not cycle else printer.text("...")


def parse(raw: bytes) -> dict[str, Any]:
    """Return an event of the wire; what is no JSON object becomes an event that says so, so that nothing is lost."""
    try:
        event = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        event = _leniently(raw)
        if event is None:
            return {"type": "rt.unreadable", "error": {"message": f"not JSON: {error}"}}
    if isinstance(event, dict):
        return event
    return {"type": "rt.unreadable", "error": {"message": f"no JSON object but {type(event).__name__}"}}


def _leniently(raw: bytes) -> Any:
    """Return what Python's parser makes of JSON that orjson refuses, as some servers write it; None where it does too.

    NaN and numbers beyond any range become None; half a character, as where a delta was cut inside an emoji, U+FFFD.
    """

    def whole(value: Any) -> Any:
        if isinstance(value, dict):
            return {whole(name): whole(entry) for name, entry in value.items()}
        if isinstance(value, list):
            return [whole(entry) for entry in value]
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value

    def number(digits: str) -> int | float | None:
        value = float(digits)
        return int(digits) if abs(value) < 2**63 else value if isfinite(value) else None

    def fraction(digits: str) -> float | None:
        return value if isfinite(value := float(digits)) else None

    def unknown(name: str) -> None: ...

    try:
        return whole(json.loads(raw.decode(), parse_int=number, parse_float=fraction, parse_constant=unknown))
    except (ValueError, RecursionError):
        return None


def whole_samples(pcm: bytes) -> bytes:
    """Return audio without the half sample at its end that a server may send."""
    return pcm[: len(pcm) & ~1]


AUDIO_FIELDS = {
    "response.output_audio.delta": "delta",
    "response.audio.delta": "delta",
    "input_audio_buffer.append": "audio",
}
"""The types that are nothing but audio, and where they have it."""


def audio_fields(event: dict[str, Any]) -> list[str]:
    """Return each base64 string of an event that holds audio, in the order of the event."""
    type_ = event.get("type")
    if isinstance(type_, str) and (field := AUDIO_FIELDS.get(type_)) is not None:
        return [audio] if isinstance(audio := event.get(field), str) else []
    item = event.get("item")
    if not isinstance(item, dict) or not isinstance(parts := item.get("content"), list):
        return []
    audios = [part.get("audio") for part in parts if isinstance(part, dict)]
    return [audio for audio in audios if isinstance(audio, str)]


def decode_audio(encoded: str | bytes) -> bytes | None:
    """Undo base64; None where it is not valid."""
    try:
        return pybase64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None


def encode_audio(pcm: bytes) -> str:
    """Return audio as the API takes it in JSON."""
    return pybase64.b64encode_as_string(pcm)


def text_of(event: dict[str, Any]) -> str | None:
    """Return the words of an event: delta, transcript, text, arguments, a tool's output, or those of its item."""
    for field in ("delta", "transcript", "text", "arguments", "output"):
        if isinstance(value := event.get(field), str):
            if field == "delta" and event.get("type") in ("response.output_audio.delta", "response.audio.delta"):
                return None
            return value
    if isinstance(item := event.get("item"), dict):
        for field in ("arguments", "output"):
            if isinstance(value := item.get(field), str):
                return value
        parts = item.get("content")
        words = [
            part.get("text") or part.get("transcript")
            for part in (parts if isinstance(parts, list) else ())
            if isinstance(part, dict)
        ]
        return " ".join(word for word in words if isinstance(word, str)) or None
    return None


def error_of(event: dict[str, Any]) -> str | None:
    """Return the message of an event that tells of an error: `error`, a failed transcription, a failed response."""
    error = event.get("error")
    if error is None and isinstance(response := event.get("response"), dict):
        details = response.get("status_details")
        error = details.get("error") if isinstance(details, dict) else None
    if isinstance(error, dict):
        return str(error.get("message") or error.get("code") or error.get("type") or "unknown") if error else None
    return str(error) if error else None


def short(value: Any, limit: int = 200) -> Any:
    """Return a copy in which long strings are cut, so that an event with audio can be looked at."""
    if isinstance(value, dict):
        return {key: short(entry, limit) for key, entry in value.items()}
    if isinstance(value, list):
        return [short(entry, limit) for entry in value]
    if isinstance(value, str) and len(value) > limit:
        return f"{value[:40]}... ({len(value):,} characters)"
    return value
