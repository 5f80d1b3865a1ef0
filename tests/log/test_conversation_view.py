"""The transcript of a lesson on the real server, and of logs in which the test says what comes when."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from lesson import lesson
from markup import Html
from odd_log import EVIL, odd_logs
from written_log import WrittenLog

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.views.conversation import MOST_LINES, ConversationView
from rt_notebook.protocol.catalog import Dialect


@pytest.fixture
def written() -> WrittenLog:
    return WrittenLog()


def said(view: ConversationView) -> list[tuple[int | None, str, str]]:
    return [(line.turn, line.who, line.text) for line in view]


@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_a_lesson_reads_in_the_order_of_its_turns(dialect: Dialect) -> None:
    view = lesson(dialect).conversation()
    spoken, answered, count, cut, cutting, heard, *rest = view
    assert [line.who for line in (spoken, answered, count, cut, cutting, heard)] == ["user", "assistant"] * 3
    assert [line.turn for line in (spoken, answered, count, cut, cutting, heard)] == [1, 1, 2, 2, 3, 3]
    assert answered.text == f"You said: {spoken.text}"
    assert answered.unheard == ""
    assert count.text == "count"
    assert cut.unheard
    assert f"{cut.text}{cut.unheard}".startswith("1 2 3 4")
    assert any(note.startswith("cut off after") for note in cut.notes)
    assert [(line.turn, line.who, line.text) for line in rest][:-1] == [
        (4, "user", "Good morning"),
        (4, "assistant", "You said: Good morning"),
        (5, "user", "call weather"),
        (5, "call", "weather({})"),
        (5, "result", 'weather: {"sky": "clear"}'),
        (5, "assistant", 'You said: {"sky": "clear"}'),
    ]
    assert (rest[-1].turn, rest[-1].text) == (None, "You said: Name this talk")
    assert "out of band" in rest[-1].notes
    times = [line.t for line in view if line.t is not None]
    assert times == sorted(times)
    assert len(times) == len(view)


def test_what_was_never_heard_is_told_in_each_form() -> None:
    view = lesson().conversation()
    (cut,) = [line for line in view if line.unheard]
    assert Html(view._repr_html_()).struck == cut.unheard.strip()
    assert "[..never heard:" in str(view)
    assert f"~~{cut.unheard.strip()}~~ *(never heard)*" in view.md
    assert repr(view) == str(view)


def test_the_order_is_that_of_the_chain_and_not_of_arrival(written: WrittenLog) -> None:
    for id_, before in (("b", "a"), ("a", None), ("c", "b"), ("between", "a")):
        item = {"id": id_, "type": "message", "role": "user", "content": [{"type": "input_text", "text": id_}]}
        written.server("conversation.item.added", item=item, previous_item_id=before)
    assert [line.text for line in written.log.conversation()] == ["a", "between", "b", "c"]


def test_a_transcript_that_comes_after_the_answer_stands_before_it(written: WrittenLog) -> None:
    written.microphone(400)
    written.commit("u")
    written.answer("r", "an answer")
    written.server("conversation.item.input_audio_transcription.completed", item_id="u", transcript="a question")
    assert said(written.log.conversation()) == [(1, "user", "a question"), (1, "assistant", "an answer")]


def test_sound_that_still_plays_is_not_struck_through(written: WrittenLog) -> None:
    written.item("u")
    written.answer("r", "one two three four", ms=1_000)
    written.put("local", "rt.playback.started", item_id="a-r", content_index=0, heard_ms=0.0)
    assert written.log.conversation().lines[-1].unheard == ""
    written.put("local", "rt.playback.flushed", item_id="a-r", content_index=0, heard_ms=500.0)
    line = written.log.conversation().lines[-1]
    assert (line.text, line.unheard) == ("one two", " three four")
    assert line.notes == ("cut off after 0.5 of 1.0 s",)


def test_a_response_that_brought_nothing_says_why(written: WrittenLog) -> None:
    written.item("u", text="hello")
    written.begin("r")
    details = {"type": "failed", "error": {"message": "out of order"}}
    written.done("r", "failed", status_details=details)
    written.t = 1.0
    written.item("v", text="again")
    written.begin("s")
    first, failed, again, begun = written.log.conversation()
    assert (first.text, again.text) == ("hello", "again")
    assert failed.notes == ("failed: out of order",)
    assert begun.notes == ("not finished",)
    assert "(failed: out of order)" in str(written.log.conversation())


def test_sound_without_words_is_told_by_its_length(written: WrittenLog) -> None:
    written.microphone(1_000)
    written.commit("u")
    (line,) = written.log.conversation()
    assert line.notes == ("1.0 s of sound, not transcribed",)


def test_a_new_connection_is_told_and_repeats_nothing(written: WrittenLog) -> None:
    written.item("u", text="hello")
    written.answer("r", "good day")
    written.reopen()
    written.item("u", text="hello")
    written.item("v", text="again")
    view = written.log.conversation()
    assert [line.text for line in view] == ["hello", "good day", "again"]
    assert "-- new connection --" in str(view)
    assert "New connection." in Html(view._repr_html_()).text


def test_nothing_said_is_told() -> None:
    view = EventLog().conversation()
    assert len(view) == 0
    assert str(view) == view.md == Html(view._repr_html_()).text == "Nothing has been said yet."


def test_a_notebook_shows_the_end_of_a_long_conversation(written: WrittenLog) -> None:
    for number in range(MOST_LINES + 7):
        written.item(f"i{number}", text=f"number {number}.")
    view = written.log.conversation()
    text = Html(view._repr_html_()).text
    assert "The first 7 lines are left out here" in text
    assert "number 6." not in text
    assert "number 6." in str(view)
    assert "number 6." in view.md


def test_what_is_said_is_text_in_html_and_in_markdown(written: WrittenLog) -> None:
    written.item("u", role=EVIL, text=EVIL)
    written.call("r", "c", name=EVIL)
    written.item("v", text="# no *heading* <b>and</b> [no](link) | `code`")
    written.begin("s")
    written.call("s", "d", name="a`b``c")
    view = written.log.conversation()
    assert "script" not in Html(view._repr_html_()).tags
    assert r"\# no \*heading\* \<b\>and\</b\> \[no\](link) \| \`code\`" in view.md
    assert "``` a`b``c({}) ```" in view.md
    assert "\n#" not in view.md


@settings(max_examples=60, deadline=None)
@given(odd_logs())
def test_any_log_has_a_transcript(log: EventLog) -> None:
    view = log.conversation()
    Html(view._repr_html_())
    assert str(view)
    assert view.md
