"""Where a log comes from: the session it was written in, or the file it was read from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rt_notebook.log.masking import masked


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of a log beside its events; empty or None where nobody told."""

    provider: str = ""
    model: str | None = None
    url: str = ""
    """Where the session went, without what could be secret."""
    dialect: str = ""
    """``"ga"`` or ``"beta"``."""
    audio: bool = True
    """False where the sound was left out: silence of the same length stands in its place."""
    path: str = ""
    """The file that it was read from; empty for a session's own log."""
    version: int | None = None
    """Version of the recording's format; 0 for events as other tools write them; None for a session's own log."""
    package: str = ""
    """Version of the package that recorded it."""
    problems: tuple[str, ...] = ()
    """What could not be read, and what is not known, each with its line."""
    mask: Callable[[bytes], bytes] = field(default=masked, repr=False, compare=False)
    """Hides keys and tokens in a raw event; a session's own knows that session's."""
