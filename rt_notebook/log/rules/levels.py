"""How loud the user's sound is, and whether its bytes are what they are taken for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rt_notebook.audio import g711
from rt_notebook.audio.pcm import pcm16_to_float
from rt_notebook.protocol.event import whole_samples

if TYPE_CHECKING:
    from rt_notebook.log.rules.evidence import Evidence

_MOST_CHUNKS = 1_500
"""Chunks that are looked at, spread over all: a minute of a microphone's tells enough of an hour."""
_MOST_BYTES = 480_000
"""Bytes of one chunk that are looked at: 10 s."""
_QUIET_DBFS = -50.0
_FULL = 32_760 / 32_768
_ENOUGH = 1_000
"""Values that are needed to tell anything of their distribution."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Of all sound of the user's on one connection."""

    rows: list[int]
    """Where it was sent."""
    zero: bool
    """Every sample is zero."""
    loudest_dbfs: float
    """Level of the loudest 20 ms, dBFS; -inf where all is silent."""
    clipped: float
    """Share of the samples that sound (above -40 dBFS) which lie at full scale, 0 to 1."""
    float32: bool
    """The bytes look like float32 samples."""
    pcm16: bool
    """The bytes look like PCM16, where the session takes G.711."""

    @property
    def loud(self) -> bool:
        """Whether it is loud enough to be heard."""
        return self.loudest_dbfs >= _QUIET_DBFS and not self.zero


def measure(evidence: Evidence) -> Levels:
    """Look at the sound of a connection."""
    rows = [*evidence.appended, *(row for row in evidence.of("client", "conversation.item.create"))]
    chunks = {row: pcm for row in rows if (pcm := evidence.log.pcm(row))}
    if not chunks:
        return Levels([], zero=False, loudest_dbfs=-math.inf, clipped=0.0, float32=False, pcm16=False)
    rows = sorted(chunks)
    law = g711.LAWS.get(str(evidence.setting(rows[0], "audio", "input", "format", "type")))
    looked_at = [chunks[row][:_MOST_BYTES] for row in rows[:: math.ceil(len(rows) / _MOST_CHUNKS)]]
    samples = np.concatenate([_decoded(chunk, law) for chunk in looked_at])
    sounding = np.abs(samples) > 0.01
    payload = b"".join(looked_at)
    return Levels(
        rows,
        zero=law is None and not any(chunk.strip(b"\0") for chunk in chunks.values()),
        loudest_dbfs=_loudest(samples),
        clipped=float(np.mean(np.abs(samples[sounding]) >= _FULL)) if sounding.any() else 0.0,
        float32=law is None and _looks_like_float32(b"".join(chunk[: len(chunk) // 4 * 4] for chunk in looked_at)),
        pcm16=law is not None and _looks_like_pcm16(payload),
    )


def _decoded(chunk: bytes, law: g711.Law | None) -> NDArray[np.float32]:
    return pcm16_to_float(whole_samples(chunk) if law is None else g711.decode(chunk, law))


def _loudest(samples: NDArray[np.float32]) -> float:
    frames = samples[: len(samples) // 480 * 480].reshape(-1, 480)
    power = float(np.mean(np.square(frames), axis=1).max()) if len(frames) else 0.0
    return 10 * math.log10(power) if power > 0 else -math.inf


def _looks_like_float32(payload: bytes) -> bool:
    """Tell whether bytes are float32 samples: nearly all are then of a size that PCM16 read so hardly ever has."""
    values = np.abs(np.frombuffer(payload, "<f4"))
    values = values[values != 0]
    if len(values) < _ENOUGH:
        return False
    with np.errstate(invalid="ignore"):
        fit = np.mean((values > 1e-8) & (values <= 4.0))
    # A loud PCM16 sample can pass, one after another cannot: and the lower half of a float32 is noise.
    low = np.frombuffer(payload, "<u2")[::2]
    return bool(fit > 0.95 and len(np.unique(low >> 8)) > 200)


def _looks_like_pcm16(payload: bytes) -> bool:
    """Tell whether bytes are PCM16: its high bytes are few, its low ones all, where those of G.711 are alike."""
    values = np.frombuffer(payload, np.uint8)
    if len(values) < 2 * _ENOUGH:
        return False
    even = np.bincount(values[: len(values) // 2 * 2 : 2], minlength=256)
    odd = np.bincount(values[1::2], minlength=256)
    apart = float(np.abs(even - odd).sum()) / (2 * max(1, int(odd.sum())))
    return apart > 0.5
