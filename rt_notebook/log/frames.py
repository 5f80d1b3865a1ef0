"""The log as a DataFrame, with the same dtypes for an empty log as for a long one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rt_notebook.log.store import COLUMNS

if TYPE_CHECKING:
    from rt_notebook.log.eventlog import EventLog

DTYPES = {
    "t": "float64",
    "direction": pd.CategoricalDtype(["client", "server", "local"]),
    "type": "category",
    "event_id": "string",
    "response_id": "string",
    "item_id": "string",
    "call_id": "string",
    "output_index": "Int64",
    "content_index": "Int64",
    "role": "string",
    "text": "string",
    "audio_ms": "float64",
    "bytes": "Int64",
    "error": "string",
    "session_id": "string",
    "connection": "Int64",
}
"""Column -> dtype; ``time`` is ``datetime64[ns, UTC]``. The categories of ``type`` are the types seen."""


def to_frame(log: EventLog) -> pd.DataFrame:
    """Return the log as a DataFrame of its own, safe to change.

    One row an event, the index its position in the log. Columns: ``t`` (s since connect), ``time`` (UTC),
    ``direction``, ``type`` (as on the wire), ``event_id``, ``response_id``, ``item_id``, ``call_id``,
    ``output_index``, ``content_index``, ``role``, ``text``, ``audio_ms`` (ms), ``bytes`` (on the wire), ``error``,
    ``session_id``, ``connection`` (number of the connection).
    """
    lists = log.columns()
    dtypes: dict[str, Any] = DTYPES | {
        "type": pd.CategoricalDtype(pd.Index(list(dict.fromkeys(lists["type"])), dtype="str"))
    }
    columns = {name: pd.Series(values, dtype=dtypes[name]) for name, values in lists.items()}
    start = np.datetime64(log.started.replace(tzinfo=None), "ns")
    offsets = (columns["t"].to_numpy() * 1e9).astype("timedelta64[ns]")
    columns["time"] = pd.Series(start + offsets).dt.tz_localize("UTC")
    return pd.DataFrame({name: columns[name] for name in COLUMNS})
