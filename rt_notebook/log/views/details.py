"""What an event says in a few words, for a reader who sees its type already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from rt_notebook.protocol.catalog import SETTINGS
from rt_notebook.protocol.conversation import item_told
from rt_notebook.protocol.dialect import in_ga
from rt_notebook.protocol.event import Event, error_of, text_of
from rt_notebook.protocol.fields import dict_at, number_at, text_at

Json = dict[str, Any]


def detail(event: Event) -> str:
    """Return what an event tells, empty where that is nothing; text of a model or user is among it, not escaped."""
    if error := error_of(event):
        return error
    data = in_ga(event)
    if told := _DETAILS.get(data.type):
        return told(data)
    return quoted(text_of(event))


def quoted(text: str | None) -> str:
    """Return words in quotation marks; nothing where there are none."""
    text = " ".join((text or "").split())
    return f"“{text}”" if text else ""


def compact(value: Any) -> str:
    """Return a value as JSON in one line."""
    return orjson.dumps(value).decode()


def _item(data: Json) -> str:
    item = dict_at(data, "item")
    kind = _text(item, "type")
    if kind == "function_call_output":
        return f"result {_text(item, 'output')}"
    if (told := item_told(item)) is not None:
        return told
    if words := quoted(text_of(data)):
        return words
    return f"{_text(item, 'role')} {kind}".strip()


def _created(data: Json) -> str:
    response = dict_at(data, "response")
    return "out of band" if response.get("conversation_id", ...) is None else ""


def _create(data: Json) -> str:
    response = dict_at(data, "response")
    out_of_band = ["out of band"] if response.get("conversation") == "none" else []
    return ", ".join(out_of_band + [name for name in response if name != "conversation"])


def _done(data: Json) -> str:
    response = dict_at(data, "response")
    usage = dict_at(response, "usage")
    given, made = _ms(usage, "input_tokens"), _ms(usage, "output_tokens")
    tokens = f"{given} tokens in, {made} out" if given or made else ""
    told = (text_at(response, "status"), text_at(response, "status_details", "reason"), tokens)
    return " · ".join(word for word in told if word)


def _session(data: Json) -> str:
    paths = (("model",), ("audio", "output", "voice"), ("audio", "input", "turn_detection", "type"))
    return ", ".join(word for path in paths if (word := text_at(data, "session", *path)))


def _update(data: Json) -> str:
    return ", ".join(name for name in dict_at(data, "session") if name != "type")


def _arguments(data: Json) -> str:
    return f"{_text(data, 'name')}({_text(data, 'arguments')})"


def _called(data: Json) -> str:
    arguments = data.get("arguments")
    return f"{_text(data, 'name')}({arguments if isinstance(arguments, str) else compact(arguments)})"


def _ran(data: Json) -> str:
    name, took = _text(data, "name"), f"{_ms(data, 'duration_ms')} ms" if _ms(data, "duration_ms") else ""
    told = [_text(data, "reason"), took, "after the interruption" if data.get("late") is True else ""]
    return " · ".join(word for word in (f"{name} → {_text(data, 'output')}", *told) if word)


def _progressed(data: Json) -> str:
    share = number_at(data, "fraction")
    told = (f"{share:.0%}" if share is not None else "", quoted(_text(data, "text")))
    return " ".join(word for word in (_text(data, "name"), *told) if word)


def _judged(data: Json) -> str:
    told = (_text(data, "call_id"), f"by {_text(data, 'by')}" if _text(data, "by") else "", _text(data, "reason"))
    return ", ".join(word for word in told if word)


def _played(data: Json) -> str:
    heard, generated = _ms(data, "heard_ms"), _ms(data, "generated_ms")
    if data["type"] == "rt.playback.underrun":
        return f"{_ms(data, 'missing_samples') or '?'} samples missing"
    if data["type"] == "rt.playback.started":
        return ""
    return f"heard {heard} of {generated} ms" if heard and generated else "nobody knows how much was heard"


def _at(field: str, words: str) -> Callable[[Json], str]:
    return lambda data: words.format(at) if (at := _ms(data, field)) else ""


def _local(data: Json) -> str:
    fields = ("provider", "model", "reason", "name", "message")
    return ", ".join(word for name in fields if (word := _text(data, name)))


_DETAILS: Mapping[str, Callable[[Json], str]] = {
    **dict.fromkeys(SETTINGS, _session),
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
    **dict.fromkeys(("rt.tool.started", "rt.tool.waiting"), _called),
    **dict.fromkeys(("rt.tool.approved", "rt.tool.denied"), _judged),
    "rt.tool.progress": _progressed,
    **dict.fromkeys([f"rt.tool.{what}" for what in ("done", "cancelled", "unsent")], _ran),
    **dict.fromkeys([f"rt.connection.{what}" for what in ("opened", "lost", "restored", "closed")], _local),
}


def _text(data: Json, name: str) -> str:
    return text_at(data, name) or ""


def _ms(data: Json, name: str) -> str:
    """Return a number as it is read; empty where it is none."""
    return "" if (value := number_at(data, name)) is None else f"{value:,.0f}"
