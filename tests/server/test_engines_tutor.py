"""The tutor answers, remembers a little, and uses tools."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from rt_notebook.server.engine import Call, Message, Prompt, Text
from rt_notebook.server.engines import knowledge
from rt_notebook.server.engines.arguments import fill
from rt_notebook.server.engines.toolcalls import choose
from rt_notebook.server.engines.tutor import Tutor

TUTOR = Tutor()


def respond(messages: Iterable[Message], **prompt: Any) -> list[Text | Call]:
    return list(TUTOR.respond(Prompt(list(messages), **prompt)))


def joined(pieces: list[Text | Call]) -> str:
    return "".join(piece.delta for piece in pieces if isinstance(piece, Text))


def say(*utterances: str, **prompt: Any) -> str:
    """Return the answer to the last of some utterances, each answered in turn."""
    messages: list[Message] = []
    for utterance in utterances:
        messages.append(Message("user", utterance))
        messages.append(Message("assistant", joined(respond(messages, **prompt))))
    return messages[-1].text


def topic(utterance: str) -> str | None:
    entry = knowledge.find(utterance)
    return entry.topic if entry else None


# Knowledge


def test_every_phrase_finds_its_own_entry() -> None:
    lost = [
        ask for entry in knowledge.entries() for ask in entry.ask if knowledge.find(f"{ask.capitalize()}?") != entry
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("What is the real-time A.P.I.?", "the Realtime API"),
        ("what is a P C M sixteen", "PCM16"),
        ("Explain base 64 to me.", "Base64"),
        ("How does turn detection decide that I have finished speaking?", "turn detection"),
        ("What happens when I interrupt you while you're speaking?", "barge-in"),
        ("Can you explain barging in?", "barge-in"),
        (
            "What is the difference between a client event and a server event?",
            "the difference between client and server events",
        ),
        ("So, um, how much does one minute of audio cost?", "the price"),
        ("web R T C or web socket?", "WebSocket and WebRTC"),
        ("What's the thresholt?", "the threshold"),
        ("Why did the answer come so late?", "latency"),
        ("What is Lang Shane?", "LangChain"),
        ("Tell me about the history of the telephone, please.", "a long story"),
        ("What is the capital of France?", None),
        ("My dog ate my homework.", None),
        ("Who won the world cup in 1954?", None),
    ],
)
def test_what_is_heard_finds_what_was_meant(heard: str, expected: str | None) -> None:
    assert topic(heard) == expected


def test_answers_are_fit_to_be_spoken() -> None:
    for entry in knowledge.entries():
        for text in filter(None, (entry.answer, entry.more)):
            assert text == " ".join(text.split())
            assert text.endswith((".", "!", "?"))
            assert not set(text) & set("*#`[]{}<>")


def test_long_stories_are_long_enough_to_interrupt() -> None:
    characters_per_second = 16
    for request in ("Tell me a long story.", "Explain everything.", "Tell me about the history of speech."):
        assert len(say(request)) > 20 * characters_per_second


# Conversation


def test_an_answer_comes_word_by_word() -> None:
    pieces = respond([Message("user", "What is a session?")])
    assert len(pieces) == len(joined(pieces).split())
    assert joined(pieces).startswith("A session is one connection")


def test_the_same_conversation_gets_the_same_answer() -> None:
    assert say("Hello", "What is this nonsense about?") == say("Hello", "What is this nonsense about?")


def test_what_it_does_not_know_it_says_and_offers_what_it_does() -> None:
    first, second = say("Who won the world cup?"), say("Who won?", "And who lost the world cup?")
    assert first.startswith("That I do not know.")
    assert "the Realtime API" in first
    assert first != second


@pytest.mark.parametrize(
    ("utterances", "start"),
    [
        ([""], "I did not catch any words."),
        (["?!"], "I did not catch any words."),
        (["你好"], "I understand English only."),
        (["Count to five."], "1, 2, 3, 4, 5."),
        (["Can you count from ten to seven?"], "10, 9, 8, 7."),
        (["Count to one million."], "That would take too long."),
        (["Say: good morning, everybody!"], "good morning, everybody!"),
        (["Please repeat after me 'the quick brown fox', will you?"], "the quick brown fox."),
        (["What did I say?"], "That was the first thing you said."),
        (["Who are you?", "What did I just say?"], "You said: Who are you?"),
        (["Say hello.", "Repeat that, please."], "hello."),
        (["Repeat that, please."], "I have not said anything yet."),
        (["What is the Realtime API?", "Tell me more."], "Before it, three models stood in a row"),
        (["Hello!", "Tell me more."], "That is all I know about it."),
        (["What can you do?"], "I answer questions about"),
        (["What do you know about latency?"], "Latency is the time"),
        (["How do I say goodbye?"], "Goodbye!"),
    ],
)
def test_conversation(utterances: list[str], start: str) -> None:
    assert say(*utterances).startswith(start)


def test_an_interrupted_answer_can_still_be_gone_on_with() -> None:
    heard = "Turn detection decides when you have begun to speak and"
    answer = joined(respond([Message("assistant", heard), Message("user", "Go on.")]))
    assert answer.startswith("Three numbers steer server VAD")


def test_without_a_user_message_it_greets_or_says_what_it_is_told() -> None:
    assert joined(respond([], instructions="Please assist the user.")).startswith("Hello!")
    assert joined(respond([], instructions="Say 'welcome aboard' to the user.")) == "welcome aboard."
    assert joined(respond([Message("system", "Be kind.")])).startswith("Hello!")


# Tools


def tool(name: str, description: str = "", required: Iterable[str] | None = None, **properties: Any) -> dict[str, Any]:
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
    }
    return {"type": "function", "name": name, "description": description, "parameters": parameters}


TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}
UNIT = {"type": "string", "enum": ["celsius", "fahrenheit"]}
WEATHER = tool("get_weather", "Get the weather in a city.", ["city"], city=TEXT, unit=UNIT, day=TEXT)
TIME = tool("get_time", "What time it is.", [], timezone={"type": ["string", "null"]})
MULTIPLY = tool("multiply", "Multiply two numbers.", a=NUMBER, b=NUMBER)
TIMER = tool("setTimer", "Start a timer", ["minutes"], minutes=WHOLE, label=TEXT)
SEARCH = tool("search_web", "Search the internet", query=TEXT)
LIGHT = tool("turn_light", "Switch a light on or off", room=TEXT, on={"type": "boolean"})
FLIGHT = tool("book_flight", "Book a flight", ["origin"], destination=TEXT, origin=TEXT, passengers=WHOLE, date=TEXT)
ORDER = tool(
    "place_order", "Order a pizza", toppings={"type": "array", "items": TEXT}, size={"enum": ["small", "large"]}
)
VAD = tool("set_turn_detection", "", [], silence_duration_ms=WHOLE, threshold={"anyOf": [{"type": "null"}, NUMBER]})
TOOLS = [WEATHER, TIME, MULTIPLY, TIMER, SEARCH, LIGHT, FLIGHT, ORDER, VAD]


@pytest.mark.parametrize(
    ("utterance", "name", "arguments"),
    [
        ("What's the weather in Paris tomorrow?", "get_weather", {"city": "Paris", "day": "tomorrow"}),
        ("what is the weather like in new york", "get_weather", {"city": "new york"}),
        ("Is it raining in Berlin, in Fahrenheit?", "get_weather", {"city": "Berlin", "unit": "fahrenheit"}),
        ("Weather for Rome please.", "get_weather", {"city": "Rome"}),
        ("What time is it?", "get_time", {}),
        ("What time is it in Tokyo?", "get_time", {"timezone": "Tokyo"}),
        ("What is six times seven?", "multiply", {"a": 6, "b": 7}),
        ("Multiply 1.5 by minus 2.", "multiply", {"a": 1.5, "b": -2}),
        ("Set a timer for ten minutes.", "setTimer", {"minutes": 10}),
        ("Set a timer for 3 minutes called pasta.", "setTimer", {"minutes": 3, "label": "pasta"}),
        ("Search the web for jazz bars in Paris.", "search_web", {"query": "jazz bars in Paris"}),
        ("Turn on the light in the kitchen.", "turn_light", {"room": "kitchen", "on": True}),
        ("Please turn the kitchen light off.", "turn_light", {"room": "kitchen", "on": False}),
        (
            "Book a flight from Berlin to New York for two passengers on Friday.",
            "book_flight",
            {"origin": "Berlin", "destination": "New York", "passengers": 2, "date": "Friday"},
        ),
        (
            "A large pizza with ham, olives and corn.",
            "place_order",
            {"toppings": ["ham", "olives", "corn"], "size": "large"},
        ),
        (
            "Set the threshold to point seven and the silence duration to 300 milliseconds.",
            "set_turn_detection",
            {"threshold": 0.7, "silence_duration_ms": 300},
        ),
    ],
)
def test_an_utterance_calls_the_tool_it_speaks_of(utterance: str, name: str, arguments: dict[str, Any]) -> None:
    [call] = respond([Message("user", utterance)], tools=TOOLS)
    assert isinstance(call, Call)
    assert (call.name, json.loads(call.arguments)) == (name, arguments)


@pytest.mark.parametrize("utterance", ["Who are you?", "What is the Realtime API?", "Tell me a joke.", "Hello!"])
def test_other_utterances_call_none(utterance: str) -> None:
    assert say(utterance, tools=TOOLS) == say(utterance)


def test_tool_choice_is_honoured() -> None:
    assert choose(TOOLS, "none", "What's the weather in Paris?") is None
    assert choose([], "required", "What's the weather in Paris?") is None
    required = choose([MULTIPLY, WEATHER], "required", "Paris, is it nice there?")
    assert required is not None
    forced = choose(TOOLS, {"type": "function", "name": "multiply"}, "What's the weather in Paris?")
    assert forced == Call("multiply", '{"a": 0, "b": 0}')


def test_what_is_required_is_there_and_what_is_not_said_is_not() -> None:
    properties = {
        "flag": {"type": "boolean"},
        "mode": {"enum": ["slow", "fast"]},
        "level": {"type": "integer", "default": 3},
        "note": TEXT,
        "tags": {"type": "array", "items": WHOLE},
        "deep": {"type": "object", "properties": {"n": NUMBER}},
    }
    expected = {"flag": False, "mode": "slow", "level": 3, "note": "Do not do it", "tags": [], "deep": {}}
    assert fill({"properties": properties, "required": list(properties)}, "Do not do it") == expected
    assert fill({"properties": {**properties, "size": NUMBER}}, "Do not do it") == {"note": "Do not do it"}
    assert fill({}, "anything") == {}


def after_call(output: str) -> str:
    call = Message("assistant", '{"a": 6, "b": 7}', "call_1", "multiply_numbers")
    messages = [Message("user", "What is six times seven?"), call, Message("tool", output, "call_1")]
    return joined(respond(messages, tools=TOOLS, tool_choice="required"))


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("42", "The tool multiply numbers answers: 42."),
        (
            '{"product": 42, "is_exact": true, "note": null}',
            "The tool multiply numbers answers: product 42, is exact yes.",
        ),
        ("It is forty-two!", "The tool multiply numbers answers: It is forty-two!"),
        ('["a", "b"]', "The tool multiply numbers answers: a, b."),
        ('{"error": "no network"}', "The tool multiply numbers failed. It said: no network."),
        ("", "The tool multiply numbers is done. It gave nothing back."),
        ("null", "The tool multiply numbers is done. It gave nothing back."),
    ],
)
def test_a_tool_s_result_is_told(output: str, told: str) -> None:
    assert after_call(output) == told


def test_a_long_result_is_cut_short() -> None:
    assert after_call("word " * 1000).endswith("word and so on.")
    assert len(after_call("x" * 1000)) < 400


def test_after_a_result_the_next_question_is_answered() -> None:
    messages = [
        Message("user", "What is six times seven?"),
        Message("assistant", "{}", "call_1", "multiply"),
        Message("tool", "42", "call_1"),
        Message("assistant", "The tool multiply answers: 42."),
        Message("user", "Thank you."),
    ]
    assert joined(respond(messages, tools=TOOLS)) == "You are welcome! What next?"
