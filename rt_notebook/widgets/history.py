"""What happened before a view joined, told in pieces, so that nothing else waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

from rt_notebook.log.rows import Row, Rows
from rt_notebook.protocol.event import Event

PIECE = 250
"""Rows in a message."""
_SLICE = 0.002
"""Seconds that the loop is held at a time."""
_BREATH = 0.01
"""Seconds between two pieces, in which sound goes out; a page takes in a piece in less."""


async def tell(
    event: Callable[[int], Event | None],
    send: Callable[[list[Row], bool], None],
    *,
    start: int = 0,
    rows: Rows | None = None,
) -> int:
    """Send all rows from the log's beginning to its end, also those that come meanwhile.

    Parameters
    ----------
    event
        Returns the event at a position, None behind the end.
    send
        Takes the rows of a piece, and whether it is the last. With that the log's end is reached: whoever sends the
        rows that come from then on, in the same turn of the loop, loses and doubles none.
    start, rows
        To go on where an earlier call ended: the position that it returned, and what made its rows.

    Returns
    -------
    The position behind the last row that was sent.
    """
    rows = rows or Rows()
    events = _from(event, start)
    done = False
    while not done:
        piece: list[Row] = []
        began = time.perf_counter()
        while len(piece) < PIECE:
            if (happened := next(events, None)) is None:
                done = True
                break
            piece.append(rows.row(happened))
            if time.perf_counter() - began > _SLICE:
                await asyncio.sleep(0)
                began = time.perf_counter()
        start += len(piece)
        # A piece that is filled by the log's last row is not known to be the last: an empty one follows.
        send(piece, done)
        if not done:
            await asyncio.sleep(_BREATH)
    return start


def _from(event: Callable[[int], Event | None], index: int) -> Iterator[Event]:
    while (happened := event(index)) is not None:
        yield happened
        index += 1
