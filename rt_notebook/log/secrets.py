r"""What is secret in an event, and `redacted`, which takes it out of what leaves the log, whoever put it there.

A log holds no headers of a connection. What may hold a key are a session's or a tool's own fields (an MCP tool's
`authorization`, `headers` and `server_url`, the beta's `client_secret`), and any text: servers repeat a wrong key in
their answer. `rt_notebook.log.masking` hides the same in raw events, so each pattern also fits their bytes: none runs
over a `\`, which would break an escape.
"""

from __future__ import annotations

import re
from typing import Any

REDACTED = "<secret>"

FIELDS = {
    *("authorization", "proxy_authorization", "api_key", "apikey", "x_api_key", "access_token", "refresh_token"),
    *("id_token", "auth_token", "bearer_token", "client_secret", "secret", "secret_key", "password", "passwd"),
    *("cookie", "set_cookie", "private_key"),
}
"""Fields whose values are secret, in small letters with `_` for `-`; of an object, its `value` is."""
GROUPS = {"headers", "extra_headers"}
"""Objects of which every value is secret."""
ADDRESSES = {"server_url"}
"""Fields of whose address user, password and query are secret."""

_NAMED = r"(?:api[_-]?key|access[_-]?token|client[_-]?secret|authorization|password|secret|token|key|sig)"
# Not a word of a sentence ("a basic understanding", "basic JavaScript"): it has a digit, an `=`, or capitals within.
_NO_WORD = r"(?=[A-Za-z._~+/-]*[0-9=]|(?:[A-Za-z._~+/-]*[a-z][A-Z]){2})"
TEXTS = [
    # Keys of OpenAI and of others that write them likewise; ephemeral keys; GitHub's, Slack's and Google's.
    r"(?<![A-Za-z0-9])(?:sk|ek|pk|rk)[-_][A-Za-z0-9_-]{16,}",
    r"(?<![A-Za-z0-9])(?:gh[oprsu]_|github_pat_|xox[abprs]-)[A-Za-z0-9_-]{16,}",
    r"(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])",
    r"(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?",
    rf"(?<=\b[Bb]earer ){_NO_WORD}[A-Za-z0-9._~+/=-]{{8,}}",
    rf"(?<=\b[Bb]asic ){_NO_WORD}[A-Za-z0-9+/=]{{8,}}",
    # In an address: its query, and what stands before the @.
    rf"([?&](?i:{_NAMED})=)[^&#\s\"'<>\\]+",
    r"(:(?://|\\/\\/))[^/\s:@\"'\\]*:[^/\s@\"'\\]+(?=@)",
    # JSON inside a text, as a call's arguments are.
    rf'(\\*"(?i:{"|".join(sorted(FIELDS)).replace("_", "[_-]")})\\*"\s*:\s*\\*")[^"\\]+',
]
"""What is secret wherever it stands; a group is what stands before it."""
_TEXTS = [re.compile(pattern) for pattern in TEXTS]


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
    if plain in FIELDS:
        # What only describes such a field, as a tool's parameters do, is no secret.
        if not isinstance(value, dict):
            return REDACTED
        if "value" in value:
            return redacted(value) | {"value": REDACTED}
    if plain in GROUPS and isinstance(value, dict):
        return dict.fromkeys(value, REDACTED)
    if plain in ADDRESSES and isinstance(value, str):
        return _address(value)
    return redacted(value)


def _address(address: str) -> str:
    before, mark, _ = address.partition("?")
    scheme, slashes, rest = before.rpartition("//")
    user, at, host = rest.rpartition("@")
    return scheme + slashes + REDACTED * bool(user) + at + host + mark + REDACTED * bool(mark)
