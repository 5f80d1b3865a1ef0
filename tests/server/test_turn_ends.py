"""When the core ends a turn: by words, by patience, or because nobody speaks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from core_client import MS, Client, Event, error_of, kinds, loud, silent

from rt_notebook.server.effects import Transcribe


def speech(ms: int) -> bytes:
    """Return what is loud and, unlike `loud`, no drawn-out sound."""
    return (np.random.default_rng(1).normal(0, 3_000, ms * 24)).astype("<i2").tobytes()


def listening(**turn_detection: Any) -> Client:
    client = Client()
    client.update(audio={"input": {"turn_detection": turn_detection}})
    return client


def silence_until_the_end(client: Client, words: str | None) -> float:
    """Say something, then nothing; return the ms until the turn ended, with these words heard in the pause."""
    client.say(silent(300), speech(1000), silent(200))
    if words is not None:
        client.hear(words)
    waited = 200
    while not any(event["type"] == "input_audio_buffer.speech_stopped" for event in client.say(silent(40))):
        waited += 40
        assert waited < 20_000
    return waited


PATIENCE = {"high": (300, 2_000), "medium": (500, 4_000), "auto": (500, 4_000), "low": (800, 8_000)}


@pytest.mark.parametrize("eagerness", PATIENCE)
def test_a_finished_sentence_ends_soon_and_a_broken_one_late(eagerness: str) -> None:
    soon, late = PATIENCE[eagerness]
    detection = {"type": "semantic_vad", "eagerness": eagerness}
    whole = silence_until_the_end(listening(**detection), "What is turn detection?")
    broken = silence_until_the_end(listening(**detection), "What I want to know is, um")
    unheard = silence_until_the_end(listening(**detection), None)
    assert whole == pytest.approx(soon, abs=60)
    assert broken == unheard == pytest.approx(late, abs=60)


def test_eagerness_changes_when_a_doubtful_turn_ends() -> None:
    ends = [
        silence_until_the_end(listening(type="semantic_vad", eagerness=eagerness), "And then we went")
        for eagerness in ("high", "medium", "low")
    ]
    assert ends == sorted(set(ends))


def test_words_change_nothing_for_the_server_vad() -> None:
    detection = {"type": "server_vad", "silence_duration_ms": 600}
    for words in ("Done.", "And", None):
        assert silence_until_the_end(listening(**detection), words) == pytest.approx(600, abs=60)


def test_who_goes_on_speaking_is_judged_anew() -> None:
    client = listening(type="semantic_vad", eagerness="high")
    client.say(silent(300), speech(800), silent(200))
    client.hear("Stop!")
    client.say(speech(400), silent(200))
    assert [type(job) for job in client.jobs] == [Transcribe]
    client.hear("Stop! And")
    assert kinds(client.say(silent(1_000))) == []


def test_endless_noise_becomes_turns() -> None:
    client = Client()
    events = client.append(loud(310_000))
    (stopped,) = [event for event in events if event["type"] == "input_audio_buffer.speech_stopped"]
    assert 299_000 < stopped["audio_end_ms"] < 301_000


# The idle time-out: after an answer, in audio time.


def answered(idle: int | None = 5_000) -> tuple[Client, int]:
    """Return a client who was given a spoken answer of 1 s, and the ms of audio so far."""
    client = listening(type="server_vad", idle_timeout_ms=idle)
    client.say(silent(300), loud(700), silent(600))
    client.hear("Hello?")
    client.think("One two three four five")
    client.speak(ms_per_word=200)
    return client, 1_600


def triggered(events: list[Event]) -> list[Event]:
    return [event for event in events if event["type"] == "input_audio_buffer.timeout_triggered"]


def test_after_an_answer_and_the_time_out_the_model_takes_the_turn() -> None:
    client, heard = answered()
    assert client.say(silent(5_900)) == []  # 1 s of it while the answer plays
    events = client.say(silent(200))
    assert kinds(events) == [
        "input_audio_buffer.timeout_triggered",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "response.created",
    ]
    assert events[0]["audio_start_ms"] == heard + 1_000
    assert events[0]["audio_end_ms"] - events[0]["audio_start_ms"] == pytest.approx(5_000, abs=60)
    assert events[0]["item_id"] == events[1]["item_id"]
    (retrieved,) = client.send("conversation.item.retrieve", item_id=events[1]["item_id"])
    assert len(retrieved["item"]["content"][0]["audio"]) * 3 / 4 / MS == pytest.approx(5_000, abs=60)


def test_it_triggers_once_and_again_after_the_next_answer() -> None:
    client, _ = answered()
    assert len(triggered(client.say(silent(20_000)))) == 1
    client.hear("")
    client.think("Are you there?")
    client.speak()
    assert len(triggered(client.say(silent(20_000)))) == 1


def test_speech_in_time_is_a_turn_as_always() -> None:
    client, _ = answered()
    events = client.say(silent(3_000), loud(500), silent(20_000))
    assert triggered(events) == []
    assert "input_audio_buffer.speech_stopped" in kinds(events)


@pytest.mark.parametrize("idle", [None, 30_000])
def test_without_the_time_out_or_before_it_nothing_happens(idle: int | None) -> None:
    client, _ = answered(idle)
    assert client.say(silent(20_000)) == []


def test_an_interrupted_answer_starts_no_time_out() -> None:
    client = listening(type="server_vad", idle_timeout_ms=5_000)
    client.send("response.create")
    client.send("response.cancel")
    assert client.say(silent(20_000)) == []


def test_the_time_out_is_checked() -> None:
    client = Client()
    detection = {"type": "server_vad", "idle_timeout_ms": 100}
    assert error_of(client.update(audio={"input": {"turn_detection": detection}}))["code"] == "integer_below_min_value"
