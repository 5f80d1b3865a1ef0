"""Recordings: what writing costs a session, how fast one loads, and one question to a thousand sessions.

    python -m benchmarks.recording [--megabytes 100] [--sessions 1000] [--events 1000]

Writing: an event with 100 ms of sound (6.4 KB) appended to a log, without a recorder and with one, each line written
and flushed before the next. Loading: a recording of so many megabytes, half of its events with sound, beside what it
costs to read the file and parse each line. The question: the 95th percentile of the time from the end of the speech
to the first sound of the answer, by session: from Parquet with DuckDB, from the JSONL files with DuckDB, and from the
JSONL files with this package.
"""

from __future__ import annotations

import argparse
import base64
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import orjson

import rt_notebook as rt
from rt_notebook.log.lines import lines_of

SOUND = base64.b64encode(np.random.default_rng(1).integers(0, 256, 4800, np.uint8).tobytes()).decode()
TURN = 20
"""Events a turn."""


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=int, default=100, help="of the recording that is loaded")
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--events", type=int, default=1000, help="of a session")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        writing(Path(folder))
        loading(Path(folder), options.megabytes)
        question(Path(folder) / "sessions", options.sessions, options.events)


def events(number: int, sound: str, seed: int = 0) -> list[tuple[float, bytes]]:
    """Return events of spoken turns, each with its time: the answer's first sound 0.2 to 0.6 s after the speech."""
    rng = np.random.default_rng(seed)
    out: list[tuple[float, bytes]] = []
    while len(out) < number:
        turn = len(out) // TURN
        about = {"response_id": f"resp_{turn}", "item_id": f"item_{turn}", "output_index": 0, "content_index": 0}
        t = turn * 10.0
        out.append((t, orjson.dumps({"type": "input_audio_buffer.speech_stopped", "item_id": f"user_{turn}"})))
        t += float(rng.uniform(0.2, 0.6))
        for index in range(TURN - 1):
            kind, delta = ("output_audio", sound) if index % 2 == 0 else ("output_audio_transcript", "word ")
            event = {"type": f"response.{kind}.delta", "event_id": f"event_{turn}_{index}", "delta": delta, **about}
            out.append((t + index * 0.05, orjson.dumps(event)))
    return out[:number]


def log_of(rows: list[tuple[float, bytes]]) -> rt.EventLog:
    """Return a log of a session."""
    log = rt.EventLog()
    for t, raw in rows:
        log.append("server", raw, orjson.loads(raw), 1, t=t)
    return log


def timed(work: Callable[[], object]) -> float:
    """Return how long something takes, s."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def writing(folder: Path, count: int = 4000) -> None:
    """Print what a recorder adds to an event."""
    raw = orjson.dumps({"type": "response.output_audio.delta", "event_id": "event_1", "item_id": "i", "delta": SOUND})
    data = orjson.loads(raw)
    print(f"{'appending an event of 6.4 KB':<44}{'p50':>9}{'p99':>9}{'max':>9}   us")
    cases = ["no recorder", "x.jsonl", "x.jsonl, without audio", "x.jsonl.gz", "x.jsonl.zst"]
    for case in cases:
        log = rt.EventLog()
        recorder = rt.Recorder(folder / case.split(",")[0], audio="without" not in case, overwrite=True)
        if case != cases[0]:
            recorder.attach(log)
        times = [timed(partial(log.append, "server", raw, data, 1)) * 1e6 for _ in range(count)]
        recorder.close()
        low, high = np.percentile(times, [50, 99])
        print(f"  {case:<42}{low:9.1f}{high:9.1f}{max(times):9.0f}", flush=True)


def loading(folder: Path, megabytes: int) -> None:
    """Print how fast a recording loads, beside the floor."""
    path = folder / "long.jsonl"
    log_of(events(megabytes * 280, SOUND)).save(path)
    size = path.stat().st_size / 1e6
    print(f"{f'reading {size:.0f} MB':<44}{'s':>9}{'MB/s':>9}")
    cases: dict[str, Callable[[], object]] = {
        "floor: read and parse each line": lambda: [orjson.loads(line).get("t") for line in path.open("rb")],
        "rt.load": lambda: rt.load(path),
    }
    for case, work in cases.items():
        seconds = statistics.median(timed(work) for _ in range(3))
        print(f"  {case:<42}{seconds:9.2f}{size / seconds:9.0f}", flush=True)
    path.unlink()


FROM_PARQUET = """
WITH starts AS (
    SELECT session, t, type, max(CASE WHEN type = 'input_audio_buffer.speech_stopped' THEN t END)
        OVER (PARTITION BY session ORDER BY "row") AS stopped
    FROM ({source}) WHERE type IN ('input_audio_buffer.speech_stopped', 'response.output_audio.delta')
), firsts AS (
    SELECT session, min(t) - stopped AS latency FROM starts
    WHERE type = 'response.output_audio.delta' GROUP BY session, stopped
)
SELECT session, quantile_cont(latency, 0.95) AS p95 FROM firsts GROUP BY session ORDER BY session
"""


def question(folder: Path, sessions: int, count: int) -> None:
    """Print how long one question to all sessions takes, and that all answers are the same."""
    folder.mkdir()
    # Short sounds: what is asked is about times, and a thousand sessions have to fit on a disk.
    kinds = [b"".join(lines_of(log_of(events(count, SOUND[:400], seed)), True)) for seed in range(10)]
    for number in range(sessions):
        (folder / f"s{number:04}.jsonl").write_bytes(kinds[number % len(kinds)])
    recordings = rt.load_many(folder)
    parquet = folder / "parquet"
    print(f"{f'{sessions:,} sessions of {count:,} events':<44}{'s':>9}{'MB':>9}")
    seconds = timed(lambda: recordings.to_parquet(parquet))
    print(f"  {'to_parquet, once':<42}{seconds:9.2f}{_megabytes(parquet):9.0f}", flush=True)
    files = f"read_parquet('{parquet}/*/*.parquet', hive_partitioning = true)"
    lines = (
        "SELECT filename AS session, row_number() OVER () AS \"row\", t, event->>'$.type' AS type FROM "
        f"read_json('{folder}/*.jsonl', columns = {{'t': 'DOUBLE', 'event': 'JSON'}}, filename = true)"
    )
    answers: dict[str, np.ndarray] = {}

    def ask(source: str) -> np.ndarray:
        query = FROM_PARQUET.replace("{source}", source)
        return np.array([row[1] for row in duckdb.connect().execute(query).fetchall()])

    cases: dict[str, Callable[[], np.ndarray]] = {
        "DuckDB on Parquet": lambda: ask(f"SELECT * FROM {files}"),
        "DuckDB on JSONL": lambda: ask(lines),
        "rt.load_many on JSONL": lambda: _asked_of(recordings),
    }
    for case, work in cases.items():
        begun = time.perf_counter()
        answers[case] = work()
        size = _megabytes(parquet) if "Parquet" in case else _megabytes(folder, "*.jsonl")
        print(f"  {case:<42}{time.perf_counter() - begun:9.2f}{size:9.0f}", flush=True)
    first, *others = answers.values()
    if not all(np.allclose(first, other) for other in others):
        raise SystemExit("The answers differ.")


def _asked_of(recordings: rt.Sessions) -> np.ndarray:
    answers = []
    for log in recordings:
        columns = log.columns("t", "type")
        latencies: list[float] = []
        stopped: float | None = None
        for t, type_ in zip(columns["t"], columns["type"], strict=True):
            if type_ == "input_audio_buffer.speech_stopped":
                stopped = t
            elif type_ == "response.output_audio.delta" and stopped is not None:
                latencies.append(t - stopped)
                stopped = None
        answers.append(np.percentile(latencies, 95))
    return np.array(answers)


def _megabytes(folder: Path, pattern: str = "**/*.parquet") -> float:
    return sum(path.stat().st_size for path in folder.glob(pattern)) / 1e6


if __name__ == "__main__":
    main()
