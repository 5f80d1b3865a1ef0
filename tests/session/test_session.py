"""The session against the real server's core, in memory."""

import asyncio
import inspect
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import orjson
import pytest
from core_client import loud, silent
from memory_server import ENDPOINT, MemoryServer, ScriptedServer, connect_in_memory, created, said

import rt_notebook as rt
from rt_notebook.session.runner import background_loop, block
from rt_notebook.session.session import AsyncSession


@pytest.fixture
def session() -> Iterator[rt.Session]:
    with connect_in_memory(output="text") as session:
        yield session


def types(session: rt.Session, start: int = 0) -> list[str]:
    return [event.type for event in session.events[start:]]


def test_opening_applies_the_settings_and_writes_down_what_is_said(session: rt.Session) -> None:
    assert types(session)[:4] == ["rt.connection.opened", "session.created", "session.update", "session.updated"]
    now = session.conversation.session
    assert now["output_modalities"] == ["text"]
    assert now["audio"]["input"]["transcription"]["model"] == "gpt-4o-mini-transcribe"


def test_transcription_can_be_switched_off() -> None:
    with connect_in_memory(transcription=None) as session:
        assert session.conversation.session["audio"]["input"]["transcription"] is None


def test_ask_in_writing(session: rt.Session) -> None:
    response = session.ask("Good morning")
    assert (response.status, response.text) == ("completed", "You said: Good morning ")
    assert response.usage is not None
    assert response.latency.done is not None
    assert [(item.role, item.words) for item in session.items] == [
        ("user", "Good morning"),
        ("assistant", "You said: Good morning "),
    ]
    assert session.responses == [response]


def test_ask_aloud() -> None:
    with connect_in_memory() as session:
        response = session.ask("Good morning")
        assert response.transcript == "You said: Good morning "
        assert len(response.audio) == 4 * 1200
        assert 0.2 < np.abs(response.audio).max() < 0.4
        assert response.latency.first_audio is not None


def test_ask_with_sound(session: rt.Session) -> None:
    tone = np.sin(np.arange(24_000) / 9).astype(np.float32) * 0.3
    response = session.ask(audio=tone)
    assert "1000 ms of sound" in response.text
    assert session.items[0].audio_ms == 1000
    assert "500 ms of sound" in session.ask(audio=tone[:8000], rate=16_000).text


def test_ask_streaming(session: rt.Session) -> None:
    deltas = list(session.ask("one two", stream=True))
    assert "".join(map(str, deltas)) == "You said: one two "
    assert len(deltas) > 1


def test_a_time_limit_is_for_the_whole_answer() -> None:
    server = ScriptedServer()

    def answer(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if event["type"] == "conversation.item.create":
            yield {"type": "conversation.item.added", "item": event["item"]}
        elif event["type"] == "response.create":
            yield created("r")
            yield from list(said("r", "half an answer"))[:-1]

    server.answer = answer
    session = server.connect()
    pieces = []
    with pytest.raises(rt.WaitTimeoutError, match=r"No end of the response within 0\.3 s"):
        pieces += [str(delta) for delta in session.ask("q", stream=True, timeout=0.3)]
    with pytest.raises(rt.WaitTimeoutError, match=r"No response\.done within 0\.3 s"):
        session.ask("q", timeout=0.3)


def test_a_question_is_sent_when_it_is_asked_not_when_its_answer_is_drawn(session: rt.Session) -> None:
    pieces = session.ask("one", stream=True)
    session.ask("two")
    assert "".join(map(str, pieces)) == "You said: one "
    assert [item.words for item in session.items if item.role == "user"] == ["one", "two"]


def test_streaming_aloud_yields_audio() -> None:
    with connect_in_memory() as session:
        deltas = list(session.ask("one", stream=True))
    audio = [delta.audio for delta in deltas if delta.audio is not None]
    assert sum(map(len, audio)) == 3 * 1200


def test_speak_waits_for_the_answer(session: rt.Session) -> None:
    response = session.speak(loud(600), pace=float("inf"))
    assert response is not None
    assert response.status == "completed"
    assert "ms of sound" in response.text
    assert 500 < session.items[0].audio_ms < 1500


def test_speak_without_speech_says_so(session: rt.Session) -> None:
    with pytest.raises(rt.AudioError, match=r"heard no speech in 0\.5 s .* -inf dBFS"):
        session.speak(silent(500), pace=50)
    assert session.ask("still there?").status == "completed"


def test_speak_needs_turn_detection(session: rt.Session) -> None:
    session.update(turn_detection=None)
    with pytest.raises(ValueError, match="Turn detection is off"):
        session.speak(loud(300))


def test_speak_without_automatic_answers(session: rt.Session) -> None:
    session.update(turn_detection=rt.ServerVAD(create_response=False))
    assert session.speak(loud(500), pace=float("inf")) is None
    assert session.respond().status == "completed"


def test_appending_and_committing_by_hand(session: rt.Session) -> None:
    session.update(turn_detection=None)
    session.append_audio(loud(400))
    item_id = session.commit()
    assert "400 ms of sound" in session.respond().text
    assert session.items[0].id == item_id
    assert session.items[0].audio_ms == 400
    with pytest.raises(rt.ServerError) as caught:
        session.commit()
    assert caught.value.code == "input_audio_buffer_commit_empty"
    session.append_audio(loud(400))
    session.clear()
    with pytest.raises(rt.ServerError):
        session.commit()


def test_add_places_items(session: rt.Session) -> None:
    first = session.add("one")
    session.add("three", role="assistant")
    session.add("two", after=first)
    session.add("zero", role="system", after="root")
    assert [item.words for item in session.items] == ["zero", "one", "two", "three"]
    with pytest.raises(rt.ServerError):
        session.add("where?", after="item_unknown")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, TypeError),
        ({"text": "a", "audio": b"ab"}, TypeError),
        ({"text": 5}, TypeError),
        ({"text": np.zeros(4)}, TypeError),
        ({"audio": b"abc"}, rt.AudioError),
        ({"audio": b""}, rt.AudioError),
        ({"audio": "no such file.wav"}, FileNotFoundError),
        ({"audio": 5}, rt.AudioError),
        ({"audio": bytes(48 * 240_000)}, rt.AudioError),
    ],
)
def test_what_cannot_be_asked_is_named_and_the_session_goes_on(
    session: rt.Session, arguments: dict[str, Any], error: type[Exception]
) -> None:
    before = len(session.events)
    with pytest.raises(error):
        session.ask(**arguments)
    assert len(session.events) == before
    assert session.ask("and now?").status == "completed"


def test_respond_out_of_band(session: rt.Session) -> None:
    session.add("Hello")
    response = session.respond(conversation="none", instructions="Classify.", metadata={"topic": "greeting"})
    assert response.status == "completed"
    assert response.conversation_id is None
    assert (response.metadata or {})["topic"] == "greeting"
    assert len(session.items) == 1


def test_respond_without_waiting_then_cancel(session: rt.Session) -> None:
    session.update(output="audio")
    session.add("count")
    response = session.respond(wait=False)
    session.cancel()
    session.wait("response.done")
    assert response.status in ("cancelled", "completed")
    session.cancel()  # nothing to cancel: nothing happens
    assert session.ask("still there?").status == "completed"


def test_everybody_who_asks_at_once_gets_the_answer_to_his_own_question(session: rt.Session) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda text: session.ask(text).text, "abcdef"))
    assert answers == [f"You said: {text} " for text in "abcdef"]
    assert not session.events.filter("error")


def test_a_turn_that_begins_at_the_same_moment_keeps_its_answer_and_the_question_is_asked_again() -> None:
    server = ScriptedServer()

    def answer(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if event["type"] == "conversation.item.create":
            yield {"type": "conversation.item.added", "item": event["item"]}
        elif event["type"] == "response.create" and server.requests == 1:
            # Turn detection was faster: its response is under way when the request comes.
            yield created("vad")
            busy = {"code": "conversation_already_has_active_response", "message": "busy"}
            yield {"type": "error", "error": busy | {"event_id": event["event_id"]}}
            yield from said("vad", "to the turn")
        elif event["type"] == "response.create":
            yield created("ours")
            yield from said("ours", "to the question")

    server.answer = answer
    session = server.connect()
    assert session.ask("q").text == "to the question"
    assert [response.text for response in session.responses] == ["to the turn", "to the question"]
    server.requests = 0
    assert "".join(map(str, session.ask("q", stream=True))) == "to the question"


def test_speech_is_answered_by_its_own_response_whoever_asks_meanwhile(session: rt.Session) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(lambda: (session.wait("input_audio_buffer.speech_started"), session.ask("hello"))[1])
        response = session.speak(loud(800) + silent(200), pace=2)
    assert asked.result().text == "You said: hello "
    assert response is not None
    assert "ms of sound" in response.text


def test_speech_that_your_own_code_answers(session: rt.Session) -> None:
    session.update(turn_detection=rt.ServerVAD(create_response=False))
    session.on("input_audio_buffer.committed", lambda event: session.respond(wait=False))
    assert session.speak(loud(500), pace=float("inf"), timeout=10) is None
    assert "ms of sound" in session.wait("response.done")["response"]["output"][0]["content"][0]["text"]


def test_interrupted_speech_leaves_nothing_to_the_next(session: rt.Session) -> None:
    with pytest.raises(rt.WaitTimeoutError):
        session.speak(loud(5_000), timeout=0.7)
    response = session.speak(loud(600), pace=float("inf"))
    assert response is not None
    assert 500 < session.items[0].audio_ms < 1500


def test_a_failed_response_is_returned(session: rt.Session) -> None:
    response = session.ask("fail")
    assert response.status == "failed"
    assert "out of order" in (response.error or "")
    assert session.ask("again").status == "completed"


def test_raw_events_and_waiting(session: rt.Session) -> None:
    session.add("Hello")
    event_id = session.send({"type": "response.create", "event_id": "mine"})
    assert event_id == "mine"
    # Long past when it is asked for, and still found.
    done = session.wait("response.done")
    created = session.wait("response.created")
    assert created.index < done.index
    assert session.wait("rate_limits.*", after=created).index > created.index
    with pytest.raises(rt.WaitTimeoutError, match=r"No session\.created within 0\.01 s\. The last events were"):
        session.wait("session.created", timeout=0.01)


def test_waiting_looks_behind_the_last_send_and_a_run_of_appended_audio_is_one_send(session: rt.Session) -> None:
    session.ask("one")
    first = session.wait("response.done")
    for chunk in [*[loud(40)] * 15, *[silent(40)] * 25]:
        session.append_audio(chunk)
    done = session.wait("response.done")
    assert done.index > first.index
    session.append_audio(silent(40))
    assert session.wait("response.done").index == done.index
    assert session.wait("response.done", after=-len(session.events)).index == first.index
    sent = session.send({"type": "response.create"})
    session.send({"type": "input_audio_buffer.clear"})
    assert session.wait("response.done", after=sent).index > done.index


@pytest.mark.parametrize("pattern", [5, None, [], [5]])
def test_what_is_no_pattern(session: rt.Session, pattern: Any) -> None:
    with pytest.raises(TypeError, match="no event type or pattern"):
        session.wait(pattern)
    with pytest.raises(TypeError, match="no event type or pattern"):
        session.on(pattern, print)


def test_other_misuse_is_named(session: rt.Session) -> None:
    with pytest.raises(TypeError, match="no event type or pattern"):

        @session.on  # type: ignore[arg-type] # wrong on purpose
        def note(event: rt.Event) -> None: ...

    with pytest.raises(TypeError, match="no function"):
        session.on("x", 5)  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(TypeError, match="an event, its position"):
        session.wait("x", after=1.5)  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(ValueError, match="no event with the event_id"):
        session.wait("x", after="event_unknown")
    with pytest.raises(rt.WaitTimeoutError, match=r"did you mean 'response\.done'"):
        session.wait("respnse.done", timeout=0.01)
    with pytest.raises(rt.ProtocolError, match="an event is a JSON object"):
        session.send("response.create")  # type: ignore[arg-type] # wrong on purpose
    circular: dict[str, Any] = {"type": "response.create"}
    circular["response"] = circular
    with pytest.raises(rt.ProtocolError, match="cannot be JSON"), pytest.warns(UserWarning, match="no such field"):
        session.send(circular)
    with pytest.raises(ValueError, match="pace is 'fast'"):
        session.speak(loud(40), pace="fast")  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(TypeError, match="session is 'x'"):
        session.update(session="x")  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(TypeError, match="metadata is 5"):
        session.respond(conversation="none", metadata=5)
    assert session.ask("still there?").status == "completed"


def test_what_a_server_gets_wrong_breaks_no_display(session: rt.Session) -> None:
    wire = session._session.wire
    for event in (
        created("r"),
        {"type": "response.output_item.added", "response_id": "r", "item": {"id": "a", "role": "assistant"}},
        {"type": "response.output_audio.delta", "response_id": "r", "item_id": "a", "delta": "AAAA"},
        {"type": "response.done", "response": {"id": "r", "status": "failed", "status_details": "bad", "output": 5}},
        {"type": "x", "output_index": 2**63},
    ):
        session._session.call(wire._receive, orjson.dumps(event))
    session.wait("x")
    assert "failed" in repr(session.responses)
    assert len(session.responses[0].audio) == 1
    assert session.events.df["output_index"].isna().all()


def test_a_wrong_event_warns_and_goes_out(session: rt.Session) -> None:
    with pytest.warns(UserWarning, match=r"did you mean 'response\.create'"):
        session.send({"type": "response.crate"})
    error = session.wait("error")
    assert "response.crate" in error["error"]["message"]
    with pytest.raises(rt.ProtocolError, match="Not sent"):
        session.send({"type": "response.crate"}, strict=True)
    with pytest.raises(rt.ProtocolError, match="cannot be JSON"), pytest.warns(UserWarning, match="audio"):
        session.send({"type": "input_audio_buffer.append", "audio": np.zeros(4)})
    assert session.ask("still there?").status == "completed"


def test_update_returns_what_the_server_has(session: rt.Session) -> None:
    now = session.update(instructions="Be brief.", turn_detection=None, max_output_tokens=50)
    assert (now["instructions"], now["audio"]["input"]["turn_detection"]) == ("Be brief.", None)
    with pytest.raises(TypeError, match="speed"):
        session.update(speed=1.2)  # type: ignore[call-arg] # wrong on purpose
    with pytest.raises(ValueError, match="temperature exists only in the beta dialect"):
        session.update(temperature=0.8)
    with pytest.raises(rt.ServerError) as caught:
        session.update(session={"no_such_field": 1})
    assert caught.value.param is not None


def test_streaming_events(session: rt.Session) -> None:
    session.add("Hello")
    session.send({"type": "response.create"})
    seen = [event.type for event in session.stream(until="response.done", timeout=5)]
    assert seen[-1] == "response.done"
    assert "response.output_text.delta" in seen
    some = [event.type for event in session.stream("response.output_text.*", until="response.done", timeout=5)]
    assert set(some) == {"response.output_text.delta", "response.output_text.done", "response.done"}


def test_callbacks_run_in_order_and_a_failing_one_is_shown(
    session: rt.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[rt.Event] = []
    done = threading.Event()

    @session.on("response.*")
    def note(event: rt.Event) -> None:
        assert threading.current_thread().name == "rt_notebook callbacks"
        seen.append(event)
        if event.type == "response.done":
            done.set()
            raise ZeroDivisionError("in the callback")

    session.ask("Hello")
    assert done.wait(5)
    session.wait("rt.callback.failed")
    assert [event.index for event in seen] == sorted(event.index for event in seen)
    assert "ZeroDivisionError: in the callback" in capsys.readouterr().err
    assert session.events.filter("rt.callback.failed")[0]["error"]["message"] == "ZeroDivisionError: in the callback"


def test_a_callback_may_be_async_and_may_exit(session: rt.Session, capsys: pytest.CaptureFixture[str]) -> None:
    done = threading.Event()

    async def note(event: rt.Event) -> None:
        await asyncio.sleep(0)
        done.set()

    session.on("response.created", lambda event: sys.exit(3))
    session.on("response.done", note)
    session.ask("Hello")
    assert done.wait(5)
    assert "SystemExit: 3" in capsys.readouterr().err


def test_a_callback_can_be_taken_off_and_may_ask_itself(session: rt.Session) -> None:
    answers: list[rt.Response] = []
    answered = threading.Event()

    def ask(event: rt.Event) -> None:
        unsubscribe()
        answers.append(session.ask("from the callback"))
        answered.set()

    unsubscribe = session.on("response.done", ask)
    session.ask("first")
    assert answered.wait(5)
    session.ask("second")
    assert len(answers) == 1


def test_the_connection_ends_under_a_wait() -> None:
    server = MemoryServer()
    session = connect_in_memory(server)
    waiting = threading.Timer(0.05, lambda: block(server.ends[0].close(1011, "out of service")))
    waiting.start()
    with pytest.raises(rt.ConnectionClosedError, match="1011, out of service") as caught:
        session.wait("never.comes")
    assert caught.value.code == 1011
    assert [event.type for event in session.events][-1] == "rt.connection.lost"
    with pytest.raises(rt.ConnectionClosedError):
        session.ask("anybody?")
    assert not list(session.stream("never.*"))
    session.close()


def test_closing_twice_and_opening_again() -> None:
    session = connect_in_memory(output="text")
    session.ask("one")
    session.close()
    session.close()
    assert session.closed is not None
    assert len(session.items) == 2  # still readable
    session.open()
    assert session.items == []
    assert session.ask("two").status == "completed"
    assert session.events.df["connection"].unique().tolist() == [1, 2]
    assert session.conversation.session["output_modalities"] == ["text"]
    session.close()


def test_the_stop_button_interrupts_a_wait_and_leaves_the_session_usable(session: rt.Session) -> None:
    threading.Timer(0.2, lambda: signal.raise_signal(signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        session.wait("never.comes", timeout=30)
    assert session.ask("still there?").status == "completed"
    assert not session._session.wire._waiters  # the wait itself is gone too


def test_blocking_on_the_session_s_own_thread_is_refused_at_once(session: rt.Session) -> None:
    raised: list[BaseException] = []
    tried = threading.Event()

    def try_it() -> None:
        try:
            session.ask("Hello")
        except rt.RealtimeError as error:
            raised.append(error)
        tried.set()

    background_loop().call_soon_threadsafe(try_it)
    assert tried.wait(5)
    assert "would block for ever" in str(raised[0])


def test_awaitable_from_any_loop() -> None:
    async def talk() -> None:
        session = AsyncSession(ENDPOINT, {"output": "text"}, opener=MemoryServer())
        await session.open()
        async with session:
            assert (await session.ask("Hello")).text == "You said: Hello "
            assert [str(delta) async for delta in session.ask("Hi", stream=True)] != []
            await session.send({"type": "response.create"})
            assert [event.type async for event in session.stream(until="response.done")][-1] == "response.done"
            one, two = await asyncio.gather(session.ask("a"), session.ask("b"))
            assert one is not two
            with pytest.raises(rt.WaitTimeoutError):
                await session.wait("never.comes", timeout=0.01)
            task = asyncio.create_task(session.wait("never.comes"))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(talk())
    rt.run(talk())


def test_the_session_goes_on_while_the_user_s_thread_is_busy(session: rt.Session) -> None:
    session.add("Hello")
    session.respond(wait=False)
    until = time.monotonic() + 5
    while not session.events.filter("response.done") and time.monotonic() < until:
        pass
    assert session.events.filter("response.done")


def test_an_unknown_event_is_kept_and_shown(session: rt.Session) -> None:
    session._session.call(session._session.wire._receive, b'{"type":"response.brand_new","item_id":"i"}')
    assert session.wait("response.brand_new")["item_id"] == "i"
    session._session.call(session._session.wire._receive, b"\x00 not JSON")
    unreadable = session.wait("rt.unreadable")
    assert "not JSON" in unreadable["error"]["message"]
    assert session.events.raw(unreadable.index) == b"\x00 not JSON"
    assert session.events[unreadable.index].type == "rt.unreadable"
    assert session.ask("still there?").status == "completed"


def public(cls: type) -> dict[str, inspect.Signature | None]:
    return {
        name: inspect.signature(member) if callable(member) else None
        for name, member in inspect.getmembers(cls)
        if not name.startswith("_")
    }


def test_both_forms_have_the_same_methods_with_the_same_parameters() -> None:
    blocking, awaitable = public(rt.Session), public(AsyncSession)
    internal = {"call", "wire", "append", "decide"}  # what runs on the session's loop
    assert set(blocking) == set(awaitable) - internal
    for name, signature in blocking.items():
        other = awaitable[name]
        assert (signature and signature.parameters) == (other and other.parameters), name
        assert getattr(rt.Session, name).__doc__ == getattr(AsyncSession, name).__doc__, name
        assert getattr(AsyncSession, name).__doc__, name


def test_help_lists_the_settings() -> None:
    for function in (rt.connect, rt.aconnect, rt.Session.update):
        assert {"instructions", "voice", "turn_detection"} <= set(inspect.signature(function).parameters)
