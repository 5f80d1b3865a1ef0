"""A frame as one run of bytes, as it travels over the relay: the twin of js/src/frames.ts.

Four bytes tell the length of the header (unsigned, little-endian); the header follows, JSON in UTF-8, with the lengths
of the buffers in its field ``sizes``; then the buffers, one behind the other.
"""

from __future__ import annotations

import orjson

from rt_notebook.widgets.channel import Buffer, Frame


def pack(frame: Frame) -> bytes:
    """Return a frame as bytes."""
    header = orjson.dumps(frame.header | {"sizes": [len(buffer) for buffer in frame.buffers]})
    return b"".join((len(header).to_bytes(4, "little"), header, *frame.buffers))


def unpack(data: bytes) -> Frame:
    """Read a frame. Raises `ValueError` where it is none."""
    start = 4 + int.from_bytes(data[:4], "little")
    header = orjson.loads(data[4:start])
    sizes = header.pop("sizes", None) if isinstance(header, dict) else None
    if not isinstance(sizes, list) or not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise ValueError("The frame's header says nothing of sizes.")
    buffers: list[Buffer] = []
    for size in sizes:
        buffers.append(data[start : start + size])
        start += size
    if start != len(data):
        raise ValueError(f"The frame's parts are {start} bytes long, and the frame {len(data)}.")
    return Frame(header, buffers)
