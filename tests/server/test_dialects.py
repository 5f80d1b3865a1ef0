"""The core in the beta dialect: what comes in is understood, what goes out has beta's names and shapes."""

from __future__ import annotations

import base64
from typing import Any, get_args

import pytest
from core_client import Client, error_of, kinds, loud, silent

from rt_notebook.server import shapes_beta
from rt_notebook.server.engine import Call
from rt_notebook.server.shapes import check_event


def beta(**options: Any) -> Client:
    return Client("gpt-4o-realtime-preview-2024-10-01", "beta", **options)


def test_every_client_event_of_the_beta_is_known() -> None:
    from openai.types.beta.realtime import RealtimeClientEvent

    union = get_args(RealtimeClientEvent)[0]
    names = {model.model_fields["type"].annotation.__args__[0] for model in get_args(union)}
    assert names == set(shapes_beta.EVENTS)


def test_the_greeting_is_a_flat_session_and_a_conversation() -> None:
    created, conversation = beta().events
    session = created["session"]
    assert (session["voice"], session["modalities"], session["temperature"]) == ("alloy", ["text", "audio"], 0.8)
    assert session["turn_detection"]["silence_duration_ms"] == 500
    assert not {"audio", "type", "output_modalities", "truncation"} & set(session)
    assert conversation["conversation"]["object"] == "realtime.conversation"


def test_ga_says_nothing_of_conversations() -> None:
    assert kinds(Client().events) == ["session.created"]


def test_the_first_request_of_the_old_tutorials() -> None:
    client = beta()
    events = client.send("response.create", response={"modalities": ["text"], "instructions": "Please assist."})
    assert kinds(events) == ["response.created", "rate_limits.updated"]
    assert client.prompt.instructions == "Please assist."
    events = client.think("Hello ", "there.")
    assert kinds(events) == [
        "response.output_item.added",
        "conversation.item.created",
        "response.content_part.added",
        "response.text.delta",
        "response.text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.done",
    ]
    response = events[-1]["response"]
    assert response["output"][0]["content"] == [{"type": "text", "text": "Hello there."}]
    assert (response["modalities"], response["max_output_tokens"]) == (["text"], "inf")


def test_a_spoken_turn_has_the_old_names() -> None:
    client = beta()
    client.send("session.update", session={"input_audio_transcription": {"model": "whisper-1"}})
    client.say(silent(500), loud(800), silent(600))
    client.hear("Hi.")
    client.think("Hello.")
    heard = kinds(client.speak())
    assert heard[2:7] == [
        "response.content_part.added",
        "response.audio_transcript.delta",
        "response.audio.delta",
        "response.audio.done",
        "response.audio_transcript.done",
    ]


def test_settings_are_taken_where_the_beta_has_them() -> None:
    client = beta()
    (updated,) = client.update(
        modalities=["text"],
        voice="echo",
        input_audio_format="g711_ulaw",
        output_audio_format="g711_alaw",
        turn_detection=None,
        temperature=0.7,
        max_response_output_tokens=99,
        speed=1.2,
        tools=[{"type": "function", "name": "f", "parameters": {}}],
        tool_choice={"type": "function", "function": {"name": "f"}},
    )
    session = updated["session"]
    assert (session["input_audio_format"], session["output_audio_format"]) == ("g711_ulaw", "g711_alaw")
    assert session["turn_detection"] is None
    assert session["tool_choice"] == {"type": "function", "name": "f"}
    client.send("response.create")
    prompt = client.prompt
    assert (prompt.temperature, prompt.max_output_tokens) == (0.7, 99)


BAD = [
    ({"temperature": 2}, "decimal_above_max_value", "session.temperature"),
    ({"modalities": ["audio"]}, "invalid_value", "session.modalities"),
    ({"input_audio_format": "mp3"}, "invalid_value", "session.input_audio_format"),
    ({"turn_detection": {"type": "server_vad", "idle_timeout_ms": 6000}}, "unknown_parameter", None),
    ({"audio": {}}, "unknown_parameter", "session.audio"),
    ({"output_modalities": ["text"]}, "unknown_parameter", "session.output_modalities"),
    ({"max_output_tokens": 5}, "unknown_parameter", "session.max_output_tokens"),
    ({"tool_choice": {"type": "function"}}, "missing_required_parameter", "session.tool_choice.name"),
]


@pytest.mark.parametrize(("session", "code", "param"), BAD)
def test_what_is_wrong_is_named_as_the_beta_names_it(session: Any, code: str, param: str | None) -> None:
    error = error_of(beta().send("session.update", session=session))
    assert error["code"] == code
    assert param in (None, error["param"])
    assert param is None or code != "unknown_parameter" or f"'{param}'" in error["message"]


def test_errors_of_the_core_name_beta_fields() -> None:
    client = beta()
    client.send("response.create")
    client.think("Hi.")
    client.speak()
    error = error_of(client.update(voice="echo"))
    assert (error["code"], error["param"]) == ("cannot_update_voice", "session.voice")


def test_an_assistant_s_text_goes_in_as_it_comes_out() -> None:
    client = beta()
    item = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "Before."}]}
    (created,) = client.send("conversation.item.create", item=item)
    assert created["item"]["content"] == [{"type": "text", "text": "Before."}]
    client.send("response.create")
    assert [(each.role, each.text) for each in client.prompt.messages] == [("assistant", "Before.")]


def test_a_function_call_is_the_same_in_both_dialects() -> None:
    client = beta()
    client.send("response.create")
    events = client.think(Call("f", "{}"))
    assert events[-1]["response"]["output"][0]["type"] == "function_call"


def test_audio_that_comes_with_an_item_is_retrieved_as_it_came() -> None:
    client = beta()
    sound = base64.b64encode(loud(300)).decode()
    item = {"type": "message", "role": "user", "content": [{"type": "input_audio", "audio": sound}]}
    (created,) = client.send("conversation.item.create", item=item)
    (event,) = client.send("conversation.item.retrieve", item_id=created["item"]["id"])
    assert event["item"]["content"][0]["audio"] == sound


def test_what_ga_calls_its_own_is_unknown_to_the_beta_and_the_other_way_round() -> None:
    assert error_of(beta().send("session.update", session={"type": "realtime"}))["code"] == "unknown_parameter"
    assert error_of(Client().send("transcription_session.update", session={}))["param"] == "type"


@pytest.mark.parametrize("event", [[], {}, {"type": "?"}, {"type": "response.create", "response": 3}])
def test_nonsense_is_refused_as_in_ga(event: Any) -> None:
    client = beta()
    refused = error_of(client.take(client.connection.receive(event)))
    with pytest.raises(Exception, match=r".+") as in_ga:
        check_event(event)
    assert refused["code"] == vars(in_ga.value)["code"]
