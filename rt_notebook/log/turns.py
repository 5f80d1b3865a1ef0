"""Turns: one utterance of the user's and what was answered to it, with the time at which each thing happened."""

from __future__ import annotations

from dataclasses import dataclass, field

from rt_notebook.log.store import EventStore


@dataclass(slots=True, eq=False)
class Turn:
    """One utterance of the user's (spoken or written) and the responses to it.

    Times are seconds on the log's clock (the column ``t``), None where it did not happen, or nobody told. The server's
    `audio_start_ms` and `audio_end_ms` are laid on that clock by the sound that was sent.
    """

    number: int
    """From 1."""
    connection: int
    """Number of the connection."""
    rows: list[int] = field(default_factory=list, repr=False)
    """Positions in the log of all its events, ascending: those of its items, responses and calls, and between them
    what names none (the sound that was appended, the commit)."""
    user_items: list[str] = field(default_factory=list)
    """Ids of what the user said; empty for an answer that nobody asked for."""
    items: list[str] = field(default_factory=list)
    """Ids of what was answered, calls and their outputs among them, in order."""
    responses: list[str] = field(default_factory=list)
    """Ids; several where tools were called."""
    text: str = ""
    """What the user said or wrote."""
    answer: str = ""
    """What was answered, all of it."""

    speech_start: float | None = None
    """When the user began to speak (where the sound began, not when the server told)."""
    speech_end: float | None = None
    """When the user ceased to speak: `audio_end_ms` less the silence that turn detection waits for."""
    stopped: float | None = None
    """When `input_audio_buffer.speech_stopped` came: turn detection has waited its silence."""
    committed: float | None = None
    transcribed: float | None = None
    """When the user's transcript was complete."""
    asked: float | None = None
    """When the response was asked for: `response.create`, or the end of the speech as turn detection told it."""
    created: float | None = None
    first_text: float | None = None
    first_audio: float | None = None
    """When the first audio delta came."""
    heard: float | None = None
    """When the first sample left the loudspeaker."""
    done: float | None = None
    """When the last response ended."""
    ended: float | None = None
    """When all was over: the last response done and its sound heard or cut."""
    interrupted: float | None = None
    """When the user cut the answer off."""
    generated_ms: float = 0.0
    """Audio that was generated, ms."""
    heard_ms: float | None = None
    """Audio that was heard, ms; None where no loudspeaker told."""
    status: str | None = None
    """Of the last response; None while there is none."""
    calls: list[str] = field(default_factory=list)
    """Ids of the function calls."""
    usage: list[dict[str, object]] = field(default_factory=list, repr=False)
    """The `usage` of each response and transcription, as the server counts."""


def read_turns(log: EventStore) -> list[Turn]:
    """Return the turns of a log, in either dialect, in the conversation's order."""
    raise NotImplementedError
