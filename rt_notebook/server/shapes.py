"""The shapes of all client events of the GA dialect, as data.

Source: the API reference of the Realtime client events, and `openai.types.realtime`.
"""

from __future__ import annotations

from typing import Any

from rt_notebook.server.errors import ClientError
from rt_notebook.server.validation import (
    Check,
    anything,
    boolean,
    either,
    listing,
    nullable,
    number,
    one_of,
    record,
    string,
    tagged,
    unsupported,
)

_COUNT = number(0, whole=True)
_ID = string(64)
_KIND: dict[str, Check] = {"type": string()}

_FORMAT = tagged(
    "type", {"audio/pcm": record({**_KIND, "rate": number(24_000, 24_000, whole=True)})}, default="audio/pcm"
)

_TURN_DETECTION = tagged(
    "type",
    {
        "server_vad": record(
            {
                **_KIND,
                "threshold": number(0, 1),
                "prefix_padding_ms": _COUNT,
                "silence_duration_ms": _COUNT,
                "idle_timeout_ms": nullable(number(5_000, 30_000, whole=True)),
                "create_response": boolean,
                "interrupt_response": boolean,
            }
        ),
        "semantic_vad": record(
            {
                **_KIND,
                "eagerness": one_of("low", "medium", "high", "auto"),
                "create_response": boolean,
                "interrupt_response": boolean,
            }
        ),
    },
)

_TRANSCRIPTION = record(
    {
        "model": string(),
        "language": nullable(string()),
        "languages": listing(string()),
        "prompt": nullable(string()),
        "keywords": listing(string()),
        "delay": one_of("minimal", "low", "medium", "high", "xhigh"),
    }
)

_NOISE_REDUCTION = record({"type": one_of("near_field", "far_field"), "strength": number(0)})

_TOOL = tagged(
    "type",
    {
        "function": record(
            {**_KIND, "name": string(128), "description": nullable(string()), "parameters": nullable(anything)},
            required=("type", "name"),
        )
    },
)


def _tool_choice(value: Any, path: str) -> Any:
    """Check one of the modes, or one function by name."""
    if isinstance(value, dict):
        return tagged("type", {"function": record({**_KIND, "name": string()}, required=("name",))})(value, path)
    return one_of("none", "auto", "required")(value, path)


_MAX_OUTPUT_TOKENS = either("inf", number(1, 4096, whole=True))
# The API's names; whatever speaks here gives each a sound of its own.
_VOICE = one_of("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar")
_MODALITIES = listing(one_of("text", "audio"), length=1)


def _now(path: str) -> str:
    return f"That was its name in the beta of the API; it is '{path}' now."


_NO_TEMPERATURE = "The beta of the API had a temperature; there is none any more."

_MOVED_IN_SESSION = {
    "modalities": _now("session.output_modalities"),
    "voice": _now("session.audio.output.voice"),
    "speed": _now("session.audio.output.speed"),
    "turn_detection": _now("session.audio.input.turn_detection"),
    "input_audio_format": _now("session.audio.input.format"),
    "input_audio_transcription": _now("session.audio.input.transcription"),
    "input_audio_noise_reduction": _now("session.audio.input.noise_reduction"),
    "output_audio_format": _now("session.audio.output.format"),
    "max_response_output_tokens": _now("session.max_output_tokens"),
    "temperature": _NO_TEMPERATURE,
}

_MOVED_IN_RESPONSE = {
    "modalities": _now("response.output_modalities"),
    "voice": _now("response.audio.output.voice"),
    "output_audio_format": _now("response.audio.output.format"),
    "max_response_output_tokens": _now("response.max_output_tokens"),
    "temperature": _NO_TEMPERATURE,
}

SESSION = tagged(
    "type",
    {
        "realtime": record(
            {
                **_KIND,
                "model": string(),
                "output_modalities": _MODALITIES,
                "instructions": string(),
                "tools": listing(_TOOL),
                "tool_choice": _tool_choice,
                "max_output_tokens": _MAX_OUTPUT_TOKENS,
                "tracing": nullable(anything),
                "prompt": nullable(anything),
                "include": nullable(listing(string())),
                "truncation": anything,
                "reasoning": nullable(anything),
                "parallel_tool_calls": boolean,
                "audio": record(
                    {
                        "input": record(
                            {
                                "format": _FORMAT,
                                "transcription": nullable(_TRANSCRIPTION),
                                "noise_reduction": nullable(_NOISE_REDUCTION),
                                "turn_detection": nullable(_TURN_DETECTION),
                            }
                        ),
                        "output": record({"format": _FORMAT, "voice": _VOICE, "speed": number(0.25, 1.5)}),
                    }
                ),
            },
            required=("type",),
            moved=_MOVED_IN_SESSION,
        )
    },
)

_ITEM_COMMON: dict[str, Check] = {
    **_KIND,
    "id": _ID,
    "object": one_of("realtime.item"),
    "status": one_of("completed", "incomplete", "in_progress"),
}

_PARTS: dict[str, Check] = {
    "input_text": record({**_KIND, "text": string()}, required=("type", "text")),
    "input_audio": record({**_KIND, "audio": string(), "transcript": nullable(string())}, required=("type", "audio")),
    "input_image": record(
        {**_KIND, "image_url": string(), "detail": one_of("auto", "low", "high")}, required=("type", "image_url")
    ),
    "output_text": record({**_KIND, "text": string()}, required=("type", "text")),
}


def _message(role: str, *parts: str) -> Check:
    content = listing(tagged("type", {name: _PARTS[name] for name in parts}))
    return record({**_ITEM_COMMON, "role": one_of(role), "content": content}, required=("type", "role", "content"))


_MESSAGE = tagged(
    "role",
    {
        "user": _message("user", "input_text", "input_audio", "input_image"),
        "assistant": _message("assistant", "output_text"),
        "system": _message("system", "input_text"),
    },
)

_ITEMS: dict[str, Check] = {
    "message": _MESSAGE,
    "function_call": record(
        {**_ITEM_COMMON, "call_id": string(), "name": string(), "arguments": string()}, required=("name", "arguments")
    ),
    "function_call_output": record(
        {**_ITEM_COMMON, "call_id": string(), "output": string()}, required=("call_id", "output")
    ),
}

_ITEM = tagged("type", _ITEMS)
_INPUT = tagged("type", {**_ITEMS, "item_reference": record({**_KIND, "id": string()}, required=("id",))})


def _metadata(value: Any, path: str) -> Any:
    """Check at most 16 pairs of strings, keys to 64 and values to 512 characters."""
    if not isinstance(value, dict):
        return record({})(value, path)
    if len(value) > 16:
        raise ClientError("invalid_value", f"Invalid '{path}': at most 16 pairs are allowed, got {len(value)}.", path)
    return {string(64)(key, path): string(512)(element, f"{path}.{key}") for key, element in value.items()}


RESPONSE = record(
    {
        "conversation": one_of("auto", "none"),
        "input": listing(_INPUT),
        "instructions": string(),
        "output_modalities": _MODALITIES,
        "max_output_tokens": _MAX_OUTPUT_TOKENS,
        "metadata": nullable(_metadata),
        "tools": listing(_TOOL),
        "tool_choice": _tool_choice,
        "audio": record({"output": record({"format": _FORMAT, "voice": _VOICE})}),
        "prompt": nullable(anything),
        "reasoning": nullable(anything),
        "parallel_tool_calls": boolean,
    },
    moved=_MOVED_IN_RESPONSE,
)


def _event(fields: dict[str, Check] | None = None, required: tuple[str, ...] = ()) -> Check:
    return record({**_KIND, "event_id": string(512), **(fields or {})}, required=required)


EVENTS: dict[str, Check] = {
    "session.update": _event({"session": SESSION}, ("session",)),
    "input_audio_buffer.append": _event({"audio": string()}, ("audio",)),
    "input_audio_buffer.commit": _event(),
    "input_audio_buffer.clear": _event(),
    "output_audio_buffer.clear": _event(),
    "conversation.item.create": _event({"item": _ITEM, "previous_item_id": nullable(string())}, ("item",)),
    "conversation.item.retrieve": _event({"item_id": string()}, ("item_id",)),
    "conversation.item.delete": _event({"item_id": string()}, ("item_id",)),
    "conversation.item.truncate": _event(
        {"item_id": string(), "content_index": _COUNT, "audio_end_ms": _COUNT},
        ("item_id", "content_index", "audio_end_ms"),
    ),
    "response.create": _event({"response": RESPONSE}),
    "response.cancel": _event({"response_id": string()}),
}
"""Every client event type, with the check of its shape."""


def check_event(event: object) -> dict[str, Any]:
    """Return a client event whose shape is right, or raise `ClientError`."""
    if not isinstance(event, dict):
        raise ClientError("invalid_event", "A client event must be a JSON object with a 'type'.")
    kind = event.get("type")
    if kind is None:
        raise ClientError("invalid_event", "The 'type' field is missing.", "type")
    if not isinstance(kind, str) or kind not in EVENTS:
        raise unsupported(str(kind), EVENTS, "type")
    checked: dict[str, Any] = EVENTS[kind](event, "")
    return checked
