"""What an event says in a few words, for a reader who sees its type already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rt_notebook.protocol.dialect import ga_type, to_ga
from rt_notebook.protocol.event import Event, error_of, text_of

Json = dict[str, Any]


def detail(event: Event) -> str:
    """Return what an event tells, empty where that is nothing; text of a model or user is among it, not escaped."""
    if error := error_of(event):
        return error
    data = in_ga(event)
    if told := _DETAILS.get(data["type"]):
        return told(data)
    return quoted(text_of(event))


def in_ga(event: Event) -> Json:
    """Return an event in GA's shape; with GA's name alone where its fields are of types that no dialect has."""
    try:
        return to_ga(event)
    except (TypeError, AttributeError):
        return dict(event) | {"type": ga_type(event.type)}


def quoted(text: str | None) -> str:
    """Return words in quotation marks; nothing where there are none."""
    text = " ".join((text or "").split())
    return f"“{text}”" if text else ""


def _item(data: Json) -> str:
    item = _dict(data.get("item"))
    kind, name = _str(item.get("type")), _str(item.get("name"))
    if kind == "function_call":
        return f"{name}({_str(item.get('arguments'))})"
    if kind == "function_call_output":
        return f"result {_str(item.get('output'))}"
    if words := quoted(text_of(data)):
        return words
    return f"{_str(item.get('role'))} {kind}".strip()


def _created(data: Json) -> str:
    response = _dict(data.get("response"))
    return "out of band" if response.get("conversation_id", ...) is None else ""


def _create(data: Json) -> str:
    response = _dict(data.get("response"))
    out_of_band = ["out of band"] if response.get("conversation") == "none" else []
    return ", ".join(out_of_band + [name for name in response if name != "conversation"])


def _done(data: Json) -> str:
    response = _dict(data.get("response"))
    usage = _dict(response.get("usage"))
    given, made = _ms(usage.get("input_tokens")), _ms(usage.get("output_tokens"))
    tokens = f"{given} tokens in, {made} out" if given or made else ""
    reason = _str(_dict(response.get("status_details")).get("reason"))
    return " · ".join(word for word in (_str(response.get("status")), reason, tokens) if word)


def _session(data: Json) -> str:
    session = _dict(data.get("session"))
    audio = _dict(session.get("audio"))
    detection = _dict(_dict(audio.get("input")).get("turn_detection"))
    told = (session.get("model"), _dict(audio.get("output")).get("voice"), detection.get("type"))
    return ", ".join(word for word in told if isinstance(word, str))


def _update(data: Json) -> str:
    return ", ".join(name for name in _dict(data.get("session")) if name != "type")


def _arguments(data: Json) -> str:
    return f"{_str(data.get('name'))}({_str(data.get('arguments'))})"


def _played(data: Json) -> str:
    heard, generated = _ms(data.get("heard_ms")), _ms(data.get("generated_ms"))
    if data["type"] == "rt.playback.underrun":
        return f"{_ms(data.get('missing_samples')) or '?'} samples missing"
    if data["type"] == "rt.playback.started":
        return ""
    return f"heard {heard} of {generated} ms" if heard and generated else "nobody knows how much was heard"


def _at(field: str, words: str) -> Callable[[Json], str]:
    return lambda data: words.format(at) if (at := _ms(data.get(field))) else ""


def _local(data: Json) -> str:
    fields = ("provider", "model", "reason", "name", "message")
    return ", ".join(word for name in fields if (word := _str(data.get(name))))


_DETAILS: Mapping[str, Callable[[Json], str]] = {
    **dict.fromkeys(("session.created", "session.updated"), _session),
    "session.update": _update,
    "response.create": _create,
    "response.created": _created,
    "response.done": _done,
    "response.function_call_arguments.done": _arguments,
    **dict.fromkeys(("response.output_item.added", "response.output_item.done"), _item),
    **dict.fromkeys([f"conversation.item.{what}" for what in ("create", "added", "done", "retrieved")], _item),
    **dict.fromkeys(("conversation.item.truncate", "conversation.item.truncated"), _at("audio_end_ms", "at {} ms")),
    "input_audio_buffer.speech_started": _at("audio_start_ms", "at {} ms of the sound"),
    "input_audio_buffer.speech_stopped": _at("audio_end_ms", "at {} ms of the sound"),
    **dict.fromkeys([f"rt.playback.{what}" for what in ("started", "finished", "flushed", "underrun")], _played),
    **dict.fromkeys([f"rt.connection.{what}" for what in ("opened", "lost", "restored", "closed")], _local),
}


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _ms(value: Any) -> str:
    """Return a number as it is read; empty where it is none."""
    return f"{value:,.0f}" if isinstance(value, int | float) and not isinstance(value, bool) else ""
