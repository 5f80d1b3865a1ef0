"""Interruptions in a real page: where the server is told to cut an answer, against what was really rendered of it.

The voice is a ramp, so that every sample that was rendered is known by its value, and none of them is silence.
"""

from __future__ import annotations

import pytest
from lab import Lab, Notebook, Panel
from playwright.sync_api import Page
from talking import connect, started, told

pytestmark = pytest.mark.browser

CUTS = """
cuts = [row["audio_end_ms"] for row in session.events.filter("conversation.item.truncate")]
kept = [item.heard_ms for item in session.items if item.role == "assistant"]
print(json.dumps([cuts, kept, len(session.events.filter("rt.playback.underrun"))]))"""
TOLERANCE = 20
"""ms."""


def plays(page: Page, ms: int) -> None:
    """Wait until so much was rendered since `forget`."""
    page.wait_for_function(f"tap.quanta.length * 128 / 24 >= {ms}")


def forget(page: Page) -> None:
    page.evaluate("tap.quanta = []")


def heard(page: Page) -> float:
    """Return what left the loudspeaker since `forget`, ms: what was rendered, but for what was on its way then."""
    rendered, latency = page.evaluate("""() => {
        const { baseLatency, outputLatency } = probe.contexts.at(-1);
        const samples = tap.quanta.flatMap(({ samples }) => Array.from(samples)).filter((sample) => sample !== 0);
        return [samples.length / 24, (baseLatency + outputLatency) * 1000];
    }""")
    assert 0 < latency < 300
    return float(rendered - latency)


def interrupt(panel: Panel, nth: int = 0) -> None:
    """Stop the answer, and wait until the panel shows that it was cut."""
    panel.button("Stop answer").click()
    panel.region("Conversation").get_by_text("nterrupted").nth(nth).wait_for()


def talking(jupyter: Lab, page: Page, name: str, *cells: str) -> tuple[Notebook, Panel]:
    notebook = jupyter.open(page, [connect("Ramp()"), CUTS, *cells], name)
    return notebook, started(notebook)


def test_an_answer_is_cut_where_it_was_heard_also_the_next_one(jupyter: Lab, page: Page) -> None:
    notebook, panel = talking(jupyter, page, "cut.ipynb")
    were = []
    for nth in range(2):
        forget(page)
        panel.say("count")
        plays(page, 700)
        interrupt(panel, nth)
        were.append(heard(page))
    cuts, kept, _ = told(notebook, 1)
    assert cuts == pytest.approx(were, abs=TOLERANCE)
    assert kept == cuts


def test_after_a_gap_the_silence_in_it_counts_for_nothing(jupyter: Lab, page: Page) -> None:
    notebook, panel = talking(jupyter, page, "gap.ipynb")
    # Several pauses of a second: a page that is slow to begin may have the first one's sound in hand.
    words = " ".join([*(["word"] * 6 + ["wait"]) * 3, *["word"] * 60])
    panel.say(words)
    plays(page, 1500)
    interrupt(panel)
    was = heard(page)
    [cut], _, underruns = told(notebook, 1)
    assert cut == pytest.approx(was, abs=TOLERANCE)
    assert underruns >= 1


def test_of_several_answers_that_wait_each_is_cut_where_it_was_heard(jupyter: Lab, page: Page) -> None:
    ask = "for _ in range(3): session.ask('word ' * 28)"
    notebook, panel = talking(jupyter, page, "queued.ipynb", ask)
    notebook.run(2)
    # Of 1500 ms each the first one is over, the second one sounds, the third one waits.
    plays(page, 1800)
    interrupt(panel)
    was = heard(page)
    cuts, kept, _ = told(notebook, 1)
    assert cuts == [pytest.approx(was - 1500, abs=TOLERANCE), 0]
    assert kept[1:] == cuts
