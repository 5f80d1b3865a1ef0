"""What the bridge needs of a session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from rt_notebook.log.eventlog import EventLog
from rt_notebook.protocol.event import Event


class BridgedSession(Protocol):
    """What the bridge needs of a session. Only `info`, `subscribe` and `call` may be called from any thread."""

    @property
    def log(self) -> EventLog:
        """The log, which may be read from any thread."""

    @property
    def speaking(self) -> bool:
        """Whether the server hears the user speak."""

    def info(self) -> dict[str, Any]:
        """Return provider, model, url, state (``open`` or ``closed``) and whatever else is no secret, fit for JSON."""

    def on_priced(self, priced: Callable[[], None], /) -> None:
        """Call `priced` on the loop thread when `info` has another cost."""

    def subscribe(self, callback: Callable[[Event], None], /) -> Callable[[], None]:
        """Call `callback` on the loop thread with every row of the log from now on; returns how to stop it."""

    def call(self, f: Callable[..., object], /, *args: Any) -> None:
        """Run ``f(*args)`` on the loop thread soon, also when the session is closed."""

    def event(self, index: int, /) -> Event | None:
        """Return a row of the log in GA's shape, None behind its end."""

    def settings(self) -> Event:
        """Return the session as the server last reported it, as an event."""

    def feed(self, pcm: bytes, /) -> None:
        """Take microphone sound, PCM16 mono at 24 kHz."""

    def say(self, text: str, /) -> None:
        """Add the user's message and ask for a response."""

    async def say_sound(self, pcm: bytes, /) -> None:
        """Add sound as the user's message and ask for a response."""

    async def update(self, settings: dict[str, Any], /) -> None:
        """Change settings."""

    def interrupt(self) -> None:
        """Stop the answer that is made or heard."""

    def approve(self, call_id: str, /) -> None:
        """Let a call run that waits for approval."""

    def deny(self, call_id: str, /) -> None:
        """Let a call that waits for approval not run."""

    def take_turn(self) -> None:
        """Make an item of the sound that was fed, and ask for a response."""

    def clear(self) -> None:
        """Throw the sound away that was fed."""

    def playback_queued(self, item_id: str, content_index: int, /) -> None:
        """Note that a part's sound is on its way to the loudspeaker."""

    def playback_started(self, item_id: str, content_index: int, /) -> None:
        """Note that the first sample of a part was heard."""

    def playback_finished(self, item_id: str, content_index: int, heard_samples: int, /) -> None:
        """Note that a part was heard to its end."""

    def playback_flushed(self, item_id: str, content_index: int, heard_samples: int, /) -> None:
        """Note that a part was silenced, and tell the server how much of it was heard."""

    def playback_lost(self, item_id: str, content_index: int, /) -> None:
        """Note that nobody can tell any more how much of a part was heard."""

    def playback_underrun(self, item_id: str, missing_samples: int, /) -> None:
        """Note a gap in the middle of an item."""

    def end(self) -> None:
        """Close the connection."""

    def leave(self) -> None:
        """Follow the session no longer: its panel is closed."""

    def restart(self) -> None:
        """Open the connection again."""
