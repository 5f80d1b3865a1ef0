"""Whatever schema a client sends and whatever is said: no exception, and calls that the schema allows."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tutoring import NUMBER, TEXT, WHOLE, joined, respond, tool

from rt_notebook.server.engine import Call, Message
from rt_notebook.server.engines.arguments import fill
from rt_notebook.server.engines.schemas import parameters

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["city", "amount", "on", "query", "items", "when", "order_id", "a", "", "名", "toppings", "note"]
)
KEYS = st.sampled_from(
    ["type", "properties", "required", "enum", "const", "items", "anyOf", "oneOf", "allOf", "$ref", "default",
     "minimum", "additionalProperties", "description", "format"]
)  # fmt: skip
NONSENSE = st.recursive(
    JSON | st.sampled_from(["#", "#/$defs/A", "#/properties/city", "object", "array", "string"]),
    lambda inner: st.dictionaries(KEYS | NAMES, inner, max_size=4) | st.lists(inner, max_size=3),
    max_leaves=12,
)
WORDS = [
    "weather", "in", "Paris", "and", "then", "multiply", "it", "by", "four", "10", "2.5", "minus", "a", "hundred",
    "yes", "no", "off", "small", "large", "minutes", "half an hour", "tomorrow", "“so be it”", "'", ",", ".", "?",
    "for", "do", "again", "what about", "the sum of", "to", "天气", "巴黎", "呢", "请问", "十", "never mind", "call",
    "city", "order",
]  # fmt: skip
UTTERANCES = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.text(max_size=30)
CHOICES = st.sampled_from(["auto", "required", {"type": "function", "name": "order_weather"}])


def schemas(depth: int = 2) -> st.SearchStrategy[Any]:
    """Return a strategy of schemas that something satisfies."""
    plain = st.sampled_from(
        [
            {"type": "string"},
            {"type": "number"},
            {"type": "integer"},
            {"type": "boolean"},
            {"type": ["null", "integer"]},
            {"type": ["string", "null"]},
            {"type": "string", "format": "date"},
            {"enum": ["small", "large"]},
            {"enum": [1, 2.5, 10]},
            {"type": "integer", "enum": [1, 2, 3]},
            {"type": ["string", "null"], "enum": ["a", None]},
            {"const": "fixed"},
            {"type": "string", "default": "so"},
            {"type": "string", "default": 7},
            {"type": "integer", "default": 4},
            {"$ref": "#/$defs/Size"},
            {"$ref": "#/$defs/Loop"},
            {},
            True,
            {"anyOf": [{"type": "null"}, {"type": "integer"}]},
            {"oneOf": [{"$ref": "#/$defs/Size"}, {"type": "null"}]},
            {"allOf": [{"$ref": "#/$defs/Size"}, {"description": "how large"}]},
        ]
    )
    if not depth:
        return plain
    inner = schemas(depth - 1)
    return (
        plain | inner.map(lambda items: {"type": "array", "items": items}) | st.builds(an_object, inner, inner, inner)
    )


def an_object(one: Any, two: Any, three: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"city": one, "a": two, "note": three}, "required": ["city", "note"]}


DEFINITIONS = {
    "Size": {"type": "string", "enum": ["small", "large"]},
    "Loop": {"type": "object", "properties": {"deeper": {"$ref": "#/$defs/Loop"}, "amount": {"type": "number"}}},
}
PARAMETERS = st.dictionaries(NAMES, schemas(), max_size=4).flatmap(
    lambda properties: st.lists(st.sampled_from([*properties, "undeclared"]), unique=True, max_size=4).map(
        lambda required: {
            "type": "object",
            "properties": properties,
            "required": required,
            "$defs": DEFINITIONS,
        }
    )
)

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def problems(value: Any, schema: Any, root: dict[str, Any], path: str = "$") -> list[str]:
    """Return where a value breaks type, enum, const, required, properties or items of a schema, and its parts'."""
    if not isinstance(schema, dict):
        return []
    found = []
    if "$ref" in schema:
        found += problems(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, path)
    found += [trouble for part in schema.get("allOf", ()) for trouble in problems(value, part, root, path)]
    for key in ("anyOf", "oneOf"):
        if key in schema and all(problems(value, part, root, path) for part in schema[key]):
            found.append(f"{path}: no alternative of {key} fits {value!r}")
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(is_a(value, kind) for kind in kinds):
        found.append(f"{path}: {value!r} is none of {kinds}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value!r} is not in {schema['enum']}")
    if "const" in schema and value != schema["const"]:
        found.append(f"{path}: {value!r} is not {schema['const']!r}")
    if isinstance(value, dict):
        found += [f"{path}: {name} is missing" for name in schema.get("required", ()) if name not in value]
        inner = schema.get("properties", {})
        found += [
            trouble
            for name, each in value.items()
            for trouble in problems(each, inner.get(name), root, f"{path}.{name}")
        ]
    if isinstance(value, list):
        found += [trouble for each in value for trouble in problems(each, schema.get("items"), root, f"{path}[]")]
    return found


def is_a(value: Any, kind: str) -> bool:
    if isinstance(value, bool) or kind == "boolean":
        return kind == "boolean" and isinstance(value, bool)
    return isinstance(value, TYPES[kind])


def order_weather(schema: Any) -> dict[str, Any]:
    return {"type": "function", "name": "order_weather", "description": "Multiply", "parameters": schema}


@settings(max_examples=300, deadline=None)
@given(PARAMETERS, st.lists(UTTERANCES, min_size=1, max_size=3), CHOICES, st.booleans())
@example(an_object({"type": "array", "items": {"type": "boolean"}}, {}, {}), ["weather in Paris"], "required", True)
@example(an_object({}, {}, an_object({"type": "number"}, {}, {})), ["weather", "Paris", "weather"], "auto", False)
def test_calls_are_what_the_schema_allows(
    schema: dict[str, Any], utterances: list[str], choice: Any, parallel: bool
) -> None:
    messages: list[Message] = []
    for utterance in utterances:
        messages.append(Message("user", utterance))
        for wave in range(3):
            pieces = respond(messages, tools=[order_weather(schema)], tool_choice=choice, parallel_tool_calls=parallel)
            calls = [piece for piece in pieces if isinstance(piece, Call)]
            assert bool(calls) != bool(joined(pieces))
            assert parallel or len(calls) < 2
            for call in calls:
                assert problems(json.loads(call.arguments), schema, schema) == []
            if not calls:
                messages.append(Message("assistant", joined(pieces)))
                break
            made = [(f"{len(messages)}_{wave}_{place}", call) for place, call in enumerate(calls)]
            messages += [Message("assistant", call.arguments, call_id, call.name) for call_id, call in made]
            messages += [Message("tool", call.arguments, call_id) for call_id, call in made]


@settings(max_examples=300, deadline=None)
@given(NONSENSE, UTTERANCES, CHOICES)
def test_nonsense_for_a_schema_does_no_harm(schema: Any, utterance: str, choice: Any) -> None:
    for parameters_ in (schema, {"type": "object", "properties": {"city": schema}, "required": ["city"]}):
        pieces = respond([Message("user", utterance)], tools=[order_weather(parameters_)], tool_choice=choice)
        for piece in pieces:
            if isinstance(piece, Call):
                assert isinstance(json.loads(piece.arguments), dict)


@given(JSON.map(json.dumps) | st.text())
def test_any_result_is_told(output: str) -> None:
    messages = [
        Message("user", "What is the weather in Paris?"),
        Message("assistant", '{"city": "Paris"}', "call_1", "get_weather"),
        Message("tool", output, "call_1"),
    ]
    for said in ("What is the weather in Paris?", "巴黎的天气怎么样？"):
        told = joined(respond([Message("user", said), *messages[1:]], tools=[tool("get_weather", city=TEXT)]))
        assert told.strip()
        assert len(told) < 500


def test_a_schema_s_parts_are_found() -> None:
    schema = {
        "$defs": {"Place": {"type": "object", "properties": {"city": TEXT}, "required": ["city"]}},
        "allOf": [{"properties": {"count": WHOLE}, "required": ["count"]}],
        "properties": {
            "place": {"$ref": "#/$defs/Place"},
            "size": {"anyOf": [{"type": "null"}, {"enum": ["small", "large"]}]},
            "level": {"type": ["null", "integer"], "default": 3},
        },
        "required": ["place", "size", "level"],
    }
    filled = fill(parameters(schema), "two small ones in Paris")
    assert filled.values == {"count": 2, "place": {"city": "Paris"}, "size": "small", "level": 3}
    assert filled.missing == ()
    missing = fill(parameters(schema), "").missing
    assert [each.path for each in missing] == [("count",), ("place", "city"), ("size",)]


WEATHER = tool("get_weather", "Get the weather in a city.", ["city"], city=TEXT, days=NUMBER)


@pytest.mark.parametrize(
    "unit",
    ["a", " ", " and ", ",", "“", "'", "1 ", "a.", "say ", "what is ", "9", "天", "minus ", " the weather in Paris and",
     "a b c ", "please ", "(", "\n", "one hundred and "],
)  # fmt: skip
def test_a_hundred_kilobytes_are_answered_at_once(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    asked = [Message("user", "What is the weather?"), Message("assistant", "For which city?")]
    started = time.process_time()
    for messages in ([], asked):
        for choice in ("auto", "required"):
            respond([*messages, Message("user", text)], tools=[WEATHER], tool_choice=choice, instructions=text)
    # Four answers. On the slowest machine a tenth of this is enough; what is quadratic takes minutes.
    assert time.process_time() - started < 4.0
