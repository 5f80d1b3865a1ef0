"""Items and responses as values: where words ceased to be heard, and what a notebook shows of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markup import Html
from odd_log import EVIL

from rt_notebook.protocol.display import LONGEST
from rt_notebook.protocol.items import Item, Response, heard_part


@pytest.mark.parametrize(
    ("heard_ms", "heard"),
    [(None, "one two three"), (0, ""), (20, ""), (50, "one"), (60, "one two"), (99, "one two"), (100, "one two three")],
)
def test_words_are_split_where_they_ceased_to_be_heard(heard_ms: float | None, heard: str) -> None:
    assert heard_part("one two three", heard_ms, 100) == (heard, "one two three"[len(heard) :])


@given(st.text(max_size=40), st.floats(0, 1e6) | st.none(), st.floats(0, 1e6))
def test_no_word_is_lost_where_they_are_split(words: str, heard_ms: float | None, audio_ms: float) -> None:
    assert "".join(heard_part(words, heard_ms, audio_ms)) == words


def test_an_item_shows_its_words_and_how_to_hear_it() -> None:
    item = Item(
        "a", role="assistant", transcript="one two three", heard_ms=60, pieces=[bytes(4_800)], status="incomplete"
    )
    html = Html(item._repr_html_())
    assert html.struck == " three"
    for told in ("Item: assistant", "one two three", "incomplete", "0.1 s of audio", "Audio(item.audio, rate=24000)"):
        assert told in html.text
    assert "audio" not in html.tags


def test_a_response_shows_what_it_says_calls_and_took() -> None:
    call = Item("f", type="function_call", name="weather", arguments='{"city": "Oslo"}')
    response = Response("r", status="completed", items=[Item("a", text="Let me see."), call])
    response.times = {"asked": 1.0, "first_text": 1.25, "done": 2.0}
    response.usage = {"input_tokens": 1_234, "output_tokens": 56}
    text = Html(response._repr_html_()).text
    for told in ("Let me see.", 'weather({"city": "Oslo"})', "first text after 250 ms", "1,234 tokens in, 56 out"):
        assert told in text
    assert "Audio" not in text


def test_a_response_that_failed_shows_why() -> None:
    response = Response("r", status="failed", status_details={"error": {"message": "out of order"}})
    text = Html(response._repr_html_()).text
    assert "Response: failed" in text
    assert "out of order" in text
    assert "nothing was answered" in Html(Response("r")._repr_html_()).text


def test_what_is_said_is_text_and_not_endless() -> None:
    item = Item("a", role=EVIL, status=EVIL, text=EVIL + "x" * 10_000)
    for html in (item._repr_html_(), Response("r", status=EVIL, items=[item])._repr_html_()):
        assert "script" not in Html(html).tags
        assert len(html) < LONGEST + 2_000
