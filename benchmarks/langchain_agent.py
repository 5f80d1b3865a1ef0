"""LangChain's Voice ReAct Agent and ours, on one server, through the same situations: what each of them does.

    git clone https://github.com/langchain-ai/react-voice-agent
    python -m benchmarks.langchain_agent PATH_TO_THE_CLONE [--only SITUATION ...]

Both speak the beta dialect, which is LangChain's. The server is ours, in this process, with a mind that makes the calls
a situation is about. Printed is what that mind gets to see, what comes out of `aconnect`, and how it ends. LangChain's
agent was written for a websockets of before 14, whose name of an option is given to it here.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import json
import re
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import websockets
from langchain_core.tools import BaseTool, tool

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "helpers"))

from agent_side import Side
from core_client import loud, silent
from scripted import TOKEN, Scripted, serving

from rt_notebook.agents import OpenAIVoiceReactAgent
from rt_notebook.server.engine import Call, Prompt
from rt_notebook.server.faults import NO_FAULTS, Faults

MODEL = "gpt-4o-realtime-preview"
SOUND, SPEECH = "response.audio.delta", "input_audio_buffer.speech_started"
PLAYING = 0.02
"""Seconds that the user's side takes for a piece of sound."""

Steps = Iterable[str | Call]


class Mind(Scripted):
    """Answers with the steps that `asked` has for what was said, and tells of outputs; keeps what it was asked."""

    def __init__(self, asked: Callable[[str], Steps]) -> None:
        super().__init__(hear=lambda samples: "wait, stop", answer=self._answer)
        self._asked = asked
        self.prompts: list[Prompt] = []

    def _answer(self, prompt: Prompt) -> Iterator[str | Call]:
        self.prompts.append(prompt)
        last = prompt.messages[-1]
        yield from [f"got {last.text[:20]}"] if last.role == "tool" else self._asked(last.text)


class Seen:
    """What was seen of one agent in one situation."""

    def __init__(self, mind: Mind) -> None:
        self.mind = mind
        self.side = Side()
        self.printed = io.StringIO()

    def outputs(self) -> str:
        """Tell what the mind got of its calls, in how many responses, and which errors there were."""
        messages = self.mind.prompts[-1].messages if self.mind.prompts else []
        texts = [_cut(message.text) for message in messages if message.role == "tool"]
        shown = json.dumps(texts[:3] + ["..."] * (len(texts) > 3), ensure_ascii=False)
        errors = self.errors
        told = f"; {len(errors)} errors: {', '.join(sorted(set(errors)))}" if errors else ""
        return f"{len(texts)} outputs {shown}; {len(self.mind.prompts)} responses{told}"

    @property
    def errors(self) -> list[str]:
        """The codes of the server's errors, whether the agent passes them on or prints them."""
        passed = [event["error"]["code"] for event in self.side.events if event["type"] == "error"]
        return passed + re.findall(r"'code': '(\w+)'", self.printed.getvalue())

    def required(self) -> str:
        """Tell what the tool's schema says that is required."""
        (shown,) = self.mind.prompts[0].tools
        return f"required: {shown['parameters'].get('required')}"

    def spoken(self) -> str:
        """Tell what came out."""
        kinds = [event["type"] for event in self.side.events]
        return f"out came {kinds.count(SOUND)} pieces of sound of {len(kinds)} events" + self._told()

    def _told(self) -> str:
        return f"; errors: {', '.join(self.errors)}" if self.errors else ""

    def barge_in(self) -> str:
        """Tell what came out of the answer that was interrupted."""
        kinds = [event["type"] for event in self.side.events]
        sound = [event for event in self.side.events if event["type"] == SOUND]
        old = [event for event in sound if event["item_id"] == sound[0]["item_id"]]
        if SPEECH not in kinds:
            return f"no word of the speech came out; {len(old)} pieces of the interrupted answer did"
        late = [event for event in self.side.events[kinds.index(SPEECH) :] if event in old]
        return f"speech_started came out; {len(old)} pieces of the interrupted answer did, {len(late)} after it"


async def ask(side: Side) -> None:
    """Ask for what the situation is about."""
    side.write("go")


async def ask_and_speak(side: Side) -> None:
    """Ask, and interrupt."""
    side.write("go")
    await asyncio.sleep(0.6)
    side.speak(silent(300) + loud(500) + silent(900))


async def ask_and_end(side: Side) -> None:
    """Ask, and have nothing more to say."""
    side.write("go")
    side.end()


async def stammer(side: Side) -> None:
    """Send what is no event, then ask."""
    side.say("{no json")
    side.write("go")


async def say_nothing(side: Side) -> None:
    """Only listen."""


@dataclass(frozen=True)
class Situation:
    """What the mind does, what the user does, and what is told of it."""

    answer: Steps
    tools: list[BaseTool]
    play: Callable[[Side], Awaitable[None]] = ask
    tell: Callable[[Seen], str] = Seen.outputs
    key: str = TOKEN
    faults: Faults = NO_FAULTS
    seconds: float = 3.0
    """How long is watched."""

    def asked(self, said: str) -> Steps:
        """Return the answer, or, to anything else than the question, what was said."""
        return self.answer if said == "go" else [f"you said {said}"]


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


@tool
def fail() -> int:
    """Raise."""
    raise LookupError("the shelf is empty")


@tool
def greet(name: str) -> str:
    """Greet somebody."""
    return f'Grüß dich, "{name}"'


@tool
def table() -> Any:
    """Return a table."""
    import pandas as pd

    return pd.DataFrame({"city": ["Köln", "Paris"], "sky": ["clear", "rain"]})


@tool
async def slow() -> str:
    """Take two seconds."""
    await asyncio.sleep(2)
    return "the slow result"


def _plus(a: int, b: int) -> Call:
    return Call("add", json.dumps({"a": a, "b": b}))


COUNT = [f"{number} " for number in range(300)]
SITUATIONS = {
    "one call": Situation([_plus(2, 3)], [add]),
    "two parallel calls": Situation([_plus(2, 3), _plus(4, 5)], [add]),
    "twenty calls": Situation([_plus(number, number) for number in range(20)], [add]),
    "a tool raises": Situation([Call("fail", "{}")], [fail]),
    "arguments that are no JSON": Situation([Call("add", "{a: 2")], [add]),
    "arguments of a wrong type": Situation([Call("add", '{"a": "two", "b": 3}')], [add]),
    "an unknown tool": Situation([Call("ad", "{}")], [add]),
    "a str with Unicode": Situation([Call("greet", '{"name": "Jörg"}')], [greet]),
    "a DataFrame": Situation([Call("table", "{}")], [table]),
    "required in the schema": Situation([_plus(1, 1)], [add], tell=Seen.required),
    "a slow tool, interrupted": Situation([Call("slow", "{}")], [slow], ask_and_speak, seconds=6.0),
    "the input ends": Situation(["hello"], [], ask_and_end, Seen.spoken, seconds=8.0),
    "a line that is no JSON": Situation(["hello"], [], stammer, Seen.spoken),
    "barge-in": Situation(COUNT, [], ask_and_speak, Seen.barge_in, seconds=4.0),
    "the connection breaks": Situation([], [], say_nothing, Seen.spoken, faults=Faults(drop=0.5)),
    "the session expires": Situation([], [], say_nothing, Seen.spoken, faults=Faults(expiry=1)),
    "a wrong key": Situation([], [], say_nothing, Seen.spoken, key="sk-wrong"),
}


async def _observe(agent: Any, situation: Situation, seen: Seen) -> str:
    """Let an agent go through a situation; return how it ended."""

    async def take(chunk: str) -> None:
        await seen.side.take(chunk)
        if json.loads(chunk)["type"] == SOUND:
            await asyncio.sleep(PLAYING)

    with contextlib.redirect_stdout(seen.printed):
        running = asyncio.create_task(agent.aconnect(seen.side.lines(), take))
        await situation.play(seen.side)
        await asyncio.wait([running], timeout=situation.seconds)
        if not running.done():
            running.cancel()
            await asyncio.wait([running], timeout=5)
            return "goes on"
    raised = running.exception()
    return "ends" if raised is None else f"raises {type(raised).__name__}: {_cut(str(raised))}"


async def _compare(name: str, situation: Situation, agents: dict[str, Callable[..., Any]]) -> None:
    for who, make in agents.items():
        mind = Mind(situation.asked)
        seen = Seen(mind)
        async with serving(mind, faults=situation.faults) as url:
            options = {"model": MODEL, "url": url, "openai_api_key": situation.key}
            agent = make(tools=situation.tools, instructions="Help.", **options)
            begun = time.monotonic()
            ended = await _observe(agent, situation, seen)
            took = time.monotonic() - begun
        print(f"{name:26} {who:11} {situation.tell(seen)}; {ended} ({took:.1f} s)", flush=True)


def _ours(**options: Any) -> OpenAIVoiceReactAgent:
    return OpenAIVoiceReactAgent(dialect="beta", **options)


def _theirs(checkout: Path) -> Any:
    """Import LangChain's agent, and give its library's option the name of today."""
    sys.path.insert(0, str(checkout / "server" / "src"))
    connect: Any = websockets.connect
    vars(websockets)["connect"] = lambda url, extra_headers: connect(url, additional_headers=extra_headers)
    return import_module("langchain_openai_voice").OpenAIVoiceReactAgent


def _cut(text: str, limit: int = 150) -> str:
    return text if len(text) <= limit else text[: limit - 3] + "..."


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--only", nargs="*", default=list(SITUATIONS), choices=list(SITUATIONS))
    options = parser.parse_args()
    agents = {"LangChain": _theirs(options.checkout), "rt_notebook": _ours}
    for name in options.only:
        asyncio.run(_compare(name, SITUATIONS[name], agents))


if __name__ == "__main__":
    main()
