"""The session object: its defaults, how an update merges into it, and what may no longer change."""

from __future__ import annotations

import copy
import re
from typing import Any

from rt_notebook.server.errors import ClientError

MODELS = re.compile(r"tutor|gpt-realtime.*|gpt-4o.*-realtime.*|gpt-audio.*")
"""The models this server answers to. All are the same engine: a client need not change its model's name."""

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

_WHOLE = frozenset({"tools", "tool_choice", "truncation", "tracing", "prompt", "reasoning", "format"})
"""Fields whose new value replaces the old one; other objects are merged field by field."""


def defaults(session_id: str, model: str, expires_at: int) -> dict[str, Any]:
    """Return a fresh session object; `expires_at` is the time of its end, in seconds since the epoch."""
    pcm = {"type": "audio/pcm", "rate": 24_000}
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
                "format": dict(pcm),
                "transcription": None,
                "noise_reduction": None,
                "turn_detection": dict(_TURN_DETECTION["server_vad"]),
            },
            "output": {"format": dict(pcm), "voice": "marin", "speed": 1.0},
        },
        "include": None,
    }


def updated(session: dict[str, Any], change: dict[str, Any], *, voice_fixed: bool) -> dict[str, Any]:
    """Return the session object after a `session.update` with this (already checked) `change`.

    Only fields that are present change. `voice_fixed` says that the client has heard the voice, which then stays.
    """
    model = change.get("model", session["model"])
    if model != session["model"]:
        raise ClientError(
            "invalid_value",
            f"The model of a session cannot be changed from '{session['model']}' to '{model}': "
            "open another connection with ?model= in its URL.",
            "session.model",
        )
    merged = _merged(session, change)
    voice = merged["audio"]["output"]["voice"]
    if voice_fixed and voice != session["audio"]["output"]["voice"]:
        raise ClientError(
            "cannot_update_voice",
            "Cannot update a conversation's voice if assistant audio is present.",
            "session.audio.output.voice",
        )
    detection = merged["audio"]["input"]["turn_detection"]
    if detection is not None and detection.get("idle_timeout_ms") is not None:
        raise ClientError(
            "invalid_value",
            "This server offers no idle timeout: leave 'idle_timeout_ms' out or set it to null.",
            "session.audio.input.turn_detection.idle_timeout_ms",
        )
    return merged


def _merged(old: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    new = copy.copy(old)
    for name, value in change.items():
        before = old.get(name)
        if name == "turn_detection" and isinstance(value, dict):
            kept = before if isinstance(before, dict) and before["type"] == value["type"] else {}
            new[name] = {**_TURN_DETECTION[value["type"]], **kept, **value}
        elif isinstance(value, dict) and isinstance(before, dict) and name not in _WHOLE:
            new[name] = _merged(before, value)
        else:
            new[name] = value
    return new
