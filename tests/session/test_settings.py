"""Settings as Python says them, against what the API's models take."""

from typing import Any

import pytest

from rt_notebook.protocol.check import check
from rt_notebook.protocol.dialect import to_beta
from rt_notebook.session.settings import SemanticVAD, ServerVAD, Settings, to_session

ALL: Settings = {
    "instructions": "Be brief.",
    "voice": "marin",
    "output": "text",
    "turn_detection": ServerVAD(threshold=0.4, silence_duration_ms=300),
    "transcription": "whisper-1",
    "tools": [{"type": "function", "name": "add", "parameters": {"type": "object"}}],
    "max_output_tokens": 100,
    "session": {"tool_choice": "none", "audio": {"output": {"speed": 1.2}}},
}


def test_everything_lands_where_the_api_has_it() -> None:
    session = to_session(ALL, "ga")
    assert session == {
        "instructions": "Be brief.",
        "output_modalities": ["text"],
        "max_output_tokens": 100,
        "tool_choice": "none",
        "tools": [{"type": "function", "name": "add", "parameters": {"type": "object"}}],
        "audio": {
            "input": {
                "transcription": {"model": "whisper-1"},
                "turn_detection": {"type": "server_vad", "threshold": 0.4, "silence_duration_ms": 300},
            },
            "output": {"voice": "marin", "speed": 1.2},
        },
    }
    event = {"type": "session.update", "session": {"type": "realtime"} | session}
    assert check(event) == []
    assert check(to_beta(event), "beta") == []


def test_what_is_not_given_stays_unset_and_none_is_null() -> None:
    assert to_session({}, "ga") == {}
    nothing: Any = {"turn_detection": None, "transcription": None, "tools": None}
    assert to_session(nothing, "ga") == {
        "audio": {"input": {"turn_detection": None, "transcription": None}},
        "tools": None,
    }


def test_turn_detection_by_meaning_and_raw() -> None:
    def detection(value: Any) -> Any:
        return to_session({"turn_detection": value}, "ga")["audio"]["input"]["turn_detection"]

    assert detection(SemanticVAD(eagerness="low")) == {"type": "semantic_vad", "eagerness": "low"}
    assert detection({"type": "server_vad"}) == {"type": "server_vad"}


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"turn_detection": "server_vad"}, r"pass rt\.ServerVAD"),
        ({"output": "video"}, "'audio' or 'text'"),
        ({"tools": [5]}, "a tool is 5"),
        ({"tools": "add"}, "tools is 'add'"),
        ({"session": "x"}, "session is 'x'"),
        ({"colour": "red"}, "colour: no such setting"),
    ],
)
def test_what_is_wrong_is_named(settings: Any, text: str) -> None:
    with pytest.raises(TypeError, match=text):
        to_session(settings, "ga")


def test_temperature_is_the_beta_dialect_s() -> None:
    assert to_session({"temperature": 0.8}, "beta") == {"temperature": 0.8}
    with pytest.raises(ValueError, match="only in the beta dialect"):
        to_session({"temperature": 0.8}, "ga")


@pytest.mark.parametrize("side", ["input", "output"])
def test_formats_that_would_be_taken_for_pcm_are_refused(side: str) -> None:
    with pytest.raises(ValueError, match=rf"session\.audio\.{side}\.format is 'audio/pcmu'"):
        to_session({"session": {"audio": {side: {"format": {"type": "audio/pcmu"}}}}}, "ga")
    plain = {"audio": {side: {"format": {"type": "audio/pcm", "rate": 24000}}}}
    assert to_session({"session": plain}, "ga") == plain
