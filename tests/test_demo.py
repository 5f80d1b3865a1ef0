"""``rt-notebook demo``, as a user runs it."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from rt_notebook.audio.files import write_wav
from rt_notebook.demo import table
from rt_notebook.log.eventlog import EventLog

pytestmark = pytest.mark.engines


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "rt_notebook", "demo", *arguments], capture_output=True, text=True)


def test_it_prints_transcript_latencies_and_the_event_table() -> None:
    done = demo("--say", "What is a session?")
    assert done.returncode == 0, done.stderr
    assert "You said:  What is a session?" in done.stdout
    assert "Answer:    A session is" in done.stdout
    for name in ("created", "first_text", "first_audio", "done"):
        assert f"  {name} " in done.stdout
    lines = done.stdout.splitlines()
    order = [
        "rt.connection.opened",
        "session.created",
        "speech_started",
        "speech_stopped",
        "committed",
        "response.done",
    ]
    rows = iter(lines[lines.index("What went over the wire (runs of the same event folded):") :])
    assert all(any(name in row for row in rows) for name in order)


@pytest.mark.parametrize(
    ("content", "text"),
    [(None, "no audio file of this name"), (b"", "empty"), (b"no sound at all", "audio"), ("silence", "no speech")],
)
def test_a_file_that_cannot_be_used(content: bytes | str | None, text: str, tmp_path: Path) -> None:
    path = tmp_path / "question.wav"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content == "silence":
        write_wav(path, bytes(48_000))
    done = demo("--audio", str(path))
    assert done.returncode == 1
    assert text in done.stderr.lower()
    assert "Traceback" not in done.stderr


def test_the_table_folds_runs() -> None:
    log = EventLog()
    for type_ in ("session.created", "response.output_text.delta", "response.output_text.delta"):
        event = {"type": type_, "delta": "Hi "}
        log.append("server", orjson.dumps(event), event)
    _, folded = table(log).splitlines()
    assert "<- response.output_text.delta x2" in folded
    assert folded.endswith("Hi Hi")


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = [sys.executable, "-m", "rt_notebook", "demo"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert "Connected" in running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == ""
