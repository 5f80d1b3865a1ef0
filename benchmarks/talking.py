"""What talking and listening cost: shares of a core, relay and comm in the same run, beside the same page at rest.

    python -m benchmarks.talking [--seconds 30]

JupyterLab in Chromium, the panel visible, a server (benchmarks/sound) in this process. `at rest`: the session is open,
its loudspeaker too, and nobody speaks. `talking`: the microphone is on. `listening`: an answer is heard that comes as
it is spoken, ten deltas a second. A figure is the median of windows of 5 s; `renderer` is the page's process (main
thread, audio thread, Worker), `chromium` all of the browser, which draws without a graphics card here, `kernel` and
`jupyter` the processes of the kernel and of the Jupyter server.
"""

from __future__ import annotations

import argparse
import asyncio
import time

import numpy as np

from benchmarks.sound.room import WAYS, Room, building, opened
from benchmarks.sound.server import DELTA, Line, serving

WINDOW = 5.0
REST = 10.0
"""Seconds for which a page at rest is measured."""
SETTLING = 3.0
"""Seconds that a case has to begin."""
ASK = 'session.send({"type": "response.create"})'
PROCESSES = ("renderer", "chromium", "kernel", "jupyter")


async def answer(line: Line, seconds: float) -> None:
    """Speak for so long, as fast as it is heard."""
    await line.begin()
    begun = time.monotonic()
    for number in range(round(seconds / DELTA)):
        await line.speak()
        await asyncio.sleep(max(0.0, begun + number * DELTA - time.monotonic()))
    await line.end()


def measure(room: Room, way: str, case: str, seconds: float) -> None:
    """Measure for so many seconds and print a line."""
    room.page.wait_for_timeout(SETTLING * 1000)
    shares: list[list[float]] = []
    at, busy = time.monotonic(), room.busy()
    for _ in range(max(1, round(seconds / WINDOW))):
        room.page.wait_for_timeout(WINDOW * 1000)
        now, used = time.monotonic(), room.busy()
        shares.append([(used[name] - busy[name]) / (now - at) for name in PROCESSES])
        at, busy = now, used
    cells = "".join(f"{share:10.1%}" for share in np.median(shares, axis=0))
    print(f"{way:6} {case:24}{cells}", flush=True)


def main() -> None:
    """Measure both ways."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=30, help="how long talking and listening are measured")
    seconds = parser.parse_args().seconds
    print(f"{'way':6} {'while':24}" + "".join(f"{name:>10}" for name in PROCESSES) + "   of a core")
    with (
        serving(lambda line: answer(line, SETTLING + seconds + 5)) as server,
        building() as (playwright, jupyter),
    ):
        for way in WAYS:
            with opened(playwright, jupyter, server, way, [ASK]) as room:
                measure(room, way, "at rest", REST)
                room.click("Start talking")
                room.wait_for("Stop talking")
                measure(room, way, "talking", seconds)
                room.click("Stop talking")
                room.wait_for("Start talking")
                room.notebook.run(1)
                measure(room, way, "listening", seconds)


if __name__ == "__main__":
    main()
