"""Who sent what to whom: a sequence diagram of a turn or a time, drawn by hand as SVG."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from pathlib import Path

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.turns import Turn
from rt_notebook.log.views import svg
from rt_notebook.log.views.drawing import ROOT, STYLE, Drawing
from rt_notebook.log.views.folding import fold

LIMIT = 80
"""Arrows that a diagram has unless more are asked for: about 2,500 px, what a browser's page still scrolls through."""


class SequenceDiagram:
    """The diagram; a notebook shows it, `save` writes it, `svg` is its text."""

    def __init__(self, markup: str, title: str, arrows: int, left_out: int) -> None:
        self._markup = markup
        self._title = title
        self.arrows = arrows
        """How many arrows and notes it has."""
        self.left_out = left_out
        """How many more there would be: `sequence(limit=...)` shows them."""

    @property
    def svg(self) -> str:
        """The diagram as an SVG document: needs nothing else, light, and dark where the reader's system is."""
        return self._markup.replace(STYLE, svg.stylesheet(ROOT, notebook=False))

    def save(self, path: str | Path) -> Path:
        """Write the diagram as ``.svg`` or ``.png`` (light, twice the size in pixels); returns the path.

        Raises `ValueError` for other names, and `ModuleNotFoundError` where a PNG is wanted without vl-convert.
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind == ".svg":
            path.write_text(self.svg, "utf-8")
        elif kind == ".png":
            path.write_bytes(self._png())
        else:
            raise ValueError(f"A sequence diagram can't be saved as {path.name!r}: the name must end in .svg or .png.")
        return path

    def _png(self) -> bytes:
        try:
            import vl_convert
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "A PNG needs the package vl-convert-python, which isn't installed: "
                "pip install 'rt-notebook[plots]'. An .svg needs nothing.",
                name="vl_convert",
            ) from error
        return bytes(vl_convert.svg_to_png(self._markup.replace(STYLE, ""), scale=2))

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        drawing = self._markup.replace(STYLE, svg.stylesheet(ROOT, notebook=True))
        return f'<div style="overflow-x: auto">{drawing}</div>'

    def __repr__(self) -> str:
        more = f", {self.left_out} left out" if self.left_out else ""
        return f"<SequenceDiagram of {self._title}: {self.arrows} arrows{more}; .save('sequence.svg') or '.png'>"


def sequence(
    log: EventLog,
    *,
    turn: int | Turn | None = None,
    t0: float | None = None,
    t1: float | None = None,
    limit: int = LIMIT,
) -> SequenceDiagram:
    """Draw what went between loudspeaker, client and server, runs of deltas and of appended sound folded.

    Parameters
    ----------
    log
        The log, in either dialect.
    turn
        Only a turn: its number (-1 is the last), or itself.
    t0, t1
        Instead: only from and up to these seconds on the log's clock.
    limit
        How many arrows at most, from the first; the diagram says how many it leaves out.

    Raises
    ------
    IndexError
        Where there is no such turn.
    ValueError
        For a turn and a time at once, a time that ends before it begins, a limit below 1.
    """
    rows, title = _chosen(log, turn, t0, t1)
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise ValueError(f"limit is {limit!r}; it is a number of arrows, 1 or more.")
    steps = fold(log, rows)
    drawing = Drawing(log, steps[:limit], steps[limit:], title)
    return SequenceDiagram(drawing.markup(), title, min(limit, len(steps)), max(0, len(steps) - limit))


def _chosen(log: EventLog, turn: int | Turn | None, t0: float | None, t1: float | None) -> tuple[list[int], str]:
    if turn is not None:
        if t0 is not None or t1 is not None:
            raise ValueError("A sequence diagram shows a turn, or the time from t0 to t1; both were given.")
        chosen = turn if isinstance(turn, Turn) else log.turn(turn)
        return [row for row in chosen.rows if row < len(log)], f"turn {chosen.number}"
    if t0 is not None and t1 is not None and t1 < t0:
        raise ValueError(f"t1 is {t1:g} s, before t0, {t0:g} s: there is no time between them.")
    times = log.columns()["t"]
    first = 0 if t0 is None else bisect_left(times, t0)
    stop = len(times) if t1 is None else bisect_right(times, t1)
    if t0 is None and t1 is None:
        return list(range(stop)), "the whole log"
    begin, end = ("the beginning" if t0 is None else f"{t0:g} s"), ("the end" if t1 is None else f"{t1:g} s")
    return list(range(first, stop)), f"{begin} to {end}"
