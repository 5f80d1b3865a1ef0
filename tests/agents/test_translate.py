"""What the user's side says and hears, in either dialect."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.agents.translate import OUTPUT, client_event, output_event, refusal
from rt_notebook.errors import ProtocolError
from rt_notebook.protocol.catalog import CATALOG, Dialect
from rt_notebook.protocol.check import check
from rt_notebook.protocol.dialect import to_beta

BETA_UPDATE = {
    "type": "session.update",
    "session": {
        "modalities": ["text", "audio"],
        "voice": "alloy",
        "input_audio_format": "pcm16",
        "input_audio_transcription": {"model": "whisper-1"},
        "turn_detection": {"type": "server_vad", "silence_duration_ms": 300},
        "temperature": 0.8,
        "max_response_output_tokens": 100,
    },
}
GA_UPDATE = {
    "type": "session.update",
    "session": {
        "type": "realtime",
        "output_modalities": ["audio"],
        "max_output_tokens": 100,
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24_000},
                "transcription": {"model": "whisper-1"},
                "turn_detection": {"type": "server_vad", "silence_duration_ms": 300},
            },
            "output": {"voice": "alloy"},
        },
    },
}


@pytest.mark.parametrize("said", [BETA_UPDATE, GA_UPDATE])
def test_settings_in_either_dialect_are_valid_in_ga(said: dict[str, Any]) -> None:
    event = client_event(json.dumps(said), "ga")
    assert event == GA_UPDATE
    assert check(event) == []


@pytest.mark.parametrize("said", [BETA_UPDATE, GA_UPDATE])
def test_settings_in_either_dialect_are_valid_in_the_beta(said: dict[str, Any]) -> None:
    event = to_beta(client_event(said, "beta"))
    assert check(event, "beta") == []
    assert event["session"].get("temperature") == said["session"].get("temperature")


def test_a_response_asked_for_in_the_beta_s_way_is_valid_in_ga() -> None:
    said = {"type": "response.create", "response": {"modalities": ["text"], "temperature": 0.8, "instructions": "Hi"}}
    event = client_event(json.dumps(said), "ga")
    assert event["response"] == {"output_modalities": ["text"], "instructions": "Hi"}
    assert check(event) == []


@pytest.mark.parametrize("line", ["", "{", "[]", "3", "null", b"\xff", '{"a": NaN}'])
def test_what_is_no_json_object_is_named(line: str | bytes) -> None:
    with pytest.raises(ProtocolError, match="no JSON"):
        client_event(line, "ga")


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from(["type", "session", "response", "item", "audio"]), JSON),
    st.sampled_from(["session.update", "response.create", "conversation.item.create", "x"]),
    st.sampled_from(["ga", "beta"]),
)
def test_odd_events_are_passed_on_and_break_nothing(event: dict[str, Any], kind: str, dialect: Dialect) -> None:
    passed = client_event(json.dumps({**event, "type": kind}), dialect)
    assert passed["type"] == kind
    assert set(passed) == {*event, "type"}


def test_all_that_goes_out_exists_and_has_a_beta_name() -> None:
    for name in OUTPUT:
        assert CATALOG[name].direction == "server"
        assert CATALOG[output_event({"type": name})["type"]].beta is not None


def test_a_refusal_is_an_error_event() -> None:
    assert refusal("no JSON")["error"]["message"] == "no JSON"
