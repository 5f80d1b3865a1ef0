"""LangChain's own tools, called as a session calls them."""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import Annotated, Any, Literal

import pydantic.v1
import pytest
from langchain_core.messages import ToolMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import (
    BaseTool,
    InjectedToolArg,
    InjectedToolCallId,
    StructuredTool,
    ToolException,
    tool,
)
from langchain_core.tools import Tool as SingleInputTool
from pydantic import BaseModel, Field

import rt_notebook as rt
from rt_notebook.agents.langchain import as_tool
from rt_notebook.errors import ToolArgumentsError, ToolError
from rt_notebook.session import tools
from rt_notebook.session.results import Output
from rt_notebook.session.tools import ToolContext

PNG = "iVBORw0KGgo="
DATA_URL = f"data:image/png;base64,{PNG}"


def context(**fields: Any) -> ToolContext:
    return ToolContext(session=None, call_id="call_1", name="a_tool", **fields)


def called(original: BaseTool, **arguments: Any) -> Any:
    """Return what the session would get of a call."""
    made = as_tool(original)
    result = made.bind(json.dumps(arguments)).call(context())
    assert inspect.isawaitable(result) == made.is_async
    return asyncio.run(result) if made.is_async else result


class Place(BaseModel):
    lat: float = Field(ge=-90, le=90, description="Degrees north.")
    name: str | None = None


class Trip(BaseModel):
    """Where to go."""

    stops: list[Place]
    by: Literal["car", "train"] = "train"


class OldTrip(pydantic.v1.BaseModel):
    days: int = pydantic.v1.Field(..., description="How long.")
    by: str = "train"


@tool
def weather(city: str, unit: Literal["celsius", "fahrenheit"] = "celsius") -> dict[str, Any]:
    """Tell the weather of a city."""
    return {"city": city, "unit": unit}


@tool
async def later(city: str) -> str:
    """Tell it later."""
    await asyncio.sleep(0)
    return city.upper()


class Search(BaseTool):
    name: str = "search"
    description: str = "Search the web."

    def _run(self, query: str, limit: int = 2) -> list[str]:
        return [query] * limit


class Fetch(BaseTool):
    name: str = "fetch"
    description: str = "Fetch a page."

    def _run(self, url: str) -> str:
        raise NotImplementedError  # LangChain's way of a tool that is asynchronous only

    async def _arun(self, url: str) -> str:
        return f"the page {url}"


def test_a_decorated_function_is_what_the_api_takes() -> None:
    assert as_tool(weather).as_json() == {
        "type": "function",
        "name": "weather",
        "description": "Tell the weather of a city.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"], "default": "celsius"},
            },
            "required": ["city"],
        },
    }
    assert called(weather, city="Paris") == {"city": "Paris", "unit": "celsius"}


@pytest.mark.parametrize(
    ("original", "arguments", "result"),
    [
        (later, {"city": "Paris"}, "PARIS"),
        (Search(), {"query": "jazz"}, ["jazz", "jazz"]),
        (Fetch(), {"url": "u"}, "the page u"),
        (SingleInputTool(name="shout", func=lambda words: words + "!", description="Shout."), {"__arg1": "hi"}, "hi!"),
        (
            StructuredTool.from_function(
                lambda stops, by: f"{len(stops)} stops by {by}, to {stops[0].name}",
                name="trip",
                description="Plan.",
                args_schema=Trip,
            ),
            {"stops": [{"lat": 1, "name": "Rome"}]},
            "1 stops by train, to Rome",
        ),
        (
            StructuredTool.from_function(lambda days, by: [days, by], name="old", description="", args_schema=OldTrip),
            {"days": "3"},
            [3, "train"],
        ),
        (
            StructuredTool.from_function(
                lambda **given: given,
                name="raw",
                description="Raw.",
                args_schema={"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]},
            ),
            {"q": "x"},
            {"q": "x"},
        ),
    ],
    ids=lambda value: value.name if isinstance(value, BaseTool) else "",
)
def test_every_kind_of_tool_is_called(original: BaseTool, arguments: dict[str, Any], result: Any) -> None:
    assert called(original, **arguments) == result


def test_schemas_say_what_is_nested_and_required() -> None:
    original = StructuredTool.from_function(lambda stops, by: None, name="trip", description="", args_schema=Trip)
    parameters = as_tool(original).parameters
    assert parameters["required"] == ["stops"]
    assert parameters["properties"]["stops"]["items"]["properties"]["lat"]["description"] == "Degrees north."
    old = StructuredTool.from_function(lambda days, by: None, name="old", description="", args_schema=OldTrip)
    assert as_tool(old).parameters["properties"]["days"] == {"type": "integer", "description": "How long."}


@pytest.mark.parametrize(
    ("original", "arguments", "told"),
    [
        (weather, '{"city": "Paris", "unit": "kelvin"}', "unit"),
        (weather, "{}", "city"),
        (weather, "{", "JSON"),
        (
            StructuredTool.from_function(lambda stops, by: None, name="trip", description="", args_schema=Trip),
            '{"stops": [{"lat": 100}]}',
            "stops.0.lat: Input should be less than or equal to 90, got 100",
        ),
        (
            StructuredTool.from_function(lambda days, by: None, name="old", description="", args_schema=OldTrip),
            '{"days": "many"}',
            "days",
        ),
    ],
)
def test_wrong_arguments_never_reach_the_tool(original: BaseTool, arguments: str, told: str) -> None:
    with pytest.raises(ToolArgumentsError) as caught:
        as_tool(original).bind(arguments)
    assert told in str(caught.value)


def test_a_tool_may_answer_wrong_arguments_itself() -> None:
    lenient = StructuredTool.from_function(
        lambda stops, by: None, name="trip", description="", args_schema=Trip, handle_validation_error="Give a list."
    )
    with pytest.raises(ToolError, match=r"^Give a list\.$"):
        called(lenient, stops=7)


def test_what_is_injected_is_in_no_schema() -> None:
    seen: dict[str, Any] = {}

    @tool
    def find(
        query: str,
        call: Annotated[str, InjectedToolCallId],
        about: Annotated[ToolContext, InjectedToolArg],
        config: RunnableConfig,
        limit: Annotated[int, InjectedToolArg] = 5,
    ) -> str:
        """Find."""
        seen.update(call=call, about=about, configured=config["configurable"]["context"], limit=limit)
        return query

    made = as_tool(find)
    assert list(made.parameters["properties"]) == ["query"]
    given = context()
    assert made.bind('{"query": "x"}').call(given) == "x"
    assert seen == {"call": "call_1", "about": given, "configured": given, "limit": 5}


def test_what_nobody_can_inject_is_refused_at_once() -> None:
    @tool
    def find(query: str, user: Annotated[str, InjectedToolArg]) -> str:
        """Find."""
        return query + user

    with pytest.raises(TypeError, match="find wants user injected"):
        as_tool(find)


@pytest.mark.parametrize(
    ("handles", "told"),
    [
        (False, "no such city"),
        (True, "no such city"),
        ("Try again.", "Try again."),
        (lambda e: f"<{e}>", "<no such city>"),
    ],
)
def test_a_tool_exception_tells_the_model_in_its_own_words(handles: Any, told: str) -> None:
    def fails(city: str) -> str:
        raise ToolException("no such city")

    original = StructuredTool.from_function(fails, name="fails", description="", handle_tool_error=handles)
    with pytest.raises(ToolError) as caught:
        called(original, city="Paris")
    assert str(caught.value) == told


def test_any_other_exception_stays_what_it_is() -> None:
    @tool
    def divide(a: int, b: int) -> float:
        """Divide."""
        return a / b

    with pytest.raises(ZeroDivisionError):
        called(divide, a=1, b=0)


def test_an_artifact_is_not_for_the_model() -> None:
    @tool(response_format="content_and_artifact")
    def look(city: str) -> tuple[str, bytes]:
        """Look."""
        return f"A picture of {city}", b"\x00" * 1000

    assert called(look, city="Rome") == "A picture of Rome"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "image_url", "image_url": {"url": DATA_URL}},
        {"type": "image_url", "image_url": DATA_URL},
        {"type": "image", "base64": PNG, "mime_type": "image/png"},
        {"type": "image", "source_type": "base64", "data": PNG, "mime_type": "image/png"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
    ],
)
def test_content_blocks_are_text_and_pictures(block: dict[str, Any]) -> None:
    content: list[Any] = [{"type": "text", "text": "Rome"}, block, {"type": "json", "json": {"lat": 41.9}}]

    @tool
    def look() -> list[dict[str, Any]]:
        """Look."""
        return content

    @tool
    def message(call: Annotated[str, InjectedToolCallId]) -> ToolMessage:
        """Look."""
        return ToolMessage(content, tool_call_id=call)

    expected = Output('Rome\n[picture 1: image/png]\n{"lat": 41.9}', (DATA_URL,))
    assert called(look) == expected
    assert called(message) == expected


def test_a_picture_elsewhere_is_told_as_its_address() -> None:
    @tool
    def look() -> list[dict[str, Any]]:
        """Look."""
        return [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]

    assert "https://example.com/a.png" in called(look).text


def test_a_result_that_is_returned_directly_needs_no_response() -> None:
    @tool(return_direct=True)
    def stop() -> str:
        """Stop."""
        return "stopped"

    assert (as_tool(stop).respond, as_tool(weather).respond) == (False, True)


def test_a_tool_with_options_of_ours() -> None:
    @tool
    def delete(name: str) -> str:
        """Delete a file."""
        return f"{name} is gone"

    made = rt.tool(delete, name="remove", approve=True, timeout=5)
    assert (made.name, made.approve, made.timeout, made.description) == ("remove", True, 5, "Delete a file.")
    assert made.bind('{"name": "a.txt"}').call(context()) == "a.txt is gone"


def test_a_session_takes_one_wherever_it_takes_a_tool() -> None:
    session_tool = rt.Tool
    assert isinstance(tools.as_tool(weather), session_tool)
