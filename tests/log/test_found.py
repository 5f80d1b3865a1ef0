"""What a log finds: a list of events, a table to look at, rows of its DataFrame."""

from __future__ import annotations

import pandas as pd
import pytest
from lesson import lesson
from markup import Html
from odd_log import EVIL
from written_log import WrittenLog

from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.views.display import FIRST


@pytest.fixture(scope="module")
def log() -> EventLog:
    return lesson()


def test_what_is_found_is_a_list_with_its_rows(log: EventLog) -> None:
    found = log.filter("response.done")
    assert found == [event for event in log if event.type == "response.done"]
    assert found.rows == [event.index for event in found]
    pd.testing.assert_frame_equal(found.df, log.df[log.df["type"] == "response.done"])


def test_it_shows_a_row_an_event_and_not_their_json(log: EventLog) -> None:
    done = log.filter("response.done")
    html = Html(done._repr_html_()).text
    assert html.startswith(f"{len(done)} events")
    assert html.count("response.done") == len(done)
    assert "first" not in html
    lines = repr(done).splitlines()
    assert len(lines) == 1 + len(done)
    assert all(f"{event.index:,}" in line and "tokens in" in line for event, line in zip(done, lines[1:], strict=True))


def test_of_many_the_first_are_shown(log: EventLog) -> None:
    many = log.filter("response.output_audio.delta")
    assert len(many) > FIRST
    assert many._repr_html_().count("<tr>") == 1 + FIRST
    assert len(repr(many).splitlines()) == 2 + FIRST
    assert "bytes of sound" in repr(many)


def test_nothing_found_says_so(log: EventLog) -> None:
    nothing = log.filter("response.unheard_of")
    assert nothing == []
    assert "none fits" in nothing._repr_html_()
    assert repr(nothing).startswith("0 events")
    assert list(nothing.df.columns) == list(log.df.columns)


def test_what_is_said_is_text() -> None:
    written = WrittenLog()
    written.item("u", text=EVIL)
    assert EVIL not in written.log.filter("*")._repr_html_()
