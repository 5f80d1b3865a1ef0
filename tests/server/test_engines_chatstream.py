"""Calls and text are read from streams as different servers write them."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.chat import ChatCompletionChunk

from rt_notebook.server.engine import Call
from rt_notebook.server.engines.chatstream import Reading, StreamError

Piece = dict[str, Any]


def read(*deltas: Any) -> tuple[str, Reading]:
    """Return the text of an answer whose chunks have these deltas, and what has read it."""
    reading = Reading()
    chunks = [ChatCompletionChunk.construct(choices=[{"index": 0, "delta": delta}]) for delta in deltas]
    return "".join(map(reading.take, chunks)) + reading.rest(), reading


def calls(*pieces: Piece | list[Piece]) -> list[tuple[str, str]]:
    deltas = [{"tool_calls": piece if isinstance(piece, list) else [piece]} for piece in pieces]
    return [(call.name, call.arguments) for call in read(*deltas)[1].calls()]


def piece(name: str | None = None, arguments: Any = None, **fields: Any) -> Piece:
    return {**fields, "function": {"name": name, "arguments": arguments}}


PARIS, ROME = '{"city": "Paris"}', '{"city": "Rome"}'
BOTH = [("weather", PARIS), ("weather", ROME)]


@pytest.mark.parametrize(
    "pieces",
    [
        [  # OpenAI
            piece("weather", "", index=0, id="call_1", type="function"),
            piece(None, '{"city"', index=0),
            piece(None, ': "Paris"}', index=0),
            piece("weather", "", index=1, id="call_2", type="function"),
            piece(None, ROME, index=1),
        ],
        [piece("weather", PARIS, id="call_1"), piece("weather", ROME, id="call_2")],  # Ollama before it had an index
        [[piece("weather", PARIS, id="call_1"), piece("weather", ROME, id="call_2")]],
        [piece("weather", PARIS, index=0, id="a"), piece("weather", ROME, index=0, id="b")],  # Gemini
        [piece("weather", PARIS, index=0, id=""), piece("weather", ROME, index=0, id="")],  # neither index nor id
        [piece("weather", PARIS), piece("weather", ROME)],
        [piece("weather", PARIS, index=0), piece("weather", ROME, index=1)],  # no ids
        [  # fragments of two calls in turns
            piece("weather", '{"city": ', index=0, id="a"),
            piece("weather", '{"city": ', index=1, id="b"),
            piece(None, '"Paris"}', index=0),
            piece(None, '"Rome"}', index=1),
        ],
        [  # the name and id with each fragment
            piece("weather", '{"city": ', index=0, id="a"),
            piece("weather", '"Paris"}', index=0, id="a"),
            piece("weather", ROME, index=1, id="b"),
            piece("weather", "", index=1, id="b"),
        ],
        [  # another id with each fragment
            piece("weather", '{"city": ', index=0, id="a"),
            piece(None, '"Paris"}', index=0, id="b"),
            piece("weather", ROME, index=1, id="c"),
        ],
        [  # the name after the arguments
            piece(None, PARIS, index=0, id="a"),
            piece("weather", None, index=0),
            piece("weather", ROME, index=1),
        ],
        [piece("weather", {"city": "Paris"}, index=0), piece("weather", {"city": "Rome"}, index=1)],
    ],
)
def test_two_calls_however_they_are_streamed(pieces: list[Piece | list[Piece]]) -> None:
    assert calls(*pieces) == BOTH


def test_a_call_without_arguments_has_empty_ones() -> None:
    assert calls(piece("now", "", index=0), piece("now", None, index=0)) == [("now", "{}")]


def test_a_call_of_nothing_is_none() -> None:  # as LM Studio sends it
    text, reading = read({"content": "Hi", "tool_calls": []}, {"tool_calls": [{"id": "", "type": "function"}]})
    assert (text, reading.calls()) == ("Hi", [])


def test_chunks_that_say_nothing() -> None:
    assert read({"content": None}, {}, None, {"role": "assistant", "content": ""}, {"content": "Hi"})[0] == "Hi"
    reading = Reading()
    assert reading.take(ChatCompletionChunk.construct(choices=[], usage={"total_tokens": 3})) == ""
    assert reading.take(ChatCompletionChunk.construct(choices=None)) == ""


def test_content_in_parts() -> None:
    thinking = [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]
    assert read({"content": thinking}, {"content": [{"type": "text", "text": "Hi"}]})[0] == "Hi"


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize(
    ("content", "audible"),
    [
        ("Hello <think> there.", "Hello <think> there."),
        ("<think>\nHm.\n</think>\n\nHello.", "Hello."),
        ("\n<think></think>Hello.", "Hello."),
        ("<think>One.</think> <think>Two.</think>Hello.", "Hello."),
        ("<thin air>", "<thin air>"),
        ("<th", "<th"),
        ("<think>never done", ""),
        ("  ", ""),
    ],
)
def test_thoughts_are_taken_away_wherever_chunks_are_cut(content: str, audible: str, size: int) -> None:
    deltas = [{"content": content[start : start + size]} for start in range(0, len(content), size)]
    assert read(*deltas)[0] == audible


def test_text_comes_at_once() -> None:
    reading = Reading()
    chunk = ChatCompletionChunk.construct(choices=[{"index": 0, "delta": {"content": "He"}}])
    assert reading.take(chunk) == "He"


def test_calls_that_nobody_can_make() -> None:
    with pytest.raises(StreamError, match="without a name"):
        calls(piece(None, "{}", index=0))
    with pytest.raises(StreamError, match="call of 'f' whose arguments are no JSON"):
        calls(piece("f", "{", index=0))


def test_the_finish_reason_may_come_with_the_last_piece() -> None:
    reading = Reading()
    chunk = {"delta": {"tool_calls": [piece("f", "{}", index=0)]}, "finish_reason": "stop"}
    reading.take(ChatCompletionChunk.construct(choices=[chunk]))
    assert (reading.finish, reading.calls()) == ("stop", [Call("f", "{}")])
