"""Tables among a tool's results as CSV, the form that says most in the fewest tokens."""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import StringIO
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """A table of `length` rows: the names of its columns, and its rows, made as they are read."""

    columns: list[str]
    rows: Iterable[Iterable[Any]]
    length: int


def table(value: Any, most: int) -> Table | None:
    """Return a DataFrame or Series of pandas or polars, of which `most` rows are read; None where it is neither."""
    can = functools.partial(hasattr, type(value))
    if can("itertuples") or (can("to_frame") and can("iloc")):
        return _pandas(value, most)
    if can("iter_rows"):
        return Table(list(value.columns), value.head(most).iter_rows(), len(value))
    if can("to_frame") and can("to_arrow"):
        return table(value.to_frame(), most)
    return None


def _pandas(value: Any, most: int) -> Table:
    frame = value.to_frame() if hasattr(value, "to_frame") else value
    head = frame.head(most)
    head = head.astype(object).where(head.notna(), None)
    index = frame.index
    numbered = index.names == [None] and type(index).__name__ == "RangeIndex" and (index.start, index.step) == (0, 1)
    names = [] if numbered else ["" if name is None else name for name in index.names]
    several = len(names) > 1
    rows = (
        row if numbered else (*(row[0] if several else row[:1]), *row[1:])
        for row in head.itertuples(index=not numbered, name=None)
    )
    return Table([_name(name) for name in (*names, *frame.columns)], rows, len(frame))


def _name(column: Any) -> str:
    return ".".join(map(str, column)) if isinstance(column, tuple) else str(column)


def text_of(table: Table, cell: Callable[[Any], Any], limit: int) -> tuple[str, int | None]:
    """Return a table as CSV of at most `limit` bytes, its first row apart, with a note of the rows that it shows.

    `cell` makes text or a number of a value. The second is about how many bytes the whole would have, None where it is.
    """
    lines = [_line(table.columns)]
    room = limit - len(lines[0].encode("utf-8", "replace")) - len(_note(table.length, table.length))
    for row in table.rows:
        line = _line(["" if value is None else cell(value) for value in row])
        room -= len(line.encode("utf-8", "replace")) + 1
        if room < 0 and len(lines) > 1:
            break
        lines.append(line)
    text = "\n".join(lines)
    shown = len(lines) - 1
    if shown == table.length:
        return text, None
    return text + _note(shown, table.length), len(text.encode("utf-8", "replace")) * table.length // max(shown, 1)


def _note(shown: int, length: int) -> str:
    return f"\n[rows 1 to {shown:,} of {length:,}; ask for fewer, or for a summary, to see others]"


def _line(cells: Iterable[Any]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue()
