"""Which rows have an id: brought up to date when it is asked, since what nobody asks for costs the session nothing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rt_notebook.log.columns import Column


class Index:
    """The rows of one column by what they hold; any thread asks."""

    def __init__(self, column: Column) -> None:
        self._column = column
        self._rows: dict[str, int | list[int]] = {}
        """A list where there are several: most event ids have one row, and there are many."""
        self._length = 0
        self._lock = threading.Lock()

    def rows(self, id_: str, length: int) -> list[int]:
        """Return the rows that hold an id, ascending; of a log that has `length` rows at least."""
        with self._lock:
            start, self._length = self._length, max(length, self._length)
            for row, value in enumerate(self._column.values(start, self._length), start):
                if value is None:
                    continue
                found = self._rows.setdefault(value, row)
                if isinstance(found, list):
                    found.append(row)
                elif found != row:
                    self._rows[value] = [found, row]
            found = self._rows.get(id_, [])
            return [found] if isinstance(found, int) else list(found)
