"""How long the first turn takes: importing, connecting, answering speech; each beside its floor in the same run.

    python -m benchmarks.first_turn [--runs 7] [--turns 12] [--browser]

`--browser` adds a run in JupyterLab in Chromium: what the listener waits for, and the share of samples played.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

import numpy as np
from websockets.asyncio.client import connect as raw_connect

import rt_notebook as rt
from rt_notebook.server.registry import load_engine

QUESTIONS = ["What is turn detection?", "What is a session?", "How do interruptions work?", "What is an event?"]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=7, help="processes that are started anew")
    parser.add_argument("--turns", type=int, default=12, help="spoken turns")
    parser.add_argument("--browser", action="store_true", help="also in JupyterLab in Chromium")
    options = parser.parse_args()

    print(f"{'what':<58} {'p50':>8} {'p95':>8} {'n':>4}   ms")
    imports(options.runs)
    cold_start(options.runs)
    warm_start(options.runs * 3)
    spoken_turns(options.turns)
    if options.browser:
        from benchmarks.browser import browser_turn

        browser_turn(show)


def show(what: str, seconds: Sequence[float]) -> None:
    """Print a line of the table."""
    ms = np.array(seconds) * 1000
    print(f"{what:<58} {np.median(ms):8.1f} {np.percentile(ms, 95):8.1f} {len(ms):4}", flush=True)


def measured_inside(code: str, runs: int) -> list[float]:
    """Return what code prints last, in fresh processes; the first, which warms the disk's cache, does not count."""
    times = []
    for _ in range(runs + 1):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        times.append(float(done.stdout.split()[-1]))
    return times[1:]


def imports(runs: int) -> None:
    """Measure importing, beside what it avoids."""
    timed = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"
    show("import rt_notebook", measured_inside(timed.format("import rt_notebook"), runs))
    show("  with what connecting needs", measured_inside(timed.format("import rt_notebook; rt_notebook.connect"), runs))
    show("  peer: import openai", measured_inside(timed.format("import openai"), runs))


def cold_start(runs: int) -> None:
    """Measure `rt.connect()` where the server has still to start."""
    code = (
        "import time, rt_notebook as rt; t = time.perf_counter(); s = rt.connect('local');"
        "print(time.perf_counter() - t)"
    )
    show("connect, cold (the server starts)", measured_inside(code, runs))


def warm_start(runs: int) -> None:
    """Measure the same where the server runs, beside a bare WebSocket client."""
    with rt.connect("local") as first:
        url, headers = first.endpoint.url, first.endpoint.headers.revealed()

        async def bare() -> float:
            begun = time.perf_counter()
            async with raw_connect(url, additional_headers=headers, compression=None) as socket:
                await socket.recv()
                return time.perf_counter() - begun

        ours, floor = [], []
        for _ in range(runs):
            begun = time.perf_counter()
            session = rt.connect("local")
            ours.append(time.perf_counter() - begun)
            session.close()
            floor.append(asyncio.run(bare()))
    show("connect, warm (until the settings are confirmed)", ours)
    show("  floor: websockets alone, until session.created", floor)


def spoken_turns(turns: int) -> None:
    """Measure from the end of speech to the first audio, spoken at the pace of speech, in the client and the server."""
    voice = load_engine("hibari")
    voice.load()
    from_turn, from_speech = [], []
    with tempfile.TemporaryFile("w+") as log:
        command = [sys.executable, "-m", "rt_notebook", "serve", "--json", "--verbose"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as server:
            assert server.stdout is not None
            told = json.loads(server.stdout.readline())
            for turn in range(turns):
                pcm = b"".join(pcm for _, pcm in voice.speak(QUESTIONS[turn % len(QUESTIONS)], "alloy"))
                samples = np.frombuffer(pcm, "<i2")
                speech = pcm[: 2 * (1 + int(np.flatnonzero(np.abs(samples) > 300)[-1]))]
                with rt.connect(url=told["url"], api_key=told["token"], model="tutor") as session:
                    if turn == 0:
                        session.ask("Hello")  # the engines have loaded when it is answered
                    mark = len(session.events)
                    response = session.speak(speech)
                    assert response is not None
                    assert response.latency.first_audio is not None
                    from_turn.append(response.latency.first_audio / 1000)
                    first_chunk = session.events.find("input_audio_buffer.append", mark)
                    assert first_chunk is not None
                    spoken = session.events[first_chunk].t + len(speech) / 48_000
                    from_speech.append(response.times["first_audio"] - spoken)
            server.terminate()
        log.seek(0)
        in_server = [int(ms) / 1000 for ms in re.findall(r"first audio \+(\d+)", log.read())]
    show("turn detected -> first audio, in the server's log", in_server)
    show("turn detected -> first audio, in the client's log", from_turn)
    show("true end of speech -> first audio (500 ms of silence)", from_speech)


if __name__ == "__main__":
    main()
