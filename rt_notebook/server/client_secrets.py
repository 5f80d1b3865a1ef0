"""Short-lived keys for those who must not know the server's token, such as pages; each begins sessions its own way."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rt_notebook.protocol.ids import new_id
from rt_notebook.server import settings
from rt_notebook.server.shapes import SESSION
from rt_notebook.server.validation import number, one_of, record

_DEFAULT_SECONDS = 600
_MOST_GRANTS = 1_000
"""That are kept at a time; beyond it the oldest is forgotten."""

_REQUEST = record(
    {
        "expires_after": record({"anchor": one_of("created_at"), "seconds": number(10, 7_200, whole=True)}),
        "session": SESSION,
    }
)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a client secret allows: to begin sessions with these settings, until its time is over."""

    session: dict[str, Any]
    """The `session` of a `session.update`, checked."""
    expires_at: int
    """Seconds since the epoch. A session that has begun goes on after it."""


class ClientSecrets:
    """The secrets that were given out. `clock` returns seconds since the epoch."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._grants: OrderedDict[bytes, Grant] = OrderedDict()
        """By the hash of the secret, which is not kept itself; how long a look-up takes tells nothing of it."""

    def create(self, request: object) -> dict[str, Any]:
        """Return the answer to a request for a secret (the JSON body of it), or raise `ClientError`.

        The answer's `session` is the effective one: what was asked for, merged into the defaults.
        """
        asked = _REQUEST(request, "")
        change = asked.get("session", {"type": "realtime"})
        now = int(self._clock())
        grant = Grant(change, now + asked.get("expires_after", {}).get("seconds", _DEFAULT_SECONDS))
        value = f"ek_{secrets.token_urlsafe(24)}"
        answer = {"value": value, "expires_at": grant.expires_at, "session": _effective(change)}
        self._forget(now)
        self._grants[_hash(value)] = grant
        return answer

    def find(self, value: str) -> Grant | None:
        """Return what a secret allows, or None where it is none or its time is over."""
        grant = self._grants.get(_hash(value))
        return grant if grant is not None and self._clock() < grant.expires_at else None

    def _forget(self, now: int) -> None:
        """Let go of secrets whose time is over, and of the oldest where there are too many."""
        for key in [key for key, grant in self._grants.items() if grant.expires_at <= now]:
            del self._grants[key]
        while len(self._grants) >= _MOST_GRANTS:
            self._grants.popitem(last=False)


def _effective(change: dict[str, Any]) -> dict[str, Any]:
    """Return the session object that a session with these settings begins with. It has not begun: it ends at 0."""
    session_id = new_id("sess")
    if change["type"] == "transcription":
        return settings.updated(settings.transcription_defaults(session_id, 0), change, voice_fixed=False)
    model = change.get("model", settings.DEFAULT_MODEL)
    settings.check_model(model, "session.model")
    return settings.updated(settings.defaults(session_id, model, 0), change, voice_fixed=False)


def _hash(value: str) -> bytes:
    return hashlib.sha256(value.encode()).digest()
