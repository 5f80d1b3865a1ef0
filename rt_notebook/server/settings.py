"""The session object: its defaults, how an update merges into it, and what may no longer change."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from rt_notebook.server.errors import ClientError

_MODELS = re.compile(r"tutor|gpt-realtime.*|gpt-4o.*-realtime.*|gpt-audio.*")
"""The models this server answers to. All are the same engine: a client need not change its model's name."""

DEFAULT_MODEL = "tutor"
"""For a client that names none."""

SESSION_SECONDS = 3600
"""How long a session may last, as at OpenAI."""

INSTRUCTIONS = (
    "You are a friendly tutor who helps people to learn the Realtime API by using it. Answer in a few short "
    "sentences, call a function where one fits, and say plainly when you do not know."
)

_TURN_DETECTION: dict[str, dict[str, Any]] = {
    "server_vad": {
        "type": "server_vad",
        "threshold": 0.5,
        "prefix_padding_ms": 300,
        "silence_duration_ms": 500,
        "idle_timeout_ms": None,
        "create_response": True,
        "interrupt_response": True,
    },
    "semantic_vad": {
        "type": "semantic_vad",
        "eagerness": "auto",
        "create_response": True,
        "interrupt_response": True,
    },
}

_RESPONDING = frozenset({"create_response", "interrupt_response", "idle_timeout_ms"})
"""Fields of turn detection that a transcription session has no use for."""

_PCM = {"type": "audio/pcm", "rate": 24_000}
EMPTY: Mapping[str, Any] = {}

_WHOLE = frozenset({"tools", "tool_choice", "truncation", "tracing", "prompt", "reasoning"})
"""Fields whose new value replaces the old one; other objects are merged field by field."""


def check_model(model: str, path: str | None = None) -> None:
    """Raise `ClientError` for a model that this server does not answer to; `path` is where it was named."""
    if not _MODELS.fullmatch(model):
        raise ClientError(
            "model_not_found",
            f"The model `{model}` does not exist or you do not have access to it. "
            "This server answers to `tutor` and to the names of OpenAI's realtime models.",
            path,
        )


def defaults(
    session_id: str, model: str, expires_at: int, *, voice: str = "marin", extra: Mapping[str, Any] = EMPTY
) -> dict[str, Any]:
    """Return a fresh session object; `expires_at` is the time of its end, in seconds since the epoch.

    `voice` and `extra` fields are the dialect's.
    """
    return {
        "type": "realtime",
        "object": "realtime.session",
        "id": session_id,
        "model": model,
        "output_modalities": ["audio"],
        "instructions": INSTRUCTIONS,
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": "inf",
        "truncation": "auto",
        "tracing": None,
        "prompt": None,
        "expires_at": expires_at,
        "audio": {
            "input": {
                "format": dict(_PCM),
                "transcription": None,
                "noise_reduction": None,
                "turn_detection": dict(_TURN_DETECTION["server_vad"]),
            },
            "output": {"format": dict(_PCM), "voice": voice, "speed": 1.0},
        },
        "include": None,
        **extra,
    }


def transcription_defaults(session_id: str, expires_at: int) -> dict[str, Any]:
    """Return a fresh session object of a session that only transcribes."""
    return {
        "type": "transcription",
        "object": "realtime.transcription_session",
        "id": session_id,
        "expires_at": expires_at,
        "audio": {
            "input": {
                "format": dict(_PCM),
                "transcription": {"model": "whisper-1"},
                "noise_reduction": None,
                "turn_detection": _without_responses(_TURN_DETECTION["server_vad"]),
            }
        },
        "include": None,
    }


def updated(
    session: dict[str, Any], change: dict[str, Any], *, voice_fixed: bool, responding: bool = False
) -> dict[str, Any]:
    """Return the session object after a `session.update` with this (already checked) `change`.

    Only fields that are present change. `voice_fixed` says that the client has heard the voice, which then stays;
    `responding` that a response is being made, whose speed stays. Raises `ClientError`.
    """
    if change["type"] != session["type"]:
        raise ClientError(
            "invalid_parameter",
            f"Passing a {change['type']} session update event to a {session['type']} session is not allowed. "
            "A connection to /v1/realtime?intent=transcription transcribes; one with ?model= converses.",
            "session.type",
        )
    merged = _merged(session, change, transcribing=session["type"] == "transcription")
    for fixed, path, code, message in (
        (True, "model", "invalid_value", _FIXED_MODEL),
        (voice_fixed, "audio.output.voice", "cannot_update_voice", FIXED_VOICE),
        (responding, "audio.output.speed", "cannot_update_speed", _FIXED_SPEED),
        (session.get("tracing") is not None, "tracing", "cannot_update_tracing", _FIXED_TRACING),
    ):
        if fixed and _at(merged, path) != _at(session, path):
            raise ClientError(code, message, f"session.{path}")
    if (transcription := merged["audio"]["input"]["transcription"]) and "model" not in transcription:
        path = "session.audio.input.transcription.model"
        raise ClientError("missing_required_parameter", f"Missing required parameter: '{path}'.", path)
    return merged


_FIXED_MODEL = "The model of a session cannot be changed: open another connection with ?model= in its URL."
FIXED_VOICE = "Cannot update a conversation's voice if assistant audio is present."
_FIXED_TRACING = "Tracing cannot be changed once it is on."
_FIXED_SPEED = "Cannot update the speed while a response is being made: wait for its response.done."


def whole_format(given: dict[str, Any]) -> dict[str, Any]:
    """Return a (checked) `format` object with what a client may leave out."""
    kind = given.get("type", "audio/pcm")
    return dict(_PCM) if kind == "audio/pcm" else {"type": kind}


def _at(session: dict[str, Any], path: str) -> Any:
    value: Any = session
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _without_responses(detection: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in detection.items() if name not in _RESPONDING}


def _merged(old: dict[str, Any], change: dict[str, Any], *, transcribing: bool) -> dict[str, Any]:
    new = copy.copy(old)
    for name, value in change.items():
        before = old.get(name)
        if name == "turn_detection" and isinstance(value, dict):
            default = _TURN_DETECTION[value["type"]]
            kept = before if isinstance(before, dict) and before["type"] == value["type"] else {}
            detection = {**default, **kept, **value}
            new[name] = _without_responses(detection) if transcribing else detection
        elif name == "format":
            new[name] = whole_format(value)
        elif isinstance(value, dict) and isinstance(before, dict) and name not in _WHOLE:
            new[name] = _merged(before, value, transcribing=transcribing)
        else:
            new[name] = value
    return new
