"""A log whose events and clock a test writes down itself."""

from __future__ import annotations

from typing import Any

import orjson

from rt_notebook.log.eventlog import EventLog
from rt_notebook.protocol.event import encode_audio

MS = 48
"""Bytes of PCM16 a millisecond."""


class WrittenLog:
    """A log, and what comes when; times are seconds."""

    def __init__(self, model: str = "gpt-realtime", **fields: Any) -> None:
        self.t = 0.0
        self.connection = 1
        self.log = EventLog(clock=lambda: self.t)
        self.open(model, **fields)

    def put(self, direction: Any, type: str, *, after: float = 0.0, **fields: Any) -> None:
        """Add an event, `after` seconds after the one before."""
        self.t += after
        event = {"type": type} | fields
        self.log.append(direction, orjson.dumps(event), event, self.connection)

    def client(self, type: str, **fields: Any) -> None:
        self.put("client", type, **fields)

    def server(self, type: str, **fields: Any) -> None:
        self.put("server", type, **fields)

    def open(self, model: str, *, provider: str = "openai", **detection: Any) -> None:
        """Open a connection; its turn detection pads by 300 ms and waits for 500 ms, where nothing else is given."""
        self.put("local", "rt.connection.opened", url="wss://x.example", provider=provider)
        detection = {"type": "server_vad", "prefix_padding_ms": 300, "silence_duration_ms": 500} | detection
        audio = {"input": {"turn_detection": detection, "transcription": {"model": "gpt-4o-transcribe"}}}
        self.server("session.created", session={"type": "realtime", "model": model, "audio": audio})

    def reopen(self, model: str = "gpt-realtime") -> None:
        self.connection += 1
        self.open(model)

    def microphone(self, ms: int) -> None:
        """Send sound as a microphone does, each chunk of 40 ms when it is full."""
        for _ in range(ms // 40):
            self.client("input_audio_buffer.append", after=0.04, audio=encode_audio(bytes(40 * MS)))

    def item(self, id: str, role: str = "user", text: str = "words", **fields: Any) -> None:
        """Let the server tell of a message."""
        kind = "input_text" if role == "user" else "output_text"
        item = {"id": id, "type": "message", "role": role, "content": [{"type": kind, "text": text}]}
        self.server("conversation.item.added", item=item | fields)

    def commit(self, id: str, text: str = "") -> None:
        """Make an item of what was said, and write it down where there is a text."""
        self.server("input_audio_buffer.committed", item_id=id)
        self.server("conversation.item.added", item={"id": id, "type": "message", "role": "user", "content": []})
        if text:
            usage = {"type": "tokens", "input_tokens": 10, "input_token_details": {"audio_tokens": 10}}
            self.server(
                "conversation.item.input_audio_transcription.completed", item_id=id, transcript=text, usage=usage
            )

    def begin(self, id: str, **fields: Any) -> None:
        self.server(
            "response.created", response={"id": id, "conversation_id": "conv", "status": "in_progress"} | fields
        )

    def say(self, id: str, text: str, ms: int = 0) -> None:
        """Let a response say something: item ``a-ID``."""
        of = {"response_id": id, "item_id": f"a-{id}"}
        item = {"id": f"a-{id}", "type": "message", "role": "assistant", "content": []}
        self.server("response.output_item.added", response_id=id, item=item)
        self.server("response.output_audio_transcript.delta", delta=text, **of)
        if ms:
            self.server("response.output_audio.delta", delta=encode_audio(bytes(ms * MS)), content_index=0, **of)

    def call(self, id: str, call_id: str, name: str = "weather", arguments: str = "{}", **fields: Any) -> None:
        item = {"id": f"f-{call_id}", "type": "function_call", "name": name, "call_id": call_id, "arguments": arguments}
        self.server("response.output_item.done", response_id=id, item=item | fields)

    def tool(self, what: str, call_id: str, *, after: float = 0.0, name: str = "weather", **fields: Any) -> None:
        """Note what a tool of this side does: ``started``, ``done``, ..."""
        of = {"call_id": call_id, "item_id": f"f-{call_id}", "name": name}
        self.put("local", f"rt.tool.{what}", after=after, **of | fields)

    def output(self, call_id: str) -> None:
        item = {"type": "function_call_output", "call_id": call_id, "output": "clear"}
        self.client("conversation.item.create", item=item)
        self.server("conversation.item.added", item=item | {"id": f"o-{call_id}"})

    def done(self, id: str, status: str = "completed", usage: Any = None, **fields: Any) -> None:
        self.server("response.done", response={"id": id, "status": status, "usage": usage, "output": []} | fields)

    def answer(self, id: str, text: str = "an answer", ms: int = 0, usage: Any = None, **fields: Any) -> None:
        """Let the server answer, from `response.created` to `response.done`."""
        self.begin(id, **fields)
        self.say(id, text, ms)
        self.done(id, usage=usage, **fields)
