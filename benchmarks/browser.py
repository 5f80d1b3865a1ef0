"""The spoken turn in JupyterLab in Chromium, as the listener has it: waiting time, share of samples, silencing."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import sync_playwright

from rt_notebook.audio.files import write_wav
from rt_notebook.server.registry import load_engine

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from lab import lab, launch_chromium

QUESTIONS = ["What is turn detection?", "What is a session?", "How do interruptions work?"]
GAP = 24.0
"""Seconds from one question to the next where the answers are heard to their end."""
INTERRUPTING = 6.0
"""The same where each question cuts the answer before it."""

CONNECT = "import json, pathlib, rt_notebook as rt\nsession = rt.connect('local')\nsession"
PLAIN_MICROPHONE = "session.panel().echo_cancellation = False"
WAIT = """
after = 0
for _ in range({times}):
    after = session.wait("{event}", after=after, timeout=120)
responses = [response.audio.tolist() for response in session.responses]
rows = [[event.type, event.t] for event in session.events]
pathlib.Path("told.json").write_text(json.dumps([responses, rows]))
"""

Rows = list[tuple[str, float]]


def browser_turn(show: Callable[[str, Sequence[float]], None]) -> None:
    """Measure and print."""
    responses, rows, played = talk(QUESTIONS, GAP, WAIT.format(times=len(QUESTIONS), event="rt.playback.finished"))
    show(
        "turn detected -> first sample heard, as the page reports it",
        delays(rows, "input_audio_buffer.speech_stopped", "rt.playback.started"),
    )
    generated = np.concatenate([np.array(response) for response in responses])
    share = np.count_nonzero(played) / np.count_nonzero(np.rint(generated * 32768))
    print(f"samples played of {len(generated):,} generated: {share:.2%}", flush=True)

    several = QUESTIONS * 3
    _, rows, _ = talk(several, INTERRUPTING, WAIT.format(times=len(several) - 1, event="rt.playback.flushed"))
    show(
        "barge-in: speech_started -> silent, as the page reports it",
        delays(rows, "input_audio_buffer.speech_started", "rt.playback.flushed"),
    )


def delays(rows: Rows, cause: str, effect: str) -> list[float]:
    """Return the seconds from the newest `cause` to each `effect`."""
    found = []
    since = 0.0
    for type_, t in rows:
        if type_ == cause:
            since = t
        elif type_ == effect:
            found.append(t - since)
    return found


def talk(questions: Sequence[str], gap: float, wait: str) -> tuple[list[list[float]], Rows, NDArray[np.float64]]:
    """Say questions into a panel's microphone; return the answers' samples, the log's rows, and what was played."""
    voice = load_engine("hibari")
    voice.load()
    sound = bytes(48_000)
    for question in questions:
        spoken = b"".join(pcm for _, pcm in voice.speak(question, "alloy"))
        sound += spoken + bytes(int(gap * 24_000) * 2 - len(spoken))
    tap = (Path(__file__).parents[1] / "tests" / "browser" / "tap.js").read_text("utf-8")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        wav = folder / "microphone.wav"
        write_wav(wav, sound + bytes(60 * 48_000))
        with lab(folder) as jupyter:
            browser = launch_chromium(playwright, Path(f"{wav}%noloop"))
            page = browser.new_page()
            page.add_init_script(tap)
            notebook = jupyter.open(page, [CONNECT, PLAIN_MICROPHONE, wait])
            notebook.run(0)
            notebook.run(1)
            notebook.panel().button("Start session").click()
            notebook.panel().button("Start talking").click()
            notebook.run(2, timeout=180)
            responses, rows = json.loads((folder / "told.json").read_text("utf-8"))
            played = np.array(page.evaluate("tap.quanta.flatMap(({samples}) => Array.from(samples))"))
            browser.close()
    return responses, rows, played
