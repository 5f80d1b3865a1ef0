"""Takes keys and tokens out of events that leave the log, whoever put them there.

A log holds no headers of a connection. What may hold a key are a session's or a tool's own fields (an MCP tool's
`authorization` and `headers`, the beta's `client_secret`), and any text.
"""

from __future__ import annotations

import re
from typing import Any

REDACTED = "<secret>"

_FIELDS = {
    *("authorization", "proxy_authorization", "api_key", "apikey", "x_api_key", "access_token", "refresh_token"),
    *("id_token", "auth_token", "bearer_token", "client_secret", "secret", "secret_key", "password", "passwd"),
    *("cookie", "set_cookie", "private_key"),
}
"""Fields whose values are secret, in small letters with `_` for `-`; of a `headers` object, all are."""

_IN_JSON = r"(?:authorization|api[_-]?key|access_token|client_secret|password|secret)"
_NAMED = r"(?:api[_-]?key|access[_-]?token|client[_-]?secret|authorization|password|secret|token|key|sig)"
_TEXTS = [
    # Keys of OpenAI and of others that write them likewise; ephemeral keys; GitHub's, Slack's and Google's.
    re.compile(r"\b(?:sk|ek|pk|rk)[-_][A-Za-z0-9_-]{12,}"),
    re.compile(r"\b(?:gh[oprsu]_|github_pat_|xox[abprs]-|AIza)[A-Za-z0-9_-]{16,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"),
    re.compile(r"(?<=\bBearer )[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE),
    re.compile(r"(?<=\bBasic )[A-Za-z0-9+/=]{8,}", re.IGNORECASE),
    # In an address: its query, and what stands before the @.
    re.compile(rf"(?<=[?&])({_NAMED}=)[^&#\s\"'<>]+", re.IGNORECASE),
    re.compile(r"(?<=://)[^/\s:@\"']*:[^/\s@\"']+(?=@)"),
    # JSON inside a text, as a call's arguments are.
    re.compile(rf'("{_IN_JSON}"\s*:\s*")[^"\\]+', re.IGNORECASE),
]


def redacted(value: Any) -> Any:
    """Return an event, or a part of it, with `REDACTED` in the place of every key and token."""
    if isinstance(value, dict):
        return {name: _field(name, entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [redacted(entry) for entry in value]
    return redacted_text(value) if isinstance(value, str) else value


def redacted_text(text: str) -> str:
    """Return a text with `REDACTED` in the place of what looks like a key or token."""
    for pattern in _TEXTS:
        text = pattern.sub(rf"\1{REDACTED}" if pattern.groups else REDACTED, text)
    return text


def _field(name: str, value: Any) -> Any:
    plain = name.lower().replace("-", "_")
    if value in (None, "", [], {}):
        return value
    if plain in _FIELDS:
        # What only describes such a field, as a tool's parameters do, is no secret.
        if not isinstance(value, dict):
            return REDACTED
        if "value" in value:
            return redacted(value) | {"value": REDACTED}
    if plain in ("headers", "extra_headers") and isinstance(value, dict):
        return dict.fromkeys(value, REDACTED)
    return redacted(value)
