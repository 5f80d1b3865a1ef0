"""What a response does beside the plain turn: options, cancelling, truncation, limits."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from core_client import MS, Client, Event, error_of, kinds, loud

from rt_notebook.server.effects import Respond, Speak
from rt_notebook.server.engine import Call


def answered(client: Client, text: str = "One two three.") -> dict[str, Any]:
    """Have a spoken answer given in full; return its item. Each word lasts 200 ms."""
    client.write("Hello?")
    client.send("response.create")
    client.think(text)
    item: dict[str, Any] = client.speak()[-1]["response"]["output"][0]
    return item


def test_a_second_response_is_refused_while_one_is_active() -> None:
    client = Client()
    created, _ = client.send("response.create")
    error = error_of(client.send("response.create", event_id="second"))
    assert error["code"] == "conversation_already_has_active_response"
    assert created["response"]["id"] in error["message"]
    assert error["event_id"] == "second"


def test_out_of_band_responses_go_beside_the_active_one() -> None:
    client = Client()
    client.write("Hello?")
    client.send("response.create")
    active = client.job(Respond)
    events = client.send(
        "response.create",
        response={
            "conversation": "none",
            "output_modalities": ["text"],
            "instructions": "Classify.",
            "metadata": {"topic": "class"},
            "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Is it spam?"}]}],
        },
    )
    assert events[0]["response"]["conversation_id"] is None
    assert (client.prompt.instructions, [each.text for each in client.prompt.messages]) == (
        "Classify.",
        ["Is it spam?"],
    )
    events = client.think("No.")
    assert not any(kind.startswith("conversation.") for kind in kinds(events))
    assert events[-1]["response"]["metadata"] == {"topic": "class"}
    item_id = events[-1]["response"]["output"][0]["id"]
    assert (
        error_of(client.send("conversation.item.retrieve", item_id=item_id))["code"] == "item_retrieve_invalid_item_id"
    )
    assert client.take(client.connection.text(active.job, "Still here. ")) == []
    assert isinstance(client.jobs[0], Speak)


def test_input_may_refer_to_items() -> None:
    client = Client()
    first = client.write("First.")
    client.write("Second.")
    client.send("response.create", response={"input": [{"type": "item_reference", "id": first}]})
    assert [each.text for each in client.prompt.messages] == ["First."]


def test_a_reference_to_an_unknown_item_is_an_error() -> None:
    client = Client()
    error = error_of(client.send("response.create", response={"input": [{"type": "item_reference", "id": "nobody"}]}))
    assert "nobody" in error["message"]
    assert kinds(client.send("response.create")) == ["response.created", "rate_limits.updated"]


def test_empty_input_clears_the_context() -> None:
    client = Client()
    client.write("Forget me.")
    client.send("response.create", response={"input": []})
    assert client.prompt.messages == []


def test_the_response_overrides_the_session_for_itself_alone() -> None:
    client = Client()
    client.update(tools=[{"type": "function", "name": "session_tool"}], tool_choice="required")
    client.send(
        "response.create",
        response={
            "output_modalities": ["text"],
            "tools": [{"type": "function", "name": "own_tool"}],
            "tool_choice": {"type": "function", "name": "own_tool"},
        },
    )
    assert [tool["name"] for tool in client.prompt.tools] == ["own_tool"]
    own = client.prompt
    client.think("Done.")
    client.send("response.create")
    assert [tool["name"] for tool in client.prompt.tools] == ["session_tool"]
    assert [own.tool_choice, client.prompt.tool_choice] == [{"type": "function", "name": "own_tool"}, "required"]


def test_the_client_cancels() -> None:
    client = Client()
    client.send("response.create", response={"output_modalities": ["text"]})
    job = client.jobs[0].job
    client.take(client.connection.text(job, "Half a "))
    events = client.send("response.cancel")
    assert events[-1]["response"]["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}
    assert events[-1]["response"]["output"][0]["content"][0]["text"] == "Half a "
    assert client.jobs == []
    assert client.take(client.connection.text(job, "sentence")) == []
    assert error_of(client.send("response.cancel"))["code"] == "response_cancel_not_active"


def test_cancelling_by_id_leaves_the_others() -> None:
    client = Client()
    client.send("response.create")
    (beside, _) = client.send("response.create", response={"conversation": "none"})
    (done,) = client.send("response.cancel", response_id=beside["response"]["id"])
    assert done["response"]["id"] == beside["response"]["id"]
    assert len(client.jobs) == 1
    assert error_of(client.send("response.cancel", response_id="resp_x"))["code"] == "response_cancel_not_active"


def test_an_answer_of_nothing_is_complete() -> None:
    client = Client()
    client.send("response.create")
    (done,) = client.think()
    assert (done["response"]["status"], done["response"]["output"]) == ("completed", [])


def test_sentences_are_spoken_while_the_rest_is_thought() -> None:
    client = Client()
    client.send("response.create")
    job = client.jobs[0].job
    for piece in ("Version 3.5 is", " out. And", " then"):
        client.take(client.connection.text(job, piece))
    speak = client.job(Speak)
    assert speak.text == "Version 3.5 is out."
    client.take(client.connection.audio(job, speak.text, bytes(100 * MS)))
    client.take(client.connection.spoken(job))
    assert not any(isinstance(each, Speak) for each in client.jobs)
    client.take(client.connection.text(job, " some"))
    client.take(client.connection.thought(job))
    assert client.job(Speak).text == " And then some"


def test_two_calls_in_one_response() -> None:
    client = Client()
    client.send("response.create")
    events = client.think(Call("one", "{}"), Call("two", "{}"))
    output = events[-1]["response"]["output"]
    assert [item["name"] for item in output] == ["one", "two"]
    assert output[0]["call_id"] != output[1]["call_id"] != output[0]["id"]
    places = [event["output_index"] for event in events if event["type"] == "response.output_item.added"]
    assert places == [0, 1]


def test_an_answer_stops_at_its_limit_of_tokens() -> None:
    client = Client()
    client.send("response.create", response={"output_modalities": ["text"], "max_output_tokens": 3})
    job = client.jobs[0].job
    client.take(client.connection.text(job, "twelve chars"))
    (*_, done) = client.take(client.connection.text(job, " and more"))
    assert done["response"]["status"] == "incomplete"
    assert done["response"]["status_details"] == {"type": "incomplete", "reason": "max_output_tokens"}
    assert client.jobs == []


def test_usage_counts_audio_by_time_and_text_by_length() -> None:
    client = Client()
    client.update(instructions="x" * 40)
    sound = {"type": "input_audio", "audio": base64.b64encode(bytes(1_050 * MS)).decode()}
    text = {"type": "input_text", "text": "y" * 10}
    client.send("conversation.item.create", item={"type": "message", "role": "user", "content": [sound, text]})
    client.hear("z" * 400)
    client.send("response.create")
    client.think("One two.")
    usage = client.speak(ms_per_word=210)[-1]["response"]["usage"]
    assert usage["input_token_details"]["audio_tokens"] == 11
    assert usage["input_token_details"]["text_tokens"] == 10 + 3
    assert usage["output_token_details"] == {"text_tokens": 2, "audio_tokens": 9}
    assert (usage["input_tokens"], usage["output_tokens"], usage["total_tokens"]) == (24, 11, 35)


def test_truncation_keeps_what_was_heard() -> None:
    client = Client()
    item = answered(client)
    (event,) = client.send(
        "conversation.item.truncate", item_id=item["id"], content_index=0, audio_end_ms=350, event_id="t"
    )
    assert event["type"] == "conversation.item.truncated"
    assert (event["item_id"], event["audio_end_ms"]) == (item["id"], 350)
    part = client.send("conversation.item.retrieve", item_id=item["id"])[0]["item"]["content"][0]
    assert part["transcript"] is None
    assert len(base64.b64decode(part["audio"])) == 350 * MS
    client.send("response.create")
    assert client.prompt.messages[-1].text == "One two "


def test_truncation_beyond_the_end_is_refused() -> None:
    client = Client()
    item = answered(client)
    error = error_of(client.send("conversation.item.truncate", item_id=item["id"], content_index=0, audio_end_ms=601))
    assert (error["code"], error["param"]) == ("invalid_value", "audio_end_ms")
    assert error["message"] == "Audio content of 600ms is already shorter than 601ms"


def test_only_the_assistants_audio_can_be_truncated() -> None:
    client = Client()
    item_id = client.write("Mine.")
    error = error_of(client.send("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=0))
    assert error["code"] == "invalid_value"
    error = error_of(client.send("conversation.item.truncate", item_id="none", content_index=0, audio_end_ms=0))
    assert error["code"] == "item_truncate_invalid_item_id"


def test_the_voice_stays_once_it_was_heard() -> None:
    client = Client()
    assert client.update(audio={"output": {"voice": "cedar"}})[0]["session"]["audio"]["output"]["voice"] == "cedar"
    answered(client)
    error = error_of(client.update(audio={"output": {"voice": "marin"}}))
    assert (error["code"], error["param"]) == ("cannot_update_voice", "session.audio.output.voice")
    assert client.update(audio={"output": {"voice": "cedar", "speed": 1.2}})[0]["type"] == "session.updated"


def test_voice_and_speed_reach_the_speaker() -> None:
    client = Client()
    client.update(audio={"output": {"voice": "ash", "speed": 1.25}})
    client.send("response.create")
    client.think("Quick.")
    speak = client.job(Speak)
    assert (speak.voice, speak.speed) == ("ash", 1.25)


@pytest.mark.parametrize(
    ("previous", "order"), [("root", ["New", "A", "B"]), ("first", ["A", "New", "B"]), (None, ["A", "B", "New"])]
)
def test_items_are_inserted_where_the_client_wants_them(previous: str | None, order: list[str]) -> None:
    client = Client()
    first = client.write("A")
    client.write("B")
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "New"}]}
    place = first if previous == "first" else previous
    (added, _) = client.send("conversation.item.create", item=item, previous_item_id=place)
    assert added["previous_item_id"] == {"root": None, "first": first}.get(
        str(previous), client.events[3]["item"]["id"]
    )
    client.send("response.create")
    assert [each.text for each in client.prompt.messages] == order


def test_an_item_after_an_unknown_one_is_refused() -> None:
    client = Client()
    item = {"type": "message", "role": "user", "content": []}
    error = error_of(client.send("conversation.item.create", item=item, previous_item_id="ghost"))
    assert error["code"] == "item_create_invalid_previous_item_id"


def test_an_items_id_may_be_the_clients_but_only_once() -> None:
    client = Client()
    item = {"id": "mine", "type": "message", "role": "user", "content": []}
    assert client.send("conversation.item.create", item=item)[0]["item"]["id"] == "mine"
    assert error_of(client.send("conversation.item.create", item=item))["code"] == "item_create_duplicate_item_id"


def test_a_deleted_item_is_forgotten() -> None:
    client = Client()
    item_id = client.write("Oops.")
    assert client.send("conversation.item.delete", item_id=item_id)[0]["item_id"] == item_id
    client.send("response.create")
    assert client.prompt.messages == []
    error = error_of(client.send("conversation.item.delete", item_id=item_id))
    assert error["code"] == "item_delete_invalid_item_id"
    assert error["message"] == f"Error deleting item: the item with id '{item_id}' does not exist."


def test_deleting_an_item_that_is_not_understood_yet_lets_the_answer_go_on() -> None:
    client = Client()
    sound = {"type": "input_audio", "audio": base64.b64encode(bytes(500 * MS)).decode()}
    item = {"type": "message", "role": "user", "content": [sound]}
    item_id = client.send("conversation.item.create", item=item)[0]["item"]["id"]
    client.send("response.create")
    client.send("conversation.item.delete", item_id=item_id)
    assert [type(job) for job in client.jobs] == [Respond]


def test_an_item_deleted_while_it_is_written_is_done_for_the_response_alone() -> None:
    client = Client()
    client.send("response.create", response={"output_modalities": ["text"]})
    job = client.jobs[0].job
    added = client.take(client.connection.text(job, "Going, "))[0]
    client.send("conversation.item.delete", item_id=added["item"]["id"])
    events = client.think("gone.")
    assert "conversation.item.done" not in kinds(events)
    assert events[-1]["response"]["output"][0]["content"][0]["text"] == "Going, gone."


def test_an_item_cut_while_it_is_made_stays_cut() -> None:
    client = Client()
    client.send("response.create")
    client.think("One, two, three")
    job = client.job(Speak).job
    (item_id,) = {
        e["item"]["id"] for e in client.take(client.connection.audio(job, "One, ", bytes(500 * MS))) if "item" in e
    }
    client.send("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=300)
    client.take(client.connection.audio(job, "two, three", bytes(700 * MS)))
    done = client.take(client.connection.spoken(job))[-1]["response"]
    assert done["output"][0]["content"] == [{"type": "output_audio", "transcript": None}]
    assert done["usage"]["output_token_details"]["audio_tokens"] == 24
    (told,) = [each["transcript"] for each in client.events if each["type"].endswith("audio_transcript.done")]
    assert told == "One, two, three"
    client.send("response.create")
    assert client.prompt.messages[-1].text == "One, "


def test_a_length_that_was_rounded_up_is_not_beyond_the_end() -> None:
    client = Client()
    client.send("response.create")
    client.think("One.")
    job = client.job(Speak).job
    client.take(client.connection.audio(job, "One.", bytes(26_210)))  # 546.04 ms
    item_id = client.take(client.connection.spoken(job))[-1]["response"]["output"][0]["id"]

    def truncate(ms: int) -> Event:
        return client.send("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=ms)[0]

    assert truncate(548)["type"] == "error"
    assert truncate(547)["type"] == "conversation.item.truncated"


@pytest.mark.parametrize("reason", ["max_output_tokens", "content_filter"])
def test_an_answer_that_its_thinker_cuts_short_is_spoken_and_incomplete(reason: str) -> None:
    client = Client()
    client.send("response.create")
    job = client.jobs[0].job
    client.take(client.connection.text(job, "Half of it"))
    client.take(client.connection.thought(job, reason))
    client.job(Respond)
    response = client.speak()[-1]["response"]
    assert response["status_details"] == {"type": "incomplete", "reason": reason}
    assert response["output"][0]["content"][0]["transcript"] == "Half of it"
    assert response["output"][0]["status"] == "incomplete"


def test_text_without_a_voice_is_transcript_and_one_warning() -> None:
    client = Client()
    client.send("response.create")
    client.think("你好。再见。")
    events = []
    while any(isinstance(job, Speak) for job in client.jobs):
        job = client.job(Speak)
        events += client.take(client.connection.audio(job.job, job.text, b""))
        events += client.take(client.connection.spoken(job.job))
    (warning,) = [event["error"] for event in events if event["type"] == "error"]
    assert warning["code"] == "speech_unavailable"
    assert "rt-notebook[espeak]" in warning["message"]
    assert "response.output_audio.delta" not in kinds(events)
    response = events[-1]["response"]
    assert (response["status"], response["output"][0]["content"][0]["transcript"]) == ("completed", "你好。再见。")


def test_signs_without_words_need_no_voice() -> None:
    client = Client()
    client.send("response.create")
    client.think("... ")
    job = client.job(Speak)
    assert "error" not in kinds(client.take(client.connection.audio(job.job, job.text, b"")))


def cached(client: Client, **response: Any) -> tuple[int, int]:
    """Answer once more; return the cached tokens by text and audio."""
    client.send("response.create", response={"output_modalities": ["text"], **response})
    details = client.think("Yes.")[-1]["response"]["usage"]["input_token_details"]
    assert details["cached_tokens"] == sum(details["cached_tokens_details"].values())
    return details["cached_tokens_details"]["text_tokens"], details["cached_tokens_details"]["audio_tokens"]


def test_what_was_read_before_is_cached_in_whole_blocks() -> None:
    client = Client()
    client.update(instructions="x" * 4 * 100, audio={"input": {"turn_detection": None}})
    assert cached(client) == (0, 0)
    assert cached(client) == (64, 0)
    client.append(loud(8_000))
    client.send("input_audio_buffer.commit")
    client.hear("A long story.")
    cached(client)
    assert cached(client) == (64, 64)
    assert cached(client, instructions="Others.") == (0, 0)


def test_what_changes_is_no_longer_cached() -> None:
    client = Client()
    first = client.write("x" * 4 * 200)
    client.write("y" * 4 * 200)
    cached(client)
    assert cached(client)[0] >= 384
    client.send("conversation.item.delete", item_id=first)
    assert cached(client)[0] == 0


def test_only_so_many_responses_are_made_beside_the_conversation() -> None:
    client = Client()
    for _ in range(16):
        client.send("response.create", response={"conversation": "none"})
    assert error_of(client.send("response.create", response={"conversation": "none"}))["code"] == "rate_limit_exceeded"
    assert client.send("response.create")[0]["type"] == "response.created"


def test_the_session_ends_when_its_time_is_over() -> None:
    client = Client(seconds=90)
    client.send("response.create")
    *done, error = client.take(client.connection.expire())
    assert kinds(done) == ["response.done"]
    assert error["error"]["code"] == "session_expired"
    assert client.closed is not None
    assert (client.closed.code, client.closed.reason) == (1001, "Your session hit the maximum duration of 90 seconds.")
    assert client.jobs == []


def test_a_conversation_takes_no_more_than_it_can_keep() -> None:
    client = Client()
    picture = "data:image/png;base64," + "A" * 10 * 2**20
    item = {"type": "message", "role": "user", "content": [{"type": "input_image", "image_url": picture}]}
    for _ in range(8):
        event = client.send("conversation.item.create", item=item)[0]
    assert event["error"]["code"] == "conversation_full"
    assert error_of(client.send("response.create"))["code"] == "conversation_full"


def test_images_reach_the_thinker() -> None:
    client = Client()
    content = [{"type": "input_text", "text": "What is it?"}, {"type": "input_image", "image_url": "data:image/png,x"}]
    client.send("conversation.item.create", item={"type": "message", "role": "user", "content": content})
    client.send("response.create")
    (message,) = client.prompt.messages
    assert (message.text, list(message.images)) == ("What is it?", ["data:image/png,x"])


def test_a_session_without_a_model_takes_the_first_it_is_told() -> None:
    client = Client(None)
    assert error_of(client.update(model="gpt-5"))["code"] == "model_not_found"
    assert client.update(model="gpt-realtime-2")[0]["session"]["model"] == "gpt-realtime-2"
    assert error_of(client.update(model="gpt-realtime"))["param"] == "session.model"


def test_the_output_of_a_call_that_never_was_is_refused() -> None:
    client = Client()
    output = {"type": "function_call_output", "call_id": "call_x", "output": "1"}
    error = error_of(client.send("conversation.item.create", item=output))
    assert (error["code"], error["param"]) == ("invalid_tool_call_id", "item.call_id")
    client.send("response.create", response={"input": [output], "conversation": "none"})
    assert [message.role for message in client.prompt.messages] == ["tool"]


@pytest.mark.parametrize("limit", [1, 2, 7, 30])
@pytest.mark.parametrize("modality", ["text", "audio"])
def test_an_answer_never_takes_more_tokens_than_it_may(limit: int, modality: str) -> None:
    client = Client()
    client.send("response.create", response={"output_modalities": [modality], "max_output_tokens": limit})
    client.think("A long answer of many words. " * 20)
    client.speak(ms_per_word=300)
    response = client.events[-1]["response"]
    assert response["status_details"]["reason"] == "max_output_tokens"
    assert 0 < response["usage"]["output_tokens"] <= limit
    assert response["output"][0]["status"] == "incomplete"


def test_an_answer_that_takes_all_its_tokens_is_complete() -> None:
    client = Client()
    client.send("response.create", response={"output_modalities": ["text"], "max_output_tokens": 3})
    response = client.think("twelve chars")[-1]["response"]
    assert (response["status"], response["usage"]["output_tokens"]) == ("completed", 3)


@pytest.mark.parametrize(("limit", "items"), [(1, 0), (5, 1), (8, 1)])
def test_a_call_that_is_too_long_is_never_complete(limit: int, items: int) -> None:
    client = Client()
    client.send("response.create", response={"max_output_tokens": limit})
    response = client.think(Call("get_weather", '{"city": "Rio de Janeiro"}'))[-1]["response"]
    assert response["status"] == "incomplete"
    assert [item["status"] for item in response["output"]] == ["incomplete"] * items
    assert response["usage"]["output_tokens"] <= limit


def test_arguments_come_in_pieces() -> None:
    client = Client()
    client.send("response.create")
    arguments = '{"city": "Paris", "when": "tomorrow", "unit": "celsius"}'
    events = client.think(Call("f", arguments))
    deltas = [e["delta"] for e in events if e["type"] == "response.function_call_arguments.delta"]
    assert "".join(deltas) == arguments
    assert len(deltas) > 2


def test_other_prompts_in_between_do_not_empty_the_cache() -> None:
    client = Client()
    client.write("x" * 4 * 200)
    cached(client)
    client.send("response.create", response={"conversation": "none", "input": [], "output_modalities": ["text"]})
    client.think("Beside.")
    cached(client, instructions="Others.")
    assert cached(client)[0] >= 192


def test_a_function_that_is_not_there_cannot_be_chosen() -> None:
    client = Client()
    choice = {"type": "function", "name": "zzz"}
    error = error_of(client.send("response.create", response={"tool_choice": choice}))
    assert (error["code"], error["param"]) == ("invalid_value", "response.tool_choice")


def test_a_response_keeps_the_voice_that_was_heard() -> None:
    client = Client()
    answered(client)
    other = {"audio": {"output": {"voice": "cedar"}}}
    error = error_of(client.send("response.create", response=other))
    assert (error["code"], error["param"]) == ("cannot_update_voice", "response.audio.output.voice")


def test_an_answer_of_another_day_may_be_put_in_as_it_came_out() -> None:
    client = Client()
    part = {"type": "output_audio", "transcript": "As I said."}
    item = {"type": "message", "role": "assistant", "content": [part]}
    assert client.send("conversation.item.create", item=item)[0]["item"]["content"] == [part]
    client.send("response.create")
    assert [message.text for message in client.prompt.messages] == ["As I said."]


def test_the_field_at_fault_is_named() -> None:
    client = Client()
    item_id = answered(client)["id"]
    reference = {"type": "item_reference", "id": "nope"}
    refused = client.send("response.create", response={"input": [reference]})
    assert error_of(refused)["param"] == "response.input[0].id"
    refused = client.send("conversation.item.truncate", item_id=item_id, content_index=1, audio_end_ms=0)
    assert error_of(refused)["param"] == "content_index"
