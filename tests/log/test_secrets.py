"""Keys do not leave the log, and what is no key does."""

from __future__ import annotations

from typing import Any

import pytest

from rt_notebook.log.secrets import redacted, redacted_text

KEY = "sk-" + "proj-" + "abcdefghijklmnop1234567890"


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (
            {"tools": [{"type": "mcp", "server_label": "docs", "authorization": "hunter2"}]},
            {"tools": [{"type": "mcp", "server_label": "docs", "authorization": "<secret>"}]},
        ),
        (
            {"headers": {"X-Team": "blue", "X-Api-Key": "1"}},
            {"headers": {"X-Team": "<secret>", "X-Api-Key": "<secret>"}},
        ),
        (
            {"client_secret": {"value": "ek_1", "expires_at": 5}},
            {"client_secret": {"value": "<secret>", "expires_at": 5}},
        ),
        ({"x-api-key": "short", "Password": "p"}, {"x-api-key": "<secret>", "Password": "<secret>"}),
        ({"arguments": '{"api_key": "short", "q": "tea"}'}, {"arguments": '{"api_key": "<secret>", "q": "tea"}'}),
        ({"text": f"my key is {KEY}."}, {"text": "my key is <secret>."}),
        ({"text": ["Bearer abcdefgh12345", KEY]}, {"text": ["Bearer <secret>", "<secret>"]}),
        (
            {"server_url": "https://me:pass@mcp.test/sse?team=1&token=abc#x"},
            {"server_url": "https://<secret>@mcp.test/sse?team=1&token=<secret>#x"},
        ),
    ],
)
def test_keys_are_taken_out_wherever_they_stand(event: dict[str, Any], left: dict[str, Any]) -> None:
    before = repr(event)
    assert redacted(event) == left
    assert repr(event) == before


@pytest.mark.parametrize(
    "event",
    [
        {
            "id": "sess_C9CwRJGm8QvGvCQ8nXoVX",
            "item_id": "item_abcdefghijklmnopqrstu",
            "call_id": "call_abcdefghijklmnop",
        },
        {"usage": {"total_tokens": 5, "input_token_details": {"text_tokens": 3}}},
        {"logprobs": [{"token": "tea", "logprob": -0.1, "bytes": [116]}]},
        {"parameters": {"properties": {"password": {"type": "string"}}}},
        {"authorization": None, "headers": {}, "api_key": ""},
        {"transcript": "The secret is a password: ask-the-bearer at https://a.test/?q=1, a task-oriented-dialogue."},
    ],
)
def test_what_is_no_key_stays(event: dict[str, Any]) -> None:
    assert redacted(event) == event


def test_a_text_keeps_the_rest() -> None:
    assert redacted_text(f"<b>{KEY}</b> and ghp_{'a' * 20}") == "<b><secret></b> and <secret>"
