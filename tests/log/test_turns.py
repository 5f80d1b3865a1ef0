"""Turns out of a lesson on the real server, and out of logs in which the test says what comes when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson import lesson
from written_log import WrittenLog

import rt_notebook as rt
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.reading import read
from rt_notebook.log.tracks import between
from rt_notebook.log.turns import Turn, read_turns, turn_of
from rt_notebook.protocol.catalog import CATALOG, Dialect
from rt_notebook.protocol.event import encode_audio

DIALECTS: list[Dialect] = ["ga", "beta"]


@pytest.fixture
def written() -> WrittenLog:
    return WrittenLog()


def said(turns: list[Turn]) -> list[tuple[list[str], list[str]]]:
    return [(turn.user_items, turn.responses) for turn in turns]


# -- a lesson on the real server ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_lesson_has_its_turns(dialect: Dialect) -> None:
    log = lesson(dialect)
    spoken, cut, cutting, typed, called = turns = read_turns(log)
    assert [turn.number for turn in turns] == [1, 2, 3, 4, 5]
    assert [turn.text for turn in (cut, typed, called)] == ["count", "Good morning", "call weather"]
    assert spoken.text.endswith("ms of sound")
    assert [turn.answer for turn in turns if turn is not cut] == [
        *(f"You said: {turn.text}" for turn in (spoken, cutting, typed)),
        'You said: {"sky": "clear"}',
    ]
    assert [turn.status for turn in turns] == ["completed", "cancelled", "completed", "completed", "completed"]
    assert [len(turn.responses) for turn in turns] == [1, 1, 1, 1, 2]
    assert len(called.calls) == 1
    assert len(called.items) == 3
    out_of_band = log.filter("response.created")[-1]["response"]["id"]
    assert out_of_band not in [id_ for turn in turns for id_ in turn.responses]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_times_of_a_turn_come_one_after_the_other(dialect: Dialect) -> None:
    names = (
        *("speech_start", "speech_end", "stopped", "committed", "transcribed", "created", "first_text", "first_audio"),
        *("heard", "done", "ended"),
    )
    for turn in read_turns(lesson(dialect)):
        times = [getattr(turn, name) for name in names if getattr(turn, name) is not None]
        assert times == sorted(times)
        assert (turn.asked or 0) <= (turn.created or 0)
        assert (turn.speech_start is None) == (turn.number not in (1, 3))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_who_interrupts_is_the_next_turn(dialect: Dialect) -> None:
    spoken, cut, cutting, *_ = read_turns(lesson(dialect))
    (told,) = [row.t for row in lesson(dialect).filter("input_audio_buffer.speech_started") if row.t > (cut.asked or 0)]
    assert cut.interrupted == told
    assert cut.heard_ms is not None
    assert 0 < cut.heard_ms < cut.generated_ms
    assert cutting.speech_start is not None
    assert cutting.speech_start < told
    assert cutting.interrupted is None
    assert (spoken.generated_ms, spoken.heard_ms) == (300, 300)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_turns_rows_are_all_of_its_events_and_what_lies_between(dialect: Dialect) -> None:
    log = lesson(dialect)
    turns = read_turns(log)
    for turn in turns:
        assert turn.rows == sorted(set(turn.rows))
        columns = log.columns()
        for item in (*turn.user_items, *turn.items):
            assert set(log.rows(item=item)) <= set(turn.rows)
        own = {*turn.user_items, *turn.items, None}
        assert {columns["item_id"][row] for row in turn.rows} <= own
        assert {columns["response_id"][row] for row in turn.rows} <= {*turn.responses, None}
    assert log[turns[0].rows[0]].type == "input_audio_buffer.append"
    assert {row.type for row in log[turns[4].rows[0] : turns[4].rows[-1]]} >= {"response.create"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_lesson_that_is_cut_anywhere_can_be_read(dialect: Dialect) -> None:
    log = lesson(dialect)
    whole = read_turns(log)
    for at in range(0, len(log), 7):
        begun = read_turns(part(log, range(at)))
        assert len(begun) <= len(whole)
        for turn, same in zip(begun, whole, strict=False):
            assert same.user_items[: len(turn.user_items)] == turn.user_items
            assert same.responses[: len(turn.responses)] == turn.responses
        # The turn in which the log begins now may be less than it was, and in parts; those behind it are the same.
        ended = read_turns(part(log, range(at, len(log))))
        behind = [turn for turn in whole if turn.rows[0] >= at]
        assert said(ended[len(ended) - len(behind) :]) == said(behind)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_end_of_a_response_tells_what_it_called(dialect: Dialect) -> None:
    log = lesson(dialect)
    whole = read_turns(log)[-1]
    (end,) = [row for row in whole.rows if log[row].type == "response.done"][:1]
    cut = read_turns(part(log, range(end, len(log))))[0]
    assert (cut.responses, cut.calls) == (whole.responses, whole.calls)


def part(log: EventLog, rows: range) -> EventLog:
    """Return a log of some rows of another."""
    copy = EventLog()
    columns = log.columns()
    for row in rows:
        raw = log.raw(row)
        t, direction, number = columns["t"][row], columns["direction"][row], columns["connection"][row]
        copy.append(direction, raw, orjson.loads(raw), number, t=t)
    return copy


# -- who belongs to whom -----------------------------------------------------------------------------------------------


def test_an_empty_log_has_no_turns() -> None:
    assert read_turns(EventLog()) == []


def test_what_is_said_before_an_answer_begins_is_one_turn(written: WrittenLog) -> None:
    written.commit("a", "one")
    written.item("b", text="two")
    written.answer("r1")
    written.commit("c", "three")
    written.answer("r2")
    first, second = read_turns(written.log)
    assert said([first, second]) == [(["a", "b"], ["r1"]), (["c"], ["r2"])]
    assert first.text == "one two"


def test_a_log_is_read_again_when_it_has_grown_and_its_turns_are_the_readers_own(written: WrittenLog) -> None:
    written.item("a")
    written.answer("r1")
    assert read(written.log) is read(written.log)
    (turn,) = read_turns(written.log)
    for own in (turn.rows, turn.user_items, turn.responses, written.log.turns["responses"].iloc[0]):
        own.clear()
    (again,) = read_turns(written.log)
    assert said([again]) == [(["a"], ["r1"])]
    assert again.rows
    written.item("b")
    assert said(read_turns(written.log)) == [(["a"], ["r1"]), (["b"], [])]


def test_a_response_that_nothing_was_said_for_is_a_turn(written: WrittenLog) -> None:
    written.client("response.create")
    written.answer("r1")
    written.item("a")
    written.answer("r2")
    greeting, answered = read_turns(written.log)
    assert said([greeting, answered]) == [([], ["r1"]), (["a"], ["r2"])]
    assert "nothing -> 'an answer'" in repr(greeting)


def test_what_is_not_answered_yet_is_the_last_turn(written: WrittenLog) -> None:
    written.item("a")
    written.answer("r1")
    written.item("b")
    written.server("input_audio_buffer.speech_started", item_id="c", audio_start_ms=0)
    last = read_turns(written.log)[-1]
    assert (last.user_items, last.responses, last.status, last.done) == (["b", "c"], [], None, None)
    assert "no answer" in repr(last)


def test_speech_that_was_cleared_and_items_that_were_deleted_are_of_no_turn(written: WrittenLog) -> None:
    written.server("input_audio_buffer.speech_started", item_id="a", audio_start_ms=0)
    written.server("input_audio_buffer.cleared")
    written.item("b")
    written.server("conversation.item.deleted", item_id="b")
    assert read_turns(written.log) == []


def test_responses_on_outputs_are_of_the_turn_that_called(written: WrittenLog) -> None:
    written.item("a")
    written.begin("r1")
    written.call("r1", "one")
    written.call("r1", "two")
    written.done("r1")
    written.output("one")
    written.output("two")
    written.begin("r2")
    written.call("r2", "three")
    written.done("r2")
    written.output("three")
    written.answer("r3", "It is clear.")
    (turn,) = read_turns(written.log)
    assert turn.responses == ["r1", "r2", "r3"]
    assert turn.calls == ["one", "two", "three"]
    assert turn.items == ["f-one", "f-two", "o-one", "o-two", "f-three", "o-three", "a-r3"]
    assert (turn.answer, turn.status) == ("It is clear.", "completed")


def test_a_user_who_speaks_while_a_tool_runs_begins_a_turn(written: WrittenLog) -> None:
    written.item("a")
    written.begin("r1")
    written.call("r1", "one")
    written.done("r1")
    written.commit("b", "never mind")
    written.output("one")
    written.answer("r2")
    assert said(read_turns(written.log)) == [(["a"], ["r1"]), (["b"], ["r2"])]


def test_two_responses_out_of_band_and_one_between_take_their_own_times(written: WrittenLog) -> None:
    apart = {"conversation": "none"}
    written.item("a")
    written.client("response.create", event_id="e1", response=apart, after=1)
    written.client("response.create", event_id="e2", after=1)
    written.client("response.create", event_id="e3", response=apart, after=1)
    written.begin("x", conversation_id=None)
    written.begin("r")
    written.begin("y", conversation_id=None)
    for response in ("r", "y", "x"):
        written.say(response, "words")
        written.done(response)
    (turn,) = read_turns(written.log)
    assert (turn.responses, turn.asked) == (["r"], 2)
    assert list(written.log.responses["asked"]) == [1, 2, 3]
    assert list(written.log.responses["out_of_band"]) == [True, False, True]


def test_a_refused_request_is_nobodys(written: WrittenLog) -> None:
    written.item("a")
    written.client("response.create", event_id="e1", after=1)
    written.server("error", error={"event_id": "e1", "code": "x"})
    written.client("response.create", event_id="e2", after=1)
    written.answer("r")
    assert read_turns(written.log)[0].asked == 2


def test_a_server_of_2024_that_does_not_say_what_is_out_of_band(written: WrittenLog) -> None:
    written.item("a")
    written.client("response.create", response={"conversation": "none"})
    written.server("response.created", response={"id": "x"})
    written.done("x")
    written.client("response.create")
    written.server("response.created", response={"id": "r"})
    written.done("r")
    assert said(read_turns(written.log)) == [(["a"], ["r"])]


def test_what_a_new_connection_restores_is_no_turn_again(written: WrittenLog) -> None:
    written.item("a", text="one")
    written.answer("r1")
    written.reopen()
    written.item("a", text="one")
    written.item("a-r1", "assistant", "an answer")
    written.item("b", text="two")
    written.answer("r2")
    first, second = read_turns(written.log)
    assert said([first, second]) == [(["a"], ["r1"]), (["b"], ["r2"])]
    assert (first.connection, second.connection) == (1, 2)
    assert max(first.rows) < min(second.rows)


def test_in_a_session_that_only_transcribes_each_utterance_is_a_turn(written: WrittenLog) -> None:
    written.server("session.updated", session={"type": "transcription"})
    written.commit("a", "one")
    written.commit("b", "two")
    assert [turn.text for turn in read_turns(written.log)] == ["one", "two"]


def test_what_happens_to_an_item_later_makes_its_turn_no_longer(written: WrittenLog) -> None:
    written.item("a")
    written.answer("r1")
    end = len(written.log)
    written.server("rate_limits.updated")
    written.server("conversation.item.deleted", item_id="a")
    assert [row for row in read_turns(written.log)[0].rows if row >= end] == [end + 1]


# -- when on the log's clock -------------------------------------------------------------------------------------------


def test_speech_is_laid_where_its_sound_was_said(written: WrittenLog) -> None:
    written.t = 1.96
    written.microphone(4_000)  # said from 1.96 to 5.96
    written.server("input_audio_buffer.speech_started", item_id="a", audio_start_ms=700)
    written.server("input_audio_buffer.speech_stopped", item_id="a", audio_end_ms=3_500)
    written.commit("a", "hello")
    written.begin("r")
    written.say("r", "Hi.", 400)
    written.put("local", "rt.playback.started", item_id="a-r", after=0.1)
    (turn,) = read_turns(written.log)
    assert turn.speech_start == pytest.approx(2.96)
    assert turn.speech_end == pytest.approx(4.96)
    assert turn.heard == pytest.approx(6.06)
    assert turn.ended is None
    assert "voice to voice 1100 ms" in repr(turn)
    assert turn.asked == turn.stopped == pytest.approx(5.96)


@pytest.mark.parametrize(
    "delay",
    [
        lambda i: 0.0,
        lambda i: 0.02 * (i % 3),  # jitter
        lambda i: max(0.0, 0.9 - 0.04 * (i - 10)) if i >= 10 else 0.0,  # a stall that is caught up at once
        lambda i: 2.0 if i >= 20 else 0.0,  # a microphone that was closed for a while
    ],
    ids=["punctual", "jitter", "stall", "gap"],
)
def test_speech_is_laid_where_the_tracks_have_its_sound(written: WrittenLog, delay: Callable[[int], float]) -> None:
    speech = np.zeros(48_000, np.int16)
    speech[24_000:36_000] = 9_000
    for i, at in enumerate(range(0, len(speech), 960)):
        written.t = 5 + (i + 1) * 0.04 + delay(i)
        written.client("input_audio_buffer.append", audio=encode_audio(speech[at : at + 960].tobytes()))
    written.server("input_audio_buffer.speech_started", item_id="a", audio_start_ms=700)
    written.server("input_audio_buffer.speech_stopped", item_id="a", audio_end_ms=2_000)
    written.commit("a")
    user, _ = between(written.log, 0, 10)
    (sounding,) = np.nonzero(user)
    (turn,) = read_turns(written.log)
    assert turn.speech_start == pytest.approx(sounding[0] / 24_000, abs=1e-4)
    assert turn.speech_end == pytest.approx((sounding[-1] + 1) / 24_000, abs=1e-4)


@pytest.mark.parametrize("format_", ["audio/pcmu", "audio/pcma"])
def test_g711_is_counted_by_its_own_rate(written: WrittenLog, format_: str) -> None:
    format_of = {"format": {"type": format_}}
    written.server("session.updated", session={"audio": {"input": format_of, "output": format_of}})
    written.t = 3.0
    written.client("input_audio_buffer.append", audio=encode_audio(bytes(8_000)))  # 1 s
    written.commit("a", "hello")
    written.begin("r")
    written.server("response.output_audio.delta", item_id="x", response_id="r", delta=encode_audio(bytes(4_000)))
    (turn,) = read_turns(written.log)
    assert (turn.speech_start, turn.speech_end) == (2.0, 3.0)
    assert turn.generated_ms == 500


def test_sound_of_an_earlier_connection_does_not_count(written: WrittenLog) -> None:
    written.microphone(2_000)
    written.reopen()
    written.t = 10.0
    written.microphone(2_000)  # said from 10 to 12
    written.server("input_audio_buffer.speech_started", item_id="a", audio_start_ms=500)
    assert read_turns(written.log)[0].speech_start == pytest.approx(10.8)


def test_what_was_committed_by_hand_is_the_speech(written: WrittenLog) -> None:
    written.t = 1.0
    written.microphone(400)
    written.server("input_audio_buffer.cleared")
    written.microphone(800)  # said from 1.4 to 2.2
    written.commit("a", "hello")
    (turn,) = read_turns(written.log)
    assert turn.speech_start == pytest.approx(1.4)
    assert turn.speech_end == pytest.approx(2.2)
    assert written.log.items["audio_ms"][0] == 800


def test_a_loudspeaker_that_goes_away_did_not_interrupt_anybody(written: WrittenLog) -> None:
    written.item("a")
    written.answer("r", ms=1_000)
    written.put("local", "rt.playback.started", item_id="a-r", content_index=0)
    written.put("local", "rt.playback.flushed", item_id="a-r", content_index=0, heard_ms=None, after=0.5)
    (turn,) = read_turns(written.log)
    assert (turn.interrupted, turn.heard_ms, turn.ended) == (None, None, 0.5)


def test_an_answer_that_the_user_stops_is_interrupted_then(written: WrittenLog) -> None:
    written.item("a")
    written.answer("r", ms=1_000)
    written.put("local", "rt.playback.started", item_id="a-r", content_index=0)
    written.put("local", "rt.playback.stop", after=0.3)
    written.put("local", "rt.playback.flushed", item_id="a-r", heard_ms=300.0, generated_ms=1000.0, after=0.1)
    written.server("conversation.item.truncated", item_id="a-r", audio_end_ms=300, after=0.1)
    (turn,) = read_turns(written.log)
    assert (turn.interrupted, turn.heard_ms) == (0.3, 300.0)
    assert turn.ended == pytest.approx(0.4)


def test_a_client_with_a_loudspeaker_of_its_own_tells_by_truncating(written: WrittenLog) -> None:
    written.item("a")
    written.answer("r", ms=1_000)
    written.server("conversation.item.truncated", item_id="a-r", audio_end_ms=250, after=0.25)
    (turn,) = read_turns(written.log)
    assert (turn.heard, turn.heard_ms, turn.interrupted) == (None, 250, 0.25)


# -- by number, and anything in a log ----------------------------------------------------------------------------------


def test_a_turn_by_its_number() -> None:
    log = lesson()
    assert turn_of(log, 2).text == log.turn(2).text == "count"
    assert log.turn(-1).number == turn_of(log, 5).number == 5
    for number in (0, 6, -6):
        with pytest.raises(IndexError, match=f"5 turns, so there is no turn {number}"):
            turn_of(log, number)
    with pytest.raises(IndexError, match="no turns"):
        EventLog().turn(1)
    for wrong in ("1", 1.0, True):
        with pytest.raises(TypeError, match="numbered from 1"):
            turn_of(log, wrong)  # type: ignore[arg-type] # the mistake
    assert isinstance(log.turn(1), rt.Turn)


GARBAGE: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0.5, 1e30, "", "x", "a", "r", [], [None, 7], {}, {"id": 7}, {"type": []}]
)
FIELDS = ("item_id", "item", "response", "response_id", "session", "error", "call_id", "delta", "usage", "audio")
ODD = st.dictionaries(
    st.sampled_from([*FIELDS, "audio_start_ms", "audio_end_ms", "heard_ms", "content_index"]), GARBAGE
)
NESTED = st.dictionaries(
    st.sampled_from(["id", "type", "role", "content", "conversation_id", "audio", "voice"]), GARBAGE
)
TYPES = st.sampled_from([*CATALOG, "conversation.item.created", "response.audio.delta", "unheard.of", ""])


@settings(max_examples=60)
@given(st.lists(st.tuples(TYPES, ODD, NESTED, st.integers(0, 2)), max_size=12))
def test_nothing_in_a_log_breaks_what_is_read_of_it(rows: list[tuple[str, Any, Any, int]]) -> None:
    log = EventLog()
    for type_, odd, nested, connection in rows:
        event = {"type": type_, "item_id": "a", "item": nested, "response": nested, "session": nested} | odd
        direction = CATALOG[type_].direction if type_ in CATALOG else "server"
        log.append(direction, orjson.dumps(event), event, connection)
    turns = read_turns(log)
    assert [turn.number for turn in turns] == list(range(1, len(turns) + 1))
    assert len(log.turns) == len(turns)
    assert len(log.responses) <= len(rows)
    for shown in (*turns, log.latency, log.usage, log.cost, log.cost.at(rt.OCTOBER_2024)):
        assert repr(shown)
    assert len(log.cost.df) == len(log.usage.df)
    assert log.items["item"].notna().all()


def test_speech_begins_behind_a_pause_of_the_microphone_also_where_no_padding_is_told() -> None:
    """Semantic VAD tells none, and its padding reaches back into what was sent before the pause."""
    written = WrittenLog(type="semantic_vad", prefix_padding_ms=None, silence_duration_ms=None)
    written.microphone(2_000)
    written.t += 30
    written.microphone(800)
    written.server("input_audio_buffer.speech_started", item_id="u", audio_start_ms=1_800)
    written.microphone(400)
    written.server("input_audio_buffer.speech_stopped", item_id="u", audio_end_ms=3_200)
    written.commit("u", "words")
    (turn,) = read_turns(written.log)
    assert turn.speech_start == pytest.approx(32.1)
    assert turn.stopped == pytest.approx(33.2)
    # Nor does it tell how long it waited: the user's last word is unknown, and what counts from there.
    assert turn.speech_end is None
    assert written.log.latency.df["voice_to_voice_ms"].isna().all()
    assert written.log.waterfall(1).df.set_index("step")["note"]["turn detection waits"].startswith("nobody told")
    speech = written.log.timeline().df.query("kind == 'speech'")
    assert speech["t2"].tolist() == [turn.stopped]
    samples, rate = written.log.audio(item="u")
    assert len(samples) / rate == pytest.approx(33.2 - 32.1)


def test_an_answer_to_a_call_is_of_its_turn_where_the_log_begins_between_them(written: WrittenLog) -> None:
    call = {"id": "c", "type": "function_call", "call_id": "call_1", "name": "weather", "arguments": "{}"}
    written.done("r1", output=[call])
    written.output("call_1")
    written.begin("r2")
    written.done("r2")
    (turn,) = read_turns(written.log)
    assert turn.responses == ["r1", "r2"]
    assert turn.calls == ["call_1"]
    assert written.log.turns["calls"].tolist() == [["weather"]]
