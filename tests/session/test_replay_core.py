"""What is played next, and what the code sent: the replay's core, without loops and clocks."""

import math
from typing import Any

import orjson
import pytest
from core_client import loud, silent
from hypothesis import given, settings
from hypothesis import strategies as st

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.source import Source
from rt_notebook.protocol.event import encode_audio
from rt_notebook.session.differences import Difference, Differences
from rt_notebook.session.score import Score

Json = dict[str, Any]
OPENED: Json = {"type": "rt.connection.opened", "url": "ws://x"}
CLOSED: Json = {"type": "rt.connection.closed", "code": 1000}
CREATED: Json = {"type": "session.created", "session": {"type": "realtime"}}
UPDATED: Json = {"type": "session.updated", "session": {}}
CREATE: Json = {"type": "response.create"}
DONE: Json = {"type": "response.done", "response": {"id": "r"}}


def recorded(*events: Json, step: float = 1.0) -> Score:
    """Return the score of a log with an event a second; the types tell who sent them."""
    log = EventLog()
    client = ("update", "create", "append", "commit", "clear", "cancel", "truncate", "delete")
    for number, event in enumerate(events):
        local = event["type"].startswith("rt.")
        side = "local" if local else "client" if event["type"].rpartition(".")[2] in client else "server"
        log.append(side, orjson.dumps(event), event, 1, t=number * step)  # type: ignore[arg-type] # one of the three
    return Score(log)


def says(text: str, **fields: Any) -> Json:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}], **fields}
    return {"type": "conversation.item.create", "event_id": f"event_{id(item)}", "item": item}


def sound(pcm: bytes) -> Json:
    return {"type": "input_audio_buffer.append", "audio": encode_audio(pcm)}


def played(score: Score, stop: int) -> Score:
    score.position = stop
    return score


def told(score: Score) -> list[str]:
    return [str(entry) for entry in score.differences]


# -- time --------------------------------------------------------------------------------------------------------------


def test_a_row_is_due_when_its_time_has_come() -> None:
    score = recorded(OPENED, CREATED, DONE)
    assert (score.due(0.0), score.due(-0.1)) == (True, False)
    played(score, 2)
    assert (score.due(1.9), score.due(2.0)) == (False, True)
    assert (score.over, score.duration) == (False, 2.0)
    played(score, 3)
    assert (score.over, score.due(math.inf)) == (True, False)


def test_rows_without_a_time_come_with_those_before_them() -> None:
    log = EventLog()
    for t in (math.nan, 1.0, math.nan, 3.0, math.nan):
        log.append("server", b"{}", {}, t=t)
    score = Score(log)
    assert [score.t(row) for row in range(5)] == [0.0, 1.0, 1.0, 3.0, 3.0]
    assert math.isnan(score.stamp(2))
    assert score.duration == 3.0


def test_an_empty_recording_is_over() -> None:
    score = recorded()
    assert (score.over, score.waits(), score.duration, score.dialect) == (True, False, 0.0, "ga")
    assert score.opening() == (0, None)
    assert score.bounds() == (0, 0)
    assert score.end() == 0
    assert score.claim(CREATE) is None
    assert score.append(silent(40)) == (None, [])
    assert score.differences == []


def test_what_is_recorded_meanwhile_is_not_played() -> None:
    score = recorded(OPENED)
    score.recording.append("server", b"{}", {})
    assert score.length == 1


# -- what waits for the code -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "waits"),
    [
        (CREATE, True),
        (sound(loud(40)), True),
        (CLOSED, True),
        (OPENED, True),
        ({"type": "conversation.item.truncate"}, False),  # the panel's loudspeaker does
        (DONE, False),
        ({"type": "rt.connection.lost"}, False),
        ({"type": "rt.playback.started"}, False),
    ],
)
def test_the_replay_waits_before_what_is_the_code_s_doing(event: Json, waits: bool) -> None:
    assert played(recorded(OPENED, event), 1).waits() == waits


def test_the_first_connection_opens_by_itself() -> None:
    assert not recorded(OPENED).waits()


UPDATE: Json = {"type": "session.update", "session": {}}


@pytest.mark.parametrize(
    ("events", "opening"),
    [
        ([OPENED, CREATED, UPDATE, UPDATED, CREATE, UPDATE], (4, 2)),
        ([OPENED, CREATED, UPDATE, sound(b"\1\0"), UPDATED, CREATE], (5, 2)),
        ([OPENED, CREATED, UPDATE], (3, 2)),
        ([OPENED, CREATED, CREATE, UPDATE, UPDATED], (2, None)),
        ([OPENED, CREATED, DONE], (2, None)),
        ([OPENED, {"type": "error"}, CLOSED], (2, None)),
        ([OPENED, CREATE, CREATED], (1, None)),
        ([OPENED], (1, None)),
        ([CREATED, UPDATE, UPDATED, DONE], (3, 1)),
        ([OPENED, CREATED, UPDATE, CLOSED, OPENED, CREATED, UPDATED], (3, 2)),
    ],
)
def test_an_opening_is_the_greeting_and_the_answer_to_the_settings(
    events: list[Json], opening: tuple[int, int | None]
) -> None:
    assert recorded(*events).opening() == opening


def test_the_next_connection_s_opening_and_the_bounds_of_each() -> None:
    score = recorded(
        OPENED, CREATED, CREATE, CLOSED, {"type": "rt.x"}, OPENED, CREATED, UPDATE, UPDATED, CREATE, CLOSED
    )
    assert (score.bounds(), score.end()) == ((0, 5), 4)
    played(score, 4)
    assert score.bounds() == (0, 5)
    assert score.opening() == (9, 7)
    played(score, 6)
    assert (score.bounds(), score.end()) == ((5, 11), 11)


def test_a_connection_that_nobody_closed_ends_with_the_recording() -> None:
    score = played(recorded(OPENED, CREATED, DONE), 2)
    assert (score.end(), score.ends()) == (3, False)
    assert played(score, 3).ends()


# -- what the code sends -----------------------------------------------------------------------------------------------


def test_the_same_words_are_the_recorded_event_whatever_the_ids() -> None:
    score = played(recorded(OPENED, says("one", id="item_a"), CREATE, DONE), 1)
    claim = score.claim(says("one", id="item_b"))
    assert claim is not None
    assert (claim.row, claim.differences) == (1, [])
    claim = score.claim(CREATE | {"event_id": "mine"})
    assert claim is not None
    assert claim.row == 2
    assert score.claim(CREATE) is None
    assert score.differences == []


def test_other_words_are_taken_for_the_recorded_ones_and_told() -> None:
    score = played(recorded(OPENED, says("one"), CREATE), 1)
    claim = score.claim(says("two", role="system"))
    assert claim is not None
    assert claim.row == 1
    assert claim.differences == [
        Difference(1, "conversation.item.create", "item.role", "user", "system"),
        Difference(1, "conversation.item.create", "item.content[0].text", "one", "two"),
    ]
    assert told(score)[1] == "row 1: conversation.item.create item.content[0].text was 'one', and is 'two'"


def test_an_event_of_the_same_words_further_on_comes_before_another_of_the_same_type() -> None:
    score = played(recorded(OPENED, says("one"), CREATE, says("two"), CREATE), 1)
    first, second = score.claim(says("two")), score.claim(CREATE)
    assert first is not None
    assert second is not None
    assert (first.row, second.row) == (3, 4)
    assert [entry.row for entry in score.differences] == [1, 2]
    assert told(score)[0] == "row 1: recorded, but not sent: conversation.item.create"


def test_what_a_second_thread_sends_later_than_it_did_is_found_behind() -> None:
    score = played(recorded(OPENED, says("callback"), CREATE, says("main"), CREATE, says("main 2"), CREATE), 1)
    rows = [
        claim.row
        for event in (says("main"), CREATE, says("callback"), CREATE, says("main 2"), CREATE)
        if (claim := score.claim(event))
    ]
    assert rows == [3, 4, 1, 2, 5, 6]
    assert score.differences == []


def test_a_message_is_not_taken_for_a_function_s_output() -> None:
    item = {"type": "function_call_output", "call_id": "c", "output": "1"}
    output: Json = {"type": "conversation.item.create", "item": item}
    score = played(recorded(OPENED, says("one"), output), 1)
    other = score.claim(output | {"item": item | {"output": "2"}})
    assert other is not None
    assert other.row == 2
    assert [entry.path for entry in other.differences] == ["item.output"]


def test_ids_that_the_code_made_up_are_known_by_what_they_are_called_in_the_recording() -> None:
    delete = {"type": "conversation.item.delete", "item_id": "theirs"}
    after = says("two") | {"previous_item_id": "theirs"}
    score = played(recorded(OPENED, says("one", id="theirs"), after, delete), 1)
    for event in (says("one", id="mine"), says("two") | {"previous_item_id": "mine"}, delete | {"item_id": "mine"}):
        claim = score.claim(event)
        assert claim is not None
        assert claim.differences == []


def test_the_tags_of_responses_out_of_band_are_no_difference_and_other_metadata_is() -> None:
    def create(**metadata: str) -> Json:
        return {"type": "response.create", "response": {"conversation": "none", "metadata": metadata}}

    score = played(recorded(OPENED, create(rt_request="a"), create(rt_request="b", topic="x")), 1)
    claim = score.claim(create(rt_request="c"))
    assert claim is not None
    assert (claim.row, claim.differences) == (1, [])
    claim = score.claim(create(rt_request="d", topic="y"))
    assert claim is not None
    assert [entry.path for entry in claim.differences] == ["response.metadata.topic"]


def test_what_was_recorded_of_another_connection_is_not_sent_in_this_one() -> None:
    score = recorded(OPENED, CREATED, CREATE, CLOSED, OPENED, CREATED, CREATE, CLOSED)
    assert score.claim(CREATE) is not None
    assert score.claim(CREATE) is None
    claim = played(score, 5).claim(CREATE)
    assert claim is not None
    assert claim.row == 6


def test_code_that_only_looks_on_differs_in_nothing() -> None:
    score = recorded(OPENED, CREATED, says("one"), CREATE, DONE)
    assert played(score, 5).differences == []


def test_what_is_not_sent_after_the_last_counts_when_all_is_played() -> None:
    score = played(recorded(OPENED, says("one"), CREATE, {"type": "conversation.item.truncate"}, DONE), 1)
    score.claim(says("one"))
    assert score.differences == []
    assert told(played(score, 5)) == ["row 2: recorded, but not sent: response.create"]


def test_differences_read_well_and_make_a_dataframe() -> None:
    score = played(recorded(OPENED, says("one"), CREATE), 1)
    score.claim(says("x" * 500))
    score.unrecorded({"type": "response.cancel", "event_id": "e"})
    differences = score.differences
    assert isinstance(differences, Differences)
    text = repr(differences)
    assert text.startswith(
        "<2 differences>\nrow 1: conversation.item.create item.content[0].text was 'one', and is 'xxx"
    )
    assert "(502 characters)" in text
    assert text.endswith("sent, but not recorded: response.cancel: {'type': 'response.cancel'}")
    frame = differences.df
    assert frame["type"].tolist() == ["conversation.item.create", "response.cancel"]
    assert frame["row"].dtype == "Int64"
    assert frame["row"].isna().tolist() == [False, True]
    assert Differences().df.columns.tolist() == frame.columns.tolist()
    assert "no differences" in repr(Differences())


# -- sound -------------------------------------------------------------------------------------------------------------


def chunks(pcm: bytes, ms: int) -> list[bytes]:
    return [pcm[at : at + ms * 48] for at in range(0, len(pcm), ms * 48)]


SPEECH = loud(100) + silent(30) + loud(70)


@given(recorded_ms=st.integers(1, 250), sent_ms=st.integers(1, 250), before=st.integers(0, 3), after=st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_sound_in_other_chunks_and_with_other_silence_around_it_is_the_same(
    recorded_ms: int, sent_ms: int, before: int, after: int
) -> None:
    rows = [sound(chunk) for chunk in chunks(silent(40) + SPEECH + silent(80), recorded_ms)]
    score = played(recorded(OPENED, *rows, CREATE), 1)
    reached = 0
    for chunk in chunks(silent(40) * before + SPEECH + silent(40) * after, sent_ms):
        row, _ = score.append(chunk)
        if row is not None:
            assert row >= reached
            reached = row
    heard = b"".join(score.recording.pcm(row) or b"" for row in range(1, reached + 1))
    assert heard.replace(b"\0", b"") == SPEECH.replace(b"\0", b"")
    claim = score.claim(CREATE)
    assert claim is not None
    assert score.differences == []


def test_the_same_chunks_reach_their_own_rows() -> None:
    stream = chunks(SPEECH + silent(200), 40)
    score = played(recorded(OPENED, *map(sound, stream)), 1)
    rows = [score.append(chunk)[0] for chunk in stream]
    assert rows == list(range(1, 1 + len(stream)))
    assert score.append(silent(40)) == (None, [])
    assert score.differences == []


def test_other_sound_is_told_once_and_goes_by_its_duration() -> None:
    score = played(recorded(OPENED, *map(sound, chunks(SPEECH, 40)), CREATE), 1)
    rows = [score.append(chunk)[0] for chunk in chunks(bytes(reversed(SPEECH)), 40)]
    assert rows == [1, 2, 3, 4, 5]
    score.claim(CREATE)
    assert told(score) == ["row 1: input_audio_buffer.append audio was 'sound', and is 'other sound'"]


def test_more_and_less_sound_than_was_recorded() -> None:
    score = played(recorded(OPENED, sound(loud(40)), CREATE), 1)
    assert score.append(loud(40)) == (1, [])
    assert score.append(loud(80))[0] is None
    assert told(score) == ["sent, but not recorded: input_audio_buffer.append audio: 'more sound than was recorded'"]
    score = played(recorded(OPENED, *map(sound, chunks(loud(200), 40)), CREATE), 1)
    score.append(loud(80))
    score.claim(CREATE)
    assert told(score) == ["row 3: input_audio_buffer.append audio was '120 ms more of sound', and is None"]


def test_an_utterance_that_the_code_left_out_is_passed_over() -> None:
    one, two = loud(200), bytes(reversed(loud(120)))
    rows = [sound(chunk) for chunk in chunks(one + silent(80) + two, 40)]
    score = played(recorded(OPENED, *rows), 1)
    assert score.append(two[:1920]) == (8, [])
    assert score.differences == []


def test_where_the_sound_was_left_out_of_the_recording_only_durations_tell() -> None:
    said = says("")
    said["item"]["content"] = [{"type": "input_audio", "audio": encode_audio(silent(40))}]
    recording = recorded(OPENED, *map(sound, chunks(silent(80), 40)), said, CREATE).recording
    recording.source = Source(audio=False)
    score = played(Score(recording), 1)
    rows = [score.append(chunk)[0] for chunk in chunks(loud(80), 40)]
    assert rows == [1, 2]
    said["item"]["content"][0]["audio"] = encode_audio(loud(40))
    claim = score.claim(said)
    assert claim is not None
    assert score.differences == []


# -- the dialect -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "dialect"),
    [
        ({"type": "session.created", "session": {"modalities": ["text"]}}, "beta"),
        ({"type": "session.created", "session": {"type": "realtime"}}, "ga"),
        ({"type": "session.created", "session": 5}, "ga"),
        ({"type": "response.audio.delta"}, "beta"),
        ({"type": "response.output_audio.delta"}, "ga"),
    ],
)
def test_the_dialect_is_told_by_what_the_server_says(event: Json, dialect: str) -> None:
    assert recorded(OPENED, event).dialect == dialect
