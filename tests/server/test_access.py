"""Tokens and origins."""

from __future__ import annotations

import pytest

from rt_notebook.server.access import origin_fits, token_fits, token_of


@pytest.mark.parametrize(
    ("authorization", "subprotocols", "token"),
    [
        ("Bearer abc", [], "abc"),
        ("bearer abc", [], "abc"),
        ("Basic abc", [], ""),
        ("", ["realtime", "openai-insecure-api-key.abc"], "abc"),
        ("", ["realtime"], ""),
        ("Bearer", [], ""),
    ],
)
def test_where_the_token_is(authorization: str, subprotocols: list[str], token: str) -> None:
    assert token_of(authorization, subprotocols) == token


@pytest.mark.parametrize(("shown", "fits"), [("abc", True), ("abcd", False), ("", False), ("äöü", False)])
def test_only_the_token_fits(shown: str, fits: bool) -> None:
    assert token_fits(shown, "abc") is fits


@pytest.mark.parametrize(
    ("origin", "fits"),
    [
        (None, True),
        ("http://localhost:8888", True),
        ("http://127.0.0.1", True),
        ("http://[::1]:8888", True),
        ("http://192.168.0.2:8888", False),
        ("https://localhost.example.org", False),
        ("null", False),
        ("http://[broken", False),
    ],
)
def test_pages_of_this_machine_may_connect(origin: str | None, fits: bool) -> None:
    assert origin_fits(origin) is fits
