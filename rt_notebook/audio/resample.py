"""Sample rate conversion with soxr, whole or as a stream. Mono float32 in and out."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]


def resample(samples: Float32, source: float, target: float) -> Float32:
    """Return all of `samples`, shape ``(n,)`` at `source` Hz, at `target` Hz."""
    if source == target:
        return samples
    import soxr  # loads a library; importing the package stays light without it

    return cast(Float32, soxr.resample(samples, source, target))


class Resampler:
    """Converts a stream chunk by chunk, from `source` to `target` Hz.

    Chunks go in at any size; what comes out lags behind by a few milliseconds, which `flush` returns at the end. The
    filter is soxr's short one: it holds back live speech by about 6 ms instead of 23 and still rejects images by
    more than 16 bits; it rolls off the top fifth of the band, which speech does not miss.
    """

    def __init__(self, source: float, target: float) -> None:
        import soxr

        self._stream = None if source == target else soxr.ResampleStream(source, target, 1, "float32", "LQ")

    def __call__(self, samples: Float32) -> Float32:
        """Take the next samples, shape ``(n,)``; return those that are ready, shape ``(m,)``."""
        return self._process(samples, last=False)

    def flush(self) -> Float32:
        """Return what is left, shape ``(m,)``. The resampler then starts afresh."""
        rest = self._process(np.zeros(0, np.float32), last=True)
        if self._stream is not None:
            self._stream.clear()
        return rest

    def _process(self, samples: Float32, *, last: bool) -> Float32:
        if self._stream is None:
            return samples
        return cast(Float32, self._stream.resample_chunk(np.ascontiguousarray(samples, np.float32), last=last))
