"""Client events as they are documented are taken, and everything else is named."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from rt_notebook.server.errors import ClientError
from rt_notebook.server.shapes import EVENTS, check_event

TOOL = {
    "type": "function",
    "name": "display_color_palette",
    "description": "Shows a palette.",
    "parameters": {"type": "object", "properties": {"theme": {"type": "string"}}, "required": ["theme"]},
}

GOOD: list[dict[str, Any]] = [
    {"type": "session.update", "session": {"type": "realtime", "tools": [TOOL], "tool_choice": "auto"}},
    {"type": "session.update", "session": {"type": "realtime", "audio": {"input": {"noise_reduction": None}}}},
    {
        "type": "session.update",
        "event_id": "mine",
        "session": {
            "type": "realtime",
            "model": "gpt-realtime",
            "output_modalities": ["audio"],
            "max_output_tokens": 4096,
            "tracing": "auto",
            "truncation": {"type": "retention_ratio", "retention_ratio": 0.8},
            "audio": {
                "input": {
                    "format": {"type": "audio/pcm", "rate": 24000},
                    "transcription": {"model": "whisper-1", "language": "en", "prompt": ""},
                    "noise_reduction": {"type": "near_field"},
                    "turn_detection": {"type": "semantic_vad", "eagerness": "low"},
                },
                "output": {"format": {"type": "audio/pcm"}, "voice": "cedar", "speed": 1.5},
            },
        },
    },
    {"type": "input_audio_buffer.append", "audio": "AAAA"},
    {"type": "input_audio_buffer.commit"},
    {"type": "input_audio_buffer.clear"},
    {"type": "output_audio_buffer.clear"},
    {
        "type": "conversation.item.create",
        "previous_item_id": None,
        "item": {
            "id": "msg_001",
            "object": "realtime.item",
            "type": "message",
            "status": "completed",
            "role": "user",
            "content": [
                {"type": "input_text", "text": "hi"},
                {"type": "input_audio", "audio": "AAAA", "transcript": None},
                {"type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "low"},
            ],
        },
    },
    {
        "type": "conversation.item.create",
        "item": {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hello"}]},
    },
    {
        "type": "conversation.item.create",
        "item": {"type": "message", "role": "system", "content": [{"type": "input_text", "text": "Be kind."}]},
    },
    {
        "type": "conversation.item.create",
        "item": {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"},
    },
    {
        "type": "conversation.item.create",
        "item": {"type": "function_call_output", "call_id": "call_1", "output": "{}"},
    },
    {"type": "conversation.item.retrieve", "item_id": "item_003"},
    {"type": "conversation.item.delete", "item_id": "item_003"},
    {"type": "conversation.item.truncate", "item_id": "item_002", "content_index": 0, "audio_end_ms": 1500},
    {"type": "response.create"},
    {
        "type": "response.create",
        "response": {
            "instructions": "Be short.",
            "tools": [],
            "conversation": "none",
            "output_modalities": ["text"],
            "metadata": {"purpose": "summary"},
            "audio": {"output": {"voice": "marin", "format": {"type": "audio/pcm", "rate": 24000}}},
            "tool_choice": {"type": "function", "name": "f"},
            "max_output_tokens": "inf",
            "input": [
                {"type": "item_reference", "id": "item_12345"},
                {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Summarize."}]},
            ],
        },
    },
    {"type": "response.cancel", "response_id": "resp_12345"},
]


@pytest.mark.parametrize("event", GOOD, ids=lambda event: event["type"])
def test_documented_events_are_taken_as_they_are(event: dict[str, Any]) -> None:
    assert check_event(event) == event


def test_there_is_an_example_of_every_event() -> None:
    assert {event["type"] for event in GOOD} == set(EVENTS)


def test_every_client_event_of_the_api_is_known() -> None:
    from openai.types.realtime import RealtimeClientEvent

    union = get_args(RealtimeClientEvent)[0]
    assert {model.model_fields["type"].annotation.__args__[0] for model in get_args(union)} == set(EVENTS)


def session(**fields: Any) -> dict[str, Any]:
    return {"type": "session.update", "session": {"type": "realtime", **fields}}


BAD = [
    ([], "invalid_event", None, "JSON object"),
    ({}, "invalid_event", "type", "'type' field is missing"),
    ({"type": "conversation.item.make"}, "invalid_value", "type", "'conversation.item.create'"),
    ({"type": ["session.update"]}, "invalid_value", "type", "Supported values"),
    ({"type": "session.update"}, "missing_required_parameter", "session", "'session'"),
    ({"type": "session.update", "session": {}}, "missing_required_parameter", "session.type", "'session.type'"),
    (session(temperature=0.8), "unknown_parameter", "session.temperature", "there is none any more"),
    (session(voice="ash"), "unknown_parameter", "session.voice", "'session.audio.output.voice' now"),
    (session(instruction="x"), "unknown_parameter", "session.instruction", "Did you mean 'session.instructions'?"),
    (session(instructions=3), "invalid_type", "session.instructions", "expected a string, but got an integer"),
    (
        session(output_modalities=["text", "audio"]),
        "invalid_value",
        "session.output_modalities",
        "['text'] and ['audio']",
    ),
    (session(tools=[{"type": "function", "name": "my tool"}]), "invalid_value", "session.tools[0].name", "pattern"),
    (
        session(tools=[{"type": "function", "name": "f", "parameters": []}]),
        "invalid_type",
        "session.tools[0].parameters",
        "an object",
    ),
    (session(truncation="sometimes"), "invalid_type", "session.truncation", "an object"),
    (session(tracing=5), "invalid_type", "session.tracing", "an object"),
    (session(include=["nope"]), "invalid_value", "session.include[0]", "logprobs"),
    (session(reasoning={"effort": "wild"}), "invalid_value", "session.reasoning.effort", "'minimal'"),
    (
        session(audio={"input": {"transcription": {"model": "llama"}}}),
        "invalid_value",
        "session.audio.input.transcription.model",
        "pattern",
    ),
    (
        {
            "type": "conversation.item.create",
            "item": {"id": "i" * 33, "type": "message", "role": "user", "content": []},
        },
        "string_above_max_length",
        "item.id",
        "maximum length 32",
    ),
    (
        {"type": "conversation.item.create", "item": {"id": "root", "type": "message", "role": "user", "content": []}},
        "invalid_value",
        "item.id",
        "pattern",
    ),
    (
        {
            "type": "conversation.item.create",
            "item": {"type": "message", "role": "user", "content": [{"type": "input_image", "image_url": "http://x"}]},
        },
        "invalid_value",
        "item.content[0].image_url",
        "data:image/",
    ),
    (session(output_modalities=["video"]), "invalid_value", "session.output_modalities[0]", "'text' and 'audio'"),
    (session(max_output_tokens=0), "integer_below_min_value", "session.max_output_tokens", ">= 1, but got 0"),
    (session(max_output_tokens=5000), "integer_above_max_value", "session.max_output_tokens", "<= 4096"),
    (session(max_output_tokens=True), "invalid_type", "session.max_output_tokens", "a boolean"),
    (session(audio={"output": {"voice": "bob"}}), "invalid_value", "session.audio.output.voice", "'alloy', 'ash'"),
    (session(audio={"output": {"speed": 2}}), "decimal_above_max_value", "session.audio.output.speed", "<= 1.5"),
    (
        session(audio={"input": {"format": {"type": "audio/mp3"}}}),
        "invalid_value",
        "session.audio.input.format.type",
        "'audio/pcm', 'audio/pcmu' and 'audio/pcma'",
    ),
    (
        session(audio={"input": {"turn_detection": {"type": "server_vad", "treshold": 1}}}),
        "unknown_parameter",
        "session.audio.input.turn_detection.treshold",
        "threshold",
    ),
    (session(tools=[{"type": "mcp"}]), "invalid_value", "session.tools[0].type", "Offer the tool as a function"),
    ({"type": "session.update", "session": {"type": "chat"}}, "invalid_value", "session.type", "'realtime'"),
    (
        {"type": "session.update", "session": {"type": "transcription", "instructions": "x"}},
        "unknown_parameter",
        "session.instructions",
        "Unknown parameter",
    ),
    (
        {
            "type": "conversation.item.create",
            "item": {"type": "message", "role": "user", "content": [{"type": "text"}]},
        },
        "invalid_value",
        "item.content[0].type",
        "'input_text'",
    ),
    (
        {"type": "conversation.item.create", "item": {"type": "message", "role": "robot", "content": []}},
        "invalid_value",
        "item.role",
        "'assistant'",
    ),
    (
        {"type": "response.create", "response": {"metadata": {"key": 1}}},
        "invalid_type",
        "response.metadata.key",
        "a string",
    ),
    (
        {"type": "response.create", "response": {"modalities": ["text"]}},
        "unknown_parameter",
        "response.modalities",
        "'response.output_modalities'",
    ),
]


@pytest.mark.parametrize(("event", "code", "param", "words"), BAD)
def test_what_is_wrong_is_named(event: Any, code: str, param: str | None, words: str) -> None:
    with pytest.raises(ClientError) as refused:
        check_event(event)
    assert (refused.value.code, refused.value.param) == (code, param)
    assert words in refused.value.message
