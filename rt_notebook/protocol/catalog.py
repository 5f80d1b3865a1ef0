"""Every event type of both dialects: direction, meaning, what usually follows, and its model in the `openai` package.

The names are those of the unions ``RealtimeClientEvent`` and ``RealtimeServerEvent`` in ``openai.types.realtime`` (GA)
and ``openai.types.beta.realtime`` (beta); a test compares them, so that a new release of the package shows what is
missing here. The meanings are our own words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Direction = Literal["client", "server", "local"]
DIRECTIONS: tuple[Direction, ...] = ("client", "server", "local")
SETTINGS = ("session.created", "session.updated")
"""The events in which a server reports the session."""
BUSY = "conversation_already_has_active_response"
"""The code of the error with which a server refuses a response while another one is being made."""
Dialect = Literal["ga", "beta"]


@dataclass(frozen=True, slots=True)
class EventType:
    """One event type."""

    type: str
    direction: Direction
    meaning: str
    """One line."""
    follows: tuple[str, ...]
    """What usually follows it, in order."""
    ga: str | None
    """Name of its model in ``openai.types.realtime``; None where GA has no such event."""
    beta: str | None
    """Name of its model in ``openai.types.beta.realtime``; None where the beta dialect has no such event."""

    def model(self, dialect: Dialect) -> str | None:
        """Return the model's name in a dialect, None where the dialect does not have the event."""
        return self.ga if dialect == "ga" else self.beta


_SAME = "same"  # the model has the same name in the beta dialect


# type, model in GA, model in beta, meaning, what usually follows
_CLIENT: list[tuple[str, ...]] = [
    ("session.update", "SessionUpdateEvent", _SAME,
     "Changes the session's settings; what is not named stays as it is.", "session.updated"),
    ("input_audio_buffer.append", "InputAudioBufferAppendEvent", _SAME,
     "Appends audio to the input audio buffer; the server confirms nothing.", "input_audio_buffer.speech_started"),
    ("input_audio_buffer.commit", "InputAudioBufferCommitEvent", _SAME,
     "Turns the buffered audio into a user item, where turn detection is off.",
     "input_audio_buffer.committed", "conversation.item.added"),
    ("input_audio_buffer.clear", "InputAudioBufferClearEvent", _SAME,
     "Throws the buffered audio away.", "input_audio_buffer.cleared"),
    ("conversation.item.create", "ConversationItemCreateEvent", _SAME,
     "Adds an item: a message, a function call or its output. It asks for no answer.",
     "conversation.item.added", "conversation.item.done"),
    ("conversation.item.retrieve", "ConversationItemRetrieveEvent", _SAME,
     "Asks for an item as the server holds it, its audio included.", "conversation.item.retrieved"),
    ("conversation.item.truncate", "ConversationItemTruncateEvent", _SAME,
     "Cuts an assistant's audio to what the user heard, after an interruption.", "conversation.item.truncated"),
    ("conversation.item.delete", "ConversationItemDeleteEvent", _SAME,
     "Removes an item from the conversation.", "conversation.item.deleted"),
    ("response.create", "ResponseCreateEvent", _SAME,
     "Asks the model for a response.", "response.created", "response.output_item.added", "response.done"),
    ("response.cancel", "ResponseCancelEvent", _SAME,
     "Stops the response that is being made.", "response.done"),
    ("output_audio_buffer.clear", "OutputAudioBufferClearEvent", "OutputAudioBufferClear",
     "Cuts the audio that is playing, over WebRTC and SIP only.", "output_audio_buffer.cleared"),
    ("transcription_session.update", "", "TranscriptionSessionUpdate",
     "Changes a transcription session's settings, in the beta dialect.", "transcription_session.updated"),
]  # fmt: skip

_SERVER: list[tuple[str, ...]] = [
    ("error", "RealtimeErrorEvent", "ErrorEvent",
     "Something was wrong, mostly with a client event (its event_id is named); the session goes on."),
    ("session.created", "SessionCreatedEvent", _SAME,
     "The connection stands: the first event, with the default settings.", "session.update"),
    ("session.updated", "SessionUpdatedEvent", _SAME, "The settings now in force, whole."),
    ("transcription_session.updated", "", "TranscriptionSessionUpdatedEvent",
     "The transcription session's settings now in force, in the beta dialect."),
    ("conversation.created", "ConversationCreatedEvent", _SAME,
     "The session's conversation exists (the beta dialect sends it; GA does not)."),
    ("conversation.item.created", "ConversationItemCreatedEvent", _SAME,
     "An item entered the conversation (beta dialect; GA says added and done instead)."),
    ("conversation.item.added", "ConversationItemAdded", "",
     "An item entered the conversation; it may still grow.", "conversation.item.done"),
    ("conversation.item.done", "ConversationItemDone", "", "An item is final."),
    ("conversation.item.retrieved", "ConversationItemRetrieved", _SAME, "An item as the server holds it."),
    ("conversation.item.truncated", "ConversationItemTruncatedEvent", _SAME,
     "An item's audio was cut to what the user heard; its transcript is gone."),
    ("conversation.item.deleted", "ConversationItemDeletedEvent", _SAME, "An item was removed."),
    ("conversation.item.input_audio_transcription.delta", "ConversationItemInputAudioTranscriptionDeltaEvent", _SAME,
     "A piece of what the user said, in writing.", "conversation.item.input_audio_transcription.completed"),
    ("conversation.item.input_audio_transcription.segment", "ConversationItemInputAudioTranscriptionSegment", "",
     "A stretch of what the user said, with its times and speaker."),
    ("conversation.item.input_audio_transcription.completed",
     "ConversationItemInputAudioTranscriptionCompletedEvent", _SAME,
     "All that the user said, in writing. It may come after the answer."),
    ("conversation.item.input_audio_transcription.failed",
     "ConversationItemInputAudioTranscriptionFailedEvent", _SAME,
     "The user's words could not be written down; the conversation goes on."),
    ("input_audio_buffer.committed", "InputAudioBufferCommittedEvent", _SAME,
     "The buffered audio became a user item.", "conversation.item.added", "response.created"),
    ("input_audio_buffer.cleared", "InputAudioBufferClearedEvent", _SAME, "The buffered audio was thrown away."),
    ("input_audio_buffer.speech_started", "InputAudioBufferSpeechStartedEvent", _SAME,
     "Turn detection heard the user begin to speak.", "input_audio_buffer.speech_stopped"),
    ("input_audio_buffer.speech_stopped", "InputAudioBufferSpeechStoppedEvent", _SAME,
     "Turn detection heard the user end.", "input_audio_buffer.committed", "conversation.item.added",
     "response.created"),
    ("input_audio_buffer.timeout_triggered", "InputAudioBufferTimeoutTriggered", "",
     "The user was silent for the idle time-out; the model speaks up by itself.", "response.created"),
    ("input_audio_buffer.dtmf_event_received", "InputAudioBufferDtmfEventReceivedEvent", "",
     "A key was pressed on a telephone, over SIP only."),
    ("output_audio_buffer.started", "OutputAudioBufferStarted", _SAME,
     "The server began to play the answer, over WebRTC and SIP only.", "output_audio_buffer.stopped"),
    ("output_audio_buffer.stopped", "OutputAudioBufferStopped", _SAME,
     "The answer was played to its end, over WebRTC and SIP only."),
    ("output_audio_buffer.cleared", "OutputAudioBufferCleared", _SAME,
     "The playing answer was cut, over WebRTC and SIP only."),
    ("response.created", "ResponseCreatedEvent", _SAME,
     "A response has begun.", "response.output_item.added", "response.content_part.added"),
    ("response.done", "ResponseDoneEvent", _SAME,
     "A response has ended: completed, cancelled, incomplete or failed; with its usage."),
    ("response.output_item.added", "ResponseOutputItemAddedEvent", _SAME,
     "The response began an item: a message or a function call.", "response.content_part.added"),
    ("response.output_item.done", "ResponseOutputItemDoneEvent", _SAME,
     "An item of the response is final.", "response.done"),
    ("response.content_part.added", "ResponseContentPartAddedEvent", _SAME,
     "A message of the response began a part: text or audio.", "response.output_audio_transcript.delta",
     "response.output_audio.delta"),
    ("response.content_part.done", "ResponseContentPartDoneEvent", _SAME,
     "A part of a message is final.", "response.output_item.done"),
    ("response.output_text.delta", "ResponseTextDeltaEvent", "",
     "A piece of the answer's text.", "response.output_text.done"),
    ("response.output_text.done", "ResponseTextDoneEvent", "",
     "The answer's text, whole.", "response.content_part.done"),
    ("response.output_audio.delta", "ResponseAudioDeltaEvent", "",
     "A piece of the answer's audio, base64.", "response.output_audio.done"),
    ("response.output_audio.done", "ResponseAudioDoneEvent", "",
     "The answer's audio is complete.", "response.output_audio_transcript.done"),
    ("response.output_audio_transcript.delta", "ResponseAudioTranscriptDeltaEvent", "",
     "A piece of what the answer says, in writing.", "response.output_audio_transcript.done"),
    ("response.output_audio_transcript.done", "ResponseAudioTranscriptDoneEvent", "",
     "What the answer says, whole.", "response.content_part.done"),
    ("response.text.delta", "", "ResponseTextDeltaEvent",
     "Beta's name of response.output_text.delta.", "response.text.done"),
    ("response.text.done", "", "ResponseTextDoneEvent",
     "Beta's name of response.output_text.done.", "response.content_part.done"),
    ("response.audio.delta", "", "ResponseAudioDeltaEvent",
     "Beta's name of response.output_audio.delta.", "response.audio.done"),
    ("response.audio.done", "", "ResponseAudioDoneEvent",
     "Beta's name of response.output_audio.done.", "response.audio_transcript.done"),
    ("response.audio_transcript.delta", "", "ResponseAudioTranscriptDeltaEvent",
     "Beta's name of response.output_audio_transcript.delta.", "response.audio_transcript.done"),
    ("response.audio_transcript.done", "", "ResponseAudioTranscriptDoneEvent",
     "Beta's name of response.output_audio_transcript.done.", "response.content_part.done"),
    ("response.function_call_arguments.delta", "ResponseFunctionCallArgumentsDeltaEvent", _SAME,
     "A piece of a function call's JSON arguments.", "response.function_call_arguments.done"),
    ("response.function_call_arguments.done", "ResponseFunctionCallArgumentsDoneEvent", _SAME,
     "A function call's arguments, whole: run it, add its output, then ask for a response.",
     "response.output_item.done", "response.done", "conversation.item.create", "response.create"),
    ("response.mcp_call_arguments.delta", "ResponseMcpCallArgumentsDelta", "",
     "A piece of the arguments of a call to a remote MCP tool.", "response.mcp_call_arguments.done"),
    ("response.mcp_call_arguments.done", "ResponseMcpCallArgumentsDone", "",
     "The arguments of a call to a remote MCP tool, whole.", "response.mcp_call.in_progress"),
    ("response.mcp_call.in_progress", "ResponseMcpCallInProgress", "",
     "The server calls a remote MCP tool.", "response.mcp_call.completed"),
    ("response.mcp_call.completed", "ResponseMcpCallCompleted", "", "A remote MCP tool has answered."),
    ("response.mcp_call.failed", "ResponseMcpCallFailed", "", "A remote MCP tool has failed."),
    ("mcp_list_tools.in_progress", "McpListToolsInProgress", "",
     "The server asks a remote MCP server for its tools.", "mcp_list_tools.completed"),
    ("mcp_list_tools.completed", "McpListToolsCompleted", "", "A remote MCP server has listed its tools."),
    ("mcp_list_tools.failed", "McpListToolsFailed", "", "A remote MCP server did not list its tools."),
    ("rate_limits.updated", "RateLimitsUpdatedEvent", _SAME,
     "What is left of the account's limits, after a response has begun."),
]  # fmt: skip

_LOCAL: list[tuple[str, ...]] = [
    ("rt.connection.opened", "", "", "The WebSocket is open.", "session.created"),
    ("rt.connection.lost", "", "", "The other side closed the connection, or the network broke."),
    ("rt.connection.closed", "", "", "This side closed the connection."),
    ("rt.playback.started", "", "", "The first sample of an item's audio was heard.", "rt.playback.finished"),
    ("rt.playback.stop", "", "", "What still plays of an answer is to fall silent.", "rt.playback.flushed"),
    ("rt.playback.flushed", "", "", "The loudspeaker was silenced: how much of the item was heard.",
     "conversation.item.truncate"),
    ("rt.playback.finished", "", "", "An item's audio was heard to its end."),
    ("rt.playback.underrun", "", "", "The loudspeaker ran out of audio in the middle of an item."),
    ("rt.page.failed", "", "", "What was asked for in the panel did not work."),
    ("rt.unreadable", "", "", "The server sent something that is no JSON object."),
    ("rt.budget.warned", "", "", "Most of the budget is spent.", "rt.budget.exceeded"),
    ("rt.budget.exceeded", "", "", "All of the budget is spent."),
    ("rt.budget.unknown", "", "", "The budget cannot be kept: a price is not known."),
    ("rt.recording.failed", "", "", "The recording has ended: its file cannot be written."),
    ("rt.callback.failed", "", "", "A callback of yours raised an exception; the session goes on."),
    ("rt.tool.started", "", "", "A tool of yours was called, and runs.", "rt.tool.done"),
    ("rt.tool.waiting", "", "", "A call waits until you approve it or deny it.", "rt.tool.approved", "rt.tool.denied"),
    ("rt.tool.approved", "", "", "The call may run.", "rt.tool.started"),
    ("rt.tool.denied", "", "", "The call may not run; the model is told.", "rt.tool.failed"),
    ("rt.tool.progress", "", "", "A tool told how far it is."),
    ("rt.tool.done", "", "", "A tool has returned; its output goes to the model.", "conversation.item.create"),
    ("rt.tool.failed", "", "", "A call has no result; what is wrong goes to the model.", "conversation.item.create"),
    ("rt.tool.cancelled", "", "", "A call was stopped before it had a result.", "conversation.item.create"),
    ("rt.tool.unsent", "", "", "A call's output was not sent, and never will be: its connection is gone."),
]  # fmt: skip


def _entry(direction: Direction, type_: str, ga: str, beta: str, meaning: str, *follows: str) -> EventType:
    return EventType(type_, direction, meaning, follows, ga or None, (ga if beta == _SAME else beta) or None)


_TABLES: tuple[tuple[Direction, list[tuple[str, ...]]], ...] = (
    ("client", _CLIENT),
    ("server", _SERVER),
    ("local", _LOCAL),
)

CATALOG: dict[str, EventType] = {row[0]: _entry(direction, *row) for direction, table in _TABLES for row in table}
"""Event types by name."""


def types(direction: Direction | None = None, dialect: Dialect | None = None) -> list[str]:
    """Return the names of the event types of a direction and a dialect, in the catalog's order."""
    return [
        event.type
        for event in CATALOG.values()
        if direction in (None, event.direction) and (dialect is None or event.model(dialect) is not None)
    ]
