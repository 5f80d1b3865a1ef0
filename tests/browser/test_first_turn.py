"""A spoken turn in a real notebook: a WAV through the microphone, Chromium's page, the kernel, the local server."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from lab import Lab, Notebook, launch_chromium
from playwright.sync_api import Page, Playwright

from rt_notebook.audio.files import write_wav
from rt_notebook.server.registry import load_engine

pytestmark = pytest.mark.browser

TAP = Path(__file__).with_name("tap.js").read_text("utf-8")
ARTIFACTS = Path(__file__).parents[2] / "artifacts"
QUESTION = "What is turn detection?"
LONG_QUESTION = "How do interruptions work?"
INTERRUPTION = "And what is a session?"

CONNECT = """
import json, pathlib
import rt_notebook as rt

def told(value):
    pathlib.Path("told.json").write_text(json.dumps(value), "utf-8")

session = rt.connect("local")
session
"""
# The browser's processing changes the sound, and a fake microphone has no echo to cancel.
PLAIN_MICROPHONE = "panel = session.panel()\npanel.echo_cancellation = False"

SPOKEN_TURN = [
    "input_audio_buffer.speech_started",
    "input_audio_buffer.speech_stopped",
    "input_audio_buffer.committed",
    "conversation.item.added",
    "response.created",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_audio_transcript.delta",
    "response.output_audio.delta",
    "response.output_audio.done",
    "response.output_audio_transcript.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.done",
]


def silence(seconds: float) -> bytes:
    return bytes(int(seconds * 24_000) * 2)


@pytest.fixture(scope="module")
def say() -> Any:
    voice = load_engine("hibari")
    voice.load()
    return lambda text: b"".join(pcm for _, pcm in voice.speak(text, "alloy"))


@pytest.fixture
def page(playwright: Playwright, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page whose microphone plays, once, what the test's `sound` makes."""
    wav = tmp_path / "microphone.wav"
    write_wav(wav, request.getfixturevalue("sound") + silence(60))
    browser = launch_chromium(playwright, Path(f"{wav}%noloop"))
    page = browser.new_page(viewport={"width": 1100, "height": 1200})
    page.add_init_script(TAP)
    yield page
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{request.node.name}.png")
    browser.close()


def evaluate(notebook: Notebook, cell: int, folder: Path) -> Any:
    """Run a cell that ends with `told(...)` and return what it told."""
    notebook.run(cell, timeout=120)
    return json.loads((folder / "told.json").read_text("utf-8"))


def talk(notebook: Notebook) -> None:
    panel = notebook.panel()
    panel.button("Start session").click()
    panel.button("Start talking").click()


def in_order(wanted: list[str], types: list[str]) -> bool:
    """Tell whether the wanted types come one after the other, others between them."""
    rest = iter(types)
    return all(name in rest for name in wanted)


class TestFirstTurn:
    @pytest.fixture
    def sound(self, say: Any) -> bytes:
        # A busy machine may take seconds from the microphone's beginning to the first sample that it hears.
        return silence(3) + say(QUESTION)  # type: ignore[no-any-return] # a fixture

    def test_question_and_answer(self, jupyter: Lab, page: Page) -> None:
        wait = """
session.wait("rt.playback.finished", after=0, timeout=60)
response = session.responses[-1]
told({
    "asked": session.items[0].transcript,
    "answer": response.transcript,
    "status": response.status,
    "samples": response.audio.tolist(),
    "rows": json.loads(session.events.df.to_json(orient="records", date_format="iso")),
})"""
        notebook = jupyter.open(page, [CONNECT, PLAIN_MICROPHONE, wait], "first-turn.ipynb")
        notebook.run(0)
        notebook.run(1)
        talk(notebook)
        told = evaluate(notebook, 2, jupyter.folder)

        # The right words, in the kernel and on the page.
        assert told["asked"].strip(" .?").lower() == QUESTION.strip("?").lower()
        conversation = notebook.panel().region("Conversation")
        conversation.get_by_text(told["answer"]).wait_for()
        conversation.get_by_text(told["asked"]).wait_for()

        # What was generated was played: all of it, and nothing else.
        generated = np.rint(np.array(told["samples"]) * 32768)
        played = np.rint(np.array(page.evaluate("tap.quanta.flatMap(({samples}) => Array.from(samples))")) * 32768)
        assert told["status"] == "completed"
        assert np.abs(generated).max() > 3000
        assert np.count_nonzero(played) >= 0.99 * np.count_nonzero(generated)
        assert np.count_nonzero(played) <= np.count_nonzero(generated)

        # The DataFrame has the documented sequence.
        rows = told["rows"]
        assert in_order(SPOKEN_TURN, [row["type"] for row in rows if row["direction"] == "server"])
        types = [row["type"] for row in rows]
        assert in_order(["rt.connection.opened", "session.created", "input_audio_buffer.append"], types)
        assert in_order(["rt.playback.started", "rt.playback.finished"], types)
        finished = next(row for row in rows if row["type"] == "rt.playback.finished")
        assert finished["audio_ms"] == pytest.approx(len(generated) / 24)

        # The event list shows it too.
        assert notebook.panel().region("Events").get_by_text("response.done").count() >= 1


class TestBargeIn:
    @pytest.fixture
    def sound(self, say: Any) -> bytes:
        questions = [say(question) + silence(5) for question in (LONG_QUESTION, INTERRUPTION, "What is an event?")]
        return silence(3) + b"".join(questions)

    def test_speaking_over_the_answer_silences_it_and_truncates_to_what_was_heard(
        self, jupyter: Lab, page: Page
    ) -> None:
        wait = """
first = session.wait("conversation.item.truncated", after=0, timeout=60)
session.wait("conversation.item.truncated", after=first, timeout=60)
session.wait("rt.playback.finished", after=0, timeout=60)
told({
    "events": [[event.t, event] for event in session.events if not event.type.endswith(("append", "delta"))],
    "items": [[item.role, item.heard_ms, item.audio_ms] for item in session.items],
})"""
        notebook = jupyter.open(page, [CONNECT, PLAIN_MICROPHONE, wait], "barge-in.ipynb")
        notebook.run(0)
        notebook.run(1)
        talk(notebook)
        told = evaluate(notebook, 2, jupyter.folder)

        def events(type_: str) -> list[dict[str, Any]]:
            return [event | {"t": t} for t, event in told["events"] if event["type"] == type_]

        # Of two answers some was heard, not all, and the server was told how much.
        flushed = events("rt.playback.flushed")
        truncate = events("conversation.item.truncate")
        truncated = events("conversation.item.truncated")
        assert len(flushed) == len(truncate) == len(truncated) == 2
        for cut in zip(flushed, truncate, truncated, strict=True):
            assert len({event["item_id"] for event in cut}) == 1
            assert 1_000 < cut[0]["heard_ms"] < cut[0]["generated_ms"]
            assert cut[1]["audio_end_ms"] == cut[2]["audio_end_ms"] == int(cut[0]["heard_ms"])
        assert [item[0] for item in told["items"]] == ["user", "assistant"] * 3
        assert [item[1] for item in told["items"][1::2]] == [*(cut["audio_end_ms"] for cut in truncate), None]

        # From the server's word to the page's report of silence; of two, since a busy machine may hold up either.
        onsets = [event["t"] for event in events("input_audio_buffer.speech_started")]
        delays = [cut["t"] - max(t for t in onsets if t < cut["t"]) for cut in flushed]
        assert min(delays) < 0.2

        notebook.panel().region("Conversation").get_by_text("nterrupted").nth(1).wait_for()
        ARTIFACTS.mkdir(exist_ok=True)
        notebook.panel().locator.screenshot(path=ARTIFACTS / "panel.png")


def test_killing_the_kernel_leaves_nothing_behind(jupyter: Lab, playwright: Playwright) -> None:
    temporary = jupyter.folder / "temporary"
    temporary.mkdir()
    # Where kernel and server put what is temporary, so that whatever they leave is seen.
    place = f"import os, tempfile\nos.environ['TMPDIR'] = tempfile.tempdir = {str(temporary)!r}\n"
    ask = """
from rt_notebook.session.local import local_server
session.ask("Hello")
told([os.getpid(), local_server().pid, local_server().url, tempfile.gettempdir()])"""
    browser = launch_chromium(playwright)
    notebook = jupyter.open(browser.new_page(), [place + CONNECT, ask], "killed.ipynb")
    notebook.run(0)
    kernel, server, url, used = evaluate(notebook, 1, jupyter.folder)
    assert used == str(temporary)
    port = int(url.split(":")[2].split("/")[0])
    os.kill(kernel, signal.SIGKILL)
    until = time.monotonic() + 5
    while psutil.pid_exists(server) and time.monotonic() < until:
        time.sleep(0.05)
    assert not psutil.pid_exists(server)
    assert port not in {connection.laddr.port for connection in psutil.net_connections() if connection.laddr}
    assert list(temporary.iterdir()) == []
    browser.close()
