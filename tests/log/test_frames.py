import threading
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_log import odd_logs

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.frames import DTYPES
from rt_notebook.log.store import COLUMNS
from rt_notebook.protocol.event import encode_audio

GARBAGE = [
    b'{"type":"never.heard.of","item_id":7,"response":[],"item":null,"text":{"a":1}}',
    b'{"type":5,"event_id":[],"error":"words","session":{"id":3}}',
    b'{"type":"x","output_index":18446744073709551615,"content_index":true,"heard_ms":1e308}',
    b'{"type":"x","type":"y","event_id":"a","event_id":"b"}',
    b'{"type":"x","text":"\\ud83d","n":NaN}',
    b'{"type":"","item_id":"\\u0000"}',
    b"[1, 2]",
    b"\xff\xfe",
    b"",
]


def put(log: EventLog, raw: bytes, **how: Any) -> None:
    from rt_notebook.protocol.event import parse

    log.append("server", raw, parse(raw), **how)


def names_of(frame: pd.DataFrame) -> list[str]:
    return [str(dtype) for dtype in frame.dtypes]


@pytest.mark.parametrize("rows", [[], GARBAGE, GARBAGE[:1], GARBAGE[-1:]], ids=["empty", "all", "one", "nothing"])
def test_the_dtypes_are_always_the_same(rows: list[bytes]) -> None:
    log = EventLog()
    for raw in rows:
        put(log, raw, connection=10**30)
    df = log.df
    assert list(df.columns) == list(COLUMNS)
    assert names_of(df) == names_of(EventLog().df)
    assert all(str(df[name].dtype) == str(dtype) for name, dtype in DTYPES.items())
    assert log.polars().schema == EventLog().polars().schema
    assert log.arrow().schema == EventLog().arrow().schema
    assert len(log.polars()) == len(log.arrow()) == len(df) == len(rows)


@settings(max_examples=30)
@given(odd_logs(), st.integers(0, 12))
def test_a_frame_that_grew_is_the_one_that_is_made_at_once(log: EventLog, at: int) -> None:
    grown = EventLog()
    grown.started = log.started
    for event in log:
        if event.index == at:
            grown.df  # noqa: B018 - keeps what there is
        grown.append(event.direction, log.raw(event.index), dict(event), log.connection[event.index] or 0, t=event.t)
    pd.testing.assert_frame_equal(grown.df, log.df)
    for name in COLUMNS:
        if name != "time":
            listed = [None if value is pd.NA or value != value else value for value in log.df[name].astype(object)]
            assert listed == log.column(name).values(0, len(log))
            assert log.polars()[name].to_list() == log.arrow()[name].to_pylist() == listed


def test_a_frame_is_its_owners() -> None:
    log = EventLog()
    for number in range(2000):
        put(log, b'{"type":"x","event_id":"%d","text":"a","output_index":1,"error":"no"}' % number)
    old = log.df
    copy = old.copy(deep=True)
    changed = log.df
    for name in COLUMNS:
        if name not in ("direction", "type", "time"):
            changed.loc[5, name] = "changed" if str(changed[name].dtype) == "string" else 77
    changed["type"] = changed["type"].cat.rename_categories({"x": "other"})
    changed.iloc[10:20] = changed.iloc[20:30].to_numpy()
    for number in range(3000):  # beyond the room at the arrays' end
        put(log, orjson.dumps({"type": f"new.{number % 50}", "event_id": "n"}))
        if number % 500 == 0:
            log.df  # noqa: B018 - grows what is kept
    pd.testing.assert_frame_equal(old, copy)
    pd.testing.assert_frame_equal(log.df.iloc[:2000].astype({"type": str}), old.astype({"type": str}))
    assert log.df.loc[5, "event_id"] == "5"


@pytest.mark.parametrize("t", [float("nan"), float("inf"), 1e30, -1e30])
@pytest.mark.filterwarnings("error")
def test_a_time_that_is_none_has_no_date(t: float) -> None:
    log = EventLog()
    put(log, b'{"type":"x"}', t=t)
    assert log.df["time"].isna().all()
    assert log.polars()["time"].to_list() == [None]
    assert log.arrow()["time"].null_count == 1
    assert np.array_equal(log.df["t"].to_numpy(), [t], equal_nan=True)


def event(number: int) -> dict[str, Any]:
    """Return an event of which every part follows from its number."""
    base = {"event_id": f"e{number}", "item_id": f"i{number % 50}"}
    if number % 4 == 0:
        delta = encode_audio(number.to_bytes(4, "big") * (number % 700))
        return base | {"type": "response.output_audio.delta", "response_id": f"r{number % 20}", "delta": delta}
    if number % 4 == 1:
        return base | {"type": "response.output_audio_transcript.delta", "delta": f"w{number}"}
    told = {"type": f"odd.{number % 97}", "call_id": f"c{number % 30}"}
    return base | told | ({"error": {"message": f"m{number}"}} if number % 4 == 2 else {})


def test_any_thread_reads_while_another_appends() -> None:
    log = EventLog(memory=3 * 2**20)
    over = threading.Event()
    wrong: list[Exception] = []
    rounds: dict[str, int] = {}

    def frame() -> None:
        df = log.df
        length = len(df)
        for row in {0, length // 2, length - 1} if length else ():
            told = event(row)
            assert df["event_id"].iloc[row] == told["event_id"]
            assert df["type"].iloc[row] == told["type"]
            assert (df["error"].iloc[row] == f"m{row}") is (row % 4 == 2) or pd.isna(df["error"].iloc[row])
        assert df["event_id"].notna().all()

    def tables() -> None:
        assert log.arrow()["event_id"].to_pylist()[-3:] is not None
        assert log.polars()["event_id"].null_count() == 0

    def iteration() -> None:
        for number, each in enumerate(log):
            assert each == event(number)
            if over.is_set():
                return

    def slices() -> None:
        start = max(0, len(log) - 200)
        for number, each in enumerate(log[start : start + 20], start):
            assert each == event(number)

    def index() -> None:
        length = len(log)
        found = [row for row in log.rows(call="c7") if row < length]
        assert found == [row for row in range(7, length, 30) if row % 4 >= 2]
        errors = [each.index for each in log.filter("odd.7*", error=True) if each.index < length]
        assert errors == [row for row in range(2, length, 4) if event(row)["type"].startswith("odd.7")]

    def bytes_of() -> None:
        length = len(log)
        for row in range(0, length, length // 20 + 1):
            assert log.raw(row) == orjson.dumps(event(row))
            sound = number_sound(row) if row % 4 == 0 else None
            assert log.pcm(row) == sound

    def number_sound(row: int) -> bytes:
        return row.to_bytes(4, "big") * (row % 700)

    def reader(look: Any) -> None:
        while not over.is_set():
            try:
                look()
            except Exception as error:
                wrong.append(error)
                return
            rounds[look.__name__] = rounds.get(look.__name__, 0) + 1

    looks = (frame, frame, tables, iteration, slices, index, bytes_of, bytes_of)
    threads = [threading.Thread(target=reader, args=(look,)) for look in looks]
    for thread in threads:
        thread.start()
    for number in range(12_000):
        told = event(number)
        log.append("server", orjson.dumps(told), told, 1)
    over.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(log.originals.blobs) > 3 * 2**20 >= log.originals.blobs.memory
    assert {"frame", "slices", "bytes_of"} <= rounds.keys()
    for look in (frame, tables, index, bytes_of):
        look()
