"""Keys and tokens in raw events (`rt_notebook.log.secrets` says what they are), hidden behind as many stars.

So an event keeps its length, and everything else of it stays byte for byte as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rt_notebook.log.secrets import ADDRESSES, FIELDS, GROUPS, TEXTS

_STRING = rb'"(?:[^"\\]|\\.)*'
"""A JSON string without its closing quote, which an event that was cut off does not have."""
_INSIDE = rb'(?:[^][{}"]|' + _STRING + rb'")*'
_DEEPER = rb'(?:[^][{}"]|' + _STRING + rb'"|[\[{]' + _INSIDE + rb"[]}])*"
"""As `_INSIDE`, with objects and lists in it."""


def _key(names: set[str]) -> bytes:
    return b'"(?:%b)"\\s*:\\s*' % "|".join(sorted(names)).replace("_", "[_-]").encode()


_FIELDS = re.compile(
    rb"(?P<key>%b)(?P<value>%b)" % (_key(FIELDS), _STRING)
    + rb"|(?P<list>%b)(?P<entries>\[%b)" % (_key(FIELDS), _INSIDE)
    + rb"|(?P<field>%b)(?P<inner>\{%b)" % (_key(FIELDS), _INSIDE)
    + rb"|(?P<group>%b)(?P<object>\{%b)" % (_key(GROUPS), _DEEPER)
    + rb"|(?P<server>%b)(?P<url>%b)" % (_key(ADDRESSES), _STRING),
    re.DOTALL | re.IGNORECASE,
)
_ANY = re.compile(rb'(?P<value>%b)(?P<end>"?)' % _STRING, re.DOTALL)
_EACH = re.compile(rb'(?P<value>%b)(?P<end>"?)(?P<colon>\s*:)?' % _STRING, re.DOTALL)
_VALUE = re.compile(rb'(?P<name>"value"\s*:\s*)(?P<value>%b)' % _STRING, re.DOTALL)
_TEXTS = [re.compile(pattern.encode()) for pattern in TEXTS]
_HINTS = (
    *(b"authorization", b"key", b"token", b"secret", b"passw", b"cookie", b"headers", b"server_url", b"sig=", b"@"),
    *(b"k_", b"gho_", b"ghp_", b"ghr_", b"ghs_", b"ghu_", b"github_pat_", b"xox", b"aiza", b"eyj"),
    *(b"bearer ", b"basic "),
)
"""Without one of these, in small letters with `_` for `-`, nothing is secret: most events have none, and are let be."""
_LONG = 512
"""Bytes of a string that is taken for sound, where nothing in it can begin a key."""
_SHORTEST = 8
"""Characters of the shortest value that is looked for everywhere: a shorter one would hit what is none."""


def masked(raw: bytes, secrets: Iterable[bytes] = ()) -> bytes:
    """Return a raw event in which each key and token is stars; so are `secrets` themselves."""
    for secret in secrets:
        if len(secret) >= _SHORTEST and secret in raw:
            raw = raw.replace(secret, b"*" * len(secret))
    words = raw if len(raw) < _LONG else _without_base64(raw)
    words = words.lower().replace(b"-", b"_")
    if any(hint in words for hint in _HINTS):
        raw = _FIELDS.sub(_hidden, raw)
        for pattern in _TEXTS:
            raw = pattern.sub(_stars, raw)
    return raw


def _without_base64(raw: bytes) -> bytes:
    """Return an event without its long strings without a sign: to search sound costs more than all the rest."""
    parts = raw.split(b'"')
    return b'"'.join(
        part for part in parts if len(part) < _LONG or any(sign in part for sign in (b"-", b"_", b".", b" "))
    )


def _hidden(found: re.Match[bytes]) -> bytes:
    if found["key"]:
        return found["key"] + _starred(found["value"])
    if found["server"]:
        return found["server"] + _address(found["url"])
    if found["list"]:
        return found["list"] + _ANY.sub(lambda each: _starred(each["value"]) + each["end"], found["entries"])
    if found["field"]:
        # Of a client_secret, when it expires is no secret; a tool's parameters only describe such a field.
        return found["field"] + _VALUE.sub(_entry, found["inner"])
    return found["group"] + _EACH.sub(_value, found["object"])


def _entry(found: re.Match[bytes]) -> bytes:
    return found["name"] + _starred(found["value"])


def _value(found: re.Match[bytes]) -> bytes:
    return found[0] if found["colon"] else _starred(found["value"]) + found["end"]


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
    before = found[1] if found.re.groups else b""
    return before + b"*" * (len(found[0]) - len(before))
