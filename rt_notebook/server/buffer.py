"""The input audio buffer: PCM16 at 24 kHz, addressed by its place in all audio of the session."""

from __future__ import annotations

from rt_notebook.audio.pcm import RATE, SAMPLE_BYTES

BYTES_PER_MS = RATE * SAMPLE_BYTES // 1000


class InputBuffer:
    """Audio that is not yet an item."""

    def __init__(self) -> None:
        self._pcm = bytearray()
        self._start = 0
        """Place in bytes of the first byte kept, counted from the session's start."""

    @property
    def start_ms(self) -> float:
        """Time of the first sample kept."""
        return self._start / BYTES_PER_MS

    @property
    def end_ms(self) -> float:
        """Time of the end of all audio so far."""
        return (self._start + len(self._pcm)) / BYTES_PER_MS

    @property
    def length_ms(self) -> float:
        """How much audio is in the buffer."""
        return len(self._pcm) / BYTES_PER_MS

    def append(self, pcm: bytes) -> None:
        """Add audio at the end."""
        self._pcm += pcm

    def peek(self, start_ms: float, end_ms: float) -> bytes:
        """Return the audio between two times, as far as it is there."""
        return bytes(self._pcm[self._index(start_ms) : self._index(end_ms)])

    def drop_before(self, time_ms: float) -> None:
        """Forget all audio before a time."""
        index = self._index(time_ms)
        del self._pcm[:index]
        self._start += index

    def clear(self) -> None:
        """Forget all audio."""
        self.drop_before(self.end_ms)

    def _index(self, time_ms: float) -> int:
        index = round(time_ms * BYTES_PER_MS) // SAMPLE_BYTES * SAMPLE_BYTES - self._start
        return min(max(index, 0), len(self._pcm))
