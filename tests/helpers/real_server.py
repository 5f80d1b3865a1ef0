"""``rt-notebook serve`` as a process of its own with its real engines, and speech to send to it."""

from __future__ import annotations

import contextlib
import functools
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from rt_notebook.audio.pcm import as_pcm16
from rt_notebook.server.registry import load_engine

CHUNK_BYTES = 4_800
"""100 ms of PCM16 at 24 kHz."""


@dataclass(frozen=True)
class Server:
    """Where a server is, in the form each client wants it in."""

    url: str
    """``ws://127.0.0.1:PORT/v1/realtime``"""
    token: str

    @property
    def websocket_base(self) -> str:
        """Its WebSocket URL as a base, to which a client adds ``/realtime``."""
        return self.url.removesuffix("/realtime")

    @property
    def http_base(self) -> str:
        """Its HTTP URL as a base."""
        return self.websocket_base.replace("ws://", "http://")


@contextlib.contextmanager
def serving(*options: str) -> Iterator[Server]:
    """Run a server with options of ``serve``; it ends with the block."""
    command = [sys.executable, "-m", "rt_notebook", "serve", "--json", "--exit-with-parent", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Server(**json.loads(process.stdout.readline()))
        finally:
            process.kill()


def silence(ms: int) -> bytes:
    """Return PCM16 of silence."""
    return bytes(ms * CHUNK_BYTES // 100)


@functools.cache
def speech(text: str) -> bytes:
    """Return PCM16 at 24 kHz of a spoken text, with no silence around it."""
    return as_pcm16(b"".join(pcm for _, pcm in load_engine("hibari").speak(text, "marin")))


def utterance(text: str, pause_ms: int = 1_000) -> bytes:
    """Return PCM16 of a spoken text with what a microphone hears around it; `pause_ms` of silence end the turn."""
    return silence(500) + speech(text) + silence(pause_ms)


def chunks(pcm: bytes) -> Iterator[bytes]:
    """Yield PCM16 in the pieces of 100 ms that a microphone would bring."""
    for start in range(0, len(pcm), CHUNK_BYTES):
        yield pcm[start : start + CHUNK_BYTES]
