"""The shapes of all client events of the GA dialect, as data.

Source: the API reference of the Realtime client events, and `openai.types.realtime`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rt_notebook.server.errors import ClientError
from rt_notebook.server.validation import (
    Check,
    boolean,
    either,
    listing,
    mapping,
    nullable,
    number,
    one_of,
    record,
    string,
    tagged,
    unsupported,
)

COUNT = number(0, whole=True)
KIND: dict[str, Check] = {"type": string()}
_ID = string(32, pattern="(?!root$).+")  # "root" stands for the place before all items
_CALL_ID = string(32)

_FORMAT = tagged(
    "type",
    {
        "audio/pcm": record({**KIND, "rate": number(24_000, 24_000, whole=True)}),
        "audio/pcmu": record(KIND),
        "audio/pcma": record(KIND),
    },
    default="audio/pcm",
)

_AFTER_TURN: dict[str, Check] = {"create_response": boolean, "interrupt_response": boolean}
_SERVER_VAD: dict[str, Check] = {
    **KIND,
    "threshold": number(0, 1),
    "prefix_padding_ms": COUNT,
    "silence_duration_ms": COUNT,
}
_SEMANTIC_VAD: dict[str, Check] = {**KIND, "eagerness": one_of("low", "medium", "high", "auto")}

TURN_DETECTION = tagged(
    "type",
    {"server_vad": record({**_SERVER_VAD, **_AFTER_TURN}), "semantic_vad": record({**_SEMANTIC_VAD, **_AFTER_TURN})},
)
"""As the beta dialect has it; GA has an idle timeout, too."""

_IDLE: dict[str, Check] = {"idle_timeout_ms": nullable(number(5_000, 30_000, whole=True))}
_TURN_DETECTION = tagged(
    "type",
    {
        "server_vad": record({**_SERVER_VAD, **_IDLE, **_AFTER_TURN}),
        "semantic_vad": record({**_SEMANTIC_VAD, **_AFTER_TURN}),
    },
)
TRANSCRIPTION = record(
    {
        "model": string(pattern="whisper-.+|gpt-.*transcribe.*|gpt-.*whisper.*"),
        "language": nullable(string()),
        "languages": listing(string()),
        "prompt": nullable(string()),
        "keywords": listing(string()),
        "delay": one_of("minimal", "low", "medium", "high", "xhigh"),
    }
)

NOISE_REDUCTION = record({"type": one_of("near_field", "far_field"), "strength": number(0)})

_FUNCTION = record(
    {
        **KIND,
        "name": string(64, pattern="[a-zA-Z0-9_-]+"),
        "description": nullable(string()),
        "parameters": nullable(mapping),
    },
    required=("type", "name"),
)


def _remote_tools(value: Any, path: str) -> Any:
    raise ClientError(
        "invalid_value",
        f"Invalid '{path}': this server calls no other servers, so it has no use for tools of type 'mcp'. "
        "Offer the tool as a function and call it yourself, as rt.agents.MCPServer does.",
        f"{path}.type",
    )


TOOL = tagged("type", {"function": _FUNCTION, "mcp": _remote_tools})


def _tool_choice(value: Any, path: str) -> Any:
    """Check one of the modes, or one function by name."""
    if isinstance(value, dict):
        return tagged("type", {"function": record({**KIND, "name": string()}, required=("name",))})(value, path)
    return one_of("none", "auto", "required")(value, path)


MAX_OUTPUT_TOKENS = either("inf", number(1, 4096, whole=True))
# The API's names; whatever speaks here gives each a sound of its own.
VOICE = one_of("alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar")


def _modalities(value: Any, path: str) -> Any:
    """Check what may be asked for: one of the two."""
    if len(listing(one_of("text", "audio"))(value, path)) != 1:
        raise ClientError(
            "invalid_value", f"Invalid modalities: {value}. Supported combinations are: ['text'] and ['audio'].", path
        )
    return value


INCLUDE = listing(one_of("item.input_audio_transcription.logprobs"))
TRACING = either("auto", record({"workflow_name": string(), "group_id": string(), "metadata": mapping}))
_PROMPT = record({"id": string(), "version": nullable(string()), "variables": nullable(mapping)}, required=("id",))
_REASONING = record({"effort": one_of("minimal", "low", "medium", "high", "xhigh")})
_TRUNCATION = either(
    "auto",
    either(
        "disabled",
        tagged(
            "type",
            {
                "retention_ratio": record(
                    {
                        **KIND,
                        "retention_ratio": number(0, 1),
                        "token_limits": record({"post_instructions": COUNT}),
                    },
                    required=("retention_ratio",),
                )
            },
        ),
    ),
)


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

_INPUT_AUDIO = record(
    {
        "format": _FORMAT,
        "transcription": nullable(TRANSCRIPTION),
        "noise_reduction": nullable(NOISE_REDUCTION),
        "turn_detection": nullable(_TURN_DETECTION),
    }
)

_REALTIME = record(
    {
        **KIND,
        "model": string(),
        "output_modalities": _modalities,
        "instructions": string(),
        "tools": listing(TOOL, 128),
        "tool_choice": _tool_choice,
        "max_output_tokens": MAX_OUTPUT_TOKENS,
        "tracing": nullable(TRACING),
        "prompt": nullable(_PROMPT),
        "include": nullable(INCLUDE),
        "truncation": _TRUNCATION,
        "reasoning": nullable(_REASONING),
        "parallel_tool_calls": boolean,
        "audio": record(
            {
                "input": _INPUT_AUDIO,
                "output": record({"format": _FORMAT, "voice": VOICE, "speed": number(0.25, 1.5)}),
            }
        ),
    },
    required=("type",),
    moved=_MOVED_IN_SESSION,
)

_TRANSCRIBING = record(
    {
        **KIND,
        "include": nullable(INCLUDE),
        "audio": record({"input": _INPUT_AUDIO}),
    },
    required=("type",),
    moved=_MOVED_IN_SESSION,
)

SESSION = tagged("type", {"realtime": _REALTIME, "transcription": _TRANSCRIBING})

_ITEM_COMMON: dict[str, Check] = {
    **KIND,
    "id": _ID,
    "object": one_of("realtime.item"),
    "status": one_of("completed", "incomplete", "in_progress"),
}

_IMAGE = string(pattern="data:image/(?s:.*)")
_PARTS: dict[str, Check] = {
    "input_text": record({**KIND, "text": string()}, required=("type", "text")),
    "input_audio": record({**KIND, "audio": string(), "transcript": nullable(string())}, required=("type", "audio")),
    "input_image": record(
        {**KIND, "image_url": string(pattern="data:image/(?s:.*)"), "detail": one_of("auto", "low", "high")},
        required=("type", "image_url"),
    ),
    "output_text": record({**KIND, "text": string()}, required=("type", "text")),
    "output_audio": record({**KIND, "transcript": string(), "audio": string()}, required=("type", "transcript")),
    "text": record({**KIND, "text": string()}, required=("type", "text")),
}


def _message(role: str, *parts: str) -> Check:
    content = listing(tagged("type", {name: _PARTS[name] for name in parts}))
    return record({**_ITEM_COMMON, "role": one_of(role), "content": content}, required=("type", "role", "content"))


_CALLS: dict[str, Check] = {
    "function_call": record(
        {**_ITEM_COMMON, "call_id": _CALL_ID, "name": string(), "arguments": string()}, required=("name", "arguments")
    ),
    "function_call_output": record(
        {**_ITEM_COMMON, "call_id": _CALL_ID, "output": string()}, required=("call_id", "output")
    ),
}
_REFERENCE: dict[str, Check] = {"item_reference": record({**KIND, "id": string()}, required=("id",))}


def items(*answer_parts: str) -> tuple[Check, Check]:
    """Return the checks of an item and of an element of `input`; `answer_parts` are the types of an assistant's."""
    message = tagged(
        "role",
        {
            "user": _message("user", "input_text", "input_audio", "input_image"),
            "assistant": _message("assistant", *answer_parts),
            "system": _message("system", "input_text"),
        },
    )
    kinds = {"message": message, **_CALLS}
    return tagged("type", kinds), tagged("type", {**kinds, **_REFERENCE})


_ITEM, _INPUT = items("output_text", "output_audio")


def metadata(value: Any, path: str) -> Any:
    """Check at most 16 pairs of strings, keys to 64 and values to 512 characters."""
    if not isinstance(value, dict):
        return record({})(value, path)
    if len(value) > 16:
        raise ClientError("invalid_value", f"Invalid '{path}': at most 16 pairs are allowed, got {len(value)}.", path)
    return {
        string(64)(key, f"{path}.{key[:64]}"): string(512)(element, f"{path}.{key}") for key, element in value.items()
    }


RESPONSE = record(
    {
        "conversation": one_of("auto", "none"),
        "input": listing(_INPUT),
        "instructions": string(),
        "output_modalities": _modalities,
        "max_output_tokens": MAX_OUTPUT_TOKENS,
        "metadata": nullable(metadata),
        "tools": listing(TOOL, 128),
        "tool_choice": _tool_choice,
        "audio": record({"output": record({"format": _FORMAT, "voice": VOICE})}),
        "prompt": nullable(_PROMPT),
        "reasoning": nullable(_REASONING),
        "parallel_tool_calls": boolean,
    },
    moved=_MOVED_IN_RESPONSE,
)


def event(fields: dict[str, Check] | None = None, required: tuple[str, ...] = ()) -> Check:
    """Return the check of a client event with these fields besides `type` and `event_id`."""
    return record({**KIND, "event_id": string(512), **(fields or {})}, required=required)


def events(session: Check, item: Check, response: Check) -> dict[str, Check]:
    """Return the checks of the client events that both dialects have, which differ in these three shapes."""
    return {
        "session.update": event({"session": session}, ("session",)),
        "input_audio_buffer.append": event({"audio": string()}, ("audio",)),
        "input_audio_buffer.commit": event(),
        "input_audio_buffer.clear": event(),
        "output_audio_buffer.clear": event(),
        "conversation.item.create": event({"item": item, "previous_item_id": nullable(string())}, ("item",)),
        "conversation.item.retrieve": event({"item_id": string()}, ("item_id",)),
        "conversation.item.delete": event({"item_id": string()}, ("item_id",)),
        "conversation.item.truncate": event(
            {"item_id": string(), "content_index": COUNT, "audio_end_ms": COUNT},
            ("item_id", "content_index", "audio_end_ms"),
        ),
        "response.create": event({"response": response}),
        "response.cancel": event({"response_id": string()}),
    }


EVENTS = events(SESSION, _ITEM, RESPONSE)
"""Every client event type, with the check of its shape."""


def check_event(given: object, shapes: Mapping[str, Check] = EVENTS) -> dict[str, Any]:
    """Return a client event whose shape is right, or raise `ClientError`."""
    if not isinstance(given, dict):
        raise ClientError("invalid_event", "A client event must be a JSON object with a 'type'.")
    kind = given.get("type")
    if kind is None:
        raise ClientError("invalid_event", "The 'type' field is missing.", "type")
    if not isinstance(kind, str) or kind not in shapes:
        raise unsupported(str(kind), shapes, "type")
    checked: dict[str, Any] = shapes[kind](given, "")
    return checked
