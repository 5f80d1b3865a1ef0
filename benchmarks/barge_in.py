"""How soon the loudspeaker is silent when the user speaks, and how true the time is at which the answer is cut.

    python -m benchmarks.barge_in [--count 40]

A server (benchmarks/sound) speaks, three seconds at once, and hears the user begin after 200 to 500 ms of it. Measured
in JupyterLab, with the panel visible:

- `silent`: from the row of `input_audio_buffer.speech_started` in the kernel's log to the first silent render quantum.
  Both are times on one machine's clock; the page's is in whole ms, so that a figure is right within 0.5 ms. The
  loudspeaker is silent an output latency later, which no software shortens: `latency`, as the browser gives it.
- `from server`: the same from the moment at which the server sent the event.
- `cut`: how far `audio_end_ms` of the `conversation.item.truncate` is from the samples that were rendered, less the
  latency. The ear beside the loudspeaker reads the position from the last sample itself, and the latency a moment
  after; the browser's figure wanders by some ms.

`shut` counts interruptions that found the loudspeaker silent already, because the sound came late: they are no part
of the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from typing import Any

import numpy as np

from benchmarks.sound.ramp import RATE, Ramp
from benchmarks.sound.room import WAYS, Room, building, opened
from benchmarks.sound.server import DELTA, Line, serving

CASES = {
    "idle": "",
    "microphone on": "",
    "busy Python loop": "while left():\n    for _ in range(100_000):\n        pass",
}
SOUND = 3.0
"""Seconds of an answer, sent at once."""
INTERRUPTED = (0.2, 0.5)
"""After so many seconds, at random."""
PAUSE = 0.1
"""Seconds until the next answer: the silence between two is to be long enough for the ear."""

SETUP = """
def left():
    return session.events.columns()["type"][mark:].count("conversation.item.truncate") < {count}

def told():
    offset = time.time() - session.events.now
    kinds = ("input_audio_buffer.speech_started", "conversation.item.truncate")
    tell([[event.type, event.t + offset, event.get("sent"), event.get("audio_end_ms")]
          for event in session.events[mark:] if event.type in kinds])
"""
RUN = """
mark = len(session.events)
session.send({{"type": "response.create"}})
{work}
while left():
    time.sleep(0.05)
told()"""


async def interruptions(line: Line, count: int) -> None:
    """Speak and be interrupted, again and again."""
    for _ in range(count):
        line.ramp = Ramp()
        await line.begin()
        for _ in range(round(SOUND / DELTA)):
            await line.speak()
        await asyncio.sleep(random.uniform(*INTERRUPTED))
        await line.interrupt()
        await asyncio.sleep(PAUSE)


def figures(rows: list[list[Any]], silences: list[dict[str, float]]) -> dict[str, list[float]]:
    """Return ms of each kind, from the log's rows (type, s, when the server sent it, audio_end_ms) and the ear's."""
    found: dict[str, list[float]] = {name: [] for name in ("silent", "from server", "cut", "latency", "shut")}
    heard = [(silence["at"] + 0.5, silence) for silence in silences]
    for started, cut in zip(rows[::2], rows[1::2], strict=True):
        arrived = started[1] * 1000
        silent = next(((at, silence) for at, silence in heard if arrived - 1 < at < cut[1] * 1000 + 100), None)
        if silent is None:
            found["shut"].append(arrived)
            continue
        at, silence = silent
        found["silent"].append(at - arrived)
        found["from server"].append(at - started[2] * 1000)
        latency = silence["latency"] * 1000
        found["latency"].append(latency)
        found["cut"].append(abs(cut[3] - (silence["last"] * 1000 / RATE - latency)))
    return found


def measure(room: Room, way: str) -> None:
    """Measure all cases on one page."""
    room.run(1)
    for number, case in enumerate(CASES):
        if case == "microphone on":
            room.click("Start talking")
            room.wait_for("Stop talking")
        rows = room.run(2 + number, timeout=600)
        if case == "microphone on":
            room.click("Stop talking")
            room.wait_for("Start talking")
        show(way, case, figures(rows, room.ear()["silences"]))


def show(way: str, case: str, found: dict[str, list[float]]) -> None:
    """Print a line of the table."""
    silent, cut = (np.array(found[name] or [np.nan]) for name in ("silent", "cut"))
    cells = [*np.percentile(silent, [50, 95]), silent.max(), np.percentile(found["from server"] or [np.nan], 95)]
    cells += [*np.percentile(cut, [50, 95]), cut.max(), np.median(found["latency"] or [np.nan])]
    line = "".join(f"{cell:10.1f}" for cell in cells)
    print(f"{way:6} {case:18}{len(found['silent']):5}{len(found['shut']):5}{line}", flush=True)


def main() -> None:
    """Measure both ways."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=40, help="interruptions a case")
    count = parser.parse_args().count
    heads = ("silent p50", "p95", "max", "server p95", "cut p50", "p95", "max", "latency")
    print(f"{'way':6} {'while':18}{'n':>5}{'shut':>5}" + "".join(f"{head:>10}" for head in heads) + "   ms")
    cells = [SETUP.format(count=count), *(RUN.format(work=work) for work in CASES.values())]
    with serving(lambda line: interruptions(line, count)) as server, building() as (playwright, jupyter):
        for way in WAYS:
            with opened(playwright, jupyter, server, way, cells) as room:
                measure(room, way)


if __name__ == "__main__":
    main()
