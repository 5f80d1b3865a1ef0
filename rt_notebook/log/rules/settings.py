"""Rules of the session's settings."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rt_notebook.log.rules.finding import CLIENT_EVENTS, CONVERSATIONS, VAD, Hit, rule
from rt_notebook.protocol.fields import value_at

if TYPE_CHECKING:
    from rt_notebook.log.rules.evidence import Evidence

_DETECTION = {
    **dict.fromkeys(("type", "threshold", "prefix_padding_ms", "silence_duration_ms")),
    **dict.fromkeys(("create_response", "interrupt_response", "eagerness")),
}
_TRANSCRIPTION = dict.fromkeys(("model", "language", "prompt"))
_Fields = Mapping[str, Any]
_COMMON: _Fields = dict.fromkeys(("model", "instructions", "tools", "tool_choice", "tracing"))
FIELDS: Mapping[str, _Fields] = {
    "ga": {
        **_COMMON,
        **dict.fromkeys(("type", "output_modalities", "max_output_tokens", "prompt", "truncation", "include")),
        "audio": {
            "input": {
                "format": {"type": None, "rate": None},
                "noise_reduction": {"type": None},
                "transcription": _TRANSCRIPTION,
                "turn_detection": {**_DETECTION, "idle_timeout_ms": None},
            },
            "output": {"format": {"type": None, "rate": None}, "voice": None, "speed": None},
        },
    },
    "beta": {
        **_COMMON,
        **dict.fromkeys(("modalities", "voice", "speed", "temperature", "max_response_output_tokens")),
        **dict.fromkeys(("input_audio_format", "output_audio_format", "client_secret")),
        "input_audio_noise_reduction": {"type": None},
        "input_audio_transcription": _TRANSCRIPTION,
        "turn_detection": _DETECTION,
    },
}
"""The fields of a session object that need no second look; the models of the `openai` package know all (`rt.check`)."""


@rule(
    "unknown-field",
    "error",
    "Leave it out, or name it as the dialect does: `rt.explain('session.update')` shows all fields.",
    CLIENT_EVENTS + "session/update",
)
def unknown_field(evidence: Evidence) -> Iterator[Hit]:
    """Find a setting that the dialect does not know."""
    for row in evidence.of("client", "session.update"):
        event = evidence.log[row]
        session = event.get("session")
        if not isinstance(session, dict) or _known(session, FIELDS[evidence.dialect]):
            continue
        from rt_notebook.protocol.check import check  # loads the models, which takes a second

        problems = [str(problem) for problem in check(event, evidence.dialect)]
        if problems:
            yield Hit(
                [row, *evidence.refusals(row)], f"session.update in the {evidence.dialect} dialect: {problems[0]}"
            )


def _known(value: Mapping[str, Any], fields: _Fields) -> bool:
    for name, inner in value.items():
        if name not in fields:
            return False
        below = fields[name]
        if below is not None and isinstance(inner, dict) and not _known(inner, below):
            return False
    return True


@rule(
    "voice-changed",
    "error",
    "Choose the voice before the first answer is spoken, or open another session.",
    CONVERSATIONS,
)
def voice_changed(evidence: Evidence) -> Iterator[Hit]:
    """Find another voice after the first sound of the old one."""
    sound = evidence.of("server", "response.output_audio.delta")
    for row in evidence.of("client", "session.update") if sound else ():
        wanted = value_at(evidence.event(row), "session", "audio", "output", "voice")
        now = evidence.setting(row, "audio", "output", "voice")
        if wanted is not None and now is not None and sound[0] < row and wanted != now:
            reason = f"the voice was to be {wanted!r} after {now!r} had been heard, and a session keeps its voice"
            yield Hit([sound[0], row, *evidence.refusals(row)], reason)


@rule(
    "transcription-off",
    "note",
    "Switch it on to see what the user said: `session.update(transcription='gpt-4o-mini-transcribe')`.",
    CONVERSATIONS,
)
def transcription_off(evidence: Evidence) -> Iterator[Hit]:
    """Find speech of the user's that nobody writes down."""
    commits = evidence.of("server", "input_audio_buffer.committed")
    rows = []
    for row in commits:
        sound = evidence.setting(row, "audio", "input")
        if isinstance(sound, dict) and "transcription" in sound and sound["transcription"] is None:
            rows.append(row)
    if rows:
        yield Hit(rows, f"{len(rows)} spoken turns of the user's have no transcript: input transcription is off")


_LONG_SILENCE_MS = 700


@rule(
    "long-silence",
    "note",
    "Lower silence_duration_ms: `session.update(turn_detection=rt.ServerVAD(silence_duration_ms=500))`, "
    "or let rt.SemanticVAD() decide.",
    VAD,
)
def long_silence(evidence: Evidence) -> Iterator[Hit]:
    """Find answers that are late because turn detection waits long."""
    answers = evidence.of("server", "response.output_audio.delta", "response.output_text.delta")
    rows, totals, silence_ms = [], [], 0.0
    stops = evidence.of("server", "input_audio_buffer.speech_stopped")
    at = 0
    for row, until in zip(stops, [*stops[1:], len(evidence.t)], strict=False):
        while at < len(answers) and answers[at] < row:
            at += 1
        detection = evidence.turn_detection(row)
        ms = detection.get("silence_duration_ms") if detection else None
        if not isinstance(ms, int | float) or ms < _LONG_SILENCE_MS or at == len(answers) or answers[at] >= until:
            continue
        total = ms + (evidence.t[answers[at]] - evidence.t[row]) * 1000
        if ms > total / 2:
            rows.append(row)
            totals.append(total)
            silence_ms = float(ms)
    if rows:
        yield Hit(
            rows,
            f"{silence_ms:.0f} of the {statistics.median(totals):.0f} ms until an answer begins, turn detection waits "
            "for the user to go on",
        )
