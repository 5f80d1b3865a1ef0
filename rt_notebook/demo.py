"""``rt-notebook demo``: one spoken turn on this machine, without key, network, microphone or notebook."""

from __future__ import annotations

import sys
import time
from itertools import groupby
from pathlib import Path

import rt_notebook as rt
from rt_notebook.log.eventlog import EventLog
from rt_notebook.server.registry import load_engine

QUESTION = "What is turn detection?"


def demo(say: str = QUESTION, audio: Path | None = None) -> int:
    """Speak a question into a local session and print what was heard, answered, measured and sent.

    Parameters
    ----------
    say
        What to ask, spoken by the local voice.
    audio
        A file with the question instead.
    """
    begun = time.perf_counter()
    try:
        with rt.connect("local") as session:
            connected = time.perf_counter() - begun
            print(f"Connected to the local server in {connected:.1f} s. Speaking {audio or repr(say)} ...", flush=True)
            response = session.speak(audio or _spoken(say))
            session.wait("conversation.item.input_audio_transcription.*", after=0)
    except (rt.RealtimeError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    heard = next(item for item in session.items if item.role == "user")
    print(f"\nYou said:  {heard.transcript}")
    if response is not None:
        print(f"Answer:    {response.transcript}  ({len(response.audio) / 24_000:.1f} s of speech)\n")
        print("Latency in ms, from the end of your speech as turn detection saw it:")
        for name, value in vars_of(response.latency).items():
            print(f"  {name:<12} {value:8.1f}")
    print("\nWhat went over the wire (runs of the same event folded):")
    print(table(session.events))
    return 0


def vars_of(latency: rt.Latency) -> dict[str, float]:
    """Return a latency's known figures."""
    figures = {name: getattr(latency, name) for name in ("created", "first_text", "first_audio", "done")}
    return {name: value for name, value in figures.items() if value is not None}


def table(log: EventLog) -> str:
    """Return the log as lines: time, direction, type, and what it says; runs of one type are one line."""
    arrows = {"client": "->", "server": "<-", "local": " ."}
    lines = []
    for (direction, type_), group in groupby(log, key=lambda event: (event.direction, event.type)):
        run = list(group)
        ms = sum(event.audio_ms or 0 for event in run)
        detail = f"{ms / 1000:.2f} s of audio" if ms else "".join(event.text or "" for event in run)
        count = f" x{len(run)}" if len(run) > 1 else ""
        lines.append(f"{run[0].t:8.3f} {arrows[direction]} {type_ + count:<62} {detail[:60]}".rstrip())
    return "\n".join(lines)


def _spoken(text: str) -> bytes:
    voice = load_engine("hibari")
    voice.load()
    return b"".join(pcm for _, pcm in voice.speak(text, "alloy"))
