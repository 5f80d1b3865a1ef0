"""GA <-> beta: event names and the shapes of session, response and item, both ways.

The log keeps what was on the wire; everything above it speaks GA. So a beta event from the server is renamed and
reshaped by `to_ga`, and a GA event for a beta server by `to_beta`. Both leave alone what they do not know, fields of
the wrong type too, and never change the event they are given.

Source: the models of both dialects in the `openai` package, and the differences that OpenAI's guide "beta to GA
migration" lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rt_notebook.protocol.event import Event

Json = dict[str, Any]

GA_NAMES: Mapping[str, str] = {
    "response.text.delta": "response.output_text.delta",
    "response.text.done": "response.output_text.done",
    "response.audio.delta": "response.output_audio.delta",
    "response.audio.done": "response.output_audio.done",
    "response.audio_transcript.delta": "response.output_audio_transcript.delta",
    "response.audio_transcript.done": "response.output_audio_transcript.done",
    "conversation.item.created": "conversation.item.added",
    "transcription_session.updated": "session.updated",
    "transcription_session.update": "session.update",
}
"""Wire type -> GA type, for the types that are named otherwise."""

BETA_NAMES: Mapping[str, str] = {
    ga: beta for beta, ga in GA_NAMES.items() if not beta.startswith("transcription_session")
}
"""GA type -> beta type, for those of a conversation's session."""

SESSION_PATHS: Mapping[str, tuple[str, ...]] = {
    "modalities": ("output_modalities",),
    "max_response_output_tokens": ("max_output_tokens",),
    "voice": ("audio", "output", "voice"),
    "speed": ("audio", "output", "speed"),
    "output_audio_format": ("audio", "output", "format"),
    "input_audio_format": ("audio", "input", "format"),
    "input_audio_transcription": ("audio", "input", "transcription"),
    "input_audio_noise_reduction": ("audio", "input", "noise_reduction"),
    "turn_detection": ("audio", "input", "turn_detection"),
}
"""Beta's flat session fields, and where GA keeps them."""

_FORMATS: Mapping[str, Json] = {
    "pcm16": {"type": "audio/pcm", "rate": 24_000},
    "g711_ulaw": {"type": "audio/pcmu"},
    "g711_alaw": {"type": "audio/pcma"},
}
_BETA_FORMATS = {shape["type"]: name for name, shape in _FORMATS.items()}

# The parts of an assistant's item have the prefix only in GA; `part` of content_part events has it in neither.
_PARTS_TO_GA = {"text": "output_text", "audio": "output_audio"}
_PARTS_TO_BETA = {ga: beta for beta, ga in _PARTS_TO_GA.items()}


def ga_type(wire_type: str) -> str:
    """Return the GA name of a type as it was on the wire."""
    return GA_NAMES.get(wire_type, wire_type)


def to_ga(event: Json) -> Json:
    """Return a beta event in GA's names and shapes."""
    out = _translate(event, session=_session_to_ga, item=_item_to_ga)
    if isinstance(name := event.get("type"), str):
        out["type"] = ga_type(name)
    return out


def in_ga(event: Event) -> Event:
    """Return a log's event in GA's shape, with what the log knows of it."""
    return Event(to_ga(event), index=event.index, t=event.t, direction=event.direction, sound=event.sound)


def to_beta(event: Json) -> Json:
    """Return a GA client event in the beta dialect's shapes (the names of client events are the same)."""
    return _translate(event, session=session_to_beta, item=_item_to_beta)


def _translate(event: Json, *, session: Callable[[Json], Json], item: Callable[[Json], Json]) -> Json:
    def response(value: Json) -> Json:
        value = session(value)
        for field in ("output", "input"):
            if isinstance(value.get(field), list):
                value[field] = [item(entry) if isinstance(entry, dict) else entry for entry in value[field]]
        return value

    out = dict(event)
    for field, change in (("session", session), ("response", response), ("item", item)):
        if isinstance(value := out.get(field), dict):
            out[field] = change(value)
    return out


def _session_to_ga(session: Json) -> Json:
    out: Json = {}
    for field, value in session.items():
        path = SESSION_PATHS.get(field, (field,))
        if field.endswith("_audio_format") and isinstance(value, str):
            value = _FORMATS.get(value, value)
        elif field == "modalities" and isinstance(value, list):
            # Beta says ["text", "audio"] for spoken answers; GA names the one that is asked for.
            value = ["audio"] if "audio" in value else value
        _put(out, path, value)
    return out


def session_to_beta(session: Json) -> Json:
    """Return a session, or the settings of a response, in the beta dialect's flat shape."""
    out = {field: value for field, value in session.items() if field not in ("audio", "type")}
    for field, path in SESSION_PATHS.items():
        found, value = _take(session, path)
        if not found:
            continue
        if len(path) == 1:
            out.pop(path[0], None)
        if field.endswith("_audio_format") and isinstance(value, dict):
            value = _renamed(value.get("type"), _BETA_FORMATS) or value
        elif field == "modalities" and value == ["audio"]:
            value = ["text", "audio"]
        out[field] = value
    return out


def _item_to_ga(item: Json) -> Json:
    return _with_parts(item, _part_to_ga)


def _item_to_beta(item: Json) -> Json:
    return parts_to_beta({field: value for field, value in item.items() if field != "object"})


def parts_to_beta(item: Json) -> Json:
    """Return an item with the content parts of the beta dialect."""
    return _with_parts(item, _part_to_beta)


def _with_parts(item: Json, change: Callable[[Json], Json]) -> Json:
    content = item.get("content")
    if item.get("role") != "assistant" or not isinstance(content, list):
        return item
    return item | {"content": [change(part) if isinstance(part, dict) else part for part in content]}


def _part_to_ga(part: Json) -> Json:
    name = _renamed(part.get("type"), _PARTS_TO_GA)
    return part | {"type": name} if name else part


def _part_to_beta(part: Json) -> Json:
    name = _renamed(part.get("type"), _PARTS_TO_BETA)
    return part | {"type": name} if name else part


def _renamed(name: Any, names: Mapping[str, str]) -> str | None:
    return names.get(name) if isinstance(name, str) else None


def _put(target: Json, path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        # A copy: a session with fields of both dialects brings its own.
        inner = target.get(step)
        target[step] = inner = dict(inner) if isinstance(inner, dict) else {}
        target = inner
    target[path[-1]] = value


def _take(source: Json, path: tuple[str, ...]) -> tuple[bool, Any]:
    value: Any = source
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return False, None
        value = value[step]
    return True, value
