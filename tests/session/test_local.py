"""The local server as a child process: shared, and gone when its owner is gone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import rt_notebook as rt
from rt_notebook.session.local import LocalServer, local_server

pytestmark = pytest.mark.engines


def gone(pid: int, seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while psutil.pid_exists(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not psutil.pid_exists(pid)


def test_sessions_share_one_server() -> None:
    with rt.connect("local", output="text") as one, rt.connect("local", output="text") as two:
        assert one.endpoint.url == two.endpoint.url
        assert one.ask("Hello").status == two.ask("Hello").status == "completed"


def test_a_session_in_the_beta_dialect_looks_the_same() -> None:
    with rt.connect("local", dialect="beta", voice="echo") as session:
        answer = session.ask("What is an event?")
        assert answer.status == "completed"
        assert answer.transcript
        assert len(answer.audio) > 24_000
        spoken = session.speak(answer.audio)
        assert spoken is not None
        assert spoken.status == "completed"
        wire = set(session.events.df["type"])
    assert {"conversation.created", "response.audio.delta"} <= wire
    assert not {"response.output_audio.delta", "conversation.item.done"} & wire


def test_a_server_that_was_killed_is_started_anew() -> None:
    first = local_server()
    os.kill(first.pid, signal.SIGKILL)
    first._process.wait()
    with rt.connect("local", output="text") as session:
        assert session.ask("Hello").status == "completed"
    assert local_server().pid != first.pid


def test_a_session_opens_again_on_the_server_s_successor() -> None:
    session = rt.connect("local", output="text")
    server = local_server()
    os.kill(server.pid, signal.SIGKILL)
    server._process.wait()
    with pytest.raises(rt.ConnectionClosedError):
        session.wait("never.comes", timeout=5)
    session.open()
    assert session.ask("Hello").status == "completed"
    session.close()


def test_stopping() -> None:
    server = LocalServer()
    assert server.running
    server.stop()
    assert not server.running


OWNER = """
import sys, time
from rt_notebook.session.local import local_server
print(local_server().pid, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_goes_with_its_owner_however_that_goes(how: signal.Signals) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert owner.stdout is not None
    server = int(owner.stdout.readline())
    owner.send_signal(how)
    owner.wait()
    owner.stdout.close()
    assert gone(server)


def test_without_its_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    absent = "raise ModuleNotFoundError('No module named uvicorn', name='uvicorn')"
    (tmp_path / "uvicorn.py").write_text(absent)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(rt.LocalServerError, match=r"pip install 'rt-notebook\[local\]'"):
        LocalServer()
