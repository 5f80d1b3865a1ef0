"""Recordings as they are written: every event at once, nothing secret, and a disk that is no trouble to the session."""

import errno
import io
import json
import math
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from lesson import lesson

import rt_notebook as rt
from rt_notebook.errors import RecordingError
from rt_notebook.log import writing
from rt_notebook.log.lines import event_line, read_row
from rt_notebook.log.masking import masked
from rt_notebook.log.recording import Recorder
from rt_notebook.log.silence import with_silence, without_sound
from rt_notebook.log.source import Source
from rt_notebook.log.writing import Writer
from rt_notebook.protocol.event import parse


def put(log: rt.EventLog, raw: bytes, direction: Any = "server") -> None:
    log.append(direction, raw, parse(raw), 1)


def fail(error: Exception) -> None:
    raise AssertionError(error)


def test_each_event_is_in_the_file_before_the_next(tmp_path: Path) -> None:
    log = rt.EventLog()
    log.source = Source("local", "tutor", "ws://127.0.0.1/v1/realtime?model=tutor", "ga")
    Recorder(tmp_path / "x.jsonl").attach(log)
    header = orjson.loads((tmp_path / "x.jsonl").read_bytes())
    assert {"format": "rt_notebook recording", "version": 1, "dialect": "ga", "audio": True}.items() <= header.items()
    assert (header["provider"], header["model"], header["started"]) == ("local", "tutor", log.started.isoformat())
    put(log, b'{"type": "x",  "n": 1e40}')
    line = (tmp_path / "x.jsonl").read_bytes().splitlines()[1]
    assert line.endswith(b'"direction":"server","connection":1,"event":{"type": "x",  "n": 1e40}}')
    assert json.loads(line)["t"] == log.columns("t")["t"][0]


RAW = [
    b'{"type":"x"}',
    b' {"type": "x"} ',
    b'{\n  "type": "x"\n}',
    b'{"type":"x"}\r',
    b'{"type":"\xff"}',
    b'{"type":"x","text":"\\ud800"}',
    b'{"type":"x","n":NaN}',
    b'{"type":"x","n":' + b"9" * 400 + b"}",
    b'{"type":"x","type":"y"}',
    b'{"type":"x"}}',
    b"[1]",
    b"",
    b'{"event":{"type":"x"}}',
    '{"type":"x","text":"\u2028 \U0001f600"}'.encode(),
]


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize("audio", [True, False])
def test_any_raw_event_comes_back_from_a_line_of_json(raw: bytes, audio: bool) -> None:
    line = event_line(1.5, "server", 2, raw, audio=audio)
    assert line.count(b"\n") == 1
    orjson.loads(line)
    row = read_row(line.rstrip(b"\n"))
    assert row is not None
    assert (row.t, row.direction, row.connection, row.raw, row.data) == (1.5, "server", 2, raw, parse(raw))


@pytest.mark.parametrize("t", [None, math.nan, math.inf])
def test_a_time_that_is_none(t: float | None) -> None:
    row = read_row(event_line(t, "local", 0, b"{}").rstrip())
    assert row is not None
    assert row.t is None


# -- secrets ----------------------------------------------------------------------------------------------------------

MCP = {
    "type": "mcp",
    "authorization": 'tok"en\\1',
    "headers": {"X-Key": "v{1}", "Other": "v2"},
    "server_url": "https://me:pass@host.example/mcp?key=s3cret",
}


@pytest.mark.parametrize("indent", [None, 2])
def test_credentials_are_stars_and_nothing_else_changes(indent: int | None) -> None:
    event = {"type": "session.update", "session": {"tools": [MCP], "client_secret": {"value": "ek_1", "expires_at": 5}}}
    raw = json.dumps(event, indent=indent).encode()
    hidden = masked(raw)
    assert len(hidden) == len(raw)
    session = json.loads(hidden)["session"]
    assert session["client_secret"] == {"value": "****", "expires_at": 5}
    assert session["tools"][0] == {
        "type": "mcp",
        "authorization": "*" * 10,
        "headers": {"X-Key": "****", "Other": "**"},
        "server_url": "https://*******@host.example/mcp?**********",
    }


def test_keys_are_stars_wherever_they_stand() -> None:
    key = b"sk-proj-0123456789abcdefghij"
    assert masked(b'{"message":"Incorrect API key: %b."}' % key) == b'{"message":"Incorrect API key: %b."}' % (
        b"*" * 28
    )
    assert masked(b"hunter2hunter2 is it", [b"hunter2hunter2"]) == b"*" * 14 + b" is it"
    words = b'{"text":"a risk-management-considerations-paper, sk-short", "headers": 5, "authorization": null}'
    assert masked(words, [b"a"]) == words
    long = b'{"delta":"%b","m":"%b %b","authorization":"open"}' % (b"A" * 999, b"A" * 999, key)
    assert masked(long) == long.replace(key, b"*" * len(key)).replace(b"open", b"****")
    assert b"open" not in masked(b'{"authorization":"open without an en')


# -- without sound ----------------------------------------------------------------------------------------------------

SOUND = "Zm9v/" * 80  # 300 bytes, with slashes


@pytest.mark.parametrize(
    "raw",
    [
        b'{"type":"response.output_audio.delta","x":"%b","delta":"%b"}' % (b"Zm9v", SOUND.encode()),
        b'{"delta":"%b","type":"response.audio.delta"}' % SOUND.replace("/", r"\/").encode(),
        orjson.dumps({"type": "x", "item": {"content": [{"audio": SOUND}, {"audio": SOUND}, {"audio": ""}]}}),
    ],
    ids=["plain", "escaped", "several"],
)
def test_sound_becomes_silence_of_the_same_length(raw: bytes) -> None:
    short, places = without_sound(raw)
    assert b"Zm9v/Zm9v" not in short.replace(b"\\", b"")
    assert len(short) < len(raw) / 2
    back = with_silence(short, places)
    assert len(back) == len(raw)
    first, second = rt.EventLog(), rt.EventLog()
    put(first, raw)
    put(second, back)
    assert first.columns("audio_ms", "bytes", "type") == second.columns("audio_ms", "bytes", "type")
    assert not any(second.pcm(0) or b"")


@pytest.mark.parametrize(
    "raw",
    [
        b'{"type":"response.output_audio.delta","delta":"%b!"}' % (b"A7" * 200),
        b'{"type":"response.output_audio.delta","n":NaN,"delta":"%b"}' % (b"A7" * 200),
        b'{"type":"never.heard.of","audio":"%b"}' % (b"A7" * 200),
        b'{"type":"response.output_audio.delta","delta":"%b","delta":"A7A7"}' % (b"A7" * 200),
    ],
    ids=["no base64", "not JSON", "unknown event", "twice"],
)
def test_what_only_looks_like_sound_is_not_left_there(raw: bytes) -> None:
    short, places = without_sound(raw)
    back = with_silence(short, places)
    assert b"A7A7A7" not in back
    assert len(back) == len(raw)
    first, second = rt.EventLog(), rt.EventLog()
    put(first, raw)
    put(second, back)
    assert first.columns("audio_ms", "bytes", "type") == second.columns("audio_ms", "bytes", "type")


@pytest.mark.parametrize("places", [[[5, -1]], [[-1, 5]], [[99, 5]], [[0, 2**40]], [[3, 1], [2, 1]]])
def test_places_that_are_none_are_refused(places: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="no place"):
        with_silence(b'{"type":"x"}', places)


# -- the file ---------------------------------------------------------------------------------------------------------


def test_what_exists_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("mine")
    for attempt in (lambda: Recorder(path).attach(rt.EventLog()), lambda: rt.EventLog().save(path)):
        with pytest.raises(RecordingError, match="overwrite=True"):
            attempt()
    assert path.read_text() == "mine"
    rt.EventLog().save(path, overwrite=True)
    assert len(rt.load(path)) == 0
    Recorder(path, overwrite=True).attach(lesson())
    assert len(rt.load(path)) == len(lesson())


def test_a_folder_gives_each_session_a_name(tmp_path: Path) -> None:
    for _ in range(3):
        Recorder(f"{tmp_path}/new/").attach(lesson())
    assert len(rt.load_many(tmp_path / "new")) == 3


@pytest.mark.parametrize("name", ["x.wav", "x.jsonl.bz2", "x.parquet"])
def test_a_name_that_promises_another_format(name: str) -> None:
    with pytest.raises(RecordingError, match=r"\.jsonl"):
        Recorder(name)


def test_what_is_no_file_and_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"lesson\.jsonl"):
        Recorder(5)  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(RecordingError, match="Create it first"):
        Recorder(tmp_path / "no" / "x.jsonl").attach(rt.EventLog())
    recorder = Recorder(tmp_path / "x.jsonl")
    recorder.attach(rt.EventLog())
    with pytest.raises(RecordingError, match="one of its own"):
        recorder.attach(rt.EventLog())


def test_a_save_that_breaks_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rt_notebook.log.recording.lines_of", lambda log, audio: iter([b"x", 5]))
    with pytest.raises(TypeError):
        lesson().save(tmp_path / "x.jsonl")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_a_killed_process_loses_nothing_that_was_written(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x.jsonl{suffix}"
    code = f"""
import os, rt_notebook as rt
log = rt.EventLog()
rt.Recorder({str(path)!r}).attach(log)
for n in range(100):
    log.append("server", b'{{"type":"x"}}', {{"type": "x"}}, 1)
os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    log = rt.load(path)
    assert len(log) == 100
    assert log.source is not None
    assert log.source.problems == ()


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_it_goes_on_in_the_same_file_after_closing(tmp_path: Path, suffix: str) -> None:
    path, log = tmp_path / f"x.jsonl{suffix}", rt.EventLog()
    recorder = Recorder(path)
    recorder.attach(log)
    for _ in range(3):
        put(log, b'{"type":"x"}')
        recorder.close()
    assert len(rt.load(path)) == 3
    recorder.discard()


class Disk(io.BytesIO):
    """A file whose next write fails, takes a part, or does not return yet."""

    def __init__(self, write: Callable[[bytes], int] | None = None) -> None:
        super().__init__()
        self.hook = write

    def write(self, data: Any) -> int:
        return super().write(data) if self.hook is None else self.hook(data)


def full(data: bytes) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_ends_the_recording_and_not_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk()
    monkeypatch.setattr(writing, "create", lambda path, overwrite: disk)
    log, told = rt.EventLog(), list[str]()
    Recorder(tmp_path / "x.jsonl").attach(log, told.append)
    put(log, b'{"type":"x"}')
    written = disk.getvalue().count(b"\n")
    disk.hook = full
    with pytest.warns(UserWarning, match="No space left on device") as warned:
        put(log, b'{"type":"x"}')
    put(log, b'{"type":"x"}')
    assert len(warned) == len(told) == 1
    assert len(log) == 3
    assert written == 2
    assert disk.closed


def test_a_removed_file_is_noticed(tmp_path: Path) -> None:
    times, failed = iter(range(100)), list[Exception]()
    writer = Writer(tmp_path / "x.jsonl", failed.append, clock=lambda: float(next(times)))
    (tmp_path / "x.jsonl").unlink()
    writer._looked = -9.0
    writer.write(b"x\n")
    writer.close()
    assert "removed" in str(failed[0])


def test_a_disk_that_takes_a_part_gets_the_rest() -> None:
    disk = Disk()
    disk.hook = lambda data: io.BytesIO.write(disk, data[:3])
    writing.write_all(disk, b"0123456789")
    assert disk.getvalue() == b"0123456789"


class Later(threading.Thread):
    """A thread that begins to run when somebody waits for it."""

    def start(self) -> None:
        pass

    def join(self, timeout: float | None = None) -> None:
        self.run()


def slow_disk(monkeypatch: pytest.MonkeyPatch, failed: Callable[[Exception], None]) -> tuple[Disk, Writer]:
    """Return a disk on which a write takes a second, and a writer that has just waited for it."""
    now = [0.0]

    def slow(data: bytes) -> int:
        now[0] += 1.0
        return io.BytesIO.write(disk, data)

    disk = Disk(slow)
    monkeypatch.setattr(writing, "create", lambda path, overwrite: disk)
    monkeypatch.setattr("rt_notebook.log.writing.threading.Thread", Later)
    writer = Writer(Path("x.jsonl"), failed, clock=lambda: now[0])
    writer._looked = math.inf
    writer.write(b"0\n")
    return disk, writer


def test_a_slow_disk_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    disk, writer = slow_disk(monkeypatch, fail)
    for number in range(1, 5):
        writer.write(b"%d\n" % number)
    assert disk.getvalue() == b"0\n"
    assert writer._thread is not None
    writer._thread.join()
    assert disk.getvalue() == b"0\n1\n2\n3\n4\n"
    writer.write(b"5\n")  # it has caught up, so this is written at once
    assert disk.getvalue().endswith(b"5\n")
    writer.write(b"6\n")
    writer.close()
    assert disk.closed


def test_a_disk_that_never_catches_up_ends_the_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_BEHIND", 100)
    failed: list[Exception] = []
    disk, writer = slow_disk(monkeypatch, failed.append)
    for _ in range(50):
        writer.write(b"0123456789\n")
    assert len(failed) == 1
    assert "behind" in str(failed[0])
    assert disk.getvalue() == b"0\n"


def test_a_recorder_of_a_log_that_grows_meanwhile_misses_nothing(tmp_path: Path) -> None:
    log = rt.EventLog()
    for number in range(2000):
        put(log, b'{"type":"x","n":%d}' % number)
    recorder = Recorder(tmp_path / "x.jsonl")
    attaching = threading.Thread(target=recorder.attach, args=(log,))
    attaching.start()
    number = len(log)
    while attaching.is_alive() or number < 2500:
        put(log, b'{"type":"x","n":%d}' % number)
        number += 1
    recorder.close()
    assert [event["n"] for event in rt.load(tmp_path / "x.jsonl")] == list(range(number))


def test_sessions_that_begin_at_once_share_a_folder(tmp_path: Path) -> None:
    logs = [rt.EventLog(now=lambda: 0.0) for _ in range(12)]
    ready = threading.Barrier(len(logs))
    paths: list[Path] = []

    def begin(log: rt.EventLog) -> None:
        recorder = Recorder(f"{tmp_path}/new/")
        ready.wait()
        recorder.attach(log)
        recorder.close()
        paths.append(recorder.path)

    threads = [threading.Thread(target=begin, args=(log,)) for log in logs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths)) == len(list((tmp_path / "new").iterdir())) == len(logs)


def test_a_full_disk_and_a_filter_that_makes_errors_of_warnings(tmp_path: Path) -> None:
    log = rt.EventLog()
    recorder = Recorder(tmp_path / "x.jsonl")
    told: list[str] = []
    recorder.attach(log, told.append)
    assert recorder._writer is not None
    assert recorder._writer._file is not None
    recorder._writer._file.close()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        put(log, b'{"type":"x"}')
    assert len(told) == 1
    assert len(log) == 1


@pytest.mark.parametrize(
    "place",
    [
        {"tools": [{"type": "mcp", "headers": {"a": {"deep": "%s"}}}]},
        {"tools": [{"type": "mcp", "headers": {"a": ["%s", "b"], "c": "}"}}]},
        {"tools": [{"type": "mcp", "authorization": "Bearer %s"}]},
        {"metadata": {"X-Api-Key": "%s", "n": 1}},
        {"metadata": {"Password": "%s"}},
        {"arguments": '{"api_key": "%s", "city": "Bern"}'},
        {"headers": {"brace": '}"%s'}},
        {"instructions": "Bearer %s"},
        {"instructions": "words " * 100 + "Bearer %s"},
        {"output": '{"access_token":"%s"}'},
    ],
)
def test_what_is_named_like_a_key_is_hidden(place: dict[str, Any]) -> None:
    word = "hidden/w0rd+abc"
    raw = orjson.dumps({"type": "x", "before": "kept"} | place | {"after": "kept"}).replace(b"%s", word.encode())
    hidden = masked(raw)
    assert word.encode() not in hidden
    assert len(hidden) == len(raw)
    assert masked(hidden) == hidden
    assert orjson.loads(hidden)["before"] == orjson.loads(hidden)["after"] == "kept"


def test_a_tools_parameters_are_no_keys() -> None:
    schema = {"properties": {"password": {"type": "string"}, "authorization": {"type": "string"}}}
    raw = orjson.dumps({"tools": [{"parameters": schema, "required": ["password", "api_key"]}], "input_tokens": 5})
    assert masked(raw) == raw
