"""The engines' plug-in protocols: what the server needs to hear, think and speak.

An engine is a class registered under the entry point group ``rt_notebook.engines``; its parameters are the options
that the server was started with. It is made once per server process (models load in `load`, which may take seconds)
and shared by all connections, from several threads at a time; what belongs to one connection lives in the object that
`VoiceActivity.stream` returns. Engines block: the server calls them on worker threads, and stops consuming an iterator
when its response is cancelled. An iterator that waits for something else than the processor may have a method
`cancel`: it is called then, from any thread, and is to end the waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

HEARING_RATE = 16_000
"""Sample rate in Hz of what `VoiceActivity` and `Transcriber` get."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a transcriber understood: `text` is empty where it heard no words."""

    text: str
    no_speech: float = 0.0
    """Probability (0 to 1) that the audio holds no speech."""
    language: str = "en"
    """ISO 639-1 code of the language it is in."""


@dataclass(frozen=True, slots=True)
class Message:
    """One item of the conversation as a thinker sees it, speech already transcribed."""

    role: str
    """``system``, ``user``, ``assistant``, or ``tool`` for a function call's output."""
    text: str
    call_id: str | None = None
    """Of a function call (role ``assistant``) or its output (role ``tool``)."""
    name: str | None = None
    """The called function's name; `text` holds the JSON arguments then."""
    images: Sequence[str] = ()
    """URLs (mostly ``data:``) of the images in it."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """All that a response is made from."""

    messages: Sequence[Message]
    instructions: str = ""
    tools: Sequence[dict[str, Any]] = ()
    """Function tools as the session has them (``name``, ``description``, ``parameters``)."""
    tool_choice: str | dict[str, Any] = "auto"
    parallel_tool_calls: bool = True
    """Whether the answer may make several calls."""
    max_output_tokens: int | None = None
    temperature: float | None = None
    """As a client of the beta dialect asks for it, 0.6 to 1.2."""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer's text."""

    delta: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function call the answer makes; `arguments` is JSON."""

    name: str
    arguments: str


class Engine(Protocol):
    """What every engine has."""

    def load(self) -> None:
        """Load models; called once on a worker thread, before the first use or when the server is idle."""


class SpeechStream(Protocol):
    """Voice activity over one connection's audio."""

    frame: int
    """Samples a call takes, at `HEARING_RATE`."""

    def __call__(self, samples: Float32) -> float:
        """Return the probability (0 to 1) of speech in the next `frame` samples, shape ``(frame,)``."""
        ...


class VoiceActivity(Engine, Protocol):
    """Tells speech from everything else."""

    def stream(self) -> SpeechStream:
        """Return a fresh detector for one connection."""
        ...


class Transcriber(Engine, Protocol):
    """Hears words."""

    def transcribe(self, samples: Float32, language: str | None = None) -> Transcript:
        """Return the words in mono audio at `HEARING_RATE`, shape ``(n,)``, range -1 to 1.

        `language` is an ISO 639-1 code where the client knows it. Raises `ValueError` for one that it does not hear.
        """
        ...


class Thinker(Engine, Protocol):
    """Makes answers."""

    def respond(self, prompt: Prompt) -> Iterator[Text | Call]:
        """Yield the answer piece by piece."""
        ...


class Speaker(Engine, Protocol):
    """Speaks."""

    def speak(self, text: str, voice: str, speed: float = 1.0) -> Iterator[tuple[str, bytes]]:
        """Yield pairs of spoken text and its PCM16 mono audio at 24 kHz, in order.

        The texts joined are `text` itself, so that transcript deltas can go out with the audio they belong to. The
        first piece is short, so that it is heard soon. A piece without audio (``b""``) is text that the engine has no
        sounds for: where it holds letters or digits the listener should be told. Raises `ValueError` for a voice the
        engine does not have.

        An engine made for some languages alone has an attribute `languages`, a collection of ISO 639-1 codes:
        sentences in others go to another engine, where there is one.
        """
        ...
