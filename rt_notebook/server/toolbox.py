"""The engines of a server process, loaded in the background."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from rt_notebook.server.engine import Speaker, Thinker, Transcriber, VoiceActivity

logger = logging.getLogger("rt_notebook.server")


class Toolbox:
    """What the server hears, thinks and speaks with. Each is a future: engines load while connections already open.

    `load` makes an engine by its registered name; a name may also be an engine itself.
    """

    def __init__(
        self, load: Callable[[str], Any], *, activity: str, hearing: str, thinking: str, speaking: str
    ) -> None:
        self._load = load
        self.activity: Future[VoiceActivity] = self._begin(activity)
        self.transcriber: Future[Transcriber] = self._begin(hearing)
        self.thinker: Future[Thinker] = self._begin(thinking)
        self.speaker: Future[Speaker] = self._begin(speaking)

    def _begin(self, name: str) -> Future[Any]:
        """Load an engine on a thread of its own: a daemon, so that a hanging download never keeps the process."""
        future: Future[Any] = Future()

        def run() -> None:
            started = time.perf_counter()
            try:
                engine = self._load(name)
                engine.load()
            except BaseException as error:
                logger.exception("The engine %s did not load", name)
                future.set_exception(error)
            else:
                logger.info("engine %s ready after %.0f ms", name, (time.perf_counter() - started) * 1000)
                future.set_result(engine)

        threading.Thread(target=run, name=f"load-{name}", daemon=True).start()
        return future
