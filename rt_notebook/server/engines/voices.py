"""The API's voices, made from one: other pitch, other length of the vocal tract.

hibari's network predicts, for every 12.5 ms, a pitch and the spectra that shape pulses and noise. Both can be changed
before they become sound. Only at the harmonics of its own pitch does the pulses' spectrum mean anything (between them
the network was never asked), so a new pitch needs the envelope through those points.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rt_notebook.server.engine import Float32


class Voice(NamedTuple):
    """Factors on hibari's own voice, a woman's of about 220 Hz."""

    pitch: float
    tract: float
    """On all formants: below 1 for the longer vocal tract of a larger speaker."""


VOICES = {
    "alloy": Voice(0.83, 0.95),
    "ash": Voice(0.57, 0.91),
    "ballad": Voice(0.69, 0.94),
    "cedar": Voice(0.52, 0.85),
    "coral": Voice(1.11, 1.05),
    "echo": Voice(0.63, 0.83),
    "marin": Voice(1.00, 1.00),
    "sage": Voice(0.91, 1.07),
    "shimmer": Voice(1.23, 1.10),
    "verse": Voice(0.76, 0.87),
}

BIN_HZ = 20.0
_VOICED_HZ = 40.0  # the network says "no voice" with a pitch below
_HIGHEST_HZ = 12_000.0


class Frames(NamedTuple):
    """What the network predicts: five spectra of shape ``(601, frames)`` and the pitch in Hz, shape ``(frames,)``."""

    pulse_level: Float32
    pulse_phase: Float32
    noise_level: Float32
    free_level: Float32
    free_phase: Float32
    pitch: Float32


def paced(frames: Frames, speed: float) -> Frames:
    """Return `frames` made shorter (`speed` above 1) or longer, by leaving some out or taking some twice."""
    count = len(frames.pitch)
    wanted = max(1, round(count / speed))
    if wanted == count:
        return frames
    kept = ((np.arange(wanted) + 0.5) * count / wanted).astype(np.intp)
    return Frames(*(values[..., kept] for values in frames))


def reshape(frames: Frames, voice: Voice) -> Frames:
    """Return `frames` as `voice` would say them."""
    if voice == VOICES["marin"]:
        return frames
    bins = np.arange(len(frames.pulse_level)) * BIN_HZ
    source = np.minimum(bins / voice.tract, bins[-1])  # where each bin's value comes from
    level, phase = frames.pulse_level.copy(), frames.pulse_phase.copy()
    for index in np.flatnonzero(frames.pitch > _VOICED_HZ):
        harmonics = np.arange(frames.pitch[index], _HIGHEST_HZ, frames.pitch[index])
        for spectrum in (level, phase):
            column = spectrum[:, index]
            column[:] = np.interp(source, harmonics, np.interp(harmonics, bins, column))
    moved = np.rint(source / BIN_HZ).astype(np.intp)
    return Frames(
        level,
        phase,
        frames.noise_level[moved],
        frames.free_level[moved],
        frames.free_phase[moved],
        frames.pitch * np.float32(voice.pitch),
    )
