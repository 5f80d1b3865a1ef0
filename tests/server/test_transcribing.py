"""Sessions that only transcribe."""

from __future__ import annotations

from typing import Any

import pytest
from core_client import Client, error_of, kinds, loud, silent

TRANSCRIPTION = "conversation.item.input_audio_transcription"


def transcribing(dialect: str = "ga") -> Client:
    return Client(None, dialect, intent="transcription")


def update(client: Client, **audio: Any) -> list[dict[str, Any]]:
    return client.send("session.update", session={"type": "transcription", "audio": {"input": audio}})


def test_a_turn_becomes_words_and_no_answer() -> None:
    client = transcribing()
    (created,) = client.events
    assert created["session"]["type"] == "transcription"
    assert created["session"]["object"] == "realtime.transcription_session"
    assert kinds(client.say(silent(500), loud(800), silent(600))) == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
    ]
    delta, completed = client.hear("Hello there.")
    assert (delta["type"], completed["type"]) == (f"{TRANSCRIPTION}.delta", f"{TRANSCRIPTION}.completed")
    assert completed["usage"] == {"type": "duration", "seconds": pytest.approx(1.6, abs=0.2)}  # by Whisper's measure
    assert client.jobs == []


def test_models_other_than_whisper_bring_their_words_one_by_one() -> None:
    client = transcribing()
    update(client, transcription={"model": "gpt-4o-transcribe", "language": "en"}, turn_detection=None)
    client.say(loud(300))
    client.send("input_audio_buffer.commit")
    (job,) = client.jobs
    assert getattr(job, "language", None) == "en"
    *deltas, completed = client.hear("Hello there, world.")
    assert [each["delta"] for each in deltas] == ["Hello", " there,", " world."]
    assert completed["transcript"] == "Hello there, world."
    assert completed["usage"]["type"] == "tokens"


def test_turn_detection_has_no_say_about_responses() -> None:
    client = transcribing()
    off = update(client, turn_detection=None)[0]["session"]["audio"]["input"]
    assert off["turn_detection"] is None
    detection = {"type": "semantic_vad", "create_response": False, "interrupt_response": False}
    (updated,) = update(client, turn_detection=detection)
    assert updated["session"]["audio"]["input"]["turn_detection"] == {"type": "semantic_vad", "eagerness": "auto"}


def test_responses_and_settings_of_the_other_kind_are_refused() -> None:
    client = transcribing()
    assert "no responses" in error_of(client.send("response.create"))["message"]
    refused = error_of(client.update(instructions="x"))
    assert refused["code"] == "invalid_parameter"
    assert "intent=transcription" in refused["message"]
    other = error_of(Client().send("session.update", session={"type": "transcription"}))
    assert "Passing a transcription session update event to a realtime session" in other["message"]


def test_it_takes_no_model() -> None:
    client = Client("gpt-realtime", intent="transcription")
    assert "must not provide a model" in error_of(client.events)["message"]
    assert client.closed is not None
    assert client.closed.code == 4004


def test_an_unknown_intent_is_refused() -> None:
    assert error_of(Client(None, intent="dictation").events)["param"] == "intent"


def test_a_transcription_may_fail() -> None:
    client = transcribing()
    client.say(loud(300), silent(600))
    (job,) = client.jobs
    assert kinds(client.take(client.connection.failed(job.job, "engine_failed", "No ears."))) == [
        f"{TRANSCRIPTION}.failed"
    ]


def test_the_beta_has_an_event_of_its_own_for_it() -> None:
    client = Client("gpt-4o-realtime-preview", "beta")
    refused = error_of(client.send("transcription_session.update", session={"turn_detection": None}))
    assert refused["code"] == "invalid_parameter"


def test_in_the_beta_the_settings_are_flat() -> None:
    client = Client(None, "beta", intent="transcription")
    assert kinds(client.events) == ["transcription_session.created"]
    (updated,) = client.send(
        "transcription_session.update",
        session={
            "input_audio_format": "g711_ulaw",
            "input_audio_transcription": {"model": "whisper-1", "language": "en"},
            "turn_detection": None,
            "include": None,
        },
    )
    assert updated["type"] == "transcription_session.updated"
    assert updated["session"]["input_audio_format"] == "g711_ulaw"
    assert updated["session"]["turn_detection"] is None
