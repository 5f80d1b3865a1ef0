"""The server as a process: what it prints, and that nothing is left of it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

SERVE = [sys.executable, "-m", "rt_notebook", "serve", "--json"]

# Starts the server as a child that holds a pipe open, passes on its line, and waits.
PARENT = """
import subprocess, sys, time
pipe, *command = sys.argv[1:]
server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[int(pipe)], text=True)
print(server.stdout.readline(), flush=True)
time.sleep(600)
"""


@contextlib.contextmanager
def started(*options: str, command: list[str] = SERVE, **settings: Any) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a process; yield it with its first line of output, and end it."""
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, **settings) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            process.kill()


def port_of(line: str) -> int:
    url: str = json.loads(line)["url"]
    return urlsplit(url).port or 0


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_one_line_of_json_tells_url_and_token() -> None:
    with started() as (_, line):
        told = json.loads(line)
        assert told["url"] == f"ws://127.0.0.1:{port_of(line)}/v1/realtime"
        assert len(told["token"]) > 20
        assert is_open(port_of(line))


def test_the_token_may_be_chosen() -> None:
    with started("--token", "chosen") as (_, line):
        assert json.loads(line)["token"] == "chosen"


def test_without_json_a_person_can_read_it() -> None:
    with started("--token", "chosen", command=[each for each in SERVE if each != "--json"]) as (_, line):
        assert line.startswith("ws://127.0.0.1:")
        assert "chosen" in line


def test_a_port_in_use_is_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run([*SERVE, "--port", port], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert port in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_quietly(number: int) -> None:
    with started(stderr=subprocess.PIPE) as (server, line):
        server.send_signal(number)
        _, errors = server.communicate(timeout=10)
        assert (server.returncode, errors) == (0, "")
        assert not is_open(port_of(line))


def test_it_ends_with_its_standard_input() -> None:
    with started("--exit-with-parent", stdin=subprocess.PIPE) as (server, line):
        assert server.stdin is not None
        server.stdin.close()
        assert server.wait(timeout=5) == 0
        assert not is_open(port_of(line))


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("inherit", [False, True], ids=["input-closes", "input-stays"])
def test_nothing_is_left_when_the_parent_is_killed(tmp_path: Path, inherit: bool) -> None:
    held, holder = os.pipe()  # reads as ended once no process holds the other end
    script = PARENT.replace("stdin=subprocess.PIPE", "stdin=None") if inherit else PARENT
    command = [sys.executable, "-c", script, str(holder), *SERVE, "--exit-with-parent"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    try:
        with started(command=command, env=environment, stdin=subprocess.PIPE, pass_fds=[holder]) as (parent, line):
            os.close(holder)
            assert is_open(port_of(line))
            parent.kill()
            assert select.select([held], [], [], 5)[0] == [held]
            assert not is_open(port_of(line))
            assert list(tmp_path.iterdir()) == []
    finally:
        os.close(held)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--token", ""], "leave --token out for a random one"),
        (["--token", " "], "leave --token out for a random one"),
        (["--max-sessions", "0"], "is no number of 1 or more"),
        (["--fault", "latencie=3"], "Did you mean 'latency'?"),
        (["--fault", "drop"], "has no value: write drop=VALUE"),
        (["--max-sessions", "many"], "is no number of 1 or more"),
    ],
)
def test_an_option_that_makes_no_sense_is_said_plainly(options: list[str], said: str) -> None:
    ended = subprocess.run([*SERVE, *options], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert said in ended.stderr
