"""`rt-notebook inspect`: what a recording holds, and one line where it cannot be read."""

import subprocess
import sys
from pathlib import Path

import pytest
from lesson import lesson

import rt_notebook as rt
from rt_notebook.cli import main
from rt_notebook.inspect import plain


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    lesson().save(tmp_path / "x.jsonl")
    return tmp_path / "x.jsonl"


def test_the_report(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(recording)]) == 0
    out, err = capsys.readouterr()
    assert "Good morning" in out
    assert f"{len(lesson().filter('response.done')):8}  server  response.done" in out
    assert not err


def test_the_table_of_events(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(recording), "--events"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split()[0] == "row"
    assert len(rows) == len(lesson())
    assert rows[1].split()[2:4] == ["server", "session.created"]


def test_the_page(recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = recording.with_suffix(".html")
    assert main(["inspect", str(recording), "--events", "--html", str(out)]) == 0
    assert out.read_text("utf-8").lstrip().lower().startswith("<!doctype html")
    assert str(out) in capsys.readouterr().out


def test_what_cannot_be_read_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").write_text("no recording")
    for file, said in (("x", "no recording"), ("none", "No such file"), (".", "folder")):
        assert main(["inspect", str(tmp_path / file)]) == 1
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert said in err


def test_a_reader_that_has_seen_enough(recording: Path) -> None:
    command = [sys.executable, "-m", "rt_notebook", "inspect", str(recording), "--events"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_a_torn_recording_is_noted(tmp_path: Path, recording: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording.write_bytes(recording.read_bytes()[:-20])
    assert main(["inspect", str(recording), "--events"]) == 0
    assert "torn" in capsys.readouterr().err


def test_a_models_words_move_no_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = rt.EventLog()
    event = {"type": "error", "error": {"message": "\x1b[2J\x9b1m\u202egone\nnext"}}
    log.append("server", b"{}", event, 1)
    log.save(tmp_path / "x.jsonl")
    assert main(["inspect", str(tmp_path / "x.jsonl"), "--events"]) == 0
    assert plain("\x1b[2J\x9b1m\u202ea\n") == "\\x1b[2J\\x9b1m\\x202ea\n"
    assert "\x1b" not in capsys.readouterr().out
