"""Turns: one utterance of the user's and what was answered to it, with the time at which each thing happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rt_notebook.log.store import EventStore

if TYPE_CHECKING:
    from rt_notebook.log.records import Answer, Said

_SHOWN = 60
"""Characters of a text in a repr."""


@dataclass(slots=True, eq=False, repr=False)
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
    """When the user ceased to speak: `audio_end_ms` less the silence that turn detection waits for.
    None after `semantic_vad`, which does not tell how long it waited."""
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

    def copy(self) -> Turn:
        """Return the turn with lists of its own."""
        names = ("rows", "user_items", "items", "responses", "calls", "usage")
        lists: dict[str, Any] = {name: list(getattr(self, name)) for name in names}
        return replace(self, **lists)

    def __repr__(self) -> str:
        said = repr(_cut(self.text)) if self.text else "nothing" if not self.user_items else "no words"
        answer = repr(_cut(self.answer)) if self.answer else "no words" if self.responses else "no answer"
        calls = f", {len(self.calls)} call{'s' * (len(self.calls) != 1)}" if self.calls else ""
        waited = _waited("voice to voice", self.speech_end, self.heard) or _waited(
            "first audio", self.asked, self.first_audio
        )
        status = f", {self.status}" if self.status not in (None, "completed") else ""
        cut = ", interrupted" if self.interrupted is not None else ""
        return f"<Turn {self.number}: {said} -> {answer}{calls}{waited}{status}{cut}>"

    def _repr_html_(self) -> str:
        from rt_notebook.log.views.display import turn_html

        return turn_html(self)


def read_turns(log: EventStore) -> list[Turn]:
    """Return the turns of a log, in either dialect, in the conversation's order.

    A turn is what the user says (speech that was committed, messages that were added) before a response in the default
    conversation, and that response, with those that follow on outputs of its function calls. What is said again before
    an answer begins is of the same turn. A response that nothing was said for is a turn of its own; one out of band is
    of none. What nobody answered (yet) is the last turn of its connection.
    """
    from rt_notebook.log.reading import read

    return [turn.copy() for turn in read(log).turns]


def turn_of(log: EventStore, number: int) -> Turn:
    """Return a turn by its number, from 1; -1 is the last. Raises `IndexError` where there is none."""
    turns = read_turns(log)
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError(f"{number!r} is no turn's number; turns are numbered from 1, and -1 is the last.")
    if not 1 <= abs(number) <= len(turns):
        count = f"{len(turns)} turn{'s' * (len(turns) != 1)}" if turns else "no turns"
        raise IndexError(
            f"The log has {count}, so there is no turn {number}; they are numbered from 1, -1 is the last."
        )
    return turns[number - 1 if number > 0 else number]


def complete(turn: Turn, said: Sequence[Said], made: Sequence[Said], answers: Sequence[Answer]) -> None:
    """Fill in what a turn's items and responses say."""
    turn.text = " ".join(words for each in said if (words := each.item.words.strip()))
    turn.answer = " ".join(answer.text for answer in answers if answer.text)
    turn.speech_start = _first(each.speech_start for each in said)
    turn.speech_end = _last(each.speech_end for each in said)
    turn.stopped = _last(each.stopped for each in said)
    turn.committed = _last(each.committed for each in said)
    turn.transcribed = _last(each.transcribed for each in said)
    turn.first_text = _first(answer.first_text for answer in answers)
    turn.first_audio = _first(answer.first_audio for answer in answers)
    turn.heard = _first(each.heard for each in made)
    turn.interrupted = _first(answer.interrupted for answer in answers)
    turn.generated_ms = sum(each.audio_ms for each in made)
    told = [each.heard_ms for each in made if each.heard_ms is not None]
    turn.heard_ms = sum(told) if told else None
    if not answers:
        return
    turn.asked, turn.created = answers[0].asked, answers[0].created
    turn.status, turn.done = answers[-1].response.status, answers[-1].done
    sounding = any(each.heard is not None and each.over is None for each in made)
    if turn.done is not None and not sounding:
        turn.ended = _last([turn.done, *(each.over for each in made)])


def _first(times: Iterable[float | None]) -> float | None:
    return min((t for t in times if t is not None), default=None)


def _last(times: Iterable[float | None]) -> float | None:
    return max((t for t in times if t is not None), default=None)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _waited(what: str, since: float | None, until: float | None) -> str:
    return "" if since is None or until is None else f", {what} {(until - since) * 1000:.0f} ms"
