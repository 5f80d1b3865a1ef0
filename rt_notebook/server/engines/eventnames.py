"""Finds the event type that an utterance names, as it is spoken, and tells what the catalog knows of it."""

from __future__ import annotations

import re
from functools import cache

from rt_notebook.protocol.catalog import CATALOG, EventType

_ASKED = re.compile(
    r"\b(?:what(?:'s)?|mean(?:s|ing)?|explain|describe|define|event|events|arrives?|comes?|sent|when|dot|about)\b|[._]",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"\b(?:dot|underscore|period)\b|[\s._,?!-]+", re.IGNORECASE)
_ASIDE = frozenset(
    re.findall(
        r"\S+",
        "what what's is are does do a an the mean means meaning explain describe define please event type of me to "
        "tell about when it come comes arrive arrives sent in this server client and then so um uh can you i get for",
    )
)
_SENDERS = {"client": "a client event", "server": "a server event", "local": "a row of the local log"}
_LONGEST = 300  # characters of a question for an event type


def about(utterance: str) -> str | None:
    """Return what the event type is that an utterance asks for, or None."""
    if len(utterance) > _LONGEST or not _ASKED.search(utterance):
        return None
    words = [word.strip("'\"“”") for word in _SEPARATORS.split(utterance.lower()) if word.strip("'\"“”")]
    event = _named(tuple(words))
    return _told(event) if event else None


def _named(words: tuple[str, ...]) -> EventType | None:
    """Return the event type that nothing but words of little meaning stand around, the longest of several."""
    fitting = [
        (name, event)
        for name, event in _names()
        for start in range(len(words) - len(name) + 1)
        if words[start : start + len(name)] == name and {*words[:start], *words[start + len(name) :]} <= _ASIDE
    ]
    return max(fitting, key=lambda each: len(each[0]))[1] if fitting else None


@cache
def _names() -> tuple[tuple[tuple[str, ...], EventType], ...]:
    """Return the words of every event type, and of its last part where that is two words of one type alone."""
    whole = [(tuple(re.split(r"[._]", name)), event) for name, event in CATALOG.items()]
    parts = [tuple(name.rpartition(".")[2].split("_")) for name in CATALOG]
    ends = [
        (part, CATALOG[name])
        for name, part in zip(CATALOG, parts, strict=True)
        if len(part) > 1 and parts.count(part) == 1
    ]
    return tuple((name, event) for name, event in (*whole, *ends) if len(name) > 1)


def _told(event: EventType) -> str:
    dialect = " of the beta dialect" if event.ga is None and event.beta else ""
    if event.beta is None and event.ga:
        dialect = " that only the GA dialect has"
    follows = ""
    if event.follows:
        follows = f" What usually follows is {', then '.join(event.follows)}."
    return f"{event.type} is {_SENDERS[event.direction]}{dialect}. {event.meaning}{follows}"
