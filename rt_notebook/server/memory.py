"""Keeps the process small: what the C library's allocator is told before the engines load."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys

_M_ARENA_MAX = -8  # mallopt's number for it, in glibc's malloc.h
_ARENAS = 2


def limit_arenas() -> None:
    """Have all threads share two of glibc's memory pools; nothing happens where the C library is another one.

    By default there are eight for every core, and each keeps the most that any engine ever needed on one of its
    threads. Other limits (on what is kept, or on what a pool may serve) save more, but slow down first audio by a
    quarter.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Return what is no longer used to the system, for the moment after something large has gone."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
