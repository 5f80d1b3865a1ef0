"""The order of events in whole turns, as the API documents it."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from core_client import MS, Client, error_of, kinds, loud, silent

from rt_notebook.server.connection import Connection
from rt_notebook.server.effects import Respond, Transcribe, TurnEnded
from rt_notebook.server.engine import Call, SpeechStream

SPOKEN_ANSWER = [
    "response.output_item.added",
    "conversation.item.added",
    "response.content_part.added",
    "response.output_audio_transcript.delta",
    "response.output_audio.delta",
]
SPOKEN_END = [
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "response.output_item.done",
    "conversation.item.done",
    "response.done",
]


def test_the_session_comes_first() -> None:
    client = Client(model="gpt-realtime-mini")
    (event,) = client.events
    assert event["type"] == "session.created"
    assert event["session"]["model"] == "gpt-realtime-mini"
    assert event["session"]["expires_at"] == 1_000 + 3_600


@pytest.mark.parametrize("model", ["gpt-3.5-turbo", "whisper-1", "", "tutor2"])
def test_an_unknown_model_is_an_error_and_the_end(model: str) -> None:
    client = Client(model=model)
    assert error_of(client.events)["code"] == "model_not_found"
    assert client.closed is not None
    assert (client.closed.code, client.closed.reason) == (4004, "invalid_request_error.model_not_found")


@pytest.mark.parametrize(
    "model", ["tutor", "gpt-realtime", "gpt-realtime-2025-08-28", "gpt-4o-mini-realtime-preview", "gpt-audio-1.5"]
)
def test_known_models_are_answered(model: str) -> None:
    assert Client(model=model).closed is None


def test_a_text_turn() -> None:
    client = Client()
    client.update(output_modalities=["text"])
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello?"}]}
    assert kinds(client.send("conversation.item.create", item=item)) == [
        "conversation.item.added",
        "conversation.item.done",
    ]
    assert kinds(client.send("response.create")) == ["response.created", "rate_limits.updated"]
    assert [message.text for message in client.prompt.messages] == ["Hello?"]
    events = client.think("Hi ", "there.")
    assert kinds(events) == [
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "conversation.item.done",
        "response.done",
    ]
    response = events[-1]["response"]
    assert response["status"] == "completed"
    assert response["output"][0]["content"] == [{"type": "output_text", "text": "Hi there."}]
    added = next(event for event in events if event["type"] == "conversation.item.added")
    assert added["item"]["status"] == "in_progress"
    assert added["previous_item_id"] == client.events[2]["item"]["id"]


def test_a_spoken_turn() -> None:
    client = Client()
    client.update(audio={"input": {"transcription": {"model": "whisper-1"}}})
    assert kinds(client.say(silent(1000), loud(1000))) == ["input_audio_buffer.speech_started"]
    assert kinds(client.say(silent(600))) == [
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
    ]
    transcription = "conversation.item.input_audio_transcription"
    assert kinds(client.hear("What is it?")) == [
        f"{transcription}.delta",
        f"{transcription}.completed",
        "rate_limits.updated",
    ]
    assert [(each.role, each.text) for each in client.prompt.messages] == [("user", "What is it?")]
    assert client.think("It is fine.") == []
    events = client.speak(ms_per_word=250)
    deltas = ["response.output_audio_transcript.delta", "response.output_audio.delta"]
    assert kinds(events) == SPOKEN_ANSWER + 2 * deltas + SPOKEN_END
    sound = [base64.b64decode(event["delta"]) for event in events if event["type"] == "response.output_audio.delta"]
    assert [len(each) // MS for each in sound] == [100, 100, 50] * 3
    done = events[-1]["response"]
    assert done["output"][0]["content"] == [{"type": "output_audio", "transcript": "It is fine."}]


def test_times_count_from_the_first_sample_of_the_session() -> None:
    client = Client()
    client.say(silent(1000), loud(1000), silent(600))
    client.send("response.cancel")
    events = client.say(silent(1000), loud(500), silent(600))
    started, stopped = (client.events[1], client.events[2])
    assert (started["audio_start_ms"], stopped["audio_end_ms"]) == (
        pytest.approx(700, abs=40),
        pytest.approx(2500, abs=50),
    )
    assert events[0]["audio_start_ms"] == pytest.approx(3300, abs=40)
    assert events[1]["audio_end_ms"] == pytest.approx(4600, abs=50)
    assert started["item_id"] == stopped["item_id"] != events[0]["item_id"]


def test_the_item_of_a_turn_holds_its_audio_with_padding_and_silence() -> None:
    client = Client()
    speech = loud(1000)
    client.say(silent(1000), speech, silent(600))
    item_id = client.events[1]["item_id"]
    (event,) = client.send("conversation.item.retrieve", item_id=item_id)
    pcm = base64.b64decode(event["item"]["content"][0]["audio"])
    length = client.events[2]["audio_end_ms"] - client.events[1]["audio_start_ms"]
    assert len(pcm) == length * MS
    assert speech in pcm


def test_words_are_sought_in_the_pause_before_the_turn_is_over() -> None:
    client = Client()
    client.say(silent(500), loud(1000), silent(300))
    assert kinds(client.events)[-1] == "input_audio_buffer.speech_started"
    assert len(client.jobs) == 1
    assert client.hear("Ahead.") == []
    events = client.say(silent(300))
    assert "response.created" in kinds(events)
    assert client.prompt.messages[0].text == "Ahead."


def test_words_sought_too_early_are_thrown_away() -> None:
    client = Client()
    client.say(silent(500), loud(1000), silent(300))
    (early,) = client.jobs
    assert isinstance(early, Transcribe)
    client.say(loud(500))
    assert client.jobs == []
    client.take(client.connection.heard(early.job, "Half a sent"))
    client.say(silent(600))
    client.hear("A whole sentence.")
    assert client.prompt.messages[0].text == "A whole sentence."


def test_without_transcription_the_client_hears_no_words_but_the_thinker_does() -> None:
    client = Client()
    client.say(silent(500), loud(500), silent(600))
    assert kinds(client.hear("Secret.")) == ["rate_limits.updated"]
    assert client.prompt.messages[0].text == "Secret."
    (event,) = client.send("conversation.item.retrieve", item_id=client.events[1]["item_id"])
    assert event["item"]["content"][0]["transcript"] is None


def test_the_transcript_is_part_of_the_item_afterwards() -> None:
    client = Client()
    client.update(audio={"input": {"transcription": {"model": "whisper-1"}}})
    client.say(silent(500), loud(500), silent(600))
    client.hear("Kept.")
    (event,) = client.send("conversation.item.retrieve", item_id=client.events[2]["item_id"])
    assert event["item"]["content"][0]["transcript"] == "Kept."


def test_speaking_over_an_answer_cancels_it() -> None:
    client = Client()
    client.write("Tell me a story.")
    client.send("response.create")
    client.think("Once upon a time. There was.")
    job = client.jobs[0]
    client.take(client.connection.audio(job.job, "Once ", bytes(400 * MS)))
    events = client.say(silent(200), loud(300))
    assert kinds(events) == ["input_audio_buffer.speech_started", *SPOKEN_END]
    assert client.jobs == []
    done = events[-1]["response"]
    assert (done["status"], done["status_details"]) == ("cancelled", {"type": "cancelled", "reason": "turn_detected"})
    assert done["output"][0]["status"] == "incomplete"
    assert client.take(client.connection.audio(job.job, "upon ", bytes(400 * MS))) == []
    assert client.take(client.connection.spoken(job.job)) == []


def test_speaking_over_an_answer_may_be_allowed() -> None:
    client = Client()
    client.update(audio={"input": {"turn_detection": {"type": "server_vad", "interrupt_response": False}}})
    client.write("Tell me a story.")
    client.send("response.create")
    events = client.say(silent(200), loud(500), silent(600))
    assert "response.done" not in kinds(events)
    assert events[-1]["error"]["code"] == "conversation_already_has_active_response"


def test_a_turn_may_go_unanswered() -> None:
    client = Client()
    client.update(audio={"input": {"turn_detection": {"type": "server_vad", "create_response": False}}})
    assert kinds(client.say(silent(200), loud(500), silent(600)))[-1] == "conversation.item.done"
    client.hear("Later.")
    client.send("response.create")
    assert client.prompt.messages[0].text == "Later."


def test_without_turn_detection_the_client_commits() -> None:
    client = Client()
    client.update(audio={"input": {"turn_detection": None}})
    assert client.say(silent(100), loud(500), silent(900)) == []
    events = client.send("input_audio_buffer.commit")
    assert kinds(events) == ["input_audio_buffer.committed", "conversation.item.added", "conversation.item.done"]
    client.send("response.create")
    assert not any(isinstance(job, Respond) for job in client.jobs)  # the words are not there yet
    client.hear("By hand.")
    assert client.prompt.messages[0].text == "By hand."


def test_a_commit_by_hand_ends_the_turn_being_spoken() -> None:
    client = Client()
    (started,) = client.say(silent(200), loud(500))
    (committed, *_) = client.send("input_audio_buffer.commit")
    assert committed["item_id"] == started["item_id"]
    assert client.say(silent(900)) == []
    assert kinds(client.say(loud(100))) == ["input_audio_buffer.speech_started"]


def test_cleared_audio_is_gone() -> None:
    client = Client()
    client.update(audio={"input": {"turn_detection": None}})
    client.say(loud(500))
    assert kinds(client.send("input_audio_buffer.clear")) == ["input_audio_buffer.cleared"]
    error = error_of(client.send("input_audio_buffer.commit", event_id="mine"))
    assert error["code"] == "input_audio_buffer_commit_empty"
    assert error["event_id"] == "mine"
    assert "0.00ms" in error["message"]


def test_long_audio_in_one_event_is_searched_in_stretches() -> None:
    client = Client()
    clip = silent(1500) + loud(3000) + silent(1500)
    client.take(
        client.connection.receive(
            {"type": "input_audio_buffer.append", "audio": base64.b64encode(clip).decode()},
        )
    )
    assert client.connection.behind
    assert kinds(client.send("input_audio_buffer.clear"))[:3] == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
    ]
    assert not client.connection.behind


def test_a_turn_tells_how_long_it_was_silent() -> None:
    client = Client()
    sent = base64.b64encode(silent(200) + loud(400) + silent(380)).decode()
    client.take(client.connection.receive({"type": "input_audio_buffer.append", "audio": sent}))
    effects = client.connection.receive(
        {"type": "input_audio_buffer.append", "audio": base64.b64encode(silent(200)).decode()}
    )
    (ended,) = [effect for effect in effects if isinstance(effect, TurnEnded)]
    assert 500 <= ended.silence_ms < 550


def test_broken_turn_detection_is_told_once_and_the_session_goes_on() -> None:
    def broken() -> SpeechStream:
        raise RuntimeError("no model")

    client = Client()
    client.connection = Connection("tutor", 0.0, broken)
    error = error_of(client.append(loud(200)))
    assert (error["type"], error["code"]) == ("server_error", "turn_detection_failed")
    assert client.append(loud(200)) == []
    assert kinds(client.send("input_audio_buffer.commit"))[0] == "input_audio_buffer.committed"


def test_failed_transcription_is_told_and_fails_the_answer() -> None:
    client = Client()
    client.update(audio={"input": {"transcription": {"model": "whisper-1"}}})
    client.say(silent(200), loud(500), silent(600))
    job = client.job(Transcribe)
    failed, done = client.take(client.connection.failed(job.job, "engine_failed", "RuntimeError: out of ears"))
    assert failed["type"] == "conversation.item.input_audio_transcription.failed"
    assert "out of ears" in failed["error"]["message"]
    assert done["response"]["status"] == "failed"
    assert done["response"]["status_details"]["error"]["code"] == "transcription_failed"


def test_transcription_that_fails_ahead_of_the_turn_fails_the_answer_too() -> None:
    client = Client()
    client.say(silent(200), loud(500), silent(300))
    assert client.take(client.connection.failed(client.job(Transcribe).job, "engine_failed", "no")) == []
    assert client.say(silent(300))[-1]["response"]["status"] == "failed"


@pytest.mark.parametrize("engine", ["thinker", "speaker"])
def test_a_failing_engine_fails_the_response_alone(engine: str) -> None:
    client = Client()
    client.write("Hello?")
    client.send("response.create")
    if engine == "speaker":
        client.think("Good day.")
    events = client.take(client.connection.failed(client.jobs[0].job, "engine_failed", "ValueError: no"))
    assert events[-1]["response"]["status"] == "failed"
    assert events[-1]["response"]["status_details"]["error"] == {
        "type": "server_error",
        "code": "engine_failed",
        "message": "ValueError: no",
    }
    assert kinds(client.send("response.create"))[0] == "response.created"


def test_a_function_call_waits_for_the_words_before_it() -> None:
    client = Client()
    client.update(tools=[{"type": "function", "name": "get_time"}])
    client.write("What time is it?")
    client.send("response.create")
    assert client.prompt.tools[0]["name"] == "get_time"
    assert client.think("One moment.", Call("get_time", '{"zone":"UTC"}')) == []
    events = client.speak()
    assert kinds(events)[-7:] == [
        "response.output_item.added",
        "conversation.item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "conversation.item.done",
        "response.done",
    ]
    message, call = events[-1]["response"]["output"]
    assert message["content"][0]["transcript"] == "One moment."
    assert (call["name"], call["arguments"], call["status"]) == ("get_time", '{"zone":"UTC"}', "completed")
    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "noon"}
    client.send("conversation.item.create", item=output)
    client.send("response.create")
    told: list[tuple[str, str | None, str]] = [(each.role, each.name, each.text) for each in client.prompt.messages]
    assert told[-2:] == [("assistant", "get_time", '{"zone":"UTC"}'), ("tool", None, "noon")]


def test_audio_that_comes_with_an_item_is_heard() -> None:
    client = Client()
    sound: dict[str, Any] = {"type": "input_audio", "audio": base64.b64encode(loud(300)).decode()}
    events = client.send("conversation.item.create", item={"type": "message", "role": "user", "content": [sound]})
    assert events[0]["item"]["content"] == [{"type": "input_audio", "transcript": None}]
    client.send("response.create")
    assert kinds(client.hear("From a file.")) == ["rate_limits.updated"]
    assert client.prompt.messages[0].text == "From a file."


def test_no_audio_is_part_of_two_turns() -> None:
    client = Client()
    client.update(audio={"input": {"turn_detection": {"type": "server_vad", "silence_duration_ms": 200}}})
    client.say(silent(500), loud(500), silent(300), loud(500))
    started = [event for event in client.events if event["type"] == "input_audio_buffer.speech_started"]
    (stopped,) = [event for event in client.events if event["type"] == "input_audio_buffer.speech_stopped"]
    assert started[1]["audio_start_ms"] == stopped["audio_end_ms"]


def test_clearing_forgets_what_was_being_heard() -> None:
    client = Client()
    client.say(silent(200), loud(500), silent(300))
    assert [type(job) for job in client.jobs] == [Transcribe]
    client.send("input_audio_buffer.clear")
    assert client.jobs == []


def test_half_a_minute_without_speech_is_kept() -> None:
    client = Client()
    client.append(silent(40_000))
    (committed, *_) = client.send("input_audio_buffer.commit")
    (event,) = client.send("conversation.item.retrieve", item_id=committed["item_id"])
    assert len(event["item"]["content"][0]["audio"]) == pytest.approx(30_000 * MS * 4 / 3, rel=0.01)
