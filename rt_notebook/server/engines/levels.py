"""How loud speech is, and how much silence surrounds it: the same for every engine that speaks."""

from __future__ import annotations

import numpy as np

from rt_notebook.audio.pcm import RATE, float_to_pcm16
from rt_notebook.server.engine import Float32

_LEVEL = 0.1  # RMS of what is spoken: -20 dBFS
_PEAK = 0.95
_MOST_GAIN = 4.0  # whispers stay whispers
_AUDIBLE = 0.004  # the engines' own silences are far below
_LEAD = RATE * 30 // 1000  # samples kept before the first sound


def finish(samples: Float32, pause: int) -> bytes:
    """Return speech at 24 kHz, shape ``(n,)``, as PCM16 of even loudness, with `pause` samples of silence after it.

    What the engine put around the speech is cut away. There are no bytes where nothing can be heard.
    """
    audible = np.flatnonzero(np.abs(samples) > _AUDIBLE)
    if not len(audible):
        return b""
    speech = samples[audible[0] : audible[-1] + 1]
    level, peak = float(np.sqrt(np.mean(np.square(speech)))), float(np.abs(speech).max())
    start, end = max(0, audible[0] - _LEAD), audible[-1] + pause
    cut = samples[start:end] * min(_LEVEL / level, _PEAK / peak, _MOST_GAIN)
    return float_to_pcm16(np.pad(cut, (0, max(0, end - len(samples)))))
