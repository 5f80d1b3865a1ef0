"""The two dialects of the wire. The core speaks GA; a dialect checks what comes in and shapes what goes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from rt_notebook.protocol.dialect import BETA_NAMES, SESSION_PATHS, parts_to_beta, session_to_beta, to_ga
from rt_notebook.server import shapes_beta
from rt_notebook.server.errors import ClientError
from rt_notebook.server.shapes import check_event

Json = dict[str, Any]


class Dialect(Protocol):
    """How clients and the core understand each other."""

    defaults: Mapping[str, Any]
    """Session fields, in GA's places, that begin otherwise than in GA."""
    voice: str
    """The voice that a session begins with."""

    def incoming(self, event: object) -> Json:
        """Return a client event in GA's shape; raises `ClientError` where its own is wrong."""
        ...

    def error(self, error: ClientError) -> ClientError:
        """Return an error of the core, which names fields as GA does, with the names that the client knows."""
        ...

    def outgoing(self, event: Json) -> Iterable[Json]:
        """Return what the client gets for an event of the core: mostly one event, or none."""
        ...


class Ga:
    """The dialect of today."""

    defaults: Mapping[str, Any] = {}
    voice = "marin"

    def incoming(self, event: object) -> Json:
        """Check the event."""
        return check_event(event)

    def error(self, error: ClientError) -> ClientError:
        """Return the error."""
        return error

    def outgoing(self, event: Json) -> Iterable[Json]:
        """Leave out what only the beta dialect has."""
        return () if event["type"] == "conversation.created" else (event,)


_NOT_IN_BETA = frozenset({"conversation.item.done", "input_audio_buffer.timeout_triggered"})
_TRANSCRIPTION_NAMES = {
    "session.created": "transcription_session.created",
    "session.updated": "transcription_session.updated",
}
_ONLY_GA = frozenset({"truncation", "prompt", "parallel_tool_calls", "reasoning"})
"""Session fields that the beta dialect does not show."""


class Beta:
    """The dialect of 2024, which a client asks for by the header ``OpenAI-Beta: realtime=v1``."""

    defaults: Mapping[str, Any] = {"temperature": 0.8}
    voice = "alloy"

    def incoming(self, event: object) -> Json:
        """Check the event, and translate it."""
        checked = check_event(event, shapes_beta.EVENTS)
        translated = to_ga(checked)
        if translated["type"] == "session.update":
            of_transcription = checked["type"] == "transcription_session.update"
            session = translated["session"]
            session.pop("client_secret", None)
            if of_transcription:
                session.pop("output_modalities", None)
            session["type"] = "transcription" if of_transcription else "realtime"
        return translated

    def error(self, error: ClientError) -> ClientError:
        """Translate the names of fields."""
        param, message = error.param, error.message
        for ga, beta in _PATHS:
            param = param and param.replace(ga, beta)
            message = message.replace(ga, beta)
        return ClientError(error.code, message, None if param == "session.type" else param, kind=error.kind)

    def outgoing(self, event: Json) -> Iterable[Json]:
        """Translate the event."""
        kind = event["type"]
        if kind in _NOT_IN_BETA:
            return ()
        out = event | {"type": BETA_NAMES.get(kind, kind)}
        if "session" in event:
            out["session"] = _session(event["session"])
            if event["session"]["type"] == "transcription":
                out["type"] = _TRANSCRIPTION_NAMES[kind]
        if "response" in event:
            out["response"] = _response(event["response"])
        if "item" in event:
            out["item"] = parts_to_beta(event["item"])
        return (out,)


def _session(session: Json) -> Json:
    shown = {name: value for name, value in session_to_beta(session).items() if name not in _ONLY_GA}
    if session["type"] == "transcription" and (transcription := shown["input_audio_transcription"]):
        shown["input_audio_transcription"] = {"language": None, "prompt": "", **transcription}
    if detection := shown["turn_detection"]:
        shown["turn_detection"] = {name: value for name, value in detection.items() if name != "idle_timeout_ms"}
    return {**shown, "client_secret": None}


def _response(response: Json) -> Json:
    shown = session_to_beta(response)
    shown["max_output_tokens"] = shown.pop("max_response_output_tokens")
    if shown["usage"]:
        shown["usage"] = _without_images(shown["usage"])
    return {**shown, "output": [parts_to_beta(item) for item in response["output"]]}


def _without_images(usage: Json) -> Json:
    """Return token counts as they were before there were images to count, at every level."""
    shown = {name: value for name, value in usage.items() if name != "image_tokens"}
    return {name: _without_images(value) if isinstance(value, dict) else value for name, value in shown.items()}


_PATHS = [
    (f"{holder}.{'.'.join(path)}", f"{holder}.{name}")
    for name, path in SESSION_PATHS.items()
    for holder in ("session", "response")
]
"""Where GA and the beta have a field."""


DIALECTS: dict[str, Dialect] = {"ga": Ga(), "beta": Beta()}
"""By name."""
