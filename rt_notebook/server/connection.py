"""A Realtime session as a pure core: client events, audio and engine results in, effects out.

There is no socket, thread, clock or `await` in here. Whoever drives it passes what arrives to `receive` and the
engines' results to the other public methods, and does what the returned effects ask for, in order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import orjson

from rt_notebook.protocol.ids import new_id
from rt_notebook.server import settings, turns
from rt_notebook.server.buffer import KEPT_MS, InputBuffer
from rt_notebook.server.effects import Close, Effect, Outbox, Respond, TurnEnded
from rt_notebook.server.engine import Call, Prompt, SpeechStream
from rt_notebook.server.errors import ClientError
from rt_notebook.server.hearing import Hearing
from rt_notebook.server.incoming import build_item, decode_audio
from rt_notebook.server.items import Conversation, Item, Part
from rt_notebook.server.responses import Plan, Response
from rt_notebook.server.shapes import check_event
from rt_notebook.server.turns import Sensitivity, TurnDetector
from rt_notebook.server.usage import context_tokens

_SHORTEST_COMMIT_MS = 100


class Connection:
    """One client's session.

    Parameters
    ----------
    model
        The model the client asked for.
    now
        Seconds since the epoch, for the session's expiry.
    speech
        Makes the voice activity stream when turns are first detected.
    make_id
        Makes ids from a prefix.
    """

    def __init__(
        self,
        model: str,
        now: float,
        speech: Callable[[], SpeechStream],
        make_id: Callable[[str], str] = new_id,
    ) -> None:
        self.session = settings.defaults(make_id("sess"), model, now)
        """The session object, as `session.updated` shows it."""
        self._make_speech = speech
        self._make_id = make_id
        self._out = Outbox(make_id)
        self._conversation = Conversation(make_id("conv"))
        self._hearing = Hearing(self._out)
        self._buffer = InputBuffer()
        self._detector: TurnDetector | None = None
        self._turn: tuple[str, int] | None = None
        """Item id and start (ms) of the turn the user is speaking."""
        self._responses: dict[str, Response] = {}
        """Responses without their `response.done`."""
        self._waiting: list[Response] = []
        """Those of them that wait for the words of user audio."""
        self._voice_heard = False

    # What the driver calls.

    def open(self) -> list[Effect]:
        """Greet the client: `session.created`, or an error and the end where the model is unknown."""
        model = self.session["model"]
        if settings.MODELS.fullmatch(model):
            self._out.send("session.created", session=self.session)
        else:
            error = ClientError(
                "model_not_found",
                f"The model `{model}` does not exist or you do not have access to it. "
                "This server answers to `tutor` and to the names of OpenAI's realtime models.",
            )
            self._out.send("error", error=error.body(None))
            self._out.put(Close(4004, f"{error.kind}.{error.code}"))
        return self._out.take()

    def receive_frame(self, frame: str | bytes) -> list[Effect]:
        """Take a WebSocket message: text (str) or binary (bytes)."""
        if isinstance(frame, bytes):
            message = "Binary messages are not part of the protocol: send JSON as text, with audio as Base64 in it."
            return self.refuse(ClientError("invalid_event", message))
        try:
            event = orjson.loads(frame)
        except orjson.JSONDecodeError as error:
            return self.refuse(ClientError("invalid_json", f"The event is no valid JSON: {error}."))
        return self.receive(event)

    def receive(self, event: object) -> list[Effect]:
        """Take a client event."""
        try:
            checked = check_event(event)
            self._HANDLERS[checked["type"]](self, checked)
        except ClientError as error:
            event_id = event.get("event_id") if isinstance(event, dict) else None
            return self.refuse(error, event_id if isinstance(event_id, str) else None)
        return self._out.take()

    def refuse(self, error: ClientError, event_id: str | None = None) -> list[Effect]:
        """Answer with an `error` event; `event_id` is that of the client event, where it had one."""
        self._out.send("error", error=error.body(event_id))
        return self._out.take()

    def heard(self, job: str, text: str) -> list[Effect]:
        """Take what a transcriber understood; empty text where there were no words."""
        self._hearing.heard(job, text)
        self._go_on()
        return self._out.take()

    def text(self, job: str, delta: str) -> list[Effect]:
        """Take a piece of an answer's text."""
        return self._feed(job, lambda response: response.text(delta))

    def call(self, job: str, call: Call) -> list[Effect]:
        """Take a function call of an answer."""
        return self._feed(job, lambda response: response.call(call))

    def thought(self, job: str) -> list[Effect]:
        """Take note that an answer's text is complete."""
        return self._feed(job, Response.thought)

    def audio(self, job: str, text: str, pcm: bytes) -> list[Effect]:
        """Take a spoken piece: its text and PCM16 at 24 kHz."""
        self._voice_heard = self._voice_heard or (job in self._responses and bool(pcm))
        return self._feed(job, lambda response: response.audio(text, pcm))

    def spoken(self, job: str) -> list[Effect]:
        """Take note that all of a `Speak` was spoken."""
        return self._feed(job, Response.spoken)

    def failed(self, job: str, code: str, message: str) -> list[Effect]:
        """Take note that an engine broke at a job."""
        lost = self._hearing.failed(job, message)
        if lost is None:
            return self._feed(job, lambda response: response.fail(code, message))
        for response in [each for each in self._waiting if lost.item in each.context[-1:]]:
            response.fail(code, message)
            self._drop(response)
        self._go_on()
        return self._out.take()

    # Client events, one handler each.

    def _update_session(self, event: dict[str, Any]) -> None:
        self.session = settings.updated(self.session, event["session"], voice_fixed=self._voice_heard)
        detection = self._turn_detection
        if detection is None:
            self._detector = None
            self._end_turn()
        elif self._detector is not None:
            self._detector.sensitivity = Sensitivity.of(detection)
        self._out.send("session.updated", session=self.session)

    def _append_audio(self, event: dict[str, Any]) -> None:
        pcm = decode_audio(event["audio"], "audio")
        start_ms = self._buffer.end_ms
        self._buffer.append(pcm)
        detection = self._turn_detection
        if detection is None:
            return
        if self._detector is None:
            self._detector = TurnDetector(self._make_speech(), Sensitivity.of(detection), start_ms)
        for change in self._detector.feed(pcm):
            self._CHANGES[type(change)](self, change)
        if self._turn is None:
            self._buffer.drop_before(self._buffer.end_ms - KEPT_MS)

    def _commit_audio(self, event: dict[str, Any]) -> None:
        length = self._buffer.length_ms
        if length < _SHORTEST_COMMIT_MS:
            raise ClientError(
                "input_audio_buffer_commit_empty",
                "Error committing input audio buffer: buffer too small. Expected at least "
                f"{_SHORTEST_COMMIT_MS}ms of audio, but buffer only has {length:.2f}ms of audio.",
            )
        item_id = self._turn[0] if self._turn else self._make_id("item")
        self._hearing.drop_ahead()
        self._commit(item_id, self._buffer.peek(0, round(self._buffer.end_ms)))
        self._clear_buffer()

    def _clear_audio(self, event: dict[str, Any]) -> None:
        self._clear_buffer()
        self._out.send("input_audio_buffer.cleared")

    def _clear_output(self, event: dict[str, Any]) -> None:
        raise ClientError(
            "invalid_event",
            "'output_audio_buffer.clear' is for WebRTC and SIP, where the server plays the audio. Over a WebSocket, "
            "stop your own playback, then send 'response.cancel' and 'conversation.item.truncate'.",
            "type",
        )

    def _create_item(self, event: dict[str, Any]) -> None:
        item = build_item(event["item"], "item", self._make_id("item"), self._make_id("call"))
        previous = self._conversation.add(item, event.get("previous_item_id"))
        self._announce(item, previous)
        self._hear_parts(item)

    def _retrieve_item(self, event: dict[str, Any]) -> None:
        item = self._conversation.find(event["item_id"], "retrieving", "item_retrieve_invalid_item_id")
        self._out.send("conversation.item.retrieved", item=item.wire(audio=True))

    def _delete_item(self, event: dict[str, Any]) -> None:
        item = self._conversation.delete(event["item_id"])
        self._out.send("conversation.item.deleted", item_id=item.id)
        self._hearing.forget(item)
        self._go_on()

    def _truncate_item(self, event: dict[str, Any]) -> None:
        item = self._conversation.find(event["item_id"], "truncating", "item_truncate_invalid_item_id")
        index, end_ms = event["content_index"], event["audio_end_ms"]
        if item.role != "assistant" or index >= len(item.content) or item.content[index].type != "output_audio":
            raise ClientError("invalid_value", "Only audio of the assistant's messages can be truncated.", "item_id")
        part = item.content[index]
        if end_ms > part.audio_ms:
            raise ClientError(
                "invalid_value",
                f"Audio content of {part.audio_ms:.0f}ms is already shorter than {end_ms}ms",
                "audio_end_ms",
            )
        part.truncate(end_ms)
        self._out.send("conversation.item.truncated", item_id=item.id, content_index=index, audio_end_ms=end_ms)

    def _create_response(self, event: dict[str, Any]) -> None:
        self._respond(event.get("response", {}))

    def _cancel_response(self, event: dict[str, Any]) -> None:
        wanted = event.get("response_id")
        response = self._responses.get(wanted) if wanted else self._active
        if response is None:
            raise ClientError("response_cancel_not_active", "Cancellation failed: no active response found")
        self._cancel(response, "client_cancelled")

    _HANDLERS: ClassVar[dict[str, Callable[[Connection, dict[str, Any]], None]]] = {
        "session.update": _update_session,
        "input_audio_buffer.append": _append_audio,
        "input_audio_buffer.commit": _commit_audio,
        "input_audio_buffer.clear": _clear_audio,
        "output_audio_buffer.clear": _clear_output,
        "conversation.item.create": _create_item,
        "conversation.item.retrieve": _retrieve_item,
        "conversation.item.delete": _delete_item,
        "conversation.item.truncate": _truncate_item,
        "response.create": _create_response,
        "response.cancel": _cancel_response,
    }

    # What the turn detector finds, one handler each.

    def _turn_started(self, change: turns.Started) -> None:
        self._turn = (self._make_id("item"), change.start_ms)
        self._buffer.drop_before(change.start_ms)
        item_id, start_ms = self._turn
        self._out.send("input_audio_buffer.speech_started", audio_start_ms=start_ms, item_id=item_id)
        detection = self._turn_detection
        if self._active is not None and detection is not None and detection["interrupt_response"]:
            self._cancel(self._active, "turn_detected")

    def _turn_paused(self, change: turns.Paused) -> None:
        if self._turn is not None:
            self._hearing.begin_ahead(self._buffer.peek(self._turn[1], change.end_ms))

    def _turn_resumed(self, change: turns.Resumed) -> None:
        self._hearing.drop_ahead()

    def _turn_stopped(self, change: turns.Stopped) -> None:
        if self._turn is None:
            return
        item_id, start_ms = self._turn
        self._turn = None
        self._out.put(TurnEnded(item_id, change.silence_ms))
        self._out.send("input_audio_buffer.speech_stopped", audio_end_ms=change.end_ms, item_id=item_id)
        pcm = self._buffer.peek(start_ms, change.end_ms)
        self._buffer.drop_before(change.end_ms)
        self._commit(item_id, pcm)
        detection = self._turn_detection
        if detection is not None and detection["create_response"]:
            try:
                self._respond({})
            except ClientError as error:
                self._out.send("error", error=error.body(None))

    _CHANGES: ClassVar[dict[type, Callable[[Connection, Any], None]]] = {
        turns.Started: _turn_started,
        turns.Paused: _turn_paused,
        turns.Resumed: _turn_resumed,
        turns.Stopped: _turn_stopped,
    }

    # The rest.

    @property
    def _turn_detection(self) -> dict[str, Any] | None:
        detection: dict[str, Any] | None = self.session["audio"]["input"]["turn_detection"]
        return detection

    @property
    def _active(self) -> Response | None:
        """The response that writes to the default conversation: there is at most one."""
        return next((each for each in self._responses.values() if each.plan.in_conversation), None)

    def _clear_buffer(self) -> None:
        self._buffer.clear()
        self._end_turn()

    def _end_turn(self) -> None:
        """Forget the turn the user is speaking."""
        self._turn = None
        self._hearing.drop_ahead()
        if self._detector is not None:
            self._detector.reset()

    def _commit(self, item_id: str, pcm: bytes) -> None:
        item = Item(item_id, "message", role="user", content=[Part("input_audio", audio=bytearray(pcm))])
        previous = self._conversation.add(item)
        self._out.send("input_audio_buffer.committed", previous_item_id=previous, item_id=item_id)
        self._announce(item, previous)
        self._hearing.begin_turn(item, told=self.session["audio"]["input"]["transcription"] is not None)

    def _announce(self, item: Item, previous: str | None) -> None:
        self._out.send("conversation.item.added", previous_item_id=previous, item=item.wire())
        self._out.send("conversation.item.done", previous_item_id=previous, item=item.wire())

    def _hear_parts(self, item: Item) -> None:
        """Have the audio that came with an item transcribed, for the thinker alone: the API reports only commits."""
        for index, part in enumerate(item.content):
            if part.type == "input_audio":
                self._hearing.begin(item, index, told=False)

    def _respond(self, asked: dict[str, Any]) -> None:
        plan = Plan.of(self.session, asked)
        if plan.in_conversation and self._active is not None:
            raise ClientError(
                "conversation_already_has_active_response",
                f"Conversation already has an active response in progress: {self._active.id}. "
                "Wait until the response is finished before creating a new one.",
            )
        context = self._context(asked["input"]) if "input" in asked else list(self._conversation)
        response = Response(self._make_id("resp"), plan, self._conversation, self._out)
        response.context = context
        self._responses[response.id] = response
        self._waiting.append(response)
        response.start()
        self._go_on()

    def _context(self, given: list[dict[str, Any]]) -> list[Item]:
        """Return the items of a response's `input`, which takes the place of the conversation."""
        items: list[Item] = []
        for index, each in enumerate(given):
            if each["type"] == "item_reference":
                items.append(self._conversation.find(each["id"], "referencing", "item_reference_invalid_item_id"))
            else:
                path = f"response.input[{index}]"
                items.append(build_item(each, path, self._make_id("item"), self._make_id("call")))
        for item in items:
            if not self._conversation.holds(item):
                self._hear_parts(item)
        return items

    def _go_on(self) -> None:
        """Have every response thought out whose words are all there."""
        for response in list(self._waiting):
            if any(self._hearing.pending(item) for item in response.context):
                continue
            self._waiting.remove(response)
            plan = response.plan
            response.input_tokens = context_tokens(response.context, plan.instructions, plan.tools)
            messages = [item.message() for item in response.context]
            prompt = Prompt(messages, plan.instructions, plan.tools, plan.tool_choice)
            self._out.put(Respond(response.id, prompt))

    def _feed(self, job: str, step: Callable[[Response], None]) -> list[Effect]:
        """Let a response take a result; results of a job that was given up go nowhere."""
        if response := self._responses.get(job):
            step(response)
            if not response.active:
                self._drop(response)
        return self._out.take()

    def _cancel(self, response: Response, reason: str) -> None:
        response.cancel(reason)
        self._drop(response)

    def _drop(self, response: Response) -> None:
        self._responses.pop(response.id, None)
        if response in self._waiting:
            self._waiting.remove(response)
