"""The audio formats of the wire: what a session's `format` object means for the bytes in Base64.

Inside the server all audio is PCM16 mono at 24 kHz.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rt_notebook.audio import g711
from rt_notebook.audio.pcm import RATE, SAMPLE_BYTES, float_to_pcm16, pcm16_to_float
from rt_notebook.audio.resample import Resampler


@dataclass(frozen=True, slots=True)
class Format:
    """One audio format."""

    name: str
    """For people."""
    law: g711.Law | None = None
    """None for PCM16 at 24 kHz."""

    @classmethod
    def of(cls, given: dict[str, Any]) -> Format:
        """Read a session's (checked) `format` object; its type may be left out."""
        return _FORMATS[given.get("type", "audio/pcm")]

    @property
    def sample_bytes(self) -> int:
        """Bytes of a sample."""
        return 1 if self.law else SAMPLE_BYTES

    @property
    def bytes_per_ms(self) -> int:
        """Bytes of a millisecond."""
        return self.sample_bytes * (g711.RATE if self.law else RATE) // 1000


_FORMATS = {
    "audio/pcm": Format("mono PCM16 at 24kHz"),
    "audio/pcmu": Format("G.711 mu-law at 8kHz", "mu"),
    "audio/pcma": Format("G.711 A-law at 8kHz", "a"),
}


class Decoder:
    """Turns a stream of the client's audio into PCM16 at 24 kHz."""

    def __init__(self, source: Format) -> None:
        self.format = source
        self._resampler = Resampler(g711.RATE, RATE) if source.law else None

    def __call__(self, payload: bytes) -> bytes:
        """Take the next bytes, whole samples; return what is ready, which lags by some ms where the rates differ."""
        if self.format.law is None or self._resampler is None:
            return payload
        return float_to_pcm16(self._resampler(pcm16_to_float(g711.decode(payload, self.format.law))))

    def flush(self) -> bytes:
        """Return what is left, and start afresh."""
        return float_to_pcm16(self._resampler.flush()) if self._resampler else b""


class Encoder:
    """Turns a stream of PCM16 at 24 kHz into the client's format."""

    def __init__(self, target: Format) -> None:
        self._law = target.law
        self._resampler = Resampler(RATE, g711.RATE) if target.law else None

    def __call__(self, pcm: bytes) -> bytes:
        """Take the next samples; return what is ready, which lags by some ms where the rates differ."""
        if self._law is None or self._resampler is None:
            return pcm
        return g711.encode(float_to_pcm16(self._resampler(pcm16_to_float(pcm))), self._law)

    def flush(self) -> bytes:
        """Return what is left, and start afresh."""
        if self._law is None or self._resampler is None:
            return b""
        return g711.encode(float_to_pcm16(self._resampler.flush()), self._law)


def decode_whole(payload: bytes, source: Format) -> bytes:
    """Return all of a clip as PCM16 at 24 kHz."""
    decoder = Decoder(source)
    return decoder(payload) + decoder.flush()


def encode_whole(pcm: bytes, target: Format) -> bytes:
    """Return all of a clip, PCM16 at 24 kHz, in the client's format."""
    encoder = Encoder(target)
    return encoder(pcm) + encoder.flush()


def stretches(payload: bytes, target: Format, ms: int) -> Iterator[bytes]:
    """Yield audio of a format in stretches of `ms`, the last one perhaps shorter."""
    size = ms * target.bytes_per_ms
    for start in range(0, len(payload), size):
        yield payload[start : start + size]
