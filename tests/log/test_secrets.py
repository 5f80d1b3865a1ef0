"""Keys do not leave the log, and what is no key does."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson
import pytest

from rt_notebook.log.masking import masked
from rt_notebook.log.secrets import FIELDS, redacted, redacted_text

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
            {"server_url": "https://<secret>@mcp.test/sse?<secret>"},
        ),
    ],
)
def test_keys_are_taken_out_wherever_they_stand(event: dict[str, Any], left: dict[str, Any]) -> None:
    before = repr(event)
    assert redacted(event) == left
    assert repr(event) == before


INNOCENT: list[dict[str, Any]] = [
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
    {"transcript": "A basic understanding of basic JavaScript; the bearer certificates at me@b.test, 3:4@5."},
]


@pytest.mark.parametrize("event", INNOCENT)
def test_what_is_no_key_stays(event: dict[str, Any]) -> None:
    assert redacted(event) == event


def test_an_address_keeps_where_it_leads() -> None:
    for address in ("https://mcp.test/sse", "mcp.test", ""):
        assert redacted({"server_url": address}) == {"server_url": address}
    assert redacted("see https://me:pass@mcp.test/sse?team=1&token=abc#x") == (
        "see https://<secret>@mcp.test/sse?team=1&token=<secret>#x"
    )


SECRETS = [
    *({name: "hunter2"} for name in sorted(FIELDS)),
    {"X-Api-Key": "short"},
    {"password": {"value": "hunter2"}},
    {"extra_headers": {"X-Team": "blue"}},
    {"server_url": "https://hunter2@mcp.test"},
    {"server_url": "https://mcp.test?hunter2"},
    *(
        {"text": f"it is {secret}, and more"}
        for secret in (
            KEY,
            "pk_0123456789abcdefghij",
            "ghp_0123456789abcdefghij",
            "xoxb-0123456789abcdefghij",
            "AIza" + "a" * 35,
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
            "Bearer hunter2hunter2",
            "basic dXNlcjpwYXNzd29yZA==",
            "https://mcp.test/?q=1&Api-Key=hunter2",
            "https://me:hunter2@mcp.test",
            '{"Access-Token": "hunter2", "q": "tea"}',
            'say \\"{\\"secret\\":\\"hunter2\\"}\\"',
        )
    ),
]


@pytest.mark.parametrize("event", SECRETS)
def test_a_raw_event_hides_what_its_values_hide(event: dict[str, Any]) -> None:
    raw = orjson.dumps(event)
    hidden = masked(raw)
    assert len(hidden) == len(raw)
    stars = re.sub(r"\*+", "<secret>", hidden.decode())
    assert json.loads(stars) == redacted(event) != event
    assert masked(hidden) == hidden


def test_of_a_list_each_entry_is_hidden() -> None:
    assert masked(b'{"Set-Cookie": ["a=1", "b"], "q": ["tea"]}') == b'{"Set-Cookie": ["***", "*"], "q": ["tea"]}'


@pytest.mark.parametrize("event", INNOCENT)
def test_a_raw_event_without_secrets_stays(event: dict[str, Any]) -> None:
    assert masked(orjson.dumps(event)) == orjson.dumps(event)


def test_a_text_keeps_the_rest() -> None:
    assert redacted_text(f"<b>{KEY}</b> and ghp_{'a' * 20}") == "<b><secret></b> and <secret>"
