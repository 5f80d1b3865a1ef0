"""PCM16, the Realtime API's sound: little-endian signed 16-bit samples, mono, 24 kHz.

A sample's float value is its integer divided by 32768, both ways, so that PCM16 survives the way to floats and back
bit for bit.
"""

from __future__ import annotations

import math
from typing import Any, SupportsFloat

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rt_notebook.audio.resample import resample
from rt_notebook.errors import AudioError

RATE = 24_000
"""Sample rate in Hz of all audio on the wire."""

SAMPLE_BYTES = 2

_FULL_SCALE = 32_768
_LOWEST_RATE = 1_000
"""Hz. Below it somebody meant kHz."""
_LOUDEST_FLOAT = 8.0  # a float peak beyond this is no overdriven sound but integers that kept their scale
_MOST_CHANNELS = 8

# What each integer dtype is subtracted and divided by to become -1..1.
_INTEGER_SCALES = {np.dtype(np.int16): (0, 2**15), np.dtype(np.int32): (0, 2**31), np.dtype(np.uint8): (128, 2**7)}

_FILE_STARTS = {b"RIFF": "WAV", b"fLaC": "FLAC", b"OggS": "Ogg", b"ID3": "MP3"}


def float_to_pcm16(samples: ArrayLike) -> bytes:
    """Return float samples, nominally -1 to 1, as PCM16; what lies beyond is clamped.

    Raises `AudioError` for NaN and infinity.
    """
    floats = np.asarray(samples, dtype=np.float32)
    if not np.isfinite(floats).all():
        raise AudioError("The samples hold NaN or infinity; np.nan_to_num(samples) replaces them.")
    scaled = np.rint(floats * np.float32(_FULL_SCALE))
    pcm: bytes = np.clip(scaled, -_FULL_SCALE, _FULL_SCALE - 1).astype("<i2").tobytes()
    return pcm


def pcm16_to_float(pcm: bytes | bytearray | memoryview) -> NDArray[np.float32]:
    """Return PCM16 as float32 samples, shape ``(n,)``, in -1 to 1. Raises `AudioError` for an odd number of bytes."""
    check_whole_samples(len(pcm))
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(_FULL_SCALE)


def duration_ms(nbytes: int, rate: int = RATE) -> float:
    """Return how many milliseconds `nbytes` of PCM16 mono last at `rate` Hz."""
    return nbytes / SAMPLE_BYTES / rate * 1000


def level_dbfs(pcm: bytes | bytearray | memoryview) -> float:
    """Return the RMS level of PCM16 in dB below full scale (0 is the loudest); ``-inf`` for silence and for nothing."""
    samples = pcm16_to_float(pcm)
    power = float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0
    return 10 * math.log10(power) if power else -math.inf


def check_whole_samples(nbytes: int) -> None:
    """Raise `AudioError` unless `nbytes` of PCM16 are whole samples."""
    if nbytes % SAMPLE_BYTES:
        raise AudioError(
            f"{nbytes:,} bytes are no whole number of PCM16 samples: one sample is two bytes. "
            "Cut the audio at even positions, or hand in an array."
        )


def as_pcm16(audio: Any, rate: int = RATE) -> bytes:
    """Return sound of any usual form as PCM16 mono at 24 kHz.

    Parameters
    ----------
    audio
        PCM16 bytes, or an array: floats in -1 to 1, int16, int32 or uint8, shape ``(n,)``, ``(n, channels)`` or
        ``(channels, n)``. Channels are mixed down.
    rate
        Sample rate of `audio` in Hz; anything but 24,000 is resampled.

    Raises
    ------
    AudioError
        For anything else: text, odd byte counts, no samples, NaN, a dtype without an agreed scale.
    """
    _check_rate(rate)
    if isinstance(audio, memoryview) and audio.format not in ("B", "b", "c"):
        audio = np.asarray(audio)
    if isinstance(audio, bytes | bytearray | memoryview):
        pcm = _checked_bytes(bytes(audio))
        if rate == RATE:
            return pcm
        samples = pcm16_to_float(pcm)
    else:
        samples = _mono(_floats(_array(audio)))
    converted = float_to_pcm16(resample(samples, rate, RATE))
    if not converted:
        raise AudioError(f"{len(samples)} samples at {rate:,} Hz are too short to be heard.")
    return converted


def _check_rate(rate: object) -> None:
    if not isinstance(rate, SupportsFloat) or not _LOWEST_RATE <= float(rate) < math.inf:
        raise AudioError(f"A sample rate is a number of Hz such as 24000 (16 kHz is 16000), not {rate!r}.")


def _checked_bytes(pcm: bytes) -> bytes:
    if not pcm:
        raise AudioError("The audio is empty (0 bytes).")
    for start, name in _FILE_STARTS.items():
        if pcm.startswith(start):
            raise AudioError(
                f"These bytes are a {name} file, not PCM16 samples. Pass the file's path, or decode them with "
                "rt_notebook.audio.files.read_audio(data)."
            )
    check_whole_samples(len(pcm))
    return pcm


def _array(audio: Any) -> NDArray[Any]:
    if isinstance(audio, str):
        raise AudioError(
            "Text was given where sound is expected. base64.b64decode(text) turns Base64 into PCM16 bytes, and "
            "rt_notebook.audio.files.read_audio(path) reads a file."
        )
    if isinstance(audio, np.ndarray):
        return audio
    if hasattr(audio, "__array__"):  # a pandas Series, a torch tensor
        return np.asarray(audio)
    raise AudioError(
        f"Sound comes as PCM16 bytes or as an array, not as {type(audio).__name__}; "
        "np.asarray(samples, dtype=np.float32) makes an array of floats in -1 to 1."
    )


def _floats(array: NDArray[Any]) -> NDArray[np.float32]:
    if array.size == 0:
        raise AudioError(f"The audio is empty (an array of shape {array.shape}).")
    if np.issubdtype(array.dtype, np.floating):
        floats = np.asarray(array, dtype=np.float32)
        peak = float(np.abs(floats).max())
        if peak > _LOUDEST_FLOAT and math.isfinite(peak):
            raise AudioError(
                f"The float samples reach {peak:g}, where -1 to 1 is expected. Divide int16 values by 32768, "
                "or pass them as samples.astype(np.int16)."
            )
        return floats
    scale = _INTEGER_SCALES.get(array.dtype.newbyteorder("="))
    if scale is None:
        raise AudioError(
            f"Samples of dtype {array.dtype} have no agreed scale. Use floats in -1 to 1, or "
            "samples.astype(np.int16) where the values are those of 16-bit audio."
        )
    centre, full = scale
    return np.asarray((array.astype(np.float64) - centre) / full, dtype=np.float32)


def _mono(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    if samples.ndim == 1:
        return samples
    if samples.ndim == 2 and min(samples.shape) <= _MOST_CHANNELS:
        # The short axis holds the channels; a square is read as (n, channels), as soundfile gives it.
        rows, columns = samples.shape
        return np.asarray(samples.mean(axis=1 if columns <= rows else 0), dtype=np.float32)
    raise AudioError(
        f"An array of shape {samples.shape} is no sound: (n,), (n, channels) or (channels, n) is expected, "
        f"with up to {_MOST_CHANNELS} channels."
    )
