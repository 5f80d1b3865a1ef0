"""The bridge between a page that the test plays and a real session with the real server's core, in memory."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import soundfile
from core_client import loud, silent
from memory_server import ScriptedServer, connect_in_memory, created

import rt_notebook as rt
from rt_notebook.audio.files import write_wav
from rt_notebook.log.rows import row
from rt_notebook.protocol.event import Event, encode_audio
from rt_notebook.session.page import PageSession
from rt_notebook.session.runner import block
from rt_notebook.widgets.bridge import Bridge
from rt_notebook.widgets.link import Receive, Urgency
from rt_notebook.widgets.messages import FromKernel, FromPage

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

    def seen(self, view: str, type: str = "", after: int = 0) -> list[dict[str, Any]]:
        """Return what a view was sent, of one type or of all, behind the first `after` messages."""
        both = zip(self.sent[after:], self.to[after:], strict=False)
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


def test_a_session_that_is_ended_while_a_call_waits_is_no_failure(
    session: rt.Session, started: Page, wiped: list[str]
) -> None:
    started.does("say", text="call wipe")
    started.wait_row("rt.tool.waiting")
    started.does("end")
    started.wait_row("rt.tool.unsent")
    started.does("start")
    before = len(started.sent)
    started.does("say", text="Good morning")
    started.wait_row("response.done", before)
    assert session.events.filter("rt.page.failed") == []
    assert wiped == []


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
    heard = Event({"type": "input_audio_buffer.append", "audio": encode_audio(pcm)}, direction="client", sound=pcm)
    append = row(heard)
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


# -- history -----------------------------------------------------------------------------------------------------------


def test_history_comes_in_pieces_and_live_rows_follow_it_once_each(session: rt.Session, page: Page) -> None:
    page.does("join", "first")
    page.wait(lambda sent: sent["type"] == "history" and sent["done"])
    fill(session, 1_500)
    before = len(page.sent)
    page.does("join")
    for number in range(200):  # rows that come meanwhile
        session._session.call(lambda number=number: session._session.wire.local("rt.note", number=number))
    page.wait(lambda sent: sent["type"] == "history" and sent["done"], before)
    session._session.call(lambda: session._session.wire.local("rt.last"))
    page.wait_row("rt.last", before)
    time.sleep(0.05)
    for view, since in (("first", 0), ("view", before)):
        seen = [
            row["index"]
            for sent in page.seen(view, after=since)
            for row in (sent["rows"] if sent["type"] == "history" else [sent["row"]] if "row" in sent else [])
        ]
        assert seen == list(range(len(session.events)))
    pieces = page.seen("view", "history")
    assert len(pieces) > 5
    assert [piece["done"] for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert page.seen("nobody", "history") == []


def test_history_stops_for_a_view_that_is_gone(session: rt.Session, page: Page) -> None:
    fill(session, 5_000)
    page.does("join")
    page.wait(lambda sent: sent["type"] == "history")
    page.loses("view")
    time.sleep(0.3)
    assert not any(piece["done"] for piece in page.of("history"))
    before = len(page.sent)
    fill(session, 1)
    assert page.sent[before:] == []
    page.does("join")
    done = page.wait(lambda sent: sent["type"] == "history" and sent["done"], before)
    assert done["rows"] == [] or done["rows"][-1]["index"] == len(session.events) - 1


def fill(session: rt.Session, rows: int) -> None:
    """Write local rows, as many."""

    async def write() -> None:
        for number in range(rows):
            session._session.wire.local("rt.note", number=number)

    block(write())


def test_a_rows_levels_stand_for_its_sound(session: rt.Session, started: Page) -> None:
    answer(started, "Good morning")
    started.does("talk", on=True, held=False)
    started.talk(loud(40))
    started.wait(
        lambda sent: sent["type"] == "happened" and sent["row"]["event"]["type"] == "input_audio_buffer.append"
    )
    started.does("join", "second")
    history = started.wait(lambda sent: sent["type"] == "history" and len(sent["rows"]) > 10)
    live = [sent["row"] for sent in started.of("happened") if "levels" in sent["row"]]
    told = [row for row in history["rows"] if "levels" in row]
    assert live == told
    assert {row["event"]["type"] for row in live} == {"response.output_audio.delta", "input_audio_buffer.append"}
    assert len(live[-1]["levels"]) == 2


# -- who hears what ----------------------------------------------------------------------------------------------------


def test_only_the_owner_gets_sound_and_every_view_gets_rows(session: rt.Session, started: Page) -> None:
    started.does("join", "second")
    started.wait(lambda sent: sent["type"] == "history" and sent["done"], len(started.sent) - 1)
    answer(started, "Good morning")
    assert started.seen("second", "audio") == started.seen("second", "audio.end") == []
    assert len(started.seen("view", "audio")) == len(session.events.filter("response.output_audio.delta"))
    assert started.seen("second", "happened") == started.seen("view", "happened")


def test_who_takes_over_silences_the_other_view_and_what_was_heard_there_is_kept(
    session: rt.Session, started: Page
) -> None:
    item, _ = answer(started, "Good morning")
    started.does("playback.started", item_id=item, content_index=0)
    started.does("join", "second")
    started.does("start", "second")
    started.wait(lambda sent: sent["type"] == "flush")
    assert started.seen("second", "flush") == []
    started.does("playback.flushed", item_id=item, content_index=0, heard_samples=2_400)
    assert session.wait("conversation.item.truncated", after=0)["audio_end_ms"] == 100


def test_an_owner_that_is_gone_leaves_nothing_sounding(session: rt.Session, started: Page) -> None:
    item, _ = answer(started, "Good morning")
    started.does("playback.started", item_id=item, content_index=0)
    started.wait_row("rt.playback.started")
    started.does("join", "second")
    started.wait(lambda sent: sent["type"] == "history" and sent["done"], len(started.sent) - 1)
    started.loses("view")
    started.wait(lambda sent: sent["type"] == "session" and sent["owner"] == "second")
    (row,) = session.events.filter("rt.playback.flushed")
    assert row["heard_ms"] is None
    assert not session._session.playback.sounding
    rows = len(session.events)
    session.cancel()
    started.does("playback.finished", item_id=item, content_index=0, heard_samples=4_800)  # late, of a ghost
    started.does("ping", "second", id=1)
    started.wait(lambda sent: sent["type"] == "pong")
    assert len(session.events) == rows
    before = len(started.sent)
    answer(started, "Good night")
    assert [message["type"] for message in started.seen("second")[-20:]].count("audio") > 0
    assert started.sent[before:] != []


def test_a_report_that_comes_after_a_restart_cuts_nothing_in_the_new_conversation(
    session: rt.Session, started: Page
) -> None:
    item, _ = answer(started, "Good morning")
    started.does("end")
    started.wait(lambda sent: sent["type"] == "flush")
    started.wait(lambda sent: sent["type"] == "session" and sent["info"]["state"] == "closed")
    before = len(started.sent)
    started.does("start")
    started.wait_row("session.updated", before)
    started.does("playback.flushed", item_id=item, content_index=0, heard_samples=2_400)
    started.wait_row("rt.playback.flushed")
    answer(started, "Good night")
    assert session.events.filter(["conversation.item.truncate", "error"]) == []


# -- what the user does ------------------------------------------------------------------------------------------------


def test_stop_answer_works_before_the_first_sound_is_reported(session: rt.Session, started: Page) -> None:
    item, _ = answer(started, "Good morning")
    started.does("interrupt")
    started.wait(lambda sent: sent["type"] == "flush")
    started.does("playback.flushed", item_id=item, content_index=0, heard_samples=0)
    assert session.wait("conversation.item.truncated", after=0)["audio_end_ms"] == 0


def test_stop_answer_cancels_the_one_that_is_made(session: rt.Session, started: Page) -> None:
    started.does("say", text="count")
    started.wait(lambda sent: sent["type"] == "audio")
    started.does("interrupt")
    started.wait(lambda sent: sent["type"] == "flush")
    started.wait_row("response.done")
    assert session.responses[0].status == "cancelled"


def test_holding_to_talk_interrupts_by_itself(session: rt.Session, started: Page) -> None:
    started.does("say", text="count")
    started.wait(lambda sent: sent["type"] == "audio")
    started.does("talk", on=True, held=True)
    started.wait(lambda sent: sent["type"] == "flush")
    started.wait_row("response.done")
    assert session.responses[0].status == "cancelled"
    before = len(started.sent)
    answer(started, "Good morning")
    started.does("talk", on=True, held=False)
    started.does("ping", id=1)
    started.wait(lambda sent: sent["type"] == "pong")
    assert not [sent for sent in started.sent[before:] if sent["type"] == "flush"]


@pytest.fixture
def by_hand() -> Iterator[tuple[rt.Session, Page]]:
    """A session without turn detection, and a page whose view has microphone and loudspeaker."""
    with connect_in_memory(turn_detection=None) as session:
        page = Page()
        bridge = Bridge(PageSession(session._session), page)
        page.does("join")
        page.does("start")
        page.wait(lambda sent: sent["type"] == "session" and sent["owner"] == "view")
        yield session, page
        bridge.close()


def test_without_turn_detection_letting_go_takes_the_turn(by_hand: tuple[rt.Session, Page]) -> None:
    session, page = by_hand
    page.does("talk", on=True, held=True)
    page.talk(loud(400))
    page.does("talk", on=False, held=True)
    page.wait_row("response.done")
    assert [item.role for item in session.items] == ["user", "assistant"]
    assert session.items[0].audio_ms == 400


def test_a_button_that_was_touched_by_accident_says_nothing(by_hand: tuple[rt.Session, Page]) -> None:
    session, page = by_hand
    for chunk in (loud(80), b""):
        page.does("talk", on=True, held=True)
        page.talk(chunk)
        page.does("talk", on=False, held=True)
    page.wait_row("input_audio_buffer.cleared")
    page.does("ping", id=1)
    page.wait(lambda sent: sent["type"] == "pong")
    assert session.items == []
    assert session.events.filter("error") == session.events.filter("rt.page.failed") == []
    assert len(session.events.filter("input_audio_buffer.clear")) == 1
    assert not session.events.filter(["response.create", "input_audio_buffer.commit"])


def test_sound_that_somebody_else_took_is_not_taken_again(by_hand: tuple[rt.Session, Page]) -> None:
    session, page = by_hand
    page.does("talk", on=True, held=True)
    page.talk(loud(400))
    session.wait("input_audio_buffer.append", after=0)
    page.does("ping", id=1)
    page.wait(lambda sent: sent["type"] == "pong")
    session.commit()
    page.does("talk", on=False, held=True)
    page.does("ping", id=2)
    page.wait(lambda sent: sent == {"type": "pong", "id": 2})
    session.clear()  # an answer of the server's, behind what it would have said to a second commit
    assert session.events.filter(["error", "response.create"]) == []


def test_what_the_server_refuses_of_a_click_is_told_by_its_own_row_alone(session: rt.Session, started: Page) -> None:
    before = len(started.sent)
    session._session.call(PageSession(session._session).take_turn)
    started.wait_row("error", before)
    started.does("say", text="Good morning")
    started.wait_row("response.done", before)
    assert session.events.filter("rt.page.failed") == []
    assert started.of("problem") == []


def test_a_turn_that_is_taken_during_an_answer_waits_for_its_end(by_hand: tuple[rt.Session, Page]) -> None:
    session, page = by_hand
    page.does("say", text="Good morning and good night")
    page.wait_row("response.created")
    page.does("talk", on=True, held=False)
    page.talk(loud(200))
    page.does("talk", on=False, held=False)
    session.wait("response.done", after=session.events.find("input_audio_buffer.committed"))
    page.wait(lambda sent: len(session.responses) == 2 and session.responses[1].status == "completed")
    open_ = 0
    for event in session.events.filter(["response.created", "response.done"]):
        open_ += 1 if event.type == "response.created" else -1
        assert open_ in (0, 1)
    assert session.events.filter("error") == []


def test_settings_change_and_the_servers_refusal_is_shown_once(session: rt.Session, started: Page) -> None:
    before = len(started.sent)
    started.does("update", session={"instructions": "Be brief."})
    assert started.wait_row("session.updated", before)["session"]["instructions"] == "Be brief."
    before = len(started.sent)
    started.does("update", session={"audio": {"input": {"turn_detection": {"type": "telepathy"}}}})
    error = started.wait_row("error", before)
    assert "telepathy" in str(error)
    started.does("ping", id=1)
    started.wait(lambda sent: sent["type"] == "pong")
    assert [sent for sent in started.sent[before:] if sent["type"] == "problem"] == []
    assert session.events.filter("rt.page.failed") == []


def test_settings_that_cannot_be_are_a_problem_of_the_view_that_asked(session: rt.Session, started: Page) -> None:
    started.does("join", "second")
    started.does("update", "second", session={"audio": {"output": {"format": {"type": "audio/pcmu"}}}})
    started.wait(lambda sent: sent["type"] == "problem")
    (problem,) = started.seen("second", "problem")
    assert "audio/pcmu" in problem["text"]
    assert started.seen("view", "problem") == []


# -- files -------------------------------------------------------------------------------------------------------------


def send_file(page: Page, name: str, content: bytes, view: str = "view", piece: int = 10_000) -> None:
    for at in range(0, len(content), piece):
        data = content[at : at + piece]
        page.does("file", view, name=name, offset=at, size=len(content), data=data)


def test_a_file_is_said_as_the_user(session: rt.Session, started: Page, tmp_path: Path) -> None:
    write_wav(tmp_path / "question.wav", loud(700))
    send_file(started, "question.wav", (tmp_path / "question.wav").read_bytes())
    started.wait_row("response.done")
    assert [item.role for item in session.items] == ["user", "assistant"]
    assert session.items[0].audio_ms == 700
    assert started.of("problem") == []


def test_a_file_that_is_no_sound_is_a_problem_with_its_name(started: Page) -> None:
    send_file(started, "letter.docx", b"PK\3\4" + bytes(30_000))
    assert "letter.docx" in started.wait(lambda sent: sent["type"] == "problem")["text"]


def test_a_file_that_is_too_long_for_an_item_is_a_problem_with_its_name(started: Page, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "lecture.flac", np.zeros(240 * 8_000, np.int16), 8_000)
    send_file(started, "lecture.flac", (tmp_path / "lecture.flac").read_bytes())
    text = started.wait(lambda sent: sent["type"] == "problem")["text"]
    assert text.startswith("lecture.flac")
    assert "240 s" in text


# -- what the page asks ------------------------------------------------------------------------------------------------


def test_a_look_shows_the_event_as_it_was_on_the_wire(session: rt.Session, started: Page) -> None:
    answer(started, "Good morning")
    index = session.events.find("response.output_audio.delta")
    assert index is not None
    started.does("look", index=index)
    looked = started.wait(lambda sent: sent["type"] == "looked")
    assert looked["index"] == index
    assert json.loads(looked["json"]) == dict(session.events[index]) | {"delta": "<50 ms of PCM16>"}
    for nowhere in (-1, 10_000, 1.5):
        before = len(started.sent)
        started.does("look", index=nowhere)
        assert str(nowhere) in started.wait(lambda sent: sent["type"] == "problem", before)["text"]


def test_a_replay_is_what_was_heard(session: rt.Session, started: Page) -> None:
    item, samples = answer(started, "Good morning")
    started.does("playback.started", item_id=item, content_index=0)
    started.does("playback.finished", item_id=item, content_index=0, heard_samples=samples)
    started.wait_row("rt.playback.finished")
    (begin,) = session.events.filter("rt.playback.started")
    started.does("replay", t=begin.t)
    replayed = started.wait(lambda sent: sent["type"] == "replayed")
    assert replayed["t"] == begin.t
    heard = session.responses[-1].audio
    got = np.frombuffer(replayed["data"], "<i2") / 32768
    assert len(got) <= len(heard)
    np.testing.assert_array_equal(got, heard[: len(got)])
    before = len(started.sent)
    started.does("replay", t=1e6)
    assert started.wait(lambda sent: sent["type"] == "replayed", before)["data"] == b""


def test_a_ping_is_answered_at_once_to_who_asked(started: Page) -> None:
    started.does("ping", "other", id=7)
    assert started.wait(lambda sent: sent["type"] == "pong") == {"type": "pong", "id": 7}
    assert started.seen("view", "pong") == []
    assert started.urgent == ["pong"]


def test_what_the_kernel_tells_of_itself_reaches_the_views(session: rt.Session) -> None:
    page = Page()
    bridge = Bridge(PageSession(session._session), page)
    bridge.set_kernel(kernel="7.4.0", subshells=True, busy=False)
    page.does("join")
    state = page.wait(lambda sent: sent["type"] == "session")
    assert (state["info"]["kernel"], state["info"]["busy"]) == ("7.4.0", False)
    assert 0 < state["t"] < session.events.now
    bridge.set_kernel(busy=True)
    page.wait(lambda sent: sent["type"] == "session" and sent["info"]["busy"])
    before = len(page.sent)
    bridge.set_kernel(busy=True)  # no news
    page.does("ping", id=1)
    page.wait(lambda sent: sent["type"] == "pong")
    assert [sent["type"] for sent in page.sent[before:] if sent["type"] != "history"] == ["pong"]
    bridge.close()


def costly_answers(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    usage = {"input_tokens": 1_000, "output_tokens": 1_000}
    if event["type"] == "response.create":
        yield created("r")
        yield {"type": "response.done", "response": {"id": "r", "status": "completed", "usage": usage}}


def test_nobody_pays_what_a_model_of_the_same_name_costs_elsewhere() -> None:
    server = ScriptedServer()
    server.answer = costly_answers
    with server.connect("url") as session:
        session.update(session={"model": "gpt-realtime"})
        page = PageSession(session._session)
        session.respond()
        assert page.info()["cost_usd"] is None
        assert page._costs is None


def test_the_cost_is_told_when_it_is_known() -> None:
    server = ScriptedServer()
    server.answer = costly_answers

    def cost(state: dict[str, Any]) -> float:
        return float(state["info"]["cost_usd"] or 0)

    with server.connect("openai") as session:
        session.update(session={"model": "gpt-realtime"})
        page = Page()
        bridge = Bridge(PageSession(session._session), page)
        page.does("join")
        assert page.wait(lambda sent: sent["type"] == "session")["info"]["cost_usd"] is None
        session.respond()
        once = cost(page.wait(lambda sent: sent["type"] == "session" and cost(sent) > 0))
        session.respond()
        assert cost(page.wait(lambda sent: sent["type"] == "session" and cost(sent) > once)) == pytest.approx(2 * once)
        bridge.close()
        # A panel that comes later tells of what was before it, too.
        page = Page()
        bridge = Bridge(PageSession(session._session), page)
        page.does("join")
        session.respond()
        page.wait(lambda sent: sent["type"] == "session" and cost(sent) == pytest.approx(3 * once))
        bridge.close()


def test_a_start_right_after_the_end_opens_a_fresh_conversation() -> None:
    with connect_in_memory() as session:
        page = Page()
        bridge = Bridge(PageSession(session._session), page)
        page.does("join")
        page.does("start")
        page.does("end")
        page.does("start")

        def reopened(sent: dict[str, Any]) -> bool:
            return bool(sent["type"] == "happened" and sent["row"]["event"]["type"] == "session.created")

        page.wait(reopened)
        assert not session.closed
        assert page.of("session")[-1]["owner"] == "view"
        bridge.close()


def test_a_closed_panel_follows_the_session_no_longer() -> None:
    with connect_in_memory() as session:
        for _ in range(3):
            page = Page()
            bridge = Bridge(PageSession(session._session), page)
            page.does("join")
            page.does("start")
            page.wait(lambda sent: sent["type"] == "session" and sent["owner"] == "view")
            session.ask("count")
            bridge.close()
            block(asyncio.sleep(0))
            assert not session._session.playback.sounding
        item = session.items[-1]
        page_session = PageSession(session._session)
        generated = session._session.playback._tracks[item.id, 0].generated
        assert generated * 2 == sum(
            len(event.pcm or b"") for event in session.events if event.get("item_id") == item.id
        )
        page_session.leave()


def test_settings_of_the_panel_hold_when_the_session_is_opened_again() -> None:
    with connect_in_memory(instructions="Be kind.") as session:
        page = Page()
        bridge = Bridge(PageSession(session._session), page)
        page.does("join")
        page.does("start")
        page.does("update", session={"instructions": "Be brief.", "audio": {"input": {"turn_detection": None}}})

        def updated(sent: dict[str, Any]) -> bool:
            return bool(sent["type"] == "happened" and sent["row"]["event"]["type"] == "session.updated")

        page.wait(updated)
        before = len(page.sent)
        page.does("end")
        page.does("start")
        page.wait(updated, after=before)
        assert session._session.conversation.session["instructions"] == "Be brief."
        assert session._session.conversation.session["audio"]["input"]["turn_detection"] is None
        bridge.close()


# -- calls that wait for approval -------------------------------------------------------------------------------------


@pytest.fixture
def wiped(session: rt.Session) -> list[str]:
    """What the tool `wipe`, which asks first, has done; `call wipe` calls it."""
    done: list[str] = []

    @session.tool(approve=True)
    def wipe() -> str:
        """Wipe everything."""
        done.append("all")
        return "wiped"

    return done


def test_a_call_is_approved_in_the_page(started: Page, wiped: list[str]) -> None:
    started.does("say", text="call wipe")
    waiting = started.wait_row("rt.tool.waiting")
    assert wiped == []
    started.does("approve", "another view", call_id=waiting["call_id"])
    assert started.wait_row("rt.tool.approved")["by"] == "panel"
    assert started.wait_row("rt.tool.done")["output"] == "wiped"
    assert wiped == ["all"]


def test_a_call_is_denied_in_the_page(started: Page, wiped: list[str]) -> None:
    started.does("say", text="call wipe")
    waiting = started.wait_row("rt.tool.waiting")
    started.does("deny", call_id=waiting["call_id"])
    assert started.wait_row("rt.tool.denied")["by"] == "panel"
    assert started.wait_row("rt.tool.failed")["kind"] == "denied"
    assert wiped == []


def test_a_call_that_was_answered_already_is_told_to_who_comes_late(started: Page, wiped: list[str]) -> None:
    started.does("say", text="call wipe")
    call_id = started.wait_row("rt.tool.waiting")["call_id"]
    started.does("deny", call_id=call_id)
    started.does("approve", "late", call_id=call_id)
    problem = started.wait(lambda sent: sent["type"] == "problem")
    assert f"the call '{call_id}' does not wait for approval" in problem["text"]
    assert started.to[started.sent.index(problem)] == "late"
    started.wait_row("rt.tool.failed")
    assert wiped == []
