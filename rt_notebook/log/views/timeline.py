"""The timeline: who sounded when, what turn detection heard, what was made and how much of it was heard.

One time axis for all lanes: scroll to zoom, drag to move. Everything that is drawn is in `Timeline.df`.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rt_notebook.log.turns import Turn, read_turns
from rt_notebook.log.views.chart import ASSISTANT, INK, RED, USER, VIOLET, WARM, ChartView, dressed, filled, need
from rt_notebook.log.views.spans import (
    LANES,
    Span,
    Waveforms,
    delta_spans,
    event_spans,
    extent,
    shortened,
    turn_spans,
)

if TYPE_CHECKING:
    import pandas as pd

    from rt_notebook.log.eventlog import EventLog

WIDTH = 640
_UNIT = 26
"""Pixels of a bar's lane."""
_HEIGHTS = {"turn": 0.6, "user": 2.2, "assistant": 2.2, "detection": 1.3, "audio": 0.9, "text": 0.9, "arguments": 0.9}
"""Of a lane, in units; 1 where it is not named."""
_MOST_ROWS = 3
"""Bars that overlap lie below each other, in at most so many rows."""
_PAD = 0.03
"""Around a turn, as a share of it."""
_EDGE = 0.012
"""Behind the end of what is drawn, as a share of it: half a mark."""
_MOST_PIECES = 1_000
"""Of a layer that is drawn; where there are more, they are thinned out evenly. `df` has them all."""
_QUIET = 0.05
"""A sample that fills half the lane where all is quieter: noise is not blown up."""
_MINUTES = 120
"""Seconds from which on the axis counts minutes."""
# The axis counts ms; a long one is an axis of time, whose ticks are round minutes and seconds at every zoom.
_SECONDS = "format(toNumber(datum.value) / 1000, '.4~f')"
_CLOCK = (
    "floor(toNumber(datum.value) / 60000) + ':' + "
    "format(toNumber(datum.value) / 1000 % 60, toNumber(datum.value) % 1000 ? '06.3f' : '02.0f')"
)

_COLOURS = {
    "said": USER,
    "heard": ASSISTANT,
    "never heard": "rgba(33, 150, 107, 0.35)",
    "completed": ASSISTANT,
    "cancelled": WARM,
    "incomplete": "#b59a1c",
    "failed": RED,
    "in progress": INK,
    "speech": "rgba(63, 131, 214, 0.35)",
    "approval": "rgba(148, 103, 201, 0.35)",
    "call": VIOLET,
    "audio": ASSISTANT,
    "text": USER,
    "arguments": VIOLET,
}
_COLOURED = {"approval": "approval", "call": "call", "speech": "speech"}
"""Kinds that have a colour of their own, whatever their label."""
_EXPLAINED = ("never heard", "completed", "cancelled", "incomplete", "failed", "in progress")
"""Labels whose colour the legend explains; those of the others their lane's name tells."""
_MARKS = {
    "speech started": ("triangle-right", USER),
    "speech stopped": ("triangle-left", USER),
    "committed": ("diamond", VIOLET),
    "idle time-out": ("circle", INK),
    "interrupted": ("triangle-down", WARM),
    "underrun": ("triangle-up", "#b59a1c"),
    "connection lost": ("cross", RED),
    "error": ("circle", RED),
}
_FEW_TURNS = 60
"""Turns that have an outline; more would be nothing but outlines."""
_APART = 0.03
"""Between two turns' numbers, at least, as a share of the axis."""
_AT = {"speech started": 0.25, "speech stopped": 0.25, "committed": 0.75}
"""Where in their lane marks are that come almost together, as a share of its height."""
_BANDS = ("rgba(125, 125, 125, 0.03)", "rgba(125, 125, 125, 0.13)")
"""Of turns with an even number, and with an odd one."""
_COLUMNS = [field.name for field in fields(Span)]


class Timeline(ChartView):
    """User, assistant, turn detection, responses, calls and deltas on one time axis.

    `df` has one row a piece that is drawn: ``lane``, ``kind`` (turn, speech, response, call, approval (while a call
    waited for it), deltas, mark or sound),
    ``t`` and ``t2`` (s on the log's clock; ``t2`` is missing for a mark), ``label``, ``row`` (in the log), ``type``,
    ``text``, ``n`` and ``audio_ms`` (of deltas), ``low`` and ``high`` (of sound, -1 to 1).
    """


def timeline(
    log: EventLog, *, turn: int | Turn | None = None, t0: float | None = None, t1: float | None = None
) -> Timeline:
    """Draw what happened between two times.

    Parameters
    ----------
    log
        The log, in either dialect; what comes later is not drawn.
    turn
        A turn, or its number (-1 is the last): its time, with a little before and after.
    t0, t1
        Seconds on the log's clock; those of the turn, or of the whole log, where they are left out.

    Raises
    ------
    ModuleNotFoundError
        Where altair is missing: ``pip install 'rt-notebook[plots]'``.
    IndexError
        Where the log has no such turn.
    ValueError
        Where `t1` is not after `t0`.
    """
    need("altair")
    turns, sound = read_turns(log), Waveforms(log)
    start, end = _window(log, turns, sound, turn)
    start, end = (start if t0 is None else float(t0)), (end if t1 is None else float(t1))
    if not end > start:
        raise ValueError(f"t1 is {end:g} s and t0 is {start:g} s; the timeline needs a t1 after its t0.")
    spans = [span for span in _all(log, turns, sound, start, end) if span.t <= end and (span.t2 or span.t) >= start]
    # What happened last is drawn whole.
    chart = _draw(spans, start, end, end if t1 is not None else end + _EDGE * (end - start))
    return Timeline(chart, _frame(spans), f"{end - start:.1f} s from {start:.1f} s on, {len(log)} events in the log")


def _window(log: EventLog, turns: list[Turn], sound: Waveforms, turn: int | Turn | None) -> tuple[float, float]:
    times = log.columns("t")["t"]
    if turn is None:
        last = max([0.0, sound.end, *times[-1:], *(extent(turn, times)[1] for turn in turns)])
        return 0.0, last or 1.0
    start, end = extent(turn if isinstance(turn, Turn) else _numbered(log, turns, turn), times)
    pad = max(0.05, (end - start) * _PAD)
    return max(0.0, start - pad), end + pad


def _numbered(log: EventLog, turns: list[Turn], number: int) -> Turn:
    if type(number) is int and 1 <= abs(number) <= len(turns):
        return turns[number - 1 if number > 0 else number]
    return log.turn(number)  # which says what is wrong with it


def _all(log: EventLog, turns: list[Turn], sound: Waveforms, t0: float, t1: float) -> list[Span]:
    return [
        *turn_spans(log, turns, t1),
        *sound.spans(t0, t1),
        *event_spans(log, t1),
        *delta_spans(log, t0, t1),
    ]


def _frame(spans: list[Span]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(map(attrgetter(*_COLUMNS), spans), columns=_COLUMNS)
    kinds = {"t": "float64", "t2": "float64", "row": "Int64", "n": "Int64"}
    kinds |= dict.fromkeys(("audio_ms", "low", "high"), "float64")
    kinds |= dict.fromkeys(("lane", "kind", "label", "type", "text"), "string")
    return frame.astype(kinds)


# -- drawing ------------------------------------------------------------------------------------------------------


def _draw(spans: list[Span], t0: float, t1: float, edge: float) -> Any:
    import altair as alt

    lanes = _Lanes(spans)
    long = t1 > _MINUTES
    title = f"{'min:s' if long else 's'} since connecting"
    x_axis = alt.Axis(title=title, labelExpr=_CLOCK if long else _SECONDS, tickCount=8)
    kind, scale = ("T", {"type": "utc"}) if long else ("Q", {"zero": False})
    x = alt.X(f"t:{kind}", scale=alt.Scale(**scale, domain=[t0 * 1000, edge * 1000], nice=False), axis=x_axis)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[lanes.bottom, 0], nice=False, zero=False), axis=lanes.axis(), title=None)
    colour, outline = alt.Color("colour:N", scale=None), alt.Stroke("colour:N", scale=None)
    # What the pieces themselves do not say, in one legend under the marks' own names.
    used = {span.label for span in spans}
    marks = {label: look for label, look in _MARKS.items() if label in used}
    marks |= {label: ("square", _COLOURS[label]) for label in _EXPLAINED if label in used}
    legend = alt.Legend(title=None, orient="bottom", columns=5) if marks else None
    shapes, colours = ([look[i] for look in marks.values()] for i in (0, 1))
    told = [alt.Tooltip(f"{name}:N") for name in ("label", "type", "row", "text")]
    told += [alt.Tooltip("at:Q", format=".3f", title="at (s)")]
    lasted = [*told, alt.Tooltip("ms:Q", format=",.0f", title="ms")]

    turns = [alt.Tooltip("label:N", title="turn")]

    data: list[list[dict[str, Any]]] = []

    def layer(kinds: str, *, middle: bool = False, apart: float | None = None, among: list[Span] = spans) -> Any:
        some = _thinned(among, kinds.split(), apart)
        data.append([lanes.datum(span, t1, middle=middle) for span in some])
        return alt.Chart(alt.NamedData(name=f"layer {len(data)}"))

    few = sum(span.kind == "turn" for span in spans) <= _FEW_TURNS
    bands = layer("turn").mark_rect(clip=True, stroke=INK, strokeOpacity=0.4 if few else 0)
    sound = layer("sound").mark_area(clip=True, interpolate="step-after")
    bars = layer("speech response approval call deltas").mark_bar(clip=True, strokeWidth=0.8)
    numbers = layer("turn", middle=True, apart=_APART * (t1 - t0)).mark_text(
        clip=True, color=INK, fontSize=11, align="left", dx=3
    )
    ran = {span.row for span in spans if span.kind == "call"}
    last = [span for span in spans if span.kind == "call" or span.row not in ran]
    names = layer("call approval", middle=True, among=last).mark_text(
        clip=True, color=INK, fontSize=10, align="left", dx=4
    )
    cuts = layer("mark", middle=True).transform_filter("datum.label == 'interrupted'")
    points = layer("mark", middle=True).mark_point(clip=True, filled=True, size=50, opacity=1)
    chart = alt.layer(
        bands.encode(x=x, x2="t2:Q", y=y, y2="y2:Q", color=colour, tooltip=[*turns, *lasted[2:]]),
        sound.encode(x=x, y=y, y2="y2:Q", color=colour, detail="run:N"),
        # A bar that lasted less than a pixel is seen by its outline.
        bars.encode(x=x, x2="t2:Q", y=y, y2="y2:Q", color=colour, stroke=outline, tooltip=lasted),
        numbers.encode(x=x, y=y, text="label:N"),
        names.encode(x=f"t2:{kind}", y=y, text="short:N"),
        cuts.mark_rule(clip=True, strokeDash=[4, 3], color=WARM).encode(x=x),
        points.encode(
            x=x,
            y=y,
            shape=alt.Shape("label:N", scale=alt.Scale(domain=list(marks), range=shapes), legend=legend),
            color=alt.Color("label:N", scale=alt.Scale(domain=list(marks), range=colours), legend=legend),
            tooltip=told,
        ),
    )
    chart = chart.resolve_scale(color="independent", shape="independent")
    chart = chart.properties(width=WIDTH, height=round(lanes.bottom * _UNIT)).interactive(bind_y=False)
    return filled(dressed(chart), data)


def _thinned(spans: list[Span], kinds: list[str], apart: float | None) -> list[Span]:
    """Return the pieces of some kinds, at most `_MOST_PIECES` of each; sound and deltas are few already.

    Where it is given, they begin at least `apart` seconds from each other: they are labels.
    """
    kept = []
    for kind in kinds:
        all_ = [span for span in spans if span.kind == kind]
        step = 1.0 if kind in ("sound", "deltas") else max(1.0, len(all_) / _MOST_PIECES)
        kept += [all_[int(i * step)] for i in range(int(len(all_) / step))]
    if apart is None:
        return kept
    labels: list[Span] = []
    for span in sorted(kept, key=lambda span: span.t):
        if not labels or span.t >= labels[-1].t + apart:
            labels.append(span)
    return labels


class _Lanes:
    """Where each piece lies: lanes from top to bottom, in units; lanes without anything in them are left out."""

    def __init__(self, spans: list[Span]) -> None:
        self._rows = {lane: _packed([s for s in spans if s.lane == lane]) for lane in ("responses", "calls")}
        self._tops: dict[str, tuple[float, float]] = {}
        self.bottom = 0.0
        used = {span.lane for span in spans} | {"responses"}
        for lane in (lane for lane in LANES if lane in used):
            rows = 1 + max(self._rows.get(lane, {}).values(), default=0)
            height = _HEIGHTS.get(lane, 0.4 + 0.7 * rows)
            self._tops[lane] = (self.bottom, height)
            self.bottom += height
        self._most = {lane: max((s.n or 0 for s in spans if s.lane == lane), default=0) for lane in self._tops}
        self._loudest = {
            lane: max((max(-(s.low or 0), s.high or 0) for s in spans if s.lane == lane), default=0)
            for lane in self._tops
        }

    def axis(self) -> Any:
        """Return the axis that names the lanes."""
        import altair as alt

        centres = {round(top + height / 2, 3): LANES[lane] for lane, (top, height) in self._tops.items()}
        names = ", ".join(f"'{centre:.3f}': '{name}'" for centre, name in centres.items())
        return alt.Axis(values=list(centres), labelExpr=f"({{{names}}})[format(datum.value, '.3f')]", title=None)

    def datum(self, span: Span, end: float, *, middle: bool) -> dict[str, Any]:
        """Return a piece as the chart draws it; `middle` gives the middle of its place instead of its edges."""
        top, height = self._tops[span.lane]
        t2 = end if span.t2 is None else span.t2
        if span.kind == "sound":
            half = 0.46 * height / max(_QUIET, self._loudest[span.lane])
            centre = top + height / 2
            y, y2 = centre - half * (span.high or 0), centre - half * (span.low or 0)
            return {
                "t": round(span.t * 1000, 1),
                "y": round(y, 3),
                "y2": round(y2, 3),
                "colour": _COLOURS[span.label],
                "run": span.label,
            }
        if span.kind == "turn":
            y, y2 = (0.0, self.bottom) if not middle else (top, top + height)
        elif span.kind == "deltas":
            y2 = top + height - 0.1
            y = y2 - (height - 0.2) * (span.n or 0) / max(1, self._most[span.lane])
        else:
            rows = self._rows.get(span.lane, {})
            one = height / (1 + max(rows.values(), default=0))
            y = top + one * rows.get(id(span), 0) + 0.12
            y2 = y + one - 0.24
        datum: dict[str, Any] = {"label": span.label, "type": span.type, "row": span.row}
        datum["text"] = shortened(span.text)
        datum |= {"t": round(span.t * 1000, 1), "t2": round(t2 * 1000, 1), "at": round(span.t, 4), "y": round(y, 3)}
        if middle:
            share = _AT.get(span.label, 0.5) if span.kind == "mark" else 0.5
            return datum | {"y": round(y + share * (y2 - y), 3), "short": shortened(span.label, 24)}
        colour = _COLOURS.get(_COLOURED.get(span.kind, span.label), INK)
        if span.kind == "turn":
            colour = _BANDS[int(span.label) % 2]
        return datum | {"y2": round(y2, 3), "ms": round((t2 - span.t) * 1000, 1), "colour": colour}


def _packed(spans: list[Span]) -> dict[int, int]:
    """Return the row of each bar (by its identity), so that bars that overlap lie below each other."""
    free = [float("-inf")] * _MOST_ROWS
    rows = {}
    for span in sorted(spans, key=lambda span: span.t):
        row = next((row for row, t in enumerate(free) if t <= span.t), _MOST_ROWS - 1)
        free[row] = max(free[row], span.t if span.t2 is None else span.t2)
        rows[id(span)] = row
    return rows
