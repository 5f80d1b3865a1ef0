"""Audio files: any that libsndfile reads (WAV, FLAC, Ogg, MP3, ...) in, WAV out."""

from __future__ import annotations

import errno
import io
import os
import wave
from pathlib import Path
from typing import BinaryIO

from rt_notebook.audio.pcm import RATE, SAMPLE_BYTES, as_pcm16, check_whole_samples
from rt_notebook.errors import AudioError

# Containers that libsndfile does not read, by the bytes at an offset.
_UNREADABLE = {
    (4, b"ftyp"): "MPEG-4 (m4a, mp4)",
    (0, b"\x1aE\xdf\xa3"): "WebM or Matroska",
    (0, b"\xff\xf1"): "raw AAC",
    (0, b"\xff\xf9"): "raw AAC",
    (0, b"0&\xb2u"): "Windows Media",
}


def read_audio(source: str | os.PathLike[str] | bytes | BinaryIO) -> bytes:
    """Return an audio file as PCM16 mono at 24 kHz, mixed down and resampled where needed.

    `source` is a path, the file's content as bytes, or a binary file open for reading.

    Raises
    ------
    FileNotFoundError
        If there is no file at the path.
    AudioError
        If the file is empty, holds no samples or is no audio that can be read.
    """
    name, data = _content(source)
    if not data:
        raise AudioError(f"{name} is empty (0 bytes).")
    import soundfile  # loads libsndfile; importing the package stays light without it

    try:
        samples, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except soundfile.SoundFileError:
        raise AudioError(_why_unreadable(name, data)) from None
    if not len(samples):
        raise AudioError(f"{name} holds no samples.")
    try:
        return as_pcm16(samples.mean(axis=1), rate)
    except AudioError as error:
        raise AudioError(f"{name}: {error}") from None


def write_wav(path: str | os.PathLike[str], pcm: bytes | bytearray | memoryview) -> None:
    """Write PCM16 mono at 24 kHz as a WAV file. Raises `AudioError` for an odd number of bytes."""
    check_whole_samples(len(pcm))
    with wave.open(os.fspath(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(RATE)
        file.writeframes(pcm)


def _content(source: str | os.PathLike[str] | bytes | BinaryIO) -> tuple[str, bytes]:
    """Return a name for messages and the whole content."""
    if isinstance(source, bytes | bytearray | memoryview):
        return "The audio file", bytes(source)
    if isinstance(source, str | os.PathLike):
        return _read(source)
    if not hasattr(source, "read"):
        raise AudioError(
            f"An audio file is a path, bytes or an open binary file, not {type(source).__name__}; "
            "rt_notebook.audio.pcm.as_pcm16 takes arrays."
        )
    data = source.read()
    if not isinstance(data, bytes):
        raise AudioError("The audio file is open as text; open it with mode 'rb'.")
    return str(getattr(source, "name", "The audio file")), data


def _read(source: str | os.PathLike[str]) -> tuple[str, bytes]:
    path = Path(source)
    try:
        return str(path), path.read_bytes()
    except FileNotFoundError:
        where = "" if path.is_absolute() else f" in {Path.cwd()}"
        raise FileNotFoundError(errno.ENOENT, f"There is no audio file of this name{where}", str(path)) from None
    except IsADirectoryError:
        raise AudioError(f"{path} is a folder; pass the path of an audio file in it.") from None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno != errno.ENAMETOOLONG:
            raise
        raise AudioError(
            f"Text of {len(str(path)):,} characters is no path of an audio file. "
            "If it is Base64, base64.b64decode(text) gives its bytes."
        ) from None


def _why_unreadable(name: str, data: bytes) -> str:
    for (offset, magic), kind in _UNREADABLE.items():
        if data[offset:].startswith(magic):
            return (
                f"{name} is {kind}, which cannot be read here. "
                "Convert it first, for example with: ffmpeg -i recording.m4a recording.wav"
            )
    return (
        f"{name} is no audio file that can be read (it begins with {data[:12]!r}). WAV, FLAC, Ogg and MP3 can; "
        "PCM16 without a header goes in as bytes."
    )
