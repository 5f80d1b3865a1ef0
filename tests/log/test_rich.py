"""What a notebook shows of a log and of a turn."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from lesson import lesson
from markup import Html
from odd_log import EVIL, odd_logs
from written_log import WrittenLog

import rt_notebook
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.turns import read_turns

STATIC = Path(rt_notebook.__file__).parent / "static"


def test_a_log_shows_how_much_there_is_and_its_last_rows() -> None:
    log = lesson()
    html = Html(log._repr_html_())
    counts = [sum(event.direction == side for event in log) for side in ("client", "server", "local")]
    assert f"{len(log):,} events ({counts[0]:,} client, {counts[1]:,} server, {counts[2]:,} local)" in html.text
    assert "response.done" in html.text
    assert "session.created" not in html.text
    assert len(log._repr_html_()) < 8_000


def test_an_hour_of_events_shows_as_ten_rows() -> None:
    written = WrittenLog()
    written.microphone(40 * 5_000)
    html = written.log._repr_html_()
    assert html.count("<tr>") == 11
    assert "1,920 bytes of sound" in html
    assert "base64" not in html
    assert "AAAA" not in html


def test_a_log_without_events_says_so() -> None:
    assert "no events yet" in EventLog()._repr_html_()


def test_a_turn_shows_what_was_said_how_long_it_took_and_how_to_hear_it() -> None:
    spoken, cut, called = (Html(lesson().turn(number)._repr_html_()).text for number in (1, 2, 5))
    assert "Turn 1" in spoken
    assert "You said: " in spoken
    assert "voice to voice " in spoken
    assert "log.audio(turn=1)" in spoken
    assert "cancelled" in cut
    assert "interrupted" in cut
    assert "1 function call" in called


def test_no_view_has_a_style_of_the_panel() -> None:
    """The panel's style sheets are in the same page: a class of theirs would make a scroll box of a transcript."""
    log = lesson()
    views = (log, log.turn(1), log.conversation(), log.summary(), log.lint(), log.latency, log.filter("response.done"))
    classes = {
        name for view in views for found in re.findall('class="([^"]*)"', view._repr_html_()) for name in found.split()
    }
    styles = "".join(path.read_text("utf-8") for path in STATIC.glob("*.css"))
    assert "rt-transcript" in classes
    assert classes.isdisjoint(re.findall(r"\.([a-z][\w-]*)", styles))


def test_a_turn_that_nobody_answered_says_so() -> None:
    written = WrittenLog()
    written.item("u", text="hello")
    text = Html(written.log.turn(1)._repr_html_()).text
    assert "You: hello" in text
    assert "no answer" in text
    assert "not answered" in text
    assert "log.audio" not in text


def test_what_is_said_is_text() -> None:
    written = WrittenLog()
    written.item("u", text=EVIL)
    written.answer("r", EVIL)
    for html in (written.log._repr_html_(), written.log.turn(1)._repr_html_()):
        assert "script" not in Html(html).tags
        assert "<script>" in Html(html).text


@settings(max_examples=60, deadline=None)
@given(odd_logs())
def test_any_log_shows_itself(log: EventLog) -> None:
    Html(log._repr_html_())
    for turn in read_turns(log):
        Html(turn._repr_html_())
