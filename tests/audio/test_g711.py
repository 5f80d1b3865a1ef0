"""G.711 against libsndfile's, and against what the standard says of single codes."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from rt_notebook.audio.g711 import Law, decode, encode

ALL_CODES = bytes(range(256))
ALL_SAMPLES = np.arange(-32_768, 32_768).astype("<i2")
SUBTYPES = {"mu": "ULAW", "a": "ALAW"}


@pytest.mark.parametrize("law", ["mu", "a"])
def test_every_code_is_decoded_as_libsndfile_does(law: Law) -> None:
    theirs, _ = soundfile.read(
        io.BytesIO(ALL_CODES), dtype="int16", format="RAW", subtype=SUBTYPES[law], samplerate=8000, channels=1
    )
    assert np.array_equal(np.frombuffer(decode(ALL_CODES, law), "<i2"), theirs)


@pytest.mark.parametrize("law", ["mu", "a"])
def test_every_sample_gets_the_nearest_level(law: Law) -> None:
    levels = np.unique(np.frombuffer(decode(ALL_CODES, law), "<i2").astype(int))
    back = np.frombuffer(decode(encode(ALL_SAMPLES.tobytes(), law), law), "<i2").astype(int)
    nearest = np.abs(levels[None, :] - ALL_SAMPLES.astype(int)[::37, None]).min(axis=1)
    assert np.array_equal(np.abs(back - ALL_SAMPLES)[::37], nearest)


@pytest.mark.parametrize("law", ["mu", "a"])
def test_coding_what_was_decoded_changes_nothing(law: Law) -> None:
    once = decode(ALL_CODES, law)
    assert decode(encode(once, law), law) == once


def test_silence_is_the_code_that_telephones_send() -> None:
    assert encode(bytes(4), "mu") == b"\xff\xff"
    assert encode(bytes(2), "a") == b"\xd5"


def test_nothing_is_nothing() -> None:
    assert decode(b"", "mu") == encode(b"", "a") == b""
