"""Sums of several steps through functions of any name, of any parameters and with any form of result."""

from __future__ import annotations

import json
from math import prod
from typing import Any

import pytest
from tutoring import NUMBER, TEXT, WHOLE, Client, tool

from rt_notebook.server.engines.operations import of_function
from rt_notebook.server.engines.schemas import parameters
from rt_notebook.server.engines.talk import Made
from rt_notebook.server.engines.telling import number_of
from rt_notebook.server.engines.words import spaced, tokens

NUMBERS = {"type": "array", "items": NUMBER}
EITHER = {"anyOf": [{"type": "integer"}, {"type": "number"}], "title": "A"}


def _pair(one: str, other: str, *required: str, **properties: Any) -> list[dict[str, Any]]:
    return [tool(name, "", required or None, **properties) for name in (one, other)]


PAIRS = {
    "a and b": _pair("add", "multiply", a=NUMBER, b=NUMBER),
    "x and y, whole": _pair("add_numbers", "multiply_numbers", x=WHOLE, y=WHOLE),
    "first and second": _pair("calculate_sum", "calculate_product", first=NUMBER, second=NUMBER),
    "long names": _pair("sum", "product", first_number=NUMBER, second_number=NUMBER),
    "short names": _pair("plus", "mul", n1=NUMBER, n2=NUMBER),
    "a server's prefix": _pair("demo_add", "demo_multiply", a=NUMBER, b=NUMBER),
    "a list": _pair("add", "multiply", numbers=NUMBERS),
    "a default": _pair("add", "multiply", "a", a=NUMBER, b={**NUMBER, "default": 1}),
    "either kind of number": _pair("add", "multiply", a=EITHER, b=EITHER),
}


def _client(pair: list[dict[str, Any]], added: Any = None) -> Client:
    """Return a client of two functions; `added` is what the first one gives instead of the sum."""

    def given(arguments: dict[str, Any]) -> list[float]:
        values = list(arguments.values())
        return values[0] if isinstance(values[0], list) else values

    add, multiply = pair
    functions = {
        add["name"]: lambda **arguments: sum(given(arguments)) if added is None else added,
        multiply["name"]: lambda **arguments: prod(given(arguments)),
    }
    return Client(functions, tools=[*pair, tool("weather", "", city=TEXT)])


def _numbers(talk: Client) -> list[list[list[float]]]:
    """Return the numbers of the calls made after the last utterance, response by response."""
    return [
        [[number for value in arguments.values() for number in (value if isinstance(value, list) else [value])]
         for _, arguments in wave]
        for wave in talk.waves
    ]  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
@pytest.mark.parametrize(
    "utterance",
    [
        "add two and three, then multiply by four",
        "Add 2 and 3, then multiply by 4.",
        "Add 2 and 3 then multiply by 4",
        "Add two and three. Then multiply by four.",
        "Could you add two to three and multiply the result by four?",
        "What is two plus three, then times four?",
        "Multiply the sum of two and three by four.",
        "Take two, add three, then multiply by four.",
        "Add to and three, then multiply by for.",
    ],
)
def test_two_steps(pair: list[dict[str, Any]], utterance: str) -> None:
    talk = _client(pair)
    assert talk.say(utterance).endswith(" is 20.")
    assert _numbers(talk) == [[[2, 3]], [[5, 4]]]
    assert [wave[0][0] for wave in talk.waves] == [each["name"] for each in pair]


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_more_steps(pair: list[dict[str, Any]]) -> None:
    talk = _client(pair)
    assert talk.say("Add twenty-one and three, then multiply by four, and finally add one.").endswith(" is 97.")
    assert _numbers(talk) == [[[21, 3]], [[24, 4]], [[96, 1]]]
    told = talk.say("Add one, two, three and four.")
    assert told.endswith(" is 10.")


@pytest.mark.parametrize(
    "added",
    [
        "5",
        5.0,
        {"sum": 5},
        {"a": 2, "b": 3, "result": 5, "unit": "none"},
        {"operation": "add", "operands": [2, 3], "result": 5},
        {"value": {"sum": 5}},
        [5],
        "The sum of 2 and 3 is 5.",
    ],
)
def test_the_next_step_takes_the_number_out_of_any_result(added: Any) -> None:
    talk = _client(PAIRS["a and b"], added)
    assert talk.say("Add two and three, then multiply by four.") == "5 times 4 is 20."


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ("I do not know", "I do not know. That gives no number to go on with, so I stop here."),
        ({"x": 1, "y": 2}, "The x is 1 and the y is 2. That gives no number to go on with, so I stop here."),
        (True, "Yes. That gives no number to go on with, so I stop here."),
        (float("nan"), "2 plus 3 is nan. That gives no number to go on with, so I stop here."),
        ("ValueError: too large", "Sorry, that did not work. The tool says: too large."),
        ({"error": {"message": "too large"}}, "Sorry, that did not work. The tool says: too large."),
    ],
)
def test_it_goes_on_with_no_nonsense(added: Any, told: str) -> None:
    talk = _client(PAIRS["a and b"], added)
    assert talk.say("Add two and three, then multiply by four, then add one.") == told
    assert _numbers(talk) == [[[2, 3]]]


@pytest.mark.parametrize(
    ("utterance", "operation"),
    [
        ("Add two and three, then divide by five.", "divide"),
        ("Subtract one from the sum of two and three.", "subtract"),
    ],
)
def test_it_does_not_start_what_no_function_can_end(utterance: str, operation: str) -> None:
    talk = _client(PAIRS["a and b"])
    assert f"can {operation}," in talk.say(utterance)
    assert talk.waves == []


def test_a_number_that_is_missing_in_the_middle_is_asked_for_first() -> None:
    talk = _client(PAIRS["a and b"])
    assert talk.say("Add two and three, then multiply by") == "And the other number?"
    assert talk.waves == []
    assert talk.say("four") == "5 times 4 is 20."
    assert talk.say("and by ten") == "20 times 10 is 200."


def test_a_name_is_no_second_argument() -> None:
    talk = Client({}, tools=[tool("weather", "", ["city"], city=TEXT, country=TEXT)])
    talk.say("What is the weather in Paris and in Berlin?")
    assert talk.waves == [[("weather", {"city": "Paris"}), ("weather", {"city": "Berlin"})]]


@pytest.mark.parametrize(
    ("name", "properties", "operation"),
    [
        ("add", {"a": NUMBER, "b": NUMBER}, "add"),
        ("bank_divide", {"dividend": NUMBER, "divisor": NUMBER}, None),
        ("divide", {"dividend": NUMBER, "divisor": NUMBER}, "divid"),
        ("add_expense", {"amount": NUMBER, "day": WHOLE}, None),
        ("add_to_list", {"items": {"type": "array", "items": TEXT}}, None),
        ("add", {"text": TEXT, "count": WHOLE}, None),
        ("add_or_multiply", {"a": NUMBER, "b": NUMBER}, None),
        ("double", {"n": NUMBER}, None),
    ],
)
def test_what_counts_as_a_calculation(name: str, properties: dict[str, Any], operation: str | None) -> None:
    fields = parameters({"type": "object", "properties": properties})
    assert of_function(tokens(spaced(name)), fields) == operation


@pytest.mark.parametrize(
    ("output", "number"),
    [
        ("2 plus 2 is 4", "4"),
        ("10 apples and 20 pears", None),
        (json.dumps({"a": 2, "sum": 4, "average": 2}), "4"),
        ("[4, 5]", None),
        ("", None),
    ],
)
def test_the_one_number_of_a_result(output: str, number: str | None) -> None:
    assert number_of(Made("add", {"a": 2, "b": 2}, None, output)) == number
