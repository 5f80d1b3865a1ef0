"""What was said and heard in a part of a session: `EventLog.audio` and `save_wav`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from lesson import lesson
from numpy.testing import assert_allclose, assert_array_equal

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.tracks import between

RATE = 24_000


@pytest.fixture(scope="module")
def log() -> EventLog:
    return lesson()


def test_all_of_it_has_both_sides_on_one_axis(log: EventLog) -> None:
    samples, rate = log.audio()
    user, assistant = between(log, 0, len(samples) / rate)
    assert rate == RATE
    assert samples.dtype == np.float32
    assert_array_equal(samples, np.stack([user, assistant], axis=1))
    assert samples[:, 0].any()
    assert samples[:, 1].any()
    assert len(samples) >= log[-1].t * rate - 1


def test_a_time_is_cut_out(log: EventLog) -> None:
    whole, _ = log.audio()
    part, _ = log.audio(0.5, 1.25)
    assert_array_equal(part, whole[12_000:30_000])
    assert len(log.audio(2.0, 2.0)[0]) == 0


def test_a_turn_lasts_from_the_users_first_word_to_the_last_that_was_heard(log: EventLog) -> None:
    turn = next(turn for turn in map(log.turn, log.turns.index) if turn.speech_start and turn.heard_ms)
    samples, _ = log.audio(turn=turn.number)
    assert_array_equal(log.audio(turn=turn)[0], samples)
    assert samples[:, 0].any()
    assert turn.heard_ms is not None
    heard = np.flatnonzero(samples[:, 1])
    assert_allclose((heard[-1] - heard[0]) / RATE, turn.heard_ms / 1000, atol=0.06)


def test_an_item_of_the_assistants_lasts_as_long_as_it_was_heard(log: EventLog) -> None:
    items = log.items
    said = items[(items["role"] == "assistant") & items["heard_ms"].notna() & (items["audio_ms"] > 0)]
    assert len(said) >= 2  # one heard to its end, one interrupted
    for item_id, heard_ms in said.set_index("item")["heard_ms"].items():
        samples, _ = log.audio(item=str(item_id))
        assert_allclose(len(samples) / RATE, heard_ms / 1000, atol=0.002)


def test_an_item_of_the_users_lasts_as_long_as_he_spoke(log: EventLog) -> None:
    turn = next(turn for turn in map(log.turn, log.turns.index) if turn.speech_start is not None)
    samples, _ = log.audio(item=turn.user_items[0])
    assert turn.speech_start is not None
    assert turn.speech_end is not None
    assert len(samples) == round((turn.speech_end - turn.speech_start) * RATE)
    assert samples[:, 0].any()


def test_what_cannot_be_is_said(log: EventLog) -> None:
    written = next(turn for turn in map(log.turn, log.turns.index) if turn.speech_start is None and turn.text)
    with pytest.raises(ValueError, match="no item 'nothing'"):
        log.audio(item="nothing")
    with pytest.raises(ValueError, match="has no sound"):
        log.audio(item=written.user_items[0])
    with pytest.raises(IndexError, match="there is no turn 99"):
        log.audio(turn=99)
    with pytest.raises(TypeError, match="one of them"):
        log.audio(0.0, turn=1)
    with pytest.raises(ValueError, match="runs backwards"):
        log.audio(2.0, 1.0)
    assert len(EventLog().audio()[0]) == 0


def test_a_file_has_the_user_left_and_the_assistant_right(log: EventLog, tmp_path: Path) -> None:
    path = log.save_wav(tmp_path / "turn.wav", turn=1)
    samples, rate = soundfile.read(path, dtype="float32")
    assert rate == RATE
    assert_allclose(samples, log.audio(turn=1)[0], atol=1 / 32_768)
