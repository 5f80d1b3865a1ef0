"""The log as a table, with the same dtypes for an empty log as for a long one.

What was read once is kept as arrays with room at their end: a table costs what is new, and a copy of the rest.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from rt_notebook.log.columns import NO_INT, Codes, Floats, Ints, Sparse
from rt_notebook.log.store import COLUMNS, LONGEST
from rt_notebook.protocol.catalog import DIRECTIONS

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from rt_notebook.log.store import EventStore

STRING = pd.StringDtype("python")
"""The same whether pyarrow is installed or not."""
DTYPES: dict[str, Any] = {
    "t": "float64",
    "time": "datetime64[ns, UTC]",
    "direction": pd.CategoricalDtype(list(DIRECTIONS)),
    "type": "category",
    "event_id": STRING,
    "response_id": STRING,
    "item_id": STRING,
    "call_id": STRING,
    "output_index": "Int64",
    "content_index": "Int64",
    "role": STRING,
    "text": STRING,
    "audio_ms": "float64",
    "bytes": "Int64",
    "error": STRING,
    "session_id": STRING,
    "connection": "Int64",
}
"""Column -> dtype. The categories of ``type`` are the types seen."""

_ROOM = 1024


class _Grown:
    """A column's array with room at its end; `make` reads rows from the log."""

    def __init__(self, log: EventStore, name: str) -> None:
        self._column = log.column(name)
        self._array = self._make(0, 0)
        self._length = 0

    def _make(self, start: int, stop: int) -> Any:
        column = self._column
        if isinstance(column, Floats):
            return np.array(column.data[start:stop])
        if isinstance(column, Ints):
            values = np.array(column.data[start:stop])
            missing = values == NO_INT
            values[missing] = 0
            return pd.arrays.IntegerArray(values, missing)
        if isinstance(column, Codes):
            names = pd.array([*column.names, None], dtype=STRING)
            return names.take(np.array(column.data[start:stop], np.intp) % len(names))  # -1 is the last
        if isinstance(column, Sparse):
            strings = np.full(stop - start, pd.NA, object)
            for row, value in column.between(start, stop):
                strings[row - start] = value
        else:
            strings = np.array(column.values(start, stop), object)
            strings[strings == None] = pd.NA  # noqa: E711 - row by row
        return pd.arrays.StringArray(strings).astype(STRING, copy=False)

    def read(self, length: int) -> Any:
        """Return the first `length` rows as an array of their own."""
        if length > self._length:
            new = self._make(self._length, length)
            if length > len(self._array):
                # By a share of itself, so that each row is moved a few times at most, however often somebody looks.
                room = length + length // 4 + _ROOM - self._length
                rest = np.resize(new, room) if isinstance(new, np.ndarray) else new.take(np.arange(room) % len(new))
                kept = self._array[: self._length]
                joined = np.concatenate if isinstance(new, np.ndarray) else type(new)._concat_same_type
                self._array = joined([kept, rest])
            else:
                self._array[self._length : length] = new
            self._length = length
        return self._array[:length].copy()


class _Codes(_Grown):
    """The codes of a column of few different strings."""

    def _make(self, start: int, stop: int) -> Any:
        return np.array(self._column.data[start:stop], np.int32)  # type: ignore[attr-defined] # these have codes


class Tables:
    """The tables of one log."""

    def __init__(self, log: EventStore) -> None:
        coded = ("direction", "type")
        self._columns = {name: (_Codes if name in coded else _Grown)(log, name) for name in COLUMNS if name != "time"}
        self._types = pd.CategoricalDtype(pd.Index([], dtype="str"))
        self._lock = threading.Lock()

    def frame(self, log: EventStore) -> pd.DataFrame:
        """Return the log as it is now."""
        length = len(log)
        with self._lock:
            columns = {name: column.read(length) for name, column in self._columns.items()}
        columns["time"] = _times(log, columns["t"])
        places = np.array([DIRECTIONS.index(name) for name in log.direction.names], np.int8)
        code = pd.Categorical.from_codes
        columns["direction"] = code(places[columns["direction"]], dtype=DTYPES["direction"], validate=False)
        if len(self._types.categories) != len(log.type.names):
            self._types = pd.CategoricalDtype(pd.Index(list(log.type.names), dtype="str"))
        columns["type"] = code(columns["type"], dtype=self._types, validate=False)
        return pd.DataFrame({name: columns[name] for name in COLUMNS}, copy=False)


_tables: WeakKeyDictionary[EventStore, Tables] = WeakKeyDictionary()


def to_frame(log: EventStore) -> pd.DataFrame:
    """Return the log as a DataFrame of its own, safe to change.

    One row an event, the index its position in the log. Columns: ``t`` (s since connect), ``time`` (UTC),
    ``direction``, ``type`` (as on the wire), ``event_id``, ``response_id``, ``item_id``, ``call_id``,
    ``output_index``, ``content_index``, ``role``, ``text``, ``audio_ms`` (ms), ``bytes`` (on the wire), ``error``,
    ``session_id``, ``connection`` (number of the connection).
    """
    if (tables := _tables.get(log)) is None:
        tables = _tables.setdefault(log, Tables(log))
    return tables.frame(log)


def _times(log: EventStore, t: Any) -> Any:
    start = np.datetime64(log.started.replace(tzinfo=None), "ns")
    t = np.where(np.abs(t) < LONGEST, t, np.nan)
    return pd.DatetimeIndex(start + (t * 1e9).astype("timedelta64[ns]"), tz="UTC")


def _lists(log: EventStore) -> dict[str, Any]:
    lists = log.columns()
    lists["t"] = log.t.values(0, len(lists["t"]))
    return lists


def to_arrow(log: EventStore) -> pa.Table:
    """Return the log as an Arrow table: the columns of `to_frame`, ``direction`` and ``type`` as dictionaries.

    Raises `ModuleNotFoundError` where pyarrow is not installed.
    """
    import pyarrow as pa

    plain = {"float64": pa.float64(), "Int64": pa.int64(), "category": pa.string(), STRING: pa.string()}
    lists = _lists(log)
    arrays = {}
    for name in COLUMNS:
        if name == "time":
            times = _times(log, np.array(lists["t"], float))
            arrays[name] = pa.array(times.asi8, mask=times.isna()).cast(pa.timestamp("ns", "UTC"))
        else:
            values = pa.array(lists[name], plain.get(DTYPES[name], pa.string()))
            arrays[name] = values.dictionary_encode() if name in ("direction", "type") else values
    return pa.table(arrays)


def to_polars(log: EventStore) -> pl.DataFrame:
    """Return the log as a polars DataFrame: the columns of `to_frame`, ``direction`` and ``type`` as categories.

    Raises `ModuleNotFoundError` where polars is not installed.
    """
    import polars as pl

    plain = {"float64": pl.Float64, "Int64": pl.Int64, "category": pl.Categorical, STRING: pl.String}
    lists = _lists(log)
    times = _times(log, np.array(lists["t"], float))
    series = []
    for name in COLUMNS:
        if name == "time":
            told = pl.Series(name, times.asi8, pl.Int64).cast(pl.Datetime("ns", "UTC"))
            series.append(told.set(pl.Series(times.isna()), None))
        else:
            series.append(pl.Series(name, lists[name], plain.get(DTYPES[name], pl.Categorical)))
    return pl.DataFrame(series)
