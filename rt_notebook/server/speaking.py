"""Several engines that speak as one: what the first has no sounds for, the next one says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rt_notebook.server.engine import Speaker
from rt_notebook.server.engines.languages import runs

_TO_BE_SPOKEN = re.compile(r"[^\W_]")  # letters and digits


class Speakers:
    """A speaker made of others, the preferred one first.

    Sentences in a language that a speaker is not made for go to the first that is, where the speakers say so in an
    attribute `languages` (a collection of ISO 639-1 codes; one without it is made for all). Single foreign words stay
    with the sentence's speaker, unless it gives no audio for them: then the next one in order speaks them.
    """

    def __init__(self, speakers: Sequence[Speaker]) -> None:
        self._speakers = list(speakers)

    def load(self) -> None:
        """Load all of them, one after the other."""
        for speaker in self._speakers:
            speaker.load()

    def speak(self, text: str, voice: str, speed: float = 1.0) -> Iterator[tuple[str, bytes]]:
        """Yield pairs of text and PCM16 mono audio at 24 kHz; the audio is empty where no speaker has sounds for it."""
        for run, language in runs(text):
            # Sorting keeps the order of those that are made for it, and of the others after them.
            order = sorted(
                self._speakers, key=lambda speaker: language not in getattr(speaker, "languages", (language,))
            )
            yield from _speak(order, run, voice, speed)


def _speak(speakers: Sequence[Speaker], text: str, voice: str, speed: float) -> Iterator[tuple[str, bytes]]:
    first, *others = speakers
    for piece, pcm in first.speak(text, voice, speed):
        if pcm or not others or not _TO_BE_SPOKEN.search(piece):
            yield piece, pcm
        else:
            yield from _speak(others, piece, voice, speed)
