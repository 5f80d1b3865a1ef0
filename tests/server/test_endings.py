"""Whether somebody has finished, by words and by voice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.audio.pcm import float_to_pcm16
from rt_notebook.server.endings import finished, held_ms, reads_finished


@pytest.mark.parametrize(
    "text",
    [
        "What is turn detection?",
        "I would like to order a pizza with cheese.",
        "Yes, please.",
        "No",
        "Thank you",
        "What time is it?",
        "Who is that?",
        "Stop!",
        "你好。",
        "现在几点了？",
    ],
)
def test_whole_sentences_are_finished(text: str) -> None:
    assert reads_finished(text) >= 0.7


@pytest.mark.parametrize(
    "text",
    [
        "I would like to order a pizza with",
        "I would like to order a pizza with.",
        "What I want to know is, um",
        "What I want to know is...",
        "Tell me about the",
        "My name is Anna and I",
        "I think that we should.",
        "Well,",
        "Tell me how an interrupt-",
        "我想买一个和",
        "因为",
    ],
)
def test_sentences_that_break_off_are_not(text: str) -> None:
    assert reads_finished(text) <= 0.3


def test_a_number_may_go_on_and_no_words_tell_nothing() -> None:
    assert reads_finished("Yes.") > reads_finished("My number is 555.") > reads_finished("My number is")
    assert reads_finished("") == 0.5


@given(st.text(max_size=60), st.binary(max_size=400).map(lambda raw: raw[: len(raw) // 2 * 2]))
def test_it_is_always_a_probability(text: str, pcm: bytes) -> None:
    assert 0.0 <= finished(text, pcm) <= 1.0


def hum(ms: int) -> np.ndarray:
    """Return a voice that stays where it is."""
    time = np.arange(24 * ms) / 24_000
    return sum((np.sin(2 * np.pi * 140 * k * time) / k for k in range(1, 12)), np.zeros(24 * ms)) * 0.1


def test_a_drawn_out_sound_goes_on_whatever_the_words_say() -> None:
    rng = np.random.default_rng(1)
    busy = rng.normal(0, 0.05, 24_000)
    drawn = float_to_pcm16(np.concatenate([busy, hum(500)]))
    assert held_ms(drawn) > 350
    assert held_ms(float_to_pcm16(busy)) == held_ms(b"") == held_ms(bytes(9600)) == 0
    assert finished("I like it.", drawn) < 0.3 < 0.8 < finished("I like it.", float_to_pcm16(busy))
