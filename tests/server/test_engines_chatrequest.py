"""Every Realtime conversation becomes a chat history that endpoints take."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.server.engine import Message, Prompt
from rt_notebook.server.engines.chatrequest import history, request

TOOL = {"type": "function", "name": "f", "parameters": {"type": "object"}}


def user(text: str, *images: str) -> Message:
    return Message("user", text, images=images)


def assistant(text: str) -> Message:
    return Message("assistant", text)


def call(call_id: str, name: str = "f", arguments: str = "{}") -> Message:
    return Message("assistant", arguments, call_id, name)


def output(call_id: str, text: str) -> Message:
    return Message("tool", text, call_id)


def short(*messages: Message, instructions: str = "") -> list[Any]:
    """Return the history, each message as role and content, calls as name and id."""
    told: list[Any] = []
    for message in history(Prompt(messages, instructions)):
        calls = [f"{each['function']['name']}={each['id']}" for each in message.get("tool_calls", [])]
        where = [message["tool_call_id"]] if message["role"] == "tool" else []
        told.append((message["role"], message["content"], *calls, *where))
    return told


def test_messages_stay_in_order() -> None:
    messages = [Message("system", "Be kind."), user("Hi"), assistant("Hello!"), Message("system", "Hurry."), user("?")]
    assert short(*messages, instructions="Be brief.") == [
        ("system", "Be brief.\nBe kind."),
        ("user", "Hi"),
        ("assistant", "Hello!"),
        ("system", "Hurry."),
        ("user", "?"),
    ]


def test_calls_in_a_row_are_one_message_with_their_outputs_after_it() -> None:
    messages = [user("Q"), assistant("Let me see."), call("a", "f"), call("b", "g"), output("b", "B"), output("a", "A")]
    assert short(*messages) == [
        ("user", "Q"),
        ("assistant", "Let me see.", "f=call00001", "g=call00002"),
        ("tool", "A", "call00001"),
        ("tool", "B", "call00002"),
    ]


def test_calls_one_after_the_other_stay_so() -> None:
    messages = [user("Q"), call("a"), output("a", "A"), call("b"), output("b", "B"), assistant("Done."), user("Ok")]
    assert short(*messages) == [
        ("user", "Q"),
        ("assistant", None, "f=call00001"),
        ("tool", "A", "call00001"),
        ("assistant", None, "f=call00002"),
        ("tool", "B", "call00002"),
        ("assistant", "Done."),
        ("user", "Ok"),
    ]


def test_an_output_that_comes_late_or_never() -> None:
    messages = [user("Q"), call("a"), call("b"), user("Are you there?"), output("a", "A")]
    assert short(*messages) == [
        ("user", "Q"),
        ("assistant", None, "f=call00001", "f=call00002"),
        ("tool", "A", "call00001"),
        ("tool", "(There is no result yet.)", "call00002"),
        ("user", "Are you there?"),
    ]


def test_an_output_whose_call_was_deleted() -> None:
    assert short(user("Q"), output("gone", "42")) == [("user", "Q\n(Result of a function call:) 42")]


def test_call_ids_that_occur_twice_pair_up_in_order() -> None:
    assert short(call("a"), output("a", "1"), call("a"), output("a", "2"), output("a", "3")) == [
        ("assistant", None, "f=call00001"),
        ("tool", "1", "call00001"),
        ("assistant", None, "f=call00002"),
        ("tool", "2", "call00002"),
        ("user", "(Result of a function call:) 3"),
    ]


def test_neighbours_of_one_role_are_one_message() -> None:
    assert short(user("One."), user("Two."), assistant("A"), assistant("B"), user("Three.")) == [
        ("user", "One.\nTwo."),
        ("assistant", "A\nB"),
        ("user", "Three."),
    ]


def test_what_was_interrupted_before_a_word_is_no_message() -> None:
    assert short(user("Q"), assistant(""), user(" \n")) == [("user", "Q\n(inaudible)")]


@pytest.mark.parametrize("messages", [[], [Message("system", "S")], [user("Q"), assistant("Half of an")]])
def test_there_is_always_something_to_answer(messages: Sequence[Message]) -> None:
    assert short(*messages, instructions="Greet.")[-1] == ("user", "(The user says nothing.)")


def test_what_the_client_adds_for_the_model_alone_is_no_question() -> None:
    assert short(user("Where am I?"), Message("system", "In Paris."))[-1] == ("system", "In Paris.")


@pytest.mark.parametrize(("arguments", "sent"), [("", "{}"), ('{"a', "{}"), ("[1]", "{}"), ('{"a": 1}', '{"a": 1}')])
def test_arguments_are_an_object(arguments: str, sent: str) -> None:
    made = history(Prompt([call("a", arguments=arguments)]))[0]["tool_calls"][0]
    assert made == {"id": "call00001", "type": "function", "function": {"name": "f", "arguments": sent}}


def test_images_are_parts_beside_the_text() -> None:
    [message] = history(Prompt([user("See:", "data:1"), user("", "data:2")]))
    assert message["content"] == [
        {"type": "text", "text": "See:"},
        {"type": "image_url", "image_url": {"url": "data:1"}},
        {"type": "image_url", "image_url": {"url": "data:2"}},
    ]


IDS = st.sampled_from(["a", "b", "c"])
TEXTS = st.sampled_from(["", " ", "text", "{}"])
MESSAGES = st.one_of(
    st.builds(Message, st.sampled_from(["system", "user", "assistant"]), TEXTS),
    st.builds(user, TEXTS, st.just("data:1")),
    st.builds(call, IDS, st.just("f"), TEXTS),
    st.builds(output, IDS, TEXTS),
)


@given(st.lists(MESSAGES, max_size=12), TEXTS)
def test_any_conversation_makes_a_valid_history(messages: list[Message], instructions: str) -> None:
    chat = history(Prompt(messages, instructions))
    waiting: list[str] = []
    seen: set[str] = set()
    for before, message in zip([None, *chat], chat, strict=False):
        if message["role"] == "tool":
            assert message["tool_call_id"] == waiting.pop(0)
            continue
        assert not waiting
        assert message["content"] or message.get("tool_calls")
        assert before is None or before["role"] != message["role"] or "tool_calls" in before
        waiting = [each["id"] for each in message.get("tool_calls", [])]
        assert not seen & set(waiting)
        seen.update(waiting)
    assert not waiting
    assert [message["role"] for message in chat if message["role"] != "system"][-1] in ("user", "tool")
    outputs = sum(message.role == "tool" for message in messages)
    kept = json.dumps(chat).count("Result of a function call") + sum(message["role"] == "tool" for message in chat)
    assert kept - json.dumps(chat).count("no result yet") == outputs


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        ("auto", {"tools"}),
        ("none", set()),
        ("required", {"tools", "tool_choice"}),
        ({"type": "function", "name": "f"}, {"tools", "tool_choice"}),
    ],
)
def test_the_tool_choice_is_sent_where_it_says_something(choice: str | dict[str, Any], sent: set[str]) -> None:
    asked = request(Prompt([user("Q")], tools=[TOOL], tool_choice=choice), "http://localhost/v1", "m")
    assert asked.keys() - {"model", "messages", "stream"} == sent
    if isinstance(choice, dict):
        assert asked["tool_choice"] == {"type": "function", "function": {"name": "f"}}
    without = request(Prompt([user("Q")], tool_choice=choice, parallel_tool_calls=False), "http://localhost/v1", "m")
    assert without.keys() == {"model", "messages", "stream"}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://api.openai.com/v1", "max_completion_tokens"),
        ("https://eu.api.openai.com/v1", "max_completion_tokens"),
        ("https://me.openai.azure.com/openai/v1", "max_completion_tokens"),
        ("https://notapi.openai.com.example/v1", "max_tokens"),
        ("http://localhost:11434/v1", "max_tokens"),
    ],
)
def test_the_token_limit_has_the_name_that_the_endpoint_knows(url: str, name: str) -> None:
    assert request(Prompt([user("Q")], max_output_tokens=7), url, "m")[name] == 7
