"""The official client of the `openai` package, unchanged, against ``rt-notebook serve`` with its real engines."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from conformance import problems
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection

from rt_notebook.audio.pcm import as_pcm16
from rt_notebook.server.registry import load_engine

pytestmark = pytest.mark.engines

CHUNK_BYTES = 4_800
"""100 ms of PCM16 at 24 kHz."""


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    """Start a server; yield what it prints: its URL and token."""
    command = [sys.executable, "-m", "rt_notebook", "serve", "--json", "--exit-with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.kill()


@pytest.fixture(scope="module")
def question() -> bytes:
    """Return PCM16 of a spoken question, with silence before and after it."""
    speaker = load_engine("hibari")
    speech = b"".join(pcm for _, pcm in speaker.speak("What is the Realtime API?", "marin"))
    return bytes(CHUNK_BYTES * 5) + as_pcm16(speech) + bytes(CHUNK_BYTES * 8)


def run(server: dict[str, str], scenario: Callable[[AsyncRealtimeConnection], Awaitable[None]]) -> None:
    """Connect as the SDK's documentation shows, and run a scenario."""

    async def connected() -> None:
        http = server["url"].replace("ws://", "http://").removesuffix("/realtime")
        client = AsyncOpenAI(
            api_key=server["token"], base_url=http, websocket_base_url=server["url"].removesuffix("/realtime")
        )
        async with asyncio.timeout(60), client, client.realtime.connect(model="gpt-realtime") as connection:
            await scenario(connection)

    asyncio.run(connected())


async def until(connection: AsyncRealtimeConnection, kind: str) -> list[dict[str, Any]]:
    """Return the events up to one of a type, each as it was on the wire, checked against model and documentation."""
    events: list[dict[str, Any]] = []
    while not events or events[-1]["type"] != kind:
        raw = await connection.recv_bytes()
        parsed = connection.parse_event(raw)
        event = json.loads(raw)
        assert problems(event) == []
        assert parsed.type == event["type"]
        assert event["type"] != "error", event
        events.append(event)
    return events


def test_a_text_turn(server: dict[str, str]) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await until(connection, "session.created")
        await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        await connection.conversation.item.create(
            item={
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": "What is the Realtime API?"}],
            }
        )
        await connection.response.create()
        events = await until(connection, "response.done")
        text = "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
        response = events[-1]["response"]
        assert response["status"] == "completed"
        assert response["output"][0]["content"] == [{"type": "output_text", "text": text}]
        assert "API" in text

    run(server, scenario)


def test_a_spoken_turn(server: dict[str, str], question: bytes) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.session.update(
            session={"type": "realtime", "audio": {"input": {"transcription": {"model": "whisper-1"}}}}
        )
        for start in range(0, len(question), CHUNK_BYTES):
            chunk = base64.b64encode(question[start : start + CHUNK_BYTES]).decode()
            await connection.input_audio_buffer.append(audio=chunk)
        events = await until(connection, "response.done")
        kinds = [event["type"] for event in events]
        assert kinds[:4] == [
            "session.created",
            "session.updated",
            "input_audio_buffer.speech_started",
            "input_audio_buffer.speech_stopped",
        ]
        heard = events[kinds.index("conversation.item.input_audio_transcription.completed")]["transcript"]
        assert "realtime" in heard.lower().replace("real-time", "realtime").replace("real time", "realtime")
        response = events[-1]["response"]
        transcript = response["output"][0]["content"][0]["transcript"]
        deltas = [event["delta"] for event in events if event["type"] == "response.output_audio_transcript.delta"]
        assert transcript == "".join(deltas) != ""
        sound = b"".join(
            base64.b64decode(event["delta"]) for event in events if event["type"] == "response.output_audio.delta"
        )
        assert len(sound) > 24_000
        assert any(sound)
        assert response["usage"]["output_token_details"]["audio_tokens"] == -(-len(sound) // 2_400)

    run(server, scenario)


def test_a_function_call(server: dict[str, str]) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        city = {"type": "string", "description": "Name of the city"}
        await connection.session.update(
            session={
                "type": "realtime",
                "output_modalities": ["text"],
                "tools": [
                    {
                        "type": "function",
                        "name": "get_weather",
                        "description": "Get the weather in a city.",
                        "parameters": {"type": "object", "properties": {"city": city}, "required": ["city"]},
                    }
                ],
            }
        )
        await connection.conversation.item.create(
            item={
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": "What is the weather in Paris?"}],
            }
        )
        await connection.response.create()
        (call,) = (await until(connection, "response.done"))[-1]["response"]["output"]
        assert (call["type"], call["name"], json.loads(call["arguments"])) == (
            "function_call",
            "get_weather",
            {"city": "Paris"},
        )
        await connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": call["call_id"], "output": '{"weather": "sunny"}'}
        )
        await connection.response.create()
        (message,) = (await until(connection, "response.done"))[-1]["response"]["output"]
        assert "sunny" in message["content"][0]["text"]

    run(server, scenario)


def test_truncating_what_was_not_heard(server: dict[str, str]) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.response.create(response={"instructions": "Say hello."})
        done = (await until(connection, "response.done"))[-1]
        item_id = done["response"]["output"][0]["id"]
        await connection.conversation.item.truncate(item_id=item_id, content_index=0, audio_end_ms=100)
        assert (await until(connection, "conversation.item.truncated"))[-1]["audio_end_ms"] == 100
        await connection.conversation.item.retrieve(item_id=item_id)
        part = (await until(connection, "conversation.item.retrieved"))[-1]["item"]["content"][0]
        assert len(base64.b64decode(part["audio"])) == CHUNK_BYTES
        assert part["transcript"] is None

    run(server, scenario)
