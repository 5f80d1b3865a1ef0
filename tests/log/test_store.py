import base64
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.store import COLUMNS, matches

PCM = np.arange(2400, dtype="<i2").tobytes()


def put(
    log: EventLog, event: dict[str, Any], direction: Any = "server", dumps: Callable[[Any], bytes] = orjson.dumps
) -> bytes:
    raw = dumps(event)
    log.append(direction, raw, orjson.loads(raw), 1)
    return raw


def audio_delta(pcm: bytes = PCM) -> dict[str, Any]:
    return {"type": "response.output_audio.delta", "item_id": "i", "delta": base64.b64encode(pcm).decode()}


def test_columns_and_dtypes() -> None:
    log = EventLog()
    put(log, {"type": "session.created", "event_id": "e", "session": {"id": "sess_1"}})
    put(log, audio_delta() | {"response_id": "r", "output_index": 0, "content_index": 0})
    put(log, {"type": "conversation.item.added", "item": {"id": "i", "role": "user", "content": [{"text": "Hi"}]}})
    put(log, {"type": "error", "error": {"message": "no", "event_id": "e"}})
    put(log, {"type": "never.heard.of", "item_id": 7, "strange": [1]})
    put(log, {"type": "rt.playback.flushed", "item_id": "i", "heard_ms": 12.5}, "local")
    df = log.df
    assert list(df.columns) == list(COLUMNS)
    assert df.index.tolist() == list(range(6))
    assert df["session_id"].tolist()[0] == "sess_1"
    assert list(df[["response_id", "item_id", "output_index", "audio_ms"]].iloc[1]) == ["r", "i", 0, 100.0]
    assert list(df[["item_id", "role", "text"]].iloc[2]) == ["i", "user", "Hi"]
    assert df.loc[3, "error"] == "no"
    assert df.loc[4, "type"] == "never.heard.of"
    assert df["item_id"].isna().loc[4]
    assert df.loc[5, "audio_ms"] == 12.5
    assert df["bytes"].isna().loc[5]
    assert df["t"].is_monotonic_increasing
    assert str(df["time"].dtype) == "datetime64[ns, UTC]"
    assert EventLog().df.dtypes.astype(str).equals(df.dtypes.astype(str))
    assert df["type"].cat.categories.dtype == EventLog().df["type"].cat.categories.dtype


def test_the_frame_is_safe_to_change() -> None:
    log = EventLog()
    put(log, {"type": "error", "error": {"message": "no"}})
    df = log.df
    df.loc[0, "error"] = "changed"
    assert log.df.loc[0, "error"] == "no"


def test_audio_is_kept_once_and_the_raw_event_comes_back() -> None:
    log = EventLog()
    raw = put(log, audio_delta())
    assert log.raw(0) == raw
    assert log.pcm(0) == log.pcm(-1) == PCM
    assert log.raw(-1) == raw
    assert len(log.originals.blobs) < len(PCM) + 200  # the audio is not in the row
    assert log[0].pcm == PCM
    assert log[0]["delta"] == json.loads(raw)["delta"]


@pytest.mark.parametrize(
    "delta",
    ["", "AAA", "####", "AAB=", "AA\nAA", 5, None],
    ids=["empty", "cut", "no base64", "not canonical", "newline", "number", "null"],
)
def test_audio_that_is_not_as_we_would_write_it_stays_as_it_came(delta: object) -> None:
    log = EventLog()
    raw = put(log, {"type": "response.output_audio.delta", "delta": delta})
    assert log.raw(0) == raw


def test_escaped_audio_comes_back_byte_for_byte() -> None:
    log = EventLog()
    raw = put(log, audio_delta(b"\xff" * 30), dumps=lambda event: json.dumps(event).replace("/", r"\/").encode())
    assert rb"\/" in raw
    assert log.raw(0) == raw
    assert log.pcm(0) == b"\xff" * 30


def test_several_audio_parts_in_one_event() -> None:
    log = EventLog()
    parts = [{"type": "input_audio", "audio": base64.b64encode(bytes([n]) * 10).decode()} for n in (1, 2)]
    raw = put(log, {"type": "conversation.item.create", "item": {"id": "i", "content": parts}}, "client")
    assert log.raw(0) == raw
    assert log.pcm(0) == bytes([1]) * 10 + bytes([2]) * 10


@given(st.lists(st.binary(max_size=40), max_size=4), st.text())
def test_any_audio_comes_back(pieces: list[bytes], text: str) -> None:
    log = EventLog()
    parts = [{"audio": base64.b64encode(piece).decode(), "text": text} for piece in pieces]
    raw = put(log, {"type": "conversation.item.create", "item": {"content": parts}})
    assert log.raw(0) == raw
    assert log[0].pcm == (b"".join(pieces) if pieces else None)


def test_it_is_a_sequence() -> None:
    log = EventLog()
    for number in range(5):
        put(log, {"type": "x", "n": number})
    assert len(log) == 5
    assert log[-1]["n"] == 4
    assert [event["n"] for event in log] == list(range(5))
    assert [event["n"] for event in log[1:3]] == [1, 2]
    assert log[2].index == 2
    with pytest.raises(IndexError, match="5 rows"):
        log[5]
    with pytest.raises(IndexError, match="5 rows"):
        log.raw(-6)
    assert log.raw(-1) == log.raw(4)


def test_iteration_sees_what_arrives_meanwhile() -> None:
    log = EventLog()
    put(log, {"type": "x"})
    seen = 0
    for _ in log:
        seen += 1
        if seen < 4:
            put(log, {"type": "x"})
    assert seen == 4


def test_filter_by_type_direction_and_time() -> None:
    times = iter([100.0, 101.0, 102.0, 103.0])
    log = EventLog(clock=lambda: next(times))
    put(log, {"type": "response.create"}, "client")
    put(log, {"type": "response.created"})
    put(log, {"type": "response.audio.delta"})
    assert [event.type for event in log.filter("response.*", direction="server")] == [
        "response.created",
        "response.audio.delta",
    ]
    # GA's names find the beta dialect's events too.
    assert [event.t for event in log.filter("response.output_audio.delta")] == [3.0]
    assert [event.t for event in log.filter(since=2.0, until=3.0)] == [2.0]
    assert log.find("response.output_audio.*") == 2
    assert log.find("session.*") is None
    with pytest.raises(ValueError, match="'servr'"):
        log.filter(direction="servr")  # type: ignore[arg-type] # wrong on purpose


def test_matching() -> None:
    assert matches("response.done", "response.*")
    assert matches("response.done", ("error", "response.done"))
    assert not matches("response.done", "response")
