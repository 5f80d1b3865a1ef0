"""The check of server events that all other tests lean on: what it finds."""

from __future__ import annotations

from typing import Any

import pytest
from conformance import REFERENCES, problems

CLEARED = {"type": "input_audio_buffer.cleared", "event_id": "event_1"}


def added(**fields: Any) -> dict[str, Any]:
    """Return a GA event with a message of the user."""
    part = {"type": "input_text", "text": "Hello!"}
    item = {"id": "item_1", "type": "message", "status": "completed", "role": "user", "content": [part], **fields}
    return {"type": "conversation.item.added", "event_id": "event_1", "previous_item_id": None, "item": item}


@pytest.mark.parametrize("dialect", REFERENCES)
def test_what_is_as_documented_has_no_problem(dialect: str) -> None:
    assert problems(CLEARED, dialect) == []


@pytest.mark.parametrize("dialect", REFERENCES)
def test_a_field_that_nobody_knows_is_one(dialect: str) -> None:
    assert problems({**CLEARED, "mood": "fine"}, dialect) == [
        "input_audio_buffer.cleared: no model declares mood, and no example has it"
    ]


def test_so_is_one_deep_inside() -> None:
    part = {"type": "input_text", "text": "Hello!", "mood": "fine"}
    assert problems(added(content=[part])) == [
        "conversation.item.added: no model declares item.content.mood, and no example has it"
    ]


def test_and_a_documented_field_that_is_missing() -> None:
    event = added()
    del event["item"]["status"]
    assert problems(event) == ["conversation.item.added: the documented example has item.status"]


@pytest.mark.parametrize("dialect", REFERENCES)
def test_a_value_of_the_wrong_type_is_invalid(dialect: str) -> None:
    (problem,) = problems({**CLEARED, "event_id": 1}, dialect)
    assert problem.startswith("input_audio_buffer.cleared is invalid")


def test_the_dialects_are_told_apart() -> None:
    assert problems(added(), "beta") == ["conversation.item.added is no event this server is meant to send"]


def test_a_field_of_the_examples_alone_is_known() -> None:
    """The beta's model of a transcription session declares no id, and wants a secret that only REST hands out."""
    session = {
        "id": "sess_1",
        "object": "realtime.transcription_session",
        "input_audio_format": "pcm16",
        "input_audio_transcription": {"model": "whisper-1", "prompt": "", "language": "en"},
        "turn_detection": None,
        "input_audio_noise_reduction": None,
        "include": None,
    }
    event = {"type": "transcription_session.updated", "event_id": "event_1", "session": session}
    assert problems(event, "beta") == []
