"""The log-mel spectrogram shows tones where Whisper expects them."""

import numpy as np
import pytest

from rt_notebook.server.engine import HEARING_RATE, Float32
from rt_notebook.server.engines.mel import BANDS, log_mel


def tone(hz: float, seconds: float = 1.0, level: float = 0.1) -> Float32:
    return (level * np.sin(2 * np.pi * hz * np.arange(int(HEARING_RATE * seconds)) / HEARING_RATE)).astype(np.float32)


def test_a_column_for_every_10_ms() -> None:
    assert log_mel(tone(440, 1.234)).shape == (BANDS, 123)
    assert log_mel(tone(440)).dtype == np.float32


# Slaney's scale: 45.2 mel from 0 to 8 kHz over 81 steps; 1000 Hz is 15 mel, 6400 Hz is 42.
@pytest.mark.parametrize(("hz", "band"), [(200, 4), (1000, 26), (2000, 44), (6400, 74)])
def test_a_tone_is_loudest_in_its_band(hz: float, band: int) -> None:
    assert int(log_mel(tone(hz)).mean(axis=1).argmax()) == band


def test_twenty_decibels_are_half_a_unit() -> None:
    loud, soft = log_mel(tone(1000, level=0.5)), log_mel(tone(1000, level=0.05))
    assert loud.max() - soft.max() == pytest.approx(0.5, abs=1e-4)


def test_the_range_ends_eight_decades_below_the_loudest() -> None:
    spectrogram = log_mel(np.concatenate([tone(1000), np.zeros(HEARING_RATE, np.float32)]))
    assert spectrogram.max() - spectrogram.min() == pytest.approx(2.0)


def test_silence_is_flat() -> None:
    assert np.ptp(log_mel(np.zeros(HEARING_RATE, np.float32))) == 0


def test_newer_models_hear_more_bands() -> None:
    assert log_mel(tone(440), 128).shape == (128, 100)
    assert int(log_mel(tone(1000), 128).mean(axis=1).argmax()) == 42  # 15 mel in steps of 45.2 / 129


def test_a_long_sound_is_heard_as_its_parts_are() -> None:
    sound = np.random.default_rng(0).normal(0, 0.1, 8 * HEARING_RATE).astype(np.float32)
    whole = log_mel(sound)
    part = log_mel(sound[3 * HEARING_RATE : 5 * HEARING_RATE])
    np.testing.assert_allclose(whole[:, 302:498], part[:, 2:-2], atol=1e-4)
