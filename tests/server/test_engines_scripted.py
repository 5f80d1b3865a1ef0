"""The scripted engine says what its script says, in every role."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from core_client import kinds, loud, silent
from hypothesis import given
from hypothesis import strategies as st
from scripted import connected, serving

from rt_notebook.audio.pcm import RATE, pcm16_to_float
from rt_notebook.audio.resample import resample
from rt_notebook.errors import EngineError
from rt_notebook.server.engine import HEARING_RATE, Call, Float32, Message, Prompt, Text
from rt_notebook.server.engines.scripted import Answer, Scripted
from rt_notebook.server.registry import load_engine

SCRIPT = r"""
hear = ["What is the weather in Paris?", "Thank you."]
ms_per_word = 100

[[cue]]
when = 'weather in (?P<city>\w+)'
do = [{ say = "Let me see." }, { call = "get_weather", arguments = { city = "{city}", days = [1, "{city}{x}"] } }]

[[cue]]
output = 'rain|snow'
do = [{ say = "Take an umbrella." }]

[[cue]]
when = "^thank"
do = [{ say = "You are welcome." }]

[[cue]]
when = "slow"
do = [{ say = "Wait." }, { wait = 60 }, { say = "Done." }]

[[cue]]
when = "break"
do = [{ say = "Now." }, { fail = "out of memory" }]

[[cue]]
when = "^$"
do = [{ say = "Welcome!" }]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "script.toml"


@pytest.fixture
def engine(path: Path) -> Scripted:
    path.write_text(SCRIPT)
    engine: Scripted = load_engine("scripted", script=str(path))
    engine.load()
    return engine


def user(text: str) -> Message:
    return Message("user", text)


def output(text: str) -> Message:
    return Message("tool", text, "call_1")


def respond(engine: Scripted, *messages: Message) -> Answer:
    answer = engine.respond(Prompt(messages))
    assert isinstance(answer, Answer)
    return answer


def said(pieces: Iterator[Text | Call]) -> str:
    return "".join(piece.delta for piece in pieces if isinstance(piece, Text))


# As thinker.


def test_a_cue_is_answered_with_its_steps(engine: Scripted) -> None:
    *words, call = respond(engine, user("What's the WEATHER in Rome?"))
    assert words == [Text("Let"), Text(" me"), Text(" see.")]
    assert isinstance(call, Call)
    assert (call.name, json.loads(call.arguments)) == ("get_weather", {"city": "Rome", "days": [1, "Rome{x}"]})


def test_outputs_have_cues_of_their_own(engine: Scripted) -> None:
    question = user("And the weather in Oslo?")
    call = Message("assistant", "{}", "call_1", "get_weather")
    assert said(respond(engine, question, call, output('{"weather": "snow"}'))) == "Take an umbrella."
    assert said(respond(engine, question, call, output("fine"), output("rain"))) == "Take an umbrella."
    told = [
        question,
        call,
        output("snow"),
        Message("system", "Be brief."),
        Message("assistant", "Brr."),
        user("Thanks"),
    ]
    assert said(respond(engine, *told)) == "You are welcome."


def test_nothing_said_yet_has_a_cue_too(engine: Scripted) -> None:
    assert said(respond(engine, Message("system", "Be kind."))) == "Welcome!"


def test_a_failure_comes_after_what_was_said(engine: Scripted) -> None:
    answer = respond(engine, user("Break!"))
    assert next(answer) == Text("Now.")
    with pytest.raises(EngineError, match="as its script says: out of memory"):
        next(answer)


def test_what_has_no_cue_fails_with_what_to_add(engine: Scripted, path: Path) -> None:
    with pytest.raises(EngineError, match=r"Add a \[\[cue\]\] with when = \.\.\. for 'Tell me a joke\.'") as caught:
        respond(engine, user("Tell me a joke."))
    assert str(path) in str(caught.value)
    with pytest.raises(EngineError, match=r"output = \.\.\. for \['sunny'\]"):
        respond(engine, user("weather in Rome"), output("sunny"))


def test_a_wait_ends_when_the_answer_is_cancelled(engine: Scripted) -> None:
    answer = respond(engine, user("slow"))
    assert next(answer) == Text("Wait.")
    with ThreadPoolExecutor(1) as pool:
        rest = pool.submit(list, answer)
        time.sleep(0.1)
        assert not rest.done()
        answer.cancel()
        assert rest.result(1) == []


def test_a_wait_lasts(path: Path) -> None:
    path.write_text('cue = [{ when = "", do = [{ wait = 0.2 }, { say = "Done." }] }]')
    started = time.monotonic()
    assert said(respond(Scripted(str(path)), user("x"))) == "Done."
    assert time.monotonic() - started >= 0.2


def test_the_same_in_json(tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    path.write_text(json.dumps({"hear": ["Hi"], "cue": [{"when": "hi", "do": [{"say": "Ho {there}."}]}]}))
    engine = Scripted(str(path))
    assert engine.transcribe(np.ones(16_000, np.float32)).text == "Hi"
    assert said(respond(engine, user("Hi"))) == "Ho {there}."


def test_without_a_script_it_repeats() -> None:
    engine = Scripted()
    assert said(respond(engine, user(" One\n two "))) == "You said:  One\n two "
    assert said(respond(engine, user("Q"), output("1"), output("2"))) == "The result is: 1, 2"
    assert said(respond(engine)) == "You said: "


# As transcriber.


def heard_as(pcm: bytes) -> Float32:
    return resample(pcm16_to_float(pcm), RATE, HEARING_RATE)


def test_utterances_are_heard_in_order_and_then_their_length(engine: Scripted) -> None:
    sounds = [loud(600), loud(600), loud(3000)]
    heard = [engine.transcribe(heard_as(sound)).text for sound in sounds]
    assert heard == ["What is the weather in Paris?", "Thank you.", "3 s of speech"]


def test_the_same_utterance_with_what_came_after_a_pause_counts_once(engine: Scripted) -> None:
    begun = silent(300) + loud(700) + silent(130)
    ended = begun + silent(100) + loud(500) + silent(130)
    heard = [engine.transcribe(heard_as(sound)).text for sound in (begun, ended, begun, ended)]
    assert heard == ["What is the weather in Paris?"] * 2 + ["Thank you."] * 2


# As speaker and as voice activity.


@given(st.text())
def test_what_is_spoken_joined_is_the_text(text: str) -> None:
    assert "".join(word for word, _ in Scripted().speak(text, "alloy")) == text
    assert said(respond(Scripted(), user(text))) == f"You said: {text}"


def test_a_word_lasts_as_long_as_the_script_says(engine: Scripted) -> None:
    spoken = list(engine.speak("One two, three. ", "alloy"))
    assert [(word, len(pcm) / 48) for word, pcm in spoken] == [("One", 100), (" two,", 100), (" three.", 100), (" ", 0)]
    fast = b"".join(pcm for _, pcm in engine.speak("One two", "alloy", 2.0))
    assert len(fast) / 48 == 100


def test_each_voice_has_a_pitch_of_its_own() -> None:
    def pitch(voice: str) -> float:
        [(_, pcm)] = Scripted().speak("Word", voice)
        return float(np.argmax(np.abs(np.fft.rfft(pcm16_to_float(pcm)))))

    voices = ["alloy", "ash", "ballad", "cedar", "coral", "echo", "marin", "sage", "shimmer", "verse"]
    assert len({pitch(voice) for voice in voices}) == len(voices)
    assert pitch("alloy") == pitch("alloy")


def test_its_own_voice_is_speech_to_it() -> None:
    engine = Scripted()
    speech = engine.stream()
    [(_, pcm)] = engine.speak("Word", "alloy")
    assert speech(heard_as(pcm)[:512]) == 1
    assert speech(np.zeros(512, np.float32)) == 0


# Scripts with mistakes.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hear = [", "no valid file"),
        ("here = []", "The script has the unknown key 'here'; it takes cue, hear, ms_per_word"),
        ("hear = 'Hi'", "hear must be a list, not 'Hi'"),
        ("hear = ['Hi', 2]", "hear, entry 2 must be text, not 2"),
        ("ms_per_word = 0", "ms_per_word must be a number from 1, not 0"),
        ("cue = ['Hi']", "Cue 1 must be a table, not 'Hi'"),
        ("[[cue]]\nwhen = ''\n[[cue]]\ndo = []", "Cue 2 needs either 'when'"),
        ("[[cue]]\nwhen = ''\noutput = ''", "Cue 1 needs either 'when'"),
        ("[[cue]]\nwhen = 1", "Cue 1, when must be a regular expression, not 1"),
        ("[[cue]]\nwhen = '('", "Cue 1, when: '(' is no regular expression: missing )"),
        ("[[cue]]\nwhen = ''\ndo = 'x'", "Cue 1, do must be a list, not 'x'"),
        ("[[cue]]\nwhen = ''\ndo = [{say = 'a'}, {sya = 'b'}]", "Cue 1, step 2 has the unknown key 'sya'"),
        ("[[cue]]\nwhen = ''\ndo = [{}]", "Cue 1, step 1 needs one of say, call, wait, fail; it has none"),
        ("[[cue]]\nwhen = ''\ndo = [{say = 'a', wait = 1}]", "it has say, wait"),
        ("[[cue]]\nwhen = ''\ndo = [{say = 'a', arguments = {}}]", "Cue 1, step 1 has 'arguments' but no 'call'"),
        ("[[cue]]\nwhen = ''\ndo = [{call = 'f', arguments = 'x'}]", "Cue 1, step 1, arguments must be a table"),
        ("[[cue]]\nwhen = ''\ndo = [{call = 'f', arguments = {d = 2026-01-01}}]", "arguments cannot be JSON"),
        ("[[cue]]\nwhen = ''\ndo = [{wait = -1}]", "Cue 1, step 1, wait must be a number from 0, not -1"),
        ("[[cue]]\nwhen = ''\ndo = [{wait = true}]", "Cue 1, step 1, wait must be a number from 0, not True"),
        ("[[cue]]\nwhen = ''\ndo = [{fail = 1}]", "Cue 1, step 1, fail must be text, not 1"),
    ],
)
def test_a_mistake_is_told_with_file_and_entry(path: Path, text: str, expected: str) -> None:
    path.write_text(text)
    with pytest.raises(EngineError) as caught:
        Scripted(str(path))
    assert str(path) in str(caught.value)
    assert expected in str(caught.value)


def test_a_script_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"cannot read its script .*none\.toml: No such file"):
        Scripted(str(tmp_path / "none.toml"))


# All four together, in a server.


def test_a_whole_conversation_on_cue(engine: Scripted) -> None:
    async def scenario() -> None:
        async with serving(engine) as url, connected(url) as client:

            async def speak(*stretches: bytes) -> list[dict[str, Any]]:
                audio = base64.b64encode(b"".join(stretches)).decode()
                await client.send("input_audio_buffer.append", audio=audio)
                return await client.until("response.done")

            # A pause within the turn: it is transcribed ahead twice, and is one utterance all the same.
            events = await speak(silent(500), loud(500), silent(300), loud(500), silent(700))
            message, call = events[-1]["response"]["output"]
            assert message["content"][0]["transcript"] == "Let me see."
            assert json.loads(call["arguments"])["city"] == "Paris"
            item = {"type": "function_call_output", "call_id": call["call_id"], "output": "rain"}
            await client.send("conversation.item.create", item=item)
            await client.send("response.create")
            events = await client.until("response.done")
            assert events[-1]["response"]["output"][0]["content"][0]["transcript"] == "Take an umbrella."
            assert kinds(events).count("response.output_audio.delta") == 3
            events = await speak(loud(500), silent(700))
            assert events[-1]["response"]["output"][0]["content"][0]["transcript"] == "You are welcome."

    asyncio.run(scenario())
