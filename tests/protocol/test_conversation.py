"""The conversation, driven with events and times as data."""

import base64
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.protocol.catalog import CATALOG
from rt_notebook.protocol.conversation import Conversation
from rt_notebook.protocol.event import Event, audio_fields, decode_audio


def event(type_: str, t: float = 0.0, **fields: Any) -> Event:
    data = {"type": type_} | fields
    pieces = [decode_audio(encoded) or b"" for encoded in audio_fields(data)]
    return Event(data, t=t, sound=b"".join(pieces) if pieces else None)


def run(*events: Event) -> Conversation:
    conversation = Conversation()
    for one in events:
        conversation.apply(one)
    return conversation


def b64(pcm: bytes) -> str:
    return base64.b64encode(pcm).decode()


def message(id_: str, role: str = "user", **part: str) -> dict[str, Any]:
    return {"id": id_, "type": "message", "role": role, "status": "completed", "content": [part] if part else []}


def spoken_answer() -> list[Event]:
    pcm = np.full(2400, 1000, "<i2").tobytes()
    return [
        event("response.create", 1.0),
        event("response.created", 1.1, response={"id": "r", "conversation_id": "c", "status": "in_progress"}),
        event("response.output_item.added", 1.2, response_id="r", item=message("a", "assistant")),
        event("conversation.item.added", 1.2, item=message("a", "assistant")),
        event("response.output_audio_transcript.delta", 1.3, response_id="r", item_id="a", delta="Good "),
        event("response.output_audio.delta", 1.4, response_id="r", item_id="a", content_index=0, delta=b64(pcm)),
        event("response.output_audio_transcript.delta", 1.5, response_id="r", item_id="a", delta="day."),
        event("response.output_audio.delta", 1.6, response_id="r", item_id="a", content_index=0, delta=b64(pcm)),
    ]


def done(status: str = "completed", **details: Any) -> Event:
    item = message("a", "assistant", type="output_audio", transcript="Good day.")
    response = {"id": "r", "status": status, "output": [item], "usage": {"total_tokens": 9}, **details}
    return event("response.done", 2.0, response=response)


def test_a_spoken_answer_grows_and_ends() -> None:
    conversation = run(*spoken_answer())
    response = conversation.responses["r"]
    assert conversation.active is response
    assert response.transcript == "Good day."
    conversation.apply(done())
    assert conversation.active is not response
    assert (response.status, response.text, response.usage) == ("completed", "Good day.", {"total_tokens": 9})
    assert response.audio.shape == (4800,)
    assert response.audio[0] == np.float32(1000 / 32768)
    latency = response.latency
    assert (latency.created, latency.first_text, latency.first_audio, latency.done) == (100.0, 300.0, 400.0, 1000.0)


def test_a_failed_response_says_why() -> None:
    failed = done("failed", status_details={"type": "failed", "error": {"code": "x", "message": "engine down"}})
    assert run(*spoken_answer(), failed).responses["r"].error == "engine down"


def test_out_of_band_leaves_the_conversation_free() -> None:
    conversation = run(event("response.created", response={"id": "r", "conversation_id": None}))
    assert conversation.active is None
    assert conversation.responses["r"].conversation_id is None


def test_order_is_by_chain_and_not_by_arrival() -> None:
    conversation = run(
        event("conversation.item.added", item=message("one"), previous_item_id=None),
        event("conversation.item.added", item=message("three"), previous_item_id="one"),
        event("conversation.item.added", item=message("two"), previous_item_id="one"),
        event("conversation.item.added", item=message("zero"), previous_item_id=None),
        event("conversation.item.done", item=message("two"), previous_item_id="one"),
    )
    conversation.apply(event("conversation.item.added", item=message("four")))  # nothing said of its place
    assert conversation.order == ["zero", "one", "two", "three", "four"]
    conversation.apply(event("conversation.item.deleted", item_id="one"))
    assert conversation.order == ["zero", "two", "three", "four"]
    assert conversation.items["one"].deleted


def test_the_transcript_may_come_after_the_answer() -> None:
    conversation = run(
        event("input_audio_buffer.committed", item_id="u", previous_item_id=None),
        event("conversation.item.added", item=message("u", type="input_audio"), previous_item_id=None),
        *spoken_answer(),
        done(),
        event("conversation.item.input_audio_transcription.delta", item_id="u", delta="Hello"),
        event("conversation.item.input_audio_transcription.completed", item_id="u", transcript=" Hello there. "),
    )
    assert conversation.items["u"].transcript == "Hello there."
    assert conversation.order == ["u", "a"]


def test_truncation_keeps_the_words_and_says_what_was_heard() -> None:
    conversation = run(
        *spoken_answer(), done("cancelled"), event("conversation.item.truncated", item_id="a", audio_end_ms=60)
    )
    item = conversation.items["a"]
    assert (item.heard_ms, item.audio_ms, item.words) == (60.0, 200.0, "Good day.")


def test_the_user_s_audio_is_what_the_server_took() -> None:
    ramp = np.arange(24 * 300, dtype="<i2")  # 300 ms
    appends = [
        event("input_audio_buffer.append", audio=b64(ramp[at : at + 960].tobytes())) for at in range(0, 7200, 960)
    ]
    conversation = run(
        *appends[:3],
        event("input_audio_buffer.speech_started", item_id="u", audio_start_ms=50),
        *appends[3:],
        event("input_audio_buffer.speech_stopped", 5.0, item_id="u", audio_end_ms=250),
        event("input_audio_buffer.committed", item_id="u", previous_item_id=None),
    )
    sound = np.frombuffer(b"".join(map(bytes, conversation.items["u"].pieces)), "<i2")
    assert np.array_equal(sound, ramp[50 * 24 : 250 * 24])


def test_a_manual_commit_takes_all_that_was_appended() -> None:
    append = event("input_audio_buffer.append", audio=b64(bytes(960)))
    conversation = run(append, append, event("input_audio_buffer.committed", item_id="u"))
    assert conversation.items["u"].audio_ms == 40
    conversation.apply(append)
    conversation.apply(event("input_audio_buffer.cleared"))
    conversation.apply(append)
    conversation.apply(event("input_audio_buffer.committed", item_id="v", previous_item_id="u"))
    assert conversation.items["v"].audio_ms == 20


def test_latency_of_a_spoken_turn_counts_from_the_end_of_speech() -> None:
    conversation = run(
        event("input_audio_buffer.speech_stopped", 5.0, item_id="u", audio_end_ms=250),
        event("response.created", 5.1, response={"id": "r", "conversation_id": "c"}),
    )
    assert conversation.responses["r"].latency.created == 100.0


def test_audio_of_items_that_the_server_names_goes_by_order() -> None:
    sent = [message("", type="input_audio", audio=b64(bytes(ms * 48))) | {"id": None} for ms in (10, 20)]
    conversation = run(
        *(event("conversation.item.create", item=item) for item in sent),
        event("conversation.item.added", item=message("t", type="input_text", text="Hi")),
        event("conversation.item.added", item=message("u", type="input_audio")),
        event("conversation.item.added", item=message("v", type="input_audio")),
    )
    assert [conversation.items[name].audio_ms for name in "tuv"] == [0, 10, 20]


def test_audio_that_this_side_sent_is_the_item_s() -> None:
    item = message("u", type="input_audio", audio=b64(bytes(480)))
    conversation = run(
        event("conversation.item.create", item=item),
        event("conversation.item.added", item=message("u", type="input_audio"), previous_item_id=None),
    )
    assert conversation.items["u"].audio_ms == 10


def test_a_function_call() -> None:
    call = {"id": "f", "type": "function_call", "name": "add", "call_id": "c", "arguments": ""}
    conversation = run(
        event("response.created", response={"id": "r", "conversation_id": "c"}),
        event("response.output_item.added", response_id="r", item=call),
        event("response.function_call_arguments.delta", item_id="f", delta='{"a"'),
        event("response.function_call_arguments.delta", item_id="f", delta=":1}"),
    )
    (item,) = conversation.responses["r"].calls
    assert (item.name, item.call_id, item.arguments) == ("add", "c", '{"a":1}')


fields: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(
        ["item_id", "item", "response", "response_id", "delta", "session", "previous_item_id", "transcript"]
    ),
    st.sampled_from(["a", "r", None, 5, [], {}, {"id": "a"}, {"id": 3}, {"id": "r", "output": [1, {"id": "a"}]}]),
    max_size=5,
)


@given(st.lists(st.tuples(st.sampled_from(sorted(CATALOG)), fields), max_size=25))
def test_no_sequence_of_events_breaks_it(events: list[tuple[str, dict[str, Any]]]) -> None:
    conversation = run(*(event(type_, **data) for type_, data in events))
    assert len(set(conversation.order)) == len(conversation.order)
    assert set(conversation.order) <= set(conversation.items)
