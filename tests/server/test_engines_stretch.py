"""Speech is made slower without a change of pitch, and no louder or softer."""

import numpy as np
import pytest

from rt_notebook.audio.pcm import RATE
from rt_notebook.server.engine import Float32
from rt_notebook.server.engines.stretch import stretch


def voice(hz: float, seconds: float) -> Float32:
    times = np.arange(int(seconds * RATE)) / RATE
    tones = [np.sin(2 * np.pi * hz * k * times) / k for k in range(1, 10)]
    return np.asarray(0.1 * np.sum(tones, axis=0), np.float32)


@pytest.mark.parametrize("factor", [1.0, 1.3, 2.0])
@pytest.mark.parametrize("hz", [80, 123, 250])
def test_a_tone_is_longer_and_the_same(hz: float, factor: float) -> None:
    sound = voice(hz, 1.0)
    slow = stretch(sound, factor)
    assert len(slow) == pytest.approx(factor * len(sound), rel=0.03)
    middle = slow[RATE // 4 : RATE // 4 + RATE // 2]
    assert float(np.sqrt(np.mean(middle**2))) == pytest.approx(float(np.sqrt(np.mean(sound**2))), rel=0.05)
    spectrum = np.abs(np.fft.rfft(middle))
    assert abs(int(spectrum.argmax()) * 2 - hz) <= 2  # bins of 2 Hz


def test_words_stay_where_they_belong() -> None:
    sound = np.concatenate([np.zeros(RATE // 2, np.float32), voice(120, 0.5), np.zeros(RATE // 2, np.float32)])
    loud = np.flatnonzero(np.abs(stretch(sound, 2.0)) > 0.02) / RATE
    assert loud[0] == pytest.approx(1.0, abs=0.05)
    assert loud[-1] == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize("count", [0, 1, 100])
def test_next_to_nothing_stays_what_it_is(count: int) -> None:
    assert len(stretch(np.ones(count, np.float32), 1.5)) == count
