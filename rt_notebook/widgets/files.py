"""Audio files that come from the page piece by piece."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from rt_notebook.audio.files import read_audio
from rt_notebook.widgets.messages import SendFile

LARGEST = 25_000_000
"""Bytes of a file that is taken."""


class FileError(ValueError):
    """A file that cannot be taken; the text begins with its name."""


class _Named(io.BytesIO):
    """A file's content under its name, which the errors of `read_audio` speak of."""

    name = ""


@dataclass(slots=True)
class _Upload:
    name: str
    size: int
    content: bytearray = field(default_factory=bytearray)
    refused: bool = False
    """Its further pieces go nowhere, and nothing more is said of them."""


class Uploads:
    """The files that views are sending, one at a time for each view."""

    def __init__(self) -> None:
        self._uploads: dict[str, _Upload] = {}

    def take(self, view: str, message: SendFile) -> bytearray | None:
        """Take a piece; returns the whole content with the last one.

        Raises
        ------
        FileError
            The file is too large, or a piece is missing. What still comes of it is passed over in silence.
        """
        name, offset, size, data = message["name"], message["offset"], message["size"], message["data"]
        upload = self._uploads.get(view)
        if offset == 0 or upload is None or upload.name != name:
            upload = self._uploads[view] = _Upload(name, size)
        if upload.refused:
            return None
        problem = self._problem(upload, offset, len(data))
        if problem:
            upload.refused = True
            upload.content.clear()
            raise FileError(f"{name} {problem}")
        upload.content += data
        if len(upload.content) < size:
            return None
        del self._uploads[view]
        return upload.content

    def forget(self, view: str) -> None:
        """Drop what a view has begun to send."""
        self._uploads.pop(view, None)

    @staticmethod
    def _problem(upload: _Upload, offset: int, length: int) -> str:
        if upload.size > LARGEST:
            return (
                f"has {upload.size / 1e6:.0f} MB; a file may have {LARGEST / 1e6:.0f} MB. Send a part of it, "
                "or compress it, for example with: ffmpeg -i FILE -ac 1 -ar 24000 smaller.flac"
            )
        if offset != len(upload.content):
            return f"did not arrive whole: byte {len(upload.content):,} and what follows are missing. Send it again."
        if offset + length > upload.size:
            return f"is longer than the {upload.size:,} bytes that were announced: it changed while it was sent."
        return ""


def decode(name: str, content: bytearray) -> bytes:
    """Return a file's sound as PCM16 mono at 24 kHz. Raises `AudioError`, which names the file."""
    file = _Named(content)
    file.name = name
    return read_audio(file)
