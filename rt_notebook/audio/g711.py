"""G.711, the telephone's sound: one byte a sample, mu-law or A-law, spaced finely near silence and coarsely when loud.

A table of 256 levels decodes; a table over all 16-bit samples, each given its nearest level, encodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

RATE = 8_000
"""Sample rate in Hz of G.711 audio."""

Law = Literal["mu", "a"]
LAWS: Mapping[str, Law] = {"audio/pcmu": "mu", "audio/pcma": "a"}
"""What a session calls the format -> its law."""


def decode(payload: bytes | bytearray | memoryview, law: Law) -> bytes:
    """Return G.711 bytes as PCM16 at the same rate: two bytes for each one."""
    return _levels(law)[np.frombuffer(payload, np.uint8)].tobytes()


def encode(pcm: bytes | bytearray | memoryview, law: Law) -> bytes:
    """Return PCM16 (an even number of bytes) as G.711 at the same rate: one byte for each two."""
    return _codes(law)[np.frombuffer(pcm, "<i2").view(np.uint16)].tobytes()


@cache
def _levels(law: Law) -> NDArray[np.int16]:
    """Return the sample of every code: sign, 3 bits of segment and 4 of place in it, bits flipped as on the line."""
    code = np.arange(256) ^ (0xFF if law == "mu" else 0x55)
    segment, place = code >> 4 & 7, code & 15
    if law == "mu":
        size = ((2 * place + 33) << segment + 2) - 132
    else:
        size = np.where(segment == 0, 16 * place + 8, (16 * place + 264) << np.maximum(segment - 1, 0))
    negative = (code & 0x80 != 0) == (law == "mu")
    return np.where(negative, -size, size).astype("<i2")


@cache
def _codes(law: Law) -> NDArray[np.uint8]:
    """Return the code whose level is nearest, for every sample, read as an unsigned number."""
    levels = _levels(law).astype(np.int32)
    order = np.argsort(levels, kind="stable")
    borders = (levels[order][1:] + levels[order][:-1]) / 2
    samples = np.arange(65_536, dtype=np.uint16).view(np.int16)
    return order[np.searchsorted(borders, samples, side="right")].astype(np.uint8)
