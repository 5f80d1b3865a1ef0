"""The beta namespace of the official client, unchanged, against ``rt-notebook serve``: the dialect of 2024."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest
from openai.resources.beta.realtime.realtime import AsyncRealtimeConnection
from real_server import Server, chunks, silence, speech, utterance
from sdk import BETA_MODEL, WEATHER, Event, answer, client_of, kinds, run_beta, until, written
from websockets.asyncio.client import connect

pytestmark = pytest.mark.engines


async def say(connection: AsyncRealtimeConnection, pcm: bytes) -> None:
    """Append audio as a microphone does, only faster."""
    for chunk in chunks(pcm):
        await connection.input_audio_buffer.append(audio=base64.b64encode(chunk).decode())


def deltas(events: list[Event], kind: str) -> list[str]:
    """Return the deltas of a type."""
    return [event["delta"] for event in events if event["type"] == kind]


def test_the_session_is_flat_and_the_conversation_announced(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        session = (await until(connection, "session.created"))[-1]["session"]
        assert session["modalities"] in (["text", "audio"], ["audio", "text"])
        assert (session["input_audio_format"], session["output_audio_format"]) == ("pcm16", "pcm16")
        assert session["temperature"] == 0.8
        assert kinds(await until(connection, "conversation.created")) == ["conversation.created"]
        await connection.session.update(
            session={"voice": "echo", "temperature": 0.7, "max_response_output_tokens": 200}
        )
        session = (await until(connection, "session.updated"))[-1]["session"]
        assert (session["voice"], session["temperature"], session["max_response_output_tokens"]) == ("echo", 0.7, 200)

    run_beta(server, scenario)


def test_a_text_turn(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.session.update(session={"modalities": ["text"]})
        await connection.conversation.item.create(item=written("What is the Realtime API?"))
        await connection.response.create()
        events = await until(connection, "response.done")
        text = "".join(deltas(events, "response.text.delta"))
        assert "API" in text
        assert events[-1]["response"]["output"][0]["content"] == [{"type": "text", "text": text}]
        created = [event["item"] for event in events if event["type"] == "conversation.item.created"]
        assert [item["role"] for item in created] == ["user", "assistant"]
        assert "conversation.item.added" not in kinds(events)

    run_beta(server, scenario)


def test_a_spoken_turn(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.session.update(session={"input_audio_transcription": {"model": "whisper-1"}})
        await say(connection, utterance("What is the Realtime API?"))
        events = await until(connection, "response.done")
        heard = events[kinds(events).index("conversation.item.input_audio_transcription.completed")]["transcript"]
        assert "api" in heard.lower()
        transcript = "".join(deltas(events, "response.audio_transcript.delta"))
        part = events[-1]["response"]["output"][0]["content"][0]
        assert (part["type"], part["transcript"]) == ("audio", transcript)
        sound = b"".join(map(base64.b64decode, deltas(events, "response.audio.delta")))
        assert any(sound)
        usage = events[-1]["response"]["usage"]["output_token_details"]
        assert usage["audio_tokens"] == -(-len(sound) // 2_400)

    run_beta(server, scenario)


def test_a_telephone_is_heard_and_spoken_to_in_its_own_format(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.session.update(session={"input_audio_format": "g711_ulaw", "output_audio_format": "g711_alaw"})
        session = (await until(connection, "session.updated"))[-1]["session"]
        assert (session["input_audio_format"], session["output_audio_format"]) == ("g711_ulaw", "g711_alaw")
        await connection.response.create(response={"instructions": "Say hello."})
        events = await until(connection, "response.done")
        sound = b"".join(map(base64.b64decode, deltas(events, "response.audio.delta")))
        tokens = events[-1]["response"]["usage"]["output_token_details"]["audio_tokens"]
        assert tokens == -(-len(sound) // 400)  # 50 ms of 8,000 bytes a second each

    run_beta(server, scenario)


def test_a_function_call(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.session.update(session={"modalities": ["text"], "tools": [WEATHER], "tool_choice": "auto"})
        await connection.conversation.item.create(item=written("What is the weather in Paris?"))
        await connection.response.create()
        events = await until(connection, "response.done")
        (call,) = events[-1]["response"]["output"]
        assert (call["name"], json.loads(call["arguments"])) == ("get_weather", {"city": "Paris"})
        assert "".join(deltas(events, "response.function_call_arguments.delta")) == call["arguments"]
        await connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": call["call_id"], "output": '{"weather": "sunny"}'}
        )
        await connection.response.create()
        (message,) = (await answer(connection))["output"]
        assert "sunny" in message["content"][0]["text"]

    run_beta(server, scenario)


def test_every_client_event_does_what_it_says(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        buffer, items = connection.input_audio_buffer, connection.conversation.item
        by_hand: Any = {"turn_detection": None}
        await connection.session.update(session=by_hand)
        assert (await until(connection, "session.updated"))[-1]["session"]["turn_detection"] is None

        await buffer.append(audio=base64.b64encode(silence(500)).decode())
        await buffer.clear()
        await until(connection, "input_audio_buffer.cleared")
        await buffer.append(audio=base64.b64encode(speech("Hello.")).decode())
        await buffer.commit()
        spoken = (await until(connection, "conversation.item.created"))[-1]["item"]["id"]
        await items.retrieve(item_id=spoken)
        part = (await until(connection, "conversation.item.retrieved"))[-1]["item"]["content"][0]
        assert base64.b64decode(part["audio"]) == speech("Hello.")

        await items.create(item=written("Say good morning."), previous_item_id="root")
        first = (await until(connection, "conversation.item.created"))[-1]
        assert first["previous_item_id"] is None
        await items.delete(item_id=first["item"]["id"])
        assert (await until(connection, "conversation.item.deleted"))[-1]["item_id"] == first["item"]["id"]

        await connection.response.create()
        reply = (await answer(connection))["output"][0]
        await items.truncate(item_id=reply["id"], content_index=0, audio_end_ms=0)
        await until(connection, "conversation.item.truncated")

        await connection.response.create(response={"instructions": "Count to 150.", "temperature": 0.6})
        begun = (await until(connection, "response.created"))[-1]["response"]
        await connection.response.cancel(response_id=begun["id"])
        cancelled = await answer(connection)
        assert (cancelled["id"], cancelled["status"]) == (begun["id"], "cancelled")

        await connection.output_audio_buffer.clear(event_id="for_webrtc")
        error = (await until(connection, "error"))[-1]["error"]
        assert error["event_id"] == "for_webrtc"

    run_beta(server, scenario)


def test_speech_interrupts_an_answer_that_is_being_made(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.conversation.item.create(item=written("Count to 190."))
        await connection.response.create()
        await say(connection, utterance("Wait, what is a session?"))
        interrupted = await answer(connection)
        assert interrupted["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
        assert "session" in (await answer(connection))["output"][0]["content"][0]["transcript"]

    run_beta(server, scenario)


def test_a_transcription_session_refuses_the_model_that_this_namespace_always_names(server: Server) -> None:
    """As the service did, so that users opened the socket themselves and wrapped it: see the next test."""

    async def refused() -> None:
        intent = {"intent": "transcription"}
        async with (
            client_of(server) as client,
            client.beta.realtime.connect(model=BETA_MODEL, extra_query=intent) as connection,
        ):
            error = (await until(connection, "error"))[-1]["error"]
            assert "model" in error["message"]

    asyncio.run(refused())


def test_a_transcription_session(server: Server) -> None:
    async def transcribed() -> None:
        headers = {"Authorization": f"Bearer {server.token}", "OpenAI-Beta": "realtime=v1"}
        async with connect(f"{server.url}?intent=transcription", additional_headers=headers) as socket:
            connection = AsyncRealtimeConnection(socket)
            # An event that the SDK of this namespace has no model for.
            assert json.loads(await connection.recv_bytes())["type"] == "transcription_session.created"
            await connection.transcription_session.update(
                session={
                    "input_audio_transcription": {"model": "gpt-4o-transcribe", "language": "en"},
                    "turn_detection": {"type": "server_vad", "silence_duration_ms": 400},
                }
            )
            updated = (await until(connection, "transcription_session.updated"))[-1]["session"]
            assert updated["turn_detection"]["silence_duration_ms"] == 400
            await say(connection, utterance("How do I connect?"))
            events = await until(connection, "conversation.item.input_audio_transcription.completed")
            assert "connect" in events[-1]["transcript"].lower()
            assert not [kind for kind in kinds(events) if kind.startswith("response.")]

    asyncio.run(transcribed())
