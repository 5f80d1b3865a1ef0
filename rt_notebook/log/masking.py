"""Keys and tokens in raw events: found, and hidden behind as many stars as they have characters.

So an event keeps its length, and everything else of it stays byte for byte as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_STRING = rb'"(?:[^"\\]|\\.)*'
"""A JSON string without its closing quote, which an event that was cut off does not have."""
_OBJECT = rb"\{(?:[^{}\"]|" + _STRING + rb'"|\{(?:[^{}"]|' + _STRING + rb'")*\})*'
_NAMES = (
    rb"(?:proxy[_-])?authorization|(?:x[_-])?api[_-]?key|(?:access|refresh|id|auth|bearer)[_-]token|client[_-]secret"
    rb"|secret(?:[_-]key)?|passw(?:or)?d|(?:set[_-])?cookie|private[_-]key"
)
# A user's credentials for an MCP server (`authorization`, `headers` and the address of a tool of type "mcp"), the
# ephemeral key of a session (`client_secret`, in the beta dialect an object with a `value`), and what is named like
# them, also in the JSON of a call's arguments.
_FIELDS = re.compile(
    rb'(?P<key>"(?:' + _NAMES + rb')"\s*:\s*)(?P<value>' + _STRING + rb")"
    rb'|(?P<group>"(?:headers|client_secret)"\s*:\s*)(?P<object>' + _OBJECT + rb")"
    rb'|(?P<server>"server_url"\s*:\s*)(?P<url>' + _STRING + rb")"
    rb'|(?P<quoted>\\"(?:' + _NAMES + rb')\\"\s*:\s*\\")(?P<inner>[^"\\]+)',
    re.DOTALL | re.IGNORECASE,
)
_ENTRY = re.compile(rb"(?P<string>" + _STRING + rb')(?P<end>"?)(?P<colon>\s*:)?', re.DOTALL)
# OpenAI's keys, also those for browsers, wherever they stand, since servers repeat a wrong one in their answer; those
# of GitHub, Slack and Google; and tokens as they are sent. None can be found in base64: it has no `-`, `_` or `.`, and
# Google's stand alone.
_KEY = re.compile(
    rb"(?<![A-Za-z0-9+/])(?:sk-[A-Za-z0-9_-]{16,}|ek_[A-Za-z0-9_-]{16,}|gh[oprsu]_[A-Za-z0-9]{20,}"
    rb"|github_pat_[A-Za-z0-9_]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9+/=])"
    rb"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?)"
    rb"|(?<=\b[Bb]earer )[A-Za-z0-9._~+/=-]{8,}|(?<=\b[Bb]asic )[A-Za-z0-9+/=]{16,}"
)
_LONG = 512
"""Bytes of a string that is taken for sound, where nothing in it can begin a key."""
_SHORTEST = 8
"""Characters of the shortest value that is looked for everywhere: a shorter one would hit what is none."""


def masked(raw: bytes, secrets: Iterable[bytes] = ()) -> bytes:
    """Return a raw event in which each key and token is stars.

    Hidden are `secrets` themselves, keys of a known form (OpenAI's ``sk-...`` and ``ek_...``, and others), what
    follows ``Bearer``, and by their names `authorization`, `api_key`, `client_secret`, `password` and their like,
    every value in `headers`, and user, password and query of a `server_url`.
    """
    for secret in secrets:
        if len(secret) >= _SHORTEST and secret in raw:
            raw = raw.replace(secret, b"*" * len(secret))
    words = raw if len(raw) < _LONG else _without_base64(raw)
    # Written out, since this is asked of every event that is recorded, and a loop costs twice as much.
    if (b"sk-" in words or b"ek_" in words or b"gh" in words or b"xox" in words) or (
        b"AIza" in words or b"eyJ" in words or b"earer " in words or b"asic " in words
    ):
        raw = _KEY.sub(_stars, raw)
    small = words.lower()
    if (b"auth" in small or b"key" in small or b"secret" in small or b"passw" in small or b"cookie" in small) or (
        b"_token" in small or b"-token" in small or b"headers" in small or b"server_url" in small
    ):
        raw = _FIELDS.sub(_hidden, raw)
    return raw


def _without_base64(raw: bytes) -> bytes:
    """Return an event without its long strings of base64 alone: to search sound costs more than all the rest."""
    return b'"'.join(
        part
        for part in raw.split(b'"')
        if len(part) < _LONG or b"-" in part or b"_" in part or b"." in part or b" " in part
    )


def _hidden(found: re.Match[bytes]) -> bytes:
    if found["key"]:
        return found["key"] + _starred(found["value"])
    if found["quoted"]:
        return found["quoted"] + b"*" * len(found["inner"])
    if found["server"]:
        return found["server"] + _address(found["url"])
    return found["group"] + _ENTRY.sub(_entry, found["object"])


def _entry(found: re.Match[bytes]) -> bytes:
    # Of a client_secret, when it expires is no secret, and no string either.
    return found[0] if found["colon"] else _starred(found["string"]) + found["end"]


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
