"""The line that says where a turn's time went."""

from __future__ import annotations

import pytest

from rt_notebook.server.effects import Effect, Respond, Send, Speak, TurnEnded
from rt_notebook.server.engine import Prompt
from rt_notebook.server.latency import Stopwatch


def run(caplog: pytest.LogCaptureFixture, *timed: tuple[int, Effect]) -> list[str]:
    """Show effects to a stopwatch at given times (ms); return what it logs."""
    now = 0.0
    stopwatch = Stopwatch(lambda: now)
    with caplog.at_level("INFO", "rt_notebook.server"):
        for time, effect in timed:
            now = time / 1000
            stopwatch.see(effect)
    return caplog.messages


def test_a_spoken_answer(caplog: pytest.LogCaptureFixture) -> None:
    delta = Send({"type": "response.output_audio.delta"})
    (line,) = run(
        caplog,
        (1_000, TurnEnded("item_1", 512)),
        (1_020, Respond("resp_1", Prompt([]))),
        (1_025, Speak("resp_1", "Hello.", "marin", 1.0)),
        (1_060, delta),
        (1_080, delta),
    )
    assert line.endswith("turn detected 512, then transcript +20, first text +25, first audio +60")


def test_a_written_answer(caplog: pytest.LogCaptureFixture) -> None:
    (line,) = run(
        caplog,
        (0, TurnEnded("item_1", 512)),
        (3, Send({"type": "response.output_text.delta"})),
        (9, Send({"type": "response.done"})),
    )
    assert line.endswith("then first text +3")


def test_answers_to_no_turn_are_not_timed(caplog: pytest.LogCaptureFixture) -> None:
    assert run(caplog, (0, Send({"type": "response.output_audio.delta"})), (9, Send({"type": "response.done"}))) == []
