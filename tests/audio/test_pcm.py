"""What users hand in as sound becomes PCM16, or an error that names the cure."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rt_notebook.audio.pcm import RATE, as_pcm16, duration_ms, float_to_pcm16, level_dbfs, pcm16_to_float
from rt_notebook.errors import AudioError

int16_arrays = hnp.arrays(np.int16, st.integers(1, 200))
RAMP = np.arange(-1000, 1000, dtype=np.int16)


def tone(rate: int, seconds: float = 0.5, hz: float = 440) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate)).astype(np.float32)


@given(int16_arrays)
def test_pcm16_survives_floats_bit_for_bit(samples: np.ndarray) -> None:
    pcm = samples.astype("<i2").tobytes()
    assert float_to_pcm16(pcm16_to_float(pcm)) == pcm


@given(hnp.arrays(np.float32, st.integers(0, 200), elements=st.floats(-1, 1, width=32)))
def test_floats_survive_pcm16_within_half_a_step(samples: np.ndarray) -> None:
    back = pcm16_to_float(float_to_pcm16(samples))
    loudest = 32767 / 32768  # 1.0 itself is one step beyond the largest integer
    assert np.abs(back - np.minimum(samples, loudest)).max(initial=0) <= 0.5 / 32768


def test_floats_beyond_full_scale_are_clamped() -> None:
    assert float_to_pcm16([1.84, -1.84, 1.0, -1.0]) == b"\xff\x7f\x00\x80" * 2


def test_pcm16_is_little_endian() -> None:
    assert float_to_pcm16([1 / 32768, 256 / 32768]) == b"\x01\x00\x00\x01"
    assert as_pcm16(np.array([1, 256], dtype=">i2")) == b"\x01\x00\x00\x01"


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_samples_that_are_no_numbers_are_refused(bad: float) -> None:
    with pytest.raises(AudioError, match="nan_to_num"):
        float_to_pcm16([0.0, bad])
    with pytest.raises(AudioError):
        as_pcm16(np.array([0.0, bad]))


@given(int16_arrays)
def test_every_form_of_the_same_sound_gives_the_same_bytes(samples: np.ndarray) -> None:
    pcm = samples.astype("<i2").tobytes()
    assert as_pcm16(pcm) == as_pcm16(bytearray(pcm)) == as_pcm16(memoryview(pcm)) == as_pcm16(samples.data) == pcm
    assert as_pcm16(samples) == pcm
    assert as_pcm16(samples.astype(np.int32) << 16) == pcm
    assert as_pcm16(samples / 32768) == pcm
    assert as_pcm16(samples[:, np.newaxis]) == as_pcm16(samples[np.newaxis]) == pcm


def test_uint8_is_centred_on_128() -> None:
    assert np.frombuffer(as_pcm16(np.array([0, 128, 192], dtype=np.uint8)), "<i2").tolist() == [-32768, 0, 16384]


def test_channels_are_mixed_down_on_either_axis() -> None:
    stereo = np.stack([RAMP, RAMP + 200], axis=1)
    expected = (RAMP + 100).tobytes()
    assert as_pcm16(stereo) == as_pcm16(stereo.T) == expected
    assert as_pcm16(stereo / 32768) == expected


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_other_rates_are_resampled(rate: int) -> None:
    middle = slice(2000, 10_000)
    for form in (tone(rate), float_to_pcm16(tone(rate))):
        pcm = as_pcm16(form, rate)
        assert duration_ms(len(pcm)) == pytest.approx(500, abs=1)
        assert np.abs(pcm16_to_float(pcm) - tone(RATE))[middle].max() < 0.001


@pytest.mark.parametrize(
    ("audio", "cure"),
    [
        (b"\x00\x01\x02", "one sample is two bytes"),
        (b"", "empty"),
        (b"RIFF\x00\x00", "read_audio"),
        ("AAAA", "b64decode"),
        (None, "NoneType"),
        ([0.1, 0.2], "np.asarray"),
        (np.zeros(0, np.float32), "empty"),
        (np.zeros((0, 2), np.int16), "empty"),
        (np.array([1, 2, 3]), "astype"),
        (np.array([True, False]), "astype"),
        (np.array(["a"]), "astype"),
        (np.array([None]), "astype"),
        (np.array([1j]), "astype"),
        (RAMP.astype(np.float64), "32768"),
        (np.zeros((20, 20), np.int16), r"\(20, 20\)"),
        (np.zeros((2, 2, 2), np.int16), r"\(2, 2, 2\)"),
        (np.float32(0.5).reshape(()), r"\(\)"),
    ],
)
def test_what_is_no_sound_names_the_cure(audio: object, cure: str) -> None:
    with pytest.raises(AudioError, match=cure):
        as_pcm16(audio)


@pytest.mark.parametrize("rate", [0, -1, 16, 44.1, math.nan, math.inf, None, "24000"])
def test_a_senseless_rate_is_refused(rate: int) -> None:
    with pytest.raises(AudioError, match="24000"):
        as_pcm16(RAMP, rate)


def test_sound_that_vanishes_on_resampling_is_refused() -> None:
    with pytest.raises(AudioError, match="too short"):
        as_pcm16(RAMP[:1], 24_000_000)


def test_odd_bytes_are_refused_on_the_way_to_floats() -> None:
    with pytest.raises(AudioError, match="two bytes"):
        pcm16_to_float(b"\x00")


def test_levels() -> None:
    assert level_dbfs(b"") == level_dbfs(bytes(100)) == -math.inf
    assert level_dbfs(float_to_pcm16([-1.0] * 100)) == 0
    assert level_dbfs(float_to_pcm16(tone(RATE) * 2)) == pytest.approx(-3.01, abs=0.01)


def test_duration() -> None:
    assert duration_ms(48_000) == 1000
    assert duration_ms(32_000, 16_000) == 1000
