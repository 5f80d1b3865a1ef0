"""Long audio in pieces that are heard one after the other."""

from __future__ import annotations

import numpy as np

from rt_notebook.server.engine import HEARING_RATE, Float32


def windows(samples: Float32, longest: float) -> list[Float32]:
    """Cut mono audio at `HEARING_RATE` that is longer than `longest` seconds where it is quietest.

    So no word is torn. Joined the pieces are `samples`.
    """
    pieces = []
    size, tenth = int(longest * HEARING_RATE), HEARING_RATE // 10
    while len(samples) > size:
        tail = samples[size * 2 // 3 : size]
        tail = tail[: len(tail) // tenth * tenth].reshape(-1, tenth)
        cut = size * 2 // 3 + int(np.argmin(np.square(tail).sum(axis=1))) * tenth + tenth // 2
        pieces.append(samples[:cut])
        samples = samples[cut:]
    return [*pieces, samples]
