"""The log as a table, with the same dtypes for an empty log as for a long one.

What was made once is kept, with room at its end: a table costs what is new.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from rt_notebook.log.columns import NO_INT, Column, Floats, Ints, Shared, Sparse, SparseFloats
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

_NOTHING = pd.array([pd.NA], dtype=STRING)
_ROOM = 1024
_SHARES = int(pd.__version__.partition(".")[0]) >= 3
"""Whether pandas copies a column when somebody changes it, so that tables can be views of one."""


class Tables:
    """The tables of one log: views of a whole that has room at its end, so that each row is made once."""

    def __init__(self) -> None:
        self._arrays: dict[str, Any] = {}
        """The columns of the whole."""
        self._whole = pd.DataFrame()
        self._length = 0
        self._shared: dict[str, Any] = {}
        """The values that rows share, of which each row takes one."""
        self._lock = threading.Lock()

    def frame(self, log: EventStore) -> pd.DataFrame:
        """Return the log as it is now."""
        length = len(log)
        with self._lock:
            if length > self._length or not self._arrays:
                self._add(self._made(log, self._length, length), length)
            frame = self._whole.iloc[:length]
        return frame if _SHARES else frame.copy()

    def _made(self, log: EventStore, start: int, stop: int) -> dict[str, Any]:
        """Return rows of the log as one array a column, in the order of `COLUMNS`."""
        codes = np.frombuffer(log.kinds(start, stop), np.int32)
        arrays: dict[str, Any] = {}
        for name in COLUMNS:
            if name == "time":
                arrays[name] = _times(log, arrays["t"]).array
            elif isinstance(column := log.column(name), Shared):
                arrays[name] = self._each(name, column)[codes]
            else:
                arrays[name] = _array(column, start, stop)
        return arrays

    def _each(self, name: str, column: Shared) -> Any:
        """Return the values that rows share as an array."""
        each, array = column.each, self._shared.get(name, ())
        if len(each) != len(array) or not each:
            dtype = DTYPES[name]
            if dtype == "category":  # of the values seen, in their order
                dtype = pd.CategoricalDtype(pd.Index(list(dict.fromkeys(each)), dtype="str"))
            array = self._shared[name] = pd.array(each, dtype=dtype)
        return array

    def _add(self, new: dict[str, Any], length: int) -> None:
        if not self._arrays or length > len(self._whole) or new["type"].dtype != self._arrays["type"].dtype:
            # Larger by a share of itself, so that each row is moved a few times at most. The tables that were given
            # away keep the old whole, which nobody writes to any more.
            kept = {name: array[: self._length] for name, array in self._arrays.items()}
            room = length // 4 + _ROOM
            self._arrays = {name: _joined(kept.get(name), rows, room) for name, rows in new.items()}
            self._whole = pd.DataFrame(self._arrays, copy=False)
        else:
            for name, rows in new.items():
                self._arrays[name][self._length : length] = rows
        self._length = length


def _joined(kept: Any, new: Any, room: int) -> Any:
    """Return an array of the rows that there were, the new ones, and room for more."""
    if isinstance(new, np.ndarray):
        return np.concatenate([*(() if kept is None else (kept,)), new, np.zeros(room, new.dtype)])
    if isinstance(new, pd.Categorical):
        codes = [*(() if kept is None else (kept.codes,)), new.codes, np.full(room, -1, np.int8)]
        return pd.Categorical.from_codes(np.concatenate(codes), dtype=new.dtype, validate=False)
    rest = new.take(np.full(room, -1), allow_fill=True)
    return type(new)._concat_same_type([*(() if kept is None else (kept,)), new, rest])


def _array(column: Column, start: int, stop: int) -> Any:
    """Return rows of a column."""
    if isinstance(column, Floats):
        return np.frombuffer(column.data[start:stop])
    if isinstance(column, SparseFloats):
        floats = np.full(stop - start, np.nan)
        at, values = column.between(start, stop)
        floats[np.frombuffer(at, np.int64) - start] = np.frombuffer(values)
        return floats
    if isinstance(column, Ints):
        ints = np.frombuffer(column.data[start:stop], np.int64)
        missing = ints == NO_INT
        ints[missing] = 0
        return pd.arrays.IntegerArray(ints, missing)
    if isinstance(column, Sparse):
        strings = _NOTHING[np.zeros(stop - start, np.intp)]
        for row, value in column.between(start, stop):
            strings[row - start] = value
        return strings
    return pd.array(column.values(start, stop), dtype=STRING)


_tables: WeakKeyDictionary[EventStore, Tables] = WeakKeyDictionary()


def to_frame(log: EventStore) -> pd.DataFrame:
    """Return the log as a DataFrame, safe to change by all that pandas does; a change is seen in no other.

    Not through the arrays behind it (``df["text"].array[0] = ...``): tables of one log share them.

    One row an event, the index its position in the log. Columns: ``t`` (s since connect), ``time`` (UTC),
    ``direction``, ``type`` (as on the wire), ``event_id``, ``response_id``, ``item_id``, ``call_id``,
    ``output_index``, ``content_index``, ``role``, ``text``, ``audio_ms`` (ms), ``bytes`` (on the wire), ``error``,
    ``session_id``, ``connection`` (number of the connection).
    """
    if (tables := _tables.get(log)) is None:
        tables = _tables.setdefault(log, Tables())
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
