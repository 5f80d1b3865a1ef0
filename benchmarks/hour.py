"""An hour of talking and listening at the same time: whether every sample is there, once, and what grows.

    python -m benchmarks.hour [--minutes 60] [--way relay] [--jitter 60]

A ramp stands in the microphone's place and is checked by the server (benchmarks/sound), behind page, kernel and
WebSocket; the server answers with a ramp, 30 s at a time, as fast as it is heard, each delta of 100 ms late by a random
time up to `--jitter` ms; an ear beside the loudspeaker checks it. `lost`, `doubled` and `wrong` count samples and are
to be 0. Underruns are what the panel reports, each concealed by silence. A server that speaks no faster than it is
heard leaves nothing to have in hand, so the first answers run dry until the cushion has grown beyond delta and jitter.

`heap` is the page's JavaScript without garbage, `renderer` the resident memory of its process, `kernel` that of the
kernel. The log keeps all sound: `log's sound` is so much of the kernel's growth, `rows` are the log's. Frame times are
what requestAnimationFrame sees in 5 s. `behind` is how far the browser's audio clock has fallen behind the system's:
a machine that is too busy renders less sound than time passes, and answers wait. A line is printed every five minutes,
and at the beginning and the end.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import time
from typing import Any

import numpy as np

from benchmarks.sound.ramp import Check
from benchmarks.sound.room import WAYS, Room, building, opened
from benchmarks.sound.server import DELTA, Line, RampServer, serving

ANSWER = 30.0
PAUSE = 0.5
"""Seconds between two answers."""
EVERY = 300.0
"""Seconds between two lines."""
SETTLING = 5.0
"""Seconds until what is under way has arrived."""

ASK = 'session.send({"type": "response.create"})'
TELL = """
gaps = session.events.filter("rt.playback.underrun")
tell([len(session.events), len(gaps), sum(gap["missing_samples"] for gap in gaps)])
"""
FRAMES = """(ms) => new Promise((resolve) => {
    const times = [];
    let last = null;
    const tick = (now) => {
        if (last !== null) times.push(now - last);
        last = now;
        if (times.reduce((sum, time) => sum + time, 0) < ms) requestAnimationFrame(tick);
        else resolve(times);
    };
    requestAnimationFrame(tick);
})"""


async def answers(line: Line, seconds: float, jitter: float) -> None:
    """Speak for so long, one answer after the other."""
    begun = time.monotonic()
    until = begun + seconds
    while begun < until:
        deltas = round(min(ANSWER, until - begun) / DELTA)
        await line.begin()
        for number in range(deltas):
            due = begun + number * DELTA + random.uniform(0, jitter)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await line.speak()
        await line.end()
        begun = max(begun + deltas * DELTA + PAUSE, time.monotonic())


class Report:
    """Prints the lines."""

    def __init__(self, room: Room, server: RampServer) -> None:
        self._room = room
        self._server = server
        self._begun = time.monotonic()
        self._clock = room.audio_clock()
        heads = ("heard", "lost", "doubled", "wrong", "played", "lost", "doubled", "wrong", "underruns", "concealed")
        tail = ("behind", "heap", "renderer", "kernel", "log's sound", "rows", "frame p95", "max")
        print(
            "heard, played and behind in s; lost, doubled and wrong in samples; concealed and frame in ms; memory in MB"
        )
        print(f"{'minute':>6}" + "".join(f"{head:>12}" for head in (*heads, *tail)))

    def line(self) -> tuple[Check, dict[str, int]]:
        """Print how things are; return the counts of microphone and loudspeaker."""
        room, line = self._room, self._server.line
        assert line is not None
        ear: dict[str, int] = room.ear()["counts"]
        behind = time.monotonic() - self._begun - (room.audio_clock() - self._clock)
        rows, underruns, concealed = room.run(2)
        frames = np.array(room.page.evaluate(FRAMES, 5000))
        heard = line.heard
        cells: list[Any] = [f"{heard.samples / 24_000:.1f}", heard.lost, heard.doubled, heard.wrong]
        cells += [f"{ear['samples'] / 24_000:.1f}", ear["lost"], ear["doubled"], ear["wrong"], underruns]
        cells += [f"{concealed / 24:.0f}", f"{behind:.1f}"]
        sizes = (room.heap(), room.resident(), room.kernel.memory_info().rss, 2 * (heard.samples + line.spoken))
        cells += [f"{size / 1e6:.1f}" for size in sizes]
        cells += [rows, f"{np.percentile(frames, 95):.1f}", f"{frames.max():.1f}"]
        minute = (time.monotonic() - self._begun) / 60
        print(f"{minute:6.1f}" + "".join(f"{cell:>12}" for cell in cells), flush=True)
        return heard, ear


def run(room: Room, server: RampServer, seconds: float) -> None:
    """Talk and listen, and print."""
    room.click("Start talking")
    room.wait_for("Stop talking")
    room.notebook.run(1)
    until = time.monotonic() + seconds
    room.page.wait_for_timeout(SETTLING * 1000)
    report = Report(room, server)
    report.line()
    while (left := until - time.monotonic()) > 0:
        room.page.wait_for_timeout(min(EVERY, left) * 1000)
        if left > EVERY:
            report.line()
    room.click("Stop talking")
    room.wait_for("Start talking")
    settle(room)
    heard, ear = report.line()
    assert server.line is not None
    faults = heard.lost + heard.doubled + heard.wrong + ear["lost"] + ear["doubled"] + ear["wrong"]
    missing = server.line.spoken - ear["samples"]
    print(f"{heard.samples:,} samples from the microphone, {server.line.spoken:,} spoken, of which {missing:,} were")
    print(f"not played; {faults:,} samples lost, doubled or wrong.", flush=True)


def settle(room: Room) -> None:
    """Wait until nothing is heard any more: an audio clock that is behind has sound left to play."""
    played = -1
    while (now := room.ear()["counts"]["samples"]) > played:
        played = now
        room.page.wait_for_timeout(SETTLING * 1000)


def main() -> None:
    """Run for so long."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--way", choices=WAYS, default="relay")
    parser.add_argument("--jitter", type=float, default=60, help="ms by which sound is late at most")
    options = parser.parse_args()
    seconds = options.minutes * 60
    # Browser and server go too, whoever ends it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    async def script(line: Line) -> None:
        await answers(line, seconds, options.jitter / 1000)

    with (
        serving(script) as server,
        building() as (playwright, jupyter),
        opened(playwright, jupyter, server, options.way, [ASK, TELL]) as room,
    ):
        run(room, server, seconds)


if __name__ == "__main__":
    main()
