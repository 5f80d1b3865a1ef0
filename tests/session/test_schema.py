"""A callable's parameters as JSON Schema, and a model's JSON as arguments."""

import enum
import json
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, Optional, TypedDict
from uuid import UUID

import pytest
import typing_extensions
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, field_validator

import rt_notebook as rt
from rt_notebook.session.tidy import tidy
from rt_notebook.session.tools import Tool

CONTEXT = rt.ToolContext(session=None, call_id="call_1", name="f")


class Unit(enum.Enum):
    CELSIUS = "celsius"
    FAHRENHEIT = "fahrenheit"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@dataclass
class Point:
    """A place on earth.

    Args:
        lat: Degrees north.
    """

    lat: float
    lon: float = 0.0


class Stop(BaseModel):
    """Where a train stops."""

    city: str = Field(description="Its name.")
    minutes: Annotated[int, Field(ge=1)] = 2


class Route(BaseModel):
    stops: list[Stop]
    by_name: dict[str, Point] = {}


class Node(BaseModel):
    name: str
    parent: Annotated[Optional["Node"], Field(description="The one above.")] = None
    children: list["Node"] = []


class Query(TypedDict):
    text: str
    most: NotRequired[int]
    near: NotRequired[Point]


class Pair(NamedTuple):
    left: int
    right: str


def called(function: Callable[..., Any], **arguments: Any) -> Any:
    """Call a function as a model would, with its arguments as JSON."""
    return rt.tool(function, name="f").bind(json.dumps(arguments)).call(CONTEXT)


def refused(function: Callable[..., Any], text: str) -> list[tuple[str | None, ...]]:
    with pytest.raises(rt.ToolArgumentsError) as caught:
        rt.tool(function, name="f").bind(text)
    return [tuple(problem) for problem in caught.value.problems]


def takes(annotation: Any) -> Callable[..., Any]:
    def f(value: annotation) -> Any:
        return value

    return f


def schema_of(annotation: Any) -> Any:
    return rt.tool(takes(annotation)).parameters["properties"]["value"]


POINT = {
    "type": "object",
    "description": "A place on earth.",
    "properties": {
        "lat": {"type": "number", "description": "Degrees north."},
        "lon": {"type": "number", "default": 0.0},
    },
    "required": ["lat"],
    "additionalProperties": False,
}
STOP = {
    "type": "object",
    "description": "Where a train stops.",
    "properties": {
        "city": {"type": "string", "description": "Its name."},
        "minutes": {"type": "integer", "default": 2, "minimum": 1},
    },
    "required": ["city"],
    "additionalProperties": False,
}
LIST = {"type": "array", "items": {}}
UUID_TEXT = "c6fadbc9-26ea-4560-9433-e45f28f15fdd"

# type, its schema, what the model sends, what the function gets
TYPES: list[tuple[Any, Any, Any, Any]] = [
    (str, {"type": "string"}, "a", "a"),
    (int, {"type": "integer"}, "5", 5),
    (float, {"type": "number"}, 1, 1.0),
    (bool, {"type": "boolean"}, True, True),
    (Any, {}, [1, {"a": None}], [1, {"a": None}]),
    (None, {"type": "null"}, None, None),
    (list, {"type": "array", "items": {}}, [1, "a"], [1, "a"]),
    (list[int], {"type": "array", "items": {"type": "integer"}}, ["1", 2], [1, 2]),
    (Sequence[float], {"type": "array", "items": {"type": "number"}}, [1], [1.0]),
    (Iterable[float], {"type": "array", "items": {"type": "number"}}, [1], [1.0]),
    (dict[str, Iterable[Any]], {"type": "object", "additionalProperties": LIST}, {"a": [1]}, {"a": [1]}),
    (set[int], {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}, [1, 1], {1}),
    (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}, [1, 2], (1, 2)),
    (
        tuple[float, float],
        {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        [1, 2],
        (1.0, 2.0),
    ),
    (
        tuple[int, str],
        {
            "type": "array",
            "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            "prefixItems": [{"type": "integer"}, {"type": "string"}],
            "minItems": 2,
            "maxItems": 2,
        },
        [1, "a"],
        (1, "a"),
    ),
    (dict, {"type": "object", "additionalProperties": True}, {"a": [1]}, {"a": [1]}),
    (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}, {"a": "1"}, {"a": 1}),
    (Mapping[str, Any], {"type": "object", "additionalProperties": True}, {"a": 1}, {"a": 1}),
    (Literal["a", 1], {"enum": ["a", 1]}, 1, 1),
    (Literal["a"], {"type": "string", "enum": ["a"]}, "a", "a"),
    (Unit, {"type": "string", "enum": ["celsius", "fahrenheit"]}, "celsius", Unit.CELSIUS),
    (Level, {"type": "integer", "enum": [1, 2]}, 2, Level.HIGH),
    (date, {"type": "string", "format": "date"}, "2026-02-03", date(2026, 2, 3)),
    (datetime, {"type": "string", "format": "date-time"}, "2026-02-03T04:05:06", datetime(2026, 2, 3, 4, 5, 6)),
    (timedelta, {"type": "string", "format": "duration"}, "PT90S", timedelta(seconds=90)),
    (UUID, {"type": "string", "format": "uuid"}, UUID_TEXT, UUID(UUID_TEXT)),
    (Decimal, {"type": "number"}, 1.1, Decimal("1.1")),
    (Annotated[Decimal, Field(ge=0)], {"type": "number", "minimum": 0}, "2.50", Decimal("2.50")),
    (Path, {"type": "string", "format": "path"}, "/tmp/x", Path("/tmp/x")),
    (Point, POINT, {"lat": "1.5"}, Point(1.5)),
    (Stop, STOP, {"city": "Ulm"}, Stop(city="Ulm")),
    (list[Stop], {"type": "array", "items": STOP}, [{"city": "Ulm"}], [Stop(city="Ulm")]),
    (Point | None, {"anyOf": [POINT, {"type": "null"}]}, None, None),
    (int | str, {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "5", "5"),
    (
        Query,
        {
            "type": "object",
            "properties": {"text": {"type": "string"}, "most": {"type": "integer"}, "near": POINT},
            "required": ["text"],
            "additionalProperties": False,
        },
        {"text": "a", "near": {"lat": 1}},
        {"text": "a", "near": Point(1.0)},
    ),
    (Annotated[str, "Its name."], {"type": "string", "description": "Its name."}, "a", "a"),
    (Annotated[str, typing_extensions.Doc("Its name.")], {"type": "string", "description": "Its name."}, "a", "a"),
    (
        Annotated[int, Field(description="How many.", ge=1, le=9)],
        {"type": "integer", "description": "How many.", "minimum": 1, "maximum": 9},
        3,
        3,
    ),
]


@pytest.mark.parametrize(("annotation", "schema", "sent", "got"), TYPES, ids=lambda case: str(case)[:30])
def test_a_type_has_a_schema_and_arrives_as_itself(annotation: Any, schema: Any, sent: Any, got: Any) -> None:
    assert schema_of(annotation) == schema
    value = called(takes(annotation), value=sent)
    assert value == got
    assert type(value) is type(got)


def test_a_named_tuple_arrives_as_itself() -> None:
    assert called(takes(Pair), value=[1, "a"]) == Pair(1, "a")


def test_nested_types_arrive_as_themselves() -> None:
    route = called(takes(Route), value={"stops": [{"city": "Ulm"}], "by_name": {"Ulm": {"lat": 48.4}}})
    assert route == Route(stops=[Stop(city="Ulm")], by_name={"Ulm": Point(48.4)})


def test_required_is_what_has_no_default() -> None:
    def f(a: int, b: int | None, c: int = 1, d: int | None = None, *, e: str, g: str = "x") -> None: ...

    schema = rt.tool(f).parameters
    assert schema["required"] == ["a", "b", "e"]
    assert schema["properties"]["b"] == {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    assert schema["properties"]["c"] == {"type": "integer", "default": 1}
    assert "default" not in schema["properties"]["d"], "null goes without saying"


def test_a_default_stays_the_functions_own() -> None:
    shared: list[int] = []
    lock = SimpleNamespace(copied=False)

    def f(a: list[int] = shared, b: Any = lock, c: float = float("inf"), d: Unit = Unit.CELSIUS) -> Any:
        return a, b, c, d

    tool = rt.tool(f)
    a, b, c, d = tool.bind("{}").call(CONTEXT)
    assert a is shared
    assert b is lock
    assert (c, d) == (float("inf"), Unit.CELSIUS)
    assert {name: told.get("default") for name, told in tool.parameters["properties"].items()} == {
        "a": [],
        "b": None,  # no JSON, so not told
        "c": None,
        "d": "celsius",
    }


def test_a_default_may_be_a_field() -> None:
    def f(a: int = Field(3, ge=1, description="How many."), b: int = Field(ge=1)) -> tuple[int, int]:
        return a, b

    tool = rt.tool(f)
    assert tool.parameters["properties"]["a"] == {
        "type": "integer",
        "description": "How many.",
        "default": 3,
        "minimum": 1,
    }
    assert tool.parameters["required"] == ["b"]
    assert tool.bind('{"b": 2}').call(CONTEXT) == (3, 2)


def test_a_parameter_without_annotation_takes_any_json() -> None:
    def f(a, b=2):  # type: ignore[no-untyped-def] # what the test is about
        return a, b

    assert rt.tool(f).parameters["properties"] == {"a": {}, "b": {"default": 2}}
    assert called(f, a={"x": [1]}) == ({"x": [1]}, 2)


def test_positional_only_parameters_are_filled_in_order() -> None:
    def f(a: int = 1, b: int = 2, /, c: int = 3) -> tuple[int, int, int]:
        return a, b, c

    assert called(f, b=5) == (1, 5, 3)


def test_annotated_rest_parameters_are_an_array_and_further_arguments() -> None:
    def f(first: int = 0, *numbers: float, unit: str = "m", **more: int) -> Any:
        """Add.

        Args:
            *numbers: What to add.
            **more: Weights.
        """
        return first, numbers, unit, more

    tool = rt.tool(f)
    assert tool.parameters == {
        "type": "object",
        "properties": {
            "first": {"type": "integer", "default": 0},
            "numbers": {"type": "array", "description": "What to add.", "items": {"type": "number"}},
            "unit": {"type": "string", "default": "m"},
        },
        "additionalProperties": {"type": "integer"},
    }
    assert called(f, numbers=[1, 2], x="3", more=4) == (0, (1.0, 2.0), "m", {"x": 3, "more": 4})
    assert called(f) == (0, (), "m", {})
    assert refused(f, '{"first": "a", "x": "b"}') == [
        ("first", "expected a valid integer", '"a"'),
        ("x", "expected a valid integer", '"b"'),
    ]


def test_rest_parameters_that_take_anything_are_refused() -> None:
    def wrapper(*args, **kwargs):  # type: ignore[no-untyped-def] # what the test is about
        return args, kwargs

    with pytest.raises(TypeError, match=r"tool wrapper: its parameter '\*args' takes anything.*functools.wraps"):
        rt.tool(wrapper)


def test_the_context_is_in_no_schema_and_no_model_can_send_it() -> None:
    def plain(a: int, context: rt.ToolContext) -> Any:
        return a, context

    def optional(a: int, *, context: rt.ToolContext | None = None, **more: int) -> Any:
        return a, context, more

    def annotated(context: Annotated[rt.ToolContext, "the call"], a: int) -> Any:
        return a, context

    for function in (plain, optional, annotated):
        tool = rt.tool(function)
        assert list(tool.parameters["properties"]) == ["a"]
        assert tool.bind('{"a": 1}').call(CONTEXT)[:2] == (1, CONTEXT)
        problems = refused(function, '{"a": 1, "context": 2}')
        assert problems[0][0] == "context"


def test_what_a_partial_gives_is_not_asked_of_the_model() -> None:
    def f(db: object, city: str, *, days: int = 1) -> Any:
        """Look it up."""
        return db, city, days

    tool = rt.tool(partial(f, SimpleNamespace(), days=3))
    assert (tool.name, tool.description) == ("f", "Look it up.")
    assert list(tool.parameters["properties"]) == ["city"]
    assert tool.bind('{"city": "Ulm"}').call(CONTEXT) == (SimpleNamespace(), "Ulm", 3)


def test_names_that_pydantic_would_not_take_are_names_like_others() -> None:
    def f(schema: int, model_config: str, json: bool, copy: list[int], _private: int = 2) -> Any:
        return schema, model_config, json, copy, _private

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert called(f, schema=1, model_config="a", json=True, copy=[1], _private=3) == (1, "a", True, [1], 3)


def test_what_contains_itself_stays_a_reference_and_everything_else_is_inlined() -> None:
    def f(node: Annotated[Node, Field(description="The root.")], route: Route) -> None: ...

    schema = rt.tool(f).parameters
    assert set(schema["$defs"]) == {"Node"}
    assert schema["properties"]["node"]["description"] == "The root."
    assert schema["properties"]["node"]["properties"]["children"]["items"] == {"$ref": "#/$defs/Node"}
    assert schema["properties"]["route"]["properties"]["stops"]["items"] == STOP
    assert called(f, node={"name": "a", "children": [{"name": "b"}]}, route={"stops": []}) is None


def test_two_classes_of_one_name_stay_two() -> None:
    def make(annotation: Any) -> Any:
        return type(
            "Box", (BaseModel,), {"__annotations__": {"inside": annotation, "next": "Box | None"}, "next": None}
        )

    one, other = make(int), make(str)

    def f(a: one, b: other) -> None: ...  # type: ignore[valid-type] # the types are what the test is about

    tool = rt.tool(f)
    assert_strict(tool.parameters, tool.parameters)


def walked(schema: Any) -> Any:
    if isinstance(schema, dict):
        yield schema
        for key, value in schema.items():
            if key not in ("default", "enum"):
                yield from walked(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from walked(value)


def assert_strict(schema: dict[str, Any], root: dict[str, Any]) -> None:
    for part in walked(schema):
        if isinstance(part.get("$ref"), str):
            assert part["$ref"].removeprefix("#/$defs/") in root["$defs"], "no reference leads nowhere"
            assert set(part) == {"$ref"}, "a reference stands alone"
        if part.get("type") == "object":
            assert "additionalProperties" in part
            if part.get("properties"):
                assert part["additionalProperties"] is False
        if part.get("type") == "array":
            assert "items" in part
        assert not isinstance(part.get("title"), str)
        assert "discriminator" not in part


def test_every_schema_is_strict_and_whole() -> None:
    class Cat(BaseModel):
        kind: Literal["cat"]
        title: str

    class Dog(BaseModel):
        kind: Literal["dog"]
        friends: list["Node"] = []

    for annotation in [case[0] for case in TYPES] + [
        Node,
        list[Node],
        dict[str, Node],
        tuple[Node, Stop],
        Annotated[Cat | Dog, Field(discriminator="kind")],
        Pair,
    ]:
        tool = rt.tool(takes(annotation))
        assert_strict(tool.parameters, tool.parameters)
        assert json.loads(json.dumps(tool.parameters)) == tool.parameters


def test_a_property_called_title_is_no_title() -> None:
    def f(title: str, default: int, properties: dict[str, int]) -> None: ...

    assert list(rt.tool(f).parameters["properties"]) == ["title", "default", "properties"]


def test_tidying_leaves_the_given_schema_alone() -> None:
    schema = Node.model_json_schema()
    before = json.dumps(schema)
    tidy(schema)
    assert json.dumps(schema) == before


def test_a_reference_in_a_sole_allof_is_resolved() -> None:
    # What Pydantic wrote before 2.9 where a reference has a description beside it.
    schema = {
        "type": "object",
        "properties": {"a": {"allOf": [{"$ref": "#/$defs/A"}], "description": "One."}},
        "$defs": {"A": {"type": "string", "title": "A"}},
    }
    assert tidy(schema)["properties"] == {"a": {"type": "string", "description": "One."}}


def test_an_object_without_fields_is_a_dict_and_one_with_fields_is_closed() -> None:
    # Pydantic wrote a dict as a bare object before 2.11.
    schema = {"type": "object", "properties": {"a": {"type": "object"}, "b": {"type": "object", "properties": {}}}}
    made = tidy(schema)
    assert made["additionalProperties"] is False
    assert made["properties"]["a"]["additionalProperties"] is True
    assert made["properties"]["b"]["additionalProperties"] is False


def test_a_description_that_is_no_docstring_stays() -> None:
    class Told(BaseModel):
        """For people."""

        model_config = ConfigDict(json_schema_extra={"description": "For models."})
        a: int

    assert schema_of(Told)["description"] == "For models."


def test_descriptions_come_from_the_nearest_to_the_parameter() -> None:
    def f(a: Annotated[int, Field(description="field")], b: int, c: Point, d: Point, e: Point | None = None) -> None:
        """Do it.

        Parameters
        ----------
        a, b, c
            docstring
        """

    told = {name: schema.get("description") for name, schema in rt.tool(f).parameters["properties"].items()}
    assert told == {"a": "field", "b": "docstring", "c": "docstring", "d": "A place on earth.", "e": None}


# -- what is found when a tool is made ----------------------------------------------------------------------------


def test_a_type_without_schema_names_its_parameter() -> None:
    def f(a: int, b: Callable[[int], int]) -> None: ...

    def g(a: int, b: SimpleNamespace) -> None: ...

    for function in (f, g):
        with pytest.raises(TypeError, match=f"tool {function.__name__}: its parameter 'b' has no JSON Schema, being"):
            rt.tool(function)


def test_an_annotation_that_nobody_can_resolve_names_its_parameter() -> None:
    space: dict[str, Any] = {}
    source = """
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from decimal import Decimal

def outer():
    class Local: ...
    def inner(a: int, b: Local): ...
    return inner

def checked(price: Decimal): ...
def words(city: where it is): ...
def fine(a: list[int], b: str | None = None): return a, b
""".replace("where it is", '"the name of it"')
    exec(compile(source, "<notebook>", "exec"), space)
    for function, parameter, missing in (
        (space["outer"](), "b", "Local"),
        (space["checked"], "price", "Decimal"),
        (space["words"], "city", "the name of it"),
    ):
        with pytest.raises(TypeError, match=f"of its parameter '{parameter}' cannot be resolved .*{missing}"):
            rt.tool(function)
    assert called(space["fine"], a=["1"]) == ([1], None)


def test_an_annotation_may_name_what_the_function_closes_over() -> None:
    space: dict[str, Any] = {}
    exec(
        "from __future__ import annotations\n"
        "import dataclasses\n"
        "def outer():\n"
        "    @dataclasses.dataclass\n"
        "    class Local:\n"
        "        a: int\n"
        "    def inner(b: Local): return isinstance(b, Local)\n"
        "    return inner\n",
        space,
    )
    assert called(space["outer"](), b={"a": 1}) is True


class Tree(TypedDict):
    name: str
    children: list["Tree"]


class ReadableTree(typing_extensions.TypedDict):
    name: str
    children: list["ReadableTree"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="it works there")
def test_a_typed_dict_that_contains_itself_says_which_one_works() -> None:
    with pytest.raises(TypeError, match=r"parameter 'value' has no JSON Schema.*must be one of typing_extensions"):
        rt.tool(takes(Tree))
    assert called(takes(ReadableTree), value={"name": "a", "children": []}) == {"name": "a", "children": []}


@pytest.mark.parametrize("function", [max, int])
def test_a_callable_without_signature_says_what_to_do(function: Any) -> None:
    with pytest.raises(TypeError, match=r"no signature that can be read.*parameters=\{\.\.\.\}"):
        rt.tool(function)


# -- what a model sends -------------------------------------------------------------------------------------------


def train(city: str, days: int, unit: Unit, stops: list[Stop], at: Point | int = 0) -> str:
    return city


def test_every_problem_is_told_with_its_path_and_what_came() -> None:
    sent = {
        "city": 5,
        "days": "many",
        "unit": "kelvin",
        "stops": [{"city": "Ulm"}, {"minutes": 0}, 3],
        "at": {"lat": "north"},
        "Unit": 1,
    }
    assert refused(train, json.dumps(sent)) == [
        ("city", "expected a valid string", "5"),
        ("days", "expected a valid integer", '"many"'),
        ("unit", "expected 'celsius' or 'fahrenheit'", '"kelvin"'),
        ("stops[1].city", "required, but missing", None),
        ("stops[1].minutes", "expected greater than or equal to 1", "0"),
        ("stops[2]", "expected an object", "3"),
        ("at.lat", "expected a valid number", '"north"'),
        ("at", "expected a valid integer", "an object with lat"),
        ("Unit", "no such parameter; do you mean unit?", None),
    ]


def test_the_text_is_for_the_model() -> None:
    with pytest.raises(rt.ToolArgumentsError) as caught:
        rt.tool(train).bind('{"city": "Ulm", "days": 1, "unit": "celsius", "stop": []}')
    assert str(caught.value) == (
        "train was not called, because its arguments do not fit:\n"
        "- stops: required, but missing\n"
        "- stop: no such parameter; do you mean stops?\n"
        "Call it again with corrected arguments."
    )
    assert caught.value.kind == "invalid-arguments"


def test_many_problems_stay_short() -> None:
    stops = [{"city": i, "minutes": "x" * 10_000} for i in range(1000)]
    with pytest.raises(rt.ToolArgumentsError) as caught:
        rt.tool(takes(list[Stop])).bind(json.dumps({"value": stops}))
    assert len(caught.value.problems) == 2000
    assert len(str(caught.value)) < 6000
    assert "- and 1980 more" in str(caught.value)


def test_thirty_problems_with_long_paths_choices_and_values_stay_short() -> None:
    choices = Literal[tuple(f"choice number {i}" for i in range(300))]  # type: ignore[valid-type] # made for the test
    sent = {"value": {"k" * 5000 + str(i): "v" * 5000 for i in range(30)}}
    with pytest.raises(rt.ToolArgumentsError) as caught:
        rt.tool(takes(dict[str, choices])).bind(json.dumps(sent))  # type: ignore[valid-type] # made for the test
    assert len(caught.value.problems) == 30
    assert len(str(caught.value)) < 8000


def test_a_validators_own_words_reach_the_model() -> None:
    class Even(BaseModel):
        number: int

        @field_validator("number")
        @classmethod
        def is_even(cls, value: int) -> int:
            if value == 0:
                raise RuntimeError("not ready")
            if value % 2:
                raise ValueError("it must be even")
            return value

    assert refused(takes(Even), '{"value": {"number": 3}}') == [("value.number", "it must be even", "3")]
    (problem,) = refused(takes(Even), '{"value": {"number": 0}}')
    assert problem == ("", "they cannot be read: RuntimeError: not ready", None)


def test_strict_models_still_take_json() -> None:
    class Strict(BaseModel):
        model_config = ConfigDict(strict=True)
        day: date
        unit: Unit

    assert called(takes(Strict), value={"day": "2026-02-03", "unit": "celsius"}).day == date(2026, 2, 3)
    assert refused(takes(Strict), '{"value": {"day": 3, "unit": "celsius"}}')[0][0] == "value.day"
    assert refused(takes(tuple[int, int]), '{"value": [1]}') == [("value[1]", "required, but missing", None)]


@pytest.mark.parametrize("text", ["", "  ", "{}", "\n"])
def test_no_arguments_are_an_empty_object(text: str) -> None:
    def f(a: int = 1) -> int:
        return a

    bound = rt.tool(f).bind(text)
    assert bound.arguments == {}
    assert bound.call(CONTEXT) == 1


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "null",
        '"a"',
        "{} x",
        '{"a": NaN}',
        '{"a": -Infinity}',
        '{"a": "\\ud800"}',
        "\ufeff{}",
        "[" * 100_000,
        '{"a": ' + "[" * 300 + "]" * 300 + "}",
        '{"a": ' + "1" * 5000 + "}",
    ],
    ids=lambda text: text[:12],
)
def test_what_cannot_be_read_is_no_json(text: str) -> None:
    def f(a: Any = None) -> Any:
        return a

    with pytest.raises(rt.ToolArgumentsError) as caught:
        rt.tool(f).bind(text)
    assert caught.value.kind == "invalid-json"
    assert len(str(caught.value)) < 600


EVERYTHING = rt.tool(
    lambda **_: None,
    name="raw",
    parameters={
        "type": "object",
        "properties": {
            "a": {"type": "integer"},
            "b": {"type": ["string", "null"]},
            "c": {},
            "d": True,
            "e": {"type": "number"},
            "f": {"type": "array"},
            "g": {"type": "object"},
            "h": {"type": "boolean"},
        },
        "required": ["a"],
        "additionalProperties": False,
    },
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from("abcdefgh"), inner),
    max_leaves=20,
)
TYPED = [rt.tool(takes(case[0]), name="f") for case in TYPES] + [rt.tool(train), rt.tool(takes(Node)), EVERYTHING]
NAMES = st.sampled_from(["value", "city", "days", "unit", "stops", "at", "a", "b", "e", "lat", "children"])


def problems(tool: Tool, text: str) -> str | None:
    """What a model is told of its arguments; anything but `ToolArgumentsError` is an error of ours."""
    try:
        tool.bind(text)
    except rt.ToolArgumentsError as error:
        return str(error)
    return None


@given(st.sampled_from(TYPED), st.dictionaries(NAMES | st.text(), JSON))
def test_any_arguments_fit_or_are_refused_as_arguments(tool: Tool, arguments: dict[str, Any]) -> None:
    told = problems(tool, json.dumps(arguments))
    assert told is None or 0 < len(told) < 8000


@given(
    st.sampled_from(TYPED),
    st.text(st.characters(exclude_categories=[])) | st.text(alphabet='{}[]":,0123456789 abcvalue\\'),
)
def test_any_text_is_read_or_refused_as_arguments(tool: Tool, text: str) -> None:
    told = problems(tool, text)
    assert told is None or 0 < len(told) < 8000


# -- schemas written by hand --------------------------------------------------------------------------------------


def test_a_raw_schema_goes_out_as_it_is_and_the_arguments_come_as_they_are() -> None:
    schema = {"type": "object", "properties": {"class": {"type": "string"}, "user-id": {"type": "integer"}}}

    def f(**arguments: Any) -> Any:
        """Do it."""
        return arguments

    tool = rt.tool(f, parameters=schema)
    assert tool.as_json() == {"type": "function", "name": "f", "description": "Do it.", "parameters": schema}
    assert tool.parameters is not schema
    assert tool.bind('{"class": "x", "user-id": 1, "more": []}').call(CONTEXT) == {
        "class": "x",
        "user-id": 1,
        "more": [],
    }


def test_a_raw_schemas_callable_may_want_the_context() -> None:
    def f(a: int, context: rt.ToolContext) -> Any:
        return a, context

    tool = rt.tool(f, parameters={"type": "object", "properties": {"a": {}}})
    assert tool.bind('{"a": "as it came"}').call(CONTEXT) == ("as it came", CONTEXT)
    with pytest.raises(rt.ToolArgumentsError, match="context: no such parameter; the parameters are a"):
        tool.bind('{"a": 1, "context": 2}')


def test_a_raw_schema_is_looked_at_where_it_is_cheap() -> None:
    with pytest.raises(rt.ToolArgumentsError) as caught:
        EVERYTHING.bind('{"b": 1, "h": 1, "e": true, "f": {}, "g": [], "z": 1}')
    assert [str(problem) for problem in caught.value.problems] == [
        "a: required, but missing",
        "b: expected string or null, got 1",
        "h: expected boolean, got 1",
        "e: expected number, got true",
        "f: expected array, got an empty object",
        "g: expected object, got an array of 0",
        "z: no such parameter; the parameters are a, b, c, d, e, f, g, h",
    ]
    assert EVERYTHING.bind('{"a": 1.0, "b": null, "c": [], "d": 1, "e": 1, "h": true}').arguments["a"] == 1


@pytest.mark.parametrize("schema", [{}, {"type": "string"}, {"properties": {}}, [], "object"])
def test_a_raw_schema_is_that_of_an_object(schema: Any) -> None:
    with pytest.raises(TypeError, match="it is the JSON Schema of an object"):
        rt.tool(lambda: None, name="f", parameters=schema)


def test_a_callable_without_signature_takes_a_raw_schema() -> None:
    tool = rt.tool(dict, parameters={"type": "object"})
    assert tool.bind('{"a": 1}').call(CONTEXT) == {"a": 1}


def test_a_dataclass_with_factories_is_no_trouble() -> None:
    @dataclass
    class Bag:
        things: list[str] = field(default_factory=list)

    assert called(takes(Bag), value={}) == Bag()
