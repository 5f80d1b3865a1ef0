import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.protocol.catalog import CATALOG, types
from rt_notebook.protocol.check import check
from rt_notebook.protocol.dialect import GA_NAMES, ga_type, in_ga, to_beta, to_ga
from rt_notebook.protocol.event import Event

SESSION = {
    "type": "realtime",
    "instructions": "Be kind.",
    "output_modalities": ["audio"],
    "max_output_tokens": 100,
    "audio": {
        "input": {
            "format": {"type": "audio/pcm", "rate": 24000},
            "transcription": {"model": "whisper-1"},
            "turn_detection": {"type": "server_vad", "threshold": 0.4},
        },
        "output": {"format": {"type": "audio/pcmu"}, "voice": "alloy"},
    },
}


def test_every_renamed_type_is_ga_s() -> None:
    assert set(GA_NAMES.values()) <= set(types(dialect="ga"))
    assert all(CATALOG[name].beta for name in GA_NAMES)
    assert {name for name in types("server", "beta") if name not in types("server", "ga")} <= set(GA_NAMES)


def test_a_session_in_beta_is_what_the_beta_model_declares() -> None:
    event = {"type": "session.update", "session": SESSION}
    beta = to_beta(event)
    assert check(beta, "beta") == []
    assert beta["session"] == {
        "instructions": "Be kind.",
        "modalities": ["text", "audio"],
        "max_response_output_tokens": 100,
        "input_audio_format": "pcm16",
        "input_audio_transcription": {"model": "whisper-1"},
        "turn_detection": {"type": "server_vad", "threshold": 0.4},
        "output_audio_format": "g711_ulaw",
        "voice": "alloy",
    }
    without_type = {name: value for name, value in SESSION.items() if name != "type"}
    assert to_ga(beta)["session"] == without_type


def test_null_stays_null() -> None:
    beta = to_beta({"type": "session.update", "session": {"audio": {"input": {"turn_detection": None}}}})
    assert beta["session"] == {"turn_detection": None}
    assert to_ga(beta)["session"] == {"audio": {"input": {"turn_detection": None}}}


def test_an_assistant_s_parts_are_renamed_and_a_user_s_are_not() -> None:
    item = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi"}]}
    beta = to_beta({"type": "conversation.item.create", "item": item})
    assert beta["item"]["content"] == [{"type": "text", "text": "Hi"}]
    assert to_ga(beta)["item"] == item
    user = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]}
    assert to_beta({"type": "conversation.item.create", "item": user})["item"] == user


def test_a_response_s_output_is_renamed() -> None:
    done = {
        "type": "response.done",
        "response": {
            "id": "r",
            "modalities": ["text", "audio"],
            "output": [{"role": "assistant", "content": [{"type": "audio", "transcript": "Hi"}]}],
        },
    }
    response = to_ga(done)["response"]
    assert response["output_modalities"] == ["audio"]
    assert response["output"][0]["content"] == [{"type": "output_audio", "transcript": "Hi"}]


@pytest.mark.parametrize(
    "event",
    [
        {"type": ["session.updated"]},
        {"type": 5, "session": {"voice": "ash"}},
        {},
        {"type": "session.updated", "session": {"audio": 5, "voice": "ash"}},
        {"type": "session.updated", "session": {"voice": "ash", "audio": {"output": []}, "speed": 1}},
        {"type": "conversation.item.created", "item": {"role": "assistant", "content": [{"type": []}, 5, {}]}},
        {"type": "session.update", "session": {"audio": {"input": {"format": {"type": []}}}}},
    ],
)
def test_what_makes_no_sense_stays_as_far_as_it_can(event: dict[str, Any]) -> None:
    before = copy.deepcopy(event)
    shaped, beta = to_ga(event), to_beta(event)
    assert event == before
    assert ("type" in shaped, "type" in beta) == ("type" in event, "type" in event)
    assert shaped.get("item") == beta.get("item") == event.get("item")
    if "voice" in event.get("session", {}):
        # Where the field that is in its way can be no object, beta's goes in its place.
        assert shaped["session"] in ({"audio": {"output": {"voice": "ash"}}}, {"audio": {"output": {"speed": 1}}})


def test_fields_of_both_dialects_leave_the_event_as_it_was() -> None:
    event = {"type": "session.updated", "session": {"audio": {"output": {"speed": 1.0}}, "voice": "ash"}}
    before = copy.deepcopy(event)
    assert to_ga(event)["session"] == {"audio": {"output": {"speed": 1.0, "voice": "ash"}}}
    assert event == before


def test_a_log_s_event_keeps_what_the_log_knows() -> None:
    event = Event({"type": "response.audio.delta"}, index=3, t=1.5, direction="client", sound=b"12")
    shaped = in_ga(event)
    assert (shaped.type, shaped.index, shaped.t, shaped.direction, shaped.pcm) == (
        *("response.output_audio.delta", 3, 1.5, "client"),
        b"12",
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    [
        *("type", "role", "session", "response", "item", "part", "modalities", "content", "output", "audio", "voice"),
        *("input_audio_format", "input", "format"),
    ]
)
parts = st.recursive(
    json_values | st.just("assistant"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(fields, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(fields, parts, max_size=4), st.sampled_from(sorted(CATALOG)) | json_values)
def test_no_event_breaks_it_or_is_changed(data: dict[str, Any], name: Any) -> None:
    event = data | {"type": name}
    before = repr(event)
    assert to_ga(event)["type"] == (ga_type(name) if isinstance(name, str) else name)
    to_beta(event)
    assert repr(event) == before
