"""The tutor calls tools: the right one, with arguments from the words, several at once or one after the other."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tutoring import FLAG, NUMBER, TEXT, WHOLE, Client, joined, respond, tool

from rt_notebook.server.engine import Call, Message

UNIT = {"type": "string", "enum": ["celsius", "fahrenheit"]}
WEATHER = tool("get_weather", "Get the weather in a city.", ["city"], city=TEXT, unit=UNIT, day=TEXT)
TIME = tool("get_time", "What time it is.", [], timezone={"type": ["string", "null"]})
ADD = tool("add", "Add two numbers.", a=NUMBER, b=NUMBER)
SUBTRACT = tool("subtract", "Subtract one number from another.", a=NUMBER, b=NUMBER)
MULTIPLY = tool("multiply", "Multiply two numbers.", a=NUMBER, b=NUMBER)
TIMER = tool("setTimer", "Start a timer", ["minutes"], minutes=WHOLE, label=TEXT)
SEARCH = tool("search_web", "Search the internet", query=TEXT)
LIGHT = tool("turn_light", "Switch a light on or off", room=TEXT, on=FLAG)
FLIGHT = tool("book_flight", "Book a flight", ["origin"], destination=TEXT, origin=TEXT, passengers=WHOLE, date=TEXT)
ORDER = tool(
    "place_order", "Order a pizza", toppings={"type": "array", "items": TEXT}, size={"enum": ["small", "large"]}
)
VAD = tool("set_turn_detection", "", [], silence_duration_ms=WHOLE, threshold={"anyOf": [{"type": "null"}, NUMBER]})
MESSAGE = tool("send_message", "Send a text message to somebody", to=TEXT, message=TEXT)
SHOPPING = tool("add_to_shopping_list", "Add items to the list", items={"type": "array", "items": TEXT})
STATUS = tool("get_order_status", "Look up an order", order_id=TEXT)
TRANSLATE = tool("translate", "Translate a text", text=TEXT, target_language=TEXT)
REMIND = tool("create_reminder", "Create a reminder", ["task"], task=TEXT, time=TEXT)
COUNTDOWN = tool("start_countdown", "Start a countdown", seconds=WHOLE)
CALCULATOR = tool("calculator", "Evaluates a math expression", expression=TEXT)
TOOLS = [
    WEATHER, TIME, ADD, SUBTRACT, MULTIPLY, TIMER, SEARCH, LIGHT, FLIGHT, ORDER, VAD, MESSAGE, SHOPPING, STATUS,
    TRANSLATE, REMIND, COUNTDOWN,
]  # fmt: skip
ARITHMETIC: dict[str, Any] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: {"result": a * b},
}
FUNCTIONS = {
    **ARITHMETIC,
    "get_weather": lambda city, **_: {"city": city, "temperature_c": 21, "condition": "sunny"},
    "get_time": lambda **_: "2026-11-24T09:15:00Z",
}


def client(**prompt: Any) -> Client:
    return Client(FUNCTIONS, **{"tools": TOOLS, **prompt})


@pytest.mark.parametrize(
    ("utterance", "name", "arguments"),
    [
        ("What's the weather in Paris tomorrow?", "get_weather", {"city": "Paris", "day": "tomorrow"}),
        ("what is the weather like in new york", "get_weather", {"city": "new york"}),
        ("What's the weather in Paris, France?", "get_weather", {"city": "Paris, France"}),
        ("Is it raining in Berlin, in Fahrenheit?", "get_weather", {"city": "Berlin", "unit": "fahrenheit"}),
        ("Weather for Rome please.", "get_weather", {"city": "Rome"}),
        ("Stop. What is the weather in Rome?", "get_weather", {"city": "Rome"}),
        ("Stop, stop! Hold on. What's the weather in Rome?", "get_weather", {"city": "Rome"}),
        ("I am in Rome, so what is the weather?", "get_weather", {"city": "Rome"}),
        ("Hello! Could you tell me the weather in Oslo?", "get_weather", {"city": "Oslo"}),
        ("What time is it?", "get_time", {}),
        ("What time is it in Tokyo?", "get_time", {"timezone": "Tokyo"}),
        ("What is six times seven?", "multiply", {"a": 6, "b": 7}),
        ("what's 6 x 7", "multiply", {"a": 6, "b": 7}),
        ("Multiply 1.5 by minus 2.", "multiply", {"a": 1.5, "b": -2}),
        ("What is 2 plus 3?", "add", {"a": 2, "b": 3}),
        ("what is 2 + 3", "add", {"a": 2, "b": 3}),
        ("Ten minus five", "subtract", {"a": 10, "b": 5}),
        ("Subtract 4 from 10.", "subtract", {"a": 10, "b": 4}),
        ("Set a timer for ten minutes.", "setTimer", {"minutes": 10}),
        ("Set a timer for half an hour.", "setTimer", {"minutes": 30}),
        ("Set a timer for 3 minutes called pasta.", "setTimer", {"minutes": 3, "label": "pasta"}),
        ("Start a countdown of two minutes.", "start_countdown", {"seconds": 120}),
        ("Search the web for jazz bars in Paris.", "search_web", {"query": "jazz bars in Paris"}),
        ("Search the web for cats and dogs.", "search_web", {"query": "cats and dogs"}),
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
        ("Add milk, eggs and bread to my shopping list.", "add_to_shopping_list", {"items": ["milk", "eggs", "bread"]}),
        (
            "Set the threshold to point seven and the silence duration to 300 milliseconds.",
            "set_turn_detection",
            {"threshold": 0.7, "silence_duration_ms": 300},
        ),
        ("Set the threshold to 0.7.", "set_turn_detection", {"threshold": 0.7}),
        ("Send a message to Anna saying I am late.", "send_message", {"to": "Anna", "message": "I am late"}),
        ("Where is my order A123?", "get_order_status", {"order_id": "A123"}),
        (
            "Translate good morning into German.",
            "translate",
            {"text": "good morning", "target_language": "German"},
        ),
        ("Set a timer for one hour and 30 minutes", "setTimer", {"minutes": 90}),
        ("Um, what is the weather in, uh, Rome?", "get_weather", {"city": "Rome"}),
        ("whats the wether in paris", "get_weather", {"city": "paris"}),
        ("Remind me to call Anna at five.", "create_reminder", {"task": "call Anna", "time": "five"}),
    ],
)
def test_an_utterance_calls_the_tool_it_speaks_of(utterance: str, name: str, arguments: dict[str, Any]) -> None:
    [call] = respond([Message("user", utterance)], tools=TOOLS)
    assert isinstance(call, Call)
    assert (call.name, json.loads(call.arguments)) == (name, arguments)


@pytest.mark.parametrize(
    ("utterance", "expression"),
    [
        ("What is 3 times 12?", "3 * 12"),
        ("add 2 and 3", "2 + 3"),
        ("multiply two and three", "2 * 3"),
        ("what's ten minus four", "10 - 4"),
        ("What is 7 divided by 2 plus one?", "7 / 2 + 1"),
    ],
)
def test_a_calculator_gets_an_expression(utterance: str, expression: str) -> None:
    [call] = respond([Message("user", utterance)], tools=[CALCULATOR])
    assert call == Call("calculator", json.dumps({"expression": expression}))


SET_LIGHT = tool("set_light", "Turn a light on or off", room=TEXT, on=FLAG)
TABLE = tool("book_table", "Book a table", restaurant=TEXT, guests=WHOLE, time=TEXT)


@pytest.mark.parametrize(
    ("utterance", "item", "count"),
    [
        ("Order two apples, please.", "apples", 2),
        ("order twenty-one green apples", "green apples", 21),
        ("Order 3 pears", "pears", 3),
    ],
)
def test_what_is_counted_is_told_without_its_number(utterance: str, item: str, count: int) -> None:
    order = tool("order", "Order something.", ["item"], item=TEXT, count=WHOLE)
    [call] = respond([Message("user", utterance)], tools=[order])
    assert isinstance(call, Call)
    assert json.loads(call.arguments) == {"item": item, "count": count}


@pytest.mark.parametrize(
    ("utterance", "arguments"),
    [
        ("Switch the living room light on", {"room": "living room", "on": True}),
        ("Turn the light in the living room off", {"room": "living room", "on": False}),
        ("Switch the kitchen light off.", {"room": "kitchen", "on": False}),
    ],
)
def test_a_room_has_its_whole_name(utterance: str, arguments: dict[str, Any]) -> None:
    for light in (LIGHT, SET_LIGHT):
        [call] = respond([Message("user", utterance)], tools=[light])
        assert isinstance(call, Call)
        assert json.loads(call.arguments) == arguments


@pytest.mark.parametrize(
    ("utterance", "time"),
    [
        ("Book a table for two at Luigi's at 7:30 pm", "7:30 pm"),
        ("Book a table at Luigi's for two at seven", "seven"),
        ("Book a table at Luigi's tomorrow at 7:30 pm for two", "tomorrow at 7:30 pm"),
        ("Book a table for two at noon at Luigi's", "noon"),
    ],
)
def test_a_name_is_no_time_and_a_time_no_number(utterance: str, time: str) -> None:
    [call] = respond([Message("user", utterance)], tools=[TABLE])
    assert isinstance(call, Call)
    assert json.loads(call.arguments) == {"restaurant": "Luigi's", "guests": 2, "time": time}


PRECISE = tool("set_timer", "Start a timer", minutes=NUMBER)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("an hour and a half", 5400),
        ("one and a half hours", 5400),
        ("two and a half minutes", 150),
        ("2 minutes and a half", 150),
        ("90 seconds", 90),
        ("half an hour", 1800),
        ("half a minute", 30),
        ("an hour and 15 minutes", 4500),
        ("two minutes and 30 seconds", 150),
        ("a minute and a quarter", 75),
    ],
)
def test_no_part_of_a_duration_is_lost(duration: str, seconds: int) -> None:
    [timer] = respond([Message("user", f"Set a timer for {duration}.")], tools=[PRECISE])
    [countdown] = respond([Message("user", f"Start a countdown of {duration}")], tools=[COUNTDOWN])
    assert isinstance(timer, Call)
    assert isinstance(countdown, Call)
    assert json.loads(timer.arguments) == {"minutes": seconds / 60}
    assert json.loads(countdown.arguments) == {"seconds": seconds}


@pytest.mark.parametrize("duration", ["90 seconds", "two and a half minutes"])
def test_what_must_be_whole_is_not_rounded(duration: str) -> None:
    talk = client()
    assert talk.say(f"Set a timer for {duration}") == "Only a whole number will do: how many minutes?"
    talk.say("three")
    assert talk.waves == [[("setTimer", {"minutes": 3})]]


def test_a_whole_number_that_is_optional_is_not_rounded_either() -> None:
    cake = tool("bake_cake", "Bake a cake", [], eggs=WHOLE)
    assert joined(respond([Message("user", "Bake a cake with 2.5 eggs")], tools=[cake])) == (
        "Only a whole number will do: how many eggs?"
    )


@pytest.mark.parametrize(
    ("utterance", "minutes"),
    [
        ("设一个一个半小时的定时器", 90),
        ("设一个两分半钟的定时器", 2.5),
        ("设一个一小时三十分钟的定时器", 90),
        ("设半小时的定时器", 30),
        ("定时九十秒", 1.5),
    ],
)
def test_no_part_of_a_duration_in_chinese_is_lost(utterance: str, minutes: float) -> None:
    [call] = respond([Message("user", utterance)], tools=[PRECISE])
    assert isinstance(call, Call)
    assert json.loads(call.arguments) == {"minutes": minutes}


def test_undoing_is_not_doing() -> None:
    assert not any(isinstance(piece, Call) for piece in respond([Message("user", "Cancel the timer.")], tools=[TIMER]))


@pytest.mark.parametrize(
    "utterance",
    [
        "Don't turn on the light in the kitchen.",
        "Please don’t turn on the light in the kitchen!",
        "Do not set a timer for ten minutes.",
        "Never call get_weather.",
        "No, don't tell me the weather in Paris and Rome.",
        "Don't call get_weather or get_time",
        "Whatever you do, don't call get_weather.",
        "You should not turn off the light in the kitchen.",
        "I don't want you to book a flight from Rome to Berlin.",
        "Could you please not turn on the light in the kitchen?",
    ],
)
def test_what_is_refused_is_not_done(utterance: str) -> None:
    talk = client()
    assert talk.say(utterance) == "All right, I will not."
    assert talk.waves == []


@pytest.mark.parametrize("utterance", ["不要打开厨房的灯", "请别打开厨房的灯。", "你不用告诉我巴黎的天气"])
def test_what_is_refused_in_chinese_is_not_done(utterance: str) -> None:
    talk = client()
    assert talk.say(utterance) == "好的，那就不。"
    assert talk.waves == []


@pytest.mark.parametrize(
    ("utterance", "call"),
    [
        (
            "Don't turn on the kitchen light, turn on the light in the garage.",
            ("turn_light", {"room": "garage", "on": True}),
        ),
        (
            "Turn on the light in the hall. Don't turn on the light in the kitchen and in the bath.",
            ("turn_light", {"room": "hall", "on": True}),
        ),
        ("Don't forget to set a timer for ten minutes.", ("setTimer", {"minutes": 10})),
        (
            "Send a message to Anna saying stay home and don't be late.",
            ("send_message", {"to": "Anna", "message": "stay home and don't be late"}),
        ),
        ("能不能打开厨房的灯", ("turn_light", {"room": "厨房", "on": True})),
    ],
)
def test_only_what_is_refused_is_left_out(utterance: str, call: tuple[str, dict[str, Any]]) -> None:
    talk = client()
    talk.say(utterance)
    assert talk.waves == [[call]]


def test_a_refusal_ends_a_question_of_the_tutor() -> None:
    for refusal in ("Don't turn it on.", "Please don't."):
        talk = client()
        assert talk.say("Turn on the light") == "Which room?"
        assert talk.say(refusal).startswith("All right")
        assert talk.waves == []


@pytest.mark.parametrize(
    ("parameter", "schema", "question"),
    [
        ("size", {"enum": ["small", "large"]}, "Which size: small or large?"),
        ("gift_wrap", FLAG, "Gift wrap: yes or no?"),
        ("sides", WHOLE, "How many sides?"),
        ("n", NUMBER, "Which number?"),
        ("from_currency", TEXT, "From which currency?"),
        ("timezone", TEXT, "For which time zone?"),
        ("colour", TEXT, "Which colour?"),
        (
            "patient",
            {"type": "object", "properties": {"name": TEXT}, "required": ["name"]},
            "What is the name of the patient?",
        ),
    ],
)
def test_how_it_asks(parameter: str, schema: dict[str, Any], question: str) -> None:
    dance = tool("dance", "", **{parameter: schema})
    assert joined(respond([Message("user", "Dance!")], tools=[dance])) == question


@pytest.mark.parametrize(
    "utterance",
    ["Who are you?", "What is the Realtime API?", "Tell me a joke.", "Hello!", "What is turn detection?", "Count to 3"],
)
def test_other_utterances_call_none(utterance: str) -> None:
    told = joined(respond([Message("user", utterance)], tools=TOOLS))
    assert told
    assert told == joined(respond([Message("user", utterance)]))


def test_tool_choice_is_honoured() -> None:
    def calls(utterance: str, choice: str | dict[str, str]) -> list[Any]:
        pieces = respond([Message("user", utterance)], tools=TOOLS, tool_choice=choice)
        return [piece for piece in pieces if isinstance(piece, Call)]

    question = "What's the weather in Paris?"
    assert calls(question, "none") == []
    assert calls("Hello", "required") != []
    assert calls("What is the weather?", "required") == [Call("get_weather", '{"city": "unknown"}')]
    assert calls(question, {"type": "function", "name": "multiply"}) == [Call("multiply", '{"a": 0, "b": 0}')]
    assert calls(question, {"type": "function", "name": "nobody"}) == []


# What is missing


@pytest.mark.parametrize(
    ("said", "name", "arguments"),
    [
        (
            [("What is the weather?", "For which city?"), ("In Paris, please.", None)],
            "get_weather",
            {"city": "Paris"},
        ),
        ([("What is the weather?", "For which city?"), ("paris", None)], "get_weather", {"city": "paris"}),
        (
            [("what's the weather like", "For which city?"), ("Rome, in fahrenheit", None)],
            "get_weather",
            {"city": "Rome", "unit": "fahrenheit"},
        ),
        (
            [("Set a timer", "How many minutes?"), ("blue", "How many minutes?"), ("Um, ten.", None)],
            "setTimer",
            {"minutes": 10},
        ),
        (
            [("What is the weather?", "For which city?"), ("hm", "For which city?"), ("Paris", None)],
            "get_weather",
            {"city": "Paris"},
        ),
        ([("Start a countdown", "How many seconds?"), ("half an hour", None)], "start_countdown", {"seconds": 1800}),
        ([("Can you multiply?", "Which numbers?"), ("six and seven", None)], "multiply", {"a": 6, "b": 7}),
        ([("multiply five", "And the other number?"), ("8", None)], "multiply", {"a": 5, "b": 8}),
        (
            [("Book a flight to Rome", "From where?"), ("From Berlin", None)],
            "book_flight",
            {"origin": "Berlin", "destination": "Rome"},
        ),
        (
            [("Book a flight", "From where?"), ("Berlin to London", None)],
            "book_flight",
            {"origin": "Berlin", "destination": "London"},
        ),
        (
            [
                ("I'd like to order a pizza", "Which toppings?"),
                ("large", "Which toppings?"),
                ("with ham and olives", None),
            ],
            "place_order",
            {"toppings": ["ham", "olives"], "size": "large"},
        ),
        (
            [("Send a message", "To whom?"), ("To Tom", "What should it say?"), ("I'll be there at five.", None)],
            "send_message",
            {"to": "Tom", "message": "I'll be there at five"},
        ),
        (
            [("Search the web", "What should I search for?"), ("jazz bars in Paris", None)],
            "search_web",
            {"query": "jazz bars in Paris"},
        ),
        (
            [("turn on the light", "Which room?"), ("the garage", None)],
            "turn_light",
            {"room": "garage", "on": True},
        ),
    ],
)
def test_what_is_missing_is_asked_for(said: list[tuple[str, str | None]], name: str, arguments: dict[str, Any]) -> None:
    talk = client()
    for utterance, question in said:
        told = talk.say(utterance)
        assert (told if question else talk.waves) == (question or [[(name, arguments)]])


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("never mind", "All right."),
        ("What is a session?", "A session is one connection"),
        ("thanks", "You are welcome!"),
        ("I do not know.", "All right."),
    ],
)
def test_a_question_of_the_tutor_need_not_be_answered(reply: str, told: str) -> None:
    talk = client()
    talk.say("Book a flight")
    assert talk.say(reply).startswith(told)
    assert talk.waves == []


def test_another_request_takes_the_place_of_an_open_one() -> None:
    talk = client()
    talk.say("Book a flight")
    talk.say("What is the weather in Rome?")
    assert talk.waves == [[("get_weather", {"city": "Rome"})]]


def test_an_answer_that_was_cut_off_by_the_user_is_completed_all_the_same() -> None:
    [call] = respond([Message("user", "What is the weather"), Message("user", "in Paris?")], tools=TOOLS)
    assert call == Call("get_weather", '{"city": "Paris"}')


# Several calls


PARIS, BERLIN, ROME = (("get_weather", {"city": city}) for city in ("Paris", "Berlin", "Rome"))


@pytest.mark.parametrize(
    ("utterance", "calls"),
    [
        ("What is the weather in Paris and in Berlin?", [PARIS, BERLIN]),
        ("what is the weather in Paris and Berlin please", [PARIS, BERLIN]),
        ("What's the weather in Paris, Berlin and Rome?", [PARIS, BERLIN, ROME]),
        ("What is the weather in Paris? And in Berlin?", [PARIS, BERLIN]),
        ("Set a timer for ten minutes and tell me the weather in Rome.", [("setTimer", {"minutes": 10}), ROME]),
        (
            "Set a timer for ten minutes and another timer for 105 minutes",
            [("setTimer", {"minutes": 10}), ("setTimer", {"minutes": 105})],
        ),
        ("What is the weather and the time in Rome?", [ROME, ("get_time", {"timezone": "Rome"})]),
        (
            "What is the weather in Paris and Rome in Celsius?",
            [("get_weather", {"city": city, "unit": "celsius"}) for city in ("Paris", "Rome")],
        ),
        (
            "Turn off the lights in the kitchen and in the bathroom",
            [("turn_light", {"room": room, "on": False}) for room in ("kitchen", "bathroom")],
        ),
    ],
)
def test_what_is_asked_for_in_one_sentence_is_called_at_once(
    utterance: str, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    talk = client()
    told = talk.say(utterance)
    assert talk.waves == [calls]
    one_by_one = client(parallel_tool_calls=False)
    assert one_by_one.say(utterance) == told
    assert one_by_one.waves == [[call] for call in calls]


@pytest.mark.parametrize(
    ("utterance", "calls", "told"),
    [
        (
            "Add two and three, then multiply by four",
            [("add", {"a": 2, "b": 3}), ("multiply", {"a": 5, "b": 4})],
            "5 times 4 is 20.",
        ),
        (
            "add 2 and 3 and multiply the result by 4 and then subtract one",
            [("add", {"a": 2, "b": 3}), ("multiply", {"a": 5, "b": 4}), ("subtract", {"a": 20, "b": 1})],
            "20 minus 1 is 19.",
        ),
        ("Add one, two and three.", [("add", {"a": 1, "b": 2}), ("add", {"a": 3, "b": 3})], "3 plus 3 is 6."),
        (
            "Multiply the sum of two and three by four.",
            [("add", {"a": 2, "b": 3}), ("multiply", {"a": 5, "b": 4})],
            "5 times 4 is 20.",
        ),
        (
            "Add two and three. Then subtract it from twenty.",
            [("add", {"a": 2, "b": 3}), ("subtract", {"a": 20, "b": 5})],
            "20 minus 5 is 15.",
        ),
        (
            "What is the weather in Oslo? Then send it to Tom.",
            [
                ("get_weather", {"city": "Oslo"}),
                (
                    "send_message",
                    {
                        "to": "Tom",
                        "message": "In Oslo, the temperature is 21 degrees Celsius and the condition is sunny.",
                    },
                ),
            ],
            "Done: the message is sent to Tom.",
        ),
    ],
)
def test_a_step_takes_what_the_step_before_gave(
    utterance: str, calls: list[tuple[str, dict[str, Any]]], told: str
) -> None:
    talk = client()
    assert talk.say(utterance) == told
    assert talk.waves == [[call] for call in calls]


DIVIDE = tool("divide", "Divide one number by another.", a=NUMBER, b=NUMBER)


@pytest.mark.parametrize(
    ("utterance", "value"),
    [
        ("What is 17 times 23 plus 5?", 396),
        ("17 * 23 + 5", 396),
        ("10 minus 3 minus 2", 5),
        ("10 - 3 - 2", 5),
        ("What is three plus four plus five, please?", 12),
        ("3 plus 4 times 5", 23),
        ("20 minus 3 times 4 plus 1", 9),
        ("1 plus 2 plus 3 times 4 minus 5", 10),
        ("2 times 3 times 4 minus 4", 20),
        ("20 minus 12 divided by 4 times 2", 14),
        ("三加四加五等于多少？", 12),
        ("二加三乘以四", 14),
    ],
)
def test_a_sum_is_done_in_steps(utterance: str, value: int) -> None:
    talk = Client({**ARITHMETIC, "divide": lambda a, b: a // b}, tools=[*ARITHMETIC_TOOLS, DIVIDE])
    told = talk.say(utterance)
    assert told.rstrip(".。").endswith(f"{value}")
    assert len(talk.waves) == len(re.findall(r"[+*]| - |plus|minus|times|divided|[加乘]", utterance))


@pytest.mark.parametrize(
    ("utterance", "told"),
    [
        ("What is (3 plus 4) times 5?", "one step at a time"),
        ("(3+4)*5", "one step at a time"),
        ("2 times 3 plus 4 times 5", "one step at a time"),
        ("10 plus 4 divided by 2", "one step at a time"),
        ("Multiply 3 by 4 plus 5", "one step at a time"),
        ("二乘以三加四乘以五", "一步一步"),
    ],
)
def test_a_sum_that_it_cannot_do_is_not_done_in_part(utterance: str, told: str) -> None:
    talk = client(tools=ARITHMETIC_TOOLS)
    assert told in talk.say(utterance)
    assert talk.waves == []


def test_a_calculator_gets_no_expression_without_its_brackets() -> None:
    assert joined(respond([Message("user", "What is (3 plus 4) times 5?")], tools=[CALCULATOR])) == (
        "What should I calculate?"
    )


def test_a_failed_step_ends_what_needs_it() -> None:
    def broken(**_: float) -> dict[str, str]:
        return {"error": "OverflowError: too large"}

    talk = Client({**FUNCTIONS, "add": broken}, tools=TOOLS)
    assert talk.say("Add two and three, then multiply by four") == (
        "Sorry, that did not work. The tool says: too large."
    )
    assert talk.waves == [[("add", {"a": 2, "b": 3})]]


def test_it_does_not_answer_before_all_outputs_are_there() -> None:
    messages = [
        Message("user", "What is the weather in Paris and in Berlin?"),
        Message("assistant", '{"city": "Paris"}', "call_1", "get_weather"),
        Message("assistant", '{"city": "Berlin"}', "call_2", "get_weather"),
    ]
    assert joined(respond(messages, tools=TOOLS)) == "I am still waiting for what the tool gives back."
    told = joined(respond([*messages, Message("tool", '"sunny"', "call_2")], tools=TOOLS))
    assert told == "The weather in Berlin is sunny."


# Context


def test_a_fragment_asks_for_the_same_with_something_else() -> None:
    talk = client()
    talk.say("What is the weather in Paris?")
    for utterance, arguments in (
        ("And in Berlin?", {"city": "Berlin"}),
        ("what about tomorrow", {"city": "Berlin", "day": "tomorrow"}),
        ("and in fahrenheit", {"city": "Berlin", "unit": "fahrenheit", "day": "tomorrow"}),
        ("How about Rome?", {"city": "Rome", "unit": "fahrenheit", "day": "tomorrow"}),
        ("Try again.", {"city": "Rome", "unit": "fahrenheit", "day": "tomorrow"}),
    ):
        talk.say(utterance)
        assert talk.waves == [[("get_weather", arguments)]]
    talk.say("What about Paris and Rome?")
    assert [arguments["city"] for _, arguments in talk.waves[0]] == ["Paris", "Rome"]
    talk.say("Thanks!")
    assert talk.waves == []
    talk.say("and in Oslo?")
    assert talk.waves == [[("get_weather", {"city": "Oslo", "unit": "fahrenheit", "day": "tomorrow"})]]
    assert talk.say("What about semantic VAD?").startswith("Semantic VAD judges")


def test_it_and_there_are_what_was_spoken_of() -> None:
    place = tool("get_local_time", "The time in a city", city=TEXT)
    talk = client(tools=[*ARITHMETIC_TOOLS, WEATHER, place])
    talk.say("What's the weather in Berlin?")
    talk.say("What time is it there?")
    assert talk.waves == [[("get_local_time", {"city": "Berlin"})]]
    talk.say("Add two and three")
    talk.say("Now multiply it by four")
    assert talk.waves == [[("multiply", {"a": 5, "b": 4})]]
    talk.say("Now subtract six")
    assert talk.waves == [[("subtract", {"a": 20, "b": 6})]]
    talk.say("times two")
    assert talk.waves == [[("multiply", {"a": 14, "b": 2})]]
    talk.say("and 3?")
    assert talk.waves == [[("multiply", {"a": 28, "b": 3})]]


ARITHMETIC_TOOLS = [ADD, SUBTRACT, MULTIPLY]


def test_after_a_result_the_next_question_is_answered() -> None:
    talk = client()
    assert talk.say("What is six times seven?") == "6 times 7 is 42."
    assert talk.say("Tell me more").startswith("That is all the tool told me.")
    assert talk.say("Thank you.") == "You are welcome! What next?"
    assert talk.say("What is a session?").startswith("A session is one connection")


# Chinese


def test_simple_requests_in_chinese() -> None:
    talk = client()
    assert talk.say("今天巴黎的天气怎么样？") == "巴黎、今天：气温21摄氏度，天气晴。"
    assert talk.waves == [[("get_weather", {"city": "巴黎", "day": "today"})]]
    assert talk.say("天气怎么样") == "请问是哪个城市？"
    talk.say("上海")
    assert talk.waves == [[("get_weather", {"city": "上海"})]]
    talk.say("北京呢？")
    assert talk.waves == [[("get_weather", {"city": "北京"})]]
    talk.say("巴黎和柏林的天气")
    assert talk.waves == [[("get_weather", {"city": "巴黎"}), ("get_weather", {"city": "柏林"})]]
    assert talk.say("设一个十五分钟的定时器") == "已完成。"
    assert talk.waves == [[("setTimer", {"minutes": 15})]]
    assert talk.say("三加二十五等于多少？") == "结果：28。"
    talk.say("关掉厨房的灯")
    assert talk.waves == [[("turn_light", {"room": "厨房", "on": False})]]
