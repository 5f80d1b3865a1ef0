"""Between the page and the session: the session's events become messages for the page, the page's become calls."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any, cast

from rt_notebook.errors import ConnectionClosedError, RealtimeError, ServerError
from rt_notebook.log import rows
from rt_notebook.log.tracks import replay
from rt_notebook.protocol.catalog import SETTINGS
from rt_notebook.protocol.event import BYTES_PER_MS, Event
from rt_notebook.widgets import files, history
from rt_notebook.widgets.bridged import BridgedSession
from rt_notebook.widgets.inbox import Inbox
from rt_notebook.widgets.link import Link, Urgency
from rt_notebook.widgets.messages import (
    Approve,
    Deny,
    FromKernel,
    FromPage,
    Look,
    Microphone,
    Ping,
    PlaybackFinished,
    PlaybackFlushed,
    PlaybackStarted,
    PlaybackUnderrun,
    Replay,
    Row,
    Say,
    SendFile,
    Talk,
    Update,
)
from rt_notebook.widgets.speaker import Cue, Part, Speaker

__all__ = ["Bridge", "BridgedSession"]

_log = logging.getLogger(__name__)

_SHORTEST_TURN_MS = 100
"""The API refuses to make an item of less sound."""
_LONGEST_SILENCE_MS = 10_000
"""Fed at once where a turn is to end; turn detection that waits for more has to hear it from the microphone."""
_EMPTIED = ("input_audio_buffer.committed", "input_audio_buffer.cleared")
_SPEAKING = {
    "input_audio_buffer.speech_started": True,
    "input_audio_buffer.speech_stopped": False,
    "rt.connection.opened": False,
}


class Bridge:
    """Connects one session with all views of its panel. All its state belongs to the session's loop thread."""

    def __init__(self, session: BridgedSession, link: Link) -> None:
        self._session = session
        self._link = link
        self._speaker = Speaker()
        self._rows = rows.Rows()
        self._uploads = files.Uploads()
        self._views: dict[str, bool] = {}
        """The views in the order in which they came, and whether they have the history: only then they get what
        happens. Where nobody looks, nothing is sent."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._telling: dict[str, asyncio.Task[None]] = {}
        """By view: what tells it the history."""
        self._kernel: dict[str, Any] = {}
        """What the kernel tells of itself; see `set_kernel`."""
        self._speaking = False
        """The server hears the user speak."""
        self._next_sample = 0
        """Position of the microphone sample that comes next."""
        self._lost_samples = 0
        self._talked_ms = 0.0
        """Sound that came since talking began, and of which no item was made yet."""
        self._inbox = Inbox(session.call)
        link.on_receive(lambda view, message: self._inbox.put(self._received, view, message))
        link.on_gone(lambda view: self._inbox.put(self._left, view))
        session.on_priced(self._tell_state)
        self._unsubscribe = session.subscribe(self._happened)
        # The server has told its settings before this bridge was there.
        session.call(self._catch_up)

    def close(self) -> None:
        """Let go of session and page; from any thread."""
        self._unsubscribe()
        self._link.close()
        self._session.call(self._stop)

    def set_kernel(self, **fields: Any) -> None:
        """Let views know of the kernel: fields for the session's `info`, such as `busy`; from any thread."""
        self._session.call(self._merge, fields)

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        for view in tuple(self._views):
            self._lose_sound(view)
        self._session.leave()

    def _merge(self, fields: dict[str, Any]) -> None:
        if not fields.items() <= self._kernel.items():
            self._kernel |= fields
            self._tell_state()

    # -- from the session ----------------------------------------------------------------------------------------------

    def _catch_up(self) -> None:
        self._speaker.hear(self._session.settings())
        self._rows.hear(self._session.settings())
        self._speaking = self._session.speaking

    def _happened(self, event: Event) -> None:
        if event.type in _SPEAKING:
            self._speaking = _SPEAKING[event.type]
        if event.type in _EMPTIED:
            self._talked_ms = 0.0
        self._play(self._speaker.hear(event))
        if not self._views:
            self._rows.hear(event)
            return
        row = self._rows.row(event)
        # The microphone's own echo in the event list must not keep the flush waiting.
        urgency: Urgency = "later" if event.type == "input_audio_buffer.append" else "soon"
        message: FromKernel = {"type": "happened", "row": row}
        if all(self._views.values()):
            self._link.send(message, urgency)
        else:
            for view, knows in self._views.items():
                if knows:
                    self._link.send(message, urgency, view)
        if event.type in SETTINGS or event.type.startswith("rt.connection."):
            self._tell_state()

    def _play(self, cues: list[Cue]) -> None:
        for view, sound in cues:
            if sound["type"] == "audio":
                self._session.playback_queued(sound["item_id"], sound["content_index"])
            self._link.send(sound, "now" if sound["type"] == "flush" else "soon", view)

    def _tell_state(self, to: str | None = None) -> None:
        if not self._views:
            return
        info = cast(Any, self._session.info() | self._kernel)
        t = self._session.log.now
        self._link.send({"type": "session", "info": info, "owner": self._speaker.owner, "t": t}, to=to)

    # -- from the page -------------------------------------------------------------------------------------------------

    def _received(self, view: str, message: FromPage) -> None:
        try:
            _HANDLERS[message["type"]](self, view, message)
        except (RealtimeError, files.FileError) as error:
            self._problem(view, str(error))
        except Exception as error:
            # A mistake of ours must not pass unseen, nor end the loop that the session runs on.
            _log.exception("The panel's message %s failed", message.get("type"))
            self._problem(view, f"{type(error).__name__}: {error}")

    def _problem(self, view: str, text: str) -> None:
        self._link.send({"type": "problem", "text": text}, to=view)

    def _start(self, view: str, coroutine: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        """Do what takes time, for a view; what goes wrong is told to that view."""
        task = asyncio.get_running_loop().create_task(self._reporting(view, coroutine))
        # The loop itself keeps no strong reference to a task.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _reporting(self, view: str, coroutine: Coroutine[Any, Any, object]) -> None:
        try:
            await coroutine
        except ServerError:
            # The server's own `error` row is shown.
            return
        except (RealtimeError, TypeError, ValueError) as error:
            self._problem(view, str(error))
        except Exception as error:
            _log.exception("A task of the panel failed")
            self._problem(view, f"{type(error).__name__}: {error}")

    # -- views come and go ---------------------------------------------------------------------------------------------

    def _on_join(self, view: str, message: FromPage) -> None:
        self._forget(view)
        self._views[view] = False
        self._tell_state(view)
        told = history.tell(self._session.event, lambda piece, done: self._tell(view, piece, done))
        self._telling[view] = self._start(view, told)

    def _tell(self, view: str, piece: list[Row], done: bool) -> None:
        self._link.send({"type": "history", "rows": piece, "done": done}, to=view)
        self._views[view] = done

    def _on_leave(self, view: str, message: FromPage) -> None:
        self._left(view)

    def _left(self, view: str) -> None:
        self._forget(view)
        self._lose_sound(view)
        if view == self._speaker.owner:
            self._play(self._speaker.give_to(next(reversed(self._views), None)))
            self._tell_state()

    def _lose_sound(self, view: str) -> None:
        for part in self._speaker.abandon(view):
            self._session.playback_lost(*part)

    def _forget(self, view: str) -> None:
        self._views.pop(view, None)
        self._uploads.forget(view)
        if (telling := self._telling.pop(view, None)) is not None:
            telling.cancel()

    def _on_start(self, view: str, message: FromPage) -> None:
        self._play(self._speaker.give_to(view))
        if self._session.info().get("state") != "open":
            self._session.restart()
        self._tell_state()

    def _on_end(self, view: str, message: FromPage) -> None:
        self._play(self._speaker.give_to(None))
        self._session.end()
        self._tell_state()

    # -- what the user says and does -----------------------------------------------------------------------------------

    def _on_say(self, view: str, message: Say) -> None:
        self._session.say(message["text"])

    def _on_file(self, view: str, message: SendFile) -> None:
        content = self._uploads.take(view, message)
        if content is not None:
            self._start(view, self._say_file(message["name"], content))

    async def _say_file(self, name: str, content: bytearray) -> None:
        try:
            await self._session.say_sound(await asyncio.to_thread(files.decode, name, content))
        except ServerError:
            raise
        except (RealtimeError, ValueError) as error:
            raise files.FileError(str(error) if name in str(error) else f"{name}: {error}") from None

    def _on_update(self, view: str, message: Update) -> None:
        self._start(view, self._session.update(message["session"]))

    def _on_interrupt(self, view: str, message: FromPage) -> None:
        self._session.interrupt()

    def _on_approve(self, view: str, message: Approve) -> None:
        self._session.approve(message["call_id"])

    def _on_deny(self, view: str, message: Deny) -> None:
        self._session.deny(message["call_id"])

    def _on_talk(self, view: str, message: Talk) -> None:
        if view != self._speaker.owner:
            return
        talked_ms, self._talked_ms = self._talked_ms, 0.0
        self._next_sample = self._lost_samples = 0
        if message["on"]:
            if message["held"]:
                self._session.interrupt()
            return
        detection = self._speaker.turn_detection
        if detection is None:
            if talked_ms >= _SHORTEST_TURN_MS:
                self._session.take_turn()
            elif talked_ms:
                self._session.clear()
        elif self._speaking:
            # The server waits for the silence that ends the turn, and no more sound comes to tell it.
            silence = min(max(1_000, int(detection.get("silence_duration_ms") or 0) + 300), _LONGEST_SILENCE_MS)
            self._session.feed(bytes(silence * BYTES_PER_MS))

    def _on_microphone(self, view: str, message: Microphone) -> None:
        if view != self._speaker.owner:
            return
        pcm = message["data"]
        if (missing := message["sample"] - self._next_sample) > 0:
            self._lost_samples += missing
            self._link.send({"type": "lost", "samples": self._lost_samples})
        self._next_sample = message["sample"] + len(pcm) // 2
        self._talked_ms += len(pcm) / BYTES_PER_MS
        # The page learns from the session's state that it is closed; chunks on their way until then go nowhere.
        with contextlib.suppress(ConnectionClosedError):
            self._session.feed(pcm)

    # -- what the page asks --------------------------------------------------------------------------------------------

    def _on_look(self, view: str, message: Look) -> None:
        self._start(view, self._look(view, message["index"]))

    async def _look(self, view: str, index: int) -> None:
        json = await asyncio.to_thread(rows.whole, self._session.log, index)
        self._link.send({"type": "looked", "index": index, "json": json}, to=view)

    def _on_replay(self, view: str, message: Replay) -> None:
        self._start(view, self._replay(view, message["t"]))

    async def _replay(self, view: str, t: float) -> None:
        data = await asyncio.to_thread(replay, self._session.log, t)
        self._link.send({"type": "replayed", "t": t, "data": data}, to=view)

    def _on_ping(self, view: str, message: Ping) -> None:
        self._link.send({"type": "pong", "id": message["id"]}, "now", view)

    # -- what the loudspeaker reports ----------------------------------------------------------------------------------

    def _on_started(self, view: str, message: PlaybackStarted) -> None:
        part = Part(message["item_id"], message["content_index"])
        if self._speaker.plays(view, part):
            self._session.playback_started(*part)

    def _on_finished(self, view: str, message: PlaybackFinished) -> None:
        part = Part(message["item_id"], message["content_index"])
        if self._speaker.plays(view, part):
            self._speaker.heard(part)
            self._session.playback_finished(*part, message["heard_samples"])

    def _on_flushed(self, view: str, message: PlaybackFlushed) -> None:
        part = Part(message["item_id"], message["content_index"])
        if self._speaker.plays(view, part):
            self._speaker.heard(part)
            self._session.playback_flushed(*part, message["heard_samples"])

    def _on_underrun(self, view: str, message: PlaybackUnderrun) -> None:
        if view == self._speaker.owner:
            self._session.playback_underrun(message["item_id"], message["missing_samples"])


_HANDLERS: dict[str, Callable[[Bridge, str, Any], None]] = {
    "join": Bridge._on_join,
    "leave": Bridge._on_leave,
    "start": Bridge._on_start,
    "end": Bridge._on_end,
    "say": Bridge._on_say,
    "file": Bridge._on_file,
    "update": Bridge._on_update,
    "interrupt": Bridge._on_interrupt,
    "approve": Bridge._on_approve,
    "deny": Bridge._on_deny,
    "talk": Bridge._on_talk,
    "microphone": Bridge._on_microphone,
    "look": Bridge._on_look,
    "replay": Bridge._on_replay,
    "ping": Bridge._on_ping,
    "playback.started": Bridge._on_started,
    "playback.finished": Bridge._on_finished,
    "playback.flushed": Bridge._on_flushed,
    "playback.underrun": Bridge._on_underrun,
}
