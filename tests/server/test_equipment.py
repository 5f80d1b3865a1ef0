"""Which engines a server gets, by default and by the options of `rt-notebook serve`."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from core_client import loud, silent
from real_server import Server, chunks, serving
from scripted import connected

from rt_notebook.errors import EngineError
from rt_notebook.server.engines.hibari import Hibari
from rt_notebook.server.engines.scripted import Scripted
from rt_notebook.server.equipment import Equipment
from rt_notebook.server.speaking import Speakers

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_by_default_english_is_spoken_by_hibari_and_all_else_by_espeak() -> None:
    toolbox = Equipment().toolbox()
    assert {task: each["name"] for task, each in toolbox.health().items()} == {
        "activity": "silero",
        "hearing": "whisper",
        "thinking": "tutor",
        "speaking": "hibari+espeak",
    }


def test_a_single_voice_speaks_alone() -> None:
    toolbox = Equipment(detect="scripted", hear="scripted", think="scripted", speak=("hibari",)).toolbox()
    toolbox.load()
    assert isinstance(toolbox.speaker.result(timeout=30), Hibari)
    together = Equipment(detect="scripted", hear="scripted", think="scripted").toolbox()
    together.load()
    assert isinstance(together.speaker.result(timeout=30), Speakers)


def test_an_engine_in_two_roles_is_made_once_where_it_has_options(tmp_path: Path) -> None:
    script = tmp_path / "script.toml"
    script.write_text('hear = ["One."]\n')
    name = "scripted"
    toolbox = Equipment(name, name, name, (name,), {name: {"script": str(script)}}).toolbox()
    toolbox.load()
    assert isinstance(toolbox.thinker.result(timeout=5), Scripted)
    roles = (toolbox.activity, toolbox.transcriber, toolbox.thinker, toolbox.speaker)
    assert len({id(role.result(timeout=5)) for role in roles}) == 1


def test_an_engine_in_a_role_that_it_cannot_play_fails_with_that_reason() -> None:
    toolbox = Equipment(think="silero", speak=("scripted",), hear="scripted").toolbox()
    toolbox.load()
    with pytest.raises(EngineError, match="'silero' is not made for thinking"):
        toolbox.thinker.result(timeout=30)


def test_an_unknown_engine_is_named_at_once_with_those_there_are() -> None:
    with pytest.raises(EngineError, match=r"'parrot'.*Installed: .*espeak, hibari"):
        Equipment(speak=("hibari", "parrot")).toolbox()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--hear", "nobody"], "The engine 'nobody' is not installed"),
        (["--chat-url", "http://localhost:1/v1"], "--chat-url and --chat-model go together"),
        (["--think", "chat"], "--think chat needs --chat-url"),
        (["--think", "tutor", "--chat-url", "http://localhost:1/v1", "--chat-model", "m"], "not for --think tutor"),
        (["--hear", "scripted", "--whisper-model", "x"], "not for --hear scripted"),
        (["--token", "schlüssel"], "cannot be sent by every client"),
        (["--chat-url", "localhost", "--chat-model", "m"], "localhost"),
        (["--script", "no-such-file.toml"], "no-such-file.toml"),
        (["--script", "x.toml", "--think", "tutor"], "--script takes every engine's place"),
        (["--whisper-model", "no-such-model"], "no-such-model"),
        (["--fault", "gremlins=3"], "There is no fault 'gremlins'"),
        (["--token", " "], "a token is not empty"),
    ],
)
def test_a_wrong_option_is_said_before_anything_starts(options: list[str], words: str) -> None:
    command = [sys.executable, "-m", "rt_notebook", "serve", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_lesson_of_the_readme_runs_word_by_word(tmp_path: Path) -> None:
    lesson = tmp_path / "lesson.toml"
    found = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert found is not None
    lesson.write_text(found[1], "utf-8")

    async def talk(server: Server) -> None:
        async with connected(server.url, server.token) as client:
            tool = {"type": "function", "name": "get_weather", "parameters": {}}
            await client.send("session.update", session={"type": "realtime", "tools": [tool]})
            for chunk in chunks(loud(600) + silent(700)):
                await client.send("input_audio_buffer.append", audio=base64.b64encode(chunk).decode())
            (call,) = (await client.until("response.done"))[-1]["response"]["output"]
            assert (call["name"], json.loads(call["arguments"])) == ("get_weather", {"city": "Paris"})
            output = {"type": "function_call_output", "call_id": call["call_id"], "output": "rain"}
            await client.send("conversation.item.create", item=output)
            await client.send("response.create")
            (message,) = (await client.until("response.done"))[-1]["response"]["output"]
            assert message["content"][0]["transcript"] == "Take an umbrella."

    with serving("--script", str(lesson)) as server:
        asyncio.run(talk(server))
