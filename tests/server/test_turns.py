"""Turns found in probabilities and audio, with no clock."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from core_client import LoudIsSpeech, loud, silent

from rt_notebook.server.engine import Float32
from rt_notebook.server.turns import Change, Paused, Resumed, Sensitivity, Started, Stopped, TurnDetector

FRAME_MS = 32
NORMAL = Sensitivity(threshold=0.5, prefix_padding=300, silence=500, shortest_silence=500)


class Told:
    """Voice activity that says what it is told, frame by frame, and then that there is none."""

    frame = 512

    def __init__(self, probabilities: Iterable[float]) -> None:
        self._probabilities = iter(probabilities)

    def __call__(self, samples: Float32) -> float:
        assert samples.shape == (512,)
        return next(self._probabilities, 0.0)


def hear(*probabilities: float, sensitivity: Sensitivity = NORMAL, origin_ms: float = 0) -> list[Change]:
    detector = TurnDetector(Told(probabilities), sensitivity, origin_ms)
    return detector.feed(silent(FRAME_MS * len(probabilities) + 20))


def test_silence_is_no_turn() -> None:
    assert hear(*[0.1] * 100) == []


def test_a_turn_starts_before_its_first_frame_and_stops_after_its_silence() -> None:
    changes = hear(*[0.0] * 20, *[0.9] * 10, *[0.0] * 20)
    speech_end = 30 * FRAME_MS
    assert changes == [
        Started(20 * FRAME_MS - 300),
        Paused(speech_end + 4 * FRAME_MS),
        Stopped(speech_end + 16 * FRAME_MS, 16 * FRAME_MS),
    ]


def test_padding_does_not_reach_before_the_session() -> None:
    assert hear(0.9) == [Started(0)]


def test_times_go_on_from_where_detection_began() -> None:
    assert hear(*[0.0] * 20, 0.9, origin_ms=10_000) == [Started(10_000 + 20 * FRAME_MS - 300)]


def test_a_short_pause_is_part_of_the_turn() -> None:
    changes = hear(*[0.9] * 5, *[0.0] * 10, *[0.9] * 5, *[0.0] * 16)
    assert [type(change) for change in changes] == [Started, Paused, Resumed, Paused, Stopped]


def test_a_dip_too_short_for_a_pause_is_nothing() -> None:
    assert [type(change) for change in hear(0.9, 0.0, 0.0, 0.0, 0.9, 0.0)] == [Started]


def test_speech_goes_on_a_little_below_the_threshold_that_began_it() -> None:
    assert hear(*[0.4] * 5) == []
    assert [type(change) for change in hear(0.6, *[0.4] * 40)] == [Started]


@pytest.mark.parametrize(("threshold", "turns"), [(0.3, 1), (0.8, 0)])
def test_the_threshold_counts(threshold: float, turns: int) -> None:
    changes = hear(*[0.6] * 5, sensitivity=Sensitivity(threshold, 300, 500, 500))
    assert len(changes) == turns


@pytest.mark.parametrize("silence", [200, 500, 1200])
def test_the_silence_counts(silence: int) -> None:
    changes = hear(*[0.9] * 5, *[0.0] * 60, sensitivity=Sensitivity(0.5, 300, silence, silence))
    stopped = changes[-1]
    assert isinstance(stopped, Stopped)
    assert silence <= stopped.silence_ms < silence + FRAME_MS


def test_eagerness_is_an_amount_of_silence() -> None:
    silences = [
        Sensitivity.of({"type": "semantic_vad", "eagerness": eagerness}).silence
        for eagerness in ("high", "auto", "medium", "low")
    ]
    assert silences[0] < silences[1] == silences[2] < silences[3]


@pytest.mark.parametrize("chunk", [2, 478, 960, 4_802, 100_000])
def test_the_size_of_chunks_makes_no_difference(chunk: int) -> None:
    sound = silent(400) + loud(700) + silent(800) + loud(300) + silent(700)
    detector = TurnDetector(LoudIsSpeech(), NORMAL)
    changes = [
        change for start in range(0, len(sound), chunk) for change in detector.feed(sound[start : start + chunk])
    ]
    assert changes == TurnDetector(LoudIsSpeech(), NORMAL).feed(sound)
    assert [type(change) for change in changes] == [Started, Paused, Stopped] * 2


def test_a_forgotten_turn_begins_again_only_with_speech_after_it() -> None:
    detector = TurnDetector(LoudIsSpeech(), NORMAL)
    assert len(detector.feed(loud(500))) == 1
    detector.reset()
    assert detector.feed(silent(100)) == []
    assert len(detector.feed(loud(100))) == 1
