"""One response from `response.created` to `response.done`: what it does with text, calls and audio as they come."""

from __future__ import annotations

import re
import sys
from collections import deque
from typing import Any

import pybase64

from rt_notebook.server.buffer import BYTES_PER_MS
from rt_notebook.server.effects import Cancel, Outbox, Speak
from rt_notebook.server.engine import Call
from rt_notebook.server.errors import ClientError
from rt_notebook.server.formats import Encoder, Format, stretches
from rt_notebook.server.items import Conversation, Item, Part
from rt_notebook.server.plan import Plan
from rt_notebook.server.sound import MemorySound
from rt_notebook.server.usage import Tokens, audio_tokens, made_tokens, response_usage, text_tokens

_DELTA_MS = 100
"""Audio of one `response.output_audio.delta`."""

_TOKENS_A_MINUTE = 1_000_000
"""As `rate_limits.updated` tells it. Nobody is held back here."""

_ARGUMENTS_DELTA = 16
"""Characters of one `response.function_call_arguments.delta`."""

_SAYS_SOMETHING = re.compile(r"[^\W_]")

_SENTENCE_END = re.compile(r"[.!?…](?=\s)|[。！？]|\n")


class Response:
    """A response in progress. Its methods take what the engines yield and put events and jobs into the outbox."""

    def __init__(self, response_id: str, plan: Plan, conversation: Conversation, out: Outbox) -> None:
        self.id = response_id
        self.plan = plan
        self.status = "in_progress"
        self._given = Tokens()
        self._cached = Tokens()
        self._conversation = conversation
        self._out = out
        self._details: dict[str, Any] | None = None
        self._usage: dict[str, Any] | None = None
        self._output: list[Item] = []
        self._message: Item | None = None
        """The message being written: the last of the output, with one part."""
        self._script: deque[str | Call] = deque()
        """What the thinker said and has not gone out yet."""
        self._encoder = Encoder(Format.of(plan.audio_format))
        self._thinking = True
        self._cut_short: str | None = None
        self._speaking = False
        self._warned = False

    @property
    def active(self) -> bool:
        """Whether `response.done` is still to come."""
        return self.status == "in_progress"

    @property
    def audio_ms(self) -> float:
        """How long what it says takes to play."""
        return sum(part.audio_ms for item in self._output for part in item.content)

    def start(self) -> None:
        """Announce the response."""
        self._out.send("response.created", response=self._wire())

    def read(self, given: Tokens, cached: Tokens) -> None:
        """Take note of what it reads, which is what it takes from a minute's allowance."""
        self._given, self._cached = given, cached
        limits = (("requests", 1_000, 1), ("tokens", _TOKENS_A_MINUTE, given.total))
        self._out.send(
            "rate_limits.updated",
            rate_limits=[
                {"name": name, "limit": most, "remaining": max(0, most - used), "reset_seconds": 60 * used / most}
                for name, most, used in limits
            ],
        )

    def text(self, delta: str) -> None:
        """Take a piece of the answer's text."""
        if not delta:
            return
        if self._script and isinstance(last := self._script[-1], str):
            self._script[-1] = last + delta
        else:
            self._script.append(delta)
        self._advance()

    def call(self, call: Call) -> None:
        """Take a function call."""
        self._script.append(call)
        self._advance()

    def thought(self, cut_short: str | None = None) -> None:
        """Take note that the thinker has said all; `cut_short` is the reason why it said less than it wanted to."""
        self._thinking, self._cut_short = False, cut_short
        self._advance()

    def audio(self, text: str, pcm: bytes) -> None:
        """Take a spoken piece: its text and its PCM16."""
        part, where = self._open_message()
        whole = (text, pcm)
        text, pcm = self._affordable(part, text, pcm)
        part.say(text, pcm)
        if text:
            self._out.send("response.output_audio_transcript.delta", **where, delta=text)
        if not pcm and _SAYS_SOMETHING.search(text):
            self._warn(text)
        self._send_audio(self._encoder(pcm), where)
        if (text, pcm) != whole:
            self._stop_at_limit()

    def spoken(self) -> None:
        """Take note that the speaker has spoken what it was given."""
        self._speaking = False
        self._advance()

    def fail(self, code: str, message: str) -> None:
        """End it: an engine broke."""
        error = {"type": "server_error", "code": code, "message": message}
        self._finish("failed", {"type": "failed", "error": error})

    def cancel(self, reason: str) -> None:
        """End it early; `reason` is ``turn_detected`` or ``client_cancelled``."""
        self._finish("cancelled", {"type": "cancelled", "reason": reason})

    def _advance(self) -> None:
        """Bring out what can be, in order: a call waits until the text before it was spoken."""
        while self.active and not self._speaking:
            if not self._script:
                if not self._thinking and self._cut_short:
                    self._finish("incomplete", {"type": "incomplete", "reason": self._cut_short})
                elif not self._thinking:
                    self._finish("completed", None)
                return
            head = self._script[0]
            if isinstance(head, Call):
                self._script.popleft()
                self._bring_call(head)
            elif self.plan.modality == "text":
                self._script.popleft()
                self._bring_text(head)
            elif not self._bring_speech(head):
                return

    def _bring_text(self, text: str) -> None:
        part, where = self._open_message()
        before = part.text or ""
        room = 4 * (text_tokens(before) + self._left) - len(before)
        part.text = before + text[:room]
        if text[:room]:
            self._out.send("response.output_text.delta", **where, delta=text[:room])
        if len(text) > room:
            self._stop_at_limit()

    def _bring_speech(self, text: str) -> bool:
        """Have all whole sentences of `text` spoken; return whether there were any."""
        complete = len(self._script) > 1 or not self._thinking
        ends = [match.end() for match in _SENTENCE_END.finditer(text)]
        cut = len(text) if complete else (ends[-1] if ends else 0)
        if not cut:
            return False
        self._script.popleft()
        if text[cut:]:
            self._script.appendleft(text[cut:])
        if text[:cut].strip():
            self._speaking = True
            self._out.put(Speak(self.id, text[:cut], self.plan.voice, self.plan.speed))
        return True

    def _bring_call(self, call: Call) -> None:
        self._close_message("completed")
        room = 4 * (self._left - text_tokens(call.name))
        if room < 0:
            self._stop_at_limit()
            return
        make_id = self._out.make_id
        item = Item(make_id("item"), "function_call", "in_progress", name=call.name, arguments="")
        item.call_id = make_id("call")
        place = self._add_output(item)
        where = {"response_id": self.id, "item_id": item.id, "output_index": place, "call_id": item.call_id}
        item.arguments = call.arguments[:room]
        for start in range(0, len(item.arguments), _ARGUMENTS_DELTA):
            delta = item.arguments[start : start + _ARGUMENTS_DELTA]
            self._out.send("response.function_call_arguments.delta", **where, delta=delta)
        self._out.send("response.function_call_arguments.done", **where, name=call.name, arguments=item.arguments)
        whole = len(call.arguments) <= room
        self._close_item(item, "completed" if whole else "incomplete")
        if not whole:
            self._stop_at_limit()

    def _affordable(self, part: Part, text: str, pcm: bytes) -> tuple[str, bytes]:
        """Return as much of a spoken piece as there are tokens for."""
        left = self._left

        def cost(length: int, size: int) -> int:
            words = text_tokens(part.made_text + text[:length]) - text_tokens(part.made_text)
            return words + audio_tokens(part.made_ms + size / BYTES_PER_MS) - audio_tokens(part.made_ms)

        length, size = len(text), len(pcm)
        if (whole := cost(length, size)) > left:
            length, size = int(length * left / whole), int(size * left / whole)
        while (length or size) and cost(length, size) > left:
            length, size = max(0, length - 4), max(0, size - 50 * BYTES_PER_MS)
        return text[:length], pcm[: size // 2 * 2]

    def _send_audio(self, payload: bytes, where: dict[str, Any]) -> None:
        for stretch in stretches(payload, Format.of(self.plan.audio_format), _DELTA_MS):
            self._out.send("response.output_audio.delta", **where, delta=pybase64.b64encode(stretch).decode())

    def _warn(self, text: str) -> None:
        """Say that the listener misses something: once a response, and no reason to fail."""
        if self._warned:
            return
        self._warned = True
        error = ClientError(
            "speech_unavailable",
            f"No voice of this server can speak {text.strip()[:60]!r}: the words come as transcript alone. "
            "For some forty languages more: pip install 'rt-notebook[espeak]' where the server runs.",
            kind="server_error",
        )
        self._out.send("error", error=error.body(None))

    def _open_message(self) -> tuple[Part, dict[str, Any]]:
        """Return the part being written and its place; begin message and part where there is none."""
        if self._message is not None:
            return self._message.content[0], self._place(self._message)
        self._message = message = Item(self._out.make_id("item"), "message", "in_progress", "assistant")
        self._add_output(message)
        spoken = self.plan.modality == "audio"
        if spoken:
            make_sound = self._conversation.make_sound if self.plan.in_conversation else MemorySound
            part = Part("output_audio", transcript="", audio=make_sound())
        else:
            part = Part("output_text", text="")
        message.content.append(part)
        where = self._place(message)
        self._out.send("response.content_part.added", **where, part=_shown(part))
        return part, where

    def _close_message(self, status: str) -> None:
        if self._message is None:
            return
        part = self._message.content[0]
        where = self._place(self._message)
        if part.type == "output_audio":
            self._send_audio(self._encoder.flush(), where)
            self._out.send("response.output_audio.done", **where)
            self._out.send("response.output_audio_transcript.done", **where, transcript=part.made_text)
        else:
            self._out.send("response.output_text.done", **where, text=part.text)
        self._out.send("response.content_part.done", **where, part=_shown(part))
        self._close_item(self._message, status)
        self._message = None

    def _add_output(self, item: Item) -> int:
        self._output.append(item)
        place = len(self._output) - 1
        self._out.send("response.output_item.added", response_id=self.id, output_index=place, item=item.wire())
        if self.plan.in_conversation:
            previous = self._conversation.add(item)
            self._out.send("conversation.item.added", previous_item_id=previous, item=item.wire())
        return place

    def _close_item(self, item: Item, status: str) -> None:
        item.status = status
        place = self._output.index(item)
        self._out.send("response.output_item.done", response_id=self.id, output_index=place, item=item.wire())
        if self.plan.in_conversation and self._conversation.holds(item):
            self._conversation.charge(item)
            previous = self._conversation.previous_id(item)
            self._out.send("conversation.item.done", previous_item_id=previous, item=item.wire())

    def _place(self, message: Item) -> dict[str, Any]:
        index = len(self._output) - 1
        return {"response_id": self.id, "item_id": message.id, "output_index": index, "content_index": 0}

    @property
    def _left(self) -> int:
        """How many tokens it may still make."""
        limit = self.plan.max_output_tokens
        return limit - self._made().total if isinstance(limit, int) else sys.maxsize // 8

    def _stop_at_limit(self) -> None:
        self._finish("incomplete", {"type": "incomplete", "reason": "max_output_tokens"})

    def _made(self) -> Tokens:
        return sum(map(made_tokens, self._output), Tokens())

    def _finish(self, status: str, details: dict[str, Any] | None) -> None:
        if not self.active:
            return
        if self._thinking or self._speaking:
            self._out.put(Cancel(self.id))
        self._close_message("completed" if status == "completed" else "incomplete")
        self.status, self._details = status, details
        self._script.clear()
        self._usage = response_usage(self._given, self._cached, self._made())
        self._out.send("response.done", response=self._wire())

    def _wire(self) -> dict[str, Any]:
        plan = self.plan
        shown = {
            "object": "realtime.response",
            "id": self.id,
            "status": self.status,
            "status_details": self._details,
            "output": [item.wire() for item in self._output],
            "conversation_id": self._conversation.id if plan.in_conversation else None,
            "output_modalities": [plan.modality],
            "max_output_tokens": plan.max_output_tokens,
            "audio": {"output": {"format": plan.audio_format, "voice": plan.voice}},
            "usage": self._usage,
            "metadata": plan.metadata,
        }
        return shown if plan.temperature is None else {**shown, "temperature": plan.temperature}


def _shown(part: Part) -> dict[str, Any]:
    """Return a part as `response.content_part` events show it, under names of their own."""
    if part.type == "output_audio":
        return {"type": "audio", "transcript": part.made_text}
    return {"type": "text", "text": part.text or ""}
