"""Choosing rows of a log: `log.filter`, by type, direction, time, ids and words."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import TYPE_CHECKING

from rt_notebook.log.store import EventStore, Patterns
from rt_notebook.protocol.event import Event

if TYPE_CHECKING:
    import pandas as pd

    from rt_notebook.log.eventlog import EventLog
    from rt_notebook.protocol.catalog import Direction


class Found(list[Event]):
    """Events that were chosen: a list of them, which shows itself as a table, and ``df`` has their rows."""

    def __init__(self, log: EventLog, rows: Sequence[int]) -> None:
        super().__init__(log[row] for row in rows)
        self._log = log
        self.rows = list(rows)
        """Their positions in the log, ascending."""

    @property
    def df(self) -> pd.DataFrame:
        """These rows of the log's `df`, with the same columns and dtypes; the index is the position in the log."""
        return self._log.df.iloc[self.rows]

    def __repr__(self) -> str:
        from rt_notebook.log.views.display import found_text

        return found_text(self)

    def _repr_html_(self) -> str:
        from rt_notebook.log.views.display import found_html

        return found_html(self)


def choose(
    log: EventStore,
    type: Patterns | None = None,
    *,
    direction: Direction | None = None,
    since: float | None = None,
    until: float | None = None,
    item: str | None = None,
    response: str | None = None,
    call: str | None = None,
    text: str | None = None,
    error: bool | None = None,
    among: Container[int] | None = None,
) -> list[int]:
    """Return the positions of the rows that fit all that is given, ascending (see `EventLog.filter`).

    `among`: only these rows. Raises `ValueError` for a direction that there is none of.
    """
    if direction not in (None, "client", "server", "local"):
        raise ValueError(f"direction is {direction!r}; it is 'client', 'server' or 'local'.")
    span = log.between(since, until)
    rows = list(span) if type is None else list(log.of_type(type, span.start, span.stop))
    if among is not None:
        rows = [row for row in rows if row in among]
    for id_, given in ((item, {"item": item}), (response, {"response": response}), (call, {"call": call})):
        if id_ is not None:
            wanted = set(log.rows(**given))
            rows = [row for row in rows if row in wanted]
    if direction is not None:
        sides = log.direction.values(0, span.stop)
        rows = [row for row in rows if sides[row] == direction]
    if error is not None:
        having = set(log.error.rows)
        rows = [row for row in rows if (row in having) is error]
    if text is not None:
        sought, texts = text.casefold(), log.text.data
        rows = [row for row in rows if (said := texts[row]) is not None and sought in said.casefold()]
    return rows
