"""The microphone in a real page: its switches, silence in its place, a held button, other rates, and when it goes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from lab import Lab, Notebook, Panel
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from talking import connect, open_things, started, told

pytestmark = pytest.mark.browser

HEARD = """
sound = session.events.filter("input_audio_buffer.append")
open("microphone.pcm", "wb").write(b"".join(row.pcm for row in sound))"""
MORE = """
def more(chunks, silent=None):
    "Wait until so many more chunks came; only those count that are silent, or are not, where that is said."
    seen, count = len(session.events.filter("input_audio_buffer.append")), 0
    until = time.monotonic() + 20
    while count < chunks:
        assert time.monotonic() < until, count
        time.sleep(0.02)
        rows = session.events.filter("input_audio_buffer.append")
        count += sum(silent is None or silent != any(row.pcm) for row in rows[seen:])
        seen = len(rows)
"""


def heard(notebook: Notebook, folder: Path, cell: int) -> NDArray[np.int64]:
    """Return what the microphone sent, from its first sound on; the cell writes it."""
    notebook.run(cell)
    samples = np.frombuffer((folder / "microphone.pcm").read_bytes(), "<i2").astype(np.int64)
    return samples[np.flatnonzero(samples)[0] :]


def silences(samples: NDArray[np.int64]) -> list[int]:
    """Return how long each silence in a ramp is; what sounds has to be where the ramp's own pace puts it."""
    ramp = (samples[0] + np.arange(len(samples)) + 32_768) % 65_536 - 32_768
    silent = samples == 0
    assert np.array_equal(samples[~silent], ramp[~silent])
    lengths = np.diff(np.flatnonzero(np.diff(silent, prepend=False, append=False)))[::2]
    # The ramp itself passes through 0, a single sample.
    return [int(length) for length in lengths if length > 1]


def switches(page: Page) -> set[bool]:
    """Return what the microphone was last asked for with."""
    asked = page.evaluate("probe.constraints.audio")
    return {asked[name] for name in ("echoCancellation", "noiseSuppression", "autoGainControl")}


def hush(panel: Panel) -> None:
    panel.button("Stop talking").click()
    panel.button("Start talking").wait_for()


def test_the_switch_for_the_browsers_processing_reaches_the_microphone(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [MORE + connect(), "more(5)"], "switches.ipynb")
    panel = started(notebook)
    panel.button("Start talking").click()
    panel.button("Stop talking").wait_for()
    assert switches(page) == {False}
    panel.button("Sound").click()
    box = panel.locator.get_by_role("checkbox", name="Echo cancellation")
    assert not box.is_checked()
    box.check()
    page.wait_for_function("probe.constraints.audio.echoCancellation")
    assert switches(page) == {True}
    # The new one is heard in place of the one before.
    page.wait_for_function("String(probe.open()) === '1,1'")
    notebook.run(1)


def test_muted_and_in_half_duplex_silence_goes_out_at_the_same_pace(jupyter: Lab, page: Page) -> None:
    cells = [MORE + connect("Ramp()"), "more(10, silent=False)", "more(10, silent=True)", HEARD]
    notebook = jupyter.open(page, cells, "silence.ipynb")
    panel = started(notebook)
    page.evaluate("probe.ramp = true")
    panel.button("Start talking").click()
    notebook.run(1)
    panel.button("Mute").click()
    notebook.run(2)
    panel.button("Mute").click()
    notebook.run(1)

    panel.button("Sound").click()
    panel.locator.get_by_role("checkbox", name="Half duplex").check()
    # 22 words with the two before them, of 50 ms each.
    panel.say(" ".join(["word"] * 20))
    panel.region("Events").get_by_text("rt.playback.finished").wait_for()
    notebook.run(1)
    hush(panel)
    muted, halved = silences(heard(notebook, jupyter.folder, 3))
    assert muted >= 9 * 960
    # The room may sound on for 250 ms after the answer.
    assert 22 * 1200 + 5000 < halved < 22 * 1200 + 24_000


def tap(page: Page) -> None:
    """Press the button and let it go in 20 ms, however slow the driver is."""
    page.evaluate("""async () => {
        const button = document.querySelector(".rt-hold");
        button.dispatchEvent(new PointerEvent("pointerdown", { button: 0 }));
        await new Promise((resolve) => setTimeout(resolve, 20));
        button.dispatchEvent(new PointerEvent("pointerup", { button: 0 }));
    }""")


def test_letting_go_asks_once_and_a_tap_asks_for_nothing(jupyter: Lab, page: Page) -> None:
    asked = """
names = ["input_audio_buffer.commit", "response.create", "input_audio_buffer.clear"]
print(json.dumps([len(session.events.filter(name)) for name in names] + [[item.role for item in session.items]]))"""
    notebook = jupyter.open(page, [MORE + connect(), "more(8)", asked], "hold.ipynb")
    panel = started(notebook)
    hold = panel.button("Hold to talk")
    finished = panel.region("Events").get_by_text("rt.playback.finished")
    answers = panel.region("Conversation").get_by_text("You said:")

    # The first tap opens the microphone at most, those in standby find 200 ms of what was heard before.
    tap(page)
    hold.hover()
    page.mouse.down()
    notebook.run(1)
    page.mouse.up()
    finished.first.wait_for()
    for _ in range(3):
        tap(page)
        page.wait_for_timeout(300)
    assert told(notebook, 2) == [1, 1, 0, ["user", "assistant"]]

    hold.focus()
    page.keyboard.down("Space")
    # (To run a cell would take the focus, which lets the key go.)
    page.wait_for_function("document.querySelector('.rt-hold').classList.contains('rt-on')")
    page.wait_for_timeout(500)
    page.keyboard.up("Space")
    expect(answers).to_have_count(2)
    assert told(notebook, 2) == [2, 2, 0, ["user", "assistant"] * 2]


def test_a_browser_that_refuses_24_khz_has_microphone_and_loudspeaker_all_the_same(jupyter: Lab, page: Page) -> None:
    playback = """
session.wait("rt.playback.finished", after=0, timeout=20)
finished = session.events.filter("rt.playback.finished")[0]
print(json.dumps([finished["heard_ms"], finished["generated_ms"]]))"""
    notebook = jupyter.open(page, [MORE + connect(), "more(50, silent=False)", HEARD, playback], "strict.ipynb")
    panel = started(notebook)
    page.evaluate("probe.strict = probe.tone = true")
    panel.button("Start talking").click()
    notebook.run(1)
    # The context of another rate is there by now: to open it cuts what sounds.
    panel.say("one two three")
    notebook.run(3)
    hush(panel)
    assert page.evaluate("probe.contexts.at(-1).sampleRate") != 24_000
    assert open_things(page) == [1, 0]
    second = heard(notebook, jupyter.folder, 2)[-24_000:]
    spectrum = np.abs(np.fft.rfft(second * np.hanning(len(second))))
    assert np.argmax(spectrum) == pytest.approx(1000, abs=1)
    # Nothing but the tone: no click, no gap.
    assert (spectrum[:990].sum() + spectrum[1010:].sum()) / spectrum.sum() < 0.01
    assert told(notebook, 3) == [250, 250]


def test_a_microphone_that_goes_is_told_of_and_another_one_taken(jupyter: Lab, page: Page) -> None:
    notebook = jupyter.open(page, [MORE + connect(), "more(5)"], "unplugged.ipynb")
    panel = started(notebook)
    alert = panel.locator.get_by_role("alert")
    panel.button("Start talking").click()
    notebook.run(1)

    page.evaluate("probe.unplug()")
    expect(alert).to_contain_text("The microphone is gone; the default one is heard instead.")
    notebook.run(1)
    assert open_things(page) == [1, 1]

    page.evaluate("probe.none = true; probe.unplug()")
    expect(alert).to_contain_text("The microphone is gone. Plug it in again")
    panel.button("Start talking").click()
    expect(alert).to_contain_text("No microphone was found.")

    page.evaluate("probe.none = false")
    panel.button("Start talking").click()
    panel.button("Stop talking").wait_for()
    notebook.run(1)
    expect(alert).to_be_hidden()
