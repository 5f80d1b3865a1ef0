"""The waterfall: where the time of a turn went, from the user's last word to the sound of the answer.

The steps follow each other without a gap: each ends with something that the log tells, and begins where the one before
it ended. What runs beside them is drawn beside them; what nobody told is said to be unknown, and never drawn as zero.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from rt_notebook.log.turns import Turn
from rt_notebook.log.views.chart import ASSISTANT, INK, USER, VIOLET, WARM, ChartView, dressed, need
from rt_notebook.log.views.spans import Span, event_spans, shortened

if TYPE_CHECKING:
    import pandas as pd

    from rt_notebook.log.eventlog import EventLog

WIDTH = 400
_STEP = 22
_COLOURS = {
    "listening": USER,
    "server": ASSISTANT,
    "approval": "#b59a1c",
    "tool": VIOLET,
    "page": WARM,
    "playing": "rgba(33, 150, 107, 0.35)",
    "beside": "rgba(125, 125, 125, 0.45)",
    "total": INK,
}
_CALL_KINDS = {"approval": ("approval", "approval of", "approvals"), "call": ("tool", "tool", "tools")}
"""Kinds of spans of calls -> who takes the time, and what one and what many of them are called."""
_KINDS = (*_CALL_KINDS, "response")
_WAITS = "turn detection waits"
_ASKED = "until asked for"
_PAGE = "network, page, jitter buffer"
_UNTOLD = "nobody told when the user ceased to speak"
_SILENT = "no loudspeaker told"
_CUT = "the log does not have its beginning"
_AXES = {"voice": "ms after the user's last word", "asked": "ms after the response was asked for"}
_WHOLE = 10
"""Ms from which on they are shown without a fraction."""
_NEARLY = 1.03
"""A bar that ends behind the first sound by this factor has its number inside."""
_ROOM = 1.3
"""The axis, as a multiple of the time to the first sound: room for the numbers. What lasts longer is cut there."""


@dataclass(slots=True)
class Step:
    """A line of the waterfall. Times are ms from its origin: the user's last word, or the asking; None if unknown."""

    step: str
    kind: str
    """``listening``, ``server``, ``approval`` (a person), ``tool``, ``page`` or ``playing``: who took the time;
    ``beside`` for what runs beside these; ``total``."""
    start_ms: float | None
    end_ms: float | None
    ms: float | None
    note: str = ""


class Waterfall(ChartView):
    """Where a turn's time went.

    `df` has one row a line: ``step``, ``kind`` (listening, server, approval, tool, page, playing, beside or total),
    ``start_ms`` and ``end_ms`` from the user's last word (of a written turn: from the asking), ``ms``, and a ``note``,
    which says why a time is missing.
    """


def waterfall(log: EventLog, turn: int | Turn = -1) -> Waterfall:
    """Draw where a turn's time went.

    Parameters
    ----------
    log
        The log, in either dialect.
    turn
        The turn, or its number; -1 is the last.

    Raises
    ------
    ModuleNotFoundError
        Where altair is missing: ``pip install 'rt-notebook[plots]'``.
    IndexError
        Where the log has no such turn.
    """
    need("altair")
    turn = turn if isinstance(turn, Turn) else log.turn(turn)
    steps = list(_steps(turn, _calls(log, turn)))
    totals = [step for step in steps if step.kind == "total" and step.ms is not None]
    said = f"turn {turn.number}, " + (f"{totals[0].step} {totals[0].ms:,.0f} ms" if totals else "no answer")
    return Waterfall(_draw(steps, f"Turn {turn.number}: {shortened(turn.text, 60)}"), _frame(steps), said)


def _calls(log: EventLog, turn: Turn) -> list[Span]:
    """Return a turn's function calls, their approvals and responses, in the order of their beginnings."""
    rows = set(turn.rows)
    end = log.columns()["t"][-1] if len(log) else 0.0
    spans = [span for span in event_spans(log, end) if span.row in rows and span.kind in _KINDS]
    return sorted(spans, key=lambda span: span.t)


def _milestones(turn: Turn, spans: list[Span]) -> Iterator[tuple[float, str, str]]:
    """Yield when something ended, what, and who took the time."""
    told: list[tuple[float | None, str, str]] = [
        (turn.stopped, _WAITS, "listening"),
        (turn.committed, "commit", "server"),
        (turn.asked, _ASKED, "listening"),
        (turn.created, "request → response", "server"),
    ]
    groups = _at_once(spans)
    for group in groups:
        told.append((group[0].t, f"call of {group[0].label} written", "server"))
        alike = ([span for span in group if span.kind == kind] for kind in _CALL_KINDS)
        told += [(_end(some), _named(some), _CALL_KINDS[some[0].kind][0]) for some in alike if some]
    if groups:
        after = [span.t for span in spans if span.kind == "response" and span.t > groups[0][0].t]
        told += [(t, "output → response", "server") for t in after]
    told += [
        (turn.first_text, "to the first token", "server"),
        (turn.first_audio, "to the first audio", "server"),
        (turn.heard, _PAGE, "page"),
    ]
    if turn.heard is not None:
        told.append((turn.ended, "heard", "playing"))
    else:
        told.append((turn.done, "rest of the answer", "server"))
    yield from ((t, step, kind) for t, step, kind in told if t is not None)


def _at_once(spans: list[Span]) -> list[list[Span]]:
    """Return the calls, and their approvals, in groups of what went on at the same time, at least in part."""
    groups: list[list[Span]] = []
    for call in (span for span in spans if span.kind in _CALL_KINDS):
        if groups and call.t <= _end(groups[-1]):
            groups[-1].append(call)
        else:
            groups.append([call])
    return groups


def _end(calls: list[Span]) -> float:
    return max(call.t if call.t2 is None else call.t2 for call in calls)


def _named(spans: list[Span]) -> str:
    """Return what some calls, or some approvals, are called together."""
    _, one, many = _CALL_KINDS[spans[0].kind]
    return f"{one} {spans[0].label}" if len(spans) == 1 else f"{len(spans)} {many}"


class _Ruler:
    """Makes lines of the waterfall from times on the log's clock."""

    def __init__(self, origin: float) -> None:
        self._origin = origin

    def step(self, name: str, kind: str, start: float | None, end: float | None, note: str = "") -> Step:
        start, end = (None if t is None else round((t - self._origin) * 1000, 3) for t in (start, end))
        return Step(name, kind, start, end, None if start is None or end is None else round(end - start, 3), note)


def _steps(turn: Turn, spans: list[Span]) -> Iterator[Step]:
    spoken = any(t is not None for t in (turn.speech_start, turn.speech_end, turn.stopped, turn.committed))
    milestones = sorted(_milestones(turn, spans), key=lambda milestone: milestone[0])
    begin = turn.speech_end if spoken else turn.asked
    # Where nobody told when the user ceased to speak, the first thing that is known is the origin, and no step.
    at = begin if begin is not None else milestones.pop(0)[0] if milestones else 0.0
    step = _Ruler(at).step
    if spoken and begin is None:
        why = (
            "turn detection told no end of speech"
            if turn.stopped is None
            else "nobody told when the user ceased to speak"
        )
        yield step(_WAITS, "listening", None, None, why)
    for t, name, kind in milestones:
        if t > at or (t == at and name != _ASKED):
            yield step(name, kind, at, t)
            at = t
    if turn.created is None:
        yield step("response", "server", None, None, "none came")
    elif turn.first_audio is not None and turn.heard is None:
        yield step(_PAGE, "page", None, None, _SILENT)
    for group in _at_once(spans):
        if len({span.row for span in group}) > 1:
            for span in group:
                yield step(_named([span]), "beside", span.t, span.t2)
    if spoken and turn.transcribed is None:
        yield step("transcription", "beside", None, None, "none came")
    elif spoken:
        yield step("transcription", "beside", turn.committed, turn.transcribed, "" if turn.committed else _CUT)
    if turn.created is not None:
        yield step("answer generated", "beside", turn.created, turn.done, "" if turn.done else "it has not ended")
    yield _total(turn, spoken, begin, step)


def _total(turn: Turn, spoken: bool, begin: float | None, step: Callable[..., Step]) -> Step:
    """Return how long the user waited, as far as it is known."""
    start = "voice" if spoken else "asked"
    if turn.heard is not None:
        name, end, note = ("voice to voice" if spoken else "asked to heard"), turn.heard, ""
    elif turn.first_audio is not None:
        name, end, note = f"{start} to first audio", turn.first_audio, _SILENT
    elif turn.first_text is not None:
        name, end, note = f"{start} to first token", turn.first_text, ""
    else:
        return step(f"{start} to answer", "total", None, None, "no answer came")
    if begin is None:
        note = _UNTOLD if spoken else _CUT
    return step(name, "total", begin, None if begin is None else end, note)


# -- drawing ------------------------------------------------------------------------------------------------------


def _frame(steps: list[Step]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame([asdict(step) for step in steps], columns=[field.name for field in fields(Step)])
    kinds = dict.fromkeys(("step", "kind", "note"), "string") | dict.fromkeys(("start_ms", "end_ms", "ms"), "float64")
    return frame.astype(kinds)


def _draw(steps: list[Step], title: str) -> Any:
    import altair as alt

    waits = [s for s in steps if s.end_ms is not None and s.kind not in ("playing", "beside")]
    first, last = (f([0.0, *(t for s in waits for t in (s.start_ms, s.end_ms) if t is not None)]) for f in (min, max))
    end = max(last * _ROOM, 1.0)
    # Two steps of one name, such as two calls of one function, are two lines.
    values = [_datum(step, i, end) for i, step in enumerate(steps)]
    names = "[" + ", ".join(json.dumps(shortened(step.step, 40)) for step in steps) + "]"
    axis = alt.Axis(title=None, labelExpr=f"{names}[datum.value]", values=list(range(len(steps))))
    y = alt.Y("line:O", axis=axis, scale=alt.Scale(domain=list(range(len(steps))), paddingInner=0.25))
    ms = alt.Axis(title=_AXES.get(steps[-1].step.split()[0] if steps[-1].start_ms == 0 else "", "ms"), tickCount=6)
    x = alt.X("start:Q", axis=ms, scale=alt.Scale(domain=[first, end], nice=False, zero=False))
    told = [alt.Tooltip("step:N"), alt.Tooltip("from:N", title="from (ms)"), alt.Tooltip("to:N", title="to (ms)")]
    told += [alt.Tooltip("said:N", title="took"), alt.Tooltip("note:N")]
    known = alt.Chart(alt.InlineData(values=[v for v in values if "start" in v]))
    bars = known.mark_bar(clip=True, strokeWidth=0.8).encode(
        x=x,
        x2="end:Q",
        y=y,
        color=alt.Color("colour:N", scale=None),
        stroke=alt.Stroke("colour:N", scale=None),
        tooltip=told,
    )

    def text(name: str, **look: Any) -> Any:
        some = alt.Chart(alt.InlineData(values=[v for v in values if v["place"] == name]))
        mark = some.mark_text(color=INK, fontSize=11, **look)
        return mark.encode(x=alt.X("at:Q"), y=y, text="said:N", tooltip=told)

    chart = alt.layer(
        bars,
        text("after", align="left", dx=4),
        text("inside", align="right", dx=-4),
        text("unknown", align="left", dx=4, fontStyle="italic"),
    )
    return dressed(chart.properties(width=WIDTH, height=_STEP * max(1, len(steps)), title=title))


def _datum(step: Step, line: int, end: float) -> dict[str, Any]:
    datum: dict[str, Any] = {"line": line, "step": step.step, "note": step.note, "colour": _COLOURS[step.kind]}
    if step.start_ms is None or step.end_ms is None or step.ms is None:
        return datum | {"place": "unknown", "at": max(0.0, step.start_ms or 0.0), "said": f"unknown: {step.note}"}
    datum |= {"start": step.start_ms, "end": step.end_ms, "from": f"{step.start_ms:,.1f}", "to": f"{step.end_ms:,.1f}"}
    inside = step.end_ms > end / _ROOM * _NEARLY
    return datum | {
        "said": _spelled(step.ms) + (" →" if step.end_ms > end else ""),
        "place": "inside" if inside and step.ms > end * (_NEARLY - 1) else "after",
        "at": min(step.end_ms, end),
    }


def _spelled(ms: float) -> str:
    return f"{ms:,.0f} ms" if ms >= _WHOLE else f"{ms:.1f} ms"
