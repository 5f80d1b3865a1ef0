"""Sounds on disk behave as those in memory do."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.server.shelf import Shelf
from rt_notebook.server.sound import MemorySound

STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.one_of(st.binary(max_size=20), st.integers(0, 50))), min_size=1, max_size=40
)


@given(STEPS)
def test_a_shelved_sound_is_as_one_in_memory(steps: list[tuple[int, Any]]) -> None:
    shelf = Shelf()
    try:
        shelved, plain = [shelf.sound() for _ in range(3)], [MemorySound() for _ in range(3)]
        for which, what in steps:
            for sound in (shelved[which], plain[which]):
                if isinstance(what, bytes):
                    sound.append(what)
                else:
                    sound.truncate(what)
            assert len(shelved[which]) == len(plain[which])
        assert [sound.read() for sound in shelved] == [sound.read() for sound in plain]
    finally:
        shelf.close()


def test_a_closed_shelf_holds_nothing() -> None:
    shelf = Shelf()
    sound = shelf.sound()
    sound.append(b"1234")
    shelf.close()
    assert sound.read() == b""
    shelf.close()
