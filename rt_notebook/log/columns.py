"""The log's columns, small in memory: a few bytes a row, whatever the rows hold.

One thread appends, any thread reads: what is read is a copy of a part that does not change any more.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable
from typing import Any, Protocol

NO_INT = -(2**63)
"""What stands for None in a column of whole numbers."""


class Column(Protocol):
    """One column, read as Python values."""

    def values(self, start: int, stop: int) -> list[Any]:
        """Return rows as Python values, None where there is none."""
        ...

    def __getitem__(self, index: int) -> Any: ...


class Floats:
    """Floats or None, 8 bytes a row."""

    def __init__(self) -> None:
        self.data = array("d")

    def __getitem__(self, index: int) -> float | None:
        value = self.data[index]
        return None if value != value else value

    def values(self, start: int, stop: int) -> list[float | None]:
        """Return rows."""
        return [None if value != value else value for value in self.data[start:stop]]


class Ints:
    """Whole numbers below 2**63 or None, 8 bytes a row."""

    def __init__(self) -> None:
        self.data = array("q")

    def __getitem__(self, index: int) -> int | None:
        value = self.data[index]
        return None if value == NO_INT else value

    def values(self, start: int, stop: int) -> list[int | None]:
        """Return rows."""
        return [None if value == NO_INT else value for value in self.data[start:stop]]


Kind = tuple[Any, ...]
"""What rows have in common: their values in several columns."""


class Kinds:
    """What rows have in common, as the deltas of one answer do: 4 bytes a row, and each combination once."""

    def __init__(self, clean: Callable[[Kind], Kind]) -> None:
        """`clean` makes of what came in an event what the columns hold."""
        self.data = array("i")
        self.known: list[Kind] = []
        """Each combination, in the order in which they came; a row holds a position in here."""
        self.coded = _Coded(self.known, clean)
        """Combination -> code, to be looked up with brackets by the thread that appends."""

    def column(self, place: int) -> Shared:
        """Return the column whose values stand at a place of the combinations."""
        return Shared(self, place)


class _Coded(dict[Kind, int]):
    """Combination -> its code; a new one gets the next. A dict, since it is asked for every event."""

    def __init__(self, known: list[Kind], clean: Callable[[Kind], Kind]) -> None:
        super().__init__()
        self._known = known
        self._clean = clean

    def __missing__(self, kind: Kind) -> int:
        clean = self._clean(kind)
        code = self.get(clean)
        if code is None:
            code = self[clean] = len(self._known)
            self._known.append(clean)
        self[kind] = code
        return code


class Shared:
    """A column of values of which many rows have the same."""

    def __init__(self, kinds: Kinds, place: int) -> None:
        self._kinds = kinds
        self._place = place

    def __getitem__(self, index: int) -> Any:
        return self._kinds.known[self._kinds.data[index]][self._place]

    def values(self, start: int, stop: int) -> list[Any]:
        """Return rows."""
        codes, each = self._kinds.data[start:stop], self.each
        return [each[code] for code in codes]

    @property
    def each(self) -> list[Any]:
        """The value of each combination."""
        place = self._place
        return [kind[place] for kind in self._kinds.known]


class Sparse:
    """Strings or None that few rows have: only those cost anything."""

    def __init__(self) -> None:
        self.rows = array("q")
        """Positions in the log of the rows that have one, ascending."""
        self._strings: list[str] = []

    def put(self, index: int, value: str) -> None:
        """Give a row its string, at most once, the rows in their order."""
        self._strings.append(value)
        self.rows.append(index)  # last: who reads goes by the rows

    def __getitem__(self, index: int) -> str | None:
        place = bisect_left(self.rows, index)
        return self._strings[place] if place < len(self.rows) and self.rows[place] == index else None

    def values(self, start: int, stop: int) -> list[str | None]:
        """Return rows."""
        values: list[str | None] = [None] * (stop - start)
        for index, value in self.between(start, stop):
            values[index - start] = value
        return values

    def between(self, start: int, stop: int) -> list[tuple[int, str]]:
        """Return the rows that have one: position and string."""
        first, last = bisect_left(self.rows, start), bisect_left(self.rows, stop)
        return list(zip(self.rows[first:last], self._strings[first:last], strict=True))


class SparseFloats:
    """Floats or None that not every row has: only those cost anything, 16 bytes each."""

    def __init__(self) -> None:
        self.rows = array("q")
        """Positions in the log of the rows that have one, ascending."""
        self.data = array("d")

    def put(self, index: int, value: float) -> None:
        """Give a row its number, at most once, the rows in their order."""
        self.data.append(value)
        self.rows.append(index)  # last: who reads goes by the rows

    def __getitem__(self, index: int) -> float | None:
        place = bisect_left(self.rows, index)
        return self.data[place] if place < len(self.rows) and self.rows[place] == index else None

    def values(self, start: int, stop: int) -> list[float | None]:
        """Return rows."""
        values: list[float | None] = [None] * (stop - start)
        for index, value in zip(*self.between(start, stop), strict=True):
            values[index - start] = value
        return values

    def between(self, start: int, stop: int) -> tuple[array[int], array[float]]:
        """Return the rows that have one: positions and values. A row's value is there before its position."""
        first, last = bisect_left(self.rows, start), bisect_left(self.rows, stop)
        return self.rows[first:last], self.data[first:last]


class Strings:
    """Strings or None of which each row has its own."""

    def __init__(self) -> None:
        self.data: list[str | None] = []

    def __getitem__(self, index: int) -> str | None:
        return self.data[index]

    def values(self, start: int, stop: int) -> list[str | None]:
        """Return rows."""
        return self.data[start:stop]
