"""The shapes of all client events of the beta dialect, as data: what differs from GA's.

Source: `openai.types.beta.realtime`.
"""

from __future__ import annotations

from typing import Any

from rt_notebook.server.errors import ClientError
from rt_notebook.server.shapes import (
    INCLUDE,
    MAX_OUTPUT_TOKENS,
    NOISE_REDUCTION,
    TOOL,
    TRACING,
    TRANSCRIPTION,
    TURN_DETECTION,
    VOICE,
    event,
    events,
    items,
    metadata,
)
from rt_notebook.server.validation import Check, anything, listing, nullable, number, one_of, record, string, tagged

_FORMAT = one_of("pcm16", "g711_ulaw", "g711_alaw")
_MODALITY = listing(one_of("text", "audio"))


def _modalities(value: Any, path: str) -> Any:
    """Check what may be asked for: text, or speech with its text."""
    if sorted(_MODALITY(value, path)) not in (["text"], ["audio", "text"]):
        raise ClientError(
            "invalid_value",
            f"Invalid modalities: {value}. Supported combinations are: ['text'] and ['audio', 'text'].",
            path,
        )
    return value


_KIND_OF_TOOL: dict[str, Check] = {"type": string()}
_NAMED = tagged(
    "type",
    {
        "function": record(
            {**_KIND_OF_TOOL, "name": string(), "function": record({"name": string()}, required=("name",))}
        )
    },
)


def _tool_choice(value: Any, path: str) -> Any:
    """Check one of the modes, or one function, whose name stood in either of two places."""
    if isinstance(value, dict):
        chosen = _NAMED(value, path)
        if not (name := chosen.get("name") or chosen.get("function", {}).get("name")):
            raise ClientError(
                "missing_required_parameter", f"Missing required parameter: '{path}.name'.", f"{path}.name"
            )
        return {"type": "function", "name": name}
    return one_of("none", "auto", "required")(value, path)


_OUTPUT: dict[str, Check] = {
    "modalities": _modalities,
    "instructions": string(),
    "voice": VOICE,
    "output_audio_format": _FORMAT,
    "tools": listing(TOOL, 128),
    "tool_choice": _tool_choice,
    "temperature": number(0.6, 1.2),
    "max_response_output_tokens": MAX_OUTPUT_TOKENS,
}

_INPUT_AUDIO: dict[str, Check] = {
    "input_audio_format": _FORMAT,
    "input_audio_transcription": nullable(TRANSCRIPTION),
    "input_audio_noise_reduction": nullable(NOISE_REDUCTION),
    "turn_detection": nullable(TURN_DETECTION),
    "client_secret": nullable(anything),
}

_SESSION = record(
    {
        "model": string(),
        **_OUTPUT,
        **_INPUT_AUDIO,
        "speed": number(0.25, 1.5),
        "tracing": nullable(TRACING),
    },
    moved={"type": "The beta dialect has no session types.", "audio": "That is GA's; the beta dialect is flat."},
)
_TRANSCRIBING = record({**_INPUT_AUDIO, "include": nullable(INCLUDE), "modalities": _MODALITY})

_ITEM, _INPUT = items("text")
_RESPONSE = record(
    {**_OUTPUT, "conversation": one_of("auto", "none"), "input": listing(_INPUT), "metadata": nullable(metadata)}
)

EVENTS = {
    **events(_SESSION, _ITEM, _RESPONSE),
    "transcription_session.update": event({"session": _TRANSCRIBING}, ("session",)),
}
"""Every client event type, with the check of its shape."""
