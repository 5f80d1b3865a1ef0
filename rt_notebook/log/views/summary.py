"""One screen of what happened in a log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Any

from rt_notebook.log.calls import Run, read_calls
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.metrics import Cost, Usage
from rt_notebook.log.reading import Reading, read
from rt_notebook.log.turns import Turn
from rt_notebook.protocol.catalog import SETTINGS
from rt_notebook.protocol.dialect import GA_NAMES, ga_type, in_ga
from rt_notebook.protocol.fields import dict_at, list_at, text_at

MOST_ERRORS, MOST_CALLS, MOST_TYPES = 5, 5, 8
"""Of each that many are shown, and how many more there are."""

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the summary."""

    section: str
    name: str
    value: str


class SummaryView:
    """The summary: text in a terminal, a table in a notebook; `facts` are its lines."""

    def __init__(self, facts: list[Fact]) -> None:
        self.facts = facts
        """In the order in which they are shown; what nobody knows is left out."""

    def __str__(self) -> str:
        wide = max((len(fact.name) for fact in self.facts), default=0)
        lines: list[str] = []
        section = ""
        for fact in self.facts:
            if fact.section != section:
                section = fact.section
                lines.append(section)
            lines.append(f"  {fact.name:<{wide}}  {fact.value}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        parts = []
        for section in dict.fromkeys(fact.section for fact in self.facts):
            rows = "".join(
                f'<div style="display:flex;gap:.8em;overflow-wrap:anywhere"><span style="flex:0 0 9.5em;opacity:.7">'
                f'{escape(fact.name)}</span> <span style="flex:1">{escape(fact.value)}</span></div>'
                for fact in self.facts
                if fact.section == section
            )
            # In columns as the page is wide, and a section in one piece.
            parts.append(
                f'<div style="break-inside:avoid;margin-bottom:.9em"><b>{escape(section)}</b>'
                f'<div style="border-top:1px solid;opacity:.25;margin:.15em 0 .3em"></div>{rows}</div>'
            )
        style = "columns:26em 2;column-gap:2.5em;max-width:72em;line-height:1.45;font-variant-numeric:tabular-nums"
        return f'<div class="rt-summary" style="{style}">{"".join(parts)}</div>'


def summary(log: EventLog) -> SummaryView:
    """Return what happened in a log, in either dialect: settings, turns, how long, how much, what failed."""
    columns = log.columns()
    length = len(columns["t"])
    if not length:
        return SummaryView([Fact("Session", "events", "none yet")])
    reading = read(log)
    sections = {
        "Session": [*_session(log, columns), *_times(log, columns)],
        "Conversation": _conversation(reading, columns),
        "Waiting": _waiting(reading.turns),
        "Tokens": _tokens(reading),
        "Function calls": _calls(log),
        "Errors": _errors(columns),
        "Events": _events(columns),
    }
    return SummaryView([Fact(section, *fact) for section, facts in sections.items() for fact in facts])


_Facts = Iterator[tuple[str, str]]


def _session(log: EventLog, columns: dict[str, list[Any]]) -> _Facts:
    session: dict[str, Any] = {}
    provider = url = None
    for row, type_ in enumerate(columns["type"]):
        if ga_type(type_) in SETTINGS:
            session = dict_at(in_ga(log[row]), "session") or session
        elif type_ == "rt.connection.opened":
            provider, url = text_at(log[row], "provider"), text_at(log[row], "url")
    if where := provider or url:
        yield "where", _short(where)
    model = text_at(session, "model")
    if model:
        yield "model", _short(model)
    wire = set(columns["type"])
    if session or wire & GA_NAMES.keys():
        yield "dialect", "beta" if wire & GA_NAMES.keys() else "GA"
    if voice := text_at(session, "audio", "output", "voice"):
        yield "voice", _short(voice)
    if modes := list_at(session, "output_modalities"):
        yield "output", _short(", ".join(mode for mode in modes if isinstance(mode, str)))
    given = dict_at(session, "audio", "input")
    if "turn_detection" in given:
        yield "turn detection", _short(_detection(dict_at(given, "turn_detection")))
    if "transcription" in given:
        yield "transcription", _short(text_at(given, "transcription", "model") or "off")
    if tools := list_at(session, "tools"):
        names = (text_at(tool, "name") or text_at(tool, "type") for tool in tools if isinstance(tool, dict))
        yield "tools", _short(", ".join(name for name in names if name))


def _detection(detection: dict[str, Any]) -> str:
    if not detection:
        return "off"
    # What is switched on is so unless somebody switches it off.
    rest = {name: value for name, value in detection.items() if name != "type" and value not in (None, True)}
    told = [f"{name} {'off' if value is False else value}" for name, value in rest.items()]
    kind = text_at(detection, "type") or "on"
    return f"{kind} ({', '.join(told)})" if told else kind


def _times(log: EventLog, columns: dict[str, list[Any]]) -> _Facts:
    first, last = columns["t"][0], columns["t"][-1]
    begin, end = (log.started + timedelta(seconds=t) for t in (first, last))
    # The day once more only where it is another.
    until = f"{end:%H:%M:%S}" if begin.date() == end.date() else f"{end:%Y-%m-%d %H:%M:%S}"
    yield "time", "not told" if log.is_timeless else f"{begin:%Y-%m-%d %H:%M:%S} to {until} UTC, {_span(last - first)}"
    counts = Counter(type_ for type_ in columns["type"] if type_.startswith("rt.connection."))
    numbers = len({number for number in columns["connection"] if number})
    told = ", ".join(
        f"{counts[f'rt.connection.{what}']} {what}" for what in ("lost", "restored") if counts[f"rt.connection.{what}"]
    )
    connections = numbers or counts["rt.connection.opened"]
    if connections:
        yield "connections", f"{connections} ({told})" if told else str(connections)


def _conversation(reading: Reading, columns: dict[str, list[Any]]) -> _Facts:
    cut = sum(turn.interrupted is not None for turn in reading.turns)
    spoken = sum(turn.speech_start is not None or turn.committed is not None for turn in reading.turns)
    if reading.turns:
        told = [f"{spoken} spoken"] * bool(spoken) + [f"{cut} interrupted"] * bool(cut)
        yield "turns", f"{len(reading.turns)} ({', '.join(told)})" if told else str(len(reading.turns))
    if reading.answers:
        statuses = Counter(answer.response.status for answer in reading.answers)
        told = [f"{count} {_short(status)}" for status, count in statuses.most_common()]
        apart = sum(answer.out_of_band for answer in reading.answers)
        told += [f"{apart} out of band"] * bool(apart)
        yield "responses", f"{len(reading.answers)} ({', '.join(told)})"
    for who, name in (("user", "user's words"), ("assistant", "answered words")):
        if words := sum(_words(said.item.words) for said in reading.items if said.item.role == who):
            yield name, f"{words:,}"
    if sent := sum(said.audio_ms for said in reading.items if said.item.role == "user"):
        # As it was committed: more than the speech, by the padding and by the silence that was waited for.
        yield "user's sound", f"{_span(sent / 1000)} committed"
    if made := sum(said.audio_ms for said in reading.items if said.item.role == "assistant"):
        heard_ms = [said.heard_ms for said in reading.items if said.item.role == "assistant"]
        told_ms = [ms for ms in heard_ms if ms is not None]
        heard = f", heard {_span(sum(told_ms) / 1000)}" if told_ms else ", whether it was heard nobody told"
        yield "answers' sound", f"generated {_span(made / 1000)}{heard}"
    dry = columns["type"].count("rt.playback.underrun")
    if dry:
        yield "ran dry", f"the loudspeaker, {dry} time{'s' * (dry != 1)}"


def _waiting(turns: list[Turn]) -> _Facts:
    yield from _waited("voice to voice", ((turn.speech_end, turn.heard) for turn in turns))
    yield from _waited("speech to audio", ((turn.speech_end, turn.first_audio) for turn in turns))
    yield from _waited("asked to audio", ((turn.asked, turn.first_audio) for turn in turns))
    yield from _waited("asked to text", ((turn.asked, turn.first_text) for turn in turns))


def _waited(name: str, pairs: Iterable[tuple[float | None, float | None]]) -> _Facts:
    import numpy as np

    waits = [(end - start) * 1000 for start, end in pairs if start is not None and end is not None]
    if len(waits) == 1:
        yield name, f"{waits[0]:,.0f} ms (one turn)"
    elif waits:
        middle, most = np.percentile(waits, [50, 95])
        yield name, f"p50 {middle:,.0f} ms, p95 {most:,.0f} ms ({len(waits)} turns)"


def _tokens(reading: Reading) -> _Facts:
    tokens = Usage(reading).tokens
    for name, whole, kinds in (
        ("in", tokens.input, {"text": tokens.input_text, "audio": tokens.input_audio, "cached": tokens.cached}),
        ("out", tokens.output, {"text": tokens.output_text, "audio": tokens.output_audio}),
    ):
        if whole:
            told = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items() if count)
            yield name, f"{whole:,} ({told})" if told else f"{whole:,}"
    if not reading.bills:
        return
    cost = Cost(reading, 0.0)
    if cost.usd is not None:
        least = "at least " if cost.unpriced else ""
        yield "cost", f"{least}{cost.usd:.4f} USD"
    elif all(bill.paid is False for bill in reading.bills):
        yield "cost", "nothing: nobody is paid"
    else:
        yield "cost", "unknown"
    if cost.unpriced and any(bill.paid is not False for bill in reading.bills):
        yield "without a price", _short("; ".join(cost.unpriced))


def _calls(log: EventLog) -> _Facts:
    runs = read_calls(log)
    for run in runs[:MOST_CALLS]:
        yield _short(run.name or "(no name)", 30), f"{_short(run.said.item.arguments, 60)} {_outcome(run)}".strip()
    if len(runs) > MOST_CALLS:
        yield "more", f"{len(runs) - MOST_CALLS:,} calls"


def _outcome(run: Run) -> str:
    took = f" after {run.duration_ms:,.0f} ms" if run.duration_ms is not None and not run.is_unapproved else ""
    if run.state in ("done", "unanswered"):
        return f"answered{took}" if run.state == "done" else "not answered"
    why = f" ({_short(run.error or run.why or '', 60)})" if run.error or run.why else ""
    state = "was never approved" if run.state == "unsent" and run.is_unapproved else _STATES.get(run.state, run.state)
    return f"{state}{took}{why}"


_STATES = {"waiting": "waits for approval", "running": "still runs", "unsent": "ended, its output was never sent"}


def _errors(columns: dict[str, list[Any]]) -> _Facts:
    rows = [row for row, error in enumerate(columns["error"]) if error]
    for row in rows[:MOST_ERRORS]:
        yield f"row {row:,}, {columns['t'][row]:.1f} s", _short(f"{columns['type'][row]}: {columns['error'][row]}")
    if len(rows) > MOST_ERRORS:
        yield "more", f"{len(rows) - MOST_ERRORS:,} errors"


def _events(columns: dict[str, list[Any]]) -> _Facts:
    sides = Counter(columns["direction"])
    told = ", ".join(f"{sides[side]:,} {side}" for side in ("client", "server", "local") if sides[side])
    yield "all", f"{len(columns['type']):,} ({told})"
    counts = Counter(columns["type"])
    for type_, count in counts.most_common(MOST_TYPES):
        yield f"{count:,}", _short(type_ or "(no type)")
    if len(counts) > MOST_TYPES:
        rest = counts.total() - sum(count for _, count in counts.most_common(MOST_TYPES))
        yield f"{rest:,}", f"of {len(counts) - MOST_TYPES} more types"


def _words(text: str) -> int:
    """Count words; where a script has no spaces, a character is one."""
    return sum(
        1 if piece.isascii() else max(1, sum("\u3040" <= letter <= "\u9fff" for letter in piece))
        for piece in text.split()
    )


def _span(seconds: float) -> str:
    """Return a duration as it is read."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {rest} s"


def _short(words: str, most: int = _LONGEST) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
