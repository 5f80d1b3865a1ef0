"""How probable it is that somebody has finished, by how the words read and how the voice ends.

For `semantic_vad`, while the user pauses. Rules for English and Chinese, no model: a sentence that breaks off at "and"
or "um" is not finished, one that asks is; a last sound that is drawn out goes on, whatever the words are. (The melody
was tried, too: over 16 sentences, whole and cut, neither the fall of pitch nor that of level told them apart.)
"""

from __future__ import annotations

import re

import numpy as np

from rt_notebook.audio.pcm import RATE, pcm16_to_float

_OPEN_WORDS = frozenset(
    re.findall(
        r"\S+",
        # What cannot end a sentence in English: what it joins, introduces or fills is still to come.
        "a an the and or but nor so because since although though unless until while whereas if when whenever where "
        "to of with without from for by at into onto about between among through during than as like including "
        "my your his her its our their this these those some any every each another no "
        "is are was were am be been being has have had do does did will would shall should can could may might must "
        "i you he she we they who which that what whose how why "
        "um uh erm hmm er uhm well let's let i'm i'd i'll you're we're they're it's there's "
        "want wants need needs tell give make add set call find very really just not",
    )
)
_CLOSED_WORDS = frozenset(
    re.findall(r"\S+", "yes no yeah nope okay ok thanks thank hello hi bye goodbye stop right exactly sure")
)
# "What is that?" and "I do" are whole; these of the open words end a question or an answer well.
_CLOSING_IF_MARKED = frozenset(
    re.findall(
        r"\S+",
        "that this you me it them him her so not do does did is are was were can could will would have has had need "
        "want like about for to from with at by on in where when why how what who which really",
    )
)
_OPEN_CHINESE = re.compile(r"(?:和|或者?|但是?|因为|所以|如果|的话|然后|就是|那个|这个|我想|请问|比如)$")
_TRAILS_OFF = re.compile(r"(?:\.\.+|…|[-–—,，、])\s*$")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CHINESE_END = re.compile(r"[\u4e00-\u9fff]$")

_UNSURE = 0.5
_HELD_MS = (130, 260)
"""A last sound as short as the first ends a word; one as long as the second is drawn out in search of the next."""
_DOUBT = 0.8
"""What a drawn-out sound takes off."""


def finished(text: str, pcm: bytes) -> float:
    """Return the probability (0 to 1) that a turn is over, from its words and its audio (PCM16 at 24 kHz)."""
    drawn_out = float(np.interp(held_ms(pcm), _HELD_MS, (0.0, 1.0)))
    return reads_finished(text) * (1 - _DOUBT * drawn_out)


def reads_finished(text: str) -> float:
    """Return the probability (0 to 1) that the words are a whole sentence."""
    text = text.strip()
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    if not words:
        return _UNSURE
    bare = text.rstrip(".。!！?？ ")
    if _TRAILS_OFF.search(text) or _OPEN_CHINESE.search(bare):
        return 0.0
    mark = text[-1] if text[-1] in ".。!！?？" else ""
    last = words[-1]
    if last in _OPEN_WORDS and not (mark and mark in "?？!！" and last in _CLOSING_IF_MARKED):
        return 0.3 if mark and last in _CLOSING_IF_MARKED else 0.0
    if len(words) <= 2 and words[0] in _CLOSED_WORDS:
        return 1.0
    if mark in ("?", "？", "!", "！"):
        return 1.0
    if last[-1].isdigit():
        return 0.6  # a longer number may go on
    if mark:
        return 0.9
    return 0.7 if _CHINESE_END.search(text) else 0.4


def held_ms(pcm: bytes) -> int:
    """Return for how long (ms, to 10) the last voiced sound stays the same; 0 where no voice is."""
    samples = pcm16_to_float(pcm[-_LOOK_BACK:])
    if len(samples) < _FRAME:
        return 0
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP] * np.hanning(_FRAME).astype(np.float32)
    levels = np.sqrt(np.mean(np.square(frames), axis=1))
    spectra = np.abs(np.fft.rfft(frames, 2 * _FRAME, axis=1))
    correlation = np.fft.irfft(np.square(spectra), axis=1)
    pitch = correlation[:, RATE // _HIGHEST_HZ : RATE // _LOWEST_HZ].max(axis=1)
    voiced = np.flatnonzero((pitch > _VOICED * correlation[:, 0]) & (levels > _AUDIBLE))
    if len(voiced) <= _FADE:
        return 0
    bands = np.log(np.add.reduceat(spectra[:, :_BINS], np.arange(0, _BINS, _BAND), axis=1) + 1e-3)
    colours = bands - bands.mean(axis=1, keepdims=True)
    last = voiced[-1 - _FADE]
    differs = np.abs(colours[: last + 1] - colours[last]).mean(axis=1) > _OTHER_SOUND
    other = np.flatnonzero(differs | (levels[: last + 1] < _AUDIBLE))
    return 10 * int(last - (other[-1] if len(other) else -1))


_LOOK_BACK = 2 * RATE * 900 // 1000  # bytes: 900 ms
_FRAME = RATE * 40 // 1000
_HOP = RATE * 10 // 1000
_LOWEST_HZ, _HIGHEST_HZ = 70, 400
_VOICED = 0.5  # of the autocorrelation at zero
_AUDIBLE = 0.01
_FADE = 5  # voiced frames at the end that are too faint to compare with
_BINS, _BAND = 320, 10  # the spectrum up to 4 kHz in 32 bands
_OTHER_SOUND = 0.8  # mean difference of two log spectra, levels taken out
