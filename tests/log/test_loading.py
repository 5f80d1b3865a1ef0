"""Recordings as they are read: the same log again, and what is torn, compressed, old, or of another tool."""

import base64
import io
import json
import random
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson import lesson
from pandas.testing import assert_frame_equal

import rt_notebook as rt
from rt_notebook.errors import RecordingError
from rt_notebook.log.lines import header_line, lines_of
from rt_notebook.log.source import Source
from rt_notebook.log.unpacking import Progress
from rt_notebook.protocol.catalog import Dialect
from rt_notebook.protocol.event import parse


def file_of(log: rt.EventLog, audio: bool = True) -> io.BytesIO:
    return io.BytesIO(b"".join(lines_of(log, audio)))


def loaded(data: bytes, *, problem: str = "") -> rt.EventLog:
    """Load a file; exactly the problems that are expected are warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        log = rt.load(io.BytesIO(data))
    told = " ".join(str(warning.message) for warning in caught)
    assert (problem in told) if problem else not caught, told
    return log


def assert_same(log: rt.EventLog, other: rt.EventLog) -> None:
    assert_frame_equal(log.df, other.df)
    assert [log.raw(i) for i in range(len(log))] == [other.raw(i) for i in range(len(other))]
    assert [log.pcm(i) for i in range(len(log))] == [other.pcm(i) for i in range(len(other))]


@pytest.mark.parametrize("dialect", ["ga", "beta"])
@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.zst"])
def test_a_recording_is_the_same_log_again(tmp_path: Path, dialect: Dialect, suffix: str) -> None:
    path = tmp_path / f"lesson{suffix}"
    lesson(dialect).save(path)
    log = rt.load(path)
    assert_same(lesson(dialect), log)
    assert log.source is not None
    assert (log.source.dialect, log.source.model, log.source.version) == (dialect, "tutor", 1)
    # By its content, not by its name.
    path.rename(tmp_path / "other")
    assert_same(lesson(dialect), rt.load(tmp_path / "other"))


@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_without_sound_the_table_is_the_same(dialect: Dialect) -> None:
    log = loaded(file_of(lesson(dialect), audio=False).getvalue())
    assert_frame_equal(lesson(dialect).df, log.df)
    assert not any(any(log.pcm(i) or b"") for i in range(len(log)))
    assert log.source is not None
    assert not log.source.audio
    assert_same(log, loaded(file_of(log).getvalue()))


def test_silence_is_that_of_the_format() -> None:
    log = rt.EventLog()
    events = [
        {"type": "session.updated", "session": {"input_audio_format": "g711_ulaw", "output_audio_format": "g711_alaw"}},
        {"type": "input_audio_buffer.append", "audio": "AAAA"},
        {"type": "response.audio.delta", "delta": "AAAA"},
    ]
    for event, direction in zip(events, ("server", "client", "server"), strict=True):
        log.append(direction, orjson.dumps(event), event, 1)  # type: ignore[arg-type] # literals
    silent = loaded(file_of(log, audio=False).getvalue())
    assert [silent.pcm(i) for i in range(3)] == [None, b"\xff" * 3, b"\xd5" * 3]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["type", "event_id", "item", "item_id", "delta", "audio", "text", "error", "response"])
TYPES = st.sampled_from(["response.output_audio.delta", "input_audio_buffer.append", "error", "session.updated", "new"])
AUDIO = st.binary(max_size=30).map(lambda pcm: base64.b64encode(pcm).decode())
EVENTS = st.builds(
    lambda fields, type_, audio: json.dumps(fields | {"type": type_, "delta": audio, "audio": audio}).encode(),
    st.dictionaries(NAMES, JSON, max_size=4),
    TYPES,
    AUDIO,
)
RAW = EVENTS | JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40)
ROWS = st.lists(st.tuples(st.sampled_from(["client", "server", "local"]), RAW, st.floats(0, 9)), max_size=8)


def any_log(rows: Any) -> rt.EventLog:
    log, now = rt.EventLog(), 0.0
    for direction, raw, step in rows:
        now += step
        log.append(direction, raw, parse(raw), 1, t=now)
    return log


@settings(max_examples=40)
@given(ROWS)
def test_any_log_comes_back(rows: Any) -> None:
    log = any_log(rows)
    assert_same(log, loaded(file_of(log).getvalue()))
    silent = loaded(file_of(log, audio=False).getvalue())
    columns = ["t", "direction", "type", "item_id", "event_id", "audio_ms"]
    assert_frame_equal(log.df[columns], silent.df[columns])


@settings(max_examples=40)
@given(st.data())
def test_a_recording_that_is_cut_anywhere_loads(data: st.DataObject) -> None:
    whole = file_of(lesson()).getvalue()
    header = whole.index(b"\n") + 1
    cut = data.draw(st.integers(header, len(whole) - 1))
    torn = whole[cut - 1 : cut] != b"\n" and whole[cut : cut + 1] != b"\n"
    log = loaded(whole[:cut], problem="last line" if torn else "")
    assert len(log) == whole[: cut + 1].count(b"\n") - 1
    assert [log.raw(i) for i in range(len(log))] == [lesson().raw(i) for i in range(len(log))]


# -- damaged ----------------------------------------------------------------------------------------------------------


def test_a_torn_line_in_the_middle_is_named_and_the_rest_loads() -> None:
    lines = file_of(lesson()).getvalue().splitlines(keepends=True)
    lines[5] = lines[5][: len(lines[5]) // 2] + b"\n"
    lines[8] = b'{"t":1,"direction":"nobody","event":{}}\n'
    log = loaded(b"".join(lines), problem="line 6 is torn")
    assert log.source is not None
    assert log.source.problems == ("line 6 is torn, and left out", "line 9 is torn, and left out")
    assert len(log) == len(lesson()) - 2


def test_lines_that_somebody_wrote_anew() -> None:
    lines = [orjson.loads(line) for line in file_of(lesson()).getvalue().splitlines()]
    text = "\r\n".join(json.dumps(line | {"note": "seen"}) for line in lines) + "\r\n"
    log = loaded(b"\xef\xbb\xbf" + text.encode())
    assert log.df["type"].tolist() == lesson().df["type"].tolist()
    assert [log.pcm(i) for i in range(len(log))] == [lesson().pcm(i) for i in range(len(log))]


def test_without_its_header() -> None:
    log = loaded(file_of(lesson()).getvalue().split(b"\n", 1)[1], problem="header is missing")
    assert log.df["t"].tolist() == lesson().df["t"].tolist()


def test_a_header_that_tells_little() -> None:
    header = {"format": "rt_notebook recording", "version": 1, "model": 5, "started": "yesterday"}
    log = loaded(orjson.dumps(header) + b"\n", problem="when it began")
    assert len(log) == 0
    with pytest.raises(RecordingError, match="newer one reads it"):
        rt.load(io.BytesIO(orjson.dumps(header | {"version": 2})))


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_compressed_file_that_is_cut_or_damaged(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    recorder, log = rt.Recorder(path), rt.EventLog()
    recorder.attach(log)
    for index in range(50):
        noise = random.Random(index).randbytes(1000).hex()
        log.append("server", b'{"type":"x","text":"%b"}' % noise.encode(), {"type": "x"}, 1)
    recorder.close()
    data = path.read_bytes()
    for cut in (len(data) // 2, len(data) // 2 + 100, len(data) - 1):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            part = rt.load(io.BytesIO(data[:cut]))
        assert 20 < len(part) <= 50
        assert [part.raw(i) for i in range(len(part))] == [log.raw(i) for i in range(len(part))]
    damaged = bytearray(data)
    damaged[len(data) // 2 :] = random.Random(1).randbytes(len(data) - len(data) // 2)
    assert len(loaded(bytes(damaged), problem="damaged")) > 10


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"hello", b'{"a": 1}', b"[1, 2]", b"\x00" * 100, b"RIFF\x00", b'{"type": "message"}', b"[" * 5000],
)
def test_what_is_no_recording(data: bytes) -> None:
    with pytest.raises(RecordingError, match=r"empty|no recording"):
        rt.load(io.BytesIO(data))


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="load_many"):
        rt.load(tmp_path)
    with pytest.raises(FileNotFoundError):
        rt.load(tmp_path / "none.jsonl")
    with pytest.raises(TypeError, match="path or an open file"):
        rt.load(5)  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(TypeError, match="binary mode"):
        rt.load(io.StringIO("x"))  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(RecordingError, match="UTF-16"):
        rt.load(io.BytesIO('{"type":"x"}'.encode("utf-16")))


# -- version 0: other tools' dumps ------------------------------------------------------------------------------------

CREATED = {"type": "session.created", "event_id": "e1", "session": {"id": "s"}}
ASKED = {"type": "response.create", "event_id": "e2"}
DONE = {"type": "response.done", "event_id": "e3", "response": {"id": "r"}}
BARE = [CREATED, ASKED, DONE, CREATED]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(BARE),
        json.dumps(BARE, indent=2),
        "\n".join(json.dumps(event) for event in BARE),
        "\n".join(json.dumps(event, indent=2) for event in BARE),
        json.dumps({"events": BARE}),
        "\n".join(json.dumps({"type": "raw_server_event", "data": event}) for event in BARE),
        json.dumps([{"type": "raw_model_event", "data": {"type": "raw_server_event", "data": e}} for e in BARE]),
    ],
    ids=["array", "pretty array", "lines", "pretty objects", "in an object", "agents", "agents' session"],
)
def test_raw_events_without_times(text: str) -> None:
    log = loaded(text.encode(), problem="no times")
    assert [dict(event) for event in log] == BARE
    assert log.df["t"].isna().all()
    assert log.df["time"].isna().all()
    assert log.df["connection"].tolist() == [1, 1, 1, 2]
    assert log.source is not None
    assert log.source.version == 0


def test_bare_events_tell_by_their_type_who_sent_them() -> None:
    log = loaded(json.dumps([*BARE, {"type": "never.heard.of"}]).encode(), problem="no header")
    assert log.df["direction"].tolist() == ["server", "client", "server", "server", "server"]


def test_the_consoles_wrapper_and_a_har_file() -> None:
    times = ["2026-11-24T10:00:00.000Z", "2026-11-24T10:00:01.500Z", "2026-11-24T10:00:01.250Z"]
    sides = ["server", "client", "server"]
    console = [
        {"time": time, "source": side, "event": event} for time, side, event in zip(times, sides, BARE, strict=False)
    ]
    log = loaded(json.dumps(console).encode(), problem="no header")
    assert log.df["t"].tolist() == [0.0, 1.5, 1.5]
    assert log.df["time"].iloc[0].isoformat() == "2026-11-24T10:00:00+00:00"
    messages: list[dict[str, Any]] = [
        {"type": "receive", "time": 1.7e9, "opcode": 1, "data": '{"type": "new.event",  "x": 1}'},
        {"type": "send", "time": 1.7e9 + 2, "opcode": 1, "data": json.dumps(ASKED)},
        {"type": "receive", "time": 1.7e9 + 3, "opcode": 9, "data": ""},
    ]
    har = {"log": {"entries": [{"_webSocketMessages": messages}, {"request": {}}]}}
    log = loaded(json.dumps(har, indent=1).encode(), problem="1 entries are no event")
    assert log.raw(0) == b'{"type": "new.event",  "x": 1}'
    assert log.df["direction"].tolist() == ["server", "client"]
    assert log.df["t"].tolist() == [0.0, 2.0]


# -- progress ---------------------------------------------------------------------------------------------------------


def test_progress_is_one_line_that_goes_away() -> None:
    times = iter([0.0, 0.5, 1.5, 1.6, 2.0])
    out = io.StringIO()
    progress = Progress("x.jsonl", 2_000_000, out, clock=lambda: next(times))
    progress.at(100_000, 10)
    assert out.getvalue() == ""
    progress.at(1_000_000, 1000)
    progress.at(1_100_000, 1100)
    progress.at(2_000_000, 2000)
    progress.end()
    first, *shown, last = out.getvalue().split("\r")[:-1]
    assert first == ""
    assert shown == ["x.jsonl:  50%  1 MB, 1,000 events", "x.jsonl: 100%  2 MB, 2,000 events"]
    assert last.isspace()


def test_progress_where_nobody_looks_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress("x", 1, clock=iter([0.0, 9.0, 99.0]).__next__)
    progress.at(1, 1)
    progress.end()
    assert capsys.readouterr() == ("", "")


# -- many -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lesson().save(tmp_path / "b.jsonl.gz", audio=False)
    lesson("beta").save(tmp_path / "a.jsonl", audio=False)
    rt.EventLog().save(tmp_path / "c.jsonl")
    (tmp_path / "d.jsonl").write_text("no recording")
    return tmp_path


def test_many_sessions_are_one_table(folder: Path) -> None:
    sessions = rt.load_many(str(folder / "*.jsonl*"))
    assert sessions.names == ["a", "b", "c", "d"]
    with pytest.warns(UserWarning, match=r"1 of 4 files are left out: .*d\.jsonl: this is no recording"):
        df = sessions.df
    assert list(sessions.problems) == ["d"]
    assert list(df.columns[:3]) == ["session", "row", "t"]
    assert df.groupby("session", observed=True).size().to_dict() == {"a": len(lesson("beta")), "b": len(lesson())}
    assert df.dtypes.drop(["session", "row", "type"]).equals(lesson().df.dtypes.drop("type"))
    assert df["type"].dtype == "category"
    part = df[df["session"] == "b"].set_index("row").drop(columns="session")
    assert part["type"].tolist() == lesson().df["type"].tolist()
    df.loc[0, "text"] = "changed"
    assert "changed" not in set(sessions.df["text"].dropna())
    assert len(sessions["b"]) == len(sessions[1]) == len(lesson())
    assert sessions[:2].names == ["a", "b"]
    with pytest.raises(KeyError, match="'x'"):
        sessions["x"]


def test_turns_and_responses_of_many(folder: Path) -> None:
    sessions = rt.load_many([folder / "a.jsonl", folder / "b.jsonl.gz"])
    turns, responses = sessions.turns, sessions.responses
    assert set(turns["session"]) == set(responses["session"]) == {"a", "b"}
    assert len(turns) == len(lesson().turns) + len(lesson("beta").turns)


def test_nothing_and_names_that_are_alike(folder: Path) -> None:
    with pytest.raises(RecordingError, match="no recording is found"):
        rt.load_many(str(folder / "*.nothing"))
    (folder / "sub").mkdir()
    lesson().save(folder / "sub" / "a.jsonl", audio=False)
    assert rt.load_many(f"{folder}/**/a.jsonl").names == ["a.jsonl", "sub/a.jsonl"]
    empty = rt.load_many([folder / "d.jsonl"])
    with pytest.warns(UserWarning, match="left out"):
        assert empty.df.empty
    assert np.array_equal(empty.df.columns[2:], lesson().df.columns)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_a_log_that_tells_no_times_tells_all_else(tmp_path: Path, dialect: Dialect) -> None:
    log = lesson(dialect)
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(log.raw(row) for row in range(len(log))))
    bare = rt.load(path)
    assert bare.is_timeless
    assert bare.df["t"].isna().all()
    assert bare.df["time"].isna().all()
    told = ["transcript", "answer", "responses", "calls", "status"]
    assert_frame_equal(bare.turns[told], log.turns[told])
    assert bare.turns[["speech_start", "asked", "first_audio", "done", "ended"]].isna().all(axis=None)
    assert_frame_equal(bare.usage.df.drop(columns="t"), log.usage.df.drop(columns="t"))
    assert bare.latency.stats["count"].sum() == 0
    assert [finding.rule for finding in bare.lint().errors] == []
    assert bare.audio()[0].any(axis=0).all()
    views = (bare.timeline, bare.waterfall, bare.sequence, bare.conversation, bare.summary)
    for view in views:
        assert repr(view())
    for part in (bare.timeline, bare.sequence):
        assert repr(part(turn=1))
        assert repr(part(t0=0, t1=3))
    assert "nan" not in bare._repr_html_()
    bare.to_html(tmp_path / "page.html")
    bare.save(tmp_path / "again.jsonl")
    assert list(rt.load(tmp_path / "again.jsonl")) == list(bare)


def test_a_line_with_a_number_that_nobody_meant(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(
        header_line(Source(), datetime.now(UTC), audio=True)
        + b'{"t":1.5,"direction":"server","connection":99999999999999999999,"event":{"type":"a"}}\n'
        + b'{"t":1e300,"direction":"server","connection":1,"event":{"type":"b","heard_ms":1e30}}\n'
        + b'{"t":2.5,"direction":"server","connection":1,"event":{"type":"c"}}\n'
    )
    log = rt.load(path)
    assert log.columns("t", "connection", "type") == {
        "t": [1.5, 1.5, 2.5],
        "connection": [None, 1, 1],
        "type": ["a", "b", "c"],
    }


def test_half_a_character_in_another_tools_file(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b'[{"type":"response.output_text.delta",\n"delta":"\\ud83d", "n": %s}]' % (b"9" * 400))
    with pytest.warns(UserWarning, match="no header"):
        log = rt.load(path)
    assert log[0]["delta"] == log.df["text"][0] == log.arrow()["text"][0].as_py() == "\ufffd"
