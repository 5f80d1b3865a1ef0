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
from rt_notebook.server.dialects import DIALECTS
from rt_notebook.server.effects import Close, Effect, Outbox
from rt_notebook.server.engine import Call, SpeechStream
from rt_notebook.server.errors import ClientError
from rt_notebook.server.formats import Format
from rt_notebook.server.hearing import Hearing
from rt_notebook.server.incoming import ItemMaker, decode_audio
from rt_notebook.server.items import Conversation, Item, Part
from rt_notebook.server.listening import Listening
from rt_notebook.server.plan import Plan
from rt_notebook.server.responses import Response
from rt_notebook.server.sound import MemorySound, Sound
from rt_notebook.server.validation import TOO_DEEP, too_deep


class Connection:
    """One client's session.

    Parameters
    ----------
    model
        The model the client asked for; None where it named none.
    now
        Seconds since the epoch, for the session's expiry.
    speech
        Makes the voice activity stream when turns are first detected.
    make_id
        Makes ids from a prefix.
    dialect
        ``ga`` or ``beta``.
    intent
        ``transcription`` for a session that only transcribes, else None.
    seconds
        How long the session may last. Whoever drives it calls `expire` then.
    look_ahead
        Whether a turn is transcribed while it may still go on, so that its words are there when it ends.
    make_sound
        Makes what keeps the audio of an item.
    """

    def __init__(
        self,
        model: str | None,
        now: float,
        speech: Callable[[], SpeechStream],
        make_id: Callable[[str], str] = new_id,
        *,
        dialect: str = "ga",
        intent: str | None = None,
        seconds: int = settings.SESSION_SECONDS,
        look_ahead: bool = True,
        make_sound: Callable[[], Sound] = MemorySound,
    ) -> None:
        self._model, self._intent, self._seconds = model, intent, seconds
        self._dialect = DIALECTS[dialect]
        self.session = self._first_session(make_id("sess"), int(now) + seconds)
        """The session object, as GA's `session.updated` shows it. Never changed in place."""
        self._make_id = make_id
        self._out = Outbox(make_id, self._dialect)
        self._conversation = Conversation(make_id("conv"), make_sound)
        self._hearing = Hearing(self._out)
        self._answers = Answers(self._out, self._conversation, self._hearing, self._response_done)
        self._listening = Listening(
            self._out, self._hearing, speech, self._speech_started, self._turn_ended, look_ahead=look_ahead
        )
        self._configure()
        self._voice_heard = False
        """Whether the client got audio, after which the voice stays."""

    def _first_session(self, session_id: str, expires_at: int) -> dict[str, Any]:
        if self._transcribes:
            return settings.transcription_defaults(session_id, expires_at)
        model = self._model or settings.DEFAULT_MODEL
        dialect = self._dialect
        return settings.defaults(session_id, model, expires_at, voice=dialect.voice, extra=dialect.defaults)

    @property
    def _transcribes(self) -> bool:
        return self._intent == "transcription"

    # What comes from the client.

    def open(self) -> list[Effect]:
        """Greet the client: `session.created`, or an error and the end where it asked for what is not there."""
        if error := self._misdialled():
            self._refuse(error)
            self._out.put(Close(4004, f"{error.kind}.{error.code}"))
            return self._out.take()
        self._out.send("session.created", session=self.session)
        if not self._transcribes:
            conversation = {"id": self._conversation.id, "object": "realtime.conversation"}
            self._out.send("conversation.created", conversation=conversation)
        return self._out.take()

    def _misdialled(self) -> ClientError | None:
        if self._intent not in (None, "transcription", "conversation"):
            return ClientError("invalid_value", f"Invalid intent '{self._intent}': 'transcription' is one.", "intent")
        if self._transcribes and self._model is not None:
            message = (
                "You must not provide a model parameter for transcription sessions: "
                "name the model in session.audio.input.transcription."
            )
            return ClientError("invalid_model", message)
        try:
            settings.check_model(settings.DEFAULT_MODEL if self._model is None else self._model)
        except ClientError as error:
            return error
        return None

    def receive_frame(self, frame: str | bytes) -> list[Effect]:
        """Take a WebSocket message: text (str) or binary (bytes)."""
        if isinstance(frame, bytes):
            message = "Binary messages are not part of the protocol: send JSON as text, with audio as Base64 in it."
            return self.refuse(ClientError("invalid_event", message))
        try:
            event = orjson.loads(frame)
        except orjson.JSONDecodeError as error:
            return self.refuse(ClientError("invalid_json", f"The event is no valid JSON: {error}."))
        if too_deep(event):
            return self.refuse(ClientError("invalid_event", TOO_DEEP), _event_id(event))
        return self.receive(event)

    def receive(self, event: object) -> list[Effect]:
        """Take a client event."""
        try:
            while self.behind:  # what came first comes first
                self._listening.listen()
            checked = self._dialect.incoming(event)
        except ClientError as error:
            return self.refuse(error, _event_id(event))
        try:
            if self._transcribes and checked["type"].startswith("response."):
                raise ClientError("invalid_event", "A transcription session makes no responses.", "type")
            self._HANDLERS[checked["type"]](self, checked)
        except ClientError as error:
            return self.refuse(self._dialect.error(error), _event_id(event))
        return self._out.take()

    @property
    def size(self) -> int:
        """Bytes that the client and the answers have added to the conversation."""
        return self._conversation.size

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
        if self._hearing.is_ahead(job):
            self._listening.judge(text)
        self._hearing.heard(job, text)
        self._answers.go_on()
        return self._out.take()

    def text(self, job: str, delta: str) -> list[Effect]:
        """Take a piece of an answer's text."""
        return self._feed(job, lambda response: response.text(delta))

    def call(self, job: str, call: Call) -> list[Effect]:
        """Take a function call of an answer."""
        return self._feed(job, lambda response: response.call(call))

    def thought(self, job: str, cut_short: str | None = None) -> list[Effect]:
        """Take note that an answer's text is complete; `cut_short` is the API's reason why it ends early."""
        return self._feed(job, lambda response: response.thought(cut_short))

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
        responding = self._answers.active is not None
        change = event["session"]
        if self._model is None and "model" in change:  # nobody has named one yet
            settings.check_model(change["model"], "session.model")
            self._model, self.session = change["model"], {**self.session, "model": change["model"]}
        self.session = settings.updated(self.session, change, voice_fixed=self._voice_heard, responding=responding)
        self._configure()
        self._out.send("session.updated", session=self.session)

    def _configure(self) -> None:
        self._hearing.transcription = self.session["audio"]["input"]["transcription"]
        self._listening.configure(self.session["audio"]["input"])

    def _append_audio(self, event: dict[str, Any]) -> None:
        self._listening.append(decode_audio(event["audio"], "audio", self._listening.format))
        self._listening.listen()

    def _commit_audio(self, event: dict[str, Any]) -> None:
        self._conversation.check_room()
        self._hearing.check_room()
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
        self._conversation.check_room()
        self._hearing.check_room()
        item = self._items(self._conversation.make_sound).item(event["item"], "item")
        self._conversation.check_call(item)
        previous = self._conversation.add(item, event.get("previous_item_id"))
        self._announce(item, previous)
        self._hear_parts(item)

    def _retrieve_item(self, event: dict[str, Any]) -> None:
        item = self._conversation.find(event["item_id"], "retrieving", "item_retrieve_invalid_item_id")
        side = "output" if item.role == "assistant" else "input"
        source = Format.of(self.session["audio"].get(side, {}).get("format", {}))
        self._out.send("conversation.item.retrieved", item=item.wire(source))

    def _delete_item(self, event: dict[str, Any]) -> None:
        item = self._conversation.delete(event["item_id"])
        self._out.send("conversation.item.deleted", item_id=item.id)
        self._hearing.forget(item)
        self._answers.go_on()

    def _truncate_item(self, event: dict[str, Any]) -> None:
        item = self._conversation.find(event["item_id"], "truncating", "item_truncate_invalid_item_id")
        index, end_ms = event["content_index"], event["audio_end_ms"]
        if item.role != "assistant" or not any(part.type == "output_audio" for part in item.content):
            raise ClientError("invalid_value", "Only audio of the assistant's messages can be truncated.", "item_id")
        if index >= len(item.content) or item.content[index].type != "output_audio":
            message = f"The item with id '{item.id}' has no audio at content_index {index}."
            raise ClientError("invalid_value", message, "content_index")
        item.content[index].truncate(end_ms)
        item.tokens = None
        self._out.send("conversation.item.truncated", item_id=item.id, content_index=index, audio_end_ms=end_ms)

    def _create_response(self, event: dict[str, Any]) -> None:
        asked = event.get("response", {})
        plan = Plan.of(self.session, asked)
        plan.check_tool_choice()
        if self._voice_heard and plan.voice != self.session["audio"]["output"]["voice"]:
            raise ClientError("cannot_update_voice", settings.FIXED_VOICE, "response.audio.output.voice")
        self._answers.check_free(plan)
        self._conversation.check_room()
        self._hearing.check_room()
        context = self._context(asked["input"]) if "input" in asked else list(self._conversation)
        self._listening.answered(None)
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
        try:
            self._conversation.check_room()
            self._commit(item_id, pcm)
            if self._turn_detection and self._turn_detection.get("create_response"):
                self._create_response({})
        except ClientError as error:
            self._refuse(error)

    def _response_done(self, response: Response) -> None:
        if response.plan.in_conversation and response.status == "completed":
            self._listening.answered(response.audio_ms)

    # The rest.

    @property
    def _turn_detection(self) -> dict[str, Any] | None:
        detection: dict[str, Any] | None = self.session["audio"]["input"]["turn_detection"]
        return detection

    def _items(self, make_sound: Callable[[], Sound]) -> ItemMaker:
        return ItemMaker(self._make_id, make_sound, self._listening.format)

    def _commit(self, item_id: str, pcm: bytes) -> None:
        part = Part("input_audio", audio=self._conversation.make_sound())
        part.audio.append(pcm)
        item = Item(item_id, "message", role="user", content=[part])
        previous = self._conversation.add(item)
        self._out.send("input_audio_buffer.committed", previous_item_id=previous, item_id=item_id)
        self._announce(item, previous)
        self._hearing.begin_turn(item)

    def _announce(self, item: Item, previous: str | None) -> None:
        self._out.send("conversation.item.added", previous_item_id=previous, item=item.wire())
        self._out.send("conversation.item.done", previous_item_id=previous, item=item.wire())

    def _hear_parts(self, item: Item) -> None:
        """Have the audio that came with an item transcribed, for the thinker alone: the API reports only commits."""
        for index, part in enumerate(item.content):
            if part.type == "input_audio":
                self._hearing.begin(item, index)

    def _context(self, given: list[dict[str, Any]]) -> list[Item]:
        """Return the items of a response's `input`, which takes the place of the conversation."""
        items: list[Item] = []
        for index, each in enumerate(given):
            path = f"response.input[{index}]"
            if each["type"] == "item_reference":
                code = "item_reference_invalid_item_id"
                items.append(self._conversation.find(each["id"], "referencing", code, f"{path}.id"))
            else:
                items.append(self._items(MemorySound).item(each, path))
        for item in items:
            if not self._conversation.holds(item):
                self._hear_parts(item)
        return items


def _event_id(event: object) -> str | None:
    event_id = event.get("event_id") if isinstance(event, dict) else None
    return event_id if isinstance(event_id, str) else None
