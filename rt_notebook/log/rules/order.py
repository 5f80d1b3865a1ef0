"""Rules of order: what `rt_notebook.protocol.sequence` finds, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rt_notebook.log.rules.finding import SERVER_EVENTS, Hit, Severity, rule

if TYPE_CHECKING:
    from rt_notebook.log.rules.evidence import Evidence

_SERVER = "The server breaks the protocol here: report it to whoever makes it, with these rows."
_LOOSE = "Keep going by ids, and take what is unknown as new: the server leaves events out."
_TWICE = "Take the second as a repetition: keep things by id, and do nothing twice (above all no function call)."
_LATE = "Drop what comes for something that is over; if the server is yours, end it only after its last event."
_ORDER: tuple[tuple[str, Severity, str], ...] = (
    ("first-event", "error", "Wait for session.created before anything else; if the server is yours, send it first."),
    ("after-close", "error", "Do not use a connection after its end: open another one (`session.open()`)."),
    ("unknown-response", "error", _LOOSE),
    ("response-twice", "error", _TWICE),
    ("after-response-done", "error", _LATE),
    ("unknown-item", "error", _LOOSE),
    ("item-twice", "error", _TWICE),
    ("after-item-done", "error", _LATE),
    ("unknown-part", "error", _LOOSE),
    ("part-twice", "error", _TWICE),
    ("after-part-done", "error", _LATE),
    ("speech-order", "warning", _SERVER),
    ("deltas-differ", "error", "Trust the done event and replace what the deltas added up to; a delta may be lost."),
    ("unfinished-item", "warning", _SERVER),
    ("two-responses", "error", "One response at a time writes to the conversation. " + _SERVER),
    ("response-without-done", "error", "Do not wait for it for ever: every wait has its timeout. " + _SERVER),
    ("wrong-modality", "error", 'Ask with output_modalities=["text"] only where no sound is wanted. ' + _SERVER),
)


def _finder(name: str) -> Callable[[Evidence], Iterator[Hit]]:
    def find(evidence: Evidence) -> Iterator[Hit]:
        for breach in evidence.breaches:
            if breach.rule == name:
                yield Hit(breach.rows, breach.reason)

    return find


for _name, _severity, _cure in _ORDER:
    rule(_name, _severity, _cure, SERVER_EVENTS)(_finder(_name))
