"""The voice agent between two streams, on the real server."""

import asyncio
import base64
import contextlib
import json
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from agent_side import SECONDS, Side, talking
from conformance import problems
from core_client import loud, silent
from nbclient import NotebookClient
from pydantic import SecretStr
from scripted import TOKEN, Scripted, serving

import rt_notebook as rt
from rt_notebook.agents import OpenAIVoiceReactAgent, VoiceReactAgent
from rt_notebook.agents.relay import Relay
from rt_notebook.protocol.catalog import Dialect
from rt_notebook.protocol.dialect import GA_NAMES
from rt_notebook.server.engine import Call, Prompt

GA_ONLY = {name for name in GA_NAMES.values() if name.startswith("response.output_")}
"""What GA alone calls so, and no event that goes out."""


@pytest.fixture(params=["ga", "beta"])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Each dialect of the wire; what goes in and out is the same."""
    return request.param  # type: ignore[no-any-return] # a fixture's parameter has no type


def run(test: Coroutine[Any, Any, None]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(3 * SECONDS):
            await test

    asyncio.run(limited())


def agent_at(url: str, **options: Any) -> VoiceReactAgent:
    return VoiceReactAgent("gpt-realtime", url=url, api_key=TOKEN, **{"linger": 0.3, **options})


def echo(prompt: Prompt) -> Iterator[str | Call]:
    """Repeat what was said; ``count`` brings a long answer."""
    said = prompt.messages[-1].text if prompt.messages else prompt.instructions
    yield from (f"{word} " for word in (map(str, range(200)) if said == "count" else f"You said: {said}".split()))


def transcripts(events: list[dict[str, Any]]) -> list[str]:
    return [event["transcript"] for event in events if event["type"] == "response.audio_transcript.done"]


def audio(events: list[dict[str, Any]]) -> bytes:
    return b"".join(base64.b64decode(e["delta"]) for e in events if e["type"] == "response.audio.delta")


def test_text_and_speech_go_in_and_beta_names_come_out(dialect: Dialect) -> None:
    async def test() -> None:
        mind = Scripted(hear=lambda samples: "good evening", answer=echo)
        async with serving(mind) as url, talking(agent_at(url, dialect=dialect)) as side:
            side.write("good morning")
            events = await side.until("response.done")
            assert transcripts(events) == ["You said: good morning "]
            assert len(audio(events)) > 4_800
            assert events[-1]["response"]["output"][0]["content"][0]["type"] == "audio"
            assert events[-1]["response"]["modalities"] == ["text", "audio"]

            side.speak(silent(300) + loud(600) + silent(1_000))
            events = await side.until("response.done")
            assert transcripts(events) == ["You said: good evening "]
            kinds = [event["type"] for event in side.events]
            assert "input_audio_buffer.speech_started" in kinds
            assert not GA_ONLY & set(kinds)
            assert not {kind for kind in kinds if kind.startswith("session.")}
            wrong = [problem for event in side.events for problem in problems(event, "beta")]
            # GA counts images too, which harms nobody.
            assert [problem for problem in wrong if "image_tokens" not in problem] == []

    run(test())


def test_settings_of_the_beta_reach_either_wire(dialect: Dialect) -> None:
    async def test() -> None:
        async with serving(Scripted(answer=echo)) as url, talking(agent_at(url, dialect=dialect)) as side:
            settings = {"modalities": ["text"], "turn_detection": None, "temperature": 0.9, "instructions": "Be kind."}
            side.say({"type": "session.update", "session": settings})
            side.write("hello")
            events = await side.until("response.done")
            assert [event["text"] for event in events if event["type"] == "response.text.done"] == ["You said: hello "]
            assert events[-1]["response"]["modalities"] == ["text"]
            assert not [event for event in side.events if event["type"] == "error"]

    run(test())


@pytest.mark.parametrize("line", ["{no json", "[1, 2]", '"hello"', "\ud800"])
def test_a_line_that_is_no_event_is_reported_and_the_session_goes_on(line: str) -> None:
    async def test() -> None:
        async with serving(Scripted(answer=echo)) as url, talking(agent_at(url)) as side:
            side.say(line)
            (error,) = await side.until("error")
            assert error["error"]["code"] == "invalid_json"
            assert "no JSON" in error["error"]["message"]
            side.write("hello")
            await side.until("response.done")

    run(test())


def test_what_the_server_refuses_is_told_and_the_session_goes_on() -> None:
    async def test() -> None:
        async with serving(Scripted(answer=echo)) as url, talking(agent_at(url)) as side:
            side.say({"type": "response.creat", "event_id": "mine"})
            (error,) = await side.until("error")
            assert error["error"]["event_id"] == "mine"
            side.write("hello")
            await side.until("response.done")

    run(test())


@pytest.mark.parametrize("spoken", [False, True])
def test_once_the_input_has_ended_it_is_answered_and_then_all_ends(spoken: bool) -> None:
    async def test() -> None:
        async with serving(Scripted(hear=lambda samples: "hello", answer=echo)) as url:
            side = Side()
            if spoken:
                side.speak(silent(300) + loud(600) + silent(1_000))
            else:
                side.write("hello")
            side.end()
            await agent_at(url, linger=1.0).aconnect(side.lines(), side.take)
            assert transcripts(side.events) == ["You said: hello "]
            assert side.events[-1]["type"] == "response.done"

    run(test())


def test_any_number_of_sessions_run_side_by_side() -> None:
    async def test() -> None:
        async with serving(Scripted(answer=echo)) as url:
            agent = agent_at(url)

            async def talk(number: int) -> list[str]:
                side = Side()
                side.write(f"number {number}")
                side.end()
                await agent.aconnect(side.lines(), side.take)
                return transcripts(side.events)

            said = await asyncio.gather(*map(talk, range(5)))
            assert said == [[f"You said: number {number} "] for number in range(5)]

    run(test())


def test_a_plain_function_takes_the_output_too_and_dicts_go_in() -> None:
    async def test() -> None:
        async def lines() -> AsyncIterator[dict[str, Any]]:
            yield {"type": "response.create", "response": {"instructions": "hello"}}

        async with serving(Scripted(answer=echo)) as url:
            chunks: list[str] = []
            await agent_at(url).aconnect(lines(), chunks.append)
            assert json.loads(chunks[-1])["type"] == "response.done"

    run(test())


class Sessions:
    """How many sessions a server has."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("ws://", "http://").replace("/v1/realtime", "/health")

    async def none(self) -> None:
        """Wait until there is none."""
        from urllib.request import urlopen

        async with asyncio.timeout(SECONDS):
            while True:
                answer = await asyncio.to_thread(lambda: urlopen(self._url).read())
                if json.loads(answer)["sessions"] == 0:
                    return
                await asyncio.sleep(0.02)


def test_cancellation_closes_the_connection_and_the_input() -> None:
    async def test() -> None:
        async with serving(Scripted(answer=echo)) as url:
            side, closed = Side(), []

            async def lines() -> AsyncIterator[str]:
                try:
                    async for line in side.lines():
                        yield line
                finally:
                    closed.append(True)

            running = asyncio.create_task(agent_at(url).aconnect(lines(), side.take))
            side.write("hello")
            await side.until("response.done")
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert closed == [True]
            await Sessions(url).none()

    run(test())


@pytest.mark.parametrize("where", ["input", "output"])
def test_what_a_side_raises_comes_out_once_the_connection_is_closed(where: str) -> None:
    class GoneError(Exception):
        pass

    async def test() -> None:
        async with serving(Scripted(answer=echo)) as url:
            side = Side()

            async def take(chunk: str) -> None:
                if where == "output":
                    raise GoneError
                side.say(GoneError()) if json.loads(chunk)["type"] == "response.done" else None

            side.write("hello")
            with pytest.raises(GoneError):
                await agent_at(url).aconnect(side.lines(), take)
            await Sessions(url).none()

    run(test())


def test_a_wrong_key_is_said_and_never_shown() -> None:
    async def test() -> None:
        async with serving(Scripted()) as url:
            agent = OpenAIVoiceReactAgent(model="gpt-realtime", openai_api_key=SecretStr("sk-wrong-key"), url=url)
            with pytest.raises(rt.WrongKeyError) as raised:
                await agent.aconnect(Side().lines(), print)
            assert "sk-wrong-key" not in f"{raised.value} {agent!r} {vars(agent)}"

    run(test())


def test_a_connection_that_breaks_is_an_error() -> None:
    async def test() -> None:
        async with serving(Scripted(answer=echo)) as url:
            with pytest.raises(rt.ConnectionClosedError):
                await agent_at(f"{url}?fault=drop=0.5").aconnect(Side().lines(), print)

    run(test())


def test_a_server_that_closes_ends_it_once_what_waits_went_out() -> None:
    async def test() -> None:
        side, taking, slow = Side(), asyncio.Event(), asyncio.Event()

        async def take(chunk: str) -> None:
            taking.set()
            await slow.wait()
            await side.take(chunk)

        async with serving(Scripted(answer=echo)) as url:
            running = asyncio.create_task(agent_at(url).aconnect(side.lines(), take))
            side.say({"type": "response.creat"})
            await taking.wait()
        slow.set()
        await running
        assert [event["type"] for event in side.events] == ["error"]

    run(test())


class Stuck:
    """A session whose output is stuck at the first piece of sound, until it is freed."""

    def __init__(self) -> None:
        self.side = Side()
        self._free = asyncio.Event()

    async def take(self, chunk: str) -> None:
        await self.side.take(chunk)
        if json.loads(chunk)["type"] == "response.audio.delta":
            await self._free.wait()

    def free(self) -> None:
        self._free.set()

    @contextlib.asynccontextmanager
    async def session(self, url: str, **settings: Any) -> AsyncIterator[rt.AsyncSession]:
        async with rt.aconnect(url=url, api_key=TOKEN, **settings) as session:
            running = asyncio.create_task(Relay(session, self.take).run(self.side.lines(), 1.0))
            yield session
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("interrupts", [True, False])
def test_speech_drops_the_sound_that_waits_and_a_slow_output_holds_up_nothing(interrupts: bool) -> None:
    async def test() -> None:
        stuck = Stuck()
        side = stuck.side
        vad = rt.ServerVAD(silence_duration_ms=200, interrupt_response=interrupts)
        async with (
            serving(Scripted(hear=lambda samples: "stop", answer=echo)) as url,
            stuck.session(url, turn_detection=vad) as session,
        ):
            side.write("count")
            first = (await side.until("response.audio.delta"))[-1]
            side.speak(silent(300) + loud(600) + silent(600))
            await session.wait("input_audio_buffer.committed", after=0)  # the session goes on
            stuck.free()
            if not interrupts:
                events = await side.until("response.done")
                assert len(audio(events)) > 48 * 5_000
                return
            events = await side.until("conversation.item.truncated")
            cut = events[-1]
            assert audio(events) == b""
            assert (cut["item_id"], cut["audio_end_ms"]) == (first["item_id"], len(audio([first])) // 48)
            assert "input_audio_buffer.speech_started" in [event["type"] for event in events]
            while transcripts(events) != ["You said: stop "]:
                events = await side.until("response.audio_transcript.done")
            assert not [event for event in side.events if event["type"] == "error"]

    run(test())


def test_a_cancelled_response_drops_the_sound_that_waits() -> None:
    async def test() -> None:
        stuck = Stuck()
        async with serving(Scripted(answer=echo)) as url, stuck.session(url) as session:
            stuck.side.write("count")
            await stuck.side.until("response.audio.delta")
            stuck.side.say({"type": "response.cancel"})
            await session.wait("response.done", after=0)
            stuck.free()
            events = await stuck.side.until("response.done")
            assert audio(events) == b""

    run(test())


def calling(prompt: Prompt) -> Iterator[str | Call]:
    """Call for the weather in two cities, and tell what came of it."""
    outputs = [message.text for message in prompt.messages if message.role == "tool"]
    if outputs:
        yield f"It is {' and '.join(sorted(outputs))}."
    else:
        yield from (Call("weather", json.dumps({"city": city})) for city in ("Paris", "Berlin"))


@pytest.mark.parametrize("ended", [True, False], ids=["input ended", "input open"])
def test_tools_run_side_by_side_and_one_answer_has_all_of_their_outputs(dialect: Dialect, ended: bool) -> None:
    async def test() -> None:
        together = threading.Barrier(2)

        def weather(city: str) -> str:
            """Tell the weather."""
            together.wait(SECONDS)
            # Longer than the agent lingers: it waits for tools.
            time.sleep(0.5 if ended else 0)
            return {"Paris": "clear", "Berlin": "rainy"}[city]

        async with serving(Scripted(answer=calling)) as url:
            agent = agent_at(url, dialect=dialect, tools=[weather])
            side = Side()
            side.write("What is the weather in Paris and in Berlin?")
            if ended:
                side.end()
            running = asyncio.create_task(agent.aconnect(side.lines(), side.take))
            events = await side.until("response.audio_transcript.done")
            assert transcripts(events) == ["It is clear and rainy."]
            await side.until("response.done")
            if ended:
                await running
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            assert [event["type"] for event in side.events].count("response.created") == 2
            assert not [event for event in side.events if event["type"] == "error"]

    run(test())


def test_in_a_notebook_the_agent_has_a_session_and_a_panel_of_its_own() -> None:
    def weather(city: str) -> str:
        """Tell the weather."""
        return f"fine in {city}"

    async def test() -> None:
        async with serving(Scripted(answer=calling)) as url:
            agent = agent_at(url, tools=[weather], instructions="Help.")

            def use() -> None:
                assert agent.session is agent.session
                assert (
                    agent.session.ask("the weather?").responses[-1].transcript
                    == "It is fine in Berlin and fine in Paris."
                )
                assert agent.session.conversation.session["instructions"] == "Help."
                assert agent.panel(lang="zh") is agent.session.panel()
                agent.close()
                assert agent.session.closed

            await asyncio.to_thread(use)

    run(test())


def test_a_terminal_shows_what_the_agent_is_and_connects_to_nothing() -> None:
    agent = OpenAIVoiceReactAgent(
        model="gpt-4o-realtime-preview", openai_api_key="sk-secret", tools=None, instructions=None
    )
    assert repr(agent) == "<OpenAIVoiceReactAgent: model gpt-4o-realtime-preview, 0 tools>"
    with pytest.raises(NotImplementedError):
        agent._ipython_display_()
    agent.close()


def test_what_is_wrong_with_an_agent_is_said_when_it_is_made() -> None:
    with pytest.raises(TypeError, match="instruction: no such setting"):
        VoiceReactAgent(instruction="Help.")  # type: ignore[call-arg] # a misspelt one
    with pytest.raises(ValueError, match="beta"):
        VoiceReactAgent(temperature=0.7)
    with pytest.raises(TypeError, match="a tool is 3"):
        OpenAIVoiceReactAgent(tools=[3])


@pytest.mark.notebook
def test_in_a_cell_the_agent_is_its_panel() -> None:
    root = Path(rt.__file__).parents[1]
    cells = [
        f"import sys\nsys.path.insert(0, {str(root)!r})\nimport rt_notebook as rt",
        "agent = rt.agents.VoiceReactAgent(provider='local', instructions='Help.')\nagent",
        "agent.close()\nagent.session.closed.code",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60).execute()
    shown = [kind for output in notebook.cells[1].outputs for kind in output.get("data", {})]
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert notebook.cells[2].outputs[0]["data"]["text/plain"] == "1000"


def test_langchain_s_agent_s_name_takes_its_key_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with serving(Scripted(answer=echo)) as url:
            monkeypatch.setenv("OPENAI_API_KEY", TOKEN)
            # With a url, as there; and without one, OpenAI's server, for which this environment names ours.
            monkeypatch.setenv("OPENAI_BASE_URL", url.removesuffix("/realtime").replace("ws://", "http://"))
            for place in (url, None):
                side = Side()
                side.write("hello")
                side.end()
                agent = OpenAIVoiceReactAgent(model="gpt-realtime", linger=0.3, url=place)
                await agent.aconnect(side.lines(), side.take)
                assert transcripts(side.events) == ["You said: hello "]

    run(test())


def test_without_a_key_openai_s_agent_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(rt.MissingKeyError):
        asyncio.run(OpenAIVoiceReactAgent(model="gpt-realtime").aconnect(Side().lines(), print))
