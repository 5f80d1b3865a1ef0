import pytest

from rt_notebook.protocol.check import check

GOOD = [
    {"type": "response.create"},
    {"type": "response.create", "response": {"conversation": "none", "input": [{"type": "item_reference", "id": "a"}]}},
    {"type": "session.update", "session": {"type": "realtime", "audio": {"input": {"turn_detection": None}}}},
    {"type": "conversation.item.create", "item": {"type": "function_call_output", "call_id": "c", "output": "{}"}},
    {"type": "input_audio_buffer.append", "audio": "AAAA", "event_id": "e"},
]


@pytest.mark.parametrize("event", GOOD)
def test_nothing_wrong(event: dict[str, object]) -> None:
    assert check(event) == []


@pytest.mark.parametrize(
    ("event", "path", "nearest"),
    [
        ({"type": "response.crate"}, "type", "response.create"),
        ({"type": "response.created"}, "type", None),
        ({}, "type", None),
        ([], "event", None),
        ("response.create", "event", None),
        ({"type": "input_audio_buffer.append"}, "audio", None),
        ({"type": "input_audio_buffer.append", "audio": "", "audoi": ""}, "audoi", "audio"),
        (
            {"type": "session.update", "session": {"type": "realtime", "audio": {"input": {"turn_detecton": None}}}},
            "session.audio.input.turn_detecton",
            "turn_detection",
        ),
        (
            {"type": "session.update", "session": {"type": "realtime", "temperature": 1.0}},
            "session.temperature",
            None,
        ),
        (
            {
                "type": "conversation.item.create",
                "item": {"type": "message", "role": "user", "content": [{"type": "input_text", "txt": "x"}]},
            },
            "item.content[0].txt",
            "text",
        ),
        (
            {"type": "session.update", "session": {"type": "realtime", "audio": {"output": {"speed": "fast"}}}},
            "session.audio.output.speed",
            None,
        ),
    ],
)
def test_each_mistake_is_named_once(event: object, path: str, nearest: str | None) -> None:
    problems = check(event)
    assert [(problem.path, problem.nearest) for problem in problems] == [(path, nearest)]


def test_temperature_belongs_to_the_beta_dialect() -> None:
    event = {"type": "session.update", "session": {"temperature": 0.8, "modalities": ["text"]}}
    assert check(event, "beta") == []


def test_an_event_of_the_other_dialect_says_so() -> None:
    (problem,) = check({"type": "transcription_session.update", "session": {}})
    assert "does not exist in the ga dialect" in problem.message
    assert check({"type": "transcription_session.update", "session": {}}, "beta") == []


def test_a_problem_reads_as_a_sentence() -> None:
    (problem,) = check({"type": "response.crate"})
    assert str(problem) == "type: there is no client event 'response.crate'; did you mean 'response.create'?"
