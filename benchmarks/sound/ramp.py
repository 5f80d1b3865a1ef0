"""A ramp as sound: each sample is one more than the last, from 1 to 32,767 and again from 1. No sample is silent."""

from __future__ import annotations

import numpy as np

PERIOD = 32_767
RATE = 24_000


class Ramp:
    """Makes it."""

    def __init__(self) -> None:
        self._next = 0

    def take(self, samples: int) -> bytes:
        """Return the next samples, PCM16."""
        values = (np.arange(self._next, self._next + samples) % PERIOD + 1).astype("<i2")
        self._next += samples
        return values.tobytes()


class Check:
    """Counts what is wrong with one; it may begin anywhere. A gap of whole periods (1.4 s each) would pass unseen."""

    def __init__(self) -> None:
        self.samples = 0
        self.lost = 0
        self.doubled = 0
        self.wrong = 0
        """Silence, and what no ramp has."""
        self._last: int | None = None

    def feed(self, pcm: bytes) -> None:
        """Take the next samples."""
        values = np.frombuffer(pcm, "<i2").astype(int)
        self.samples += len(values)
        ours = values[values > 0]
        self.wrong += len(values) - len(ours)
        if self._last is not None:
            ours = np.concatenate([[self._last], ours])
        if len(ours) == 0:
            return
        jumps = (np.diff(ours) - 1) % PERIOD
        ahead = jumps < PERIOD / 2
        self.lost += int(jumps[ahead].sum())
        self.doubled += int((PERIOD - jumps[~ahead]).sum())
        self._last = int(ours[-1])
