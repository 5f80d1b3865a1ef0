"""The event inspector as a widget of its own: a log in the notebook, live, with a selection that Python reads and sets.

The rows go over the comm as custom messages, in pieces. What is synced, and so may be saved in the notebook, are the
filter and the positions that are selected; nothing of the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets

from rt_notebook.log.eventlog import EventLog
from rt_notebook.protocol.event import Event
from rt_notebook.session.runner import background_loop
from rt_notebook.widgets.feed import Feed
from rt_notebook.widgets.kernel import KernelWatch, free_comm
from rt_notebook.widgets.link import CommWay, ViewLink

if TYPE_CHECKING:
    import pandas as pd

_STATIC = Path(__file__).parent.parent / "static"


class Selection:
    """Rows of a log that are selected: their positions, as a DataFrame, as events."""

    def __init__(self, log: EventLog, rows: list[int]) -> None:
        self._log = log
        self.rows = rows
        """Positions in the log, ascending."""

    @property
    def df(self) -> pd.DataFrame:
        """These rows of the log's `df`, with the same columns and dtypes; the index is the position in the log."""
        return self._log.df.iloc[self.rows]

    @property
    def events(self) -> list[Event]:
        """The events, as they were on the wire."""
        return [self._log[row] for row in self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<Selection of {len(self.rows)} of {len(self._log)} rows; .rows, .df, .events>"


class Inspector(anywidget.AnyWidget):
    """Shows the events of a log: live while they arrive, filtered, folded, each to be looked into, and to be selected.

        inspector = rt.Inspector(session.events)
        inspector                              # click, Shift- and Ctrl-click, or the keyboard
        inspector.selection.df                 # in the next cell

    Clicking a folded run selects all of its rows. Each place that shows it is a view; they share filter and selection.

    Parameters
    ----------
    log
        A session's log (``session.events``) or one that was loaded.
    filter
        What is shown, as it is typed above the list: words that all have to be in type, ids or text;
        ``response.*`` is a pattern of the whole type, ``-word`` excludes.
    lang
        ``"en"``, ``"zh"``, or ``"auto"``: as the page.
    """

    _esm = _STATIC / "inspector.js"
    _css = _STATIC / "inspector.css"

    filter = traitlets.Unicode().tag(sync=True)
    selected = traitlets.List(traitlets.List(traitlets.Int(), minlen=2, maxlen=2)).tag(sync=True)
    """The selection, as it travels: first and last position of each stretch of rows, ascending. Observe it to be told
    of another selection."""
    lang = traitlets.Enum(["auto", "en", "zh"], "auto").tag(sync=True)

    _closers: tuple[Callable[[], None], ...] = ()
    """What lets go of the log; nothing where it was never taken."""

    def __init__(self, log: EventLog, **traits: Any) -> None:
        if not isinstance(log, EventLog):
            raise TypeError(
                f"Inspector shows a log, and {type(log).__name__} is none: give it session.events, or rt.load(file)."
            )
        super().__init__(**traits)
        free_comm(self)
        self._log = log
        self._link = ViewLink(_call, lambda view: None)
        way = CommWay(self, self._link, _call)
        feed = Feed(log, self._link, _call)
        kernel = KernelWatch(self._kernel_changed)
        self._closers = (kernel.close, feed.close, way.close, self._link.close)

    def __repr__(self) -> str:
        """Return what stands where no frontend shows the widget."""
        return f"<Inspector of {len(self._log)} events, {len(self.selection)} selected>"

    @property
    def log(self) -> EventLog:
        """The log that it shows."""
        return self._log

    @property
    def selection(self) -> Selection:
        """What is selected now; it stays as it is when another selection is made."""
        # What the page sends is not to be relied on.
        stretches = [range(max(0, first), min(last + 1, len(self._log))) for first, last in self.selected]
        return Selection(self._log, sorted({row for stretch in stretches for row in stretch}))

    def select(self, rows: Any = None, **where: Any) -> Selection:
        """Select rows, instead of those that are selected; the page shows the first of them.

        Parameters
        ----------
        rows
            Positions in the log (one, several, a slice), events of it, some rows of its ``df`` or a mask of them, or
            the type of events, by GA name or pattern (``"response.*"``), as `EventLog.filter` takes it. Nothing, and
            no keyword: nothing is selected.
        where
            Any other argument of `EventLog.filter`, such as ``direction="client"``.

        Returns
        -------
        The selection.

        Raises
        ------
        IndexError
            The log has no such row.
        TypeError
            `rows` are none.
        """
        positions = sorted(set(self._positions(rows, where)))
        stretches: list[list[int]] = []
        for position in positions:
            if stretches and stretches[-1][1] == position - 1:
                stretches[-1][1] = position
            else:
                stretches.append([position, position])
        self.selected = stretches
        return Selection(self._log, positions)

    def close(self) -> None:
        """Take the inspector away; the log stays."""
        closers, self._closers = self._closers, ()
        for close in closers:
            close()
        super().close()

    def _positions(self, rows: Any, where: dict[str, Any]) -> Iterable[int]:
        if isinstance(rows, str) or _are_strings(rows) or where:
            if not (rows is None or isinstance(rows, str) or _are_strings(rows)):
                raise TypeError(f"Select by position or by {', '.join(where)}, not both: rows is {rows!r}.")
            return [event.index for event in self._log.filter(rows, **where)]
        if rows is None:
            return []
        if isinstance(rows, slice):
            return range(*rows.indices(len(self._log)))
        if hasattr(rows, "columns"):
            rows = rows.index
        elif str(getattr(rows, "dtype", "")) in ("bool", "boolean"):
            rows = np.flatnonzero(rows.fillna(False) if hasattr(rows, "fillna") else rows)
        elif isinstance(rows, Event | Integral):
            rows = [rows]
        return [self._position(row) for row in rows]

    def _position(self, row: Any) -> int:
        if isinstance(row, Event):
            row = row.index
        if isinstance(row, bool) or not isinstance(row, Integral):
            raise TypeError(f"A row of the log is its position, a whole number, not {row!r}; df.index has them.")
        length = len(self._log)
        if not -length <= int(row) < length:
            raise IndexError(f"The log has {length} rows, so there is no row {row}.")
        return int(row) % length

    def _kernel_changed(self, **fields: Any) -> None:
        if "busy" in fields:
            self._link.set_busy(fields["busy"])


def _call(f: Callable[..., object], *args: Any) -> None:
    """Run a function on the loop of the sessions, soon; from any thread."""
    background_loop().call_soon_threadsafe(f, *args)


def _are_strings(rows: Any) -> bool:
    return isinstance(rows, Sequence) and len(rows) > 0 and all(isinstance(row, str) for row in rows)
