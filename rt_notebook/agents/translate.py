"""What a user's side says and hears, in either dialect, into what the session's wire carries and back.

The names that go out are those of the beta dialect, which clients of 2024 know, whatever the wire speaks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from rt_notebook.errors import ProtocolError
from rt_notebook.protocol.catalog import Dialect
from rt_notebook.protocol.dialect import BETA_NAMES, parts_to_beta, session_to_beta, to_ga
from rt_notebook.protocol.event import short
from rt_notebook.protocol.ids import new_id

Json = dict[str, Any]

AUDIO = "response.output_audio.delta"
SPEECH = "input_audio_buffer.speech_started"

OUTPUT = frozenset(
    {
        AUDIO,
        SPEECH,
        "response.output_audio.done",
        "response.output_audio_transcript.delta",
        "response.output_audio_transcript.done",
        "response.output_text.delta",
        "response.output_text.done",
        "response.created",
        "response.done",
        "input_audio_buffer.speech_stopped",
        "conversation.item.truncated",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
        "conversation.item.input_audio_transcription.failed",
        "error",
    }
)
"""What goes out, by GA's names: what is heard, what is said, and what becomes of it.

The session's settings stay inside, since the instructions and the tools are the application's own; and so do the
results of tools.
"""


def client_event(line: str | bytes | Mapping[str, Any], dialect: Dialect) -> Json:
    """Return a client event, said in either dialect, in GA's shape.

    Where the wire's `dialect` is GA, what only the beta had (``temperature``) is left out: GA refuses the whole event
    for it.

    Raises
    ------
    ProtocolError
        It is no JSON object.
    """
    try:
        event = dict(line) if isinstance(line, Mapping) else orjson.loads(line)
    except (orjson.JSONDecodeError, TypeError) as error:
        raise ProtocolError(f"This is no event, since it is no JSON ({error}): {short(line)!r}") from None
    if not isinstance(event, dict):
        raise ProtocolError(f"This is no event, since it is no JSON object: {short(line)!r}")
    event = to_ga(event)
    for field in ("session", "response"):
        if isinstance(settings := event.get(field), dict) and dialect == "ga":
            event[field] = {name: value for name, value in settings.items() if name not in _ONLY_BETA}
    if event.get("type") == "session.update" and isinstance(event.get("session"), dict):
        event["session"] = {"type": "realtime"} | event["session"]
    return event


_ONLY_BETA = ("temperature", "client_secret")


def output_event(event: Json) -> Json:
    """Return one of the `OUTPUT` events, in GA's shape, as the beta dialect has it."""
    out = event | {"type": BETA_NAMES.get(event["type"], event["type"])}
    if isinstance(response := event.get("response"), dict):
        shown = out["response"] = session_to_beta(response)
        if isinstance(items := shown.get("output"), list):
            shown["output"] = [parts_to_beta(item) if isinstance(item, dict) else item for item in items]
        if "max_response_output_tokens" in shown:
            # So the beta calls it where one asks for a response; in the response itself it has the short name.
            shown["max_output_tokens"] = shown.pop("max_response_output_tokens")
    return out


def refusal(problem: str) -> Json:
    """Return the `error` event that tells the user's side of an event that was not passed on."""
    error = {"type": "invalid_request_error", "code": "invalid_json", "message": problem, "param": None}
    return {"type": "error", "event_id": new_id("event"), "error": error | {"event_id": None}}
