"""Rules of the bytes of the user's sound: base64, format, level."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rt_notebook.log.rules.finding import CLIENT_EVENTS, CONVERSATIONS, Hit, rule
from rt_notebook.protocol.event import audio_fields, decode_audio

if TYPE_CHECKING:
    from rt_notebook.log.rules.evidence import Evidence

_APPEND = CLIENT_EVENTS + "input_audio_buffer/append"
_FORMATS = CONVERSATIONS
_CONTAINERS = {
    b"RIFF": "WAV",
    b"OggS": "Ogg",
    b"fLaC": "FLAC",
    b"ID3": "MP3",
    b"\x1a\x45\xdf\xa3": "WebM",
}
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{32,}={0,2}")
_LONG_MS = 5_000.0
_COMMITTED_MS = 1_000.0


@rule(
    "bad-base64",
    "error",
    "Encode the raw bytes once: base64.b64encode(pcm).decode(); `session.append_audio(...)` does so.",
    _APPEND,
)
def bad_base64(evidence: Evidence) -> Iterator[Hit]:
    """Find audio that is no base64."""
    rows, why = [], ""
    for row in _with_sound(evidence):
        event = evidence.log[row]
        wrong = next((text for text in audio_fields(event) if decode_audio(text) is None), None)
        missing = event.type == "input_audio_buffer.append" and not isinstance(event.get("audio"), str)
        if wrong is not None or missing:
            rows += [row, *evidence.refusals(row)]
            why = why or _why(wrong)
    if rows:
        yield Hit(rows, f"the audio of {_count(rows)} is no base64: {why}")


def _with_sound(evidence: Evidence) -> Iterator[int]:
    """Yield the rows that might hold sound that could not be decoded."""
    for row in evidence.of("client", "input_audio_buffer.append"):
        if evidence.log.pcm(row) is None:
            yield row
    for row in evidence.of("client", "conversation.item.create"):
        if any(decode_audio(text) is None for text in audio_fields(evidence.log[row])):
            yield row


def _why(text: str | None) -> str:
    if text is None:
        return "there is no string in the field audio"
    if text.startswith("data:"):
        return "it begins with 'data:', as the URL that a browser makes of a file; what follows the comma is base64"
    if "-" in text or "_" in text:
        return "it has - or _, as base64 for URLs has"
    if any(character.isspace() for character in text):
        return "it has line breaks or spaces in it"
    return "it has other characters, or its end is missing"


@rule("base64-twice", "error", "Encode the raw bytes once: what base64 was made of is base64 itself.", _APPEND)
def base64_twice(evidence: Evidence) -> Iterator[Hit]:
    """Find audio that was encoded twice."""
    rows = [row for row, pcm in _payloads(evidence) if len(pcm) >= 32 and _BASE64.fullmatch(pcm)]
    if rows:
        yield Hit(rows, f"the audio of {_count(rows)} is base64 once more when base64 is undone")


@rule("odd-bytes", "warning", "Cut sound at whole samples: a sample of PCM16 has two bytes.", _FORMATS)
def odd_bytes(evidence: Evidence) -> Iterator[Hit]:
    """Find pCM16 with half a sample."""
    rows = [row for row, pcm in _payloads(evidence) if len(pcm) % 2 and evidence.bytes_per_ms(row) == 48]
    if rows:
        yield Hit(rows, f"the audio of {_count(rows)} has an odd number of bytes: each such piece may end as noise")


@rule(
    "container-header",
    "error",
    "Send the samples alone: PCM16 mono at 24 kHz; `session.append_audio('file.wav')` reads any file.",
    _FORMATS,
)
def container_header(evidence: Evidence) -> Iterator[Hit]:
    """Find a file where samples should be."""
    for row, pcm in _payloads(evidence):
        for head, name in _CONTAINERS.items():
            if pcm.startswith(head):
                yield Hit([row], f"the audio begins as a {name} file does ({head!r}): its header is no sound")


@rule(
    "float32-audio",
    "error",
    "Convert first: (samples * 32767).astype('<i2').tobytes(); `session.append_audio(array)` does so.",
    _FORMATS,
)
def float32_audio(evidence: Evidence) -> Iterator[Hit]:
    """Find samples of 32 bits where the session takes PCM16."""
    if evidence.levels.float32:
        rows = evidence.levels.rows
        yield Hit([rows[0], rows[-1]], "the audio looks like float32 samples, which sound as noise when read as PCM16")


@rule(
    "pcm16-as-g711",
    "error",
    "Encode it as the session's format says, or set the format to PCM16: "
    "`session.update(session={'audio': {'input': {'format': {'type': 'audio/pcm', 'rate': 24000}}}})`.",
    _FORMATS,
)
def pcm16_as_g711(evidence: Evidence) -> Iterator[Hit]:
    """Find pCM16 where the session takes G.711."""
    if evidence.levels.pcm16:
        rows = evidence.levels.rows
        yield Hit([rows[0], rows[-1]], "the session takes G.711, and the audio looks like PCM16")


@rule("silent-input", "warning", "Is the microphone muted, or the wrong one? Choose another in the panel.")
def silent_input(evidence: Evidence) -> Iterator[Hit]:
    """Find nothing but zeros."""
    if evidence.levels.zero and _matters(evidence):
        rows, ms = evidence.levels.rows, sum(evidence.appended.values())
        yield Hit(
            [rows[0], rows[-1]], f"every sample of the sound that was sent is zero{f' ({ms:.0f} ms)' if ms else ''}"
        )


@rule("quiet-input", "warning", "Raise the microphone's level, or come nearer.")
def quiet_input(evidence: Evidence) -> Iterator[Hit]:
    """Find sound that is hardly there."""
    levels = evidence.levels
    if levels.rows and not (levels.zero or levels.loud) and _matters(evidence):
        reason = (
            f"the loudest moment of the sound that was sent has {levels.loudest_dbfs:.0f} dBFS; speech has -40 to -10"
        )
        yield Hit([levels.rows[0], levels.rows[-1]], reason)


@rule("clipped-input", "warning", "Lower the microphone's level: what is cut off at full scale is hard to understand.")
def clipped_input(evidence: Evidence) -> Iterator[Hit]:
    """Find sound that is too loud for its samples."""
    levels = evidence.levels
    if levels.clipped > 0.02 and not levels.float32:
        share = f"{levels.clipped:.0%} of the samples that sound lie at full scale"
        yield Hit([levels.rows[0], levels.rows[-1]], share)


def _matters(evidence: Evidence) -> bool:
    """Tell whether there was time enough for speech, and none was heard."""
    if evidence.of("server", "input_audio_buffer.speech_started"):
        return False
    ms = sum(evidence.appended.values())
    committed = bool(evidence.of("client", "input_audio_buffer.commit")) and ms >= _COMMITTED_MS
    return committed or ms >= _LONG_MS or (ms == 0 and bool(evidence.levels.rows))


def _payloads(evidence: Evidence) -> Iterator[tuple[int, bytes]]:
    for row in evidence.of("client", "input_audio_buffer.append", "conversation.item.create"):
        if pcm := evidence.log.pcm(row):
            yield row, pcm


def _count(rows: list[int]) -> str:
    return "an event" if len(rows) == 1 else f"{len(rows)} events"
