"""Several tools for one request, with the real server and its real engines: written and spoken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from real_server import Server, utterance

import rt_notebook as rt
from rt_notebook.protocol.items import Response

pytestmark = pytest.mark.engines

_MOST_RESPONSES = 6

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "multiply": lambda a, b: {"a": a, "b": b, "product": a * b},
    "weather": lambda city: {"city": city, "temperature_c": {"Paris": 18, "Berlin": 12}[city]},
}


def _tool(name: str, kind: str, *names: str) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {each: {"type": kind} for each in names}, "required": [*names]}
    return {"type": "function", "name": name, "description": "", "parameters": parameters}


TOOLS = [_tool("add", "integer", "a", "b"), _tool("multiply", "integer", "a", "b"), _tool("weather", "string", "city")]


@pytest.fixture(scope="module")
def session(server: Server) -> Iterator[rt.Session]:
    with rt.connect(url=server.url, api_key=server.token, tools=TOOLS) as session:
        yield session


def _written(session: rt.Session, words: str) -> Response:
    return session.ask(words)


def _spoken(session: rt.Session, words: str) -> Response:
    response = session.speak(utterance(words))
    assert response is not None
    return response


def _followed(session: rt.Session, response: Response) -> tuple[list[list[tuple[str, dict[str, Any]]]], str]:
    """Answer the calls of each response as a client would; return those calls, and the last answer's words."""
    waves: list[list[tuple[str, dict[str, Any]]]] = []
    for _ in range(_MOST_RESPONSES):
        if not response.calls:
            return waves, response.text
        waves.append([(call.name or "", json.loads(call.arguments)) for call in response.calls])
        for call, (name, arguments) in zip(response.calls, waves[-1], strict=True):
            output = json.dumps(FUNCTIONS[name](**arguments))
            item = {"type": "function_call_output", "call_id": call.call_id, "output": output}
            session.send({"type": "conversation.item.create", "item": item})
        response = session.respond()
    raise AssertionError(f"Still calling after {_MOST_RESPONSES} responses: {waves}")


@pytest.mark.parametrize("ask", [_written, _spoken])
def test_a_step_takes_the_result_of_the_step_before(
    session: rt.Session, ask: Callable[[rt.Session, str], Response]
) -> None:
    first = ask(session, "Add two and three, then multiply by four.")
    assert _followed(session, first) == (
        [[("add", {"a": 2, "b": 3})], [("multiply", {"a": 5, "b": 4})]],
        "5 times 4 is 20.",
    )


@pytest.mark.parametrize("ask", [_written, _spoken])
def test_what_needs_nothing_of_each_other_is_called_at_once(
    session: rt.Session, ask: Callable[[rt.Session, str], Response]
) -> None:
    first = ask(session, "What is the weather in Paris and in Berlin?")
    assert _followed(session, first) == (
        [[("weather", {"city": "Paris"}), ("weather", {"city": "Berlin"})]],
        "In Paris, the temperature is 18 degrees Celsius. In Berlin, the temperature is 12 degrees Celsius.",
    )
