"""The audio of items: PCM16 mono at 24 kHz, kept in memory or wherever the driver of a connection keeps it."""

from __future__ import annotations

from typing import Protocol


class Sound(Protocol):
    """Audio that grows at its end."""

    def __len__(self) -> int:
        """Return its size in bytes."""
        ...

    def append(self, pcm: bytes) -> None:
        """Add samples at the end."""
        ...

    def read(self) -> bytes:
        """Return all of it."""
        ...

    def truncate(self, size: int) -> None:
        """Keep the first `size` bytes."""
        ...


class MemorySound:
    """A sound in memory."""

    def __init__(self) -> None:
        self._pcm = bytearray()

    def __len__(self) -> int:
        return len(self._pcm)

    def append(self, pcm: bytes) -> None:
        """Add samples at the end."""
        self._pcm += pcm

    def read(self) -> bytes:
        """Return all of it."""
        return bytes(self._pcm)

    def truncate(self, size: int) -> None:
        """Keep the first `size` bytes."""
        del self._pcm[size:]
