"""The transcript: who said what, what of it was heard, and which functions were called, in the conversation's order."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

from rt_notebook.log.calls import Run, read_calls
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.reading import read
from rt_notebook.log.records import Answer, Said
from rt_notebook.protocol.items import heard_part

MOST_LINES = 200
"""Lines that a notebook shows, the last ones; text and Markdown have all."""
LONGEST = 2_000
"""Characters of a line that a notebook shows."""

_WIDTH = 100
_SPEAKERS = {"user": "You", "assistant": "Assistant", "system": "System", "call": "Tool call", "result": "Result"}
_MARKDOWN = re.compile(r"([\\`*_~<>\[\]#|&])")


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the conversation."""

    item: str
    """Its id; of a response that brought nothing, the response's."""
    who: str
    """``user``, ``assistant``, ``system``, ``call``, ``result``, or another type of item."""
    text: str
    """Its words, as far as they were heard; of a call, function and arguments; of a result, what was returned."""
    unheard: str = ""
    """The rest of its words, which never left the loudspeaker."""
    turn: int | None = None
    """Number of the turn; None outside of all, as for a response out of band."""
    connection: int = 0
    t: float | None = None
    """When it began, s on the log's clock: speech where it began, an answer where it was first heard or came."""
    notes: tuple[str, ...] = ()
    """What else is to be known: where it was interrupted, that it failed, that it was deleted."""


class ConversationView:
    """The transcript; a terminal shows it as text, a notebook as HTML, and `md` is Markdown."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        """In the conversation's order; what is out of band stands where it was said."""

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __str__(self) -> str:
        return "\n".join(_text_lines(self.lines)) or "Nothing has been said yet."

    def __repr__(self) -> str:
        return str(self)

    @property
    def md(self) -> str:
        """The transcript as Markdown, to paste."""
        return "\n\n".join(_markdown(line) for line in self.lines) or "Nothing has been said yet."

    def _repr_html_(self) -> str:
        shown = self.lines[-MOST_LINES:]
        parts = []
        if left_out := len(self.lines) - len(shown):
            parts.append(f'<p style="opacity:.7">The first {left_out:,} lines are left out here; .md has all.</p>')
        before = Line("", "", "", turn=-1, connection=shown[0].connection if shown else 0)
        for line in shown:
            if line.connection != before.connection:
                parts.append('<p style="opacity:.7">New connection.</p>')
            parts.append(_html(line, first=line.turn != before.turn))
            before = line
        said = "".join(parts) or "<p>Nothing has been said yet.</p>"
        style = "max-width:60em;line-height:1.45;font-variant-numeric:tabular-nums"
        return f'<div class="rt-transcript" style="{style}">{said}</div>'


def conversation(log: EventLog) -> ConversationView:
    """Return the transcript of a log in either dialect, in the conversation's order and not in that of arrival."""
    reading = read(log)
    answers = {(answer.connection, answer.id): answer for answer in reading.answers}
    names = {said.item.call_id: said.item.name for said in reading.items if said.item.type == "function_call"}
    runs = {id(run.said): run for run in read_calls(log)}
    placed: list[Line] = []
    floating: list[Line] = []
    shown: set[str] = set()
    for said in reading.items:
        # A conversation that was restored on a new connection has its items once more.
        if said.id not in shown:
            shown.add(said.id)
            answer = answers.get((said.connection, said.response or ""))
            line = _line(said, answer, names.get(said.item.call_id), runs.get(id(said)))
            (floating if said.position is None else placed).append(line)
    floating += [_nothing(answer) for answer in reading.answers if not answer.items]
    for line in floating:
        placed.insert(_place(placed, line), line)
    return ConversationView(placed)


def _place(lines: list[Line], line: Line) -> int:
    """Return where a line belongs that is in no conversation: behind all that had begun before it."""
    t = float("inf") if line.t is None else line.t
    before = [
        at
        for at, other in enumerate(lines)
        if other.connection < line.connection or (other.connection == line.connection and (other.t or 0.0) <= t)
    ]
    return before[-1] + 1 if before else 0


def _nothing(answer: Answer) -> Line:
    """Return the line of a response that brought nothing: it failed, was cancelled, or is still to begin."""
    turn = answer.turn.number if answer.turn else None
    notes = tuple(_outcome(answer)) or ("nothing was answered",)
    return Line(answer.id, "assistant", "", turn=turn, connection=answer.connection, t=answer.created, notes=notes)


def _began(said: Said, answer: Answer | None) -> float | None:
    times = (said.speech_start, said.told, said.heard, said.committed, said.added)
    made = (answer.first_text, answer.created) if answer else ()
    return next((t for t in (*times, *made) if t is not None), None)


_WHO = {
    "function_call": "call",
    "mcp_call": "call",
    "mcp_list_tools": "remote tools",
    "mcp_approval_request": "approval",
    "mcp_approval_response": "approval",
}


def _line(said: Said, answer: Answer | None, name: str | None, run: Run | None) -> Line:
    item = said.item
    line = Line(
        said.id,
        item.role or item.type,
        " ".join(item.words.split()),
        turn=said.turn.number if said.turn else None,
        connection=said.connection,
        t=_began(said, answer),
        notes=tuple(_notes(said, answer)),
    )
    if item.type == "function_call_output":
        return replace(line, who="result", text=f"{name}: {item.output}" if name else item.output)
    if item.told is not None:
        notes = (*line.notes, *(_ran(run, item.told) if run else ()))
        return replace(line, who=_WHO.get(item.type, item.type), text=item.told, notes=notes)
    over = said.over is not None or said.cut_ms is not None  # else it may still be heard
    heard, unheard = heard_part(line.text, said.heard_ms if over else None, said.audio_ms)
    return replace(line, text=heard, unheard=unheard)


def _notes(said: Said, answer: Answer | None) -> Iterator[str]:
    item = said.item
    if not item.words and item.type == "message":
        yield f"{said.audio_ms / 1000:.1f} s of sound, not transcribed" if said.audio_ms else "no words"
    over = said.over is not None or said.cut_ms is not None
    if over and said.heard_ms is not None and said.audio_ms and said.heard_ms < said.audio_ms:
        yield f"cut off after {said.heard_ms / 1000:.1f} of {said.audio_ms / 1000:.1f} s"
    if item.deleted:
        yield "deleted"
    if answer is not None:
        yield from _outcome(answer)


def _ran(run: Run, told: str) -> Iterator[str]:
    """Yield what is to be known of a call, beside what is told of it already."""
    if run.started is not None and run.duration_ms is not None:
        yield f"ran {run.duration_ms / 1000:.1f} s"
    if run.state not in ("done", "unanswered"):
        why = run.error or run.why
        yield f"{run.state}: {why}" if why and why not in told else run.state


def _outcome(answer: Answer) -> Iterator[str]:
    if answer.out_of_band:
        yield "out of band"
    status = answer.response.status
    if status == "in_progress":
        yield "not finished"
    elif status != "completed":
        yield f"{status}: {answer.why}" if answer.why else status


def clock(t: float | None) -> str:
    """Return a time on the log's clock as a transcript has it: minutes, seconds, tenths."""
    if t is None:
        return ""
    tenths = round(t * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def _text_lines(lines: list[Line]) -> Iterator[str]:
    before: Line | None = None
    for line in lines:
        new_turn = before is None or line.turn != before.turn
        if before is not None and line.connection != before.connection:
            yield "    -- new connection --"
        words = line.text + (f" [..never heard: {line.unheard.strip()}]" if line.unheard else "")
        notes = f"  ({'; '.join(line.notes)})" if line.notes else ""
        number = str(line.turn) if new_turn and line.turn is not None else ""
        lead = f"{number:>3} {clock(line.t):>8}  {_SPEAKERS.get(line.who, line.who):<10} "
        told = " ".join((words + notes).split())
        yield from textwrap.wrap(told, _WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead)) or [
            lead.rstrip()
        ]
        before = line


def _markdown(line: Line) -> str:
    who = _SPEAKERS.get(line.who, _plain(line.who))
    if line.who in ("call", "result"):
        said = _code(line.text)
    else:
        said = _plain(line.text)
        if line.unheard:
            said = " ".join([*([said] if said else []), f"~~{_plain(line.unheard)}~~ *(never heard)*"])
    notes = f" *({_plain('; '.join(line.notes))})*" if line.notes else ""
    at = f" ({clock(line.t)})" if line.t is not None else ""
    return f"**{who}**{at}: {said}{notes}"


def _plain(words: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(words.split()))


def _code(words: str) -> str:
    """Return anybody's text as code: between more backticks than it has in a row."""
    words = " ".join(words.split())
    ticks = "`" * (1 + max(map(len, re.findall("`+", words)), default=0))
    pad = " " if "`" in words else ""
    return f"{ticks}{pad}{words}{pad}{ticks}"


def _html(line: Line, *, first: bool) -> str:
    said = escape(_short(line.text))
    if line.who in ("call", "result"):
        said = f"<code>{said}</code>"
    if line.unheard:
        said += f' <s style="opacity:.6" title="never heard">{escape(_short(line.unheard.strip()))}</s>'
    if line.notes:
        said += f' <small style="opacity:.7"><i>({escape(_short("; ".join(line.notes)))})</i></small>'
    number = str(line.turn) if first and line.turn is not None else ""
    weight = 600 if line.who in ("user", "assistant") else 400
    space = ".7em" if first else ".15em"
    # Spans, so that it reads as one line also where styles are taken out.
    return (
        f'<div style="display:flex;gap:.8em;margin-top:{space};overflow-wrap:anywhere">'
        f'<span style="flex:0 0 1.6em;text-align:right;opacity:.6">{number}</span> '
        f'<span style="flex:0 0 4em;text-align:right;opacity:.6">{clock(line.t)}</span> '
        f'<span style="flex:0 0 5.5em;font-weight:{weight}">{escape(_SPEAKERS.get(line.who, line.who))}</span> '
        f'<span style="flex:1">{said}</span></div>'
    )


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else words[:LONGEST] + "…"
