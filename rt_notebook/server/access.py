"""Who may connect: the token, and the page a browser's connection comes from."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_KEY_PROTOCOL = "openai-insecure-api-key."
"""A browser's WebSocket cannot set headers; there the key comes as a subprotocol of this prefix."""


def token_of(authorization: str, subprotocols: Iterable[str]) -> str:
    """Return the token a client shows, or an empty string."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    keys = (name.removeprefix(_KEY_PROTOCOL) for name in subprotocols if name.startswith(_KEY_PROTOCOL))
    return next(keys, "")


def token_fits(shown: str, token: str) -> bool:
    """Compare tokens in a time that does not tell how much of them is right."""
    return hmac.compare_digest(shown.encode(), token.encode())


def origin_fits(origin: str | None) -> bool:
    """Whether a connection may come from this page: none (no browser), or one of this machine."""
    if origin is None:
        return True
    try:
        return urlsplit(origin).hostname in LOOPBACK
    except ValueError:  # such as an unclosed bracket
        return False
