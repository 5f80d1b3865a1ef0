"""How a session changes."""

from __future__ import annotations

from typing import Any

import pytest

from rt_notebook.server.errors import ClientError
from rt_notebook.server.settings import defaults, updated

SESSION = defaults("sess_1", "tutor", 0)


def change(session: dict[str, Any] = SESSION, *, busy: bool = False, **fields: Any) -> dict[str, Any]:
    return updated(session, {"type": session["type"], **fields}, voice_fixed=busy, responding=busy)


def detect(session: dict[str, Any], turn_detection: Any) -> Any:
    return change(session, audio={"input": {"turn_detection": turn_detection}})["audio"]["input"]["turn_detection"]


def test_only_what_is_present_changes() -> None:
    new = change(instructions="Be kind.", audio={"output": {"speed": 1.1}})
    assert new == {
        **SESSION,
        "instructions": "Be kind.",
        "audio": {**SESSION["audio"], "output": {**SESSION["audio"]["output"], "speed": 1.1}},
    }


def test_the_session_before_stays_as_it_was() -> None:
    before = defaults("sess_1", "tutor", 0)
    change(before, audio={"input": {"turn_detection": {"type": "server_vad", "threshold": 0.9}}})
    assert before == SESSION


def test_turn_detection_can_be_switched_off_and_on() -> None:
    off = change(audio={"input": {"turn_detection": None}})
    assert off["audio"]["input"]["turn_detection"] is None
    assert detect(off, {"type": "server_vad"}) == SESSION["audio"]["input"]["turn_detection"]


def test_turn_detection_of_the_same_type_keeps_what_was_set() -> None:
    louder = change(audio={"input": {"turn_detection": {"type": "server_vad", "threshold": 0.9}}})
    assert detect(louder, {"type": "server_vad", "silence_duration_ms": 300}) == {
        **SESSION["audio"]["input"]["turn_detection"],
        "threshold": 0.9,
        "silence_duration_ms": 300,
    }


def test_turn_detection_of_another_type_starts_from_its_defaults() -> None:
    assert detect(SESSION, {"type": "semantic_vad"}) == {
        "type": "semantic_vad",
        "eagerness": "auto",
        "create_response": True,
        "interrupt_response": True,
    }


def test_objects_that_are_one_value_are_replaced() -> None:
    chosen = change(tool_choice={"type": "function", "name": "f"}, prompt={"id": "p", "version": "1"})
    assert change(chosen, tool_choice="auto", prompt={"id": "q"})["prompt"] == {"id": "q"}


def test_a_transcription_needs_a_model_once() -> None:
    with pytest.raises(ClientError, match=r"transcription\.model"):
        change(audio={"input": {"transcription": {"language": "en"}}})
    heard = change(audio={"input": {"transcription": {"model": "whisper-1"}}})
    told = change(heard, audio={"input": {"transcription": {"language": "en"}}})
    assert told["audio"]["input"]["transcription"] == {"model": "whisper-1", "language": "en"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"model": "gpt-realtime"}, "invalid_value"),
        ({"audio": {"output": {"voice": "cedar"}}}, "cannot_update_voice"),
        ({"audio": {"output": {"speed": 1.5}}}, "cannot_update_speed"),
        ({"type": "transcription"}, "invalid_parameter"),
        ({"tracing": {"workflow_name": "w"}}, "cannot_update_tracing"),
    ],
)
def test_what_cannot_change_is_refused(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as refused:
        change(change(tracing="auto"), busy=True, **fields)
    assert refused.value.code == code


def test_the_same_model_and_voice_are_no_change() -> None:
    assert change(busy=True, model="tutor", audio={"output": {"voice": "marin"}}) == SESSION
