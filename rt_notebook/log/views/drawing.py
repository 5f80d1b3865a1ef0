"""The drawing of a sequence diagram: steps laid out one below the other, as SVG."""

from __future__ import annotations

from dataclasses import dataclass

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.views import svg
from rt_notebook.log.views.details import detail, quoted
from rt_notebook.log.views.folding import Step
from rt_notebook.protocol.fields import text_at

GAP_S = 1.0
"""Time without events from which on the diagram says that it passed."""

ROOT = "rt-sequence"
"""The class of the drawing, to which its stylesheet applies."""
STYLE = "<!--style-->"
"""Where the stylesheet goes."""
_TYPE, _WORDS = 11.5, 11.5  # font sizes, px
_MARGIN, _TIMES = 16, 62
_NEAREST, _FARTHEST = 400, 560  # px between client and server
_BAR = 9
_LANES = {"page": ("loudspeaker", "local"), "client": ("this client", "client"), "server": ("server", "server")}
_BELOW = 9
"""How far the words of a note stand below those of an arrow."""
_BARS = {"completed": "done", "cancelled": "cut", "incomplete": "cut", "failed": "failed"}


@dataclass(slots=True)
class _Label:
    """The words of a step: its type with what a run counts, and below it what it tells."""

    type: str
    told: str


class Drawing:
    """Lays the steps out, one below the other, and draws them."""

    def __init__(self, log: EventLog, steps: list[Step], rest: list[Step], title: str) -> None:
        self._log = log
        self._steps = steps
        self._rest = rest
        self._title = title
        self._labels = [_label(log, step) for step in steps]
        self._began = f"{log.started:%Y-%m-%d %H:%M} UTC"
        lanes = {_lane(step) for step in steps}
        near = [label for step, label in zip(steps, self._labels, strict=True) if _lane(step) == "page"]
        far = [label for step, label in zip(steps, self._labels, strict=True) if _lane(step) == "server"]
        self._x: dict[str, float] = {}
        x: float = _MARGIN + _TIMES + 50
        if "page" in lanes:
            self._x["page"] = x
            x += _between(near, 190, 300)
        self._x["client"] = x
        x += _between(far, _NEAREST, _FARTHEST)
        self._x["server"] = x
        self._width = x + 50 + _MARGIN
        self._y: list[float] = []
        """Of each step: where its arrow lies."""
        self._gaps: list[float] = []
        """Where the lifelines are broken, since time passed."""

    def markup(self) -> str:
        """Return the whole as SVG, with a place for the stylesheet."""
        body, bottom = self._rows()
        ends = bottom + 10
        lifelines = [svg.line(x, 48, x, ends, svg.stroke("rule", 1.2)) for x in self._x.values()]
        breaks = [
            svg.line(x, y, x, y + 24, svg.stroke("paper", 2.4, "3 4")) for y in self._gaps for x in self._x.values()
        ]
        foot, height = self._foot(ends + 22)
        names = ", ".join(_LANES[lane][0] for lane in self._x)
        told = f"Sequence diagram of {self._title}: {len(self._steps)} arrows between {names}"
        return "".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" class="{ROOT}" role="img" aria-label="{svg.xml(told)}" '
                f'width="{self._width:g}" height="{height:g}" viewBox="0 0 {self._width:g} {height:g}" '
                f'font-family="{svg.SANS}">',
                f"<title>{svg.xml(told)}</title>{STYLE}",
                svg.rect(0, 0, self._width, height, svg.fill("paper"), 6),
                *lifelines,
                *breaks,
                *self._bars(ends),
                *self._heads(),
                *body,
                *foot,
                "</svg>",
            ]
        )

    def _heads(self) -> list[str]:
        shapes = [svg.text(_MARGIN + _TIMES - 8, 37, "ms", "muted", size=11, anchor="end")]
        for lane, x in self._x.items():
            name, colour = _LANES[lane]
            half = svg.width(name, 12.5) / 2 + 12
            shapes.append(svg.rect(x - half, 20, 2 * half, 26, f'{svg.fill("paper")} stroke-width="0"', 5))
            outline = f'fill="none" {svg.stroke(colour, 1.4)}'
            shapes.append(svg.rect(x - half, 20, 2 * half, 26, outline, 5))
            shapes.append(svg.text(x, 37.5, name, colour, size=12.5, anchor="middle", more=' font-weight="600"'))
        return shapes

    def _rows(self) -> tuple[list[str], float]:
        """Draw the steps; return the shapes, and where the last one ends."""
        shapes: list[str] = []
        y = 56.0
        begin = self._steps[0].start if self._steps else 0.0
        over = begin
        for step, label in zip(self._steps, self._labels, strict=True):
            if step.start - over >= GAP_S:
                shapes += self._gap(y, step.start - over)
                y += 28
            over = max(over, step.end)
            at = y + 18
            self._y.append(at)
            clock = svg.text(
                _MARGIN + _TIMES - 8, at + 4, f"{(step.start - begin) * 1000:,.0f}", "muted", size=11, anchor="end"
            )
            hint = f"<title>{svg.xml(_hint(step))}</title>"
            shapes.append(f"<g>{hint}{clock}{''.join(self._step(step, label, at))}</g>")
            note = _BELOW if _lane(step) == "client" else 0
            y = at + (20 + note if label.told else 6)
        return shapes, y

    def _step(self, step: Step, label: _Label, at: float) -> list[str]:
        colour = "error" if step.error else step.direction
        lane = _lane(step)
        if lane == "client":  # what happens inside: no arrow, a note on the client's own line
            return self._note(label, at, colour)
        ends = ("page", "client") if lane == "page" else ("client", "server")
        if step.direction == "server":
            ends = ends[::-1]
        left, right = sorted((self._x[ends[0]], self._x[ends[1]]))
        room = right - left - 36
        middle = (left + right) / 2
        shift = _BAR / 2
        x1, x2 = (self._x[end] for end in ends)
        side = shift if x2 > x1 else -shift
        shapes = [svg.arrow(x1 + side, x2 - side, at, colour, heads=2 if len(step.rows) > 1 else 1)]
        shapes += _words(label, middle, at, colour, room)
        return shapes

    def _note(self, label: _Label, at: float, colour: str) -> list[str]:
        x = self._x["client"]
        room = self._x["server"] - x - 48
        shapes = [f'<circle cx="{x:g}" cy="{at:g}" r="4" {svg.fill(colour)}/>']
        shapes += _words(label, x + 14, at + _BELOW, colour, room, anchor="start")
        return shapes

    def _gap(self, y: float, seconds: float) -> list[str]:
        self._gaps.append(y + 2)
        middle = (self._x["client"] + self._x["server"]) / 2
        return [svg.text(middle, y + 18, f"{_seconds(seconds)} later", "muted", size=11, anchor="middle")]

    def _bars(self, ends: float) -> list[str]:
        """Draw for how long: responses on the server's line, tools on the client's, sound on the loudspeaker's."""
        shapes: list[str] = []
        responses, tools, sounds = _responses(self._log, self._steps), _tools(self._steps), _heard(self._steps)
        for lane, spans in (("server", responses), ("client", tools), ("page", sounds)):
            taken: list[float] = []
            for first, last, colour, hint in spans:
                top = 50.0 if first is None else self._y[first]
                bottom = ends if last is None else self._y[last]
                column = next((i for i, until in enumerate(taken) if until < top), len(taken))
                taken[column : column + 1] = [bottom]
                # On the client's right stands what happens there.
                side = -1 if lane == "client" else 1
                x = self._x[lane] - _BAR / 2 + side * column * (_BAR - 3)
                edge = svg.stroke("server" if lane == "server" else "local", 1, "3 2" if last is None else "")
                area = svg.rect(x, top, _BAR, max(4.0, bottom - top), _both(svg.fill(colour), edge), 2)
                shapes.append(f"<g><title>{svg.xml(hint)}</title>{area}</g>")
        return shapes

    def _foot(self, y: float) -> tuple[list[str], float]:
        events = sum(len(step.rows) for step in self._steps)
        if not self._steps:
            return [svg.text(_MARGIN, y, f"No events: {self._title}.", "muted")], y + 18
        shapes = []
        if self._rest:
            left = sum(len(step.rows) for step in self._rest)
            # A picture of thousands of arrows says nothing; what is missing has to be said, or it is believed complete.
            words = (
                f"{len(self._rest):,} more arrows ({left:,} events) are left out, up to {self._rest[-1].end:,.1f} s."
            )
            cure = "Choose a turn (turn=3), a time (t0=, t1=), or more arrows (limit=200)."
            for told in (words, cure):
                shapes.append(svg.text(self._x["client"] + 14, y, told, "ink", size=12))
                y += 18
            y += 6
        first, last = self._steps[0].rows[0], max(step.rows[-1] for step in self._steps)
        told = f"{self._title}, {self._began}: rows {first:,} to {last:,}, {events:,} events; ×n stands for a run of n"
        most = self._width - 2 * _MARGIN
        return [*shapes, svg.text(_MARGIN, y, svg.cut(told, most, 11), "muted", size=11)], y + 16


def _lane(step: Step) -> str:
    """Return the lane that a step leads to from the client, or ``client`` for what happens there."""
    if step.direction != "local":
        return "server"
    return "page" if step.ga.startswith("rt.playback.") else "client"


def _label(log: EventLog, step: Step) -> _Label:
    count = len(step.rows)
    if count == 1:
        told = detail(log[step.rows[0]])
        sound = f"{_seconds(step.audio_ms / 1000)} of sound" if step.audio_ms and _lane(step) == "server" else ""
        return _Label(step.type or "(no type)", " · ".join(word for word in (told, sound) if word))
    sound = f"{_seconds(step.audio_ms / 1000)} of sound" if step.audio_ms else ""
    spread = step.end - step.start
    total = f"{sound} in {_seconds(spread)}" if sound else f"in {_seconds(spread)}"
    return _Label(f"{step.type} ×{count:,}", " · ".join(word for word in (total, quoted(step.text)) if word))


def _words(label: _Label, x: float, at: float, colour: str, room: float, anchor: str = "middle") -> list[str]:
    mono = f' font-family="{svg.MONO}"'
    type_ = svg.cut(label.type, room, _TYPE, mono=True)
    shapes = [svg.text(x, at - 5, type_, colour, size=_TYPE, anchor=anchor, more=mono)]
    if label.told:
        shapes.append(svg.text(x, at + 14, svg.cut(label.told, room, _WORDS), "ink", size=_WORDS, anchor=anchor))
    return shapes


def _between(labels: list[_Label], least: float, most: float) -> float:
    """Return how far apart two lanes stand for what is written between them."""
    widest = max(
        (max(svg.width(label.type, _TYPE, mono=True), svg.width(label.told[:200], _WORDS)) for label in labels),
        default=0,
    )
    return round(min(most, max(least, widest + 40)))


def _hint(step: Step) -> str:
    rows = f"row {step.rows[0]}" if len(step.rows) == 1 else f"{len(step.rows)} rows, {step.rows[0]} to {step.rows[-1]}"
    ids = [id_ for id_ in (step.response_id, step.item_id) if id_]
    return ", ".join([f"{step.type} at {step.start:.3f} s", rows, *ids])


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms" if seconds < 1 else f"{seconds:,.1f} s"


def _both(area: str, edge: str) -> str:
    """Put the attributes of an area and of its edge together: an element has one `class`."""
    classes = [attributes.split('"', 2)[1] for attributes in (area, edge)]
    rest = [attributes.split('"', 2)[2] for attributes in (area, edge)]
    return f'class="{" ".join(classes)}"{"".join(rest)}'


_TOOL_ENDS = tuple(f"rt.tool.{how}" for how in ("done", "failed", "cancelled", "unsent"))

_Span = tuple[int | None, int | None, str, str]
"""The first and the last step, None where they lie outside; colour; words."""


def _responses(log: EventLog, steps: list[Step]) -> list[_Span]:
    spans: dict[str, list[int | None]] = {}
    statuses: dict[str, str] = {}
    for at, step in enumerate(steps):
        if (id_ := step.response_id) is None:
            continue
        if step.ga == "response.created":
            spans[id_] = [at, None]
        elif step.ga == "response.done":
            spans.setdefault(id_, [None, None])[1] = at
            statuses[id_] = text_at(log[step.rows[0]], "response", "status") or ""
        elif step.direction == "server":
            spans.setdefault(id_, [None, None])
    return [
        (
            span[0],
            span[1],
            _BARS.get(statuses.get(id_, ""), "done"),
            f"response {id_} {statuses.get(id_, 'in progress')}",
        )
        for id_, span in spans.items()
    ]


def _tools(steps: list[Step]) -> list[_Span]:
    spans: list[_Span] = []
    open_: dict[str | None, int] = {}
    for at, step in enumerate(steps):
        if step.ga in ("rt.tool.started", "rt.tool.waiting"):
            open_.setdefault(step.call_id, at)
        elif step.ga in _TOOL_ENDS and step.call_id in open_:
            spans.append((open_.pop(step.call_id), at, "sound", f"the tool of call {step.call_id} runs"))
    return spans + [(at, None, "sound", f"the tool of call {id_} runs") for id_, at in open_.items()]


def _heard(steps: list[Step]) -> list[_Span]:
    spans: list[_Span] = []
    open_: dict[str | None, int | None] = {}
    for at, step in enumerate(steps):
        if _lane(step) != "page":
            continue
        if step.ga == "rt.playback.started":
            open_[step.item_id] = at
        elif step.ga in ("rt.playback.finished", "rt.playback.flushed"):
            spans.append((open_.pop(step.item_id, None), at, "sound", f"item {step.item_id} is heard"))
    return spans + [(at, None, "sound", f"item {id_} is heard") for id_, at in open_.items()]
