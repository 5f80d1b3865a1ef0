"""The log's columns, small in memory: a few bytes a row, whatever the rows hold.

One thread appends, any thread reads: what is read is a copy of a part that does not change any more.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import Any, Protocol

NO_INT = -(2**63)
"""What stands for None in a column of whole numbers."""
NO_FLOAT = float("nan")


class Column(Protocol):
    """One column, read as Python values. Rows are appended to its `data`."""

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


class _Coded(dict[str | None, int]):
    """String -> its code; a new one gets the next. A dict, since it is asked several times for every event."""

    def __init__(self, names: list[str]) -> None:
        super().__init__({None: -1})
        self._names = names

    def __missing__(self, name: str) -> int:
        code = self[name] = len(self._names)
        self._names.append(name)
        return code


class Codes:
    """Strings or None of which many rows have the same: 4 bytes a row, and each string once."""

    def __init__(self) -> None:
        self.data = array("i")
        self.names: list[str] = []
        """The strings in the order in which they came; a row holds a position in here, or -1."""
        self.coded = _Coded(self.names)
        """String -> code, to be looked up with brackets by the thread that appends."""

    def code_of(self, name: str) -> int | None:
        """Return the code of a string; None where no row has it."""
        return self.coded.get(name)

    def __getitem__(self, index: int) -> str | None:
        code = self.data[index]
        return None if code < 0 else self.names[code]

    def values(self, start: int, stop: int) -> list[str | None]:
        """Return rows."""
        names = [*self.names, None]  # -1 is the last
        return [names[code] for code in self.data[start:stop]]


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


class Strings:
    """Strings or None of which each row has its own."""

    def __init__(self) -> None:
        self.data: list[str | None] = []

    def __getitem__(self, index: int) -> str | None:
        return self.data[index]

    def values(self, start: int, stop: int) -> list[str | None]:
        """Return rows."""
        return self.data[start:stop]
