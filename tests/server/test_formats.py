"""The formats of the wire: lengths, losses, and streams that are cut anywhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.server.formats import Decoder, Encoder, Format, decode_whole, encode_whole, stretches

PCM, MU, A = (Format.of({"type": f"audio/{name}"}) for name in ("pcm", "pcmu", "pcma"))
TONE = (np.sin(np.arange(24_000) * 2 * np.pi * 440 / 24_000) * 12_000).astype("<i2").tobytes()


def test_pcm_goes_through_unchanged() -> None:
    assert decode_whole(TONE, PCM) == encode_whole(TONE, PCM) == TONE
    assert Format.of({}) is PCM


@pytest.mark.parametrize("law", [MU, A], ids=lambda law: law.name)
def test_a_second_stays_a_second_and_sounds_the_same(law: Format) -> None:
    coded = encode_whole(TONE, law)
    assert len(coded) == 8_000
    back = decode_whole(coded, law)
    assert len(back) == len(TONE)
    before, after = (np.frombuffer(pcm, "<i2")[480:-480].astype(float) for pcm in (TONE, back))
    noise = np.sqrt(np.mean((before - after) ** 2)) / np.sqrt(np.mean(before**2))
    assert noise < 0.02  # -34 dB: what 8 bits of G.711 leave


@given(st.lists(st.integers(0, 700), max_size=12), st.sampled_from([MU, A]))
def test_it_does_not_matter_where_a_stream_is_cut(sizes: list[int], law: Format) -> None:
    coded = encode_whole(TONE, law)[: sum(sizes)]
    decoder, position, pieces = Decoder(law), 0, []
    for size in sizes:
        pieces.append(decoder(coded[position : position + size]))
        position += size
    whole = np.frombuffer(decode_whole(coded[:position], law), "<i2").astype(int)
    streamed = np.frombuffer(b"".join(pieces) + decoder.flush(), "<i2").astype(int)
    assert len(streamed) == len(whole) == 3 * len(coded[:position])
    assert np.abs(streamed - whole).max(initial=0) <= 1


def test_an_encoder_starts_afresh_after_a_flush() -> None:
    encoder = Encoder(MU)
    first = encoder(TONE) + encoder.flush()
    assert encoder(TONE) + encoder.flush() == first


def test_audio_is_cut_by_time_in_every_format() -> None:
    for form in (PCM, MU, A):
        pieces = list(stretches(encode_whole(TONE, form), form, 100))
        assert len(pieces) == 10
        assert {len(piece) for piece in pieces} == {100 * form.bytes_per_ms}
