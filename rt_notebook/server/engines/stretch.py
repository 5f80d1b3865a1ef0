"""Slower speech at the same pitch, for an engine that cannot speak so slowly by itself."""

from __future__ import annotations

import numpy as np

from rt_notebook.audio.pcm import RATE
from rt_notebook.server.engine import Float32

_WINDOW = RATE * 40 // 1000  # samples: long enough for the lowest voice
_HOP = _WINDOW // 2
_SEARCH = RATE * 10 // 1000  # a period of the lowest voice


def stretch(samples: Float32, factor: float) -> Float32:
    """Return speech at 24 kHz, shape ``(n,)``, made `factor` times as long, a factor of 1 or more.

    Windows of 40 ms are taken at a slower pace than they are laid down. Each is moved by up to 10 ms to where it
    continues the wave that it joins, so that no pitch period is torn.
    """
    count = int(len(samples) * factor) // _HOP
    if count < 2:
        return samples
    padded = np.pad(samples, (0, _WINDOW + _HOP + _SEARCH))
    fade = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    result = np.zeros((count + 1) * _HOP, np.float32)
    place = 0
    for step in range(count):
        wanted = min(int(step * _HOP / factor), len(samples))
        if step:
            continuation = padded[place + _HOP : place + _HOP + _WINDOW]
            start = max(0, wanted - _SEARCH)
            likeness = np.correlate(padded[start : wanted + _SEARCH + _WINDOW], continuation, "valid")
            place = start + int(np.argmax(likeness))
        result[step * _HOP : step * _HOP + _WINDOW] += padded[place : place + _WINDOW] * fade
    return result
