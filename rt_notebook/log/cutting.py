"""Where audio stands in a raw event, so that it can be cut out and put back byte for byte."""

from __future__ import annotations

import pybase64

_NEEDLE = 32
"""Characters by which audio is looked for in its event: searching for all of it costs more than all the rest."""


def find(raw: bytes, encoded: str) -> int:
    """Return where audio stands in a raw event; -1 where it does not, as where its JSON escapes a character of it."""
    whole = encoded.encode()
    needle = whole[:_NEEDLE]
    at = raw.find(needle)
    while at >= 0 and not raw.startswith(whole, at):
        at = raw.find(needle, at + 1)
    return at


def is_canonical(encoded: str, pcm: bytes) -> bool:
    """Tell whether encoding `pcm` again gives `encoded`: only the last group of four characters can differ."""
    tail = pcm[len(pcm) - (len(pcm) % 3 or 3) :] if pcm else b""
    return encoded[-4:] == pybase64.b64encode_as_string(tail)
