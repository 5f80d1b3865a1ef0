"""The bridge between a page that the test plays and a real session with the real server's core, in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from core_client import loud, silent
from memory_server import connect_in_memory

import rt_notebook as rt
from rt_notebook.protocol.event import Event, encode_audio
from rt_notebook.session.page import PageSession
from rt_notebook.widgets.bridge import Bridge
from rt_notebook.widgets.link import Receive, Urgency
from rt_notebook.widgets.messages import FromKernel, FromPage
from rt_notebook.widgets.rows import row

CHUNK = 1920
"""Bytes in 40 ms."""


class Page:
    """A link with its pages: what the bridge sends is kept, what a view does is said by the test."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.to: list[str | None] = []
        """To which view each message goes; None: to all."""
        self.urgent: list[str] = []
        self.closed = False
        self._receive: Receive | None = None
        self._gone: Callable[[str], None] | None = None
        self._news = threading.Condition()

    def on_receive(self, receive: Receive) -> None:
        self._receive = receive

    def on_gone(self, gone: Callable[[str], None]) -> None:
        self._gone = gone

    def send(self, message: FromKernel, urgency: Urgency = "soon", to: str | None = None) -> None:
        with self._news:
            self.to.append(to)
            self.sent.append(cast(dict[str, Any], message))
            if urgency == "now":
                self.urgent.append(message["type"])
            self._news.notify_all()

    def loses(self, view: str) -> None:
        assert self._gone is not None
        self._gone(view)

    def seen(self, view: str, type: str = "") -> list[dict[str, Any]]:
        """Return what a view was sent, of one type or of all."""
        both = zip(list(self.sent), list(self.to), strict=False)
        return [sent for sent, to in both if to in (None, view) and type in ("", sent["type"])]

    def close(self) -> None:
        self.closed = True

    def does(self, type: str, view: str = "view", **fields: Any) -> None:
        assert self._receive is not None
        self._receive(view, cast(FromPage, {"type": type, **fields}))

    def of(self, type: str) -> list[dict[str, Any]]:
        return [message for message in list(self.sent) if message["type"] == type]

    def wait(self, what: Callable[[dict[str, Any]], bool], after: int = 0) -> dict[str, Any]:
        """Return the first message that matches, of those sent after the first `after`."""
        with self._news:
            assert self._news.wait_for(lambda: any(map(what, self.sent[after:])), 10), self.sent
        return next(message for message in self.sent[after:] if what(message))

    def wait_row(self, type: str, after: int = 0) -> dict[str, Any]:
        """Return the event of the first row of a type."""
        found = self.wait(lambda sent: sent["type"] == "happened" and sent["row"]["event"]["type"] == type, after)
        return cast(dict[str, Any], found["row"]["event"])

    def talk(self, pcm: bytes, *, start: int = 0) -> int:
        """Send sound as the microphone does; returns the position of the next sample."""
        for at in range(0, len(pcm), CHUNK):
            self.does("microphone", sample=start + at // 2, data=pcm[at : at + CHUNK])
        return start + len(pcm) // 2


@pytest.fixture
def session() -> Iterator[rt.Session]:
    with connect_in_memory() as session:
        yield session


@pytest.fixture
def page(session: rt.Session) -> Iterator[Page]:
    page = Page()
    bridge = Bridge(PageSession(session._session), page)
    yield page
    bridge.close()
    assert page.closed


@pytest.fixture
def started(page: Page) -> Page:
    """A page whose view has microphone and loudspeaker."""
    page.does("join")
    page.does("start")
    page.wait(lambda sent: sent["type"] == "session" and sent["owner"] == "view")
    return page


def answer(page: Page, words: str) -> tuple[str, int]:
    """Say something and return the answer's item and its samples, once all of its sound has come."""
    before = len(page.sent)
    page.does("say", text=words)
    page.wait_row("response.done", before)
    audio = [message for message in page.sent[before:] if message["type"] == "audio"]
    assert len({message["item_id"] for message in audio}) == 1
    return audio[0]["item_id"], sum(len(message["data"]) // 2 for message in audio)


def test_a_view_that_joins_learns_of_the_session_and_of_what_happened(session: rt.Session, page: Page) -> None:
    session.ask("Good morning")
    before = len(session.events)
    page.does("join")
    history = page.wait(lambda sent: sent["type"] == "history")
    assert history["done"]
    assert [row["index"] for row in history["rows"]] == list(range(before))
    assert not any("delta" in row["event"] for row in history["rows"] if row["event"]["type"].endswith("audio.delta"))
    (state,) = page.of("session")
    assert state["owner"] is None
    assert state["info"]["state"] == "open"
    assert state["info"]["model"] == "tutor"


def test_nothing_is_sent_where_nobody_looks(session: rt.Session, page: Page) -> None:
    session.ask("Good morning")
    assert page.sent == []
    page.does("join")
    page.wait(lambda sent: sent["type"] == "history" and sent["done"])
    page.does("leave")
    before = len(page.sent)
    session.ask("Good morning")
    assert page.sent[before:] == []


def test_text_works_before_anything_was_clicked(page: Page) -> None:
    page.does("join")
    page.does("say", text="Good morning")
    page.wait_row("response.done")
    transcript = "".join(
        sent["row"]["event"]["delta"]
        for sent in page.of("happened")
        if sent["row"]["event"]["type"] == "response.output_audio_transcript.delta"
    )
    assert transcript == "You said: Good morning "
    assert page.of("audio") == []


def test_the_owner_gets_the_sound_and_its_end(session: rt.Session, started: Page) -> None:
    item, samples = answer(started, "Good morning")
    assert samples == 4 * 1200
    assert samples == len(session.responses[-1].audio)
    assert started.of("audio.end") == [{"type": "audio.end", "item_id": item, "content_index": 0}]


def test_what_was_heard_becomes_rows(session: rt.Session, started: Page) -> None:
    item, samples = answer(started, "Good morning")
    part: dict[str, Any] = {"item_id": item, "content_index": 0}
    started.does("playback.started", **part)
    started.does("playback.underrun", item_id=item, missing_samples=240)
    started.does("playback.finished", **part, heard_samples=samples)
    started.wait_row("rt.playback.finished")
    rows = session.events.filter("rt.playback.*")
    assert [row.type for row in rows] == ["rt.playback.started", "rt.playback.underrun", "rt.playback.finished"]
    assert rows[-1]["heard_ms"] == samples / 24


def test_only_the_view_that_plays_can_tell_what_was_heard(session: rt.Session, started: Page) -> None:
    item, samples = answer(started, "Good morning")
    part: dict[str, Any] = {"item_id": item, "content_index": 0}
    for report in ("started", "finished", "flushed"):
        started.does(f"playback.{report}", "other", **part, heard_samples=1)
    started.does("playback.underrun", "other", item_id=item, missing_samples=1)
    started.does("playback.finished", **part, heard_samples=samples)
    started.wait_row("rt.playback.finished")
    assert [row.type for row in session.events.filter("rt.playback.*")] == ["rt.playback.finished"]


def test_speaking_over_the_answer_silences_it_and_cuts_the_item(session: rt.Session, started: Page) -> None:
    started.does("talk", on=True, held=False)
    item, samples = answer(started, "one two three four five six seven eight")
    started.talk(loud(400))
    started.wait(lambda sent: sent["type"] == "flush")
    assert started.urgent == ["flush"]
    types = [sent["row"]["event"]["type"] if sent["type"] == "happened" else sent["type"] for sent in started.sent]
    assert types.index("flush") < types.index("input_audio_buffer.speech_started")
    started.does("playback.flushed", item_id=item, content_index=0, heard_samples=2400)
    truncated = started.wait_row("conversation.item.truncated")
    assert (truncated["item_id"], truncated["audio_end_ms"]) == (item, 100)
    assert session.events.filter("rt.playback.flushed")[0]["generated_ms"] == samples / 24


def test_cancelling_silences_an_answer_that_is_done_and_still_heard(session: rt.Session, started: Page) -> None:
    item, _ = answer(started, "Good morning")
    started.does("playback.started", item_id=item, content_index=0)
    started.wait_row("rt.playback.started")
    session.cancel()
    started.wait(lambda sent: sent["type"] == "flush")
    started.does("playback.flushed", item_id=item, content_index=0, heard_samples=2400)
    assert session.wait("conversation.item.truncated", after=0)["audio_end_ms"] == 100
    rows = len(session.events)
    session.cancel()  # nothing is heard any more: nothing happens
    assert len(session.events) == rows


def test_a_message_takes_the_floor_from_the_answer_that_is_heard(session: rt.Session, started: Page) -> None:
    item, _ = answer(started, "Good morning")
    started.does("playback.started", item_id=item, content_index=0)
    started.wait_row("rt.playback.started")
    before = len(started.sent)
    answer(started, "Good night")
    kinds = [message["type"] for message in started.sent[before:] if message["type"] in ("flush", "audio")]
    assert kinds[0] == "flush"
    assert kinds.count("flush") == 1


def test_no_sound_of_an_interrupted_answer_goes_out(session: rt.Session, started: Page) -> None:
    started.does("say", text="count")
    started.wait(lambda sent: sent["type"] == "audio")
    started.talk(loud(400))
    started.wait(lambda sent: sent["type"] == "flush")
    flushed = len(started.sent)
    started.wait_row("response.done")
    late = [sent for sent in started.sent[flushed:] if sent["type"] in ("audio", "audio.end")]
    assert late == []
    assert session.responses[0].status == "cancelled"


def test_a_spoken_turn(session: rt.Session, started: Page) -> None:
    started.does("talk", on=True, held=False)
    started.talk(loud(600) + silent(900))
    started.wait_row("conversation.item.input_audio_transcription.completed")
    started.wait_row("response.done")
    assert started.of("audio")
    assert started.of("lost") == []


def test_stop_talking_in_the_middle_of_a_word_ends_the_turn(started: Page) -> None:
    started.does("talk", on=True, held=False)
    started.talk(loud(600))
    started.wait_row("input_audio_buffer.speech_started")
    started.does("talk", on=False, held=False)
    started.wait_row("input_audio_buffer.speech_stopped")
    started.wait_row("response.done")


def test_missing_microphone_samples_are_counted(session: rt.Session, started: Page) -> None:
    started.does("talk", on=True, held=False)
    at = started.talk(silent(80))
    at = started.talk(silent(80), start=at + 960)
    started.talk(silent(80), start=at + 480)
    started.wait(lambda sent: sent == {"type": "lost", "samples": 1440})
    before = len(started.sent)
    started.does("talk", on=False, held=False)
    started.does("talk", on=True, held=False)
    started.talk(silent(40))
    started.wait_row("input_audio_buffer.append", before)
    assert [sent["samples"] for sent in started.of("lost")] == [960, 1440]


def test_only_the_owner_is_heard(session: rt.Session, started: Page) -> None:
    started.does("talk", "other", on=True, held=False)
    started.does("microphone", "other", sample=0, data=silent(40))
    started.does("microphone", sample=0, data=silent(40))
    started.wait_row("input_audio_buffer.append")
    assert len(session.events.filter("input_audio_buffer.append")) == 1


def owner(page: Page, after: int = 0) -> Any:
    """Return the owner that the next news of the session's state names."""
    return page.wait(lambda sent: sent["type"] == "session", after)["owner"]


def test_another_view_takes_over_and_the_newest_one_inherits(started: Page) -> None:
    for view in ("second", "third"):
        started.does("join", view)
    started.does("start", "second")
    started.wait(lambda sent: sent["type"] == "session" and sent["owner"] == "second")
    before = len(started.sent)
    started.does("leave", "second")
    assert owner(started, before) == "third"
    before = len(started.sent)
    started.loses("third")
    assert owner(started, before) == "view"
    before = len(started.sent)
    started.does("leave", "other")  # never seen: nothing changes
    started.does("leave")
    started.does("join", "fourth")
    assert owner(started, before) is None


def test_end_and_start_again(session: rt.Session, started: Page) -> None:
    started.does("end")
    closed = started.wait(lambda sent: sent["type"] == "session" and sent["info"]["state"] == "closed")
    assert closed["owner"] is None
    # Sound on its way goes nowhere, and nothing breaks.
    started.does("microphone", sample=0, data=silent(40))
    before = len(started.sent)
    started.does("start")
    started.wait(lambda sent: sent["type"] == "session" and sent["info"]["state"] == "open", before)
    assert answer(started, "Good morning")[1] == 4 * 1200


def test_a_message_that_the_session_refuses_is_told(session: rt.Session, started: Page) -> None:
    started.does("end")
    started.wait(lambda sent: sent["type"] == "session" and sent["info"]["state"] == "closed")
    started.does("say", text="Good morning")
    assert "closed" in started.wait_row("rt.page.failed")["error"]["message"]


def test_a_page_of_another_version_is_told_what_failed(started: Page, caplog: pytest.LogCaptureFixture) -> None:
    started.does("dance")
    problem = started.wait(lambda sent: sent["type"] == "problem")
    assert "dance" in problem["text"]
    assert "dance" in caplog.text
    answer(started, "Good morning")


def test_a_row_is_light() -> None:
    picture = "data:image/png;base64," + "A" * 10_000
    item = {"type": "message", "content": [{"type": "input_audio", "audio": "AAAA"}, {"image_url": picture}]}
    light = row(Event({"type": "conversation.item.added", "item": item}, index=3, t=1.5))
    assert (light["index"], light["t"], light["direction"], light["audio_ms"]) == (3, 1.5, "server", None)
    audio, image = light["event"]["item"]["content"]
    assert audio == {"type": "input_audio"}
    assert len(image["image_url"]) < 5_000

    pcm = silent(100)
    append = row(Event({"type": "input_audio_buffer.append", "audio": encode_audio(pcm)}, direction="client", pcm=pcm))
    assert append["event"] == {"type": "input_audio_buffer.append"}
    assert append["audio_ms"] == 100


def test_a_bridge_of_a_running_session_knows_its_turn_detection() -> None:
    with connect_in_memory(turn_detection=rt.ServerVAD(interrupt_response=False)) as session:
        page = Page()
        bridge = Bridge(PageSession(session._session), page)
        page.does("join")
        page.does("start")
        page.does("talk", on=True, held=False)
        answer(page, "Good morning")
        page.talk(loud(400))
        page.wait_row("input_audio_buffer.speech_started")
        assert page.of("flush") == []
        bridge.close()
