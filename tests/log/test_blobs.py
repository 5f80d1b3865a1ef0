import contextlib
import random
import resource
import tempfile
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.log.blobs import PAGE, Blobs

SIZES = st.lists(st.one_of(st.integers(0, 50), st.sampled_from([PAGE - 1, PAGE, PAGE + 1, 2 * PAGE + 3])), max_size=8)


def pieces(sizes: list[int]) -> list[bytes]:
    source = random.Random(1)
    return [source.randbytes(size) for size in sizes]


@given(SIZES)
def test_what_was_written_is_read_from_memory_and_from_the_file(sizes: list[int]) -> None:
    kept = Blobs(limit=PAGE)
    written = [(kept.append(piece), piece) for piece in pieces(sizes)]
    assert len(kept) == sum(sizes)
    assert kept.memory <= PAGE
    for start, piece in written:
        assert kept.read(start, start + len(piece)) == piece
    assert kept.read(0, len(kept)) == b"".join(piece for _, piece in written)


def test_memory_is_let_go_of_beyond_the_limit() -> None:
    kept = Blobs(limit=3 * PAGE)
    for _ in range(40):
        kept.append(bytes(PAGE // 4))
        assert kept.memory <= 3 * PAGE
    assert len(kept) == 10 * PAGE


def test_beside_a_file_little_memory_is_enough() -> None:
    kept = Blobs(limit=20 * PAGE)
    kept.append(bytes(20 * PAGE))
    assert kept.memory == 20 * PAGE
    for _ in range(30):
        kept.append(bytes(PAGE))
        assert kept.memory <= 8 * PAGE


def test_a_part_that_is_not_written_yet_is_no_silence() -> None:
    with pytest.raises(IndexError, match="nothing at byte 0"):
        Blobs().read(0, 1)


def test_the_file_goes_with_its_blobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = Blobs(limit=PAGE)
    kept.append(bytes(3 * PAGE))
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        del kept
    assert not list(tmp_path.iterdir())


@contextlib.contextmanager
def largest_file(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fills_up_costs_memory_and_no_byte() -> None:
    kept = Blobs(limit=2 * PAGE)
    data = random.Random(2).randbytes(9 * PAGE)
    with largest_file(3 * PAGE + 12_345), pytest.warns(RuntimeWarning, match="stays in memory. Room in") as told:
        kept.append(data)
    assert len(told) == 1
    assert kept.read(0, len(data)) == data


def test_where_there_is_no_folder_for_it_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere"])
    kept = Blobs(limit=PAGE)
    data = random.Random(3).randbytes(4 * PAGE)
    with pytest.warns(RuntimeWarning, match="A folder with room, named by TMPDIR"):
        kept.append(data)
    assert kept.read(0, len(data)) == data


def test_a_filter_that_makes_errors_of_warnings_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**how: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    kept = Blobs(limit=PAGE)
    data = random.Random(4).randbytes(3 * PAGE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kept.append(data)
    assert kept.read(0, len(data)) == data


def test_readers_while_it_moves_to_the_file() -> None:
    kept = Blobs(limit=2 * PAGE)
    data = random.Random(5).randbytes(PAGE)
    over = threading.Event()
    wrong: list[object] = []

    def read(seed: int) -> None:
        source = random.Random(seed)
        while not over.is_set():
            if not (length := len(kept)):
                continue
            start = source.randrange(length)
            stop = min(length, start + source.randrange(1, 3000))
            at = start % PAGE
            try:
                if kept.read(start, stop) != (data + data)[at : at + stop - start]:
                    wrong.append((start, stop))
            except Exception as error:
                wrong.append(error)

    readers = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
    for reader in readers:
        reader.start()
    for number in range(16 * 64):
        at = number * (PAGE // 64) % PAGE
        kept.append(data[at : at + PAGE // 64])
    over.set()
    for reader in readers:
        reader.join()
    assert not wrong
