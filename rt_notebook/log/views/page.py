"""A log as one page that needs nothing else: transcript, waveforms, events and sound, made of the panel's own views."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator
from html import escape
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from rt_notebook.audio.pcm import RATE
from rt_notebook.errors import AudioError
from rt_notebook.log.rows import Rows, told, unreadable
from rt_notebook.log.secrets import redacted, redacted_text
from rt_notebook.log.tracks import between
from rt_notebook.protocol.catalog import DIRECTIONS
from rt_notebook.protocol.dialect import in_ga

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rt_notebook.log.eventlog import EventLog

_STATIC = Path(__file__).parents[2] / "static"

CHUNK = 1_000
"""Rows in a piece of the page: it takes in one after the other and stays at hand."""
PIECE = 60
"""Seconds of a piece of sound: it is decoded when it is to be heard."""
_BLOCK = 5 * PIECE
"""Seconds of sound that are in memory at a time, 24,000 samples a second of 4 bytes on either side: 58 MB."""

_POLICY = "default-src 'none'; script-src '{script}'; style-src '{style}'; base-uri 'none'; form-action 'none'"
"""Nothing comes from the network, nothing goes there, and no script runs but the page's own."""
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main id="rt-page"></main>
<noscript>This page shows a conversation with waveforms, sound and events, and needs JavaScript for it.</noscript>
"""


def write_page(log: EventLog, path: str | Path, *, audio: bool = True, title: str | None = None) -> Path:
    """Write a log as one HTML file that shows and plays it anywhere, without kernel or network.

    The file holds the transcript, the waveforms, all events and, as MP3, what was said and heard: user left, assistant
    right. An hour of talk is about 40 MB, 25 of them sound, and takes a minute or two to write; without sound it is
    done in seconds. Keys and tokens are left out wherever they stand (see `rt_notebook.log.secrets`); an image of more
    than 200,000 characters is cut.

    Parameters
    ----------
    log
        The log, in either dialect; what comes while it is written is left out.
    path
        The file; one that is there already is replaced.
    audio
        Whether the sound is in it.
    title
        What stands above it; the day and time of the log where it is left out.

    Returns
    -------
    The file.

    Raises
    ------
    AudioError
        This machine's libsndfile cannot write MP3 (it is older than 1.1).
    """
    path = Path(path)
    length = len(log)
    script, style = ((_STATIC / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    policy = _POLICY.format(script=_hash(script), style=_hash(style))
    named = redacted_text(title) if title else f"Realtime conversation, {log.started:%Y-%m-%d %H:%M} UTC"
    partial = path.with_name(f"{path.name}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write(_HEAD.format(policy=policy, title=escape(named), style=style))
            file.write(_data("rt-about", _about(log, length, title and named)))
            rows = _rows(log, length)
            while chunk := list(islice(rows, CHUNK)):
                file.write(_data("rt-rows", chunk))
            for start, seconds, mp3 in _sound(log, length) if audio else ():
                sound = {"from": start, "seconds": seconds, "mp3": base64.b64encode(mp3).decode()}
                file.write(_data("rt-sound", sound))
            file.write(f'<script type="module">{script}</script>\n</body>\n</html>\n')
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def _about(log: EventLog, length: int, title: str | None) -> dict[str, Any]:
    return {
        "title": title or None,
        "started": f"{log.started:%Y-%m-%dT%H:%M:%SZ}",
        "rows": length,
        "seconds": _end(log, length),
    }


def _end(log: EventLog, length: int) -> float:
    return float(log.column("t")[length - 1] or 0.0) if length else 0.0


def _rows(log: EventLog, length: int) -> Iterator[list[Any]]:
    """Yield rows as the page takes them in: js/src/recorded.ts says what stands where."""
    rows = Rows()
    for position in range(length):
        event = log[position]
        shaped = in_ga(event)
        row = rows.row(shaped)
        wire: Any = redacted(told(event))
        # The event twice only where the views need another shape than was on the wire.
        other: Any = 0
        if event.type == "rt.unreadable":
            other, wire = wire, redacted_text(unreadable(log, position))
        elif shaped != event:
            other = redacted(told(shaped))
        facts = [row["t"], DIRECTIONS.index(row["direction"]), row["audio_ms"], row.get("levels", 0), wire]
        yield [*facts, other] if other else facts


def _data(name: str, value: Any) -> str:
    """Return data that no text in it can end or break: HTML sees no tag, JavaScript no line's end."""
    json = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    json = json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'<script type="application/json" class="{name}">{json}</script>\n'


def _hash(source: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def _sound(log: EventLog, length: int) -> Iterator[tuple[float, float, bytes]]:
    """Yield what was said in pieces that are not silent: seconds at which it begins, its seconds, MP3."""
    start, end, sounding = 0.0, _end(log, length), False
    # Sound that nobody played may last beyond the last row.
    while start <= end or sounding:
        block = np.stack(between(log, start, start + _BLOCK), axis=1)
        for at in range(0, _BLOCK, PIECE):
            piece = block[at * RATE : (at + PIECE) * RATE]
            (heard,) = np.nonzero(piece.any(axis=1))
            if sounding := len(heard) > 0:
                piece = piece[: heard[-1] + 1]
                yield start + at, len(piece) / RATE, _mp3(piece)
        start += _BLOCK


def _mp3(samples: NDArray[np.float32]) -> bytes:
    """Return sound as every browser plays it; at speech's own rate, with a bit rate that follows what is said."""
    import soundfile

    if "MP3" not in soundfile.available_formats():
        raise AudioError(
            f"libsndfile {soundfile.__libsndfile_version__} cannot write MP3: install one from 1.1 on "
            "(pip install -U soundfile brings it along), or write the page with audio=False."
        )
    buffer = io.BytesIO()
    kind = {"format": "MP3", "subtype": "MPEG_LAYER_III", "bitrate_mode": "VARIABLE", "compression_level": 0.9}
    soundfile.write(buffer, np.clip(samples, -1, 1), RATE, **kind)
    return buffer.getvalue()
