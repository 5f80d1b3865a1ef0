"""What the log's table costs, beside the floor: pandas making a table of the same rows.

    python -m benchmarks.log [--events 40000] [--runs 7]

The stream is that of benchmarks.receiving.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from functools import partial
from statistics import median

import orjson
import pandas as pd

from benchmarks.receiving.stream import encoded
from rt_notebook.log.eventlog import EventLog

NEW = 100


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=40_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    events = [(raw, orjson.loads(raw)) for raw in encoded(options.events)]
    _table(_filled(events[:10]))  # what is imported and made once does not count
    times: dict[str, list[float]] = {}

    def measure(what: str, make: Callable[[], object]) -> None:
        gc.collect()
        begun = time.perf_counter()
        make()
        times.setdefault(what, []).append((time.perf_counter() - begun) * 1000)

    for _ in range(options.runs):
        log = _filled(events)
        rows = list(zip(*log.columns().values(), strict=True))
        measure("floor: pandas from_records, no dtypes", partial(pd.DataFrame.from_records, rows))
        measure(f"first df of {len(log):,} events", partial(_table, log))
        measure("df again, nothing new", partial(_table, log))
        for raw, data in events[:NEW]:
            log.append("server", raw, data, 1)
        measure(f"df after {NEW} new events", partial(_table, log))
        measure("arrow()", log.arrow)
        measure("polars()", log.polars)
    print(f"{'what':<44} {'median':>8} {'best':>8} {'n':>4}   ms")
    for what, taken in times.items():
        print(f"{what:<44} {median(taken):8.1f} {min(taken):8.1f} {len(taken):4}")


def _table(log: EventLog) -> pd.DataFrame:
    return log.df


def _filled(events: list[tuple[bytes, dict[str, object]]]) -> EventLog:
    log = EventLog()
    for raw, data in events:
        log.append("server", raw, data, 1)
    return log


if __name__ == "__main__":
    main()
