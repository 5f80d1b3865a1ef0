"""A stream resampled in chunks is the stream resampled whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rt_notebook.audio.resample import Resampler, resample

NOISE = np.random.default_rng(7).uniform(-0.5, 0.5, 24_000).astype(np.float32)


def in_chunks(resampler: Resampler, samples: np.ndarray, sizes: list[int]) -> np.ndarray:
    parts = [resampler(chunk) for chunk in np.split(samples, np.cumsum(sizes)) if len(chunk)]
    return np.concatenate([*parts, resampler.flush()])


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(1, 3000), max_size=30), st.sampled_from([(24_000, 16_000), (16_000, 24_000), (44_100, 24_000)])
)
def test_the_cuts_leave_no_trace(sizes: list[int], rates: tuple[int, int]) -> None:
    whole = in_chunks(Resampler(*rates), NOISE, [])
    cut = in_chunks(Resampler(*rates), NOISE, sizes)
    assert len(whole) == pytest.approx(len(NOISE) * rates[1] / rates[0], abs=1)
    np.testing.assert_allclose(cut, whole, atol=1e-6)


def test_equal_rates_pass_through() -> None:
    resampler = Resampler(16_000, 16_000)
    assert resampler(NOISE) is NOISE
    assert len(resampler.flush()) == 0
    assert resample(NOISE, 24_000, 24_000) is NOISE


def test_speech_passes_and_what_would_alias_does_not() -> None:
    t = np.arange(48_000) / 24_000
    gains = {}
    for hz in (300, 5_000, 10_000, 11_000):
        tone = np.sin(2 * np.pi * hz * t).astype(np.float32)
        gains[hz] = float(np.abs(in_chunks(Resampler(24_000, 16_000), tone, [960] * 49)[2000:-2000]).max())
    assert gains[300] == pytest.approx(1, abs=0.01)
    assert gains[5_000] == pytest.approx(1, abs=0.01)
    assert max(gains[10_000], gains[11_000]) < 0.001


def test_it_lags_by_milliseconds() -> None:
    resampler = Resampler(24_000, 16_000)
    assert 16_000 - len(resampler(NOISE)) < 16 * 10


def test_after_a_flush_it_starts_afresh() -> None:
    resampler = Resampler(24_000, 16_000)
    first = in_chunks(resampler, NOISE, [5000])
    np.testing.assert_allclose(in_chunks(resampler, NOISE, [7000]), first, atol=1e-6)
