"""Text cut for speaking loses nothing and is cut where a speaker would breathe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.server.engines.pieces import LONGEST, Ending, pieces, sentences

prose = st.text(st.sampled_from("ab .,;:!?—-\n\"')你好Яé1"), max_size=300)


def texts(text: str) -> list[str]:
    return [piece.text for piece in pieces(text)]


@given(st.text() | prose | prose.map(lambda text: text * 10))
def test_joined_pieces_are_the_text(text: str) -> None:
    assert "".join(texts(text)) == text


@given(prose)
def test_no_piece_is_longer_than_a_breath(text: str) -> None:
    assert all(0 < len(piece.text) <= LONGEST for piece in pieces(text * 10))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Hello.", ["Hello."]),
        ("Yes, of course. It is simple, really.", ["Yes, ", "of course. ", "It is simple, really."]),
        ("It is simple, really, and short.", ["It is simple, ", "really, and short."]),
        ("Wait! Who said 'no?' Nobody did.", ["Wait! ", "Who said 'no?' ", "Nobody did."]),
        ("Dr. Ada B. Smith pays 3.50, e.g. today. Done.", ["Dr. Ada B. Smith pays 3.50, ", "e.g. today. ", "Done."]),
        ("At 1,000 Hz, i.e. one kilohertz.", ["At 1,000 Hz, ", "i.e. one kilohertz."]),
        ("First\nsecond\n\nthird", ["First\n", "second\n\n", "third"]),
        ("One — two. Three — four.", ["One — ", "two. ", "Three — four."]),
        ("Hi 你好,世界! And bye.", ["Hi ", "你好,世界! ", "And bye."]),
        ("Привет, мир. Hello, world.", ["Привет, ", "мир. ", "Hello, world."]),
        ("你好，世界！我很好。(真的)", ["你好，", "世界！", "我很好。", "(真的)"]),
        ("नमस्ते। आप कैसे हैं?", ["नमस्ते। ", "आप कैसे हैं?"]),
    ],
)
def test_cuts(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_what_has_no_end_in_sight_is_cut_between_words() -> None:
    found = texts("word " * 100)
    assert len(found) > 2
    assert all(text.endswith("word ") for text in found)
    assert texts("x" * 450) == ["x" * 200, "x" * 200, "x" * 50]


def test_pauses_follow_the_punctuation() -> None:
    endings = [piece.ending for piece in pieces("Yes, sir. " + "word " * 60)]
    assert endings == [Ending.CLAUSE, Ending.SENTENCE, Ending.WORD, Ending.SENTENCE]


def test_a_word_of_another_script_makes_no_long_pause() -> None:
    endings = [piece.ending for piece in pieces("The word 你好 means hello, 对, right. 好！Yes")]
    assert endings == [
        Ending.WORD,  # The word
        Ending.WORD,  # 你好
        Ending.CLAUSE,  # means hello,
        Ending.CLAUSE,  # 对,
        Ending.SENTENCE,  # right.
        Ending.SENTENCE,  # 好！
        Ending.SENTENCE,  # Yes
    ]


@given(prose)
def test_joined_sentences_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


def test_other_scripts_stand_apart() -> None:
    found = pieces("你好 means hello in Chinese, 对 means right.")
    assert [piece.latin for piece in found] == [False, True, False, True]
    assert all(piece.latin for piece in pieces("Café naïve Straße ½ 😀 — 5 €"))


@pytest.mark.parametrize("filler", [" ", ".", "A. ", ", ", "*", "你", "。", "- ", "\n", "!' "])
def test_no_text_takes_long_to_cut(filler: str) -> None:
    text = "a" + filler * 20_000 + "b"
    assert "".join(texts(text)) == text
