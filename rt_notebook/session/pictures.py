"""Pictures among a tool's results, recognised by what they can do: the libraries that make them are not imported."""

from __future__ import annotations

import base64
from collections.abc import Callable
from io import BytesIO
from typing import Any

SIDE = 2048
"""Longest side of a picture, px: the API shows models no more."""
MOST = 8 * 1024 * 1024
"""Most bytes of a picture: in base64 it must fit into one event of 15 MiB."""

_MODES = ("1", "L", "LA", "P", "RGB", "RGBA")
"""Kinds of pixels that a PNG takes."""
_STARTS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"GIF87a": "gif", b"GIF89a": "gif"}


def picture(value: Any) -> str | None:
    """Return a picture as a data: URL, None where the value is none.

    Bytes of a PNG, JPEG, GIF or WebP; images of Pillow; figures and axes of Matplotlib; and whatever Jupyter shows as
    a PNG or JPEG.

    Raises
    ------
    ValueError
        It is larger than an event may be.
    """
    data = _encoded(value)
    kind = None if data is None else _kind(data)
    if data is None or kind is None:
        return None
    if len(data) > MOST:
        raise ValueError(
            f"a picture of {len(data):,} bytes is too large for the API ({MOST:,} bytes): make it smaller."
        )
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _encoded(value: Any) -> bytes | None:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    for able, encode in _ENCODERS:
        if all(hasattr(type(value), name) for name in able):
            data = encode(value)
            if isinstance(data, bytes):
                return data
    return None


def _kind(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((kind for start, kind in _STARTS.items() if data.startswith(start)), None)


def _pillow(image: Any) -> bytes:
    if image.mode not in _MODES:
        image = image.convert("RGB")
    if max(image.size) > SIDE:
        image = image.copy()
        image.thumbnail((SIDE, SIDE))
    data = _saved(image.save, format="PNG")
    return data if len(data) <= MOST else _saved(image.convert("RGB").save, format="JPEG")


def _saved(save: Callable[..., Any], **options: Any) -> bytes:
    file = BytesIO()
    save(file, **options)
    return file.getvalue()


def _shown(image: Any, name: str) -> Any:
    data = getattr(image, name)()
    if isinstance(data, tuple):  # with metadata
        data = data[0]
    return base64.b64decode(data) if isinstance(data, str) else data


_ENCODERS: tuple[tuple[tuple[str, ...], Callable[[Any], Any]], ...] = (
    (("savefig",), lambda figure: _saved(figure.savefig, format="png")),
    (("get_figure", "get_xlim"), lambda axes: _saved(axes.get_figure().savefig, format="png")),
    (("thumbnail", "convert", "mode", "save"), _pillow),
    (("_repr_png_",), lambda image: _shown(image, "_repr_png_")),
    (("_repr_jpeg_",), lambda image: _shown(image, "_repr_jpeg_")),
)
"""What gives a picture away, and how it becomes bytes; the first that does is taken."""
