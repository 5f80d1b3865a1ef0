"""The voice agent on ``rt-notebook serve``: spoken questions, LangChain's tools, spoken answers."""

from __future__ import annotations

import asyncio

import pytest
from agent_side import talking
from langchain_core.tools import tool
from real_server import Server, utterance

from rt_notebook.agents import OpenAIVoiceReactAgent
from rt_notebook.protocol.catalog import Dialect

pytestmark = pytest.mark.engines


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@tool
def multiply(a: int, b: int) -> int:
    """Multiply two numbers."""
    return a * b


@tool
async def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return f"It is sunny in {city}."


@pytest.mark.parametrize("dialect", ["ga", "beta"])
@pytest.mark.parametrize(
    ("question", "calls", "answers"),
    [
        ("Add two and three, then multiply by four.", 2, ["20"]),
        ("What is the weather in Paris and in Berlin?", 2, ["Paris", "Berlin"]),
    ],
)
def test_a_spoken_question_of_several_steps(
    server: Server, dialect: Dialect, question: str, calls: int, answers: list[str]
) -> None:
    async def scenario() -> None:
        agent = OpenAIVoiceReactAgent(
            model="gpt-4o-realtime-preview",
            openai_api_key=server.token,
            url=server.url,
            tools=[add, multiply, get_weather],
            dialect=dialect,
        )
        async with talking(agent) as side:
            side.speak(utterance(question))
            events = await side.until("response.audio.done")
            events += await side.until("response.done")
        made = [
            item["name"]
            for event in events
            if event["type"] == "response.done"
            for item in event["response"]["output"]
            if item["type"] == "function_call"
        ]
        assert len(made) == calls
        (said,) = [event["transcript"] for event in events if event["type"] == "response.audio_transcript.done"]
        assert all(answer in said for answer in answers)

    asyncio.run(scenario())
