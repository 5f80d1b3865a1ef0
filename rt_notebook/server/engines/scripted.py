"""Exact answers on cue: all four engines in one, for tests of voice agents without models."""

from __future__ import annotations

import json
import re
import threading
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from rt_notebook.audio.pcm import RATE, float_to_pcm16
from rt_notebook.errors import EngineError
from rt_notebook.server.engine import HEARING_RATE, Call, Float32, Message, Prompt, Text, Transcript
from rt_notebook.server.engines.script import Fail, Make, Say, Script, Step, Wait, read_script

_LOUD = 0.05  # of full scale
_LEVEL = 0.25  # of the spoken tone
_SOUNDING = 0.8  # of a word's time; the rest is silence
_LOWEST_HZ, _VOICES, _STEP_HZ = 200, 61, 10  # a prime number of pitches, so that few names share one

_EDGE = HEARING_RATE // 20  # samples at the end of cut audio that differ from what they are in longer audio
_PAUSE = 0.5  # of the loudest sample; a pause is below
_SAME = 1e-3  # how far samples may lie apart that are the same sound


class Scripted:
    """Hears, thinks and speaks what a script says, and nothing else.

    As voice activity, whatever is loud is speech. As transcriber it hears the script's utterances, one a turn, then how
    long the sound was. As thinker it plays the first cue that fits what the user said, or the outputs of the function
    calls just made; an answer for which there is no cue fails. As speaker each word is a tone, of another pitch for
    each voice. All connections of a server share the list of utterances.

    Parameters
    ----------
    script
        Path of a TOML or JSON file, as `rt_notebook.server.engines.script` describes it. None repeats what was said.

    Raises
    ------
    EngineError
        Where something in the script is wrong, with file and entry.
    """

    def __init__(self, script: str | None = None) -> None:
        self._path = script
        self._script = Script() if script is None else read_script(script)
        self._hearing = threading.Lock()
        self._heard = 0
        """How many utterances were heard."""
        self._last = np.zeros(0, np.float32)
        """The audio of the last one."""

    def load(self) -> None:
        """Do nothing: there is no model."""

    def stream(self) -> LoudIsSpeech:
        """Return a fresh detector for one connection."""
        return LoudIsSpeech()

    def transcribe(self, samples: Float32, language: str | None = None) -> Transcript:
        """Return the next utterance, whatever mono audio at 16 kHz it is, shape ``(n,)``; then its length."""
        with self._hearing:
            if not _goes_on(self._last, samples):
                self._heard += 1
            self._last = samples
            number = self._heard
        if number <= len(self._script.hear):
            return Transcript(self._script.hear[number - 1])
        return Transcript(f"{len(samples) / HEARING_RATE:.0f} s of speech")

    def respond(self, prompt: Prompt) -> Iterator[Text | Call]:
        """Return the steps of the cue as they are played, text word by word; `cancel` ends a wait.

        Raises `EngineError` where no cue fits; iterating raises it where the script says so.
        """
        return Answer(self._steps(prompt.messages))

    def speak(self, text: str, voice: str, speed: float = 1.0) -> Iterator[tuple[str, bytes]]:
        """Yield each word with its tone, PCM16 mono at 24 kHz. Every name is a voice."""
        samples = int(RATE * self._script.ms_per_word / 1000 / speed)
        pitch = _LOWEST_HZ + zlib.crc32(voice.encode()) % _VOICES * _STEP_HZ
        sounding = int(samples * _SOUNDING)
        tone = np.zeros(samples, np.float32)
        tone[:sounding] = _LEVEL * np.sin(2 * np.pi * pitch / RATE * np.arange(sounding))
        pcm = float_to_pcm16(tone)
        for word in _words(text):
            yield word, pcm if word.strip() else b""

    def _steps(self, messages: Sequence[Message]) -> list[Step]:
        outputs = _last_outputs(messages)
        said = next((message.text for message in reversed(messages) if message.role == "user"), "")
        if self._path is None:
            return [Say(f"The result is: {', '.join(outputs)}" if outputs else f"You said: {said}")]
        for cue in self._script.cues:
            if cue.of_output != bool(outputs):
                continue
            for text in outputs or [said]:
                if match := cue.pattern.search(text):
                    return cue.filled(match)
        what = f"output = ... for {outputs!r}" if outputs else f"when = ... for {said!r}"
        raise EngineError("scripted", f"finds no cue in {self._path} that fits. Add a [[cue]] with {what}.")


class Answer(Iterator[Text | Call]):
    """Steps as they are played."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._cancelled = threading.Event()
        self._pieces = self._play(steps)

    def __next__(self) -> Text | Call:
        return next(self._pieces)

    def cancel(self) -> None:
        """End the answer, also while it waits. From any thread."""
        self._cancelled.set()

    def _play(self, steps: Sequence[Step]) -> Iterator[Text | Call]:
        for step in steps:
            match step:
                case Say(text):
                    for word in _words(text):
                        if self._cancelled.is_set():
                            return
                        yield Text(word)
                case Make(name, arguments):
                    yield Call(name, json.dumps(arguments, ensure_ascii=False))
                case Wait(seconds):
                    self._cancelled.wait(seconds)
                case Fail(message):
                    raise EngineError("scripted", f"fails as its script says: {message}")
            if self._cancelled.is_set():
                return


class LoudIsSpeech:
    """Voice activity without a model."""

    frame = 512

    def __call__(self, samples: Float32) -> float:
        """Return 1 where any of the samples is louder than -26 dB below full scale, else 0."""
        return float(np.abs(samples).max() > _LOUD)


def _words(text: str) -> list[str]:
    """Return the words with the white space before them; joined they are the text."""
    return re.findall(r"\s*\S+|\s+", text)


def _last_outputs(messages: Sequence[Message]) -> list[str]:
    """Return the function outputs that the conversation ends with, whatever the client told the model since."""
    outputs: list[str] = []
    for message in reversed(messages):
        if message.role == "tool":
            outputs.insert(0, message.text)
        elif message.role != "system":
            break
    return outputs


def _goes_on(before: Float32, samples: Float32) -> bool:
    """Whether audio is longer audio of the utterance heard before.

    A turn is transcribed ahead in each of its pauses, then again with what came after. Audio that does not end in a
    pause was committed by the client: what begins alike, as tones in tests do, is another utterance then.
    """
    same = len(before) - _EDGE
    if same <= 0 or len(samples) <= len(before) or np.abs(before[same:]).max() > _PAUSE * np.abs(before).max():
        return False
    return np.allclose(before[:same], samples[:same], atol=_SAME)
