"""Texts and pictures that a tool from elsewhere gives."""

from __future__ import annotations

from rt_notebook.agents.parts import Picture, output_of_parts
from rt_notebook.session.pictures import MOST
from rt_notebook.session.results import Output


def test_a_note_stands_where_a_picture_was() -> None:
    assert output_of_parts(["a", Picture("AAAA"), "b", Picture("BBBB", "image/webp")]) == Output(
        "a\n[picture 1: image/png]\nb\n[picture 2: image/webp]",
        ("data:image/png;base64,AAAA", "data:image/webp;base64,BBBB"),
    )
    assert output_of_parts([]) == Output("")


def test_a_picture_that_no_event_has_room_for_is_said_to_be_too_large() -> None:
    output = output_of_parts([Picture("A" * (MOST // 3 * 4 + 8))])
    assert output.images == ()
    assert output.text.endswith("bytes, which is too large to be shown]")
