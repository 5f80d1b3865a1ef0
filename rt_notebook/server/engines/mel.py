"""Whisper's view of sound: a log-mel spectrogram, one column per 10 ms.

The numbers are those that Whisper was trained on: 25 ms Hann windows every 10 ms, Slaney's mel scale with filters of
equal area, a range of 8 decades below the loudest value, all shifted and scaled to about -1 to 1.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from rt_notebook.server.engine import HEARING_RATE, Float32

BANDS = 80
"""What all models have but those since large-v3, which have 128."""

FRAMES_PER_SECOND = 100

_WINDOW = 400
_HOP = HEARING_RATE // FRAMES_PER_SECOND
_AT_ONCE = 256  # frames: all of a long speech would take 40 MB on the way, on every thread that hears one


def log_mel(samples: Float32, bands: int = BANDS) -> Float32:
    """Return the spectrogram, shape ``(bands, n // 160)``, of mono audio at 16 kHz, shape ``(n,)`` with n > 200."""
    padded = np.pad(samples, _WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:-1]
    mel = np.empty((bands, len(frames)), np.float32)
    for start in range(0, len(frames), _AT_ONCE):
        spectrum = np.fft.rfft(frames[start : start + _AT_ONCE] * _hann(), axis=1)
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        # Not a matrix product: BLAS would wake threads of its own, which then fight Whisper's for the cores.
        mel[:, start : start + _AT_ONCE] = np.einsum("bk,tk->bt", _filters(bands), power)
    log = np.log10(np.maximum(mel, 1e-10))
    return np.asarray((np.maximum(log, log.max() - 8.0) + 4.0) / 4.0, dtype=np.float32)


@cache
def _hann() -> Float32:
    return np.hanning(_WINDOW + 1)[:-1].astype(np.float32)


@cache
def _filters(bands: int) -> Float32:
    """Triangles over the FFT's bins, shape ``(bands, 201)``, evenly spaced in mel."""
    edges = _mel_to_hz(np.linspace(0.0, _hz_to_mel(HEARING_RATE / 2), bands + 2))
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bins = np.linspace(0.0, HEARING_RATE / 2, _WINDOW // 2 + 1)
    triangles = np.minimum((bins - left) / (centre - left), (right - bins) / (right - centre))
    return np.asarray(np.maximum(triangles, 0.0) * 2.0 / (right - left), dtype=np.float32)


# Slaney's scale is linear up to 1000 Hz (15 mel) and logarithmic above, 27 mel to a factor of 6.4.
_MEL_HZ = 200 / 3
_LOG_STEP = np.log(6.4) / 27


def _hz_to_mel(hz: float) -> float:
    return float(hz / _MEL_HZ if hz < 1000 else 15 + np.log(hz / 1000) / _LOG_STEP)


def _mel_to_hz(mel: np.ndarray) -> np.ndarray:
    return np.where(mel < 15, mel * _MEL_HZ, 1000 * np.exp(_LOG_STEP * (mel - 15)))
