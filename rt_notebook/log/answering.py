"""Who answers whom: the events of one connection, taken in one by one; one handler per event type."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from rt_notebook.log.clock import SoundClock
from rt_notebook.log.records import Answer, Bill, Said
from rt_notebook.log.reported import Reported
from rt_notebook.log.requests import Requests
from rt_notebook.log.turns import Turn, complete
from rt_notebook.protocol.conversation import Conversation
from rt_notebook.protocol.event import Event
from rt_notebook.protocol.fields import dict_at, number_at, text_at
from rt_notebook.protocol.items import Item

_RETURNED = {"function_call_output": "call_id", "mcp_approval_response": "approval_request_id"}
"""Items that answer what a response asked of this side -> the field that says which question."""


def _returned_to(item: dict[str, Any]) -> str | None:
    """Return the id of what an item answers, None where it answers nothing."""
    id_ = item.get(_RETURNED.get(str(item.get("type")), ""))
    return id_ if isinstance(id_, str) else None


class Connection:
    """What the events of one connection say of its turns; `finish` makes them whole."""

    def __init__(self, number: int, apart: set[str]) -> None:
        self.number = number
        self.turns: list[Turn] = []
        self.answers: dict[str, Answer] = {}
        self.bills: list[Bill] = []
        self.greeted = False
        """`session.created` has come."""
        self._apart = apart
        """Ids of responses that are known to be out of band."""
        self._conversation = Conversation()
        self._items: dict[str, Said] = {}
        self._deltas: dict[tuple[str, str], list[str]] = {}  # (item, field) -> words so far
        self._clock = SoundClock()
        self._buffer_ms = 0.0  # where the sound begins that is in no item yet
        self._reported = Reported()
        self._speaking = False
        self._speech: list[Said] = []  # begun, not an item yet
        self._said: list[Said] = []  # the user's items that are not answered yet
        self._returned: list[str] = []  # call ids of outputs that are not answered yet
        self._requests = Requests()
        self._floor: float | None = None  # when the user last took the floor
        self._appends: list[tuple[float, int]] = []  # ms of sound before a row, and the row

    def apply(self, event: Event) -> None:
        """Take an event in, in GA's shape."""
        type_ = event.type
        if type_ not in _NOT_CONVERSATION:
            self._conversation.apply(event)
        if handler := _HANDLERS.get(type_):
            handler(self, event)

    def finish(self) -> None:
        """Take in that nothing more comes."""
        if left := self._said + self._speech:
            self._turn(left)
        for (id_, name), words in self._deltas.items():
            item = self._item(id_).item
            if not getattr(item, name):
                setattr(item, name, "".join(words))
        positions = {id_: position for position, id_ in enumerate(self._conversation.order)}
        laid = self._clock.laid()
        for said in self._items.values():
            said.position = positions.get(said.id)
            said.speech_start = laid.at(said.started_ms, said.told)
            said.speech_end = laid.at(said.ended_ms, said.stopped or said.committed, end=True)
        for turn in self.turns:
            answers = [self.answers[id_] for id_ in turn.responses]
            complete(turn, self._all(turn.user_items), self._all(turn.items), answers)
            self._add_sound(turn)

    def in_order(self) -> list[Said]:
        """Return the items in the conversation's order, and behind them those that are not in it."""
        last = len(self._items)
        return sorted(self._items.values(), key=lambda said: last if said.position is None else said.position)

    def _add_sound(self, turn: Turn) -> None:
        """Add the first of the rows that brought a turn's speech: it was sent before the server told of it."""
        started = (said.started_ms for said in self._all(turn.user_items))
        begin = min((ms for ms in started if ms is not None), default=None)
        if begin is not None and self._appends:
            position = bisect_right(self._appends, begin, key=lambda append: append[0]) - 1
            turn.rows.append(self._appends[max(0, position)][1])

    def _all(self, ids: list[str]) -> list[Said]:
        return [self._items[id_] for id_ in ids]

    def _item(self, id_: str) -> Said:
        if (said := self._items.get(id_)) is None:
            item = self._conversation.items.setdefault(id_, Item(id_))
            said = self._items[id_] = Said(id_, self.number, item)
        return said

    def _answer(self, event: Event) -> Answer | None:
        """Return the response of an event, also where a log that is cut does not have its beginning."""
        id_ = text_at(event, "response_id") or text_at(event, "response", "id")
        if id_ is None:
            return None
        if (answer := self.answers.get(id_)) is None:
            apart = id_ in self._apart
            if id_ not in self._conversation.responses:
                # The log has lost its beginning. What it truly is, its end may tell.
                response = {"id": id_} | ({"conversation_id": None} if apart else {})
                self._conversation.apply(Event({"type": "response.created", "response": response}))
                if event.type not in _NOT_CONVERSATION:
                    self._conversation.apply(event)
            asked = None
            if event.type == "response.created":
                asked, apart = self._requests.answer(dict_at(event, "response"), apart=apart)
            made = self._conversation.responses[id_]
            answer = self.answers[id_] = Answer(id_, self.number, made, apart, self._reported.model, asked=asked)
            if not apart:
                self._assign(answer)
        return answer

    def _assign(self, answer: Answer) -> None:
        """Find the turn that a response belongs to."""
        calls = {id_: turn for turn in self.turns[-3:] for id_ in (*turn.calls, *turn.items)}
        asking = next((calls[id_] for id_ in self._returned if id_ in calls), None)
        if self._said or asking is None:
            turn = self._turn(self._said)
            self._said = []
        else:
            turn = asking
        self._returned = []
        turn.responses.append(answer.id)
        answer.turn = turn

    def _turn(self, said: list[Said]) -> Turn:
        turn = Turn(0, self.number, user_items=[each.id for each in said])
        for each in said:
            each.turn = turn
        self.turns.append(turn)
        return turn

    def _opened(self, event: Event) -> None:
        self._reported.opened(event)

    def _append(self, event: Event) -> None:
        if event.direction == "client" and (ms := number_at(event, "audio_ms")):
            self._appends.append((self._clock.ms, event.index))
            self._clock.append(event.t, self._reported.ms(ms, "input"))

    def _create(self, event: Event) -> None:
        item = dict_at(event, "item")
        if (id_ := _returned_to(item)) is not None:
            self._returned.append(id_)

    def _ask(self, event: Event) -> None:
        self._requests.ask(event)

    def _error(self, event: Event) -> None:
        self._requests.refuse(event)

    def _stop(self, event: Event) -> None:
        if not self._speaking:
            self._floor = event.t

    # -- the session and its items ----------------------------------------------------------------------------------

    def _session(self, event: Event) -> None:
        self.greeted |= event.type == "session.created"
        self._reported.hear(dict_at(event, "session"))

    def _added(self, event: Event) -> None:
        data = dict_at(event, "item")
        if not isinstance(id_ := data.get("id"), str) or event.type == "conversation.item.retrieved":
            return
        new = id_ not in self._items
        said = self._item(id_)
        said.added = event.t if said.added is None else said.added
        role = data.get("role")
        if (call := _returned_to(data)) is not None:
            self._return(said, call)
        elif role == "user" and new:
            said.audio_ms = self._reported.ms(said.item.audio_ms, "input")
            self._say(said)
        elif role == "assistant" and new and self._conversation.active is None:
            self._said = []  # an example, or what an earlier connection said: it answers what stands before it

    def _return(self, said: Said, call: str) -> None:
        if call not in self._returned and said.turn is None:
            self._returned.append(call)
        for turn in reversed(self.turns):
            if (call in turn.calls or call in turn.items) and said.turn is None:
                said.turn = turn
                turn.items.append(said.id)

    def _say(self, said: Said) -> None:
        if self._reported.transcribes and self._said:
            self._turn(self._said)  # nobody answers, so each is a turn
            self._said = []
        if said not in self._said:
            self._said.append(said)

    def _deleted(self, event: Event) -> None:
        self._said = [said for said in self._said if said.id != event.get("item_id")]

    # -- the user's speech ------------------------------------------------------------------------------------------

    def _speech_started(self, event: Event) -> None:
        self._speaking, self._floor = True, event.t
        if not isinstance(id_ := event.get("item_id"), str):
            return
        said = self._item(id_)
        said.item.role = said.item.role or "user"
        said.told = event.t
        if (start := number_at(event, "audio_start_ms")) is not None:
            # At the very beginning of the sound there is less of the padding, and nobody says how much.
            said.started_ms = start + (self._reported.padding_ms if start > 0 else 0.0)
            self._buffer_ms = start
        if said not in self._speech:
            self._speech.append(said)

    def _speech_stopped(self, event: Event) -> None:
        self._speaking, self._requests.ended = False, event.t
        if isinstance(id_ := event.get("item_id"), str):
            said = self._item(id_)
            said.stopped = event.t
            if (end := number_at(event, "audio_end_ms")) is not None:
                said.audio_ms = max(0.0, end - self._buffer_ms)
                said.ended_ms = self._reported.last_word(end, said.started_ms or 0.0)

    def _committed(self, event: Event) -> None:
        self._speaking = False
        self._requests.ended = event.t if self._requests.ended is None else self._requests.ended
        if not isinstance(id_ := event.get("item_id"), str):
            return
        said = self._item(id_)
        said.item.role = said.item.role or "user"
        said.committed = event.t
        if said.stopped is None and self._clock.ms:  # by hand: the whole buffer, or the speech so far
            said.audio_ms = max(0.0, self._clock.ms - self._buffer_ms)
            said.started_ms = self._buffer_ms if said.started_ms is None else said.started_ms
            said.ended_ms = self._clock.ms
        self._buffer_ms = self._clock.ms
        self._speech = [each for each in self._speech if each is not said]
        self._say(said)

    def _cleared(self, event: Event) -> None:
        self._speaking, self._speech = False, []
        self._buffer_ms = self._clock.ms

    def _transcribed(self, event: Event) -> None:
        if not isinstance(id_ := event.get("item_id"), str):
            return
        said = self._item(id_)
        said.transcribed = event.t
        self._bill("transcription", event, event.get("usage"), self._reported.transcription, said)

    # -- responses --------------------------------------------------------------------------------------------------

    def _created(self, event: Event) -> None:
        if answer := self._answer(event):
            answer.response = self._conversation.responses[answer.id]
            answer.created = event.t if answer.created is None else answer.created

    def _done(self, event: Event) -> None:
        if answer := self._answer(event):
            answer.done = event.t
            for item in answer.response.items:
                self._of(answer, self._item(item.id))
            if answer.response.status == "cancelled":
                self._interrupt(answer, event.t)
            self._bill("response", event, answer.response.usage, answer.model, answer)

    def _bill(self, what: Any, event: Event, usage: Any, model: str | None, of: Answer | Said) -> None:
        usage = usage if isinstance(usage, dict) else None
        self.bills.append(Bill(what, of.id, event.t, self.number, model, usage, self._reported.paid, of))

    def _output_item(self, event: Event) -> None:
        answer = self._answer(event)
        if answer and (id_ := text_at(event, "item", "id")) is not None:
            self._of(answer, self._item(id_))

    def _of(self, answer: Answer, said: Said) -> None:
        """Note that an item is of a response."""
        if said.response is None:
            said.response, said.turn = answer.id, answer.turn
            answer.items.append(said)
            if answer.turn:
                answer.turn.items.append(said.id)
        call = said.item.call_id or said.id
        if answer.turn and said.item.is_call and call not in answer.turn.calls:
            answer.turn.calls.append(call)

    def _words(self, event: Event) -> None:
        answer = self._answer(event)
        if not (id_ := event.get("item_id")):
            return
        said = self._item(id_)
        if answer:
            self._of(answer, said)
        if _FIELDS[event.type] != "arguments" and answer and answer.first_text is None:
            answer.first_text = event.t
        self._deltas.setdefault((id_, _FIELDS[event.type]), []).append(event["delta"])

    def _sound(self, event: Event) -> None:
        answer = self._answer(event)
        if answer and answer.first_audio is None:
            answer.first_audio = event.t
        if id_ := event.get("item_id"):
            said = self._item(id_)
            if answer:
                self._of(answer, said)
            said.audio_ms += self._reported.ms(number_at(event, "audio_ms"), "output")

    # -- the loudspeaker --------------------------------------------------------------------------------------------

    def _playing(self, event: Event) -> None:
        if said := self._items.get(event["item_id"]):
            said.heard = event.t if said.heard is None else said.heard
            said.over = None

    def _played(self, event: Event) -> None:
        if (said := self._items.get(text_at(event, "item_id") or "")) is None:
            return
        said.over = event.t
        heard = number_at(event, "audio_ms" if event.type == "rt.playback.finished" else "heard_ms")
        if heard is None:  # the loudspeaker is gone, and nobody knows
            return
        part = event.get("content_index")
        said.heard_parts[part if isinstance(part, int) else 0] = heard
        answer = self.answers.get(said.response or "")
        generated = number_at(event, "generated_ms")
        generated = said.audio_ms if generated is None else generated
        if answer and event.type == "rt.playback.flushed" and (answer.done is None or generated > heard):
            self._interrupt(answer, event.t)

    def _truncated(self, event: Event) -> None:
        if said := self._items.get(text_at(event, "item_id") or ""):
            said.cut_ms = number_at(event, "audio_end_ms")
            if answer := self.answers.get(said.response or ""):
                self._interrupt(answer, event.t)

    def _interrupt(self, answer: Answer, t: float) -> None:
        """Note that a response was cut off; what this side or the user did before is why."""
        if answer.interrupted is None:
            floor = self._floor
            answer.interrupted = floor if floor is not None and floor >= (answer.created or 0.0) else t


_FIELDS = {
    "response.output_text.delta": "text",
    "response.output_audio_transcript.delta": "transcript",
    "response.function_call_arguments.delta": "arguments",
    "response.mcp_call_arguments.delta": "arguments",
    "conversation.item.input_audio_transcription.delta": "transcript",
}

_HANDLERS: dict[str, Callable[[Connection, Event], None]] = {
    "rt.connection.opened": Connection._opened,
    "input_audio_buffer.append": Connection._append,
    "conversation.item.create": Connection._create,
    "response.create": Connection._ask,
    "response.cancel": Connection._stop,
    "rt.playback.stop": Connection._stop,
    "error": Connection._error,
    "session.created": Connection._session,
    "session.updated": Connection._session,
    "conversation.item.added": Connection._added,
    "conversation.item.done": Connection._added,
    "conversation.item.retrieved": Connection._added,
    "conversation.item.deleted": Connection._deleted,
    "conversation.item.truncated": Connection._truncated,
    "input_audio_buffer.speech_started": Connection._speech_started,
    "input_audio_buffer.speech_stopped": Connection._speech_stopped,
    "input_audio_buffer.committed": Connection._committed,
    "input_audio_buffer.cleared": Connection._cleared,
    "conversation.item.input_audio_transcription.completed": Connection._transcribed,
    "response.created": Connection._created,
    "response.done": Connection._done,
    "response.output_item.added": Connection._output_item,
    "response.output_item.done": Connection._output_item,
    "response.output_audio.delta": Connection._sound,
    "rt.playback.started": Connection._playing,
    "rt.playback.finished": Connection._played,
    "rt.playback.flushed": Connection._played,
    **dict.fromkeys(_FIELDS, Connection._words),
}

_NOT_CONVERSATION = {"input_audio_buffer.append", "response.output_audio.delta", *_FIELDS}
"""What is counted here, where `Conversation` keeps it: sound, and words that add up to a text at its end."""
