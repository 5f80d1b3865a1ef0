"""Keys and tokens in raw events: found, and hidden behind as many stars as they have characters.

So an event keeps its length, and everything else of it stays byte for byte as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_STRING = rb'"(?:[^"\\]|\\.)*'
"""A JSON string without its closing quote, which an event that was cut off does not have."""
_OBJECT = rb'\{(?:[^{}"]|' + _STRING + rb'")*'
# A user's credentials for an MCP server (`authorization`, `headers` and the address of a tool of type "mcp"), and
# the ephemeral key of a session (`client_secret`, in the beta dialect an object with a `value`).
_FIELDS = re.compile(
    rb'(?P<key>"(?:authorization|api_key|client_secret)"\s*:\s*)(?P<value>' + _STRING + rb")"
    rb'|(?P<group>"(?:headers|client_secret)"\s*:\s*)(?P<object>' + _OBJECT + rb")"
    rb'|(?P<server>"server_url"\s*:\s*)(?P<url>' + _STRING + rb")",
    re.DOTALL,
)
_WORDS = (b'"authorization"', b'"api_key"', b'"client_secret"', b'"headers"', b'"server_url"')
_ENTRY = re.compile(rb'(?P<name>"(?:[^"\\]|\\.)*"\s*:\s*)(?P<value>' + _STRING + rb")", re.DOTALL)
# OpenAI's keys, also those for browsers, wherever they stand: servers repeat a wrong one in their answer.
_KEY = re.compile(rb"(?<![A-Za-z0-9])(?:sk-[A-Za-z0-9_-]{16,}|ek_[A-Za-z0-9_-]{16,})")
_LONG = 512
"""Bytes of a string that is taken for sound, where nothing in it can begin a key."""
_SHORTEST = 8
"""Characters of the shortest value that is looked for everywhere: a shorter one would hit what is none."""


def masked(raw: bytes, secrets: Iterable[bytes] = ()) -> bytes:
    """Return a raw event in which each key and token is stars.

    Hidden are `secrets` themselves, OpenAI's keys (``sk-...``, ``ek_...``), and by their names `authorization`,
    `api_key`, `client_secret`, every value in `headers`, and user, password and query of a `server_url`.
    """
    for secret in secrets:
        if len(secret) >= _SHORTEST and secret in raw:
            raw = raw.replace(secret, b"*" * len(secret))
    words = raw if len(raw) < _LONG else _without_base64(raw)
    if b"sk-" in words or b"ek_" in words:
        raw = _KEY.sub(_stars, raw)
    if any(word in words for word in _WORDS):
        raw = _FIELDS.sub(_hidden, raw)
    return raw


def _without_base64(raw: bytes) -> bytes:
    """Return an event without its long strings of neither `-` nor `_`: to search sound costs more than all the rest."""
    return b'"'.join(part for part in raw.split(b'"') if len(part) < _LONG or b"-" in part or b"_" in part)


def _hidden(found: re.Match[bytes]) -> bytes:
    if found["key"]:
        return found["key"] + _starred(found["value"])
    if found["server"]:
        return found["server"] + _address(found["url"])
    return found["group"] + _ENTRY.sub(_entry, found["object"])


def _entry(found: re.Match[bytes]) -> bytes:
    # Of a client_secret, when it expires is no secret, and no string either.
    return found["name"] + _starred(found["value"])


def _starred(string: bytes) -> bytes:
    return string[:1] + b"*" * (len(string) - 1)


def _address(string: bytes) -> bytes:
    """Hide what stands before the host and behind the path."""
    head, mark, query = string.partition(b"?")
    before, at, host = head.rpartition(b"@")
    scheme, slashes, user = before.rpartition(b"//" if b"//" in before else b"\\/\\/")
    hidden = scheme + slashes + b"*" * len(user) if slashes else _starred(before)
    return (hidden + at + host if at else head) + mark + b"*" * len(query)


def _stars(found: re.Match[bytes]) -> bytes:
    return b"*" * len(found[0])
