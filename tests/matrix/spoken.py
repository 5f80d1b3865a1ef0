"""What is said in the matrix, the cells that listen to it, and what proves that an answer was heard."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
from lab import Panel
from playwright.sync_api import Page

TAP = (Path(__file__).parents[1] / "browser" / "tap.js").read_text("utf-8")
ARTIFACTS = Path(__file__).parents[2] / "artifacts" / "matrix"
QUESTION = "What is turn detection?"
LONG_QUESTION = "How do interruptions work?"
INTERRUPTION = "And what is a session?"


def silence(seconds: float) -> bytes:
    """Return PCM16 at 24 kHz."""
    return bytes(int(seconds * 24_000) * 2)


LEAD = silence(3)
"""Before the first word: a fake microphone plays from its opening on, and a busy browser listens only later."""


def connecting(folder: Path) -> str:
    """Return a cell that connects and, once the first answer was heard, tells in `folder` what was said.

    A page without cells can be asked nothing, so the kernel tells by itself. The browser's processing changes the
    sound, and a fake microphone has no echo to cancel.
    """
    return f"""
import json, pathlib
import rt_notebook as rt

folder = pathlib.Path({str(folder)!r})
session = rt.connect("local")
session.panel().echo_cancellation = False

def tell(event):
    response = session.responses[-1]
    told = {{
        "asked": session.items[0].transcript,
        "answer": response.transcript,
        "status": response.status,
        "samples": response.audio.tolist(),
        "audio_ms": event.audio_ms,
    }}
    unfinished = folder / "told.tmp"
    unfinished.write_text(json.dumps(told), "utf-8")
    unfinished.rename(folder / "told.json")

session.on("rt.playback.finished", tell);
"""


def talk(panel: Panel) -> None:
    """Take the sound and open the microphone."""
    panel.button("Start session").click()
    panel.button("Start talking").click()


def prove_answer(page: Page, panel: Panel, folder: Path) -> None:
    """Wait for the answer's end, and see that question and answer are on the page and all of its sound was played."""
    panel.region("Events").get_by_text("rt.playback.finished").first.wait_for(timeout=60_000)
    wait_for_file(page, folder / "told.json", 5)
    told = json.loads((folder / "told.json").read_text("utf-8"))
    assert told["asked"].strip(" .?").lower() == QUESTION.strip("?").lower()
    conversation = panel.region("Conversation")
    conversation.get_by_text(told["asked"]).wait_for()
    conversation.get_by_text(told["answer"]).wait_for()

    generated = np.rint(np.array(told["samples"]) * 32768)
    played = np.rint(np.array(page.evaluate("tap.quanta.flatMap(({samples}) => Array.from(samples))")) * 32768)
    assert told["status"] == "completed"
    assert told["audio_ms"] * 24 == len(generated)
    assert np.abs(generated).max() > 3000
    assert 0.99 * np.count_nonzero(generated) <= np.count_nonzero(played) <= np.count_nonzero(generated)


def wait_for_file(page: Page, path: Path, seconds: float) -> None:
    """Wait until the kernel has written a file."""
    until = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < until, f"The kernel has not written {path.name} within {seconds:g} s."
        # The page's own events are handled meanwhile, as they are not in time.sleep.
        page.wait_for_timeout(20)
