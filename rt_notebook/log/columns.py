"""The log's columns, small in memory: a few bytes a row, whatever the rows hold.

One thread appends, any thread reads: what is read is a copy of a part that does not change any more.
"""

from __future__ import annotations

from array import array
from typing import Any, Protocol

NO_INT = -(2**63)
"""What stands for None in a column of whole numbers."""
NO_FLOAT = float("nan")


class Column(Protocol):
    """One column: rows are appended, and read as Python values."""

    def append(self, value: Any) -> None:
        """Add a row."""

    def values(self, start: int, stop: int) -> list[Any]:
        """Return rows as Python values, None where there is none."""
        ...

    def __getitem__(self, index: int) -> Any: ...


class Floats:
    """Floats or None, 8 bytes a row."""

    def __init__(self) -> None:
        self.data = array("d")

    def append(self, value: float | None) -> None:
        """Add a row."""
        self.data.append(NO_FLOAT if value is None else value)

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

    def append(self, value: int | None) -> None:
        """Add a row."""
        self.data.append(NO_INT if value is None else value)

    def __getitem__(self, index: int) -> int | None:
        value = self.data[index]
        return None if value == NO_INT else value

    def values(self, start: int, stop: int) -> list[int | None]:
        """Return rows."""
        return [None if value == NO_INT else value for value in self.data[start:stop]]


class Codes:
    """Strings or None of which many rows have the same: 4 bytes a row, and each string once."""

    def __init__(self) -> None:
        self.data = array("i")
        self.names: list[str] = []
        """The strings in the order in which they came; a row holds a position in here, or -1."""
        self._code_of: dict[str | None, int] = {None: -1}

    def append(self, value: str | None) -> None:
        """Add a row."""
        code = self._code_of.get(value)
        if code is None:
            code = len(self.names)
            self.names.append(value)  # type: ignore[arg-type] # None has a code from the beginning
            self._code_of[value] = code
        self.data.append(code)

    def code_of(self, name: str) -> int | None:
        """Return the code of a string; None where no row has it."""
        return self._code_of.get(name)

    def __getitem__(self, index: int) -> str | None:
        code = self.data[index]
        return None if code < 0 else self.names[code]

    def values(self, start: int, stop: int) -> list[str | None]:
        """Return rows."""
        names = [*self.names, None]  # -1 is the last
        return [names[code] for code in self.data[start:stop]]


class Strings:
    """Strings or None of which each row has its own."""

    def __init__(self) -> None:
        self.data: list[str | None] = []
        self.append = self.data.append

    def __getitem__(self, index: int) -> str | None:
        return self.data[index]

    def values(self, start: int, stop: int) -> list[str | None]:
        """Return rows."""
        return self.data[start:stop]
