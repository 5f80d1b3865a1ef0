"""Which engines a server is equipped with, by their registered names and options."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rt_notebook.errors import EngineError
from rt_notebook.server.registry import check_engine, load_engine
from rt_notebook.server.speaking import Speakers
from rt_notebook.server.toolbox import Toolbox

_ESPEAK = importlib.util.find_spec("espeakng_loader") is not None

_SPEAKERS = ("hibari", "espeak") if _ESPEAK else ("hibari",)
"""Who speaks by default: English well, and all else where its package is installed."""


@dataclass(frozen=True)
class Equipment:
    """Names of engines, and the options that they are made with."""

    detect: str = "silero"
    """Tells speech from everything else."""
    hear: str = "whisper"
    think: str = "tutor"
    speak: tuple[str, ...] = _SPEAKERS
    """Who speaks: what the first has no sounds for, the next one says."""
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Of engines by name."""

    def toolbox(self) -> Toolbox:
        """Return the engines, not loaded yet. Raises `EngineError` for one that is not there or is misconfigured.

        Those with options are made here, so that a mistake in them shows at once; the others when they load, in the
        background, as their libraries take their time.
        """
        names = {self.detect, self.hear, self.think, *self.speak}
        for name in names:
            check_engine(name)
        if "espeak" in self.speak and not _ESPEAK:
            raise EngineError(
                "espeak", "needs a package that is missing. To have it: pip install 'rt-notebook[espeak]'"
            )
        made = {name: self._make(name) for name in names if name in self.options}
        together = "+".join(self.speak)

        def make(name: str) -> Any:
            if name == together and len(self.speak) > 1:
                return Speakers([make(each) for each in self.speak])
            return made[name] if name in made else self._make(name)

        return Toolbox(make, activity=self.detect, hearing=self.hear, thinking=self.think, speaking=together)

    def _make(self, name: str) -> Any:
        return load_engine(name, **self.options.get(name, {}))
