"""The two tracks of a log, from logs whose clock the test sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pytest
from numpy.testing import assert_array_equal

from rt_notebook.audio import g711
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.tracks import LONGEST_REPLAY, between, replay
from rt_notebook.protocol.event import encode_audio

SECOND = 24_000


class Writer:
    """A log, and what comes when."""

    def __init__(self) -> None:
        self.clock = 0.0
        self.log = EventLog(clock=lambda: self.clock)

    def put(self, t: float, direction: Any, type: str, **fields: Any) -> None:
        self.clock = t
        event = {"type": type} | fields
        self.log.append(direction, orjson.dumps(event), event)

    def hears(self, t: float, samples: np.ndarray[Any, Any] | bytes) -> None:
        pcm = samples if isinstance(samples, bytes) else samples.astype("<i2").tobytes()
        self.put(t, "client", "input_audio_buffer.append", audio=encode_audio(pcm))

    def says(self, t: float, samples: np.ndarray[Any, Any] | bytes, item: str = "a", **fields: Any) -> None:
        pcm = samples if isinstance(samples, bytes) else samples.astype("<i2").tobytes()
        fields = {"type": "response.output_audio.delta"} | fields
        self.put(t, "server", fields.pop("type"), item_id=item, content_index=0, delta=encode_audio(pcm), **fields)

    def plays(self, t: float, what: str, item: str = "a", **fields: Any) -> None:
        self.put(t, "local", f"rt.playback.{what}", item_id=item, **fields)

    def tracks(self, t0: float, t1: float) -> tuple[Any, Any]:
        user, assistant = between(self.log, t0, t1)
        assert user.dtype == assistant.dtype == np.float32
        return np.rint(user * 32768).astype(int), np.rint(assistant * 32768).astype(int)


@pytest.fixture
def writer() -> Writer:
    return Writer()


def ramp(n: int, start: int = 1) -> np.ndarray[Any, Any]:
    """Samples that tell their own position."""
    return start + np.arange(n) % 20_000


def microphone(writer: Writer, samples: np.ndarray[Any, Any], start: float, delay: Any = lambda i: 0.0) -> None:
    """Send 40 ms chunks as a microphone does that was opened at `start`, each when it is full, or `delay` later."""
    for i, at in enumerate(range(0, len(samples), 960)):
        chunk = samples[at : at + 960]
        writer.hears(start + (at + len(chunk)) / SECOND + delay(i), chunk)


def test_an_empty_log_is_silence(writer: Writer) -> None:
    user, assistant = writer.tracks(0, 1.5)
    assert_array_equal(user, np.zeros(36_000))
    assert_array_equal(assistant, np.zeros(36_000))
    assert len(writer.tracks(2, 1)[0]) == 0
    assert replay(writer.log, 0) == b""


def test_a_microphone_stands_where_it_was_heard(writer: Writer) -> None:
    microphone(writer, ramp(SECOND), start=2.0)
    user, assistant = writer.tracks(1.0, 4.0)
    assert_array_equal(user[SECOND : 2 * SECOND], ramp(SECOND))
    assert not user[:SECOND].any()
    assert not user[2 * SECOND :].any()
    assert not assistant.any()
    # From the middle of a chunk to the middle of another.
    assert_array_equal(writer.tracks(2.1, 2.5)[0], ramp(SECOND)[2_400:12_000])


@pytest.mark.parametrize(
    "delay",
    [
        lambda i: 0.02 * (i % 3),  # jitter
        lambda i: 0.1 if i == 0 else 0.0,  # a first chunk that is late
        lambda i: max(0.0, 0.9 - 0.04 * (i - 10)) if i >= 10 else 0.0,  # a stall of 0.9 s that is caught up at once
    ],
    ids=["jitter", "late first", "stall"],
)
def test_a_network_that_is_late_moves_nothing(writer: Writer, delay: Any) -> None:
    microphone(writer, ramp(48_000), start=2.0, delay=delay)
    assert_array_equal(writer.tracks(2.0, 4.0)[0], ramp(48_000))


def test_a_gap_begins_anew(writer: Writer) -> None:
    microphone(writer, ramp(9_600), start=1.0)
    microphone(writer, ramp(9_600, 10_001), start=3.0)
    user, _ = writer.tracks(1.0, 3.4)
    assert_array_equal(user[:9_600], ramp(9_600))
    assert not user[9_600:48_000].any()
    assert_array_equal(user[48_000:], ramp(9_600, 10_001))


def test_sound_sent_faster_than_it_is_said_ends_when_it_was_sent_and_overlaps_nothing(writer: Writer) -> None:
    writer.hears(5.0, ramp(2 * SECOND))
    assert_array_equal(writer.tracks(3.0, 5.0)[0], ramp(2 * SECOND))
    writer.hears(6.0, ramp(2 * SECOND, 100))
    assert_array_equal(writer.tracks(5.0, 7.0)[0], ramp(2 * SECOND, 100))


def test_long_chunks_that_come_a_little_late_are_one_stream(writer: Writer) -> None:
    for i, late in enumerate([0.0, 0.12, 0.05]):
        writer.hears(2.0 + i + late, ramp(SECOND, 100 * i + 1))
    want = np.concatenate([ramp(SECOND, 100 * i + 1) for i in range(3)])
    assert_array_equal(writer.tracks(1.0, 4.0)[0], want)


def test_an_item_of_the_users_is_said_too(writer: Writer) -> None:
    part = {"type": "input_audio", "audio": encode_audio(ramp(2_400).astype("<i2").tobytes())}
    item = {"type": "message", "role": "user", "content": [part]}
    writer.put(1.0, "client", "conversation.item.create", item=item)
    writer.put(1.1, "server", "conversation.item.added", item=item)  # the server's echo is not said again
    assert_array_equal(writer.tracks(0.9, 1.0)[0], ramp(2_400))
    assert not writer.tracks(1.0, 2.0)[0].any()


def test_an_open_microphone_is_cut_out_of_chunks_with_odd_bytes(writer: Writer) -> None:
    pcm = ramp(12_000).astype("<i2").tobytes()
    for at in range(0, len(pcm), 1_001):
        writer.hears(1.0 + (at + 1_001) / 48_000, pcm[at : at + 1_001])
    for t0, t1 in ((1.0, 1.5), (1.1, 1.3), (1.0105, 1.0205), (1.49, 1.6)):
        want = np.zeros(round((t1 - t0) * SECOND), int)
        first, last = round((t0 - 1) * SECOND), min(12_000, round((t1 - 1) * SECOND))
        want[: last - first] = ramp(12_000)[first:last]
        got = writer.tracks(t0, t1)[0]
        # Its ends are rounded to a sample; what is in between is exact.
        assert_array_equal(got[1 : last - first - 1], want[1 : last - first - 1])


def test_an_answer_begins_when_it_was_heard_and_ends_where_it_was_silenced(writer: Writer) -> None:
    writer.says(1.0, ramp(SECOND))
    writer.plays(1.5, "started", heard_ms=0.0)
    writer.plays(1.9, "flushed", heard_ms=250.0)
    _, assistant = writer.tracks(1.0, 3.0)
    assert not assistant[:12_000].any()
    assert_array_equal(assistant[12_000:18_000], ramp(6_000))
    assert not assistant[18_000:].any()


def test_an_answer_in_pieces_is_one(writer: Writer) -> None:
    whole = ramp(4_800).astype("<i2").tobytes()
    for at in range(0, len(whole), 701):
        writer.says(1.0 + at / 1e6, whole[at : at + 701])
    writer.plays(2.0, "started", heard_ms=0.0)
    writer.plays(2.2, "finished", heard_ms=200.0)
    assert_array_equal(writer.tracks(2.0, 2.2)[1], ramp(4_800))


def test_silence_stands_where_the_loudspeaker_ran_dry(writer: Writer) -> None:
    writer.says(1.0, ramp(4_800))
    writer.plays(1.0, "started", heard_ms=0.0)
    writer.says(1.3, ramp(4_800, 4_801))
    writer.plays(1.3, "underrun", missing_samples=2_400)
    writer.says(1.6, ramp(4_800, 9_601))
    writer.plays(1.6, "underrun", missing_samples=2_400)
    writer.plays(1.8, "finished", heard_ms=600.0)
    _, assistant = writer.tracks(1.0, 2.0)
    gap = np.zeros(2_400, int)
    want = [ramp(4_800), gap, ramp(4_800, 4_801), gap, ramp(4_800, 9_601)]
    assert_array_equal(assistant[: 3 * 4_800 + 2 * 2_400], np.concatenate(want))


def test_answers_that_nobody_played_follow_each_other(writer: Writer) -> None:
    writer.says(1.0, ramp(SECOND))
    writer.says(1.1, ramp(SECOND, 100), item="b")  # the server is faster than speech
    writer.says(9.0, ramp(240), item="c")
    _, assistant = writer.tracks(1.0, 3.0)
    assert_array_equal(assistant, np.concatenate([ramp(SECOND), ramp(SECOND, 100)]))
    assert_array_equal(writer.tracks(9.0, 9.01)[1], ramp(240))


def test_what_was_truncated_without_a_loudspeaker_ends_there(writer: Writer) -> None:
    writer.says(1.0, ramp(SECOND))
    writer.put(1.1, "server", "conversation.item.truncated", item_id="a", content_index=0, audio_end_ms=100)
    assert_array_equal(np.flatnonzero(writer.tracks(1.0, 3.0)[1]), np.arange(2_400))


def test_a_loudspeaker_that_went_away_was_heard_until_then(writer: Writer) -> None:
    writer.says(1.0, ramp(SECOND))
    writer.plays(1.0, "started", heard_ms=0.0)
    writer.plays(1.5, "flushed", heard_ms=None)
    assert_array_equal(np.flatnonzero(writer.tracks(1.0, 3.0)[1]), np.arange(12_000))


def test_a_queued_item_that_was_never_begun_is_not_heard(writer: Writer) -> None:
    writer.says(1.0, ramp(SECOND))
    writer.plays(1.0, "started", heard_ms=0.0)
    writer.says(1.1, ramp(SECOND, 100), item="b")
    writer.plays(1.2, "flushed", heard_ms=200.0)
    writer.plays(1.2, "flushed", item="b", heard_ms=0.0)
    assert_array_equal(np.flatnonzero(writer.tracks(0.0, 5.0)[1]), SECOND + np.arange(4_800))


def test_the_beta_dialect_sounds_the_same(writer: Writer) -> None:
    writer.put(0.0, "server", "session.created", session={"output_audio_format": "pcm16"})
    writer.says(1.0, ramp(240), type="response.audio.delta")
    assert_array_equal(writer.tracks(1.0, 1.01)[1], ramp(240))


@pytest.mark.parametrize(
    "session",
    [
        {"input_audio_format": "g711_ulaw", "output_audio_format": "g711_alaw"},
        {
            "audio": {
                "input": {"format": {"type": "audio/pcmu"}},
                "output": {"format": {"type": "audio/pcma"}},
            }
        },
    ],
    ids=["beta", "ga"],
)
def test_the_telephones_sound_is_decoded(writer: Writer, session: dict[str, Any]) -> None:
    tone = (np.sin(np.arange(8_000) / 8_000 * 2 * np.pi * 400) * 12_000).astype("<i2").tobytes()
    writer.put(0.0, "server", "session.updated", session=session)
    writer.hears(2.0, g711.encode(tone, "mu"))
    writer.says(1.0, g711.encode(tone, "a"))
    want = np.sin(np.arange(SECOND) / SECOND * 2 * np.pi * 400) * 12_000
    for track in writer.tracks(1.0, 2.0):
        assert np.abs(track - want)[500:-500].max() < 600


def test_odd_rows_cost_nothing(writer: Writer) -> None:
    writer.plays(0.5, "started", item="unknown", heard_ms=0.0)
    writer.put(0.5, "local", "rt.playback.flushed")
    writer.put(0.5, "server", "response.output_audio.delta", item_id="a", delta="no base64!")
    writer.put(0.5, "client", "input_audio_buffer.append", audio="")
    writer.put(0.5, "client", "input_audio_buffer.append")
    writer.put(0.6, "server", "session.updated", session={"audio": None})
    writer.says(1.0, ramp(240))
    writer.plays(1.0, "underrun", missing_samples=None)
    user, assistant = writer.tracks(1.0, 1.01)
    assert not user.any()
    assert_array_equal(assistant, ramp(240))


def test_a_replay_mixes_both_and_ends_with_the_last_sound(writer: Writer) -> None:
    microphone(writer, ramp(SECOND), start=1.0)
    writer.says(1.5, np.full(SECOND, 5), item="a")
    heard = np.frombuffer(replay(writer.log, 1.0), "<i2")
    want = np.zeros(36_000, int)
    want[:SECOND] += ramp(SECOND)
    want[12_000:] += 5
    assert_array_equal(heard, want)
    assert replay(writer.log, 2.5) == b""


def test_a_replay_is_bounded_and_never_wraps_around(writer: Writer) -> None:
    writer.hears(60.0, np.full(60 * SECOND, 30_000))
    writer.says(0.0, np.full(60 * SECOND, 30_000))
    heard = np.frombuffer(replay(writer.log, 0.0), "<i2")
    assert len(heard) == LONGEST_REPLAY * SECOND
    assert set(heard) == {32_767}
