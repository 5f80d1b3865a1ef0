"""Rules of the input audio buffer: what is appended becomes an item, at the pace at which it is said."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rt_notebook.log.rules.finding import CLIENT_EVENTS, VAD, Hit, rule

if TYPE_CHECKING:
    from rt_notebook.log.rules.evidence import Evidence

_SHORTEST_MS = 100.0
"""Least audio that the API makes an item of."""
_ONE_CHUNK_MS = 500.0
"""What a microphone may still send when its turn is over."""
_EMPTY = "input_audio_buffer_commit_empty"
_PATIENCE_MS = 3_000.0
"""Sound without speech that is worth a word."""


@rule(
    "audio-never-committed",
    "error",
    "Send input_audio_buffer.commit (`session.commit()`) before response.create: turn detection is off, "
    "so nothing else makes an item of the sound.",
    CLIENT_EVENTS + "input_audio_buffer/commit",
)
def audio_never_committed(evidence: Evidence) -> Iterator[Hit]:
    """Find sound that was appended with turn detection off, and never became an item."""
    asked = set(evidence.requests)
    waiting, ms = [], 0.0
    for row in sorted([*evidence.appended, *_emptied(evidence), *asked]):
        if row in evidence.appended:
            ms = ms + evidence.appended[row]
            waiting.append(row)
        elif row not in asked:
            waiting, ms = [], 0.0
        elif ms >= _ONE_CHUNK_MS and evidence.by_hand(row):
            yield Hit([*waiting, row], f"a response was asked for with {ms / 1000:.1f} s of sound uncommitted")
            return
    if ms >= _ONE_CHUNK_MS and evidence.by_hand(waiting[-1]) and evidence.lapsed(waiting[-1]):
        yield Hit(waiting, f"{ms / 1000:.1f} s of sound were appended and never committed")


def _emptied(evidence: Evidence) -> set[int]:
    """Return the rows after which the buffer is empty, or nobody knows what is in it."""
    rows = evidence.of("client", "input_audio_buffer.commit", "input_audio_buffer.clear")
    return {*rows, *evidence.of("server", "input_audio_buffer.committed")} | {
        row for row in evidence.of("server", "session.updated") if not evidence.by_hand(row)
    }


@rule(
    "no-speech-detected",
    "warning",
    "Is it speech, in PCM16 mono at 24 kHz? A lower threshold hears more: "
    "`session.update(turn_detection=rt.ServerVAD(threshold=0.3))`.",
    VAD,
)
def no_speech_detected(evidence: Evidence) -> Iterator[Hit]:
    """Find loud sound in which turn detection heard no speech."""
    rows = list(evidence.appended)
    ms = sum(evidence.appended.values())
    if not rows or ms < _PATIENCE_MS or evidence.of("server", "input_audio_buffer.speech_started"):
        return
    if evidence.turn_detection(rows[-1]) is None or evidence.refusals(rows[0]):
        return
    if evidence.levels.loud:
        yield Hit([rows[0], rows[-1]], f"turn detection heard no speech in {ms / 1000:.1f} s of sound")


@rule(
    "commit-empty",
    "warning",
    "Append at least 100 ms before input_audio_buffer.commit; with turn detection on, leave the commit to it.",
    CLIENT_EVENTS + "input_audio_buffer/commit",
)
def commit_empty(evidence: Evidence) -> Iterator[Hit]:
    """Find a commit of less than 100 ms."""
    seen = set()
    for rows, _ in evidence.refused_for(_EMPTY):
        seen |= set(rows)
        yield Hit(rows, "input_audio_buffer.commit found less than 100 ms of sound in the buffer")
    if evidence.lost:
        return
    ms, emptied = 0.0, _emptied(evidence)
    for row in sorted([*evidence.appended, *emptied]):
        if row in emptied:
            committing = evidence.columns["type"][row] == "input_audio_buffer.commit"
            if committing and ms < _SHORTEST_MS and evidence.by_hand(row) and row not in seen:
                yield Hit([row, *evidence.refusals(row)], f"input_audio_buffer.commit found {ms:.0f} ms of sound")
            ms = 0.0
        else:
            ms += evidence.appended[row]


_GAP = 0.5
_STEADY_SECONDS = 5
_TOLERANCE = 0.12
_SLIP = 1.25


@rule(
    "wrong-rate",
    "warning",
    "Resample to 24 kHz before appending, or say the right rate: `session.append_audio(sound, rate=48_000)`.",
    CLIENT_EVENTS + "input_audio_buffer/append",
)
def wrong_rate(evidence: Evidence) -> Iterator[Hit]:
    """Find a microphone whose sound lasts longer, or shorter, than the time in which it came.

    Sound may be sent at once, or in bursts: only what comes steadily for seconds is taken for a microphone.
    """
    run: list[int] = []
    for row in [*evidence.appended, None]:
        if row is not None and (not run or evidence.t[row] - evidence.t[run[-1]] < _GAP):
            run.append(row)
            continue
        if (pace := _pace(evidence, run)) is not None:
            seconds = evidence.t[run[-1]] - evidence.t[run[0]]
            rate = round(24 * pace, 1)
            yield Hit(
                [run[0], run[-1]],
                f"in {seconds:.0f} s, sound for {seconds * pace:.0f} s was appended, steadily: "
                f"{pace:.2f} times as much as fits, as if {rate:g} kHz were sent as 24",
            )
            return
        run = [] if row is None else [row]


def _pace(evidence: Evidence, run: list[int]) -> float | None:
    """Return how many times faster than real time a run is, where it is steadily faster or slower."""
    if len(run) < 2 * _STEADY_SECONDS:
        return None
    begin, end = evidence.t[run[0]], evidence.t[run[-1]]
    seconds = math.floor(end - begin)
    if seconds < _STEADY_SECONDS:
        return None
    # By second: what counts is what came after the first chunk, whose own time is not known.
    sums = [0.0] * seconds
    for row in run[1:]:
        if (at := math.floor(evidence.t[row] - begin)) < seconds:
            sums[at] += evidence.appended[row] / 1000
    pace = sum(sums) / seconds
    if pace <= 0 or 1 / _SLIP < pace < _SLIP:
        return None
    return pace if all(abs(each / pace - 1) <= _TOLERANCE for each in sums) else None
