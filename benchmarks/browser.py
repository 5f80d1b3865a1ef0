"""The spoken turn in JupyterLab in Chromium, as the listener has it: waiting time, share of samples, silencing."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from rt_notebook.audio.files import write_wav
from rt_notebook.server.registry import load_engine

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))

from lab import lab, launch_chromium

QUESTIONS = ["What is turn detection?", "What is a session?", "How do interruptions work?"]
GAP = 24
"""Seconds from one question to the next: the answers end before it."""

CELLS = [
    "import json, pathlib, rt_notebook as rt\nsession = rt.connect('local')\nsession",
    "session.panel().echo_cancellation = False",
    """
after = 0
for _ in range({turns}):
    after = session.wait("rt.playback.finished", after=after, timeout=120)
responses = [response.audio.tolist() for response in session.responses]
rows = [[event.type, event.t] for event in session.events]
pathlib.Path("told.json").write_text(json.dumps([responses, rows]))
""",
]


def browser_turn(show: Callable[[str, Sequence[float]], None]) -> None:
    """Measure and print."""
    voice = load_engine("hibari")
    voice.load()
    sound = bytes(48_000)
    for question in QUESTIONS:
        spoken = b"".join(pcm for _, pcm in voice.speak(question, "alloy"))
        sound += spoken + bytes(GAP * 48_000 - len(spoken))
    tap = (Path(__file__).parents[1] / "tests" / "browser" / "tap.js").read_text("utf-8")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        wav = folder / "microphone.wav"
        write_wav(wav, sound + bytes(60 * 48_000))
        with lab(folder) as jupyter:
            browser = launch_chromium(playwright, Path(f"{wav}%noloop"))
            page = browser.new_page()
            page.add_init_script(tap)
            notebook = jupyter.open(page, [CELLS[0], CELLS[1], CELLS[2].replace("{turns}", str(len(QUESTIONS)))])
            notebook.run(0)
            notebook.run(1)
            notebook.panel().button("Start session").click()
            notebook.panel().button("Start talking").click()
            notebook.run(2, timeout=180)
            responses, rows = json.loads((folder / "told.json").read_text("utf-8"))
            played = np.array(page.evaluate("tap.quanta.flatMap(({samples}) => Array.from(samples))"))
            browser.close()
    generated = np.concatenate([np.array(response) for response in responses])
    waits = []
    stopped = 0.0
    for type_, t in rows:
        if type_ == "input_audio_buffer.speech_stopped":
            stopped = t
        elif type_ == "rt.playback.started":
            waits.append(t - stopped)
    show("turn detected -> first sample heard, as the page reports it", waits)
    share = np.count_nonzero(played) / np.count_nonzero(np.rint(generated * 32768))
    print(f"samples played of {len(generated):,} generated: {share:.2%}")
