"""`semantic_vad` with real speech, the real detector and the real ears, in audio time."""

from __future__ import annotations

import base64
from typing import NamedTuple

import numpy as np
import pytest

from rt_notebook.audio.pcm import RATE, pcm16_to_float
from rt_notebook.audio.resample import resample
from rt_notebook.server.connection import Connection
from rt_notebook.server.effects import Effect, Send, Transcribe
from rt_notebook.server.engine import HEARING_RATE, Speaker, Transcriber, VoiceActivity
from rt_notebook.server.registry import load_engine

pytestmark = pytest.mark.engines

CHUNK_MS = 40

FINISHED = ["What is turn detection?", "I would like to order a pizza with cheese and olives.", "Yes, please."]
BROKEN = ["I would like to order a pizza with", "What I want to know is, um", "I think that we should"]


class Engines(NamedTuple):
    voice: Speaker
    activity: VoiceActivity
    ears: Transcriber


@pytest.fixture(scope="module")
def engines() -> Engines:
    return Engines(load_engine("hibari"), load_engine("silero"), load_engine("whisper"))


def silence_before_the_end(engines: Engines, words: str, eagerness: str) -> float:
    """Say something, then nothing; return the ms of silence after which the turn was over."""
    speech = b"".join(pcm for _, pcm in engines.voice.speak(words, "alloy"))
    loud = np.flatnonzero(np.abs(np.frombuffer(speech, "<i2")) > 300)
    end_ms = 300 + loud[-1] * 1000 / RATE
    core = Connection("tutor", 0, engines.activity.stream)
    detection = {"type": "semantic_vad", "eagerness": eagerness, "create_response": False}
    core.receive(
        {"type": "session.update", "session": {"type": "realtime", "audio": {"input": {"turn_detection": detection}}}}
    )
    sound = bytes(300 * 48) + speech[: 2 * int(loud[-1])] + bytes(9_500 * 48)
    for start in range(0, len(sound), CHUNK_MS * 48):
        chunk = base64.b64encode(sound[start : start + CHUNK_MS * 48]).decode()
        effects: list[Effect] = core.receive({"type": "input_audio_buffer.append", "audio": chunk})
        for effect in effects:
            match effect:
                case Transcribe(job, pcm):
                    samples = resample(pcm16_to_float(pcm), RATE, HEARING_RATE)
                    core.heard(job, engines.ears.transcribe(samples).text)
                case Send({"type": "input_audio_buffer.speech_stopped"} as event):
                    return float(event["audio_end_ms"] - end_ms)
    raise AssertionError("the turn did not end")


@pytest.mark.parametrize(("eagerness", "limit"), [("high", 2_000), ("medium", 4_000), ("low", 8_000)])
def test_a_whole_sentence_ends_its_turn_long_before_one_that_breaks_off(
    engines: Engines, eagerness: str, limit: int
) -> None:
    whole = [silence_before_the_end(engines, words, eagerness) for words in FINISHED]
    broken = [silence_before_the_end(engines, words, eagerness) for words in BROKEN]
    assert max(whole) < limit * 0.4 < min(broken) <= limit + 300
