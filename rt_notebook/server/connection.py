"""A Realtime session as a pure core: client events, audio and engine results in, effects out.

There is no socket, thread, clock or `await` in here. Whoever drives it passes what arrives to `receive` and the
engines' results to the other public methods, and does what the returned effects ask for, in order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import orjson

from rt_notebook.protocol.ids import new_id
from rt_notebook.server import settings
from rt_notebook.server.answers import Answers
from rt_notebook.server.effects import Close, Effect, Outbox
from rt_notebook.server.engine import Call, SpeechStream
from rt_notebook.server.errors import ClientError
from rt_notebook.server.hearing import Hearing
from rt_notebook.server.incoming import build_item, decode_audio
from rt_notebook.server.items import Conversation, Item, Part
from rt_notebook.server.listening import Listening
from rt_notebook.server.responses import Plan, Response
from rt_notebook.server.shapes import check_event


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
    seconds
        How long the session may last. Whoever drives it calls `expire` then.
    look_ahead
        Whether a turn is transcribed while it may still go on, so that its words are there when it ends.
    """

    def __init__(
        self,
        model: str,
        now: float,
        speech: Callable[[], SpeechStream],
        make_id: Callable[[str], str] = new_id,
        *,
        seconds: int = settings.SESSION_SECONDS,
        look_ahead: bool = True,
    ) -> None:
        self.session = settings.defaults(make_id("sess"), model, int(now) + seconds)
        """The session object, as `session.updated` shows it. Never changed in place."""
        self._seconds = seconds
        self._make_id = make_id
        self._out = Outbox(make_id)
        self._conversation = Conversation(make_id("conv"))
        self._hearing = Hearing(self._out)
        self._answers = Answers(self._out, self._conversation, self._hearing)
        self._listening = Listening(
            self._out, self._hearing, speech, self._speech_started, self._turn_ended, look_ahead=look_ahead
        )
        self._listening.configure(self._turn_detection)
        self._voice_heard = False
        """Whether the client got audio, after which the voice stays."""

    # What comes from the client.

    def open(self) -> list[Effect]:
        """Greet the client: `session.created`, or an error and the end where the model is unknown."""
        model = self.session["model"]
        if settings.MODELS.fullmatch(model):
            self._out.send("session.created", session=self.session)
            return self._out.take()
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
            while self.behind:  # what came first comes first
                self._listening.listen()
            checked = check_event(event)
            self._HANDLERS[checked["type"]](self, checked)
        except ClientError as error:
            event_id = event.get("event_id") if isinstance(event, dict) else None
            return self.refuse(error, event_id if isinstance(event_id, str) else None)
        return self._out.take()

    @property
    def behind(self) -> bool:
        """Whether `listen` has work: call it before the next event, with a rest for others in between."""
        return self._listening.behind

    def listen(self) -> list[Effect]:
        """Search the next second of a long stretch of audio for turns."""
        try:
            self._listening.listen()
        except ClientError as error:
            return self.refuse(error)
        return self._out.take()

    def refuse(self, error: ClientError, event_id: str | None = None) -> list[Effect]:
        """Answer with an `error` event; `event_id` is that of the client event, where it had one."""
        self._refuse(error, event_id)
        return self._out.take()

    def expire(self) -> list[Effect]:
        """End the session: its time is over."""
        minutes, rest = divmod(self._seconds, 60)
        duration = f"{self._seconds} seconds" if rest else f"{minutes} minutes"
        message = f"Your session hit the maximum duration of {duration}."
        self._answers.cancel_all()
        self._refuse(ClientError("session_expired", message))
        self._out.put(Close(1001, message))
        return self._out.take()

    def _refuse(self, error: ClientError, event_id: str | None = None) -> None:
        self._out.send("error", error=error.body(event_id))

    # What comes from the engines. Results of jobs that were given up go nowhere.

    def heard(self, job: str, text: str) -> list[Effect]:
        """Take what a transcriber understood; empty text where there were no words."""
        self._hearing.heard(job, text)
        self._answers.go_on()
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
        if self._answers.feed(job, lambda response: response.audio(text, pcm)) and pcm:
            self._voice_heard = True
        return self._out.take()

    def spoken(self, job: str) -> list[Effect]:
        """Take note that all of a `Speak` was spoken."""
        return self._feed(job, Response.spoken)

    def failed(self, job: str, code: str, message: str) -> list[Effect]:
        """Take note that an engine broke at a job."""
        self._hearing.failed(job, message)
        self._answers.go_on()
        return self._feed(job, lambda response: response.fail(code, message))

    def _feed(self, job: str, step: Callable[[Response], None]) -> list[Effect]:
        self._answers.feed(job, step)
        return self._out.take()

    # Client events, one handler each.

    def _update_session(self, event: dict[str, Any]) -> None:
        self.session = settings.updated(self.session, event["session"], voice_fixed=self._voice_heard)
        self._listening.configure(self._turn_detection)
        self._out.send("session.updated", session=self.session)

    def _append_audio(self, event: dict[str, Any]) -> None:
        self._listening.append(decode_audio(event["audio"], "audio"))
        self._listening.listen()

    def _commit_audio(self, event: dict[str, Any]) -> None:
        self._commit(*self._listening.commit())

    def _clear_audio(self, event: dict[str, Any]) -> None:
        self._listening.clear()
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
        self._answers.go_on()

    def _truncate_item(self, event: dict[str, Any]) -> None:
        item = self._conversation.find(event["item_id"], "truncating", "item_truncate_invalid_item_id")
        index, end_ms = event["content_index"], event["audio_end_ms"]
        if item.role != "assistant" or index >= len(item.content) or item.content[index].type != "output_audio":
            raise ClientError("invalid_value", "Only audio of the assistant's messages can be truncated.", "item_id")
        item.content[index].truncate(end_ms)
        self._out.send("conversation.item.truncated", item_id=item.id, content_index=index, audio_end_ms=end_ms)

    def _create_response(self, event: dict[str, Any]) -> None:
        asked = event.get("response", {})
        plan = Plan.of(self.session, asked)
        self._answers.check_free(plan)
        context = self._context(asked["input"]) if "input" in asked else list(self._conversation)
        self._answers.begin(plan, context)

    def _cancel_response(self, event: dict[str, Any]) -> None:
        self._answers.cancel(self._answers.find(event.get("response_id")), "client_cancelled")

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

    # Turns, as they are found in the audio.

    def _speech_started(self) -> None:
        active = self._answers.active
        if active and self._turn_detection and self._turn_detection["interrupt_response"]:
            self._answers.cancel(active, "turn_detected")

    def _turn_ended(self, item_id: str, pcm: bytes) -> None:
        self._commit(item_id, pcm)
        if not (self._turn_detection and self._turn_detection["create_response"]):
            return
        try:
            self._create_response({})
        except ClientError as error:
            self._refuse(error)

    # The rest.

    @property
    def _turn_detection(self) -> dict[str, Any] | None:
        detection: dict[str, Any] | None = self.session["audio"]["input"]["turn_detection"]
        return detection

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
