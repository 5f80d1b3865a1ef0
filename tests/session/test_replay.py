"""Sessions that replay a recording: with the code that made it, with other code, and with none."""

import asyncio
import contextlib
import functools
import math
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from core_client import loud, silent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lesson import SILENCE_MS, TOOL, lesson
from memory_server import ScriptedServer, connect_in_memory, created, said
from pandas.testing import assert_frame_equal

import rt_notebook as rt
from rt_notebook.protocol.catalog import Dialect, Direction
from rt_notebook.protocol.event import encode_audio, parse
from rt_notebook.session.page import PageSession
from rt_notebook.session.replay import Replay, ReplaySession
from rt_notebook.session.runner import background_loop, block

DIALECTS: list[Dialect] = ["ga", "beta"]


@pytest.fixture(autouse=True)
def no_difference_goes_unseen() -> Iterator[None]:
    """Warnings are errors here: each test says which it expects."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def replay_of(log: rt.EventLog, speed: float = math.inf, **settings: Any) -> rt.Session:
    return rt.connect(replay=log, speed=speed, **settings)


def replaying(session: rt.Session) -> Replay:
    assert session.replay is not None
    return session.replay


def same(session: rt.Session, log: rt.EventLog) -> None:
    assert_frame_equal(session.events.df, log.df)
    assert [session.events.raw(row) for row in range(len(log))] == [log.raw(row) for row in range(len(log))]


def cut(log: rt.EventLog, rows: list[int]) -> rt.EventLog:
    """Return a log of some of the rows."""
    part = rt.EventLog()
    part.started = log.started
    columns = log.columns("direction", "connection", "t")
    for row in rows:
        raw = log.raw(row)
        part.append(columns["direction"][row], raw, parse(raw), columns["connection"][row], t=columns["t"][row])
    return part


def made_of(*events: tuple[Direction, dict[str, Any]]) -> rt.EventLog:
    """Return a log with an event a second."""
    log = rt.EventLog()
    for side, event in events:
        log.append(side, orjson.dumps(event), event, 1, t=float(len(log)))
    return log


def teach(session: rt.Session) -> list[rt.Response | None]:
    """Do what was done when the lesson was recorded."""
    detection = rt.ServerVAD(silence_duration_ms=SILENCE_MS, prefix_padding_ms=100)
    session.update(turn_detection=detection, tools=[TOOL])
    spoken = session.speak(silent(100) + loud(400))
    session.add("count")
    counting = session.respond(wait=False)
    interrupting = session.speak(silent(200) + loud(300))
    written = session.ask("Good morning")
    call = session.ask("call weather")
    output = {"type": "function_call_output", "call_id": call.calls[0].call_id, "output": '{"sky": "clear"}'}
    session.send({"type": "conversation.item.create", "item": output})
    told = session.respond()
    asked = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Name this talk"}]}
    aside = session.respond(conversation="none", input=[asked], output_modalities=["text"])
    return [spoken, counting, interrupting, written, call, told, aside]


# -- the same code ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", [math.inf, 100.0])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_same_code_on_the_recording_gets_the_same(dialect: Dialect, speed: float) -> None:
    log = lesson(dialect)
    session = replay_of(log, speed)
    spoken, counting, interrupting, written, call, told, aside = teach(session)
    assert spoken is not None
    assert interrupting is not None
    assert counting is not None
    assert written is not None
    said = log.filter("response.output_audio_transcript.done", response=spoken.id)[0].text
    assert (spoken.transcript, counting.status) == (said, "cancelled")
    assert interrupting.transcript.startswith("You said: ")
    assert written.transcript == "You said: Good morning "
    assert len(written.audio) == 4 * 1200
    done = log.filter("response.done", response=written.id)[0]
    assert written.latency.done is not None
    asked = log.filter("response.create", until=done.t)[-1]
    assert written.latency.done == pytest.approx((done.t - asked.t) * 1000, abs=0.1)
    assert call is not None
    assert call.calls[0].name == "weather"
    assert told is not None
    assert "clear" in told.transcript
    assert aside is not None
    assert aside.text == "You said: Name this talk "
    replaying(session).finish()
    same(session, log)
    assert replaying(session).differences == []
    assert replaying(session).done


@pytest.mark.parametrize("dialect", DIALECTS)
def test_without_any_code_finish_gives_the_recording(dialect: Dialect) -> None:
    log = lesson(dialect)
    session = replay_of(log)
    replay = replaying(session)
    assert len(session.events) < 10
    assert (replay.done, replay.position) == (False, session.events[-1].t)
    replay.finish()
    same(session, log)
    assert (replay.done, replay.position, replay.duration) == (True, log[-1].t, log[-1].t)
    assert replay.differences == []
    assert [response.status for response in session.responses].count("cancelled") == 1
    with pytest.raises(rt.ConnectionClosedError, match="the recording is over"):
        session.wait("response.done", after=len(log))
    with pytest.raises(rt.ReplayError, match="The recording is over"):
        session.open()


def test_at_a_pace_all_comes_by_itself_and_wait_waits_for_it() -> None:
    log = lesson()
    session = replay_of(log, 200.0)
    assert session.wait("rt.connection.closed").index == len(log) - 1
    same(session, log)


def test_callbacks_see_every_row_once_and_in_order() -> None:
    log = lesson()
    for speed in (math.inf, 500.0):
        session = replay_of(log, speed)
        mark = len(session.events)
        seen: list[int] = []
        over = threading.Event()

        def note(event: rt.Event, seen: list[int] = seen, over: threading.Event = over) -> None:
            seen.append(event.index)
            if event.index == len(log) - 1:
                over.set()

        session.on("*", note)
        replaying(session).finish()
        assert over.wait(5)
        assert seen == list(range(seen[0], len(log)))
        assert seen[0] >= mark


def test_code_in_callbacks_and_threads_gets_its_own_answers() -> None:
    with connect_in_memory(output="text") as live:
        answered = threading.Event()
        asked: list[str] = []

        def ask(event: rt.Event, session: rt.Session = live) -> None:
            if not asked:
                asked.append("callback")
                asked.append(session.ask("from the callback").text)
                answered.set()

        live.on("response.done", ask)
        live.ask("first")
        assert answered.wait(5)
        live.ask("last")
    for _ in range(3):
        session = replay_of(live.events)
        asked.clear()
        answered.clear()
        session.on("response.done", functools.partial(ask, session=session))
        assert session.ask("first").text == "You said: first "
        assert answered.wait(5)
        assert session.ask("last").text == "You said: last "
        assert asked[1] == "You said: from the callback "
        session.close()
        same(session, live.events)
        assert replaying(session).differences == []


def test_awaited_from_the_user_s_own_loop() -> None:
    log = lesson()

    async def watch() -> None:
        async with rt.aconnect(replay=log, speed=math.inf) as session:
            replay = session.replay
            assert replay is not None
            async for event in session.stream("response.done"):
                assert event.index < len(log)
            await replay.finish()
            assert_frame_equal(session.events.df, log.df)

    asyncio.run(watch())


def test_settings_are_compared_with_the_recorded_ones_and_a_failing_answer_is_the_recorded_one() -> None:
    with connect_in_memory(output="text", instructions="Be brief.") as live, pytest.raises(rt.ServerError):
        live.update(session={"no_such_field": 1})
    session = replay_of(live.events, output="text", instructions="Be brief.")
    assert session.conversation.session["instructions"] == "Be brief."
    with pytest.raises(rt.ServerError) as caught:
        session.update(session={"no_such_field": 1})
    assert caught.value.param is not None
    session.close()
    same(session, live.events)
    assert replaying(session).differences == []
    with pytest.warns(UserWarning, match=r"session\.instructions was 'Be brief\.', and is 'Be long\.'"):
        session = replay_of(live.events, output="text", instructions="Be long.")
    assert [entry.path for entry in replaying(session).differences] == ["session.instructions"]
    session.close()


def test_settings_where_none_were_recorded(talk: rt.EventLog) -> None:
    log = cut(talk, [row for row in range(len(talk)) if talk[row].type != "session.update"])
    with pytest.warns(UserWarning, match=r"sent, but not recorded: session\.update"):
        session = replay_of(log, voice="alto")
    session.close()
    same(session, log)


def test_several_connections_in_one_recording() -> None:
    live = connect_in_memory(output="text")
    live.ask("one")
    live.close()
    live.open()
    live.ask("two")
    live.close()
    session = replay_of(live.events, output="text")
    assert session.ask("one").text == "You said: one "
    with pytest.warns(UserWarning, match="not recorded"), pytest.raises(rt.ReplayError):
        session.send({"type": "input_audio_buffer.commit"})
    session.close()
    assert "closed" in repr(session)
    assert len(session.items) == 2
    session.open()
    assert session.items == []
    assert session.closed is None
    assert session.ask("two").text == "You said: two "
    session.close()
    same(session, live.events)
    paced = replay_of(live.events, 100.0)
    paced.wait("rt.connection.closed", after=live.events.find("rt.connection.closed"))
    same(paced, live.events)


# -- other code -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def talk() -> rt.EventLog:
    with connect_in_memory(output="text") as live:
        live.ask("one")
        live.ask("two")
    return live.events


def test_other_words_get_the_recorded_answer_and_a_difference(talk: rt.EventLog) -> None:
    session = replay_of(talk)
    with pytest.warns(UserWarning, match=r"text was 'one', and is 'Two'"):
        assert session.ask("Two").text == "You said: one "
    assert session.ask("two").text == "You said: two "
    session.close()
    same(session, talk)
    (difference,) = replaying(session).differences
    assert difference.row is not None
    assert talk[difference.row].text == "one"
    assert replaying(session).differences.df["sent"].tolist() == ["Two"]
    assert "1 difference" in repr(replaying(session))


def test_fewer_questions(talk: rt.EventLog) -> None:
    session = replay_of(talk)
    assert session.ask("two").text == "You said: two "
    session.close()
    same(session, talk)
    assert [str(entry).partition(": ")[2] for entry in replaying(session).differences] == [
        "recorded, but not sent: conversation.item.create",
        "recorded, but not sent: response.create",
    ]


@pytest.mark.parametrize("speed", [math.inf, 1.0])
def test_more_questions_fail_at_once(talk: rt.EventLog, speed: float) -> None:
    session = replay_of(talk, speed)
    session.ask("one")
    session.ask("two")
    over = "nothing would answer it|is over"  # the recording's end comes by itself where there is a pace
    with (
        pytest.warns(UserWarning, match="not recorded"),
        pytest.raises((rt.ReplayError, rt.ConnectionClosedError), match=over),
    ):
        session.ask("three")
    session.close()
    same(session, talk)
    assert [entry.sent["item"]["content"][0]["text"] for entry in replaying(session).differences] == ["three"]
    with pytest.warns(UserWarning, match="not recorded: .*: 'four'"), pytest.raises(rt.ConnectionClosedError):
        session.ask("four")


def test_what_lies_behind_an_event_that_is_not_sent_is_waited_for(talk: rt.EventLog) -> None:
    session = replay_of(talk)
    first = session.wait("response.done")
    assert first.index == talk.find("response.done")
    assert session.wait("response.done", after=first)["response"]["status"] == "completed"
    assert [event.type for event in session.stream(until="rt.connection.closed")][-1] == "rt.connection.closed"
    session = replay_of(talk)
    assert "".join(map(str, session.ask("one", stream=True))) == "You said: one "
    deltas = [event.text for event in session.stream("response.output_text.delta", until="rt.connection.*")]
    assert "two " in deltas


def test_without_a_pace_a_time_limit_is_in_seconds_of_the_recording(talk: rt.EventLog) -> None:
    later = rt.EventLog()
    for event in talk:
        late = 100.0 if event.index > 5 else 0.0
        later.append(event.direction, talk.raw(event.index), event, 1, t=event.t + late)
    session = replay_of(later)
    begun = time.monotonic()
    with pytest.raises(rt.WaitTimeoutError, match=r"No rt\.never within 30 s"):
        session.wait("rt.never", timeout=30)
    assert time.monotonic() - begun < 25
    assert session.wait("response.done", timeout=200).index == talk.find("response.done")


def test_sound_in_other_chunks_and_other_sound(talk: rt.EventLog) -> None:
    with connect_in_memory(output="text", turn_detection=None) as live:
        live.append_audio(loud(500))
        live.commit()
        live.respond()
    session = replay_of(live.events)
    for at in range(0, 500, 20):
        session.append_audio(loud(500)[at * 48 : (at + 20) * 48])
    item = session.commit()
    assert item == live.items[0].id
    assert session.respond().text == live.responses[0].text
    np.testing.assert_array_equal(session.items[0].audio, live.items[0].audio)
    session.close()
    same(session, live.events)
    assert replaying(session).differences == []
    session = replay_of(live.events)
    with pytest.warns(UserWarning, match="audio was 'sound', and is 'other sound'"):
        session.append_audio(loud(500)[::-1])
    session.commit()
    session.close()
    session = replay_of(talk)
    with pytest.warns(UserWarning, match="more sound than was recorded"), pytest.raises(rt.ReplayError):
        session.append_audio(loud(40))
    session.close()


def test_code_that_sends_silence_until_it_is_answered_is_answered() -> None:
    with connect_in_memory(output="text") as live:
        live.speak(loud(400), pace=20)
        live.append_audio(silent(40))
    session = replay_of(live.events)
    answered = threading.Event()
    session.on("response.done", lambda event: answered.set())
    session.append_audio(loud(400))
    for _ in range(3000):
        if answered.is_set():
            break
        session.append_audio(silent(20))
    assert answered.is_set()
    session.close()
    same(session, live.events)
    assert replaying(session).differences == []


@pytest.mark.parametrize("speed", [math.inf, 1.0])
def test_speaking_what_was_never_spoken_fails_at_once(talk: rt.EventLog, speed: float) -> None:
    session = replay_of(talk, speed)
    with pytest.warns(UserWarning, match="more sound than was recorded"), pytest.raises(rt.RealtimeError):
        session.speak(loud(200))
    session.close()
    same(session, talk)


def test_speech_that_nobody_heard_was_not_heard() -> None:
    detection = {"audio": {"input": {"turn_detection": {"type": "server_vad"}}}}
    noise, silence = (
        {"type": "input_audio_buffer.append", "audio": encode_audio(pcm)} for pcm in (loud(40), silent(40))
    )
    appended: list[tuple[Direction, dict[str, Any]]] = [("client", event) for event in [noise] * 10 + [silence] * 80]
    log = made_of(
        ("server", {"type": "session.created", "session": detection}),
        *appended,
        ("client", {"type": "input_audio_buffer.clear"}),
        ("server", {"type": "input_audio_buffer.cleared"}),
    )
    session = replay_of(log)
    with pytest.raises(rt.AudioError, match="heard no speech"):
        session.speak(loud(40) * 10)
    session.close()
    same(session, log)
    assert replaying(session).differences == []


def test_a_request_that_is_refused_since_another_response_is_made_gets_its_answer_in_the_end() -> None:
    server = ScriptedServer()

    def answer(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if event["type"] == "conversation.item.create":
            yield {"type": "conversation.item.added", "item": event["item"]}
        elif event["type"] == "response.create" and server.requests == 1:
            code = "conversation_already_has_active_response"
            yield created("other")
            yield {"type": "error", "error": {"code": code, "event_id": event["event_id"]}}
            yield from said("other", "not this")
        elif event["type"] == "response.create":
            yield created("mine")
            yield from said("mine", "this")

    server.answer = answer
    live = server.connect()
    assert live.ask("q").text == "this"
    live.close()
    session = replay_of(live.events)
    assert session.ask("q").text == "this"
    session.close()
    same(session, live.events)


# -- the panel --------------------------------------------------------------------------------------------------------


def test_a_page_s_loudspeaker_and_microphone_change_nothing() -> None:
    log = lesson()
    session = replay_of(log)
    page = PageSession(session._session)
    states: list[str] = []

    async def use() -> None:
        page.on_priced(lambda: states.append(page.info()["state"]))
        item = next(event["item_id"] for event in log.filter("response.output_audio.delta"))
        page.playback_queued(item, 0)
        page.playback_started(item, 0)
        page.playback_flushed(item, 0, 10)
        page.playback_underrun(item, 5)
        with pytest.raises(rt.ReplayError, match="replays a recording"):
            page.feed(loud(40))
        page.feed(loud(40))  # said once, and not each 40 ms
        for act in (lambda: page.say("x"), page.interrupt, page.take_turn, page.clear):
            with pytest.raises(rt.ReplayError, match="replays a recording"):
                act()
        for action in (page.update({}), page.say_sound(b"")):
            with pytest.raises(rt.ReplayError):
                await action

    block(use())
    assert page.info()["model"] == "tutor (replayed)"
    replaying(session).finish()
    same(session, log)
    assert replaying(session).differences == []
    assert states == ["closed"]
    with pytest.raises(rt.ReplayError, match="plays it again"):
        page.restart()


def test_a_recording_of_openai_costs_what_it_cost_then() -> None:
    opened = {"type": "rt.connection.opened", "url": "wss://api.openai.com/v1/realtime?model=gpt-realtime"}
    usage = {"input_tokens": 1_000_000, "output_tokens": 0}
    done = {"type": "response.done", "response": {"id": "r", "usage": usage}}
    log = made_of(
        ("local", opened),
        ("server", {"type": "session.created", "session": {"type": "realtime", "model": "gpt-realtime"}}),
        ("client", {"type": "response.create"}),
        ("server", done),
    )
    session = replay_of(log)
    assert (session.endpoint.provider, session.endpoint.model) == ("openai", "gpt-realtime")
    assert "openai gpt-realtime (replayed)" in repr(session)
    page = PageSession(session._session)
    priced = threading.Event()

    def note() -> None:
        if page.info()["cost_usd"]:
            priced.set()

    page.on_priced(note)
    session.wait("response.done")
    assert priced.wait(20)


# -- what is no recording ---------------------------------------------------------------------------------------------


def test_a_recording_s_file(tmp_path: Path, talk: rt.EventLog) -> None:
    talk.save(tmp_path / "talk.jsonl")
    with rt.connect(replay=tmp_path / "talk.jsonl", speed=math.inf, record=tmp_path / "again.jsonl") as session:
        assert session.ask("one").text == "You said: one "
    same(session, talk)
    assert_frame_equal(rt.load(tmp_path / "again.jsonl").df, talk.df)


@pytest.mark.parametrize("speed", [0, -1.0, math.nan, "fast", True, None])
def test_what_is_no_speed(talk: rt.EventLog, speed: Any) -> None:
    with pytest.raises(ValueError, match="speed is"):
        rt.connect(replay=talk, speed=speed)


def test_other_misuse_is_named(talk: rt.EventLog, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"replay is DataFrame; it is a recording's path, or an event log"):
        rt.connect(replay=talk.df)  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(FileNotFoundError):
        rt.connect(replay=tmp_path / "none.jsonl")
    with pytest.raises(ValueError, match="speed= is that of a replay="):
        rt.connect(speed=1.2)
    with pytest.raises(TypeError, match="no such setting"):
        rt.connect(replay=talk, vioce="alto")  # type: ignore[call-arg] # wrong on purpose
    with pytest.raises(rt.ProtocolError, match="cannot be JSON"), pytest.warns(UserWarning, match="response"):
        replay_of(talk).send({"type": "response.create", "response": np.zeros(3)})
    assert connect_in_memory().replay is None


def run_through(log: rt.EventLog, speed: float = math.inf) -> rt.Session:
    """Do what the lesson did on any log, as far as it goes."""
    session = replay_of(log, speed)
    # Turn detection that no row tells of is off, and a call that is cut off calls nothing.
    with contextlib.suppress(rt.ConnectionClosedError, rt.ReplayError, ValueError, IndexError):
        teach(session)
    replaying(session).finish()
    return session


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_recording_that_is_cut_anywhere_plays_to_its_end(data: st.DataObject) -> None:
    log = lesson(data.draw(st.sampled_from(DIALECTS)))
    start = data.draw(st.sampled_from([0, 0, 1, 2, 5, 40]))
    part = cut(log, list(range(start, data.draw(st.integers(start, len(log))))))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = run_through(part)
    same(session, part)


def test_an_empty_recording() -> None:
    session = replay_of(rt.EventLog())
    assert replaying(session).done
    with pytest.raises(rt.ConnectionClosedError, match="the recording is over"):
        session.wait("response.done")
    session.close()


@given(st.lists(st.integers(0, 200), max_size=60), st.sampled_from([math.inf, 1e6]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_recording_in_any_disorder_plays_to_its_end(rows: list[int], speed: float) -> None:
    log = cut(lesson(), rows)
    session = replay_of(log, speed)
    replaying(session).finish()
    same(session, log)
    assert replaying(session).done


def test_garbage_plays_to_its_end() -> None:
    log = rt.EventLog()
    events: list[Any] = [
        {"type": "session.created", "session": 5},
        {"type": "rt.connection.opened", "url": 5},
        {"type": "rt.connection.lost", "code": "x", "reason": 5},
        {},
        {"type": 5},
        {"type": "input_audio_buffer.append", "audio": "?"},
        {"type": "session.update", "session": "x"},
        {"type": "conversation.item.create", "item": "x"},
    ]
    sides: list[Direction] = ["server", "client", "local"]
    for side in sides:
        for event in events:
            log.append(side, orjson.dumps(event), event, 0, t=math.nan)
    for speed in (math.inf, 1.0):
        session = replay_of(log, speed)
        replaying(session).finish()
        same(session, log)


def test_the_log_s_clock_is_the_recording_s() -> None:
    log = lesson()
    session = ReplaySession(log, {}, 50.0)
    block(session.open())

    async def now() -> float:
        return session.events.now

    first = block(now())
    assert log[3].t <= first <= log[-1].t
    block(session.close())
    assert block(now()) == log[-1].t
    assert background_loop().is_running()
