"""Logs as Parquet, a folder a session: ``FOLDER/session=NAME/events.parquet``.

DuckDB, polars, pandas and Dask read that without this package, and know the session as a column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from rt_notebook.errors import RecordingError
from rt_notebook.log.source import Source
from rt_notebook.log.store import COLUMNS, LONGEST

if TYPE_CHECKING:
    from rt_notebook.log.eventlog import EventLog

FILE = "events.parquet"
_SUFFIXES = (".gz", ".zst", ".zstd", ".jsonl", ".json", ".ndjson", ".har", ".txt", ".log")
_NUMBERS = {"t": "double", "audio_ms": "double"}
_COUNTS = ("output_index", "content_index", "bytes", "connection")
_ROW_GROUP = 100_000


def write(
    logs: Iterable[EventLog], folder: str | Path, *, names: Sequence[str] | None = None, raw: bool = False
) -> list[Path]:
    """Write each log into its own partition, anew where that is there already; returns the files.

    Columns are those of `EventLog.df`, in plain Arrow types: ``t`` and ``audio_ms`` double, ``time`` timestamp (us,
    UTC), the indices, ``bytes`` and ``connection`` int64, the rest string; the row's number in the log is ``row``.

    Parameters
    ----------
    logs
        Taken one by one, so that a generator needs room for one log only.
    folder
        Made where it is not there.
    names
        The sessions' names; else those of their recordings, or when they began.
    raw
        True adds the column ``raw``: the event's text with its audio (keys and tokens are stars).
    """
    try:
        import pyarrow.parquet as pq
    except ModuleNotFoundError:
        raise RecordingError(
            folder, "Parquet needs a package: pip install 'rt-notebook[parquet]'. log.save() needs none."
        ) from None
    written: list[Path] = []
    for number, log in enumerate(logs):
        name = names[number] if names is not None else name_of(log)
        if not name:
            raise ValueError("A session's name is its folder's name, so it is not empty.")
        # As Hive writes names that are none for a folder; readers undo it.
        partition = Path(folder).expanduser() / f"session={quote(name, safe=' ')}"
        partition.mkdir(parents=True, exist_ok=True)
        part = partition / f".{FILE}.part"
        pq.write_table(_table(log, raw), part, compression="zstd", row_group_size=_ROW_GROUP)
        written.append(part.replace(partition / FILE))
    return written


def name_of(log: EventLog) -> str:
    """Return what a log is called: its recording's name, else when it began."""
    path = log.source.path if log.source is not None else ""
    return stem(Path(path)) if path else f"{log.started:%Y-%m-%dT%H-%M-%S}"


def stem(path: Path) -> str:
    """Return a recording's name without what tells its format."""
    name = path.name
    while name.lower().endswith(_SUFFIXES) and name.rpartition(".")[0]:
        name = name.rpartition(".")[0]
    return name


def _table(log: EventLog, raw: bool) -> Any:
    import pyarrow as pa

    columns = log.columns()
    t = np.array(log.t.data[: len(columns["t"])])
    start = np.datetime64(log.started.replace(tzinfo=None), "us")
    unknown = ~(np.abs(t) < LONGEST)
    micros = np.where(unknown, 0, t * 1e6).round().astype("timedelta64[us]")
    mask = (log.source or Source()).mask

    def column(name: str) -> Any:
        if name == "time":
            return pa.array(start + micros, pa.timestamp("us", "UTC"), mask=unknown)
        if name == "t":
            return pa.array(t, pa.float64(), mask=unknown)
        if name in _NUMBERS:
            return pa.array([None if value is None else float(value) for value in columns[name]], pa.float64())
        if name in _COUNTS:
            return pa.array(columns[name], pa.int64())
        values = columns[name]
        if name in ("text", "error"):  # a server repeats a wrong key in its error
            values = [value if value is None else _clean(value, mask) for value in values]
        return pa.array(values, pa.string())

    arrays = {"row": pa.array(np.arange(len(t)), pa.int64())} | {name: column(name) for name in COLUMNS}
    if raw:
        texts = (mask(log.raw(index)).decode("utf-8", "replace") for index in range(len(t)))
        arrays["raw"] = pa.array(texts, pa.large_string())
    return pa.table(arrays)


def _clean(text: str, mask: Any) -> str:
    encoded = text.encode("utf-8", "replace")
    hidden: bytes = mask(encoded)
    return text if hidden is encoded else hidden.decode()
