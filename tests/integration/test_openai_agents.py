"""OpenAI's Agents SDK for Python, unchanged: its `RealtimeSession` against ``rt-notebook serve``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from agents import function_tool
from agents.realtime import (
    AssistantMessageItem,
    RealtimeAgent,
    RealtimeItem,
    RealtimePlaybackTracker,
    RealtimeRunner,
    RealtimeSession,
    RealtimeSessionEvent,
    RealtimeToolCallItem,
    UserMessageItem,
)
from conformance import problems
from real_server import Server, chunks, utterance
from sdk import SECONDS

pytestmark = pytest.mark.engines

TUTOR = RealtimeAgent(name="Tutor", instructions="Answer in one sentence.")
PAUSE_MS = 4_500
"""Ends the turn also where the SDK's own choice of turn detection, `semantic_vad`, waits for more."""


class Talk:
    """A session of the SDK and what it told; every event of the server is checked against models and documentation."""

    def __init__(self, session: RealtimeSession) -> None:
        self.session = session
        self.history: list[RealtimeItem] = []
        self._events = aiter(session)

    async def until(self, kind: str) -> list[RealtimeSessionEvent]:
        """Return the session's events up to one of a type."""
        events: list[RealtimeSessionEvent] = []
        while not events or events[-1].type != kind:
            events.append(event := await anext(self._events))
            assert event.type != "error", event.error
            if event.type == "history_updated":
                self.history = event.history
            if event.type == "raw_model_event" and event.data.type == "raw_server_event":
                assert problems(event.data.data) == []
        return events

    async def until_server(self, kind: str) -> dict[str, Any]:
        """Return the next event of a type that the server sent."""
        while True:
            event = (await self.until("raw_model_event"))[-1]
            if event.type == "raw_model_event" and event.data.type == "raw_server_event":
                data: dict[str, Any] = event.data.data
                if data["type"] == kind:
                    return data

    async def say(self, text: str) -> None:
        """Speak, as a microphone does, only faster."""
        for chunk in chunks(utterance(text, PAUSE_MS)):
            await self.session.send_audio(chunk)


def run(
    server: Server,
    agent: RealtimeAgent[Any],
    scenario: Callable[[Talk], Awaitable[None]],
    tracker: RealtimePlaybackTracker | None = None,
) -> None:
    """Run a scenario in a session that is pointed to a server by the SDK's own configuration."""
    model = "gpt-realtime"
    config: Any = {"url": f"{server.url}?model={model}", "api_key": server.token}
    config["initial_model_settings"] = {"model_name": model}
    if tracker is not None:
        config["playback_tracker"] = tracker

    async def connected() -> None:
        async with asyncio.timeout(SECONDS), await RealtimeRunner(agent).run(model_config=config) as session:
            await scenario(Talk(session))

    asyncio.run(connected())


def transcript(item: RealtimeItem) -> str:
    """Return what was said or written in a message."""
    assert isinstance(item, AssistantMessageItem | UserMessageItem)
    (part,) = item.content
    return str(getattr(part, "text", None) or getattr(part, "transcript", None))


def test_a_message_is_answered_in_speech_and_kept_in_the_history(server: Server) -> None:
    async def scenario(talk: Talk) -> None:
        await talk.session.send_message("What is the Realtime API?")
        events = await talk.until("agent_end")
        sound = b"".join(event.audio.data for event in events if event.type == "audio")
        assert len(sound) > 24_000
        question, answer = talk.history
        assert transcript(question) == "What is the Realtime API?"
        assert "connection" in transcript(answer)

    run(server, TUTOR, scenario)


def test_a_spoken_question_calls_a_python_function_and_its_result_is_spoken(server: Server) -> None:
    asked = []

    @function_tool
    def get_weather(city: str) -> str:
        """Get the weather in a city."""
        asked.append(city)
        return f"It is sunny in {city}."

    async def scenario(talk: Talk) -> None:
        await talk.say("What is the weather in Paris?")
        events = await talk.until("tool_end")
        (start,) = [event for event in events if event.type == "tool_start"]
        assert start.arguments == '{"city": "Paris"}'
        assert asked == ["Paris"]
        await talk.until("audio_end")
        await talk.until("agent_end")
        question, call, answer = talk.history
        assert "weather" in transcript(question)
        assert isinstance(call, RealtimeToolCallItem)
        assert (call.name, call.status, call.output) == ("get_weather", "completed", "It is sunny in Paris.")
        assert "sunny" in transcript(answer)

    run(server, RealtimeAgent(name="Weather", tools=[get_weather]), scenario)


def test_speech_interrupts_what_is_still_being_played(server: Server) -> None:
    tracker = RealtimePlaybackTracker()

    async def scenario(talk: Talk) -> None:
        await talk.session.send_message("Count to 40.")
        (audio,) = [event for event in await talk.until("audio") if event.type == "audio"]
        await talk.until("agent_end")
        tracker.on_play_ms(audio.item_id, audio.content_index, 700)
        await talk.say("Wait, what is an item?")
        (stopped,) = [event for event in await talk.until("audio_interrupted") if event.type == "audio_interrupted"]
        assert stopped.item_id == audio.item_id
        truncated = await talk.until_server("conversation.item.truncated")
        assert (truncated["item_id"], truncated["audio_end_ms"]) == (audio.item_id, 700)
        await talk.until("agent_end")
        assert "conversation" in transcript(talk.history[-1])

    run(server, TUTOR, scenario, tracker)


def test_speech_interrupts_what_is_still_being_made(server: Server) -> None:
    tracker = RealtimePlaybackTracker()

    async def scenario(talk: Talk) -> None:
        await talk.session.send_message("Count to 190.")
        audio = (await talk.until("audio"))[-1]
        assert audio.type == "audio"
        tracker.on_play_ms(audio.item_id, audio.content_index, 1_000_000)  # all there is
        await talk.say("Wait, what is an item?")
        await talk.until("audio_interrupted")
        done = await talk.until_server("response.done")
        assert done["response"]["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
        await talk.until_server("conversation.item.truncated")
        await talk.until("agent_end")
        assert "conversation" in transcript(talk.history[-1])

    run(server, TUTOR, scenario, tracker)


def test_one_agent_hands_over_to_another(server: Server) -> None:
    billing = RealtimeAgent(name="Billing", instructions="You know about invoices.")
    desk = RealtimeAgent(name="Desk", handoffs=[billing])

    async def scenario(talk: Talk) -> None:
        await talk.session.send_message("Please transfer me to billing.")
        handoff = (await talk.until("handoff"))[-1]
        assert handoff.type == "handoff"
        assert (handoff.from_agent.name, handoff.to_agent.name) == ("Desk", "Billing")
        updated = await talk.until_server("session.updated")
        assert updated["session"]["instructions"] == "You know about invoices."

    run(server, desk, scenario)
