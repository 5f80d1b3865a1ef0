"""Where audio stands in a raw event, so that it can be cut out and put back byte for byte."""

from __future__ import annotations

import pybase64

_NEEDLE = 32
"""Characters by which audio is looked for in its event: searching for all of it costs more than all the rest."""


def find(raw: bytes, encoded: bytes) -> int:
    """Return where audio stands in a raw event; -1 where it does not, as where its JSON escapes a character of it."""
    needle = encoded[:_NEEDLE]
    at = raw.find(needle)
    while at >= 0 and not raw.startswith(encoded, at):
        at = raw.find(needle, at + 1)
    return at


def is_canonical(encoded: bytes, pcm: bytes) -> bool:
    """Tell whether encoding `pcm` again gives `encoded`, of which it was decoded."""
    rest = len(pcm) % 3
    # Only a last group of four characters that is not full can be written in several ways.
    return not rest or encoded[-4:] == pybase64.b64encode(pcm[len(pcm) - rest :])
