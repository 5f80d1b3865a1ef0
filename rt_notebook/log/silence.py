"""Recordings without sound: the audio taken out of a raw event, and silence of the same length put back.

What reads a log then needs no case of its own: durations, sizes and the order of things stay what they were.
"""

from __future__ import annotations

import re

import pybase64

from rt_notebook.protocol.event import audio_fields, decode_audio, parse

Places = list[list[int]]
"""Where audio was: offset in the raw event without it, and bytes of sound, each behind the one before."""

LONGEST = 256 * 2**20
"""Bytes of sound in one event that are believed."""
_FIELD = re.compile(rb'"(?:audio|delta)"\s*:\s*"')
# What the protocol does not know as audio but looks like it: an unknown event's, an unreadable event's.
_LEFT = re.compile(rb'("(?:audio|delta|data)"\s*:\s*")([A-Za-z0-9+/=\\]{200,})')
_SLASH = rb"\/"


def without_sound(raw: bytes) -> tuple[bytes, Places]:
    """Return a raw event without its audio, and where that was."""
    length, places, at = len(raw), [], 0
    for encoded in audio_fields(parse(raw)):
        found = _spelled(raw, encoded, at)
        if found is None:
            continue
        at, stop = found
        pcm = decode_audio(encoded)
        if pcm is None:  # no base64, and it has to stay none
            raw = raw[:at] + b"#" * (stop - at) + raw[stop:]
        else:
            raw = raw[:at] + raw[stop:]
            places.append([at, len(pcm)])
    raw = _LEFT.sub(lambda found: found[1] + b"A" * len(found[2]), raw)
    # Where slashes were escaped, silence is shorter than the sound was; spaces behind an event mean nothing.
    return raw.ljust(length - sum(_encoded(size) for _, size in places)), places


def with_silence(raw: bytes, places: Places, sample: bytes = b"\0") -> bytes:
    """Put silence where audio was taken out; `sample` is a byte of it. Raises `ValueError` where that cannot be."""
    before = 0
    for at, size in places:
        if not (before <= at <= len(raw) and 0 <= size <= LONGEST):
            raise ValueError(f"no place for {size} bytes of sound at {at}")
        before = at
    for at, size in reversed(places):
        raw = raw[:at] + pybase64.b64encode(sample * size) + raw[at:]
    return raw


def _spelled(raw: bytes, encoded: str, start: int) -> tuple[int, int] | None:
    """Return where a field's audio stands in the raw event from `start` on, None where it is spelled unlike ours."""
    plain = encoded.encode("utf-8", "surrogatepass")
    spellings = (plain, plain.replace(b"/", _SLASH))
    for field in _FIELD.finditer(raw, start):
        for spelling in spellings:
            stop = field.end() + len(spelling)
            if raw.startswith(spelling, field.end()) and raw[stop : stop + 1] == b'"':
                return field.end(), stop
    return None


def _encoded(size: int) -> int:
    return (size + 2) // 3 * 4
