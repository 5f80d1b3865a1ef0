"""Rules of interruption: what was heard, and what the server is told of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rt_notebook.log.rules.finding import CLIENT_EVENTS, CONVERSATIONS, Hit, rule

if TYPE_CHECKING:
    from rt_notebook.log.rules.evidence import Evidence

_TRUNCATE = CLIENT_EVENTS + "conversation/item/truncate"
_INTERRUPTING = CONVERSATIONS
_NEAR_MS = 250.0
"""How far a truncation may lie from what was heard: the output's own latency, and a message's way."""


@rule("truncate-unknown-item", "error", "Truncate the item_id that came with the audio deltas.", _TRUNCATE)
def truncate_unknown_item(evidence: Evidence) -> Iterator[Hit]:
    """Find truncation of an item that there is not."""
    for row, item, _ in _truncations(evidence):
        if item not in evidence.roles and not evidence.lost:
            yield Hit([row, *evidence.refusals(row)], f"there is no item {item!r} to truncate")


@rule("truncate-not-assistant", "error", "Only the assistant's audio can be truncated.", _TRUNCATE)
def truncate_not_assistant(evidence: Evidence) -> Iterator[Hit]:
    """Find truncation of an item that is not the assistant's."""
    for row, item, _ in _truncations(evidence):
        role = evidence.roles.get(item)
        if role is not None and role != "assistant":
            yield Hit([row, *evidence.refusals(row)], f"the item {item} is not the assistant's but {role}")


@rule(
    "truncate-beyond-generated",
    "error",
    "Count the samples that were played, and never more than came: min(heard_ms, generated_ms).",
    _TRUNCATE,
)
def truncate_beyond_generated(evidence: Evidence) -> Iterator[Hit]:
    """Find truncation at a time that the item's audio does not reach."""
    for row, item, end_ms in _truncations(evidence):
        made = _generated(evidence, item, row)
        if made is not None and end_ms > math.ceil(made):
            yield Hit(
                [row, *evidence.refusals(row)],
                f"the item {item} was truncated at {end_ms:.0f} ms, and only {made:.0f} ms of it had come",
            )


@rule(
    "truncate-not-heard",
    "warning",
    "Truncate at what left the loudspeaker (the heard_ms of rt.playback.flushed), not at what was received.",
    _INTERRUPTING,
)
def truncate_not_heard(evidence: Evidence) -> Iterator[Hit]:
    """Find truncation far from what was heard."""
    for row, item, end_ms in _truncations(evidence):
        made = _generated(evidence, item, row)
        if made is not None and end_ms > math.ceil(made):
            continue  # another rule's
        told = [each for each in _playback(evidence, item) if each < row]
        types, heard = evidence.columns["type"], evidence.columns["audio_ms"]
        ends = [each for each in told if types[each] in ("rt.playback.flushed", "rt.playback.finished")]
        starts = [each for each in told if types[each] == "rt.playback.started"]
        if ends and isinstance(ms := heard[ends[-1]], int | float):
            if abs(end_ms - ms) > _NEAR_MS:
                reason = f"the item {item} was truncated at {end_ms:.0f} ms, and {ms:.0f} ms of it were heard"
                yield Hit([ends[-1], row], reason)
        elif starts and not ends:
            most = (evidence.t[row] - evidence.t[starts[0]]) * 1000
            if end_ms > most + _NEAR_MS:
                reason = f"the item {item} was truncated at {end_ms:.0f} ms, {most:.0f} ms after it began to be heard"
                yield Hit([starts[0], row], reason)


@rule(
    "barge-in-not-truncated",
    "warning",
    "Send conversation.item.truncate with what was heard (`session.truncate(item, heard_ms)`): "
    "the model believes otherwise that the user heard all of it.",
    _INTERRUPTING,
)
def barge_in_not_truncated(evidence: Evidence) -> Iterator[Hit]:
    """Find an answer that was cut off in the loudspeaker, and not in the conversation."""
    cut = {item for _, item, _ in _truncations(evidence)}
    cut |= {evidence.columns["item_id"][row] for row in evidence.of("server", "conversation.item.deleted")}
    in_conversation = {evidence.columns["item_id"][row] for row in evidence.of("server", "conversation.item.added")}
    went_on = max(evidence.of("server", "response.created", "input_audio_buffer.committed"), default=-1)
    told: set[str] = set()
    for row in evidence.of("local", "rt.playback.flushed"):
        item, heard = evidence.columns["item_id"][row], evidence.columns["audio_ms"][row]
        if item in cut or item in told or item not in in_conversation or not isinstance(heard, int | float):
            continue
        made = _generated(evidence, item, len(evidence.t))
        if made is not None and heard < made - 1 and (evidence.lapsed(row) or went_on > row):
            told.add(item)
            yield Hit(
                [row], f"{heard:.0f} ms of the item {item} were heard, {made:.0f} ms were generated, no truncation"
            )
    if not evidence.of("local", "rt.playback.started", "rt.playback.flushed"):
        yield from _unheard(evidence, cut)


def _unheard(evidence: Evidence, cut: set[str]) -> Iterator[Hit]:
    """Yield the answers that the user interrupted where no loudspeaker tells what was heard."""
    went_on = max(evidence.of("server", "response.created", "response.done"), default=-1)
    heard: dict[str | None, dict[str, float]] = {}
    for item, sound in evidence.sound.items():
        if item not in cut:
            heard.setdefault(evidence.columns["response_id"][sound[0][0]], {})[item] = sum(ms for _, ms in sound)
    for reply in evidence.responses.values():
        if reply.details.get("reason") != "turn_detected" or reply.done is None or not reply.default:
            continue
        pieces = heard.get(reply.id)
        if pieces and went_on > reply.done:
            ms = sum(pieces.values())
            reason = f"the user interrupted the response {reply.id} when {ms:.0f} ms had come, and it was not truncated"
            yield Hit(
                [reply.done],
                reason,
                "If it was played, send conversation.item.truncate with what was heard; "
                "`session.panel()` plays and does so by itself.",
                "note",
            )


def _truncations(evidence: Evidence) -> list[tuple[int, str, float]]:
    """Return the client's truncations: row, item id and time (ms)."""
    found = []
    for row in evidence.of("client", "conversation.item.truncate"):
        event = evidence.event(row)
        item, end_ms = event.get("item_id"), event.get("audio_end_ms")
        if isinstance(item, str) and isinstance(end_ms, int | float):
            found.append((row, item, float(end_ms)))
    return found


def _generated(evidence: Evidence, item: str, row: int) -> float | None:
    """Return the ms of an item's audio that had come before a row; None where the log does not tell."""
    pieces = evidence.sound.get(item)
    if evidence.lost or pieces is None:
        return None
    return sum(ms for at, ms in pieces if at < row)


def _playback(evidence: Evidence, item: str) -> list[int]:
    rows = evidence.of("local", "rt.playback.started", "rt.playback.flushed", "rt.playback.finished")
    return [row for row in rows if evidence.columns["item_id"][row] == item]
