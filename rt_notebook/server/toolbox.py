"""The engines of a server process, loaded in the background."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from rt_notebook.errors import EngineError
from rt_notebook.server.engine import Speaker, Thinker, Transcriber, VoiceActivity

logger = logging.getLogger("rt_notebook.server")


class Toolbox:
    """What the server hears, thinks and speaks with. Each is a future: engines load while connections already open.

    `make` makes an engine by its registered name.
    """

    def __init__(
        self, make: Callable[[str], Any], *, activity: str, hearing: str, thinking: str, speaking: str
    ) -> None:
        self._make = make
        self.activity: Future[VoiceActivity] = Future()
        self.transcriber: Future[Transcriber] = Future()
        self.thinker: Future[Thinker] = Future()
        self.speaker: Future[Speaker] = Future()
        self._wanted: dict[str, tuple[str, Future[Any], str]] = {
            "activity": (activity, self.activity, "stream"),
            "hearing": (hearing, self.transcriber, "transcribe"),
            "thinking": (thinking, self.thinker, "respond"),
            "speaking": (speaking, self.speaker, "speak"),
        }
        """By task: the engine's name, the engine, and the method that does it."""

    def load(self) -> None:
        """Begin to load all engines, each on a thread of its own."""
        for task, (name, future, method) in self._wanted.items():
            arguments = (task, name, future, method)
            threading.Thread(target=self._load, args=arguments, name=f"load-{name}", daemon=True).start()

    def health(self) -> dict[str, dict[str, str]]:
        """Return by task which engine does it, and its state: ``loading``, ``ready`` or ``failed``."""
        return {task: {"name": name, "state": _state(future)} for task, (name, future, _) in self._wanted.items()}

    def _load(self, task: str, name: str, future: Future[Any], method: str) -> None:
        started = time.perf_counter()
        try:
            engine = self._make(name)
            if not hasattr(engine, method):
                raise EngineError(name, f"is not made for {task}: it has no method {method!r}.")
            engine.load()
        except Exception as error:
            logger.error("The engine %s did not load: %s", name, error)
            future.set_exception(error)
        else:
            logger.info("engine %s ready after %.0f ms", name, (time.perf_counter() - started) * 1000)
            future.set_result(engine)


def _state(future: Future[Any]) -> str:
    if not future.done():
        return "loading"
    return "failed" if future.exception() else "ready"
