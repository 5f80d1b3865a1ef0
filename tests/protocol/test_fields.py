"""Fields of events that may hold anything."""

from __future__ import annotations

from typing import Any

import pytest

from rt_notebook.protocol.fields import dict_at, list_at, number_at, text_at, value_at

EVENT: dict[str, Any] = {"type": "x", "n": 5, "yes": True, "item": {"id": "i", "content": [{"a": 1}], "none": None}}


def test_what_is_there_is_returned() -> None:
    assert value_at(EVENT, "item", "none") is None
    assert value_at(EVENT) == EVENT
    assert dict_at(EVENT, "item") is EVENT["item"]
    assert list_at(EVENT, "item", "content") == [{"a": 1}]
    assert text_at(EVENT, "item", "id") == "i"
    assert number_at(EVENT, "n") == 5.0


@pytest.mark.parametrize("path", [("none",), ("n",), ("n", "m"), ("item", "none"), ("item", "content", "a"), ("yes",)])
def test_what_is_of_another_type_is_not(path: tuple[str, ...]) -> None:
    assert (dict_at(EVENT, *path), list_at(EVENT, *path), text_at(EVENT, *path)) == ({}, [], None)
    assert number_at(EVENT, *path) == (5.0 if path == ("n",) else None)
