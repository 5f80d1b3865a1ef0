"""The server under load: a real process, real sockets, and sessions that talk at the pace of speech.

    python -m benchmarks.server [--sessions 1 16 32] [--seconds 60] [--plain] [--text-turns 1000]

`--plain` adds the same run without transcribing ahead; `--text-turns` looks whether anything grows with the turns.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import orjson
import psutil
from websockets.asyncio.client import connect

from benchmarks.talkers import Measured, Utterance, talk, utterances

_WARM_SESSIONS, _WARM_SECONDS = 8, 15.0


@dataclass
class Server:
    """A running server."""

    url: str
    token: str
    process: psutil.Process
    ready: float
    """Seconds from its start until a connection was greeted."""
    loaded: float
    """Seconds until its engines were loaded."""

    @property
    def rss(self) -> float:
        """Resident memory in MB."""
        memory: int = self.process.memory_info().rss
        return memory / 1e6

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        times = self.process.cpu_times()
        used: float = times.user + times.system
        return used


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 16, 32], help="sessions at a time")
    parser.add_argument("--seconds", type=float, default=60, help="how long each number of sessions talks")
    parser.add_argument("--plain", action="store_true", help="also without transcribing ahead")
    parser.add_argument("--text-turns", type=int, default=0, help="turns of text, to see whether anything grows")
    options = parser.parse_args()
    speech = utterances()
    with started() as server:
        print(f"server start -> greeted {server.ready:.2f} s, -> engines loaded {server.loaded:.2f} s")
        print(f"memory without a session: {server.rss:.0f} MB as the engines are loaded", end=", ", flush=True)
        warm_up(server, speech)
        print(f"{server.rss:.0f} MB once they have worked for several at a time")
        run(server, "", options.sessions, options.seconds, speech)
        if options.text_turns:
            grow(server, options.text_turns)
    if options.plain:
        with started("--no-look-ahead") as server:
            warm_up(server, speech)
            run(server, ", not ahead", options.sessions, options.seconds, speech)


@contextlib.contextmanager
def started(*extra: str) -> Iterator[Server]:
    """Start a server; yield it once its engines are loaded."""
    command = [sys.executable, "-m", "rt_notebook", "serve", "--json", *extra]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            asyncio.run(greeted(told["url"], told["token"]))
            ready = time.perf_counter() - begun
            health = told["url"].replace("ws://", "http://").removesuffix("/v1/realtime") + "/health"
            while not all_ready(health):
                time.sleep(0.02)
            loaded = time.perf_counter() - begun
            yield Server(told["url"], told["token"], psutil.Process(process.pid), ready, loaded)
        finally:
            process.terminate()


async def greeted(url: str, token: str) -> None:
    """Return when the server has greeted a connection."""
    async with connect(url, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
        await socket.recv()


def all_ready(health: str) -> bool:
    """Whether all engines are loaded."""
    with urllib.request.urlopen(health) as answer:
        return all(engine["state"] == "ready" for engine in json.load(answer)["engines"].values())


def warm_up(server: Server, speech: Sequence[Utterance]) -> None:
    """Have the engines work, so that the memory they keep is not taken for the sessions'."""
    asyncio.run(talk(server.url, server.token, _WARM_SESSIONS, _WARM_SECONDS, speech))
    time.sleep(1)


def run(server: Server, how: str, sessions: Sequence[int], seconds: float, speech: Sequence[Utterance]) -> None:
    """Measure with each number of sessions, and print."""
    for number in sessions:
        before, cpu, begun = server.rss, server.cpu, time.perf_counter()
        peak, measured = asyncio.run(watched(server, number, seconds, speech))
        used = server.cpu - cpu
        share, per_turn = used / (time.perf_counter() - begun), used / max(1, len(measured.from_turn))
        print(f"\n{f'{number} sessions{how}':<58} {'p50':>8} {'p95':>8} {'max':>8} {'n':>5}   ms")
        show("turn detected -> first audio on the socket", measured.from_turn)
        show("true end of speech -> first audio (500 ms of silence)", measured.from_speech)
        show("barge-in: true onset of speech -> speech_started", measured.onset)
        show("  load generator: chunks sent late", measured.send_lag)
        show("  load generator: event loop late", measured.loop_lag)
        each = (peak - before) / number
        print(f"server: {share:.2f} cores, {per_turn * 1000:.0f} ms of processor time a turn", end=", ")
        print(f"{peak:.0f} MB at the most, {each:.1f} MB more a session")
        print(", ".join(f"{name}: {count}" for name, count in sorted(measured.counts.items())), flush=True)


async def watched(server: Server, sessions: int, seconds: float, speech: Sequence[Utterance]) -> tuple[float, Measured]:
    """Have sessions talk; return the most memory (MB) that the server had meanwhile, and what they measured."""
    talking = asyncio.create_task(talk(server.url, server.token, sessions, seconds, speech))
    peak = 0.0
    while not talking.done():
        peak = max(peak, server.rss)
        await asyncio.wait({talking}, timeout=0.5)
    return peak, await talking


def show(what: str, seconds: Sequence[float]) -> None:
    """Print a line of the table."""
    ms = np.array(seconds or [np.nan]) * 1000
    figures = " ".join(f"{figure:8.1f}" for figure in (np.median(ms), np.percentile(ms, 95), ms.max()))
    print(f"{what:<58} {figures} {len(seconds):5}")


def grow(server: Server, turns: int) -> None:
    """Print the memory over many turns of text in one session, and after it."""
    print(f"\n{turns} turns of text in one session: {server.rss:.0f} MB before", end="", flush=True)
    asyncio.run(text_turns(server, turns, modality="text", report=turns // 5))
    time.sleep(1)
    print(f", {server.rss:.0f} MB after it", flush=True)


async def text_turns(server: Server, turns: int, *, modality: str = "audio", report: int = 0) -> None:
    """Ask in writing; print the memory after each `report` turns."""
    headers = {"Authorization": f"Bearer {server.token}"}
    async with connect(server.url, additional_headers=headers, compression=None, max_size=None) as socket:
        for turn in range(turns):
            item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "What is an item?"}]}
            asked = {"output_modalities": [modality]}
            await socket.send(orjson.dumps({"type": "conversation.item.create", "item": item}).decode())
            await socket.send(orjson.dumps({"type": "response.create", "response": asked}).decode())
            while orjson.loads(await socket.recv())["type"] != "response.done":
                pass
            if report and (turn + 1) % report == 0:
                print(f", {server.rss:.0f} MB after {turn + 1}", end="", flush=True)


if __name__ == "__main__":
    main()
