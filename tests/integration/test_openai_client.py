"""The official client of the `openai` package, unchanged, against ``rt-notebook serve`` with its real engines."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable
from typing import Any

import pytest
from openai import OpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from real_server import CHUNK_BYTES, Server, chunks, silence, speech, utterance
from sdk import WEATHER, Event, answer, kinds, run, tool, until, written

pytestmark = pytest.mark.engines


async def say(connection: AsyncRealtimeConnection, pcm: bytes) -> None:
    """Append audio as a microphone does, only faster."""
    for chunk in chunks(pcm):
        await connection.input_audio_buffer.append(audio=base64.b64encode(chunk).decode())


def test_a_text_turn(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await until(connection, "session.created")
        await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        await connection.conversation.item.create(item=written("What is the Realtime API?"))
        await connection.response.create()
        events = await until(connection, "response.done")
        text = "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
        response = events[-1]["response"]
        assert response["status"] == "completed"
        assert response["output"][0]["content"] == [{"type": "output_text", "text": text}]
        assert "API" in text

    run(server, scenario)


def test_a_text_turn_of_the_blocking_client(server: Server) -> None:
    said = ""
    client = OpenAI(api_key=server.token, base_url=server.http_base, websocket_base_url=server.websocket_base)
    with client, client.realtime.connect(model="gpt-realtime") as connection:
        connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        connection.conversation.item.create(item=written("What is a session?"))
        connection.response.create()
        for event in connection:
            assert event.type != "error", event
            if event.type == "response.output_text.delta":
                said += event.delta
            if event.type == "response.done":
                break
    assert "connection" in said


def test_a_spoken_turn(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.session.update(
            session={"type": "realtime", "audio": {"input": {"transcription": {"model": "whisper-1"}}}}
        )
        await say(connection, utterance("What is the Realtime API?"))
        events = await until(connection, "response.done")
        assert kinds(events)[:4] == [
            "session.created",
            "session.updated",
            "input_audio_buffer.speech_started",
            "input_audio_buffer.speech_stopped",
        ]
        heard = events[kinds(events).index("conversation.item.input_audio_transcription.completed")]["transcript"]
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


def test_a_function_call(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.session.update(session={"type": "realtime", "output_modalities": ["text"], "tools": [WEATHER]})
        await connection.conversation.item.create(item=written("What is the weather in Paris?"))
        await connection.response.create()
        (call,) = (await answer(connection))["output"]
        assert (call["type"], call["name"], json.loads(call["arguments"])) == (
            "function_call",
            "get_weather",
            {"city": "Paris"},
        )
        await connection.conversation.item.create(
            item={"type": "function_call_output", "call_id": call["call_id"], "output": '{"weather": "sunny"}'}
        )
        await connection.response.create()
        (message,) = (await answer(connection))["output"]
        assert "sunny" in message["content"][0]["text"]

    run(server, scenario)


def test_two_tools_called_for_in_one_spoken_sentence_are_called_in_one_response(server: Server) -> None:
    clock = tool("get_time", "Get the time in a city.", city="Name of the city")

    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.session.update(session={"type": "realtime", "tools": [WEATHER, clock]})
        await say(connection, utterance("What is the weather in Paris, and what time is it in London?"))
        calls = (await answer(connection))["output"]
        assert {call["name"]: json.loads(call["arguments"]) for call in calls} == {
            "get_weather": {"city": "Paris"},
            "get_time": {"city": "London"},
        }
        results = {"get_weather": '{"weather": "sunny"}', "get_time": '{"time": "noon"}'}
        for call in calls:
            await connection.conversation.item.create(
                item={"type": "function_call_output", "call_id": call["call_id"], "output": results[call["name"]]}
            )
        await connection.response.create()
        (message,) = (await answer(connection))["output"]
        assert "sunny" in message["content"][0]["transcript"]
        assert "noon" in message["content"][0]["transcript"]

    run(server, scenario)


def test_truncating_what_was_not_heard(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.response.create(response={"instructions": "Say hello."})
        item_id = (await answer(connection))["output"][0]["id"]
        await connection.conversation.item.truncate(item_id=item_id, content_index=0, audio_end_ms=100)
        assert (await until(connection, "conversation.item.truncated"))[-1]["audio_end_ms"] == 100
        await connection.conversation.item.retrieve(item_id=item_id)
        part = (await until(connection, "conversation.item.retrieved"))[-1]["item"]["content"][0]
        assert len(base64.b64decode(part["audio"])) == CHUNK_BYTES
        assert part["transcript"] is None

    run(server, scenario)


def test_every_client_event_does_what_it_says(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        buffer, items = connection.input_audio_buffer, connection.conversation.item
        by_hand: Any = {"type": "realtime", "audio": {"input": {"turn_detection": None}}}
        await connection.session.update(session=by_hand)
        session = (await until(connection, "session.updated"))[-1]["session"]
        assert session["audio"]["input"]["turn_detection"] is None

        await buffer.append(audio=base64.b64encode(silence(500)).decode())
        await buffer.clear()
        assert kinds(await until(connection, "input_audio_buffer.cleared")) == ["input_audio_buffer.cleared"]
        await buffer.append(audio=base64.b64encode(speech("Hello.")).decode())
        await buffer.commit()
        spoken = (await until(connection, "conversation.item.done"))[-1]["item"]["id"]
        await items.retrieve(item_id=spoken)
        part = (await until(connection, "conversation.item.retrieved"))[-1]["item"]["content"][0]
        assert base64.b64decode(part["audio"]) == speech("Hello.")

        await items.create(item=written("Say good morning."), previous_item_id="root")
        first = (await until(connection, "conversation.item.done"))[-1]
        assert first["previous_item_id"] is None
        await items.delete(item_id=first["item"]["id"])
        assert (await until(connection, "conversation.item.deleted"))[-1]["item_id"] == first["item"]["id"]

        await connection.response.create()
        reply = (await answer(connection))["output"][0]
        await items.truncate(item_id=reply["id"], content_index=0, audio_end_ms=0)
        await until(connection, "conversation.item.truncated")

        await connection.response.create(response={"instructions": "Count to 150."})
        begun = (await until(connection, "response.created"))[-1]["response"]
        await connection.response.cancel(response_id=begun["id"])
        cancelled = await answer(connection)
        assert (cancelled["id"], cancelled["status"]) == (begun["id"], "cancelled")

        await connection.output_audio_buffer.clear(event_id="for_webrtc")
        error = (await until(connection, "error"))[-1]["error"]
        assert error["event_id"] == "for_webrtc"

    run(server, scenario)


def test_a_mistake_is_told_with_the_events_own_id_and_ends_nothing(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        warm: Any = {"type": "realtime", "temperature": 0.8}
        mistakes: list[tuple[str, Awaitable[None]]] = [
            ("input_audio_buffer_commit_empty", connection.input_audio_buffer.commit(event_id="1")),
            ("response_cancel_not_active", connection.response.cancel(event_id="2")),
            ("item_delete_invalid_item_id", connection.conversation.item.delete(item_id="none", event_id="3")),
            ("unknown_parameter", connection.session.update(session=warm, event_id="4")),
        ]
        for number, (code, mistake) in enumerate(mistakes, 1):
            await mistake
            error = (await until(connection, "error"))[-1]["error"]
            assert (error["code"], error["event_id"]) == (code, str(number))
        await connection.response.create(response={"output_modalities": ["text"]})
        assert (await answer(connection))["status"] == "completed"

    run(server, scenario)


def test_responses_out_of_band_run_beside_the_spoken_answer_and_leave_no_trace(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.conversation.item.create(item=written("Count to 30."))
        await connection.response.create()
        await connection.response.create(
            response={
                "conversation": "none",
                "metadata": {"purpose": "note"},
                "output_modalities": ["text"],
                "input": [written("Say: all is well.")],
            }
        )
        await connection.response.create(
            response={
                "conversation": "none",
                "metadata": {"purpose": "call"},
                "input": [written("What is the weather in Rome?")],
                "tools": [WEATHER],
                "tool_choice": "required",
            }
        )
        events: list[Event] = []
        while kinds(events).count("response.done") < 3:
            events += await until(connection, "response.done")
        done = [event["response"] for event in events if event["type"] == "response.done"]
        by_purpose = {(response["metadata"] or {}).get("purpose", "talk"): response for response in done}
        talk, note, call = by_purpose["talk"], by_purpose["note"], by_purpose["call"]
        assert "30" in talk["output"][0]["content"][0]["transcript"]
        assert note["output"][0]["content"] == [{"type": "output_text", "text": "all is well."}]
        assert json.loads(call["output"][0]["arguments"]) == {"city": "Rome"}
        assert [response["conversation_id"] is None for response in (talk, note, call)] == [False, True, True]
        added = {event["item"]["id"] for event in events if event["type"] == "conversation.item.added"}
        assert talk["output"][0]["id"] in added
        assert added.isdisjoint({note["output"][0]["id"], call["output"][0]["id"]})

    run(server, scenario)


def test_speech_interrupts_an_answer_that_is_being_made(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        await connection.conversation.item.create(item=written("Count to 190."))
        await connection.response.create()
        await say(connection, utterance("Wait, what is a session?"))
        events = await until(connection, "response.done")
        interrupted = events[-1]["response"]
        assert interrupted["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
        assert "input_audio_buffer.speech_started" in kinds(events)
        later = await until(connection, "response.done")
        assert interrupted["id"] not in {event.get("response_id") for event in later}
        assert "session" in later[-1]["response"]["output"][0]["content"][0]["transcript"]

    run(server, scenario)


def test_a_transcription_session(server: Server) -> None:
    async def scenario(connection: AsyncRealtimeConnection) -> None:
        created = (await until(connection, "session.created"))[-1]["session"]
        assert created["type"] == "transcription"
        await connection.session.update(
            session={
                "type": "transcription",
                "audio": {
                    "input": {
                        "transcription": {"model": "gpt-4o-transcribe", "language": "en"},
                        "turn_detection": {"type": "server_vad", "silence_duration_ms": 400},
                    }
                },
            }
        )
        updated = (await until(connection, "session.updated"))[-1]["session"]
        assert updated["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 400
        await say(connection, utterance("How do I connect?"))
        completed = "conversation.item.input_audio_transcription.completed"
        events = await until(connection, completed)
        deltas = [event["delta"] for event in events if event["type"].endswith("transcription.delta")]
        assert "".join(deltas) == events[-1]["transcript"]
        assert "connect" in events[-1]["transcript"].lower()
        await say(connection, utterance("And what is an item?"))
        events += await until(connection, completed)
        assert not [kind for kind in kinds(events) if kind.startswith("response.")]

    run(server, scenario, extra_query={"intent": "transcription"})
