"""Audio files of all kinds come in as PCM16; what is none says so."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.audio.files import read_audio, write_wav
from rt_notebook.audio.pcm import duration_ms, pcm16_to_float
from rt_notebook.errors import AudioError


def tone(rate: int, channels: int = 1) -> np.ndarray:
    wave = 0.4 * np.sin(2 * np.pi * 440 * np.arange(rate // 2) / rate)
    return np.repeat(wave[:, np.newaxis], channels, axis=1)


def encoded(samples: np.ndarray, rate: int, **how: str) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, **how)
    return file.getvalue()


# It begins with silence, because libsndfile takes a WAV whose first samples spell "OggS" for Ogg within WAV.
@given(st.binary(max_size=400).map(lambda data: bytes(2) + data[: len(data) // 2 * 2]))
def test_a_written_file_reads_back_bit_for_bit(tmp_path_factory: pytest.TempPathFactory, pcm: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "written.wav"
    write_wav(path, pcm)
    assert read_audio(path) == pcm


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3", "AIFF"])
@pytest.mark.parametrize(("rate", "channels"), [(24_000, 1), (44_100, 2), (48_000, 2), (16_000, 1)])
def test_formats_rates_and_channels(kind: str, rate: int, channels: int) -> None:
    pcm = read_audio(encoded(tone(rate, channels), rate, format=kind))
    assert duration_ms(len(pcm)) == pytest.approx(500, abs=60 if kind == "MP3" else 2)
    samples = pcm16_to_float(pcm)[3000:9000]
    assert np.abs(samples).max() == pytest.approx(0.4, abs=0.03)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    assert np.argmax(spectrum) * 24_000 / len(samples) == pytest.approx(440, abs=5)


def test_paths_bytes_and_open_files_are_alike(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    path.write_bytes(encoded(tone(24_000), 24_000, format="WAV"))
    expected = read_audio(path)
    assert read_audio(str(path)) == read_audio(path.read_bytes()) == expected
    with path.open("rb") as file:
        assert read_audio(file) == expected


def test_a_missing_file_stays_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no audio file of this name.*question\.wav"):
        read_audio(tmp_path / "question.wav")
    with pytest.raises(FileNotFoundError, match=r"question\.wav"):
        read_audio("question.wav")


@pytest.mark.parametrize(
    ("data", "cure"),
    [
        (b"", "empty"),
        (b"This is a text, and no sound at all.", "WAV, FLAC, Ogg and MP3"),
        (b"RIFF\x24\x00\x00\x00WAVE", "no audio file"),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00", "ffmpeg"),
        (b"\x1aE\xdf\xa3" + bytes(40), "ffmpeg"),
        (encoded(np.zeros((0, 1)), 24_000, format="WAV"), "no samples"),
        (encoded(np.full((100, 1), np.nan), 24_000, format="WAV", subtype="FLOAT"), "NaN"),
    ],
)
def test_what_is_no_audio_file_says_so(data: bytes, cure: str, tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=cure):
        read_audio(data)
    path = tmp_path / "voice.bin"
    path.write_bytes(data)
    with pytest.raises(AudioError, match=rf"voice\.bin.*{cure}"):
        read_audio(path)


def test_a_folder_is_no_audio_file(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="folder"):
        read_audio(tmp_path)


@pytest.mark.parametrize("text", ["QUJD" * 5000, "a\0b"])
def test_text_that_cannot_be_a_path_is_taken_for_base64(text: str) -> None:
    with pytest.raises(AudioError, match="b64decode"):
        read_audio(text)


def test_a_file_open_as_text_is_refused() -> None:
    with pytest.raises(AudioError, match="'rb'"):
        read_audio(io.StringIO("abc"))  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(AudioError, match="as_pcm16"):
        read_audio(np.zeros(3))  # type: ignore[arg-type] # wrong on purpose


def test_half_a_sample_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="two bytes"):
        write_wav(tmp_path / "x.wav", b"\x00")
    assert not (tmp_path / "x.wav").exists()
