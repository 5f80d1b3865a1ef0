from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rt_notebook.audio.files import write_wav
from rt_notebook.errors import AudioError
from rt_notebook.widgets.files import LARGEST, FileError, Uploads, decode


def piece(offset: int, data: bytes, size: int = 6, name: str = "a.wav") -> Any:
    return {"type": "file", "name": name, "offset": offset, "size": size, "data": data}


def test_pieces_become_the_file() -> None:
    uploads = Uploads()
    assert uploads.take("view", piece(0, b"ab")) is None
    assert uploads.take("view", piece(2, b"cd")) is None
    assert uploads.take("view", piece(4, b"ef")) == bytearray(b"abcdef")
    assert uploads.take("view", piece(0, b"abcdef")) == bytearray(b"abcdef")
    assert uploads.take("view", piece(0, b"", size=0)) == bytearray(b"")


def test_views_do_not_disturb_each_other() -> None:
    uploads = Uploads()
    assert uploads.take("one", piece(0, b"abc")) is None
    assert uploads.take("two", piece(0, b"uvw")) is None
    assert uploads.take("one", piece(3, b"def")) == bytearray(b"abcdef")
    assert uploads.take("two", piece(3, b"xyz")) == bytearray(b"uvwxyz")


def test_another_file_or_the_same_once_more_begins_anew() -> None:
    uploads = Uploads()
    uploads.take("view", piece(0, b"abc"))
    uploads.take("view", piece(0, b"ab", name="b.wav"))
    assert uploads.take("view", piece(2, b"cdef", name="b.wav")) == bytearray(b"abcdef")
    uploads.take("view", piece(0, b"abc"))
    uploads.take("view", piece(0, b"abc"))
    assert uploads.take("view", piece(3, b"def")) == bytearray(b"abcdef")


def test_a_missing_piece_is_told_once_and_the_next_try_works() -> None:
    uploads = Uploads()
    uploads.take("view", piece(0, b"ab"))
    with pytest.raises(FileError, match=r"a\.wav did not arrive whole: byte 2 "):
        uploads.take("view", piece(3, b"d"))
    assert uploads.take("view", piece(4, b"ef")) is None
    assert uploads.take("view", piece(0, b"abcdef")) == bytearray(b"abcdef")


def test_a_file_whose_beginning_is_missing_is_told_once() -> None:
    uploads = Uploads()
    with pytest.raises(FileError, match="did not arrive whole: byte 0 "):
        uploads.take("view", piece(2, b"cd"))
    assert uploads.take("view", piece(4, b"ef")) is None


def test_a_file_that_is_too_large_is_refused_at_its_first_piece() -> None:
    uploads = Uploads()
    with pytest.raises(FileError, match=r"a\.wav has 26 MB; a file may have 25 MB"):
        uploads.take("view", piece(0, b"ab", size=26_000_000))
    assert uploads.take("view", piece(2, b"cd", size=26_000_000)) is None
    assert uploads.take("view", piece(0, b"ab", size=LARGEST)) is None


def test_a_file_that_is_longer_than_announced_is_refused() -> None:
    uploads = Uploads()
    uploads.take("view", piece(0, b"abcd"))
    with pytest.raises(FileError, match="longer than the 6 bytes"):
        uploads.take("view", piece(4, b"efg"))


def test_what_a_gone_view_sent_is_dropped() -> None:
    uploads = Uploads()
    uploads.take("view", piece(0, b"abc"))
    uploads.forget("view")
    uploads.forget("never seen")
    with pytest.raises(FileError, match="byte 0"):
        uploads.take("view", piece(3, b"def"))


def test_a_file_is_decoded_and_a_bad_one_is_named(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", b"\1\0" * 100)
    assert decode("a.wav", bytearray((tmp_path / "a.wav").read_bytes())) == b"\1\0" * 100
    for content in (b"", b"no sound at all"):
        with pytest.raises(AudioError, match=r"^clip\.wav is"):
            decode("clip.wav", bytearray(content))
