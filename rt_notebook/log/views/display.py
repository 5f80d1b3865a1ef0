"""How a log and a turn show themselves in a notebook: as a compact table, and as a card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.filtering import Found
from rt_notebook.log.turns import Turn
from rt_notebook.log.views.details import detail
from rt_notebook.protocol.display import card, shown
from rt_notebook.protocol.event import Event

LAST = 10
"""Rows of a log that are shown, the last ones."""
FIRST = 20
"""Of events that were found."""

_LONGEST = 90
_ARROWS = {"client": "↑", "server": "↓", "local": "·"}
"""As the panel's event list has them."""
_LEGEND = "↑ client, ↓ server, · local."
_CELL = "text-align:left;padding:.1em .7em;white-space:nowrap"
_NUMBER = "text-align:right;padding:.1em .7em;font-variant-numeric:tabular-nums"


def log_html(log: EventLog) -> str:
    """Return a log as HTML: how much there is, and its last rows, of which alone the events are read."""
    length = len(log)
    if not length:
        return "<div><b>Event log</b>: no events yet</div>"
    first, last = log[0].t, log[length - 1].t
    sides = log.columns()["direction"]
    counts = ", ".join(f"{count:,} {side}" for side in _ARROWS if (count := sides.count(side)))
    told = f"{length:,} event{'s' * (length != 1)} ({counts})"
    if not log.is_timeless:
        told += f" in {last - first:,.1f} s, since {log.started:%Y-%m-%d %H:%M} UTC"
    before = f"the last {LAST}; " if length > LAST else ""
    return (
        f"<div><b>Event log</b>: {told}</div>"
        f"{_table(log[row] for row in range(max(0, length - LAST), length))}"
        f'<div style="opacity:.7"><small>{before}{_LEGEND} .df has all as a DataFrame; .summary(), '
        ".conversation(), .timeline() and .sequence(turn=1) show them.</small></div>"
    )


def found_html(found: Found) -> str:
    """Return events that were found as HTML: the first of them, a row each."""
    head = f"<b>{len(found):,} event{'s' * (len(found) != 1)}</b>"
    if not found:
        return f"<div>{head}: none fits</div>"
    before = f"the first {FIRST}; " if len(found) > FIRST else ""
    return (
        f"<div>{head}</div>{_table(found[:FIRST])}"
        f'<div style="opacity:.7"><small>{before}{_LEGEND} A list of events; .df has their rows as a DataFrame.'
        "</small></div>"
    )


def found_text(found: Found) -> str:
    """Return events that were found as text: the first of them, a line each."""
    lines = [f"{len(found):,} event{'s' * (len(found) != 1)}; [0] is the first, .df has their rows"]
    for event in found[:FIRST]:
        row = f"{event.index:>7,} {event.t:>10.3f} {_ARROWS.get(event.direction, ' ')} {event.type[:_LONGEST]}"
        lines.append(f"{row}  {_told(event)}".rstrip())
    return "\n".join([*lines, *["    ..."] * (len(found) > FIRST)])


def _table(events: Iterable[Event]) -> str:
    head = "".join(
        f'<th style="{style}">{name}</th>'
        for name, style in (("row", _NUMBER), ("t (s)", _NUMBER), ("", _CELL), ("type", _CELL), ("", _CELL))
    )
    rows = "".join(map(_row, events))
    return f'<table style="margin:.3em 0"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _told(event: Event) -> str:
    told = detail(event)
    if event.pcm is not None:
        told = " ".join([f"{len(event.pcm):,} bytes of sound", told])
    told = " ".join(told.split())
    return told if len(told) <= _LONGEST else told[:_LONGEST] + "…"


def _row(event: Event) -> str:
    cells = (
        (f"{event.index:,}", _NUMBER),
        ("" if event.t != event.t else f"{event.t:,.3f}", _NUMBER),
        (f'<span title="{event.direction}">{_ARROWS.get(event.direction, "")}</span>', _CELL),
        (f"<code>{escape(event.type[:_LONGEST] or '(no type)')}</code>", _CELL),
        (escape(_told(event)), "text-align:left;padding:.1em .7em"),
    )
    told_cells = "".join(f'<td style="{style}">{cell}</td>' for cell, style in cells)
    return f"<tr>{told_cells}</tr>"


def turn_html(turn: Turn) -> str:
    """Return a turn as HTML: what was said and answered, and how long it took."""
    said = f"<b>You:</b> {shown(turn.text) or '<i>no words</i>'}" if turn.user_items else "<i>nothing was said</i>"
    answer = shown(turn.answer) or ("<i>no words</i>" if turn.responses else "<i>no answer</i>")
    hear = ""
    if turn.generated_ms or turn.speech_start is not None:
        hear = f"samples, rate = log.audio(turn={turn.number}); IPython.display.Audio(samples.T, rate=rate)"
    return card(f"Turn {turn.number}", [said, f"<b>Assistant:</b> {answer}"], _facts(turn), hear)


def _facts(turn: Turn) -> Iterator[str]:
    yield turn.status or "not answered"
    for name, start, end in (
        ("voice to voice", turn.speech_end, turn.heard),
        ("asked to first audio", turn.asked, turn.first_audio),
        ("asked to first text", turn.asked, turn.first_text),
    ):
        if start is not None and end is not None:
            yield f"{name} {(end - start) * 1000:,.0f} ms"
    if turn.generated_ms:
        heard = f", {turn.heard_ms / 1000:.1f} s heard" if turn.heard_ms is not None else ""
        yield f"{turn.generated_ms / 1000:.1f} s of audio{heard}"
    if turn.interrupted is not None:
        yield "interrupted"
    if turn.calls:
        yield f"{len(turn.calls)} function call{'s' * (len(turn.calls) != 1)}"
    yield f"log.sequence(turn={turn.number})"
